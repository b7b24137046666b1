"""Cadence and other measures of the step at a speed: half-minutes of steady flat running, and own curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats

WINDOW_S = 30


@dataclass(frozen=True)
class Curve:
    """A runner's usual cadence, ground contact or vertical ratio at each speed: a line over the speeds seen.

    One curve, or one for each value that it is asked about.

    Attributes
    ----------
    intercept, slope_per_mps
        usual value = intercept + slope x speed, in the unit of the values it was drawn through.
    speed_low_mps, speed_high_mps
        5th and 95th percentile of the speeds it rests on; it says nothing outside.
    """

    intercept: float | Floats
    slope_per_mps: float | Floats
    speed_low_mps: float | Floats
    speed_high_mps: float | Floats

    def usual(self, speed_mps: float | Floats) -> float | Floats:
        """Usual value at each speed; shape as given."""
        return self.intercept + self.slope_per_mps * speed_mps

    def residual_pct(self, speed_mps: Floats, values: Floats) -> Floats:
        """Values above (+) or below (-) the usual at the same speed, NaN at speeds off the curve. [%]"""
        is_on = (speed_mps >= self.speed_low_mps) & (speed_mps <= self.speed_high_mps)
        residual_pct = 100.0 * (values / self.usual(speed_mps) - 1.0)
        return np.asarray(np.where(is_on, residual_pct, np.nan), dtype=float)


def window_means(values: Floats, *, span_s: int = WINDOW_S) -> Floats:
    """Means over whole windows of values given every second; NaN where half a window is unknown.

    Parameters
    ----------
    values
        Shape (..., n).
    span_s
        Seconds per window.

    Returns
    -------
    array, shape (..., n // span_s)
    """
    count = values.shape[-1] // span_s
    windows = values[..., : count * span_s].reshape(*values.shape[:-1], count, span_s)
    means = _sums(windows) / span_s
    is_partial = np.isnan(means)
    partial = windows[is_partial]
    is_known = ~np.isnan(partial)
    # Often what is partly unknown is unknown throughout: a column that the watch does not have.
    if is_known.any():
        known = _sums(is_known)
        total = _sums(np.where(is_known, partial, 0.0))
        means[is_partial] = np.where(2 * known >= span_s, total / np.maximum(known, 1.0), np.nan)
    return means


def _sums(windows: Floats | Bools) -> Floats:
    """Sums over the last axis; shape (...). numpy adds up short rows slowly: those go column by column."""
    if windows.shape[-1] > 8:
        return np.asarray(windows.sum(axis=-1), dtype=float)
    total = windows[..., 0].astype(float)
    for column in range(1, windows.shape[-1]):
        total += windows[..., column]
    return total


def is_form_window(
    speed_mps: Floats,
    cadence_spm: Floats,
    grade: Floats,
    is_steady: Bools,
    *,
    first_s: float = 180.0,
    steepest_grade: float = 0.02,
    lowest_cadence_spm: float = 140.0,
) -> Bools:
    """Windows in which form can be judged: flat, warmed up, running, without a stop.

    Parameters
    ----------
    speed_mps, cadence_spm, grade
        Window means; shape (n,). An unknown grade is not flat.
    is_steady
        True for windows without a stop or pause; shape (n,).
    first_s
        The start of a run is left out. [s]
    steepest_grade
        Rise over run.
    lowest_cadence_spm
        Below this it was not running. [spm]

    Returns
    -------
    array of bool, shape (n,)

    References
    ----------
    .. [1] Windows as in the project's rules; the grade moves cadence by at most 0.3 spm per 1 % at the
       same speed in the runners measured.
    """
    began_s = np.arange(speed_mps.size) * WINDOW_S
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (began_s >= first_s)
            & (np.abs(grade) < steepest_grade)
            & (cadence_spm >= lowest_cadence_spm)
            & (speed_mps >= 1.5)
            & (speed_mps <= 7.5)
            & is_steady,
            dtype=bool,
        )


# Near what runners do, so that sums of squares lose no digits: cadence, and with it ms and % well enough.
CENTRE_MPS, CENTRE_VALUE = 3.0, 170.0


def line_terms(speed_mps: Floats, values: Floats) -> Floats:
    """What a line is fitted from; shape (5, n), for windows of shape (n,).

    Ones, speed, value, speed squared and speed times value, each about the centre.
    """
    terms = np.ones((5, speed_mps.size))
    terms[1], terms[2] = speed_mps, values
    terms[1] -= CENTRE_MPS
    terms[2] -= CENTRE_VALUE
    terms[3], terms[4] = terms[1] * terms[1], terms[1] * terms[2]
    return terms


def fit_curve(
    speed_mps: Floats, values: Floats, *, rounds: int = 3, terms: Floats | None = None
) -> Curve | None:
    """A straight line through a runner's windows that single odd windows cannot tilt.

    Least squares, reweighted by Huber's rule at 1.345 robust standard deviations.

    Parameters
    ----------
    speed_mps, values
        Windows of several runs: speed [m/s] and cadence or what else is judged by it; shape (n,).
    rounds
        How often the line is drawn; the first time all windows weigh alike.
    terms
        Their `line_terms`, where many fits share them.

    Returns
    -------
    Curve or None
        None when fewer than 20 windows are there. Where the speeds vary by less than 0.1 m/s (SD) no slope
        can be seen, and the curve is level.

    References
    ----------
    .. [1] Huber 1964, Ann Math Statist 35:73, doi 10.1214/aoms/1177703732.
    """
    if speed_mps.size < 20:
        return None
    terms = line_terms(speed_mps, values) if terms is None else terms
    slope, level = _weighted_line(terms.sum(axis=1))
    for _ in range(rounds - 1):
        weight = _huber_weights(np.abs(np.array([-level, -slope, 1.0]) @ terms[:3]))
        slope, level = _weighted_line(terms @ weight)
    return Curve(CENTRE_VALUE + level - slope * CENTRE_MPS, slope, *percentiles(speed_mps, (5.0, 95.0)))


def _weighted_line(sums: Floats) -> tuple[float, float]:
    """Slope and level of a line by weighted least squares, level where x hardly varies.

    From the weighted sums of 1, x, y, x squared and x times y.
    """
    total, x, y, xx, xy = sums.tolist()
    mean_x, mean_y = x / total, y / total
    variance = xx / total - mean_x**2
    slope = (xy / total - mean_x * mean_y) / variance if variance > 0.01 else 0.0
    return slope, mean_y - slope * mean_x


def _huber_weights(residual: Floats) -> Floats:
    """1 up to 1.345 robust standard deviations, and less the further beyond."""
    middle = residual.size // 2
    # The median as one order statistic, which is as good here and quicker.
    limit = 1.345 * 1.4826 * max(float(np.partition(residual, middle)[middle]), 0.1)
    return limit / np.maximum(residual, limit)


def percentiles(values: Floats, at: Sequence[float]) -> list[float]:
    """Percentiles between order statistics, as `numpy.percentile` gives them and many times as fast.

    Parameters
    ----------
    values
        Known values; shape (n,), n >= 1.
    at
        Percentiles, 0 to 100.
    """
    ordered = np.sort(values)
    found = []
    for percent in at:
        place = percent / 100.0 * (ordered.size - 1)
        below = int(place)
        low, high = float(ordered[below]), float(ordered[min(below + 1, ordered.size - 1)])
        found.append(low + (place - below) * (high - low))
    return found
