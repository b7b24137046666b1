"""Copies and twins become one; what only looks alike stays two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duplicates import judge, made_pairs
from loadwatch import merge as merging
from loadwatch.likeness import compare
from loadwatch.runs import RunRecord
from loadwatch.vectors import MISSING, PLACE_STEP_M, TRACES

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
    moving_s=None,
    local_start=None,
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
        "moving_s": elapsed_s if moving_s is None else moving_s,
        "local_start": local_start or "2026-03-01T09:00:00+01:00",
        "local_date": EIGHT.date(),
        "timezone": "Europe/Vienna",
        "notes": "",
    }
    vectors = {f"trace_{each}": np.full(100, MISSING, dtype=np.int16) for each in TRACES}
    vectors |= {"trace_speed_mps": trace, "pause_before_s": np.empty(0), "pause_s": np.empty(0)}
    nowhere = np.empty(0, dtype=np.int16)
    return RunRecord(facts, vectors | {"place_north": nowhere, "place_east": nowhere})


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
        pytest.param(
            record("b", sport="cycling"), True, id="another label of what began, ended and led as far"
        ),
        pytest.param(record("b", sport="cycling", distance_m=25_000), False, id="another sport at that time"),
        pytest.param(record("b", 600), True, id="most of the hour in common"),
        pytest.param(record("b", 800), False, id="less than four fifths in common, and no other proof"),
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


def test_a_recording_that_knows_its_sport_stays_before_one_that_does_not():
    told = record("told", file_format="gpx", heart_rate_bpm=NAN)
    assert files(merge([record("rich", sport="unknown"), told])[0]) == ["told"]


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


@pytest.fixture(scope="module")
def made():
    return list(made_pairs())


def test_made_twins_are_found_and_near_misses_are_not_taken_for_them(made):
    score = judge(made)
    assert score.wanted > 140
    assert score.apart > 80
    assert score.missed == ()
    assert score.false == ()


def twins_a_zone_apart(made, hours):
    """A watch's recording, and the same from an app whose clock is hours later."""
    name = f"clock {hours:+g} h"
    return next((pair.one, pair.other) for pair in made if name in pair.name and "every" not in pair.name)


@pytest.mark.parametrize("hours", [2, -3.5, 5.75])
def test_of_clocks_a_zone_apart_that_of_the_fit_file_is_believed(made, hours):
    watch, app = twins_a_zone_apart(made, hours)
    ((kept, _),) = merging.merge([app, watch])
    assert kept.facts["start_time"] == watch.facts["start_time"]


def test_a_richer_copy_with_the_wrong_clock_is_kept_with_the_time_of_the_other(made):
    watch, app = twins_a_zone_apart(made, 8)
    poor = replace(
        watch,
        facts=watch.facts | {"heart_rate_mean_bpm": NAN, "cadence_timer_mean_spm": NAN, "notes": "mended"},
    )
    ((kept, copies),) = merging.merge([poor, app])
    assert kept.run_id == app.run_id
    assert [copy.run_id for copy in copies] == [watch.run_id]
    for name in ("start_time", "local_start", "local_date", "timezone"):
        assert kept.facts[name] == watch.facts[name]
    assert kept.facts["notes"].endswith(
        f"its clock is 8 h ahead of {watch.facts['file']}, whose time is taken"
    )
    np.testing.assert_array_equal(kept.vectors["trace_speed_mps"], app.vectors["trace_speed_mps"])


def test_without_a_fit_file_local_time_written_as_utc_is_not_believed(made):
    watch, app = twins_a_zone_apart(made, 2)  # in Vienna, in summer: just its zone's offset
    right = replace(watch, facts=watch.facts | {"format": "gpx", "heart_rate_mean_bpm": NAN})
    ((kept, _),) = merging.merge([app, right])
    assert kept.facts["start_time"] == right.facts["start_time"]


def test_two_records_on_clocks_that_cannot_be_zones_apart_stay_two(made):
    watch, app = twins_a_zone_apart(made, 8)
    for seconds in (8 * 3600 + 420, 15 * 3600):
        moved = replace(
            app,
            facts=app.facts | {"start_time": watch.facts["start_time"] + pd.Timedelta(seconds=seconds)},
        )
        assert len(merge([watch, moved])[0]) == 2


def walk(name, places_m, *, start_s=0.0, **facts):
    """A record of known places every 30 s, metres north and east of 48 north and 16 east."""
    made_up = record(name, start_s, elapsed_s=30.0 * (len(places_m) - 1), latitude_deg=48.0, **facts)
    places = np.rint(np.asarray(places_m) / PLACE_STEP_M).astype(np.int16)
    where = {"place_north": places[:, 0], "place_east": places[:, 1]}
    return replace(made_up, vectors=made_up.vectors | where)


def way(mps=3.0, count=60):
    """North for half of it, then east."""
    north = np.minimum(np.arange(count), count // 2) * 30.0 * mps
    east = np.maximum(np.arange(count) - count // 2, 0) * 30.0 * mps
    return np.column_stack([north, east])


@pytest.mark.parametrize(
    ("other", "apart_m"),
    [
        pytest.param(walk("b", way()), 0.0, id="the same"),
        pytest.param(walk("b", way() + 480.0), 0.0, id="a map that is 480 m off each way"),
        pytest.param(walk("b", way(), start_s=40.0), 0.0, id="a clock 40 s ahead"),
        pytest.param(walk("b", way()[1:] - way()[1], start_s=30.0), 0.0, id="begun half a minute later"),
    ],
)
def test_one_runner_is_at_one_place(other, apart_m):
    found = compare(walk("a", way()), other)
    assert found.apart_m == pytest.approx(apart_m, abs=8.0)
    assert found.way_m == pytest.approx(np.hypot(30 * 90.0, 29 * 90.0) / 2.0, rel=0.05)


@pytest.mark.parametrize("mps", [2.8, 3.3])
def test_a_friend_of_another_pace_is_far_off_before_long(mps):
    assert compare(walk("a", way()), walk("b", way(mps=mps))).apart_m > 60.0


def test_a_pause_stops_the_traces_and_not_the_clock():
    steady = np.arange(100, 200, dtype=np.int16)
    hearts = {"trace_heart_rate_bpm": steady, "trace_speed_mps": np.full(100, 300, dtype=np.int16)}
    whole = record("a", elapsed_s=500.0)
    whole = replace(whole, vectors=whole.vectors | hearts)
    # The same heart, of which the other stopped its timer from second 200 to 300.
    kept = np.delete(steady, np.arange(40, 60))
    paused = {name: np.delete(values, np.arange(40, 60)) for name, values in hearts.items()}
    paused |= {
        "trace_heart_rate_bpm": kept,
        "pause_before_s": np.array([200.0]),
        "pause_s": np.array([100.0]),
    }
    other = record("b", elapsed_s=500.0)
    found = compare(whole, replace(other, vectors=other.vectors | paused))
    assert found.heart_rate_off_bpm == 0.0
