"""A line added to `diary.csv`: whatever else happens meanwhile, no entry is lost.

The line goes to the file's end in one write, under a lock, as the file is written: its columns, their order,
the sign between cells and the ends of lines stay as the runner or a spreadsheet left them.
"""

from __future__ import annotations

import csv
import io
import os
import re
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.diary.entries import FIELDS, written
from loadwatch.diary.place import LARGEST_BYTES
from loadwatch.diary.reading import Layout, decoded, layout_of, lines_of
from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadwatch.diary.entries import Entry

LONGEST_WAIT_S = 20.0
LOCKED_BYTE = 1 << 40  # where Windows locks: far beyond what anybody reads
_BOM = b"\xef\xbb\xbf"


def append(path: Path, entry: Entry) -> None:
    """Add an entry to a diary, which is made where there is none.

    A file without a column that the entry needs, or in letters other than UTF-8, is written anew beside
    itself and put in its own place at once, every line as it was.

    Parameters
    ----------
    path
        The diary.
    entry
        What to add.

    Raises
    ------
    UsageError
        The file is no diary, is too large, or cannot be written.
    """
    path = Path(os.path.realpath(path))
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path}: is no plain file; name another diary.")
        with _locked(path) as descriptor:
            content = _content(descriptor)
            if len(content) > LARGEST_BYTES:
                raise UsageError(f"{path}: is larger than {LARGEST_BYTES // 1_000_000} MB; begin a new one.")
            whole = _with(content, entry, path)
            if whole.startswith(content):
                _write(descriptor, whole[len(content) :])
            else:
                _replace(path, whole)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error}).") from error


def _with(content: bytes, entry: Entry, path: Path) -> bytes:
    """A diary's bytes with an entry at the end."""
    text, encoding = decoded(content)
    cells = written(entry)
    lines = lines_of(text)
    if not text.strip():
        head = _line([field.name for field in FIELDS], ",", "\n")
        new = _line([cells.get(field.name, "") for field in FIELDS], ",", "\n")
        return content + (head + new).encode()
    layout = layout_of(lines)
    if layout.head < 0:
        raise UsageError(
            f"{path}: its first line names no column `date`, so nothing is added to it; see "
            "`loadwatch diary show`."
        )
    end = _line_end(lines)
    missing = [name for name in cells if name not in layout.names]
    new = _line(
        [*(cells.get(name, "") for name in layout.names), *map(cells.__getitem__, missing)],
        layout.delimiter,
        end,
    )
    gap = "" if lines[-1].endswith(("\n", "\r")) else end
    if not missing and encoding == "utf-8":
        return content + (gap + new).encode()
    lines[layout.head] = _longer(lines[layout.head], missing, layout)
    mark = _BOM if encoding != "utf-8" or content.startswith(_BOM) else b""
    return mark + ("".join(lines) + gap + new).encode("utf-8", "replace")


def _longer(head: str, missing: list[str], layout: Layout) -> str:
    """A head line with more columns at its end."""
    plain = head.rstrip("\r\n")
    return layout.delimiter.join([plain, *missing]) + (head[len(plain) :] or "\n")


def _line(cells: list[str], delimiter: str, end: str) -> str:
    told = io.StringIO()
    # A line is one line: reading it again must not hang on a quotation mark further down.
    plain = [re.sub(r"\s*[\r\n]+\s*", " / ", cell) for cell in cells]
    csv.writer(told, delimiter=delimiter, lineterminator=end).writerow(plain)
    return told.getvalue()


def _line_end(lines: list[str]) -> str:
    return next((line[len(line.rstrip("\r\n")) :] for line in lines if line.endswith(("\n", "\r"))), "\n")


def _content(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    content = b""
    while len(content) <= LARGEST_BYTES and (part := os.read(descriptor, 1 << 20)):
        content += part
    return content


def _write(descriptor: int, line: bytes) -> None:
    """All of a line at the end of a file, and on the disk."""
    if os.write(descriptor, line) != len(line):
        raise OSError("the disk is full")
    os.fsync(descriptor)


def _replace(path: Path, content: bytes) -> None:
    """Put another content in a file's place at once."""
    import tempfile  # noqa: PLC0415 - hardly ever needed

    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        try:
            _write(descriptor, content)
        finally:
            os.close(descriptor)
        with suppress(OSError):
            Path(name).chmod(path.stat().st_mode & 0o777)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """A file open for adding, which nobody else adds to meanwhile."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    until_s = time.monotonic() + LONGEST_WAIT_S
    while True:
        descriptor = os.open(path, flags, 0o644)
        try:
            _lock(descriptor, until_s, path)
            # Whoever had it before may have put another file in its place.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    yield descriptor
                    return
        finally:
            os.close(descriptor)


def _lock(descriptor: int, until_s: float, path: Path) -> None:
    """Wait for a lock, which ends with the descriptor, also when the process is killed."""
    while True:
        try:
            _try_lock(descriptor)
        except OSError as error:
            if time.monotonic() > until_s:
                raise UsageError(f"{path}: is being written by another program; try again.") from error
            time.sleep(0.01)
        else:
            return


def _try_lock(descriptor: int) -> None:
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        import msvcrt  # noqa: PLC0415 - only Windows has it

        os.lseek(descriptor, LOCKED_BYTE, os.SEEK_SET)
        getattr(msvcrt, "locking")(descriptor, getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009 - unknown elsewhere
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
