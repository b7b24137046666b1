"""One record per activity: everything this one file says, small enough to keep.

A run is reduced once. Its record holds public facts and the vectors that later questions need without
opening the file again, so thresholds can change without reading anything anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch._arrays import zero_where_unknown
from loadwatch.local_time import local_clock
from loadwatch.metrics import heart_rate, hills, intensity, legs, steps
from loadwatch.metrics.decoupling import decoupling_pct
from loadwatch.tidy import tidy
from loadwatch.vectors import MISSING, TRACES, Measured, vectors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch._arrays import Floats
    from loadwatch.formats.activity import Activity, DeviceTotals
    from loadwatch.tidy import Grid

RUN_ID_LENGTH = 12
SLOWEST_RUNNING_SPM = 120.0  # below, it is a walking break; form windows ask for more
INDOOR = ("treadmill", "indoor", "virtual")


@dataclass(frozen=True)
class RunRecord:
    """What one activity says by itself.

    Attributes
    ----------
    facts
        The columns of the `runs` table that need no other run, by name, and what they are made from.
    vectors
        Numpy arrays by name: traces (16-bit integers every 5 s of running timer, steps in `TRACES`), form
        windows, best efforts, fast running by speed, seconds by speed, climb and descent by steepness, steep
        descent by speed; `pause_before_s` and `pause_s`: second of running timer before which each pause
        lies, and its length; `place_north` and `place_east`: way from the first position every 30 s of the
        wall's clock (16-bit integers, steps of 4 m).
    """

    facts: dict[str, Any]
    vectors: Mapping[str, np.ndarray[Any, Any]]

    @property
    def run_id(self) -> str:
        """Prefix of the file's digest, with the session's number where it holds several."""
        return str(self.facts["run_id"])

    def trace(self, name: str) -> Floats:
        """One trace in its unit, NaN where unknown; shape (n,), every 5 s."""
        stored = self.vectors[f"trace_{name}"]
        return np.where(stored == MISSING, np.nan, stored * TRACES[name])


def run_id(digest: str, session_number: int | None) -> str:
    """Public name of an activity, from its file's content and its place in it."""
    prefix = digest[:RUN_ID_LENGTH]
    return prefix if session_number is None else f"{prefix}-{session_number + 1}"


def reduce_activity(
    activity: Activity, *, file: str, digest: str, home_timezone: str = "", sport: str = ""
) -> RunRecord:
    """Tidy one activity and reduce it to its record.

    Parameters
    ----------
    activity
        As a reader gives it.
    file
        Where it was read from, for people.
    digest
        Digest of the file's content.
    home_timezone
        The runner's zone, for activities that tell none.
    sport
        The runner's own word for what it was; overrules the file.

    Raises
    ------
    FileError
        Where the activity is empty or implausible.
    """
    recording = tidy(activity, sport=sport)
    grid = recording.grid
    altimeter = _altimeter(activity)
    altitude_m = hills.smooth_altitude_m(grid.altitude_m, span_s=altimeter.span_s)
    slope = hills.grade_ratio(grid.distance_m, altitude_m, base_m=altimeter.base_m)
    graded_mps = grid.speed_mps * hills.grade_factor(slope)
    is_indoor = activity.sub_sport in INDOOR
    # The positions of a virtual run are those of a game.
    latitude_deg = float("nan") if is_indoor else recording.latitude_deg
    longitude_deg = float("nan") if is_indoor else recording.longitude_deg
    clock, clock_note = local_clock(activity, recording, latitude_deg, longitude_deg, home_timezone)
    local_start = recording.start.astimezone(clock)
    notes = [*recording.notes, *([clock_note] if clock_note else [])]
    facts: dict[str, Any] = {
        "run_id": run_id(digest, activity.session_number),
        "file": file,
        "name": activity.name,
        "format": activity.format,
        "sport": recording.sport,
        "sub_sport": activity.sub_sport,
        "device": activity.device,
        "start_time": recording.start,
        "local_start": local_start.isoformat(timespec="seconds"),
        "timezone": str(clock),
        "local_date": local_start.date(),
        "elapsed_s": recording.elapsed_s,
        "timer_s": recording.timer_s,
        "cadence_source": activity.cadence_source,
        "is_treadmill": is_indoor or np.isnan(latitude_deg),
        "is_indoor": is_indoor,
        "start_latitude_deg": latitude_deg,
        "start_longitude_deg": longitude_deg,
        "resting_heart_rate_bpm": activity.athlete.resting_heart_rate_bpm,
        "max_heart_rate_bpm": activity.athlete.max_heart_rate_bpm,
        "notes": "; ".join(notes),
    }
    facts |= _speed_facts(grid, graded_mps)
    facts |= _elevation_facts(activity.totals, altimeter, altitude_m)
    step_length_m = _step_length(grid)
    heart_rate_bpm = heart_rate.without_artefacts(grid.heart_rate_bpm, grid.cadence_spm)
    facts |= _body_facts(grid, step_length_m)
    facts["heart_rate_high_bpm"] = _high_percentile(heart_rate_bpm)
    facts["decoupling_pct"] = decoupling_pct(
        grid.speed_mps[grid.is_moving], heart_rate_bpm[grid.is_moving], facts["elevation_gain_computed_m"]
    )
    facts |= _leg_facts(grid, slope)
    facts["steep_descent_s"] = _steep_descent_s(grid, slope)
    measured = Measured(
        recording, altitude_m, slope, graded_mps, heart_rate_bpm, step_length_m, latitude_deg, longitude_deg
    )
    # Also for what is no run by its label: the runner may correct that.
    return RunRecord(facts, vectors(measured))


@dataclass(frozen=True)
class Altimeter:
    """How altitude of one kind of sensor is treated.

    Attributes
    ----------
    name
        As `elevation_source` says it.
    span_s, smallest_climb_m, base_m
        Length of the running mean [s], hysteresis [m], and length over which a slope is taken [m].
    """

    name: str
    span_s: int
    smallest_climb_m: float
    base_m: float


BAROMETER = Altimeter("barometer", span_s=11, smallest_climb_m=1.0, base_m=30.0)
SATELLITES = Altimeter("gps", span_s=31, smallest_climb_m=3.0, base_m=90.0)
# Who does not say what it measures with is taken by its word unless its altitude scatters like a satellite's.
UNKNOWN_SENSOR = replace(BAROMETER, name="unknown sensor")
ROUGH_M = 0.5


def _altimeter(activity: Activity) -> Altimeter:
    """The kind of sensor: as the device's name tells, else by how much neighbouring samples scatter."""
    if activity.has_barometer is not None:
        return BAROMETER if activity.has_barometer else SATELLITES
    altitude_m = activity.arrays["altitude_m"]
    known = altitude_m[~np.isnan(altitude_m)]
    scatter_m = float(np.mean(np.abs(np.diff(known, n=2)))) if known.size > 2 else 0.0
    return SATELLITES if scatter_m > ROUGH_M else UNKNOWN_SENSOR


def _speed_facts(grid: Grid, graded_mps: Floats) -> dict[str, Any]:
    distance_m = float(grid.distance_m[-1])
    moving_s = float(np.sum(grid.is_moving))
    moving_graded = graded_mps[grid.is_moving]
    return {
        "distance_m": distance_m,
        "moving_s": moving_s,
        "speed_mean_mps": distance_m / moving_s if moving_s else float("nan"),
        "graded_speed_mean_mps": _mean(moving_graded),
        "normalized_speed_mps": intensity.normalized_speed_mps(graded_mps),
    }


def _elevation_facts(told: DeviceTotals, altimeter: Altimeter, altitude_m: Floats) -> dict[str, Any]:
    climb_m, descent_m = hills.climb_and_descent_m(altitude_m, smallest_climb_m=altimeter.smallest_climb_m)
    has_told = not np.isnan(told.elevation_gain_m)
    source = "device" if has_told else "none" if np.isnan(climb_m) else altimeter.name
    return {
        "elevation_gain_m": told.elevation_gain_m if has_told else climb_m,
        "elevation_loss_m": told.elevation_loss_m if not np.isnan(told.elevation_loss_m) else descent_m,
        "elevation_source": source,
        "elevation_gain_computed_m": climb_m,
        "elevation_loss_computed_m": descent_m,
    }


def _body_facts(grid: Grid, step_length_m: Floats) -> dict[str, Any]:
    running = np.flatnonzero(grid.is_moving & ~(grid.cadence_spm < SLOWEST_RUNNING_SPM))
    facts: dict[str, Any] = {
        # As the watches tell them, artefacts included; zones and the maximum rest on what is left without.
        "heart_rate_mean_bpm": _mean(grid.heart_rate_bpm),
        "heart_rate_max_bpm": _highest_mean(grid.heart_rate_bpm, 5),
        # The watches' own way, standing included: only to compare with what they say.
        "cadence_timer_mean_spm": _mean(grid.cadence_spm),
    }
    form = {
        "cadence_mean_spm": grid.cadence_spm,
        "step_length_mean_m": step_length_m,
        "ground_contact_mean_ms": grid.ground_contact_ms,
        "vertical_oscillation_mean_mm": grid.vertical_oscillation_mm,
        "vertical_ratio_mean_pct": grid.vertical_ratio_pct,
        "contact_balance_mean_pct": grid.contact_balance_pct,
        "power_mean_w": grid.power_w,
    }
    return facts | {name: _mean(values[running]) for name, values in form.items()}


def _step_length(grid: Grid) -> Floats:
    """Step length as recorded; where it is not, speed over cadence."""
    # Of a cadence that is nearly nothing, damaged numbers make steps without end.
    derived = np.full(grid.size, np.nan)
    np.divide(60.0 * grid.speed_mps, grid.cadence_spm, out=derived, where=grid.cadence_spm > 1e-3)
    return np.where(np.isnan(grid.step_length_m), derived, grid.step_length_m)


def _leg_facts(grid: Grid, slope: Floats) -> dict[str, Any]:
    step_km = zero_where_unknown(grid.distance_m[1:] - grid.distance_m[:-1]) / 1000.0
    # Summed, and not as a scalar product: for that a library would wake all processors.
    return {
        "climb_leg_km": float(np.sum(step_km * legs.climb_weight(slope[1:]))),
        "descent_leg_km": float(np.sum(step_km * legs.descent_weight(slope[1:]))),
    }


def _steep_descent_s(grid: Grid, slope: Floats) -> float:
    """Seconds of moving down steep slopes; NaN where no slope is known."""
    # Comparing with NaN gives False: an unknown slope is not steep.
    steep_s = np.count_nonzero(grid.is_moving[np.flatnonzero(slope <= -hills.STEEP_GRADE)])
    return float(steep_s) if steep_s or not np.isnan(slope).all() else float("nan")


def _mean(values: Floats) -> float:
    is_known = ~np.isnan(values)
    known = values if is_known.all() else values[is_known]
    return float(known.mean()) if known.size else float("nan")


def _highest_mean(values: Floats, span_s: int) -> float:
    means = steps.window_means(values, span_s=span_s)
    known = means[~np.isnan(means)]
    return float(known.max()) if known.size else float("nan")


def _high_percentile(heart_rate_bpm: Floats) -> float:
    """99.5th percentile of 30-second means, past the first minute, where straps and wrists err most."""
    means = steps.window_means(heart_rate_bpm[60:])
    known = means[~np.isnan(means)]
    return steps.percentiles(known, [99.5])[0] if known.size else float("nan")
