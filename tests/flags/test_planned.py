"""Planned runs where rules are silent: as usual and said so, or so short that none wakes to speak."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from loadwatch import words
from loadwatch.plan.ahead import PlannedRun, until
from loadwatch.plan.habit import habit
from loadwatch.plan.limits import limits
from loadwatch.plan.proposal import SPEAKING, week_ahead
from loadwatch.plan.quiet import quieted
from loadwatch.plan.race import plan_race
from loadwatch.report.plan import run_details
from loadwatch.settings import Settings

NAN = float("nan")


@pytest.fixture(scope="module")
def known(tables, steady, day):
    """What is known after so many weeks of 39 km with 390 m of climb, and the day after."""

    def weeks(count, *then, **more):
        days = 7 * (count + len(then) // 4)
        made = tables([*steady(count, **more), *then], days=days)
        return until(made, made.days["local_date"].iloc[-1]), day(days)

    return weeks


def test_where_no_rule_can_tell_of_hills_a_longer_run_holds_no_more_of_them_than_the_usual_one(known, steady):
    tables, first = known(4, *steady(4, start=4, climb_m=NAN, descent_m=NAN))
    asked = {"longest_m": 16_000.0, "first": first, "last": first + timedelta(days=6)}
    week = week_ahead(tables, Settings(), habit(tables), **asked)
    assert week.untold == ("climb_m", "descent_m")
    assert [run.distance_m for run in week.runs][-1] == 16_000.0
    assert [run.climb_m for run in week.runs] == pytest.approx([80.0, 100.0, 60.0, 150.0], abs=1.0)
    assert [run.descent_m for run in week.runs] == pytest.approx([80.0, 100.0, 60.0, 150.0], abs=1.0)
    (said,) = words.week_doubts(["climb", "descent"], week.speaking)
    assert said == "No rule can tell of climb and descent now, so these runs hold no more than your usual."
    # After six weeks the rules can tell, and the hills grow with the run.
    tables, first = known(7)
    asked = {"longest_m": 16_000.0, "first": first, "last": first + timedelta(days=6)}
    later = week_ahead(tables, Settings(), habit(tables), **asked)
    assert later.untold == ()
    assert later.runs[-1].climb_m == pytest.approx(160.0, abs=1.0)


def test_a_long_run_of_which_no_rule_can_tell_is_no_longer_than_the_usual_one(tables, steady, day):
    # After so many days off, no run lies in the 30 days before to say how long is too long.
    made = tables(steady(8), days=97)
    known = until(made, made.days["local_date"].iloc[-1])
    assert np.isnan(limits(known, Settings(), days=7).most["session_m"]).all()
    told = plan_race(known, Settings(), race_day=day(97 + 130), long_m=28_000.0)
    assert max(week.longest_m for week in told.weeks[:2]) <= 15_000.0
    longest = np.maximum.accumulate([week.longest_m for week in told.weeks])
    assert all(
        later <= max(1.1 * before, before + 1000.0) for before, later in pairwise(longest[2:].tolist())
    )


def test_without_altitude_hills_are_not_called_flat(known):
    tables, first = known(8, climb_m=NAN, descent_m=NAN)
    week = week_ahead(tables, Settings(), habit(tables), first, first + timedelta(days=6))
    assert len(week.runs) == 4
    assert all(math.isnan(run.climb_m) and math.isnan(run.descent_m) for run in week.runs)
    assert run_details(week.runs[0], "metric") == ["easy"]
    assert run_details(PlannedRun(first, 8000.0), "metric") == ["easy", "flat"]
    (said,) = words.week_doubts(week.untold, week.speaking, is_hilly_known=False)
    assert "cannot be told: keep to your usual hills" in said


@pytest.mark.parametrize(
    ("held", "rule"),
    [
        ({"distance_m": 22_000.0}, "long_run_spike"),
        ({"distance_m": 12_000.0, "climb_m": 500.0}, "climb_jump"),
        ({"distance_m": 12_000.0, "descent_m": 350.0}, "descent_jump"),
    ],
)
def test_any_rule_that_would_speak_shortens_the_runs_until_it_is_quiet(known, held, rule):
    tables, first = known(10)
    wanted = [PlannedRun(first + timedelta(days=6), **held)]
    about = (tables, Settings(), first + timedelta(days=6))
    only = [one for one in SPEAKING if one.id == rule]
    (shorter,), speaking = quieted(wanted, *about, only)
    assert speaking == ()
    assert 0.4 * wanted[0].distance_m <= shorter.distance_m < wanted[0].distance_m
    a_tenth_more = [
        PlannedRun(
            wanted[0].day, **{name: getattr(shorter, name) + 0.1 * amount for name, amount in held.items()}
        )
    ]
    assert quieted(a_tenth_more, *about, only)[0] != a_tenth_more


def test_hard_running_that_would_be_spoken_of_is_left_out_before_anything_is_shortened(known):
    tables, first = known(10)
    wanted = [PlannedRun(first + timedelta(days=1), 12_000.0, hard_min=22.0, climb_m=100.0)]
    runs, speaking = quieted(wanted, tables, Settings(), first + timedelta(days=6), SPEAKING)
    assert runs == [PlannedRun(first + timedelta(days=1), 12_000.0, climb_m=100.0)]
    assert speaking == ()


def test_what_no_shortening_makes_quiet_is_named(known):
    tables, first = known(10)
    wanted = [PlannedRun(first, 80_000.0)]
    runs, speaking = quieted(wanted, tables, Settings(), first, SPEAKING)
    assert "long_run_spike" in speaking
    assert runs[0].distance_m <= 80_000.0
    assert words.week_doubts((), ("long_run_spike",)) == [
        "[long_run_spike] will speak of these runs, however short they are made."
    ]


def test_a_rule_that_speaks_on_a_day_of_rest_after_the_week_is_heard(tables, steady, day):
    # A day of 60 km is compared with until the Monday after; without it, the last seven days are a jump.
    runs = [{**run, "km": 60.0} if run["day"] == 36 else run for run in steady(9)]
    made = tables(runs, days=63)
    known, first = until(made, made.days["local_date"].iloc[-1]), day(63)
    wanted = [PlannedRun(first + timedelta(days=ahead), 30_000.0) for ahead in (5, 6)]
    volume = [rule for rule in SPEAKING if rule.id == "volume_jump"]
    assert limits(known, Settings(), days=7, rules=volume).most["distance_m"][-1] > 60_000.0
    shorter, speaking = quieted(wanted, known, Settings(), first + timedelta(days=6), volume)
    assert speaking == ()
    assert [run.distance_m for run in shorter] == [24_000.0, 24_000.0]
