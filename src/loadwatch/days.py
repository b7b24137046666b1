"""Every day of a runner's history, rest days included, and the sessions in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch import columns
from loadwatch.calendar import week_label
from loadwatch.metrics import averages
from loadwatch.runs import INDOOR
from loadwatch.tidy import ON_FOOT

if TYPE_CHECKING:
    from datetime import date

    from loadwatch._arrays import Ints

SESSION_GAP = pd.Timedelta(minutes=30)
SESSION_SUMS = {  # and what of its runs they are the sums of
    "distance_m": "distance_m",
    "elevation_gain_m": "elevation_gain_computed_m",
    "elevation_loss_m": "elevation_loss_computed_m",
    "steep_descent_m": "steep_descent_m",
    "hard_s": "hard_s",
}
SESSION_MARKS = ("is_treadmill", "is_race", "is_likely_race")
FOR_RULES = ("altitude_known_m", "distance_unknown_count", "is_on_foot", "walked_descent_m")
VALID_AFTER_DAYS = 28  # averages over weeks mean nothing before


def sessions_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs at most 30 minutes apart taken together.

    A session over midnight belongs to the day on which its last run began, as no earlier day knows all of it.
    What the earlier day did know stands there too, unfinished.

    Parameters
    ----------
    runs
        The `runs` table, in order of start.

    Returns
    -------
    DataFrame
        local_date (of the last run), distance_m, elevation_gain_m, elevation_loss_m (both computed),
        steep_descent_m and hard_s (each NaN where no part knows it), easy_before_fast_s (earlier parts of the
        session included; NaN where nothing was fast), is_treadmill, is_race, is_likely_race (each of any
        part), run_ids (separated by spaces), is_unfinished (the session went on after midnight: to be judged
        on its own day, and no measure for others).
    """
    if runs.empty:
        names = ("local_date", *SESSION_SUMS, "easy_before_fast_s", *SESSION_MARKS, "run_ids")
        return pd.DataFrame(columns=[*names, "is_unfinished"]).astype({"is_unfinished": bool})
    end = (runs["start_time"] + pd.to_timedelta(runs["elapsed_s"], unit="s")).cummax()
    number: Ints = np.cumsum(((runs["start_time"] - end.shift()) > SESSION_GAP).to_numpy(dtype=np.int64))
    tables: list[pd.DataFrame] = []
    while len(runs):
        tables.insert(0, _together(runs, number).assign(is_unfinished=bool(tables)))
        is_earlier = (runs["local_date"] < runs["local_date"].groupby(number).transform("last")).to_numpy()
        runs, number = runs[is_earlier], number[is_earlier]
    return pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)


def _together(runs: pd.DataFrame, number: Ints) -> pd.DataFrame:
    """One row for each session, by its number."""
    grouped = runs.groupby(number, sort=True)
    earlier_s = grouped["moving_s"].cumsum() - runs["moving_s"]
    easy_s = (earlier_s + runs["easy_before_fast_s"]).groupby(number)
    run_ids: dict[int, list[str]] = {}
    for session, run_id in zip(number.tolist(), runs["run_id"].to_numpy(dtype=object), strict=True):
        run_ids.setdefault(session, []).append(run_id)
    return pd.DataFrame(
        {
            "local_date": grouped["local_date"].last(),
            **{name: grouped[source].sum(min_count=1) for name, source in SESSION_SUMS.items()},
            "easy_before_fast_s": easy_s.first(),
            **{name: grouped[name].any() for name in SESSION_MARKS},
            "run_ids": pd.Series({session: " ".join(ids) for session, ids in run_ids.items()}),
        }
    )


def days_table(
    runs: pd.DataFrame,
    sessions: pd.DataFrame,
    others: pd.DataFrame,
    *,
    as_of: date,
    week_starts: str,
    unrecorded: frozenset[date] = frozenset(),
) -> pd.DataFrame:
    """The `days` table: one row for each day from the first run to the as-of date.

    Parameters
    ----------
    runs, sessions, others
        Tables of runs, sessions and other activities up to `as_of`.
    as_of
        Last day.
    week_starts
        monday or sunday.
    unrecorded
        Days on which was run without a record: no rest days, of unknown distance.

    Returns
    -------
    DataFrame
        The columns of `columns.DAYS` but `level`, which the rules give; and for the rules
        `altitude_known_m` (metres run with altitude or on a treadmill), `distance_unknown_count` (runs of
        unknown distance and those without a record, which the sums leave out), `is_on_foot` (any run, walk
        or hike that day) and `walked_descent_m` (most computed descent in one walk or hike that day, 0 where
        there was none).
    """
    first = runs["local_date"].min() if len(runs) else as_of
    calendar = pd.Index(
        [first + timedelta(days=i) for i in range((as_of - first).days + 1)], name="local_date"
    )
    days = pd.DataFrame(index=calendar)
    days["week"] = [week_label(day, week_starts) for day in calendar]
    by_day = runs.groupby("local_date")
    days["run_count"] = by_day.size().reindex(calendar, fill_value=0).astype(int)
    is_unrecorded = calendar.isin(unrecorded)
    days["is_rest_day"] = (days["run_count"] == 0) & ~is_unrecorded
    days["is_covered"] = ~is_unrecorded
    leg_loads = ["leg_load_km", *columns.LEG_LOAD_PARTS]
    for name in ("distance_m", "moving_s", "load", *leg_loads):
        days[name] = by_day[name].sum().reindex(calendar, fill_value=0.0)
    is_unknown = runs["distance_m"].isna().astype(int)
    unknown_count = is_unknown.groupby(runs["local_date"]).sum()
    days["distance_unknown_count"] = unknown_count.reindex(calendar, fill_value=0) + is_unrecorded
    on_foot = others[others["sport"].isin(ON_FOOT)]
    days[leg_loads] += on_foot.groupby("local_date")[leg_loads].sum().reindex(calendar, fill_value=0.0)
    days["longest_session_m"] = (
        sessions.groupby("local_date")["distance_m"].max().reindex(calendar, fill_value=0.0)
    )
    _add_where_known(days, runs)
    days["is_on_foot"] = ~days["is_rest_day"] | calendar.isin(on_foot["local_date"])
    walked_m = on_foot.groupby("local_date")["elevation_loss_computed_m"].max()
    days["walked_descent_m"] = walked_m.reindex(calendar).fillna(0.0)
    _add_charts(days)
    names = [name for name in columns.names(columns.DAYS) if name != "level"]
    return days.reset_index()[[*names, *FOR_RULES]]


def _add_where_known(days: pd.DataFrame, runs: pd.DataFrame) -> None:
    """Sums that are missing, not 0, where the day's runs do not tell; 0 on rest days."""
    calendar = days.index
    sources = {
        "elevation_gain_m": "elevation_gain_computed_m",
        "elevation_loss_m": "elevation_loss_computed_m",
        **{name: name for name in ("steep_climb_m", "steep_descent_m")},
        **{name: name for name in ("easy_s", "moderate_s", "hard_s", "fast_m", "trimp")},
    }
    by_day = runs.groupby("local_date")
    for name, source in sources.items():
        total = by_day[source].sum(min_count=1)
        # One run without heart rate makes the day's trimp unknown; climb is told by the runs that have it.
        if not name.startswith(("elevation", "steep")):
            total = total.where(by_day[source].count() == by_day.size())
        days[name] = total.reindex(calendar).where(~days["is_rest_day"], 0.0).astype(float)
    is_known = runs["elevation_gain_computed_m"].notna() | runs["sub_sport"].isin(INDOOR)
    known_m = runs["distance_m"].where(is_known, 0.0).groupby(runs["local_date"]).sum()
    days["altitude_known_m"] = known_m.reindex(calendar, fill_value=0.0)


def _add_charts(days: pd.DataFrame) -> None:
    """Averages people expect; charts only, no rule reads them."""
    load, distance_m = days["load"].to_numpy(dtype=float), days["distance_m"].to_numpy(dtype=float)
    days["fitness"] = averages.carried(load, days=42.0)
    days["fatigue"] = averages.carried(load, days=7.0)
    days["form"] = (days["fitness"] - days["fatigue"]).shift()
    days["acute_chronic_ratio"] = averages.acute_chronic_ratio(distance_m)
    days["acute_chronic_ewma_ratio"] = averages.acute_chronic_ewma_ratio(distance_m)
    days["monotony_ratio"] = averages.monotony_ratio(load)
    days["strain"] = averages.strain(load)
    is_valid = np.arange(len(days)) >= VALID_AFTER_DAYS
    for name in columns.CHARTS:
        days[name] = days[name].where(is_valid)
