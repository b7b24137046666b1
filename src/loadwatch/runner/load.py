"""What each run cost: load, hard and fast running, and leg load, at what was known of the runner that day."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.metrics import hills, intensity, legs, speed_curve
from loadwatch.metrics.zones import EASY_SPEED_RATIO, HARD_SPEED_RATIO
from loadwatch.runner.workouts import workout_of
from loadwatch.vectors import MISSING, TRACE_STEP_S, TRACES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loadwatch._arrays import Floats
    from loadwatch.runner.known import HeartRates, Speeds
    from loadwatch.runs import RunRecord

    Stored = np.ndarray[Any, np.dtype[np.int16]]

HARD_HEART_RATE_RATIO = 0.89  # threshold heart rate lies at 0.88 to 0.90 of the maximum
FAST_STRETCH_S = 20  # shorter ones are strides or a receiver's slip, before which nobody warms up
STANDING_MPS = 0.5
BY_OTHER = ("heart_rate", "duration")  # where load comes from when not from speed
HIGHEST_STORED = 32767  # in traces, which are 16-bit integers
STEEP_FROM = (
    hills.STEEPNESS_EDGES.index(hills.STEEP_GRADE) + 1
)  # place of the slopes of 8 to 12 % among all steepness
FAST_SPEEDS_MPS = speed_curve.FAST_SPEEDS_MPS.tolist()


def load_facts(
    records: Sequence[RunRecord],
    speeds: Sequence[Speeds],
    heart_rates: Sequence[HeartRates],
    sex: str,
    earlier_loads: Sequence[float] = (),
) -> list[dict[str, Any]]:
    """Columns of the `runs` table that rest on what is known of the runner, for each run.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    speeds, heart_rates
        As known on the day of each.
    sex
        As `intensity.impulse_per_min` takes it.
    earlier_loads
        `loads_per_hour` of the runs before these.

    Returns
    -------
    list of dict
        load, load_source, trimp, easy_s, moderate_s, hard_s, notes, hill_repetition_count, fast_m, fast_s,
        easy_before_fast_s and steep_fast_descent_m of each run, and `speed_leg_km`: what fast running adds to
        its leg load, unweighted.
    """
    rows = []
    per_hour = sorted(earlier_loads)
    for record, speed, heart_rate in zip(records, speeds, heart_rates, strict=True):
        # Each trace is read once, as it is stored: on a long history this is most of the work.
        beats = record.vectors["trace_heart_rate_bpm"]
        trimp = _trimp(beats, heart_rate, sex)
        load, source = _load(record, speed, heart_rate, trimp, sex, per_hour)
        zones = _zone_seconds(record, beats, speed, heart_rate)
        row = {"load": load, "load_source": source, "trimp": trimp} | zones
        workout = workout_of(record, speed.critical_mps, zones["hard_s"])
        row["notes"] = "; ".join(filter(None, (record.facts["notes"], workout.note)))
        row["hill_repetition_count"] = workout.hill_repetition_count
        rows.append(row | _fast_facts(record, speed) | _fast_descent(record, speed))
    return rows


def loads_per_hour(records: Sequence[RunRecord], rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """Load per hour of the runs whose load is known by speed."""
    return [
        row["load"] / (record.facts["timer_s"] / 3600.0)
        for record, row in zip(records, rows, strict=True)
        if row["load_source"] not in BY_OTHER and record.facts["timer_s"] > 0
    ]


def _is_half_known(stored: Stored) -> bool:
    return bool(2 * np.count_nonzero(stored != MISSING) >= max(stored.size, 1))


def _trimp(beats: Stored, heart_rate: HeartRates, sex: str) -> float:
    """Banister's impulse, summed along the run.

    NaN where less than half of it has a heart rate, or rest or maximum is unknown.
    """
    resting_bpm, maximum_bpm = heart_rate.resting_bpm, heart_rate.maximum_bpm
    if not maximum_bpm > resting_bpm or not _is_half_known(beats):
        return float("nan")
    # What is missing lies below 0 and counts as 0 bpm, which adds nothing.
    impulse = float(_impulses(resting_bpm, maximum_bpm, sex).take(beats, mode="clip").sum())
    return impulse / int(np.count_nonzero(beats != MISSING)) * beats.size * TRACE_STEP_S / 60.0


@lru_cache(maxsize=8)
def _impulses(resting_bpm: float, maximum_bpm: float, sex: str) -> Floats:
    """Impulse per minute at each stored heart rate up to the maximum, beyond which it stays the same."""
    step_bpm = TRACES["heart_rate_bpm"]
    heart_rate_bpm = np.arange(0.0, maximum_bpm + step_bpm, step_bpm)
    return intensity.impulse_per_min(heart_rate_bpm, resting_bpm, maximum_bpm, sex=sex)


def _load(
    record: RunRecord,
    speed: Speeds,
    heart_rate: HeartRates,
    trimp: float,
    sex: str,
    per_hour: list[float],
) -> tuple[float, str]:
    """Load by graded speed; by heart rate where speed is missing; by duration where both are.

    `per_hour` holds `loads_per_hour` of earlier runs in rising order; this run's is put among them.
    """
    facts = record.facts
    load = intensity.speed_load(facts["normalized_speed_mps"], speed.threshold_mps, facts["timer_s"])
    hours = facts["timer_s"] / 3600.0
    if not np.isnan(load):
        if hours > 0:
            insort(per_hour, load / hours)
        return load, speed.threshold_source
    if not np.isnan(trimp):
        # What an hour at threshold heart rate leaves; 0 where rest and maximum lie absurdly close.
        threshold_bpm = np.array([HARD_HEART_RATE_RATIO * heart_rate.maximum_bpm])
        impulse = intensity.impulse_per_min(
            threshold_bpm, heart_rate.resting_bpm, heart_rate.maximum_bpm, sex=sex
        )
        if impulse[0] > 0.0:
            return 100.0 * trimp / (60.0 * float(impulse[0])), BY_OTHER[0]
    return hours * (float(np.median(per_hour)) if per_hour else 100.0), BY_OTHER[1]


def _zone_seconds(
    record: RunRecord, beats: Stored, speed: Speeds, heart_rate: HeartRates
) -> dict[str, float]:
    """Easy, moderate and hard seconds by graded speed; hard ones by heart rate without a critical speed."""
    nan = float("nan")
    if not np.isnan(speed.critical_mps):
        graded = record.vectors["trace_graded_speed_mps"]
        above_s, hard_s = (
            _seconds_at(graded, lowest_stored("graded_speed_mps", ratio * speed.critical_mps))
            for ratio in (EASY_SPEED_RATIO, HARD_SPEED_RATIO)
        )
        # Standing still is no easy running; and a trace in steps may hold a little more than was moved.
        easy_s = max(record.facts["moving_s"] - above_s, 0.0) if above_s >= 0.0 else nan
        return {"easy_s": easy_s, "moderate_s": above_s - hard_s, "hard_s": hard_s}
    hard_s = nan
    if not np.isnan(heart_rate.maximum_bpm):
        limit = lowest_stored("heart_rate_bpm", HARD_HEART_RATE_RATIO * heart_rate.maximum_bpm)
        hard_s = _seconds_at(beats, limit)
    return {"easy_s": nan, "moderate_s": nan, "hard_s": hard_s}


@lru_cache(maxsize=64)
def lowest_stored(name: str, limit: float) -> int:
    """The lowest integer that a trace can store for values at or above a limit."""
    return bisect_left(range(HIGHEST_STORED + 1), limit, key=TRACES[name].__mul__)


def fast_step(fast_mps: float) -> int:
    """Place of the lowest speed by which fast metres are kept that is not below a fast speed.

    As many as there are speeds where it lies beyond them all.
    """
    return bisect_left(FAST_SPEEDS_MPS, fast_mps - 1e-9)


def _seconds_at(stored: Stored, limit: int) -> float:
    """Seconds at or above a limit; NaN when less than half of the run is known."""
    return float(np.count_nonzero(stored >= limit) * TRACE_STEP_S) if _is_half_known(stored) else float("nan")


def _fast_facts(record: RunRecord, speed: Speeds) -> dict[str, float]:
    """Fast running, and what it adds to the leg load, at the speeds known that day."""
    facts, fast_m, fast_s = record.facts, float("nan"), float("nan")
    if not np.isnan(speed.fast_mps) and not facts["is_treadmill"]:
        step = fast_step(speed.fast_mps)
        is_beyond = step >= len(FAST_SPEEDS_MPS)
        fast_m = 0.0 if is_beyond else float(record.vectors["fast_by_speed_m"][step])
        fast_s = 0.0 if is_beyond else float(record.vectors["fast_by_speed_s"][step])
    speed_leg_km = _speed_leg_km(record, speed.critical_mps)
    easy_s = _easy_before_fast_s(record, speed.fast_mps) if fast_m > 0.0 else float("nan")
    return {"fast_m": fast_m, "fast_s": fast_s, "easy_before_fast_s": easy_s, "speed_leg_km": speed_leg_km}


def _fast_descent(record: RunRecord, speed: Speeds) -> dict[str, float]:
    """Metres descended both steeply and fast, scaled as all steep descent is; see `steep_facts`."""
    loss_m = record.facts["elevation_loss_computed_m"]
    if np.isnan(speed.fast_mps) or np.isnan(loss_m) or record.facts["is_treadmill"]:
        return {"steep_fast_descent_m": float("nan")}
    fall_m = record.vectors["steep_descent_by_speed_m"]
    step = fast_step(speed.fast_mps)
    if step >= len(FAST_SPEEDS_MPS) or not fall_m[step] > 0.0:
        return {"steep_fast_descent_m": 0.0}
    all_m = float(record.vectors["descent_by_steepness_m"].sum(dtype=float))
    return {"steep_fast_descent_m": float(fall_m[step]) / all_m * loss_m}


def _easy_before_fast_s(record: RunRecord, fast_mps: float) -> float:
    """Seconds run before the first fast stretch; NaN where none is long enough."""
    stored = record.vectors["trace_speed_mps"]
    long_enough = FAST_STRETCH_S // TRACE_STEP_S
    is_fast = np.concatenate([[0], np.cumsum(stored >= lowest_stored("speed_mps", fast_mps))])
    begins = np.flatnonzero(is_fast[long_enough:] - is_fast[:-long_enough] == long_enough)
    if not begins.size:
        return float("nan")
    return float(
        np.count_nonzero(stored[: begins[0]] > lowest_stored("speed_mps", STANDING_MPS)) * TRACE_STEP_S
    )


def _speed_leg_km(record: RunRecord, critical_mps: float) -> float:
    """Kilometres that speed adds to the leg load; only a known critical speed tells which were fast."""
    if np.isnan(critical_mps):
        return 0.0
    stored = record.vectors["trace_speed_mps"]
    fast_mps = (
        stored[stored >= lowest_stored("speed_mps", legs.FAST_FROM_RATIO * critical_mps)]
        * TRACES["speed_mps"]
    )
    if not fast_mps.size:
        return 0.0
    return float(fast_mps @ legs.speed_weight(fast_mps, critical_mps)) * TRACE_STEP_S / 1000.0


def steep_facts(records: Sequence[RunRecord]) -> list[dict[str, float]]:
    """How much of each run's climb and descent was steep.

    The sums by steepness count every bump, so they tell shares only; the totals are those without bumps.
    """
    columns_of = {}
    for way, total in (("climb", "elevation_gain_computed_m"), ("descent", "elevation_loss_computed_m")):
        vectors = [record.vectors[f"{way}_by_steepness_m"] for record in records]
        by_steepness_m = np.array(vectors, dtype=float).reshape(len(records), len(hills.STEEPNESS_EDGES) + 1)
        all_m = by_steepness_m.sum(axis=1)
        share = by_steepness_m[:, STEEP_FROM:].sum(axis=1) / np.where(all_m > 0.0, all_m, 1.0)
        total_m = np.array([record.facts[total] for record in records], dtype=float)
        columns_of[f"steep_{way}_m"] = (share * total_m).tolist()
    return [dict(zip(columns_of, row, strict=True)) for row in zip(*columns_of.values(), strict=True)]
