"""Intervals, fartlek and hill repetitions."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.metrics.repeats import (
    _steep_part,
    _turning_points,
    hill_repetition_count,
    interval_count,
    surge_count,
)

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
        pytest.param([(60, 3.88), (60, 3.4)] * 4, 4, id="just fast and just slow enough"),
        pytest.param([(60, 3.87), (60, 3.4)] * 4, 0, id="not quite fast"),
        pytest.param([(60, 3.88), (60, 3.41)] * 4, 0, id="not quite slow"),
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
        pytest.param(
            [part for seconds in (100, 100, 70, 130) for part in ((seconds, FAST), (40, SLOW))],
            4,
            id="three tenths from the median are alike",
        ),
        pytest.param(
            [part for seconds in (100, 100, 100, 100, 65, 135) for part in ((seconds, FAST), (40, SLOW))],
            6,
            id="two thirds alike",
        ),
        pytest.param(
            [part for seconds in (100, 100, 100, 65, 135) for part in ((seconds, FAST), (40, SLOW))],
            0,
            id="three fifths alike",
        ),
    ],
)
def test_intervals_are_fast_stretches_with_rests_between(stretches, count):
    assert interval_count(run((0, SLOW), *stretches), 4.0) == count


def test_unknown_speeds_are_neither_fast_nor_slow():
    speed_mps = run(*[(60, FAST), (60, SLOW)] * 4)
    assert interval_count(np.where(speed_mps == SLOW, np.nan, speed_mps), 4.0) == 0
    assert interval_count(speed_mps, np.nan) == 0


def test_steps_may_be_of_any_length():
    """Six steps of 7 s are 42 s: three make the 20 s of a stretch, two do not; one of 30 s does."""
    for fast, count in ((3, 4), (2, 0)):
        speed_mps = np.tile(np.repeat([FAST, SLOW], [fast, 6]), 4)
        assert interval_count(speed_mps, 4.0, step_s=7) == count
    assert interval_count(np.tile([FAST, SLOW], 4), 4.0, step_s=30) == 4


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
        pytest.param(SURGES[:-1], 6, id="the last without a way back"),
        pytest.param(
            [part for rest in LONG_BREAKS for part in ((20, FAST), (rest, JOG))], 6, id="just long enough"
        ),
        pytest.param(
            [part for rest in LONG_BREAKS for part in ((180, FAST), (3 * rest, JOG))],
            6,
            id="three minutes are not too long",
        ),
        pytest.param(
            [part for rest in LONG_BREAKS for part in ((40, 3.88), (rest, JOG))], 6, id="just hard enough"
        ),
        pytest.param(
            [part for rest in LONG_BREAKS for part in ((40, 3.87), (rest, JOG))], 0, id="not quite hard"
        ),
        pytest.param(
            [*[part for rest in LONG_BREAKS[1:] for part in ((40, FAST), (rest, 3.15))], (1800, JOG)],
            0,
            id="five and a long jog",
        ),
        pytest.param(
            [*[part for rest in LONG_BREAKS for part in ((40, FAST), (rest, 3.15))], (1800, JOG)],
            6,
            id="back to 1.05 of the usual",
        ),
        pytest.param(
            [*[part for rest in LONG_BREAKS for part in ((40, FAST), (rest, 3.17))], (1800, JOG)],
            0,
            id="not quite back",
        ),
        pytest.param([*SURGES, (4000, 1.0)], 0, id="but walking does, and then jogging is no way back"),
        pytest.param([*SURGES, (1500, 0.0)], 6, id="standing makes no run slower"),
        pytest.param([*SURGES, (1500, 0.5)], 6, id="nor does creeping"),
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


def test_a_surge_is_a_fifth_faster_than_the_runs_own_median():
    """Beside a critical speed of 3 m/s, so that only the runner's own 3 m/s limits them."""
    for surge_mps, count in ((3.6, 6), (3.59, 0)):
        speed_mps = run(
            (600, JOG), *[part for rest in LONG_BREAKS for part in ((40, surge_mps), (rest, JOG))]
        )
        assert surge_count(speed_mps, speed_mps, 3.0) == count


def test_surges_in_steps_of_other_lengths():
    """In steps of 10 s two make a surge, eighteen the longest."""
    for steps, count in ((1, 0), (2, 6), (18, 6), (19, 0)):
        parts = [
            (60, JOG),
            *[part for rest in (6, 90, 9, 200, 12, 30) for part in ((steps, 4.0), (rest, JOG))],
        ]
        speed_mps = np.concatenate([np.full(count, mps) for count, mps in [*parts, (100, JOG)]])
        assert surge_count(speed_mps, speed_mps, 4.0, step_s=10) == count
        assert surge_count(speed_mps, speed_mps, 4.0, step_s=30) == (6 if steps < 7 else 0)


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
        pytest.param(hill(*[130, 100] * 3), 3, id="three times"),
        pytest.param(hill(*[130, 100] * 6, hard_mps=3.81), 6, id="just hard enough"),
        pytest.param(hill(*[130, 100] * 6, hard_mps=3.79), 0, id="not quite hard"),
        pytest.param(hill(*[115, 100] * 6), 6, id="just high enough"),
        pytest.param(hill(*[114.9, 100] * 6), 0, id="not quite high"),
        pytest.param(hill(*[130, 100] * 6, uphill=0.04), 6, id="just steep enough"),
        pytest.param(hill(*[130, 100] * 6, uphill=0.039), 0, id="not quite steep"),
        pytest.param(hill(*[130, 120] * 6, 100), 0, id="dips of ten metres part climbs too low"),
        pytest.param(hill(*[130, 100] * 2, 137, 100, 123, 100), 4, id="a quarter from the median is alike"),
        pytest.param(hill(*[130, 100] * 4, 140, 100, 120, 100), 4, id="four of six alike"),
        pytest.param(hill(*[130, 100] * 3, 140, 100, 120, 100), 0, id="three of five alike"),
        pytest.param(hill(130, 100, 130, 109, 139, 109, 139, 91, 121, 91), 0, id="from feet of their own"),
        pytest.param(hill(*[130, 100] * 5, 130), 6, id="six times, home at the top"),
        pytest.param(
            hill(*[120, 109.5, 130, 100] * 6), 12, id="a dip of over ten metres makes two climbs of one"
        ),
        pytest.param(hill(*[120, 110.5, 130, 100] * 6, easy_mps=4.0), 6, id="a smaller one does not"),
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


@pytest.mark.parametrize(
    ("altitude_m", "places"),
    [
        pytest.param([100, 110, 100], [0, 1, 2], id="ten metres are a turn"),
        pytest.param([100, 109, 100], [], id="nine are none"),
        pytest.param([130, 100, 130], [0, 1, 2], id="downhill first"),
        pytest.param([100, 130, 121, 150, 100, 105, 95], [0, 3, 6], id="past a dip and a bump"),
        pytest.param([100, 108, 99, 125], [2, 3], id="from the lowest place before the climb"),
        pytest.param([100, 92, 101, 80], [2, 3], id="from the highest place before the descent"),
        pytest.param([100, 120, 115, 120, 100], [0, 1, 4], id="the first of two tops as high"),
        pytest.param([120, 100, 105, 100, 120], [0, 1, 4], id="the first of two valleys as low"),
        pytest.param([100, 100, 120, 120, 100], [0, 2, 4], id="where a level begins"),
        pytest.param([100], [], id="a single place"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_the_way_turns_where_it_leaves_a_height_by_ten_metres(altitude_m, places):
    assert _turning_points(np.array(altitude_m, dtype=float), 10.0).tolist() == places


def test_the_steep_part_of_a_climb_lies_between_a_tenth_and_nine_tenths():
    altitude_m = np.array([50.0, 0.0, 0.5, 1.0, 5.0, 9.0, 9.5, 10.0, 0.0])
    assert _steep_part(altitude_m, 1, 7) == (3, 5)
