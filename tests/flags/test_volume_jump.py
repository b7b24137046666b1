"""F2: the last 7 days over the four 7-day blocks before."""

from __future__ import annotations

import pytest

from loadwatch.flags import volume_jump
from loadwatch.flags.volume_jump import check

RULE = volume_jump.RULE
WEEK_KM = 39.0


@pytest.fixture(scope="module")
def week_after(tables, steady, on):
    """The finding on the Sunday of a week of so many km, after so many weeks of 39 km."""

    def finding(km, weeks=13, **thresholds):
        runs = [*steady(weeks), *({"day": 7 * weeks + number, "km": km / 4} for number in (0, 2, 4, 6))]
        return on(check(tables(runs, days=7 * weeks + 7), **thresholds), 7 * weeks + 6)

    return finding


@pytest.mark.parametrize(
    ("km", "level"), [(39.0, "usual"), (50.6, "usual"), (50.8, "watch"), (80.0, "watch")]
)
def test_a_jump_begins_beyond_three_tenths(week_after, km, level):
    assert week_after(km)["level"] == level


@pytest.mark.parametrize(("km", "level"), [(19.9, "usual"), (20.1, "watch")])
def test_a_small_week_must_also_grow_by_eight_kilometres(tables, on, km, level):
    runs = [{"day": number, "km": 2.0} for number in range(91) if number % 7 != 6]
    extra = {"day": 97, "km": km}
    finding = on(check(tables([*runs, extra], days=98)), 97)
    assert (finding["baseline"], finding["level"]) == (12_000.0, level)


def test_a_jump_is_watched_only_beyond_the_highest_seven_days_of_the_twelve_weeks_before(tables, steady, on):
    before = [run for run in steady(14) if run["day"] // 7 != 3]
    high = [{"day": 21 + number, "km": 15.0} for number in (1, 3, 5, 6)]  # 60 km, ten weeks ago
    week = [{"day": 98 + number, "km": km} for number, km in ((0, 14.0), (2, 14.0), (4, 14.0), (6, 22.0))]
    finding = on(check(tables([*before, *high, *week], days=105)), 104)
    assert (finding["value"], finding["level"]) == (64_000.0, "note")  # above 60, not above 66
    week[-1] = {"day": 104, "km": 25.0}
    assert on(check(tables([*before, *high, *week], days=105)), 104)["level"] == "watch"


def test_the_twelve_weeks_end_where_they_end(week_after, tables, steady, on):
    week = [{"day": 98 + number, "km": 16.0} for number in (0, 2, 4, 6)]
    steady_runs = [run for run in steady(14) if run["day"] // 7 not in (1, 2)]
    for block, level in ((1, "watch"), (2, "note")):  # days 14 to 20 are the first of the 84 before day 98
        high = [{"day": 7 * block + number, "km": 15.0} for number in (0, 2, 4, 6)]
        assert on(check(tables([*steady_runs, *high, *week], days=105)), 104)["level"] == level


def test_the_base_is_the_larger_of_mean_and_median(tables, steady, on):
    runs = [*steady(9), *steady(1, start=10)]  # an empty week before the last
    finding = on(check(tables([{"day": 65, "km": 1.0}, *runs], days=77)), 76)
    assert finding["baseline"] == 39_000.0
    long_block = [*steady(9), *({"day": 63 + number, "km": 12.0} for number in range(7))]
    finding = on(check(tables([*long_block, *steady(1, start=10)], days=77)), 76)
    assert finding["baseline"] == pytest.approx(1000 * (3 * 39 + 84) / 4)


def test_a_normal_week_after_a_rest_week_is_as_usual(tables, steady):
    rest = [{"day": 63 + number, "km": 4.0} for number in (1, 4)]
    found = check(tables([*steady(9), *rest, *steady(4, start=10)], days=98))
    assert set(found["level"].iloc[34:]) == {"usual"}


def test_below_ten_kilometres_a_week_a_ratio_says_nothing(tables, on):
    runs = [{"day": 7 * week + number, "km": 4.9} for week in range(5) for number in (1, 4)]
    finding = on(check(tables([*runs, {"day": 41, "km": 30.0}], days=42)), 41)
    assert finding["level"] == "cannot_tell"
    assert "less than 10 km" in finding["reason"]


def test_it_judges_from_the_last_day_of_the_fifth_week(tables, steady, on, day):
    found = check(tables(steady(6), days=42))
    first = 1  # the first run is on Tuesday, day 1
    assert on(found, first + 33)["level"] == "cannot_tell"
    assert on(found, first + 34)["level"] == "usual"
    assert set(found["judge_from"].iloc[:34]) == {day(first + 34)}
    assert found["reason"].iloc[0] == "it needs 5 full weeks to compare with"


def test_an_unknown_distance_is_never_as_usual(tables, steady, on):
    made = tables(steady(8), days=56)
    made.days.loc[45, "distance_unknown_count"] = 1
    found = check(made)
    assert on(found, 45)["level"] == "usual"
    assert set(found["level"].iloc[45:]) == {"cannot_tell"}
    assert "unknown" in found["reason"].iloc[-1]


def test_it_never_acts_however_large_the_jump(week_after):
    assert week_after(400.0)["level"] == "watch"


def test_its_thresholds_can_be_moved(week_after):
    assert week_after(48.0)["level"] == "usual"
    assert week_after(48.0, note_ratio=1.2)["level"] == "watch"
    assert week_after(60.0, watch_ratio=2.0)["level"] == "note"
    assert week_after(60.0, note_more_m=30_000.0)["level"] == "usual"
    assert week_after(60.0, watch_window_days=1)["level"] == "watch"


def test_the_sentence_tells_both_numbers(week_after):
    text = RULE.sentence(week_after(58.5), "metric")
    assert "58.5 km in the 7 days" in text
    assert "50 % more than in the weeks before (39.0 km a week)" in text
    assert "36.4 mi in the 7 days" in RULE.sentence(week_after(58.5), "imperial")
    assert "(24.2 mi a week)" in RULE.sentence(week_after(58.5), "imperial")


def test_one_week_is_one_week(tables, steady, on):
    found = check(tables(steady(2), days=14), fewest_weeks_count=1)
    assert on(found, 3)["reason"] == "it needs 1 full week to compare with"


def test_a_finding_rests_on_four_weeks_and_the_runs_of_seven_days(week_after):
    finding = week_after(58.5)
    assert (finding["value"], finding["baseline"], finding["n"]) == (58_500.0, 39_000.0, 4)
    assert finding["run_ids"] == "run52 run53 run54 run55"


def test_the_limits_of_a_jump_by_hand(tables, week_after, on):
    """Exactly half as much again is not beyond it; exactly 8 km more are enough; so are 10 km a week."""
    assert week_after(58.5, note_ratio=1.5)["level"] == "usual"
    weeks = [{"day": number, "km": 2.0} for number in range(91) if number % 7 != 6]
    assert on(check(tables([*weeks, {"day": 97, "km": 20.0}], days=98)), 97)["level"] == "watch"
    few = [{"day": 7 * week + number, "km": 5.0} for week in range(5) for number in (1, 4)]
    assert on(check(tables([*few, {"day": 41, "km": 30.0}], days=42)), 41)["level"] == "watch"


@pytest.mark.parametrize(("weeks", "before"), [(13, 12), (12, 11), (5, 4)])
def test_it_says_how_many_weeks_held_less(week_after, weeks, before):
    """The first day of a history is that of its first run, a Tuesday: the first week lacks its Monday."""
    text = RULE.sentence(week_after(80.0, weeks=weeks), "metric")
    assert text.endswith(f"and more than in any of the {before} weeks before.")
    noted = RULE.sentence(week_after(80.0, weeks=weeks, watch_ratio=3.0), "metric")
    assert noted.endswith("(39.0 km a week).")
