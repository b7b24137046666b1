"""Every week of a runner's history, empty ones included, the unfinished one marked."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from loadwatch import columns
from loadwatch.calendar import week_start


def weeks_table(days: pd.DataFrame, runs: pd.DataFrame, *, as_of: date, week_starts: str) -> pd.DataFrame:
    """The `weeks` table, from the week of the first day to that of the as-of date.

    Parameters
    ----------
    days, runs
        The tables of those names.
    as_of
        Last day of the history.
    week_starts
        monday or sunday.

    Returns
    -------
    DataFrame
        The columns of `columns.WEEKS` but `verdict`, which the rules give.
    """
    grouped = days.groupby("week", sort=False)
    weeks = pd.DataFrame(index=pd.Index(days["week"].unique(), name="week"))
    weeks["week_start"] = [week_start(day, week_starts) for day in grouped["local_date"].first()]
    weeks["is_complete"] = [start + timedelta(days=6) <= as_of for start in weeks["week_start"]]
    weeks["run_count"] = grouped["run_count"].sum()
    weeks["rest_day_count"] = grouped["is_rest_day"].sum().astype(int)
    for name in ("distance_m", "moving_s", "load", "leg_load_km", *columns.LEG_LOAD_PARTS):
        weeks[name] = grouped[name].sum()
    for name in (
        *("elevation_gain_m", "elevation_loss_m", "steep_climb_m", "steep_descent_m"),
        *("easy_s", "moderate_s", "hard_s", "fast_m"),
    ):
        weeks[name] = _sum_where_known(days, name, weeks.index)
    for name in columns.CHARTS:
        weeks[name] = days.drop_duplicates("week", keep="last").set_index("week")[name]
    by_week = runs.groupby("week")
    weeks["longest_run_m"] = by_week["distance_m"].max().reindex(weeks.index, fill_value=0.0)
    for name in ("stride_residual_pct", "decoupling_pct"):
        weeks[name] = by_week[name].median().reindex(weeks.index)
    weeks["cadence_mean_spm"] = _weighted_mean(runs, "cadence_mean_spm", "moving_s").reindex(weeks.index)
    # Days that cannot tell hard from easy are no easy days: they stay out of the share.
    judged_s = days["moving_s"].where(days["hard_s"].notna(), 0.0).groupby(days["week"]).sum()
    judged_s = judged_s.reindex(weeks.index)
    hard_share = (weeks["hard_s"] / judged_s.where(judged_s > 0.0)).clip(upper=1.0)
    weeks["easy_share_pct"] = 100.0 * (1.0 - hard_share)
    names = [name for name in columns.names(columns.WEEKS) if name not in ("week", "verdict")]
    return weeks[names].reset_index()


def reported_week(weeks: pd.DataFrame) -> str:
    """Label of the last complete week; of the running one where no other is there."""
    complete = weeks.loc[weeks["is_complete"], "week"]
    return str(complete.iloc[-1] if len(complete) else weeks["week"].iloc[-1])


def _sum_where_known(days: pd.DataFrame, name: str, order: pd.Index) -> pd.Series[float]:
    """Sum over a week's days; missing where running days are and none of them tells."""
    runs = days[~days["is_rest_day"]]
    has_runs = days.groupby("week")["run_count"].sum() > 0
    total = runs.groupby("week")[name].sum(min_count=1).reindex(has_runs.index)
    return total.where(has_runs, 0.0).reindex(order).astype(float)


def _weighted_mean(runs: pd.DataFrame, name: str, weight: str) -> pd.Series[float]:
    known = runs[runs[name].notna()]
    product = (known[name] * known[weight]).groupby(known["week"]).sum()
    total = known.groupby("week")[weight].sum()
    return product / total.where(total > 0.0, np.nan)
