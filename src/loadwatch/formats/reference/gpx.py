"""GPX, read with gpxpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.errors import UnreadableError
from loadwatch.formats import markup, prolog
from loadwatch.formats.gpx import DAMAGED, EXTENSIONS, Track, outcomes
from loadwatch.formats.points import Timed

if TYPE_CHECKING:
    from loadwatch.errors import FileError
    from loadwatch.formats.activity import Activity

END_OF_POINT = "</trkpt>"


def read(data: bytes) -> list[Activity | FileError]:
    """Every recording in a GPX file, as `loadwatch.formats.gpx.read` gives them.

    Raises
    ------
    UnreadableError
        Values that gpxpy refuses; all else as there.
    """
    # Indoor recordings leave the position out, which gpxpy insists on.
    text = prolog.document(data).replace("<trkpt>", '<trkpt lat="nan" lon="nan">')
    document, repairs = _parse(text)
    tracks = [_track(track) for track in document.tracks]
    has_route = bool(document.routes or document.waypoints)
    return outcomes(tracks, str(document.creator or ""), repairs, has_route=has_route)


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
            return gpxpy.parse(mended), [DAMAGED]
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


def _track(source: Any) -> Track:
    times: list[int] = []
    columns: dict[str, list[float | None]] = {}
    segments: list[tuple[int, int]] = []
    untimed = zoneless = 0
    for segment in source.segments:
        before = len(times)
        for point in segment.points:
            if point.time is None:
                untimed += 1
                continue
            zoneless += point.time.tzinfo is None
            times.append(markup.since_epoch(point.time))
            for name, value in _values(point).items():
                column = columns.setdefault(name, [])
                column.extend([None] * (len(times) - 1 - len(column)))
                column.append(value)
        if len(times) > before:
            segments.append((times[before], times[-1]))
    for column in columns.values():
        column.extend([None] * (len(times) - len(column)))
    arrays = {name: np.array(column, dtype=np.float64) for name, column in columns.items()}
    points = Timed(np.array(times, dtype=np.int64), arrays, untimed, zoneless)
    return Track((source.type or "").strip(), points, tuple(segments))


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
