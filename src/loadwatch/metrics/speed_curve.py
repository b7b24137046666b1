"""Best efforts, the critical speed they point to, and fast running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch.tidy.grid import median_of_five

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats

EFFORT_SPANS_S = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600)
EFFORT_DISTANCES_M = (400.0, 800.0, 1500.0, 3000.0, 5000.0)
CRITICAL_DISTANCES_M = (1500.0, 3000.0, 5000.0)

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
    best = np.full(len(distances_m), np.nan)
    clock_s = np.arange(distance_m.size, dtype=float) if elapsed_s is None else elapsed_s
    for i, length_m in enumerate(distances_m):
        goal_m = distance_m + length_m
        can_end = goal_m <= distance_m[-1] if distance_m.size else np.zeros(0, dtype=bool)
        if not can_end.any():
            continue
        # The first moment at the goal: a runner who stops there has arrived, however long the stop.
        after = np.searchsorted(distance_m, goal_m[can_end], side="left")
        step_m = distance_m[after] - distance_m[after - 1]
        # Whole seconds of the timer but the last, which is shared: a pause before it counts in full.
        end_s = clock_s[after] - (distance_m[after] - goal_m[can_end]) / step_m
        shortest_s = float(np.min(end_s - clock_s[can_end]))
        if shortest_s >= RECORD_TIMES_S.get(length_m, 0.0):
            best[i] = shortest_s
    return best


def critical_speed_mps(
    times_s: Floats,
    distances_m: Sequence[float] = CRITICAL_DISTANCES_M,
    *,
    usual_mps: float = 0.0,
    near_ratio: float = 0.9,
    fewest_efforts: int = 3,
    hard_ratio: float = 1.08,
) -> float:
    """Speed that a runner can hold for long, from best efforts over three distances.

    Distance is a straight line over time, its slope the critical speed. The second-best effort stands for
    each distance, so that a single error of the receiver cannot set it.

    Parameters
    ----------
    times_s
        Best time of each run over each distance, NaN where it has none; shape (runs, distances).
    distances_m
        The distances. [m]
    usual_mps, hard_ratio
        Efforts that are not this much faster than the runner's usual running are no hard efforts: who only
        jogs has "best efforts" too. A design choice. [m/s]
    near_ratio
        An effort counts as hard when its speed reaches this share of the best.
    fewest_efforts
        Hard efforts needed at each distance.

    Returns
    -------
    float
        [m/s] NaN when there are too few hard efforts to know.

    References
    ----------
    .. [1] Smyth & Muniz-Pumares 2020, Med Sci Sports Exerc 52:2637.
    """
    if times_s.shape[0] < fewest_efforts:
        return float("nan")
    ordered = np.sort(times_s, axis=0)
    best, nth = ordered[0], ordered[fewest_efforts - 1]
    if np.isnan(nth).any() or (best < near_ratio * nth).any():
        return float("nan")
    length_m, second = np.asarray(distances_m, dtype=float), ordered[1]
    if float(np.median(length_m / second)) < hard_ratio * usual_mps:
        return float("nan")
    spread_s = second - second.mean()
    slope = float(spread_s @ length_m / (spread_s @ spread_s))
    intercept = float(length_m.mean() - slope * second.mean())
    # A negative reserve means the short efforts were jogs: the line then points nowhere.
    return slope if intercept >= 0.0 else float("nan")


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
    metres = np.zeros(FAST_SPEEDS_MPS.size)
    seconds = np.zeros(FAST_SPEEDS_MPS.size)
    if speed_mps.size < 5:
        return metres, seconds
    known = np.nan_to_num(speed_mps)
    is_clean = is_whole & (np.abs(np.diff(known, prepend=known[:1])) <= hardest_mps2)
    smooth = np.where(is_clean, median_of_five(known), 0.0)
    total = np.concatenate([[0.0], np.cumsum(smooth)])
    for i, limit_mps in enumerate(FAST_SPEEDS_MPS):
        is_fast = smooth >= limit_mps - 1e-9
        if not is_fast.any():
            break
        edges = np.flatnonzero(np.diff(np.concatenate([[0], is_fast.view(np.int8), [0]])))
        begin, end = edges[::2], edges[1::2]
        is_long = end - begin >= shortest_s
        metres[i] = float(np.sum((total[end] - total[begin])[is_long]))
        seconds[i] = float(np.sum((end - begin)[is_long]))
    return metres, seconds
