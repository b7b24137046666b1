"""Bytes set aside for later, on disk where they are many, so that memory does not grow with a history."""

from __future__ import annotations

import os
import threading
from functools import partial
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_IN_MEMORY_BYTES = 8 << 20


class Shelf:
    """Bytes set aside; the file that holds most of them has no name and ends with the last who needs them."""

    def __init__(self, largest_in_memory_bytes: int = LARGEST_IN_MEMORY_BYTES) -> None:
        self._free_bytes = largest_in_memory_bytes
        self._overflow: _Overflow | None = None

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
        try:
            # Of a file that two processes write to, each overwrites what the other has set aside.
            if self._overflow is None or self._overflow.owner != os.getpid():
                self._overflow = _Overflow(TemporaryFile(buffering=0))  # noqa: SIM115 - ends with its holder
            return self._overflow.put(content)
        except OSError:  # memory is dearer than a disk that is full, and better than nothing
            return lambda: content


class _Overflow:
    """A file that is closed when nobody needs it any more."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._end = file, 0
        self._lock = threading.Lock()
        self.owner = os.getpid()

    def put(self, content: bytes) -> Callable[[], bytes]:
        with self._lock:
            start = self._end
            self._file.seek(start)
            if self._file.write(content) != len(content):
                raise OSError("not all of it could be written")
            self._end = start + len(content)
        return partial(self._get, start, len(content))

    def _get(self, start: int, size: int) -> bytes:
        # A fork shares the place in the file, so none is used where the system can do without.
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size, start)
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)

    def __del__(self) -> None:
        self._file.close()
