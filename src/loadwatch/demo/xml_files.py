"""Recordings as GPX and TCX files, in the dialects that watches' own web sites export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import gpxpy.gpx

from loadwatch.demo.recording import WATCH, laps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import pandas as pd

    from loadwatch.demo.recording import Recording

TRACK_POINT = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"
TRAINING_CENTER = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
ACTIVITY_EXTENSION = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def gpx_bytes(recording: Recording) -> bytes:
    """Write a recording as GPX 1.1, one segment between two pauses.

    Parameters
    ----------
    recording
        One outing as recorded, with positions.

    Returns
    -------
    bytes
        The file. It carries no distance and no speed: those are left to the reader.
    """
    document = gpxpy.gpx.GPX()
    document.creator = WATCH
    document.time = recording.start
    document.nsmap["gpxtpx"] = TRACK_POINT
    track = gpxpy.gpx.GPXTrack(name=recording.outing.kind)
    # gpxpy's annotations know no type but None here.
    track.type = "hiking" if recording.is_hike else "running"  # type: ignore[assignment]
    document.tracks.append(track)
    for samples in _between_pauses(recording):
        points = [_gpx_point(recording, sample) for sample in samples.itertuples()]
        track.segments.append(gpxpy.gpx.GPXTrackSegment(points))
    return str(document.to_xml(version="1.1", prettyprint=False)).encode()


def tcx_bytes(recording: Recording) -> bytes:
    """Write a recording as a Training Center file, one lap a kilometre.

    Parameters
    ----------
    recording
        One outing as recorded.

    Returns
    -------
    bytes
        The file.
    """
    root = ET.Element(
        "TrainingCenterDatabase",
        {
            "xmlns": TRAINING_CENTER,
            "xmlns:ns3": ACTIVITY_EXTENSION,
            "xmlns:xsi": SCHEMA_INSTANCE,
        },
    )
    sport = "Other" if recording.is_hike else "Running"
    activity = ET.SubElement(ET.SubElement(root, "Activities"), "Activity", {"Sport": sport})
    _leaf(activity, "Id", _iso(recording.start))
    for start_s, end_s in laps(recording):
        _add_lap(activity, recording, start_s, end_s)
    creator = ET.SubElement(activity, "Creator", {"xsi:type": "Device_t"})
    _leaf(creator, "Name", WATCH)
    ET.indent(root, space=" ")
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def _between_pauses(recording: Recording) -> Iterator[pd.DataFrame]:
    first = 0
    for stop, start_again in (*recording.pauses, (recording.elapsed_s, recording.elapsed_s)):
        yield recording.samples.loc[first:stop]
        first = start_again


def _gpx_point(recording: Recording, sample: Any) -> gpxpy.gpx.GPXTrackPoint:
    point = gpxpy.gpx.GPXTrackPoint(
        latitude=round(sample.latitude_deg, 6),
        longitude=round(sample.longitude_deg, 6),
        elevation=round(sample.altitude_m, 1),
        time=recording.time(sample.Index),
    )
    extension = ET.Element(f"{{{TRACK_POINT}}}TrackPointExtension")
    for name, value in (
        ("atemp", sample.temperature_degc),
        ("hr", sample.heart_rate_bpm),
        ("cad", sample.cadence_spm / 2),
    ):
        ET.SubElement(extension, f"{{{TRACK_POINT}}}{name}").text = str(round(value))
    point.extensions.append(extension)
    return point


def _add_lap(activity: ET.Element, recording: Recording, start_s: int, end_s: int) -> None:
    samples = recording.samples.loc[start_s:end_s]
    distance = samples["distance_m"]
    paused = sum(end - start for start, end in recording.pauses if start_s <= start and end <= end_s)
    lap = ET.SubElement(activity, "Lap", {"StartTime": _iso(recording.time(start_s))})
    _leaf(lap, "TotalTimeSeconds", f"{end_s - start_s - paused:.1f}")
    _leaf(lap, "DistanceMeters", f"{distance.iloc[-1] - distance.iloc[0]:.2f}")
    _leaf(lap, "Calories", "0")
    _value(lap, "AverageHeartRateBpm", recording.mean("heart_rate_bpm", start_s=start_s, end_s=end_s))
    _value(lap, "MaximumHeartRateBpm", samples["heart_rate_bpm"].max())
    _leaf(lap, "Intensity", "Active")
    _leaf(lap, "TriggerMethod", "Distance")
    track = ET.SubElement(lap, "Track")
    is_last = end_s == recording.elapsed_s
    for sample in (samples if is_last else samples.iloc[:-1]).itertuples():
        if track.find("Trackpoint") is not None and any(sample.Index == end for _, end in recording.pauses):
            track = ET.SubElement(lap, "Track")
        _add_trackpoint(track, recording, sample)


def _add_trackpoint(track: ET.Element, recording: Recording, sample: Any) -> None:
    point = ET.SubElement(track, "Trackpoint")
    _leaf(point, "Time", _iso(recording.time(sample.Index)))
    if sample.latitude_deg == sample.latitude_deg:  # a treadmill has neither position nor altitude
        position = ET.SubElement(point, "Position")
        _leaf(position, "LatitudeDegrees", f"{sample.latitude_deg:.6f}")
        _leaf(position, "LongitudeDegrees", f"{sample.longitude_deg:.6f}")
        _leaf(point, "AltitudeMeters", f"{sample.altitude_m:.1f}")
    _leaf(point, "DistanceMeters", f"{sample.distance_m:.2f}")
    _value(point, "HeartRateBpm", sample.heart_rate_bpm)
    extension = ET.SubElement(ET.SubElement(point, "Extensions"), "ns3:TPX")
    _leaf(extension, "ns3:Speed", f"{sample.speed_mps:.3f}")
    _leaf(extension, "ns3:RunCadence", str(round(sample.cadence_spm / 2)))


def _leaf(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _value(parent: ET.Element, name: str, number: float) -> None:
    _leaf(ET.SubElement(parent, name), "Value", str(round(number)))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
