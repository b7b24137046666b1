"""GPX, read with gpxpy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError
from loadwatch.formats import markup
from loadwatch.formats.sport import sport_words
from loadwatch.formats.table import activity
from loadwatch.formats.timer import SECOND, from_segments

if TYPE_CHECKING:
    from loadwatch.formats.activity import Activity

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
END_OF_POINT = "</trkpt>"
PARTING_GAP_S = 3 * 3600


@dataclass
class _Track:
    """One track: its columns grow point by point, its segments stay apart."""

    label: str
    times: list[int] = field(default_factory=list)
    columns: dict[str, list[float | None]] = field(default_factory=dict)
    segments: list[tuple[int, int]] = field(default_factory=list)
    untimed: int = 0
    zoneless: int = 0

    def append(self, other: _Track) -> None:
        """Take another track in as further segments."""
        for name in set(self.columns) | set(other.columns):
            self.columns[name] = [*self.column(name), *other.column(name)]
        self.times += other.times
        self.segments += other.segments
        self.untimed += other.untimed
        self.zoneless += other.zoneless

    def column(self, name: str) -> list[float | None]:
        """A column as long as the times."""
        values = self.columns.get(name, [])
        return values + [None] * (len(self.times) - len(values))

    def is_followed_by(self, other: _Track) -> bool:
        """Whether another track goes on where this one ends: same sport, no overlap, at most 3 hours."""
        gap = other.times[0] - self.times[-1]
        return self.label == other.label and 0 <= gap <= PARTING_GAP_S * SECOND


def recognises(head: bytes) -> bool:
    """Whether a file that begins so is GPX."""
    return markup.root_name(head) == "gpx"


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
        No sound XML, or values that gpxpy refuses.
    NotAnActivityError
        Waypoints, routes, or tracks without times.
    EmptyActivityError
        No points at all.
    """
    # Indoor recordings leave the position out, which gpxpy insists on.
    text = markup.document(data).replace("<trkpt>", '<trkpt lat="nan" lon="nan">')
    document, repairs = _parse(text)
    tracks = [_track(track) for track in document.tracks]
    timed = [track for track in tracks if track.times]
    if not timed:
        raise _reason(document, sum(track.untimed for track in tracks))
    joined: list[_Track] = []
    for track in timed:
        if joined and joined[-1].is_followed_by(track):
            joined[-1].append(track)
        else:
            joined.append(track)
    return [_outcome(track, str(document.creator or ""), repairs) for track in joined]


def _outcome(track: _Track, creator: str, repairs: list[str]) -> Activity | FileError:
    sport, sub_sport = sport_words(track.label)
    notes = list(repairs)
    if track.untimed:
        notes.append(f"{track.untimed} points without a time were left out")
    if track.zoneless:
        notes.append("times without a zone were taken as UTC")
    try:
        return activity(
            track.times,
            {name: track.column(name) for name in track.columns},
            file_format="gpx",
            sport=sport,
            sub_sport=sub_sport,
            device=re.sub(r"\s+(--|-)?\s*https?://\S+", "", creator).strip(),
            timer=from_segments(track.segments, track.times),
            repairs=notes,
        )
    except FileError as error:
        return error


def _parse(text: str) -> tuple[Any, list[str]]:
    """Gpxpy's document; a damaged file ends after the last whole point before the damage."""
    import gpxpy  # noqa: PLC0415 - late: a scan of FIT files needs none of it
    from gpxpy.gpx import GPXException, GPXXMLSyntaxException  # noqa: PLC0415 - as above

    try:
        return gpxpy.parse(text), []
    except GPXXMLSyntaxException as error:
        problem = UnreadableError(f"is no sound XML: {error.__cause__}")
        end = text.rfind(END_OF_POINT, 0, _damage_at(text, error.__cause__))
        if end < 0:
            raise problem from error
        mended = text[: end + len(END_OF_POINT)] + "</trkseg></trk></gpx>"
        try:
            return gpxpy.parse(mended), ["cut off or damaged; all points before that were read"]
        except (GPXException, ValueError):
            raise problem from error
    except (GPXException, ValueError) as error:
        # ValueError: a namespace prefix that Python's XML tables reserve.
        raise UnreadableError(f"holds a value that is not GPX: {error}") from error


def _damage_at(text: str, error: BaseException | None) -> int:
    """Where the XML parser gave up, at the latest."""
    line, column = getattr(error, "position", (1, len(text)))
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column


def _track(source: Any) -> _Track:
    track = _Track(label=(source.type or "").strip())
    for segment in source.segments:
        before = len(track.times)
        for point in segment.points:
            if point.time is None:
                track.untimed += 1
                continue
            track.zoneless += point.time.tzinfo is None
            track.times.append(markup.since_epoch(point.time))
            for name, value in _values(point).items():
                column = track.columns.setdefault(name, [])
                column.extend([None] * (len(track.times) - 1 - len(column)))
                column.append(value)
        if len(track.times) > before:
            track.segments.append((track.times[before], track.times[-1]))
    return track


def _values(point: Any) -> dict[str, float | None]:
    values: dict[str, float | None] = {
        "latitude_deg": point.latitude,
        "longitude_deg": point.longitude,
        "altitude_m": point.elevation,
    }
    if point.speed is not None:
        values["speed_mps"] = point.speed
    for extension in point.extensions:
        for element in extension.iter():
            name = EXTENSIONS.get(str(element.tag).rpartition("}")[2].lower())
            if name and values.get(name) is None:
                values[name] = markup.number(element.text)
    return values


def _reason(document: Any, untimed_count: int) -> FileError:
    if untimed_count:
        return NotAnActivityError("no times: a route, not a recording")
    if document.routes or document.waypoints:
        return NotAnActivityError("only waypoints or a route, not a recording")
    return EmptyActivityError("records no samples")
