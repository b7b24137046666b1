"""`loadwatch export`: the tables for a spreadsheet, a script or a notebook."""

from __future__ import annotations

import sys
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadwatch.cli import _console, _options
from loadwatch.cli._scanned import scanned
from loadwatch.errors import NoRunsError, UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    import pandas as pd


class Table(StrEnum):
    """Tables that can be exported."""

    RUNS = "runs"
    DAYS = "days"
    WEEKS = "weeks"
    FLAGS = "flags"
    SKIPPED = "skipped"


class Format(StrEnum):
    """Formats that a table can be written in."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def export(  # noqa: PLR0913 - one parameter for each option
    paths: _options.Paths,
    *,
    table: Annotated[
        Table, typer.Option(help="Which table; `loadwatch columns` explains each column.")
    ] = Table.RUNS,
    format_: Annotated[
        Format, typer.Option("--format", help="Parquet needs pyarrow: pip install 'loadwatch[parquet]'.")
    ] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; stdout if not given.", show_default=False)
    ] = None,
    as_of: _options.AsOf = None,
    settings: _options.Settings = None,
    diary: _options.Diary = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no closing line; only warnings and errors.")
    ] = False,
    names: _options.Names = False,
    jobs: _options.Jobs = None,
    no_cache: _options.NoCache = False,
    cache_folder: _options.Cache = None,
) -> None:
    """Write one table as CSV, JSON or Parquet.

    For example: loadwatch export ~/activities --table weeks --output weeks.csv

    `--table skipped` lists what was left out and why, also where no run was found. A CSV file that --output
    names begins with the mark by which Excel knows UTF-8; what goes down a pipe has none.

    Exit codes: 0 done; 1 no run found; 2 wrong use.
    """
    from loadwatch.report import tables, write_file  # noqa: PLC0415 - pandas is not needed for --help

    places = [at_home(path) for path in paths]
    if output is not None:
        _console.refuse_inside(output, places)
    if format_ is Format.PARQUET:
        tables.refuse_without_pyarrow()
        if output is None and sys.stdout.isatty():
            raise UsageError("Parquet is no text for a terminal; name a file for it with --output.")
    try:
        history = scanned(
            places,
            as_of=as_of,
            settings=settings,
            diary=diary,
            jobs=jobs,
            no_cache=no_cache,
            cache_folder=cache_folder,
            quiet=quiet,
        )
        frame = getattr(history, table.value)
    except NoRunsError as error:
        frame = _skipped_instead(error, table)
        _console.narrate(f"loadwatch: {error}")
    if table is Table.RUNS and not names:
        frame = frame.assign(name="")
    content = tables.WRITERS[format_.value]([frame], table.value)
    if output is None:
        sys.stdout.buffer.writelines(content)
        return
    mark = [tables.BYTE_ORDER_MARK] if format_ is Format.CSV else []
    write_file(at_home(output), chain(mark, content), makes_folders=False)
    if not quiet:
        _console.narrate(f"{len(frame)} rows written to {output}.")


def _skipped_instead(error: NoRunsError, table: Table) -> pd.DataFrame:
    """What was left out, where that was asked for; without a run there is nothing else to tell."""
    if table is Table.SKIPPED and error.skipped is not None:
        return error.skipped
    raise error
