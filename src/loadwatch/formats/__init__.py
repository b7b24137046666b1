"""FIT, GPX and TCX: chosen by content, read into one `Activity` each.

This is the only place where units become SI and cadence becomes steps per minute.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loadwatch.errors import FileError, UnreadableError
from loadwatch.formats import beginnings
from loadwatch.sources import archive_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from loadwatch.formats.activity import Activity


@dataclass(frozen=True)
class Reader:
    """One format.

    Attributes
    ----------
    format
        Its name in `Activity.format`.
    recognises
        Whether a file that begins with these bytes is of this format.
    """

    format: str
    recognises: Callable[[bytes], bool]

    def read(self, data: bytes) -> list[Activity | FileError]:
        """A file's activities, or why there are none; read by the module that bears the format's name."""
        # Imported when something is read: whoever only looks for files does without numpy.
        module = importlib.import_module(f"loadwatch.formats.{self.format}")
        outcomes: list[Activity | FileError] = module.read(data)
        return outcomes


# Those that tell more come first: of two files of one run that have the same signals, the first is kept.
READERS = (
    Reader("fit", beginnings.is_fit),
    Reader("tcx", beginnings.is_tcx),
    Reader("gpx", beginnings.is_gpx),
)
# Enough to pass a long comment before the root element.
HEAD_BYTES = 4096


def sniff(data: bytes) -> Reader | None:
    """The reader for a file, by its first bytes; None where it is none of ours."""
    head = data[:HEAD_BYTES]
    return next((reader for reader in READERS if reader.recognises(head)), None)


def read(data: bytes) -> list[Activity | FileError]:
    """Every activity in a file.

    Parameters
    ----------
    data
        The file's bytes, unpacked.

    Returns
    -------
    list
        An `Activity`, or the `FileError` that says why there is none, for each activity; the place in
        the list is its session number.

    Raises
    ------
    FileError
        The file holds no activity at all, or a single one that cannot be used; its class and text say why.
    """
    reader = sniff(data)
    if reader is None:
        raise UnreadableError(_what_it_is(data))
    outcomes = reader.read(data)
    if len(outcomes) == 1:
        if isinstance(outcomes[0], FileError):
            raise outcomes[0]
        return outcomes
    return [
        outcome if isinstance(outcome, FileError) else replace(outcome, session_number=number)
        for number, outcome in enumerate(outcomes)
    ]


def _what_it_is(data: bytes) -> str:
    kind = archive_kind(data[:HEAD_BYTES])
    if kind:
        return f"is a {kind} archive where none is read; unpack it first"
    return "holds neither FIT, GPX nor TCX"
