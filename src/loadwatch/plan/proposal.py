"""Weeks of the runner's usual shape, inside the room of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.calendar import week_label, week_start
from loadwatch.flags import hard_day_spacing
from loadwatch.flags._rule import ordinals
from loadwatch.plan.ahead import PlannedRun, followed_by
from loadwatch.plan.distances import distances
from loadwatch.plan.habit import Habit, habit
from loadwatch.plan.limits import LIMITING, limits
from loadwatch.plan.quiet import quieted, rules_on
from loadwatch.plan.shape import shaped, untold_hills

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.flags import Rule, Tables
    from loadwatch.settings import Settings

__all__ = ["PlannedRun", "PlannedWeek", "planned_weeks", "week_ahead", "weeks_left"]

# All that can speak of a run that is only planned.
SPEAKING = (*LIMITING, hard_day_spacing.RULE)


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
    untold
        Of climb_m and descent_m, those that no rule can limit now: they are as usual.
    speaking
        Ids of the rules that speak of these runs, however short they are made.
    """

    week: str
    first_day: date
    last_day: date
    runs: tuple[PlannedRun, ...]
    done_m: float = 0.0
    untold: tuple[str, ...] = ()
    speaking: tuple[str, ...] = ()

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
    rules: Sequence[Rule] = SPEAKING,
) -> PlannedWeek:
    """The days from first to last, at most 7 and the next that come, as usual but inside their room.

    Parameters
    ----------
    tables, settings
        As `limits.limits` takes them.
    usual
        The runner's usual week.
    first, last
        First and last day.
    longest_m
        Length of the long run, as `distances.distances` takes it. [m]
    rules
        Those that limit the runs, and are not to speak of them.
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
    runs, speaking = quieted(shaped(runs, tables, allowed, usual), tables, settings, last, rules)
    place = allowed.days.index(on[0])
    if len(on) > 1 and np.isnan(allowed.most["session_m"][place:]).any():
        # Each run may be the one from which the next can be judged: one after the other.
        begin, after = [run for run in runs if run.day == on[0]], on[0] + timedelta(days=1)
        known = followed_by(tables, begin, on[0])
        rest = week_ahead(known, settings, usual, after, last, longest_m=longest_m, rules=rules)
        runs = [*begin, *rest.runs]
        speaking = rules_on(runs, tables, settings, last, rules)
    return PlannedWeek(label, first, last, tuple(runs), done_m, untold_hills(allowed), speaking)
