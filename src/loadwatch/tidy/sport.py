"""What an activity was, when its label is missing or cannot be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loadwatch.tidy.grid import Grid

RUNNING = "running"
ON_FOOT = ("running", "walking", "hiking")

_WALKING_MPS = 1.95  # walking turns into running near 2 m/s
_WALKING_SPM = 140.0
_RUNNING_LIMIT_MPS = 5.5  # faster than this for most of an outing is a vehicle or a world-class race


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
    speed_mps = _usual(grid.speed_mps[grid.is_moving])
    cadence_spm = _usual(grid.cadence_spm[grid.is_moving & (grid.cadence_spm > 0)])
    if label == RUNNING:
        if speed_mps < _WALKING_MPS and cadence_spm < _WALKING_SPM:
            return "walking", (
                f"labelled running, but walked: half of it below {speed_mps:.1f} m/s and {cadence_spm:.0f} spm"
            )
        return RUNNING, ""
    if label not in ("", "generic"):
        return label, ""
    if np.isnan(speed_mps):
        if cadence_spm >= _WALKING_SPM:
            return RUNNING, f"not labelled; running by its cadence ({cadence_spm:.0f} spm)"
        return "unknown", "not labelled, and neither speed nor cadence tells what it was"
    by_what = f"its speed ({speed_mps:.1f} m/s)"
    if not np.isnan(cadence_spm):
        by_what += f" and cadence ({cadence_spm:.0f} spm)"
    if speed_mps > _RUNNING_LIMIT_MPS:
        return "cycling", f"not labelled; a ride or a drive by {by_what}"
    is_walk = speed_mps < _WALKING_MPS if np.isnan(cadence_spm) else cadence_spm < _WALKING_SPM
    if is_walk:
        return "walking", f"not labelled; walking by {by_what}"
    return RUNNING, f"not labelled; running by {by_what}"


def _usual(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size >= 20 else float("nan")
