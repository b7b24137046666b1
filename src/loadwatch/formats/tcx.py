"""TCX, read with the standard library's XML parser.

A DOCTYPE, and with it every entity, is refused before the parser sees the text.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError
from loadwatch.formats import markup
from loadwatch.formats.activity import DeviceTotals
from loadwatch.formats.sport import sport_words
from loadwatch.formats.table import activity
from loadwatch.formats.timer import Timer, from_segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadwatch.formats.activity import Activity

# Elements of a trackpoint by local name. Heart rate stands in a <Value> of its own.
FIELDS = {
    "LatitudeDegrees": "latitude_deg",
    "LongitudeDegrees": "longitude_deg",
    "AltitudeMeters": "altitude_m",
    "DistanceMeters": "distance_m",
    "Value": "heart_rate_bpm",
    "Cadence": "cadence_spm",
    "RunCadence": "cadence_spm",
    "Speed": "speed_mps",
    "Watts": "power_w",
}


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
            if name == "Time":
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

    def timer(self) -> Timer | None:
        """Pauses from the gaps between tracks, known only where some lap holds several tracks.

        Every lap begins a new track, so one track for each lap says nothing of pauses.
        """
        if not any(len(tracks) > 1 for tracks in self.laps):
            return None
        return from_segments([track for tracks in self.laps for track in tracks], self.times)


def recognises(head: bytes) -> bool:
    """Whether a file that begins so is TCX."""
    return markup.root_name(head) == "TrainingCenterDatabase"


def read(data: bytes) -> list[Activity | FileError]:
    """Every activity in a TCX file, those of a multisport session one by one.

    Parameters
    ----------
    data
        The file's bytes.

    Returns
    -------
    list
        An activity, or why there is none, for each <Activity>.

    Raises
    ------
    UnreadableError
        No sound XML and nothing before the damage.
    NotAnActivityError
        Courses or workouts only.
    EmptyActivityError
        No activity at all.
    """
    recordings, seen, damage = _parse(markup.document(data))
    if damage and not any(recording.times for recording in recordings):
        raise UnreadableError(f"is no sound XML: {damage}")
    if not recordings:
        for element, word in (
            ("Courses", "a course"),
            ("Workouts", "a workout"),
            ("Folders", "folders of courses"),
        ):
            if element in seen:
                raise NotAnActivityError(f"holds {word}, not a recording")
        raise EmptyActivityError("records no samples")
    repairs = [f"cut off or damaged; what came before was read ({damage})"] if damage else []
    return [_outcome(recording, repairs) for recording in recordings]


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
    if name == "Activity":
        recordings.append(_Recording(element.get("Sport") or ""))
    elif name == "Lap" and recordings:
        recordings[-1].laps.append([])


def _end(name: str, path: list[str], element: ET.Element, recordings: list[_Recording]) -> None:
    if not recordings or "Activity" not in path:
        return
    recording, parent = recordings[-1], path[-1]
    if name == "Trackpoint":
        recording.add(element)
        element.clear()
    elif name == "Track":
        recording.end_track()
        element.clear()
    elif name == "DistanceMeters" and parent == "Lap":
        recording.distance_m += markup.number(element.text) or 0.0
    elif name == "TotalTimeSeconds" and parent == "Lap":
        recording.timer_s += markup.number(element.text) or 0.0
    elif name == "Name" and parent == "Creator":
        recording.device = (element.text or "").strip()


def _outcome(recording: _Recording, repairs: list[str]) -> Activity | FileError:
    sport, sub_sport = sport_words(recording.label)
    notes = list(repairs)
    if recording.untimed:
        notes.append(f"{recording.untimed} points without a time were left out")
    if recording.zoneless:
        notes.append("times without a zone were taken as UTC")
    try:
        return activity(
            recording.times,
            {name: [row.get(name) for row in recording.rows] for name in set(FIELDS.values())},
            file_format="tcx",
            sport=sport,
            sub_sport=sub_sport,
            device=recording.device,
            timer=recording.timer(),
            totals=DeviceTotals(
                distance_m=recording.distance_m or float("nan"), timer_s=recording.timer_s or float("nan")
            ),
            repairs=notes,
        )
    except FileError as error:
        return error


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
