"""What is measured: each library's documented way from a file's bytes to samples and session facts.

Each function imports one library and gives a function that reads a file and says how many samples it
holds. Imported by `readers.py` in the process that measures this one library.
"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Read = Callable[[bytes], int]

FIT_COLUMNS = (
    "position_lat",
    "position_long",
    "enhanced_altitude",
    "altitude",
    "distance",
    "enhanced_speed",
    "speed",
    "heart_rate",
    "cadence",
    "fractional_cadence",
    "power",
    "stance_time",
    "vertical_oscillation",
    "vertical_ratio",
    "step_length",
    "stance_time_balance",
    "temperature",
)
SESSION_FACTS = (
    "sport",
    "sub_sport",
    "start_time",
    "total_elapsed_time",
    "total_timer_time",
    "total_distance",
)


def samples(times: Iterable[Any], columns: dict[str, list[Any]]) -> pd.DataFrame:
    """The frame that every library ends in."""
    return pd.DataFrame(columns, index=pd.to_datetime(list(times), utc=True))


def loadwatch() -> Read:
    """The readers of this project."""
    from loadwatch import formats  # noqa: PLC0415 - one library a process
    from loadwatch.formats.activity import Activity  # noqa: PLC0415 - as above

    def read(data: bytes) -> int:
        activities = [outcome for outcome in formats.read(data) if isinstance(outcome, Activity)]
        return sum(len(activity.samples) for activity in activities)

    return read


def _fit_activity(records: list[dict[str, Any]], sessions: list[dict[str, Any]]) -> int:
    """Samples and facts from messages as dictionaries."""
    facts = [{name: session.get(name) for name in SESSION_FACTS} for session in sessions]
    columns = {name: [record.get(name) for record in records] for name in FIT_COLUMNS}
    frame = samples([record.get("timestamp") for record in records], columns)
    return len(frame) if records or facts else 0


def fitparse() -> Read:
    """python-fitparse: a `FitFile` and the values of its messages."""
    from fitparse import FitFile  # noqa: PLC0415 - as above

    def read(data: bytes) -> int:
        messages: dict[str, list[dict[str, Any]]] = {"record": [], "session": []}
        for message in FitFile(BytesIO(data)).get_messages(["record", "session"]):
            messages[message.name].append(message.get_values())
        return _fit_activity(messages["record"], messages["session"])

    return read


def fitdecode() -> Read:
    """Fitdecode: a `FitReader` and the fields of its data frames."""
    from fitdecode import FIT_FRAME_DATA, FitReader  # noqa: PLC0415 - as above

    def read(data: bytes) -> int:
        messages: dict[str, list[dict[str, Any]]] = {"record": [], "session": []}
        with FitReader(BytesIO(data)) as frames:
            for frame in frames:
                if frame.frame_type == FIT_FRAME_DATA and frame.name in messages:
                    messages[frame.name].append({item.name: item.value for item in frame.fields})
        return _fit_activity(messages["record"], messages["session"])

    return read


def pyfitparsernative() -> Read:
    """pyfitparsernative: `parse_fit_bytes`, which gives dictionaries."""
    from pyfitparsernative import parse_fit_bytes  # noqa: PLC0415 - as above

    def read(data: bytes) -> int:
        messages: dict[str, list[dict[str, Any]]] = {"record": [], "session": []}
        for message in parse_fit_bytes(data):
            if message["message_type"] in messages:
                messages[message["message_type"]].append(message)
        return _fit_activity(messages["record"], messages["session"])

    return read


def _gpxpy() -> Read:
    import gpxpy  # noqa: PLC0415 - as above

    def read(data: bytes) -> int:
        document = gpxpy.parse(data)
        names = ("latitude", "longitude", "elevation", "hr", "cad")
        columns: dict[str, list[Any]] = {name: [] for name in names}
        times: list[Any] = []
        facts = [(document.creator, track.type, track.name) for track in document.tracks]
        for track in document.tracks:
            for segment in track.segments:
                for point in segment.points:
                    times.append(point.time)
                    columns["latitude"].append(point.latitude)
                    columns["longitude"].append(point.longitude)
                    columns["elevation"].append(point.elevation)
                    told = {
                        item.tag.rpartition("}")[2]: item.text
                        for extension in point.extensions
                        for item in extension.iter()
                    }
                    columns["hr"].append(float(told["hr"]) if "hr" in told else None)
                    columns["cad"].append(float(told["cad"]) if "cad" in told else None)
        return len(samples(times, columns)) if facts else 0

    return read


def gpxpy_with_lxml() -> Read:
    """Gpxpy as it is where lxml is installed."""
    from gpxpy.parser import library  # noqa: PLC0415 - as above

    if library() != "LXML":
        raise SystemExit("gpxpy does not find lxml: install the dependency group `bench`")
    return _gpxpy()


def gpxpy_without_lxml() -> Read:
    """Gpxpy on the standard library's ElementTree."""
    # What Python takes for "not installed", though its stub knows modules alone.
    sys.modules["lxml"] = None  # type: ignore[assignment]
    return _gpxpy()


def tcxreader() -> Read:
    """tcxreader: a `TCXReader` and its trackpoints, those without a position among them."""
    from tcxreader.tcxreader import TCXReader  # noqa: PLC0415 - as above

    def read(data: bytes) -> int:
        exercise = TCXReader().read(BytesIO(data), only_gps=False)
        facts = (exercise.activity_type, exercise.distance, exercise.duration)
        points = exercise.trackpoints
        columns: dict[str, list[Any]] = {
            name: [getattr(point, name) for point in points]
            for name in ("latitude", "longitude", "elevation", "distance", "hr_value", "cadence")
        }
        for name in ("Speed", "RunCadence", "Watts"):
            columns[name] = [point.tpx_ext.get(name) for point in points]
        return len(samples([point.time for point in points], columns)) if facts else 0

    return read
