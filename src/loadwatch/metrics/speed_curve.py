"""Best efforts, the critical speed they point to, and fast running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import zero_where_unknown
from loadwatch.tidy.grid import median_of_five

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats, Ints

EFFORT_SPANS_S = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600)
EFFORT_DISTANCES_M = (400.0, 800.0, 1500.0, 3000.0, 5000.0)
CRITICAL_DISTANCES_M = (1500.0, 3000.0, 5000.0)
START_STEP_S = 16  # starts looked at first

# World records as of 2024 (World Athletics): 400 m 43.03 s, 800 m 1:40.91, 1500 m 3:26.00,
# 3000 m 7:17.55, 5000 m 12:35.36. Anything faster is a receiver's error.
RECORD_TIMES_S = {400.0: 43.03, 800.0: 100.91, 1500.0: 206.00, 3000.0: 437.55, 5000.0: 755.36}

FAST_STEP_MPS = 0.1
FAST_SPEEDS_MPS = np.arange(20, 81) * FAST_STEP_MPS


def best_mean_speeds_mps(distance_m: Floats, spans_s: Sequence[int] = EFFORT_SPANS_S) -> Floats:
    """Highest mean speed held for each span of time.

    Parameters
    ----------
    distance_m
        Metres covered at each second; shape (n,).
    spans_s
        Spans. [s]

    Returns
    -------
    array, shape (len(spans_s),)
        NaN for spans longer than the run. [m/s]
    """
    best = [
        float(np.max(distance_m[span:] - distance_m[:-span])) / span if distance_m.size > span else np.nan
        for span in spans_s
    ]
    return np.array(best)


def best_times_s(
    distance_m: Floats,
    distances_m: Sequence[float] = EFFORT_DISTANCES_M,
    *,
    elapsed_s: Floats | None = None,
) -> Floats:
    """Shortest time in which each distance was covered.

    Parameters
    ----------
    distance_m
        Metres covered at each second of running timer, not decreasing; shape (n,).
    distances_m
        Distances. [m]
    elapsed_s
        The wall clock at each of these seconds; shape (n,). Who stops the timer to rest has not run on: the
        rest counts. The timer's own seconds if not given.

    Returns
    -------
    array, shape (len(distances_m),)
        NaN for distances longer than the run, and where the time beats the world record. [s]
    """
    clock_s = np.arange(distance_m.size, dtype=float) if elapsed_s is None else elapsed_s
    # The first moment at each metre: a runner who stops at the goal has arrived, however long the stop.
    gain = np.flatnonzero(distance_m[1:] > distance_m[:-1]) + 1
    if not gain.size:
        return np.full(len(distances_m), np.nan)
    reached_m = distance_m[gain]

    def took_s(start: Ints, length_m: Floats) -> Floats:
        wanted_m = distance_m[start] + length_m
        goal_m = np.minimum(wanted_m, distance_m[-1])
        after = reached_m.searchsorted(goal_m)
        # Whole seconds of the timer but the last, which is shared: a pause before it counts in full.
        end, end_m = gain[after], reached_m[after]
        left_s = (end_m - goal_m) / (end_m - distance_m[end - 1])
        took_s = clock_s[end] - left_s - clock_s[start]
        return np.where(wanted_m <= distance_m[-1], took_s, np.inf)

    length_m = np.asarray(distances_m, dtype=float)
    coarse = np.arange(0, distance_m.size, START_STEP_S)
    coarse_s = took_s(coarse, length_m[:, np.newaxis])
    best_s = coarse_s.min(axis=1)
    # Who starts later arrives no sooner, so a later start is better by the time between at most.
    last = np.minimum(coarse + START_STEP_S - 1, distance_m.size - 1)
    length, place = np.nonzero(coarse_s - (clock_s[last] - clock_s[coarse]) < best_s[:, np.newaxis])
    between = np.minimum(coarse[place, np.newaxis] + np.arange(1, START_STEP_S), distance_m.size - 1)
    np.minimum.at(best_s, length, took_s(between, length_m[length, np.newaxis]).min(axis=1))
    record_s = np.array([RECORD_TIMES_S.get(metres, 0.0) for metres in distances_m])
    return np.where(np.isfinite(best_s) & (best_s >= record_s), best_s, np.nan)


def critical_speed_mps(
    times_s: Floats,
    distances_m: Sequence[float] = CRITICAL_DISTANCES_M,
    *,
    usual_mps: float | Floats = 0.0,
    near_ratio: float = 0.9,
    fewest_efforts: int = 3,
    hard_ratio: float = 1.08,
) -> Floats:
    """Speed that a runner can hold for long, from best efforts over three distances.

    Distance is a straight line over time, its slope the critical speed. The second-best effort stands for
    each distance, so that a single error of the receiver cannot set it.

    Parameters
    ----------
    times_s
        Best time of each run over each distance, NaN where it has none; shape (..., runs, distances).
    distances_m
        The distances. [m]
    usual_mps, hard_ratio
        Efforts that are not this much faster than the runner's usual running are no hard efforts: who only
        jogs has "best efforts" too. A design choice. Shape (...) [m/s]
    near_ratio
        An effort counts as hard when its speed reaches this share of the best.
    fewest_efforts
        Hard efforts needed at each distance.

    Returns
    -------
    array, shape (...)
        [m/s] NaN when there are too few hard efforts to know.

    References
    ----------
    .. [1] Smyth & Muniz-Pumares 2020, Med Sci Sports Exerc 52:2637.
    """
    if times_s.shape[-2] < fewest_efforts:
        return np.full(times_s.shape[:-2], np.nan)
    ordered = np.sort(times_s, axis=-2)
    best, second, nth = ordered[..., 0, :], ordered[..., 1, :], ordered[..., fewest_efforts - 1, :]
    length_m = np.asarray(distances_m, dtype=float)
    # Comparing with NaN gives False, so an unknown effort is none.
    is_hard = (best >= near_ratio * nth).all(axis=-1)
    is_hard &= np.median(length_m / second, axis=-1) >= hard_ratio * np.asarray(usual_mps)
    spread_s = second - second.mean(axis=-1, keepdims=True)
    slope = (spread_s * length_m).sum(axis=-1) / (spread_s * spread_s).sum(axis=-1)
    intercept = length_m.mean() - slope * second.mean(axis=-1)
    # A negative reserve means the short efforts were jogs: the line then points nowhere.
    return np.asarray(np.where(is_hard & (intercept >= 0.0), slope, np.nan))


def critical_speed_error_mps(
    times_s: Floats, critical_mps: Floats, distances_m: Sequence[float] = CRITICAL_DISTANCES_M
) -> Floats:
    """Standard error of a critical speed: how far the best efforts over each distance scatter about its line.

    Parameters
    ----------
    times_s
        The best times over each distance, NaN where there are fewer; shape (..., efforts, distances).
    critical_mps
        What `critical_speed_mps` made of them; shape (...). [m/s]
    distances_m
        The distances. [m]

    Returns
    -------
    array, shape (...)
        [m/s] NaN where the critical speed is, or a time is missing. It tells of scatter only: efforts that
        were all held back alike give a critical speed that is too low, and a small error.
    """
    length_m = np.asarray(distances_m, dtype=float)
    count = times_s.shape[-2] * length_m.size
    slope = np.asarray(critical_mps)[..., np.newaxis, np.newaxis]
    beyond_m = length_m - slope * times_s
    centre = (-2, -1)
    residual_m = beyond_m - beyond_m.mean(axis=centre, keepdims=True)
    spread_s = times_s - times_s.mean(axis=centre, keepdims=True)
    variance = (residual_m * residual_m).sum(axis=centre) / (count - 2)
    return np.asarray(np.sqrt(variance / (spread_s * spread_s).sum(axis=centre)))


def fast_running(
    speed_mps: Floats, is_whole: Bools, *, shortest_s: int = 3, hardest_mps2: float = 4.0
) -> tuple[Floats, Floats]:
    """Metres and seconds in fast stretches, for each speed that might count as fast.

    Parameters
    ----------
    speed_mps
        Ground speed every second; shape (n,). [m/s]
    is_whole
        False near pauses, where a speed may be an artefact; shape (n,).
    shortest_s
        A stretch lasts at least this long. [s]
    hardest_mps2
        A second reached or left with more acceleration is a receiver's error. [m/s2]

    Returns
    -------
    metres, seconds
        At or above each speed of `FAST_SPEEDS_MPS`; shape (61,) each.
    """
    if speed_mps.size < max(5, shortest_s):
        return np.zeros(FAST_SPEEDS_MPS.size), np.zeros(FAST_SPEEDS_MPS.size)
    known = zero_where_unknown(speed_mps)
    is_clean = is_whole.copy()
    is_clean[1:] &= np.abs(known[1:] - known[:-1]) <= hardest_mps2
    smooth = np.where(is_clean, median_of_five(known), 0.0)
    # How many of the speeds each second reaches; they are even steps.
    beyond = (_held_mps(smooth, shortest_s) - FAST_SPEEDS_MPS[0] + 1e-9) / FAST_STEP_MPS + 1.0
    reached = np.minimum(np.maximum(beyond, 0.0), FAST_SPEEDS_MPS.size).astype(np.intp)
    metres, seconds = (
        np.cumsum(np.bincount(reached, weights, FAST_SPEEDS_MPS.size + 1)[:0:-1])[::-1].astype(float)
        for weights in (smooth, None)
    )
    return metres, seconds


def _held_mps(speed_mps: Floats, span_s: int) -> Floats:
    """The highest speed that each second is part of a stretch of so many seconds at or above; shape (n,)."""
    count = speed_mps.size - span_s + 1
    lowest = np.minimum.reduce([speed_mps[first : first + count] for first in range(span_s)])
    held = np.full(speed_mps.size, -np.inf)
    for first in range(span_s):
        part = held[first : first + count]
        np.maximum(part, lowest, out=part)
    return held
