"""The calendar of a year, tested by its cells and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from loadwatch.diary import Diary, Entry, assess
from loadwatch.report import figures
from loadwatch.report.figures import LIGHT, year
from loadwatch.report.figures._year_days import WEEK_COUNT, first_day, steps_m, year_days
from loadwatch.settings import Settings

if TYPE_CHECKING:
    from loadwatch.history import History

YELLOW, RED, QUIET = date(2026, 9, 1), date(2026, 9, 8), date(2026, 9, 10)
ILL, RACE, UNRECORDED = date(2026, 7, 2), date(2026, 10, 4), date(2026, 10, 5)


@pytest.fixture
def told(history: History) -> History:
    """The same year with a diary."""
    entries = (
        Entry(ILL, illness=True, holiday=True),
        Entry(YELLOW, site="sit-bone", pain_during=4, course="stays", pain_next_morning=0),
        Entry(RED, site="sit-bone", pain_during=6, course="grows"),
        Entry(QUIET, note="nothing hurts"),
        Entry(RACE, race=True),
        Entry(UNRECORDED, unrecorded_running=True),
    )
    days = history.days.copy()
    is_unrecorded = (days["local_date"] == UNRECORDED).to_numpy()
    days.loc[is_unrecorded, ["is_rest_day", "is_covered"]] = False
    # The red entry is in force on the quiet day as well, which has nothing of its own to show.
    assessed = {entry.date: (assess(entry, (entry,)),) for entry in entries if entry.hurts}
    assessed[QUIET] = assessed[RED]
    found = pd.DataFrame(
        {
            "local_date": days["local_date"],
            "assessments": [assessed.get(day, ()) for day in days["local_date"]],
        }
    )
    return replace(history, days=days, diary=Diary(entries, is_there=True), findings={"symptoms": found})


def texts(history: History) -> list[str]:
    return [text.get_text() for text in figures.figure(year.PANEL, history).axes[0].texts]


def cells(history: History, colour: str) -> int:
    """How many filled cells have a colour."""
    patches = figures.figure(year.PANEL, history).axes[0].patches
    return sum(
        len(patch.get_path().codes) // 5
        for patch in patches
        if patch.get_path().codes is not None
        and patch.get_alpha() in year.SHADES.values()
        and to_hex(patch.get_facecolor()) == colour
    )


def test_a_calendar_ends_with_the_reported_week_and_leaves_out_the_running_one(history: History) -> None:
    days = year_days(history)
    assert first_day(history) == date(2026, 10, 19) - timedelta(weeks=52)
    assert (days[-1].date, days[-1].week, days[-1].weekday) == (date(2026, 10, 25), WEEK_COUNT - 1, 6)
    assert days[0].date == history.days["local_date"].iloc[0]


def test_each_running_day_is_a_cell_and_those_of_the_week_have_the_accent(history: History) -> None:
    run_days = sum(day.distance_m > 0 for day in year_days(history))
    # Four more explain the shades.
    assert cells(history, LIGHT.soft) == run_days - 4 + 4
    assert cells(history, LIGHT.accent) == 4


def test_shades_change_at_whole_kilometres_or_miles(history: History, american: History) -> None:
    assert steps_m(year_days(history), "metric") == (4000.0, 8000.0, 12000.0)
    assert steps_m(year_days(american), "imperial") == tuple(1609.344 * mile for mile in (2, 4, 6))
    assert {"to 4", "to 8", "to 12", "over 12 km"} <= set(texts(history))
    assert "over 6 mi" in texts(american)


def test_weeks_start_as_the_settings_say(history: History) -> None:
    sunday = replace(history, settings=Settings(week_starts="sunday"), week="2026-10-18")
    weeks = history.weeks.tail(1).assign(week="2026-10-18", week_start=date(2026, 10, 18))
    sunday = replace(sunday, weeks=weeks)
    assert year_days(sunday)[-1].date == date(2026, 10, 24)
    assert [name for name in texts(sunday) if len(name) == 3 and name in "SunTueThuSat"] == [
        *("Sun", "Tue", "Thu", "Sat")
    ]
    assert year.table(sunday)[0][1] == "Sun"


def test_a_day_has_its_own_entry_s_colour_and_the_diary_s_marks(told: History) -> None:
    marks = {day.date: day.marks for day in year_days(told) if day.marks}
    assert marks == {YELLOW: ("yellow",), RED: ("red",), ILL: ("ill", "holiday"), RACE: ("race",)}


def test_the_key_explains_only_what_occurs(history: History, told: History) -> None:
    assert not {"red", "yellow", "race", "ill", "holiday", "distance unknown"} & set(texts(history))
    assert {"red", "yellow", "race", "ill", "distance unknown"} <= set(texts(told))
    # A day with two marks shows the weightier.
    assert "holiday" not in texts(told)


def test_running_without_a_record_is_unknown_and_no_rest(told: History) -> None:
    head, *_ = year.table(told)
    row = next(row for row in year.table(told)[1] if "5–11 Oct" in row[0])
    assert head == ["week, km", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert row[1] == "unknown"
    assert row[3] == "rest"
    assert "at least" in year.told(told)


def test_what_is_told_are_days_and_distances(history: History, told: History, nobody: History) -> None:
    assert year.told(history).startswith("48.2 km on 4 days this week; ")
    assert year.told(history).endswith(" days since 30 Mar 2026.")
    assert year.told(told).endswith("Diary: 1 red day, 1 yellow day, 1 race day and 1 ill day.")
    assert year.told(nobody) == "Cannot tell: no run yet."
