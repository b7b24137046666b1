"""The room of what is left of this week and of the next, and when there is none to tell."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import loadwatch
from loadwatch.plan import rooms
from loadwatch.plan.ahead import followed_by, until
from loadwatch.plan.room import WEEK_OF
from loadwatch.settings import Settings

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """The samples up to a Thursday in June."""
    folder = tmp_path_factory.mktemp("runs")
    for path in SAMPLES.glob("2026-0[3-6]-*"):
        shutil.copy(path, folder)
    return loadwatch.scan(folder, as_of="2026-06-25")


def limits_of(room):
    return {limit.name: limit for limit in room.limits}


def test_it_tells_of_what_is_left_of_the_week_and_of_the_next(history):
    assert [(room.week, room.first_day, room.last_day) for room in history.rooms.values()] == [
        ("2026-W26", date(2026, 6, 26), date(2026, 6, 28)),
        ("2026-W27", date(2026, 6, 29), date(2026, 7, 5)),
    ]
    assert history.room.week == "2026-W26"


def test_a_day_without_a_run_yet_is_still_to_come(history):
    told = rooms(history.tables, Settings(), date(2026, 6, 24))
    assert next(iter(told.values())).first_day == date(2026, 6, 24)


def test_the_longest_run_is_a_tenth_more_than_the_longest_of_30_days(history):
    longest_m = history.sessions.set_index("local_date").loc[date(2026, 5, 27) :, "distance_m"].max()
    limit = limits_of(history.room)["session_m"]
    assert (limit.rule, limit.most) == ("long_run_spike", pytest.approx(1.1 * longest_m))


def test_the_runners_own_thresholds_move_it(history):
    own = Settings(rules={"long_run_spike": {"note_ratio": 1.2, "watch_ratio": 1.4}})
    told = next(iter(rooms(history.tables, own, history.as_of).values()))
    ratio = limits_of(told)["session_m"].most / limits_of(history.room)["session_m"].most
    assert ratio == pytest.approx(1.2 / 1.1)


def test_after_a_race_only_the_long_run_is_told_of_for_14_days(history):
    sessions = history.tables.sessions
    is_race = (sessions["local_date"] == date(2026, 6, 21)).to_numpy()
    longest_m = sessions.loc[sessions["local_date"] > date(2026, 5, 21), "distance_m"].max()
    sessions = sessions.assign(distance_m=sessions["distance_m"].mask(is_race, longest_m + 1.0))
    run, raced = (
        replace(history.tables, sessions=sessions.assign(is_race=is_race & is_said))
        for is_said in (False, True)
    )
    this_week, next_week = rooms(raced, Settings(), history.as_of).values()
    told = limits_of(this_week)
    without = limits_of(next(iter(rooms(run, Settings(), history.as_of).values())))
    assert told["session_m"].most == without["session_m"].most
    for name, limit in told.items():
        if name != "session_m":
            assert np.isnan(limit.most)
            assert limit.reason == "for 14 days after the race of Sun 21 Jun"
    assert this_week.together == ()
    # The 14th day after is the last Sunday of the next week.
    assert np.isnan(limits_of(next_week)["distance_m"].most)


def test_nothing_is_told_while_it_is_hidden(history):
    told = rooms(history.tables, Settings(), history.as_of, is_hidden_by="the entry of 20 Jun is red")
    for room in told.values():
        assert (room.limits, room.together, room.is_hidden_by) == ((), (), "the entry of 20 Jun is red")


def test_a_race_shorter_than_the_long_runs_leaves_the_room_as_it_is(history):
    is_race = (history.tables.sessions["local_date"] == date(2026, 6, 23)).to_numpy()
    raced = replace(history.tables, sessions=history.tables.sessions.assign(is_race=is_race))
    assert is_race.any()
    assert next(iter(rooms(raced, Settings(), history.as_of).values())).limits == history.room.limits


def test_no_run_has_more_room_than_the_week_it_counts_in(history):
    told = limits_of(next(iter(rooms(_rested(history, 25), Settings(), date(2026, 7, 20)).values())))
    for session, week in WEEK_OF.items():
        if session in told and week in told:
            assert not told[session].most > told[week].most


def test_after_a_break_the_coachs_table_sets_it(history):
    # 24 days off: half of the old mean week, and no hard or hilly running yet.
    later = rooms(_rested(history, 25), Settings(), date(2026, 7, 20))
    told = limits_of(next(iter(later.values())))
    days = history.days.set_index("local_date")["distance_m"]
    old_m = days.loc[date(2026, 5, 29) : date(2026, 6, 25)].sum() / 4.0
    assert told["coach_m"].most == pytest.approx(0.5 * old_m)
    assert (told["distance_m"].rule, told["distance_m"].most) == (
        "return_from_break",
        pytest.approx(0.5 * old_m * 1.2),
    )
    assert told["session_hard_min"].rule == told["run_climb_pct"].rule == "return_from_break"
    assert (told["session_hard_min"].most, told["run_climb_pct"].most) == (10.0, 1.0)
    assert told["hard_min"].reason.startswith("for 28 days after 10 or more days off")


def _rested(history, days):
    """The tables with some days of rest at their end."""
    known = until(history.tables, history.as_of)
    return followed_by(known, [], date.fromordinal(history.as_of.toordinal() + days))
