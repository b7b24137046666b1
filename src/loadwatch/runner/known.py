"""Speeds and heart rates of a runner as known on the day of each run, from that run and earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadwatch._windows import lowest, percentiles
from loadwatch.metrics import speed_curve
from loadwatch.runs import SPEED_BIN_MPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

CRITICAL_SPEED_DAYS = 90
FAST_DAYS = 180
FEWEST_RUNS = 20  # before a maximum heart rate or a usual fast speed can be told from the runs
FAST_SPEED_RATIO = 1.10
BINS_AT_ONCE = 1024


@dataclass(frozen=True)
class Speeds:
    """A runner's speeds as known on the day of one run. NaN where too little is known. [m/s]"""

    critical_mps: float
    threshold_mps: float
    threshold_source: str
    fast_mps: float


@dataclass(frozen=True)
class HeartRates:
    """A runner's heart rates as known on the day of one run. NaN where too little is known. [bpm]"""

    resting_bpm: float
    maximum_bpm: float


def known_speeds(records: Sequence[RunRecord], settings: Settings) -> list[Speeds]:
    """Critical, threshold and fast speed on the day of each run; records in order of start, at least one."""
    # Who flies west may start a later run on an earlier day.
    day = np.maximum.accumulate(np.array([record.facts["local_date"].toordinal() for record in records]))
    is_outside = np.array([not record.facts["is_treadmill"] for record in records], dtype=bool)
    graded_mps = _facts(records, "graded_speed_mean_mps")
    times_s = np.array([record.vectors["effort_graded_time_s"] for record in records], dtype=float)
    times_s[~is_outside] = np.nan
    begin, end = np.searchsorted(day, day - CRITICAL_SPEED_DAYS, side="right"), np.arange(1, day.size + 1)
    critical_mps = _critical_speeds(times_s, graded_mps, begin, end, told_mps=settings.threshold_speed_mps)
    best_5km_s = lowest(times_s[:, _effort(5000.0)], begin, end, 1)[:, 0]
    threshold_mps = np.where(np.isnan(critical_mps), 0.96 * 5000.0 / best_5km_s, critical_mps)
    source = np.where(np.isnan(critical_mps), "best_5km", "critical_speed").astype(object)
    for i in np.flatnonzero(np.isnan(threshold_mps)):
        threshold_mps[i], source[i] = _mean(graded_mps[begin[i] : end[i]]), "own_mean_speed"
    usual_fast_mps = _usual_fast_speeds(records, day, is_outside)
    fast_mps = np.fmax(FAST_SPEED_RATIO * critical_mps, usual_fast_mps)
    fast_mps[np.isnan(usual_fast_mps)] = np.nan
    columns = (critical_mps.tolist(), threshold_mps.tolist(), source.tolist(), fast_mps.tolist())
    return [Speeds(*row) for row in zip(*columns, strict=True)]


def _critical_speeds(
    times_s: Floats, graded_mps: Floats, begin: Ints, end: Ints, *, told_mps: float
) -> Floats:
    """Critical speed as the runner tells it, else from the best efforts of each window of runs."""
    if not np.isnan(told_mps):
        return np.full(begin.size, told_mps)
    # More than the three best over a distance decide nothing.
    best_s = np.stack(
        [lowest(times_s[:, _effort(length)], begin, end, 3) for length in speed_curve.CRITICAL_DISTANCES_M],
        axis=-1,
    )
    usual_mps = np.nan_to_num(percentiles(graded_mps, begin, end, [50.0])[:, 0])
    return speed_curve.critical_speed_mps(best_s, usual_mps=usual_mps)


def _effort(length_m: float) -> int:
    return speed_curve.EFFORT_DISTANCES_M.index(length_m)


def _usual_fast_speeds(records: Sequence[RunRecord], day: Ints, is_outside: Bools) -> Floats:
    """95th percentile of the speeds of half a year, by time; NaN before 20 runs outside. [m/s]"""
    seconds = np.array([record.vectors["seconds_by_speed"] for record in records], dtype=np.int32)
    until = np.cumsum(seconds * is_outside[:, None], axis=0, dtype=np.int64)
    begin = np.searchsorted(day, day - FAST_DAYS, side="right")
    found: list[Floats] = []
    for row in range(0, day.size, BINS_AT_ONCE):
        rows = slice(row, row + BINS_AT_ONCE)
        before = np.where(begin[rows, None] > 0, until[begin[rows] - 1], 0)
        found.append(_percentile_of_bins(until[rows] - before, 0.95))
    usual_mps: Floats = np.concatenate(found)
    usual_mps[np.cumsum(is_outside) < FEWEST_RUNS] = np.nan
    return usual_mps


def _percentile_of_bins(seconds: Ints, share: float) -> Floats:
    """Speed below which a share of the time of each row was run; NaN where none was. [m/s]"""
    total = np.cumsum(seconds, axis=1)
    bins = 1 + np.count_nonzero(total < share * total[:, -1:], axis=1)
    return np.asarray(np.where(total[:, -1] > 0, bins * SPEED_BIN_MPS, np.nan), dtype=float)


def known_heart_rates(records: Sequence[RunRecord], settings: Settings) -> list[HeartRates]:
    """Resting and maximum heart rate on the day of each run: told, else seen, else the device's profile."""
    high_bpm = _facts(records, "heart_rate_high_bpm")
    observed_bpm = np.fmax.accumulate(high_bpm)
    observed_bpm[np.cumsum(~np.isnan(high_bpm)) < FEWEST_RUNS] = np.nan
    if settings.birth_year is not None:
        year = np.array([record.facts["local_date"].year for record in records])
        # Tanaka et al. 2001: 208 - 0.7 x age.
        observed_bpm = np.fmax(observed_bpm, 208.0 - 0.7 * (year - settings.birth_year))
    resting_bpm, maximum_bpm = (
        _last_known(_facts(records, name)) for name in ("resting_heart_rate_bpm", "max_heart_rate_bpm")
    )
    resting_bpm = _first_known(settings.resting_heart_rate_bpm, resting_bpm)
    maximum_bpm = _first_known(settings.max_heart_rate_bpm, observed_bpm, maximum_bpm)
    return [HeartRates(*row) for row in zip(resting_bpm.tolist(), maximum_bpm.tolist(), strict=True)]


def _facts(records: Sequence[RunRecord], name: str) -> Floats:
    return np.array([record.facts[name] for record in records], dtype=float)


def _last_known(values: Floats) -> Floats:
    last = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(values.size)))
    return np.asarray(values[last])


def _first_known(told: float, *others: Floats) -> Floats:
    first = np.full(others[0].size, told)
    for other in others:
        first = np.where(np.isnan(first), other, first)
    return first


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
