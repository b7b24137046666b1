from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.tidy.pauses import find_pauses, long_silences, merge_pauses, timer_clock, wall_clock


@pytest.mark.parametrize(
    ("gap_s", "crossed_m", "is_pause"),
    [
        pytest.param(30, 0, False, id="half a minute is no pause yet"),
        pytest.param(31, 0, True, id="a longer gap without a step is"),
        pytest.param(100, 49, True, id="drifting at 0.49 m/s is standing"),
        pytest.param(100, 51, False, id="faster than that is lost signal"),
        pytest.param(600, 1800, False, id="ten minutes in a tunnel at a run"),
    ],
)
def test_a_gap_is_a_pause_where_the_runner_stood(gap_s, crossed_m, is_pause):
    time_s = np.concatenate([np.arange(100.0), 99.0 + gap_s + np.arange(100.0)])
    distance_m = np.concatenate([3.0 * np.arange(100.0), 297.0 + crossed_m + 3.0 * np.arange(100.0)])
    assert find_pauses(time_s, distance_m) == ([(99.0, 99.0 + gap_s)] if is_pause else [])


def test_a_watch_that_writes_every_half_minute_has_no_pauses():
    assert find_pauses(np.arange(0.0, 3000.0, 40.0), np.zeros(75)) == []


def test_without_distance_every_long_gap_is_a_pause():
    time_s = np.array([0.0, 1.0, 2.0, 100.0, 101.0])
    assert find_pauses(time_s, np.full(5, np.nan)) == [(2.0, 100.0)]


@pytest.mark.parametrize("count", [0, 1])
def test_one_sample_has_no_gap(count):
    assert find_pauses(np.zeros(count), np.zeros(count)) == []


def test_half_an_hour_of_silence_is_a_watch_asleep():
    time_s = np.array([0.0, 1.0, 2.0, 2000.0, 2001.0])
    assert long_silences(time_s, np.zeros(5)) == [(2.0, 2000.0)]
    assert long_silences(time_s, np.array([0.0, 3.0, 6.0, 3000.0, 3003.0])) == []


@pytest.mark.parametrize(
    ("pauses", "merged"),
    [
        pytest.param([(50, 60), (10, 20)], [(10, 20), (50, 60)], id="put in order"),
        pytest.param([(10, 30), (20, 40)], [(10, 40)], id="joined where they overlap"),
        pytest.param([(10, 40), (20, 30)], [(10, 40)], id="one inside the other"),
        pytest.param([(-5, 10), (90, 200)], [(0, 10), (90, 100)], id="clipped to the recording"),
        pytest.param([(30, 30), (40, 35), (200, 300)], [], id="empty, backwards and outside ones dropped"),
    ],
)
def test_pauses_in_order(pauses, merged):
    assert merge_pauses(pauses, 0, 100) == merged


def test_the_timer_clock_by_hand():
    clock_s, is_paused = timer_clock(np.array([0.0, 10, 15, 20, 25, 30, 39, 40, 50]), [(10, 20), (30, 40)])
    assert clock_s.tolist() == [0, 10, 10, 10, 15, 20, 20, 20, 30]
    assert is_paused.tolist() == [False, False, True, False, False, False, True, False, False]


@settings(deadline=None)
@given(
    edges=st.lists(st.floats(0.0, 1000.0), max_size=8),
    time_s=st.lists(st.floats(0.0, 1000.0), min_size=2, max_size=30),
)
def test_the_timer_clock_never_runs_backwards_nor_faster_than_time(edges, time_s):
    pauses = merge_pauses(list(zip(edges[::2], edges[1::2], strict=False)), 0.0, 1000.0)
    moments = np.sort(np.array([*time_s, 1000.0]))
    clock_s, _ = timer_clock(moments, pauses)
    gained = np.diff(clock_s)
    assert (gained >= -1e-9).all()
    assert (gained <= np.diff(moments) + 1e-9).all()
    assert clock_s[-1] == pytest.approx(1000.0 - sum(end - begin for begin, end in pauses))


@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_wall_clock_takes_back_what_the_timer_clock_did(spans):
    pauses = merge_pauses([(min(span), max(span)) for span in spans], 0.0, 3600.0)
    moments = np.arange(0.0, 3600.0, 7.0)
    timer_s, is_paused = timer_clock(moments, pauses)
    running = ~is_paused & ~np.isin(moments, [end for _, end in pauses])
    np.testing.assert_allclose(wall_clock(timer_s, pauses)[running], moments[running], atol=1e-6)
