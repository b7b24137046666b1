"""Writing files so that a reader sees the old one or the new one, and never half of either."""

from __future__ import annotations

import contextlib
import glob
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Writing takes moments: what is older was left behind by somebody who was ended in the middle.
LEFT_BEHIND_S = 600.0


def write_file(path: Path, content: bytes | Iterable[bytes], *, makes_folders: bool = True) -> None:
    """Write a whole file at once.

    Parameters
    ----------
    path
        Where to. What is there and no plain file (a device, a pipe) is written into, never replaced.
    content
        The whole of it, or its pieces one after another.
    makes_folders
        Whether folders above it are made.

    Raises
    ------
    UsageError
        Where the file cannot be written; nothing half-written is left behind.
    """
    # In the same folder, since a rename is atomic only within one file system.
    partial = _partial(path, os.getpid())
    pieces = (content,) if isinstance(content, bytes) else content
    try:
        if makes_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            _write(path, pieces)
            return
        _sweep(path)
        _write(partial, pieces)
        partial.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: cannot be written ({reason}); name another place for it.") from error
    finally:
        # Gone already where all went well.
        with contextlib.suppress(OSError):
            partial.unlink()


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


def _partial(path: Path, pid: int | str) -> Path:
    return path.with_name(f".{path.name}.{pid}.part")


def _sweep(path: Path) -> None:
    """Remove what others left behind half-written when they were ended."""
    for left in path.parent.glob(_partial(Path(glob.escape(path.name)), "*").name):
        if left.suffixes[-2][1:].isdigit():
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
                    left.unlink()
