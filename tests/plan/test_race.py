"""What a long run before a race takes, inside the rules."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import loadwatch
from loadwatch.errors import ShortHistoryError, UsageError
from loadwatch.plan import known_until, plan_race
from loadwatch.settings import Settings

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"


@pytest.fixture(scope="module")
def known():
    """The samples up to their end; the last long run has 17 km."""
    history = loadwatch.scan(SAMPLES, as_of="2026-10-25")
    return known_until(history.tables, history.as_of)


def test_where_there_is_time_the_long_run_grows_evenly_and_just_in_time(known):
    told = plan_race(known, Settings(), race_day=date(2027, 2, 7), long_m=24_000.0)
    assert told.fits
    assert told.short_m == 0.0
    longest = [week.longest_m for week in told.weeks]
    assert longest[-1] == 24_000.0
    assert told.weeks[-1].last_day == told.due == date(2027, 1, 24)
    assert all(one < other <= 1.1 * one for one, other in pairwise(longest))


def test_where_there_is_none_it_says_by_how_much_and_from_when(known):
    race_day = date(2026, 11, 29)
    told = plan_race(known, Settings(), race_day=race_day, long_m=24_000.0)
    assert not told.fits
    # Three long runs, a tenth longer each: from the 17.7 km allowed now to 21.3 km.
    assert told.longest_m == pytest.approx(21_300.0, abs=100.0)
    assert told.short_m == pytest.approx(24_000.0 - told.longest_m)
    assert told.earliest_race is not None
    assert plan_race(known, Settings(), race_day=told.earliest_race, long_m=24_000.0).fits
    before = told.earliest_race - timedelta(weeks=1)
    assert not plan_race(known, Settings(), race_day=before, long_m=24_000.0).fits


@pytest.mark.parametrize("race_day", [date(2026, 11, 7), date(2028, 4, 18)])
def test_a_race_too_near_or_too_far_is_refused(known, race_day):
    with pytest.raises(UsageError, match=race_day.isoformat()):
        plan_race(known, Settings(), race_day=race_day, long_m=20_000.0)


def test_too_short_a_history_is_no_ground_for_a_plan():
    history = loadwatch.scan(SAMPLES, as_of="2026-04-12")
    with pytest.raises(ShortHistoryError):
        plan_race(
            known_until(history.tables, history.as_of), Settings(), race_day=date(2026, 9, 1), long_m=20_000.0
        )
