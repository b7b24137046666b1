"""What kind of session a run was, by the critical speed known that day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from loadwatch._arrays import zero_where_unknown
from loadwatch.metrics.repeats import hill_repetition_count, interval_count, surge_count
from loadwatch.vectors import TRACE_STEP_S

if TYPE_CHECKING:
    from loadwatch._arrays import Floats
    from loadwatch.runs import RunRecord

SHORTEST_HARD_S = 60.0  # three fast stretches of 20 s
LEAST_CLIMB_M = 45.0  # three climbs of 15 m
HILLY_RATIO = 0.01  # of its distance, computed ascent beyond which a run is hilly


class Workout(NamedTuple):
    """What a run's fast stretches and climbs make it: a note, and climbs, NaN where nobody can tell."""

    note: str
    hill_repetition_count: float


def workout_of(record: RunRecord, critical_mps: float, hard_s: float) -> Workout:
    """What a run's fast stretches and climbs make it; for most runs nothing.

    Parameters
    ----------
    record
        The run.
    critical_mps
        Critical speed as known that day, NaN where it is not. [m/s]
    hard_s
        Seconds of hard running, NaN where unknown.
    """
    climb_m = record.facts["elevation_gain_computed_m"]
    if np.isnan(critical_mps) or np.isnan(hard_s):
        return Workout("", float("nan"))
    none = float("nan") if np.isnan(climb_m) else 0.0
    # Most runs hold no minute of hard running: those need no second look.
    if hard_s < SHORTEST_HARD_S:
        return Workout("", none)
    graded_mps = record.trace("graded_speed_mps")
    if climbs := _climbs(record, graded_mps, critical_mps):
        return Workout(f"hill repetitions: {climbs} hard climbs", float(climbs))
    if repeats := interval_count(graded_mps, critical_mps, step_s=TRACE_STEP_S):
        return Workout(f"intervals: {repeats} fast stretches with slow ones between", none)
    # On hills ground speed has surges of its own.
    if climb_m > HILLY_RATIO * record.facts["distance_m"]:
        return Workout("", none)
    surges = surge_count(record.trace("speed_mps"), graded_mps, critical_mps, step_s=TRACE_STEP_S)
    return Workout(f"fartlek: {surges} fast stretches without a pattern" if surges else "", none)


def _climbs(record: RunRecord, graded_mps: Floats, critical_mps: float) -> int:
    if not record.facts["elevation_gain_computed_m"] >= LEAST_CLIMB_M:
        return 0
    distance_m = np.cumsum(zero_where_unknown(record.trace("speed_mps"))) * TRACE_STEP_S
    altitude_m = record.trace("altitude_m")
    return hill_repetition_count(distance_m, altitude_m, graded_mps, critical_mps, step_s=TRACE_STEP_S)
