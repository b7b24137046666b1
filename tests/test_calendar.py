from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.calendar import parse_week, week_label, week_start
from loadwatch.errors import UsageError

days = st.dates(date(1990, 1, 7), date(2100, 1, 1))
starts = st.sampled_from(["monday", "sunday"])


@pytest.mark.parametrize(
    ("day", "monday_week", "sunday_week"),
    [
        pytest.param("2026-03-01", "2026-W09", "2026-03-01", id="a Sunday ends one week and begins another"),
        pytest.param("2026-03-02", "2026-W10", "2026-03-01", id="a Monday"),
        pytest.param("2026-03-07", "2026-W10", "2026-03-01", id="a Saturday"),
        pytest.param("2027-01-01", "2026-W53", "2026-12-27", id="new year in week 53 of the year before"),
        pytest.param("2021-01-03", "2020-W53", "2021-01-03", id="the last day of a week 53"),
        pytest.param("2024-12-30", "2025-W01", "2024-12-29", id="December in week 1 of the next year"),
        pytest.param("2024-02-29", "2024-W09", "2024-02-25", id="a leap day"),
    ],
)
def test_the_week_of_a_day(day, monday_week, sunday_week):
    assert week_label(date.fromisoformat(day), "monday") == monday_week
    assert week_label(date.fromisoformat(day), "sunday") == sunday_week


@settings(deadline=None)
@given(day=days, week_starts=starts)
def test_a_week_has_seven_days_one_label_and_the_right_first_day(day, week_starts):
    first = week_start(day, week_starts)
    assert first <= day < first + timedelta(days=7)
    assert f"{first:%A}".lower() == week_starts
    labels = {week_label(first + timedelta(days=i), week_starts) for i in range(7)}
    assert labels == {week_label(day, week_starts)}
    assert week_label(first - timedelta(days=1), week_starts) not in labels


@settings(deadline=None)
@given(day=days, week_starts=starts)
def test_a_label_and_any_day_of_its_week_name_that_week(day, week_starts):
    label = week_label(day, week_starts)
    assert parse_week(label, week_starts) == label
    assert parse_week(day.isoformat(), week_starts) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026-W47", "2026-W47"),
        (" 2026w7 ", "2026-W07"),
        ("2026W47", "2026-W47"),
        ("2026-W53", "2026-W53"),
        ("2026-11-20", "2026-W47"),
    ],
)
def test_ways_to_write_a_week(text, label):
    assert parse_week(text, "monday") == label


def test_an_iso_week_names_the_sunday_week_that_shares_most_days_with_it():
    assert parse_week("2026-W47", "sunday") == "2026-11-15"


@pytest.mark.parametrize(
    ("text", "week_starts"),
    [
        ("2025-W53", "monday"),
        ("2026-W60", "monday"),
        ("2026-W00", "monday"),
        ("0000-W01", "monday"),
        ("2026-02-30", "monday"),
        ("last week", "monday"),
        ("", "monday"),
        ("0001-01-01", "sunday"),
    ],
)
def test_what_is_no_week_is_answered_with_an_example(text, week_starts):
    with pytest.raises(UsageError) as refusal:
        parse_week(text, week_starts)
    assert str(refusal.value) == f"{text!r} is no week; write one such as 2026-W47, or any date in it."
