"""What a run means among the same runner's other runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import exp

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch import columns
from loadwatch.cache import Cache
from loadwatch.metrics.speed_curve import EFFORT_DISTANCES_M, FAST_SPEEDS_MPS
from loadwatch.runner import (
    form_windows_table,
    late_form_table,
    memory,
    other_activities_table,
    remembered,
    runs_table,
    speed_days,
    speeds_table,
    stride,
    strides_table,
    trace_table,
)
from loadwatch.runner.by_speed import windowed
from loadwatch.runner.known import known_speeds
from loadwatch.runner.told import told
from loadwatch.runs import RunRecord
from loadwatch.settings import Settings
from loadwatch.vectors import MISSING, SPEED_BINS, TRACES

NAN = float("nan")
FIRST = date(2026, 1, 5)
NEVER = (NAN, NAN, NAN, NAN, NAN)


def record(
    day=0,
    *,
    speed_mps=3.0,
    heart_rate_bpm=NAN,
    minutes=60,
    times_s=NEVER,
    device="watch",
    cadence_spm=168.0,
    late_spm=0.0,
    contact_ms=NAN,
    ratio_pct=NAN,
    window_mps=None,
    profile=(NAN, NAN),
    treadmill=False,
    sport="running",
    minute=0,
    climb_m=(0.0,) * 5,
):
    """A run at one speed. Its windows spread from 2.7 to 3.3 m/s unless told, 20 in each third."""
    steps = minutes * 12
    traces = {
        "speed_mps": speed_mps,
        "graded_speed_mps": speed_mps,
        "heart_rate_bpm": heart_rate_bpm,
        "cadence_spm": cadence_spm,
        "altitude_m": 200.0,
    }
    vectors = {
        f"trace_{name}": np.full(
            steps, MISSING if np.isnan(value) else round(value / TRACES[name]), dtype=np.int16
        )
        for name, value in traces.items()
    }
    window_mps = np.tile(np.linspace(2.7, 3.3, 20), 3) if window_mps is None else np.array(window_mps)
    third = np.repeat([0, 1, 2], window_mps.size // 3)
    fast = np.where(speed_mps + 1.5 >= FAST_SPEEDS_MPS, 500.0, 0.0)
    by_speed = np.zeros(SPEED_BINS, dtype=int)
    if not np.isnan(speed_mps):
        by_speed[int(speed_mps / 0.1 + 1e-9)] = minutes * 60
    vectors |= {
        "effort_graded_time_s": np.array(times_s, dtype=float),
        "seconds_by_speed": by_speed,
        "fast_by_speed_m": fast,
        "fast_by_speed_s": fast / 5.0,
        "form_speed_mps": window_mps.astype(np.float32),
        "form_cadence_spm": (cadence_spm + 8.0 * (window_mps - 3.0) + late_spm * (third == 2)).astype(
            np.float32
        ),
        "form_step_length_m": np.full(window_mps.size, 1.07, dtype=np.float32),
        "form_ground_contact_ms": (contact_ms - 30.0 * (window_mps - 3.0)).astype(np.float32),
        "form_vertical_ratio_pct": (ratio_pct - 1.2 * (window_mps - 3.0)).astype(np.float32),
        "form_third": third.astype(np.int8),
        "climb_by_steepness_m": np.array(climb_m, dtype=np.float32),
        "steep_descent_by_speed_m": np.where(FAST_SPEEDS_MPS <= 4.41, 30.0, 0.0),
        "descent_by_steepness_m": np.array(climb_m, dtype=np.float32)[::-1],
    }
    when = FIRST + timedelta(days=day)
    facts = {column.name: NAN for column in columns.RUNS if column.kind == "number"}
    facts |= {
        "run_id": f"{day:04d}{minute:04d}",
        "sport": sport,
        "device": device,
        "start_time": pd.Timestamp(when, tz="UTC") + pd.Timedelta(minutes=600 + minute),
        "local_date": when,
        "week": "",
        "distance_m": speed_mps * minutes * 60.0,
        "timer_s": minutes * 60.0,
        "cadence_mean_spm": cadence_spm,
        "ground_contact_mean_ms": contact_ms,
        "vertical_ratio_mean_pct": ratio_pct,
        "graded_speed_mean_mps": speed_mps,
        "normalized_speed_mps": speed_mps,
        "heart_rate_high_bpm": heart_rate_bpm,
        "resting_heart_rate_bpm": profile[0],
        "max_heart_rate_bpm": profile[1],
        "notes": "",
        "climb_leg_km": 0.0,
        "descent_leg_km": 0.0,
        "is_treadmill": treadmill,
    }
    return RunRecord(facts, vectors)


def efforts(critical_mps, reserve_m=200.0):
    """Best times over each distance of a runner who follows the model."""
    return tuple((length_m - reserve_m) / critical_mps for length_m in EFFORT_DISTANCES_M)


def table(*records, **own):
    return runs_table(records, Settings(**own))[0]


def hilly(climb_m, total_m, **more):
    made = record(climb_m=climb_m, **more)
    made.facts["elevation_gain_computed_m"] = made.facts["elevation_loss_computed_m"] = total_m
    return made


def test_steep_climb_and_descent_are_their_share_of_the_computed_totals():
    # 40 m of 200 m up, and 120 m of 200 m down, on 8 % and more; both totals are 100 m without bumps.
    hills = (90.0, 30.0, 40.0, 30.0, 10.0)
    runs = table(hilly(hills, 100.0), hilly((0.0,) * 5, 0.0, day=1), hilly(hills, NAN, day=2))
    assert runs["steep_climb_m"].tolist() == pytest.approx([20.0, 0.0, NAN], nan_ok=True)
    assert runs["steep_descent_m"].tolist() == pytest.approx([60.0, 0.0, NAN], nan_ok=True)
    walk = other_activities_table([hilly(hills, 100.0, sport="hiking")], Settings())
    assert walk["steep_descent_m"].tolist() == pytest.approx([60.0])


class TestLoad:
    def test_alone_a_run_is_measured_by_itself(self):
        first = table(record(speed_mps=2.5)).iloc[0]
        assert (first["load"], first["load_source"]) == (pytest.approx(100.0), "own_mean_speed")

    def test_then_by_the_mean_of_90_days(self):
        runs = table(record(0, speed_mps=2.0), record(100, speed_mps=3.0), record(101, speed_mps=4.0))
        assert runs["load"].tolist() == pytest.approx([100.0, 100.0, 100.0 * (4.0 / 3.5) ** 2])

    def test_then_by_the_best_5_km(self):
        best = (NAN, NAN, NAN, NAN, 1250.0)  # 4 m/s
        run = table(record(0, times_s=best), record(1, speed_mps=3.84)).iloc[1]
        assert (run["load"], run["load_source"]) == (pytest.approx(100.0), "best_5km")

    def test_then_by_critical_speed(self):
        hard = [record(day, times_s=efforts(4.0)) for day in range(3)]
        run = table(*hard, record(3, speed_mps=4.0, minutes=30)).iloc[3]
        assert (run["load"], run["load_source"]) == (pytest.approx(50.0), "critical_speed")

    def test_the_runners_own_word_comes_first(self):
        hard = [record(day, times_s=efforts(4.0)) for day in range(3)]
        run = table(*hard, record(3, speed_mps=3.0), threshold_speed_mps=3.0).iloc[3]
        assert run["load"] == pytest.approx(100.0)

    def test_efforts_on_a_treadmill_are_not_believed(self):
        indoors = [record(day, times_s=efforts(4.0), treadmill=True) for day in range(3)]
        assert table(*indoors)["load_source"].tolist() == ["own_mean_speed"] * 3

    def test_without_speed_heart_rate_tells(self):
        own = {"resting_heart_rate_bpm": 50.0, "max_heart_rate_bpm": 190.0}
        run = table(record(speed_mps=NAN, heart_rate_bpm=140.0), **own).iloc[0]

        def impulse(heart_rate_bpm):
            reserve = (heart_rate_bpm - 50.0) / 140.0
            return reserve * 0.64 * exp(1.92 * reserve)

        assert run["trimp"] == pytest.approx(60.0 * impulse(140.0))
        assert run["load"] == pytest.approx(100.0 * impulse(140.0) / impulse(0.89 * 190.0))
        assert run["load_source"] == "heart_rate"

    def test_without_speed_and_heart_rate_duration_tells_at_the_runners_usual_load(self):
        runs = table(record(0, speed_mps=3.0), record(1, speed_mps=NAN, minutes=30, treadmill=True))
        assert runs["load"].tolist() == pytest.approx([100.0, 50.0])
        assert runs["load_source"].tolist() == ["own_mean_speed", "duration"]

    def test_rest_and_maximum_too_close_for_a_threshold_leave_it_to_duration(self):
        own = {"resting_heart_rate_bpm": 110.0, "max_heart_rate_bpm": 120.0}
        run = table(record(speed_mps=NAN, heart_rate_bpm=115.0), **own).iloc[0]
        assert (run["load"], run["load_source"]) == (100.0, "duration")

    @settings(max_examples=40, deadline=None)
    @given(
        told=st.lists(
            st.tuples(
                st.sampled_from([NAN, 0.8, 2.5, 4.0]),
                st.sampled_from([NAN, 60.0, 150.0]),
                st.integers(1, 120),
                st.booleans(),
            ),
            min_size=1,
            max_size=6,
        ),
        has_settings=st.booleans(),
    )
    def test_every_run_has_a_load_above_nothing_whatever_is_missing(self, told, has_settings):
        own = {"resting_heart_rate_bpm": 50.0, "max_heart_rate_bpm": 190.0} if has_settings else {}
        runs = table(
            *(
                record(day, speed_mps=speed, heart_rate_bpm=rate, minutes=minutes, treadmill=indoors)
                for day, (speed, rate, minutes, indoors) in enumerate(told)
            ),
            **own,
        )
        assert (runs["load"] > 0.0).all()
        assert runs["load_source"].ne("").all()
        has_heart_rate = [not np.isnan(rate) and has_settings for _, rate, _, _ in told]
        assert runs["trimp"].notna().tolist() == has_heart_rate


class TestHeartRates:
    def trimps(self, *records, **own):
        return table(*records, **({"resting_heart_rate_bpm": 50.0} | own))["trimp"]

    def test_a_maximum_needs_20_runs_with_heart_rate(self):
        daily = [record(day, heart_rate_bpm=150.0 + day) for day in range(20)]
        trimps = self.trimps(*daily)
        assert trimps.iloc[:19].isna().all()
        # The 20th is the hardest, so it was run at the maximum known by then.
        assert trimps.iloc[19] == pytest.approx(60 * 0.64 * exp(1.92))

    def test_an_earlier_maximum_holds(self):
        daily = [record(day, heart_rate_bpm=190.0 if day == 3 else 120.0) for day in range(21)]
        assert self.trimps(*daily).iloc[20] == pytest.approx(60 * 0.5 * 0.64 * exp(1.92 * 0.5))

    def test_age_gives_a_maximum_from_the_first_run(self):
        """Tanaka: 208 - 0.7 x 40 = 180 bpm."""
        trimp = self.trimps(record(heart_rate_bpm=115.0), birth_year=1986).iloc[0]
        assert trimp == pytest.approx(60 * 0.5 * 0.64 * exp(1.92 * 0.5))

    def test_the_devices_profile_serves_where_nobody_tells(self):
        runs = table(record(0, profile=(50.0, 190.0)), record(1, heart_rate_bpm=120.0))
        assert runs["trimp"].iloc[1] == pytest.approx(60 * 0.5 * 0.64 * exp(1.92 * 0.5))

    @pytest.mark.parametrize(
        ("worn_minutes", "own"),
        [
            pytest.param(29, {"max_heart_rate_bpm": 190.0}, id="worn for less than half of the run"),
            pytest.param(60, {}, id="maximum unknown"),
            pytest.param(60, {"max_heart_rate_bpm": 50.0}, id="no reserve"),
        ],
    )
    def test_a_heart_rate_that_tells_nothing_is_no_load_of_nothing(self, worn_minutes, own):
        partly = record(heart_rate_bpm=140.0)
        partly.vectors["trace_heart_rate_bpm"][worn_minutes * 12 :] = MISSING
        assert self.trimps(partly, **own).isna().all()

    def test_what_was_not_worn_counts_as_the_rest(self):
        partly = record(heart_rate_bpm=120.0)
        partly.vectors["trace_heart_rate_bpm"][: 20 * 12] = MISSING
        trimp = self.trimps(partly, max_heart_rate_bpm=190.0).iloc[0]
        assert trimp == pytest.approx(60 * 0.5 * 0.64 * exp(1.92 * 0.5))

    def test_the_runners_own_word_comes_before_the_profile(self):
        run = table(
            record(heart_rate_bpm=120.0, profile=(60.0, 220.0)),
            resting_heart_rate_bpm=50.0,
            max_heart_rate_bpm=190.0,
            sex="female",
        ).iloc[0]
        assert run["trimp"] == pytest.approx(60 * 0.5 * 0.86 * exp(1.67 * 0.5))


class TestHardAndFast:
    def test_hard_is_095_of_critical_speed(self):
        hard = [record(day, times_s=efforts(4.0)) for day in range(3)]
        runs = table(*hard, record(3, speed_mps=3.79), record(4, speed_mps=3.81))
        assert runs["hard_s"].tolist()[3:] == [0.0, 3600.0]

    def test_moderate_reaches_from_085_to_095_and_easy_is_the_rest_of_the_moving(self):
        hard = [record(day, times_s=efforts(4.0)) for day in range(3)]
        at = [record(3 + place, speed_mps=mps) for place, mps in enumerate((3.39, 3.41, 3.79, 3.81))]
        for one in at:
            one.facts["moving_s"] = 3000.0  # of the 3600 of the trace
        runs = table(*hard, *at).iloc[3:]
        assert runs["easy_s"].tolist() == [3000.0, 0.0, 0.0, 0.0]
        assert runs["moderate_s"].tolist() == [0.0, 3600.0, 3600.0, 0.0]
        assert runs["hard_s"].tolist() == [0.0, 0.0, 0.0, 3600.0]

    def test_a_later_hard_effort_changes_no_earlier_runs_zones(self):
        runs = [record(day, times_s=efforts(4.0), speed_mps=3.5) for day in range(6)]
        faster = [*runs, *(record(day, times_s=efforts(5.0)) for day in range(6, 9))]
        names = ["easy_s", "moderate_s", "hard_s"]
        assert table(*faster)[names].iloc[:6].equals(table(*runs)[names])
        assert table(*runs)["moderate_s"].tolist()[3:] == [3600.0] * 3

    def test_heart_rate_tells_what_is_hard_but_not_what_is_moderate(self):
        run = table(record(heart_rate_bpm=179.0), max_heart_rate_bpm=200.0).iloc[0]
        assert run["hard_s"] == 3600.0
        assert run[["easy_s", "moderate_s"]].isna().all()

    def test_where_critical_speed_is_unknown_heart_rate_tells(self):
        own = {"max_heart_rate_bpm": 200.0}
        runs = table(record(0, heart_rate_bpm=177.0), record(1, heart_rate_bpm=179.0), **own)
        assert runs["hard_s"].tolist() == [0.0, 3600.0]

    def test_where_both_are_unknown_so_are_hard_minutes(self):
        assert np.isnan(table(record(heart_rate_bpm=150.0))["hard_s"].iloc[0])

    def test_fast_needs_20_runs_outside(self):
        daily = [record(day, treadmill=day == 5) for day in range(22)]
        fast_m = table(*daily)["fast_m"]
        assert fast_m.iloc[:20].isna().all()
        assert fast_m.iloc[20:].tolist() == [500.0, 500.0]

    def test_those_20_runs_lie_in_the_half_year_whose_speeds_they_tell(self):
        daily = [record(day) for day in range(22)]
        fast_m = table(*daily, record(180), record(200), *(record(201 + day) for day in range(18)))["fast_m"]
        assert fast_m.notna().tolist() == [False] * 19 + [True] * 3 + [True] + [False] * 18 + [True]

    def test_fast_is_the_higher_of_own_95th_percentile_and_110_percent_of_critical_speed(self):
        daily = [record(day) for day in range(20)]
        quick = record(20, speed_mps=2.9)  # its fast stretches reach 4.4 m/s
        assert table(*daily, quick, threshold_speed_mps=3.9)["fast_m"].iloc[20] == 500.0
        assert table(*daily, quick, threshold_speed_mps=4.1)["fast_m"].iloc[20] == 0.0

    def test_a_descent_is_steep_and_fast_by_the_speed_that_is_fast_that_day(self):
        # 30 of 200 m fall steeply at up to 4.4 m/s; without bumps all of it is 100 m.
        daily = [record(day) for day in range(20)]
        hills = (90.0, 30.0, 40.0, 30.0, 10.0)
        last = [hilly(hills, 100.0, day=20), hilly((0.0,) * 5, NAN, day=21)]
        last.append(hilly(hills, 100.0, day=22, treadmill=True))
        for critical_mps, fall_m in ((4.0, 15.0), (4.1, 0.0)):
            told = table(*daily, *last, threshold_speed_mps=critical_mps)["steep_fast_descent_m"]
            assert told.iloc[20:].tolist() == pytest.approx([fall_m, NAN, NAN], nan_ok=True)
            assert told.iloc[:19].isna().all()

    def test_on_a_treadmill_fast_running_is_unknown(self):
        daily = [record(day) for day in range(21)]
        assert np.isnan(table(*daily, record(22, treadmill=True))["fast_m"].iloc[21])

    def test_leg_load_counts_speed_from_095_of_the_threshold(self):
        """An hour at 4.5 m/s is 16.2 km; at 1.125 of the threshold each counts half as much again."""
        run = table(record(speed_mps=4.5), threshold_speed_mps=4.0).iloc[0]
        assert run["leg_load_km"] == pytest.approx(16.2 * 1.5, rel=0.001)
        assert run["leg_load_speed_km"] == pytest.approx(16.2 * 0.5, rel=0.001)

    def test_leg_load_is_weighted_as_the_runner_wants(self):
        own = {"speed_weight": 2.0, "climb_weight": 0.5}
        hilly = replace_facts(record(speed_mps=4.5), climb_leg_km=3.0, descent_leg_km=1.0)
        run = table(hilly, threshold_speed_mps=4.0, **own).iloc[0]
        parts = [run[f"leg_load_{part}_km"] for part in ("climb", "descent", "speed")]
        assert parts == pytest.approx([1.5, 1.0, 16.2], rel=0.001)
        assert run["leg_load_km"] == pytest.approx(16.2 + sum(parts))


class TestStride:
    def test_a_curve_needs_12_runs_that_end_10_runs_earlier(self):
        runs, curves = runs_table([record(day) for day in range(70)], Settings())
        assert runs["stride_residual_pct"].notna().tolist() == [False] * 21 + [True] * 49
        assert curves["run_count"].tolist() == [*range(12, 41), *[40] * 20]
        assert runs["stride_residual_pct"].iloc[21:].to_numpy() == pytest.approx(0.0, abs=1e-4)

    def test_3_percent_fewer_steps_at_the_same_speed(self):
        daily = [record(day) for day in range(21)]
        fewer = record(21)
        fewer.vectors["form_cadence_spm"] *= np.float32(0.97)
        assert table(*daily, fewer)["stride_residual_pct"].iloc[21] == pytest.approx(-3.0, abs=0.01)

    def test_running_slower_is_no_change_of_stride(self):
        daily = [record(day) for day in range(21)]
        slow = record(21, window_mps=np.linspace(2.7, 2.9, 60))
        run = table(*daily, slow).iloc[21]
        assert run["stride_residual_pct"] == pytest.approx(0.0, abs=0.01)
        # The curve begins at 2.73 m/s; it has 168 spm at 3 m/s and 8 more for each 1 m/s.
        assert (run["stride_speed_mps"], run["own_cadence_spm"]) == pytest.approx((2.815, 166.52), abs=0.01)

    def test_another_watch_begins_anew(self):
        daily = [record(day) for day in range(30)]
        new = [record(30 + day, device="new watch", cadence_spm=172.0) for day in range(22)]
        runs, curves = runs_table([*daily, *new], Settings())
        assert runs["stride_residual_pct"].iloc[30:51].isna().all()
        assert runs["stride_residual_pct"].iloc[51] == pytest.approx(0.0, abs=1e-4)
        assert set(curves.loc[curves["device"] == "new watch", "run_count"]) == {12}

    def test_runs_on_a_treadmill_neither_give_a_curve_nor_are_judged(self):
        daily = [record(day, treadmill=day % 2 == 0) for day in range(44)]
        residual = table(*daily)["stride_residual_pct"]
        assert np.flatnonzero(residual.notna()).tolist() == [43]

    def test_contact_and_bounce_are_judged_at_the_same_speed_too(self):
        daily = [record(day, contact_ms=280.0, ratio_pct=8.5) for day in range(21)]
        slow = np.linspace(2.7, 2.9, 60)
        tired = record(21, contact_ms=280.0 * 1.04, ratio_pct=8.5, window_mps=slow)
        run = table(*daily, tired).iloc[21]
        # 4 % of the contact at 3 m/s, where the curve is met at 2.8 with its 286 ms.
        assert run["ground_contact_residual_pct"] == pytest.approx(100.0 * 11.2 / 286.0, abs=0.01)
        assert run["vertical_ratio_residual_pct"] == pytest.approx(0.0, abs=0.01)
        assert run["stride_residual_pct"] == pytest.approx(0.0, abs=0.01)

    def test_what_the_watch_does_not_measure_is_not_judged(self):
        runs = table(*[record(day, contact_ms=280.0) for day in range(25)])
        assert runs["ground_contact_residual_pct"].notna().tolist() == [False] * 21 + [True] * 4
        assert runs["vertical_ratio_residual_pct"].isna().all()

    def test_a_curve_of_contact_rests_on_runs_that_measured_it(self):
        worn = [record(day, contact_ms=280.0 if day % 2 else NAN) for day in range(46)]
        for one in worn:
            one.vectors["form_ground_contact_ms"][:10] = NAN
        runs = table(*worn)
        assert np.flatnonzero(runs["ground_contact_residual_pct"].notna()).tolist() == [43, 45]
        assert runs["ground_contact_residual_pct"].iloc[43] == pytest.approx(0.0, abs=0.01)
        assert runs["stride_residual_pct"].notna().sum() == 25

    def test_it_makes_no_difference_how_many_are_judged_at_once(self, monkeypatch):
        daily = [
            record(day, cadence_spm=165.0 + day % 5, late_spm=-day % 3, treadmill=day % 9 == 0)
            for day in range(90)
        ]
        at_once = runs_table(daily, Settings())
        monkeypatch.setattr(stride, "RUNS_AT_ONCE", 7)
        few_by_few = runs_table(daily, Settings())
        for one, other in zip(at_once, few_by_few, strict=True):
            pd.testing.assert_frame_equal(one, other)
        assert at_once[0]["cadence_fade_spm"].notna().any()

    def test_speeds_off_the_curve_say_nothing(self):
        daily = [record(day) for day in range(21)]
        race = record(21, window_mps=np.linspace(4.0, 5.0, 60))
        assert np.isnan(table(*daily, race)["stride_residual_pct"].iloc[21])

    @pytest.mark.parametrize(
        ("odd", "fade_spm", "reason"),
        [
            pytest.param({}, -5.0, "", id="steady, five steps fewer in the last third"),
            pytest.param({"minutes": 34}, NAN, "too_short", id="shorter than 35 minutes"),
            pytest.param({"treadmill": True}, NAN, "indoors", id="on a treadmill"),
            pytest.param({"window_mps": np.empty(0)}, NAN, "no_windows", id="nothing flat"),
            pytest.param({"device": "new"}, NAN, "no_curve", id="first run of a new watch"),
            pytest.param(
                {"window_mps": np.tile(np.linspace(2.7, 3.3, 7), 3)}, NAN, "few_windows", id="too few windows"
            ),
            pytest.param(
                {"window_mps": np.tile(np.linspace(2.6, 3.4, 20), 3)}, NAN, "uneven_pace", id="a fartlek"
            ),
            pytest.param(
                {"window_mps": np.repeat([2.8, 3.0, 3.2], 20)}, NAN, "changed_pace", id="sped up by a seventh"
            ),
        ],
    )
    def test_late_fade_is_judged_on_steady_runs_only(self, odd, fade_spm, reason):
        daily = [record(day) for day in range(21)]
        steady = {"window_mps": np.tile(np.linspace(2.9, 3.1, 20), 3), "late_spm": -5.0} | odd
        last = record(21, **steady)
        runs, curves = runs_table([*daily, last], Settings())
        assert runs["cadence_fade_spm"].iloc[21] == pytest.approx(fade_spm, abs=0.01, nan_ok=True)
        thirds = late_form_table([last, daily[0]], curves).set_index("run_id").loc[last.run_id]
        assert thirds["change_spm"] == pytest.approx(fade_spm, abs=0.01, nan_ok=True)
        assert thirds["early_spm"] == pytest.approx(NAN if reason else 0.0, abs=0.01, nan_ok=True)
        assert thirds["reason"] == reason


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 44))
def test_what_is_said_of_a_run_never_changes_with_later_runs(seed, count):
    random = np.random.default_rng(seed)
    days = np.sort(random.integers(0, 120, 45))
    history = [
        record(
            int(day),
            minute=position,
            speed_mps=float(random.choice([2.5, 3.0, 3.5, NAN], p=[0.3, 0.4, 0.2, 0.1])),
            heart_rate_bpm=float(random.choice([NAN, 130.0, 150.0, 170.0])),
            times_s=efforts(float(random.uniform(3.8, 4.2))) if random.random() < 0.5 else NEVER,
            device=str(random.choice(["watch", "phone"], p=[0.8, 0.2])),
            cadence_spm=float(random.uniform(160.0, 172.0)),
            profile=(50.0, 185.0) if random.random() < 0.1 else (NAN, NAN),
            treadmill=bool(random.random() < 0.1),
        )
        for position, day in enumerate(days)
    ]
    runs, curves = runs_table(history, Settings())
    early_runs, early_curves = runs_table(history[:count], Settings())
    pd.testing.assert_frame_equal(early_runs, runs.iloc[:count], check_dtype=False)
    known = curves[curves["run_id"].isin(early_runs["run_id"])]
    pd.testing.assert_frame_equal(early_curves, known.reset_index(drop=True), check_dtype=False)


class TestTables:
    def test_runs_have_the_public_columns_and_races_their_mark(self):
        records = [record(0), record(1)]
        runs, _ = runs_table(records, Settings(), {records[1].run_id: True})
        assert list(runs.columns) == columns.names(columns.RUNS)
        assert runs["is_race"].tolist() == [False, True]

    @pytest.mark.parametrize(
        ("said", "is_race", "notes"),
        [
            pytest.param(None, (True, True), "likely a race", id="nothing is said"),
            pytest.param(True, (True, False), "", id="a race, as the runner says"),
            pytest.param(False, (False, False), "", id="none, as the runner says"),
        ],
    )
    def test_a_likely_race_is_called_one_unless_the_runner_tells(self, said, is_race, notes):
        daily = [record(day, speed_mps=2.8) for day in range(10)]
        race = record(10, speed_mps=10_000.0 / 2700.0, minutes=45)
        race.facts["elapsed_s"] = race.facts["moving_s"] = 2700.0
        own = {} if said is None else {race.run_id: said}
        runs, _ = runs_table([*daily, race], Settings(), own)
        assert tuple(runs[["is_race", "is_likely_race"]].iloc[-1]) == is_race
        assert runs["notes"].iloc[-1] == notes
        assert not runs["is_race"].iloc[:-1].any()

    def test_no_runs_are_empty_tables(self):
        runs, curves = runs_table([], Settings())
        assert list(runs.columns) == columns.names(columns.RUNS)
        assert runs.empty
        assert curves.empty
        assert form_windows_table([]).empty
        assert other_activities_table([], Settings()).empty

    def test_hikes_and_walks_load_the_legs_by_half_and_rides_not_at_all(self):
        others = other_activities_table(
            [
                replace_facts(record(day, sport=sport), climb_leg_km=1.0)
                for day, sport in enumerate(("hiking", "walking", "cycling"))
            ],
            Settings(),
        )
        assert others["leg_load_km"].tolist() == pytest.approx([0.5 * 11.8, 0.5 * 11.8, 0.0])
        assert others["leg_load_climb_km"].tolist() == pytest.approx([0.5, 0.5, 0.0])

    def test_form_windows_of_runs_outside_carry_their_run(self):
        windows = form_windows_table([record(0), record(1, treadmill=True), record(2)])
        assert windows["run_id"].value_counts().tolist() == [60, 60]
        assert set(windows["run_id"]) == {"00000000", "00020000"}
        assert windows["third"].tolist() == [*([0] * 20), *([1] * 20), *([2] * 20)] * 2

    def test_a_stride_is_the_judged_one_or_else_the_median_half_minute(self):
        daily = [record(day) for day in range(21)]
        others = [record(21, cadence_spm=170.0), record(22, device="new"), record(23, treadmill=True)]
        runs, _ = runs_table([*daily, *others], Settings())
        records = {one.run_id: one for one in (*daily, *others)}
        strides = strides_table(runs.tail(3), records)
        judged, unjudged = strides.to_dict("records")
        assert [judged["run_id"], unjudged["run_id"]] == [one.run_id for one in others[:2]]
        last = runs.iloc[21]
        assert judged["speed_mps"] == last["stride_speed_mps"]
        share = judged["cadence_spm"] / judged["own_cadence_spm"] - 1
        assert 100 * share == pytest.approx(last["stride_residual_pct"])
        assert unjudged["cadence_spm"] == pytest.approx(np.median(others[1].vectors["form_cadence_spm"]))
        assert unjudged["speed_mps"] == pytest.approx(np.median(others[1].vectors["form_speed_mps"]))
        assert np.isnan(unjudged["own_cadence_spm"])

    def test_a_trace_adds_up_to_the_distance(self):
        trace = trace_table(record(speed_mps=3.0, minutes=1))
        assert trace["elapsed_s"].tolist() == list(range(0, 60, 5))
        assert trace["distance_m"].iloc[-1] == pytest.approx(180.0)
        assert trace["heart_rate_bpm"].isna().all()


def replace_facts(of, **facts):
    return replace(of, facts=of.facts | facts)


def sorted_days(records, size, **own):
    speeds = known_speeds(records, Settings(**own))
    return speed_days(records, speeds, FIRST.toordinal(), size)


class TestSpeedDays:
    def test_by_hand(self):
        runs = [record(0, speed_mps=3.0, minutes=30), record(2, speed_mps=4.0, minutes=20), record(2)]
        days = sorted_days(runs, 4, threshold_speed_mps=4.0)  # hard from 3.8 m/s
        hard_s = days.hard_s[np.arange(4), days.hard_column]
        assert hard_s.tolist() == [0.0, 0.0, 1200.0, 0.0]
        assert days.timer_s.tolist() == days.told_s.tolist() == [1800.0, 0.0, 4800.0, 0.0]
        assert days.clean_count.tolist() == [1, 0, 2, 0]

    def test_it_counts_as_hard_what_the_runs_table_does(self):
        runs = [record(day, speed_mps=3.7 + 0.01 * day, times_s=efforts(4.0)) for day in range(20)]
        days = sorted_days(runs, 20)
        mine = days.hard_s[np.arange(20), days.hard_column]
        known = runs_table(runs, Settings())[0]["hard_s"].to_numpy()
        assert mine[2:].tolist() == known[2:].tolist()
        assert set(mine[2:]) == {0.0, 3600.0}
        assert not days.is_critical_known[:2].any()
        assert days.is_critical_known[2:].all()

    def test_every_day_asks_by_its_own_speed(self):
        """Half an hour at 3.9 m/s is hard by a critical speed of 4.0 and easy by one of 4.4."""
        slow = [record(day, times_s=efforts(4.0)) for day in range(3)]
        fast = [record(day, times_s=efforts(4.4)) for day in range(10, 13)]
        days = sorted_days([*slow, record(5, speed_mps=3.9, minutes=30), *fast], 14)
        hard_s = windowed(days.hard_s, days.hard_column, longest_ago=10)
        assert [hard_s[day] for day in (4, 5, 9, 13)] == [0.0, 1800.0, 1800.0, 0.0]

    def test_fast_running_beyond_the_fastest_speed_is_none(self):
        runs = [record(day) for day in range(25)]
        days = sorted_days(runs, 25, threshold_speed_mps=8.0)
        assert days.fast_mps[-1] == pytest.approx(8.8)
        assert days.fast_m[24, days.fast_column[24]] == 0.0
        usual = sorted_days(runs, 25, threshold_speed_mps=3.5)
        assert FAST_SPEEDS_MPS[usual.fast_column[24]] == pytest.approx(3.9)
        assert usual.fast_m[24, usual.fast_column[24]] == 500.0

    def test_treadmills_have_no_ground_speed_and_what_has_no_speed_is_not_told(self):
        runs = [record(0, treadmill=True), record(1, speed_mps=NAN)]
        days = sorted_days(runs, 2, threshold_speed_mps=4.0)
        assert days.clean_count.tolist() == [0, 1]
        assert not days.fast_m[0].any()
        assert days.told_s.tolist() == [3600.0, 0.0]

    @settings(max_examples=30, deadline=None)
    @given(
        drawn=st.lists(
            st.tuples(st.integers(0, 9), st.sampled_from([NEVER, efforts(3.8), efforts(4.2)])),
            min_size=2,
            max_size=40,
        ),
        share=st.floats(0.0, 1.0),
    )
    def test_a_day_never_changes_with_later_runs(self, drawn, share):
        last = np.cumsum([gap for gap, _ in drawn])
        runs = [
            record(int(day), speed_mps=3.0 + 0.1 * (place % 9), times_s=times_s, minute=place)
            for place, (day, (_, times_s)) in enumerate(zip(last, drawn, strict=True))
        ]
        cut = int(share * last[-1])
        runs_then = [run for run in runs if run.facts["local_date"] <= FIRST + timedelta(days=cut)]
        if not runs_then:
            return
        whole, then = sorted_days(runs, int(last[-1]) + 1), sorted_days(runs_then, cut + 1)
        for name in ("hard", "fast"):
            for longest_ago in (0, 6, 48):
                of_whole, of_then = (
                    windowed(
                        getattr(days, f"{name}_{unit}"),
                        getattr(days, f"{name}_column"),
                        longest_ago=longest_ago,
                    )
                    for days in (whole, then)
                    for unit in [{"hard": "s", "fast": "m"}[name]]
                )
                is_known = ~np.isnan(getattr(then, "critical_mps" if name == "hard" else "fast_mps"))
                assert of_whole[: cut + 1][is_known].tolist() == of_then[is_known].tolist()
        np.testing.assert_array_equal(whole.critical_mps[: cut + 1], then.critical_mps)
        np.testing.assert_array_equal(whole.fast_mps[: cut + 1], then.fast_mps)


def test_windows_begin_and_end_where_they_say():
    daily = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0], [8.0, 80.0]])
    column = np.array([0, 0, 0, 1])
    assert windowed(daily, column, longest_ago=1).tolist() == [1.0, 3.0, 6.0, 120.0]
    assert windowed(daily, column, longest_ago=2, newest_ago=1).tolist() == [0.0, 1.0, 3.0, 60.0]


class TestSpeedsTable:
    def table(self, *runs, **own):
        return speeds_table(runs, known_speeds(runs, Settings(**own)))

    def test_it_tells_what_critical_speed_rests_on(self):
        best, second, third = (record(day, times_s=efforts(mps)) for day, mps in enumerate((4.1, 4.0, 3.9)))
        told = self.table(best, second, third, record(3)).iloc[3]
        assert told["critical_speed_mps"] == pytest.approx(4.0)
        assert told["hard_speed_mps"] == pytest.approx(3.8)
        assert (told["critical_speed_source"], told["effort_count"]) == ("efforts", 3)
        assert told["effort_run_ids"] == " ".join([second.run_id] * 3)

    def test_efforts_that_scatter_leave_it_less_certain(self):
        alike = self.table(*(record(day, times_s=efforts(4.0)) for day in range(3))).iloc[2]
        apart = self.table(*(record(day, times_s=efforts(4.0 + 0.1 * day)) for day in range(3))).iloc[2]
        assert alike["critical_speed_error_mps"] == pytest.approx(0.0, abs=1e-9)
        assert 0.02 < apart["critical_speed_error_mps"] < 0.2

    def test_too_few_hard_efforts_are_said_to_be_too_few(self):
        told = self.table(record(0, times_s=efforts(4.0)), record(1, times_s=efforts(4.0)), record(2)).iloc[2]
        assert np.isnan([told["critical_speed_mps"], told["critical_speed_error_mps"]]).all()
        assert (told["critical_speed_source"], told["effort_count"]) == ("too_few_hard_efforts", 2)
        assert told["effort_run_ids"] == ""

    def test_efforts_are_forgotten_after_90_days(self):
        runs = [record(day, times_s=efforts(4.0)) for day in range(3)]
        told = self.table(*runs, record(89), record(90), record(91))
        assert told["effort_count"].tolist()[3:] == [3, 2, 1]

    def test_the_runners_own_word_has_no_error(self):
        told = self.table(record(0), threshold_speed_mps=3.5).iloc[0]
        assert (told["critical_speed_mps"], told["critical_speed_source"]) == (3.5, "settings")
        assert np.isnan(told["critical_speed_error_mps"])


class TestIntervals:
    def noted(self, mps, **own):
        run = replace_facts(record(0), notes="two GPS spikes removed")
        trace = np.tile(np.repeat([100 * mps, 250], 24), 5).astype(np.int16)
        run.vectors["trace_graded_speed_mps"] = run.vectors["trace_speed_mps"] = trace
        return table(run, **own)["notes"].iloc[0]

    def test_they_are_noted_beside_what_else_is(self):
        noted = self.noted(4.2, threshold_speed_mps=4.0)
        assert noted == "two GPS spikes removed; intervals: 5 fast stretches with slow ones between"

    def test_by_what_is_hard_for_this_runner(self):
        assert self.noted(3.8, threshold_speed_mps=4.0) == "two GPS spikes removed"
        assert "intervals" in self.noted(3.8, threshold_speed_mps=3.8)

    def test_without_a_critical_speed_nothing_is_said(self):
        assert self.noted(4.2) == "two GPS spikes removed"


class TestEasyBeforeFast:
    def easy_s(self, *stretches):
        """Running before the first fast stretch, of seconds at speeds; fast is 4.4 m/s."""
        daily = [record(day) for day in range(20)]
        last = record(20)
        mps = np.concatenate([np.full(seconds // 5, 100.0 * speed) for seconds, speed in stretches])
        last.vectors["trace_speed_mps"] = mps.astype(np.int16)
        table, _ = runs_table([*daily, last], Settings(threshold_speed_mps=4.0))
        return table["easy_before_fast_s"].iloc[20]

    def test_it_ends_where_20_seconds_at_a_fast_speed_begin(self):
        assert self.easy_s((600, 3.0), (20, 4.5), (600, 3.0)) == 600.0
        assert self.easy_s((20, 4.5), (600, 3.0)) == 0.0

    def test_strides_do_not_end_it(self):
        assert self.easy_s((300, 3.0), (15, 4.5), (300, 3.0), (60, 4.5)) == 615.0

    def test_standing_is_no_warm_up(self):
        assert self.easy_s((300, 3.0), (120, 0.0), (60, 4.5)) == 300.0

    def test_without_a_fast_stretch_it_is_missing(self):
        assert np.isnan(self.easy_s((600, 3.0), (15, 4.5)))


def varied_runs(count):
    """Runs of two watches, some indoors, with and without heart rate, speed and best efforts."""
    rng = np.random.default_rng(7)
    return [
        record(
            2 * day,
            speed_mps=NAN if day % 13 == 0 else 2.6 + 0.05 * (day % 11),
            heart_rate_bpm=NAN if day % 5 == 0 else 130.0 + day % 17,
            times_s=efforts(3.4 + 0.01 * (day % 9)),
            device="watch" if day % 4 else "other watch",
            cadence_spm=165.0 + rng.normal(),
            late_spm=-float(day % 3),
            contact_ms=NAN if day % 3 else 280.0 + day % 5,
            window_mps=np.sort(rng.normal(3.0, 0.2, 60)),
            profile=(50.0, 190.0) if day % 6 == 0 else (NAN, NAN),
            treadmill=day % 9 == 0,
        )
        for day in range(count)
    ]


VARIED = varied_runs(150)


class TestMemory:
    @pytest.mark.parametrize("first", [1, 12, 29, 60, 149, 150])
    def test_going_on_from_any_run_comes_to_the_same_to_the_last_bit(self, first):
        whole = told(VARIED, Settings())
        assert any(one.stride for one in whole[100:])
        assert any(one.stride and one.stride.ground_contact_pct > 0.0 for one in whole)
        assert repr(told(VARIED, Settings(), whole[:first])) == repr(whole)

    def test_a_new_run_alone_is_worked_out(self, tmp_path, monkeypatch):
        with Cache(tmp_path) as cache:
            remembered(VARIED[:-1], Settings(), cache)
        looked_at = []
        fit_curve = stride.steps.fit_curve
        monkeypatch.setattr(
            stride.steps,
            "fit_curve",
            lambda *args, **options: looked_at.append(1) or fit_curve(*args, **options),
        )
        with Cache(tmp_path) as cache:
            again = remembered(VARIED, Settings(), cache)
        assert len(looked_at) == 1
        assert repr(again) == repr(told(VARIED, Settings()))

    @pytest.mark.parametrize(
        ("then", "own"),
        [
            pytest.param([*VARIED[:70], *VARIED[71:]], {}, id="a run is gone"),
            pytest.param([*VARIED[:3], record(5, minute=7), *VARIED[3:]], {}, id="an old run has come"),
            pytest.param(VARIED[:90], {}, id="told as of an earlier day"),
            pytest.param(VARIED, {"threshold_speed_mps": 3.1}, id="the runner told a threshold"),
            pytest.param(VARIED, {"max_heart_rate_bpm": 200.0}, id="and a maximum heart rate"),
            pytest.param([], {}, id="no run is left"),
        ],
    )
    def test_what_is_kept_never_changes_a_number(self, tmp_path, then, own):
        with Cache(tmp_path) as cache:
            remembered(VARIED, Settings(), cache)
            for _ in range(2):
                assert repr(remembered(then, Settings(**own), cache)) == repr(told(then, Settings(**own)))

    def test_all_that_is_read_of_a_run_tells_it_from_others(self):
        read = set()

        class Watched(dict):
            def __getitem__(self, name):
                read.add(name)
                return super().__getitem__(name)

        told([RunRecord(Watched(run.facts), run.vectors) for run in VARIED], Settings(birth_year=1980))
        assert read <= set(memory.FACTS)
        # The name stands for the vectors.
        assert {"run_id", "sport"} <= set(memory.FACTS)
