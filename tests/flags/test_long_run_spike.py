"""F1: session over the longest session of the 30 days before."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.flags import long_run_spike
from loadwatch.flags.long_run_spike import baseline_m, check

RULE = long_run_spike.RULE


@pytest.fixture(scope="module")
def after(tables, steady, on):
    """The finding on day 33, a Saturday without a run of its own, with one session of so many km there."""

    def finding(km, **more):
        runs = [run for run in steady(5) if run["day"] < 33]
        return on(check(tables([*runs, {"day": 33, "km": km, **more}], days=40)), 33)

    return finding


@pytest.mark.parametrize(
    ("km", "level"),
    [
        (15.0, "usual"),  # the longest again
        (15.9, "usual"),  # less than a kilometre more
        (16.4, "usual"),  # a kilometre more, less than a tenth
        (16.6, "note"),
        (19.4, "note"),
        (19.6, "watch"),
        (29.9, "watch"),
        (30.1, "act"),
    ],
)
def test_levels_begin_at_a_tenth_three_tenths_and_double_of_the_longest(after, km, level):
    assert after(km)["level"] == level


@pytest.mark.parametrize(
    ("km", "level"),
    [(2.9, "usual"), (3.1, "note"), (3.9, "note"), (4.1, "watch"), (6.9, "watch"), (7.1, "act")],
)
def test_short_runs_must_also_be_longer_by_whole_kilometres(tables, on, km, level):
    runs = [{"day": number, "km": 2.0} for number in range(0, 20, 2)]
    assert on(check(tables([*runs, {"day": 21, "km": km}], days=22)), 21)["level"] == level


def test_value_baseline_and_runs_are_those_of_the_session(after):
    finding = after(20.0, id="long")
    assert (finding["value"], finding["baseline"], finding["run_ids"]) == (20_000.0, 15_000.0, "long")
    assert finding["n"] == 17  # of the 30 days up to the day before, days 3 to 32


def test_a_race_in_the_window_counts_as_thirteen_tenths_of_the_second_longest(tables, steady, on):
    runs = [*steady(4), {"day": 30, "km": 42.2, "race": True}]
    finding = on(check(tables([*runs, {"day": 37, "km": 21.0}], days=40)), 37)
    assert finding["baseline"] == pytest.approx(1.3 * 15_000.0)
    assert (finding["level"], finding["longest"]) == ("usual", 42_200.0)
    longer = on(check(tables([*runs, {"day": 37, "km": 24.0}], days=40)), 37)
    assert longer["level"] == "note"
    said = RULE.sentence(longer, "metric")
    assert "23 % more than 19.5 km" in said
    assert "(42.2 km, standing out like a race)" in said


def test_a_race_is_called_one_and_a_treadmill_marks_the_distance_uncertain(after):
    assert "marked as a race" in RULE.sentence(after(42.2, race=True), "metric")
    assert ", likely a race:" in RULE.sentence(after(42.2, likely_race=True), "metric")
    assert "race" not in RULE.sentence(after(42.2), "metric")
    assert "without a position, so the distance is uncertain" in RULE.sentence(
        after(42.2, treadmill=True), "metric"
    )


def test_the_window_ends_thirty_days_back(tables, on):
    often = [{"day": number, "km": 8.0} for number in range(1, 40)]
    runs = [{"day": 0, "km": 10.0}, *often]
    assert (
        on(check(tables([*runs, {"day": 30, "km": 9.0, "minute": 1200}], days=40)), 30)["baseline"]
        == 10_000.0
    )
    assert (
        on(check(tables([*runs, {"day": 31, "km": 9.0, "minute": 1200}], days=40)), 31)["baseline"] == 8_000.0
    )


def test_runs_of_the_same_day_are_no_measure_and_the_longer_one_is_told_of(tables, steady, on):
    twice = [{"day": 37, "km": 12.0, "minute": 400}, {"day": 37, "km": 17.0, "minute": 1100, "id": "evening"}]
    finding = on(check(tables([*steady(5), *twice], days=42)), 37)
    assert (finding["value"], finding["baseline"], finding["run_ids"]) == (17_000.0, 15_000.0, "evening")


def test_one_run_in_two_files_ten_minutes_apart_is_one_session(tables, steady, on):
    whole = on(check(tables([*steady(5), {"day": 37, "km": 20.0}], days=42)), 37)
    halves = [
        {"day": 37, "km": 12.0, "minute": 420, "elapsed_s": 4200.0, "id": "a"},
        {"day": 37, "km": 8.0, "minute": 500, "elapsed_s": 2800.0, "id": "b"},
    ]
    split = on(check(tables([*steady(5), *halves], days=42)), 37)
    names = ["level", "value", "baseline", "n"]
    assert list(split[names]) == list(whole[names])
    assert split["run_ids"] == "a b"


def test_it_needs_four_sessions_and_fourteen_days_and_says_from_when(tables, on, day):
    found = check(tables([{"day": number, "km": 8.0} for number in (0, 2, 4, 6, 13, 14)], days=16))
    assert [on(found, number)["level"] for number in (0, 6, 13, 14)] == ["cannot_tell"] * 3 + ["usual"]
    assert {on(found, number)["judge_from"] for number in (0, 2, 4, 6, 13)} == {day(14)}
    assert "begin on Mon 5 Jan" in on(found, 13)["reason"]


def test_it_counts_on_one_run_a_day_at_best(tables, on, day):
    found = check(tables([{"day": number, "km": 8.0} for number in (0, 20)], days=22))
    assert on(found, 20)["judge_from"] == day(23)
    assert "1 run came before Sun 25 Jan" in on(found, 20)["reason"]
    runs = [{"day": number, "km": 8.0} for number in (0, 20, 21, 22, 23)]
    assert on(check(tables(runs, days=24)), 23)["level"] == "usual"


def test_a_day_without_a_run_says_no_more_than_the_run_before_it(tables, steady, on):
    found = check(tables(steady(4), days=28))
    assert on(found, 2)["level"] == "cannot_tell"
    assert on(found, 18)["level"] == "usual"
    assert np.isnan(on(found, 18)["value"])


def test_a_run_of_unknown_length_is_neither_judged_nor_a_measure(tables, steady, on):
    runs = [*steady(5), {"day": 37, "km": float("nan")}, {"day": 39, "km": 15.0}]
    found = check(tables(runs, days=42))
    assert on(found, 37)["level"] == "cannot_tell"
    assert on(found, 37)["reason"] == "the distance run on Wed 11 Feb is unknown"
    assert on(found, 39)["level"] == "usual"
    unknown = [{"day": number, "km": float("nan")} for number in range(0, 30, 2)]
    assert set(check(tables(unknown, days=30))["level"]) == {"cannot_tell"}


def test_the_longest_session_is_the_baseline_unless_it_stands_out():
    longest_m = np.array([5000.0, 12_000.0, 14_000.0])
    second_m = np.array([np.nan, 10_000.0, 10_000.0])
    assert baseline_m(longest_m, second_m).tolist() == [5000.0, 12_000.0, 13_000.0]
    assert baseline_m(longest_m[2:], second_m[2:], outlier_ratio=1.2).tolist() == [12_000.0]
