"""The clock of a recording: samples in order, and which of its seconds the timer ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats

Pauses = list[tuple[float, float]]


def find_pauses(
    time_s: Floats,
    distance_m: Floats,
    *,
    shortest_pause_s: float = 30.0,
    slowest_moving_mps: float = 0.5,
) -> Pauses:
    """Pauses of a file that tells nothing of its timer: long gaps in which the runner hardly moved.

    A gap that was crossed at walking pace or faster is lost signal, and the timer ran on.

    Parameters
    ----------
    time_s, distance_m
        Seconds since the start, increasing, and metres covered by then; shape (n,).
    shortest_pause_s
        Gaps up to this, or up to five usual sampling intervals, are no pauses. [s]
    slowest_moving_mps
        Below this mean speed across a gap the runner stood. [m/s]

    Returns
    -------
    list of (start, end)
        In seconds since the start.
    """
    if time_s.size < 2:
        return []
    gap_s = np.diff(time_s)
    if gap_s.max() <= shortest_pause_s:
        return []
    crossed_m = np.nan_to_num(np.diff(distance_m))
    is_long = gap_s > max(shortest_pause_s, 5.0 * median(gap_s))
    is_pause = is_long & (crossed_m < slowest_moving_mps * gap_s)
    return [(float(time_s[i]), float(time_s[i + 1])) for i in np.flatnonzero(is_pause)]


def long_silences(
    time_s: Floats, distance_m: Floats, *, shortest_s: float = 1800.0, slowest_moving_mps: float = 0.2
) -> Pauses:
    """Half-hours without a sample or a step although the timer ran: a watch that slept or died.

    Counting them as running time would turn one dead battery into a day of running. Shapes and units as
    in `find_pauses`.
    """
    return find_pauses(time_s, distance_m, shortest_pause_s=shortest_s, slowest_moving_mps=slowest_moving_mps)


def merge_pauses(pauses: Pauses, start_s: float, end_s: float) -> Pauses:
    """Pauses in order, clipped to the recording, overlapping ones joined."""
    merged: Pauses = []
    for begin, end in sorted(pauses):
        begin_s, finish_s = max(begin, start_s), min(end, end_s)
        if finish_s <= begin_s:
            continue
        if merged and begin_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(finish_s, merged[-1][1]))
        else:
            merged.append((begin_s, finish_s))
    return merged


def timer_clock(time_s: Floats, pauses: Pauses) -> tuple[Floats, Bools]:
    """Seconds of running timer at each moment, and whether the moment lies inside a pause.

    Parameters
    ----------
    time_s
        Seconds since the start; shape (n,).
    pauses
        As `merge_pauses` gives them.

    Returns
    -------
    timer_s, is_paused
        Shape (n,) each; the clock stands still inside pauses, whose ends count as running.
    """
    if not pauses:
        return time_s.astype(float), np.zeros(time_s.size, dtype=bool)
    begin, end = np.array(pauses).T
    paused_before = np.concatenate([[0.0], np.cumsum(end - begin)])
    passed = np.searchsorted(end, time_s, side="right")
    inside = np.minimum(passed, begin.size - 1)
    is_inside = (passed < begin.size) & (time_s > begin[inside])
    into_s = np.where(is_inside, time_s - begin[inside], 0.0)
    return time_s - paused_before[passed] - into_s, is_inside


def wall_clock(timer_s: Floats, pauses: Pauses) -> Floats:
    """Seconds since the start at each second of running timer: the inverse of `timer_clock`.

    Parameters
    ----------
    timer_s
        Seconds of running timer, increasing; shape (n,).
    pauses
        As `merge_pauses` gives them.

    Returns
    -------
    array, shape (n,)
        The moment at which a pause begins still stands before it.
    """
    if not pauses:
        return timer_s
    begin, end = np.array(pauses).T
    paused_s = np.cumsum(end - begin)
    began_s = begin - np.concatenate([[0.0], paused_s[:-1]])
    before = np.searchsorted(began_s, timer_s, side="left")
    return np.asarray(timer_s + np.concatenate([[0.0], paused_s])[before], dtype=float)
