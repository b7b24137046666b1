"""Intervals, fartlek and hill repetitions."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.metrics.repeats import hill_repetition_count, interval_count, surge_count

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


LONG_BREAKS, JOG = (60, 200, 90, 400, 120, 150), 3.0
SURGES = [part for rest in LONG_BREAKS for part in ((40, FAST), (rest, JOG))]


@pytest.mark.parametrize(
    ("stretches", "count"),
    [
        pytest.param(SURGES, 6, id="six surges, now and then"),
        pytest.param([*SURGES, (30, FAST)], 7, id="and one at the end"),
        pytest.param(SURGES[2:], 0, id="five are too few"),
        pytest.param([(40, FAST), (120, JOG)] * 8, 0, id="as regular as a clock"),
        pytest.param([part for rest in LONG_BREAKS for part in ((15, FAST), (rest, JOG))], 0, id="blips"),
        pytest.param([part for rest in LONG_BREAKS for part in ((185, FAST), (rest, JOG))], 0, id="too long"),
        pytest.param(
            [part for rest in LONG_BREAKS for part in ((40, 3.7), (rest, JOG))], 0, id="no hard running"
        ),
        pytest.param([(900, JOG), *[(40, FAST), (10, JOG)] * 12], 0, id="one tempo with dips"),
        pytest.param([(1800, JOG)], 0, id="an easy run"),
        pytest.param([(600, 0.0)], 0, id="standing still"),
        pytest.param([], 0, id="no run"),
    ],
)
def test_a_fartlek_is_fast_now_and_then(stretches, count):
    speed_mps = run((600, JOG), *stretches) if stretches else run((0, JOG))
    assert surge_count(speed_mps, speed_mps, 4.0) == count


def test_surges_of_ground_speed_alone_or_of_graded_speed_alone_are_the_hill():
    speed_mps = run((600, JOG), *SURGES)
    even_mps = np.full(speed_mps.size, JOG)
    assert surge_count(speed_mps, even_mps, 4.0) == 0
    assert surge_count(even_mps, speed_mps, 4.0) == 0
    assert surge_count(speed_mps, speed_mps, np.nan) == 0


def hill(*heights_m, start_m=100.0, uphill=0.08, hard_mps=4.0, easy_mps=2.5):
    """Distance, altitude and graded speed of a way through these heights, every 5 s at 2.5 m/s."""
    altitude_m, graded_mps = [np.full(60, start_m)], [np.full(60, easy_mps)]
    for low_m, high_m in zip((start_m, *heights_m), heights_m, strict=False):
        steps = round(abs(high_m - low_m) / uphill / 12.5)
        altitude_m.append(np.linspace(low_m, high_m, steps, endpoint=False))
        graded_mps.append(np.full(steps, hard_mps if high_m > low_m else easy_mps))
    height_m = np.concatenate(altitude_m)
    return 12.5 * np.arange(height_m.size), height_m, np.concatenate(graded_mps)


@pytest.mark.parametrize(
    ("way", "count"),
    [
        pytest.param(hill(*[130, 100] * 6), 6, id="six times"),
        pytest.param(hill(*[130, 100] * 6, 110), 6, id="and a last rise too low"),
        pytest.param(hill(*[130, 100] * 2), 0, id="twice"),
        pytest.param(hill(*[130, 100] * 6, hard_mps=3.7), 0, id="easily"),
        pytest.param(hill(*[113, 100] * 6), 0, id="a bump"),
        pytest.param(hill(*[130, 100] * 6, uphill=0.035), 0, id="a slope hardly to be seen"),
        pytest.param(hill(130, 110, 150, 140, 170, 155, 190, 100), 0, id="one climb with dips"),
        pytest.param(hill(130, 110, 190, 110, 150, 80, 170, 100), 0, id="a run over the hills"),
        pytest.param(hill(*[330, 100] * 4, uphill=0.06), 0, id="not three within an hour"),
        pytest.param(hill(*[130, 100] * 5, 180, 100), 5, id="one odd climb among them"),
    ],
)
def test_hill_repetitions_climb_the_same_hill_hard(way, count):
    assert hill_repetition_count(*way, 4.0) == count


def test_without_altitude_or_critical_speed_no_repetition_is_counted():
    distance_m, altitude_m, graded_mps = hill(*[130, 100] * 6)
    assert hill_repetition_count(distance_m, np.full(altitude_m.size, np.nan), graded_mps, 4.0) == 0
    assert hill_repetition_count(distance_m, altitude_m, graded_mps, np.nan) == 0
    assert hill_repetition_count(distance_m[:1], altitude_m[:1], graded_mps[:1], 4.0) == 0
    with_gaps = np.where(np.arange(altitude_m.size) % 7 == 3, np.nan, altitude_m)
    assert hill_repetition_count(distance_m, with_gaps, graded_mps, 4.0) == 6
