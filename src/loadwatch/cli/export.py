"""`loadwatch export`: the tables for a spreadsheet, a script or a notebook."""

from __future__ import annotations

import sys
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadwatch import words
from loadwatch.cli import _console, _options
from loadwatch.cli._scanned import scanned
from loadwatch.errors import NoRunsError, UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from loadwatch.history import History


class Table(StrEnum):
    """Tables that can be exported."""

    RUNS = "runs"
    DAYS = "days"
    WEEKS = "weeks"
    FLAGS = "flags"
    SKIPPED = "skipped"
    SAMPLES = "samples"
    EXPOSURE = "exposure"


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
        Format, typer.Option("--format", help="Parquet needs pyarrow: pip install './loadwatch[parquet]'.")
    ] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; stdout if not given.", show_default=False)
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN_ID",
            help="Of samples, those of this run alone: its run_id or the beginning of it.",
            show_default=False,
        ),
    ] = None,
    positions: Annotated[
        bool,
        typer.Option("--positions", help="Of samples, also where they were; left out if not given."),
    ] = False,
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

    `--table skipped` lists what was left out and why, also where no run was found. `--table samples` has each
    sample of all runs, or of one with --run, and no places unless asked for with --positions.
    `--table exposure` has sessions as time at risk, for studies. A CSV file that --output names begins with
    the mark by which Excel knows UTF-8; what goes down a pipe has none.

    Exit codes: 0 done; 1 no run found; 2 wrong use.
    """
    from loadwatch.report import tables, write_file  # noqa: PLC0415 - pandas is not needed for --help

    if table is not Table.SAMPLES and (run is not None or positions):
        raise UsageError("--run and --positions choose among samples; say --table samples as well.")
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
    except NoRunsError as error:
        count, frames = 1, iter([_skipped_instead(error, table)])
        _console.narrate(f"loadwatch: {error}")
    else:
        count, frames = _frames(history, table, run=run, names=names, positions=positions)
    with _console.progress("Writing", is_wanted=not quiet and count > 1) as on_frame:
        rows: list[int] = []
        content = tables.WRITERS[format_.value](_counted(frames, rows, count, on_frame), table.value)
        if output is None:
            sys.stdout.buffer.writelines(content)
            return
        mark = [tables.BYTE_ORDER_MARK] if format_ is Format.CSV else []
        write_file(at_home(output), chain(mark, content), makes_folders=False)
    if not quiet:
        _console.narrate(f"{words.count(sum(rows), 'row')} written to {output}.")


def _frames(
    history: History, table: Table, *, run: str | None, names: bool, positions: bool
) -> tuple[int, Iterator[pd.DataFrame]]:
    """A table in frames, and how many there will be: one for each run of samples, else one."""
    from loadwatch.at_risk import exposure  # noqa: PLC0415 - pandas is not needed for --help
    from loadwatch.report import samples  # noqa: PLC0415 - likewise

    if table is Table.EXPOSURE:
        return 1, iter([exposure(history)])
    if table is not Table.SAMPLES:
        frame = getattr(history, table.value)
        return 1, iter([frame.assign(name="") if table is Table.RUNS and not names else frame])
    records = list(history.records.values()) if run is None else samples.chosen(history.records, run)
    return len(records), samples.frames(records, has_positions=positions)


def _counted(
    frames: Iterator[pd.DataFrame], rows: list[int], count: int, on_frame: _console.Step | None
) -> Iterator[pd.DataFrame]:
    """The same frames, each with its rows counted and told of."""
    for frame in frames:
        rows.append(len(frame))
        if on_frame:
            on_frame(len(rows), count, "")
        yield frame


def _skipped_instead(error: NoRunsError, table: Table) -> pd.DataFrame:
    """What was left out, where that was asked for; without a run there is nothing else to tell."""
    if table is Table.SKIPPED and error.skipped is not None:
        return error.skipped
    raise error
