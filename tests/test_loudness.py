"""Walking through a history: what was raised when, and how loud that is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loadwatch import pipeline, survey
from loadwatch.errors import UsageError
from loadwatch.flags import RULES
from loadwatch.intake import read_files
from loadwatch.loudness import Claim, _longest_quiet, replay
from loadwatch.report import replay as shown
from loadwatch.settings import Settings

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"
AS_OF = date(2026, 10, 27)
NAN = float("nan")


@pytest.fixture(scope="module")
def intake():
    """The samples read once."""
    return read_files(survey.find([SAMPLES]), [SAMPLES], Settings())


@pytest.fixture(scope="module")
def history(intake):
    return pipeline.tell(intake, Settings(), [SAMPLES], as_of=AS_OF)


def test_each_day_is_told_as_a_scan_of_that_day_tells_it(intake, history):
    days = history.days["local_date"].tolist()
    for day in [*np.random.default_rng(7).choice(days[50:], 12, replace=False), days[-1]]:
        then = pipeline.tell(intake, Settings(), [SAMPLES], as_of=day)
        told = history.flags[history.flags["local_date"] <= day].reset_index(drop=True)
        pd.testing.assert_frame_equal(then.flags, told, check_dtype=False)
        for rule in RULES:
            now, before = history.findings[rule.id], then.findings[rule.id]
            assert now["level"].tolist()[: len(before)] == before["level"].tolist()
        was, is_ = replay(then), replay(history)
        assert was.raises["sentence"].tolist() == is_.raises["sentence"].tolist()[: len(was.raises)]


def test_it_counts_what_the_flags_and_days_hold(history):
    told = replay(history)
    first = history.days["local_date"].iloc[0] + timedelta(days=42)
    assert (told.first_day, told.last_day) == (first, AS_OF)
    raised = [
        row for row in history.flags.to_dict("records") if row["is_raise"] and row["local_date"] >= first
    ]
    assert [row["sentence"] for row in told.raises.to_dict("records")] == [row["sentence"] for row in raised]
    assert len(raised) > 0
    rates = told.rates.set_index("rule")
    assert list(rates.index) == [rule.id for rule in RULES]
    assert rates["raise_count"].sum() == len(raised)
    # Every rule says something of every day, if only that it cannot tell.
    assert set(rates.filter(like="_days_count").sum(axis=1)) == {(AS_OF - first).days + 1}
    longest = history.findings["long_run_spike"]["level"].tolist()[42:]
    assert rates.loc["long_run_spike", "watch_days_count"] == longest.count("watch")
    labels = {row["week"] for row in raised}
    whole = history.weeks[history.weeks["is_complete"] & (history.weeks["week_start"] >= first)]
    assert (told.week_count, told.raised_week_count) == (len(whole), len(labels & set(whole["week"])))
    assert told.raises_per_14_days == pytest.approx(14 * len(raised) / told.judged_days_count)


def test_the_longest_quiet_stretch_holds_no_raise_and_none_is_longer(history):
    told = replay(history)
    raised = set(told.raises["local_date"])
    days = [told.first_day + timedelta(days=i) for i in range((told.last_day - told.first_day).days + 1)]
    lengths, length = [], 0
    for day in days:
        length = 0 if day in raised else length + 1
        lengths.append(length)
    # All days of the samples from there on can be judged.
    assert told.judged_days_count == len(days)
    assert (told.quiet_to - told.quiet_from).days + 1 == max(lengths)


def test_a_raise_ends_the_quiet_stretch_though_nothing_else_could_be_told_that_day():
    days = [date(2026, 3, 1) + timedelta(days=i) for i in range(10)]
    is_judged = np.array([day.day != 5 for day in days])
    assert _longest_quiet(days, is_judged, {days[4]}) == (days[5], days[9])
    assert _longest_quiet(days, is_judged, set()) == (days[0], days[9])


def test_it_starts_where_asked_but_never_before_there_is_a_habit(history):
    assert replay(history, since=date(2020, 1, 1)).first_day == replay(history).first_day
    later = replay(history, since=date(2026, 9, 1))
    assert later.first_day == date(2026, 9, 1)
    assert all(day >= date(2026, 9, 1) for day in later.raises["local_date"])
    with pytest.raises(UsageError, match="nothing to replay from 2027-01-01"):
        replay(history, since=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("value", "is_kept"), [(1.0, True), (5.0, True), (0.9, False), (5.1, False), (NAN, True)]
)
def test_a_claim_is_kept_within_its_bounds(value, is_kept):
    assert Claim("runs with a flag", value, 1.0, 5.0, "%").is_kept is is_kept


def test_the_summary_fits_and_says_what_was_left_out(history):
    told = replay(history)
    text = shown.summary(told, width=80)
    assert max(map(len, text.splitlines())) <= 80
    assert "Alarm budget:" in text
    every = shown.summary(told, width=80, shows_all=True)
    assert (
        every.count(" [long_run_spike]") == told.rates.set_index("rule").loc["long_run_spike", "raise_count"]
    )


def test_json_holds_every_raise_and_no_empty_number(history):
    told = replay(history)
    plain = shown.as_json(told)
    assert len(plain["raises"]) == len(told.raises)
    assert plain["first_day"] == told.first_day.isoformat()
    assert {claim["title"]: claim["is_kept"] for claim in plain["budget"]} == {
        claim.title: claim.is_kept for claim in told.budget
    }
