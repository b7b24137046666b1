"""F11: speed-adjusted cadence, last third minus first."""

from __future__ import annotations

import pytest

from loadwatch.flags import late_fade
from loadwatch.flags.late_fade import check

RULE = late_fade.RULE
NAN = float("nan")


@pytest.fixture(scope="module")
def judged(tables):
    """Findings for runs every other day with these late changes of cadence."""

    def findings(*fades_spm, every=2, days=80, **thresholds):
        runs = [{"day": every * i, "km": 8.0, "fade_spm": fade} for i, fade in enumerate(fades_spm)]
        return check(tables(runs, days=days), **thresholds)

    return findings


@pytest.mark.parametrize(
    ("fade_spm", "level"), [(-3.9, "usual"), (-4.0, "note"), (-9.0, "note"), (5.0, "usual")]
)
def test_a_run_that_falls_by_4_spm_is_noted(judged, on, fade_spm, level):
    finding = on(judged(0.0, 0.0, fade_spm), 4)
    assert finding["level"] == level
    if level == "note":
        assert (finding["value"], finding["n"], finding["run_ids"]) == (fade_spm, 3, "run2")


def test_the_next_run_without_a_fade_ends_the_note(judged, on):
    found = judged(0.0, -5.0, 0.0)
    assert [on(found, number)["level"] for number in (2, 3, 4)] == ["note", "note", "usual"]


def test_two_fades_among_the_last_five_runs_are_watched(judged, on):
    found = judged(-5.0, 0.0, 0.0, 0.0, -6.0, 0.0)
    assert [on(found, number)["level"] for number in (0, 2, 8, 10)] == ["note", "usual", "watch", "usual"]
    finding = on(found, 8)
    assert (finding["value"], finding["fade_count"], finding["n"]) == (-5.5, 2, 5)
    assert finding["run_ids"] == "run0 run4"


def test_runs_that_cannot_be_judged_are_passed_over(judged, on):
    assert on(judged(-5.0, NAN, NAN, NAN, NAN, NAN, -5.0), 12)["level"] == "watch"


def test_a_run_in_two_files_fades_once(tables, on):
    runs = [{"day": 0, "km": 8.0, "minute": 420 + 60 * part, "fade_spm": -5.0} for part in range(2)]
    assert on(check(tables(runs, days=1)), 0)["level"] == "note"


def test_runs_of_another_season_are_not_judged_together(judged, on):
    assert on(judged(-5.0, -5.0, every=60), 60)["level"] == "watch"
    assert on(judged(-5.0, -5.0, every=61), 61)["level"] == "note"


def test_a_finding_holds_for_four_weeks_at_most(judged, on):
    found = judged(-5.0, -5.0)
    assert [on(found, number)["level"] for number in (30, 31)] == ["watch", "cannot_tell"]
    assert on(found, 31)["reason"] == "no run of the last 28 days could be judged"


def test_it_says_what_is_missing(judged, tables, on):
    assert "35 minutes at a steady speed" in on(judged(NAN, NAN), 2)["reason"]
    blind = check(tables([{"day": 0, "km": 8.0, "cadence_spm": NAN}], days=1))
    assert on(blind, 0)["reason"] == "no run has cadence"


def test_the_sentence_says_how_far_in_how_many(judged, on):
    found = judged(-5.0, 0.0, 0.0, 0.0, -6.0)
    assert RULE.sentence(on(found, 8), "metric") == (
        "Cadence fell late in 2 of the last 5 steady runs (to Tue 13 Jan): in the last third they were on "
        "average 5.5 spm below the first at matched speed; steps that grow longer with fatigue look like "
        "this."
    )
    first = RULE.sentence(on(found, 0), "metric")
    assert first.startswith(
        "Cadence fell late in the last steady run (to Mon 5 Jan): in the last third it was"
    )


def test_a_later_run_on_an_earlier_day_is_told_once_the_run_before_it_is(tables, on, day):
    """Who flies west over the date line lands the day before."""
    made = tables(
        [{"day": 2 * i, "km": 8.0, "fade_spm": fade} for i, fade in enumerate((0.0, 0.0, -5.0))], days=9
    )
    made.runs.loc[2, "local_date"] = day(1)
    assert [on(check(made), number)["level"] for number in (0, 1, 2, 8)] == ["usual", "usual", "note", "note"]
