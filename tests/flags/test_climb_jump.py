"""F5: the climb of 7 days over four weeks', or of a session over 42 days'."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.flags import climb_jump
from loadwatch.flags.climb_jump import check

RULE = climb_jump.RULE
NAN = float("nan")


@pytest.fixture(scope="module")
def after(tables, steady, on):
    """The finding on the Sunday after eight weeks of 200 m, in a week of these climbs."""

    def finding(*climbs_m, base_m=50.0, **more):
        runs = steady(8, climb_m=base_m)
        runs += [
            {"day": 56 + 2 * i, "km": 9.0, "climb_m": climb_m, **more} for i, climb_m in enumerate(climbs_m)
        ]
        return on(check(tables(runs, days=63)), 62)

    return finding


@pytest.mark.parametrize(
    ("climb_m", "level"),
    [(50.0, "usual"), (75.0, "usual"), (87.0, "usual"), (88.0, "note"), (500.0, "note")],
)
def test_a_week_is_noted_beyond_half_as_much_again_and_150_metres(after, climb_m, level):
    assert after(*[climb_m] * 4)["level"] == level


def test_where_climbs_are_large_a_half_more_counts(after):
    assert after(299.0, 299.0, 299.0, 299.0, base_m=200.0)["level"] == "usual"
    assert after(301.0, 301.0, 301.0, 301.0, base_m=200.0)["level"] == "note"


def test_a_session_is_noted_beyond_twice_the_best_of_42_days_and_250_metres(tables, steady, on):
    runs = steady(7, climb_m=140.0)  # 560 m a week: one session of 400 m makes no jump of the week
    for climb_m, level in ((389.0, "usual"), (391.0, "note")):
        week = [{"day": 55, "km": 9.0, "climb_m": climb_m}]
        finding = on(check(tables([*runs, *week], days=56)), 55)
        assert (finding["level"], bool(finding["is_session"])) == (level, level == "note")
    assert (finding["value"], finding["baseline"]) == (391.0, 140.0)
    assert "391 m climbed in one session" in RULE.sentence(finding, "metric")
    ran = check(tables([*runs, *week], days=56), session_window_days=21)
    assert "the most of the 21 days before was 140 m" in RULE.sentence(on(ran, 55), "metric")
    assert "1,280 ft climbed in one session" in RULE.sentence(finding, "imperial")


def test_of_two_steep_sessions_on_one_day_the_steeper_one_is_told_of(tables, steady, on):
    first = {"day": 55, "km": 9.0, "climb_m": 400.0, "minute": 400, "id": "first"}
    second = first | {"climb_m": 410.0, "minute": 900, "id": "second"}
    # The days before hardly climb, or the week would be noted and its sessions passed over.
    week = [run | {"climb_m": 1.0} for run in steady(1, start=7) if run["day"] < 55]
    runs = [*steady(7, climb_m=150.0), *week]
    found = check(tables([*runs, first, second], days=56))
    assert (on(found, 55)["value"], on(found, 55)["run_ids"]) == (410.0, "second")


def test_hill_repetitions_among_it_are_counted(after, tables, steady, on):
    week = after(*[150.0] * 4, repetitions=4)
    assert "climbed in the 7 days to Sun 8 Mar, 16 hill repetitions among it, against" in RULE.sentence(
        week, "metric"
    )
    runs = [*steady(7, climb_m=140.0), {"day": 55, "km": 9.0, "climb_m": 391.0, "repetitions": 1}]
    session = on(check(tables(runs, days=56)), 55)
    assert "1 hill repetition among it: the most" in RULE.sentence(session, "metric")
    assert "repetition" not in RULE.sentence(after(*[150.0] * 4), "metric")


def test_twice_the_best_is_needed_where_250_metres_are_not_much(tables, steady, on):
    runs = steady(8, climb_m=400.0)
    finding = on(check(tables([*runs, {"day": 56, "km": 20.0, "climb_m": 790.0}], days=57)), 56)
    assert finding["level"] == "usual"


def test_it_never_gives_more_than_a_note(after):
    assert after(3000.0, 3000.0)["level"] == "note"
    assert RULE.levels == ("note",)


def test_without_altitude_it_cannot_tell(tables, steady, on):
    found = check(tables(steady(8, climb_m=NAN), days=56))
    assert set(found["level"]) == {"cannot_tell"}
    assert "without altitude" in found["reason"].iloc[-1]


def test_a_fifth_of_the_distance_may_lack_altitude(tables, steady):
    runs = steady(10)
    for run in runs:
        run["climb_m"] = NAN if run["day"] % 7 == 5 else 100.0  # 6 of 39 km
    assert set(check(tables(runs, days=70))["level"].iloc[35:]) == {"usual"}
    for run in runs:
        run["climb_m"] = NAN if run["day"] % 7 == 3 else 100.0  # 10 of 39 km
    assert set(check(tables(runs, days=70))["level"]) == {"cannot_tell"}


def test_a_treadmill_lacks_no_altitude(tables, steady):
    runs = steady(10)
    for run in runs:
        if run["day"] % 7 == 3:
            run |= {"climb_m": NAN, "treadmill": True}
    assert set(check(tables(runs, days=70))["level"].iloc[35:]) == {"usual"}


def test_unknown_distances_are_never_as_usual(tables, steady):
    made = tables(steady(8), days=56)
    made.days[["distance_m", "elevation_gain_m"]] = np.nan
    made.days["altitude_known_m"] = 0.0
    assert set(check(made)["level"]) == {"cannot_tell"}


def test_it_judges_from_the_last_day_of_the_fifth_week(tables, steady, on, day):
    found = check(tables(steady(6), days=42))
    assert (on(found, 34)["level"], on(found, 35)["level"]) == ("cannot_tell", "usual")
    assert on(found, 34)["judge_from"] == day(35)


def test_nothing_run_for_five_weeks_cannot_be_judged(tables, steady, on):
    finding = on(check(tables(steady(8), days=100)), 95)
    assert (finding["level"], finding["reason"]) == ("cannot_tell", "nothing was run in the last 5 weeks")


def test_a_noted_week_rests_on_four_weeks_and_the_runs_of_seven_days(after):
    finding = after(*[150.0] * 4)
    assert (finding["value"], finding["baseline"], finding["n"]) == (600.0, 200.0, 4)
    assert finding["run_ids"] == "run32 run33 run34 run35"
    assert not finding["is_session"]


def test_the_limits_of_a_climb_by_hand(after):
    """Exactly 150 m more are enough, exactly half as much again is not."""
    assert after(87.5, 87.5, 87.5, 87.5)["level"] == "note"
    assert after(300.0, 300.0, 300.0, 300.0, base_m=200.0)["level"] == "usual"


@pytest.mark.parametrize(("number", "level", "count"), [(13, "usual", 0), (12, "note", 21)])
def test_a_session_is_held_against_the_42_days_before(tables, steady, on, number, level, count):
    """A climb of 200 m as many days before day 55 leaves 391 m usual, as less than twice as much."""
    runs = [run for run in steady(7, climb_m=140.0) if run["day"] != number]
    runs += [
        {"day": number, "km": 5.0, "climb_m": 200.0},
        {"day": 55, "km": 9.0, "climb_m": 391.0, "id": "up"},
    ]
    finding = on(check(tables(runs, days=56)), 55)
    assert finding["level"] == level
    if count:
        assert (finding["n"], finding["run_ids"], finding["baseline"]) == (count, "up", 140.0)


def test_of_two_thousand_metres_a_session_of_exactly_twice_as_much_is_usual(tables, steady, on):
    """The week before climbed little, so that the week as a whole is no jump."""
    runs = [*steady(7, climb_m=300.0), {"day": 55, "km": 9.0, "climb_m": 600.0}]
    assert on(check(tables(runs, days=56)), 55)["level"] == "usual"
    runs[-1]["climb_m"] = 601.0
    assert on(check(tables(runs, days=56)), 55)["level"] == "note"
    assert on(check(tables(runs, days=56), session_more_m=302.0), 55)["level"] == "usual"
    assert on(check(tables(runs, days=56), session_ratio=2.1), 55)["level"] == "usual"


def test_a_session_that_goes_on_after_midnight_is_judged_but_no_measure(tables, steady, on):
    late = {"day": 40, "km": 9.0, "climb_m": 200.0, "minute": 1410}
    after_midnight = {"day": 41, "km": 3.0, "climb_m": 1.0, "minute": 30}
    runs = [*steady(7, climb_m=140.0), late, after_midnight, {"day": 55, "km": 9.0, "climb_m": 391.0}]
    finding = on(check(tables(runs, days=56)), 55)
    # The whole session climbed 201 m, and counts on its last day.
    assert (finding["level"], finding["value"]) == ("usual", 391.0)
