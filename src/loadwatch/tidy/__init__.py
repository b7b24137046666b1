"""From what a device wrote to what happened: pauses, spikes and absurd values taken out.

`tidy` is the one door: an `Activity` as its file tells it in, a `Recording` out, or an
`ImplausibleError` that says what cannot be true.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median
from loadwatch.errors import EmptyActivityError, ImplausibleError
from loadwatch.formats.timer import SECOND, moment
from loadwatch.tidy import distance
from loadwatch.tidy.absurd import without_absurd
from loadwatch.tidy.distance import FASTEST_MINUTES_MPS
from loadwatch.tidy.grid import STANDING_MPS, Grid, lay_out
from loadwatch.tidy.order import in_order, since_1970_us, span
from loadwatch.tidy.pauses import Pauses, find_pauses, long_silences, merge_pauses, timer_clock
from loadwatch.tidy.sport import ON_FOOT, RUNNING, decide_sport

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from loadwatch._arrays import Floats
    from loadwatch.formats.activity import Activity, Samples

__all__ = ["ON_FOOT", "RUNNING", "Grid", "Recording", "tidy"]

# World records as of 2024 (World Athletics): 5 km in 12:35.36, 10 km in 26:11.00, 21,330 m in one hour, the
# marathon in 2:00:35; beyond that the pace is let fall no further.
RECORD_SPANS_S = (755.36, 1571.0, 3600.0, 7235.0)
RECORD_SPEEDS_MPS = (6.62, 6.37, 5.93, 5.83)


@dataclass(frozen=True)
class Recording:
    """A tidied activity.

    Attributes
    ----------
    arrays
        The samples, times increasing.
    grid
        The same second by second on the timer clock.
    start
        When the recording began, UTC.
    elapsed_s, timer_s
        Start to end, and without the runner's own pauses. [s]
    latitude_deg, longitude_deg
        First position; NaN without one. [deg]
    sport
        What it was, decided.
    notes
        What was repaired, guessed or left out.
    """

    arrays: Samples
    grid: Grid
    start: datetime
    elapsed_s: float
    timer_s: float
    latitude_deg: float
    longitude_deg: float
    sport: str
    notes: tuple[str, ...]

    @property
    def samples(self) -> pd.DataFrame:
        """The samples as a new frame: see `Samples.frame`."""
        return self.arrays.frame()


def tidy(activity: Activity, *, sport: str = "") -> Recording:
    """Clean one activity.

    Parameters
    ----------
    activity
        As a reader gives it.
    sport
        The runner's own word for what it was; overrules the file.

    Raises
    ------
    EmptyActivityError
        No two usable samples.
    ImplausibleError
        Dates, durations or speeds that cannot be.
    """
    notes = list(activity.repairs)
    samples = in_order(activity.arrays, notes)
    start_us, end_us = span(samples.time_us, activity.timer_span)
    time_s, end_s = (samples.time_us - start_us) / SECOND, (end_us - start_us) / SECOND
    fastest_mps = distance.fastest_mps(samples, time_s, sport or activity.sport)
    samples = without_absurd(samples, time_s, fastest_mps=fastest_mps, notes=notes)
    told = _told_pauses(activity, start_us, end_s)
    distance_m = distance.covered_m(samples, time_s, told, fastest_mps=fastest_mps, notes=notes)
    told = merge_pauses([*told, *_around_timer(activity, start_us, end_s, time_s, distance_m)], 0.0, end_s)
    pauses = _pauses(None if activity.pauses is None else told, end_s, time_s, distance_m, notes)
    clock_s, is_paused = timer_clock(time_s, pauses)
    timer_s = end_s - sum(finish - begin for begin, finish in pauses)
    samples = replace(samples, values={**samples.values, "distance_m": distance_m}, is_timer_on=~is_paused)
    grid = lay_out(samples, clock_s, timer_clock(np.array([end_s]), pauses)[0][0], pauses)
    decided, note = (sport, "sport set by the runner") if sport else decide_sport(activity.sport, grid)
    if note:
        notes.append(note)
    _refuse_implausible(decided, end_s, timer_s, grid)
    latitude_deg, longitude_deg = samples["latitude_deg"], samples["longitude_deg"]
    first = int(np.argmin(np.isnan(latitude_deg)))
    return Recording(
        arrays=samples,
        grid=grid,
        start=moment(start_us),
        elapsed_s=end_s,
        timer_s=timer_s,
        latitude_deg=float(latitude_deg[first]),
        longitude_deg=float(longitude_deg[first]),
        sport=decided,
        notes=tuple(notes),
    )


def _told_pauses(activity: Activity, start_us: int, end_s: float) -> Pauses:
    """The file's own pauses in seconds since the start."""
    spans = [(_since_s(begin, start_us), _since_s(end, start_us)) for begin, end in activity.pauses or ()]
    return merge_pauses(spans, 0.0, end_s)


def _around_timer(
    activity: Activity, start_us: int, end_s: float, time_s: Floats, distance_m: Floats
) -> Pauses:
    """Standing about before the timer's first start and after its last stop, which some watches record.

    Where the runner moves on there, it is the timer's events that are wrong.
    """
    if activity.timer_span is None:
        return []
    first_s, last_s = (_since_s(end, start_us) for end in activity.timer_span)
    spans = merge_pauses([(0.0, first_s), (last_s, end_s)], 0.0, end_s)
    gained_m = [float(np.nan_to_num(np.diff(np.interp(ends, time_s, distance_m))[0])) for ends in spans]
    return [
        (begin, end)
        for (begin, end), moved_m in zip(spans, gained_m, strict=True)
        if moved_m < STANDING_MPS * (end - begin)
    ]


def _since_s(when: datetime, start_us: int) -> float:
    return (since_1970_us(when) - start_us) / SECOND


def _pauses(
    told: Pauses | None, end_s: float, time_s: Floats, distance_m: Floats, notes: list[str]
) -> Pauses:
    """The pauses in force: the file's own, else those its gaps point to; a sleeping watch never runs."""
    if told is None:
        return merge_pauses(find_pauses(time_s, distance_m), 0.0, end_s)
    clock_s, is_paused = timer_clock(time_s, told)
    if is_paused.all():
        raise EmptyActivityError("has no sample from while its timer ran")
    if not long_silences(clock_s, distance_m):
        return told
    notes.append("half-hours without a sample counted as pauses")
    return merge_pauses([*told, *long_silences(time_s, distance_m)], 0.0, end_s)


def _refuse_implausible(sport: str, elapsed_s: float, timer_s: float, grid: Grid) -> None:
    if sport != RUNNING:
        return
    distance_m = float(grid.distance_m[-1]) if grid.size else 0.0
    # A count takes far less time than the median of a usual run.
    fast_count = np.count_nonzero(grid.speed_mps > FASTEST_MINUTES_MPS)
    may_be_fast = grid.is_moving.any() and 2 * fast_count >= np.count_nonzero(grid.is_moving)
    usual_mps = median(grid.speed_mps[grid.is_moving]) if may_be_fast else 0.0
    if usual_mps > FASTEST_MINUTES_MPS and timer_s > 60.0:
        raise ImplausibleError(f"is labelled running, but half of it is faster than {usual_mps:.1f} m/s")
    record_mps = float(np.interp(timer_s, RECORD_SPANS_S, RECORD_SPEEDS_MPS))
    if timer_s > RECORD_SPANS_S[0] and distance_m > 1.02 * record_mps * timer_s:
        raise ImplausibleError(
            f"is labelled running, but covers {distance_m / 1000:.1f} km in {timer_s / 60:.0f} min, "
            "faster than the world record"
        )
    if distance_m > 400_000.0:
        raise ImplausibleError(f"covers {distance_m / 1000:.0f} km in one run")
    if timer_s > 4 * 3600.0 and distance_m < 0.1 * timer_s:
        hours = elapsed_s / 3600.0
        raise ImplausibleError(f"covers {distance_m / 1000:.1f} km in {hours:.0f} hours: a watch left on")
