"""FIT at the level of bytes: chained parts, damage, and the messages worth decoding.

A walk over message headers costs a hundredth of decoding. It finds where sound data ends, drops
messages nobody asked for, and mends definitions that decoders stumble over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b".FIT"
SHORTEST_HEADER = 12
# Bytes of each base type; what is not here is taken byte by byte.
BASE_SIZES = {
    0x83: 2,
    0x84: 2,
    0x85: 4,
    0x86: 4,
    0x88: 4,
    0x89: 8,
    0x8B: 2,
    0x8C: 4,
    0x8E: 8,
    0x8F: 8,
    0x90: 8,
}
BYTE = 0x0D
COMPRESSED, DEFINITION, DEVELOPER = 0x80, 0x40, 0x20


@dataclass(frozen=True)
class Part:
    """One FIT file of a chain: its messages without header and checksum, and what is wrong with it."""

    body: bytes
    offset: int
    repairs: tuple[str, ...]


@dataclass
class _Kind:
    """What a local message type currently means."""

    size: int
    is_wanted: bool


def parts(data: bytes) -> Iterator[Part]:
    """Every FIT file chained in the bytes, each with its damage noted.

    Parameters
    ----------
    data
        The whole file.
    """
    start = 0
    while is_header(data, start):
        header_size = data[start]
        (size,) = struct.unpack_from("<I", data, start + 4)
        first = start + header_size
        end = first + size
        repairs: list[str] = []
        if size == 0 or end > len(data):
            end = len(data)
            repairs.append("cut off or never finished; what is there was read")
        elif data[end : end + 2] != struct.pack("<H", checksum(data[start:end])):
            repairs.append("checksum is wrong: some values may be damaged")
        following = end + 2
        if following < len(data) and not is_header(data, following):
            repairs.append(f"{len(data) - following} bytes after the end are not FIT and were ignored")
        yield Part(data[first:end], first, tuple(repairs))
        start = following


def is_header(data: bytes, start: int = 0) -> bool:
    """Whether a FIT header stands at this offset."""
    return data[start + 8 : start + 12] == MAGIC and data[start] >= SHORTEST_HEADER


def header(body: bytes) -> bytes:
    """A plain header for a body of messages."""
    return struct.pack("<BBHI4s", SHORTEST_HEADER, 0x20, 2100, len(body), MAGIC)


def sift(part: Part, wanted: frozenset[int]) -> tuple[bytes, tuple[str, ...]]:
    """The wanted messages of a part with sound definitions, and what was found broken.

    Parameters
    ----------
    part
        One FIT file.
    wanted
        Global numbers of the messages to keep.
    """
    body = part.body
    kept = bytearray()
    everything = bytearray()
    kinds: dict[int, _Kind] = {}
    repairs: list[str] = []
    has_compressed = False
    position = before_last_kept = before_last = 0
    while position < len(body):
        head = body[position]
        is_definition = not head & COMPRESSED and bool(head & DEFINITION)
        if is_definition:
            message, kind, length = _definition(body, position, wanted)
            kinds[head & 0x0F] = kind
        else:
            has_compressed |= bool(head & COMPRESSED)
            local = (head >> 5) & 3 if head & COMPRESSED else head & 0x0F
            if local not in kinds:
                # Bytes are missing or too many, most likely within the message before: it goes too.
                del kept[before_last_kept:], everything[before_last:]
                repairs.append(
                    f"undefined message at byte {part.offset + position}; what came before was read"
                )
                break
            kind = kinds[local]
            length = kind.size
            message = body[position : position + length]
        if position + length > len(body):
            if not part.repairs:
                repairs.append(f"breaks off at byte {part.offset + position}; what came before was read")
            break
        before_last_kept, before_last = len(kept), len(everything)
        everything += message
        if kind.is_wanted:
            kept += message
        position += length
    # Compressed times count on from whatever message came before: then none may be left out.
    return bytes(everything if has_compressed else kept), tuple(repairs)


def _definition(body: bytes, position: int, wanted: frozenset[int]) -> tuple[bytes, _Kind, int]:
    """A definition message mended, what it defines, and its length; beyond the end where it is cut."""
    count = body[position + 5] if position + 5 < len(body) else 0
    length = 6 + 3 * count
    developer_count = 0
    if body[position] & DEVELOPER:
        developer_count = body[position + length] if position + length < len(body) else 0
        length += 1 + 3 * developer_count
    if position + max(length, 6) > len(body):
        return b"", _Kind(1, is_wanted=False), len(body) - position + 1
    number = struct.unpack_from(">H" if body[position + 2] else "<H", body, position + 3)[0]
    table = position + 6
    fields = [body[at : at + 3] for at in range(table, table + 3 * count, 3)]
    developer_table = table + 3 * count + 1
    developer_sizes = [body[developer_table + 3 * n + 1] for n in range(developer_count)]
    size = 1 + sum(field[1] for field in fields) + sum(developer_sizes)
    # Empty fields hold nothing; a size that does not fit its type (COROS) is read as plain bytes.
    sound = [_sound(field) for field in fields if field[1]]
    message = body[position : position + 5] + bytes([len(sound)]) + b"".join(sound)
    return message + body[developer_table - 1 : position + length], _Kind(size, number in wanted), length


def _sound(field: bytes) -> bytes:
    return field if field[1] % BASE_SIZES.get(field[2], 1) == 0 else field[:2] + bytes([BYTE])


def _checksum_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return tuple(table)


CHECKSUM_TABLE = _checksum_table()


def checksum(data: bytes) -> int:
    """CRC-16 (ARC) as FIT uses it."""
    value = 0
    for byte in data:
        value = (value >> 8) ^ CHECKSUM_TABLE[(value ^ byte) & 0xFF]
    return value
