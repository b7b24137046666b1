"""Seven-day blocks, and the days on which rules built on them stay silent, by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from loadwatch.flags import _weeks
from loadwatch.flags._rule import findings

NAN = float("nan")


@pytest.fixture(scope="module")
def blank(tables):
    """Findings of so many days, all as usual, and the days: a run each day but on those without."""

    def made(days, off=()):
        table = tables([{"day": day, "km": 5.0} for day in range(days) if day not in off], days=days).days
        return findings(table).assign(level="usual"), table

    return made


def test_blocks_are_the_last_seven_days_and_four_times_seven_before():
    """Of 36 days, each as much as its number: days 29 to 35 are 224, those before 49 less each time."""
    last, before = _weeks.blocks(pd.Series(np.arange(36.0)))
    assert (last[5], last[6], last[35]) == (pytest.approx(NAN, nan_ok=True), 21.0, 224.0)
    assert before.to_numpy()[35].tolist() == [175.0, 126.0, 77.0, 28.0]
    assert np.isnan(before.to_numpy()[33]).tolist() == [False, False, False, True]
    assert before.to_numpy()[34].tolist() == [168.0, 119.0, 70.0, 21.0]


def test_a_usual_week_is_the_mean_or_the_median_whichever_is_larger():
    before = np.array([[40.0, 40.0, 0.0, 40.0], [10.0, 10.0, 50.0, 10.0], [NAN, 10.0, 10.0, 10.0]])
    np.testing.assert_allclose(_weeks.usual_week(before), [40.0, 20.0, NAN])
    week, base = _weeks.week_and_base(pd.Series(np.repeat([2.0, 3.0, 3.0, 8.0, 4.0], 7)))
    assert (week.iloc[-1], base.iloc[-1]) == (28.0, 28.0)
    assert base.iloc[:-1].isna().all()


def test_what_runs_tell_is_summed_by_day_and_unknown_adds_nothing(tables):
    made = tables([{"day": day, "km": 5.0} for day in (0, 0, 2, 3)], days=5)
    told = _weeks.by_day(made, pd.Series([1.5, 2.0, NAN, 4.0]))
    assert told.tolist() == [3.5, 0.0, 0.0, 4.0, 0.0]
    assert told.index.tolist() == [0, 1, 2, 3, 4]


def test_a_hard_session_reaches_its_minutes(tables):
    runs = [
        {"day": day, "km": 8.0, "hard_min": hard_min} for day, hard_min in ((0, 9.9), (1, 10.0), (3, NAN))
    ]
    assert _weeks.has_hard_session(tables(runs, days=5), 10.0).tolist() == [False, True, False, False, False]


def test_a_share_of_the_distance_with_altitude_is_enough_from_its_limit_on():
    days = pd.DataFrame(
        {"distance_m": [10.0, 10.0, 0.0, 20.0, 0.0], "altitude_known_m": [8.0, 7.0, 0.0, 17.0, 0.0]}
    )
    assert _weeks.has_altitude(days, 1, 80.0).tolist() == [True, False, True, True, True]
    assert _weeks.has_altitude(days, 2, 80.0).tolist() == [True, False, False, True, True]
    assert _weeks.has_altitude(days, 4, 80.0).tolist() == [True, False, False, True, True]


def test_withholding_leaves_the_other_days_alone(blank):
    found, _ = blank(3)
    found["judge_from"] = pd.Series([date(2026, 2, 1)] * 3, dtype=object)
    _weeks.withhold(found, np.zeros(3, dtype=bool), "nothing")
    assert found["level"].tolist() == ["usual"] * 3
    _weeks.withhold(found, np.array([False, True, False]), "too little")
    assert found["level"].tolist() == ["usual", "cannot_tell", "usual"]
    assert found["reason"].tolist() == ["", "too little", ""]
    assert found["judge_from"].tolist() == [date(2026, 2, 1), None, date(2026, 2, 1)]


def test_for_28_days_after_a_break_the_weeks_before_are_no_measure(blank, day):
    """Off from day 20 to 29, ten days: back on day 30, a measure again from day 58 on."""
    found, days = blank(70, off=range(20, 30))
    _weeks.after_break(found, days)
    assert np.flatnonzero(found["level"] == "cannot_tell").tolist() == list(range(30, 58))
    assert set(found["judge_from"][30:58]) == {day(58)}
    assert found["reason"][30] == "for 28 days after 10 or more days off, the weeks before are no measure"
    assert found["judge_from"].drop(range(30, 58)).isna().all()


def test_nine_days_off_are_no_break(blank):
    found, days = blank(70, off=range(20, 29))
    _weeks.after_break(found, days)
    assert set(found["level"]) == {"usual"}


@pytest.mark.parametrize(("weeks", "said"), [(1, "1 full week to"), (5.0, "5 full weeks to")])
def test_a_history_is_judged_from_the_last_day_of_its_last_needed_week(blank, day, weeks, said):
    found, _ = blank(50)
    _weeks.not_yet(found, weeks)
    first = int(7 * weeks) - 1
    assert np.flatnonzero(found["level"] == "cannot_tell").tolist() == list(range(first))
    assert set(found["judge_from"][:first]) == {day(0) + timedelta(days=first)}
    assert found["reason"][0] == f"it needs {said} compare with"
    assert found["judge_from"][first:].isna().all()


def test_what_the_weeks_must_have_can_be_told(blank):
    found, _ = blank(10)
    _weeks.not_yet(found, 6, "with altitude")
    assert found["reason"][9] == "it needs 6 full weeks with altitude"
