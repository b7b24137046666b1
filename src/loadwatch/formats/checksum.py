"""CRC-16, as FIT files end with it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

BLOCK_WORDS = 64


def checksum(data: bytes) -> int:
    """CRC-16 (ARC) as FIT uses it, of many blocks at once.

    A checksum is linear: the blocks' checksums are found side by side, two bytes a step, and then joined.
    """
    by_word, by_block = _checksum_tables()
    step = 2 * BLOCK_WORDS
    whole = len(data) // step * step
    value = 0
    if whole:
        words = np.frombuffer(data, dtype="<u2", count=whole // 2).reshape(-1, BLOCK_WORDS)
        blocks = np.zeros(len(words), dtype=np.uint16)
        for column in np.ascontiguousarray(words.T):
            blocks = by_word.take(blocks ^ column)
        for block in blocks.tolist():
            value = by_block[value] ^ block
    table = _byte_table()
    for byte in data[whole:]:
        value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
    return value


@cache
def _byte_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return table


@cache
def _checksum_tables() -> tuple[np.ndarray[Any, np.dtype[np.uint16]], list[int]]:
    """The checksum after two more bytes, and after a block of zeros, for each checksum before."""
    table = np.array(_byte_table(), dtype=np.uint16)
    every = np.arange(1 << 16, dtype=np.uint16)
    once = (every >> 8) ^ table[every & 0xFF]
    by_word = (once >> 8) ^ table[once & 0xFF]
    single = np.array([1 << bit for bit in range(16)], dtype=np.uint16)
    for _ in range(BLOCK_WORDS):
        single = by_word[single]
    by_block = np.zeros(1 << 16, dtype=np.uint16)
    for bit in range(16):
        by_block ^= np.where(every >> bit & 1, single[bit], np.uint16(0)).astype(np.uint16)
    return by_word, by_block.tolist()
