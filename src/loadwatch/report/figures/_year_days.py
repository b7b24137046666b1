"""What the calendar of a year shows: how far on each day, and what the diary says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from loadwatch import words
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from loadwatch.diary import Entry
    from loadwatch.history import History

WEEK_COUNT = 53  # so that the same days of the year before are still in it
Mark = Literal["red", "yellow", "race", "ill", "holiday"]
MARKS: tuple[Mark, ...] = ("red", "yellow", "race", "ill", "holiday")  # the first of them is drawn
_COLOURS: dict[str, Mark] = {"red": "red", "today": "red", "yellow": "yellow"}


@dataclass(frozen=True)
class Day:
    """One day of the calendar.

    Attributes
    ----------
    date
        Which one.
    week, weekday
        Its column, and its row from the first day of a week on.
    distance_m
        Run that day, 0 at rest; NaN where that is not known. [m]
    marks
        What the diary says of it, weightiest first.
    """

    date: date
    week: int
    weekday: int
    distance_m: float
    marks: tuple[Mark, ...]


def first_day(history: History) -> date:
    """Give the first day of the calendar, which begins a week."""
    row = _view.reported_week(history)
    last = history.as_of if row is None else _view.as_date(row["week_start"])
    return last - timedelta(weeks=WEEK_COUNT - 1)


def year_days(history: History) -> list[Day]:
    """Give the days of the year up to the end of the reported week, none before the first run."""
    first, last = first_day(history), _view.last_day(history)
    days = history.days
    if days.empty:
        return []
    # Days follow one another without a gap.
    start = max(0, (first - _view.as_date(days["local_date"].iloc[0])).days)
    end = (last - _view.as_date(days["local_date"].iloc[0])).days + 1
    shown = days.iloc[start:end]
    marks = _marks(history, first, last)
    dates = [_view.as_date(day) for day in shown["local_date"]]
    return [
        Day(day, *divmod((day - first).days, 7), distance_m, marks.get(day, ()))
        for day, distance_m in zip(dates, _known_m(shown).tolist(), strict=True)
    ]


def steps_m(days: Sequence[Day], units: words.Units) -> tuple[float, ...]:
    """Distances at which the colour changes: whole kilometres or miles, the last one for long days only."""
    unit_m = words.MILE_M if units == "imperial" else 1000.0
    run_m = [day.distance_m for day in days if day.distance_m > 0]
    long_m = float(np.percentile(run_m, 90)) if run_m else 0.0
    step = max(1, round(long_m / unit_m / 4))
    return tuple(unit_m * step * count for count in (1, 2, 3))


def _known_m(days: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    distance_m = days["distance_m"].to_numpy(dtype=float)
    has_run = ~days["is_rest_day"].to_numpy(dtype=bool)
    return np.where(has_run & ~(distance_m > 0), np.nan, distance_m)


def _marks(history: History, first: date, last: date) -> dict[date, tuple[Mark, ...]]:
    """Give the marks of each marked day from the first to the last."""
    entries = [entry for entry in history.diary.entries if first <= entry.date <= last]
    found: dict[date, set[Mark]] = {}
    for entry in entries:
        found.setdefault(entry.date, set()).update(_told(entry))
    for day, colour in _colours(history, {entry.date for entry in entries}).items():
        found[day].add(colour)
    is_race = (history.runs["is_race"] & ~history.runs["is_likely_race"]).to_numpy(dtype=bool)
    for value in history.runs.loc[is_race, "local_date"]:
        day = _view.as_date(value)
        if first <= day <= last:
            found.setdefault(day, set()).add("race")
    return {day: tuple(mark for mark in MARKS if mark in marks) for day, marks in found.items() if marks}


def _told(entry: Entry) -> set[Mark]:
    told: tuple[tuple[Mark, bool], ...] = (
        ("race", entry.race),
        ("ill", entry.illness),
        ("holiday", entry.holiday),
    )
    return {mark for mark, is_told in told if is_told}


def _colours(history: History, told_on: set[date]) -> dict[date, Mark]:
    """Give what the diary's rule made of a day's own entries, where it asks for care."""
    found = history.findings.get(_view.DIARY_RULE) if told_on else None
    if found is None:
        return {}
    colours: dict[date, Mark] = {}
    for value, assessments in zip(found["local_date"], found["assessments"], strict=True):
        day = _view.as_date(value)
        if day not in told_on:
            continue
        # An older entry may still be in force: it marks its own day.
        mine = {_COLOURS.get(one.colour) for one in assessments if one.entry.date == day}
        colour = next((mark for mark in MARKS if mark in mine), None)
        if colour:
            colours[day] = colour
    return colours
