"""Weeks of a calendar: labels, first days, and back again."""

from __future__ import annotations

import re
from datetime import date, timedelta

from loadwatch.errors import UsageError


def week_start(day: date, week_starts: str) -> date:
    """First day of the week that holds a day; `week_starts` is monday or sunday."""
    into = (day.weekday() + 1) % 7 if week_starts == "sunday" else day.weekday()
    return day - timedelta(days=into)


def week_label(day: date, week_starts: str) -> str:
    """ISO label of a day's week such as 2026-W47, or the first date of its Sunday-start week."""
    if week_starts == "sunday":
        return week_start(day, week_starts).isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def parse_week(text: str, week_starts: str) -> str:
    """The label of the week that a text names, as `2026-W47` or as any date in it.

    Raises
    ------
    UsageError
        Where it names neither.
    """
    iso = re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", text.strip())
    try:
        day = date.fromisocalendar(int(iso[1]), int(iso[2]), 4) if iso else date.fromisoformat(text.strip())
        return week_label(day, week_starts)
    except (ValueError, OverflowError) as error:  # overflow: a week that begins before the year 1
        raise UsageError(f"{text!r} is no week; write one such as 2026-W47, or any date in it.") from error


def parse_day(text: date | str | None) -> date | None:
    """A day, given as one or as a text such as 2026-11-22; None stays None.

    Raises
    ------
    UsageError
        Where the text is no day.
    """
    if not isinstance(text, str):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day; write one such as 2026-11-22.") from error
