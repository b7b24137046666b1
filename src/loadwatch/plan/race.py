"""What it takes, week by week, to have run so far before a race."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from loadwatch.errors import ShortHistoryError, UsageError
from loadwatch.flags import long_run_spike, return_from_break, volume_jump
from loadwatch.plan.ahead import followed_by
from loadwatch.plan.habit import habit
from loadwatch.plan.proposal import week_ahead, weeks_left

if TYPE_CHECKING:
    from loadwatch.flags import Tables
    from loadwatch.plan.habit import Habit
    from loadwatch.plan.proposal import PlannedWeek
    from loadwatch.settings import Settings

LAST_LONG_DAYS = 14  # before the race; what is run later no longer helps
LONGEST_WEEKS = 53
STALLED_WEEKS = 6  # without a longer run, the rules let it grow no further
# Distance is all that is planned so far ahead.
OF_DISTANCE = (long_run_spike.RULE, volume_jump.RULE, return_from_break.RULE)


@dataclass(frozen=True)
class RacePlan:
    """Weeks towards a long run before a race.

    Attributes
    ----------
    race_day, long_m
        The race, and how far is to be run at a time before it.
    due
        Last day on which that counts.
    weeks
        Up to the one in which it is reached, or that of `due` where it is not.
    reached
        First day of the week in which it can be reached inside the rules at the soonest; None where that
        takes more than a year.
    longest_m
        Longest run of these weeks. [m]
    usual_m
        Distance of the runner's usual week. [m]
    most_share_pct
        Of a week's distance, the most that the long run is, as in nine of ten of the runner's own ... [%]
    own_week_count
        ... of so many.
    """

    race_day: date
    long_m: float
    due: date
    weeks: tuple[PlannedWeek, ...]
    reached: date | None
    longest_m: float
    usual_m: float
    most_share_pct: float
    own_week_count: int

    @property
    def fits(self) -> bool:
        """Whether it can be reached in time, and no rule speaks on the way."""
        return not self.short_m and not self.speaking

    @property
    def speaking(self) -> tuple[str, ...]:
        """Ids of the rules that speak of some of these weeks, however short their runs are made."""
        return tuple(dict.fromkeys(rule for week in self.weeks for rule in week.speaking))

    @property
    def most_m(self) -> float:
        """Distance of the longest of these weeks, 0 without one. [m]"""
        return max((week.distance_m for week in self.weeks), default=0.0)

    @property
    def planned_share_pct(self) -> float:
        """The most that the longest run is of one of these weeks. [%]"""
        return max((week.longest_share_pct for week in self.weeks), default=0.0)

    @property
    def short_m(self) -> float:
        """How much is lacking in time, 0 where nothing is. [m]"""
        return max(self.long_m - self.longest_m, 0.0)

    @property
    def earliest_race(self) -> date | None:
        """Day from which a race leaves time enough."""
        return None if self.reached is None else self.reached + timedelta(days=6 + LAST_LONG_DAYS)


def plan_race(tables: Tables, settings: Settings, *, race_day: date, long_m: float) -> RacePlan:
    """Plan the weeks to a long run before a race.

    The long run grows evenly where there is time, and as fast as the rules let it where there is not. The
    other runs stay as they are as long as it is no more of the week than the runner is used to.

    Parameters
    ----------
    tables
        As `ahead.until` gives them, up to the last day that is over.
    settings
        With the thresholds in force.
    race_day
        When.
    long_m
        How far is to be run at a time, two weeks before it at the latest. [m]

    Raises
    ------
    UsageError
        The race is too near, or more than a year away.
    ShortHistoryError
        Fewer than three weeks tell of a usual week.
    """
    usual = habit(tables)
    if usual is None:
        raise ShortHistoryError("a plan needs 3 weeks of running to know a usual week by.")
    due = race_day - timedelta(days=LAST_LONG_DAYS)
    spans = weeks_left(tables, settings, LONGEST_WEEKS)
    if why := _refused(race_day, due, spans):
        raise UsageError(f"the race on {race_day.isoformat()} {why}; name another day.")
    in_time = sum(_long_day(span, usual) <= due for span in spans)
    fastest = _weeks(tables, settings, usual, spans, [long_m] * len(spans))
    reached = next((week.first_day for week in fastest if week.longest_m >= long_m), None)
    steps = _evenly(usual.week_m * usual.share[usual.long_weekday], long_m, in_time)
    weeks = fastest[:in_time]
    if any(week.longest_m >= long_m for week in weeks):
        even = _weeks(tables, settings, usual, spans[:in_time], steps)
        if any(week.longest_m >= long_m for week in even):
            weeks = even
    longest_m = max((week.longest_m for week in weeks), default=0.0)
    return RacePlan(
        race_day,
        long_m,
        due,
        tuple(weeks),
        reached,
        longest_m,
        usual_m=usual.week_m,
        most_share_pct=100.0 * usual.most_share,
        own_week_count=usual.week_count,
    )


def _refused(race_day: date, due: date, spans: list[tuple[date, date]]) -> str:
    """Why no weeks lead to a race, as a clause; empty where they do."""
    if race_day < spans[0][0]:
        return "is over"
    if due < spans[0][0]:
        return f"is less than {LAST_LONG_DAYS} days ahead, which are left to rest"
    return "is more than a year ahead" if due > spans[-1][1] else ""


def _long_day(span: tuple[date, date], usual: Habit) -> date:
    """Day of the long run in what is left of a week; its last day where that is over."""
    days = [span[0] + timedelta(days=ahead) for ahead in range((span[1] - span[0]).days + 1)]
    return next((day for day in days if day.weekday() == usual.long_weekday), span[1])


def _evenly(first_m: float, last_m: float, count: int) -> list[float]:
    """Lengths that grow, or shrink, by one ratio from the usual to the last."""
    ratio = (last_m / first_m) ** (1.0 / max(count, 1))
    return [last_m if week == count else first_m * ratio**week for week in range(1, count + 1)]


def _weeks(
    tables: Tables, settings: Settings, usual: Habit, spans: list[tuple[date, date]], long_m: list[float]
) -> list[PlannedWeek]:
    """Weeks with long runs of some lengths where the rules allow them, up to the last length asked for."""
    weeks: list[PlannedWeek] = []
    easy = replace(usual, hard_min={}, fast_m={})
    for (first, last), wanted_m in zip(spans, long_m, strict=True):
        week = week_ahead(tables, settings, easy, first, last, longest_m=wanted_m, rules=OF_DISTANCE)
        weeks.append(week)
        longest = [week.longest_m for week in weeks]
        is_stalled = (
            len(weeks) > STALLED_WEEKS and max(longest[-STALLED_WEEKS:]) <= longest[-STALLED_WEEKS - 1]
        )
        if week.longest_m >= long_m[-1] or (is_stalled and len(set(long_m)) == 1):
            break
        tables = followed_by(tables, week.runs, last)
    return weeks
