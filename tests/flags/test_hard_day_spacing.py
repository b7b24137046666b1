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


def test_what_each_kind_of_finding_rests_on(tables, daily, on):
    double = on(check(tables(with_hard(daily, 50, 51, 99, 100, 101), days=105)), 104)
    assert (double["value"], double["baseline"], double["is_rest"]) == (2.0, 1.0, False)
    # Six runs a week: 84 of 14 weeks, but for the one on the Friday before the first Saturday.
    assert (double["n"], double["window_days"]) == (83, 90)
    assert double["run_ids"] == " ".join(f"run{number}" for number in range(84, 90))
    runs = [*daily, {"day": 95, "km": 5.0}, {"day": 102, "km": 5.0}]
    rest = on(check(tables(runs, days=105)), 104)
    assert (rest["is_rest"], rest["window_days"]) == (True, 90)
    assert len(rest["run_ids"].split()) == 14
    assert len(on(check(tables(runs, days=105)), 101)["run_ids"].split()) == 7


def test_both_at_once_are_told_as_hard_days(tables, daily, on):
    runs = with_hard([*daily, {"day": 95, "km": 5.0}, {"day": 102, "km": 5.0}], 99, 100)
    finding = on(check(tables(runs, days=105)), 104)
    assert (finding["level"], finding["is_rest"], finding["value"]) == ("note", False, 1.0)


def test_a_short_history_says_how_far_it_looks_back(tables, daily, on):
    runs = with_hard([run for run in daily if run["day"] < 49], 44, 45)
    finding = on(check(tables(runs, days=49)), 48)
    assert (finding["level"], finding["window_days"]) == ("note", 42)
    assert "no 7 days of the 42 before held any (n = 42 runs)" in RULE.sentence(finding, "metric")


def test_the_own_most_is_forgotten_after_the_window(tables, daily, on):
    """Days 8 to 97 are the 90 before the last 7: a double on day 14 is the first that lies wholly in them."""
    for second, level in ((14, "usual"), (13, "usual"), (9, "usual"), (7, "note")):
        runs = with_hard([*daily, {"day": second - 1, "km": 5.0, "id": "x"}], second - 1, second, 100, 101)
        assert on(check(tables(runs, days=105)), 104)["level"] == level, second


def test_nothing_run_in_the_window_cannot_be_judged(tables, daily, on):
    finding = on(check(tables(daily, days=240)), 239)
    assert (finding["level"], finding["reason"]) == ("cannot_tell", "nothing was run in the last 97 days")


def test_it_judges_from_the_last_day_of_the_sixth_week(tables, daily, on, day):
    found = check(tables([run for run in daily if run["day"] < 60], days=60))
    assert [on(found, number)["level"] for number in (40, 41)] == ["cannot_tell", "usual"]
    assert on(found, 40)["judge_from"] == day(41)
