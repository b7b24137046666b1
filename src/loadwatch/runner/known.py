"""Speeds and heart rates of a runner as known on the day of each run, from that run and earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadwatch._windows import lowest, percentiles
from loadwatch.metrics import speed_curve
from loadwatch.vectors import SPEED_BIN_MPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

CRITICAL_SPEED_DAYS = 90
FAST_DAYS = 180
FEWEST_RUNS = 20  # before a maximum heart rate or, of half a year, a usual fast speed can be told
FAST_SPEED_RATIO = 1.10
NEAR_RATIO = 0.9  # of the best speed over a distance: an effort near it was a hard one
BINS_AT_ONCE = 1024


@dataclass(frozen=True)
class Speeds:
    """A runner's speeds as known on the day of one run. NaN where too little is known.

    Attributes
    ----------
    critical_mps, critical_error_mps
        Critical speed and its standard error; the runner's own word has none. [m/s]
    critical_source
        settings, efforts, or too_few_hard_efforts.
    effort_count
        Efforts near the best over 1500, 3000 and 5000 m in 90 days: the fewest over any of the three.
    effort_run_ids
        The run that holds the second-best effort over each of the three, separated by spaces; empty where
        critical speed rests on none.
    threshold_mps, threshold_source
        What load is measured by: critical speed, or what stands in for it. [m/s]
    fast_mps
        Ground speed from which running is fast. [m/s]
    """

    critical_mps: float
    critical_error_mps: float
    critical_source: str
    effort_count: int
    effort_run_ids: str
    threshold_mps: float
    threshold_source: str
    fast_mps: float


@dataclass(frozen=True)
class HeartRates:
    """A runner's heart rates as known on the day of one run. NaN where too little is known.

    Attributes
    ----------
    resting_bpm, maximum_bpm
        [bpm]
    maximum_source
        settings, runs (seen in them), age, device (as its profile says), or too_few_runs.
    """

    resting_bpm: float
    maximum_bpm: float
    maximum_source: str


def known_speeds(records: Sequence[RunRecord], settings: Settings, first: int = 0) -> list[Speeds]:
    """Critical, threshold and fast speed on the day of each run.

    Parameters
    ----------
    records
        In order of start.
    settings
        What the runner says of themselves.
    first
        Place of the first run that is asked for; at least one is.
    """
    # Who flies west may start a later run on an earlier day.
    day = np.maximum.accumulate(np.array([record.facts["local_date"].toordinal() for record in records]))
    is_outside = np.array([not record.facts["is_treadmill"] for record in records], dtype=bool)
    # Nothing below reaches further back.
    since = int(np.searchsorted(day, day[first] - FAST_DAYS, side="right"))
    records, day, is_outside, first = records[since:], day[since:], is_outside[since:], first - since
    graded_mps = _facts(records, "graded_speed_mean_mps")
    times_s = np.array([record.vectors["effort_graded_time_s"] for record in records], dtype=float)
    times_s[~is_outside] = np.nan
    begin, end = np.searchsorted(day, day - CRITICAL_SPEED_DAYS, side="right"), np.arange(1, day.size + 1)
    critical = _critical_speeds(
        times_s[:, [_effort(length_m) for length_m in speed_curve.CRITICAL_DISTANCES_M]],
        graded_mps,
        begin,
        end,
        run_ids=[record.run_id for record in records],
        told_mps=settings.threshold_speed_mps,
    )
    critical_mps = critical.speed_mps
    best_5km_s = lowest(times_s[:, _effort(5000.0)], begin, end, 1)[:, 0]
    threshold_mps = np.where(np.isnan(critical_mps), 0.96 * 5000.0 / best_5km_s, critical_mps)
    source = np.where(np.isnan(critical_mps), "best_5km", "critical_speed").astype(object)
    for i in np.flatnonzero(np.isnan(threshold_mps)):
        threshold_mps[i], source[i] = _mean(graded_mps[begin[i] : end[i]]), "own_mean_speed"
    usual_fast_mps = _usual_fast_speeds(records, day, is_outside)
    fast_mps = np.fmax(FAST_SPEED_RATIO * critical_mps, usual_fast_mps)
    fast_mps[np.isnan(usual_fast_mps)] = np.nan
    known = (critical_mps.tolist(), critical.error_mps.tolist(), critical.source, critical.effort_count)
    others = (critical.run_ids, threshold_mps.tolist(), source.tolist(), fast_mps.tolist())
    return [Speeds(*row) for row in zip(*known, *others, strict=True)][first:]


@dataclass(frozen=True)
class _Critical:
    """Critical speed on the day of each run, as `Speeds` tells it; shape (n,) each."""

    speed_mps: Floats
    error_mps: Floats
    source: list[str]
    effort_count: list[int]
    run_ids: list[str]


def _critical_speeds(
    times_s: Floats, graded_mps: Floats, begin: Ints, end: Ints, *, run_ids: Sequence[str], told_mps: float
) -> _Critical:
    """Critical speed as the runner tells it, else from the best efforts of each window of runs."""
    size = begin.size
    effort_count = _near_best(times_s, begin, end)
    if not np.isnan(told_mps):
        nothing, told = [""] * size, ["settings"] * size
        return _Critical(np.full(size, told_mps), np.full(size, np.nan), told, effort_count, nothing)
    # More than the three best over a distance decide nothing.
    best_s = np.stack([lowest(column, begin, end, 3) for column in times_s.T], axis=-1)
    usual_mps = np.nan_to_num(percentiles(graded_mps, begin, end, [50.0])[:, 0])
    speed_mps = speed_curve.critical_speed_mps(best_s, usual_mps=usual_mps, near_ratio=NEAR_RATIO)
    is_known = ~np.isnan(speed_mps)
    return _Critical(
        speed_mps,
        speed_curve.critical_speed_error_mps(best_s, speed_mps),
        np.where(is_known, "efforts", "too_few_hard_efforts").tolist(),
        effort_count,
        _runs_behind(times_s, np.where(is_known[:, None], best_s[:, 1], np.nan), begin, end, run_ids),
    )


def _near_best(times_s: Floats, begin: Ints, end: Ints) -> list[int]:
    """Efforts near the best of each window: the fewest over any of the distances; shape (n,)."""
    counts = []
    for first, stop in zip(begin.tolist(), end.tolist(), strict=True):
        window_s = times_s[first:stop]
        best_s = np.fmin.reduce(window_s, axis=0)
        # Comparing with NaN gives False, so an unknown effort is none.
        counts.append(int(np.count_nonzero(NEAR_RATIO * window_s <= best_s, axis=0).min()))
    return counts


def _runs_behind(
    times_s: Floats, second_s: Floats, begin: Ints, end: Ints, run_ids: Sequence[str]
) -> list[str]:
    """Ids of the runs that hold the second-best effort of each window over each distance; shape (n,)."""
    texts: list[str] = []
    for place, (first, stop) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
        wanted_s = second_s[place]
        if np.isnan(wanted_s).any():
            texts.append("")
            continue
        holders = np.argmax(times_s[first:stop] == wanted_s, axis=0) + first
        texts.append(" ".join(run_ids[holder] for holder in holders.tolist()))
    return texts


def _effort(length_m: float) -> int:
    return speed_curve.EFFORT_DISTANCES_M.index(length_m)


def _usual_fast_speeds(records: Sequence[RunRecord], day: Ints, is_outside: Bools) -> Floats:
    """95th percentile of the speeds of half a year, by time; NaN where it holds less than 20 runs outside.

    [m/s]
    """
    seconds = np.array([record.vectors["seconds_by_speed"] for record in records], dtype=np.int32)
    until = np.cumsum(seconds * is_outside[:, None], axis=0, dtype=np.int64)
    begin = np.searchsorted(day, day - FAST_DAYS, side="right")
    found: list[Floats] = []
    for row in range(0, day.size, BINS_AT_ONCE):
        rows = slice(row, row + BINS_AT_ONCE)
        before = np.where(begin[rows, None] > 0, until[begin[rows] - 1], 0)
        found.append(_percentile_of_bins(until[rows] - before, 0.95))
    usual_mps: Floats = np.concatenate(found)
    outside = np.append(0, np.cumsum(is_outside))
    usual_mps[outside[1:] - outside[begin] < FEWEST_RUNS] = np.nan
    return usual_mps


def _percentile_of_bins(seconds: Ints, share: float) -> Floats:
    """Speed below which a share of the time of each row was run; NaN where none was. [m/s]"""
    total = np.cumsum(seconds, axis=1)
    bins = 1 + np.count_nonzero(total < share * total[:, -1:], axis=1)
    return np.asarray(np.where(total[:, -1] > 0, bins * SPEED_BIN_MPS, np.nan), dtype=float)


def known_heart_rates(records: Sequence[RunRecord], settings: Settings) -> list[HeartRates]:
    """Resting and maximum heart rate on the day of each run: told, else seen, else the device's profile."""
    high_bpm = _facts(records, "heart_rate_high_bpm")
    seen_bpm = np.fmax.accumulate(high_bpm)
    seen_bpm[np.cumsum(~np.isnan(high_bpm)) < FEWEST_RUNS] = np.nan
    by_age_bpm = np.full(high_bpm.size, np.nan)
    if settings.birth_year is not None:
        year = np.array([record.facts["local_date"].year for record in records])
        # Tanaka et al. 2001: 208 - 0.7 x age.
        by_age_bpm = 208.0 - 0.7 * (year - settings.birth_year)
    profile_bpm = _last_known(_facts(records, "max_heart_rate_bpm"))
    told_bpm = np.full(high_bpm.size, settings.max_heart_rate_bpm)
    # Of what was seen and what goes with the age, the higher; a comparison with NaN is false.
    higher_bpm = np.fmax(seen_bpm, by_age_bpm)
    maximum_bpm = _first_known(told_bpm, higher_bpm, profile_bpm)
    sources = {"settings": told_bpm, "runs": seen_bpm, "age": by_age_bpm, "device": profile_bpm}
    maximum_source = np.select(
        [maximum_bpm == values for values in sources.values()], list(sources), "too_few_runs"
    )
    resting_bpm = _first_known(
        np.full(high_bpm.size, settings.resting_heart_rate_bpm),
        _last_known(_facts(records, "resting_heart_rate_bpm")),
    )
    rows = zip(resting_bpm.tolist(), maximum_bpm.tolist(), maximum_source.tolist(), strict=True)
    return [HeartRates(*row) for row in rows]


def _facts(records: Sequence[RunRecord], name: str) -> Floats:
    return np.array([record.facts[name] for record in records], dtype=float)


def _last_known(values: Floats) -> Floats:
    last = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(values.size)))
    return np.asarray(values[last])


def _first_known(first: Floats, *others: Floats) -> Floats:
    for other in others:
        first = np.where(np.isnan(first), other, first)
    return first


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
