"""`loadwatch export`: the tables for a spreadsheet, a script or a notebook."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from loadwatch.cli import _console
from loadwatch.sources import at_home


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
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Folders or files with FIT, GPX or TCX.", show_default=False),
    ],
    *,
    table: Annotated[Table, typer.Option(help="Which table.")] = Table.RUNS,
    format_: Annotated[Format, typer.Option("--format", help="Parquet needs pyarrow.")] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; stdout if not given.", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Tell it as of this day. Today if not given.", show_default=False),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Settings; loadwatch.toml beside the first PATH if not given.",
            show_default=False,
        ),
    ] = None,
    jobs: _console.JobsOption = None,
    no_cache: _console.NoCacheOption = False,
    cache_folder: _console.CacheOption = None,
) -> None:
    """Write one table as CSV, JSON or Parquet. `loadwatch columns` tells what the columns mean."""
    from loadwatch import pipeline, survey  # noqa: PLC0415 - pandas is not needed for --help
    from loadwatch.report import tables, write_file  # noqa: PLC0415 - likewise

    places = [at_home(path) for path in paths]
    if output is not None:
        _console.refuse_inside(output, places)
    with (
        _console.cache(cache_folder, places, is_wanted=not no_cache) as cache,
        _console.progress("Reading", is_wanted=True) as on_file,
    ):
        found = survey.find(places)
        history = pipeline.scan_found(
            found, places, as_of=as_of, settings=settings, cache=cache, jobs=jobs, progress=on_file
        )
    frame = getattr(history, table.value)
    writers = {Format.CSV: tables.to_csv, Format.JSON: tables.to_json, Format.PARQUET: tables.to_parquet}
    content = writers[format_](frame, table.value)
    if output is not None:
        write_file(at_home(output), content, makes_folders=False)
        _console.narrate(f"{len(frame)} rows written to {output}.")
    else:
        sys.stdout.buffer.write(content)
