"""Intervals, told by stretches that take turns."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.metrics.repeats import interval_count

FAST, SLOW, BETWEEN = 4.0, 2.5, 3.6  # beside a critical speed of 4 m/s


def run(*stretches):
    return np.concatenate([np.full(seconds // 5, mps) for seconds, mps in stretches])


@pytest.mark.parametrize(
    ("stretches", "count"),
    [
        pytest.param([(600, SLOW), *[(60, FAST), (60, SLOW)] * 6], 6, id="six times a minute"),
        pytest.param([(20, FAST), (20, SLOW)] * 3, 3, id="three times 20 s, without warming up"),
        pytest.param([(15, FAST), (60, SLOW)] * 8, 0, id="strides are too short"),
        pytest.param([(60, FAST), (15, SLOW)] * 8, 0, id="so are rests"),
        pytest.param([(60, FAST), (60, BETWEEN)] * 8, 0, id="a float that is no rest"),
        pytest.param([(600, SLOW), (1200, FAST), (600, SLOW)], 0, id="a tempo run"),
        pytest.param([(60, FAST), (60, SLOW)] * 2, 0, id="two are none"),
        pytest.param([(60, FAST), (10, BETWEEN), (60, FAST), (60, SLOW)] * 3, 3, id="a dip is no rest"),
        pytest.param([(3600, SLOW)], 0, id="an easy run"),
        pytest.param([], 0, id="no run"),
        pytest.param(
            [part for seconds in (40, 300, 90, 600, 150) for part in ((seconds, FAST), (40, SLOW))],
            0,
            id="between traffic lights",
        ),
        pytest.param(
            [part for seconds in (60, 60, 75, 60, 200) for part in ((seconds, FAST), (40, SLOW))],
            5,
            id="one longer at the end",
        ),
    ],
)
def test_intervals_are_fast_stretches_with_rests_between(stretches, count):
    assert interval_count(run((0, SLOW), *stretches), 4.0) == count


def test_unknown_speeds_are_neither_fast_nor_slow():
    speed_mps = run(*[(60, FAST), (60, SLOW)] * 4)
    assert interval_count(np.where(speed_mps == SLOW, np.nan, speed_mps), 4.0) == 0
    assert interval_count(speed_mps, np.nan) == 0
