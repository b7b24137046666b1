"""How a runner usually runs a week: on which days, how far, how hard, how hilly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.flags._returns import BEFORE_DAYS
from loadwatch.flags._rule import BREAK_DAYS
from loadwatch.flags._weeks import has_hard_session, usual_week

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats
    from loadwatch.flags import Tables

USUAL_WEEKS = 8
LOOKED_BACK_WEEKS = 26
FEWEST_WEEKS = 3
ORDINARY_SHARE = 0.6  # of the median; a week of less was one of rest or of a break
BACK_DAYS = 112  # since a return in which the weeks before the break still count as the usual
HARD_SESSION_MIN = 10.0
MOST_SHARE_OF_WEEKS = 0.9  # of them; the odd week of one long run and little else is no habit


@dataclass(frozen=True)
class Habit:
    """A runner's usual week.

    Attributes
    ----------
    week_m
        Distance: of the four 7-day blocks before, or of those before a break where that was more. [m]
    share
        Of the week's distance, by weekday that is usually run (0 is Monday); they sum to 1.
    hard_min, fast_m
        Of a hard session and beside it, by the weekdays that usually hold one.
    climb_ratio, descent_ratio
        Climb and descent over distance with altitude, NaN without any.
    most_share
        Of the week's distance: in nine of ten weeks the longest run was no more.
    week_count
        Weeks that tell so.
    """

    week_m: float
    share: dict[int, float]
    hard_min: dict[int, float]
    fast_m: dict[int, float]
    climb_ratio: float
    descent_ratio: float
    most_share: float
    week_count: int

    @property
    def long_weekday(self) -> int:
        """Weekday of the longest run."""
        return max(self.share, key=lambda weekday: self.share[weekday])


def habit(tables: Tables) -> Habit | None:
    """A runner's usual week on the last day of some tables; None where fewer than three weeks tell of it."""
    days, speeds = tables.days, tables.speeds
    week_count = min(len(days) // 7, LOOKED_BACK_WEEKS)
    if week_count < FEWEST_WEEKS:
        return None
    row = np.arange(len(days) - 7 * week_count, len(days)).reshape(week_count, 7)
    distance_m = days["distance_m"].to_numpy(dtype=float)
    week_m = distance_m[row].sum(axis=1)
    some = week_m[week_m > 0.0]
    row = row[week_m >= max(ORDINARY_SHARE * float(np.median(some)), 1.0)] if some.size else row[:0]
    if len(row) < FEWEST_WEEKS:
        return None
    of_week = distance_m[row].max(axis=1) / distance_m[row].sum(axis=1)
    row = row[-USUAL_WEEKS:]
    # All of these weeks begin on the same weekday.
    weekday = [day.weekday() for day in days["local_date"].iloc[row[0]]]
    is_run = distance_m[row] > 0.0
    typical_m = _median_where(is_run, distance_m[row])
    count = round(float(np.median(is_run.sum(axis=1))))
    order = sorted(range(7), key=lambda column: (is_run[:, column].sum(), typical_m[column]), reverse=True)
    kept = sorted(order[:count], key=lambda column: weekday[column])
    is_hard = has_hard_session(tables, HARD_SESSION_MIN)[row]
    hard = [column for column in kept if 2 * is_hard[:, column].sum() >= len(row)]
    hard_min = _median_where(is_hard, speeds.hard_s[row, speeds.hard_column[-1]] / 60.0)
    fast_m = _median_where(is_hard, speeds.fast_m[row, speeds.fast_column[-1]])
    gain_m, loss_m, known_m = (
        float(days[name].fillna(0.0).to_numpy()[row].sum())
        for name in ("elevation_gain_m", "elevation_loss_m", "altitude_known_m")
    )
    share = {weekday[column]: float(typical_m[column] / typical_m[kept].sum()) for column in kept}
    most_share = float(np.quantile(of_week, MOST_SHARE_OF_WEEKS, method="higher"))
    return Habit(
        week_m=_usual_distance_m(tables),
        share=share,
        hard_min={weekday[column]: float(hard_min[column]) for column in hard},
        fast_m={weekday[column]: float(fast_m[column]) for column in hard},
        climb_ratio=gain_m / known_m if known_m else float("nan"),
        descent_ratio=loss_m / known_m if known_m else float("nan"),
        most_share=max(most_share, *share.values()),
        week_count=len(of_week),
    )


def _median_where(is_meant: Bools, values: Floats) -> Floats:
    """Median of each column's meant values, 0 where there are none; shape (7,)."""
    columns = zip(is_meant.T, values.T, strict=True)
    return np.array([float(np.median(column[meant])) if meant.any() else 0.0 for meant, column in columns])


def _usual_distance_m(tables: Tables) -> float:
    """Distance of a usual week: of the last four, or of those before a break that still counts."""
    days = tables.days
    distance_m = days["distance_m"].to_numpy(dtype=float)
    so_far_m = np.append(0.0, np.cumsum(distance_m))
    end = len(days)
    edge = np.maximum(end - 7 * np.arange(5), 0)
    usual_m = float(usual_week((so_far_m[edge[:-1]] - so_far_m[edge[1:]])[None, :])[0])
    on_foot = np.flatnonzero(days["is_on_foot"].to_numpy(dtype=bool))
    # As if the next day brought a run: a break that is on counts like one that is over.
    off = np.diff(np.append(on_foot, end))
    is_break = (off > BREAK_DAYS) & (end - np.append(on_foot[1:], end) < BACK_DAYS)
    before = on_foot[is_break] + 1
    old_m = [
        (so_far_m[last] - so_far_m[last - BEFORE_DAYS]) * 7.0 / BEFORE_DAYS
        for last in before
        if last >= BEFORE_DAYS
    ]
    return max([usual_m, *map(float, old_m)])
