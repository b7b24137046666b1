"""Averages of daily series that runners expect as charts. None of them raises a flag.

All take one value a day without gaps, rest days as 0, and rest on each day and earlier ones only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from loadwatch._arrays import Floats

WEEK_DAYS = 7
MOST_MONOTONY = 10.0  # equal days have no spread, and their ratio would run to infinity


def carried(load: Floats, *, days: float) -> Floats:
    """Load averaged with a time constant: each day moves the level by 1/days of its distance to the load.

    Parameters
    ----------
    load
        One value a day, no gaps; shape (n,).
    days
        Time constant: 42 for fitness, 7 for fatigue. [d]

    Returns
    -------
    array, shape (n,)
        Starts from 0 before the first day.
    """
    level = 0.0
    levels = np.empty(load.size)
    for day, amount in enumerate(load.tolist()):
        level += (amount - level) / days
        levels[day] = level
    return levels


def ewma(load: Floats, *, days: int) -> Floats:
    """Exponentially weighted mean: each day moves it by 2/(days + 1) of its distance to the load.

    Parameters
    ----------
    load
        Shape (n,).
    days
        Time constant. [d]

    Returns
    -------
    array, shape (n,)
        Starts from the first day's load.

    References
    ----------
    .. [1] Williams et al. 2017, Br J Sports Med 51:209.
    """
    share = 2.0 / (days + 1.0)
    level = float(load[0]) if load.size else 0.0
    levels = np.empty(load.size)
    for day, amount in enumerate(load.tolist()):
        level += share * (amount - level)
        levels[day] = level
    return levels


def acute_chronic_ratio(load: Floats) -> Floats:
    """Sum of 7 days over a third of the sum of the 21 days before them: uncoupled, no day counts twice.

    Parameters
    ----------
    load
        Shape (n,).

    Returns
    -------
    array, shape (n,)
        NaN on the first 27 days, and where nothing was done in the 21.

    References
    ----------
    .. [1] Lolli et al. 2019, Br J Sports Med 53:921: what counting the last week in both does.
    """
    total = np.concatenate([[0.0], np.cumsum(load)])
    ratio = np.full(load.size, np.nan)
    last, before = total[28:] - total[21:-7], total[21:-7] - total[:-28]
    np.divide(last, before / 3.0, out=ratio[27:], where=before > 1e-9 * total[28:])
    return ratio


def acute_chronic_ewma_ratio(load: Floats) -> Floats:
    """Weighted mean of 7 days over that of 28.

    Parameters
    ----------
    load
        Shape (n,).

    Returns
    -------
    array, shape (n,)
        NaN on the first 27 days, which only warm it up, and where nothing was done for very long.

    References
    ----------
    .. [1] Williams et al. 2017, Br J Sports Med 51:209.
    """
    acute, chronic = ewma(load, days=WEEK_DAYS), ewma(load, days=4 * WEEK_DAYS)
    ratio = np.full(load.size, np.nan)
    np.divide(acute, chronic, out=ratio, where=chronic > 1e-9)
    ratio[: 4 * WEEK_DAYS - 1] = np.nan
    return ratio


def monotony_ratio(load: Floats) -> Floats:
    """Mean over standard deviation of 7 days' load, at most 10.

    Parameters
    ----------
    load
        Shape (n,).

    Returns
    -------
    array, shape (n,)
        NaN on the first 6 days and where nothing was done for 7.

    References
    ----------
    .. [1] Foster 1998, Med Sci Sports Exerc 30:1164; the deviation is that of the seven days themselves.
    """
    ratio = np.full(load.size, np.nan)
    if load.size < WEEK_DAYS:
        return ratio
    weeks = sliding_window_view(load, WEEK_DAYS)
    mean, spread = weeks.mean(axis=1), weeks.std(axis=1)
    found = np.full(mean.size, MOST_MONOTONY)
    np.divide(mean, spread, out=found, where=spread > 1e-9)
    ratio[WEEK_DAYS - 1 :] = np.where(mean > 0.0, np.minimum(found, MOST_MONOTONY), np.nan)
    return ratio


def strain(load: Floats) -> Floats:
    """Sum of 7 days' load times their monotony.

    Parameters
    ----------
    load
        Shape (n,).

    Returns
    -------
    array, shape (n,)
        NaN where the monotony is.

    References
    ----------
    .. [1] Foster 1998, Med Sci Sports Exerc 30:1164.
    """
    total = np.full(load.size, np.nan)
    if load.size >= WEEK_DAYS:
        total[WEEK_DAYS - 1 :] = sliding_window_view(load, WEEK_DAYS).sum(axis=1)
    return total * monotony_ratio(load)
