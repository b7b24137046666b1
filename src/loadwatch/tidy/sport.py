"""What an activity was, when its label is missing or cannot be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median

if TYPE_CHECKING:
    from loadwatch._arrays import Floats
    from loadwatch.tidy.grid import Grid

RUNNING = "running"
ON_FOOT = ("running", "walking", "hiking")
SAYS_NOTHING = ("", "generic")

_WALKING_MPS = 1.95  # walking turns into running near 2 m/s
_WALKING_SPM = 140.0
# With this much running in it, a slow outing is still a run. A design choice, looked at on one runner only.
_RUN_WALK_SHARE = 0.2
RUNNING_LIMIT_MPS = 5.5  # faster than this for most of an outing is a vehicle or a world-class race


def decide_sport(label: str, grid: Grid) -> tuple[str, str]:
    """Sport of an activity, and a note where it is not what the file says.

    Parameters
    ----------
    label
        The file's own word for it, empty where it has none.
    grid
        The activity second by second.

    Returns
    -------
    sport, note
        The note is empty where the label was taken as it is.
    """
    if label == RUNNING and grid.distance_m[-1] < 1.0 and not grid.is_moving.any():
        return "unknown", "labelled running, but records no movement"
    if label != RUNNING and label not in SAYS_NOTHING:
        return label, ""
    moving_mps = grid.speed_mps[grid.is_moving]
    if label == RUNNING and _is_running_pace(moving_mps):
        return label, ""
    speed_mps = _usual(moving_mps)
    cadence_spm = _usual(grid.cadence_spm[grid.is_moving & (grid.cadence_spm > 0)])
    if label in SAYS_NOTHING:
        return _by_pace(speed_mps, cadence_spm)
    is_slow = speed_mps < _WALKING_MPS and cadence_spm < _WALKING_SPM
    if is_slow and _running_share(grid) < _RUN_WALK_SHARE:
        return "walking", (
            f"labelled running, but walked: half of it below {speed_mps:.1f} m/s and {cadence_spm:.0f} spm"
        )
    return label, ""


def _is_running_pace(moving_mps: Floats) -> bool:
    """Whether the usual speed is that of running, or unknown."""
    # Counting takes far less time than the median, and mostly tells on which side of a speed it lies.
    slow_count = np.count_nonzero(moving_mps < _WALKING_MPS)
    is_mostly_fast = slow_count < np.count_nonzero(moving_mps >= _WALKING_MPS)
    return bool(is_mostly_fast) or not _usual(moving_mps) < _WALKING_MPS


def _running_share(grid: Grid) -> float:
    """Share of the moving time at running cadence: much in run-walks and mountain runs, none in walks."""
    return float(np.mean(grid.cadence_spm[grid.is_moving] >= _WALKING_SPM)) if grid.is_moving.any() else 0.0


def _by_pace(speed_mps: float, cadence_spm: float) -> tuple[str, str]:
    """Sport of an activity without a label, and what tells it."""
    has_speed, has_cadence = not np.isnan(speed_mps), not np.isnan(cadence_spm)
    if not has_speed and not has_cadence:
        return "unknown", "not labelled, and neither speed nor cadence tells what it was"
    told = [f"its speed ({speed_mps:.1f} m/s)"] if has_speed else []
    told += [f"its cadence ({cadence_spm:.0f} spm)"] if has_cadence else []
    by_what = " and ".join(told)
    if speed_mps > RUNNING_LIMIT_MPS:
        return "cycling", f"not labelled; a ride or a drive by {by_what}"
    is_walk = cadence_spm < _WALKING_SPM if has_cadence else speed_mps < _WALKING_MPS
    sport = "walking" if is_walk else RUNNING
    return sport, f"not labelled; {sport} by {by_what}"


def _usual(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return median(known) if known.size >= 20 else float("nan")
