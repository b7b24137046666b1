"""`loadwatch inspect`: what is in one file, and what a scan makes of it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loadwatch.cli import _console
from loadwatch.errors import UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from collections.abc import Mapping

# What to do about a file that holds nothing usable, by the kind that `skipped` shows.
WAYS_OUT = {
    "unreadable": "copy it from the watch, or export it, once more",
    "not_an_activity": "nothing is missing; the runs lie in other files",
    "empty": "if a run should be in it, copy it from the watch once more",
}
# The rest of a FIT file comes in one line for each kind of message; JSON has every field.
SHOWN_FIELD_BY_FIELD = ("samples", "facts", "record")
COMPARED = ("equal", "differ", "only_here", "only_there")


def inspect(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=(
                "A FIT, GPX or TCX file, plain or .gz; an archive (zip, tar); or one file in it, named as if "
                "the archive were a folder: export.zip/activities/1.fit.gz"
            ),
            show_default=False,
        ),
    ],
    *,
    reference: Annotated[
        bool,
        typer.Option(
            "--reference",
            help="Read it with python-fitparse, gpxpy or ElementTree too, and compare field by field.",
        ),
    ] = False,
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Settings; the nearest loadwatch.toml in the file's folder or one above it if not given.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, also of a file of no use.")
    ] = False,
) -> None:
    """Tell what is in one file or archive.

    Of a file, it tells what is read from it, whether `scan` counts it, and why not; of an archive, what kinds
    of files are in it. Whether the same activity lies in another file is for `scan` to find.

    Exit codes: 0 done; 1 nothing usable in it; 2 wrong use.
    """
    path = at_home(file)
    _refuse_what_is_no_file(path, file)
    told, lines = _compared(path) if reference else _told(path, settings)
    if as_json:
        from loadwatch.report import tables  # noqa: PLC0415 - pandas is not needed for --help

        _console.show(tables.dumps(told).rstrip("\n"))
    else:
        from loadwatch import words  # noqa: PLC0415 - likewise

        _console.show(_console.fitted(words.printable("\n".join(lines)), hanging=12))
    if "scan" in told:
        raise typer.Exit(_console.NOTHING_USABLE)


def _refuse_what_is_no_file(path: Path, asked: Path) -> None:
    from loadwatch import sources  # noqa: PLC0415 - likewise

    # Unlike Path.is_dir and its like, these answer for names too long as well.
    if os.path.isdir(path):  # noqa: PTH112 - as said above
        raise UsageError(f"{asked}: is a folder; name one file in it, or read all with `loadwatch scan`.")
    if not os.path.isfile(sources.locate(path)[0]):  # noqa: PTH113 - as said above
        raise UsageError(f"{asked}: no such file; name a FIT, GPX or TCX file.")


def _told(path: Path, settings: Path | None) -> tuple[dict[str, Any], list[str]]:
    """What is in a file or archive, as a dictionary and as lines."""
    from loadwatch import inspection, pipeline, sources, survey  # noqa: PLC0415 - likewise

    on_disk, member = sources.locate(path)
    if not member and sources.is_archive(path):
        return _listed(on_disk, "")
    file = at_home(settings) if settings else survey.settings_above(path)
    own = pipeline.find_settings([path], file)
    try:
        told = inspection.file_facts(path, own) | {"settings": str(file) if file else ""}
    except UsageError:
        # No file of that name: perhaps a folder or an archive inside.
        told, lines = _listed(on_disk, member)
        if not told["file_count"]:
            raise
        return told, lines
    return told, _file_lines(path.name, told)


def _compared(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What both readers make of a file."""
    from loadwatch import inspection, sources  # noqa: PLC0415 - likewise

    if sources.is_archive(path):
        raise UsageError(f"{path}: is an archive; name one of its files to compare.")
    told = inspection.reference_facts(path)
    if "scan" in told:
        return told, _nothing_lines(path.name, told["scan"])
    return told, _compared_lines(path.name, told)


def _nothing_lines(name: str, scan: Mapping[str, Any]) -> list[str]:
    return [f"{name}: nothing that can be used", *_left_out_lines(scan)]


def _listed(on_disk: Path, within: str) -> tuple[dict[str, Any], list[str]]:
    """What is in an archive, or in a folder or archive inside it."""
    from loadwatch import inspection, words  # noqa: PLC0415 - likewise

    with _console.progress("Looking", is_wanted=True) as on_file:
        told = inspection.archive_facts(on_disk, within=within, progress=on_file)
    lines = [f"{(on_disk / within).name}: an archive with {words.count(told['file_count'], 'file')} to scan"]
    for kind, count in told["kinds"].items():
        lines.append(f"{count:>7,}  {kind}, such as {told['first'][kind]}")
    if told["problem"]:
        lines.append(f"The archive {told['problem']}.")
    if told["file_count"]:
        lines.append("Name one of its files as if the archive were a folder to see what is in it.")
    return told, lines


def _file_lines(name: str, told: Mapping[str, Any]) -> list[str]:
    from loadwatch import words  # noqa: PLC0415 - likewise

    lines = [f"{name}: {told['content'] or 'nothing that can be used'}"]
    lines += [f"opened      {repair}" for repair in told["opened"]]
    if told["messages"]:
        kinds = list(told["messages"].items())
        most = ", ".join(f"{kind} {count:,}" for kind, count in kinds[:8])
        rest = f", {len(kinds) - 8} more kinds" if len(kinds) > 8 else ""
        lines.append(f"messages    {most}{rest}")
    if "scan" in told:
        device = [f"device      {told['device']}"] if told["device"] else []
        return [*lines, *device, *_left_out_lines(told["scan"])]
    for number, activity in enumerate(told["activities"]):
        if len(told["activities"]) > 1:
            lines.append(f"\nPart {number + 1}")
        lines += _activity_lines(activity, told["format"])
    if told["settings"]:
        lines.append(f"settings    {told['settings']}")
    lines.append(f"digest      {told['digest'][:12]}, {words.number(told['size_bytes'])} bytes unpacked")
    return lines


def _left_out_lines(scan: Mapping[str, Any]) -> list[str]:
    lines = [f"scan        left out ({scan['kind']}): it {scan['reason']}"]
    # What follows a semicolon in a reason is its own way out; what cannot be opened may be sound.
    needs_none = "; " in scan["reason"] or scan["reason"].startswith("cannot be opened")
    way_out = "" if needs_none else WAYS_OUT.get(scan["kind"], "")
    return [*lines, f"            {way_out}"] if way_out else lines


def _activity_lines(activity: Mapping[str, Any], file_format: str) -> list[str]:
    lines = _read_lines(activity, file_format) if "sample_count" in activity else []
    if "run" in activity:
        lines += _run_lines(activity["run"])
    scan = activity["scan"]
    if scan["is_counted"]:
        return [*lines, f"scan        counted as a run, run_id {activity['run']['run_id']}"]
    if "run" in activity:
        return [*lines, f"scan        {scan['reason']}, run_id {activity['run']['run_id']}"]
    return lines + _left_out_lines(scan)


def _read_lines(activity: Mapping[str, Any], file_format: str) -> list[str]:
    from loadwatch import words  # noqa: PLC0415 - likewise

    label = f"{activity['sport']} {activity['sub_sport']}".strip()
    fields = [f"{name} {words.percent(share)}" for name, share in activity["fields_pct"].items()]
    pauses = activity["pause_count"]
    paused = "not told"
    if pauses is not None:
        paused = f"{words.count(pauses, 'pause')}, {words.clock(activity['paused_s'])}" if pauses else "none"
    totals = activity["totals"]
    return [
        f"format      {file_format}",
        f"device      {activity['device'] or 'not told'}",
        f"label       {label or 'none'}",
        f"samples     {activity['sample_count']:,} from {activity['start_time']} to {activity['end_time']}",
        f"fields      {', '.join(fields) or 'none'}",
        f"cadence     {activity['cadence_source']}",
        f"pauses      {paused}",
        (
            f"device says {words.distance(totals['distance_m'])}, timer {words.clock(totals['timer_s'])}, "
            f"climb {words.climb(totals['elevation_gain_m'])}"
        ),
        f"repairs     {'; '.join(activity['repairs']) or 'none'}",
    ]


def _run_lines(run: Mapping[str, Any]) -> list[str]:
    from loadwatch import words  # noqa: PLC0415 - likewise

    return [
        f"start       {run['local_start']} ({run['timezone']})",
        f"distance    {words.distance(run['distance_m'])}",
        (
            f"time        elapsed {words.clock(run['elapsed_s'])}, timer {words.clock(run['timer_s'])}, "
            f"moving {words.clock(run['moving_s'])}"
        ),
        f"climb       {words.climb(run['elevation_gain_computed_m'])} computed",
        f"steps       {words.cadence(run['cadence_mean_spm'])} while running",
        f"heart rate  {words.heart_rate(run['heart_rate_mean_bpm'])}",
        f"notes       {run['notes'] or 'none'}",
    ]


def _compared_lines(name: str, told: Mapping[str, Any]) -> list[str]:
    """A line for each field of ours and of records and for each other message; then what differs."""
    from loadwatch import words  # noqa: PLC0415 - likewise

    fields = told["fields"]
    lines = [f"{name}: loadwatch beside {told['reference']}"]
    for who, reason in (("loadwatch", told["refused_here"]), ("the reference", told["refused_there"])):
        lines += [f"{who} refuses the file: {reason}"] if reason else []
    if told["refused_there"] and fields:
        lines.append("Compared with what it reads once the damage is out of its way.")
    rows: dict[str, Counter[str]] = {}
    for one in fields:
        is_shown_alone = one["message"] in SHOWN_FIELD_BY_FIELD
        label = f"{one['message']} {one['field']}" if is_shown_alone else f"{one['message']} (all fields)"
        rows.setdefault(label, Counter()).update({column: one[column] for column in COMPARED})
    lines.append(f"\n{'':<36}{'equal':>11}{'differ':>9}{'only here':>11}{'only there':>12}")
    for label, row in rows.items():
        equal, differ, only_here, only_there = (row[column] for column in COMPARED)
        lines.append(f"{label:<36}{equal:>11,}{differ:>9,}{only_here:>11,}{only_there:>12,}")
    differing = [one for one in fields if one["causes"]]
    are = "is" if len(fields) == 1 else "are"
    lines.append(f"\n{len(fields) - len(differing)} of {words.count(len(fields), 'field')} {are} the same.")
    for one in differing:
        lines.append(f"{one['message']} {one['field']}; the first: {one['first']}")
        lines += [f"    {count:,} for {cause}" for cause, count in one["causes"].items()]
    return lines
