"""F13: running before the first fast stretch, for information."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch import words
from loadwatch.flags import cold_start
from loadwatch.flags.cold_start import check

RULE = cold_start.RULE


@pytest.fixture(scope="module")
def after(tables, steady, on):
    """The finding of a day with so much easy running first, after so many runs of a quarter of an hour."""

    def finding(easy_min, *, earlier=4, **more):
        runs = steady(10)
        for number in range(earlier):
            runs[-1 - 4 * number]["easy_min"] = 15.0
        return on(check(tables([*runs, {"day": 70, "km": 8.0, "easy_min": easy_min, **more}], days=71)), 70)

    return finding


@pytest.mark.parametrize(("easy_min", "is_told"), [(0.0, True), (9.9, True), (10.0, False), (40.0, False)])
def test_less_than_ten_minutes_are_told_and_never_raise_a_level(after, easy_min, is_told):
    finding = after(easy_min)
    assert (finding["level"], bool(finding["is_information"])) == ("usual", is_told)
    assert (finding["value"], finding["baseline"], finding["n"]) == (easy_min, 15.0, 4)


def test_without_fast_running_there_is_nothing_to_tell(after):
    finding = after(float("nan"))
    assert (finding["level"], bool(finding["is_information"])) == ("usual", False)


def test_the_sentence_tells_the_own_habit(after):
    text = RULE.sentence(after(4.0), "metric")
    assert "4 min of running before the first fast stretch on Mon 16 Mar; your usual is 15 min" in text
    assert "(4 sessions with fast running before)" in text


def test_a_warm_up_in_a_file_of_its_own_counts(tables, steady, on):
    runs = [run | {"easy_min": 15.0} for run in steady(10)]
    jog = {"day": 70, "km": 2.0, "minute": 600}  # 11.9 minutes
    fast = {"day": 70, "km": 6.0, "easy_min": 1.0, "minute": 620}
    assert on(check(tables([*runs, jog, fast], days=71)), 70)["value"] == pytest.approx(2000 / 2.8 / 60 + 1)
    alone = {**fast, "minute": 720}
    assert on(check(tables([*runs, jog, alone], days=71)), 70)["value"] == pytest.approx(1.0)


def test_it_needs_a_habit_and_a_critical_speed(after, tables, steady, on):
    assert "3 earlier runs" in after(4.0, earlier=2)["reason"]
    made = tables([run | {"easy_min": 15.0} for run in steady(10)], days=70)
    made.speeds.critical_mps[:] = np.nan
    assert on(check(made), 69)["reason"] == words.TOO_FEW_HARD_EFFORTS
