"""Returns from breaks: the stages of a coach's table, and what the return in force asks of each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch.flags._rule import BREAK_DAYS

if TYPE_CHECKING:
    from loadwatch._arrays import Floats

BEFORE_DAYS = 28
NOTED_DAYS = 7  # how long a return is noted
LOCKED_DAYS = 28  # how long beyond the stages hard and hilly runs are watched, at most
# Shares of the old distance by stage, for breaks of up to so many days; stages divide the break's length.
HALVES, THIRDS = (28, (0.50, 0.75)), (56, (0.33, 0.50, 0.75))
LONGER = (0.33, 0.50, 0.70, 0.85, 1.00)  # three weeks each
LONGEST_STAGES_DAYS = 21 * len(LONGER)


def stage_shares(days_off: int) -> Floats:
    """Share of the old weekly distance allowed on each day since a return.

    Parameters
    ----------
    days_off
        Whole days without running, walking or hiking. [d]

    Returns
    -------
    array, shape (days until all is allowed,)
        Empty below 10 days off, which need no stages.

    References
    ----------
    .. [1] Daniels' table, as the public notes of vi000246/TrailRunCoach quote it. It begins at 6 days off;
       below 10 a week has hardly been missed.
    """
    if days_off < BREAK_DAYS:
        return np.empty(0)
    for longest, shares in (HALVES, THIRDS):
        if days_off <= longest:
            place = np.arange(days_off) * len(shares) // days_off
            return np.array(shares)[place]
    return np.repeat(LONGER, 21)


def returns_on(days: pd.DataFrame, shortest_off_days: int, unlocked_ratio: float) -> pd.DataFrame:
    """What the return in force asks of each day; NaN on days without one.

    A return that another break follows before its stages are over, or before the gate is open, is not over:
    the next one keeps the old mean week where that was larger, and on each day the lower share.

    Returns
    -------
    DataFrame
        For each row of `days`: own_off_days (days off before this return), worst_off_days (likewise, or
        before one that was not over), since_days (days since it), end_row (row on which all is allowed
        again), old_m (mean week before the break; NaN where not all of it is known), cap_m (NaN where there
        are no stages), week_m (the 7 days up to this one, since the return), before_m (up to the day before)
        and is_locked (the gate is not open).
    """
    size = len(days)
    names = ("own_off_days", "worst_off_days", "since_days", "end_row", "old_m", "week_m", "before_m")
    # Stages and the gate may reach beyond the last day.
    width = size + LONGEST_STAGES_DAYS + LOCKED_DAYS
    on = {name: np.full(width, np.nan) for name in (*names, "share")}
    is_locked = np.zeros(width, dtype=bool)
    so_far_m = _so_far(days["distance_m"])
    unknown_count = _so_far(days["distance_unknown_count"])
    on_foot = np.flatnonzero(days["is_on_foot"].to_numpy())
    off_days = np.diff(on_foot) - 1
    allowed = end = 0
    for place in np.flatnonzero(off_days >= min(shortest_off_days, BREAK_DAYS)).tolist():
        last, back, off = int(on_foot[place]), int(on_foot[place + 1]), int(off_days[place])
        if off < BREAK_DAYS and back < end:
            continue  # a few days more do not begin another return
        before, shares = last + 1, stage_shares(off)
        begin = before - BEFORE_DAYS
        is_known = begin >= 0 and unknown_count[before] == unknown_count[begin]
        old_m = (so_far_m[before] - so_far_m[begin]) * 7.0 / BEFORE_DAYS if is_known else np.nan
        worst = off
        if before < end:
            old_m, worst = np.fmax(old_m, on["old_m"][last]), np.fmax(on["worst_off_days"][last], off)
        allowed = max(back + max(shares.size, NOTED_DAYS), allowed)
        row = np.minimum(np.arange(back, allowed + LOCKED_DAYS), size - 1)
        before_m = so_far_m[row] - so_far_m[np.minimum(np.maximum(row - 7, back), row)]
        is_under = (np.maximum.accumulate(before_m) < unlocked_ratio * old_m) & (worst >= BREAK_DAYS)
        end = max(allowed, back + int(np.count_nonzero(is_under)))
        rows, staged = slice(back, end), slice(back, back + shares.size)
        row = row[: end - back]
        on["before_m"][rows], is_locked[rows] = before_m[: row.size], is_under[: row.size]
        on["own_off_days"][rows], on["worst_off_days"][rows], on["old_m"][rows] = off, worst, old_m
        on["since_days"][rows], on["end_row"][rows] = np.arange(end - back), allowed
        on["share"][staged] = np.fmin(on["share"][staged], shares)
        on["week_m"][rows] = so_far_m[row + 1] - so_far_m[np.maximum(row - 6, back)]
    table = pd.DataFrame({**on, "is_locked": is_locked}).iloc[:size]
    return table.assign(cap_m=table["share"] * table["old_m"])


def _so_far(daily: pd.Series[float]) -> Floats:
    """Sum of all days before each, and of all; shape (n + 1,)."""
    return np.append(0.0, np.cumsum(daily.to_numpy(dtype=float)))
