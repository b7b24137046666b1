"""F8: hard days in a row, and rest days, beside the runner's own 90 days."""

from __future__ import annotations

import pytest

from loadwatch.flags import hard_day_spacing
from loadwatch.flags.hard_day_spacing import check

RULE = hard_day_spacing.RULE
HARD = {"hard_min": 20.0}


def with_hard(runs, *days):
    return [run | (HARD if run["day"] in days else {}) for run in runs]


@pytest.fixture(scope="module")
def daily():
    """Fifteen weeks of 8 km a day, Fridays off."""
    return [{"day": day, "km": 8.0} for day in range(105) if day % 7 != 4]


@pytest.mark.parametrize(
    ("hard", "level"),
    [
        pytest.param((), "usual", id="none"),
        pytest.param((100,), "usual", id="one hard day"),
        pytest.param((99, 101), "usual", id="a day between"),
        pytest.param((100, 101), "note", id="two in a row"),
        pytest.param((96, 97), "usual", id="two in a row more than a week ago"),
        pytest.param((50, 51, 100, 101), "usual", id="two in a row, as once before"),
        pytest.param((50, 51, 99, 100, 101), "note", id="three in a row, after two once before"),
    ],
)
def test_hard_days_in_a_row_are_noted_beyond_the_own_most(tables, daily, on, hard, level):
    assert on(check(tables(with_hard(daily, *hard), days=105)), 104)["level"] == level


def test_who_always_runs_hard_days_in_a_row_is_as_usual(tables, daily):
    hard = [day for day in range(105) if day % 7 in (1, 2)]
    assert set(check(tables(with_hard(daily, *hard), days=105))["level"].iloc[41:]) == {"usual"}


def test_a_hard_session_takes_ten_minutes(tables, daily, on):
    for minutes, level in ((9.9, "usual"), (10.0, "note")):
        runs = [run | ({"hard_min": minutes} if run["day"] in (100, 101) else {}) for run in daily]
        assert on(check(tables(runs, days=105)), 104)["level"] == level


def test_two_sessions_of_six_minutes_make_no_hard_day_but_a_split_run_does(tables, daily, on):
    for gap_min, level in ((300, "usual"), (60, "note")):
        runs = [run | ({"hard_min": 6.0} if run["day"] in (100, 101) else {}) for run in daily]
        runs += [
            {"day": day, "km": 4.0, "hard_min": 6.0, "minute": 420 + gap_min, "id": f"second{day}"}
            for day in (100, 101)
        ]
        assert on(check(tables(runs, days=105)), 104)["level"] == level


def test_a_fortnight_without_rest_is_noted_where_there_always_was_some(tables, daily, on):
    runs = [*daily, {"day": 95, "km": 5.0}, {"day": 102, "km": 5.0}]
    found = check(tables(runs, days=105))
    assert [on(found, number)["level"] for number in (101, 102)] == ["usual", "note"]
    finding = on(found, 104)
    assert (finding["value"], finding["baseline"]) == (0.0, 2.0)
    text = RULE.sentence(finding, "metric")
    assert "no rest day in the 14 days to Sun 19 Apr: any 14 days of the 90 before held at least 2" in text


def test_who_never_rests_is_as_usual(tables):
    runs = [{"day": day, "km": 8.0} for day in range(105)]
    assert set(check(tables(runs, days=105))["level"].iloc[41:]) == {"usual"}


def test_where_hard_is_unknown_it_cannot_tell(tables, daily, on):
    made = tables(daily, days=105)
    made.sessions.loc[::4, "hard_s"] = float("nan")
    assert "hard from easy" in on(check(made), 104)["reason"]
    made.sessions.loc[::8, "hard_s"] = 0.0
    assert on(check(made), 104)["level"] == "usual"


def test_days_told_by_heart_rate_are_not_held_against_days_told_by_speed(tables, daily, on):
    made = tables(with_hard(daily, 50, 51, 100, 101), days=105)
    assert on(check(made), 104)["level"] == "usual"
    # By heart rate until day 52: those two hard days are no measure of the two by speed.
    made.speeds.critical_mps[:53] = float("nan")
    assert "not by the measure of today" in on(check(made), 104)["reason"]
    assert on(check(made, smallest_known_share_pct=50.0), 104)["level"] == "note"
    made.speeds.critical_mps[:] = float("nan")
    assert on(check(made), 104)["level"] == "usual"


def test_the_sentence_tells_how_often_when_and_the_own_most(tables, daily, on):
    finding = on(check(tables(with_hard(daily, 50, 51, 99, 100, 101), days=105)), 104)
    text = RULE.sentence(finding, "metric")
    assert "2 hard days right after another hard one in the 7 days to Sun 19 Apr, last on Thu 16 Apr" in text
    assert "no 7 days of the 90 before held more than 1" in text
