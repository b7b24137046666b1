"""FIT files taken apart into definitions and messages, changed there and put together again.

A reader of its own, so that it does not share a mistake with the one under test.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from fuzzing.blind import EDGES, damaged
from loadwatch.formats.checksum import checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

HEADER = struct.Struct("<BBHI4s")
DEVELOPER, DEFINITION, COMPRESSED = 0x20, 0x40, 0x80
FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, ACTIVITY = 0, 12, 18, 19, 20, 21, 34
DESCRIPTION, DEVELOPER_ID = 206, 207
TIMESTAMP = 253
USED = (FILE_ID, 3, 7, SPORT, SESSION, LAP, RECORD, EVENT, ACTIVITY, 23, 78, DESCRIPTION, DEVELOPER_ID)
# Sizes of the base types.
WIDTHS = {
    **dict.fromkeys((0x00, 0x01, 0x02, 0x07, 0x0A, 0x0D), 1),
    **dict.fromkeys((0x83, 0x84, 0x8B), 2),
    **dict.fromkeys((0x85, 0x86, 0x88, 0x8C), 4),
    **dict.fromkeys((0x89, 0x8E, 0x8F, 0x90), 8),
}
WEEK_S = 7 * 86_400
NUMBERS = (*range(12), 29, 30, 39, 40, 41, 53, 73, 78, 83, 85, 108, 136, 254, 255, TIMESTAMP)
SPECIAL = (
    *(b"\0" * 8, b"\xff" * 8, b"\xff\xff\xff\x7f" * 2, b"\0\0\0\x80" * 2, b"\xfe\xff\xff\xff" * 2),
    *(struct.pack("<d", value) for value in (float("nan"), float("inf"), -float("inf"), 1e308, 5e-324)),
    *(struct.pack("<ff", value, value) for value in (float("nan"), float("inf"), -3e38, 1e-40)),
)
LARGEST_MESSAGES = 20_000


@dataclass(frozen=True)
class Definition:
    """What a definition message says; `own` are its developer fields."""

    local: int
    order: str
    message: int
    fields: tuple[tuple[int, int, int], ...]
    own: tuple[tuple[int, int, int], ...] = ()

    @property
    def size(self) -> int:
        """Bytes behind the header of each message."""
        return sum(field[1] for field in (*self.fields, *self.own))

    def offset(self, number: int) -> tuple[int, int] | None:
        """First byte and size of a native field in the content of a message."""
        at = 0
        for found, size, _ in self.fields:
            if found == number:
                return at, size
            at += size
        return None

    def packed(self) -> bytes:
        """The message itself."""
        head = DEFINITION | (DEVELOPER if self.own else 0) | self.local
        start = struct.pack(f"{self.order}BBBHB", head, 0, self.order == ">", self.message, len(self.fields))
        content = start + b"".join(map(bytes, self.fields))
        return content + (bytes([len(self.own)]) + b"".join(map(bytes, self.own)) if self.own else b"")


@dataclass(frozen=True)
class Data:
    """A data message."""

    header: int
    content: bytes


Item = Definition | Data
Items = list[Item]


def taken_apart(data: bytes) -> Items:
    """Messages of a sound file, those before the damage of another."""
    items: Items = []
    sizes: dict[int, int] = {}
    at, end = data[0], min(len(data), data[0] + HEADER.unpack_from(data)[3])
    while at < end:
        head = data[at]
        if head & (COMPRESSED | DEFINITION) == DEFINITION:
            order = "<>"[data[at + 2] & 1]
            (message,) = struct.unpack_from(f"{order}H", data, at + 3)
            fields, at = _triples(data, at + 5)
            own, at = _triples(data, at) if head & DEVELOPER else ((), at)
            definition = Definition(head & 15, order, message, fields, own)
            sizes[head & 15] = definition.size
            items.append(definition)
            continue
        size = sizes.get(_local(head))
        if size is None or at + 1 + size > end:
            break
        items.append(Data(head, data[at + 1 : at + 1 + size]))
        at += 1 + size
    return items


def _triples(data: bytes, at: int) -> tuple[tuple[tuple[int, int, int], ...], int]:
    end = at + 1 + 3 * data[at]
    found = tuple((data[n], data[n + 1], data[n + 2]) for n in range(at + 1, end, 3))
    return found, end


def _local(header: int) -> int:
    return (header >> 5) & 3 if header & COMPRESSED else header & 15


def shortened(items: Items, records: int) -> Items:
    """The same with at most so many records, taken from the start."""
    left = count(records, -1)
    kept = {n for n, of in _messages(items) if of.message != RECORD or next(left) > 0}
    return [item for n, item in enumerate(items) if isinstance(item, Definition) or n in kept]


def _messages(items: Sequence[Item]) -> Iterator[tuple[int, Definition]]:
    """Place and definition of every data message that has one."""
    known: dict[int, Definition] = {}
    for n, item in enumerate(items):
        if isinstance(item, Definition):
            known[item.local] = item
        elif _local(item.header) in known:
            yield n, known[_local(item.header)]


def put_together(items: Items, *, is_sound: bool = True) -> bytes:
    """A file with a header and, unless told otherwise, the checksum that belongs to it."""
    body = b"".join(
        item.packed() if isinstance(item, Definition) else bytes([item.header]) + item.content
        for item in items
    )
    header = HEADER.pack(14, 0x20, 2184, len(body), b".FIT") + b"\0\0"
    crc = checksum(header + body) if is_sound else 0x5AFE
    return header + body + struct.pack("<H", crc)


def _any_definition(items: Items, rng: Random) -> tuple[int, Definition] | None:
    found = [(n, item) for n, item in enumerate(items) if isinstance(item, Definition)]
    weights = [5 if item.message == RECORD else 2 if item.message in USED else 1 for _, item in found]
    return rng.choices(found, weights)[0] if found else None


def _redefine(items: Items, n: int, new: Definition, change: Callable[[bytes], bytes] | None) -> None:
    """Put another definition in a place, and change the messages under it along with it."""
    under = [m for m, of in _messages(items) if of is items[n]]
    items[n] = new
    for m in under:
        item = items[m]
        if isinstance(item, Data):
            content = change(item.content) if change else item.content
            items[m] = Data(_header(item.header, new.local), content)


def _header(header: int, local: int) -> int:
    return header & 0x9F | local << 5 if header & COMPRESSED and local < 4 else header & 0x30 | local


def _change_field(items: Items, rng: Random) -> None:
    """Another size or base type for a field, and the messages with it or not."""
    if not (found := _any_definition(items, rng)) or not found[1].fields:
        return
    n, old = found
    at = rng.randrange(len(old.fields))
    number, size, base = old.fields[at]
    what = rng.randrange(4)
    if what == 0:
        base = rng.choice((*WIDTHS, rng.randrange(256)))
        size = WIDTHS.get(base, 1) * rng.choice((1, 1, 1, 2, 3))
    elif what == 1:
        size = rng.choice((0, 1, 2, 3, 4, 5, 7, 8, 16, 254, 255))
    elif what == 2:
        number = rng.choice((*NUMBERS, *(field[0] for field in old.fields)))
    else:
        base = rng.choice((*WIDTHS, rng.randrange(256)))
    new = replace(old, fields=(*old.fields[:at], (number, size, base), *old.fields[at + 1 :]))
    start = sum(field[1] for field in old.fields[:at])
    end, width = start + old.fields[at][1], size
    special = rng.choice((b"", *SPECIAL))

    def resized(content: bytes) -> bytes:
        held = special or content[start:end]
        return content[:start] + (held * width)[:width].ljust(width, b"\0") + content[end:]

    _redefine(items, n, new, resized if rng.random() < 0.8 else None)


def _change_count(items: Items, rng: Random) -> None:
    """Fields more or fewer, up to all a definition can hold."""
    if not (found := _any_definition(items, rng)):
        return
    n, old = found
    what = rng.randrange(4)
    if what == 0 and old.fields:
        at = rng.randrange(len(old.fields))
        start = sum(field[1] for field in old.fields[:at])
        size = old.fields[at][1]
        new = replace(old, fields=old.fields[:at] + old.fields[at + 1 :])
        _redefine(items, n, new, lambda content: content[:start] + content[start + size :])
        return
    base = rng.choice(tuple(WIDTHS))
    more = ((rng.choice(NUMBERS), WIDTHS[base], base),) * (1 if what < 3 else 255 - len(old.fields))
    new = replace(old, fields=(old.fields + more)[:255])
    extra = (rng.choice(SPECIAL) * 256)[: new.size - old.size]
    _redefine(items, n, new, lambda content: content + extra)


def _change_order(items: Items, rng: Random) -> None:
    """The other byte order, mostly with the bytes turned round as well."""
    if not (found := _any_definition(items, rng)):
        return
    n, old = found

    def turned(content: bytes) -> bytes:
        parts, at = [], 0
        for _, size, base in old.fields:
            width = WIDTHS.get(base, 1)
            part = content[at : at + size]
            parts += [part[m : m + width][::-1] for m in range(0, size, width)]
            at += size
        return b"".join(parts) + content[at:]

    new = replace(old, order="<" if old.order == ">" else ">")
    _redefine(items, n, new, turned if rng.random() < 0.7 else None)


def _change_local(items: Items, rng: Random) -> None:
    """Another local type, in the definition with or without its messages, or in one message."""
    local = rng.randrange(16)
    if rng.random() < 0.3:
        n = rng.randrange(len(items) or 1)
        if items and isinstance(item := items[n], Data):
            items[n] = replace(item, header=rng.choice((local, rng.randrange(256))))
    elif found := _any_definition(items, rng):
        n, old = found
        if rng.random() < 0.6:
            _redefine(items, n, replace(old, local=local), None)
        else:
            items[n] = replace(old, local=local)


def _change_message(items: Items, rng: Random) -> None:
    if found := _any_definition(items, rng):
        n, old = found
        items[n] = replace(old, message=rng.choice((*USED, 0xFFFF, rng.randrange(0x10000))))


def _compress(items: Items, rng: Random) -> None:
    """Times in the headers of messages, sometimes in step and sometimes not."""
    records = [(n, item) for n, item in enumerate(items) if isinstance(item, Definition)]
    records = [found for found in records if found[1].message == RECORD] or records
    if not records:
        return
    n, old = rng.choice(records)
    new = replace(old, local=rng.randrange(4))
    under = [m for m, of in _messages(items) if of is old]
    keeps_time = rng.random() < 0.5
    where = old.offset(TIMESTAMP)
    if not keeps_time and where:
        start, size = where
        new = replace(new, fields=tuple(field for field in new.fields if field[0] != TIMESTAMP))
        _redefine(items, n, new, lambda content: content[:start] + content[start + size :])
    else:
        _redefine(items, n, new, None)
    step = rng.choice((0, 1, 1, 1, 7, 31))
    for number, m in enumerate(under):
        bits = (number * step if step else rng.randrange(32)) & 31
        if isinstance(item := items[m], Data):
            items[m] = replace(item, header=COMPRESSED | new.local << 5 | bits)


def _set_field(
    items: Items, places: Sequence[tuple[int, Definition]], number: int, value: Callable[[int, int], int]
) -> None:
    """Give a field of some messages a value, worked out from its place in the row and its present value."""
    for row, (n, of) in enumerate(places):
        where, item = of.offset(number), items[n]
        if where is None or not isinstance(item, Data):
            continue
        start, size = where
        if start + size > len(item.content) or not size:
            continue
        way = "big" if of.order == ">" else "little"
        now = int.from_bytes(item.content[start : start + size], way)  # type: ignore[arg-type]
        new = (value(row, now) & ((1 << 8 * size) - 1)).to_bytes(size, way)  # type: ignore[arg-type]
        items[n] = replace(item, content=item.content[:start] + new + item.content[start + size :])


def _change_times(items: Items, rng: Random) -> None:
    """Times that stand still, run backwards, jump, drift, or are none."""
    message = rng.choice((RECORD, RECORD, RECORD, RECORD, EVENT, SESSION, ACTIVITY))
    places = [found for found in _messages(items) if found[1].message == message]
    some = places if rng.random() < 0.5 else places[rng.randrange(len(places) or 1) :]
    if rng.random() < 0.3:
        some = rng.sample(places, min(len(places), rng.choice((1, 2, 10))))
    jump = rng.choice((-WEEK_S, -1, 1, 600, 7200, 86_400, 4 * 86_400, WEEK_S, 10**8, *EDGES))
    step = rng.choice((0, 2, 5, 30, 60, 301, 3600, 40_000))
    start = rng.choice((0, 1, 10**9, 0x0FFFFFFF, 0x10000000, 0xFFFFFFF0))
    ways: tuple[Callable[[int, int], int], ...] = (
        lambda _, now: now + jump,
        lambda row, now: now + row * step,
        lambda row, now: now - 2 * row,
        lambda _, now: now - now % (step or 10),
        lambda row, _: start + row,
        lambda *_: start,
        lambda *_: rng.randrange(1 << 32),
        lambda _, now: now + rng.randrange(-100, 100),
        lambda *_: rng.choice(EDGES),
    )
    number = rng.choice((TIMESTAMP, TIMESTAMP, TIMESTAMP, 2, 5))
    _set_field(items, some, number, rng.choice(ways))


def _change_values(items: Items, rng: Random) -> None:
    """Values at the edges of their types, drifting, or from elsewhere, in one message or in all."""
    message = rng.choice((RECORD, RECORD, RECORD, SESSION, EVENT, ACTIVITY, FILE_ID, DESCRIPTION, LAP, SPORT))
    places = [found for found in _messages(items) if found[1].message == message]
    if not places:
        return
    number = rng.choice([field[0] for field in places[0][1].fields] or [TIMESTAMP])
    some = places
    if rng.random() < 0.5:
        some = rng.sample(places, min(len(places), rng.choice((1, 3, 30))))
    edge, step = rng.choice((*EDGES, rng.getrandbits(64))), rng.choice(EDGES)
    ways: tuple[Callable[[int, int], int], ...] = (
        lambda *_: edge,
        lambda row, _: row * step,
        lambda row, now: now + row * step,
        lambda *_: rng.getrandbits(64),
        lambda *_: rng.choice(EDGES),
        lambda _, now: now ^ 1 << rng.randrange(32),
        lambda *_: int.from_bytes(rng.choice(SPECIAL), "little"),
    )
    _set_field(items, some, number, rng.choice(ways))


NAMES = (b"Power", b"Ground Time", b"Vertical Oscillation", b"RP_Power", b"", b"\xff\xfe", b"x" * 200)
UNITS = (b"Watts", b"Milliseconds", b"Centimeters", b"W", b"ms", b"", b"\xc3")


def _describe(items: Items, rng: Random) -> None:
    """Developer fields with their descriptions, not always fitting ones."""
    name, unit = rng.choice(NAMES), rng.choice(UNITS)
    base = rng.choice((*WIDTHS, 0x84, 0x88, rng.randrange(256)))
    size = rng.choice((WIDTHS.get(base, 1), WIDTHS.get(base, 1), 3, 0, 255))
    index, number = rng.choice((0, 0, 1, 255)), rng.choice((0, 1, 255))
    fields = ((0, 1, 2), (1, 1, 2), (2, 1, 2), (6, 1, 2), (7, 1, 1), (3, len(name) + 1, 7), (8, 12, 7))
    said = bytes([index, number, base, rng.choice((255, 255, 0, 10)), rng.choice((127, 127, 5))])
    described = Definition(15, "<", DESCRIPTION, fields)
    about: Items = [described, Data(15, said + name + b"\0" + unit[:11].ljust(12, b"\0"))]
    own = (number, size, index if rng.random() < 0.9 else index ^ 1)
    value = (rng.choice((*SPECIAL, b"\x10\x01" * 4)) * 32)[:size]
    changed = False
    for n, item in enumerate(items):
        if isinstance(item, Definition) and item.message == RECORD and len(item.own) < 200:
            many = (own,) * rng.choice((1, 1, 1, 2, 55))
            extra = value * len(many)
            _redefine(items, n, replace(item, own=item.own + many), lambda content, e=extra: content + e)  # type: ignore[misc]
            changed = True
    at = 0 if changed and rng.random() < 0.8 else rng.randrange(len(items) + 1)
    items[at:at] = about


def _reorder(items: Items, rng: Random) -> None:
    """Messages dropped, doubled, moved or turned round."""
    if not items:
        return
    start = rng.randrange(len(items))
    end = min(len(items), start + rng.choice((1, 1, 3, 30)))
    part: Items = items[start:end]
    what = rng.randrange(4)
    if what == 0:
        del items[start:end]
    elif what == 1:
        items[end:end] = part * rng.choice((1, 2, 10))
    elif what == 2:
        del items[start:end]
        at = rng.randrange(len(items) + 1)
        items[at:at] = part
    else:
        rng.shuffle(part)
        items[start:end] = part


def _add_events(items: Items, rng: Random) -> None:
    """Starts and stops of the timer, sessions and laps, at any time."""
    fields = ((TIMESTAMP, 4, 0x86), (0, 1, 0), (1, 1, 0), (2, 4, 0x86), (5, 1, 0), (7, 4, 0x86))
    message = rng.choice((EVENT, EVENT, SESSION, LAP))
    known = [found for found in _messages(items) if found[1].message == RECORD]
    times: list[int] = []
    _set_field(items, known, TIMESTAMP, lambda _, now: times.append(now) or now)  # type: ignore[func-returns-value]
    # Fields that were widened before hold times of more bits than the new messages have.
    times = [time for time in times if time <= 0xFFFFFFFF]
    first, last = (min(times), max(times)) if times else (10**9, 10**9 + 600)
    many = rng.choice((1, 2, 4, 10, 10, 3000 if message == EVENT else 10))
    added: Items = [Definition(14, "<", message, fields)]
    for _ in range(many):
        time = rng.randint(max(first - 60, 0), min(last + 60, 0xFFFFFFFF))
        kind = rng.choice((0, 0, 0, 1, 4, 8, 9, 3))
        sport = rng.choice((0, 1, 2, 11, 255))
        spent = rng.choice((*EDGES, rng.randrange(10**6)))
        values = struct.pack("<IBBIBI", time, 0, kind, time, sport, spent)
        added.append(Data(14, values))
    at = rng.choice((len(items), rng.randrange(len(items) + 1)))
    items[at:at] = added


def _crowd(items: Items, rng: Random) -> None:
    """Very many messages: the same again, or ones of a single byte."""
    many = rng.choice((200, 1000, 5000, LARGEST_MESSAGES))
    if rng.random() < 0.3:
        empty = Definition(13, "<", rng.choice(USED), ())
        items += [empty, *[Data(13, b"")] * many]
        return
    places = [found for found in _messages(items) if found[1].message == RECORD]
    if not places:
        return
    n, of = places[-1]
    begin = len(items)
    items += [of, *[items[n]] * many]
    step = rng.choice((0, 1, 1, 5, 86_400))
    rows = [(m, of) for m in range(begin + 1, len(items))]
    _set_field(items, rows, TIMESTAMP, lambda row, now: now + step * (row + 1))


def _mix(items: Items, rng: Random) -> None:
    """Values drawn anew for a whole message, or its bytes damaged."""
    places = [n for n, item in enumerate(items) if isinstance(item, Data) and item.content]
    for n in rng.sample(places, min(len(places), rng.choice((1, 2, 20)))):
        if isinstance(item := items[n], Data):
            items[n] = replace(item, content=damaged(item.content, rng)[:255])


KINDS: tuple[Callable[[Items, Random], None], ...] = (
    *(_change_field, _change_field, _change_count, _change_order, _change_local, _change_message),
    *(_compress, _change_times, _change_times, _change_values, _change_values, _change_values),
    *(_describe, _reorder, _add_events, _mix),
)


def made_up(rng: Random) -> Items:
    """Messages of the kinds that are read, with any fields and any values."""
    items: Items = []
    now = rng.choice((10**9, 1_120_000_000))
    for _ in range(rng.choice((2, 4, 8))):
        message = rng.choice((*USED, RECORD, RECORD))
        numbers = rng.sample(NUMBERS, rng.randrange(1, 9))
        bases = [rng.choice(tuple(WIDTHS)) for _ in numbers]
        fields = [(number, WIDTHS[base], base) for number, base in zip(numbers, bases, strict=True)]
        if rng.random() < 0.8:
            fields = [field for field in fields if field[0] != TIMESTAMP]
            fields.append((TIMESTAMP, 4, 0x86))
        of = Definition(rng.randrange(16), rng.choice("<>"), message, tuple(fields))
        items.append(of)
        for _ in range(rng.choice((1, 1, 3, 60)) if message != RECORD else 60):
            content = b"".join(
                rng.choice(SPECIAL)[:size] if rng.random() < 0.1 else rng.randbytes(size)
                for _, size, _ in of.fields
            )
            items.append(Data(of.local, content))
        _set_field(items, [f for f in _messages(items) if f[1] is of], TIMESTAMP, lambda row, _: now + row)
    return items


def _damage_header(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    what = rng.randrange(4)
    if what == 0:
        changed[0] = rng.choice((0, 11, 12, 13, 15, 28, 255))
    elif what == 1:
        size = rng.choice((*EDGES, len(data) - 14, len(data) - 15, len(data) + 1000))
        changed[4:8] = struct.pack("<I", size & 0xFFFFFFFF)
    elif what == 2:
        changed[0:14] = bytes([12]) + changed[1:12]
    else:
        changed[rng.randrange(min(14, len(changed)))] = rng.randrange(256)
    return bytes(changed)


def mutated(items: Items, rng: Random) -> bytes:
    """A file made from some of these messages, with damage that its checksum shows or hides."""
    changed = made_up(rng) if rng.random() < 0.08 else list(items)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        rng.choice(KINDS)(changed, rng)
    if rng.random() < 0.02:
        _crowd(changed, rng)
    data = put_together(changed, is_sound=rng.random() < 0.7)
    if rng.random() < 0.08:
        data = _damage_header(data, rng)
    if rng.random() < 0.05:
        more = put_together(shortened(items, 20), is_sound=rng.random() < 0.7)
        data += more * rng.choice((1, 1, 2, 30))
    return data
