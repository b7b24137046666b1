"""What a long run before a race takes, inside the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import loadwatch
from loadwatch.errors import ShortHistoryError, UsageError
from loadwatch.plan import known_until, plan_race
from loadwatch.plan.habit import habit
from loadwatch.report.plan import summary
from loadwatch.settings import Settings

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"


@pytest.fixture(scope="module")
def history():
    """The samples up to their end; the last long run has 17 km."""
    return loadwatch.scan(SAMPLES, as_of="2026-10-25")


@pytest.fixture(scope="module")
def known(history):
    """What is known then."""
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


def test_no_week_is_more_of_one_run_than_nine_in_ten_of_the_runners_own(known):
    usual = habit(known)
    told = plan_race(known, Settings(), race_day=date(2027, 2, 7), long_m=30_000.0)
    assert told.fits
    assert told.most_share_pct == pytest.approx(100.0 * usual.most_share)
    assert max(week.longest_share_pct for week in told.weeks) <= told.most_share_pct
    # The other runs grow with it: left as they are, the last week would be more than half one run.
    last = told.weeks[-1]
    assert (last.longest_m, len(last.runs)) == (30_000.0, 4)
    assert last.distance_m >= 30_000.0 / usual.most_share > 1.3 * usual.week_m
    assert 0.3 < usual.share[usual.long_weekday] < usual.most_share < 0.45


def test_where_the_other_runs_may_not_grow_neither_does_the_long_one(known):
    # By distance alone 17.7 km might be run at a time, but there is no room for the week around it.
    tight = Settings(rules={"volume_jump": {"note_ratio": 1.02, "note_more_m": 3000.0, "watch_ratio": 1.0}})
    told = plan_race(known, tight, race_day=date(2026, 11, 22), long_m=22_000.0)
    (first, *_) = told.weeks
    assert not told.fits
    assert first.longest_m < 0.95 * 17_700.0
    assert first.longest_share_pct <= told.most_share_pct


def test_what_is_left_of_a_week_counts_what_was_run_in_it(known):
    sunday = known_until(loadwatch.scan(SAMPLES, as_of="2026-10-24").tables, date(2026, 10, 24))
    told = plan_race(sunday, Settings(), race_day=date(2027, 2, 7), long_m=24_000.0)
    (run,) = told.weeks[0].runs
    assert told.weeks[0].done_m > 20_000.0
    assert run.distance_m == pytest.approx(14_000.0, abs=1000.0)


def test_a_plan_of_which_a_rule_speaks_does_not_fit_inside_the_rules_and_names_it_beside_its_weeks(
    history, known
):
    quiet = plan_race(known, Settings(), race_day=date(2026, 12, 20), long_m=20_000.0)
    assert quiet.fits
    first, second, *others = quiet.weeks
    loud = replace(quiet, weeks=(first, replace(second, speaking=("volume_jump",)), *others))
    assert (loud.fits, loud.short_m, loud.speaking) == (False, 0.0, ("volume_jump",))
    told = summary(history, (), loud)
    assert "it fits inside the rules" not in told
    assert "not without a word of the rules named beside these weeks" in told.replace("\n", " ")
    assert [line.split()[1] for line in told.splitlines() if line.endswith(" %  [volume_jump]")] == ["45,"]
    assert "[volume_jump]" not in summary(history, (), quiet).split("20.0 km at a time")[1]


def test_a_week_without_a_planned_run_shows_no_longest_run(history, known):
    quiet = plan_race(known, Settings(), race_day=date(2026, 12, 20), long_m=20_000.0)
    over = replace(quiet.weeks[0], runs=(), done_m=31_000.0)
    told = summary(history, (), replace(quiet, weeks=(over, *quiet.weeks[1:])))
    (line,) = (line for line in told.splitlines() if line.startswith("  week 44"))
    assert line.split()[-4:] == ["31.0", "km", "-", "-"]
