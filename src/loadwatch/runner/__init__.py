"""What one run means among the runner's other runs: speed, heart rate and stride of the same person.

Every value rests on that run and earlier ones only, so a report on an old week never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import columns
from loadwatch.metrics import intensity, legs, speed_curve, steps
from loadwatch.runs import SPEED_BIN_MPS, TRACE_STEP_S
from loadwatch.tidy import ON_FOOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Floats
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

CRITICAL_SPEED_DAYS = 90
FAST_DAYS = 180
FEWEST_RUNS = 20  # before a maximum heart rate or a usual fast speed can be told from the runs
HARD_SPEED_RATIO = 0.95
FAST_SPEED_RATIO = 1.10
HARD_HEART_RATE_RATIO = 0.89  # threshold heart rate lies at 0.88 to 0.90 of the maximum
CURVE_RUNS = 40
CURVE_LAG_RUNS = 10
FEWEST_CURVE_RUNS = 12
FEWEST_WINDOWS = 10


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


def runs_table(
    records: Sequence[RunRecord], settings: Settings, races: frozenset[str] = frozenset()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The `runs` table and the stride curve each run was judged by.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    settings
        What the runner says of themselves overrules what the runs say.
    races
        Ids of runs marked as races.

    Returns
    -------
    runs, curves
        `runs` has the columns of `columns.RUNS`; `curves` those described in `History`.
    """
    speeds = _speeds(records, settings)
    heart_rates = _heart_rates(records, settings)
    curves = _curves(records)
    rows: list[dict[str, Any]] = []
    loads_per_hour: list[float] = []
    for record, speed, heart_rate, curve in zip(records, speeds, heart_rates, curves, strict=True):
        facts = dict(record.facts)
        facts |= _load_facts(record, speed, heart_rate, settings.sex, loads_per_hour)
        facts |= _speed_facts(record, speed, heart_rate)
        facts |= _stride_facts(record, curve)
        facts["is_race"] = record.run_id in races
        rows.append(facts)
    return _frame(rows), _curves_frame(records, curves)


def other_activities_table(records: Sequence[RunRecord]) -> pd.DataFrame:
    """Hikes, walks, rides and the like, with the columns of `runs`; on foot they load the legs by half."""
    rows = []
    for record in records:
        facts = dict(record.facts)
        is_on_foot = facts["sport"] in ON_FOOT
        km = np.nan_to_num(facts["distance_m"]) / 1000.0 + facts["climb_leg_km"] + facts["descent_leg_km"]
        facts["leg_load_km"] = legs.WALKING_WEIGHT * km if is_on_foot else 0.0
        facts["is_race"] = False
        rows.append(facts)
    return _frame(rows)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*columns.names(columns.RUNS)])
    numbers = [column.name for column in columns.RUNS if column.kind == "number"]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _days(records: Sequence[RunRecord]) -> Floats:
    return np.array([record.facts["local_date"].toordinal() for record in records], dtype=float)


def _speeds(records: Sequence[RunRecord], settings: Settings) -> list[Speeds]:
    """Critical, threshold and fast speed on the day of each run."""
    if not records:
        return []
    day = _days(records)
    outside = np.array([not record.facts["is_treadmill"] for record in records])
    times_s = np.array([record.vectors["effort_graded_time_s"] for record in records])
    times_s[~outside] = np.nan
    critical = [speed_curve.EFFORT_DISTANCES_M.index(length) for length in speed_curve.CRITICAL_DISTANCES_M]
    longest = speed_curve.EFFORT_DISTANCES_M.index(5000.0)
    graded_mps = np.array([record.facts["graded_speed_mean_mps"] for record in records])
    by_speed = np.cumsum(
        [
            record.vectors["seconds_by_speed"] * is_out
            for record, is_out in zip(records, outside, strict=True)
        ],
        axis=0,
    )
    told_mps = settings.threshold_speed_mps
    speeds = []
    for i in range(len(records)):
        recent = slice(int(np.searchsorted(day, day[i] - CRITICAL_SPEED_DAYS, side="right")), i + 1)
        critical_mps = told_mps
        if np.isnan(told_mps):
            usual_mps = _nanmedian(graded_mps[recent])
            critical_mps = speed_curve.critical_speed_mps(
                times_s[recent][:, critical], usual_mps=float(np.nan_to_num(usual_mps))
            )
        best_5km_s = np.nanmin(times_s[recent, longest], initial=np.inf)
        if not np.isnan(critical_mps):
            threshold_mps, source = critical_mps, "critical_speed"
        elif np.isfinite(best_5km_s):
            threshold_mps, source = 0.96 * 5000.0 / float(best_5km_s), "best_5km"
        else:
            threshold_mps, source = _nanmean(graded_mps[recent]), "own_mean_speed"
        half_year = int(np.searchsorted(day, day[i] - FAST_DAYS, side="right"))
        seconds = by_speed[i] - (by_speed[half_year - 1] if half_year else 0)
        usual_fast_mps = (
            _percentile_of_bins(seconds, 0.95) if int(outside[: i + 1].sum()) >= FEWEST_RUNS else np.nan
        )
        fast_mps = float(np.fmax(FAST_SPEED_RATIO * critical_mps, usual_fast_mps))
        if np.isnan(usual_fast_mps):
            fast_mps = float("nan")
        speeds.append(Speeds(critical_mps, threshold_mps, source, fast_mps))
    return speeds


def _percentile_of_bins(seconds: np.ndarray[Any, Any], share: float) -> float:
    total = np.cumsum(seconds)
    if total[-1] == 0:
        return float("nan")
    return float((np.searchsorted(total, share * total[-1]) + 1) * SPEED_BIN_MPS)


def _heart_rates(records: Sequence[RunRecord], settings: Settings) -> list[HeartRates]:
    """Resting and maximum heart rate on the day of each run: told, else seen, else the device's profile."""
    heart_rates = []
    seen_count, highest = 0, float("nan")
    profile = HeartRates(float("nan"), float("nan"))
    for record in records:
        facts = record.facts
        profile = HeartRates(
            _first_known(facts["resting_heart_rate_bpm"], profile.resting_bpm),
            _first_known(facts["max_heart_rate_bpm"], profile.maximum_bpm),
        )
        seen_count += not np.isnan(facts["heart_rate_high_bpm"])
        highest = float(np.fmax(highest, facts["heart_rate_high_bpm"]))
        observed = highest if seen_count >= FEWEST_RUNS else float("nan")
        by_age = float("nan")
        if settings.birth_year is not None:
            # Tanaka et al. 2001: 208 - 0.7 x age.
            by_age = 208.0 - 0.7 * (facts["local_date"].year - settings.birth_year)
        heart_rates.append(
            HeartRates(
                _first_known(settings.resting_heart_rate_bpm, profile.resting_bpm),
                _first_known(
                    settings.max_heart_rate_bpm, float(np.fmax(observed, by_age)), profile.maximum_bpm
                ),
            )
        )
    return heart_rates


def _load_facts(
    record: RunRecord, speed: Speeds, heart_rate: HeartRates, sex: str, loads_per_hour: list[float]
) -> dict[str, Any]:
    """Load by graded speed; by heart rate where speed is missing; by duration where both are."""
    facts = record.facts
    trace = record.trace("heart_rate_bpm")
    trimp = intensity.trimp(
        trace, heart_rate.resting_bpm, heart_rate.maximum_bpm, sex=sex, step_s=TRACE_STEP_S
    )
    load = intensity.speed_load(facts["normalized_speed_mps"], speed.threshold_mps, facts["timer_s"])
    source = speed.threshold_source
    hours = facts["timer_s"] / 3600.0
    threshold_trimp = _threshold_hour_trimp(heart_rate, sex) if np.isnan(load) else float("nan")
    if np.isnan(load) and not np.isnan(trimp) and threshold_trimp > 0.0:
        load = 100.0 * trimp / threshold_trimp
        source = "heart_rate"
    elif np.isnan(load):
        load = hours * (float(np.median(loads_per_hour)) if loads_per_hour else 100.0)
        source = "duration"
    elif hours > 0:
        loads_per_hour.append(load / hours)
    return {"load": load, "load_source": source, "trimp": trimp}


def _threshold_hour_trimp(heart_rate: HeartRates, sex: str) -> float:
    """What an hour at threshold heart rate leaves; 0 where rest and maximum lie absurdly close."""
    hour = np.array([HARD_HEART_RATE_RATIO * heart_rate.maximum_bpm])
    return intensity.trimp(hour, heart_rate.resting_bpm, heart_rate.maximum_bpm, sex=sex, step_s=3600.0)


def _speed_facts(record: RunRecord, speed: Speeds, heart_rate: HeartRates) -> dict[str, Any]:
    """Hard and fast running, and leg load, at the speeds known that day."""
    ground_mps = record.trace("speed_mps")
    hard_s = float("nan")
    if not np.isnan(speed.critical_mps):
        hard_s = _seconds_at(record.trace("graded_speed_mps"), HARD_SPEED_RATIO * speed.critical_mps)
    elif not np.isnan(heart_rate.maximum_bpm):
        hard_s = _seconds_at(record.trace("heart_rate_bpm"), HARD_HEART_RATE_RATIO * heart_rate.maximum_bpm)
    fast_m = fast_s = float("nan")
    if not np.isnan(speed.fast_mps) and not record.facts["is_treadmill"]:
        step = int(np.searchsorted(speed_curve.FAST_SPEEDS_MPS, speed.fast_mps - 1e-9))
        is_beyond = step >= speed_curve.FAST_SPEEDS_MPS.size
        fast_m = 0.0 if is_beyond else float(record.vectors["fast_by_speed_m"][step])
        fast_s = 0.0 if is_beyond else float(record.vectors["fast_by_speed_s"][step])
    km = np.nan_to_num(record.facts["distance_m"]) / 1000.0
    fast_km = 0.0
    # Only a known critical speed tells which kilometres were fast.
    if not np.isnan(speed.critical_mps):
        known_mps = ground_mps[~np.isnan(ground_mps)]
        step_km = known_mps * TRACE_STEP_S / 1000.0
        fast_km = float(step_km @ legs.speed_weight(known_mps, speed.critical_mps))
    leg_load_km = km + record.facts["climb_leg_km"] + record.facts["descent_leg_km"] + fast_km
    return {"hard_s": hard_s, "fast_m": fast_m, "fast_s": fast_s, "leg_load_km": leg_load_km}


def _seconds_at(trace: Floats, limit: float) -> float:
    """Seconds at or above a limit; NaN when less than half of the run is known."""
    is_known = ~np.isnan(trace)
    if 2 * is_known.sum() < max(trace.size, 1):
        return float("nan")
    return float(np.sum(trace[is_known] >= limit) * TRACE_STEP_S)


def _curves(records: Sequence[RunRecord]) -> list[tuple[steps.Curve, int] | None]:
    """The curve each run is judged by: the same device's 40 runs that end 10 runs earlier."""
    curves: list[tuple[steps.Curve, int] | None] = []
    by_device: dict[str, list[RunRecord]] = {}
    for record in records:
        mates = by_device.setdefault(record.facts["device"], [])
        has_form = record.vectors["form_speed_mps"].size > 0 and not record.facts["is_treadmill"]
        if not has_form:
            curves.append(None)
            continue
        mates.append(record)
        last = len(mates) - CURVE_LAG_RUNS
        baseline = mates[max(last - CURVE_RUNS, 0) : max(last, 0)]
        curves.append(_fit(baseline) if len(baseline) >= FEWEST_CURVE_RUNS else None)
    return curves


def _fit(baseline: list[RunRecord]) -> tuple[steps.Curve, int] | None:
    curve = steps.fit_curve(
        np.concatenate([record.vectors["form_speed_mps"] for record in baseline]).astype(float),
        np.concatenate([record.vectors["form_cadence_spm"] for record in baseline]).astype(float),
    )
    return None if curve is None else (curve, len(baseline))


def _stride_facts(record: RunRecord, judged_by: tuple[steps.Curve, int] | None) -> dict[str, Any]:
    if judged_by is None:
        return {"stride_residual_pct": float("nan"), "cadence_fade_spm": float("nan")}
    curve = judged_by[0]
    speed_mps = record.vectors["form_speed_mps"].astype(float)
    cadence_spm = record.vectors["form_cadence_spm"].astype(float)
    residual_pct = curve.residual_pct(speed_mps, cadence_spm)
    return {
        "stride_residual_pct": float(np.median(residual_pct))
        if residual_pct.size >= FEWEST_WINDOWS
        else float("nan"),
        "cadence_fade_spm": _fade_spm(record, curve, speed_mps, cadence_spm),
    }


def _fade_spm(record: RunRecord, curve: steps.Curve, speed_mps: Floats, cadence_spm: Floats) -> float:
    """Speed-adjusted cadence, last third minus first; NaN unless the run was long and steady.

    At least 35 minutes, 8 windows in each third, 10th to 90th percentile of speed within 20 % of the median,
    mean speeds of the two thirds within 8 %.
    """
    third = record.vectors["form_third"]
    is_on = (speed_mps >= curve.speed_low_mps) & (speed_mps <= curve.speed_high_mps)
    early, late = is_on & (third == 0), is_on & (third == 2)
    if record.facts["timer_s"] < 35 * 60 or early.sum() < 8 or late.sum() < 8:
        return float("nan")
    low, middle, high = steps.percentiles(speed_mps, (10.0, 50.0, 90.0))
    early_mps, late_mps = speed_mps[early].mean(), speed_mps[late].mean()
    if high - low > 0.20 * middle or abs(late_mps - early_mps) > 0.08 * early_mps:
        return float("nan")
    adjusted = cadence_spm - curve.cadence_spm(speed_mps)
    return float(adjusted[late].mean() - adjusted[early].mean())


def form_windows_table(records: Sequence[RunRecord]) -> pd.DataFrame:
    """Every form window of every run outside; columns as described in `History`."""
    names = ["speed_mps", "cadence_spm", "step_length_m", "ground_contact_ms"]
    used = [r for r in records if r.vectors["form_speed_mps"].size and not r.facts["is_treadmill"]]
    if not used:
        return pd.DataFrame(columns=["run_id", "device", "third", *names])
    counts = [record.vectors["form_speed_mps"].size for record in used]
    frame = {
        "run_id": np.repeat(np.array([record.run_id for record in used], dtype=object), counts),
        "device": np.repeat(np.array([record.facts["device"] for record in used], dtype=object), counts),
        "third": np.concatenate([record.vectors["form_third"] for record in used]),
    }
    for name in names:
        frame[name] = np.concatenate([record.vectors[f"form_{name}"] for record in used]).astype(float)
    return pd.DataFrame(frame)


def trace_table(record: RunRecord) -> pd.DataFrame:
    """One run every 5 s of its timer; columns as described in `History`."""
    names = ["speed_mps", "graded_speed_mps", "heart_rate_bpm", "cadence_spm", "altitude_m"]
    traces = [record.trace(name) for name in names]
    elapsed_s = np.arange(traces[0].size, dtype=float) * TRACE_STEP_S
    distance_m = np.cumsum(np.nan_to_num(traces[0])) * TRACE_STEP_S
    # One block of numbers: a frame for each run of a history must cost little.
    return pd.DataFrame(
        np.column_stack([elapsed_s, distance_m, *traces]), columns=["elapsed_s", "distance_m", *names]
    )


def _curves_frame(records: Sequence[RunRecord], curves: list[tuple[steps.Curve, int] | None]) -> pd.DataFrame:
    rows = [
        {
            "run_id": record.run_id,
            "device": record.facts["device"],
            "intercept_spm": judged_by[0].intercept_spm,
            "slope_spm_per_mps": judged_by[0].slope_spm_per_mps,
            "speed_low_mps": judged_by[0].speed_low_mps,
            "speed_high_mps": judged_by[0].speed_high_mps,
            "run_count": judged_by[1],
        }
        for record, judged_by in zip(records, curves, strict=True)
        if judged_by is not None
    ]
    names = [
        "run_id",
        "device",
        "intercept_spm",
        "slope_spm_per_mps",
        "speed_low_mps",
        "speed_high_mps",
        "run_count",
    ]
    return pd.DataFrame(rows, columns=names)


def _first_known(*values: float) -> float:
    return next((value for value in values if not np.isnan(value)), float("nan"))


def _nanmean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _nanmedian(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")
