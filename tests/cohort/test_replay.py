"""How loud the rules were over all runners, and what each runner's row and study tables hold of it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from loadwatch import columns, loudness, pipeline, words
from loadwatch.at_risk import exposure
from loadwatch.cohort import stages, states, tables, walked
from loadwatch.cohort.facts import facts_of
from loadwatch.cohort.naming import quoted
from loadwatch.cohort.states import Row
from loadwatch.cohort.storage import storage
from loadwatch.flags import RULES

from .conftest import AS_OF, SAMPLES, runner
from .test_same_as_scan import expected


@pytest.fixture(scope="module")
def history():
    """The samples' whole story."""
    return pipeline.scan(SAMPLES[0].parent, as_of="2026-10-27")


def told(name, judged_days, raises, *, weeks=10, raised=0, act=0, verdicts=None):
    counts = {
        "judged_days": judged_days,
        "raises": raises,
        "judged_weeks": weeks,
        "raised_weeks": raised,
        "act_weeks": act,
        "verdicts": verdicts or {"usual": weeks},
    }
    return Row(name, states.TOLD, facts={"replay": counts if judged_days else {}})


def test_a_visit_writes_the_study_tables_of_a_scan(made_runners, study_of):
    study = study_of(made_runners)
    for name in ("mixed", "Zoë told=100%"):
        row = stages.visit(study, runner(name), is_last=False)
        history = pipeline.scan(made_runners / name, as_of=AS_OF, cache=False)
        wanted = {"exposure": exposure(history), "replay": walked.walked(history)[0]}
        for table, frame in wanted.items():
            path = f"{study.dest}/{table}/runner={quoted(name)}/{tables.FILE}"
            found = pd.read_parquet(path, partitioning=None)
            pd.testing.assert_frame_equal(
                found, expected(frame, table), check_exact=True, check_dtype=False, check_index_type=False
            )
        assert row.facts == facts_of(history, history.story, is_asked=True) | {
            "replay": walked.walked(history)[1]
        }
        kept = states.read_state(storage(study.dest), name)
        assert kept.row.facts == row.facts


def test_who_cannot_be_told_has_no_row_in_them(made_runners, study_of):
    study = study_of(made_runners)
    row = stages.visit(study, runner("faulty"), is_last=False)
    assert row.facts == {}
    for table in tables.DERIVED:
        path = f"{study.dest}/{table}/runner=faulty/{tables.FILE}"
        found = pd.read_parquet(path, partitioning=None)
        assert list(found.columns) == columns.names(columns.TABLES[table])
        assert len(found) == 0


def test_one_runners_table_holds_that_runners_replay(history):
    table, counts = walked.walked(history)
    one = loudness.replay(history)
    assert list(table.columns) == columns.names(columns.REPLAY)
    assert table["rule"].tolist() == [*(rule.id for rule in RULES), "together"]
    together = table.iloc[-1]
    assert together["raise_count"] == len(one.raises) == sum(counts["raises"].values()) > 5
    days = (one.last_day - one.first_day).days + 1
    assert set(table.filter(like="_days_count").drop(columns="judged_days_count").sum(axis=1)) == {days}
    assert sum(counts["verdicts"].values()) == one.week_count
    assert counts["verdicts"]["watch"] <= counts["raised_weeks"] == one.raised_week_count
    assert json.loads(json.dumps(counts)) == counts


def test_a_short_history_has_no_replay_and_is_counted(history):
    early = pipeline.tell(
        pipeline.read_files(pipeline.survey.find(SAMPLES[:5]), [SAMPLES[0].parent], history.settings),
        history.settings,
        [SAMPLES[0].parent],
        as_of=history.days["local_date"].iloc[20],
    )
    table, counts = walked.walked(early)
    assert (len(table), counts) == (0, {})
    rates = walked.Rates()
    rates.add(Row("new", states.TOLD, facts=facts_of(early, early.story, is_asked=True) | {"replay": counts}))
    assert (rates.runner_count, rates.short_count) == (0, 1)
    assert "no rate to tell" in walked.summary(rates)
    assert walked.as_json(rates)["rates"][0]["median_per_month"] is None


def test_rates_over_runners_are_those_of_their_counts():
    rates = walked.Rates()
    days, raises = [30, 60, 120, 365, 28], [1, 0, 8, 12, 0]
    for place, (judged, count) in enumerate(zip(days, raises, strict=True)):
        rates.add(told(f"r{place}", judged, {"long_run_spike": count} if count else {}))
    rates.add(told("short", 27, {"late_fade": 1}))
    table = rates.table().set_index("rule")
    month = 365.25 / 12
    each = [month * count / judged for judged, count in zip(days, raises, strict=True)]
    row = table.loc["long_run_spike"]
    assert row["median_per_month"] == pytest.approx(np.median(each))
    assert row["quartile_high_per_month"] == pytest.approx(np.quantile(each, 0.75))
    assert row["most_per_month"] == pytest.approx(max(each))
    assert row["raised_runner_count"] == 3
    assert row["raises_per_month"] == pytest.approx(month * 21 / (603 + 27))
    # Who has too few days counts in the sums, and not in the spread.
    assert table.loc["late_fade", "raise_count"] == 1
    assert table.loc["late_fade", "most_per_month"] == 0.0
    assert (rates.runner_count, rates.short_count) == (5, 1)
    assert table.loc["together", "raise_count"] == 22


def test_the_budget_is_held_against_each_runner():
    rates = walked.Rates()
    rates.add(told("loud", 140, {"stacking": 11}, weeks=20, raised=7, act=2))
    rates.add(told("just within", 140, {"stacking": 10}, weeks=20, raised=6, act=1))
    rates.add(told("quiet", 140, {}, weeks=20, verdicts={"usual": 15, "cannot_tell": 5}))
    assert dict(rates.over) == {"raises": 1, "raised_weeks": 1, "act_weeks": 1}
    assert walked.as_json(rates)["weeks"] == {"act": 0, "watch": 0, "usual": 55, "cannot_tell": 5}
    text = walked.summary(rates)
    assert "33 % with more than 1 raise per 14 judged days" in text
    assert "60 weeks: 0 % act, 0 % watch, 92 % as usual, 8 % cannot tell." in text


def test_the_summary_fits_a_terminal_however_many_rules_speak():
    rates = walked.Rates()
    for place in range(50):
        rates.add(told(f"r{place}", 4000, {rule.id: 100 + place for rule in RULES}))
    lines = walked.summary(rates).splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 88
    assert len({len(line) for line in lines[2 : 4 + len(RULES)]}) == 1


def test_the_facts_are_those_of_the_reported_week(history):
    facts = facts_of(history, history.story, is_asked=True)
    story = history.story
    assert facts["reason"] == story.reasons[0]["sentence"]
    assert facts["rule"] == story.reasons[0]["rule"] == "long_run_spike"
    week = history.weeks.set_index("week").loc[history.week]
    assert facts["run_count"] == week["run_count"]
    assert facts["distance_m"] == pytest.approx(week["distance_m"])
    assert facts["longest_m"] / facts["longest_before_m"] == pytest.approx(1.37, abs=0.01)
    assert facts["missing"] == ""
    assert json.loads(json.dumps(facts)) == facts


def test_reasons_for_silence_tell_no_day_so_that_many_share_one(history):
    first = history.days["local_date"].iloc[0]
    reasons = set()
    for back in (8, 10, 13):
        early = pipeline.scan(SAMPLES[0].parent, as_of=first + timedelta(days=back), week=first.isoformat())
        facts = facts_of(early, early.story, is_asked=True)
        assert early.story.verdict == "cannot_tell"
        assert facts["missing"]
        assert not any(month in facts["missing"] for month in words.dates.MONTHS)
        assert date.fromisoformat(facts["judge_from"]) > first
        reasons.add(facts["missing"])
    assert len(reasons) <= 2


def test_who_has_not_run_for_long_is_known_for_it(history):
    assert facts_of(history, history.story, is_asked=True)["is_silent"] is False
    assert (
        facts_of(history, history.story, is_asked=False)["is_silent"] is True
    )  # told of another day than today
