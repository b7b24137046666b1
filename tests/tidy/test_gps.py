from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.tidy import gps

ONE_DEGREE_M = 111_195.08  # pi x 6371008.8 m / 180


def along_meridian(metres, *, longitude_deg=16.0):
    """Positions on a line north, and their times, one a second."""
    metres = np.asarray(metres, dtype=float)
    return np.arange(metres.size, dtype=float), metres / ONE_DEGREE_M, np.full(metres.size, longitude_deg)


@pytest.mark.parametrize(
    ("here", "there", "metres"),
    [
        pytest.param((0, 0), (1, 0), ONE_DEGREE_M, id="one degree north"),
        pytest.param((60, 10), (60, 11), ONE_DEGREE_M / 2, id="a degree east at 60 north is half as long"),
        pytest.param((0, 179.5), (0, -179.5), ONE_DEGREE_M, id="over the 180th meridian"),
        pytest.param((90, 0), (90, 137), 0.0, id="every longitude meets at the pole"),
        pytest.param((0, 0), (0, 180), 180 * ONE_DEGREE_M, id="half around the Earth"),
    ],
)
def test_great_circles_are_as_long_as_the_globe_says(here, there, metres):
    here, there = np.array(here, dtype=float), np.array(there, dtype=float)
    assert gps.haversine_m(here[:1], here[1:], there[:1], there[1:])[0] == pytest.approx(
        metres, rel=1e-4, abs=1e-6
    )


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "is_meant"),
    [
        pytest.param(48.2, 16.4, True, id="Vienna"),
        pytest.param(0.0, 0.0, False, id="the null island of receivers without a fix"),
        pytest.param(0.0, 9.4, True, id="on the equator in Gabon"),
        pytest.param(51.5, 0.0, True, id="on the meridian of Greenwich"),
        pytest.param(180.0, 180.0, False, id="FIT's largest semicircles"),
        pytest.param(48.2, -200.0, False, id="off the globe"),
        pytest.param(np.nan, 16.4, False, id="half a position"),
    ],
)
def test_positions_that_can_be_meant(latitude_deg, longitude_deg, is_meant):
    assert gps.is_position(np.array([latitude_deg]), np.array([longitude_deg]))[0] == is_meant


def test_a_point_that_nobody_could_reach_and_leave_is_a_spike():
    time_s, lat, lon = along_meridian([0, 3, 6, 500, 12, 15])
    assert gps.spikes(time_s, lat, lon, fastest_mps=12.5).tolist() == [False] * 3 + [True] + [False] * 2


def test_a_move_to_another_place_is_no_spike():
    time_s, lat, lon = along_meridian([0, 3, 6, 500, 503, 506])
    assert not gps.spikes(time_s, lat, lon, fastest_mps=12.5).any()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_points_hold_no_spike_and_no_error(count):
    time_s, lat, lon = along_meridian([0, 900][:count])
    assert not gps.spikes(time_s, lat, lon, fastest_mps=12.5).any()


def test_a_straight_line_is_as_long_as_it_is():
    metres, jumps = gps.path_distance_m(*along_meridian(3.0 * np.arange(1001)), fastest_mps=12.5)
    assert (metres[-1], jumps) == (pytest.approx(3000.0, rel=1e-4), 0)
    assert (np.diff(metres) >= 0).all()


def test_a_line_is_as_long_over_the_180th_meridian_as_at_greenwich():
    time_s, offset_deg = np.arange(601.0), 3.0 * np.arange(601.0) / ONE_DEGREE_M
    lat = np.full(601, -17.0)
    at_greenwich, _ = gps.path_distance_m(time_s, lat, offset_deg - 0.005, fastest_mps=12.5)
    wrapped_deg = (offset_deg - 0.005 + 180.0 + 180.0) % 360.0 - 180.0
    over_the_line, jumps = gps.path_distance_m(time_s, lat, wrapped_deg, fastest_mps=12.5)
    assert wrapped_deg.min() < -179.9 < 179.9 < wrapped_deg.max()
    assert jumps == 0
    np.testing.assert_allclose(over_the_line, at_greenwich, atol=0.01)


def test_scatter_of_half_a_metre_adds_less_than_two_percent():
    random = np.random.default_rng(1)
    time_s, lat, lon = along_meridian(3.0 * np.arange(3601))
    lat = lat + random.normal(0.0, 0.5, lat.size) / ONE_DEGREE_M
    lon = lon + random.normal(0.0, 0.5, lon.size) / ONE_DEGREE_M
    unsmoothed, _ = gps.path_distance_m(time_s, lat, lon, fastest_mps=12.5, smoothing_s=1)
    smoothed, _ = gps.path_distance_m(time_s, lat, lon, fastest_mps=12.5)
    assert smoothed[-1] == pytest.approx(10_800.0, rel=0.02)
    assert smoothed[-1] < unsmoothed[-1]


def test_a_jump_adds_nothing_and_is_counted():
    there = np.concatenate([3.0 * np.arange(301), 5000.0 + 3.0 * np.arange(301)])
    metres, jumps = gps.path_distance_m(*along_meridian(there), fastest_mps=12.5)
    assert jumps == 1
    assert metres[-1] == pytest.approx(1800.0, abs=15.0)


@settings(max_examples=40, deadline=None)
@given(
    speed_mps=st.lists(st.floats(0.0, 6.0), min_size=20, max_size=60),
    factor=st.floats(0.2, 2.0),
    shift_s=st.integers(-(10**6), 10**6),
)
def test_distance_scales_with_the_steps_and_not_with_the_time_of_day(speed_mps, factor, shift_s):
    line_m = np.cumsum(speed_mps)
    time_s, lat, lon = along_meridian(line_m)
    whole, _ = gps.path_distance_m(time_s, lat, lon, fastest_mps=12.5)
    scaled, _ = gps.path_distance_m(time_s + shift_s, lat * factor, lon, fastest_mps=12.5)
    np.testing.assert_allclose(scaled, factor * whole, atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), share=st.floats(0.02, 1.0))
def test_leaving_samples_out_of_a_straight_line_leaves_its_length(seed, share):
    chosen = np.random.default_rng(seed).random(601) < share
    chosen[[0, -1]] = True
    time_s, lat, lon = (values[chosen] for values in along_meridian(3.0 * np.arange(601)))
    metres, jumps = gps.path_distance_m(time_s, lat, lon, fastest_mps=12.5)
    assert (metres[-1], jumps) == (pytest.approx(1800.0, rel=0.001), 0)
