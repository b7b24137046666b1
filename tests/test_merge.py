from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch import merge as merging
from loadwatch.runs import MISSING, RunRecord

NAN = float("nan")
EIGHT = pd.Timestamp("2026-03-01 08:00", tz="UTC")


def record(
    name,
    start_s=0.0,
    *,
    elapsed_s=3600.0,
    distance_m=10_000.0,
    sport="running",
    file_format="fit",
    heart_rate_bpm=140.0,
    cadence_spm=168.0,
    ground_contact_ms=NAN,
    known=100,
    latitude_deg=NAN,
):
    """A record with what merging looks at; its name is its file and, up to a blank, its content."""
    trace = np.full(100, MISSING, dtype=np.int16)
    trace[:known] = 300
    facts = {
        "run_id": name.split()[0],
        "file": name,
        "format": file_format,
        "sport": sport,
        "start_time": EIGHT + pd.Timedelta(seconds=start_s),
        "elapsed_s": elapsed_s,
        "distance_m": distance_m,
        "heart_rate_mean_bpm": heart_rate_bpm,
        "cadence_timer_mean_spm": cadence_spm,
        "ground_contact_mean_ms": ground_contact_ms,
        "elevation_gain_computed_m": 50.0,
        "start_latitude_deg": latitude_deg,
        "start_longitude_deg": 16.0,
    }
    return RunRecord(facts, {"trace_speed_mps": trace})


def merge(records):
    """The kept records, and each dropped one beside the one it repeats."""
    activities = merging.merge(records)
    return [best for best, _ in activities], [(copy, best) for best, copies in activities for copy in copies]


def files(records):
    return [one.facts["file"] for one in records]


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param(record("b", 5, elapsed_s=3590), True, id="the export of another program"),
        pytest.param(record("b", distance_m=10_400), True, id="4 % more distance"),
        pytest.param(record("b", distance_m=10_700), True, id="another device that saw 7 % more"),
        pytest.param(record("b", distance_m=NAN), True, id="without distance"),
        pytest.param(record("b", sport="cycling"), False, id="another sport at the same time"),
        pytest.param(record("b", 600), True, id="most of the hour in common"),
        pytest.param(record("b", 800), False, id="less than four fifths in common"),
        pytest.param(record("b", 3600), False, id="right after the first"),
        pytest.param(record("b", 7 * 3600), False, id="the same loop in the afternoon"),
        pytest.param(record("b", 1800, elapsed_s=1800, distance_m=5000), True, id="a part of it"),
        pytest.param(record("b", sport="hiking"), True, id="another word for going on foot"),
        pytest.param(record("b", elapsed_s=0, distance_m=0), False, id="a recording of no length"),
        pytest.param(record("a copy"), True, id="the same content under another name"),
    ],
)
def test_which_recordings_tell_of_one_activity(other, is_same):
    kept, duplicates = merge([record("a"), other])
    assert len(kept) == (1 if is_same else 2)
    assert len(kept) + len(duplicates) == 2


@pytest.mark.parametrize(
    ("latitude_deg", "count"),
    [
        pytest.param(48.01, 1, id="1.1 km away: one runner, two devices"),
        pytest.param(48.5, 2, id="56 km away: two runners"),
    ],
)
def test_runs_at_the_same_time_far_apart_are_two_peoples(latitude_deg, count):
    here, there = record("a", latitude_deg=48.0), record("b", latitude_deg=latitude_deg)
    assert len(merge([here, there])[0]) == count


def test_a_part_gives_way_to_the_whole_however_rich_it_is():
    part = record("part", 900, elapsed_s=2700, ground_contact_ms=240.0)
    whole = record("whole", file_format="gpx", heart_rate_bpm=NAN)
    assert files(merge([part, whole])[0]) == ["whole"]


@pytest.mark.parametrize(
    ("richer", "poorer"),
    [
        pytest.param(
            {"file_format": "gpx"}, {"heart_rate_bpm": NAN}, id="more signals before the better format"
        ),
        pytest.param({"ground_contact_ms": 240.0}, {}, id="ground contact"),
        pytest.param({}, {"file_format": "tcx"}, id="FIT before TCX"),
        pytest.param({"file_format": "tcx"}, {"file_format": "gpx"}, id="TCX before GPX"),
        pytest.param({}, {"known": 40}, id="more of the run known"),
    ],
)
def test_the_richest_stays(richer, poorer):
    kept, duplicates = merge([record("poor", **poorer), record("rich", **richer)])
    assert files(kept) == ["rich"]
    assert [(dropped.facts["file"], stays.facts["file"]) for dropped, stays in duplicates] == [
        ("poor", "rich")
    ]


def test_one_run_in_three_formats_and_a_copy_is_one_run():
    told = [
        record("gpx", 2, file_format="gpx"),
        record("tcx", 1, file_format="tcx"),
        record("fit"),
        record("fit copy"),
        record("next day", 86_400),
    ]
    kept, duplicates = merge(told)
    assert [one.run_id for one in kept] == ["fit", "next"]
    assert len(duplicates) == 3


def test_a_recording_of_days_does_not_swallow_the_runs_in_it():
    long = record("hike", sport="hiking", elapsed_s=4 * 86_400.0, distance_m=90_000)
    daily = [record(f"run{day}", 86_400.0 * day + 60) for day in range(4)]
    assert len(merge([long, *daily])[0]) == 5


def test_no_records_give_none():
    assert merge([]) == ([], [])


@settings(max_examples=60, deadline=None)
@given(
    starts_s=st.lists(st.sampled_from([0, 5, 300, 900, 3600, 7200]), min_size=1, max_size=7),
    seed=st.integers(0, 10_000),
)
def test_the_order_of_files_does_not_matter(starts_s, seed):
    random = np.random.default_rng(seed)
    records = [
        record(
            f"{position}",
            start_s,
            distance_m=float(random.choice([9_800, 10_000, 10_400, 12_000, NAN])),
            sport=str(random.choice(["running", "walking"], p=[0.9, 0.1])),
            file_format=str(random.choice(["fit", "gpx", "tcx"])),
            heart_rate_bpm=float(random.choice([140.0, NAN])),
        )
        for position, start_s in enumerate(starts_s)
    ]
    kept, duplicates = merge(records)
    again, duplicates_again = merge([records[i] for i in random.permutation(len(records))])
    assert files(again) == files(kept)
    assert [files(pair) for pair in duplicates_again] == [files(pair) for pair in duplicates]
    assert sorted(files([*kept, *(dropped for dropped, _ in duplicates)])) == sorted(files(records))
