"""Intervals: fast and slow stretches that take turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import stretches

if TYPE_CHECKING:
    from loadwatch._arrays import Floats


def interval_count(
    graded_speed_mps: Floats,
    critical_mps: float,
    *,
    step_s: int = 5,
    fast_ratio: float = 0.97,
    slow_ratio: float = 0.85,
    shortest_s: int = 20,
    fewest: int = 3,
    alike_ratio: float = 0.3,
) -> int:
    """How often a run went from slow to fast and back: the repetitions of an interval session.

    Parameters
    ----------
    graded_speed_mps
        Means over even steps of running timer, NaN where unknown; shape (n,). [m/s]
    critical_mps
        The runner's critical speed. [m/s]
    step_s
        Length of a step. [s]
    fast_ratio, slow_ratio
        A stretch is fast at or above the first and slow at or below the second of these shares of critical
        speed; what lies between is neither. Design choices.
    shortest_s
        A stretch lasts at least this long. [s]
    fewest
        Fewer fast stretches than this are no intervals.
    alike_ratio
        At least two thirds of the fast stretches must last as long as their median, give or take this share:
        a run between traffic lights has fast and slow stretches too.

    Returns
    -------
    int
        Fast stretches with a slow one between each and the next; 0 where they are too few, too unlike, or
        nothing is known.
    """
    # Comparing with NaN gives False, so an unknown speed is neither.
    fast, slow = (
        stretches(is_so, max(-(-shortest_s // step_s), 1))
        for is_so in (
            graded_speed_mps >= fast_ratio * critical_mps,
            graded_speed_mps <= slow_ratio * critical_mps,
        )
    )
    # Fast stretches between the same two slow ones are one.
    place = np.searchsorted(slow[0], fast[0])
    first = np.flatnonzero(np.diff(place, prepend=-1))
    if first.size < fewest:
        return 0
    lasting = fast[1][np.append(first[1:], place.size) - 1] - fast[0][first]
    usual = np.median(lasting)
    is_alike = np.abs(lasting - usual) <= alike_ratio * usual
    return int(first.size) if 3 * np.count_nonzero(is_alike) >= 2 * first.size else 0
