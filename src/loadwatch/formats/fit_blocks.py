"""FIT bytes as blocks: all messages of one definition as rows of one array. Knows nothing of running.

One walk over the message headers notes where messages stand; no object is made for any of them.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.formats.fit_profile import TIMESTAMP

if TYPE_CHECKING:
    from loadwatch._arrays import Floats, Ints

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]

MAGIC = b".FIT"
SHORTEST_HEADER = 12
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
    """Where a field stands in its message, and of what base type it is."""

    offset: int
    size: int
    base: int


@dataclass(frozen=True)
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
    """A definition message: its plan, where it stands, and how many data messages stand before it."""

    plan: Plan
    local: int
    offset: int
    before: int


@dataclass(frozen=True)
class Block:
    """All messages of one definition.

    Attributes
    ----------
    plan
        The definition.
    defined_at
        Offset of the definition in the file.
    rows
        Their bytes; shape (messages, plan.size).
    offsets
        Where they stand in the file, and so in which order; shape (messages,).
    times
        Seconds since the FIT epoch where headers carry compressed times, else None; shape (messages,).
    """

    plan: Plan
    defined_at: int
    rows: Bytes
    offsets: Ints
    times: Floats | None


def is_header(data: bytes, start: int = 0) -> bool:
    """Whether a FIT header stands at this offset."""
    return data[start + 8 : start + 12] == MAGIC and data[start] >= SHORTEST_HEADER


def walk(body: bytes) -> tuple[list[int], list[Defined], str]:
    """Offsets of all data messages, all definitions, and what stopped the walk before the end."""
    offsets: list[int] = []
    definitions: list[Defined] = []
    end = len(body)
    # A definition's header byte after the end stops the inner loop, which so need not look for the end.
    data = body + bytes([DEFINITION])
    # Bytes of the message that each header byte stands for; 0 where none is defined.
    size = [0] * 256
    note = offsets.append
    position = 0
    try:
        while True:
            while step := size[data[position]]:
                note(position)
                position += step
            if position >= end:
                return offsets, definitions, ""
            head = data[position]
            if head & (COMPRESSED | DEFINITION) != DEFINITION:
                # Bytes are missing or too many, most likely within the message before: it goes too.
                return offsets[:-1], definitions, f"undefined message at byte {position}"
            plan, length = _definition(body, position)
            definitions.append(Defined(plan, head & 0x0F, position, len(offsets)))
            for header in _headers(head & 0x0F):
                size[header] = plan.size
            position += length
    except IndexError:
        # The last message reaches beyond the end.
        if offsets and offsets[-1] + size[data[offsets[-1]]] > end:
            offsets.pop()
        return offsets, definitions, f"breaks off at byte {end}"


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
        width = np.dtype(BASE_TYPES[base][0]).itemsize if base in BASE_TYPES else 1
        if size and size % width == 0:
            fields.setdefault(number, Place(offset, size, base))
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


def blocks(body: bytes, offsets: list[int], definitions: list[Defined]) -> list[Block]:
    """The messages that a walk found, a block for each definition."""
    buffer = np.frombuffer(body, dtype=np.uint8)
    stands = np.array(offsets, dtype=np.int64)
    heads = buffer[stands]
    local = np.where(heads & COMPRESSED, (heads >> 5) & 3, heads & 0x0F)
    found: list[Block] = []
    for number in range(16):
        mine = np.flatnonzero(local == number)
        defined = [definition for definition in definitions if definition.local == number]
        bounds = np.searchsorted(mine, [definition.before for definition in defined] + [stands.size])
        for definition, first, last in zip(defined, bounds[:-1], bounds[1:], strict=True):
            if last > first:
                found.append(_block(buffer, definition, stands[mine[first:last]]))
    return _with_times(found)


def _block(buffer: Bytes, definition: Defined, offsets: Ints) -> Block:
    size = definition.plan.size
    first, last = int(offsets[0]), int(offsets[-1])
    if last - first == size * (offsets.size - 1):
        rows = buffer[first : last + size].reshape(offsets.size, size)
    else:
        rows = np.lib.stride_tricks.sliding_window_view(buffer, size)[offsets]
    return Block(definition.plan, definition.offset, rows, offsets, None)


def _with_times(blocks: list[Block]) -> list[Block]:
    """Blocks with full times where headers carry five bits of it.

    The bits count on from the last full time that any message before carries.
    """
    if not any((block.rows[:, 0] & COMPRESSED).any() for block in blocks):
        return blocks
    known: list[tuple[int, float, bool]] = []
    stored: list[Floats] = []
    for block in blocks:
        times = _stored_times(block)
        is_compressed = (block.rows[:, 0] & COMPRESSED).astype(bool)
        values = np.where(is_compressed, block.rows[:, 0] & 0x1F, times)
        stored.append(times)
        known += zip(block.offsets.tolist(), values.tolist(), is_compressed.tolist(), strict=True)
    now, full = 0.0, {}
    for offset, value, has_bits_only in sorted(known):
        if has_bits_only:
            now += (int(value) - int(now)) % 32
            full[offset] = now
        elif not math.isnan(value):
            now = value
    return [
        replace(
            block,
            times=np.array(
                [full.get(offset, time) for offset, time in zip(block.offsets, times, strict=True)]
            ),
        )
        for block, times in zip(blocks, stored, strict=True)
    ]


def _stored_times(block: Block) -> Floats:
    place = block.plan.fields.get(TIMESTAMP)
    times = None if place is None else first_values(block.rows, place, block.plan.byte_order)
    return np.full(len(block.rows), np.nan) if times is None else times


def first_values(rows: Bytes, place: Place, byte_order: str) -> Floats | None:
    """The field's values, the first that is one of list-valued fields; None for text."""
    table = _values(rows, place, byte_order)
    if table is None:
        return None
    if table.shape[1] == 1:
        return table[:, 0]
    is_known = ~np.isnan(table)
    first = np.argmax(is_known, axis=1)
    return np.asarray(table[np.arange(len(table)), first], dtype=float)


def _values(rows: Bytes, place: Place, byte_order: str) -> Floats | None:
    """All of a field's values, NaN for "no value"; shape (messages, values). None for text."""
    if place.base == TEXT:
        return None
    kind, invalid = BASE_TYPES.get(place.base, ("u1", None))
    part = np.ascontiguousarray(rows[:, place.offset : place.offset + place.size])
    stored = part.view(np.dtype(f"{byte_order}{kind}"))
    values = stored.astype(np.float64)
    if invalid is not None:
        values[stored == invalid] = np.nan
    elif place.base not in BASE_TYPES:
        # Bytes are invalid only all together.
        values[(stored == 0xFF).all(axis=1)] = np.nan
    else:
        values[~np.isfinite(values)] = np.nan
    return values


def whole_number(rows: Bytes, place: Place, byte_order: str) -> Floats | None:
    """A field as one number to take bits from; bytes count up from the lowest."""
    if place.base in BASE_TYPES:
        return first_values(rows, place, byte_order)
    values = _values(rows, place, byte_order)
    if values is None or place.size > 6:
        return None
    return np.asarray(values @ (256.0 ** np.arange(place.size)), dtype=float)
