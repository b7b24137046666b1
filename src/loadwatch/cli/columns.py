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
    EXPOSURE = "exposure"
    REPLAY = "replay"
    ZONES = "zones"
    SAMPLES = "samples"
    DIARY = "diary"


def columns(
    table: Annotated[
        Table | None, typer.Argument(metavar="TABLE", help="Only this table.", show_default=False)
    ] = None,
) -> None:
    """List all columns with units and meanings.

    Those of one table, or of every table that `loadwatch export` writes, of zones, of a run's samples and of
    the diary.
    """
    for name in [table.value] if table else list(Table):
        _console.show(f"{name}")
        for column, unit, meaning in _told(name):
            line = f"  {column:<30}{unit or '-':<7}{meaning}"
            _console.show(_console.fitted(line, hanging=39))


def _told(table: str) -> list[tuple[str, str, str]]:
    if table == Table.DIARY:
        from loadwatch.diary import FIELDS  # noqa: PLC0415 - not needed for --help

        units = {"pain": "of 10", "minutes": "min"}
        return [(field.name, units.get(field.kind, ""), field.meaning) for field in FIELDS]
    return [(column.name, column.unit, column.meaning) for column in TABLES[table]]
