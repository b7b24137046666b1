"""Known changes put into histories: where they can be made, and what the page counts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

import injections
from made_up import FIRST, Body, changed, day_of, made_up, run

CHANGED = FIRST + timedelta(weeks=12)


@pytest.fixture(scope="module")
def records():
    """20 plain weeks."""
    return [one for one in made_up(3) if day_of(one) < FIRST + timedelta(weeks=20)]


def with_first_changed(records, first, **changes):
    """The history with the first run from a day on changed."""
    place = next(i for i, one in enumerate(records) if day_of(one) >= first)
    return [*records[:place], changed(records[place], **changes), *records[place + 1 :]]


@pytest.mark.parametrize(
    "wanted", [injections.LONG_RUN, injections.HILLS, injections.HASTY, injections.INTERVALS]
)
def test_each_change_comes_out_at_its_level(records, wanted):
    tally = injections.day_trials(wanted, [(records, CHANGED)], most=1)
    assert (tally.hits, tally.trials, tally.passed_over, tally.is_met) == (1, 1, 0, True)


def test_another_level_than_the_one_meant_is_a_miss(records):
    def twice_as_long(records, first, number):
        after, day = injections.long_run(records, first, number)
        return with_first_changed(after, day, distance=2.0), day

    for change, hits in ((injections.long_run, 1), (twice_as_long, 0)):
        wanted = injections.DayChange("", "long_run_spike", "watch", change)
        assert injections.day_trials(wanted, [(records, CHANGED)], most=1).hits == hits


LONG_AGO = FIRST + timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "spoil", "first"),
    [
        pytest.param(injections.long_run, lambda records: records, LONG_AGO, id="no habit yet"),
        pytest.param(
            injections.long_run,
            lambda records: with_first_changed(records, CHANGED - timedelta(days=9), distance=4.0),
            CHANGED,
            id="a race in the window",
        ),
        pytest.param(
            injections.long_run,
            lambda records: with_first_changed(records, CHANGED - timedelta(days=9), distance=np.nan),
            CHANGED,
            id="an unknown distance",
        ),
        pytest.param(injections.hills, lambda records: records, LONG_AGO, id="no weeks to compare with"),
        pytest.param(
            injections.hills,
            lambda records: with_first_changed(records, CHANGED - timedelta(days=9), climb=np.nan),
            CHANGED,
            id="an unknown climb",
        ),
        pytest.param(
            injections.hills,
            lambda records: with_first_changed(records, CHANGED - timedelta(days=9), climb=99.0),
            CHANGED,
            id="a week flatter than the weeks before",
        ),
        pytest.param(
            injections.hills,
            lambda records: [
                one for one in records if not 3 < (CHANGED - day_of(one)).days < 16
            ],
            CHANGED,
            id="days off shortly before",
        ),
        pytest.param(injections.hasty_return, lambda records: records, LONG_AGO, id="no weeks before"),
        pytest.param(
            injections.hasty_return,
            lambda records: [one for one in records if day_of(one) < CHANGED + timedelta(weeks=4)],
            CHANGED,
            id="no return",
        ),
        pytest.param(
            injections.hasty_return,
            lambda records: [
                changed(one, distance=0.5) if day_of(one) >= CHANGED else one for one in records
            ],
            CHANGED,
            id="a return to less than a usual week",
        ),
        pytest.param(
            injections.hasty_return,
            lambda records: [changed(one, distance=0.2) for one in records],
            CHANGED,
            id="too little before",
        ),
    ],
)  # fmt: skip
def test_a_place_where_the_change_means_nothing_is_passed_over(records, change, spoil, first):
    assert change(records, CHANGED, 0) is not None
    assert change(spoil(records), first, 0) is None
    wanted = injections.DayChange("", "volume_jump", "usual", change)
    tally = injections.day_trials(wanted, [(spoil(records), first)] * 3, most=1)
    assert (tally.trials, tally.passed_over, tally.is_met) == (0, 3, False)
    assert "no place" in injections.table([tally])


def test_a_real_history_counts_copies_once_and_may_be_too_short_for_steps():
    random = np.random.default_rng(1)
    body = Body(150.0, 6.0, 1.3)
    records = [run("easy", date(2026, 3, 2) + timedelta(days=2 * i), body, random) for i in range(25)]
    count, tallies = injections.real([*records, *records[:5]], 2)
    assert count == 25
    assert [tally.title for tally in tallies] == [
        one.title for one in (injections.LONG_RUN, injections.HILLS, injections.HASTY)
    ]
    assert tallies[0].hits == tallies[0].trials == 2
