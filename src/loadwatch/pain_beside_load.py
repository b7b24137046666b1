"""What was run one and two days before painful days, beside ordinary days: counts, never a cause.

A handful of days cannot show what pain comes from, and nobody else's days can, either. So each measure
is only counted: how often it was above the runner's own ordinary day, and how often ordinary days are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from loadwatch._arrays import Bools, Floats
    from loadwatch.diary import Entry

FEWEST_DAYS = 5
DAYS_BEFORE = (1, 2)
LOOKED_BACK_DAYS = 84  # ordinary days reach so far back before the first painful one
MEASURES = {
    "distance_m": "m",
    "fast_m": "m",
    "elevation_gain_m": "m",
    "elevation_loss_m": "m",
    "stride_residual_pct": "%",  # below 0 are steps that are long for the speed
}


@dataclass(frozen=True)
class Beside:
    """One measure so many days before.

    Attributes
    ----------
    measure, unit
        A column of `days`, or `stride_residual_pct` of the day's runs, and its unit.
    days_before
        1 or 2.
    pain_count, pain_more_count
        Painful days with a known value before them, and those with more than usual (steps: longer).
    ordinary_count, ordinary_more_count
        Likewise for ordinary days.
    usual
        Median of the ordinary days.
    pain_unknown_count, ordinary_unknown_count
        Days that were run on without a known value, which no other count holds.
    """

    measure: str
    unit: str
    days_before: int
    pain_count: int
    pain_more_count: int
    ordinary_count: int
    ordinary_more_count: int
    usual: float
    pain_unknown_count: int = 0
    ordinary_unknown_count: int = 0


@dataclass(frozen=True)
class PainBesideLoad:
    """A runner's painful days beside what was run before them.

    Attributes
    ----------
    day_count
        Painful days.
    measures
        For each measure the day before, and the day before that.
    """

    day_count: int
    measures: tuple[Beside, ...]


def pain_beside_load(
    entries: Iterable[Entry], days: pd.DataFrame, runs: pd.DataFrame
) -> PainBesideLoad | None:
    """Count what was run before painful days.

    Parameters
    ----------
    entries
        Of the diary; days with a pain from 1 on count, each once. Pain of the next morning alone belongs to
        that morning.
    days, runs
        The tables of those names.

    Returns
    -------
    PainBesideLoad or None
        None below five painful days inside the history. A day counts as ordinary from 84 days before the
        first painful day to the last one, where neither of the next two days is painful and all running of
        that day was recorded.
    """
    first = days["local_date"].iloc[0].toordinal() if len(days) else 0
    told = sorted({_painful_day(entry) - first for entry in entries if entry.pain})
    painful = np.array([row for row in told if 0 <= row < len(days)], dtype=np.int64)
    if painful.size < FEWEST_DAYS:
        return None
    is_covered = days["is_covered"].to_numpy(dtype=bool)
    row = np.arange(len(days))
    is_ordinary = is_covered & (row >= painful[0] - LOOKED_BACK_DAYS) & (row < painful[-1])
    for before in DAYS_BEFORE:
        is_ordinary[painful[painful >= before] - before] = False
    values = {name: days[name].to_numpy(dtype=float) for name in MEASURES if name in days}
    by_day = runs["stride_residual_pct"].groupby(runs["local_date"]).mean()
    values["stride_residual_pct"] = by_day.reindex(days["local_date"]).to_numpy(dtype=float)
    # Of a day with running without a record nobody knows how much it was.
    values = {name: np.where(is_covered, value, np.nan) for name, value in values.items()}
    # The sum of a day leaves out runs of unknown distance.
    values["distance_m"][days["distance_unknown_count"].to_numpy() > 0] = np.nan
    is_run_day = ~days["is_rest_day"].to_numpy(dtype=bool)
    unknown = {name: np.isnan(value) & is_run_day for name, value in values.items()}
    counted = [
        _counted(name, values[name], unknown[name], painful[painful >= before] - before, is_ordinary, before)
        for name in MEASURES
        for before in DAYS_BEFORE
    ]
    return PainBesideLoad(int(painful.size), tuple(counted))


def _painful_day(entry: Entry) -> int:
    """Ordinal of the first day on which an entry tells of pain."""
    is_on_day = entry.pain_before or entry.pain_during or entry.pain_after
    return entry.date.toordinal() + (not is_on_day)


def _counted(
    name: str,
    value: Floats,
    unknown: Bools,
    before_pain: np.ndarray[tuple[int], np.dtype[np.int64]],
    is_ordinary: Bools,
    days_before: int,
) -> Beside:
    # More is longer steps where cadence falls below the own curve.
    sign = -1.0 if name == "stride_residual_pct" else 1.0
    ordinary = value[is_ordinary & ~np.isnan(value)]
    pain = value[before_pain]
    pain = pain[~np.isnan(pain)]
    usual = float(np.median(ordinary)) if ordinary.size else float("nan")
    return Beside(
        name,
        MEASURES[name],
        days_before,
        int(pain.size),
        int(np.count_nonzero(sign * pain > sign * usual)),
        int(ordinary.size),
        int(np.count_nonzero(sign * ordinary > sign * usual)),
        usual,
        int(np.count_nonzero(unknown[before_pain])),
        int(np.count_nonzero(unknown[is_ordinary])),
    )
