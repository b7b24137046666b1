"""What the rules share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from loadwatch.flags._rule import (
    findings,
    is_after_break,
    ordinals,
    quiet_up_to,
    reaches,
    return_dates,
    room_of,
    run_ids_of_last_days,
    unrecorded_reason,
    unrecorded_within,
)

NAN = float("nan")


def test_ids_of_the_last_days_in_order_of_day(tables):
    """Who flies west may start a later run on an earlier day."""
    runs = [{"day": day, "km": 5.0, "id": name} for day, name in ((0, "a"), (2, "c"), (2, "d"), (3, "b"))]
    told = tables(runs, days=7)
    told = replace(told, runs=told.runs.iloc[[0, 3, 1, 2]])
    assert run_ids_of_last_days(told, 1).tolist() == ["a", "", "c d", "b", "", "", ""]
    assert run_ids_of_last_days(told, 3).tolist() == ["a", "a", "a c d", "c d b", "c d b", "b", ""]
    # As numpy's own texts, each would take as much memory as the longest.
    assert run_ids_of_last_days(told, 3).dtype == object


def test_without_a_run_there_are_no_ids(tables):
    assert run_ids_of_last_days(tables([], days=1), 7).tolist() == [""]


def test_a_step_is_reached_above_its_multiple_and_from_its_metres_on():
    value, base = np.array([150.0, 150.1, 149.0, 200.0, NAN]), np.array([100.0, 100.0, 100.0, 150.0, 100.0])
    assert reaches(value, base, 1.5, 50.0).tolist() == [False, True, False, False, False]
    assert reaches(value, base, 1.2, 50.0).tolist() == [True, True, False, True, False]
    assert reaches(value, base, 1.2, 50.1).tolist() == [False, False, False, False, False]


def test_the_most_that_reaches_no_step_is_that_of_the_nearest():
    """Half as much again and 20 more: from 40 on the ratio is more. The second step is nearer at 100."""
    base = np.array([10.0, 100.0, 0.0, NAN])
    np.testing.assert_allclose(quiet_up_to(base, (1.5, 20.0)), [30.0, 150.0, 20.0, NAN])
    np.testing.assert_allclose(quiet_up_to(base, (1.5, 20.0), (1.2, 40.0)), [30.0, 140.0, 20.0, NAN])
    assert quiet_up_to(base, (1.5, 20.0)).dtype == float


def test_running_without_a_record_blinds_the_days_that_reach_back_to_it():
    days = pd.DataFrame({"is_covered": [True, False, True, True, True, False]})
    assert unrecorded_within(days, 1).tolist() == [False, True, False, False, False, True]
    assert unrecorded_within(days, 3).tolist() == [False, True, True, True, False, True]
    assert unrecorded_reason(3) == "the diary marks running without a record in the last 3 days"


def test_room_is_told_of_days_that_can_be_judged_with_the_others_reason():
    found = pd.DataFrame({"level": ["usual", "cannot_tell", "watch"], "reason": ["", "too early", ""]})
    told = room_of(found, distance_m=np.array([1.0, 2.0, 3.0]), climb_m=np.array([4.0, 5.0, NAN]))
    assert told.columns.tolist() == ["distance_m", "climb_m", "reason"]
    np.testing.assert_allclose(told["distance_m"], [1.0, NAN, 3.0])
    np.testing.assert_allclose(told["climb_m"], [4.0, NAN, NAN])
    assert told["reason"].tolist() == ["", "too early", ""]


def test_a_blank_finding_tells_nothing_of_its_day(tables, day):
    found = findings(tables([{"day": 0, "km": 5.0}], days=2).days)
    assert found["local_date"].tolist() == [day(0), day(1)]
    assert found[["value", "baseline"]].isna().all(axis=None)
    plain = found.drop(columns=["local_date", "value", "baseline"]).to_dict("records")
    assert plain == 2 * [
        {
            "level": "cannot_tell",
            "n": 0,
            "run_ids": "",
            "reason": "",
            "judge_from": None,
            "is_uncertain": False,
            "is_information": False,
        }
    ]
    assert [str(found[name].dtype) for name in ("n", "is_uncertain", "is_information")] == [
        "int64",
        "bool",
        "bool",
    ]


def test_days_of_a_table_are_counted_by_the_calendar(tables):
    got = ordinals(tables([{"day": 0, "km": 5.0}], days=3).days)
    assert got.tolist() == [739621, 739622, 739623]  # 5 January 2026 is the 739,621st day of our era
    assert got.dtype == np.int64


@pytest.mark.parametrize("walks", [False, True], ids=["a run", "a walk"])
def test_ten_days_off_foot_are_a_break_of_28_days(tables, walks):
    """Nine days off from 3 to 11 are none; ten from 13 to 22 are, and end with a walk as well."""
    back = {"day": 23, "km": 3.0}
    runs = [{"day": number, "km": 5.0} for number in (0, 1, 2, 12, *range(24, 60))]
    made = tables(runs if walks else [*runs, back], days=60, others=[back | {"sport": "walking"}] * walks)
    assert np.flatnonzero(is_after_break(made.days)).tolist() == list(range(23, 51))
    assert np.flatnonzero(np.isnan(return_dates(made.days))).tolist() == list(range(23))
    assert set(return_dates(made.days)[23:]) == {739621.0 + 23}


def test_before_any_step_on_foot_there_is_no_break(tables):
    days = tables([{"day": 0, "km": 5.0}], days=40).days
    assert not is_after_break(days).any()
    assert not is_after_break(days.assign(is_on_foot=False)).any()
