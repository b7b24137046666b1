"""CRC-16, as FIT files end with it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

AT_ONCE = 8
# Bytes this far apart weigh the same: x to 8 times this power is 1 modulo the checksum's polynomial.
CYCLE_BYTES = (1 << 15) - 1


def checksum(data: bytes) -> int:
    """CRC-16 (ARC) as FIT uses it, of many places at once.

    A checksum is linear: bytes of one weight are joined first. Of what is left, words are joined by eights,
    side by side, and what comes out by eights again, until one is left. Zeros in front change nothing.
    """
    if len(data) > CYCLE_BYTES:
        cycles = np.frombuffer(b"\0" * (-len(data) % CYCLE_BYTES) + data, dtype=np.uint8)
        data = np.bitwise_xor.reduce(cycles.reshape(-1, CYCLE_BYTES)).tobytes()
    words = np.frombuffer(b"\0" * (len(data) % 2) + data, dtype="<u2")
    level = 0
    while words.size > 1:
        words = np.concatenate([np.zeros(-words.size % AT_ONCE, dtype=np.uint16), words])
        columns = np.ascontiguousarray(words.reshape(-1, AT_ONCE).T)
        onward = _onward(level)
        words = columns[0]
        for column in columns[1:]:
            words = onward.take(words) ^ column
        level += 1
    return int(_onward(0)[words[0]]) if words.size else 0


@cache
def _onward(level: int) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """What each checksum becomes by 8 to the power of `level` words of zeros after it."""
    states = np.arange(1 << 16, dtype=np.uint16)
    if level:
        for _ in range(AT_ONCE):
            states = _onward(level - 1)[states]
        return states
    for _ in range(16):
        states = np.asarray(states >> 1 ^ (states & 1) * np.uint16(0xA001), dtype=np.uint16)
    return states
