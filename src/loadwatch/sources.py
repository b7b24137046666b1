"""Files under the given paths, as bytes with a name. Knows nothing of running, and never writes."""

from __future__ import annotations

import os
import stat
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.errors import EmptyActivityError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A file named so claims to be ours, and is listed even where it is not.
SUFFIXES = frozenset({".fit", ".gpx", ".tcx"})
ARCHIVE_SUFFIXES = frozenset({".zip", ".7z", ".rar", ".tar", ".tgz"})
GZIP_MAGIC = b"\x1f\x8b"
HEAD_BYTES = 4096
# Small steps, so that damage in a compressed file costs little of what came before it.
STEP_BYTES = 1024


@dataclass(frozen=True)
class RawFile:
    """What one file holds.

    Attributes
    ----------
    path
        Where it lies.
    data
        Its bytes, unpacked.
    digest
        SHA-256 of the unpacked bytes in hexadecimal: the same for x.fit and x.fit.gz.
    repairs
        What was mended or lost while opening, one short phrase each.
    """

    path: Path
    data: bytes
    digest: str
    repairs: tuple[str, ...] = ()


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


def read(
    path: Path,
    *,
    largest_bytes: int = 200_000_000,
    largest_unpacked_bytes: int = 500_000_000,
    largest_ratio: float = 200.0,
) -> RawFile:
    """One file's bytes, unpacked where they are gzip, whatever the file is called.

    Parameters
    ----------
    path
        The file.
    largest_bytes, largest_unpacked_bytes
        Limits before and after unpacking. [byte]
    largest_ratio
        Unpacking stops where the content outgrows the file by more than this; activity files stay under 50.

    Raises
    ------
    UnreadableError
        It cannot be opened, is too large, or is no sound gzip.
    EmptyActivityError
        It holds no bytes.
    """
    try:
        about = path.stat()
        # A pipe or a device never ends; waiting for it would hang the scan.
        if not stat.S_ISREG(about.st_mode):
            what = "a folder" if stat.S_ISDIR(about.st_mode) else "no ordinary file"
            raise UnreadableError(f"cannot be opened: it is {what}")
        if about.st_size > largest_bytes:
            raise UnreadableError(f"is larger than {largest_bytes // 1_000_000} MB, and no activity is")
        packed = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror or error}") from error
    repairs: tuple[str, ...] = ()
    data = packed
    if packed.startswith(GZIP_MAGIC):
        # Any small file may grow tenfold a hundred times over; only large results are suspicious.
        limit = min(largest_unpacked_bytes, max(10_000_000, int(len(packed) * largest_ratio)))
        data, repairs = _unpack(packed, limit)
    if not data:
        raise EmptyActivityError("is an empty file")
    return RawFile(path, data, sha256(data).hexdigest(), repairs)


def head(path: Path) -> bytes:
    """First bytes of a file, unpacked where they are gzip; empty where it cannot be opened."""
    try:
        with path.open("rb") as file:
            start = file.read(HEAD_BYTES)
    except OSError:
        return b""
    if not start.startswith(GZIP_MAGIC):
        return start
    try:
        return zlib.decompressobj(wbits=31).decompress(start, HEAD_BYTES)
    except zlib.error:
        return b""


def claims_format(path: Path) -> bool:
    """Whether a file's name says FIT, GPX or TCX, perhaps behind .gz."""
    name = path.name.lower().removesuffix(".gz")
    return os.path.splitext(name)[1] in SUFFIXES  # noqa: PTH122 - a name, no path


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
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(files):
            path = Path(folder, name)
            if not _is_hidden(name) and _is_candidate(path, recognises):
                yield path
    yield from unlisted


def _is_candidate(path: Path, recognises: Callable[[bytes], bool]) -> bool:
    if claims_format(path) or path.suffix.lower() in ARCHIVE_SUFFIXES:
        return True
    return path.is_file() and recognises(head(path))


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _unpack(packed: bytes, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """Content of gzip members one after the other; what comes before damage is kept."""
    content = bytearray()
    rest = packed
    while rest.startswith(GZIP_MAGIC):
        stream = zlib.decompressobj(wbits=31)
        try:
            for at in range(0, len(rest), STEP_BYTES):
                content += stream.decompress(rest[at : at + STEP_BYTES], limit + 1 - len(content))
                if len(content) > limit:
                    raise UnreadableError(f"unpacks to more than {limit // 1_000_000} MB; refused")
                if stream.eof:
                    break
        except zlib.error as error:
            if not content:
                raise UnreadableError(f"is no sound gzip: {error}") from error
            return bytes(content), ("compressed file is damaged; what came before was read",)
        if not stream.eof:
            return bytes(content), ("compressed file is cut off; what came before was read",)
        rest = stream.unused_data + rest[at + STEP_BYTES :]
    return bytes(content), ()
