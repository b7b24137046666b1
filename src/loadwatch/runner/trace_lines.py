"""A run's traces as lines short enough to draw, broken where the runner paused or nothing was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.metrics.steps import window_means
from loadwatch.vectors import TRACE_STEP_S

if TYPE_CHECKING:
    from loadwatch._arrays import Floats
    from loadwatch.runs import RunRecord

NAMES = ("speed_mps", "heart_rate_bpm", "cadence_spm", "altitude_m")
MOST_POINTS = 200
SHORTEST_PAUSE_S = 10.0
PAUSE_SHARE = 0.015  # width of a pause, of the run: as long as it was, it would hide the run
SLOWEST_MPS = 0.5  # below, the runner stands


@dataclass(frozen=True)
class TraceLine:
    """One quantity along a run.

    Attributes
    ----------
    parts
        Lines between pauses and gaps: place in the run from 0 to 1, and values; shape (n,) each.
    low, high
        5th and 95th percentile while moving; NaN where nothing was recorded.
    lowest, highest
        Of all samples.
    """

    parts: tuple[tuple[Floats, Floats], ...]
    low: float
    high: float
    lowest: float
    highest: float


def trace_lines(record: RunRecord, *, most_points: int = MOST_POINTS) -> dict[str, TraceLine]:
    """Speed, heart rate, cadence and altitude along one run, each in at most so many points.

    Parameters
    ----------
    record
        A run with its traces and pauses.
    most_points
        Neighbouring samples are averaged until so few are left.
    """
    speed_mps = record.trace("speed_mps")
    span = max(-(-speed_mps.size // most_points), 1)
    count = speed_mps.size // span
    middle_s = (np.arange(count) + 0.5) * span * TRACE_STEP_S
    is_pause = record.vectors["pause_s"] >= SHORTEST_PAUSE_S
    paused_before = np.searchsorted(record.vectors["pause_before_s"][is_pause], middle_s, side="right")
    width_s = PAUSE_SHARE * speed_mps.size * TRACE_STEP_S
    length_s = speed_mps.size * TRACE_STEP_S + width_s * np.count_nonzero(is_pause)
    place = (middle_s + width_s * paused_before) / max(length_s, 1.0)
    is_moving = ~(speed_mps < SLOWEST_MPS)
    return {name: _line(record.trace(name), is_moving, span, place, paused_before) for name in NAMES}


def _line(
    values: Floats,
    is_moving: np.ndarray[tuple[int], np.dtype[np.bool_]],
    span: int,
    place: Floats,
    paused_before: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> TraceLine:
    known = values[~np.isnan(values)]
    moving = values[~np.isnan(values) & is_moving]
    if not moving.size:
        return TraceLine((), *(float("nan"),) * 4)
    means = window_means(values, span_s=span)
    is_known = ~np.isnan(means)
    is_break = np.diff(paused_before, prepend=0) > 0
    # A stretch ends with a pause and with a gap.
    stretch = np.cumsum(is_break | (np.diff(is_known, prepend=False)))[is_known]
    cuts = np.flatnonzero(np.diff(stretch)) + 1
    parts = zip(np.split(place[is_known], cuts), np.split(means[is_known], cuts), strict=True)
    low, high = np.percentile(moving, (5.0, 95.0)).tolist()
    return TraceLine(tuple(parts), low, high, float(known.min()), float(known.max()))
