"""TCX, read with the standard library's ElementTree."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.formats import markup, prolog
from loadwatch.formats.points import TIME, Timed
from loadwatch.formats.tcx import FIELDS, Recording, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadwatch.errors import FileError
    from loadwatch.formats.activity import Activity


@dataclass
class _Recording:
    """One <Activity> while its trackpoints come in."""

    label: str
    times: list[int] = field(default_factory=list)
    rows: list[dict[str, float | None]] = field(default_factory=list)
    laps: list[list[tuple[int, int]]] = field(default_factory=list)
    track_start: int = 0
    device: str = ""
    distance_m: float = 0.0
    timer_s: float = 0.0
    untimed: int = 0
    zoneless: int = 0

    def add(self, point: ET.Element) -> None:
        """Take in one trackpoint."""
        row: dict[str, float | None] = {}
        time, has_zone = None, True
        for element in point.iter():
            name = _local(element)
            if name == "time":
                time, has_zone = markup.microseconds(element.text)
            elif name in FIELDS and row.get(FIELDS[name]) is None:
                row[FIELDS[name]] = markup.number(element.text)
        if time is None:
            self.untimed += 1
            return
        self.zoneless += not has_zone
        self.times.append(time)
        self.rows.append(row)

    def end_track(self) -> None:
        """Note where a track began and ended."""
        if len(self.times) > self.track_start and self.laps:
            self.laps[-1].append((self.times[self.track_start], self.times[-1]))
        self.track_start = len(self.times)

    def as_columns(self) -> Recording:
        """What came in, as every reader of TCX hands it on."""
        columns = {
            name: np.array([row.get(name) for row in self.rows], dtype=np.float64)
            for name in set(FIELDS.values()) - {TIME}
        }
        return Recording(
            label=self.label,
            device=self.device,
            points=Timed(np.array(self.times, dtype=np.int64), columns, self.untimed, self.zoneless),
            laps=tuple(map(tuple, self.laps)),
            distance_m=self.distance_m,
            timer_s=self.timer_s,
        )


def read(data: bytes) -> list[Activity | FileError]:
    """Every activity in a TCX file, as `loadwatch.formats.tcx.read` gives them; raises what it does."""
    recordings, seen, damage = _parse(prolog.document(data))
    return outcomes([recording.as_columns() for recording in recordings], seen, damage)


def _parse(text: str) -> tuple[list[_Recording], set[str], str]:
    """Recordings, the names of elements met outside them, and where the XML broke (empty: nowhere)."""
    recordings: list[_Recording] = []
    seen: set[str] = set()
    path: list[str] = []
    damage = ""
    try:
        for event, element in _events(text):
            name = _local(element)
            if event == "start":
                path.append(name)
                _start(name, element, recordings)
                continue
            path.pop()
            _end(name, path, element, recordings)
            if not recordings:
                seen.add(name)
    except ET.ParseError as error:
        damage = str(error)
        if recordings:
            recordings[-1].end_track()
    return recordings, seen, damage


def _events(text: str, *, chunk: int = 1 << 16) -> Iterator[tuple[str, ET.Element]]:
    """Starts and ends of elements piece by piece, so that what was read can be dropped."""
    parser: Any = ET.XMLPullParser(("start", "end"))  # stubs know every event at once, not these two
    for at in range(0, len(text), chunk):
        parser.feed(text[at : at + chunk])
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


def _start(name: str, element: ET.Element, recordings: list[_Recording]) -> None:
    if name == "activity":
        recordings.append(_Recording(element.get("Sport") or ""))
    elif name == "lap" and recordings:
        recordings[-1].laps.append([])


def _end(name: str, path: list[str], element: ET.Element, recordings: list[_Recording]) -> None:
    if not recordings or "activity" not in path:
        return
    recording, parent = recordings[-1], path[-1]
    if name == "trackpoint":
        recording.add(element)
        element.clear()
    elif name == "track":
        recording.end_track()
        element.clear()
    elif name == "distancemeters" and parent == "lap":
        recording.distance_m += markup.number(element.text) or 0.0
    elif name == "totaltimeseconds" and parent == "lap":
        recording.timer_s += markup.number(element.text) or 0.0
    elif name == "name" and parent == "creator":
        recording.device = (element.text or "").strip()


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2].lower()
