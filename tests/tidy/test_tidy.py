"""One door, many strange files: what comes out of `tidy`, and what is refused with which words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.errors import EmptyActivityError, ImplausibleError
from loadwatch.tidy import tidy

NAN = float("nan")
NO_POSITION = {"latitude_deg": NAN, "longitude_deg": NAN}
SENSORS = ("altitude_m", "heart_rate_bpm", "cadence_spm", "speed_mps", "distance_m")


def moment(second: float, start: str = "2026-03-01 08:00"):
    return (pd.Timestamp(start, tz="UTC") + pd.Timedelta(seconds=second)).to_pydatetime()


def test_half_an_hour_at_three_metres_a_second_is_that(outing):
    recording = tidy(outing())
    assert (recording.elapsed_s, recording.timer_s, recording.sport) == (1800.0, 1800.0, "running")
    assert recording.grid.size == 1801
    assert recording.grid.distance_m[-1] == pytest.approx(5400.0)
    assert recording.grid.is_moving.all()
    assert (recording.latitude_deg, recording.longitude_deg) == (48.0, 16.0)
    assert recording.notes == ()


def test_the_activity_is_left_as_it_was_read(outing):
    activity = outing(columns={"heart_rate_bpm": 300.0})
    before = activity.samples
    tidy(activity)
    pd.testing.assert_frame_equal(activity.samples, before)


class TestWhatCannotBe:
    @pytest.mark.parametrize(
        ("start", "sentence"),
        [
            pytest.param(
                "1989-12-31 00:00", "is dated 1989-12-31: the device's clock was not set", id="epoch"
            ),
            pytest.param(
                "1970-01-01 00:00", "is dated 1970-01-01: the device's clock was not set", id="1970"
            ),
            pytest.param(
                "2107-01-01 00:00", "is dated 2107-01-01: the device's clock was not set", id="2107"
            ),
        ],
    )
    def test_dates_before_there_were_watches_or_after_our_time(self, outing, start, sentence):
        with pytest.raises(ImplausibleError) as refusal:
            tidy(outing(start=start))
        assert str(refusal.value) == sentence

    def test_a_run_of_six_days(self, outing):
        with pytest.raises(ImplausibleError) as refusal:
            tidy(outing(np.arange(0.0, 6 * 86400.0, 600.0), speed_mps=0.05))
        assert str(refusal.value) == "lasts 6 days: a watch left on, or a broken clock"

    def test_a_run_at_the_speed_of_a_car(self, outing):
        with pytest.raises(ImplausibleError) as refusal:
            tidy(outing(speed_mps=9.0))
        assert str(refusal.value) == "is labelled running, but half of it is faster than 9.0 m/s"

    def test_a_watch_left_on_over_night(self, outing):
        speed_mps = np.where(np.arange(0, 28801, 10) < 1200, 2.8, 0.0)
        distance_m = np.cumsum(speed_mps) * 10.0
        with pytest.raises(ImplausibleError) as refusal:
            tidy(
                outing(
                    np.arange(0, 28801, 10.0),
                    columns=NO_POSITION | {"speed_mps": speed_mps, "distance_m": distance_m / 2},
                )
            )
        assert str(refusal.value) == "covers 1.7 km in 8 hours: a watch left on"

    def test_more_than_400_km_in_one_go(self, outing):
        with pytest.raises(ImplausibleError, match=r"^covers 421 km in one run$"):
            tidy(outing(np.arange(0.0, 4.5 * 86400.0, 10.0), speed_mps=1.083, columns={"cadence_spm": 160.0}))

    @pytest.mark.parametrize(
        ("count", "sentence"), [(0, "records no samples"), (1, "records a single sample")]
    )
    def test_less_than_two_samples(self, outing, count, sentence):
        with pytest.raises(EmptyActivityError, match=sentence):
            tidy(outing(range(count)))

    def test_a_timer_that_never_ran(self, outing):
        paused = ((moment(-60), moment(4000)),)
        activity = outing(pauses=paused, timer_span=(moment(-60), moment(3000)))
        with pytest.raises(EmptyActivityError, match="has no sample from while its timer ran"):
            tidy(activity)

    def test_a_ride_at_the_speed_of_a_car_is_only_a_ride(self, outing):
        assert tidy(outing(speed_mps=15.0, sport="cycling")).grid.distance_m[-1] == pytest.approx(27_000)


class TestTime:
    def test_a_few_samples_with_absurd_dates_cost_only_themselves(self, outing):
        activity = outing()
        activity.arrays.time_us[[500, 900]] = pd.Timestamp("2031-01-01", tz="UTC").value // 1000
        recording = tidy(activity)
        assert recording.notes == ("2 samples with absurd dates left out",)
        assert (recording.elapsed_s, recording.grid.distance_m[-1]) == (1800.0, pytest.approx(5400.0))

    def test_the_same_second_twice_counts_once_and_each_fills_the_others_gaps(self, outing):
        activity = outing([0, 1, 2, 2, 3], columns={"heart_rate_bpm": [120, 121, 122, NAN, 124]})
        samples = tidy(activity).samples
        assert len(samples) == 4
        assert samples["heart_rate_bpm"].tolist() == [120, 121, 122, 124]

    @settings(max_examples=15, deadline=None)
    @given(seed=st.integers(0, 1000))
    def test_samples_in_any_order_give_the_same_recording(self, outing, seed):
        activity = outing(range(301))
        order = np.random.default_rng(seed).permutation(301)
        shuffled = tidy(replace(activity, arrays=activity.arrays.at(order)))
        pd.testing.assert_frame_equal(shuffled.samples, tidy(activity).samples)

    @settings(max_examples=10, deadline=None)
    @given(shift_s=st.integers(0, 10**8))
    def test_the_hour_of_the_day_changes_nothing(self, outing, shift_s):
        moved = outing(range(301))
        moved = replace(moved, arrays=replace(moved.arrays, time_us=moved.arrays.time_us + 10**6 * shift_s))
        here, there = tidy(outing(range(301))), tidy(moved)
        np.testing.assert_allclose(there.grid.distance_m, here.grid.distance_m)
        assert (there.timer_s, there.notes) == (here.timer_s, here.notes)

    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 1000), longest_s=st.integers(1, 12))
    def test_smart_recording_keeps_distance_and_means(self, outing, seed, longest_s):
        """A sample every 1 to 12 s of a run whose speed, heart rate and cadence swing slowly."""
        second = np.arange(1801.0)
        swing = np.sin(second / 90.0)
        columns = {
            "speed_mps": 3.0 + 0.4 * swing,
            "distance_m": np.cumsum(3.0 + 0.4 * swing),
            "heart_rate_bpm": 140.0 + 15.0 * swing,
            "cadence_spm": 168.0 + 6.0 * swing,
        }
        whole = outing(columns=columns)
        kept = np.cumsum(np.random.default_rng(seed).integers(1, longest_s + 1, 1800)) - 1
        kept = np.unique([0, *kept[kept < 1800], 1800])
        thinned = tidy(replace(whole, arrays=whole.arrays.at(kept))).grid
        full = tidy(whole).grid
        assert thinned.distance_m[-1] == pytest.approx(full.distance_m[-1])
        for name in ("speed_mps", "heart_rate_bpm", "cadence_spm"):
            assert np.nanmean(getattr(thinned, name)) == pytest.approx(
                np.nanmean(getattr(full, name)), rel=0.003
            )

    @pytest.mark.parametrize(
        "end_s", [1.0, 0.4, 2.0], ids=["one second", "less than a second", "two seconds"]
    )
    def test_recordings_of_a_moment_are_no_error(self, outing, end_s):
        recording = tidy(outing([0.0, end_s]))
        assert recording.elapsed_s == pytest.approx(end_s)
        assert recording.grid.size == int(end_s) + 1


class TestPauses:
    @settings(max_examples=25, deadline=None)
    @given(at=st.integers(60, 1740), length_s=st.integers(40, 1500), is_told=st.booleans())
    def test_a_pause_leaves_distance_timer_and_moving_time_as_they_were(self, outing, at, length_s, is_told):
        """Whether the timer tells of it or only a gap in the samples does."""
        without = tidy(outing())
        second = np.arange(1801.0)
        covered_m = 3.0 * second
        later = np.where(second > at, second + length_s, second)
        pauses = ((moment(at), moment(at + length_s)),) if is_told else None
        paused = tidy(
            outing(
                later,
                pauses=pauses,
                columns={"distance_m": covered_m, "latitude_deg": 48.0 + covered_m / 111_195.08},
            )
        )
        # A gap alone cannot tell which of its seconds was the last one run.
        slack_s = 0.0 if is_told else 1.0
        assert paused.elapsed_s == 1800.0 + length_s
        assert paused.timer_s == pytest.approx(without.timer_s, abs=slack_s)
        assert paused.grid.distance_m[-1] == pytest.approx(without.grid.distance_m[-1])
        assert paused.grid.is_moving.sum() == pytest.approx(without.grid.is_moving.sum(), abs=slack_s)

    def test_a_tram_ride_in_a_pause_is_no_running(self, outing):
        second = np.concatenate([np.arange(901.0), np.arange(1500.0, 2401.0)])
        north_m = np.concatenate([3.0 * np.arange(901.0), 8000.0 + 3.0 * np.arange(901.0)])
        columns = {"distance_m": NAN, "speed_mps": NAN, "latitude_deg": 48.0 + north_m / 111_195.08}
        recording = tidy(outing(second, columns=columns, pauses=((moment(900), moment(1500)),)))
        assert recording.timer_s == 1800.0
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0, rel=0.002)
        assert np.diff(recording.grid.distance_m).max() < 6.0

    def test_standing_about_after_the_last_stop_is_a_pause(self, outing):
        second = np.arange(1921.0)
        covered_m = 3.0 * np.minimum(second, 1800.0)
        columns = NO_POSITION | {"distance_m": covered_m, "speed_mps": np.gradient(covered_m)}
        recording = tidy(outing(second, columns=columns, pauses=(), timer_span=(moment(0), moment(1800))))
        assert (recording.elapsed_s, recording.timer_s) == (1920.0, 1800.0)
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0)

    def test_running_on_after_the_last_stop_means_that_the_stop_is_wrong(self, outing):
        recording = tidy(outing(pauses=(), timer_span=(moment(0), moment(1200))))
        assert recording.timer_s == 1800.0

    def test_the_timer_may_start_before_the_first_sample(self, outing):
        recording = tidy(outing(pauses=(), timer_span=(moment(-10), moment(1805))))
        assert (recording.start, recording.timer_s) == (pd.Timestamp(moment(-10)), 1815.0)

    def test_a_watch_that_slept_for_hours_did_not_run_them(self, outing):
        second = np.concatenate([np.arange(901.0), np.arange(9000.0, 9901.0)])
        columns = NO_POSITION | {
            "distance_m": np.concatenate([3.0 * np.arange(901.0), 2700 + 3.0 * np.arange(901.0)])
        }
        recording = tidy(outing(second, columns=columns, pauses=(), timer_span=(moment(0), moment(9900))))
        assert recording.timer_s == 1801.0 - 1.0
        assert "half-hours without a sample counted as pauses" in recording.notes

    def test_standing_at_a_light_is_timer_but_not_moving(self, outing):
        speed_mps = np.where((np.arange(1801) >= 600) & (np.arange(1801) < 660), 0.0, 3.0)
        columns = NO_POSITION | {"speed_mps": speed_mps, "distance_m": np.cumsum(speed_mps)}
        recording = tidy(outing(columns=columns))
        assert (recording.timer_s, recording.grid.is_moving.sum()) == (1800.0, 1741)


class TestDistance:
    def test_by_positions_where_the_device_did_not_count(self, outing):
        recording = tidy(outing(columns={"distance_m": NAN, "speed_mps": NAN}))
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0, rel=0.001)
        assert np.median(recording.grid.speed_mps) == pytest.approx(3.0, rel=0.001)

    def test_by_speed_where_there_is_nothing_else(self, outing):
        recording = tidy(outing(columns=NO_POSITION | {"distance_m": NAN}))
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0)
        assert recording.notes == ("distance summed from speed",)

    def test_a_counter_of_zeros_is_no_counter(self, outing):
        recording = tidy(outing(columns={"distance_m": 0.0, "speed_mps": NAN}))
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0, rel=0.001)

    def test_a_counter_that_restarts_goes_on(self, outing):
        counted = np.concatenate([3.0 * np.arange(900.0), 3.0 * np.arange(901.0)])
        recording = tidy(outing(columns={"distance_m": counted}))
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0, abs=4.0)

    def test_a_counter_that_goes_on_from_the_session_before_starts_at_nothing(self, outing):
        recording = tidy(outing(columns={"distance_m": 12_000.0 + 3.0 * np.arange(1801.0)}))
        assert recording.grid.distance_m[[0, -1]].tolist() == [0.0, 5400.0]

    def test_a_jump_of_the_counter_adds_nothing_and_is_noted(self, outing):
        counted = 3.0 * np.arange(1801.0) + np.where(np.arange(1801) >= 20, 400.0, 0.0)
        recording = tidy(outing(columns={"distance_m": counted}))
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0, abs=4.0)
        assert recording.notes == ("1 jumps of the distance counter left out (403 m)",)

    def test_a_counter_that_makes_good_for_lost_signal_is_believed(self, outing):
        second = np.arange(1801.0)
        counted = np.where((second > 600) & (second < 700), 1800.0, 3.0 * second)
        recording = tidy(outing(columns=NO_POSITION | {"distance_m": counted, "speed_mps": NAN}))
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0)
        assert recording.notes == ()

    def test_a_counter_that_mostly_jumps_gives_way_to_the_positions(self, outing):
        counted = 3.0 * np.arange(1801.0) + 500.0 * (np.arange(1801) // 100)
        recording = tidy(outing(columns={"distance_m": counted}))
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0, rel=0.001)
        assert recording.notes == ("the distance counter jumps too much to be used",)

    @pytest.mark.parametrize("sport", ["running", "", "generic"])
    def test_a_spike_of_60_metres_is_left_out_with_any_label_at_a_runners_speed(self, outing, sport):
        lat = 48.0 + 3.0 * np.arange(1801.0) / 111_195.08
        lat[700] += 60.0 / 111_195.08
        recording = tidy(
            outing(sport=sport, columns={"latitude_deg": lat, "distance_m": NAN, "speed_mps": NAN})
        )
        assert recording.grid.distance_m[-1] == pytest.approx(5400.0, rel=0.001)
        assert recording.notes[0] == "1 GPS spikes left out"
        assert np.isnan(recording.samples["latitude_deg"].iloc[700])

    def test_null_island_is_no_place(self, outing):
        lat, lon = 48.0 + 3.0 * np.arange(1801.0) / 111_195.08, np.full(1801, 16.0)
        lat[:30], lon[:30] = 0.0, 0.0
        columns = {"latitude_deg": lat, "longitude_deg": lon, "distance_m": NAN, "speed_mps": NAN}
        recording = tidy(outing(columns=columns))
        assert recording.latitude_deg == pytest.approx(48.0, abs=0.01)
        assert recording.grid.distance_m[-1] == pytest.approx(5310.0, rel=0.002)

    @settings(max_examples=15, deadline=None)
    @given(factor=st.floats(0.7, 2.0))
    def test_distance_and_speed_scale_together(self, outing, factor):
        columns = {"distance_m": NAN, "speed_mps": NAN}
        one = tidy(outing(range(301), columns=columns)).grid
        other = tidy(outing(range(301), speed_mps=3.0 * factor, columns=columns)).grid
        np.testing.assert_allclose(other.distance_m, factor * one.distance_m, atol=0.01)
        np.testing.assert_allclose(other.speed_mps, factor * one.speed_mps, atol=0.01)


class TestMissingSignals:
    @settings(max_examples=32, deadline=None)
    @given(missing=st.sets(st.sampled_from([*SENSORS, "position"])))
    def test_any_of_the_signals_may_be_missing(self, outing, missing):
        columns = dict.fromkeys(missing & set(SENSORS), NAN)
        columns |= NO_POSITION if "position" in missing else {}
        recording = tidy(outing(range(301), columns=columns))
        assert (recording.timer_s, recording.sport, recording.grid.size) == (300.0, "running", 301)
        has_distance = not {"speed_mps", "distance_m", "position"} <= missing
        assert np.isnan(recording.grid.distance_m).all() != has_distance
        assert recording.grid.is_moving.all()
        for name in missing & {"altitude_m", "heart_rate_bpm", "cadence_spm"}:
            assert np.isnan(getattr(recording.grid, name)).all()

    def test_zero_speed_throughout_is_a_watch_that_cannot_tell(self, outing):
        columns = NO_POSITION | {"speed_mps": 0.0, "distance_m": 0.0}
        grid = tidy(outing(columns=columns)).grid
        assert np.isnan(grid.distance_m).all()
        assert grid.is_moving.all()

    def test_on_a_treadmill_without_speed_the_steps_tell_who_moves(self, outing):
        cadence_spm = np.where(np.arange(1801) < 300, 0.0, 165.0)
        columns = NO_POSITION | {"speed_mps": NAN, "distance_m": NAN, "cadence_spm": cadence_spm}
        assert tidy(outing(columns=columns)).grid.is_moving.sum() == 1501

    @pytest.mark.parametrize(
        ("name", "absurd"),
        [
            ("heart_rate_bpm", 250.0),
            ("heart_rate_bpm", 10.0),
            ("cadence_spm", 400.0),
            ("power_w", 65_535.0),
            ("ground_contact_ms", 6553.5),
            ("vertical_oscillation_mm", 0.0),
            ("vertical_ratio_pct", 655.35),
            ("step_length_m", 6.5),
            ("contact_balance_pct", 100.0),
            ("altitude_m", 12_607.0),
        ],
    )
    def test_a_value_no_body_gives_is_unknown(self, outing, name, absurd):
        assert tidy(outing(columns={name: absurd})).samples[name].isna().all()

    def test_a_speed_no_runner_has_is_replaced_by_what_the_distance_says(self, outing):
        speed_mps = np.full(1801, 3.0)
        speed_mps[800:803] = 655.35
        assert tidy(outing(columns={"speed_mps": speed_mps})).grid.speed_mps.max() == pytest.approx(3.0)
