from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.metrics import hills
from loadwatch.metrics.speed_curve import FAST_SPEEDS_MPS

NAN = float("nan")
altitudes = st.lists(st.floats(-50.0, 50.0), min_size=1, max_size=60).map(np.array)


@pytest.mark.parametrize(
    ("grade", "measured", "spread"),
    [(-0.45, 3.92, 0.81), (-0.20, 1.73, 0.36), (0.0, 3.40, 0.24), (0.45, 18.93, 1.74)],
)
def test_minettis_polynomial_lies_within_one_sd_of_what_he_measured(grade, measured, spread):
    """Abstract of Minetti et al. 2002: energy cost of running, mean and SD of 10 runners, J/(kg m)."""
    assert hills.running_cost_j_per_kg_m(np.array([grade]))[0] == pytest.approx(measured, abs=spread)


def test_minettis_polynomial_is_that_of_the_paper():
    """As printed in Minetti et al. 2002, power by power."""
    grade = np.array([-0.4, 0.25, 0.45])
    wanted = 155.4 * grade**5 - 30.4 * grade**4 - 43.3 * grade**3 + 46.3 * grade**2 + 19.5 * grade + 3.6
    assert hills.running_cost_j_per_kg_m(grade) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("grade", "factor"),
    [
        pytest.param(0.0, 1.0, id="flat"),
        pytest.param(0.10, 1.0 + 0.9 * (5.968214 / 3.6 - 1.0), id="nine tenths of the cost of 10 % uphill"),
        pytest.param(-0.02, 3.228861 / 3.6, id="gently down as measured"),
        pytest.param(-0.20, 0.85, id="steeply down at most 15 % easier"),
        pytest.param(NAN, 1.0, id="unknown counts as flat"),
    ],
)
def test_what_a_slope_does_to_effort(grade, factor):
    assert hills.grade_factor(np.array([grade]))[0] == pytest.approx(factor, abs=1e-5)


def test_effort_never_falls_as_a_slope_gets_steeper_uphill():
    assert (np.diff(hills.grade_factor(np.linspace(-0.30, 0.30, 100))) >= 0).all()


@pytest.mark.parametrize(
    ("altitude_m", "smallest_m", "climb_m", "descent_m"),
    [
        pytest.param([100, 100.9, 100, 100.9], 1.0, 0, 0, id="bumps under a metre"),
        pytest.param([100, 100.6, 101.2, 101.8], 1.0, 1.2, 0, id="a creep counts once it leaves the metre"),
        pytest.param([100, 101, 100, 101, 100], 1.0, 2, 2, id="bumps of exactly a metre"),
        pytest.param([100, 110, 105, 120], 3.0, 25, 5, id="a hill with a dip"),
        pytest.param([100, 110, 108, 120], 3.0, 20, 0, id="a dip too small to see"),
        pytest.param([100, NAN, 110, NAN, 90], 1.0, 10, 20, id="over gaps"),
        pytest.param([100], 1.0, 0, 0, id="a single second"),
        pytest.param([NAN, NAN], 1.0, NAN, NAN, id="no altitude is no climb of 0"),
        pytest.param([], 1.0, NAN, NAN, id="nothing"),
    ],
)
def test_climb_and_descent_by_hand(altitude_m, smallest_m, climb_m, descent_m):
    got = hills.climb_and_descent_m(np.array(altitude_m, dtype=float), smallest_climb_m=smallest_m)
    assert got == pytest.approx((climb_m, descent_m), nan_ok=True)


@settings(deadline=None)
@given(altitude_m=altitudes, offset_m=st.integers(-400, 3000))
def test_climb_does_not_depend_on_where_the_sea_is(altitude_m, offset_m):
    quarters_m = np.round(4.0 * altitude_m) / 4.0  # exact in binary, so a rise of a metre stays one
    assert hills.climb_and_descent_m(quarters_m + offset_m) == hills.climb_and_descent_m(quarters_m)


@settings(deadline=None)
@given(altitude_m=altitudes)
def test_climb_minus_descent_is_the_difference_between_end_and_start(altitude_m):
    climb_m, descent_m = hills.climb_and_descent_m(altitude_m)
    assert abs((climb_m - descent_m) - (altitude_m[-1] - altitude_m[0])) <= 1.0 + 1e-9
    assert climb_m >= 0
    assert descent_m >= 0


@settings(deadline=None)
@given(altitude_m=altitudes, smallest_m=st.floats(0.5, 5.0))
def test_climb_is_at_most_every_single_rise(altitude_m, smallest_m):
    climb_m, _ = hills.climb_and_descent_m(altitude_m, smallest_climb_m=smallest_m)
    assert climb_m <= np.maximum(np.diff(altitude_m), 0.0).sum() + 1e-9


def test_a_running_mean_leaves_a_steady_slope_and_flattens_a_bump():
    slope_m = 200.0 + 0.1 * np.arange(100.0)
    np.testing.assert_allclose(hills.smooth_altitude_m(slope_m, span_s=11)[5:-5], slope_m[5:-5])
    bump_m = np.zeros(21)
    bump_m[10] = 11.0
    assert hills.smooth_altitude_m(bump_m, span_s=11).max() == pytest.approx(1.0)


def test_smoothing_keeps_gaps_and_runs_over_what_is_there():
    got = hills.smooth_altitude_m(np.array([10.0, NAN, 20.0]), span_s=3)
    np.testing.assert_allclose(got, [10.0, NAN, 20.0])


def test_the_grade_of_a_ramp_is_its_slope():
    distance_m = 3.0 * np.arange(200.0)
    got = hills.grade_ratio(distance_m, 300.0 + 0.05 * distance_m)
    np.testing.assert_allclose(got[10:-10], 0.05)


@pytest.mark.parametrize(("rise", "slope"), [(2.0, 0.30), (-2.0, -0.30)], ids=["a lift up", "a lift down"])
def test_no_grade_beyond_what_altimeter_and_polynomial_can_do(rise, slope):
    distance_m = 3.0 * np.arange(100.0)
    assert hills.grade_ratio(distance_m, rise * distance_m)[50] == slope


@pytest.mark.parametrize(
    ("distance_m", "altitude_m"),
    [
        pytest.param([0, 3, 6], [NAN, NAN, NAN], id="no altitude"),
        pytest.param([NAN, NAN, NAN], [200, 201, 202], id="no distance"),
        pytest.param([0, 3, 6], [NAN, 200, NAN], id="a single altitude"),
        pytest.param([0], [200], id="a single second"),
    ],
)
def test_a_grade_that_cannot_be_known(distance_m, altitude_m):
    got = hills.grade_ratio(np.array(distance_m, dtype=float), np.array(altitude_m, dtype=float))
    assert np.isnan(got).all()


def test_standing_still_has_a_grade_of_nothing():
    assert (hills.grade_ratio(np.zeros(60), np.full(60, 200.0)) == 0.0).all()


def test_rise_by_steepness_by_hand():
    """100 m each at +1, +3, +6, +10, +20 and -6 %."""
    grade = np.repeat([0.01, 0.03, 0.06, 0.10, 0.20, -0.06], 10)
    climb_m, descent_m = hills.rise_by_steepness_m(10.0 * np.arange(1.0, 61.0), grade)
    assert climb_m == pytest.approx([0.9, 3.0, 6.0, 10.0, 20.0])
    assert descent_m == pytest.approx([0, 0, 6.0, 0, 0])


def test_steep_descent_by_speed_by_hand():
    """100 m at -10 % in 4 m/s, 200 m at -9 % in 5 m/s; the rest is slow, not steep, uphill or unknown."""
    parts = [
        (4.0, -0.10, 25),
        (5.0, -0.09, 40),
        (1.9, -0.2, 50),
        (5.0, -0.07, 20),
        (5.0, 0.1, 20),
        (5.0, NAN, 9),
    ]
    mps, grade = np.concatenate([np.full((seconds, 2), part) for *part, seconds in parts]).T
    fall_m = hills.steep_descent_by_speed_m(np.cumsum(mps) - mps[0], grade, mps)
    assert fall_m.shape == FAST_SPEEDS_MPS.shape
    # The first second has covered nothing yet.
    assert fall_m[[0, 20]] == pytest.approx(2 * [9.6 + 18.0])
    assert fall_m[[21, 30, 31]] == pytest.approx([18.0, 18.0, 0.0])
    assert not hills.steep_descent_by_speed_m(np.cumsum(mps), np.zeros(mps.size), mps).any()


def test_a_grade_looks_fifteen_metres_back_and_ahead():
    """Flat for 300 m, then up at 10 %: at the foot half of the base climbs, 9 m on 24 of its 30 m."""
    distance_m = 3.0 * np.arange(200.0)
    got = hills.grade_ratio(distance_m, 0.1 * np.maximum(distance_m - 300.0, 0.0))
    assert got[[94, 95, 100, 103, 105, 106]] == pytest.approx([0.0, 0.0, 0.05, 0.08, 0.1, 0.1])


def test_a_grade_runs_to_both_ends_and_over_a_gap_but_not_within():
    distance_m = 3.0 * np.arange(60.0)
    altitude_m = 100.0 - 0.05 * distance_m
    altitude_m[30:40] = NAN
    got = hills.grade_ratio(distance_m, altitude_m)
    assert np.isnan(got[30:40]).all()
    assert np.delete(got, np.arange(30, 40)) == pytest.approx(np.full(50, -0.05))


def test_two_altitudes_make_a_grade():
    assert hills.grade_ratio(np.array([0.0, 100.0]), np.array([0.0, 5.0])) == pytest.approx([0.05, 0.05])


def test_a_climb_while_standing_is_spread_over_half_the_base():
    """1.5 m up on the spot are 10 % of 15 m, not endlessly steep."""
    assert hills.grade_ratio(np.zeros(2), np.array([0.0, 1.5])) == pytest.approx([0.0, 0.0])
    got = hills.grade_ratio(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.75, 1.5]))
    assert got == pytest.approx([0.1, 0.1, 0.1])


def test_a_running_mean_takes_in_as_much_before_as_after():
    """Around the bump, and with fewer seconds to both ends."""
    got = hills.smooth_altitude_m(np.array([6.0, 0.0, 0.0, 0.0, 15.0, 0.0, 0.0, 8.0]), span_s=5)
    assert got == pytest.approx([2.0, 1.5, 4.2, 3.0, 3.0, 4.6, 5.75, 8.0 / 3.0])


def test_a_gap_lends_its_weight_to_what_is_there():
    got = hills.smooth_altitude_m(np.array([1.0, 2.0, NAN, 6.0, 9.0]), span_s=3)
    np.testing.assert_allclose(got, [1.5, 1.5, NAN, 7.5, 7.5])


def test_a_climb_is_found_where_a_minute_ends():
    """A metre up and down within each of three minutes, and as the minute turns."""
    altitude_m = np.full(180, 100.0)
    altitude_m[[10, 59, 60, 125]] = 101.0, 98.0, 102.0, 99.0
    assert hills.climb_and_descent_m(altitude_m) == pytest.approx((1 + 4 + 1, 1 + 2 + 2 + 1))
    assert hills.climb_and_descent_m(np.repeat([100.0, 101.0, 100.0], 60)) == (1.0, 1.0)


def test_steepness_counts_from_its_edges_on():
    """Each edge belongs to the steeper kind; the first place has covered nothing yet."""
    grade = np.array([0.5, 0.02, 0.05, 0.08, 0.12, -0.02, -0.05, -0.08, -0.12, 0.0, NAN])
    climb_m, descent_m = hills.rise_by_steepness_m(100.0 * np.arange(grade.size), grade)
    assert climb_m == pytest.approx([0.0, 2.0, 5.0, 8.0, 12.0])
    assert descent_m == pytest.approx([0.0, 2.0, 5.0, 8.0, 12.0])


def test_a_steep_descent_counts_from_its_limits_on():
    """Steep from 8 %, at 2 m/s or faster; whoever runs faster than 8 m/s counts at every speed."""
    distance_m = 10.0 * np.arange(1.0, 7.0)
    grade = np.array([0.0, -0.08, -0.079, -0.10, -0.10, -0.20])
    speed_mps = np.array([3.0, 2.0, 3.0, 9.5, 1.99, NAN])
    fall_m = hills.steep_descent_by_speed_m(distance_m, grade, speed_mps)
    assert fall_m[[0, 1, 60]] == pytest.approx([0.8 + 1.0, 1.0, 1.0])
    assert hills.steep_descent_by_speed_m(distance_m, grade, speed_mps, steep_grade=0.1)[0] == 1.0


def test_a_gap_in_the_distance_falls_nothing():
    got = hills.steep_descent_by_speed_m(np.array([0.0, NAN, 20.0, 30.0]), np.full(4, -0.1), np.full(4, 3.0))
    assert got[0] == pytest.approx(1.0)
