from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.metrics import speed_curve

NAN = float("nan")


def covered_m(*stretches):
    """Metres at each second of stretches of (seconds, m/s), the start included."""
    speed_mps = np.concatenate([np.full(seconds, float(mps)) for seconds, mps in stretches])
    return np.concatenate([[0.0], np.cumsum(speed_mps)])


class TestBestEfforts:
    def test_best_mean_speeds_by_hand(self):
        got = speed_curve.best_mean_speeds_mps(covered_m((60, 3), (30, 5), (60, 3)), (10, 30, 60, 3600))
        np.testing.assert_allclose(got, [5.0, 5.0, 4.0, NAN])

    def test_best_times_by_hand(self):
        got = speed_curve.best_times_s(covered_m((200, 3), (100, 5), (200, 3)), (400.0, 800.0, 5000.0))
        np.testing.assert_allclose(got, [80.0, 200.0, NAN])

    @pytest.mark.parametrize("stop_s", [0, 1, 600])
    def test_a_runner_who_stops_at_the_mark_has_arrived(self, stop_s):
        got = speed_curve.best_times_s(covered_m((375, 4), (stop_s, 0)), (1500.0,))
        assert got[0] == pytest.approx(375.0)

    def test_a_start_after_a_stop_begins_when_the_runner_does(self):
        got = speed_curve.best_times_s(covered_m((600, 0), (375, 4), (600, 0)), (1500.0,))
        assert got[0] == pytest.approx(375.0)

    def test_faster_than_the_world_record_is_an_error_of_the_receiver(self):
        assert np.isnan(speed_curve.best_times_s(covered_m((41, 10)), (400.0,))).all()
        assert speed_curve.best_times_s(covered_m((50, 9)), (400.0,))[0] == pytest.approx(400 / 9)

    def test_the_smallest_of_numbers_leads_to_no_mark(self):
        assert np.isnan(speed_curve.best_times_s(np.array([0.0, 5e-324, 1e-323]), (400.0,))).all()

    @pytest.mark.parametrize("metres", [[], [0.0], [NAN, NAN]], ids=["nothing", "a moment", "no distance"])
    def test_without_distance_there_is_no_effort(self, metres):
        assert np.isnan(speed_curve.best_times_s(np.array(metres))).all()
        assert np.isnan(speed_curve.best_mean_speeds_mps(np.array(metres))).all()

    @settings(deadline=None)
    @given(seed=st.integers(0, 10_000), early=st.integers(0, 50))
    def test_standing_before_or_after_changes_no_effort(self, seed, early):
        speed_mps = np.random.default_rng(seed).choice([0.0, 1.5, 3.0, 4.5, 6.0], 200)
        metres = np.concatenate([[0.0], np.cumsum(speed_mps)])
        stood = np.concatenate([np.zeros(early), metres, np.full(50, metres[-1])])
        alone, among = (speed_curve.best_times_s(m, (50.0, 200.0)) for m in (metres, stood))
        np.testing.assert_allclose(among, alone, atol=1e-6)

    @settings(deadline=None)
    @given(seed=st.integers(0, 10_000), seconds=st.integers(2, 400))
    def test_no_start_gives_a_better_time(self, seed, seconds):
        """Against every start and every end, for runs with stops and with pauses of the timer."""
        random = np.random.default_rng(seed)
        metres = np.concatenate([[0.0], np.cumsum(random.choice([0.0, 2.5, 3.0, 4.5, 6.0], seconds))])
        elapsed_s = np.cumsum(1.0 + random.choice([0.0, 0.0, 0.0, 0.0, 45.5], metres.size))
        lengths_m = (30.0, 100.0, 400.0)
        wanted = []
        for length_m in lengths_m:
            took_s = [NAN]
            for start in range(metres.size):
                goal_m = metres[start] + length_m
                end = int(np.argmax(metres >= goal_m))
                if metres[end] >= goal_m:
                    shared = (metres[end] - goal_m) / (metres[end] - metres[end - 1])
                    took_s.append(elapsed_s[end] - shared - elapsed_s[start])
            wanted.append(np.nanmin(took_s) if len(took_s) > 1 else NAN)
        got = speed_curve.best_times_s(metres, lengths_m, elapsed_s=elapsed_s)
        is_human = ~(np.array(wanted) < [0.0, 0.0, speed_curve.RECORD_TIMES_S[400.0]])
        np.testing.assert_allclose(got, np.where(is_human, wanted, NAN))


def test_rests_with_the_timer_stopped_count_in_an_effort():
    """Six kilometres at 5 m/s with two minutes of rest after each: 5 km hold four rests at least."""
    distance_m = np.arange(1201) * 5.0
    elapsed_s = np.arange(1201) + 120.0 * ((np.arange(1201) - 1).clip(min=0) // 200)
    by_timer, by_clock = (
        speed_curve.best_times_s(distance_m, [1000.0, 5000.0], elapsed_s=clock) for clock in (None, elapsed_s)
    )
    np.testing.assert_allclose(by_timer, [200.0, 1000.0])
    np.testing.assert_allclose(by_clock, [200.0, 1000.0 + 4 * 120.0])


class TestCriticalSpeed:
    LENGTHS = np.array(speed_curve.CRITICAL_DISTANCES_M)

    def efforts(self, critical_mps, reserve_m, slower=(1.0, 1.0, 1.0)):
        """Times of runs whose best is that of a runner with this critical speed and reserve."""
        return np.array([(self.LENGTHS - reserve_m) / critical_mps * by for by in slower])

    @pytest.mark.parametrize(("critical_mps", "reserve_m"), [(3.2, 120.0), (4.0, 200.0), (5.5, 250.0)])
    def test_it_is_recovered_from_efforts_that_follow_the_model(self, critical_mps, reserve_m):
        got = speed_curve.critical_speed_mps(self.efforts(critical_mps, reserve_m))
        assert got == pytest.approx(critical_mps)

    def test_who_only_jogs_has_too_few_hard_efforts_to_know(self):
        times_s = self.efforts(2.7, 30.0, slower=(1.0, 1.01, 1.02, 1.02))
        assert np.isnan(speed_curve.critical_speed_mps(times_s, usual_mps=2.7))
        assert speed_curve.critical_speed_mps(times_s, usual_mps=2.4) > 2.5

    def test_a_single_effort_too_good_to_be_true_does_not_set_it(self):
        times_s = np.vstack([self.efforts(4.0, 200.0), self.efforts(4.3, 200.0)[:1]])
        assert speed_curve.critical_speed_mps(times_s) == pytest.approx(4.0)

    def test_jogs_beside_the_efforts_do_not_change_it(self):
        times_s = np.vstack([self.efforts(4.0, 200.0), np.tile(self.LENGTHS / 2.5, (10, 1))])
        assert speed_curve.critical_speed_mps(times_s) == pytest.approx(4.0)

    @pytest.mark.parametrize(
        "times_s",
        [
            pytest.param(np.zeros((0, 3)), id="no run"),
            pytest.param([[375, 750, NAN]] * 5, id="never 5 km"),
            pytest.param([[300, 640, 1100], [305, 650, 1120], [500, 1000, 1700]], id="two hard days only"),
            pytest.param([[400, 780, 1250]] * 4, id="short efforts slower than long ones"),
        ],
    )
    def test_too_few_hard_efforts_to_know(self, times_s):
        assert np.isnan(speed_curve.critical_speed_mps(np.array(times_s, dtype=float)))

    def test_three_efforts_are_enough_and_the_second_best_stands_for_each_distance(self):
        """The best is a tenth better than the third: just near enough; the second makes the line."""
        second_s = self.efforts(4.0, 200.0)[0]
        times_s = np.array([0.97 * second_s, second_s, 1.077 * second_s])
        assert speed_curve.critical_speed_mps(times_s) == pytest.approx(4.0)
        times_s[2] = 1.079 * second_s
        assert np.isnan(speed_curve.critical_speed_mps(times_s))
        assert speed_curve.critical_speed_mps(times_s, near_ratio=0.85) == pytest.approx(4.0)
        assert np.isnan(speed_curve.critical_speed_mps(times_s[:2]))

    def test_each_runner_of_many_has_a_critical_speed_of_their_own(self):
        """The first runs too near the usual speed, the last has a third effort that is not hard."""
        slower = (1.05, 1.0, 0.98)
        times_s = np.stack([self.efforts(speed, 150.0, slower) for speed in (3.0, 4.0, 5.0, 5.0)])
        times_s[3, 0] *= 1.1
        got = speed_curve.critical_speed_mps(times_s, usual_mps=np.array([3.0, 3.0, 3.0, 3.0]))
        np.testing.assert_allclose(got, [NAN, 4.0, 5.0, NAN])
        assert speed_curve.critical_speed_mps(np.full((3, 2, 3), 500.0)).shape == (3,)

    def test_efforts_without_a_reserve_still_point_somewhere(self):
        """Five runs at one even speed: the line goes through nought."""
        times_s = np.tile(np.array([12.0, 24.0]), (3, 1))
        assert speed_curve.critical_speed_mps(times_s, (48.0, 96.0)) == pytest.approx(4.0)

    def test_the_error_of_a_line_by_hand(self):
        """Times 0, 2, 2, 4 s over 0, 6, 0, 6 m: a slope of 1.5, residuals 0, 3, -3, 0, spread 8."""
        times_s = np.array([[0.0, 2.0], [2.0, 4.0]])
        got = speed_curve.critical_speed_error_mps(times_s, np.array(1.5), (0.0, 6.0))
        assert got == pytest.approx(np.sqrt(18.0 / 2.0 / 8.0))

    def test_each_line_has_an_error_of_its_own_and_none_where_a_time_is_missing(self):
        exact = self.efforts(4.0, 200.0, slower=(1.0, 1.0))
        wide = exact + np.array([[-8.0], [8.0]])
        unknown = np.where(exact == exact.max(), NAN, exact)
        slopes = np.array([4.0, 4.0, 4.0, NAN])
        got = speed_curve.critical_speed_error_mps(np.stack([exact, wide, unknown, exact]), slopes)
        # Residuals of 32 m six times, on 4 degrees of freedom.
        spread_s = ((wide - wide.mean()) ** 2).sum()
        np.testing.assert_allclose(got, [0.0, np.sqrt(6 * 32.0**2 / 4 / spread_s), NAN, NAN], atol=1e-12)


class TestFastRunning:
    def at(self, limit_mps):
        return int(np.flatnonzero(np.isclose(speed_curve.FAST_SPEEDS_MPS, limit_mps))[0])

    def run(self, *stretches, is_whole=True):
        speed_mps = np.concatenate([np.full(seconds, float(mps)) for seconds, mps in stretches])
        return speed_curve.fast_running(speed_mps, np.full(speed_mps.size, is_whole))

    def test_by_hand(self):
        """20 s at 6 m/s between easy minutes are 120 m at 6.0, and none at 6.1."""
        metres, seconds = self.run((60, 3), (20, 6), (60, 3))
        assert (metres[self.at(6.0)], seconds[self.at(6.0)]) == (pytest.approx(120.0), 20)
        assert (metres[self.at(6.1)], seconds[self.at(6.1)]) == (0.0, 0.0)
        assert metres[self.at(2.5)] == pytest.approx(3 * 120 + 6 * 20)

    def test_two_seconds_are_no_stretch(self):
        metres, _ = self.run((60, 3), (2, 6), (60, 3))
        assert metres[self.at(5.0)] == 0.0

    def test_no_human_gains_5_metres_a_second_within_one(self):
        """Four more metres a second is just what is still believed."""
        assert self.run((60, 3), (10, 7), (60, 3))[1][self.at(7.0)] == 10
        assert self.run((60, 3), (10, 7.01), (60, 3))[1][self.at(7.0)] == 9

    def test_a_stretch_may_have_to_last_longer(self):
        """Nor shorter than three seconds, if not told otherwise."""
        assert self.run((60, 3), (3, 6), (60, 3))[0][self.at(6.0)] == pytest.approx(18.0)
        speed_mps = np.repeat([3.0, 6.0, 3.0, 6.0, 3.0], [60, 9, 60, 10, 60])
        metres, seconds = speed_curve.fast_running(speed_mps, np.ones(199, dtype=bool), shortest_s=10)
        assert (metres[self.at(6.0)], seconds[self.at(6.0)]) == (pytest.approx(60.0), 10)
        assert not speed_curve.fast_running(speed_mps[:9] + 3.0, np.ones(9, dtype=bool), shortest_s=10)[
            0
        ].any()

    def test_five_seconds_are_the_fewest_and_eight_metres_a_second_the_most_that_is_told_apart(self):
        metres, seconds = self.run((5, 9))
        assert (metres[[0, 60]] == 45.0).all()
        assert (seconds[[0, 60]] == 5.0).all()
        assert not self.run((60, 1.95))[0].any()
        assert self.run((60, 2.0))[1][[0, 1]].tolist() == [60.0, 0.0]

    def test_a_second_beside_a_pause_is_left_out(self):
        is_whole = np.ones(60, dtype=bool)
        is_whole[[10, 11]] = False
        metres, seconds = speed_curve.fast_running(np.full(60, 5.0), is_whole)
        assert (metres[self.at(5.0)], seconds[self.at(5.0)]) == (pytest.approx(290.0), 58)
        assert is_whole.sum() == 58, "what was given stays as it was"

    def test_nobody_gains_more(self):
        clean, _ = self.run((60, 3), (4, 7), (60, 3))
        spiked, _ = self.run((60, 3), (4, 9), (60, 3))
        assert clean[self.at(7.0)] == pytest.approx(28.0)
        assert spiked[self.at(7.0)] < 28.0

    def test_beside_a_pause_nothing_is_fast(self):
        assert not self.run((60, 6), is_whole=False)[0].any()

    @pytest.mark.parametrize("seconds", [0, 1, 4])
    def test_a_moment_holds_nothing(self, seconds):
        assert not speed_curve.fast_running(np.full(seconds, 6.0), np.ones(seconds, dtype=bool))[0].any()

    def test_an_unknown_speed_is_not_fast(self):
        assert not speed_curve.fast_running(np.full(60, NAN), np.ones(60, dtype=bool))[0].any()

    @settings(deadline=None)
    @given(seed=st.integers(0, 200))
    def test_only_stretches_of_three_seconds_count_at_each_limit(self, seed):
        speed_mps = np.repeat(np.random.default_rng(seed).choice(np.arange(18, 60) / 10.0, 60), 4)
        speed_mps[::7] += 0.3
        smooth = np.lib.stride_tricks.sliding_window_view(np.pad(speed_mps, 2, mode="edge"), 5)
        smooth = np.where(
            np.abs(np.diff(speed_mps, prepend=speed_mps[0])) <= 4.0, np.median(smooth, axis=1), 0.0
        )
        metres, seconds = speed_curve.fast_running(speed_mps, np.ones(speed_mps.size, dtype=bool))
        for i, limit_mps in enumerate(speed_curve.FAST_SPEEDS_MPS):
            stretches = np.split(smooth, np.flatnonzero(np.diff(smooth >= limit_mps - 1e-9)) + 1)
            fast = [part for part in stretches if part[0] >= limit_mps - 1e-9 and part.size >= 3]
            assert seconds[i] == sum(part.size for part in fast)
            assert metres[i] == pytest.approx(sum(part.sum() for part in fast))

    @settings(deadline=None)
    @given(seed=st.integers(0, 200))
    def test_the_higher_the_limit_the_less_is_fast(self, seed):
        speed_mps = 3.0 + np.cumsum(np.random.default_rng(seed).normal(0.0, 0.3, 300)).clip(-1.0, 5.0)
        metres, seconds = speed_curve.fast_running(speed_mps, np.ones(300, dtype=bool))
        assert (np.diff(metres) <= 1e-9).all()
        assert (np.diff(seconds) <= 0).all()
