"""Gzip, zip and tar with every field of their headers open to change, and what export lists may say."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zlib
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from fuzzing.blind import EDGES, damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

NAMES = (
    *("activities/1.fit", "activities/2.gpx.gz", "activities/3.tcx", "activities.csv", "apple/export.xml"),
    *("workout-routes/route.gpx", "../../../etc/passwd.fit", "/etc/passwd.gpx", "C:\\windows\\x.fit"),
    *("a\\..\\b.fit", "..\\..\\x.tcx", "a/./b//c.fit", "", "/", ".", "..", ".hidden.fit", "__MACOSX/x.fit"),
    *("a\0b.fit", "nul.fit", "x" * 300 + ".fit", "d/" * 200 + "x.gpx", "läuf.fit", "跑步.gpx", "\u202etif.x"),
    *("x.fit/", "UPPER.FIT", "x.zip", "inner.zip", "inner.tar", "inner.tar.gz", "x.tgz", "noname", "x.7z"),
    *("x.fit.gz.gz", "a\nb.fit", "con", " .fit"),
)
SUFFIXES = (
    *(
        "",
        "",
        "",
        ".fit",
        ".gpx",
        ".tcx",
        ".gz",
        ".zip",
        ".tar",
        ".tgz",
        ".tar.gz",
        ".txt",
        ".FIT",
        ".gpx.gz",
    ),
)
PAX_KEYS = (
    *("size", "path", "linkpath", "mtime", "hdrcharset"),
    *("GNU.sparse.major", "GNU.sparse.size", "GNU.sparse.map", "GNU.sparse.realsize"),
)
PAX_VALUES = (
    *(
        "0",
        "-1",
        "1",
        "99999999999999999999",
        "nan",
        "",
        "x" * 2000,
        "0,1,1000000000,5",
        "BINARY",
        "../../x.fit",
    ),
)
# Kinds of member that tar knows, and one that it does not.
TAR_TYPES = tuple(bytes([kind]) for kind in b"123567gxLKSVD\xff")
TAR_LAYOUTS: tuple[Literal[0, 1, 2], ...] = (0, 1, 2)
# Place and size of the fields of a tar header.
TAR_FIELDS = ((0, 100), (100, 8), (124, 12), (136, 12), (156, 1), (157, 100), (257, 8), (345, 155))
TAR_VALUES = (
    *(b"\x80" + bytes(3) + b"\x7f" * 8, b"\xff" * 12, b"77777777777\0", b"-1\0", b"\0", b"9" * 12),
    b"00000001000\0",
)
TYPES = ("Run", "Lauf", "ラン", "Ride", "", "=cmd()", "x" * 3000, '"', "Trail Run", "Hike", "\0")


@cache
def bomb(size: int, levels: int = 1) -> bytes:
    """Bytes that unpack to so many zeros, packed so many times."""
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(1 << 20)
    content = b"".join([*(packer.compress(piece) for _ in range(size >> 20)), packer.flush()])
    for _ in range(levels - 1):
        content = gzip.compress(content, mtime=0)
    return content


@cache
def fit_bomb(size: int) -> bytes:
    """A small gzip of a FIT file with so many messages of a single byte each."""
    header = struct.pack("<BBHI4s", 14, 0x20, 2184, size + 6, b".FIT") + b"\0\0"
    return gzip.compress(header + b"\x40\0\0\x14\0\0" + bytes(size) + b"\0\0", 9, mtime=0)


@cache
def xml_bomb(size: int) -> bytes:
    """A small gzip of a GPX file of so many empty points."""
    point = b'<trkpt lat="1" lon="2"><time>2026-05-21T10:00:00Z</time></trkpt>'
    return gzip.compress(b"<gpx><trk><trkseg>" + point * (size // len(point)), 9, mtime=0)


def raw_bomb(rng: Random) -> bytes:
    """Something small that unpacks to something large."""
    kind = rng.randrange(6)
    if kind == 0:
        return fit_bomb(rng.choice((1 << 20, 9_000_000)))
    if kind == 1:
        return xml_bomb(rng.choice((1 << 20, 9_000_000)))
    return bomb(rng.choice((1, 9, 11, 60, 300)) << 20, rng.choice((1, 1, 2)))


def _gzip_member(content: bytes, rng: Random) -> bytes:
    """One gzip member with any of the optional parts of its header."""
    flags, extra = 0, b""
    if rng.random() < 0.3:
        flags |= 4
        held = rng.randbytes(rng.choice((0, 4, 60)))
        extra += struct.pack("<H", rng.choice((len(held), len(held), 0xFFFF))) + held
    for flag in (8, 16):
        if rng.random() < 0.3:
            flags |= flag
            extra += rng.choice(NAMES).encode(errors="replace").replace(b"\0", b"") + rng.choice(
                (b"\0", b"\0", b"")
            )
    if rng.random() < 0.1:
        flags |= 2
        extra += b"\0\0"
    packer = zlib.compressobj(rng.choice((0, 1, 9)), wbits=-15)
    packed = packer.compress(content) + packer.flush(rng.choice((zlib.Z_FINISH,) * 4 + (zlib.Z_SYNC_FLUSH,)))
    crc = zlib.crc32(content) if rng.random() < 0.85 else rng.getrandbits(32)
    size = len(content) if rng.random() < 0.85 else rng.choice(EDGES) & 0xFFFFFFFF
    method = 8 if rng.random() < 0.97 else rng.randrange(256)
    head = b"\x1f\x8b" + bytes([method, flags if rng.random() < 0.95 else rng.randrange(256)])
    return head + bytes(6) + extra + packed + struct.pack("<II", crc, size)


def gzipped(content: bytes, rng: Random) -> bytes:
    """The content packed once or more, in one member or several, sound or not."""
    what = rng.random()
    if what < 0.04:
        return raw_bomb(rng)
    if what < 0.06:
        return _gzip_member(b"", rng) * rng.choice((3, 300, 20_000)) + _gzip_member(content, rng)
    if what < 0.08:
        return bytes(rng.choice((b"\x1f\x8b", b"\x1f\x8b\x08", b"\x1f\x8b\x08\0" + bytes(6))))
    parts = [content]
    if rng.random() < 0.3:
        at = rng.randrange(len(content) + 1)
        parts = [content[:at], content[at:]]
    packed = b"".join(_gzip_member(part, rng) for part in parts)
    if rng.random() < 0.15:
        packed += rng.choice((b"\0" * 600, b"junk", b"\x1f\x8b", packed))
    if rng.random() < 0.1:
        packed = gzip.compress(packed, 1, mtime=0)
    return damaged(packed, rng) if rng.random() < 0.35 else packed


@dataclass(frozen=True)
class Entry:
    """One member of a zip, each field as it is written."""

    name: bytes
    content: bytes
    method: int = 8
    flags: int = 0
    packed: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    offset: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    local_name: bytes | None = None
    date: int = 0x5CB5
    mode: int = 0
    system: int = 3


def zipped(entries: Sequence[Entry], *, comment: bytes = b"", end: dict[str, int] | None = None) -> bytes:
    """A zip of these members; `end` overrides fields of its last record."""
    content, directory = bytearray(), bytearray()
    for entry in entries:
        packed = entry.packed
        if packed is None:
            packer = zlib.compressobj(1, wbits=-15)
            packed = packer.compress(entry.content) + packer.flush() if entry.method == 8 else entry.content
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        size = len(entry.content) if entry.size is None else entry.size
        packed_size = len(packed) if entry.packed_size is None else entry.packed_size
        about = struct.pack("<HHHHIII", entry.flags, entry.method, 0, entry.date, crc, packed_size, size)
        name = entry.name if entry.local_name is None else entry.local_name
        offset = len(content) if entry.offset is None else entry.offset
        content += b"PK\3\4" + struct.pack("<H", 20) + about
        content += struct.pack("<HH", len(name), len(entry.local_extra)) + name + entry.local_extra + packed
        directory += b"PK\1\2" + bytes([20, entry.system, 20, 0]) + about
        directory += struct.pack("<HHHHH", len(entry.name), len(entry.extra), 0, 0, 0)
        directory += struct.pack("<II", entry.mode << 16, offset) + entry.name + entry.extra
    last = {"here": 0, "start": 0, "count": len(entries) & 0xFFFF, "all": len(entries) & 0xFFFF}
    last |= {"size": len(directory), "at": len(content)} | (end or {})
    tail = struct.pack("<HHHHIIH", *last.values(), len(comment))
    return bytes(content + directory + b"PK\5\6" + tail + comment)


def _entry(name: bytes, content: bytes, rng: Random) -> Entry:
    return Entry(name, content, method=rng.choice((8, 8, 8, 0)), flags=rng.choice((0, 0x800)))


def _damage_entry(entry: Entry, rng: Random) -> Entry:
    edge = rng.choice((*EDGES, len(entry.content) + rng.choice((-1, 1, 1000)))) & 0xFFFFFFFF
    wide = struct.pack("<HHQQQ", 1, 24, *(rng.choice((*EDGES, 1 << 63, (1 << 64) - 1)) for _ in range(3)))
    changes: tuple[dict[str, object], ...] = (
        {"size": edge},
        {"packed_size": edge},
        {"size": 0xFFFFFFFF, "extra": wide},
        {"packed_size": 0xFFFFFFFF, "extra": wide[: rng.randrange(len(wide))]},
        {"extra": rng.randbytes(rng.choice((1, 4, 30)))},
        {"local_extra": rng.randbytes(rng.choice((1, 4, 30)))},
        {"local_name": rng.choice(NAMES).encode(errors="replace")},
        {"crc": edge},
        {"offset": edge},
        {"offset": rng.choice((0, 10, 30, 31))},
        {"flags": 1 << rng.randrange(16)},
        {"flags": rng.randrange(1 << 16)},
        {"method": rng.choice((0, 1, 8, 9, 12, 14, 93, 95, 99, 0xFFFF))},
        {"packed": damaged(entry.content, rng)},
        {"packed": rng.randbytes(100)},
        {"mode": rng.choice((0o120777, 0o40755, 0o20666, 0xFFFF))},
        {"system": rng.choice((0, 3, 7, 255))},
        {"date": rng.choice((0, 0xFFFF, rng.randrange(1 << 16)))},
        {"name": rng.choice(NAMES).encode(rng.choice(("utf-8", "cp437", "utf-16", "shift_jis")), "replace")},
        {"name": rng.randbytes(rng.choice((1, 8, 60)))},
    )
    return replace(entry, **rng.choice(changes))  # type: ignore[arg-type]


def zip_of(files: Sequence[tuple[str, bytes]], rng: Random) -> bytes:
    """The files as a zip that may lie about anything."""
    entries = [_entry(name.encode("utf-8", "surrogatepass"), content, rng) for name, content in files]
    if rng.random() < 0.5:
        for _ in range(rng.choice((1, 1, 3))):
            n = rng.randrange(len(entries))
            entries[n] = _damage_entry(entries[n], rng)
    if rng.random() < 0.1:
        entries += [rng.choice(entries)] * rng.choice((1, 3, 50))
    if rng.random() < 0.01:
        entries += [Entry(f"e{n}.txt".encode(), b"", 0) for n in range(rng.choice((500, 8_000)))]
    if rng.random() < 0.05:
        entries = _overlapping(entries, rng)
    end = {}
    if rng.random() < 0.08:
        end[rng.choice(("here", "start", "count", "all"))] = rng.choice(EDGES) & 0xFFFF
    if rng.random() < 0.08:
        end[rng.choice(("size", "at"))] = rng.choice(EDGES) & 0xFFFFFFFF
    comment = rng.choice((b"", b"", b"", b"PK\5\6" * 20, b"x" * 60_000)) if rng.random() < 0.1 else b""
    data = zipped(entries, comment=comment, end=end)
    if rng.random() < 0.04:
        data = rng.randbytes(rng.choice((4, 100))) + data
    return damaged(data, rng) if rng.random() < 0.4 else data


def _overlapping(entries: list[Entry], rng: Random) -> list[Entry]:
    """Many members that share the bytes of one, which unpacks to much."""
    size = rng.choice((1, 20)) << 20
    packed = bomb(size)[10:-8]
    shared = Entry(b"activities/bomb.fit", b"", packed=packed, size=size, crc=0)
    copies = [
        replace(shared, name=f"activities/{n}.fit".encode(), offset=0, packed=b"", packed_size=len(packed))
        for n in range(rng.choice((2, 60)))
    ]
    return [shared, *copies, *entries]


def tar_of(files: Sequence[tuple[str, bytes]], rng: Random) -> bytes:
    """The files as a tar, gzipped or not, that may lie about much."""
    layout = rng.choice(TAR_LAYOUTS)
    content = bytearray()
    for name, held in files:
        info = tarfile.TarInfo(name.replace("\0", "") or "x")
        info.size = len(held)
        if rng.random() < 0.15:
            info.type = rng.choice(TAR_TYPES)
            info.linkname = rng.choice(("/etc/passwd", "../x", "a", info.name))
        if layout == tarfile.PAX_FORMAT and rng.random() < 0.3:
            info.pax_headers = _pax(rng)
        try:
            head = bytearray(info.tobuf(layout, "utf-8", "surrogateescape"))
        except ValueError:  # a name too long for the layout
            continue
        if rng.random() < 0.3:
            _damage_tar_header(head, rng)
        content += head + held + bytes(-len(held) % 512)
    if rng.random() < 0.8:
        content += bytes(1024)
    data = bytes(content)
    if rng.random() < 0.3:
        data = damaged(data, rng)
    if rng.random() < 0.4:
        data = gzip.compress(data, 1, mtime=0)
        data = damaged(data, rng) if rng.random() < 0.2 else data
    return data


def _pax(rng: Random) -> dict[str, str]:
    return {rng.choice(PAX_KEYS): rng.choice(PAX_VALUES) for _ in range(rng.choice((1, 2, 4)))}


def _damage_tar_header(head: bytearray, rng: Random) -> None:
    """Change a field of the last header block and make its checksum fit again."""
    start = len(head) - 512
    at, size = rng.choice(TAR_FIELDS)
    new = rng.choice((*TAR_VALUES, rng.randbytes(size)))[:size]
    head[start + at : start + at + len(new)] = new
    head[start + 148 : start + 156] = b" " * 8
    head[start + 148 : start + 156] = b"%06o\0 " % sum(head[start : start + 512])


def activities_csv(names: Sequence[str], rng: Random) -> bytes:
    """A Strava list in some layout that names these files, mutated."""
    delimiter = rng.choice((",", ",", ";", "\t"))
    quote = rng.choice(('"', '"', "", "'"))
    columns = rng.randrange(1, 9)
    where = rng.sample(range(columns + 2), 2)
    rows = []
    for name in list(names) * rng.choice((1, 1, 1, 3, 300)):
        row = [rng.choice(TYPES) for _ in range(columns)]
        row[where[0] : where[0]] = [name]
        row[where[1] : where[1]] = [rng.choice(TYPES)]
        rows.append(delimiter.join(f"{quote}{value}{quote}" for value in row))
    if rng.random() < 0.03:
        rows.append(rng.choice((quote, delimiter, '""', "\0")) * rng.choice((200_000, 2_000_000)))
    text = rng.choice(("\n", "\r\n", "\r")).join(["id;name,type\tfile", *rows])
    data = text.encode(rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")), "replace")
    return damaged(data, rng) if rng.random() < 0.4 else data


def health_export(names: Sequence[str], rng: Random) -> bytes:
    """An Apple Health list that names these files, mutated."""
    parts = ['<?xml version="1.0"?>\n', rng.choice(("", "<!DOCTYPE HealthData [<!ELEMENT x (y)>\n]>\n"))]
    parts.append('<HealthData locale="de_DE">\n')
    parts += ['<Record type="HKQuantityTypeIdentifierHeartRate" value="70"/>\n'] * rng.choice((0, 3, 300))
    for name in names:
        kind = rng.choice(("Running", "Walking", "", "x" * 2000, "&lt;", "🏃"))
        parts.append(f'<Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="31">')
        parts.append(f'<WorkoutRoute><FileReference path="/{name}"/></WorkoutRoute></Workout>\n')
    if rng.random() < 0.05:
        size = rng.choice((1000, 100_000, 1_000_000))
        bombs = ("<a>" * size, f'<Workout x="{"y" * size}"/>', "<!--" + "-" * size, "<Workout " + "a " * size)
        parts.insert(rng.randrange(len(parts) + 1), rng.choice(bombs))
    data = "".join([*parts, "</HealthData>"]).encode()
    return damaged(data, rng) if rng.random() < 0.4 else data


def nested(files: Sequence[tuple[str, bytes]], rng: Random, pack: Callable[..., bytes]) -> bytes:
    """Archives within archives, down to more levels than are read."""
    content, names = pack(files, rng), ("inner.zip", "inner.tar.gz", "inner.tar", "noname")
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        others = [rng.choice(list(files))] if rng.random() < 0.5 else []
        content = rng.choice((zip_of, tar_of))([(rng.choice(names), content), *others], rng)
    return content


@cache
def tree_bomb(wide: int, levels: int) -> bytes:
    """A zip of many copies of a zip of many copies: few bytes, very many members."""
    content = zipped([Entry(f"{n}.fit".encode(), bytes(1 << 16)) for n in range(wide)])
    for _ in range(levels - 1):
        content = zipped([Entry(f"{n}.zip".encode(), content) for n in range(wide)])
    return content


def member_names(rng: Random, count: int) -> list[str]:
    """Names for members, ordinary ones more often."""
    return [
        f"activities/{n}.{rng.choice(('fit', 'gpx', 'tcx'))}" if rng.random() < 0.6 else rng.choice(NAMES)
        for n in range(count)
    ]
