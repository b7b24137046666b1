"""Written files, read back by the libraries others read them with."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import fitparse
import gpxpy
import numpy as np
import pytest

from loadwatch import demo
from loadwatch.demo.fit_file import fit_bytes, workout_bytes
from loadwatch.demo.recording import Recording, record
from loadwatch.demo.story import Outing, story
from loadwatch.demo.xml_files import gpx_bytes, tcx_bytes

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"
TCX = {
    "t": "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2",
    "x": "http://www.garmin.com/xmlschemas/ActivityExtension/v2",
}


def outing_on(day: str) -> Outing:
    return next(outing for outing in story() if outing.start.date().isoformat() == day)


@pytest.fixture(scope="module")
def hilly() -> Recording:
    """A run over hills with a pause in it."""
    recording = record(outing_on("2026-09-05"), seed=demo.SEED)
    assert recording.pauses
    return recording


def messages(content: bytes, name: str) -> list[dict[str, object]]:
    return [message.get_values() for message in fitparse.FitFile(BytesIO(content)).get_messages(name)]


def column(rows: list[dict[str, object]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype=float)


def climbed_m(altitude_m: np.ndarray) -> float:
    """Rises of a smoothed profile; a hill's noise is small beside the hill."""
    smooth = np.convolve(altitude_m, np.ones(9) / 9, mode="valid")
    return float(np.maximum(np.diff(smooth), 0).sum())


def test_a_fit_file_gives_back_what_was_recorded(hilly: Recording) -> None:
    rows = messages(fit_bytes(hilly), "record")
    samples = hilly.samples
    assert len(rows) == len(samples)
    times = [row["timestamp"].replace(tzinfo=UTC) for row in rows]
    assert times == [hilly.time(elapsed) for elapsed in samples.index]
    assert column(rows, "distance") == pytest.approx(samples["distance_m"], abs=0.006)
    assert column(rows, "enhanced_speed") == pytest.approx(samples["speed_mps"], abs=0.0006)
    assert column(rows, "enhanced_altitude") == pytest.approx(samples["altitude_m"], abs=0.11)
    assert column(rows, "position_lat") * 180 / 2**31 == pytest.approx(samples["latitude_deg"], abs=1e-7)
    steps = 2 * (column(rows, "cadence") + column(rows, "fractional_cadence"))
    assert steps == pytest.approx(samples["cadence_spm"], abs=0.51)
    is_running = samples["cadence_spm"] > 130
    assert samples["step_length_m"].notna().equals(is_running)


def test_totals_of_a_fit_file_agree_with_its_records(hilly: Recording) -> None:
    content = fit_bytes(hilly)
    (session,) = messages(content, "session")
    rows = messages(content, "record")
    timer = [
        (event["event_type"], event["timestamp"].replace(tzinfo=UTC)) for event in messages(content, "event")
    ]
    starts = [moment for kind, moment in timer if kind == "start"]
    stops = [moment for kind, moment in timer if kind == "stop_all"]
    on_s = sum((stop - start).total_seconds() for start, stop in zip(starts, stops, strict=True))
    assert len(starts) == 1 + len(hilly.pauses)
    assert session["total_timer_time"] == pytest.approx(on_s)
    assert session["total_elapsed_time"] == pytest.approx((stops[-1] - starts[0]).total_seconds())
    assert session["total_distance"] == pytest.approx(column(rows, "distance")[-1], abs=0.01)
    assert session["total_ascent"] == pytest.approx(climbed_m(column(rows, "enhanced_altitude")), rel=0.1)
    laps = messages(content, "lap")
    assert sum(lap["total_distance"] for lap in laps) == pytest.approx(session["total_distance"], abs=0.1)
    assert sum(lap["total_timer_time"] for lap in laps) == pytest.approx(session["total_timer_time"])
    steps = 2 * (session["avg_running_cadence"] + session["avg_fractional_cadence"])
    assert steps == pytest.approx(hilly.mean("cadence_spm"), abs=0.1)


def test_a_fit_file_carries_the_clock_of_the_place_where_it_ended() -> None:
    for day, hours in (("2026-05-14", -4), ("2026-09-05", 2), ("2026-10-25", 1)):
        (activity,) = messages(fit_bytes(record(outing_on(day), seed=1)), "activity")
        ahead_s = (activity["local_timestamp"] - activity["timestamp"]).total_seconds()
        assert ahead_s == 3600 * hours


def test_a_treadmill_run_has_neither_positions_nor_altitude() -> None:
    content = fit_bytes(record(outing_on("2026-05-07"), seed=1))
    rows = messages(content, "record")
    assert not {"position_lat", "position_long", "enhanced_altitude"} & set(rows[0])
    assert messages(content, "session")[0]["sub_sport"] == "treadmill"


def test_a_workout_holds_no_activity() -> None:
    content = workout_bytes(datetime(2026, 4, 30, tzinfo=UTC))
    assert messages(content, "file_id")[0]["type"] == "workout"
    assert not messages(content, "record")


def test_gpx_and_fit_tell_the_same_run(hilly: Recording) -> None:
    track = gpxpy.parse(gpx_bytes(hilly).decode()).tracks[0]
    points = [point for segment in track.segments for point in segment.points]
    assert len(track.segments) == 1 + len(hilly.pauses)
    assert len(points) == len(hilly.samples)
    assert points[-1].time == hilly.time(hilly.elapsed_s)
    assert track.length_2d() == pytest.approx(hilly.distance_m, rel=0.01)
    assert climbed_m(np.array([point.elevation for point in points])) == pytest.approx(104, rel=0.1)
    cadence = [2 * float(point.extensions[0].find("{*}cad").text) for point in points]
    assert cadence == pytest.approx(hilly.samples["cadence_spm"], abs=1.01)


def test_tcx_and_fit_tell_the_same_run(hilly: Recording) -> None:
    root = ET.fromstring(tcx_bytes(hilly))  # noqa: S314 (our own file)
    points = root.findall(".//t:Trackpoint", TCX)
    assert len(points) == len(hilly.samples)
    assert points[-1].findtext("t:DistanceMeters", namespaces=TCX) == f"{hilly.distance_m:.2f}"
    timer_s = [float(each.text or "") for each in root.findall(".//t:TotalTimeSeconds", TCX)]
    assert sum(timer_s) == pytest.approx(hilly.timer_s)
    cadence = [2 * float(each.text or "") for each in root.findall(".//x:RunCadence", TCX)]
    assert cadence == pytest.approx(hilly.samples["cadence_spm"], abs=1.01)
    tracks = [len(lap.findall("t:Track", TCX)) for lap in root.findall(".//t:Lap", TCX)]
    assert sum(tracks) == len(tracks) + len(hilly.pauses)


def test_cadence_follows_speed_and_the_story() -> None:
    usual, long_steps = (
        record(outing_on(day), seed=demo.SEED).samples.query("speed_mps > 2")
        for day in ("2026-07-02", "2026-08-06")
    )
    curve = 146.0 + 5.6 * long_steps["speed_mps"]
    assert (long_steps["cadence_spm"] / curve).median() == pytest.approx(1 - 0.038, abs=0.012)
    assert (usual["cadence_spm"] / (146.0 + 5.6 * usual["speed_mps"])).median() == pytest.approx(1, abs=0.012)
    tired = record(outing_on("2026-08-30"), seed=demo.SEED).samples.query("speed_mps > 2")
    residual = tired["cadence_spm"] - 5.6 * tired["speed_mps"]
    third = len(tired) // 3
    assert residual.iloc[-third:].mean() - residual.iloc[:third].mean() == pytest.approx(-6.5, abs=1.0)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    once = demo.make_files(weeks=1)
    done: list[tuple[int, int]] = []
    paths = demo.write_demo(tmp_path / "runs", weeks=1, on_file=lambda n, of: done.append((n, of)))
    assert {path.name: path.read_bytes() for path in paths} == once
    assert done[-1] == (len(story(1)), len(story(1)))
    other = demo.make_files(weeks=1, seed=1)
    assert other.keys() == once.keys()
    assert all(other[name] != once[name] for name in once)


def test_without_fit_tool_the_same_runs_come_as_tcx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "has_fit_tool", lambda: False)
    files = demo.make_files(weeks=2)
    assert len(files) == len(story(2))
    assert not [name for name in files if ".fit" in name]
    assert sum(name.endswith(".tcx") for name in files) > len(files) / 2


def test_the_files_of_accidents_are_broken_off_and_no_activity() -> None:
    recording = record(outing_on("2026-04-30"), seed=demo.SEED)
    whole = fit_bytes(recording)
    files = demo._files_of_accident(recording, "short")
    assert whole.startswith(files["short.fit"])
    assert len(files["short.fit"]) == round(0.7 * len(whole))
    assert "workout_4x1500.fit" in files


def test_the_committed_samples_are_what_the_program_makes() -> None:
    """The last two weeks of them; `tools/make_samples.py --check` compares all."""
    for name, content in demo.make_files(weeks=2).items():
        there = (SAMPLES / name).read_bytes()
        if name.endswith(".gz"):
            there, content = gzip.decompress(there), gzip.decompress(content)  # noqa: PLW2901
        assert there == content, name


def test_the_samples_stay_small_and_complete() -> None:
    files = [path for path in SAMPLES.iterdir() if path.suffix in {".fit", ".gpx", ".tcx", ".gz"}]
    assert len(files) == 118
    assert sum(path.stat().st_size for path in files) < 8_000_000
    packed = [path for path in files if path.suffix == ".gz"]
    assert all(path.read_bytes()[4:8] == b"\0\0\0\0" for path in packed)
