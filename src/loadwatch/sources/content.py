"""What one file holds, wherever it lies: on disk or inside an archive."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from loadwatch.errors import EmptyActivityError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from loadwatch.errors import FileError

GZIP_MAGIC = b"\x1f\x8b"
HEAD_BYTES = 4096
# Small steps, so that damage in a compressed file costs little of what came before it.
STEP_BYTES = 1024
ALWAYS_UNPACKED_BYTES = 5_000_000  # however small the file: so much is read within a second


@dataclass(frozen=True)
class Label:
    """What an export's own list says of one of its files.

    Attributes
    ----------
    sport, sub_sport
        In our own words; empty where the list does not say.
    title
        The name the runner gave it, empty where there is none.
    """

    sport: str
    sub_sport: str = ""
    title: str = ""


@dataclass(frozen=True)
class RawFile:
    """What one file holds.

    Attributes
    ----------
    path
        The file on disk: itself, or the archive it is a member of.
    data
        Its bytes, unpacked.
    digest
        SHA-256 of the unpacked bytes in hexadecimal: the same for x.fit and x.fit.gz.
    repairs
        What was mended or lost while opening, one short phrase each.
    member
        Its way inside the archive, archives within archives included; empty for a file on disk.
    label
        What the archive's own list says of it, None where it has none.
    """

    path: Path
    data: bytes
    digest: str
    repairs: tuple[str, ...] = ()
    member: str = ""
    label: Label | None = None

    @property
    def name(self) -> Path:
        """Where it lies, as if archives were folders: export.zip/activities/1.fit.gz."""
        return self.path / self.member


@dataclass(frozen=True)
class Problem:
    """A file, or a member of an archive, that cannot be opened, and why; named like a `RawFile`."""

    path: Path
    error: FileError
    member: str = ""

    @property
    def name(self) -> Path:
        """Where it lies, as if archives were folders."""
        return self.path / self.member


def unpacked(
    packed: bytes,
    path: Path,
    *,
    member: str = "",
    label: Label | None = None,
    largest_bytes: int = 200_000_000,
    largest_ratio: float = 200.0,
    count_bytes: Callable[[int], None] | None = None,
) -> RawFile:
    """A file from its bytes, which are inflated where they are gzip, whatever the file is called.

    Parameters
    ----------
    packed
        Its bytes as they were found.
    path, member, label
        As `RawFile` has them.
    largest_bytes
        Limit after unpacking. [byte]
    largest_ratio
        Unpacking stops where the content outgrows the file by more than this; activity files stay under 50.
    count_bytes
        Told how many bytes inflating gave; what it raises goes through.

    Raises
    ------
    UnreadableError
        It is too large, or no sound gzip.
    EmptyActivityError
        It holds no bytes.
    """
    repairs: tuple[str, ...] = ()
    data = packed
    if packed.startswith(GZIP_MAGIC):
        # Any small file may grow tenfold a hundred times over; only large results are suspicious.
        limit = min(largest_bytes, max(ALWAYS_UNPACKED_BYTES, int(len(packed) * largest_ratio)))
        data, repairs = _inflate(packed, limit)
        if count_bytes:
            count_bytes(len(data))
    if not data:
        raise EmptyActivityError("is an empty file")
    return RawFile(path, data, sha256(data).hexdigest(), repairs, member, label)


def inflated_head(start: bytes) -> bytes:
    """First bytes of what a file holds, from the file's own first bytes; empty where that is broken gzip."""
    if not start.startswith(GZIP_MAGIC):
        return start
    try:
        return zlib.decompressobj(wbits=31).decompress(start, HEAD_BYTES)
    except zlib.error:
        return b""


def _inflate(packed: bytes, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """Content of gzip members one after the other; what comes before damage is kept."""
    content = bytearray()
    start = 0
    while packed.startswith(GZIP_MAGIC, start):
        stream = zlib.decompressobj(wbits=31)
        try:
            for at in range(start, len(packed), STEP_BYTES):
                step = packed[at : at + STEP_BYTES]
                content += stream.decompress(step, limit + 1 - len(content))
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
        start = at + len(step) - len(stream.unused_data)
    return bytes(content), ()
