"""`loadwatch inspect`: what is read in one file, and what a scan makes of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loadwatch.cli import _console
from loadwatch.errors import FileError, UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from loadwatch.formats.activity import Activity
    from loadwatch.runs import RunRecord


def inspect(
    file: Annotated[
        Path,
        typer.Argument(
            help="A FIT, GPX or TCX file, plain, .gz or in an archive: export.zip/activities/1.fit.gz.",
            show_default=False,
        ),
    ],
) -> None:
    """Tell what is in one file, and whether `scan` counts it."""
    from loadwatch import intake, pipeline, sources, words  # noqa: PLC0415 - pandas is not needed for --help

    path = at_home(file)
    # Unlike Path.is_dir and its like, these answer for names too long as well.
    if os.path.isdir(path):  # noqa: PTH112 - as said above
        raise UsageError(f"{file}: is a folder; name one file in it.")
    if not os.path.isfile(sources.locate(path)[0]):  # noqa: PTH113 - as said above
        raise UsageError(f"{file}: no such file; name a FIT, GPX or TCX file.")
    try:
        seen = intake.inspect_file(path, pipeline.find_settings([path], None))
    except FileError as error:
        _console.show(words.printable(f"{path.name}: {error}.\nscan: left out ({error.kind})"))
        raise typer.Exit(_console.NOTHING_USABLE) from error
    lines = [f"{path.name}: {words.count(len(seen['activities']), 'activity', 'activities')}"]
    lines += [f"opened: {repair}" for repair in seen["repairs"]]
    for number, entry in enumerate(seen["activities"]):
        if len(seen["activities"]) > 1:
            lines.append(f"\nPart {number + 1}")
        lines += _activity_lines(entry)
    _console.show(words.printable("\n".join(lines)))


def _activity_lines(entry: dict[str, Any]) -> list[str]:
    lines = _read_lines(entry["activity"]) if "activity" in entry else []
    if "problem" in entry:
        return [*lines, f"scan        left out ({entry['problem'].kind}): it {entry['problem']}"]
    return lines + _record_lines(entry["record"], is_excluded=entry["is_excluded"])


def _read_lines(activity: Activity) -> list[str]:
    from loadwatch import words  # noqa: PLC0415 - likewise

    samples = activity.samples
    coverage = [
        f"{name} {words.percent(100.0 * share)}"
        for name, share in samples.drop(columns="is_timer_on").notna().mean().items()
        if share > 0.0
    ]
    label = f"{activity.sport} {activity.sub_sport}".strip() or "none"
    return [
        f"format      {activity.format}",
        f"device      {activity.device or 'not told'}",
        f"label       {label}",
        f"samples     {len(samples):,}",
        f"fields      {', '.join(coverage) or 'none'}",
        f"cadence     {activity.cadence_source}",
        f"device says {_totals(activity)}",
    ]


def _totals(activity: Activity) -> str:
    from loadwatch import words  # noqa: PLC0415 - likewise

    totals = activity.totals
    return (
        f"{words.distance(totals.distance_m)}, timer {words.clock(totals.timer_s)}, "
        f"climb {words.climb(totals.elevation_gain_m)}"
    )


def _record_lines(record: RunRecord, *, is_excluded: bool) -> list[str]:
    from loadwatch import words  # noqa: PLC0415 - likewise
    from loadwatch.tidy import RUNNING  # noqa: PLC0415 - likewise

    facts = record.facts
    counted = "counted as a run" if facts["sport"] == RUNNING else f"not a run: {facts['sport']}"
    if is_excluded:
        counted = "left out: excluded in the settings"
    return [
        f"start       {facts['local_start']} ({facts['timezone']})",
        f"distance    {words.distance(facts['distance_m'])}",
        (
            f"time        elapsed {words.clock(facts['elapsed_s'])}, timer {words.clock(facts['timer_s'])}, "
            f"moving {words.clock(facts['moving_s'])}"
        ),
        f"climb       {words.climb(facts['elevation_gain_computed_m'])} computed",
        f"steps       {words.cadence(facts['cadence_mean_spm'])} while running",
        f"heart rate  {words.heart_rate(facts['heart_rate_mean_bpm'])}",
        f"notes       {facts['notes'] or 'none'}",
        f"scan        {counted}, run_id {record.run_id}",
    ]
