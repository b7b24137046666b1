"""Files worth reading under the given paths. Knows nothing of running, and never writes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.errors import UsageError
from loadwatch.sources.archives import claims_archive, is_hidden
from loadwatch.sources.content import HEAD_BYTES, inflated_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A file named so claims to be ours, and is listed even where it is not.
SUFFIXES = frozenset({".fit", ".gpx", ".tcx"})
# Two changes within one step of a file system's clock may leave the same time behind.
FINE_STEP_NS = 100_000_000
COARSE_STEP_NS = 2_000_000_000


def at_home(path: str | Path) -> Path:
    """A path with a leading ~ as the home folder; left as it is where there is no such home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def looks_right(path: Path, recognises: Callable[[bytes], bool]) -> bool:
    """Whether a file's first bytes are recognised."""
    return recognises(head(path))


def find(
    paths: Sequence[Path],
    recognises: Callable[[bytes], bool],
    *,
    look: Callable[[Path, Callable[[bytes], bool]], bool] = looks_right,
) -> list[Path]:
    """Files worth reading, sorted and each once.

    Parameters
    ----------
    paths
        Files, taken as they are, and folders, walked to the bottom. Hidden files and folders are left out.
    recognises
        Whether a file that begins with these bytes is of a known format; asked where the name does not tell.
    look
        How that is found out; whoever remembers it need not open the file.

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
        if path.is_dir():
            for real, candidate in _walk(path, lambda one: look(one, recognises)):
                found.setdefault(real, candidate)
        else:
            found.setdefault(os.path.realpath(path), path)
    return sorted(found.values(), key=lambda path: path.parts)


def stamp(path: Path) -> str:
    """What the file system says of a file's state: another content has another stamp.

    Returns
    -------
    str
        Size and times; empty where there is no telling: it cannot be looked at, or was changed so lately that
        it may be changed again without a sign.
    """
    try:
        about = os.stat(path)  # noqa: PTH116 - asked of every file at every scan, and twice as fast
    except OSError:
        return ""
    # File systems that write whole seconds count in steps of up to two of them.
    step_ns = FINE_STEP_NS if about.st_ctime_ns % 1_000_000_000 else COARSE_STEP_NS
    # Where the entry's time is kept it cannot be set at will, as the time of change can.
    changed_ns = about.st_mtime_ns if os.name == "nt" else about.st_ctime_ns
    if time.time_ns() - changed_ns < step_ns:
        return ""
    # Copying may keep a file's time of change, but not that of its entry in the file system.
    return f"{about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"


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


def _walk(root: Path, is_right: Callable[[Path], bool]) -> Iterator[tuple[str, Path]]:
    """Candidates under a folder with where they really lie; a folder that cannot be listed is one as well."""
    waiting = [root]
    visited: set[str] = set()
    while waiting:
        folder = waiting.pop()
        # Links may lead back up: each real folder is walked once.
        real = os.path.realpath(folder)
        if real in visited:
            continue
        visited.add(real)
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            yield real, folder
            continue
        for entry in entries:
            if is_hidden(entry.name):
                continue
            path = folder / entry.name
            if _is_folder(entry):
                waiting.append(path)
            elif _is_candidate(path, is_right):
                # Asking for each file's real place anew would take as long as all the rest.
                yield os.path.realpath(path) if entry.is_symlink() else f"{real}{os.sep}{entry.name}", path


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_candidate(path: Path, is_right: Callable[[Path], bool]) -> bool:
    if claims_format(path.name) or claims_archive(path.name):
        return True
    return path.is_file() and is_right(path)
