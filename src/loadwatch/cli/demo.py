"""`loadwatch demo`: a synthetic runner's files and their report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loadwatch.cli import _console
from loadwatch.errors import UsageError
from loadwatch.sources import at_home

DEFAULT_OUT = "loadwatch-demo"


def demo(
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files and the report.")] = Path(
        DEFAULT_OUT
    ),
    weeks: Annotated[
        int, typer.Option(metavar="N", min=30, max=104, help="Weeks of running to make up.")
    ] = 52,
) -> None:
    """Make up a runner's files and report on them.

    A first look without files of your own: a year of a runner who does not exist.
    """
    from loadwatch import pipeline, report  # noqa: PLC0415 - pandas is not needed for --help
    from loadwatch.demo import has_fit_tool, write_demo  # noqa: PLC0415 - likewise
    from loadwatch.report import terminal  # noqa: PLC0415 - likewise

    folder = at_home(out)
    activities = folder / "activities"
    if activities.exists() and any(activities.iterdir()):
        raise UsageError(f"{activities}: holds files already; name another folder with --out, or remove it.")
    if not has_fit_tool():
        _console.narrate(
            "fit-tool is not installed, so TCX files stand in for FIT (extra loadwatch[fit-demo])."
        )
    try:
        with _console.progress("Making up", is_wanted=True) as on_step:
            write_demo(activities, weeks=weeks, on_file=_named(on_step))
    except OSError as error:
        raise UsageError(
            f"{activities}: cannot be written ({error.strerror}); name another --out."
        ) from error
    with _console.progress("Reading", is_wanted=True) as on_step:
        history = pipeline.scan(activities, progress=on_step)
    _console.hush_drawing()
    written = report.write_report(history, folder / "report")
    _console.show(terminal.summary(history, [written.html, written.png], **_console.style()))
    _console.narrate(f"The files it read: {activities}. Your own: loadwatch scan FOLDER")


def _named(on_step: _console.Step | None) -> _console.Counted | None:
    """A step without a name to show."""
    return None if on_step is None else lambda done, total: on_step(done, total, "")
