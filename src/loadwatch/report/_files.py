"""Writing files so that a reader sees the old one or the new one, and never half of either."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def write_file(path: Path, content: bytes, *, makes_folders: bool = True) -> None:
    """Write a whole file at once.

    Parameters
    ----------
    path
        Where to. What is there and no plain file (a device, a pipe) is written into, never replaced.
    content
        The whole of it.
    makes_folders
        Whether folders above it are made.

    Raises
    ------
    UsageError
        Where the file cannot be written; nothing half-written is left behind.
    """
    # In the same folder, since a rename is atomic only within one file system.
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if makes_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: cannot be written ({reason}); name another place for it.") from error
    finally:
        # Gone already where all went well.
        with contextlib.suppress(OSError):
            partial.unlink()
