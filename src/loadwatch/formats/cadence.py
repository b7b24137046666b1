"""Cadence as every file means it differently, made steps per minute.

Nearly all files count one leg, some count both, and a few mix units in one app. A file is judged by
itself alone: by the size of its numbers, and where that leaves doubt by the length of the step they
imply at its speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_CADENCE = "none"
NOT_ON_FOOT = "none: not a sport on foot"


def to_steps(
    per_minute: NDArray[np.float64],
    speed_mps: NDArray[np.float64],
    *,
    running_speed_mps: float = 2.0,
    least_running_samples: int = 10,
) -> tuple[NDArray[np.float64], str]:
    """Steps per minute of both feet, and why they came out as they did.

    Parameters
    ----------
    per_minute
        Cadence as the file has it, NaN where missing. [1/min]
    speed_mps
        Speed at the same samples, NaN where unknown. [m/s]
    running_speed_mps
        Cadence is judged where the runner is faster than this. [m/s]
    least_running_samples
        With fewer such samples the whole file is taken as walking pace.

    Returns
    -------
    tuple
        Cadence of both feet [spm], all NaN where it cannot be steps, and the decision as a phrase.
    """
    # 254 and 255 are what devices write for "no value"; fractions ride on top of them.
    clean = np.where((per_minute >= 0) & (per_minute < 254) | (per_minute >= 256), per_minute, np.nan)
    moving = clean > 0
    if not moving.any():
        return np.full(clean.shape, np.nan), NO_CADENCE
    fast = moving & (speed_mps > running_speed_mps)
    is_running = np.count_nonzero(fast) >= least_running_samples
    if is_running or not np.isfinite(speed_mps[moving]).any():
        judged = fast if is_running else moving
        factor, reason = running_factor(_median(clean[judged]), _median(speed_mps[judged]))
    else:
        factor, reason = walking_factor(_median(clean[moving]), _median(speed_mps[moving]))
    return clean * factor, reason


def running_factor(median: float, speed_mps: float, *, longest_step_m: float = 2.5) -> tuple[float, str]:
    """What turns a runner's cadence into steps per minute, NaN where nothing does.

    Parameters
    ----------
    median
        Median of positive cadence while running. [1/min]
    speed_mps
        Median speed of the same samples, NaN where unknown. [m/s]
    longest_step_m
        Longer steps than this are pedals or wheels. [m]
    """
    if median > 220:
        factor, reason = running_factor(median / 2, speed_mps, longest_step_m=longest_step_m)
        halved = f"halved: median {median:.0f} per minute counts steps twice"
        return factor / 2, reason if np.isnan(factor) else halved
    factor = _factor_by_step(median, speed_mps) if 110 < median < 125 else 2.0 if median <= 110 else 1.0
    step_m = speed_mps * 60 / (median * factor)
    doubts = (
        (median < 60, "is too slow for running steps"),
        (np.isnan(factor), "could be one leg or both"),
        (step_m > longest_step_m, f"would be steps of {step_m:.1f} m"),
    )
    for applies, doubt in doubts:
        if applies:
            return float("nan"), f"none: median {median:.0f} per minute {doubt}"
    words = ("doubled", "is one leg") if factor == 2.0 else ("kept", "is both legs")
    return factor, f"{words[0]}: median {median:.0f} per minute {words[1]}"


def walking_factor(
    median: float,
    speed_mps: float,
    *,
    shortest_step_m: float = 0.4,
    longest_step_m: float = 1.1,
    slowest_spm: float = 70.0,
    fastest_spm: float = 220.0,
) -> tuple[float, str]:
    """What turns cadence at walking pace into steps per minute, by the length of the step alone.

    Parameters
    ----------
    median, speed_mps
        Median of positive cadence and of speed where it is positive. [1/min], [m/s]
    shortest_step_m, longest_step_m
        Steps of walking and slow jogging. [m]
    slowest_spm, fastest_spm
        Slower is a swimmer's stroke or a stroll with stops; nobody steps faster for long. [spm]
    """
    for factor, word, legs in ((2.0, "doubled", "one leg"), (1.0, "kept", "both legs")):
        spm = median * factor
        step_m = speed_mps * 60 / spm
        if slowest_spm <= spm <= fastest_spm and shortest_step_m <= step_m <= longest_step_m:
            return factor, f"{word}: median {median:.0f} per minute at walking pace is {legs}, by step length"
    return float("nan"), f"none: median {median:.0f} per minute fits no step at {speed_mps:.1f} m/s"


def _factor_by_step(median: float, speed_mps: float) -> float:
    """The factor that gives steps of 0.6 to 1.6 m, NaN where none does.

    Where both do it is 1: twice this median is faster than anyone steps for long.
    """
    fitting = [factor for factor in (1.0, 2.0) if 0.6 <= speed_mps * 60 / (median * factor) <= 1.6]
    return fitting[0] if fitting else float("nan")


def _median(values: NDArray[np.float64]) -> float:
    known = np.sort(values[np.isfinite(values)])
    middle = known.size // 2
    return float((known[middle] + known[~middle]) / 2) if known.size else float("nan")
