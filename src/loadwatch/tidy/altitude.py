"""Altitudes that mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats

LOWEST_M = -450.0  # the shore of the Dead Sea lies at -430 m
HIGHEST_M = 8_900.0
STEEPEST_MPS = 15.0


def is_altitude(time_s: Floats, altitude_m: Floats) -> Bools:
    """Where an altitude can be meant.

    Left out are values outside the Earth's surface (sentinels such as -500, 12 607 or 65 535 m), lone
    zeros in a track that runs elsewhere, and tracks that are zero throughout, which is how receivers
    without altitude write it.

    Parameters
    ----------
    time_s, altitude_m
        Increasing times, altitudes with NaN for gaps; shape (n,). [s, m]

    Returns
    -------
    array of bool, shape (n,)
    """
    with np.errstate(invalid="ignore"):
        is_good = (altitude_m > LOWEST_M) & (altitude_m < HIGHEST_M)
    if not is_good.any():
        return np.asarray(is_good, dtype=bool)
    is_zero = altitude_m == 0.0
    if is_zero.any() and (is_zero[is_good].all() or abs(median(altitude_m[is_good])) > 20.0):
        is_good &= ~is_zero
    return np.asarray(is_good & ~_is_leap(time_s, altitude_m, is_good), dtype=bool)


def _is_leap(time_s: Floats, altitude_m: Floats, is_good: Bools) -> Bools:
    """Points off both neighbours by more than any hill allows."""
    is_leap = np.zeros(altitude_m.size, dtype=bool)
    index = np.flatnonzero(is_good)
    if index.size < 3:
        return is_leap
    step = np.diff(altitude_m[index])
    if np.abs(step).max() <= STEEPEST_MPS:
        return is_leap
    rate = np.abs(step) / np.maximum(np.diff(time_s[index]), 1.0)
    is_lone = (rate[:-1] > STEEPEST_MPS) & (rate[1:] > STEEPEST_MPS) & (step[:-1] * step[1:] < 0)
    is_leap[index[1:-1]] = is_lone
    return is_leap
