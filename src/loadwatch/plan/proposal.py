"""Weeks of the runner's usual shape, inside the room of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.calendar import week_label, week_start
from loadwatch.flags import thresholds_in_force, volume_jump
from loadwatch.flags._rule import ordinals
from loadwatch.flags._weeks import has_hard_session
from loadwatch.plan.ahead import PlannedRun, followed_by
from loadwatch.plan.distances import SHORTEST_M, STEP_M, distances
from loadwatch.plan.habit import HARD_SESSION_MIN, Habit, habit
from loadwatch.plan.limits import LIMITING, Limits, limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.flags import Rule, Tables
    from loadwatch.settings import Settings

__all__ = ["PlannedRun", "PlannedWeek", "planned_weeks", "week_ahead", "weeks_left"]

AFTER_RACE_DAYS = 14  # without hard running
MOST_SHORTENED = 8  # by a tenth each time


@dataclass(frozen=True)
class PlannedWeek:
    """A week, or what is left of it, of the runner's usual shape inside its room.

    Attributes
    ----------
    week
        Label.
    first_day, last_day
        What is left of it.
    runs
        In order, at most one a day.
    done_m
        Distance run in this week before the first day. [m]
    """

    week: str
    first_day: date
    last_day: date
    runs: tuple[PlannedRun, ...]
    done_m: float = 0.0

    @property
    def distance_m(self) -> float:
        """Distance of the whole week, what is run already included."""
        return self.done_m + sum(run.distance_m for run in self.runs)

    @property
    def longest_m(self) -> float:
        """Longest of the planned runs, 0 without one."""
        return max((run.distance_m for run in self.runs), default=0.0)

    @property
    def longest_share_pct(self) -> float:
        """Of the whole week's distance, that of the longest planned run. [%]"""
        return 100.0 * self.longest_m / self.distance_m if self.runs else 0.0


def planned_weeks(tables: Tables, settings: Settings, *, count: int) -> tuple[PlannedWeek, ...]:
    """What is left of the running week, and so many whole ones, each inside the room that the last leaves.

    Parameters
    ----------
    tables
        As `ahead.until` gives them, up to the last day that is over.
    settings
        With the thresholds in force.
    count
        Whole weeks.

    Returns
    -------
    tuple of PlannedWeek
        Without runs where fewer than three weeks tell of a usual week.
    """
    usual, weeks = habit(tables), []
    for first, last in weeks_left(tables, settings, count):
        week = week_ahead(tables, settings, usual, first, last)
        weeks.append(week)
        tables = followed_by(tables, week.runs, last)
    return tuple(weeks)


def weeks_left(tables: Tables, settings: Settings, count: int) -> list[tuple[date, date]]:
    """First and last day of what is left of the running week, if anything is, and of so many whole ones."""
    first = tables.days["local_date"].iloc[-1] + timedelta(days=1)
    start = week_start(first, settings.week_starts)
    # A week that is wholly ahead is the first of the whole ones.
    starts = [start + timedelta(weeks=ahead) for ahead in range(count + (start < first))]
    return [(max(first, day), day + timedelta(days=6)) for day in starts]


def week_ahead(
    tables: Tables,
    settings: Settings,
    usual: Habit | None,
    first: date,
    last: date,
    *,
    longest_m: float | None = None,
    rules: Sequence[Rule] = LIMITING,
) -> PlannedWeek:
    """The days from first to last, at most 7 and the next that come, as usual but inside their room.

    Parameters
    ----------
    tables, settings, rules
        As `limits.limits` takes them.
    usual
        The runner's usual week.
    first, last
        First and last day.
    longest_m
        Length of the long run, as `distances.distances` takes it. [m]
    """
    days = tables.days
    start = week_start(first, settings.week_starts)
    is_done = ordinals(days) >= start.toordinal()
    done_m = float(days["distance_m"].to_numpy(dtype=float)[is_done].sum())
    label = week_label(first, settings.week_starts)
    calendar = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    on = [day for day in calendar if usual is not None and day.weekday() in usual.share]
    if usual is None or not on:
        return PlannedWeek(label, first, last, (), done_m)
    allowed = limits(tables, settings, days=len(calendar), first_run=calendar.index(on[0]), rules=rules)
    # After a break the week is shorter, not crowded into its first days.
    usual = replace(usual, week_m=float(np.fmin(usual.week_m, allowed.coach_week_m)))
    runs = distances(usual, on, allowed, done_m=done_m, longest_m=longest_m)
    # Also where another rule limits distance meanwhile, as F9 does after a break.
    if allowed.silent.get("distance_m", ("", ""))[0] == volume_jump.RULE.id:
        runs = _quiet_after(runs, tables, settings, last)
    runs = [run for run in runs if run.distance_m >= SHORTEST_M]
    shaped = _shaped(runs, tables, allowed, usual)
    place = allowed.days.index(on[0])
    if len(on) > 1 and np.isnan(allowed.most["session_m"][place:]).any():
        # Each run may be the one from which the next can be judged: one after the other.
        begin, after = [run for run in shaped if run.day == on[0]], on[0] + timedelta(days=1)
        known = followed_by(tables, begin, on[0])
        rest = week_ahead(known, settings, usual, after, last, longest_m=longest_m, rules=rules)
        shaped = [*begin, *rest.runs]
    return PlannedWeek(label, first, last, tuple(shaped), done_m)


def _quiet_after(runs: list[PlannedRun], tables: Tables, settings: Settings, last: date) -> list[PlannedRun]:
    """Runs so short that rule F2, silent in this week, does not wake to a jump in the next."""
    thresholds = thresholds_in_force(volume_jump.RULE.id, settings.rules)
    for _ in range(MOST_SHORTENED):
        ahead = followed_by(tables, runs, last + timedelta(days=6))
        if not volume_jump.check(ahead, **thresholds)["level"].tail(6).isin(["note", "watch"]).any():
            break
        runs = [replace(run, distance_m=STEP_M * math.floor(0.9 * run.distance_m / STEP_M)) for run in runs]
    return runs


def _shaped(runs: Sequence[PlannedRun], tables: Tables, allowed: Limits, usual: Habit) -> list[PlannedRun]:
    """Runs with as much climb, descent, hard and fast running as usual, as far as the room allows.

    Distance alone uses its room: speed and hills stay where rule F7 does not count them.
    """
    place = {day: position for position, day in enumerate(allowed.days)}
    races = tables.sessions.loc[tables.sessions["is_race"].astype(bool)]
    last_race = int(ordinals(races).max(initial=0))
    last_day = tables.days["local_date"].iloc[-1]
    is_after_hard = bool(has_hard_session(tables, HARD_SESSION_MIN)[-1])
    hard_day = last_day if is_after_hard else None
    shaped: list[PlannedRun] = []
    for run in runs:
        at, weekday = place[run.day], run.day.weekday()

        def room(name: str, at: int = at) -> float:
            """What is left until this day, never more than on days to come; 0 where nothing can be told."""
            left = allowed.together[name][at]
            return 0.0 if np.isnan(left) else left - sum(getattr(earlier, name) for earlier in shaped)

        climb_m = float(
            np.nanmin(
                [
                    usual.climb_ratio * run.distance_m,
                    _or_more(room("climb_m"), allowed.together["climb_m"][at]),
                    allowed.most["session_climb_m"][at],
                    0.99 * allowed.most["run_climb_pct"][at] / 100.0 * run.distance_m,
                ]
            )
        )
        descent_m = float(
            np.nanmin(
                [
                    usual.descent_ratio * run.distance_m,
                    _or_more(room("descent_m"), allowed.together["descent_m"][at]),
                    allowed.most["session_descent_m"][at],
                ]
            )
        )
        planned = replace(run, climb_m=_down(climb_m), descent_m=_down(descent_m))
        is_fresh = hard_day is None or (run.day - hard_day).days > 1
        is_recovered = run.day.toordinal() - last_race > AFTER_RACE_DAYS
        if weekday in usual.hard_min and is_fresh and is_recovered:
            hard_min = _down(min(usual.hard_min[weekday], room("hard_min")))
            cap_min = allowed.most["session_hard_min"][at]
            if hard_min >= HARD_SESSION_MIN and np.isnan(cap_min):
                fast_m = 10.0 * _down(min(usual.fast_m[weekday], room("fast_m")) / 10.0)
                planned, hard_day = replace(planned, hard_min=hard_min, fast_m=fast_m), run.day
        shaped.append(planned)
    return shaped


def _or_more(left: float, limit: float) -> float:
    """What is left of a limit; without one, no end of it."""
    return math.inf if np.isnan(limit) else left


def _down(value: float) -> float:
    """A hair below, to a whole number, never under 0."""
    return float(max(math.floor(value - 1e-6), 0))
