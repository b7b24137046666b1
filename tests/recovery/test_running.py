"""What was run in a return against its phase, and what phase 3 allows in numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.recovery.telling import brief, room, running_asked, sentence

START = 41
IN_1, IN_2, IN_3 = 43, 47, 60
TO_2 = ("walking", "standing-curl")
TO_3 = ("exercises", "daily-life")
TO_FULL = ("full-movement", "walking", "jogging", "sprinting", "jumping")


@pytest.fixture(scope="module")
def entries(entry):
    """Phase 2 from day 45, phase 3 from day 50; the first run allowed is that of day 55 or later."""
    return [
        entry(START, side="left", recovery="start"),
        entry(45, painless=TO_2),
        entry(50, painless=TO_3),
    ]


# Three runs with a day between, and 75 % of 39 km in 7 days, once the stages allow all of it.
ENOUGH = ({"day": IN_3, "km": 4.0}, *({"day": on, "km": 10.0} for on in (80, 82, 84)))


def kinds(recovery):
    return [one.kinds for one in recovery.named]


@pytest.mark.parametrize(("number", "phase", "on"), [(IN_1, "1", "Tue 17 Feb"), (IN_2, "2", "Sat 21 Feb")])
def test_any_run_in_the_first_two_phases_is_named(past, entries, number, phase, on, day):
    (one,) = past({"day": number, "km": 1.0}).on(entries, number).named
    assert (one.day, one.kinds, one.phase.id, one.caps) == (day(number), ("early",), phase, None)
    assert sentence(one, "metric") == f"1.0 km on {on} in phase {phase}, which has no running yet."


def test_the_run_that_hurt_is_not_named_nor_one_of_the_day_on_which_running_may_begin(past, entries):
    found = past({"day": START, "km": 15.0}, {"day": 50, "km": 3.0}).on(entries, 52)
    assert found.named == ()


@pytest.mark.parametrize(
    ("run", "named"),
    [
        ({"km": 4.0}, []),
        ({"km": 4.0, "fast_m": 399.0}, []),
        ({"km": 4.0, "fast_m": 400.0}, [("fast",)]),
        ({"km": 4.0, "climb_m": 40.0}, []),
        ({"km": 4.0, "climb_m": 41.0}, [("hilly",)]),
        ({"km": 4.0, "hard_min": 9.9}, []),
        ({"km": 4.0, "hard_min": 10.0}, [("hard",)]),
        ({"km": 4.7}, []),  # half of the middle session is 4.5 km, and nobody hits it to the metre
        ({"km": 4.8}, [("long",)]),
        ({"km": 21.0, "climb_m": 500.0}, [("hilly", "long", "week")]),
    ],
)
def test_what_phase_3_names_on_the_first_run(past, entries, run, named):
    assert kinds(past({"day": IN_3, **run}).on(entries, IN_3)) == named


def test_the_caps_are_the_stages_of_the_old_week(past, entries, day):
    # 18 days off: half of 39 km for 9 days, then three quarters for 9, then all of it.
    found = past({"day": IN_3, "km": 4.0}, {"day": 66, "km": 4.0}, {"day": 67, "km": 4.0})
    before, first, week, second, last = (found.on(entries, on).caps for on in (59, 60, 67, 69, 78))
    assert (before.back_on, before.off_days, before.share, before.week_m) == (None, 17, 0.5, 0.0)
    assert (first.back_on, first.off_days, first.old_week_m) == (day(60), 18, pytest.approx(39_000.0))
    assert (first.week_cap_m, first.run_cap_m, first.left_m) == pytest.approx((19_500.0, 4500.0, 4500.0))
    assert (week.week_m, week.best_week_m, week.unlock_m) == pytest.approx((8000.0, 8000.0, 21_450.0))
    assert (second.share, second.week_cap_m, second.left_m) == pytest.approx((0.75, 29_250.0, 21_250.0))
    assert math.isnan(second.run_cap_m)
    assert (last.share, last.week_cap_m) == pytest.approx((1.0, 39_000.0))


def test_a_short_rest_has_the_stages_of_ten_days(past, entry):
    entries = [
        entry(START, recovery="start"),
        entry(42, painless=TO_2),
        entry(43, painless=TO_3),
    ]
    found = past({"day": 44, "km": 4.0})
    shares = [found.on(entries, on).caps.share for on in (44, 48, 49, 53, 54)]
    assert shares == [0.5, 0.5, 0.75, 0.75, 1.0]


def test_hasty_runs_do_not_shorten_the_days_off(past, entries):
    found = past({"day": IN_1, "km": 3.0}, {"day": IN_2, "km": 3.0}, {"day": IN_3, "km": 4.0})
    assert found.on(entries, IN_3).caps.off_days == 18


def test_fast_and_hilly_running_waits_for_55_percent_of_the_old_week(past, entries):
    # 7 days up to day 76 hold 21.45 km, 55 % of 39; the day itself does not open its own gate.
    slow = [{"day": on, "km": 4.29} for on in (72, 73, 74, 75, 76)]
    hilly = {"km": 4.0, "climb_m": 100.0, "fast_m": 800.0}
    found = past({"day": IN_3, "km": 4.0}, *slow[:-1], {"day": 76, **hilly, "km": 4.29}, {"day": 77, **hilly})
    assert [(one.day.day, one.kinds) for one in found.on(entries, 77).named] == [(22, ("fast", "hilly"))]
    assert found.on(entries, 77).caps.is_unlocked
    assert not found.on(entries, 76).caps.is_unlocked


def test_running_beyond_the_cap_earns_no_fast_running(past, entries):
    """The cap of the first stage is half of the old week: below the 55 %, whatever is run."""
    hasty = past({"day": 63, "km": 15.0}, {"day": 65, "km": 15.0})
    caps = hasty.on(entries, 67).caps
    assert caps.week_m > caps.unlock_m
    assert caps.best_week_m == caps.week_cap_m < caps.unlock_m
    assert not caps.is_unlocked


def test_after_a_step_back_the_first_run_is_a_first_run_again(past, entries, entry):
    again = [*entries, entry(75, pain_during=2), entry(80, painless=TO_3)]
    found = past(*({"day": on, "km": 5.0} for on in (60, 63, 66, 69, 72, 75)), {"day": 90, "km": 6.0})
    caps = found.on(again, 90).caps
    assert (caps.off_days, caps.share, caps.week_m, caps.best_week_m) == (18, 0.5, 6000.0, 0.0)
    assert kinds(found.on(again, 90))[-1] == ("long",)
    # The run that led back belongs to the phase it was begun in.
    assert all(one.place == 2 for one in found.on(again, 76).named)


def test_full_running_has_no_caps(past, entries, entry):
    found = past(*ENOUGH, {"day": 95, "km": 20.0, "climb_m": 600.0})
    recovery = found.on([*entries, entry(94, painless=TO_FULL)], 95)
    assert (recovery.caps, recovery.named) == (None, ())


def phase(found, entries, entry, number):
    """The phase on a day whose entry tells that everything goes without pain."""
    return found.on([*entries, entry(number, painless=TO_FULL)], number).state.phase.id


@pytest.mark.parametrize(
    ("runs", "opens"),
    [
        ([], False),
        ([(84, 30.0)], False),  # two runs, that of day 60 counted
        ([(83, 15.0), (84, 15.0)], False),  # three, but no day between
        ([(80, 9.7), (82, 9.7), (84, 9.7)], False),  # 29.1 km; 75 % of 39 is 29.25
        ([(80, 9.8), (82, 9.8), (84, 9.8)], True),
        ([(80, 4.0), (82, 25.3), (84, 4.0)], True),
        ([(70, 10.0), (80, 10.0), (84, 10.0)], False),  # not within 7 days
    ],
)
def test_full_running_is_answered_once_enough_was_run_for_it(past, entries, entry, runs, opens):
    # The first run is of day 60: from day 78 on the stages allow all of the old week.
    found = past(*({"day": on, "km": km} for on, km in [(IN_3, 0.0)][: bool(runs)] + runs))
    assert phase(found, entries, entry, 85) == ("full" if opens else "3")


def test_full_running_is_not_answered_on_the_day_after_phase_3_begins(past, entries, entry):
    told = [*entries, entry(51, painless=TO_FULL)]
    found = past(*ENOUGH)
    assert found.on(told, 60).state.phase.id == "3"
    # What was told too early is told again.
    assert found.on(told, 85).state.phase.id == "3"
    assert found.on(told, 85).state.answered == {}
    assert phase(found, told, entry, 85) == "full"


def test_what_runs_beyond_the_cap_earns_no_full_running(past, entries, entry):
    hasty = past(*({"day": on, "km": 15.0} for on in (60, 62, 64)))
    assert phase(hasty, entries, entry, 65) == "3"
    assert hasty.on(entries, 65).state.done.week_m == pytest.approx(19_500.0)


def test_where_no_distance_can_be_asked_the_runs_are(past, entries, entry, day):
    """Unknown before it, or run without a record since: three runs with a day between, and it is said."""
    few = [{"day": on, "km": 1.0} for on in (60, 62, 64)]
    short = past(*few, weeks=2)
    unrecorded = past(*few[:2])
    marked = unrecorded.days["local_date"] == day(64)
    unrecorded.days.loc[marked, ["is_rest_day", "distance_unknown_count"]] = [False, 1]
    for found in (short, unrecorded):
        assert phase(found, entries, entry, 63) == "3"
        assert phase(found, entries, entry, 65) == "full"
    said = running_asked(short.on(entries, 63).state.done, "metric")
    assert "3 runs with a day between (2 so far); how far cannot be asked, as fewer than 28 days" in said
    assert running_asked(short.on(entries, 65).state.done, "metric") == ""


def test_after_a_step_back_full_running_asks_for_new_runs(past, entries, entry):
    back = [*entries, entry(85, painless=TO_FULL), entry(90, pain_during=1)]
    found = past(*ENOUGH)
    assert [found.on(back, number).state.phase.id for number in (85, 90)] == ["full", "3"]
    assert phase(found, back, entry, 91) == "3"


def test_runs_while_the_diary_is_red_are_named_wherever_it_is(past, entries, entry):
    told = [
        *entries,
        entry(60, site="lower-back", pain_during=6),
        entry(60, site="buttock", feel="sharp"),
        entry(66, site="buttock", closed=True),
        entry(68, site="lower-back", closed=True),
    ]
    found = past(*({"day": on, "km": 4.0} for on in (60, 62, 67, 70)))
    # Whether the run of day 60 came before the pain nobody knows.
    named = found.on(told, 70).named
    assert [(one.kinds, len(one.red)) for one in named] == [(("red",), 2), (("red",), 1)]
    assert sentence(named[1], "metric") == (
        "4.0 km on Fri 13 Mar in phase 3, while the diary was red (lower back): nothing is run then."
    )
    status = brief(found.on(told, 62), "metric")
    assert (
        "Red in the diary (lower back and buttock): it rests. Run all the same: 4.0 km on Sun 8 Mar" in status
    )


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        ({"weeks": 2}, "fewer than 28 days are known from before it"),
        ({"weeks": 0}, "no run is known from before it"),
    ],
)
def test_without_enough_before_it_no_cap_is_told_and_haste_is_named(past, entries, make, reason):
    found = past({"day": IN_3, "km": 30.0, "climb_m": 900.0}, **make).on(entries, IN_3)
    assert found.caps.reason == reason
    assert kinds(found) == [("hilly",)]
    assert room(found.caps, "metric").startswith(f"How far cannot be told: {reason}.")
    assert "nan" not in (text := sentence(found.named[0], "metric"))
    assert "–" not in text


def test_an_unknown_distance_before_it_is_no_measure(past, entries):
    found = past({"day": IN_3, "km": 4.0})
    found.days.loc[30, "distance_unknown_count"] = 1
    assert found.on(entries, IN_3).caps.reason == "the distance of a run in the 4 weeks before it is unknown"


def test_running_of_unknown_distance_since_then_is_told_beside_what_is_known(past, entries, day):
    found = past({"day": 55, "km": 4.0})
    found.days.loc[found.days["local_date"] == day(57), "distance_unknown_count"] = 1
    for number, is_known in ((56, True), (57, False), (63, False), (64, True)):
        caps = found.on(entries, number).caps
        assert caps.is_week_known == is_known
        assert np.isnan(caps.left_m) == (not is_known)
        assert ("beside running of unknown distance" in room(caps, "metric")) == (not is_known)


def test_it_is_told_in_both_systems_of_units(past, entries):
    found = past({"day": IN_3, "km": 12.0, "climb_m": 400.0, "fast_m": 900.0}).on(entries, IN_3)
    assert sentence(found.named[0], "metric") == (
        "12.0 km on Fri 6 Mar in phase 3: fast (900 m of it), hilly (400 m of climb) and longer than the "
        "4.5 km of a first run; such runs wait until 7 days hold 21.5 km."
    )
    assert "7.5 mi on Fri 6 Mar" in brief(found, "imperial")
    assert "1,310 ft of climb" in brief(found, "imperial")


RUNS = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.integers(42, 110),
            "km": st.floats(0.5, 20.0),
            "climb_m": st.sampled_from([0.0, 300.0]),
            "fast_m": st.sampled_from([0.0, 900.0]),
        }
    ),
    max_size=25,
)
TOLD = st.lists(
    st.tuples(
        st.integers(42, 110),
        st.sampled_from(
            [
                *({"painless": words} for words in (TO_2, TO_3, TO_FULL)),
                {"pain_during": 1},
                {"pain_next_morning": 1},
                {"recovery": "stop"},
            ]
        ),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(RUNS, TOLD, st.integers(42, 112))
def test_a_day_rests_on_what_was_there_then(past, entry, runs, told, number):
    found = past(*sorted(runs, key=lambda run: run["day"]))
    entries = [
        entry(START, recovery="start"),
        entry(45, painless=TO_2),
        entry(50, painless=TO_3),
        *(entry(on, **words) for on, words in told),
    ]
    then = found.until(number).on(
        [one for one in entries if one.date <= found.days["local_date"][number]], number
    )
    assert repr(found.on(entries, number)) == repr(then)  # as text, since NaN is not NaN
    later = found.on(entries, number + 7)
    if then and later:
        named = [repr(one) for one in later.named if one.day <= then.state.day]
        assert named == [repr(one) for one in then.named]
