"""Days and weeks as a runner says them."""

from __future__ import annotations

from datetime import date, timedelta

# strftime follows the machine's locale; a report reads the same everywhere.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(day_: date, *, weekday: bool = True, year: bool = False) -> str:
    """Date: "Mon 3 Nov", "Mon 3 Nov 2025" with the year, "3 Nov" without the weekday."""
    name = f"{WEEKDAYS[day_.weekday()]} " if weekday else ""
    return f"{name}{day_.day} {MONTHS[day_.month - 1]}{f' {day_.year}' if year else ''}"


def month(day_: date) -> str:
    """Month of a day: "Nov"."""
    return MONTHS[day_.month - 1]


def span(first: date, last: date, *, year: bool = False) -> str:
    """Days from first to last: "16–22 Nov", "30 Nov–6 Dec", "29 Dec 2025–4 Jan 2026"."""
    if first == last:
        return day(first, weekday=False, year=year)
    if year and first.year != last.year:
        start = day(first, weekday=False, year=True)
    else:
        start = str(first.day) if first.month == last.month else day(first, weekday=False)
    return f"{start}–{day(last, weekday=False, year=year)}"


def week_start(week: str) -> date:
    """First day of a week from its label, ISO ("2026-W47") or the first date of a Sunday-start week.

    Raises
    ------
    ValueError
        If the label is neither.
    """
    iso_year, separator, iso_week = week.partition("-W")
    if separator:
        return date.fromisocalendar(int(iso_year), int(iso_week), 1)
    return date.fromisoformat(week)


def week_number(week: str) -> str:
    """Short name of a week: "week 47", or "week of 15 Nov" where weeks start on Sunday."""
    _, separator, iso_week = week.partition("-W")
    return f"week {int(iso_week)}" if separator else f"week of {day(week_start(week), weekday=False)}"


def week_label(week: str, *, year: bool = False) -> str:
    """Name a week with its days: "week 47, 16–22 Nov", or "week 15–21 Nov" where weeks start on Sunday."""
    start = week_start(week)
    days = span(start, start + timedelta(days=6), year=year)
    return f"{week_number(week)}, {days}" if "-W" in week else f"week {days}"
