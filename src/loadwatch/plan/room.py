"""How much can be run before a rule speaks: for the rest of this week, and for the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.calendar import week_label
from loadwatch.diary.colours import RED
from loadwatch.flags import return_from_break
from loadwatch.flags._rule import SESSION_ROOM, WEEK_ROOM, ordinals
from loadwatch.history import Limit, OnRequest, Room
from loadwatch.plan.ahead import followed_by, until
from loadwatch.plan.habit import habit
from loadwatch.plan.limits import limits
from loadwatch.plan.proposal import week_ahead, weeks_left
from loadwatch.plan.shape import AFTER_RACE_DAYS
from loadwatch.recovery import PHASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Ints
    from loadwatch.diary import Diary
    from loadwatch.flags import Tables
    from loadwatch.recovery import State
    from loadwatch.settings import Settings

# Always told of; the others only where a rule limits them.
ALWAYS = ("session_m", "distance_m", "hard_min", "fast_m", "climb_m", "session_climb_m", "session_descent_m")
# What one run counts in.
WEEK_OF = {
    "session_m": "distance_m",
    "session_climb_m": "climb_m",
    "session_hard_min": "hard_min",
    "session_descent_m": "descent_m",
}
IN_ORDER = (
    *("session_m", "distance_m", "hard_min", "session_hard_min", "fast_m", "climb_m", "session_climb_m"),
    *("run_climb_pct", "descent_m", "session_descent_m"),
)


def rooms(tables: Tables, settings: Settings, as_of: date, *, is_hidden_by: str = "") -> OnRequest[Room]:
    """Room of what is left of the running week, if anything is, and of the next whole one, by their labels.

    Parameters
    ----------
    tables
        A runner's tables.
    settings
        With the thresholds in force.
    as_of
        Told from this day, which is still to come where nothing was run on it.
    is_hidden_by
        Why no room is to be told, as a sentence: an open entry of the diary, say.
    """
    known = known_until(tables, as_of)
    spans = {
        week_label(first, settings.week_starts): (first, last)
        for first, last in weeks_left(known, settings, 1)
    }
    return OnRequest(spans, partial(_room_of_week, known, settings, spans, is_hidden_by))


def hidden_by(diary: Diary, symptoms: pd.DataFrame | None, state: State | None) -> str:
    """Why no room is told, as a sentence; empty where it is.

    Parameters
    ----------
    diary
        Where it cannot be read at all, nobody knows that it holds nothing yellow or red.
    symptoms
        Findings of rule F15 up to the day, None where it was not asked. Yellow and red hide the room.
    state
        Where a return to running stands, None where none is open. Until it is full, its own caps hold.
    """
    if any(not fault.line for fault in diary.faults):
        return "none is told while the diary cannot be read"
    assessed = () if symptoms is None else symptoms["assessments"].iloc[-1]
    if assessed and assessed[0].colour != "green":
        colour = "red" if assessed[0].colour in RED else assessed[0].colour
        return f"none is told while the diary's entry of {words.day(assessed[0].entry.date)} is {colour}"
    if state and state.phase is not PHASES[-1]:
        return "none is told on the way back to running; `loadwatch recover status` tells what may be run"
    return ""


def known_until(tables: Tables, as_of: date) -> Tables:
    """Tables up to the as-of day; up to the day before where it may still bring a run."""
    is_rest = tables.days.loc[ordinals(tables.days) == as_of.toordinal(), "is_rest_day"].astype(bool)
    return until(tables, as_of - timedelta(days=1) if is_rest.all() else as_of)


def _room_of_week(
    known: Tables, settings: Settings, spans: dict[str, tuple[date, date]], is_hidden_by: str, label: str
) -> Room:
    first, last = spans[label]
    before = first - timedelta(days=1)
    if known.days["local_date"].iloc[-1] < before:
        # The next week's room rests on what this one still brings: a usual end of it.
        begin = known.days["local_date"].iloc[-1] + timedelta(days=1)
        planned = week_ahead(known, settings, habit(known), begin, before)
        known = followed_by(known, planned.runs, before)
    return room(known, settings, last_day=last, is_hidden_by=is_hidden_by)


def room(tables: Tables, settings: Settings, *, last_day: date, is_hidden_by: str = "") -> Room:
    """Room from the day after some tables' last one up to another day, at most 7 days later.

    Parameters
    ----------
    tables
        As `ahead.until` gives them.
    settings, is_hidden_by
        As for `rooms`.
    last_day
        Where the room ends.
    """
    first_day = tables.days["local_date"].iloc[-1] + timedelta(days=1)
    days = (last_day - first_day).days + 1
    label = week_label(last_day, settings.week_starts)
    if is_hidden_by:
        nothing = pd.DataFrame({"local_date": []})
        return Room(label, first_day, last_day, (), (), nothing, is_hidden_by)
    allowed = limits(tables, settings, days=days)
    races = _long_races(tables.sessions)
    after_race = np.array([_is_after(races, day) for day in allowed.days])
    names = [name for name in IN_ORDER if name in ALWAYS or not np.isnan(allowed.most[name]).all()]
    by_day = pd.DataFrame({"local_date": allowed.days})
    told, together = [], []
    for name in names:
        values = allowed.most[name]
        if name != "session_m":
            values = np.where(after_race, np.nan, values)
        by_day[name] = values
        # One session is safe on any day; what counts in 7 days adds up to the last of them.
        place = int(np.nanargmin(values)) if name in SESSION_ROOM and not np.isnan(values).all() else days - 1
        if name != "session_m" and after_race[place]:
            day = words.day(date.fromordinal(int(races.max())))
            told.append(Limit(name, float("nan"), "", f"for {AFTER_RACE_DAYS} days after the race of {day}"))
        elif np.isnan(values[place]):
            told.append(Limit(name, float("nan"), *allowed.silent.get(name, ("", "no rule limits it now"))))
        else:
            told.append(Limit(name, float(values[place]), allowed.rule[name][place]))
        if name == "distance_m" and not np.isnan(allowed.coach_m[-1]) and not after_race[-1]:
            told.append(Limit("coach_m", float(allowed.coach_m[-1]), return_from_break.RULE.id))
            by_day["coach_m"] = allowed.coach_m
        if name in WEEK_ROOM and not np.isnan(values[-1]) and not np.isnan(allowed.together[name][-1]):
            together.append(Limit(name, float(allowed.together[name][-1]), "stacking"))
    return Room(label, first_day, last_day, tuple(_consistent(told)), tuple(together), by_day)


def _consistent(told: Sequence[Limit]) -> list[Limit]:
    """Limits of which none of one run lies above that of the week it counts in."""
    by_name = {limit.name: limit for limit in told}
    weeks = [by_name.get(WEEK_OF.get(limit.name, "")) for limit in told]
    return [
        replace(limit, most=week.most, rule=week.rule) if week and week.most < limit.most else limit
        for limit, week in zip(told, weeks, strict=True)
    ]


def _long_races(sessions: pd.DataFrame) -> Ints:
    """Days of the races that went beyond every other session of the 30 days before; shape (races,).

    A race of every Saturday, shorter than the long run, leaves things as they are.
    """
    day, distance_m = ordinals(sessions), sessions["distance_m"].to_numpy(dtype=float)
    rows = np.flatnonzero(sessions["is_race"].to_numpy(dtype=bool))
    is_long = [
        not np.nanmax(distance_m[(day < day[row]) & (day >= day[row] - 30)], initial=0.0) >= distance_m[row]
        for row in rows
    ]
    return np.asarray(day[rows][np.array(is_long, dtype=bool)])


def _is_after(races: Ints, day: date) -> bool:
    since = day.toordinal() - races
    return bool(((since >= 0) & (since <= AFTER_RACE_DAYS)).any())
