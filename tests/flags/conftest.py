"""A runner's tables made from a few numbers, through the same stages as real ones."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from loadwatch import columns
from loadwatch.calendar import week_label
from loadwatch.days import days_table, sessions_table
from loadwatch.diary import Entry, marked
from loadwatch.flags import Tables
from loadwatch.runner.by_speed import SpeedDays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NAN = float("nan")
FIRST = date(2026, 1, 5)  # a Monday
SPEED_MPS = 2.8
# A week of 39 km with 390 m of climb; the long run on Sunday.
STEADY_WEEK = {1: 8.0, 3: 10.0, 5: 6.0, 6: 15.0}


def _row(position: int, run: dict[str, Any]) -> dict[str, Any]:
    day = FIRST + timedelta(days=run["day"])
    start = pd.Timestamp(day, tz="UTC") + pd.Timedelta(minutes=run.get("minute", 7 * 60))
    distance_m = 1000.0 * run["km"]
    row: dict[str, Any] = {column.name: NAN for column in columns.RUNS if column.kind == "number"}
    row |= {column.name: "" for column in columns.RUNS if column.kind == "text"}
    return row | {
        "run_id": run.get("id", f"run{position}"),
        "sport": run.get("sport", "running"),
        "start_time": start,
        "local_date": day,
        "week": week_label(day, "monday"),
        "distance_m": distance_m,
        "elapsed_s": run.get("elapsed_s", distance_m / SPEED_MPS if run["km"] > 0 else 1800.0),
        "moving_s": distance_m / SPEED_MPS,
        "hard_s": NAN if math.isnan(distance_m) else 60.0 * run.get("hard_min", 0.0),
        "fast_m": NAN if run.get("treadmill") else run.get("fast_m", 0.0),
        "easy_before_fast_s": 60.0 * run.get("easy_min", NAN),
        "elevation_gain_computed_m": run.get("climb_m", 10.0 * run["km"]),
        "elevation_loss_computed_m": run.get("descent_m", run.get("climb_m", 10.0 * run["km"])),
        "hill_repetition_count": run.get("repetitions", NAN),
        "steep_descent_m": run.get("steep_descent_m", 0.0),
        "cadence_mean_spm": run.get("cadence_spm", 165.0),
        "load": run["km"],
        "leg_load_km": run["km"],
        "cadence_fade_spm": run.get("fade_spm", NAN),
        "contact_balance_mean_pct": run.get("balance_pct", NAN),
        "device": run.get("device", ""),
        "stride_residual_pct": run.get("residual_pct", NAN),
        "own_cadence_spm": run.get("own_spm", 168.0),
        "stride_speed_mps": run.get("stride_mps", 3.0),
        "is_treadmill": run.get("treadmill", False),
        "sub_sport": "treadmill" if run.get("treadmill") else "",
        "is_race": run.get("race", False) or run.get("likely_race", False),
        "is_likely_race": run.get("likely_race", False),
    }


def _frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [_row(position, run) for position, run in enumerate(rows)], columns=columns.names(columns.RUNS)
    )
    numbers = [column.name for column in columns.RUNS if column.kind == "number"]
    marks = ("is_treadmill", "is_race", "is_likely_race")
    frame = frame.astype(dict.fromkeys(numbers, "float64") | dict.fromkeys(marks, bool))
    return frame.sort_values(["start_time", "run_id"], kind="stable", ignore_index=True)


def _tables(
    runs: Sequence[dict[str, Any]],
    *,
    days: int,
    others: Sequence[dict[str, Any]] = (),
    week_starts: str = "monday",
    diary: Sequence[dict[str, Any]] = (),
) -> Tables:
    frame = _frame(runs)
    sessions = sessions_table(frame)
    as_of = FIRST + timedelta(days=days - 1)
    entries = [
        Entry(FIRST + timedelta(days=told["day"]), **{name: told[name] for name in told if name != "day"})
        for told in diary
    ]
    table = days_table(
        frame,
        sessions,
        _frame(others),
        as_of=as_of,
        week_starts=week_starts,
        unrecorded=marked(entries, "unrecorded_running"),
    )
    return Tables(frame, sessions, table, _speed_days(runs, table), tuple(entries))


def _speed_days(runs: Sequence[dict[str, Any]], table: pd.DataFrame) -> SpeedDays:
    """One speed is hard and one is fast throughout: known from the 3rd run on, and from the 20th outside."""
    row_of = {day: row for row, day in enumerate(table["local_date"])}
    hard_s, fast_m, told_s, timer_s, outside, known = (np.zeros(len(table)) for _ in range(6))
    for run in runs:
        row = row_of[FIRST + timedelta(days=run["day"])]
        is_known, is_outside = not math.isnan(run["km"]), not run.get("treadmill", False)
        # What is NaN cannot be told: no graded speed, or a ground speed that cannot be trusted.
        hard_min, fast_m_of = run.get("hard_min", 0.0), run.get("fast_m", 0.0)
        is_told, is_clean = is_known and not math.isnan(hard_min), is_outside and not math.isnan(fast_m_of)
        seconds = 1000.0 * run["km"] / SPEED_MPS if is_known else 1800.0
        timer_s[row] += seconds
        told_s[row] += seconds * is_told
        known[row] += is_known
        hard_s[row] += 60.0 * hard_min if is_told else 0.0
        outside[row] += is_clean
        fast_m[row] += fast_m_of if is_clean else 0.0
    nothing = np.zeros(len(table), dtype=int)
    return SpeedDays(
        critical_mps=np.where(np.cumsum(known) >= 3, 4.0, NAN),
        fast_mps=np.where(np.cumsum(known * outside > 0) >= 20, 4.4, NAN),
        hard_s=hard_s[:, None],
        hard_column=nothing,
        fast_m=fast_m[:, None],
        fast_column=nothing,
        told_s=told_s,
        timer_s=timer_s,
        clean_count=outside.astype(int),
    )


def _steady(weeks: int, *, start: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [
        {"day": 7 * (start + week) + day, "km": km, **more}
        for week in range(weeks)
        for day, km in STEADY_WEEK.items()
    ]


@pytest.fixture(scope="session")
def tables() -> Callable[..., Tables]:
    """Tables from runs as dictionaries: day (0 is Monday 5 Jan 2026), km, and what is not as usual."""
    return _tables


@pytest.fixture(scope="session")
def steady() -> Callable[..., list[dict[str, Any]]]:
    """So many identical weeks of 39 km, from a week on."""
    return _steady


@pytest.fixture(scope="session")
def day() -> Callable[[int], date]:
    """The date of a day's number."""
    return lambda number: FIRST + timedelta(days=number)


@pytest.fixture(scope="session")
def on() -> Callable[[pd.DataFrame, int], pd.Series[Any]]:
    """The finding on one day, by the day's number; the first day is that of the first run."""

    def finding(found: pd.DataFrame, number: int) -> pd.Series[Any]:
        (row,) = (row for _, row in found.iterrows() if row["local_date"] == FIRST + timedelta(days=number))
        return row

    return finding
