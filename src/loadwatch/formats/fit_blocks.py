"""FIT bytes as blocks: all messages of one layout as rows of one array. Knows nothing of running.

Nothing is decoded that nobody asks for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.formats.fit_profile import TIMESTAMP
from loadwatch.formats.fit_walk import BASE_TYPES, COMPRESSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Floats, Ints
    from loadwatch.formats.fit_walk import Defined, Place, Plan

# The local type that each header byte of a data message names.
LOCAL_TYPES = np.array(
    [head >> 5 & 3 if head & COMPRESSED else head & 0x0F for head in range(256)], dtype=np.uint8
)


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


def blocks(body: bytes, offsets: Ints, definitions: list[Defined]) -> list[Block]:
    """The messages that a walk found, a block for each plan."""
    heads = np.frombuffer(body, dtype=np.uint8)[offsets]
    local = LOCAL_TYPES[heads]
    # Stable: within one local type the messages stay in the order of the file, cut by its definitions.
    by_local = offsets[np.argsort(local, kind="stable")]
    ends = np.cumsum(np.bincount(local, minlength=16)).tolist()
    by_number: dict[int, list[Defined]] = {}
    for definition in definitions:
        by_number.setdefault(definition.local, []).append(definition)
    pieces: dict[tuple[int, int], tuple[Defined, list[Ints]]] = {}
    for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        if start == end:
            continue
        mine, defined = by_local[start:end], by_number[number]
        cuts = [definition.offset for definition in defined[1:]]
        bounds = [0, *(mine.searchsorted(cuts).tolist() if cuts else ()), mine.size]
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
