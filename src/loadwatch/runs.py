"""One record per activity: everything this one file says, small enough to keep.

A run is reduced once. Its record holds public facts and the vectors that later questions need without
opening the file again, so thresholds can change without reading anything anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from loadwatch._arrays import zero_where_unknown
from loadwatch.formats.table import EARTH_RADIUS_M
from loadwatch.metrics import heart_rate, hills, intensity, legs, speed_curve, steps
from loadwatch.tidy import tidy
from loadwatch.tidy.grid import LONGEST_BRIDGE_S, bridge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch._arrays import Bools, Floats
    from loadwatch.formats.activity import Activity, DeviceTotals
    from loadwatch.tidy import Grid, Recording

TRACE_STEP_S = 5
RUN_ID_LENGTH = 12
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
LONGEST_AWAY_S = 3 * 3600  # a watch keeps the time of home for hours into a trip; beyond that it is unset
SLOWEST_RUNNING_SPM = 120.0  # below, it is a walking break; form windows ask for more
INDOOR = ("treadmill", "indoor", "virtual")
SPEED_BIN_MPS = 0.1
SPEED_BINS = 100


@dataclass(frozen=True)
class RunRecord:
    """What one activity says by itself.

    Attributes
    ----------
    facts
        The columns of the `runs` table that need no other run, by name, and what they are made from.
    vectors
        Numpy arrays by name: traces (16-bit integers every 5 s of running timer, steps in `TRACES`), form
        windows, best efforts, fast running by speed, seconds by speed, climb and descent by steepness;
        `pause_before_s` and `pause_s`: second of running timer before which each pause lies, and its
        length; `place_north` and `place_east`: way from the first position every 30 s of the wall's clock
        (16-bit integers, steps of 4 m).
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
    clock, clock_note = _local_clock(activity, recording, latitude_deg, longitude_deg, home_timezone)
    local_start = recording.start.astimezone(clock)
    notes = [*recording.notes, *([clock_note] if clock_note else [])]
    facts: dict[str, Any] = {
        "run_id": run_id(digest, activity.session_number),
        "file": file,
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
    facts |= _leg_facts(grid, slope)
    # Also for what is no run by its label: the runner may correct that.
    vectors = _traces(grid, graded_mps, heart_rate_bpm, altitude_m) | _form_windows(
        grid, slope, step_length_m
    )
    vectors |= _efforts(grid, graded_mps) | _hills(grid, slope)
    vectors |= _pauses(grid) | _places(recording, latitude_deg, longitude_deg)
    return RunRecord(facts, vectors)


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


def _traces(
    grid: Grid, graded_mps: Floats, heart_rate_bpm: Floats, altitude_m: Floats
) -> dict[str, np.ndarray[Any, Any]]:
    values = {
        "speed_mps": grid.speed_mps,
        "graded_speed_mps": graded_mps,
        "heart_rate_bpm": heart_rate_bpm,
        "cadence_spm": grid.cadence_spm,
        "altitude_m": altitude_m,
    }
    means = steps.window_means(np.stack([values[name] for name in TRACES]), span_s=TRACE_STEP_S)
    stored = _small_integers(means / np.reshape(list(TRACES.values()), (-1, 1)))
    return {f"trace_{name}": trace for name, trace in zip(TRACES, stored, strict=True)}


def _pauses(grid: Grid) -> dict[str, np.ndarray[Any, Any]]:
    paused_s = np.diff(grid.elapsed_s) - 1.0
    before = np.flatnonzero(paused_s > 0.0)
    return {"pause_before_s": before + 1.0, "pause_s": paused_s[before]}


def _places(
    recording: Recording, latitude_deg: float, longitude_deg: float
) -> dict[str, np.ndarray[Any, Any]]:
    """The way as few rough points: enough to tell whether two recordings were at one place at one time."""
    if np.isnan(latitude_deg):
        return {name: np.empty(0, dtype=np.int16) for name in PLACES}
    seconds = np.arange(0.0, recording.elapsed_s + 1.0, PLACE_STEP_S)
    time_s = recording.arrays.time_us / 1e6 - recording.start.timestamp()
    step_deg = np.degrees(PLACE_STEP_M / EARTH_RADIUS_M)
    north_deg = recording.arrays["latitude_deg"] - latitude_deg
    east_deg = recording.arrays["longitude_deg"] - longitude_deg
    north, east = bridge(seconds, time_s, (north_deg, east_deg), longest_bridge_s=LONGEST_BRIDGE_S)
    narrowed = float(np.cos(np.radians(latitude_deg)))
    steps_off = (north / step_deg, east * narrowed / step_deg)
    return {name: _small_integers(steps) for name, steps in zip(PLACES, steps_off, strict=True)}


def _small_integers(values: Floats) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Rounded to 16 bits, `MISSING` where unknown; shape as given."""
    whole = np.minimum(np.maximum(np.rint(values), -32767.0), 32767.0)
    return np.where(np.isnan(whole), MISSING, whole).astype(np.int16)


def _form_windows(grid: Grid, slope: Floats, step_length_m: Floats) -> dict[str, np.ndarray[Any, Any]]:
    values = {
        "speed_mps": grid.speed_mps,
        "cadence_spm": grid.cadence_spm,
        "step_length_m": step_length_m,
        "ground_contact_ms": grid.ground_contact_ms,
    }
    means = {name: steps.window_means(column) for name, column in values.items()}
    grade = steps.window_means(slope)
    count = grade.size
    is_steady = _is_steady(grid, count)
    is_good = steps.is_form_window(means["speed_mps"], means["cadence_spm"], grade, is_steady)
    third = (3 * np.arange(count)) // max(count, 1)
    windows: dict[str, np.ndarray[Any, Any]] = {
        f"form_{name}": column[is_good].astype(np.float32) for name, column in means.items()
    }
    return windows | {"form_third": third[is_good].astype(np.int8)}


def _is_steady(grid: Grid, count: int) -> Bools:
    """Windows in which the runner neither stopped, stood nor lost the signal of the steps."""
    is_running = grid.is_moving & grid.is_whole & ~(grid.cadence_spm <= 0.0)
    return np.asarray(
        is_running[: count * steps.WINDOW_S].reshape(count, steps.WINDOW_S).all(axis=1), dtype=bool
    )


def _efforts(grid: Grid, graded_mps: Floats) -> dict[str, np.ndarray[Any, Any]]:
    graded_m = np.concatenate([[0.0], np.cumsum(zero_where_unknown(graded_mps[1:]))])
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


def _hills(grid: Grid, slope: Floats) -> dict[str, np.ndarray[Any, Any]]:
    climb_m, descent_m = hills.rise_by_steepness_m(grid.distance_m, slope)
    return {
        "climb_by_steepness_m": climb_m.astype(np.float32),
        "descent_by_steepness_m": descent_m.astype(np.float32),
    }


def _local_clock(
    activity: Activity, recording: Recording, latitude_deg: float, longitude_deg: float, home_timezone: str
) -> tuple[timezone | ZoneInfo, str]:
    """The runner's clock: the file's own offset, else the zone at the first position, else home, else UTC."""
    zone = _zone_at(latitude_deg, longitude_deg)
    offset_s = activity.utc_offset_s
    if offset_s is not None and (zone is None or not _fits(zone, offset_s, recording)):
        own = timezone(timedelta(seconds=offset_s))
        if zone is None or abs(_offset_s(zone, recording.start) - offset_s) <= LONGEST_AWAY_S:
            return own, ""
        return zone, "the device's local time does not fit its position; the position's time zone is used"
    if zone is not None:
        return zone, ""
    if home_timezone:
        return ZoneInfo(home_timezone), "no position: local time by the settings' time zone"
    return UTC, "no position and no time zone in the file: local time taken as UTC"


def _fits(zone: ZoneInfo, offset_s: float, recording: Recording) -> bool:
    """Whether a zone agrees with the offset at the recording's end, when watches write it.

    The zone then also knows of a change of clocks on the way.
    """
    return _offset_s(zone, recording.start + timedelta(seconds=recording.elapsed_s)) == offset_s


def _offset_s(zone: ZoneInfo, moment: datetime) -> float:
    offset = moment.astimezone(zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _zone_at(latitude_deg: float, longitude_deg: float) -> ZoneInfo | None:
    if np.isnan(latitude_deg):
        return None
    # Imported late: its map costs memory that `--help` need not pay.
    from tzfpy import get_tz  # noqa: PLC0415 - likewise

    name = get_tz(longitude_deg, latitude_deg)
    return ZoneInfo(name) if name else None


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
