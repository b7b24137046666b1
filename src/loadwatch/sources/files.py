"""Files worth reading under the given paths. Knows nothing of running, and never writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.errors import UsageError
from loadwatch.sources.archives import claims_archive, is_hidden
from loadwatch.sources.content import HEAD_BYTES, inflated_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A file named so claims to be ours, and is listed even where it is not.
SUFFIXES = frozenset({".fit", ".gpx", ".tcx"})


def at_home(path: str | Path) -> Path:
    """A path with a leading ~ as the home folder; left as it is where there is no such home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def find(paths: Sequence[Path], recognises: Callable[[bytes], bool]) -> list[Path]:
    """Files worth reading, sorted and each once.

    Parameters
    ----------
    paths
        Files, taken as they are, and folders, walked to the bottom. Hidden files and folders are left out.
    recognises
        Whether a file that begins with these bytes is of a known format; asked where the name does not tell.

    Raises
    ------
    UsageError
        A path that does not exist.
    """
    found: dict[str, Path] = {}
    for path in paths:
        # Unlike Path.exists, this answers for names too long or behind closed folders as well.
        if not os.path.exists(path):  # noqa: PTH110
            raise UsageError(f"{path}: no such file or folder; name one that holds activity files.")
        candidates = _walk(path, recognises) if path.is_dir() else iter([path])
        for candidate in candidates:
            found.setdefault(os.path.realpath(candidate), candidate)
    return sorted(found.values(), key=lambda path: path.parts)


def head(path: Path) -> bytes:
    """First bytes of a file, unpacked where they are gzip; empty where it cannot be opened."""
    try:
        with path.open("rb") as file:
            start = file.read(HEAD_BYTES)
    except OSError:
        return b""
    return inflated_head(start)


def claims_format(name: str) -> bool:
    """Whether a file's name says FIT, GPX or TCX, perhaps behind .gz."""
    return os.path.splitext(name.lower().removesuffix(".gz"))[1] in SUFFIXES  # noqa: PTH122 - a name, no path


def _walk(root: Path, recognises: Callable[[bytes], bool]) -> Iterator[Path]:
    """Candidates under a folder; one that cannot be listed is itself a candidate, so that it is told of."""
    unlisted: list[Path] = []

    def note(error: OSError) -> None:
        unlisted.append(Path(str(error.filename)))

    visited: set[str] = set()
    for folder, folders, files in os.walk(root, onerror=note, followlinks=True):
        # Links may lead back up: each real folder is walked once.
        real = os.path.realpath(folder)
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(files):
            path = Path(folder, name)
            if not is_hidden(name) and _is_candidate(path, recognises):
                yield path
    yield from unlisted


def _is_candidate(path: Path, recognises: Callable[[bytes], bool]) -> bool:
    if claims_format(path.name) or claims_archive(path.name):
        return True
    return path.is_file() and recognises(head(path))
