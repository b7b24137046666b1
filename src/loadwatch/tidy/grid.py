"""A recording laid out second by second on its timer clock.

Watches write a sample every second, or when something changes, three to many seconds apart. On this grid
every second counts once, whatever the watch did, so no metric ever counts samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats

LONGEST_BRIDGE_S = 60.0  # a value further than this from both its neighbours is unknown


@dataclass(frozen=True)
class Grid:
    """One value a second while the timer runs; NaN where unknown. All arrays have shape (n,).

    Attributes
    ----------
    elapsed_s
        Seconds since the start on the wall's clock, which pauses do not stop.
    distance_m
        Metres covered since the start.
    speed_mps
        Ground speed.
    is_moving
        Neither paused nor standing.
    is_whole
        False within two seconds of a pause, where averages would bridge it.
    altitude_m, heart_rate_bpm, cadence_spm, power_w, ground_contact_ms, vertical_oscillation_mm, \
vertical_ratio_pct, step_length_m, contact_balance_pct
        The samples of the same names.
    """

    elapsed_s: Floats
    distance_m: Floats
    speed_mps: Floats
    is_moving: Bools
    is_whole: Bools
    altitude_m: Floats
    heart_rate_bpm: Floats
    cadence_spm: Floats
    power_w: Floats
    ground_contact_ms: Floats
    vertical_oscillation_mm: Floats
    vertical_ratio_pct: Floats
    step_length_m: Floats
    contact_balance_pct: Floats

    @property
    def size(self) -> int:
        """Seconds in the grid."""
        return int(self.distance_m.size)


SAMPLED = (
    "altitude_m",
    "heart_rate_bpm",
    "cadence_spm",
    "power_w",
    "ground_contact_ms",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "step_length_m",
    "contact_balance_pct",
)


def bridge(seconds: Floats, at_s: Floats, values: Floats, *, longest_bridge_s: float) -> Floats:
    """Values between samples on a straight line; NaN where the samples around lie too far apart.

    Parameters
    ----------
    seconds
        Where values are wanted, increasing; shape (n,). [s]
    at_s, values
        Times not decreasing, values with NaN for gaps; shape (m,).
    longest_bridge_s
        Longest gap between two samples that is filled. [s]

    Returns
    -------
    array, shape (n,)
    """
    is_known = ~np.isnan(values)
    if not is_known.any():
        return np.full(seconds.size, np.nan)
    at, known = at_s[is_known], values[is_known]
    filled = np.interp(seconds, at, known)
    after = np.searchsorted(at, seconds, side="left")
    left = at[np.maximum(after - 1, 0)]
    right = at[np.minimum(after, at.size - 1)]
    # Before the first and after the last sample the same bound holds, to that one sample.
    gap_s = np.where(after == 0, right - seconds, np.where(after == at.size, seconds - left, right - left))
    filled[(gap_s > longest_bridge_s) & (right != seconds)] = np.nan
    return filled


def median_filter(values: Floats, width: int) -> Floats:
    """Running median over an odd number of seconds; ends repeat. Shape (n,)."""
    if values.size == 0:
        return values
    half = width // 2
    padded = np.concatenate([np.repeat(values[0], half), values, np.repeat(values[-1], half)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    return np.asarray(np.median(windows, axis=1), dtype=float)
