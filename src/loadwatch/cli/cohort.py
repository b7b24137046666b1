"""`loadwatch cohort`: many runners told at once, on this machine or on a Dask cluster."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from loadwatch import words
from loadwatch.cli import _console, _options
from loadwatch.errors import NoRunsError, UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadwatch.cohort.naming import Pseudonyms, Runner
    from loadwatch.cohort.states import Study, Summary

RUN = "run"
NEEDS = ("dask", "distributed", "fsspec", "pyarrow")


class _RunnersFirst(TyperGroup):
    """The group's commands; any other first word is the folder of runners."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Words as for `run` where none of the commands is named."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [RUN, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of `run`, which is what nearly everybody wants, then the other commands."""
        command = self.commands[RUN]
        command.format_help(
            command.make_context(ctx.info_name, [], ctx.parent, resilient_parsing=True), formatter
        )
        self.format_commands(ctx, formatter)


app = typer.Typer(cls=_RunnersFirst, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
Dest = Annotated[str, typer.Argument(metavar="DEST", help="Where results were written.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the summary.")]


@app.command(RUN, hidden=True)
def run(  # noqa: PLR0913 - one parameter for each option
    root: Annotated[
        str,
        typer.Argument(
            metavar="ROOT",
            help="Folder, or URL such as s3://club/runners, with a folder or an archive for each runner.",
            show_default=False,
        ),
    ],
    *,
    out: Annotated[
        str,
        typer.Option(
            metavar="DEST",
            help="Folder or URL for the results; named again, only what is new is read and told.",
            show_default=False,
        ),
    ],
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="A Dask scheduler, such as tcp://host:8786; workers on this machine if not given.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=256,
            help="Worker processes on this machine; one for each core if not given.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Tell all as of this day, such as 2026-11-22. Today if not given, or the end of the newest "
            "run's week of those who have not run for over 14 days.",
            show_default=False,
        ),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Settings for all, in place of each runner's own loadwatch.toml.",
            show_default=False,
        ),
    ] = None,
    pseudonymise: Annotated[
        Path | None,
        typer.Option(
            metavar="KEYFILE",
            help="Replace names by pseudonyms, with the key in this file, which is made if missing. "
            "Names of files and runs, notes, time zones and positions never leave the worker.",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if a runner failed.")] = False,
    quiet: _options.Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell many runners at once, each by the same rules as `loadwatch scan`.

    Writes a page over all, index.html, and datasets of Parquet files by runner: runs, days, weeks, flags and
    skipped, and for studies exposure and replay. Whatever ends it, the same command goes on from there.
    Called again, it reads what is new. A runner that cannot be told costs nobody else anything. Needs the
    extra: pip install './loadwatch[cluster]'.

    Exit codes: 0 done; 1 no runner found, the cluster is lost, or --strict met a failure; 2 wrong use.
    """
    _refuse_without_extra()
    from loadwatch.cohort import (  # noqa: PLC0415 - an extra
        coordinator,
        naming,
        page,
        pins,
        states,
        storage,
        telling,
    )

    if jobs and scheduler:
        raise UsageError(
            "--jobs counts workers on this machine, and --scheduler names others; leave one out."
        )
    root, out = _whole(root), _whole(out)
    _refuse_places(root, out)
    pseudonyms = _pseudonyms(pseudonymise, root, out)
    study, text = _study(root, out, as_of, settings, is_pseudonymous=pseudonyms is not None)
    dest = storage.storage(out)
    listing = naming.Listing(root)
    names = listing.names()
    first = next(names, None)
    if first is None:
        if listing.loose_count:
            raise NoRunsError(
                f"{root}: holds activity files and no folder, so it is one runner's, whom `loadwatch scan` "
                "tells of; name the folder above it, which holds a folder for each runner."
            )
        raise NoRunsError(
            f"{root}: holds no folder and no archive; name one that holds a folder for each runner."
        )
    key_id = pseudonyms.key_id if pseudonyms else ""
    for sentence in pins.pin(dest, study, settings_text=text, key_id=key_id):
        _console.narrate(f"loadwatch: {sentence}")

    def runners() -> Iterator[Runner]:
        for name in (first, *names):
            one = pseudonyms.of(name) if pseudonyms else naming.Runner(name, naming.shown(name))
            seen.add(one.shown)
            yield one

    seen: set[str] = set()
    summary = _told(coordinator, study, runners(), scheduler, jobs, quiet=quiet)
    if not pins.still_holds(dest, study, settings_text=text, key_id=key_id):
        raise coordinator.ClusterError(
            f"{out}: another call told runners there otherwise at the same time, so it may hold some of "
            "each; call one of them again, alone."
        )
    summary.gone = sorted(set(states.runners(dest)) - seen)
    page.write(dest, summary.coach, study)
    told = telling.as_json(summary, out)
    states.write_json(dest, states.LAST_RUN, told)
    storage.sweep(dest)
    if listing.loose_count:
        _console.narrate(
            f"loadwatch: left out, as no runner's: "
            f"{words.count(listing.loose_count, 'activity file')} directly in {root}."
        )
    _show(summary, told, telling, quiet=quiet, as_json=as_json)
    if strict and summary.counts[states.FAILED]:
        raise typer.Exit(_console.NOTHING_USABLE)


@app.command("status")
def status(dest: Dest, *, as_json: Json = False) -> None:
    """Show what is in a DEST: runners told, without a run, failed, and gone since.

    Exit codes: 0 done; 2 there are no results.
    """
    summary, study, last = _kept(dest)
    from loadwatch.cohort import telling  # noqa: PLC0415 - an extra

    summary.gone = last.get("gone", [])
    told = telling.as_json(summary, _whole(dest)) | {"study": study, "is_complete": bool(last)}
    if not as_json:
        _tell_if_incomplete(dest, last)
    _show(summary, told, telling, quiet=False, as_json=as_json)


@app.command("replay")
def replay(dest: Dest, *, as_json: Json = False) -> None:
    """Count what would have been raised when, over all runners in a DEST.

    Shows how often each rule speaks, how that spreads over the runners, and how many are beyond the alarm
    budget. Each runner's own part is in the dataset `replay`. To try other thresholds, tell the runners into
    another DEST with --settings.

    Exit codes: 0 done; 2 there are no results.
    """
    summary, study, last = _kept(dest)
    from loadwatch.cohort import walked  # noqa: PLC0415 - an extra
    from loadwatch.report import tables  # noqa: PLC0415 - not needed for --help

    if as_json:
        told = walked.as_json(summary.rates) | {"study": study, "is_complete": bool(last)}
        _console.show(tables.dumps(told).rstrip("\n"))
        return
    _tell_if_incomplete(dest, last)
    _console.show(walked.summary(summary.rates))


def _tell_if_incomplete(dest: str, last: dict[str, Any]) -> None:
    if not last:
        _console.narrate(f"loadwatch: {dest} is not complete; call `loadwatch cohort` again to go on.")


def _kept(dest: str) -> tuple[Summary, dict[str, Any], dict[str, Any]]:
    """What is in a DEST: all rows summed up, the study, and the last run.

    Raises
    ------
    UsageError
        Nothing is.
    """
    _refuse_without_extra()
    from loadwatch.cohort import states, storage  # noqa: PLC0415 - an extra

    place = storage.storage(_whole(dest))
    study = states.read_json(place, states.STUDY)
    if not study:
        raise UsageError(f"{dest}: holds no results of `loadwatch cohort`; name what was named with --out.")
    summary = states.Summary()
    for row in states.rows(place):
        summary.add(row)
    return summary, study, states.read_json(place, states.LAST_RUN)


def _show(summary: Summary, told: dict[str, Any], telling: Any, *, quiet: bool, as_json: bool) -> None:
    if as_json:
        from loadwatch.report import tables  # noqa: PLC0415 - not needed for --help

        _console.show(tables.dumps(told).rstrip("\n"))
    elif not quiet:
        _console.show(telling.summary(summary, told["dest"]))


def _told(
    coordinator: Any,
    study: Study,
    runners: Iterator[Runner],
    scheduler: str | None,
    jobs: int | None,
    *,
    quiet: bool,
) -> Summary:
    """Every runner told, with a bar; whoever stops it is told that nothing is lost."""
    _console.hush_cluster()
    with _console.progress("Runners", is_wanted=not quiet, things="runners") as step:

        def on_progress(done: int, on_way: int, read: int) -> None:
            if step:
                step(done, done + on_way, f"{on_way} on their way, {read:,} files read")

        try:
            with coordinator.cluster(scheduler, jobs) as client:
                summary: Summary = coordinator.run(study, runners, client, on_progress)
        except KeyboardInterrupt:
            _console.narrate("loadwatch: what was done is kept; the same command goes on from there.")
            raise
    return summary


def _refuse_without_extra() -> None:
    """Refuse where the extra is not installed.

    Raises
    ------
    UsageError
        One of its libraries is missing.
    """
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"many runners need {', '.join(missing)}, which this installation has not: run "
            "`pip install './loadwatch[cluster]'`."
        )


def _whole(place: str) -> str:
    """A URL as it is, a path from the root of the file system on: workers may have other folders open."""
    from loadwatch.cohort.storage import is_remote, local_path  # noqa: PLC0415 - not needed for --help

    return place.rstrip("/") if is_remote(place) else str(local_path(place).absolute())


def _refuse_places(root: str, out: str) -> None:
    """Refuse to write among the runners, or to read from nowhere.

    Raises
    ------
    UsageError
        ROOT is no folder, or DEST lies in it.
    """
    from loadwatch.cohort.storage import is_remote  # noqa: PLC0415 - likewise

    if f"{out}/".startswith(f"{root}/"):
        raise UsageError(
            f"{out}: lies inside {root}, which is only read; name a place outside it with --out."
        )
    if not is_remote(root) and not Path(root).is_dir():
        raise UsageError(f"{root}: no such folder; name one that holds a folder for each runner.")
    if not (is_remote(root) or is_remote(out)):
        _console.refuse_inside(Path(out), [Path(root)])
    if not is_remote(out) and Path(out).exists() and not Path(out).is_dir():
        raise UsageError(f"{out}: is a file; name a folder for the results with --out.")


def _pseudonyms(keyfile: Path | None, root: str, out: str) -> Pseudonyms | None:
    """Pseudonyms by a key file, None where none is named; never among runners or results."""
    from loadwatch.cohort import naming  # noqa: PLC0415 - likewise

    if keyfile is None:
        return None
    file = at_home(keyfile).absolute()
    for place in (root, out):
        if file.resolve().is_relative_to(Path(place).resolve()):
            raise UsageError(
                f"{keyfile}: lies inside {place}; a key beside what it hides opens it. Name a file elsewhere."
            )
    return naming.pseudonyms_from(file)


def _study(
    root: str, out: str, as_of: str | None, named: Path | None, *, is_pseudonymous: bool
) -> tuple[Study, str | None]:
    """What holds for all runners, and the settings' text."""
    from loadwatch import pipeline  # noqa: PLC0415 - likewise
    from loadwatch.calendar import parse_day  # noqa: PLC0415 - likewise
    from loadwatch.cohort.states import Study  # noqa: PLC0415 - likewise

    today = date.today()  # noqa: DTZ011 - the day where the study is made
    day = parse_day(as_of)
    if day and day > today + timedelta(days=pipeline.LONGEST_AHEAD_DAYS):
        raise UsageError(f"{as_of} lies more than a year ahead; name an earlier day to tell it from.")
    own = pipeline.find_settings([Path()], named) if named else None
    if own and is_pseudonymous and (own.name or own.runs):
        raise UsageError(f"{named}: names a person or single runs; leave `name` and [runs] out of it.")
    text = at_home(named).read_text(encoding="utf-8-sig") if named else None
    study = Study(root, out, day, today, own, is_pseudonymous=is_pseudonymous)
    return study.with_versions(), text
