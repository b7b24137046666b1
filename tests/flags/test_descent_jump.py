"""F6: a session's descent over the largest of 42 days, hikes and walks included."""

from __future__ import annotations

import pytest

from loadwatch.flags import descent_jump
from loadwatch.flags.descent_jump import check

RULE = descent_jump.RULE
NAN = float("nan")


@pytest.fixture(scope="module")
def after(tables, steady, on):
    """The finding on day 57, after eight weeks of sessions that descend so much."""

    def finding(*, habit_m=150.0, others=(), **run):
        runs = [*steady(8, descent_m=habit_m), {"day": 57, "km": 12.0, **run}]
        return on(check(tables(runs, days=60, others=others)), 57)

    return finding


@pytest.mark.parametrize(
    ("descent_m", "level"),
    [(249.0, "usual"), (250.0, "note"), (449.0, "note"), (450.0, "watch"), (3000.0, "watch")],
)
def test_where_little_is_usual_the_metres_count(after, descent_m, level):
    assert after(descent_m=descent_m)["level"] == level


@pytest.mark.parametrize(
    ("descent_m", "level"), [(1200.0, "usual"), (1201.0, "note"), (1500.0, "note"), (1501.0, "watch")]
)
def test_where_much_is_usual_the_ratio_counts(after, descent_m, level):
    assert after(descent_m=descent_m, habit_m=1000.0)["level"] == level


@pytest.mark.parametrize("sport", ["hiking", "walking"])
def test_a_hike_or_walk_of_the_42_days_before_is_part_of_the_habit(after, sport):
    hike = {"day": 15, "km": 14.0, "descent_m": 800.0, "sport": sport}
    finding = after(descent_m=900.0, others=[hike])
    assert (finding["level"], finding["baseline"]) == ("usual", 800.0)
    for other in (hike | {"day": 14}, hike | {"day": 57}, hike | {"sport": "cycling"}):
        assert after(descent_m=900.0, others=[other])["level"] == "watch"


def test_a_hike_itself_is_not_judged(tables, steady):
    hike = {"day": 60, "km": 14.0, "descent_m": 2000.0, "sport": "hiking"}
    found = check(tables(steady(10, descent_m=100.0), days=70, others=[hike]))
    assert set(found["level"].iloc[42:]) == {"usual"}


def test_the_session_that_descends_most_speaks_for_its_day(tables, steady, on):
    day = [
        {"day": 57, "km": 9.0, "descent_m": 500.0, "minute": 400, "id": "down"},
        {"day": 57, "km": 9.0, "descent_m": 50.0, "minute": 900, "id": "flat"},
    ]
    finding = on(check(tables([*steady(8, descent_m=100.0), *day], days=60)), 57)
    assert (finding["level"], finding["value"], finding["run_ids"]) == ("watch", 500.0, "down")


def test_a_day_without_a_run_is_as_usual(tables, steady, on):
    found = check(tables([*steady(8, descent_m=100.0), {"day": 57, "km": 9.0, "descent_m": 900.0}], days=60))
    assert [on(found, number)["level"] for number in (56, 57, 58)] == ["usual", "watch", "usual"]


def test_a_run_without_altitude_leaves_its_day_untold_unless_another_says_enough(tables, steady, on):
    blind = {"day": 57, "km": 5.0, "descent_m": NAN, "climb_m": NAN, "minute": 900}
    other = {"day": 57, "km": 5.0, "descent_m": 100.0}
    runs = steady(8, descent_m=100.0)
    for day, level in (([blind], "cannot_tell"), ([blind, other], "cannot_tell")):
        finding = on(check(tables([*runs, *day], days=60)), 57)
        assert (finding["level"], finding["reason"]) == (level, "a run of that day comes without altitude")
    assert on(check(tables([*runs, blind, other | {"descent_m": 500.0}], days=60)), 57)["level"] == "watch"
    on_treadmill = blind | {"treadmill": True}
    assert on(check(tables([*runs, on_treadmill], days=60)), 57)["level"] == "usual"


def test_it_needs_altitude_on_most_of_the_distance(tables, steady, on):
    runs = steady(8, descent_m=100.0)
    for run in runs:
        if run["day"] % 7 in (3, 5):  # 16 of 39 km
            run |= {"climb_m": NAN, "descent_m": NAN}
    finding = on(check(tables(runs, days=56)), 55)
    assert (finding["level"], finding["reason"]) == (
        "cannot_tell",
        "too many runs of the last 42 days lack altitude",
    )


def test_it_judges_from_the_last_day_of_the_sixth_week(tables, steady, on, day):
    found = check(tables(steady(7), days=49))
    assert (on(found, 41)["level"], on(found, 42)["level"]) == ("cannot_tell", "usual")
    assert on(found, 41)["judge_from"] == day(42)


def test_after_42_days_without_running_or_walking_there_is_nothing_to_compare_with(tables, steady, on):
    runs = [*steady(8), {"day": 98, "km": 8.0, "descent_m": 900.0}]
    hike = {"day": 70, "km": 5.0, "descent_m": 90.0, "sport": "hiking"}
    finding = on(check(tables(runs, days=99)), 98)
    assert (finding["level"], finding["reason"]) == (
        "cannot_tell",
        "nothing with altitude was run or walked in the 42 days before",
    )
    assert on(check(tables(runs, days=99, others=[hike])), 98)["level"] == "watch"


def test_the_sentence_tells_the_habit_and_how_much_was_steep(after):
    finding = after(descent_m=600.0, steep_descent_m=330.0)
    text = RULE.sentence(finding, "metric")
    assert text == (
        "600 m of descent in one session on Tue 3 Mar, 55 % of it on slopes of 8 % and more: "
        "the most of the 42 days before, hikes and walks included, was 150 m."
    )
    assert RULE.sentence(finding, "imperial").startswith("1,970 ft of descent")
    assert "slopes" not in RULE.sentence(after(descent_m=600.0, steep_descent_m=100.0), "metric")


def test_it_says_that_the_laboratory_contradicts_the_article():
    assert "contradicts" in RULE.limits
    assert any(said.startswith("003:") and "opposite" in said for said in RULE.articles)


def test_a_finding_rests_on_the_days_before_with_a_descent(after):
    """Of the 42 days before day 57, 15 to 56, four a week had a run: 24 of the six weeks."""
    finding = after(descent_m=600.0, id="down", steep_descent_m=120.0)
    assert (finding["value"], finding["baseline"], finding["n"]) == (600.0, 150.0, 24)
    assert (finding["run_ids"], finding["steep_pct"], finding["habit_days"]) == ("down", 20.0, 42)
    assert "20 % of it on slopes" in RULE.sentence(finding, "metric")


def test_a_hike_makes_a_day_of_the_habit_beside_a_run(after):
    hike = {"day": 20, "km": 14.0, "descent_m": 100.0, "sport": "hiking"}
    finding = after(descent_m=600.0, others=[hike])
    assert (finding["baseline"], finding["n"]) == (150.0, 24)  # day 20 is a Sunday with a run
    assert after(descent_m=600.0, others=[hike | {"day": 21}])["n"] == 25
    assert after(descent_m=600.0, others=[hike | {"day": 21, "descent_m": 0.0}])["n"] == 24


def test_a_run_of_unknown_distance_leaves_its_day_untold(tables, steady, on):
    runs = [*steady(8, descent_m=100.0), {"day": 57, "km": NAN, "climb_m": NAN, "descent_m": NAN}]
    assert on(check(tables(runs, days=60)), 57)["reason"] == "a run of that day comes without altitude"


def test_a_session_is_no_measure_before_it_is_over(tables, steady, on):
    """From 23:30 until after midnight 500 m down: judged on both days, a measure on neither of them."""
    runs = [
        *steady(8, descent_m=100.0),
        {"day": 57, "km": 4.0, "descent_m": 400.0, "minute": 1410},
        {"day": 58, "km": 2.0, "descent_m": 100.0, "minute": 1450 - 1440},
        {"day": 59, "km": 4.0, "descent_m": 450.0},
    ]
    found = check(tables(runs, days=60))
    assert [on(found, number)["value"] for number in (57, 58, 59)] == [400.0, 500.0, 450.0]
    assert [on(found, number)["baseline"] for number in (57, 58, 59)] == [100.0, 100.0, 500.0]
