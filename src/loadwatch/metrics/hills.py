"""Climb, descent, grade, and what a grade costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import zero_where_unknown
from loadwatch.metrics.speed_curve import FAST_SPEEDS_MPS, FAST_STEP_MPS

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats

WALKED_S = 60  # looked at together for climbs
STEEPEST_GRADE = 0.30  # the cost polynomial and a runner's altimeter are both trusted up to here


def smooth_altitude_m(altitude_m: Floats, *, span_s: int) -> Floats:
    """Centred running mean of an altitude given every second.

    Parameters
    ----------
    altitude_m
        One value a second, NaN for gaps; shape (n,). [m]
    span_s
        Length of the mean, odd: 11 with a barometer, 31 without. [s]

    Returns
    -------
    array, shape (n,)
        NaN stays NaN; around gaps and at the ends the mean runs over what is there.

    References
    ----------
    .. [1] Compared with the totals of five watches over 282 runs: the 11 s mean with 1 m hysteresis came
       within 14 % for each (docs/validation.md has the project's own figures).
    """
    is_known = ~np.isnan(altitude_m)
    counts = _centred_sums(is_known, span_s)
    if is_known.all():
        return _centred_sums(altitude_m, span_s) / counts
    with np.errstate(invalid="ignore"):
        mean = _centred_sums(np.where(is_known, altitude_m, 0.0), span_s) / counts
    return np.where(is_known, mean, np.nan)


def _centred_sums(values: Floats | Bools, span: int) -> Floats:
    """Sums over an odd number of places around each; fewer at both ends. Shape (n,)."""
    total = np.cumsum(values)
    half = np.repeat(total[-1:], span // 2)
    padded = np.concatenate([np.zeros(span // 2 + 1), total, half])
    return np.asarray(padded[span:] - padded[: values.size], dtype=float)


def climb_and_descent_m(altitude_m: Floats, *, smallest_climb_m: float = 1.0) -> tuple[float, float]:
    """Metres climbed and descended, ignoring bumps smaller than the sensor can see.

    Parameters
    ----------
    altitude_m
        Altitude in order, smoothed, NaN for gaps; shape (n,). [m]
    smallest_climb_m
        The reference height moves only when the altitude leaves it by this much. [m]

    Returns
    -------
    climb_m, descent_m
        Both positive. [m] NaN when no altitude is known.

    References
    ----------
    .. [1] Hysteresis as in GoldenCheetah's elevation metrics.
    """
    known = altitude_m[~np.isnan(altitude_m)]
    if known.size == 0:
        return float("nan"), float("nan")
    climb_m = descent_m = 0.0
    reference_m = float(known[0])
    low_m, high_m = reference_m - smallest_climb_m, reference_m + smallest_climb_m
    # Each step depends on where the reference stands by then, so this walk cannot be vectorised. Minutes
    # wholly within the band, as most are, are passed over.
    starts = np.arange(0, known.size, WALKED_S)
    lowest_m, highest_m = np.minimum.reduceat(known, starts), np.maximum.reduceat(known, starts)
    for start, least_m, most_m in zip(starts.tolist(), lowest_m.tolist(), highest_m.tolist(), strict=True):
        if low_m < least_m and most_m < high_m:
            continue
        for height_m in known[start : start + WALKED_S].tolist():
            if low_m < height_m < high_m:
                continue
            if height_m > reference_m:
                climb_m += height_m - reference_m
            else:
                descent_m += reference_m - height_m
            reference_m = height_m
            low_m, high_m = height_m - smallest_climb_m, height_m + smallest_climb_m
    return climb_m, descent_m


def grade_ratio(distance_m: Floats, altitude_m: Floats, *, base_m: float = 30.0) -> Floats:
    """Slope along the run, over a base long enough for the altimeter.

    Parameters
    ----------
    distance_m, altitude_m
        Metres covered, not decreasing, and smoothed altitude, NaN for gaps; shape (n,). [m]
    base_m
        Length over which the slope is taken. [m]

    Returns
    -------
    array, shape (n,)
        Rise over run, within +-0.30; NaN where the altitude is unknown.
    """
    is_known = ~np.isnan(altitude_m + distance_m)
    if np.count_nonzero(is_known) < 2:
        return np.full(distance_m.size, np.nan)
    at_m, height_m = distance_m, altitude_m
    if not is_known.all():
        at_m, height_m = distance_m[is_known], altitude_m[is_known]
    before_m = np.maximum(distance_m - base_m / 2.0, at_m[0])
    after_m = np.minimum(distance_m + base_m / 2.0, at_m[-1])
    rise_m = np.interp(after_m, at_m, height_m) - np.interp(before_m, at_m, height_m)
    run_m = np.maximum(after_m - before_m, base_m / 2.0)
    slope = np.minimum(np.maximum(rise_m / run_m, -STEEPEST_GRADE), STEEPEST_GRADE)
    return slope if at_m is distance_m else np.where(is_known, slope, np.nan)


def running_cost_j_per_kg_m(grade: Floats) -> Floats:
    """Energy cost of running on a slope. [J/(kg m)], shape as given.

    Parameters
    ----------
    grade
        Rise over run, -0.45 to +0.45.

    References
    ----------
    .. [1] Minetti et al. 2002, J Appl Physiol 93:1039, doi 10.1152/japplphysiol.01177.2001; 10 runners.
    """
    # Horner's scheme in place, which `numpy.polyval` does with a new array for each step.
    cost = np.multiply(grade, 155.4)
    for coefficient in (-30.4, -43.3, 46.3, 19.5):
        cost += coefficient
        cost *= grade
    return np.asarray(cost + 3.6, dtype=float)


def grade_factor(grade: Floats) -> Floats:
    """By how much a slope makes running harder than the flat; unknown slopes count as flat.

    Uphill nine tenths of the measured extra cost; downhill at most 15 % easier, because the laboratory
    curve promises more than runners' heart rates show.

    References
    ----------
    .. [1] Cost: `running_cost_j_per_kg_m`; the two corrections are design choices (docs).
    """
    slope = zero_where_unknown(grade)
    relative = running_cost_j_per_kg_m(slope) / 3.6
    return np.where(slope > 0.0, 1.0 + 0.9 * (relative - 1.0), np.maximum(relative, 0.85))


STEEPNESS_EDGES = (0.02, 0.05, 0.08, 0.12)
STEEP_GRADE = 0.08


def rise_by_steepness_m(distance_m: Floats, grade: Floats) -> tuple[Floats, Floats]:
    """Metres of rise and of fall on slopes of up to 2, 5, 8, 12 % and above.

    Parameters
    ----------
    distance_m, grade
        Metres covered and the slope there, from `grade_ratio`; shape (n,).

    Returns
    -------
    climb_m, descent_m
        Shape (5,) each, both positive. [m] Unsmoothed bumps are not taken out, so the sums may exceed
        `climb_and_descent_m`.
    """
    rise_m = zero_where_unknown(np.diff(distance_m, prepend=distance_m[:1]) * grade)
    steep = np.abs(grade)
    size = len(STEEPNESS_EDGES) + 1
    # Counting the edges passed takes far less time than looking each slope up among them.
    kind = (rise_m < 0.0) * np.int8(size)
    for edge in STEEPNESS_EDGES:
        kind += steep >= edge
    rises = np.bincount(kind, np.abs(rise_m), minlength=2 * size)
    return rises[:size].astype(float), rises[size:].astype(float)


def steep_descent_by_speed_m(
    distance_m: Floats, grade: Floats, speed_mps: Floats, *, steep_grade: float = STEEP_GRADE
) -> Floats:
    """Metres of fall on steep slopes, for each speed that might count as fast.

    Parameters
    ----------
    distance_m, grade, speed_mps
        Metres covered, the slope there, from `grade_ratio`, and ground speed, every second; shape (n,).
    steep_grade
        A slope falls steeply from here on, rise over run.

    Returns
    -------
    array, shape (61,)
        At or above each speed of `FAST_SPEEDS_MPS`, positive. [m] Bumps count as in `rise_by_steepness_m`.
    """
    # Comparing with NaN gives False, so an unknown slope or speed is neither steep nor fast.
    steep = np.flatnonzero(grade <= -steep_grade)
    steep = steep[speed_mps[steep] >= FAST_SPEEDS_MPS[0]]
    if not steep.size:
        return np.zeros(FAST_SPEEDS_MPS.size)
    step_m = zero_where_unknown(distance_m[steep] - distance_m[np.maximum(steep - 1, 0)])
    # How many of the speeds each second reaches; they are even steps.
    beyond = (speed_mps[steep] - FAST_SPEEDS_MPS[0] + 1e-9) / FAST_STEP_MPS + 1.0
    reached = np.minimum(beyond, FAST_SPEEDS_MPS.size).astype(np.intp)
    fall_m = np.bincount(reached, -grade[steep] * step_m, FAST_SPEEDS_MPS.size + 1)[:0:-1]
    return np.cumsum(fall_m)[::-1].astype(float)
