"""Bytes set aside for later, on disk where they are many, so that memory does not grow with a history."""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_IN_MEMORY_BYTES = 8 << 20


class Shelf:
    """Bytes set aside; the file that holds most of them has no name and ends with the shelf."""

    def __init__(self, largest_in_memory_bytes: int = LARGEST_IN_MEMORY_BYTES) -> None:
        self._free_bytes = largest_in_memory_bytes
        self._file: IO[bytes] | None = None
        self._end = 0

    def put(self, content: bytes) -> Callable[[], bytes]:
        """Set bytes aside.

        Returns
        -------
        callable
            Gives them back, any number of times.
        """
        if len(content) <= self._free_bytes:
            self._free_bytes -= len(content)
            return lambda: content
        start = self._end
        try:
            if self._file is None:
                self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as what lies in it
            self._file.seek(start)
            if self._file.write(content) != len(content):
                return lambda: content
        except OSError:  # memory is dearer than a disk that is full, and better than nothing
            return lambda: content
        self._end = start + len(content)
        return partial(self._get, self._file, start, len(content))

    @staticmethod
    def _get(file: IO[bytes], start: int, size: int) -> bytes:
        file.seek(start)
        return file.read(size)
