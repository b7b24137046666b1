"""Painful days beside what was run before them."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from loadwatch.diary import Entry
from loadwatch.pain_beside_load import FEWEST_DAYS, MEASURES, pain_beside_load

FIRST = date(2026, 1, 5)
NAN = float("nan")


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def tables(distance_km: list[float], **more: list[float]):
    count = len(distance_km)
    days = pd.DataFrame(
        {
            "local_date": [day(number) for number in range(count)],
            "distance_m": [1000.0 * km for km in distance_km],
            "is_covered": [True] * count,
            "is_rest_day": [km == 0.0 for km in distance_km],
            "distance_unknown_count": [0] * count,
            **{name: more.get(name, [0.0] * count) for name in MEASURES if name.endswith("_m")},
        }
    )
    days["distance_m"] = [1000.0 * km for km in distance_km]
    residual = more.get("residual_pct", [0.0] * count)
    runs = pd.DataFrame({"local_date": days["local_date"], "stride_residual_pct": residual})
    return days, runs


def by(found, measure, days_before):
    (one,) = (one for one in found.measures if (one.measure, one.days_before) == (measure, days_before))
    return one


def pain(*numbers: int, pain_after: int = 2) -> list[Entry]:
    return [Entry(day(number), site="buttock", pain_after=pain_after) for number in numbers]


def test_it_counts_how_often_the_days_before_held_more_than_an_ordinary_day():
    # Long days on 10, 20, 30, 40 and 50; on each day after them it hurts. A day of 3 km two days before pain.
    km = [5.0] * 60
    for number in (10, 20, 30, 40, 50):
        km[number], km[number - 1] = 20.0, 3.0
    km[5] = 8.0
    found = pain_beside_load(pain(11, 21, 31, 41, 51), *tables(km))
    assert found.day_count == 5
    before, earlier = (by(found, "distance_m", lag) for lag in (1, 2))
    assert (before.pain_more_count, before.pain_count) == (5, 5)
    assert (earlier.pain_more_count, earlier.pain_count) == (0, 5)
    # 51 days up to the last painful one, without the two before each painful day; one of 8 km among them.
    assert (before.ordinary_more_count, before.ordinary_count) == (1, 41)
    assert before.usual == 5000.0


def test_longer_steps_count_and_days_without_a_known_value_do_not():
    residual = [0.0] * 60
    for number in (10, 20, 30):
        residual[number] = -2.0
    residual[40], residual[50] = 2.0, NAN
    found = pain_beside_load(pain(11, 21, 31, 41, 51), *tables([5.0] * 60, residual_pct=residual))
    assert (
        by(found, "stride_residual_pct", 1).pain_more_count,
        by(found, "stride_residual_pct", 1).pain_count,
    ) == (3, 4)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        pain(11, 21, 31, 41),
        pain(11, 11, 11, 11, 11, 21),
        pain(11, 21, 31, 41, 51, pain_after=0),
        pain(11, 21, 31, 41, 500),
        [Entry(day(number), race=True) for number in (11, 21, 31, 41, 51)],
    ],
)
def test_below_five_painful_days_nothing_is_counted(entries):
    assert FEWEST_DAYS == 5
    assert pain_beside_load(entries, *tables([5.0] * 60)) is None


def test_days_run_without_a_record_are_not_ordinary():
    days, runs = tables([5.0] * 60)
    known = by(pain_beside_load(pain(11, 21, 31, 41, 51), days, runs), "distance_m", 1)
    days.loc[3, "is_covered"] = False
    less = by(pain_beside_load(pain(11, 21, 31, 41, 51), days, runs), "distance_m", 1)
    assert less.ordinary_count == known.ordinary_count - 1


def test_what_was_run_without_a_record_before_pain_is_unknown():
    days, runs = tables([5.0] * 60)
    days.loc[10, "is_covered"] = False
    found = pain_beside_load(pain(11, 21, 31, 41, 51), days, runs)
    assert [by(found, "distance_m", lag).pain_count for lag in (1, 2)] == [4, 5]


def test_pain_of_the_next_morning_alone_belongs_to_that_morning():
    km = [5.0] * 60
    for number in (10, 20, 30, 40, 50):
        km[number] = 20.0
    mornings = [Entry(day(number), pain_during=0, pain_next_morning=3) for number in (10, 20, 30, 40, 50)]
    before = by(pain_beside_load(mornings, *tables(km)), "distance_m", 1)
    assert (before.pain_more_count, before.pain_count, before.ordinary_more_count) == (5, 5, 0)


def test_pain_on_the_first_days_has_no_day_before():
    found = pain_beside_load(pain(0, 1, 11, 21, 31), *tables([5.0] * 60))
    assert [by(found, "distance_m", lag).pain_count for lag in (1, 2)] == [4, 3]


def test_a_day_of_unknown_distance_is_left_out_and_counted_as_unknown():
    km = [5.0] * 60
    km[40] = 0.0
    days, runs = tables(km)
    days.loc[[3, 10, 19], "distance_unknown_count"] = 1  # as after a run on a treadmill that tells none
    days.loc[[3, 10], "distance_m"] = 0.0
    found = pain_beside_load(pain(11, 21, 31, 41, 51), days, runs)
    before, earlier = (by(found, "distance_m", lag) for lag in (1, 2))
    assert (before.pain_count, before.pain_unknown_count) == (4, 1)  # the rest day is known: nothing was run
    assert (earlier.pain_count, earlier.pain_unknown_count) == (4, 1)
    assert (before.ordinary_count, before.ordinary_unknown_count) == (40, 1)


def test_a_rest_day_has_no_steps_and_they_are_not_unknown():
    km, residual = [5.0] * 60, [0.0] * 60
    km[10], residual[10], residual[20] = 0.0, NAN, NAN
    steps = by(
        pain_beside_load(pain(11, 21, 31, 41, 51), *tables(km, residual_pct=residual)),
        *("stride_residual_pct", 1),
    )
    assert (steps.pain_count, steps.pain_unknown_count) == (3, 1)
