"""Where messages stand in FIT bytes, and what their definitions say. Knows nothing of running.

One walk over the message headers; no object is made for any message.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from loadwatch._arrays import Ints

# Five days at one sample and one heartbeat a second; what holds more is made to fill memory.
MOST_MESSAGES = 1_000_000
LARGEST_UNCOUNTED_BYTES = 4 << 20
MOST_DEFINITIONS = 200_000
COMPRESSED, DEFINITION, DEVELOPER = 0x80, 0x40, 0x20
TEXT, BYTE = 0x07, 0x0D
# Numpy type and "no value" of each base type; text and bytes are apart.
BASE_TYPES: dict[int, tuple[str, int | None]] = {
    0x00: ("u1", 0xFF),
    0x01: ("i1", 0x7F),
    0x02: ("u1", 0xFF),
    0x83: ("i2", 0x7FFF),
    0x84: ("u2", 0xFFFF),
    0x85: ("i4", 0x7FFFFFFF),
    0x86: ("u4", 0xFFFFFFFF),
    0x88: ("f4", None),
    0x89: ("f8", None),
    0x0A: ("u1", 0),
    0x8B: ("u2", 0),
    0x8C: ("u4", 0),
    0x8E: ("i8", 0x7FFFFFFFFFFFFFFF),
    0x8F: ("u8", 0xFFFFFFFFFFFFFFFF),
    0x90: ("u8", 0),
}


@dataclass(frozen=True)
class Place:
    """Where a field stands in its message, and how its bytes are read.

    Attributes
    ----------
    offset, size
        In the message, its header included. [bytes]
    base
        Its base type.
    stored
        Numpy's type of one of its values; None for text.
    invalid
        What stands for "no value"; None where no one number does.
    is_plain
        Whether it holds one whole number that a float can hold.
    """

    offset: int
    size: int
    base: int
    stored: np.dtype[Any] | None
    invalid: int | None
    is_plain: bool


@lru_cache(maxsize=4096)
def place(offset: int, size: int, base: int, byte_order: str) -> Place:
    """The place of a field; base types that FIT does not know are read as bytes."""
    kind, invalid = BASE_TYPES.get(base, ("u1", None))
    is_plain = base != TEXT and invalid is not None and size == _width(base) <= 4
    return Place(offset, size, base, None if base == TEXT else np.dtype(byte_order + kind), invalid, is_plain)


@cache
def _width(base: int) -> int:
    """Bytes of one value of a base type."""
    return np.dtype(BASE_TYPES[base][0]).itemsize if base in BASE_TYPES else 1


@dataclass(frozen=True, eq=False)  # one for each definition: see `_plan`
class Plan:
    """What one definition message says.

    Attributes
    ----------
    message
        Global number of the message it defines.
    size
        Bytes of one such message, its header included.
    byte_order
        "<" or ">".
    fields
        Place of each field by its number; those whose size does not fit their type are left out.
    developer_fields
        Offset and size of each developer field by its developer's index and its number.
    """

    message: int
    size: int
    byte_order: str
    fields: dict[int, Place]
    developer_fields: dict[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Defined:
    """A definition message: its plan, the local type it gives it, and where it stands."""

    plan: Plan
    local: int
    offset: int


def walk(body: bytes, first: int = 0) -> tuple[Ints, list[Defined], str]:
    """Offsets of all data messages, all definitions, and what stopped the walk before the end.

    `first` is where the body stands in its file: what stopped the walk is told by its place there.
    """
    definitions: list[Defined] = []
    end = len(body)
    # A definition's header byte after the end stops the inner loop, which so need not look for the end.
    data = body + bytes([DEFINITION])
    # Counting takes longer than walking, so in files of usual sizes messages are counted afterwards.
    begins = bytearray(end) if end <= LARGEST_UNCOUNTED_BYTES else _Counted(end)
    # Bytes of the message that each header byte stands for; 0 where none is defined.
    size = [0] * 256
    position = 0
    damage, is_torn = "", False
    try:
        while True:
            while step := size[data[position]]:
                begins[position] = True
                position += step
            if position >= end:
                break
            head = data[position]
            if head & (COMPRESSED | DEFINITION) != DEFINITION:
                # Bytes are missing or too many, most likely within the message before: it goes, too.
                damage, is_torn = f"undefined message at byte {first + position}", True
                break
            if len(definitions) == MOST_DEFINITIONS:
                damage = f"holds more than {MOST_DEFINITIONS:,} definitions"
                break
            plan, length = _definition(body, position)
            definitions.append(Defined(plan, head & 0x0F, position))
            for header in _headers(head & 0x0F):
                size[header] = plan.size
            position += length
    except OverflowError:
        damage = f"holds more than {MOST_MESSAGES:,} messages"
    except IndexError:
        # The last message may reach beyond the end.
        damage, is_torn = f"breaks off at byte {first + end}", position > end
    offsets = np.flatnonzero(np.frombuffer(begins, dtype=np.bool_))
    if offsets.size > MOST_MESSAGES:
        offsets, is_torn = offsets[:MOST_MESSAGES], False
        damage = f"holds more than {MOST_MESSAGES:,} messages"
    return offsets[:-1] if is_torn else offsets, definitions, damage


class _Counted(bytearray):
    """Marks of which there can be too many."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.left = MOST_MESSAGES

    def __setitem__(self, place: Any, mark: Any) -> None:
        if not self.left:
            raise OverflowError
        self.left -= 1
        super().__setitem__(place, mark)


@cache
def _headers(local: int) -> tuple[int, ...]:
    """Header bytes of data messages of a local type: plain ones, and those with a compressed time."""
    plain = tuple(spare | local for spare in (0x00, 0x10, 0x20, 0x30))
    return plain + (tuple(COMPRESSED | local << 5 | bits for bits in range(32)) if local < 4 else ())


def _definition(body: bytes, position: int) -> tuple[Plan, int]:
    """What the definition message at a place says, and its length; IndexError where it is cut."""
    has_developer_fields = bool(body[position] & DEVELOPER)
    length = 6 + 3 * body[position + 5]
    if has_developer_fields:
        length += 1 + 3 * body[position + length]
    if position + length > len(body):
        raise IndexError
    return _plan(body[position + 1 : position + length], has_developer_fields), length


@lru_cache(maxsize=1024)
def _plan(definition: bytes, has_developer_fields: bool) -> Plan:
    """The plan of a definition, made once for all files of a device."""
    byte_order = ">" if definition[1] else "<"
    (message,) = struct.unpack_from(f"{byte_order}H", definition, 2)
    count = definition[4]
    offset = 1
    fields: dict[int, Place] = {}
    for at in range(5, 5 + 3 * count, 3):
        number, size, base = definition[at : at + 3]
        if size and size % _width(base) == 0:
            fields.setdefault(number, place(offset, size, base, byte_order))
        offset += size
    developer_fields: dict[tuple[int, int], tuple[int, int]] = {}
    if has_developer_fields:
        table = 6 + 3 * count
        for at in range(table, len(definition), 3):
            number, size, index = definition[at : at + 3]
            if size:
                developer_fields[index, number] = (offset, size)
            offset += size
    return Plan(message, offset, byte_order, fields, developer_fields)
