"""Phases and gates from the diary's entries: forward by what goes without pain, back by pain."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadwatch.diary import Entry
from loadwatch.diary.entries import PAINLESS
from loadwatch.recovery import PHASES, SIT_BONE_SITES, state_on
from loadwatch.recovery.state import none_done
from loadwatch.recovery.telling import beside, exercises

START = 41
TO_2 = ("walking", "standing-curl")
TO_3 = ("exercises", "daily-life")
TO_FULL = ("full-movement", "walking", "jogging", "sprinting", "jumping")


@pytest.fixture
def start(entry):
    return entry(START, side="left", recovery="start")


@pytest.fixture
def through(entry, start):
    """Entries that open one phase after another: 2 on day 45, 3 on day 50, full running on day 80."""
    return [start, entry(45, painless=TO_2), entry(50, painless=TO_3), entry(80, painless=TO_FULL)]


def test_every_gate_can_be_told_in_the_diary_and_every_word_is_a_gate():
    assert {gate.word for phase in PHASES for gate in phase.gates} == set(PAINLESS)


def test_phases_follow_one_another_as_gates_open(through, day):
    phases = [state_on(through, day(number)) for number in (40, 41, 44, 45, 49, 50, 79, 80, 93, 94)]
    assert [state and state.phase.id for state in phases] == [
        *(None, "1", "1", "2", "2", "3", "3", "full", "full", None)
    ]
    state = state_on(through, day(52))
    assert (state.started, state.since, state.day_count) == (day(41), day(50), 3)
    assert (state.site, state.side) == ("mid-thigh", "left")


def test_a_gate_stays_answered_until_all_are(entry, start, day):
    entries = [start, entry(43, painless=("walking",)), entry(46, painless=("standing-curl",))]
    state = state_on(entries, day(45))
    assert dict(state.answered) == {"walking": day(43)}
    assert [gate.word for gate in state.open_gates] == ["standing-curl"]
    assert state_on(entries, day(46)).phase.id == "2"


def test_answers_of_the_day_on_which_a_phase_begins_do_not_count(entry, start, day):
    assert state_on([start, entry(START, painless=TO_2)], day(42)).phase.id == "1"
    both = [start, entry(45, painless=(*TO_2, *TO_3))]
    assert (state_on(both, day(46)).phase.id, dict(state_on(both, day(46)).answered)) == ("2", {})


def test_pain_leads_back_one_phase_and_closes_the_gates(entry, start, day, through):
    hurt = [*through[:3], entry(55, painless=("walking",)), entry(60, pain_during=1)]
    state = state_on(hurt, day(60))
    assert (state.phase.id, state.since, dict(state.answered)) == ("2", day(60), {})
    assert [step.day for step in state.steps_back] == [day(60)]
    assert state.pain_on == day(60)
    assert state_on([*hurt, entry(62, painless=TO_3)], day(62)).phase.id == "3"


def test_pain_in_the_first_phase_only_closes_the_gates(entry, start, day):
    entries = [start, entry(43, painless=("walking",)), entry(44, pain_before=1)]
    state = state_on([*entries, entry(45, painless=("standing-curl",))], day(45))
    assert (state.phase.id, list(state.answered), state.steps_back) == ("1", ["standing-curl"], ())


def test_pain_in_the_second_phase_leads_back_to_the_first(entry, through, day):
    state = state_on([*through[:2], entry(47, pain_before=1)], day(48))
    assert (state.phase.id, state.since) == ("1", day(47))


def test_pain_in_full_running_leads_back_to_the_third_phase(entry, through, day):
    state = state_on([*through, entry(85, pain_after=2)], day(86))
    assert (state.phase.id, state.since) == ("3", day(85))


@pytest.mark.parametrize(
    ("told", "phases"),
    [
        ({"pain_during": 1}, "2222"),
        ({"pain_during": 0}, "3333"),
        ({"pain_next_morning": 2}, "3222"),  # it is known only then
        ({"pain_during": 1, "pain_next_morning": 3}, "2222"),  # one run, one step
        ({"feel": "tight"}, "2222"),
        ({"hop_test": "fine"}, "3333"),
        ({"pain_during": 1, "site": ""}, "2222"),  # it may be there
        ({"pain_during": 1, "site": "lower-back"}, "3333"),
        ({"illness": True, "strength_min": 20}, "3333"),
    ],
)
def test_what_counts_as_pain_at_the_site(entry, through, day, told, phases):
    entries = [*through[:3], entry(60, **told)]
    assert "".join(state_on(entries, day(number)).phase.id for number in range(60, 64)) == phases


def test_a_gate_told_on_a_sore_day_does_not_count(entry, start, day):
    hurts = [start, entry(44, pain_during=1), entry(44, painless=TO_2)]
    assert state_on(hurts, day(45)).phase.id == "1"
    morning = [start, entry(44, pain_during=1, pain_next_morning=1), entry(45, painless=TO_2)]
    assert state_on(morning, day(46)).phase.id == "1"


def test_no_gate_counts_and_the_return_rests_while_red_is_in_the_diary_wherever(entry, start, day):
    entries = [start, entry(44, site="lower-back", travels_down_leg=True), entry(46, painless=TO_2)]
    state = state_on(entries, day(47))
    assert (state.phase.id, dict(state.answered)) == ("1", {})
    assert [one.colour for one in state.held] == ["red"]
    closed = [*entries, entry(48, site="lower-back", closed=True), entry(49, painless=TO_2)]
    assert (state_on(closed, day(49)).phase.id, state_on(closed, day(49)).held) == ("2", ())


def test_stop_ends_it_and_start_begins_anew(entry, through, day):
    assert state_on([*through[:3], entry(55, recovery="stop")], day(55)) is None
    again = [*through[:3], entry(55, recovery="stop"), entry(70, site="sit-bone", recovery="start")]
    state = state_on(again, day(71))
    assert (state.phase.id, state.started, state.site) == ("1", day(70), "sit-bone")


def test_what_is_over_is_not_begun_by_later_pain(entry, through, day):
    assert state_on([*through, entry(120, pain_during=2)], day(120)) is None


@pytest.mark.parametrize("site", ["sit-bone", "mid-thigh"])
def test_exercises_that_meet_article_000_say_so_for_sit_bone_pain_only(site):
    told = {line.split(" (")[0]: " But 000: " in line for phase in PHASES for line in exercises(phase, site)}
    met = {name for name, meets in told.items() if meets}
    is_met = site in SIT_BONE_SITES
    named = {"Windmill on one leg", "Deadlift on one leg without a weight", "Romanian deadlift"}
    assert named <= met if is_met else not met
    assert not told["Walking"]


ENTRIES = st.lists(
    st.builds(
        Entry,
        date=st.integers(0, 50).map(lambda number: date(2026, 1, 1) + timedelta(number)),
        site=st.sampled_from(["mid-thigh", "mid-thigh", "sit-bone", ""]),
        pain_during=st.sampled_from([None, None, None, 0, 1, 5]),
        pain_next_morning=st.sampled_from([None, None, 0, 2]),
        painless=st.lists(st.sampled_from(PAINLESS), max_size=8, unique=True).map(tuple),
        recovery=st.sampled_from([*[""] * 12, "start", "stop"]),
        closed=st.sampled_from([False] * 9 + [True]),
    ),
    max_size=30,
).map(lambda entries: sorted(entries, key=lambda one: one.date))


@given(ENTRIES, st.integers(0, 60))
def test_a_day_is_told_from_what_was_known_then(entries, number):
    on = date(2026, 1, 1) + timedelta(number)
    known = [Entry(on - timedelta(number), site="mid-thigh", recovery="start"), *entries]
    then = state_on([one for one in known if one.date <= on], on)
    assert then == state_on(known, on)
    later = state_on(known, on + timedelta(5))
    if then and later and later.started == then.started:
        assert [step for step in later.steps if step.day <= on] == list(then.steps)


@given(ENTRIES)
def test_a_phase_is_never_skipped_and_only_pain_leads_back(entries):
    state = state_on(
        [Entry(date(2025, 12, 31), site="mid-thigh", recovery="start"), *entries], date(2026, 3, 1)
    )
    steps = state.steps if state else ()
    for earlier, later in pairwise(steps):
        assert later.place - earlier.place == (-1 if later.is_back else 1)
        assert later.day > earlier.day


def test_beside_an_entry_a_phase_is_named_where_it_does_not_depend_on_the_runs(through, entry, day):
    def said(entries, number, *, is_red=False):
        states = [state_on(entries, day(number), *more) for more in ((), (none_done,))]
        return beside(*states, is_red=is_red)

    assert "is open, in phase 2, which is stricter: no running." in said(through[:2], 47)
    assert "in phase 3, which is stricter: short, slow" in said(through[:3], 60)
    assert "its phase depends on the runs, too" in said(through, 85)
    # Back from full running is phase 3 with enough run before it, and phase 2 without.
    assert "its phase depends on the runs, too" in said([*through, entry(85, pain_during=1)], 85)
    assert said(through[:3], 60, is_red=True).endswith("it rests while the diary is red.")
    red = [*through[:3], entry(58, site="lower-back", feel="sharp")]
    assert said(red, 60).endswith("it rests while the diary is red.")
