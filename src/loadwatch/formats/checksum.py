"""CRC-16, as FIT files end with it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np


def checksum(data: bytes) -> int:
    """CRC-16 (ARC) as FIT uses it, of many places at once.

    A checksum is linear: neighbours are joined in pairs, and the pairs again, until one is left. Zeros in
    front change nothing.
    """
    if not data:
        return 0
    values = np.frombuffer(b"\0" * (len(data) % 2) + data, dtype="<u2")
    level = 0
    while values.size > 1:
        if values.size % 2:
            values = np.concatenate([np.zeros(1, dtype=np.uint16), values])
        values = _after_words(level)[values[0::2]] ^ values[1::2]
        level += 1
    return int(_after_words(0)[values[0]])


@cache
def _after_words(level: int) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """What each checksum becomes after 2 to the power of `level` words of zeros."""
    if level:
        before = _after_words(level - 1)
        return np.asarray(before[before])
    states = np.arange(1 << 16, dtype=np.uint16)
    for _ in range(16):
        states = np.asarray(states >> 1 ^ (states & 1) * np.uint16(0xA001), dtype=np.uint16)
    return states
