"""TCX, its trackpoints read into columns."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from loadwatch.errors import EmptyActivityError, NotAnActivityError, UnreadableError
from loadwatch.formats import markup
from loadwatch.formats.activity import DeviceTotals
from loadwatch.formats.points import TIME, Element, Points, Timed, outcome, parse
from loadwatch.formats.timer import Timer, from_segments

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from loadwatch.errors import FileError
    from loadwatch.formats.activity import Activity

# Elements of a trackpoint by local name. Heart rate stands in a <Value> of its own.
FIELDS = {
    "time": TIME,
    "latitudedegrees": "latitude_deg",
    "longitudedegrees": "longitude_deg",
    "altitudemeters": "altitude_m",
    "distancemeters": "distance_m",
    "value": "heart_rate_bpm",
    "cadence": "cadence_spm",
    "runcadence": "cadence_spm",
    "speed": "speed_mps",
    "watts": "power_w",
}
# What a file without activities holds, the first that is found.
ELSE = {"courses": "a course", "workouts": "a workout", "folders": "folders of courses"}


@dataclass(frozen=True)
class Recording:
    """One <Activity>.

    Attributes
    ----------
    label, device
        Sport and device as the file words them.
    points
        Those with a time.
    laps
        For each lap with tracks, first and last time of each of its tracks. [µs]
    distance_m, timer_s
        Sums of what the laps say. [m], [s]
    name
        What its notes say.
    """

    label: str
    device: str
    points: Timed
    laps: tuple[tuple[tuple[int, int], ...], ...]
    distance_m: float
    timer_s: float
    name: str = ""

    def timer(self) -> Timer | None:
        """Pauses from the gaps between tracks, known only where some lap holds several tracks.

        Every lap begins a new track, so one track for each lap says nothing of pauses.
        """
        if not any(len(tracks) > 1 for tracks in self.laps):
            return None
        return from_segments([track for tracks in self.laps for track in tracks], self.points.times.tolist())


@dataclass
class _Heading:
    """What an <Activity> says beside its points; each of its tracks by lap and first row."""

    label: str
    row: int
    device: str = ""
    distance_m: float = 0.0
    timer_s: float = 0.0
    name: str = ""
    lap_count: int = 0
    tracks: list[tuple[int, int]] = field(default_factory=list)


class _File(Points):
    """What the elements of a file fill."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[_Heading] = []
        self.seen: set[str] = set()

    def elements(self) -> Element:
        """The tree of a TCX document; elements it does not name are passed through."""
        nothing, inner = Element(), Element()
        inner.known = self.fields(FIELDS, inner)
        parts: dict[str, Element] = {}
        between = Element(parts)
        totals = {
            "distancemeters": Element(other=nothing, enter=lambda _: self.add_distance),
            "totaltimeseconds": Element(other=nothing, enter=lambda _: self.add_time),
        }
        creator = {"name": Element(other=nothing, enter=lambda _: self.name_device)}
        parts["trackpoint"] = Element(inner.known, other=inner, enter=self.begin)
        parts["track"] = Element(parts, other=between, enter=self.begin_track)
        parts["creator"] = Element(creator, other=nothing)
        parts["lap"] = Element(ChainMap(totals, parts), other=between, enter=self.begin_lap)
        # Laps have notes, too: only an activity's own are its name.
        own = ChainMap({"notes": Element(other=nothing, enter=lambda _: self.name_activity)}, parts)
        root = {name: self.other_content(name, nothing) for name in ELSE}
        return Element({"activity": Element(own, other=between, enter=self.begin_activity), **root})

    def other_content(self, name: str, nothing: Element) -> Element:
        return Element(other=nothing, enter=lambda _: self.seen.add(name))

    def begin_activity(self, attributes: dict[str, str]) -> None:
        self.headings.append(_Heading(attributes.get("Sport", ""), self.count))

    def begin_lap(self, _: dict[str, str]) -> None:
        self.headings[-1].lap_count += 1

    def begin_track(self, _: dict[str, str]) -> None:
        self.headings[-1].tracks.append((self.headings[-1].lap_count, self.count))

    def add_distance(self, text: str) -> None:
        self.headings[-1].distance_m += markup.number(text) or 0.0

    def add_time(self, text: str) -> None:
        self.headings[-1].timer_s += markup.number(text) or 0.0

    def name_device(self, text: str) -> None:
        self.headings[-1].device = text.strip()

    def name_activity(self, text: str) -> None:
        self.headings[-1].name = self.headings[-1].name or text.strip().partition("\n")[0]

    def cut(self) -> list[Recording]:
        """The file's points, cut at its activities, laps and tracks."""
        table = self.table()
        recordings = []
        ends = (*(heading.row for heading in self.headings[1:]), self.count)
        for heading, end in zip(self.headings, ends, strict=False):
            laps: dict[int, list[tuple[int, int]]] = {}
            for (lap, first), (_, last) in pairwise([*heading.tracks, (0, end)]):
                laps.setdefault(lap, []).extend(table.spans([first, last]))
            recordings.append(
                Recording(
                    label=heading.label,
                    device=heading.device,
                    points=table.part(heading.row, end),
                    laps=tuple(map(tuple, laps.values())),
                    distance_m=heading.distance_m,
                    timer_s=heading.timer_s,
                    name=heading.name,
                )
            )
        return recordings


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
    file = _File()
    damage = parse(data, file.elements(), file)
    return outcomes(file.cut(), file.seen, damage)


def outcomes(
    recordings: Sequence[Recording], seen: Collection[str], damage: str
) -> list[Activity | FileError]:
    """Recordings as activities.

    Parameters
    ----------
    recordings
        In file order.
    seen
        Names of elements met before them, in lower case.
    damage
        Where the XML broke, empty where it did not.

    Raises
    ------
    UnreadableError, NotAnActivityError, EmptyActivityError
        As `read`.
    """
    if damage and not any(recording.points.times.size for recording in recordings):
        raise UnreadableError(f"is no sound XML: {damage}")
    if not recordings:
        for name, words in ELSE.items():
            if name in seen:
                raise NotAnActivityError(f"holds {words}, not a recording")
        raise EmptyActivityError("records no samples")
    repairs = [f"cut off or damaged; what came before was read ({damage})"] if damage else []
    return [_outcome(recording, repairs) for recording in recordings]


def _outcome(recording: Recording, repairs: Sequence[str]) -> Activity | FileError:
    return outcome(
        recording.points,
        recording.label,
        repairs,
        file_format="tcx",
        device=recording.device,
        timer=recording.timer(),
        name=recording.name,
        totals=DeviceTotals(
            distance_m=recording.distance_m or float("nan"), timer_s=recording.timer_s or float("nan")
        ),
    )
