"""Sessions of repeated efforts: intervals, fartlek, and repetitions on a hill.

What counts is as good as nowhere published: all limits are design choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median, stretches, zero_where_unknown
from loadwatch.metrics.zones import HARD_SPEED_RATIO

if TYPE_CHECKING:
    from loadwatch._arrays import Floats, Ints


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
    is_fast, is_slow = (
        graded_speed_mps >= fast_ratio * critical_mps,
        graded_speed_mps <= slow_ratio * critical_mps,
    )
    shortest = max(-(-shortest_s // step_s), 1)
    if np.count_nonzero(is_fast) < fewest * shortest:
        return 0
    begin, end = _taking_turns(stretches(is_fast, shortest), stretches(is_slow, shortest))
    return int(begin.size) if begin.size >= fewest and _are_alike(end - begin, alike_ratio) else 0


def surge_count(  # noqa: PLR0913 - each limit has its name
    speed_mps: Floats,
    graded_speed_mps: Floats,
    critical_mps: float,
    *,
    step_s: int = 5,
    surge_ratio: float = 1.2,
    back_ratio: float = 1.05,
    hard_ratio: float = 0.97,
    shortest_s: int = 20,
    longest_s: int = 180,
    fewest: int = 6,
    alike_ratio: float = 0.3,
) -> int:
    """How often a run went fast for a while without a pattern: the surges of a fartlek.

    On the flat only: on hills, ground speed has surges of its own.

    Parameters
    ----------
    speed_mps, graded_speed_mps
        Ground and graded speed, means over even steps of running timer, NaN where unknown; shape (n,). [m/s]
    critical_mps
        The runner's critical speed. [m/s]
    step_s
        Length of a step. [s]
    surge_ratio, back_ratio
        A surge reaches the first share of the run's own median speed, and is over when the run falls back to
        the second for `shortest_s`.
    hard_ratio
        And it reaches this share of critical speed: between two walks, jogging is no surge.
    shortest_s, longest_s
        How long it lasts. In the recordings at hand, most of those of 10 s were the receiver's.
    fewest
        Fewer surges than this are no fartlek.
    alike_ratio
        Where two thirds of the times from one to the next are alike, give or take this share, there is a
        pattern.

    Returns
    -------
    int
        0 where surges are too few, follow a pattern, or nothing is known.
    """
    moving_mps = speed_mps[speed_mps > 0.5]
    if not moving_mps.size:
        return 0
    usual_mps, shortest = median(moving_mps), max(-(-shortest_s // step_s), 1)
    is_surge = (speed_mps >= surge_ratio * usual_mps) & (graded_speed_mps >= hard_ratio * critical_mps)
    if np.count_nonzero(is_surge) < fewest * shortest:
        return 0
    is_back = speed_mps <= back_ratio * usual_mps
    begin, end = _taking_turns(stretches(is_surge, shortest), stretches(is_back, shortest))
    begin = begin[end - begin <= longest_s // step_s]
    return int(begin.size) if begin.size >= fewest and not _are_alike(np.diff(begin), alike_ratio) else 0


def hill_repetition_count(  # noqa: PLR0913 - each limit has its name
    distance_m: Floats,
    altitude_m: Floats,
    graded_speed_mps: Floats,
    critical_mps: float,
    *,
    step_s: int = 5,
    smallest_climb_m: float = 15.0,
    flattest_grade: float = 0.04,
    turn_m: float = 10.0,
    hard_ratio: float = HARD_SPEED_RATIO,
    longest_s: int = 3600,
    fewest: int = 3,
    alike_ratio: float = 0.3,
) -> int:
    """How often a run went up the same hill hard.

    Parameters
    ----------
    distance_m, altitude_m, graded_speed_mps
        Metres covered, altitude, and graded speed at even steps of running timer, the last two NaN where
        unknown; shape (n,).
    critical_mps
        The runner's critical speed. [m/s]
    step_s
        Length of a step. [s]
    smallest_climb_m, flattest_grade
        A climb rises by this much at least, and but for its first and last tenth is at least this steep.
    turn_m
        It ends where the way falls by this much. [m]
    hard_ratio
        Half of the repetitions are run at this share of critical speed or more, by mean graded speed.
    longest_s
        Within this time some `fewest` climbs in a row begin and end. [s]
    fewest
        Fewer climbs than this are no repetitions.
    alike_ratio
        Repetitions rise by the median of all climbs, give or take this share of it, from a foot as high as
        the median foot, give or take as much. At least two thirds of all climbs must: a run over the hills
        has climbs as well.

    Returns
    -------
    int
        0 where they are too few, too unlike, or nothing is known.
    """
    is_known = ~np.isnan(altitude_m)
    altitude_m, distance_m = altitude_m[is_known], distance_m[is_known]
    turns = _turning_points(altitude_m, turn_m)
    is_high = altitude_m[turns[1:]] - altitude_m[turns[:-1]] >= smallest_climb_m
    if np.count_nonzero(is_high) < fewest:
        return 0
    ends = zip(turns[:-1][is_high].tolist(), turns[1:][is_high].tolist(), strict=True)
    foot, top = np.array([_steep_part(altitude_m, *climb) for climb in ends]).T
    rise_m = altitude_m[top] - altitude_m[foot]
    is_climb = rise_m >= flattest_grade * (distance_m[top] - distance_m[foot])
    foot, top, rise_m = foot[is_climb], top[is_climb], rise_m[is_climb]
    if foot.size < fewest:
        return 0
    foot_m, usual_m = altitude_m[foot], median(rise_m)
    is_alike = np.abs(rise_m - usual_m) <= alike_ratio * usual_m
    is_alike &= np.abs(foot_m - median(foot_m)) <= alike_ratio * usual_m
    count = int(np.count_nonzero(is_alike))
    if count < fewest or 3 * count < 2 * is_alike.size:
        return 0
    foot, top = (np.flatnonzero(is_known)[end[is_alike]] for end in (foot, top))
    total = np.concatenate([[0.0], np.cumsum(zero_where_unknown(graded_speed_mps))])
    is_hard = median((total[top] - total[foot]) / (top - foot)) >= hard_ratio * critical_mps
    is_soon = (top[fewest - 1 :] - foot[: count - fewest + 1]) * step_s <= longest_s
    return count if is_hard and is_soon.any() else 0


def _taking_turns(fast: tuple[Ints, Ints], slow: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Where fast stretches begin and end; those between the same two slow ones are one."""
    if not fast[0].size:
        return fast
    place = np.searchsorted(slow[0], fast[0])
    first = np.flatnonzero(np.diff(place, prepend=-1))
    return fast[0][first], fast[1][np.append(first[1:], place.size) - 1]


def _are_alike(lasting: Ints, alike_ratio: float) -> bool:
    """Whether at least two thirds of some times are their median, give or take a share of it."""
    usual = median(lasting.astype(float))
    is_alike = np.abs(lasting - usual) <= alike_ratio * usual
    return bool(3 * np.count_nonzero(is_alike) >= 2 * lasting.size)


def _steep_part(altitude_m: Floats, foot: int, top: int) -> tuple[int, int]:
    """Where a climb has risen by a tenth, and by nine tenths: without the flat before and after it."""
    risen = (altitude_m[foot : top + 1] - altitude_m[foot]) / (altitude_m[top] - altitude_m[foot])
    return foot + int(np.flatnonzero(risen <= 0.1)[-1]), foot + int(np.argmax(risen >= 0.9))


def _turning_points(altitude_m: Floats, turn_m: float) -> Ints:
    """Places of lows and highs in turn, each at least so far above or below the one before it."""
    if not altitude_m.size:
        return np.empty(0, dtype=np.int64)
    # Only where the way turns at all can it turn by so much: most places are passed over.
    place = np.append(np.flatnonzero(np.diff(altitude_m, prepend=np.nan)), altitude_m.size - 1)
    is_up = np.diff(altitude_m[place]) > 0.0
    place = place[np.concatenate([[True], is_up[1:] != is_up[:-1], [True]])]
    turns: list[int] = []
    low = high = 0
    heights_m = altitude_m[place].tolist()
    is_rising: bool | None = None
    # Each turn depends on the one before, so this walk cannot be vectorised.
    for at, height_m in enumerate(heights_m):
        if height_m > heights_m[high]:
            high = at
        if height_m < heights_m[low]:
            low = at
        if is_rising is not False and heights_m[high] - height_m >= turn_m:
            turns.append(high)
            is_rising, low = False, at
        elif is_rising is not True and height_m - heights_m[low] >= turn_m:
            turns.append(low)
            is_rising, high = True, at
    if is_rising is not None:
        turns.append(high if is_rising else low)
    return np.asarray(place[np.array(turns, dtype=np.int64)])
