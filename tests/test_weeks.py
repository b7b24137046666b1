from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch import columns
from loadwatch.calendar import week_label
from loadwatch.days import days_table, sessions_table
from loadwatch.weeks import reported_week, weeks_table

NAN = float("nan")
FIRST = date(2026, 3, 2)  # a Monday


def weeks_of(*told, last, first=FIRST, week_starts="monday"):
    """The `weeks` table of runs told as (day, km) with what else is known of each."""
    names = columns.names(columns.RUNS)
    rows = []
    for day, km, known in told:
        when = first + timedelta(days=day)
        row = {column.name: NAN for column in columns.RUNS if column.kind == "number"}
        rows.append(
            row
            | {
                "run_id": str(len(rows)),
                "start_time": pd.Timestamp(when, tz="UTC") + pd.Timedelta(hours=8 + len(rows) / 100),
                "local_date": when,
                "week": week_label(when, week_starts),
                "distance_m": 1000.0 * km,
                "elapsed_s": 3600.0,
                "moving_s": 3600.0,
                "load": 5.0 * km,
                "leg_load_km": km,
                "is_treadmill": False,
                "is_race": False,
                "is_likely_race": False,
            }
            | known
        )
    numbers = [column.name for column in columns.RUNS if column.kind == "number"]
    runs = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(numbers, "float64"))
    as_of = first + timedelta(days=last)
    others = pd.DataFrame(columns=names).astype(dict.fromkeys(numbers, "float64"))
    days = days_table(runs, sessions_table(runs), others, as_of=as_of, week_starts=week_starts)
    return weeks_table(days, runs, as_of=as_of, week_starts=week_starts)


def test_three_weeks_by_hand_one_of_them_empty_and_one_unfinished():
    weeks = weeks_of((0, 10.0, {}), (2, 6.0, {}), (14, 8.0, {}), (15, 2.0, {}), last=16)
    assert weeks["week"].tolist() == ["2026-W10", "2026-W11", "2026-W12"]
    assert weeks["week_start"].tolist() == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]
    assert weeks["is_complete"].tolist() == [True, True, False]
    assert weeks["run_count"].tolist() == [2, 0, 2]
    assert weeks["rest_day_count"].tolist() == [5, 7, 1]
    assert weeks["distance_m"].tolist() == [16_000.0, 0.0, 10_000.0]
    assert weeks["longest_run_m"].tolist() == [10_000.0, 0.0, 8_000.0]
    assert weeks["moving_s"].tolist() == [7200.0, 0.0, 7200.0]
    assert weeks["load"].tolist() == [80.0, 0.0, 50.0]
    assert list(weeks.columns) == [name for name in columns.names(columns.WEEKS) if name != "verdict"]


def test_sunday_weeks_part_the_same_days_otherwise():
    """Saturday and Sunday of one ISO week lie in two weeks that begin on Sunday."""
    told = [(5, 10.0, {}), (6, 20.0, {})]
    assert weeks_of(*told, last=6)["distance_m"].tolist() == [30_000.0]
    sunday = weeks_of(*told, last=6, week_starts="sunday")
    assert sunday["week"].tolist() == ["2026-03-01", "2026-03-08"]
    assert sunday["distance_m"].tolist() == [10_000.0, 20_000.0]
    assert sunday["is_complete"].tolist() == [True, False]


def test_week_53_stands_between_its_neighbours():
    weeks = weeks_of((0, 5.0, {}), last=20, first=date(2026, 12, 21))
    assert weeks["week"].tolist() == ["2026-W52", "2026-W53", "2027-W01"]


def test_a_single_run_today_is_one_unfinished_week():
    weeks = weeks_of((0, 5.0, {}), last=0)
    assert weeks[["run_count", "rest_day_count", "is_complete"]].iloc[0].tolist() == [1, 0, False]
    assert reported_week(weeks) == "2026-W10"


@pytest.mark.parametrize(
    ("last", "label"),
    [(5, "2026-W10"), (6, "2026-W10"), (12, "2026-W10"), (13, "2026-W11"), (15, "2026-W11")],
)
def test_the_last_complete_week_is_reported(last, label):
    assert reported_week(weeks_of((0, 5.0, {}), last=last)) == label


def test_what_is_not_known_is_unknown_and_an_empty_week_is_nothing():
    weeks = weeks_of((0, 10.0, {}), (7, 10.0, {"hard_s": 600.0, "fast_m": 300.0}), last=20)
    for name in ("elevation_gain_m", "elevation_loss_m"):
        assert weeks[name].tolist() == pytest.approx([NAN, NAN, 0.0], nan_ok=True), name
    assert weeks["hard_s"].tolist() == pytest.approx([NAN, 600.0, 0.0], nan_ok=True)
    for name in ("easy_s", "moderate_s", "steep_climb_m", "steep_descent_m"):
        told = weeks_of((0, 10.0, {}), (7, 10.0, {name: 30.0}), (8, 10.0, {name: 40.0}), last=20)
        assert told[name].tolist() == pytest.approx([NAN, 70.0, 0.0], nan_ok=True), name
    assert weeks["fast_m"].tolist() == pytest.approx([NAN, 300.0, 0.0], nan_ok=True)
    assert weeks["cadence_mean_spm"].isna().all()


def test_the_easy_share_is_of_the_time_that_can_be_judged():
    hard = {"hard_s": 900.0}
    weeks = weeks_of(
        (0, 10.0, hard), (1, 10.0, hard), (7, 10.0, hard), (8, 10.0, {}), (14, 10.0, {}), last=27
    )
    assert weeks["easy_share_pct"].tolist() == pytest.approx([75.0, 75.0, NAN, NAN], nan_ok=True)


def test_cadence_is_weighted_by_time_and_stride_and_decoupling_are_the_middle_run():
    told = [
        (0, 10.0, {"cadence_mean_spm": 160.0, "moving_s": 1000.0, "stride_residual_pct": -4.0}),
        (1, 10.0, {"cadence_mean_spm": 170.0, "moving_s": 3000.0, "stride_residual_pct": 1.0}),
        (2, 10.0, {"stride_residual_pct": 0.0, "decoupling_pct": 3.0}),
        (3, 10.0, {"decoupling_pct": 6.0}),
    ]
    week = weeks_of(*told, last=6).iloc[0]
    assert (week["cadence_mean_spm"], week["stride_residual_pct"]) == (167.5, 0.0)
    assert week["decoupling_pct"] == 4.5


def test_averages_are_those_of_the_weeks_last_day():
    weeks = weeks_of(*((day, 10.0, {}) for day in range(40)), last=37)
    assert weeks["fitness"].iloc[4] == pytest.approx(50.0 * (1.0 - (41.0 / 42.0) ** 35))
    assert weeks["fitness"].iloc[5] == pytest.approx(50.0 * (1.0 - (41.0 / 42.0) ** 38))


def test_a_run_whose_distance_nobody_knows_is_no_longest_run_of_nothing():
    weeks = weeks_of((0, NAN, {"load": 50.0}), last=6)
    assert np.isnan(weeks["longest_run_m"].iloc[0])
    assert weeks["load"].iloc[0] == 50.0


@settings(max_examples=10, deadline=None)
@given(
    told=st.lists(st.tuples(st.integers(0, 60), st.floats(1.0, 30.0)), min_size=1, max_size=30),
    week_starts=st.sampled_from(["monday", "sunday"]),
)
def test_weeks_are_gapless_and_hold_every_run(told, week_starts):
    told = [(0, 5.0), *told]
    weeks = weeks_of(
        *((day, km, {}) for day, km in sorted(told)), last=62, first=FIRST, week_starts=week_starts
    )
    assert np.diff(pd.to_datetime(weeks["week_start"])).astype("timedelta64[D]").tolist() == [
        timedelta(days=7)
    ] * (len(weeks) - 1)
    assert weeks["run_count"].sum() == len(told)
    assert weeks["distance_m"].sum() == pytest.approx(1000.0 * sum(km for _, km in told))
    assert weeks["is_complete"].iloc[:-1].all()
    assert weeks["rest_day_count"].sum() == 63 - len({day for day, _ in told})
