"""From what a device wrote to what happened: pauses, spikes and absurd values taken out.

`tidy` is the one door: an `Activity` as its file tells it in, a `Recording` out, or an
`ImplausibleError` that says what cannot be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch.errors import EmptyActivityError, ImplausibleError
from loadwatch.tidy import altitude
from loadwatch.tidy.distance import FASTEST_MINUTES_MPS, FASTEST_MPS, covered_m
from loadwatch.tidy.grid import LONGEST_BRIDGE_S, SAMPLED, Grid, bridge, median_filter
from loadwatch.tidy.pauses import Pauses, find_pauses, long_silences, merge_pauses, timer_clock, wall_clock
from loadwatch.tidy.sport import ON_FOOT, RUNNING, decide_sport

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loadwatch._arrays import Bools, Floats
    from loadwatch.formats.activity import Activity

    _LayOut = Callable[[Floats], Floats]

__all__ = ["ON_FOOT", "RUNNING", "Grid", "Recording", "tidy"]

EARLIEST = pd.Timestamp("1990-02-01", tz="UTC")  # the weeks after the epoch of FIT are an unset clock
LATEST = pd.Timestamp("2100-01-01", tz="UTC")
LONGEST_DAYS = 5.0
# World records as of 2024 (World Athletics): 5 km in 12:35.36, 10 km in 26:11.00, 21,330 m in one hour, the
# marathon in 2:00:35; beyond that the pace is let fall no further.
RECORD_SPANS_S = (755.36, 1571.0, 3600.0, 7235.0)
RECORD_SPEEDS_MPS = (6.62, 6.37, 5.93, 5.83)
STANDING_MPS = 0.5
STANDING_SPM = 60.0

# Values outside are an artefact; (lowest, highest), SI.
_BOUNDS = {
    "heart_rate_bpm": (25.0, 240.0),
    "cadence_spm": (0.0, 300.0),
    "power_w": (0.0, 2500.0),
    "ground_contact_ms": (50.0, 1000.0),
    "vertical_oscillation_mm": (5.0, 400.0),
    "vertical_ratio_pct": (1.0, 40.0),
    "step_length_m": (0.1, 3.0),
    "contact_balance_pct": (30.0, 70.0),
}


@dataclass(frozen=True)
class Recording:
    """A tidied activity.

    Attributes
    ----------
    samples
        The columns of `columns.SAMPLES`, index `time` (UTC), increasing, each time once.
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

    samples: pd.DataFrame
    grid: Grid
    start: pd.Timestamp
    elapsed_s: float
    timer_s: float
    latitude_deg: float
    longitude_deg: float
    sport: str
    notes: tuple[str, ...]


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
    samples = _in_order(activity.samples, notes)
    start, end = _span(samples, activity.timer_span)
    time_s = np.asarray((samples.index.to_series() - start).dt.total_seconds(), dtype=np.float64)
    _bound_values(samples)
    _clean_altitude(samples, time_s)
    end_s = (end - start).total_seconds()
    told = _told_pauses(activity, start, end_s)
    distance_m = covered_m(samples, time_s, told, sport=sport or activity.sport, notes=notes)
    told = merge_pauses([*told, *_around_timer(activity, start, end_s, time_s, distance_m)], 0.0, end_s)
    pauses = _pauses(None if activity.pauses is None else told, end_s, time_s, distance_m, notes)
    grid = _grid(samples, time_s, distance_m, pauses, end_s)
    samples["distance_m"] = distance_m
    samples["is_timer_on"] = np.logical_not(timer_clock(time_s, pauses)[1])
    timer_s = end_s - sum(finish - begin for begin, finish in pauses)
    decided, note = (sport, "sport set by the runner") if sport else decide_sport(activity.sport, grid)
    if note:
        notes.append(note)
    _refuse_implausible(decided, end_s, timer_s, grid)
    located = samples[["latitude_deg", "longitude_deg"]].dropna()
    return Recording(
        samples=samples,
        grid=grid,
        start=start,
        elapsed_s=end_s,
        timer_s=timer_s,
        latitude_deg=float(located["latitude_deg"].iloc[0]) if len(located) else float("nan"),
        longitude_deg=float(located["longitude_deg"].iloc[0]) if len(located) else float("nan"),
        sport=decided,
        notes=tuple(notes),
    )


def _in_order(samples: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Samples with possible dates, in order of time, each time once."""
    if samples.empty:
        raise EmptyActivityError("records no samples")
    longest = pd.Timedelta(days=LONGEST_DAYS)
    middle = samples.index.to_series().sort_values().iloc[len(samples) // 2]
    is_dated = (samples.index >= EARLIEST) & (samples.index < LATEST)
    # A damaged record may carry any date; one far from nearly all others is such a one.
    is_near = (samples.index >= middle - longest) & (samples.index <= middle + longest)
    if is_near.mean() > 0.95:
        is_dated &= is_near
    if is_dated.sum() < 0.5 * len(samples):
        wrong = samples.index[~is_dated][0]
        raise ImplausibleError(f"is dated {wrong:%Y-%m-%d}: the device's clock was not set")
    if not is_dated.all():
        notes.append(f"{int((~is_dated).sum())} samples with absurd dates left out")
        samples = samples[is_dated]
    if not samples.index.is_monotonic_increasing:
        notes.append("time ran backwards; samples put in order")
        samples = samples.sort_index(kind="stable")
    if samples.index.has_duplicates:
        # The same second twice: the later sample holds, the earlier one fills its gaps.
        samples = samples.groupby(level="time").last()
    if len(samples) < 2:
        raise EmptyActivityError("records a single sample")
    return samples.copy()


def _span(
    samples: pd.DataFrame, timer_span: tuple[datetime, datetime] | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """When the recording began and ended: the timer's word where it fits the samples."""
    start, end = samples.index[0], samples.index[-1]
    if timer_span is not None:
        slack = pd.Timedelta(hours=1)
        began, ended = pd.Timestamp(timer_span[0]), pd.Timestamp(timer_span[1])
        start = began if start - slack <= began <= start else start
        end = ended if end <= ended <= end + slack else end
    if (end - start) > pd.Timedelta(days=LONGEST_DAYS):
        days = (end - start) / pd.Timedelta(days=1)
        raise ImplausibleError(f"lasts {days:.0f} days: a watch left on, or a broken clock")
    return start, end


def _bound_values(samples: pd.DataFrame) -> None:
    for name, (lowest, highest) in _BOUNDS.items():
        values = samples[name]
        samples[name] = values.where((values >= lowest) & (values <= highest))


def _clean_altitude(samples: pd.DataFrame, time_s: Floats) -> None:
    is_good = altitude.is_altitude(time_s, samples["altitude_m"].to_numpy(dtype=float))
    samples["altitude_m"] = samples["altitude_m"].where(is_good)


def _told_pauses(activity: Activity, start: pd.Timestamp, end_s: float) -> Pauses:
    """The file's own pauses in seconds since the start."""
    spans = [(_since(begin, start), _since(end, start)) for begin, end in activity.pauses or ()]
    return merge_pauses(spans, 0.0, end_s)


def _around_timer(
    activity: Activity, start: pd.Timestamp, end_s: float, time_s: Floats, distance_m: Floats
) -> Pauses:
    """Standing about before the timer's first start and after its last stop, which some watches record.

    Where the runner moves on there, it is the timer's events that are wrong.
    """
    if activity.timer_span is None:
        return []
    first, last = activity.timer_span
    spans = merge_pauses([(0.0, _since(first, start)), (_since(last, start), end_s)], 0.0, end_s)
    gained_m = [float(np.nan_to_num(np.diff(np.interp(span, time_s, distance_m))[0])) for span in spans]
    return [
        span
        for span, moved_m in zip(spans, gained_m, strict=True)
        if moved_m < STANDING_MPS * (span[1] - span[0])
    ]


def _since(moment: datetime, start: pd.Timestamp) -> float:
    return (pd.Timestamp(moment) - start).total_seconds()


def _pauses(
    told: Pauses | None, end_s: float, time_s: Floats, distance_m: Floats, notes: list[str]
) -> Pauses:
    """The pauses in force: the file's own, else those its gaps point to; a sleeping watch never runs."""
    if told is None:
        return merge_pauses(find_pauses(time_s, distance_m), 0.0, end_s)
    if timer_clock(time_s, told)[1].all():
        raise EmptyActivityError("has no sample from while its timer ran")
    if not long_silences(timer_clock(time_s, told)[0], distance_m):
        return told
    notes.append("half-hours without a sample counted as pauses")
    return merge_pauses([*told, *long_silences(time_s, distance_m)], 0.0, end_s)


def _grid(samples: pd.DataFrame, time_s: Floats, distance_m: Floats, pauses: Pauses, end_s: float) -> Grid:
    clock_s, is_paused = timer_clock(time_s, pauses)
    is_on = np.logical_not(is_paused)
    timer_end_s = float(timer_clock(np.array([end_s]), pauses)[0][0])
    seconds = np.arange(0.0, np.floor(timer_end_s) + 1.0)
    on_s = clock_s[is_on]

    def laid_out(values: Floats) -> Floats:
        return bridge(seconds, on_s, values[is_on], longest_bridge_s=LONGEST_BRIDGE_S)

    if np.isnan(distance_m).all():
        covered_m = np.full(seconds.size, np.nan)
        speed_mps = covered_m
    else:
        covered_m = np.interp(seconds, on_s, distance_m[is_on])
        speed_mps = _speed(samples["speed_mps"].to_numpy(dtype=float), covered_m, laid_out)
    sampled = {name: laid_out(samples[name].to_numpy(dtype=float)) for name in SAMPLED}
    return Grid(
        elapsed_s=wall_clock(seconds, pauses),
        distance_m=covered_m,
        speed_mps=speed_mps,
        is_moving=_is_moving(speed_mps, sampled["cadence_spm"]),
        is_whole=_away_from_pauses(seconds, pauses),
        **sampled,
    )


def _is_moving(speed_mps: Floats, cadence_spm: Floats) -> Bools:
    """Not standing: by speed, else by steps; where nothing tells, the timer's word is taken."""
    if not np.isnan(speed_mps).all():
        return speed_mps >= STANDING_MPS
    if not np.isnan(cadence_spm).all():
        return cadence_spm > STANDING_SPM
    return np.ones(speed_mps.size, dtype=bool)


def _speed(told_mps: Floats, covered_m: Floats, laid_out: _LayOut) -> Floats:
    """The device's own speed, smoothed as it is; else from the distance over five seconds."""
    from_distance_mps = np.gradient(covered_m) if covered_m.size > 1 else np.zeros(covered_m.size)
    if covered_m.size >= 5:
        from_distance_mps = median_filter(from_distance_mps, 5)
    if np.isnan(told_mps).mean() > 0.5 or np.nanmax(told_mps) <= 0.0:
        return from_distance_mps
    told = laid_out(told_mps)
    is_usable = (told >= 0.0) & (told <= FASTEST_MPS)
    return np.where(is_usable, told, from_distance_mps)


def _away_from_pauses(seconds: Floats, pauses: Pauses, *, margin_s: float = 2.0) -> Bools:
    is_whole = np.ones(seconds.size, dtype=bool)
    paused_s = 0.0
    for begin, end in pauses:
        at_s = begin - paused_s
        is_whole &= np.abs(seconds - at_s) > margin_s
        paused_s += end - begin
    return is_whole


def _refuse_implausible(sport: str, elapsed_s: float, timer_s: float, grid: Grid) -> None:
    if sport != RUNNING:
        return
    distance_m = float(grid.distance_m[-1]) if grid.size else 0.0
    moving_mps = grid.speed_mps[grid.is_moving]
    usual_mps = float(np.median(moving_mps)) if moving_mps.size else 0.0
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
