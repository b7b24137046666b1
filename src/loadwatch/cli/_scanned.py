"""The scan that several commands begin with: files read with a bar, and what went wrong said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadwatch.cli import _console

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from loadwatch.history import History


def scanned(
    places: list[Path],
    *,
    as_of: date | str | None,
    settings: Path | None,
    diary: Path | None,
    jobs: int | None,
    no_cache: bool,
    cache_folder: Path | None,
    quiet: bool = False,
) -> History:
    """Read the files of some places, and say on stderr what the runner should know of it.

    Raises
    ------
    UsageError
        As `pipeline.scan` does.
    NoRunsError
        No file holds a usable run.
    """
    from loadwatch import pipeline, survey  # noqa: PLC0415 - pandas is not needed for --help

    with (
        _console.cache(_console.cache_folder(cache_folder, places, is_wanted=not no_cache)) as cache,
        _console.progress("Reading", is_wanted=not quiet) as on_file,
    ):
        history = pipeline.scan_found(
            survey.find(places, cache),
            places,
            as_of=as_of,
            settings=settings,
            diary=diary,
            cache=cache,
            jobs=jobs,
            progress=on_file,
        )
    for warning in (*history.warnings, *history.troubles):
        _console.narrate(f"loadwatch: {warning}")
    return history
