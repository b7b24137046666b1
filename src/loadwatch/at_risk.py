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
from numpy.lib.stride_tricks import sliding_window_view

from loadwatch import columns
from loadwatch.errors import UsageError
from loadwatch.flags import thresholds_in_force
from loadwatch.flags._rule import ordinals, return_dates
from loadwatch.flags._weeks import usual_week

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
    days = history.tables.days
    known = _Sessions(history)
    table = pd.DataFrame({"run_ids": history.sessions["run_ids"], "local_date": known.first["local_date"]})
    row = ordinals(table) - ordinals(days)[0]
    _add_time(table, known, days, row, history.as_of)
    _add_run(table, history.sessions, known)
    _add_before(table, days, row)
    _add_compared(table, history, row)
    _add_stride(table, known)
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


class _Sessions:
    """Runs in order of start, and where the runs of each session begin among them.

    Attributes
    ----------
    runs, first
        All runs; the first one of each session.
    begin
        Rows of the first ones; shape (m,).
    """

    def __init__(self, history: History) -> None:
        runs = history.runs.sort_values("start_time", kind="stable", ignore_index=True)
        size = [len(ids.split()) for ids in history.sessions["run_ids"]]
        self.begin: Ints = np.append(0, np.cumsum(size)[:-1])
        self.runs, self.first = runs, runs.iloc[self.begin].reset_index(drop=True)

    def total(self, name: str) -> Floats:
        """Sum of a column over each session, NaN where one of its runs does not tell; shape (m,)."""
        return np.add.reduceat(self.runs[name].to_numpy(dtype=float), self.begin)


def _add_time(table: pd.DataFrame, known: _Sessions, days: pd.DataFrame, row: Ints, as_of: date) -> None:
    """When each session's interval begins and ends, and whether all running in it is on record."""
    begun = known.first["start_time"]
    clock = [
        datetime.fromisoformat(known.first["local_start"].iloc[at]).replace(tzinfo=None) for at in (0, -1)
    ]
    since_midnight = clock[0] - datetime.combine(clock[0].date(), time())
    left = datetime.combine(as_of + timedelta(days=1), time()) - clock[-1]
    start = (begun - begun.iloc[0] + since_midnight).dt.total_seconds().to_numpy(dtype=float) / DAY_S
    table["start_days"] = start
    table["stop_days"] = np.append(start[1:], start[-1] + left.total_seconds() / DAY_S)
    moving_s = np.add.reduceat(known.runs["moving_s"].fillna(0.0).to_numpy(dtype=float), known.begin)
    table["stop_running_s"] = np.cumsum(moving_s)
    table["start_running_s"] = np.append(0.0, table["stop_running_s"].to_numpy()[:-1])
    blind = np.cumsum(np.append(0, _is_blind(days)))
    end = np.maximum(np.append(row[1:], len(days)), row + 1)
    table["is_covered"] = blind[end] == blind[row]


def _add_run(table: pd.DataFrame, sessions: pd.DataFrame, known: _Sessions) -> None:
    """What was known of the session itself by its end; NaN where one of its runs does not tell."""
    table["distance_m"] = sessions["distance_m"]
    for name in ("moving_s", "hard_s", "fast_m", "load", "leg_load_km"):
        table[name] = known.total(name)
    for name in ("elevation_gain", "elevation_loss"):
        table[f"{name}_m"] = known.total(f"{name}_computed_m")
    for name in ("is_treadmill", "is_race"):
        table[name] = sessions[name].astype(bool)


def _add_before(table: pd.DataFrame, days: pd.DataFrame, row: Ints) -> None:
    """What the days before the session's held."""
    is_blind = _is_blind(days)
    distance_m = _known_distance_m(days)
    has_no_altitude = days["altitude_known_m"].to_numpy() < days["distance_m"].to_numpy()
    for name in ("moving_s", "hard_s", "fast_m", "leg_load_km", "elevation_gain_m", "elevation_loss_m"):
        what, _, unit = name.rpartition("_")
        is_unknown = is_blind | has_no_altitude if what.startswith("elevation") else is_blind
        of_day = np.where(is_unknown, np.nan, days[name].to_numpy(dtype=float))
        table[f"{what}_{WEEK_DAYS}_days_{unit}"] = _before(of_day, row, WEEK_DAYS).sum(axis=1)
    table["distance_7_days_m"] = _before(distance_m, row, WEEK_DAYS).sum(axis=1)
    counts = np.where(is_blind, np.nan, days["run_count"].to_numpy(dtype=float))
    table["run_28_days_count"] = _before(counts, row, LONG_DAYS).sum(axis=1)
    ratio = _before(days["acute_chronic_ratio"].to_numpy(dtype=float), row, 1)[:, 0]
    table["acute_chronic_ratio"] = np.where(_has_blind(days, row, LONG_DAYS), np.nan, ratio)
    table["since_run_days"] = _since_run(days, row)
    table["since_break_days"] = (ordinals(days) - return_dates(days))[row]


def _add_compared(table: pd.DataFrame, history: History, row: Ints) -> None:
    """What rules F1 and F2 compare, and how often as much the session and its 7 days are."""
    days = history.tables.days
    longest_m = history.sessions["baseline_m"].to_numpy(dtype=float)
    longest_m = np.where(_has_blind(days, row, LONGEST_WINDOW_DAYS), np.nan, longest_m)
    table["longest_before_m"] = longest_m
    table["long_run_ratio"] = table["distance_m"] / longest_m
    distance_m = _known_distance_m(days)
    # The week before the session's day, and the one that ends with it, each after four others.
    table["usual_week_m"], base_m = (
        usual_week(_before(distance_m, row - back, 4 * WEEK_DAYS).reshape(-1, 4, WEEK_DAYS).sum(axis=2))
        for back in (WEEK_DAYS, WEEK_DAYS - 1)
    )
    # The session's own day counts up to the session, those before it whole.
    so_far_m = table.groupby(row)["distance_m"].cumsum(skipna=False).to_numpy(dtype=float)
    week_m = _before(distance_m, row, WEEK_DAYS - 1).sum(axis=1) + so_far_m
    least_m = thresholds_in_force("volume_jump", history.settings.rules)["smallest_base_m"]
    table["week_ratio"] = np.where(base_m >= least_m, week_m / base_m, np.nan)


def _before(of_day: Floats, row: Ints, days: int) -> Floats:
    """The values of so many days before each of some rows, NaN before the first day; shape (m, days)."""
    padded = np.append(np.full(days + WEEK_DAYS, np.nan), of_day)
    return sliding_window_view(padded, days)[row + WEEK_DAYS]


def _is_blind(days: pd.DataFrame) -> Bools:
    """Days on which was run without a record; shape (n,)."""
    return ~days["is_covered"].to_numpy(dtype=bool)


def _has_blind(days: pd.DataFrame, row: Ints, window_days: int) -> Bools:
    """Whether such a day lies among so many days before each of some rows; shape (m,)."""
    return np.asarray(np.nansum(_before(_is_blind(days).astype(float), row, window_days), axis=1) > 0.0)


def _known_distance_m(days: pd.DataFrame) -> Floats:
    is_known = days["distance_unknown_count"].to_numpy() == 0
    return np.where(is_known, days["distance_m"].to_numpy(dtype=float), np.nan)


def _since_run(days: pd.DataFrame, row: Ints) -> Floats:
    """Days since the last day with a run before each session, 0 after an earlier one of the same day."""
    is_run_day: Bools = ~days["is_rest_day"].to_numpy(dtype=bool)
    latest = np.maximum.accumulate(np.where(is_run_day, np.arange(len(days)), -1))
    latest = np.append(-1, latest)[row]  # as it stood the day before
    is_again = np.append(False, row[1:] == row[:-1])
    return np.where(is_again, 0.0, np.where(latest >= 0, row - latest, np.nan))


def _add_stride(table: pd.DataFrame, known: _Sessions) -> None:
    """Cadence against the own curve: of the session, and of the last three runs judged before it."""
    of_run = known.runs["stride_residual_pct"].to_numpy(dtype=float)
    judged = np.flatnonzero(~np.isnan(of_run))
    count = np.add.reduceat(~np.isnan(of_run), known.begin, dtype=np.int64)
    total = np.add.reduceat(np.nan_to_num(of_run), known.begin)
    table["stride_residual_pct"] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    median = pd.Series(of_run[judged]).rolling(STRIDE_RUNS).median().to_numpy(dtype=float)
    end = np.searchsorted(judged, known.begin)
    newest = np.append(ordinals(known.runs)[judged], 0)[end - 1]
    is_known = (end >= STRIDE_RUNS) & (ordinals(table) - newest <= LONG_DAYS)
    table["stride_residual_before_pct"] = np.where(is_known, np.append(median, np.nan)[end - 1], np.nan)
