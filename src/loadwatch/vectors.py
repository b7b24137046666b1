"""What is kept of a run beside its facts: traces, places, form windows, efforts, fast running and climbs.

Later questions are answered from these without opening the file again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch._arrays import zero_where_unknown
from loadwatch.formats.table import EARTH_RADIUS_M
from loadwatch.metrics import hills, speed_curve, steps
from loadwatch.tidy.grid import LONGEST_BRIDGE_S, bridge

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats
    from loadwatch.tidy import Grid, Recording

    Vectors = dict[str, np.ndarray[Any, Any]]

TRACE_STEP_S = 5
MISSING = -32768  # in traces, which are 16-bit integers

# Each trace and the step of its integers, in its unit.
TRACES = {
    "speed_mps": 0.01,
    "graded_speed_mps": 0.01,
    "heart_rate_bpm": 1.0,
    "cadence_spm": 0.5,
    "altitude_m": 0.5,
}
PLACES = ("place_north", "place_east")
PLACE_STEP_S = 30
PLACE_STEP_M = 4.0
SPEED_BIN_MPS = 0.1
SPEED_BINS = 100


@dataclass(frozen=True)
class Measured:
    """A tidied run and what was worked out of it second by second; arrays have the grid's shape.

    Attributes
    ----------
    recording
        As `tidy` gives it.
    altitude_m, slope, graded_mps
        Smoothed altitude, rise over run, and speed as on the flat.
    heart_rate_bpm
        Without artefacts.
    step_length_m
        As recorded, else speed over cadence.
    latitude_deg, longitude_deg
        First position; NaN without one, or where it is no place on Earth. [deg]
    """

    recording: Recording
    altitude_m: Floats
    slope: Floats
    graded_mps: Floats
    heart_rate_bpm: Floats
    step_length_m: Floats
    latitude_deg: float
    longitude_deg: float

    @property
    def grid(self) -> Grid:
        """The run on the timer clock."""
        return self.recording.grid


def traces(run: Measured) -> Vectors:
    """`TRACES` every 5 s of running timer."""
    values = {
        "speed_mps": run.grid.speed_mps,
        "graded_speed_mps": run.graded_mps,
        "heart_rate_bpm": run.heart_rate_bpm,
        "cadence_spm": run.grid.cadence_spm,
        "altitude_m": run.altitude_m,
    }
    means = steps.window_means(np.stack([values[name] for name in TRACES]), span_s=TRACE_STEP_S)
    stored = _small_integers(means / np.reshape(list(TRACES.values()), (-1, 1)))
    return {f"trace_{name}": trace for name, trace in zip(TRACES, stored, strict=True)}


def pauses(run: Measured) -> Vectors:
    """Second of running timer before which each pause lies, and its length."""
    paused_s = np.diff(run.grid.elapsed_s) - 1.0
    before = np.flatnonzero(paused_s > 0.0)
    return {"pause_before_s": before + 1.0, "pause_s": paused_s[before]}


def places(run: Measured) -> Vectors:
    """The way as few rough points: enough to tell whether two recordings were at one place at one time."""
    if np.isnan(run.latitude_deg):
        return {name: np.empty(0, dtype=np.int16) for name in PLACES}
    arrays = run.recording.arrays
    seconds = np.arange(0.0, run.recording.elapsed_s + 1.0, PLACE_STEP_S)
    time_s = arrays.time_us / 1e6 - run.recording.start.timestamp()
    step_deg = np.degrees(PLACE_STEP_M / EARTH_RADIUS_M)
    off_deg = (arrays["latitude_deg"] - run.latitude_deg, arrays["longitude_deg"] - run.longitude_deg)
    north, east = bridge(seconds, time_s, off_deg, longest_bridge_s=LONGEST_BRIDGE_S)
    narrowed = float(np.cos(np.radians(run.latitude_deg)))
    steps_off = (north / step_deg, east * narrowed / step_deg)
    return {name: _small_integers(steps) for name, steps in zip(PLACES, steps_off, strict=True)}


def _small_integers(values: Floats) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Rounded to 16 bits, `MISSING` where unknown; shape as given."""
    whole = np.minimum(np.maximum(np.rint(values), -32767.0), 32767.0)
    return np.where(np.isnan(whole), MISSING, whole).astype(np.int16)


def form_windows(run: Measured) -> Vectors:
    """Half-minutes of steady flat running, and in which third of the run each lies."""
    values = {
        "speed_mps": run.grid.speed_mps,
        "cadence_spm": run.grid.cadence_spm,
        "step_length_m": run.step_length_m,
        "ground_contact_ms": run.grid.ground_contact_ms,
        "vertical_ratio_pct": run.grid.vertical_ratio_pct,
    }
    *means, grade = steps.window_means(np.stack([*values.values(), run.slope]))
    form = dict(zip(values, means, strict=True))
    count = grade.size
    is_steady = _is_steady(run.grid, count)
    is_good = steps.is_form_window(form["speed_mps"], form["cadence_spm"], grade, is_steady)
    third = (3 * np.arange(count)) // max(count, 1)
    windows: Vectors = {f"form_{name}": column[is_good].astype(np.float32) for name, column in form.items()}
    return windows | {"form_third": third[is_good].astype(np.int8)}


def _is_steady(grid: Grid, count: int) -> Bools:
    """Windows in which the runner neither stopped, stood nor lost the signal of the steps."""
    is_running = grid.is_moving & grid.is_whole & ~(grid.cadence_spm <= 0.0)
    return np.asarray(
        is_running[: count * steps.WINDOW_S].reshape(count, steps.WINDOW_S).all(axis=1), dtype=bool
    )


def efforts(run: Measured) -> Vectors:
    """Best mean speeds and times, metres and seconds of fast running, seconds at each speed."""
    grid = run.grid
    graded_m = np.concatenate([[0.0], np.cumsum(zero_where_unknown(run.graded_mps[1:]))])
    fast_m, fast_s = speed_curve.fast_running(grid.speed_mps, grid.is_whole)
    moving = zero_where_unknown(grid.speed_mps[grid.is_moving])
    by_speed = np.bincount(
        np.minimum((moving / SPEED_BIN_MPS).astype(int), SPEED_BINS - 1), minlength=SPEED_BINS
    )
    return {
        "effort_speed_mps": speed_curve.best_mean_speeds_mps(grid.distance_m),
        "effort_time_s": speed_curve.best_times_s(grid.distance_m, elapsed_s=grid.elapsed_s),
        "effort_graded_time_s": speed_curve.best_times_s(graded_m, elapsed_s=grid.elapsed_s),
        "fast_by_speed_m": fast_m.astype(np.float32),
        "fast_by_speed_s": fast_s.astype(np.int32),
        "seconds_by_speed": by_speed.astype(np.int32),
    }


def climbs(run: Measured) -> Vectors:
    """Metres of rise and fall by steepness, and of steep fall by speed."""
    climb_m, descent_m = hills.rise_by_steepness_m(run.grid.distance_m, run.slope)
    steep_m = hills.steep_descent_by_speed_m(run.grid.distance_m, run.slope, run.grid.speed_mps)
    return {
        # 16 bits end at 65 km, which nobody descends.
        "steep_descent_by_speed_m": np.minimum(steep_m, 60_000.0).astype(np.float16),
        "climb_by_steepness_m": climb_m.astype(np.float32),
        "descent_by_steepness_m": descent_m.astype(np.float32),
    }


# Each gives some vectors by name; later ones of one name would overrule.
VECTORS = (traces, form_windows, efforts, climbs, pauses, places)


def vectors(run: Measured) -> Vectors:
    """Everything that is kept of a run beside its facts, by name."""
    return {name: values for part in VECTORS for name, values in part(run).items()}
