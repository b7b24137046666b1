"""GPX, its points read into columns."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.errors import EmptyActivityError, NotAnActivityError, UnreadableError
from loadwatch.formats.points import TIME, Element, Points, Timed, outcome, parse
from loadwatch.formats.timer import SECOND, from_segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.errors import FileError
    from loadwatch.formats.activity import Activity

FIELDS = {"time": TIME, "ele": "altitude_m", "speed": "speed_mps"}
# Extensions by local name: vendors' namespaces and prefixes differ, their words hardly do.
EXTENSIONS = {
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "cad": "cadence_spm",
    "cadence": "cadence_spm",
    "runcadence": "cadence_spm",
    "atemp": "temperature_degc",
    "temp": "temperature_degc",
    "temperature": "temperature_degc",
    "speed": "speed_mps",
    "power": "power_w",
    "powerinwatts": "power_w",
    "watts": "power_w",
    "distance": "distance_m",
}
DAMAGED = "cut off or damaged; all points before that were read"
PARTING_GAP_S = 3 * 3600


@dataclass(frozen=True)
class Track:
    """One track, or several joined.

    Attributes
    ----------
    label, name
        Its sport and its name as the file words them.
    points
        Those with a time.
    segments
        First and last time of each segment, in file order. [µs]
    """

    label: str
    points: Timed
    segments: tuple[tuple[int, int], ...]
    name: str = ""

    def is_followed_by(self, other: Track) -> bool:
        """Whether another track goes on where this one ends: same sport, no overlap, at most 3 hours."""
        gap = int(other.points.times[0]) - int(self.points.times[-1])
        return self.label == other.label and 0 <= gap <= PARTING_GAP_S * SECOND


class _File(Points):
    """What the elements of a file fill: points, and the rows at which tracks and segments begin."""

    def __init__(self) -> None:
        super().__init__()
        self.creator = ""
        self.labels: list[str] = []
        self.names: list[str] = []
        self.tracks: list[int] = []
        self.segments: list[int] = []
        self.has_route = False
        self.latitude = self.columns["latitude_deg"] = []
        self.longitude = self.columns["longitude_deg"] = []

    def begin(self, attributes: dict[str, str]) -> None:
        self.row += 1
        # Indoor recordings leave the position out.
        self.latitude.append(attributes.get("lat", "nan"))
        self.longitude.append(attributes.get("lon", "nan"))

    def elements(self) -> Element:
        """The tree of a GPX document."""
        nothing = Element()
        inner = Element()
        inner.known = self.fields(EXTENSIONS, inner)
        point = {**self.fields(FIELDS, nothing), "extensions": inner}
        segment = {"trkpt": Element(point, other=nothing, enter=self.begin)}
        track = {
            "type": Element(other=nothing, enter=lambda _: self.name_sport),
            "name": Element(other=nothing, enter=lambda _: self.name_track),
            "trkseg": Element(segment, other=nothing, enter=lambda _: self.segments.append(self.count)),
        }
        route = Element(other=nothing, enter=self.see_route)
        parts = {"trk": Element(track, other=nothing, enter=self.begin_track), "rte": route, "wpt": route}
        return Element({"gpx": Element(parts, other=nothing, enter=self.begin_file)}, other=nothing)

    def begin_file(self, attributes: dict[str, str]) -> None:
        self.creator = attributes.get("creator", "")

    def begin_track(self, _: dict[str, str]) -> None:
        self.tracks.append(self.count)
        self.labels.append("")
        self.names.append("")

    def name_sport(self, text: str) -> None:
        self.labels[-1] = self.labels[-1] or text.strip()

    def name_track(self, text: str) -> None:
        self.names[-1] = self.names[-1] or text

    def see_route(self, _: dict[str, str]) -> None:
        self.has_route = True

    def cut(self) -> list[Track]:
        """The file's points, cut at its tracks and segments."""
        table = self.table()
        tracks = []
        bounded = pairwise([*self.tracks, self.count])
        for label, name, (first, last) in zip(self.labels, self.names, bounded, strict=True):
            inside = slice(bisect_right(self.segments, first), bisect_left(self.segments, last))
            bounds = [first, *self.segments[inside], last]
            tracks.append(Track(label, table.part(first, last), tuple(table.spans(bounds)), name))
        return tracks


def read(data: bytes) -> list[Activity | FileError]:
    """Every recording in a GPX file.

    Tracks that follow one another within 3 hours and name the same sport are one activity, their
    segments parted by pauses.

    Parameters
    ----------
    data
        The file's bytes.

    Returns
    -------
    list
        An activity, or why there is none, for each recording.

    Raises
    ------
    UnreadableError
        No sound XML and no whole point before the damage.
    NotAnActivityError
        Waypoints, routes, or tracks without times.
    EmptyActivityError
        No points at all.
    """
    file = _File()
    damage = parse(data, file.elements(), file)
    if damage and not file.count:
        raise UnreadableError(f"is no sound XML: {damage}")
    repairs = [DAMAGED] if damage else []
    return outcomes(file.cut(), file.creator, repairs, has_route=file.has_route)


def outcomes(
    tracks: Sequence[Track], creator: str, repairs: Sequence[str], *, has_route: bool
) -> list[Activity | FileError]:
    """Tracks as activities, those that go on from one to the next as one.

    Raises
    ------
    NotAnActivityError, EmptyActivityError
        As `read`.
    """
    joined: list[list[Track]] = []
    for track in tracks:
        if not track.points.times.size:
            continue
        if joined and joined[-1][-1].is_followed_by(track):
            joined[-1].append(track)
        else:
            joined.append([track])
    if not joined:
        raise _reason(sum(track.points.untimed for track in tracks), has_route=has_route)
    # "Some App -- https://..." is Some App.
    device = re.sub(r" (?:--? ?)?https?://\S+", "", " ".join(creator.split()))
    return [_outcome(_join(run), device, repairs) for run in joined]


def _outcome(track: Track, device: str, repairs: Sequence[str]) -> Activity | FileError:
    timer = from_segments(track.segments, track.points.times.tolist())
    return outcome(
        track.points, track.label, repairs, file_format="gpx", device=device, timer=timer, name=track.name
    )


def _join(tracks: Sequence[Track]) -> Track:
    if len(tracks) == 1:
        return tracks[0]
    parts = [track.points for track in tracks]
    names = {name for part in parts for name in part.columns}
    points = Timed(
        times=np.concatenate([part.times for part in parts]),
        columns={
            name: np.concatenate([part.columns.get(name, np.full(part.times.size, np.nan)) for part in parts])
            for name in names
        },
        untimed=sum(part.untimed for part in parts),
        zoneless=sum(part.zoneless for part in parts),
    )
    return Track(
        tracks[0].label, points, tuple(span for track in tracks for span in track.segments), tracks[0].name
    )


def _reason(untimed_count: int, *, has_route: bool) -> FileError:
    if untimed_count:
        return NotAnActivityError("no times: a route, not a recording")
    if has_route:
        return NotAnActivityError("only waypoints or a route, not a recording")
    return EmptyActivityError("records no samples")
