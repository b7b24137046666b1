"""Where a diary lies, and its bytes: all that a scan needs which has nothing new to say."""

from __future__ import annotations

import errno
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME = "diary.csv"
LARGEST_BYTES = 8_000_000


def content_of(path: Path) -> bytes | None:
    """A diary's bytes, of one far too large only the beginning; None where there is no file.

    Raises
    ------
    OSError
        It cannot be read.
    """
    try:
        # Whoever opens a pipe waits for somebody to write into it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
