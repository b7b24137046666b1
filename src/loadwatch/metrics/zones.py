"""Zones: what is easy, moderate and hard for one runner, by speed and by heart rate."""

from __future__ import annotations

from typing import NamedTuple

HARD_SPEED_RATIO = 0.95  # of critical speed; what counts as hard everywhere else
EASY_SPEED_RATIO = 0.85
# Shares of the maximum heart rate; below the first nothing is counted.
HEART_RATE_RATIOS = (0.5, 0.6, 0.7, 0.8, 0.9)


class Zone(NamedTuple):
    """One zone: from `low` up to, not including, `high`; NaN where it is open or unknown."""

    name: str
    low: float
    high: float


def speed_zones_mps(critical_mps: float) -> tuple[Zone, ...]:
    """Easy, moderate and hard running by graded speed.

    Parameters
    ----------
    critical_mps
        Critical speed; NaN where there are too few hard efforts to know it. [m/s]

    Returns
    -------
    tuple of Zone
        Three, slowest first. [m/s] Hard is what the rules count as hard; the other bound is a design choice.

    References
    ----------
    .. [1] Smyth & Muniz-Pumares 2020, Med Sci Sports Exerc 52:2637: over 25,000 runners raced the marathon
       at 84.8 +- 13.6 % of critical speed. What can be held for hours is called easy up to there.
    """
    easy_mps, hard_mps = EASY_SPEED_RATIO * critical_mps, HARD_SPEED_RATIO * critical_mps
    nan = float("nan")
    return Zone("easy", nan, easy_mps), Zone("moderate", easy_mps, hard_mps), Zone("hard", hard_mps, nan)


def heart_rate_zones_bpm(maximum_bpm: float) -> tuple[Zone, ...]:
    """Edwards' five zones: tenths of the maximum heart rate from half of it up.

    Parameters
    ----------
    maximum_bpm
        The runner's maximum; NaN where it is unknown. [bpm]

    Returns
    -------
    tuple of Zone
        Five, lowest first; the last has no upper bound. [bpm]

    References
    ----------
    .. [1] The zones that Edwards' heart-rate load weighs by 1 to 5, as they are commonly given; the source
       itself was not read.
    """
    bounds = [ratio * maximum_bpm for ratio in HEART_RATE_RATIOS]
    highs = [*bounds[1:], float("nan")]
    return tuple(
        Zone(f"zone {number}", *between)
        for number, between in enumerate(zip(bounds, highs, strict=True), start=1)
    )
