"""Arguments and options that several commands share, each with its help said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PATHS_HELP = "Folders with FIT, GPX or TCX files, single files, or archives (zip, tar) of them."
Paths = Annotated[list[Path], typer.Argument(metavar="PATH", help=PATHS_HELP, show_default=False)]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder for the report; ./loadwatch-report if not given.",
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help=(
            "Tell it as of this day, such as 2026-11-22; later activities are ignored. Today if not given, "
            "or the end of the newest run's week where that is over 14 days old."
        ),
        show_default=False,
    ),
]
AsOfToday = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Tell it as of this day; later entries and activities are ignored. Today if not given.",
        show_default=False,
    ),
]
Settings = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Settings; loadwatch.toml beside the first PATH if not given.",
        show_default=False,
    ),
]
Diary = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Diary of pain and marks; diary.csv beside the first PATH if not given.",
        show_default=False,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No summary and no progress; only warnings and errors."),
]
Names = Annotated[
    bool,
    typer.Option(
        "--names", help="Show what you called your runs; left out if not given, as others may read it."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=256,
        help="Processes that read files; as many as the work is worth if not given.",
        show_default=False,
    ),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Read every file anew and keep nothing.")]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        metavar="DIR",
        help="Folder that keeps what was read; the user's cache folder if not given.",
        show_default=False,
    ),
]
