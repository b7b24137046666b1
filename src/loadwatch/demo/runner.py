"""The synthetic runner's body: how fast it runs, how it steps, how its heart answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.demo.noise import smooth

if TYPE_CHECKING:
    from loadwatch.demo.noise import Floats

CADENCE_STANDING_SPM, CADENCE_PER_MPS = 146.0, 5.6
"""Steps per minute grow with speed along a line; the line's place is this runner's own."""

WALK_STANDING_SPM, WALK_PER_MPS = 62.0, 42.0
"""The same for walking."""

RESTING_BPM, MAX_BPM, BPM_PER_MPS, BPM_AT_REST_PACE = 50.0, 187.0, 28.0, 62.0
HEART_LAG_S, DRIFT_BPM_PER_HOUR = 35.0, 5.0

HIKE_MPS = 1.15
RUN_FROM_MPS = 1.9


@dataclass(frozen=True)
class Stretch:
    """So many metres at one effort.

    Attributes
    ----------
    metres
        Length, NaN for whatever is left of the run. [m]
    effort_mps
        Speed on the flat that would cost as much. [m/s]
    """

    metres: float
    effort_mps: float


REST = float("nan")
WORKOUTS: dict[str, tuple[Stretch, ...]] = {
    "easy": (Stretch(REST, 2.86),),
    "long": (Stretch(REST, 2.80),),
    "tempo": (Stretch(2000, 2.80), Stretch(5000, 3.62), Stretch(REST, 2.70)),
    "trial": (Stretch(2000, 2.80), Stretch(1500, 3.80), Stretch(3500, 3.72), Stretch(REST, 2.65)),
    "cruise": (Stretch(1800, 2.80), *4 * (Stretch(1500, 3.72), Stretch(300, 2.30)), Stretch(REST, 2.75)),
    "intervals": (Stretch(2000, 2.80), *10 * (Stretch(400, 4.50), Stretch(200, 2.20)), Stretch(REST, 2.70)),
    "thousands": (Stretch(2000, 2.80), *4 * (Stretch(1000, 4.25), Stretch(400, 2.30)), Stretch(REST, 2.70)),
    "climbs": (*4 * (Stretch(1200, 3.55), Stretch(1200, 2.45)), Stretch(REST, 2.45)),
    "hike": (Stretch(REST, HIKE_MPS),),
}
"""Each kind of outing as stretches of one effort; critical speed lies near 3.7 m/s."""


def effort_mps(kind: str, metres: Floats) -> Floats:
    """Planned effort at each metre of an outing.

    Parameters
    ----------
    kind
        A key of `WORKOUTS`.
    metres
        Distance from the start, from 0 in steps of one metre. [m]

    Returns
    -------
    numpy.ndarray
        Speed on the flat that would cost as much. [m/s]
    """
    stretches = WORKOUTS[kind]
    ends = np.cumsum([stretch.metres for stretch in stretches[:-1]])
    which = np.searchsorted(ends, metres, side="right")
    planned = np.array([stretch.effort_mps for stretch in stretches])[which]
    # A body needs some steps to change its speed.
    return smooth(planned, width=5.0)


def cost_of_grade(grade: Floats) -> Floats:
    """Energy cost of a slope against the flat, milder downhill than the laboratory's.

    Parameters
    ----------
    grade
        Rise over run, within 0.45 either way.

    Returns
    -------
    numpy.ndarray
        Cost as a multiple of that on the flat.

    References
    ----------
    .. [1] Minetti et al. 2002, J Appl Physiol 93:1039, doi 10.1152/japplphysiol.01177.2001.
    """
    minetti = np.polynomial.polynomial.polyval(grade, [3.6, 19.5, 46.3, -43.3, -30.4, 155.4]) / 3.6
    return np.where(grade > 0, 1 + 0.9 * (minetti - 1), np.maximum(minetti, 0.85))


def cadence_spm(
    speed_mps: Floats, progress: Floats, *, shift_pct: float = 0.0, fade_spm: float = 0.0
) -> Floats:
    """Step as the runner would at a speed, before noise.

    Parameters
    ----------
    speed_mps
        Ground speed. [m/s]
    progress
        Share of the distance already covered, 0 to 1.
    shift_pct
        Against the runner's own line. [%]
    fade_spm
        Last third minus first; it sets in after the middle. [steps/min]

    Returns
    -------
    numpy.ndarray
        Steps of both feet; 0 while standing. [steps/min]
    """
    running = CADENCE_STANDING_SPM + CADENCE_PER_MPS * speed_mps
    walking = WALK_STANDING_SPM + WALK_PER_MPS * speed_mps
    own = np.where(speed_mps >= RUN_FROM_MPS, running, walking)
    faded = fade_spm * np.interp(progress, [0.55, 0.66], [0.0, 1.0])
    return np.where(speed_mps > 0.3, own * (1 + shift_pct / 100) + faded, 0.0)


def heart_rate_bpm(effort: Floats, *, days_back: float = np.inf) -> Floats:
    """Follow the effort with the heart, late and slowly drifting up.

    Parameters
    ----------
    effort
        Speed on the flat that costs as much, one value a second. [m/s]
    days_back
        Days since the end of a long break; the heart beats faster in the weeks after. [days]

    Returns
    -------
    numpy.ndarray
        Heart rate, before noise. [1/min]
    """
    seconds = np.arange(len(effort))
    asked = BPM_AT_REST_PACE + BPM_PER_MPS * effort + DRIFT_BPM_PER_HOUR * seconds / 3600
    asked = asked + 11 * np.exp(-days_back / 12)
    # The first seconds are run on a heart that was standing at the door.
    before = np.full(6 * round(HEART_LAG_S), RESTING_BPM + 25)
    answer = np.exp(-np.arange(len(before)) / HEART_LAG_S)
    followed = np.convolve(np.concatenate([before, asked]), answer / answer.sum())
    return np.minimum(followed[len(before) : len(before) + len(effort)], MAX_BPM)


def ground_contact_ms(speed_mps: Floats) -> Floats:
    """Milliseconds that a foot stays on the ground, at a speed in metres per second."""
    return 373 - 30.6 * speed_mps


def vertical_ratio_pct(speed_mps: Floats) -> Floats:
    """Bounce in percent of the step length, at a speed in metres per second."""
    return 12.1 - 1.2 * speed_mps
