"""Histories made by hand, so that what is printed can be checked against known numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loadwatch import columns
from loadwatch.flags import RULES
from loadwatch.history import CannotTell, History, WeekStory
from loadwatch.runner import speeds_table
from loadwatch.runs import RunRecord
from loadwatch.settings import Settings
from loadwatch.vectors import MISSING, TRACE_STEP_S, TRACES

AS_OF = date(2026, 10, 28)
WEEK = "2026-W43"
HOSTILE = "<script>alert(1)</script>.fit"
NAN = float("nan")

# Kilometres of the runs of each week, by weekday; the last is still running on the as-of Wednesday.
PLAIN_WEEK = {1: 8.0, 3: 10.0, 5: 6.0, 6: 15.0}
EMPTY_WEEKS = {"2026-W25", "2026-W26"}
HILLY_WEEK = "2026-W33"
NO_ALTITUDE_WEEK = "2026-W30"


def label(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def build(
    week_count: int = 30,
    *,
    settings: Settings | None = None,
    as_of: date = AS_OF,
    plain_week: dict[int, float] = PLAIN_WEEK,
) -> History:
    """A runner's history of `week_count` complete weeks and the running one."""
    monday = as_of - timedelta(days=as_of.weekday())
    first = monday - timedelta(weeks=week_count)
    runs = _runs(first, as_of, plain_week)
    days = _days(runs, first, as_of)
    weeks = _weeks(days, runs, as_of)
    reported = label(monday - timedelta(days=1)) if week_count else label(monday)
    history = History(
        runs=runs,
        days=days,
        weeks=weeks,
        flags=_flags() if week_count >= 12 else pd.DataFrame(columns=columns.names(columns.FLAGS)),
        skipped=_skipped(),
        other_activities=runs.iloc[:0],
        curves=_curves(runs),
        speeds=_speeds(runs),
        findings={},
        sessions=_sessions(runs),
        records=_records(runs),
        tables=None,  # nothing here asks for them
        rooms={},
        as_of=as_of,
        as_of_reason="The newest run is older than 14 days, so the report is told from its day.",
        week=reported,
        stories={},
        file_count=len(runs) + 9,
        late_count=2,
        repaired={f"repaired/{HOSTILE}": "cut short; everything before the damage kept"},
        settings=settings or Settings(name="Ada & Co", units="metric"),
        rules=RULES,
    )
    return replace(history, stories={str(week): _story(history, str(week)) for week in weeks["week"]})


def _runs(first: date, as_of: date, plain_week: dict[int, float]) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    rows: list[dict[str, Any]] = []
    for offset in range((as_of - first).days + 1):
        day = first + timedelta(days=offset)
        if label(day) in EMPTY_WEEKS or day.weekday() not in plain_week:
            continue
        long_one = label(day) == WEEK and day.weekday() == 6
        distance_m = 1000.0 * plain_week[day.weekday()] * (1.55 if long_one else rng.uniform(0.92, 1.06))
        rows.append(_run(len(rows), day, distance_m, rng))
    return pd.DataFrame(rows, columns=columns.names(columns.RUNS))


def _run(position: int, day: date, distance_m: float, rng: np.random.Generator) -> dict[str, Any]:
    speed = float(rng.uniform(2.7, 3.2))
    has_altitude = label(day) != NO_ALTITUDE_WEEK
    climb = float(rng.uniform(4, 9)) * distance_m / 1000 * (3 if label(day) == HILLY_WEEK else 1)
    row: dict[str, Any] = {column.name: NAN for column in columns.RUNS if column.kind == "number"}
    row |= {column.name: "" for column in columns.RUNS if column.kind == "text"}
    start = pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=6, minutes=30)
    return row | {
        "run_id": f"c{position:07x}",
        "file": HOSTILE if position % 9 == 0 else f"activities/{day}.fit",
        "format": "fit",
        "sport": "running",
        "device": "Acme Racer 3",
        "start_time": start,
        "local_start": start.isoformat(),
        "timezone": "Europe/Vienna",
        "local_date": day,
        "week": label(day),
        "distance_m": distance_m,
        "elapsed_s": distance_m / speed + 120,
        "timer_s": distance_m / speed + 60,
        "moving_s": distance_m / speed,
        "speed_mean_mps": speed,
        "graded_speed_mean_mps": speed + 0.05,
        "elevation_gain_m": climb if has_altitude else NAN,
        "elevation_loss_m": climb if has_altitude else NAN,
        "elevation_source": "device" if has_altitude else "none",
        "elevation_gain_computed_m": climb * 1.05 if has_altitude else NAN,
        "elevation_loss_computed_m": climb * 1.04 if has_altitude else NAN,
        "heart_rate_mean_bpm": NAN if position % 5 == 0 else 148.0,
        "cadence_mean_spm": 150 + 6 * speed,
        **dict.fromkeys(("steep_climb_m", "steep_descent_m"), climb / 4 if has_altitude else NAN),
        "easy_s": distance_m / speed - (1500.0 if day.weekday() == 3 else 0.0),
        "moderate_s": 600.0 if day.weekday() == 3 else 0.0,
        "hard_s": 900.0 if day.weekday() == 3 else 0.0,
        "fast_m": 430.0 if day.weekday() == 3 else 0.0,
        "load": distance_m / 180,
        "leg_load_km": distance_m / 1000 * 1.06,
        "leg_load_climb_km": distance_m / 1000 * 0.04,
        "leg_load_descent_km": distance_m / 1000 * 0.02,
        "leg_load_speed_km": 0.0,
        "stride_residual_pct": -0.4 if position >= 50 else NAN,
        "stride_speed_mps": 2.95 if position >= 50 else NAN,
        "own_cadence_spm": 150 + 6 * 2.95 if position >= 50 else NAN,
        "is_treadmill": position % 11 == 0,
        "is_race": False,
        "is_likely_race": False,
        "notes": "<b>one GPS spike removed</b>" if position % 9 == 0 else "",
    }


def _days(runs: pd.DataFrame, first: date, as_of: date) -> pd.DataFrame:
    rows = []
    for offset in range((as_of - first).days + 1):
        day = first + timedelta(days=offset)
        mine = runs[runs["local_date"] == day]
        row: dict[str, Any] = {column.name: NAN for column in columns.DAYS if column.kind == "number"}
        sums = {
            name: float(mine[name].sum())
            for name in (
                *("distance_m", "moving_s", "easy_s", "moderate_s", "hard_s", "fast_m", "load"),
                *("leg_load_km", *columns.LEG_LOAD_PARTS),
            )
        }
        climbs = {
            "elevation_gain_m": mine["elevation_gain_computed_m"].sum(skipna=False),
            "elevation_loss_m": mine["elevation_loss_computed_m"].sum(skipna=False),
            "steep_climb_m": mine["steep_climb_m"].sum(skipna=False),
            "steep_descent_m": mine["steep_descent_m"].sum(skipna=False),
        }
        facts = {
            "local_date": day,
            "week": label(day),
            "run_count": len(mine),
            "is_rest_day": mine.empty,
            "is_covered": True,
            "level": "usual",
        }
        rows.append(row | sums | climbs | facts)
    return pd.DataFrame(rows, columns=columns.names(columns.DAYS))


def _weeks(days: pd.DataFrame, runs: pd.DataFrame, as_of: date) -> pd.DataFrame:
    rows = []
    for week, mine in days.groupby("week", sort=True):
        its_runs = runs[runs["week"] == week]
        row: dict[str, Any] = {column.name: NAN for column in columns.WEEKS if column.kind == "number"}
        sums = {
            name: float(mine[name].sum(skipna=False))
            for name in (
                *("distance_m", "moving_s", "elevation_gain_m", "elevation_loss_m"),
                *("steep_climb_m", "steep_descent_m", "easy_s", "moderate_s"),
                *("hard_s", "fast_m", "load", "leg_load_km", *columns.LEG_LOAD_PARTS),
            )
        }
        start = min(mine["local_date"])
        facts = {
            "week": week,
            "week_start": start,
            "is_complete": start + timedelta(days=6) < as_of,
            "run_count": int(mine["run_count"].sum()),
            "rest_day_count": int(mine["is_rest_day"].sum()),
            "longest_run_m": float(its_runs["distance_m"].max()) if len(its_runs) else 0.0,
            "cadence_mean_spm": float(its_runs["cadence_mean_spm"].mean()) if len(its_runs) else NAN,
            "easy_share_pct": 85.0 if len(its_runs) else NAN,
            "verdict": {WEEK: "act", HILLY_WEEK: "watch"}.get(str(week), "usual"),
        }
        rows.append(row | sums | facts)
    return pd.DataFrame(rows, columns=columns.names(columns.WEEKS))


def _flag(day: date, rule: str, level: str, sentence: str, **more: Any) -> dict[str, Any]:
    return {
        "week": label(day),
        "local_date": day,
        "rule": rule,
        "level": level,
        "is_raise": level != "note",
        "value": 23250.0,
        "baseline": 15600.0,
        "unit": "m",
        "window": "25 Sep–24 Oct",
        "n": 17,
        "sentence": sentence,
        "detail": "",
        "run_ids": "c0000075",
        "grade": "A",
    } | more


def _flags() -> pd.DataFrame:
    sunday = date(2026, 10, 25)
    rows = [
        _flag(
            date(2026, 8, 16),
            "climb_jump",
            "note",
            "You climbed 812 m in 7 days, 2.9 times your usual 280 m.",
        ),
        _flag(
            date(2026, 10, 17), "long_steps", "watch", "Steps grew long.", value=-2.6, baseline=0.0, unit="%"
        ),
        _flag(
            *(sunday, "long_run_spike", "act"),
            "23.3 km in one go on Sun 25 Oct: 49 % longer than the longest of the 30 days before (15.6 km).",
        ),
        _flag(
            *(sunday, "volume_jump", "watch"),
            "47.3 km in 7 days: 39 % more than in the weeks before (34.1 km a week).",
            value=47300.0,
            baseline=34100.0,
            grade="B-",
        ),
        _flag(
            *(sunday, "long_steps", "watch"),
            "Your last five judged runs took 2.7 % fewer steps a minute than you usually take at that speed.",
            detail="Back to your own curve: about 168 spm at 5:33 min/km.",
            value=-2.7,
            baseline=0.0,
            unit="%",
            is_raise=False,
            grade="B",
        ),
        _flag(
            *(sunday, "climb_jump", "note"),
            "You climbed 512 m in 7 days, 1.8 times your usual 280 m. <img src=x onerror=alert(1)>",
            value=512.0,
            baseline=280.0,
            grade="C",
        ),
    ]
    return pd.DataFrame(rows, columns=columns.names(columns.FLAGS))


def _skipped() -> pd.DataFrame:
    rows = [
        ("copy/2026-10-20.gpx", "The same run as activities/2026-10-20.fit, which holds more.", "duplicate"),
        (f"bad/{HOSTILE}", "Not a FIT file: its header is missing.", "unreadable"),
        ("settings.fit", "Device settings, no activity.", "not_an_activity"),
        ("walks/2026-05-01.gpx", "excluded in the settings", "not_a_run"),
    ]
    return pd.DataFrame(rows, columns=columns.names(columns.SKIPPED))


def _speeds(runs: pd.DataFrame) -> pd.DataFrame:
    """Critical speed, known from September on."""
    speeds = speeds_table([], []).reindex(range(len(runs)))
    speeds["local_date"] = runs["local_date"].to_numpy()
    is_known = np.array([day >= date(2026, 9, 1) for day in runs["local_date"]], dtype=bool)
    speeds["critical_speed_mps"] = np.where(is_known, 4.0, NAN)
    speeds["critical_speed_source"] = np.where(is_known, "efforts", "too_few_hard_efforts")
    return speeds


def _records(runs: pd.DataFrame) -> dict[str, RunRecord]:
    """The runs with nothing but their traces and their half-minutes of steady flat running."""
    rng = np.random.default_rng(11)
    records = {}
    for _, run in runs.iterrows():
        speed = rng.normal(2.95, 0.25, 30)
        cadence = (150 + 6 * speed) * (0.975 if run["week"] == WEEK else 1.0) + rng.normal(0, 1.6, 30)
        windows = {
            "form_third": np.repeat([0, 1, 2], 10).astype(np.int8),
            "form_speed_mps": speed.astype(np.float32),
            "form_cadence_spm": cadence.astype(np.float32),
            "form_step_length_m": (speed / cadence * 60).astype(np.float32),
            "form_ground_contact_ms": np.full(30, np.nan, dtype=np.float32),
        }
        facts = {"run_id": run["run_id"], "device": run["device"], "is_treadmill": False}
        facts |= {"timer_s": run["timer_s"]}
        unknown = ("heart_rate_high_bpm", "max_heart_rate_bpm", "resting_heart_rate_bpm")
        facts |= {"local_date": run["local_date"]} | dict.fromkeys(unknown, NAN)
        records[str(run["run_id"])] = RunRecord(facts, windows | _traces(run))
    return records


def _traces(run: pd.Series[Any]) -> dict[str, np.ndarray[Any, Any]]:
    """An even run with a pause of a minute after ten; a hill where it has altitude."""
    count = int(run["timer_s"] // TRACE_STEP_S)
    hill_m = np.nan if np.isnan(run["elevation_gain_m"]) else 200.0 + 30.0 * np.hanning(count)
    values = {
        "speed_mps": run["speed_mean_mps"],
        "graded_speed_mps": run["graded_speed_mean_mps"],
        "heart_rate_bpm": run["heart_rate_mean_bpm"],
        "cadence_spm": run["cadence_mean_spm"],
        "altitude_m": hill_m,
    }
    traces = {
        f"trace_{name}": np.nan_to_num(np.full(count, value) / TRACES[name], nan=MISSING)
        .round()
        .astype(np.int16)
        for name, value in values.items()
    }
    return traces | {"pause_before_s": np.array([600.0]), "pause_s": np.array([60.0])}


def _curves(runs: pd.DataFrame) -> pd.DataFrame:
    judged = runs.iloc[50:]
    return pd.DataFrame(
        {
            "run_id": judged["run_id"].to_numpy(),
            "device": "Acme Racer 3",
            "intercept_spm": 150.0,
            "slope_spm_per_mps": 6.0,
            "speed_low_mps": 2.5,
            "speed_high_mps": 3.4,
            "run_count": 40,
        }
    )


def _sessions(runs: pd.DataFrame) -> pd.DataFrame:
    longest = [
        runs.loc[
            [day - timedelta(days=30) <= other < day for other in runs["local_date"]], "distance_m"
        ].max()
        for day in runs["local_date"]
    ]
    return pd.DataFrame(
        {
            "local_date": list(runs["local_date"]),
            "distance_m": list(runs["distance_m"]),
            "baseline_m": [NAN if position < 6 else value for position, value in enumerate(longest)],
            "run_ids": list(runs["run_id"]),
        }
    )


def _story(history: History, week: str) -> WeekStory:
    flags = [row for _, row in history.flags[history.flags["week"] == week].iterrows()]
    verdict = str(history.weeks.set_index("week").loc[week, "verdict"])
    newcomer = len(history.weeks) < 12
    silent = (
        CannotTell("long_run_spike", "It needs 4 runs over 14 days; there are 2.", date(2026, 11, 8)),
        CannotTell("volume_jump", "It needs 5 full weeks; there is 1.", date(2026, 11, 30)),
        CannotTell("climb_jump", "It needs 5 weeks with altitude; there is 1.", date(2026, 11, 30)),
        CannotTell("long_steps", "It needs 12 runs of one watch with cadence; there are 2.", None),
    )
    if newcomer:
        headline = (
            "Cannot tell yet: too little recent running to compare with. The rules can judge from Sun 8 Nov."
        )
        return WeekStory(week, "cannot_tell", headline, (), (), (), (), "", silent)
    is_reported = week == WEEK
    return WeekStory(
        week=week,
        verdict=verdict,
        headline={
            "act": "Act: far outside your usual running.",
            "watch": "Watch: outside your usual running.",
        }.get(verdict, "As usual: no new reason for caution in what could be judged."),
        reasons=tuple(row for row in flags if row["is_raise"])[:3],
        folded=(),
        notes=tuple(row for row in flags if row["level"] == "note"),
        standing=tuple(
            (row, date(2026, 10, 17)) for row in flags if row["rule"] == "long_steps" and is_reported
        ),
        action={"act": "Keep the next runs short and easy."}.get(verdict, ""),
        cannot_tell=silent[3:],
        information=_information(week),
    )


def _information(week: str) -> tuple[pd.Series[Any], ...]:
    if week != WEEK:
        return ()
    sentence = "97 % of the kilometres of 28 days were flat (n = 14 runs)."
    row = {
        "week": week,
        "local_date": date(2026, 10, 25),
        "rule": "sameness",
        "level": "usual",
        "is_raise": False,
        "value": 97.0,
        "baseline": 90.0,
        "unit": "%",
        "window": "the 8 weeks before",
        "n": 14,
        "sentence": sentence,
        "detail": "",
        "run_ids": "",
        "grade": "C",
    }
    return (pd.Series(row),)


@pytest.fixture(scope="session")
def history() -> History:
    """Thirty weeks ending in one that asks to act, two of them empty, and a running one."""
    return build()


@pytest.fixture(scope="session")
def newcomer() -> History:
    """One run in all, in the week still running."""
    return build(0, plain_week={1: 5.0})


@pytest.fixture(scope="session")
def beginner() -> History:
    """Two weeks of running."""
    return build(2)


@pytest.fixture(scope="session")
def nobody(newcomer: History) -> History:
    """Files, but no run among them."""
    return replace(
        newcomer,
        runs=newcomer.runs.iloc[:0],
        days=newcomer.days.iloc[:0],
        weeks=newcomer.weeks.iloc[:0],
        sessions=newcomer.sessions.iloc[:0],
        records={},
        week="",
        stories={},
    )


@pytest.fixture(scope="session")
def american() -> History:
    """The same runner, thinking in miles."""
    return build(settings=Settings(units="imperial"))
