"""Damage that knows nothing of what it damages: bits, blocks, ends and numbers."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

# Numbers at which sizes, counts and signs turn over.
EDGES = (
    *(0, 1, 2, 7, 8, 12, 14, 127, 128, 254, 255, 256, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000),
    *(0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF),
)
LONGEST_BYTES = 8 << 20


def place(data: bytes | bytearray, rng: Random) -> int:
    """Somewhere in the data, often near one of its ends, where headers and directories stand."""
    size = len(data)
    where = rng.random()
    if where < 0.25:
        return rng.randrange(min(size, 64) or 1)
    if where < 0.35:
        return max(size - 1 - rng.randrange(min(size, 64) or 1), 0)
    return rng.randrange(size or 1)


def stretch(data: bytes | bytearray, rng: Random) -> tuple[int, int]:
    """First byte and end of a stretch, short ones more often."""
    start = place(data, rng)
    return start, min(len(data), start + 1 + int(rng.expovariate(1 / (4, 32, 500)[rng.randrange(3)])))


def _flip(data: bytearray, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        data[place(data, rng)] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, rng: Random) -> None:
    start, end = stretch(data, rng)
    data[start:end] = rng.randbytes(end - start)


def _fill(data: bytearray, rng: Random) -> None:
    start, end = stretch(data, rng)
    data[start:end] = bytes([rng.choice((0, 0xFF, 0x40, 0x20, 0x3C))]) * (end - start)


def _number(data: bytearray, rng: Random) -> None:
    size, kind = rng.choice(((1, "B"), (2, "H"), (4, "I")))
    start = place(data, rng)
    value = rng.choice(EDGES) & ((1 << 8 * size) - 1)
    data[start : start + size] = struct.pack(rng.choice("<>") + kind, value)


def _cut(data: bytearray, rng: Random) -> None:
    start, end = stretch(data, rng)
    del data[start:end]


def _cut_end(data: bytearray, rng: Random) -> None:
    del data[place(data, rng) :]


def _insert(data: bytearray, rng: Random) -> None:
    start = place(data, rng)
    data[start:start] = rng.randbytes(rng.choice((1, 1, 2, 16, 300)))


def _repeat(data: bytearray, rng: Random) -> None:
    start, end = stretch(data, rng)
    count = min(rng.choice((1, 1, 2, 20, 1000)), LONGEST_BYTES // (end - start or 1))
    data[end:end] = bytes(data[start:end]) * count


def _swap(data: bytearray, rng: Random) -> None:
    (a, b), (c, d) = sorted((stretch(data, rng), stretch(data, rng)))
    if b <= c:
        data[a:d] = data[c:d] + data[b:c] + data[a:b]


KINDS: tuple[Callable[[bytearray, Random], None], ...] = (
    *(_flip, _overwrite, _fill, _number, _cut, _cut_end, _insert, _repeat, _swap),
)


def damaged(data: bytes, rng: Random) -> bytes:
    """The data with some damage."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if changed:
            rng.choice(KINDS)(changed, rng)
    return bytes(changed)
