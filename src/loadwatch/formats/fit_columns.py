"""FIT messages as columns, read when they are asked for. Knows nothing of running.

Each field is a column of the rows that `fit_blocks` finds. Names, scales and components come from the
profile that python-fitparse ships as data.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.formats.beginnings import is_fit
from loadwatch.formats.checksum import checksum
from loadwatch.formats.fit_blocks import Block, blocks
from loadwatch.formats.fit_profile import TIMESTAMP, numbers_behind, parents, profile_field
from loadwatch.formats.fit_walk import BYTE, Plan, place, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loadwatch._arrays import Floats, Ints
    from loadwatch.formats.fit_profile import Component

FIELD_DESCRIPTION = 206
FEW = 100  # messages, of which a row to no purpose costs less than finding out


@dataclass(frozen=True)
class Layout:
    """Some fields of one plan's messages, all of them plain numbers.

    Attributes
    ----------
    stored
        How their bytes lie in a message.
    fields
        Name, "no value", scale and offset of each.
    """

    stored: struct.Struct
    fields: tuple[tuple[str, int | None, float, float], ...]

    def read(self, body: bytes, at: int) -> dict[str, float]:
        """What is known of the message at a place in the file."""
        return {
            name: value / scale - offset
            for (name, invalid, scale, offset), value in zip(
                self.fields, self.stored.unpack_from(body, at), strict=True
            )
            if value != invalid
        }


@lru_cache(maxsize=1024)
def _layout(plan: Plan, names: tuple[str, ...]) -> Layout | None:
    """How fields lie in a plan's messages; None where one of them is no plain number of its own."""
    told = {}
    for name in names:
        number, scale, offset = profile_field(plan.message, name)
        if any(parent in plan.fields for parent, _ in parents(plan.message, number)):
            return None
        if number in plan.fields:
            told[number] = (name, plan.fields[number].invalid, scale, offset)
    held = sorted(((plan.fields[number], told[number]) for number in told), key=lambda one: one[0].offset)
    stored, end = plan.byte_order, 0
    for field, _ in held:
        if field.stored is None or not field.is_plain:
            return None
        stored += f"{field.offset - end}x{field.stored.char}"
        end = field.offset + field.size
    return Layout(struct.Struct(stored), tuple(one for _, one in held))


@dataclass(frozen=True)
class DeveloperField:
    """A developer field as its file describes it, from one place in the file on."""

    since: int
    name: str
    units: str
    base: int
    scale: float
    offset: float


class Messages:
    """All messages of one kind in one FIT file; columns are read when asked for.

    All columns have one value for each message, in the order in which the messages stand in the file.
    """

    def __init__(self, number: int, blocks: list[Block], described: _Described) -> None:
        self.number = number
        self._blocks = blocks
        self._described = described

    def __len__(self) -> int:
        """How many messages there are."""
        return sum(map(len, self._blocks))

    def _order(self) -> Ints | None:
        """What brings the messages of several blocks into the order of the file; None where they are."""
        if len(self._blocks) == 1:
            return None
        offsets = np.concatenate([block.offsets for block in self._blocks])
        if (offsets[1:] > offsets[:-1]).all():
            return None
        return np.argsort(offsets, kind="stable")

    def field_numbers(self) -> set[int]:
        """Numbers of the native fields that any of the definitions holds."""
        return set().union(*(block.plan.fields for block in self._blocks))

    def developer_names(self) -> set[str]:
        """Developer fields, as "name [units]"."""
        return {
            f"{found.name} [{found.units}]"
            for block in self._blocks
            for key in block.plan.developer_fields
            if (found := self._described.at(key, block.defined_at)) is not None
        }

    def numbers(self, name: str) -> Floats | None:
        """One field's values as `columns` gives them; None where no message has it."""
        return self.columns((name,)).get(name)

    def columns(self, names: Sequence[str]) -> dict[str, Floats]:
        """Fields by their names in the profile, in its units, NaN where missing; none that no message has.

        The first value of a list-valued field. A field that newer devices write apart (`enhanced_speed`)
        is filled from the older one it extends, and compressed fields are taken apart.
        """
        stored = self.stored(numbers_behind(self.number, tuple(names)))
        found: dict[str, Floats] = {}
        for name in names:
            number, scale, offset = profile_field(self.number, name)
            values = None
            if number in stored:
                values = _scaled(stored[number], scale, offset)
            for parent, component in parents(self.number, number):
                if parent in stored and (values is None or np.isnan(values).any()):
                    expanded = self._component(parent, stored[parent], component)
                    values = expanded if values is None else np.where(np.isnan(values), expanded, values)
            if values is not None:
                found[name] = values
        return found

    def rows(self, names: tuple[str, ...]) -> list[dict[str, float]]:
        """The messages one by one, each with what `columns` gives of it where that is known."""
        layouts = [_layout(block.plan, names) for block in self._blocks if block.times is None]
        if None in layouts or len(layouts) < len(self._blocks):
            columns = {name: values.tolist() for name, values in self.columns(names).items()}
            return [
                {name: values[n] for name, values in columns.items() if not math.isnan(values[n])}
                for n in range(len(self))
            ]
        # Numbers of a few messages are read one by one long before they are made columns.
        found = [
            (at, layout.read(block.body, at))
            for block, layout in zip(self._blocks, layouts, strict=True)
            if layout is not None
            for at in block.offsets.tolist()
        ]
        return [row for _, row in sorted(found, key=itemgetter(0))]

    def raw(self, number: int) -> Floats | None:
        """A field's first values as stored, without scale, by its number; NaN where missing."""
        return self.stored((number,)).get(number)

    def stored(self, numbers: Sequence[int]) -> dict[int, Floats]:
        """Fields as `raw` gives them, by their numbers; those that no message has are left out."""
        if len(self) > FEW:
            held = self.field_numbers()
            # Times may stand in headers instead.
            numbers = [number for number in numbers if number in held or number == TIMESTAMP]
        table = np.empty((len(numbers), len(self)))
        table.fill(np.nan)
        known: set[int] = set()
        end = 0
        for block in self._blocks:
            start, end = end, end + len(block)
            known |= block.fill(table[:, start:end], numbers)
        order = self._order()
        if order is not None:
            table = table.take(order, axis=1)
        return {number: row for number, row in zip(numbers, table, strict=True) if number in known}

    def developer(self, name_and_units: str) -> Floats | None:
        """A developer field's values in its own units, by "name [units]"; None where no message has it."""

        def read(block: Block) -> Floats | None:
            column = None
            for key, (start, size) in block.plan.developer_fields.items():
                found = self._described.at(key, block.defined_at)
                if found is None or f"{found.name} [{found.units}]" != name_and_units:
                    continue
                stored = block.values(place(start, size, found.base, block.plan.byte_order))
                if stored is not None:
                    column = stored / found.scale - found.offset
            return column

        joined = self._joined(read)
        return None if joined is None or np.isnan(joined).all() else joined

    def texts(self, number: int) -> list[str]:
        """A text field's values by its number, empty where missing."""
        values: list[bytes] = []
        for block in self._blocks:
            field = block.plan.fields.get(number)
            values += [b""] * len(block) if field is None else block.texts(field)
        order = self._order()
        return [_text(value) for value in (values if order is None else map(values.__getitem__, order))]

    def _component(self, parent: int, stored: Floats, component: Component) -> Floats:
        """One component of a field: some of its bits, counted on where they roll over."""
        whole = self._whole_numbers(parent, stored)
        if not component.accumulates and component.first_bit == 0 and _fits(whole, component.bits):
            return _scaled(whole, component.scale, component.offset)
        is_known = np.abs(whole) < 2.0**63
        bits = (whole[is_known].astype(np.int64) >> component.first_bit) & ((1 << component.bits) - 1)
        if component.accumulates and bits.size:
            bits = bits[0] + np.concatenate([[0], np.cumsum(np.diff(bits) % (1 << component.bits))])
        values = np.full(whole.size, np.nan)
        values[is_known] = bits / component.scale - component.offset
        return values

    def _whole_numbers(self, number: int, stored: Floats) -> Floats:
        """A field as one number to take bits from; one of several bytes counts up from the lowest."""
        if all(block.holds_numbers(number) for block in self._blocks):
            return stored
        joined = self._joined(lambda block: block.whole_numbers(number))
        # Of more bytes than a number can have, none are taken.
        return np.full_like(stored, np.nan) if joined is None else joined

    def _joined(self, read: Callable[[Block], Floats | None]) -> Floats | None:
        """One column in the order of the file, NaN for blocks that have none; None where all lack it."""
        columns = [read(block) for block in self._blocks]
        if len(columns) == 1:
            return columns[0]
        if all(column is None for column in columns):
            return None
        joined = np.concatenate(
            [
                np.full(len(block), np.nan) if column is None else column
                for block, column in zip(self._blocks, columns, strict=True)
            ]
        )
        order = self._order()
        return joined if order is None else joined[order]


@dataclass
class Part:
    """One FIT file of a chain.

    Attributes
    ----------
    messages
        By global number.
    repairs
        What is damaged, one short phrase each; everything before the damage is there.
    """

    messages: dict[int, Messages]
    repairs: tuple[str, ...]


def decode(data: bytes) -> Iterator[Part]:
    """Every FIT file chained in the bytes, up to its first damage.

    Parameters
    ----------
    data
        The whole file.
    """
    start = 0
    while is_fit(data, start):
        first = start + data[start]
        (size,) = struct.unpack_from("<I", data, start + 4)
        end = first + size
        repairs: list[str] = []
        if size == 0 or end > len(data):
            end = len(data)
            repairs.append("cut off or never finished; what is there was read")
        elif data[end : end + 2] != struct.pack("<H", checksum(data[start:end])):
            repairs.append("checksum is wrong: some values may be damaged")
        following = end + 2
        if following < len(data) and not is_fit(data, following):
            repairs.append(f"{len(data) - following} bytes after the end are not FIT and were ignored")
        body = data[first:end]
        offsets, definitions, damage = walk(body, first)
        if damage and not (repairs and damage.startswith("breaks off")):
            repairs.append(f"{damage}; what came before was read")
        yield Part(_messages(blocks(body, offsets, definitions)), tuple(repairs))
        start = following


def _messages(found: list[Block]) -> dict[int, Messages]:
    """The blocks of each kind together, and the developer fields that the file describes."""
    by_kind: dict[int, list[Block]] = {}
    for block in found:
        by_kind.setdefault(block.plan.message, []).append(block)
    described = _Described()
    if FIELD_DESCRIPTION in by_kind:
        described.learn(Messages(FIELD_DESCRIPTION, by_kind[FIELD_DESCRIPTION], described), by_kind)
    return {number: Messages(number, its, described) for number, its in by_kind.items()}


class _Described:
    """The developer fields that a file describes, each from its description on; they may be redefined."""

    def __init__(self) -> None:
        self._fields: dict[tuple[int, int], list[DeveloperField]] = {}

    def learn(self, descriptions: Messages, blocks: dict[int, list[Block]]) -> None:
        """Take in all field_description messages."""
        offsets = np.sort(np.concatenate([block.offsets for block in blocks[FIELD_DESCRIPTION]]))
        stored = descriptions.stored((0, 1, 2, 6, 7))
        columns = [_ints(stored.get(number), len(descriptions)) for number in (0, 1, 2, 6, 7)]
        names, units = descriptions.texts(3), descriptions.texts(8)
        for n, (index, number, base, scale, offset) in enumerate(zip(*columns, strict=True)):
            if index is None or number is None:
                continue
            self._fields.setdefault((index, number), []).append(
                DeveloperField(
                    since=int(offsets[n]),
                    name=names[n],
                    units=units[n],
                    base=BYTE if base is None else base,
                    scale=float(scale or 1),
                    offset=float(offset or 0),
                )
            )

    def at(self, key: tuple[int, int], place: int) -> DeveloperField | None:
        """What a developer field means under a definition at some place in the file."""
        found = self._fields.get(key)
        if not found:
            return None
        return next((one for one in reversed(found) if one.since <= place), found[0])


def _scaled(values: Floats, scale: float, offset: float) -> Floats:
    values = values / scale if scale != 1.0 else values
    return values - offset if offset else values


def _fits(values: Floats, bits: int) -> bool:
    """Whether whole numbers, NaN among them, need no more than some bits."""
    return bool(
        np.fmin.reduce(values, initial=0.0) >= 0.0 and np.fmax.reduce(values, initial=0.0) < 1 << bits
    )


def _ints(values: Floats | None, count: int) -> list[int | None]:
    if values is None:
        return [None] * count
    return [None if math.isnan(value) else int(value) for value in values.tolist()]


def _text(value: bytes) -> str:
    return value.split(b"\x00", 1)[0].decode("utf-8", "replace")
