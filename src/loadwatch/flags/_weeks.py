"""Seven-day blocks, and the days on which rules built on them stay silent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags._rule import AFTER_BREAK_DAYS, is_after_break, return_dates

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats
    from loadwatch.flags._rule import Tables

SPANNED_DAYS = 35  # the week judged and the four before it


def blocks(daily: pd.Series[float]) -> tuple[pd.Series[float], pd.DataFrame]:
    """Sum of the 7 days up to each day, and of the four 7-day blocks before them.

    Parameters
    ----------
    daily
        One value a day without gaps; shape (n,).

    Returns
    -------
    last, before
        Shape (n,) and (n, 4); NaN where a block reaches back before the first day.
    """
    last = daily.rolling(7).sum()
    before = pd.concat([last.shift(7 * back) for back in (1, 2, 3, 4)], axis=1)
    return last, before


def week_and_base(daily: pd.Series[float]) -> tuple[pd.Series[float], pd.Series[float]]:
    """Sum of the 7 days up to each day, and a usual week by the four blocks before; shape (n,) each."""
    last, before = blocks(daily)
    return last, pd.Series(usual_week(before.to_numpy()), index=last.index)


def usual_week(before: Floats) -> Floats:
    """A usual week by the four 7-day blocks before each day, shape (n, 4); shape (n,).

    Their mean or median, whichever is larger: a week of rest does not turn the normal week after it into a
    jump.
    """
    return np.asarray(np.maximum(before.mean(axis=1), np.median(before, axis=1)), dtype=float)


def by_day(tables: Tables, of_runs: pd.Series[float]) -> pd.Series[float]:
    """Sum of something told of each run over each day, 0 where there is none; shape (n,)."""
    total = of_runs.fillna(0.0).groupby(tables.runs["local_date"]).sum()
    return total.reindex(tables.days["local_date"], fill_value=0.0).reset_index(drop=True)


def has_hard_session(tables: Tables, hard_session_min: float) -> Bools:
    """Days with a session of so many hard minutes, by what was known on its day; shape (n,)."""
    is_hard = tables.sessions["hard_s"].astype(float) >= 60.0 * hard_session_min
    return tables.days["local_date"].isin(tables.sessions.loc[is_hard, "local_date"]).to_numpy(dtype=bool)


def has_altitude(days: pd.DataFrame, window_days: int, smallest_share_pct: float) -> Bools:
    """Days up to which enough of the distance of so many days comes with altitude; shape (n,)."""
    run_m = days["distance_m"].rolling(window_days, min_periods=1).sum()
    known_m = days["altitude_known_m"].rolling(window_days, min_periods=1).sum()
    return (known_m >= smallest_share_pct / 100.0 * run_m).to_numpy(dtype=bool)


def withhold(found: pd.DataFrame, where: Bools, reason: str) -> None:
    """Take back the judgement on some days, saying what is missing."""
    if not where.any():  # as for most reasons; writing to no row takes as long as to many
        return
    found.loc[where, "level"] = "cannot_tell"
    found.loc[where, "reason"] = reason
    found.loc[where, "judge_from"] = None


def after_break(found: pd.DataFrame, days: pd.DataFrame) -> None:
    """Withhold a judgement for 28 days after 10 or more days off: the weeks before are no measure then."""
    back = is_after_break(days)
    if not back.any():
        return
    withhold(
        found, back, f"for {AFTER_BREAK_DAYS} days after 10 or more days off, the weeks before are no measure"
    )
    ends = [date.fromordinal(int(day) + AFTER_BREAK_DAYS) for day in return_dates(days)[back]]
    found.loc[back, "judge_from"] = pd.Series(ends, index=found.index[back], dtype=object)


def not_yet(found: pd.DataFrame, fewest_weeks_count: float, what_for: str = "to compare with") -> None:
    """Withhold a judgement on the days before a history is so many weeks long."""
    weeks = int(fewest_weeks_count)
    first_judged = 7 * weeks - 1
    early = found.index < first_judged
    withhold(found, early, f"it needs {words.count(weeks, 'full week')} {what_for}")
    if early.any():
        found.loc[early, "judge_from"] = found["local_date"].iloc[0] + timedelta(days=first_judged)
