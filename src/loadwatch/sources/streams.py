"""Bounded views of files: nothing is read in pieces that would not fit, and unpacking has an end."""

from __future__ import annotations

import io
import sys
from typing import IO, TYPE_CHECKING

from loadwatch.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

PIECE_BYTES = 1 << 20
# A zip's directory and a tar's headers are read at once by the libraries, as long as they claim to be.
LARGEST_PIECE_BYTES = 16 << 20


class TooMuchError(UnreadableError):
    """An archive has used up what one archive may cost; the rest of it stays unread."""


class Allowance:
    """What one archive on disk may cost, everything nested in it included.

    Parameters
    ----------
    archive_bytes
        Its size on disk. [byte]
    members
        Most members, counted over all levels.
    ratio
        Most bytes unpacked per byte on disk; histories stay under 30 even when parts are read twice.
    least_bytes
        What any archive may unpack, however small. [byte]
    """

    def __init__(
        self, archive_bytes: int, *, members: int = 200_000, ratio: int = 100, least_bytes: int = 6_000_000
    ) -> None:
        self._members = self._members_left = members
        self._bytes = self._bytes_left = max(least_bytes, ratio * archive_bytes)

    def count_member(self) -> None:
        """Take one member off.

        Raises
        ------
        TooMuchError
            None are left.
        """
        self._members_left -= 1
        if self._members_left < 0:
            raise TooMuchError(f"holds more than {self._members:,} members; the rest was not read")

    def count_bytes(self, count: int) -> None:
        """Take unpacked bytes off.

        Raises
        ------
        TooMuchError
            None are left.
        """
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise TooMuchError(f"unpacks to more than {self._bytes // 1_000_000:,} MB; the rest was not read")


class Window(io.RawIOBase):
    """A stretch of a seekable file as a file of its own, read only.

    Parameters
    ----------
    file
        The file; others may read it in between.
    start, size
        The stretch; without a size, up to the end. [byte]
    count_bytes
        Told how many bytes each read gave or had to pass over, which packed files unpack: all from their
        beginning on where it goes back.
    """

    def __init__(
        self,
        file: IO[bytes] | io.BufferedIOBase | io.RawIOBase,
        start: int = 0,
        size: int = sys.maxsize,
        count_bytes: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self._file, self._start, self._size, self._at = file, start, size, 0
        self._reached = 0
        self._count_bytes = count_bytes

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Place of the next read, counted from the window's beginning. [byte]"""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the next read there; a place behind the end gives nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("a place before the file's beginning")
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes, or all to the end.

        Raises
        ------
        UnreadableError
            That is more than belongs in memory at once.
        """
        wanted = max(self._size - self._at, 0)
        if size is not None and size >= 0:
            wanted = min(size, wanted)
        if wanted > LARGEST_PIECE_BYTES:
            raise UnreadableError(
                f"is damaged or made to fill memory: a directory of {wanted // 1_000_000:,} MB"
            )
        place = self._start + self._at
        if self._count_bytes:
            # Before it is done: a place may lie where nobody comes in a lifetime.
            self._count_bytes(place - self._reached if place >= self._reached else place)
        self._file.seek(place)
        content = self._file.read(wanted) or b""
        self._at += len(content)
        self._reached = place + len(content)
        if self._count_bytes:
            self._count_bytes(len(content))
        return content

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer; the number of bytes it took."""
        view = memoryview(buffer).cast("B")
        content = self.read(len(view))
        view[: len(content)] = content
        return len(content)


def read_all(stream: IO[bytes] | io.RawIOBase, limit: int) -> bytes:
    """Rest of a stream.

    Raises
    ------
    UnreadableError
        It is longer than `limit`. [byte]
    """
    content = bytearray()
    while piece := stream.read(PIECE_BYTES):
        content += piece
        if len(content) > limit:
            raise UnreadableError(f"unpacks to more than {limit // 1_000_000} MB; refused")
    return bytes(content)
