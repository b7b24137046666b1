"""Sessions as time at risk: what was known before each and by its end, for studies that supply outcomes.

One row holds from the beginning of a session to the beginning of the next, or to the end of the as-of day:
intervals (start, stop] as the counting processes of survival analysis want them. Only where an interval ends
rests on what came later; everything else in a row rests on its session and earlier ones.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch import columns
from loadwatch.errors import UsageError
from loadwatch.flags import thresholds_in_force
from loadwatch.flags._rule import ordinals, return_dates, unrecorded_within
from loadwatch.flags._weeks import week_and_base

if TYPE_CHECKING:
    from datetime import date

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.history import History

WEEK_DAYS, LONG_DAYS = 7, 28
LONGEST_WINDOW_DAYS = 30  # of the longest session, as rule F1 has it
STRIDE_RUNS = 3
DAY_S = 86400.0


def exposure(history: History) -> pd.DataFrame:
    """Every session of a runner with its time at risk, and with what was known before it and by its end.

    Sessions are runs at most 30 minutes apart, as the rules have them. Windows of days end on the day before
    the session began. A value is NaN where the history does not reach back as far as its window, or a part of
    that is unknown.

    Parameters
    ----------
    history
        What a scan gave back.

    Returns
    -------
    DataFrame
        The columns of `columns.EXPOSURE`, one row for each session in order of start.
    """
    sessions, days = history.sessions, history.tables.days
    runs = _runs_of(sessions, history.runs)
    first = runs.drop_duplicates("session")
    table = pd.DataFrame({"run_ids": sessions["run_ids"], "local_date": first["local_date"].to_numpy()})
    row = ordinals(table) - ordinals(days)[0]
    _add_time(table, runs, days, row, history.as_of)
    _add_run(table, sessions, runs)
    _add_before(table, history, row)
    _add_compared(table, history, row)
    stride = runs.groupby("session")["stride_residual_pct"]
    table["stride_residual_pct"] = stride.median().reindex(table.index)
    table["stride_residual_before_pct"] = _stride_before(runs, ordinals(table))
    return table[columns.names(columns.EXPOSURE)]


def with_outcomes(exposure: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Put outcomes that a study supplies beside the time at risk.

    An outcome belongs to the last session that began on its day or before; its row ends with that day if it
    did not end sooner, and what was run from then on until `until_date` is no time at risk and left out. Of
    several outcomes of one row the first counts.

    Parameters
    ----------
    exposure
        As `exposure` gives it; of many runners with a column `runner`.
    outcomes
        One row for each outcome: local_date, the day it began; `runner` where there are many; and, if known,
        until_date, the first day on which the runner was at risk again (missing: at once).

    Returns
    -------
    DataFrame
        The rows at risk with `stop_days` cut short, and is_event.

    Raises
    ------
    UsageError
        An outcome of somebody who is not there, or outside the time that is.
    """
    told = exposure.assign(is_event=False)
    if "runner" not in told.columns:
        return _one_with_outcomes(told, outcomes, "").reset_index(drop=True)
    suffered = {str(runner): rows for runner, rows in outcomes.groupby("runner", observed=True)}
    parts = []
    for runner, rows in told.groupby("runner", sort=False, observed=True):
        own = suffered.pop(str(runner), None)
        parts.append(rows if own is None else _one_with_outcomes(rows, own, str(runner)))
    if suffered:
        raise UsageError(f"outcomes of {min(suffered)!r}, who is not among the runners; leave them out.")
    return pd.concat(parts, ignore_index=True) if parts else told


def _one_with_outcomes(rows: pd.DataFrame, outcomes: pd.DataFrame, runner: str) -> pd.DataFrame:
    rows = rows.sort_values("start_days", kind="stable")
    # Who flies west may start a later session on an earlier day.
    day = np.maximum.accumulate(_day_numbers(rows["local_date"]))
    start, stop = rows["start_days"].to_numpy(dtype=float), rows["stop_days"].to_numpy(dtype=float).copy()
    is_event, is_at_risk = np.zeros(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)
    outcomes = outcomes.sort_values("local_date", kind="stable")
    until = outcomes["until_date"] if "until_date" in outcomes else outcomes["local_date"]
    until_day = _day_numbers(until.where(until.notna(), outcomes["local_date"]))
    last_stop = stop[-1]
    for when, back in zip(_day_numbers(outcomes["local_date"]).tolist(), until_day.tolist(), strict=True):
        place = int(np.searchsorted(day, when, side="right")) - 1
        ends = np.floor(start[place]) + when - day[place] + 1.0 if place >= 0 else 0.0
        if place < 0 or ends >= last_stop + 1.0:
            whose, on = f" of {runner}" if runner else "", np.datetime64(when, "D")
            raise UsageError(f"an outcome{whose} lies outside the recorded time, on {on}; leave it out.")
        if not is_event[place]:
            is_event[place], stop[place] = True, min(stop[place], ends)
        is_at_risk &= ~((day > when) & (day < back))
    return rows.assign(stop_days=stop, is_event=is_event)[is_at_risk]


def _day_numbers(days: pd.Series[date]) -> Ints:
    """Calendar days, whatever they are given as, as whole numbers since 1970."""
    return pd.to_datetime(days).to_numpy().astype("datetime64[D]").astype(np.int64)


def _runs_of(sessions: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The runs, in order of start, with the number of their session."""
    number = {run_id: place for place, ids in enumerate(sessions["run_ids"]) for run_id in ids.split()}
    return runs.assign(session=runs["run_id"].map(number)).sort_values("start_time", kind="stable")


def _add_time(table: pd.DataFrame, runs: pd.DataFrame, days: pd.DataFrame, row: Ints, as_of: date) -> None:
    """When each session's interval begins and ends, and whether all running in it is on record."""
    first = runs.drop_duplicates("session")
    clock = [datetime.fromisoformat(text).replace(tzinfo=None) for text in first["local_start"]]
    since_midnight = clock[0] - datetime.combine(clock[0].date(), time())
    elapsed = first["start_time"] - first["start_time"].iloc[0] + since_midnight
    start = elapsed.dt.total_seconds().to_numpy(dtype=float) / DAY_S
    left = datetime.combine(as_of + timedelta(days=1), time()) - clock[-1]
    table["start_days"] = start
    table["stop_days"] = np.append(start[1:], start[-1] + left.total_seconds() / DAY_S)
    moving_s = runs.groupby("session")["moving_s"].sum().to_numpy(dtype=float)
    table["stop_running_s"] = np.cumsum(moving_s)
    table["start_running_s"] = table["stop_running_s"] - moving_s
    blind = np.cumsum(np.append(0, ~days["is_covered"].to_numpy(dtype=bool)))
    end = np.maximum(np.append(row[1:], len(days)), row + 1)
    table["is_covered"] = blind[end] == blind[row]


def _add_run(table: pd.DataFrame, sessions: pd.DataFrame, runs: pd.DataFrame) -> None:
    """What was known of the session itself by its end; NaN where one of its runs does not tell."""
    by_session = runs.groupby("session")
    sources = {
        "elevation_gain_m": "elevation_gain_computed_m",
        "elevation_loss_m": "elevation_loss_computed_m",
        **{name: name for name in ("moving_s", "hard_s", "fast_m", "load", "leg_load_km")},
    }
    table["distance_m"] = sessions["distance_m"]
    for name, source in sources.items():
        total = by_session[source].sum(min_count=1)
        table[name] = total.where(by_session[source].count() == by_session.size()).astype(float)
    for name in ("is_treadmill", "is_race"):
        table[name] = sessions[name].astype(bool)


def _add_before(table: pd.DataFrame, history: History, row: Ints) -> None:
    """What the days before the session's held."""
    days = history.tables.days
    covered = days["is_covered"].astype(bool)
    distance_m = _known_distance_m(days)
    has_altitude = (days["altitude_known_m"] >= days["distance_m"]) & covered
    daily = {
        "distance_7_days_m": distance_m,
        "moving_7_days_s": days["moving_s"].where(covered),
        "elevation_gain_7_days_m": days["elevation_gain_m"].where(has_altitude),
        "elevation_loss_7_days_m": days["elevation_loss_m"].where(has_altitude),
        "hard_7_days_s": days["hard_s"].where(covered),
        "fast_7_days_m": days["fast_m"].where(covered),
        "leg_load_7_days_km": days["leg_load_km"].where(covered),
    }
    for name, of_day in daily.items():
        table[name] = of_day.rolling(WEEK_DAYS).sum().shift().to_numpy(dtype=float)[row]
    counts = days["run_count"].where(covered).rolling(LONG_DAYS).sum().shift()
    table["run_28_days_count"] = counts.to_numpy(dtype=float)[row]
    is_blind = pd.Series(unrecorded_within(days, LONG_DAYS)).shift(fill_value=False).to_numpy(dtype=bool)
    table["acute_chronic_ratio"] = np.where(is_blind, np.nan, days["acute_chronic_ratio"].shift())[row]
    table["since_run_days"] = _since_run(days, row)
    table["since_break_days"] = (ordinals(days) - return_dates(days))[row]


def _add_compared(table: pd.DataFrame, history: History, row: Ints) -> None:
    """What rules F1 and F2 compare, and how often as much the session and its 7 days are."""
    days = history.tables.days
    before, base_m = _longest_before(history, row), week_and_base(_known_distance_m(days))[1].to_numpy()
    table["longest_before_m"] = before
    table["long_run_ratio"] = table["distance_m"] / before
    table["usual_week_m"] = pd.Series(base_m).shift().to_numpy(dtype=float)[row]
    # The session's own day counts up to the session, those before it whole.
    so_far_m = table.groupby(row)["distance_m"].cumsum(skipna=False)
    week_m = (
        _known_distance_m(days).rolling(WEEK_DAYS - 1).sum().shift().to_numpy(dtype=float)[row] + so_far_m
    )
    least_m = thresholds_in_force("volume_jump", history.settings.rules)["smallest_base_m"]
    table["week_ratio"] = np.where(base_m[row] >= least_m, week_m / base_m[row], np.nan)


def _longest_before(history: History, row: Ints) -> Floats:
    """What rule F1 compares each session with; NaN where it cannot judge, or running went unrecorded."""
    is_blind = pd.Series(unrecorded_within(history.tables.days, LONGEST_WINDOW_DAYS)).shift(fill_value=False)
    base_m = history.sessions["baseline_m"].to_numpy(dtype=float)
    return np.where(is_blind.to_numpy(dtype=bool)[row], np.nan, base_m)


def _known_distance_m(days: pd.DataFrame) -> pd.Series[float]:
    return days["distance_m"].where(days["distance_unknown_count"] == 0)


def _since_run(days: pd.DataFrame, row: Ints) -> Floats:
    """Days since the last day with a run before each session, 0 after an earlier one of the same day."""
    is_run_day: Bools = ~days["is_rest_day"].to_numpy(dtype=bool)
    place = np.arange(len(days), dtype=float)
    latest = pd.Series(np.where(is_run_day, place, np.nan)).ffill().shift().to_numpy(dtype=float)
    is_again = np.append(False, row[1:] == row[:-1])
    return np.where(is_again, 0.0, row - latest[row])


def _stride_before(runs: pd.DataFrame, day: Ints) -> Floats:
    """Median residual of the last three runs judged before each session, the newest 28 days old at most."""
    judged = runs[runs["stride_residual_pct"].notna()]
    median = judged["stride_residual_pct"].rolling(STRIDE_RUNS).median().to_numpy(dtype=float)
    end = np.searchsorted(judged["session"].to_numpy(dtype=float), np.arange(day.size), side="left")
    newest = np.append(ordinals(judged), 0)[end - 1]
    is_known = (end >= STRIDE_RUNS) & (day - newest <= LONG_DAYS)
    return np.where(is_known, np.append(median, np.nan)[end - 1], np.nan)
