"""One file read by our reader and by a well-kept library, and where the two disagree."""

from __future__ import annotations

import platform
import xml.etree.ElementTree as ET
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from loadwatch import formats
from loadwatch.errors import FileError, UnreadableError
from loadwatch.formats.fit import NATIVE, Source
from loadwatch.formats.reference import activities, fit, fit_messages, gpx, tcx
from loadwatch.formats.reference.causes import UNEXPLAINED, xml_cause
from loadwatch.formats.reference.tally import Comparison, FieldTally, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from loadwatch.formats.activity import Activity

REFERENCES: dict[str, Callable[[bytes], list[Activity | FileError]]] = {
    "fit": fit.read,
    "gpx": gpx.read,
    "tcx": tcx.read,
}

COLUMNS = (*NATIVE, Source("cadence_spm", ("cadence", "fractional_cadence", "cadence256")))


def compare(data: bytes) -> Comparison:
    """Both readers on one file, field by field.

    Parameters
    ----------
    data
        The file's bytes, unpacked.

    Raises
    ------
    UnreadableError
        It is neither FIT, GPX nor TCX.
    """
    reader = formats.sniff(data)
    if reader is None:
        raise UnreadableError("holds neither FIT, GPX nor TCX, so there is nothing to compare")
    messages: list[FieldTally] = []
    explain: Callable[[str], str] = partial(xml_cause, reader.format, data)
    if reader.format == "fit":
        name = f"python-fitparse {version('python-fitparse')}"
        messages, refusal = fit_messages.compare(data)
        explain = partial(_as_in_records, messages)
    elif reader.format == "gpx":
        name = f"gpxpy {version('gpxpy')}"
        refusal = _gpxpy_refuses(data)
    else:
        name = f"ElementTree of Python {platform.python_version()}"
        refusal = _element_tree_refuses(data)
    here, there = _outcomes(reader.read, data), _outcomes(REFERENCES[reader.format], data)
    fields = together([*activities.compare(here, there, explain), *messages])
    return Comparison(name, _refusal(here), refusal, tuple(one for one in fields if one.values))


def _as_in_records(messages: list[FieldTally], column: str) -> str:
    """Why a column of samples differs: for the one cause for which the fields that fill it do."""
    fields = {name for source in COLUMNS if source.column == column for name in source.fields}
    causes = {
        cause for one in messages if one.message == "record" and one.field in fields for cause in one.causes
    }
    return causes.pop() if len(causes) == 1 else UNEXPLAINED


def _outcomes(read: Callable[[bytes], list[Activity | FileError]], data: bytes) -> list[Activity | FileError]:
    try:
        return read(data)
    except FileError as error:
        return [error]


def _refusal(outcomes: list[Activity | FileError]) -> str:
    """Why a file is unreadable as a whole; what merely is no activity was read."""
    is_unread = all(isinstance(outcome, UnreadableError) for outcome in outcomes)
    return str(outcomes[0]) if is_unread else ""


def _gpxpy_refuses(data: bytes) -> str:
    """Why gpxpy as it stands refuses a file; empty where it reads it."""
    import gpxpy  # noqa: PLC0415 - late: only comparisons need it

    try:
        gpxpy.parse(data)
    except Exception as error:  # noqa: BLE001 - gpxpy lets AttributeError, ValueError ... of strange files through
        return f"{type(error).__name__}: {error}"
    return ""


def _element_tree_refuses(data: bytes) -> str:
    try:
        ET.fromstring(data)  # noqa: S314 - a file that the runner asked to have compared
    except (ET.ParseError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
