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
from loadwatch.tidy import altitude, gps
from loadwatch.tidy.grid import LONGEST_BRIDGE_S, SAMPLED, Grid, bridge, median_filter
from loadwatch.tidy.pauses import Pauses, find_pauses, long_silences, merge_pauses, timer_clock
from loadwatch.tidy.sport import ON_FOOT, RUNNING, decide_sport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from loadwatch._arrays import Bools, Floats
    from loadwatch.formats.activity import Activity

    _LayOut = Callable[[Floats], Floats]

__all__ = ["ON_FOOT", "RUNNING", "Grid", "Recording", "tidy"]

EARLIEST = pd.Timestamp("1990-02-01", tz="UTC")  # the weeks after the epoch of FIT are an unset clock
LATEST = pd.Timestamp("2100-01-01", tz="UTC")
LONGEST_DAYS = 5.0
STANDING_MPS = 0.5
FASTEST_ON_FOOT_MPS = 12.5  # the fastest 10 m ever run
FASTEST_MINUTES_MPS = 7.93  # 800 m in 1:40.91, the fastest mean speed ever held for over a minute
FASTEST_MPS = 100.0
LARGEST_JUMP_SHARE = 0.1

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
    fastest_mps = FASTEST_ON_FOOT_MPS if (sport or activity.sport) in ON_FOOT else FASTEST_MPS
    _clean_altitude(samples, time_s)
    distance_m = _distance(samples, time_s, fastest_mps, notes)

    end_s = (end - start).total_seconds()
    pauses = _pauses(activity.pauses, start, end_s, time_s, distance_m, notes)
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


def _distance(samples: pd.DataFrame, time_s: Floats, fastest_mps: float, notes: list[str]) -> Floats:
    """Metres covered at each sample: the device's own count, else along its positions, else by speed."""
    _clean_positions(samples, time_s, fastest_mps, notes)
    counted = samples["distance_m"].to_numpy(dtype=float)
    is_located = samples["latitude_deg"].notna().to_numpy()
    if np.nanmax(counted, initial=0.0) > np.nanmin(counted, initial=np.inf):
        covered_m = _from_counter(time_s, counted, fastest_mps, notes)
        if covered_m is not None:
            return covered_m
    if is_located.sum() >= 2:
        at_s = time_s[is_located]
        path_m, jumps = gps.path_distance_m(
            at_s,
            samples["latitude_deg"].to_numpy(dtype=float)[is_located],
            samples["longitude_deg"].to_numpy(dtype=float)[is_located],
            fastest_mps=fastest_mps,
        )
        if jumps:
            notes.append(f"{jumps} position jumps left out of the distance")
        return np.interp(time_s, at_s, path_m)
    speed_mps = samples["speed_mps"].to_numpy(dtype=float)
    if np.isnan(speed_mps).all():
        return np.full(time_s.size, np.nan)
    notes.append("distance summed from speed")
    step_s = np.minimum(np.diff(time_s, prepend=time_s[0]), LONGEST_BRIDGE_S)
    return np.asarray(np.cumsum(np.nan_to_num(np.clip(speed_mps, 0.0, fastest_mps)) * step_s), dtype=float)


def _from_counter(
    time_s: Floats, counted_m: Floats, fastest_mps: float, notes: list[str]
) -> Floats | None:
    """A distance counter made continuous: restarts go on from where it was, jumps add nothing.

    None where jumps make up so much of it that it counts something else.
    """
    is_known = ~np.isnan(counted_m)
    at_s, known_m = time_s[is_known], counted_m[is_known]
    step_m = np.maximum(np.diff(known_m), 0.0)
    is_jump = step_m > fastest_mps * (np.diff(at_s) + 5.0)
    is_jump &= ~_is_catching_up(at_s, step_m, is_jump)
    jumped_m, total_m = float(step_m[is_jump].sum()), float(step_m.sum())
    if jumped_m > LARGEST_JUMP_SHARE * total_m:
        notes.append("the distance counter jumps too much to be used")
        return None
    if is_jump.any():
        notes.append(f"{int(is_jump.sum())} jumps of the distance counter left out ({jumped_m:.0f} m)")
    step_m[is_jump] = 0.0
    first_m = known_m[0] if 0.0 <= known_m[0] <= fastest_mps * (at_s[0] + 5.0) else 0.0
    covered_m = np.concatenate([[first_m], first_m + np.cumsum(step_m)])
    return np.asarray(np.interp(time_s, at_s, covered_m), dtype=float)


def _is_catching_up(at_s: Floats, step_m: Floats, is_jump: Bools, *, span_s: float = 180.0) -> Bools:
    """Jumps by which a watch makes good for lost signal: over some minutes the pace stays human."""
    covered_m = np.concatenate([[0.0], np.cumsum(step_m)])
    is_fair = np.zeros(step_m.size, dtype=bool)
    for step in np.flatnonzero(is_jump):
        began_s = max(at_s[step + 1] - span_s, at_s[0])
        gained_m = covered_m[step + 1] - float(np.interp(began_s, at_s, covered_m))
        is_fair[step] = gained_m <= FASTEST_MINUTES_MPS * (at_s[step + 1] - began_s)
    return is_fair


def _clean_positions(samples: pd.DataFrame, time_s: Floats, fastest_mps: float, notes: list[str]) -> None:
    lat = samples["latitude_deg"].to_numpy(dtype=float, copy=True)
    lon = samples["longitude_deg"].to_numpy(dtype=float, copy=True)
    is_good = gps.is_position(lat, lon)
    index = np.flatnonzero(is_good)
    is_spike = gps.spikes(time_s[index], lat[index], lon[index], fastest_mps=fastest_mps)
    if is_spike.any():
        notes.append(f"{int(is_spike.sum())} GPS spikes left out")
        is_good[index[is_spike]] = False
    lat[~is_good], lon[~is_good] = np.nan, np.nan
    samples["latitude_deg"], samples["longitude_deg"] = lat, lon


def _pauses(
    told: Sequence[tuple[datetime, datetime]] | None,
    start: pd.Timestamp,
    end_s: float,
    time_s: Floats,
    distance_m: Floats,
    notes: list[str],
) -> Pauses:
    if told is None:
        return merge_pauses(find_pauses(time_s, distance_m), 0.0, end_s)
    pauses = merge_pauses(
        [
            ((pd.Timestamp(begin) - start).total_seconds(), (pd.Timestamp(end) - start).total_seconds())
            for begin, end in told
        ],
        0.0,
        end_s,
    )
    silences = long_silences(timer_clock(time_s, pauses)[0], distance_m)
    if not silences:
        return pauses
    notes.append("half-hours without a sample counted as pauses")
    return merge_pauses([*pauses, *long_silences(time_s, distance_m)], 0.0, end_s)


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
    is_moving = speed_mps >= STANDING_MPS
    if np.isnan(speed_mps).all():
        is_moving = sampled["cadence_spm"] > 60.0
    return Grid(
        distance_m=covered_m,
        speed_mps=speed_mps,
        is_moving=is_moving,
        is_whole=_away_from_pauses(seconds, pauses),
        **sampled,
    )


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
    if distance_m > 400_000.0:
        raise ImplausibleError(f"covers {distance_m / 1000:.0f} km in one run")
    if timer_s > 4 * 3600.0 and distance_m < 0.1 * timer_s:
        hours = elapsed_s / 3600.0
        raise ImplausibleError(f"covers {distance_m / 1000:.1f} km in {hours:.0f} hours: a watch left on")
