"""What the runs of a week hold beside their distance: hills and hard running, as usual but inside room."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.flags._rule import ordinals
from loadwatch.flags._weeks import has_hard_session
from loadwatch.plan.habit import HARD_SESSION_MIN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from loadwatch.flags import Tables
    from loadwatch.plan.ahead import PlannedRun
    from loadwatch.plan.habit import Habit
    from loadwatch.plan.limits import Limits

AFTER_RACE_DAYS = 14  # without hard running
HILLS = ("climb_m", "descent_m")


def shaped(runs: Sequence[PlannedRun], tables: Tables, allowed: Limits, usual: Habit) -> list[PlannedRun]:
    """Runs with as much climb, descent, hard and fast running as usual, as far as the room allows.

    Distance alone uses its room: speed and hills stay where rule F7 does not count them. Where no rule can
    tell of hills they are those of a usual week, and where none can tell of speed there is none.
    """
    hard_from = _hard_from(tables)
    told: list[PlannedRun] = []
    for run in runs:
        at, weekday = allowed.days.index(run.day), run.day.weekday()
        left = {name: allowed.together[name][at] - _sum(told, name) for name in allowed.together}
        climb_m, descent_m = (_hills(name, run, at, left[name], allowed, usual) for name in HILLS)
        planned = replace(run, climb_m=climb_m, descent_m=descent_m)
        if weekday in usual.hard_min and run.day >= hard_from:
            hard_min = _down(np.nan_to_num(min(left["hard_min"], usual.hard_min[weekday])))
            fast_m = 10.0 * _down(np.nan_to_num(min(left["fast_m"], usual.fast_m[weekday])) / 10.0)
            if hard_min >= HARD_SESSION_MIN and np.isnan(allowed.most["session_hard_min"][at]):
                planned = replace(planned, hard_min=hard_min, fast_m=fast_m)
                hard_from = run.day + timedelta(days=2)
        told.append(planned)
    return told


def untold_hills(allowed: Limits) -> tuple[str, ...]:
    """Of climb and descent, those that no rule which was asked can limit on some of the days."""
    return tuple(
        name
        for name in HILLS
        if f"session_{name}" in allowed.silent
        and np.isnan([allowed.together[name], allowed.most[f"session_{name}"]]).all(axis=0).any()
    )


def _hills(name: str, run: PlannedRun, at: int, left: float, allowed: Limits, usual: Habit) -> float:
    """Climb or descent of a run; NaN where the runner's own is unknown."""
    ratio = usual.climb_ratio if name == "climb_m" else usual.descent_ratio
    usual_m = usual.week_m * usual.share[run.day.weekday()]
    # A longer run holds more of them only where a rule tells how much is too much.
    wanted = ratio * (min(run.distance_m, usual_m) if np.isnan(left) else run.distance_m)
    by_share = math.inf
    if name == "climb_m" and not np.isnan(allowed.most["run_climb_pct"][at]):
        by_share = 0.99 * allowed.most["run_climb_pct"][at] / 100.0 * run.distance_m
    if np.isnan(wanted):
        return wanted
    return _down(float(np.nanmin([wanted, left, allowed.most[f"session_{name}"][at], by_share])))


def _hard_from(tables: Tables) -> date:
    """The first day that may hold hard running: not the day after some, and none soon after a race."""
    last_day: date = tables.days["local_date"].iloc[-1]
    is_after_hard = bool(has_hard_session(tables, HARD_SESSION_MIN)[-1])
    first = last_day + timedelta(days=2 if is_after_hard else 1)
    races = ordinals(tables.sessions.loc[tables.sessions["is_race"].astype(bool)])
    if races.size:
        after_race = last_day + timedelta(days=int(races.max()) - last_day.toordinal() + AFTER_RACE_DAYS + 1)
        return max(first, after_race)
    return first


def _sum(runs: Sequence[PlannedRun], name: str) -> float:
    return float(sum(getattr(run, name) for run in runs))


def _down(value: float) -> float:
    """A hair below, to a whole number, never under 0."""
    return float(max(math.floor(value - 1e-6), 0))
