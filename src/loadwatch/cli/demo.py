"""`loadwatch demo`: a synthetic runner's files and their report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_OUT = "loadwatch-demo"


def demo(
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files and the report.")] = Path(
        DEFAULT_OUT
    ),
    weeks: Annotated[int, typer.Option(min=30, max=104, help="Weeks of running to make up.")] = 52,
) -> None:
    """Make up a runner's year of files and report on it: a first look without files of your own."""
    raise NotImplementedError
