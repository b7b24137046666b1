"""FIT bytes as blocks: all messages of one layout as rows of one array. Knows nothing of running.

One walk over the message headers notes where messages stand; no object is made for any of them, and
nothing is decoded that nobody asks for.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.formats.fit_profile import TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Floats, Ints

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]

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
# The local type that each header byte of a data message names.
LOCAL_TYPES = np.array(
    [head >> 5 & 3 if head & COMPRESSED else head & 0x0F for head in range(256)], dtype=np.uint8
)


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
    """A definition message: its plan, the local type it gives it, and where it stands."""

    plan: Plan
    local: int
    offset: int


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

    def rows(self) -> np.ndarray[Any, np.dtype[np.void]]:
        """The messages' bytes; shape (messages,), each of `plan.size` bytes."""
        size = self.plan.size
        message = np.dtype((np.void, size))
        first, last = int(self.offsets[0]), int(self.offsets[-1])
        if last - first == size * (len(self) - 1):
            return np.frombuffer(self.body, message, len(self), first)
        # Messages begin at any byte: a row from each, overlapping, and of these the ones that are meant.
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

    def fill(self, table: Floats, numbers: Sequence[int]) -> set[int]:
        """Write native fields, as `values` gives them, into the rows of a table; tell which there are.

        Parameters
        ----------
        table
            Shape (fields, messages), NaN all over.
        numbers
            The fields.
        """
        found: set[int] = set()
        missing = [np.nan] * len(numbers)
        shape, strides, rows = (len(self),), (self.plan.size,), self.rows()
        for row, number in enumerate(numbers):
            field = self.plan.fields.get(number)
            if number == TIMESTAMP and self.times is not None:
                table[row] = self.times
            elif field is None:
                continue
            elif field.is_plain and field.invalid is not None:
                table[row] = np.ndarray(shape, field.stored, rows, field.offset, strides)
                missing[row] = field.invalid
            elif (values := self.values(field)) is not None:
                table[row] = values
            else:
                continue
            found.add(number)
        np.copyto(table, np.nan, where=table == np.array(missing)[:, None])
        return found

    def holds_numbers(self, number: int) -> bool:
        """Whether a native field, where there is one, is of numbers rather than bytes."""
        field = self.plan.fields.get(number)
        return field is None or field.base in BASE_TYPES

    def whole_numbers(self, number: int) -> Floats | None:
        """A native field as one number to take bits from; bytes count up from the lowest. None for text."""
        field = self.plan.fields.get(number)
        if field is None or field.base in BASE_TYPES:
            return None if field is None else self.values(field)
        table = self._table(field)
        if table is None or field.size > 6:
            return None
        return np.asarray(table @ (256.0 ** np.arange(field.size)), dtype=float)

    def texts(self, field: Place) -> list[bytes]:
        """The field's bytes in each message."""
        rows, size = self.rows().tobytes(), self.plan.size
        return [rows[at : at + field.size] for at in range(field.offset, len(rows), size)]

    def _table(self, field: Place) -> Floats | None:
        """All of a field's values, NaN for none, shape (messages, values); None for text and misfits."""
        if field.stored is None:
            return None
        width = field.stored.itemsize
        if field.size % width:
            return None  # a developer field of another size than its description says
        shape, strides = (len(self), field.size // width), (self.plan.size, width)
        stored = np.ndarray(shape, field.stored, self.rows(), field.offset, strides)
        with np.errstate(invalid="ignore"):  # some bytes are numbers that signal when touched
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


def blocks(body: bytes, offsets: Ints, definitions: list[Defined]) -> list[Block]:
    """The messages that a walk found, a block for each plan."""
    heads = np.frombuffer(body, dtype=np.uint8)[offsets]
    local = LOCAL_TYPES[heads]
    # Stable: within one local type the messages stay in the order of the file, cut by its definitions.
    by_local = offsets[np.argsort(local, kind="stable")]
    ends = np.cumsum(np.bincount(local, minlength=16)).tolist()
    pieces: dict[tuple[int, int], tuple[Defined, list[Ints]]] = {}
    for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        if start == end:
            continue
        mine = by_local[start:end]
        defined = [definition for definition in definitions if definition.local == number]
        bounds = [*mine.searchsorted([definition.offset for definition in defined]).tolist(), mine.size]
        for definition, (first, last) in zip(defined, pairwise(bounds), strict=True):
            # What developer fields mean can change from one definition to the next.
            key = (id(definition.plan), definition.offset if definition.plan.developer_fields else 0)
            if last > first:
                pieces.setdefault(key, (definition, []))[1].append(mine[first:last])
    found = [
        Block(
            definition.plan,
            definition.offset,
            body,
            its[0] if len(its) == 1 else np.sort(np.concatenate(its)),
        )
        for definition, its in pieces.values()
    ]
    return _with_times(found) if (heads & COMPRESSED).any() else found


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
