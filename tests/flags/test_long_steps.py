"""F10: cadence against the runner's own curve at the same speed."""

from __future__ import annotations

import pytest

from loadwatch.flags import long_steps
from loadwatch.flags._judged import flags_table, judge
from loadwatch.flags.long_steps import check
from loadwatch.settings import Settings

RULE = long_steps.RULE
NAN = float("nan")


@pytest.fixture(scope="module")
def judged(tables):
    """Findings for runs every other day with these residuals in percent."""

    def findings(*residuals_pct, days=60, **thresholds):
        runs = [{"day": 2 * i, "km": 8.0, "residual_pct": pct} for i, pct in enumerate(residuals_pct)]
        return check(tables(runs, days=days), **thresholds)

    return findings


def test_the_median_of_the_last_three_is_noted_at_two_percent(judged, on):
    assert on(judged(0.0, -1.9, -1.9, 0.0), 6)["level"] == "usual"
    finding = on(judged(0.0, -2.0, -9.0, 0.0), 6)
    assert (finding["level"], finding["value"], finding["n"]) == ("note", -2.0, 3)
    assert finding["run_ids"] == "run1 run2 run3"


def test_the_median_of_the_last_five_is_watched_at_two_and_a_half(judged, on):
    finding = on(judged(-2.5, -2.6, 0.0, 0.0, -2.5), 8)
    assert (finding["level"], finding["value"], finding["n"]) == ("watch", -2.5, 5)
    assert finding["run_ids"] == "run0 run1 run2 run3 run4"
    assert on(judged(-2.4, -2.6, 0.0, 0.0, -2.5), 8)["level"] == "usual"
    assert on(judged(0.0, -2.4, -2.4, -2.4, -2.4), 8)["level"] == "note"


def test_short_steps_are_no_finding(judged):
    assert set(judged(5.0, 5.0, 5.0, 5.0, 5.0)["level"].iloc[4:36]) == {"usual"}


def test_runs_that_cannot_be_judged_are_passed_over(judged, on):
    found = judged(-3.0, NAN, -3.0, NAN, -3.0)
    assert on(found, 7)["level"] == "cannot_tell"
    finding = on(found, 8)
    assert (finding["level"], finding["run_ids"]) == ("note", "run0 run2 run4")


def test_a_finding_holds_until_the_next_judged_run_and_at_most_four_weeks(judged, on):
    found = judged(-3.0, -3.0, -3.0, days=40)
    assert [on(found, number)["level"] for number in (3, 4, 32, 33)] == [
        "cannot_tell",
        "note",
        "note",
        "cannot_tell",
    ]
    assert on(found, 33)["reason"] == "no run of the last 28 days could be judged"
    again = judged(-3.0, -3.0, -3.0, 0.0, 0.0, 0.0)
    assert [on(again, number)["level"] for number in (7, 10)] == ["note", "usual"]


def test_it_says_what_is_missing_as_known_on_that_day(judged, tables, on):
    found = judged(NAN, 0.0, 0.0, 0.0)
    assert "12 earlier runs" in on(found, 1)["reason"]
    assert "2 runs could be judged so far" in on(found, 4)["reason"]
    blind = check(tables([{"day": 0, "km": 8.0, "cadence_spm": NAN}, {"day": 3, "km": 8.0}], days=5))
    assert on(blind, 2)["reason"] == "no run has cadence"
    assert "12 earlier runs" in on(blind, 3)["reason"]


def test_the_last_run_of_a_day_speaks_for_it(tables, on):
    runs = [
        {"day": 0, "km": 8.0, "minute": 300 + 120 * i, "residual_pct": pct}
        for i, pct in enumerate((-3.0, -3.0, 0.0, -3.0))
    ]
    assert on(check(tables(runs, days=1)), 0)["level"] == "note"


@pytest.mark.parametrize(("gap_min", "level"), [(0, "cannot_tell"), (29, "cannot_tell"), (31, "note")])
def test_a_run_in_two_files_is_one_judged_run(tables, on, gap_min, level):
    whole = {"km": 5.6, "elapsed_s": 2000.0, "residual_pct": -3.0}
    parts = [{"day": 2, "minute": minute, **whole} for minute in (420, 420 + 2000 / 60 + gap_min)]
    finding = on(check(tables([{"day": 0, **whole}, *parts], days=3)), 2)
    assert finding["level"] == level
    assert on(check(tables([{"day": 0, **whole}, *parts, {"day": 4, **whole}], days=5)), 4)["run_ids"] == (
        "run0 run1 run2 run3" if gap_min < 30 else "run1 run2 run3"
    )


def test_the_parts_of_a_session_are_averaged(tables, on):
    runs = [{"day": day, "km": 8.0, "residual_pct": pct} for day, pct in ((0, -9.0), (2, 0.0))]
    runs += [
        {"day": 4, "minute": 420 + 50 * part, "km": 5.6, "elapsed_s": 2000.0, "residual_pct": pct}
        for part, pct in enumerate((-1.5, -3.5))
    ]
    finding = on(check(tables(runs, days=5)), 4)
    assert (finding["level"], finding["value"], finding["n"]) == ("note", -2.5, 3)


def test_the_sentence_says_by_how_much_and_calls_it_a_sign(judged, on):
    text = RULE.sentence(on(judged(-2.5, -2.6, 0.0, 0.0, -2.5), 8), "metric")
    assert "2.5 % below your own at the same speed over the last 5 judged runs" in text
    assert "a sign of overstriding" in text
    assert "not where the foot lands" in RULE.limits


def test_the_target_is_the_own_curve_at_the_usual_speed(tables, on):
    runs = [
        {"day": 2 * i, "km": 8.0, "residual_pct": -2.4, "own_spm": 160.0 + 4 * i, "stride_mps": 2.8 + 0.2 * i}
        for i in range(3)
    ]
    finding = on(check(tables(runs, days=5)), 4)
    # The middle one of the three: 164 spm at 3.0 m/s, now 160.1.
    text = RULE.detail(finding, "metric")
    assert "Back to your own curve would be about 164 spm at 5:33 min/km, 2.5 % more than now." in text
    assert "may ask more of the hamstrings; no study has a hamstring outcome." in text
    assert "8:56 min/mi" in RULE.detail(finding, "imperial")


def test_no_target_asks_for_more_than_5_percent(judged, on):
    text = RULE.detail(on(judged(-8.0, -8.0, -8.0), 4), "metric")
    # 168 spm less 8 % are 154.6, and 5 % more 162.3.
    assert text.startswith(
        "Part of the way back to your own curve would be about 162 spm at 5:33 min/km, 5.0 %"
    )


def test_there_is_no_target_without_a_flag(tables):
    own = Settings()
    for residual_pct, count in ((-1.9, 0), (-2.0, 5)):
        made = tables([{"day": 2 * i, "km": 8.0, "residual_pct": residual_pct} for i in range(3)], days=9)
        flags = flags_table([RULE], judge([RULE], made, own), made.days, own)
        assert flags["detail"].str.contains("about 168 spm").sum() == len(flags) == count


def test_runs_of_another_season_are_not_judged_together(tables, on):
    """Three runs over 60 days are, over 61 they are not."""
    for last, level in ((60, "note"), (61, "cannot_tell")):
        runs = [{"day": day, "km": 8.0, "residual_pct": -3.0} for day in (0, 30, last)]
        assert on(check(tables(runs, days=70)), last)["level"] == level


def test_a_finding_names_its_last_run_and_its_baseline_of_nought(judged, on, day):
    found = judged(0.0, 0.0, -1.0, -1.0)
    finding = on(found, 8)
    assert (finding["level"], finding["value"], finding["baseline"]) == ("usual", -1.0, 0.0)
    assert (finding["n"], finding["last_run"], finding["reason"]) == (3, day(6), "")
    assert on(found, 3)[["value", "baseline"]].isna().all()


def test_a_watched_stride_is_that_of_five_runs(tables, on):
    runs = [
        {"day": 2 * i, "km": 8.0, "residual_pct": -3.0, "own_spm": 160.0 + i * i, "stride_mps": 2.5 + 0.1 * i}
        for i in range(5)
    ]
    watched = on(check(tables(runs, days=10)), 8)
    assert (watched["level"], watched["own_cadence_spm"], watched["stride_speed_mps"]) == (
        "watch",
        164.0,
        2.7,
    )
    noted = on(check(tables(runs, days=10)), 6)
    assert (noted["level"], noted["own_cadence_spm"]) == ("note", 164.0)
    assert noted["stride_speed_mps"] == pytest.approx(2.7)
