"""Decoupling of heart and pace: what a steady run's second half costs beyond its first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loadwatch._arrays import Floats


def decoupling_pct(
    speed_mps: Floats,
    heart_rate_bpm: Floats,
    climb_m: float,
    *,
    shortest_s: float = 2400.0,
    steepest_m_per_km: float = 20.0,
    largest_change_pct: float = 5.0,
) -> float:
    """Speed per heartbeat lost from the first half of a steady flat run to the second.

    100 x (EF1 - EF2) / EF1, the efficiency EF of a half being its mean speed over its mean heart rate.

    Parameters
    ----------
    speed_mps, heart_rate_bpm
        Every second of running, stops left out; NaN where unknown, never 0 bpm; shape (n,).
    climb_m
        Computed ascent of the run. [m]
    shortest_s
        Shorter runs say nothing. [s]
    steepest_m_per_km
        Nor do runs that climb as much or more.
    largest_change_pct
        Nor those whose halves differ more in speed.

    Returns
    -------
    float
        In percent; above 0 the heart beats more for the same speed. NaN where the run says nothing, or less
        than half of either half has both speed and heart rate.

    References
    ----------
    .. [1] The formula is that of GoldenCheetah's AerobicDecoupling, with speed for power, after Friel.
    .. [2] The three limits, and that one run scatters by 3.2 points (SD), so that 6 runs or more are needed
       to see 1.5 points: 32,617 runs of 358 athletes, as quoted in the research notes of TrailRunCoach.
    """
    km = float(np.nansum(speed_mps)) / 1000.0
    if speed_mps.size < shortest_s or not climb_m < steepest_m_per_km * km:
        return float("nan")
    is_known = ~(np.isnan(speed_mps) | np.isnan(heart_rate_bpm))
    means = []
    for half in (slice(None, speed_mps.size // 2), slice(speed_mps.size // 2, None)):
        known = is_known[half]
        if 2 * np.count_nonzero(known) < known.size:
            return float("nan")
        means.append((float(speed_mps[half][known].mean()), float(heart_rate_bpm[half][known].mean())))
    (first_mps, first_bpm), (second_mps, second_bpm) = means
    if not abs(second_mps - first_mps) <= largest_change_pct / 100.0 * first_mps:
        return float("nan")
    return 100.0 * (1.0 - (second_mps / second_bpm) / (first_mps / first_bpm))
