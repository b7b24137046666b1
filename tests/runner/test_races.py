"""Runs that were likely races."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from loadwatch.runner.races import likely_races
from loadwatch.runs import RunRecord

FIRST = date(2026, 1, 5)


def run(day, km=8.0, mps=2.8, *, stood_s=0.0, uneven_ratio=1.01, treadmill=False):
    moving_s = 1000.0 * km / mps
    facts = {
        "local_date": FIRST + timedelta(days=day),
        "distance_m": 1000.0 * km,
        "elapsed_s": moving_s + stood_s,
        "moving_s": moving_s,
        "graded_speed_mean_mps": mps,
        "normalized_speed_mps": uneven_ratio * mps,
        "is_treadmill": treadmill,
    }
    return RunRecord(facts, {})


USUAL = [run(3 * number) for number in range(10)]
BEST = run(26, km=12.0, mps=3.5)


def is_race(km=10.05, mps=3.2, *, before=USUAL, day=30, **more):
    return likely_races([*before, run(day, km, mps, **more)])[-1]


@pytest.mark.parametrize("km", [5.0, 9.86, 10.29, 15.1, 16.1, 21.3, 42.9])
def test_a_race_distance_run_fast_and_evenly_without_a_stop_was_likely_a_race(km):
    assert is_race(km)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"km": 9.8}, id="too short"),
        pytest.param({"km": 10.4}, id="too long"),
        pytest.param({"mps": 3.0}, id="hardly faster than usual"),
        pytest.param({"stood_s": 120.0}, id="with stops"),
        pytest.param({"uneven_ratio": 1.04}, id="as uneven as intervals are"),
        pytest.param({"treadmill": True}, id="indoors"),
        pytest.param({"before": USUAL[:7]}, id="who has run little has no usual speed"),
        pytest.param({"day": 150}, id="nor who has not run of late"),
        pytest.param({"before": [*USUAL, BEST]}, id="slower than a longer run in the year before"),
        pytest.param({"mps": float("nan")}, id="nobody knows how fast"),
    ],
)
def test_what_lacks_one_of_these_was_not(more):
    assert not is_race(**more)


def test_the_best_of_more_than_a_year_ago_or_over_less_is_no_measure():
    long_ago = run(-340, km=12.0, mps=3.5)
    assert is_race(before=[long_ago, *USUAL])
    assert is_race(before=[*USUAL, run(26, km=6.0, mps=3.5)])


def test_later_runs_change_nothing():
    history = [*USUAL, run(30, 10.0, 3.2), run(33, 10.0, 3.4), *(run(34 + day, 9.0, 3.5) for day in range(9))]
    told = likely_races(history)
    assert told == 10 * [False] + 2 * [True] + 9 * [False]
    for count in range(1, len(history)):
        assert likely_races(history[:count]) == told[:count]
        assert likely_races(history, first=count) == told[count:]
