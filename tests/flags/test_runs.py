"""Rules that judge a few runs together: how long a finding holds, and what is one run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from loadwatch.flags import _runs
from loadwatch.flags._rule import findings

NAN = float("nan")


def told(day, *numbers):
    """Judged runs on these days, each with its number as value."""
    return pd.DataFrame(
        {
            "local_date": [day(number) for number in numbers],
            "level": "note",
            "value": [float(number) for number in numbers],
        }
    )


def test_a_finding_holds_until_the_next_judged_run_and_so_many_days(tables, day):
    found = findings(tables([{"day": 0, "km": 5.0}], days=20).days)
    _runs.hold(found, told(day, 2, 5, 5, 12).assign(value=[2.0, 50.0, 51.0, 12.0]), 4)
    held = {2: 2.0, 3: 2.0, 4: 2.0, **dict.fromkeys(range(5, 10), 51.0), **dict.fromkeys(range(12, 17), 12.0)}
    assert found["value"].dropna().to_dict() == held
    assert found.index[found["level"] == "note"].tolist() == list(held)
    assert set(found["level"].drop(list(held))) == {"cannot_tell"}
    assert found["local_date"].tolist() == [day(number) for number in range(20)]


def test_without_a_judged_run_nothing_holds(tables, day):
    found = findings(tables([{"day": 0, "km": 5.0}], days=3).days)
    _runs.hold(found, told(day), 28)
    assert set(found["level"]) == {"cannot_tell"}


def test_a_run_is_known_no_earlier_than_the_one_before_it(day):
    """Who flies west may start a later run on an earlier day."""
    known = _runs.known_on(told(day, 0, 3, 2, 4))
    assert (known - known[0]).tolist() == [0, 3, 3, 4]


def test_runs_are_counted_up_to_each_day(tables, day):
    days = tables([{"day": 0, "km": 5.0}], days=5).days
    assert _runs.runs_so_far(told(day, 3, 1, 1), days).tolist() == [0, 2, 2, 3, 3]


def test_the_ids_of_the_last_few_runs():
    judged = pd.DataFrame({"run_id": ["a", "b", "c", "d"]})
    assert _runs.ids_of_last(judged, np.array([3, 1, 2, 3])) == ["a", "b", "b c", "b c d"]


def test_the_parts_of_a_session_are_one_run_by_day_and_device(tables, day):
    """Two parts half an hour apart, a third by another watch, and a run of its own in the evening."""
    parts = [
        {"day": 1, "km": 3.0, "minute": minute, "id": name, "residual_pct": pct, "device": device}
        for minute, name, pct, device in (
            (400, "a", -1.0, "watch"),
            (430, "b", -3.0, "watch"),
            (460, "c", -9.0, "pod"),
            (900, "d", -5.0, "watch"),
        )
    ]
    made = tables([{"day": 0, "km": 5.0, "residual_pct": 1.0, "device": "watch", "id": "z"}, *parts], days=3)
    judged = _runs.by_session(made.runs, made.sessions, "stride_residual_pct", "own_cadence_spm")
    assert judged["run_id"].tolist() == ["z", "a b", "c", "d"]
    assert judged["stride_residual_pct"].tolist() == [1.0, -2.0, -9.0, -5.0]
    assert judged["own_cadence_spm"].tolist() == [168.0] * 4
    assert judged["local_date"].tolist() == [day(0), day(1), day(1), day(1)]
    assert judged["device"].tolist() == ["watch", "watch", "pod", "watch"]
    alone = _runs.by_session(made.runs.iloc[[0, 4]], made.sessions, "stride_residual_pct")
    assert alone["run_id"].tolist() == ["z", "d"]
    assert alone.index.tolist() == [0, 1]


@pytest.fixture(scope="module")
def lacks(tables):
    """What each of eight days lacks: a run on each of the first six, from the third on with cadence."""
    runs = [{"day": number, "km": 5.0, "cadence_spm": 165.0 if number >= 2 else NAN} for number in range(6)]
    made = tables(runs, days=8)

    def reasons(judged, **more):
        return _runs.missing_stride(
            made, made.runs.iloc[judged], each="flat ground", longest_standing_days=28, **more
        ).tolist()

    return reasons


def test_a_day_lacks_cadence_then_a_curve_then_enough_runs_then_a_late_one(lacks):
    far = (
        f"it needs {_runs.FEWEST_CURVE_RUNS} earlier runs with cadence and altitude on one device, then "
        f"{_runs.CURVE_LAG_RUNS} more, each with flat ground"
    )
    none, late = "no run has cadence", "no run of the last 28 days could be judged"
    one = "it judges 3 runs together; 1 run could be judged so far"
    two = "it judges 3 runs together; 2 runs could be judged so far"
    assert lacks([3, 4, 5], fewest=3) == [none, none, far, one, two, late, late, late]
    assert lacks([4]) == [none, none, far, far, late, late, late, late]
    assert lacks([]) == [none, none, *[far] * 6]


def test_one_day_is_one_day(tables):
    made = tables([{"day": 0, "km": 5.0}], days=1)
    made = replace(made, runs=made.runs.assign(cadence_mean_spm=165.0))
    (said,) = _runs.missing_stride(made, made.runs, each="", longest_standing_days=1.0)
    assert said == "no run of the last 1 day could be judged"
