"""The scan that several commands begin with: files read with a bar, and what went wrong said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loadwatch.cli import _console

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from loadwatch.history import History
    from loadwatch.survey import Found


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
    from loadwatch import survey  # noqa: PLC0415 - pandas is not needed for --help

    kept_in = _console.cache_folder(cache_folder, places, is_wanted=not no_cache)
    with _console.cache(kept_in) as cache:
        history = history_of(
            survey.find(places, cache),
            places,
            as_of=as_of,
            settings=settings,
            diary=diary,
            cache=cache,
            jobs=jobs,
            quiet=quiet,
        )
    for warning in (*history.warnings, *history.troubles):
        _console.narrate(f"loadwatch: {warning}")
    return history


def history_of(found: Sequence[Found], places: list[Path], *, quiet: bool, **asked: Any) -> History:
    """Read files that were found, with a bar; what is asked as `pipeline.scan_found` takes it."""
    from loadwatch import pipeline  # noqa: PLC0415 - pandas is not needed for --help

    with _console.progress("Reading", is_wanted=not quiet) as on_file:
        return pipeline.scan_found(found, places, progress=on_file, **asked)
