"""FIT messages as python-fitparse gives them beside our columns, field by field, used or not.

Nothing here goes through `formats.fit`, so that what both readers share cannot hide what either gets wrong.
"""

from __future__ import annotations

import io
import math
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from loadwatch.formats import fit_columns
from loadwatch.formats.fit_profile import field_name, message_name, profile_field
from loadwatch.formats.reference import fit_bytes
from loadwatch.formats.reference.causes import UNEXPLAINED, fit_cause
from loadwatch.formats.reference.tally import FieldTally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loadwatch._arrays import Floats
    from loadwatch.formats.reference.tally import Value

    # Number of a native field, "name [units]" of a developer field.
    Key = int | str
    Row = dict[Key, list[Any]]

EVERY_KIND = frozenset(range(1 << 16))
TEXT, STORED, SCALED = "text", "stored", "scaled"


def compare(data: bytes) -> tuple[list[FieldTally], str]:
    """Every field of every kind of message, and why python-fitparse as it stands refuses the file.

    A file that it refuses is read a second time with its damage taken out of the way.
    """
    there, refusal = plain(data)
    if refusal:
        there = mended(data)
    parts = [part.messages for part in fit_columns.decode(data)]
    found: list[FieldTally] = []
    for number in sorted({*there, *(number for part in parts for number in part)}):
        mine = [part[number] for part in parts if number in part]
        found += _kind(number, mine, there.get(number, []))
    return found, refusal


def plain(data: bytes) -> tuple[dict[int, list[Row]], str]:
    """Messages by kind as python-fitparse gives them, up to where it refuses the file, and why it does.

    Its `FitFile` is the same decoder, and turns times and truths into words, which are only turned back here.
    """
    from fitparse import FitFileDecoder  # noqa: PLC0415 - late: only comparisons need it

    found: dict[int, list[Row]] = defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for message in FitFileDecoder(io.BytesIO(data)).get_messages():
                found[message.mesg_num].append(_row(message))
        except Exception as error:  # noqa: BLE001 - fitparse lets KeyError, TypeError, struct.error ... of bad bytes through
            return found, f"{type(error).__name__}: {error}"
    return found, ""


def mended(data: bytes) -> dict[int, list[Row]]:
    """The same for a damaged file: no checksums, sound definitions, each part up to its damage."""
    from fitparse import FitFileDecoder  # noqa: PLC0415 - as above

    found: dict[int, list[Row]] = defaultdict(list)
    for part in fit_bytes.parts(data):
        body, _ = fit_bytes.sift(part, EVERY_KIND)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            decoder = FitFileDecoder(
                fit_bytes.header(body) + body, check_crc=False, check_developer_data=False
            )
            try:
                for message in decoder:
                    found[message.mesg_num].append(_row(message))
            except Exception:  # noqa: BLE001, S112 - as above; what came before is compared
                continue
    return found


def _row(message: Any) -> Row:
    """One message's values; a field can stand in it several times, native and taken from others."""
    row: Row = defaultdict(list)
    for item in message.fields:
        is_developed = item.field_type == "devfield"
        row[f"{item.name} [{item.field.units or ''}]" if is_developed else item.def_num].append(item)
    return row


def _kind(number: int, here: list[fit_columns.Messages], there: list[Row]) -> Iterator[FieldTally]:
    """All fields of one kind of message."""
    name = message_name(number)
    count = sum(map(len, here))
    messages = FieldTally(name, "(messages)")
    for place in range(max(count, len(there))):
        one, other = (1.0 if place < length else None for length in (count, len(there)))
        messages.add(place, one, other, UNEXPLAINED)
    yield messages
    stored = {key for part in here for key in part.field_numbers()}
    for key in dict.fromkeys([*(key for row in there for key in row), *sorted(stored)]):
        items = [row.get(key, []) for row in there[:count]]
        how = _how(items)
        column = FieldTally(name, key if isinstance(key, str) else field_name(number, key))
        for place, (mine, row) in enumerate(zip(_values(here, number, key, how), items, strict=False)):
            its = next((value for item in row for value in values(item, how)), None)
            cause = "" if mine == its else fit_cause(row, mine, its)
            column.add(place, mine, its, cause)
        yield column


def _how(items: list[list[Any]]) -> str:
    """How a field is compared: as text, as stored, or scaled.

    A field that another one gives its meaning and scale (`cycles` by `activity_type`) is compared as stored.
    """
    every = [item for row in items for item in row]
    if any(item.base_type.name == "string" for item in every):
        return TEXT
    return STORED if any(item.parent_field is not None for item in every) else SCALED


def _values(here: Iterable[fit_columns.Messages], number: int, key: Key, how: str) -> Iterator[Value]:
    """Our values of one field, part by part."""
    name = "" if isinstance(key, str) else field_name(number, key)
    _, scale, offset = profile_field(number, name)
    is_scaled = how == SCALED or (scale, offset) == (1.0, 0.0)
    for messages in here:
        column: Iterable[Value] | None
        if isinstance(key, str):
            column = None if how == TEXT else _listed(messages.developer(key))
        elif how == TEXT:
            column = messages.texts(key)
        elif is_scaled and not name.startswith("unknown_"):
            column = _listed(messages.numbers(name))
        else:
            column = _listed(messages.raw(key))
        yield from [None] * len(messages) if column is None else column


def _listed(column: Floats | None) -> list[float | None] | None:
    return None if column is None else [None if math.isnan(value) else value for value in column.tolist()]


def values(item: Any, how: str) -> list[float | str]:
    """What one field of python-fitparse's tells, times as seconds, words as the numbers they stand for."""
    is_told_in_words = not isinstance(item.value, int | float | tuple)
    told = item.raw_value if how == STORED or is_told_in_words else item.value
    several = told if isinstance(told, tuple) else (told,)
    known = [one for one in several if one is not None and isinstance(one, str) == (how == TEXT)]
    return [one if isinstance(one, str) else float(one) for one in known if not _is_nan(one)]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
