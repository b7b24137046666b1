"""`loadwatch columns`: every column with its unit and meaning."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from loadwatch.cli import _console
from loadwatch.columns import TABLES


class Table(StrEnum):
    """Tables that have columns."""

    RUNS = "runs"
    DAYS = "days"
    WEEKS = "weeks"
    FLAGS = "flags"
    SKIPPED = "skipped"
    ZONES = "zones"
    SAMPLES = "samples"


def columns(
    table: Annotated[
        Table | None, typer.Argument(metavar="TABLE", help="Only this table.", show_default=False)
    ] = None,
) -> None:
    """List all columns with units and meanings.

    Those of one table, or of every table that `loadwatch export` writes, of zones and of a run's samples.
    """
    for name in [table.value] if table else TABLES:
        _console.show(f"{name}")
        for column in TABLES[name]:
            line = f"  {column.name:<30}{column.unit or '-':<7}{column.meaning}"
            _console.show(_console.fitted(line, hanging=39))
