"""FIT bytes as blocks: all messages of one layout as rows of one array. Knows nothing of running.

One walk over the message headers notes where messages stand; no object is made for any of them, and
nothing is decoded that nobody asks for.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
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
    """

    offset: int
    size: int
    base: int
    stored: np.dtype[Any] | None
    invalid: int | None


@lru_cache(maxsize=4096)
def place(offset: int, size: int, base: int, byte_order: str) -> Place:
    """The place of a field; base types that FIT does not know are read as bytes."""
    kind, invalid = BASE_TYPES.get(base, ("u1", None))
    return Place(offset, size, base, None if base == TEXT else np.dtype(byte_order + kind), invalid)


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
    """All messages of one plan; where it has developer fields, those of one definition.

    Attributes
    ----------
    plan
        What its definition says.
    defined_at
        Offset of the definition in the file.
    body
        The whole file.
    offsets
        Where the messages stand in the file, and so in which order; shape (messages,).
    times
        Seconds since the FIT epoch where headers carry compressed times, else None; shape (messages,).
    """

    plan: Plan
    defined_at: int
    body: bytes
    offsets: Ints
    times: Floats | None = None

    def __len__(self) -> int:
        """How many messages there are."""
        return self.offsets.size

    @cached_property
    def rows(self) -> np.ndarray[Any, np.dtype[np.void]]:
        """The messages' bytes; shape (messages,), each of `plan.size` bytes."""
        size = self.plan.size
        message = np.dtype((np.void, size))
        first, last = int(self.offsets[0]), int(self.offsets[-1])
        if last - first == size * (len(self) - 1):
            return np.frombuffer(self.body, message, len(self), first)
        # Messages begin at any byte: as many rows as there are bytes, overlapping, and of them those that are meant.
        return np.ndarray((len(self.body) - size + 1,), message, self.body, 0, (1,))[self.offsets]

    def values(self, field: Place) -> Floats | None:
        """The field's values, the first that is one of list-valued fields; None for text."""
        table = self._table(field)
        if table is None:
            return None
        if table.shape[1] == 1:
            return table[:, 0]
        is_known = ~np.isnan(table)
        first = np.argmax(is_known, axis=1)
        return np.asarray(table[np.arange(len(table)), first], dtype=float)

    def whole_numbers(self, field: Place) -> Floats | None:
        """A field as one number to take bits from; bytes count up from the lowest. None for text."""
        if field.base in BASE_TYPES:
            return self.values(field)
        table = self._table(field)
        if table is None or field.size > 6:
            return None
        return np.asarray(table @ (256.0 ** np.arange(field.size)), dtype=float)

    def texts(self, field: Place) -> list[bytes]:
        """The field's bytes in each message."""
        rows, size = self.rows.tobytes(), self.plan.size
        return [rows[at : at + field.size] for at in range(field.offset, len(rows), size)]

    def _table(self, field: Place) -> Floats | None:
        """All of a field's values, NaN for "no value"; shape (messages, values). None for text."""
        if field.stored is None:
            return None
        width = field.stored.itemsize
        shape, strides = (len(self), field.size // width), (self.plan.size, width)
        stored = np.ndarray(shape, field.stored, self.rows, field.offset, strides)
        values = stored.astype(np.float64)
        if field.invalid is not None:
            is_missing = stored == field.invalid
        elif field.base in BASE_TYPES:
            is_missing = ~np.isfinite(values)
        else:
            # Bytes are invalid only all together.
            is_missing = (stored == 0xFF).all(axis=1, keepdims=True)
        np.copyto(values, np.nan, where=is_missing)
        return values


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


@cache
def _width(base: int) -> int:
    """Bytes of one value of a base type."""
    return np.dtype(BASE_TYPES[base][0]).itemsize if base in BASE_TYPES else 1


def blocks(body: bytes, offsets: list[int], definitions: list[Defined]) -> list[Block]:
    """The messages that a walk found, a block for each plan."""
    stands = np.array(offsets, dtype=np.int64)
    heads = np.frombuffer(body, dtype=np.uint8)[stands]
    first: list[Defined] = []
    which = _block_numbers(heads, definitions, first)
    # Smaller numbers are sorted faster, and a stable order keeps that of the file.
    order = np.argsort(which.astype(np.min_scalar_type(len(first))), kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(first))).tolist()
    stands = stands[order]
    found = [
        Block(defined.plan, defined.offset, body, stands[start:end])
        for defined, start, end in zip(first, [0, *ends], ends, strict=False)
        if end > start
    ]
    return _with_times(found) if (heads & COMPRESSED).any() else found


def _block_numbers(heads: Bytes, definitions: list[Defined], first: list[Defined]) -> Ints:
    """The number of the block that each message belongs to; `first` is given the definition of each block."""
    local = np.where(heads & COMPRESSED, (heads >> 5) & 3, heads & 0x0F)
    numbers: dict[tuple[int, int], int] = {}
    of_local: dict[int, list[tuple[int, int]]] = {}
    for defined in definitions:
        # What developer fields mean can change from one definition to the next.
        key = (id(defined.plan), defined.offset if defined.plan.developer_fields else 0)
        if key not in numbers:
            numbers[key] = len(first)
            first.append(defined)
        of_local.setdefault(defined.local, []).append((numbers[key], defined.before))
    which = np.zeros(heads.size, dtype=np.int64)
    for number, pairs in of_local.items():
        mine = np.flatnonzero(local == number)
        bounds = np.searchsorted(mine, [before for _, before in pairs] + [heads.size])
        which[mine] = np.repeat([block for block, _ in pairs], np.diff(bounds))
    return which


def _with_times(blocks: list[Block]) -> list[Block]:
    """Blocks with full times where headers carry five bits of it.

    The bits count on from the last full time that any message before carries.
    """
    known: list[tuple[int, float, bool]] = []
    stored: list[Floats] = []
    for block in blocks:
        heads = np.frombuffer(block.body, dtype=np.uint8)[block.offsets]
        times = _stored_times(block)
        is_compressed = (heads & COMPRESSED).astype(bool)
        values = np.where(is_compressed, heads & 0x1F, times)
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
                [full.get(offset, time) for offset, time in zip(block.offsets.tolist(), times, strict=True)]
            ),
        )
        for block, times in zip(blocks, stored, strict=True)
    ]


def _stored_times(block: Block) -> Floats:
    field = block.plan.fields.get(TIMESTAMP)
    times = None if field is None else block.values(field)
    return np.full(len(block), np.nan) if times is None else times
