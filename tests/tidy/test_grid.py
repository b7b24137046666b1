from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.tidy.grid import bridge, median_of_five

NAN = float("nan")


def test_values_between_samples_lie_on_a_straight_line():
    at_s, values = np.array([0.0, 4.0]), np.array([10.0, 18.0])
    (got,) = bridge(np.arange(5.0), at_s, [values], longest_bridge_s=60.0)
    assert got.tolist() == [10, 12, 14, 16, 18]


def test_each_column_is_bridged_by_its_own_known_samples():
    at_s = np.array([0.0, 50.0, 100.0])
    columns = [np.array([0.0, 50.0, 100.0]), np.array([0.0, NAN, 100.0]), np.array([100.0, 50.0, 0.0])]
    whole, holed, other = bridge(np.arange(101.0), at_s, columns, longest_bridge_s=60.0)
    assert whole.tolist() == list(range(101))
    assert np.flatnonzero(~np.isnan(holed)).tolist() == [0, 100]
    assert other.tolist() == whole[::-1].tolist()


def test_gaps_longer_than_the_bridge_stay_open():
    at_s, values = np.array([0.0, 2.0, 100.0, 101.0]), np.array([1.0, 1.0, 5.0, 5.0])
    (got,) = bridge(np.arange(102.0), at_s, [values], longest_bridge_s=60.0)
    assert np.isnan(got[3:100]).all()
    assert not np.isnan(got[[0, 1, 2, 100, 101]]).any()


def test_before_the_first_and_after_the_last_value_it_holds_for_the_bridge_only():
    (got,) = bridge(np.arange(200.0), np.array([100.0]), [np.array([7.0])], longest_bridge_s=60.0)
    assert np.flatnonzero(~np.isnan(got)).tolist() == list(range(40, 161))


@pytest.mark.parametrize("values", [[], [NAN, NAN]], ids=["no sample", "no known sample"])
def test_nothing_known_is_unknown_everywhere(values):
    (got,) = bridge(np.arange(3.0), np.arange(float(len(values))), [np.array(values)], longest_bridge_s=60.0)
    assert np.isnan(got).all()


@pytest.mark.parametrize(
    ("values", "filtered"),
    [
        pytest.param([1, 9, 1, 9, 1], [1, 1, 1, 1, 1], id="lone spikes go"),
        pytest.param([1, 1, 9, 9, 9], [1, 1, 9, 9, 9], id="an edge stays sharp"),
        pytest.param([4], [4], id="a single second"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_the_running_median_by_hand(values, filtered):
    assert median_of_five(np.array(values, dtype=float)).tolist() == filtered


@settings(deadline=None)
@given(st.lists(st.floats(-10.0, 10.0), min_size=5, max_size=40))
def test_the_running_median_is_numpys(values):
    windows = np.lib.stride_tricks.sliding_window_view(np.array(values), 5)
    assert median_of_five(np.array(values))[2:-2].tolist() == np.median(windows, axis=1).tolist()
