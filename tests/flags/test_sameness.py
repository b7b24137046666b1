"""F14: flat ground and even days, for information."""

from __future__ import annotations

import pytest

from loadwatch.flags import sameness
from loadwatch.flags.sameness import check

RULE = sameness.RULE
NAN = float("nan")


def told(found, kind):
    return found[found["is_information"] & (found["kind"] == kind)]


@pytest.fixture(scope="module")
def flattening(tables, steady):
    """Findings of ten hilly weeks and six after them that climb so many metres a run."""

    def findings(climb_m, **more):
        flat = steady(6, start=10, climb_m=climb_m, **more)
        return check(tables([*steady(10, climb_m=100.0), *flat], days=112))

    return findings


@pytest.mark.parametrize(("climb_m", "count"), [(29.0, 1), (80.0, 0), (NAN, 0)])
def test_ground_that_has_become_flat_is_told_once(flattening, climb_m, count):
    # The shortest run is 6 km: flat below 30 m; 80 m are too much for all of them.
    assert len(told(flattening(climb_m), "ground")) == count


def test_it_is_told_when_95_percent_of_28_days_are_flat(flattening, day):
    finding = told(flattening(0.0), "ground").iloc[0]
    assert finding["local_date"] == day(97)  # the last hilly run was on day 69
    assert (finding["value"], finding["baseline"], finding["level"]) == (100.0, 0.0, "usual")
    assert set(finding["run_ids"].split()) == {f"run{number}" for number in range(40, 56)}


def test_a_treadmill_is_flat(flattening):
    assert len(told(flattening(NAN, treadmill=True), "ground")) == 1


def test_ground_is_not_told_where_too_little_of_it_is_known(tables, steady, on):
    # One run of four with altitude, all of it flat.
    flat = [run | {"climb_m": 0.0 if run["day"] % 7 == 6 else NAN} for run in steady(6, start=10)]
    found = check(tables([*steady(10, climb_m=100.0), *flat], days=112))
    assert len(told(found, "ground")) == 0
    assert on(found, 111)["reason"] == "too many runs of the last 28 days lack altitude"


def test_who_always_runs_on_the_flat_is_told_once(tables, steady, day):
    found = told(check(tables(steady(40, climb_m=0.0), days=280)), "ground")
    assert found["local_date"].tolist() == [day(56)]
    assert found["baseline"].tolist() == [100.0]


@pytest.mark.parametrize(("km", "count"), [((8.0,) * 7, 1), ((20.0, 2.0) * 3 + (20.0,), 0)])
def test_a_week_more_even_than_the_own_ones_is_told(tables, steady, km, count):
    week = [{"day": 70 + number, "km": one} for number, one in enumerate(km)]
    assert (len(told(check(tables([*steady(10), *week], days=77)), "days")) > 0) == bool(count)


def test_even_days_that_are_usual_are_not_told(tables):
    runs = [{"day": number, "km": 10.0 + (number % 3)} for number in range(140)]
    found = check(tables(runs, days=140))
    assert found["value"].iloc[-1] > 2.0
    assert len(told(found, "days")) == 0


def test_it_says_what_is_missing_and_from_when_it_can_tell(tables, steady, on, day):
    found = check(tables(steady(9), days=100))
    assert (on(found, 55)["level"], on(found, 56)["level"]) == ("cannot_tell", "usual")
    assert on(found, 55)["judge_from"] == day(56)
    assert on(found, 95)["reason"] == "nothing was run in the last 28 days"
    blind = check(tables(steady(9, climb_m=NAN), days=63))
    assert on(blind, 62)["reason"] == "too many runs of the last 28 days lack altitude"


def test_the_sentences(flattening, tables, steady):
    assert RULE.sentence(told(flattening(0.0), "ground").iloc[0], "metric") == (
        "100 % of the running in the 28 days to Sun 12 Apr was flat or on a treadmill; in the 9 weeks "
        "before it was 0 %."
    )
    week = [{"day": 70 + number, "km": 8.0} for number in range(7)]
    finding = told(check(tables([*steady(10), *week], days=77)), "days").iloc[-1]
    assert RULE.sentence(finding, "imperial").startswith(
        "The 7 days to Sun 22 Mar were much alike: monotony (mean of the daily load over its spread) 10.0"
    )


def test_it_only_informs():
    assert RULE.levels == ()
