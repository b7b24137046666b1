"""Activity files built by hand, small enough to know by heart."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
FIT_EPOCH_S = 631_065_600
BASE_TYPES = {"enum": (0x00, "B"), "u8": (0x02, "B"), "s8": (0x01, "b"), "u16": (0x84, "H")}
BASE_TYPES |= {"s32": (0x85, "i"), "u32": (0x86, "I"), "f32": (0x88, "f"), "text": (0x07, "16s")}


def checksum(data: bytes) -> int:
    """CRC-16 as the FIT documentation spells it, nibble by nibble."""
    table = [0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401]
    table += [0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400]
    crc = 0
    for byte in data:
        for nibble in (byte & 0xF, byte >> 4):
            crc = (crc >> 4) ^ table[crc & 0xF] ^ table[nibble]
    return crc


@dataclass
class Fit:
    """FIT messages written byte by byte, so that a test can write them wrong."""

    big_endian: bool = False
    body: bytearray = field(default_factory=bytearray)
    defined: dict[int, bytes] = field(default_factory=dict)

    def add(self, number: int, local: int = 0, developer=(), **fields) -> Fit:
        """One message; a field is f<number>=(base type, value)."""
        order = ">" if self.big_endian else "<"
        rows = [(int(name[1:]), *BASE_TYPES[kind], value) for name, (kind, value) in fields.items()]
        table = b"".join(bytes([n, struct.calcsize(code), base]) for n, base, code, _ in rows)
        definition = struct.pack(order + "BBHB", 0, self.big_endian, number, len(rows)) + table
        if developer:
            definition += bytes([len(developer)])
            definition += b"".join(bytes([n, struct.calcsize(code), 0]) for n, code, _ in developer)
        if self.defined.get(local) != definition:
            self.body += bytes([0x60 | local if developer else 0x40 | local]) + definition
            self.defined[local] = definition
        self.body += bytes([local])
        for _, _, code, value in rows:
            self.body += struct.pack(order + code, value)
        for _, code, value in developer:
            self.body += struct.pack(order + code, value)
        return self

    def file_id(self, kind: int = 4) -> Fit:
        """A Garmin fenix 5 wrote this."""
        return self.add(0, 0, f0=("enum", kind), f1=("u16", 1), f2=("u16", 2697))

    def timer(self, second: int, *, starts: bool) -> Fit:
        return self.add(21, 2, f253=("u32", stamp(second)), f0=("enum", 0), f1=("enum", 0 if starts else 4))

    def record(self, second: int, *, developer=(), **fields) -> Fit:
        values = {"f3": ("u8", 140), "f4": ("u8", 85), "f6": ("u16", 3000), **fields}
        return self.add(20, 1, developer, f253=("u32", stamp(second)), **values)

    def session(self, second: int, sport: int = 1, sub_sport: int = 0) -> Fit:
        return self.add(
            18,
            3,
            f253=("u32", stamp(second)),
            f2=("u32", stamp(second)),
            f5=("enum", sport),
            f6=("enum", sub_sport),
        )

    def bytes(self) -> bytes:
        head = struct.pack("<BBHI4s", 12, 0x20, 2100, len(self.body), b".FIT")
        whole = head + bytes(self.body)
        return whole + struct.pack("<H", checksum(whole))


def stamp(second: int) -> int:
    """FIT time, counted from START."""
    return int(START.timestamp()) - FIT_EPOCH_S + second


@pytest.fixture
def fit() -> type[Fit]:
    return Fit


@pytest.fixture
def fit_time():
    """FIT time of a second of the recording."""
    return stamp


@pytest.fixture
def plain_checksum():
    """The checksum of FIT, byte by byte."""
    return checksum


@pytest.fixture
def plain_run() -> bytes:
    """Twenty seconds of running at 3 m/s, 85 strides per minute."""
    run = Fit().file_id().timer(0, starts=True)
    for second in range(20):
        run.record(second)
    return run.timer(19, starts=False).session(0).bytes()


@pytest.fixture
def gpx():
    """A GPX document from tracks, each a type and segments of (second, extension XML or None)."""

    def build(*tracks, head='<?xml version="1.0" encoding="UTF-8"?>\n', zone="Z", creator="A watch") -> bytes:
        parts = [head, f'<gpx version="1.1" creator="{creator}" xmlns="http://www.topografix.com/GPX/1/1" ']
        parts.append('xmlns:tpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">')
        for kind, *segments in tracks:
            parts.append(f"<trk><type>{kind}</type>")
            for segment in segments:
                points = "".join(_trackpoint(second, extra, zone) for second, extra in segment)
                parts.append(f"<trkseg>{points}</trkseg>")
            parts.append("</trk>")
        return "".join([*parts, "</gpx>"]).encode()

    return build


def clock(second: int, zone: str = "Z") -> str:
    return datetime.fromtimestamp(START.timestamp() + second, UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone


def _trackpoint(second: int | None, extra: str | None, zone: str) -> str:
    time = "" if second is None else f"<time>{clock(second, zone)}</time>"
    more = (
        f"<extensions><tpx:TrackPointExtension>{extra}</tpx:TrackPointExtension></extensions>"
        if extra
        else ""
    )
    # 0.00003 degrees of latitude are 3.3 m: running speed at one point per second.
    return f'<trkpt lat="{48 + (second or 0) * 0.00003:.6f}" lon="16.0"><ele>170.5</ele>{time}{more}</trkpt>'


@pytest.fixture
def tcx():
    """A TCX document from activities, each a sport and laps of tracks of seconds."""

    def build(*activities, head='<?xml version="1.0" encoding="UTF-8"?>\n', prefix="") -> bytes:
        parts = [
            head,
            '<TrainingCenterDatabase xmlns:x="http://www.garmin.com/xmlschemas/ActivityExtension/v2">',
        ]
        parts.append("<Activities>")
        for sport, *laps in activities:
            parts.append(f'<Activity Sport="{sport}">')
            for lap in laps:
                parts.append(
                    "<Lap><TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>180</DistanceMeters>"
                )
                parts += ["<Track>" + "".join(map(_tcx_point, track)) + "</Track>" for track in lap]
                parts.append("</Lap>")
            parts.append("<Creator><Name>Forerunner 310XT</Name></Creator></Activity>")
        return "".join([*parts, "</Activities></TrainingCenterDatabase>"]).encode()

    return build


def _tcx_point(second: int) -> str:
    return (
        f"<Trackpoint><Time>{clock(second)}</Time><DistanceMeters>{3 * second}</DistanceMeters>"
        "<HeartRateBpm><Value>151</Value></HeartRateBpm>"
        "<Extensions><x:TPX><x:Speed>3.0</x:Speed><x:RunCadence>86</x:RunCadence></x:TPX></Extensions></Trackpoint>"
    )
