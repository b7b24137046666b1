from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch import columns
from loadwatch.days import days_table, sessions_table

NAN = float("nan")
FIRST = date(2026, 3, 2)  # a Monday


def run(day=0, km=10.0, *, minute=600, minutes=60.0, **odd):
    """A row of the `runs` table; what is not told is missing."""
    when = FIRST + timedelta(days=day)
    row = {column.name: NAN for column in columns.RUNS if column.kind == "number"}
    return row | {
        "run_id": f"{day}-{minute}",
        "sport": "running",
        "start_time": pd.Timestamp(when, tz="UTC") + pd.Timedelta(minutes=minute),
        "local_date": when,
        "distance_m": 1000.0 * km,
        "elapsed_s": 60.0 * minutes,
        "moving_s": 60.0 * minutes,
        "load": 5.0 * km,
        "leg_load_km": km,
        "is_treadmill": False,
        "is_race": False,
        "is_likely_race": False,
        **odd,
    }


def frame(*rows):
    numbers = [column.name for column in columns.RUNS if column.kind == "number"]
    told = pd.DataFrame(list(rows), columns=columns.names(columns.RUNS))
    return told.astype(dict.fromkeys(numbers, "float64")).sort_values("start_time", ignore_index=True)


def days_of(*rows, others=(), last=None, week_starts="monday"):
    runs = frame(*rows)
    as_of = FIRST + timedelta(days=last) if last is not None else runs["local_date"].max()
    return days_table(runs, sessions_table(runs), frame(*others), as_of=as_of, week_starts=week_starts)


class TestSessions:
    @pytest.mark.parametrize(
        ("gap_min", "kilometres"),
        [
            pytest.param(30, [15.0], id="half an hour apart is one session"),
            pytest.param(31, [10.0, 5.0], id="longer is two"),
            pytest.param(-10, [15.0], id="overlapping recordings"),
            pytest.param(-60, [15.0], id="the same start"),
        ],
    )
    def test_runs_close_together_are_one_session(self, gap_min, kilometres):
        sessions = sessions_table(frame(run(km=10), run(km=5, minute=660 + gap_min, minutes=30)))
        assert (sessions["distance_m"] / 1000).tolist() == kilometres

    def test_a_short_run_inside_a_long_one_does_not_end_it(self):
        rows = [run(minutes=180), run(minute=610, minutes=5), run(minute=785, minutes=10)]
        assert sessions_table(frame(*rows))["run_ids"].tolist() == ["0-600 0-610 0-785"]

    def test_a_session_over_midnight_belongs_to_the_day_that_knows_all_of_it(self):
        rows = [run(-1, 7), run(0, 10, minute=1400, minutes=30), run(1, 5, minute=5), run(1, 4, minute=900)]
        sessions = sessions_table(frame(*rows))
        days = [FIRST + timedelta(days=day) for day in (-1, 0, 1, 1)]
        assert sessions["local_date"].tolist() == days
        assert sessions["distance_m"].tolist() == [7000.0, 10_000.0, 15_000.0, 4000.0]
        assert sessions["is_unfinished"].tolist() == [False, True, False, False]
        assert days_of(*rows)["longest_session_m"].tolist() == [7000.0, 10_000.0, 15_000.0]
        begun = sessions_table(frame(*rows[:2])).drop(columns="is_unfinished")
        pd.testing.assert_frame_equal(begun, sessions.iloc[:2].drop(columns="is_unfinished"))

    def test_a_session_over_two_midnights_is_told_on_each_of_its_days(self):
        rows = [run(0, 50, minute=1200, minutes=230), run(1, 90, minute=5, minutes=1430), run(2, 3, minute=9)]
        sessions = sessions_table(frame(*rows))
        assert (sessions["distance_m"] / 1000).tolist() == [50.0, 140.0, 143.0]
        assert sessions["is_unfinished"].tolist() == [True, True, False]

    def test_what_a_session_carries(self):
        rows = [
            run(
                elevation_gain_computed_m=80.0,
                elevation_loss_computed_m=60.0,
                steep_descent_m=10.0,
                is_treadmill=True,
            ),
            run(minute=665, elevation_loss_computed_m=30.0, steep_descent_m=5.0, is_race=True),
            run(1),
        ]
        sessions = sessions_table(frame(*rows))
        assert sessions["elevation_gain_m"].tolist() == pytest.approx([80.0, NAN], nan_ok=True)
        assert sessions["elevation_loss_m"].tolist() == pytest.approx([90.0, NAN], nan_ok=True)
        assert sessions["steep_descent_m"].tolist() == pytest.approx([15.0, NAN], nan_ok=True)
        assert sessions["is_treadmill"].tolist() == [True, False]
        assert sessions["is_race"].tolist() == [True, False]

    def test_a_distance_nobody_knows_is_no_distance_of_nothing(self):
        sessions = sessions_table(frame(run(0, NAN), run(1, NAN), run(1, 5.0, minute=665)))
        assert sessions["distance_m"].tolist() == pytest.approx([NAN, 5000.0], nan_ok=True)

    def test_no_runs_are_no_sessions(self):
        assert sessions_table(frame()).empty


class TestCalendar:
    def test_the_most_descended_in_one_walk_or_hike_is_told_of_its_day(self):
        walks = [
            run(1, sport="hiking", elevation_loss_computed_m=400.0),
            run(1, sport="walking", minute=900, elevation_loss_computed_m=100.0),
            run(2, sport="walking"),
            run(3, sport="cycling", elevation_loss_computed_m=900.0),
        ]
        days = days_of(run(0, elevation_loss_computed_m=50.0), others=walks, last=3)
        assert days["walked_descent_m"].tolist() == [0.0, 400.0, 0.0, 0.0]

    def test_every_day_is_there_once_rest_days_included(self):
        days = days_of(run(0), run(3), run(3, minute=1000), last=9)
        assert days["local_date"].tolist() == [FIRST + timedelta(days=day) for day in range(10)]
        assert days["run_count"].tolist() == [1, 0, 0, 2, 0, 0, 0, 0, 0, 0]
        assert days["is_rest_day"].tolist() == [False, True, True, False, *[True] * 6]
        assert days["is_covered"].all()

    @pytest.mark.parametrize(
        ("week_starts", "weeks"),
        [("monday", ["2026-W10", "2026-W11"]), ("sunday", ["2026-03-01", "2026-03-08", "2026-03-15"])],
    )
    def test_days_know_their_week(self, week_starts, weeks):
        days = days_of(run(), last=13, week_starts=week_starts)
        assert days["week"].unique().tolist() == weeks

    def test_clock_changes_and_leap_days_neither_lose_nor_double_a_day(self):
        start = (date(2024, 2, 27) - FIRST).days
        days = days_of(run(start), last=start + 40)
        assert len(days) == 41
        assert date(2024, 2, 29) in set(days["local_date"])
        assert days["local_date"].is_unique

    def test_a_history_of_one_run_today(self):
        day = days_of(run(km=8)).iloc[0]
        assert (day["distance_m"], day["longest_session_m"], day["run_count"]) == (8000.0, 8000.0, 1)
        assert np.isnan(day["fitness"])
        assert np.isnan(day["acute_chronic_ratio"])

    def test_columns_are_the_public_ones_and_what_rules_need(self):
        wanted = [name for name in columns.names(columns.DAYS) if name != "level"]
        assert list(days_of(run()).columns) == [
            *wanted,
            "altitude_known_m",
            "distance_unknown_count",
            "is_on_foot",
            "walked_descent_m",
        ]


class TestSums:
    def test_a_day_of_two_runs_by_hand(self):
        known = {"elevation_gain_computed_m": 50.0, "hard_s": 300.0, "fast_m": 200.0, "trimp": 40.0}
        day = days_of(run(km=10, **known), run(km=4, minute=1000, **known)).iloc[0]
        assert (day["distance_m"], day["longest_session_m"], day["load"]) == (14_000.0, 10_000.0, 70.0)
        assert (day["elevation_gain_m"], day["hard_s"], day["fast_m"], day["trimp"]) == (100, 600, 400, 80)

    def test_rest_is_nothing_and_what_is_not_known_is_unknown(self):
        days = days_of(run(0), last=1)
        climbs = ("elevation_gain_m", "elevation_loss_m", "steep_climb_m", "steep_descent_m")
        for name in (*climbs, "easy_s", "moderate_s", "hard_s", "fast_m", "trimp"):
            assert np.isnan(days[name].iloc[0]), name
            assert days[name].iloc[1] == 0.0, name
        assert days["load"].tolist() == [50.0, 0.0]

    def test_one_run_without_heart_rate_makes_the_days_heart_rate_load_unknown(self):
        day = days_of(run(trimp=40.0, hard_s=60.0), run(minute=1000, hard_s=60.0)).iloc[0]
        assert np.isnan(day["trimp"])
        assert day["hard_s"] == 120.0

    def test_climb_is_told_by_the_runs_that_have_altitude(self):
        climbed = {"elevation_gain_computed_m": 80.0, "steep_climb_m": 30.0}
        rows = [run(km=10, **climbed), run(km=5, minute=1000)]
        day = days_of(*rows, run(km=3, minute=1200, is_treadmill=True, sub_sport="treadmill")).iloc[0]
        assert (day["elevation_gain_m"], day["steep_climb_m"]) == (80.0, 30.0)
        assert day["altitude_known_m"] == 13_000.0, "a treadmill is known to be flat"

    def test_hikes_load_the_legs_and_end_a_break_but_are_no_runs(self):
        hike = run(1, km=6, sport="hiking")
        ride = run(2, km=0, sport="cycling")
        days = days_of(run(0), others=[hike, ride], last=2)
        assert days["leg_load_km"].tolist() == [10.0, 6.0, 0.0]
        assert days["is_on_foot"].tolist() == [True, True, False]
        assert days["run_count"].tolist() == [1, 0, 0]


class TestCharts:
    def test_fosters_monotony_and_strain_by_hand(self):
        """Load 60 every other day: mean 34.29 or 25.71 and SD 29.69 over 7 days, rest days counted as 0."""
        days = days_of(*(run(day, 12.0) for day in range(0, 36, 2)), last=34)
        assert days["monotony_ratio"].iloc[34] == pytest.approx((240 / 7) / 29.6922, rel=1e-4)
        assert days["strain"].iloc[34] == pytest.approx(240 * (240 / 7) / 29.6922, rel=1e-4)
        assert days["monotony_ratio"].iloc[33] == pytest.approx((180 / 7) / 29.6922, rel=1e-4)

    def test_the_same_every_day_is_capped_and_nothing_at_all_has_no_monotony(self):
        days = days_of(*(run(day) for day in range(35)), last=50)
        assert days["monotony_ratio"].iloc[34] == 10.0
        assert np.isnan(days["monotony_ratio"].iloc[50])

    def test_the_ratio_of_a_week_to_the_three_before_by_hand(self):
        days = days_of(*(run(day, 10.0 if day < 28 else 15.0) for day in range(35)))
        assert days["acute_chronic_ratio"].iloc[28] == pytest.approx((6 * 10 + 15) / 70)
        assert days["acute_chronic_ratio"].iloc[34] == pytest.approx(1.5)

    def test_weeks_of_nothing_have_no_ratio(self):
        days = days_of(run(0), run(40))
        assert np.isnan(days["acute_chronic_ratio"].iloc[40])

    def test_fitness_fatigue_and_form_by_hand(self):
        days = days_of(*(run(day, 84.0 / 5.0) for day in range(30)))
        fitness = 84.0 * (1.0 - (41.0 / 42.0) ** np.arange(1, 31))
        fatigue = 84.0 * (1.0 - (6.0 / 7.0) ** np.arange(1, 31))
        np.testing.assert_allclose(days["fitness"].iloc[28:], fitness[28:])
        np.testing.assert_allclose(days["fatigue"].iloc[28:], fatigue[28:])
        assert days["form"].iloc[29] == pytest.approx(fitness[28] - fatigue[28])

    def test_averages_over_weeks_are_blank_for_four_weeks(self):
        days = days_of(*(run(day) for day in range(0, 40, 3)))
        for name in ("fitness", "fatigue", "form", "acute_chronic_ratio", "monotony_ratio", "strain"):
            assert days[name].notna().tolist() == [False] * 28 + [True] * 12, name


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), last=st.integers(0, 70))
def test_a_day_never_changes_with_later_days(seed, last):
    random = np.random.default_rng(seed)
    rows = [
        run(
            int(day),
            float(random.uniform(3, 20)),
            minute=int(minute),
            trimp=float(random.choice([NAN, 50.0])),
            elevation_gain_computed_m=float(random.choice([NAN, 90.0])),
        )
        for day, minute in zip(random.integers(1, 70, 40), random.integers(0, 1440, 40), strict=True)
    ]
    rows.append(run(0))
    whole = days_of(*rows, last=70)
    early = days_of(*(row for row in rows if row["local_date"] <= FIRST + timedelta(days=last)), last=last)
    pd.testing.assert_frame_equal(early, whole.iloc[: last + 1])
