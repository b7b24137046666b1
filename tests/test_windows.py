"""Windows over long arrays: what they say is what each window would say alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch import _windows
from loadwatch._windows import lowest, percentiles, windows

NAN = float("nan")
VALUES = np.array([5.0, NAN, 3.0, 4.0, NAN])


def test_windows_are_rows_filled_up_with_nan():
    (block,) = windows(VALUES, np.array([0, 2, 1]), np.array([2, 5, 1]))
    np.testing.assert_array_equal(block, [[5.0, NAN, NAN], [3.0, 4.0, NAN], [NAN, NAN, NAN]])


def test_without_windows_there_is_one_empty_block():
    (block,) = windows(VALUES, np.zeros(0, dtype=int), np.zeros(0, dtype=int), narrowest=2)
    assert block.shape == (0, 2)


def test_the_lowest_known_values_come_in_order():
    got = lowest(VALUES, np.array([0, 2, 1, 3]), np.array([5, 4, 2, 3]), 2)
    np.testing.assert_array_equal(got, [[3.0, 4.0], [3.0, 4.0], [NAN, NAN], [NAN, NAN]])


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=1, max_size=30),
    edges=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12),
    at=st.lists(st.floats(0.0, 100.0), min_size=1, max_size=3),
    at_once=st.integers(1, 5),
)
def test_any_windows_in_any_blocks_say_what_each_says_alone(values, edges, at, at_once):
    known = np.array(values)
    begin, end = (np.array([min(edge, len(values)) for edge in pair], dtype=int) for pair in _ordered(edges))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_windows, "WINDOWS_AT_ONCE", at_once)
        two, told = lowest(known, begin, end, 2), percentiles(known, begin, end, at)
    for row, (first, stop) in enumerate(zip(begin, end, strict=True)):
        window = known[first:stop]
        window = np.sort(window[~np.isnan(window)])
        np.testing.assert_array_equal(two[row], [*window[:2], NAN, NAN][:2])
        expected = np.percentile(window, at) if window.size else np.full(len(at), NAN)
        np.testing.assert_allclose(told[row], expected, rtol=1e-9, atol=1e-6)


def _ordered(edges):
    pairs = [sorted(pair) for pair in edges]
    return [low for low, _ in pairs], [high for _, high in pairs]
