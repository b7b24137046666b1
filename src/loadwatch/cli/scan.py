"""`loadwatch scan`: the weekly report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadwatch.cli import _console
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from loadwatch.history import History
    from loadwatch.report import ReportPaths

DEFAULT_OUT = "loadwatch-report"
BAD_KINDS = ("unreadable", "implausible")


class FailLevel(StrEnum):
    """Levels that `--fail-on` takes."""

    NOTE = "note"
    WATCH = "watch"
    ACT = "act"


def scan(  # noqa: PLR0913 - one parameter for each option
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", help="Folders, files or archives (zip, tar) of runs.", show_default=False
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for the report; ./loadwatch-report if not given.", show_default=False
        ),
    ] = None,
    week: Annotated[
        str | None,
        typer.Option(
            metavar="WEEK",
            help="Week to report on: 2026-W47, or any date in it. The last complete one if not given.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Tell it as of this day; later runs are ignored. Today if not given.",
            show_default=False,
        ),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Settings; loadwatch.toml beside the first PATH if not given.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of the summary.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if a file was unreadable or implausible.")
    ] = False,
    fail_on: Annotated[
        FailLevel | None,
        typer.Option(help="Exit 3 if the week holds a flag at or above this level.", show_default=False),
    ] = None,
) -> None:
    """Read a folder of runs and write the weekly report.

    Prints a summary of at most 20 lines and writes an HTML page and a picture of the week. A file that cannot
    be used never stops the scan: the report lists it with the reason.

    Exit codes: 0 done; 1 no run found, or --strict met a bad file; 2 wrong use; 3 a flag at or above
    --fail-on.
    """
    from loadwatch import pipeline, report  # noqa: PLC0415 - pandas is not needed for --help

    places = [at_home(path) for path in paths]
    folder = _console.report_folder(out, places, DEFAULT_OUT)
    with _console.progress("Reading", is_wanted=not quiet) as on_file:
        history = pipeline.scan(places, as_of=as_of, week=week, settings=settings, progress=on_file)
    for warning in history.warnings:
        _console.narrate(f"loadwatch: {warning}")
    written = report.write_report(history, folder)
    _tell(history, written, as_json=as_json, quiet=quiet)
    raise typer.Exit(_exit_code(history, strict=strict, fail_on=fail_on))


def _tell(history: History, written: ReportPaths, *, as_json: bool, quiet: bool) -> None:
    from loadwatch.report import tables, terminal  # noqa: PLC0415 - likewise

    if as_json:
        _console.show(tables.dumps(tables.scan_json(history, written)).rstrip("\n"))
    elif not quiet:
        _console.show(terminal.summary(history, [written.html, written.png], **_console.style()))


def _exit_code(history: History, *, strict: bool, fail_on: FailLevel | None) -> int:
    if strict and history.skipped["kind"].isin(BAD_KINDS).any():
        bad = history.skipped[history.skipped["kind"].isin(BAD_KINDS)].iloc[0]
        _console.narrate(f"loadwatch: --strict: {bad['file']}: {bad['reason']}.")
        return _console.NOTHING_USABLE
    if fail_on is not None:
        at_or_above = list(FailLevel)[list(FailLevel).index(fail_on) :]
        mine = history.flags[history.flags["week"] == history.week]
        if mine["level"].isin([level.value for level in at_or_above]).any():
            return _console.FLAGGED
    return _console.DONE
