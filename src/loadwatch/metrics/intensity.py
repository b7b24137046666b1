"""How hard a run was, and what load that leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loadwatch._arrays import Floats


def normalized_speed_mps(graded_speed_mps: Floats, *, span_s: int = 30) -> float:
    """One speed that stands for an uneven run: hard minutes weigh more than easy ones.

    Fourth-power mean of a 30-second running mean.

    Parameters
    ----------
    graded_speed_mps
        Graded speed every second of running timer; shape (n,). [m/s]
    span_s
        Length of the running mean. [s]

    Returns
    -------
    float
        [m/s] NaN when no speed is known.

    References
    ----------
    .. [1] Normalized graded pace as in running training stress scores (Skiba's and McGregor's method).
    """
    known = graded_speed_mps[~np.isnan(graded_speed_mps)]
    if known.size == 0:
        return float("nan")
    total = np.concatenate([[0.0], np.cumsum(known)])
    span = min(span_s, known.size)
    means = (total[span:] - total[:-span]) / span
    # Squared twice: a power of arrays takes many times as long.
    return float(np.mean(np.square(np.square(means))) ** 0.25)


def speed_load(normalized_mps: float, threshold_mps: float, timer_s: float) -> float:
    """Load of a run: 100 for one hour at threshold speed, growing with the square of speed.

    Parameters
    ----------
    normalized_mps
        From `normalized_speed_mps`. [m/s]
    threshold_mps
        Critical speed or its estimate. [m/s]
    timer_s
        Seconds of running timer. [s]

    Returns
    -------
    float
        NaN when a speed is unknown.
    """
    return 100.0 * timer_s / 3600.0 * (normalized_mps / threshold_mps) ** 2


def impulse_per_min(heart_rate_bpm: Floats, resting_bpm: float, maximum_bpm: float, *, sex: str) -> Floats:
    """What a minute at each heart rate adds to Banister's training impulse; shape as given.

    Parameters
    ----------
    heart_rate_bpm
        NaN where it is unknown, which adds nothing. [bpm]
    resting_bpm, maximum_bpm
        The runner's own, the second above the first. [bpm]
    sex
        "female" weighs the heart-rate reserve by Banister's women's curve, anything else by the men's.

    References
    ----------
    .. [1] Banister 1991, Modeling elite athletic performance, in: Physiological Testing of Elite Athletes.
    """
    reserve = np.fmin(np.fmax((heart_rate_bpm - resting_bpm) / (maximum_bpm - resting_bpm), 0.0), 1.0)
    factor, exponent = (0.86, 1.67) if sex == "female" else (0.64, 1.92)
    return np.asarray(reserve * factor * np.exp(exponent * reserve), dtype=float)
