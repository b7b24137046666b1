"""F3: hard minutes of 7 days over six weeks', and the first fast running in four weeks."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch import words
from loadwatch.flags import intensity_jump
from loadwatch.flags.intensity_jump import check

RULE = intensity_jump.RULE


@pytest.fixture(scope="module")
def after(tables, steady, on):
    """The finding on the Sunday of a week with so many hard minutes, after ten weeks of 4 x 5 each."""

    def finding(hard_min, *, base_min=5.0, **thresholds):
        week = steady(1, start=10, hard_min=hard_min / 4)
        return on(check(tables([*steady(10, hard_min=base_min), *week], days=77), **thresholds), 76)

    return finding


@pytest.mark.parametrize(("hard_min", "level"), [(20.0, "usual"), (29.0, "usual"), (31.0, "note")])
def test_hard_minutes_are_noted_beyond_half_as_much_again(after, hard_min, level):
    found = after(hard_min)
    assert (found["level"], found["baseline"], found["unit"]) == (level, 20.0, "min")


@pytest.mark.parametrize(("hard_min", "level"), [(13.9, "usual"), (14.1, "note")])
def test_where_little_is_hard_it_must_be_ten_minutes_more(after, hard_min, level):
    assert after(hard_min, base_min=1.0)["level"] == level


def test_however_many_hard_minutes_are_no_more_than_a_note(after):
    assert after(400.0)["level"] == "note"


def test_the_base_is_the_weekly_mean_of_the_42_days_before(tables, steady, on):
    runs = [*steady(4, hard_min=50.0), *steady(6, start=4, hard_min=5.0), *steady(1, start=10, hard_min=9.0)]
    finding = on(check(tables(runs, days=77)), 76)
    assert (finding["value"], finding["baseline"], finding["n"]) == (36.0, 20.0, 6)


def test_the_sentence_tells_both_numbers_and_the_easy_share(after):
    text = RULE.sentence(after(40.0), "metric")
    assert "40 min of hard running in the 7 days to Sun 22 Mar, against 20 min a week in the 6 weeks" in text
    assert "% of the last 21 days' running was easy." in text


@pytest.fixture(scope="module")
def fast_after(tables, steady, on):
    """The finding on a Sunday with so many fast metres, so many days after so many others."""

    def finding(fast_m, *, before_m=0.0, days_before=35):
        runs = steady(10)
        runs += [{"day": 69 - days_before, "km": 5.0, "fast_m": before_m, "minute": 1100}]
        return on(check(tables([*runs, {"day": 69, "km": 5.0, "fast_m": fast_m}], days=70)), 69)

    return finding


@pytest.mark.parametrize(("fast_m", "level"), [(0.0, "usual"), (399.0, "usual"), (400.0, "watch")])
def test_a_first_fast_block_is_watched_from_400_metres(fast_after, fast_m, level):
    assert fast_after(fast_m)["level"] == level


@pytest.mark.parametrize(
    ("before_m", "days_before", "level"),
    [(199.0, 20, "watch"), (200.0, 20, "usual"), (5000.0, 34, "usual"), (5000.0, 35, "watch")],
)
def test_less_than_200_metres_in_28_days_before_is_none(fast_after, before_m, days_before, level):
    assert fast_after(1900.0, before_m=before_m, days_before=days_before)["level"] == level


def test_the_sentence_tells_since_when(fast_after):
    finding = fast_after(1900.0, before_m=5000.0, days_before=39)
    assert (finding["unit"], finding["value"], finding["baseline"]) == ("m", 1900.0, 0.0)
    text = RULE.sentence(finding, "metric")
    assert text.startswith("first fast running in 38 days: 1.9 km at 3:47 min/km or faster")
    assert text.endswith("(none in the 28 days before).")
    assert "1.2 mi at 6:06 min/mi" in RULE.sentence(finding, "imperial")
    some = RULE.sentence(fast_after(1900.0, before_m=150.0, days_before=20), "metric")
    assert some.endswith("(hardly any in the 28 days before).")


@pytest.mark.parametrize(("outside", "level"), [(16, "watch"), (13, "watch"), (12, "cannot_tell")])
def test_after_weeks_on_the_treadmill_no_fast_running_is_the_first(tables, steady, on, outside, level):
    runs = steady(13)
    # 16 runs lie in the 28 days before the last week; what was fast on a treadmill is not seen.
    for run in runs[32 + outside : 48]:
        run["treadmill"] = True
    runs[-1]["fast_m"] = 1900.0
    finding = on(check(tables(runs, days=91)), 90)
    assert finding["level"] == level
    assert finding["reason"] == (
        "too few runs of the 4 weeks before were outside, with a speed to trust" * (level == "cannot_tell")
    )


def test_hard_minutes_are_noted_whatever_was_run_on_the_treadmill(tables, steady, on):
    runs = [*steady(8), *steady(4, start=8, treadmill=True), *steady(1, start=12, hard_min=9.0, fast_m=500.0)]
    assert on(check(tables(runs, days=91)), 90)["level"] == "note"


def test_past_and_present_are_measured_by_the_speed_known_today(tables, steady, on):
    made = tables([*steady(10, hard_min=5.0), *steady(1, start=10, hard_min=12.0)], days=77)
    assert on(check(made), 76)["level"] == "note"
    # At the lower speed of column 1, twice as much was hard all along.
    by_speed = np.column_stack([made.speeds.hard_s, np.maximum(made.speeds.hard_s, 2.0 * 300.0)])
    column = np.where(np.arange(len(made.days)) < 70, 0, 1)
    object.__setattr__(made.speeds, "hard_s", by_speed)
    object.__setattr__(made.speeds, "hard_column", column)
    assert on(check(made), 76)["baseline"] > 40.0
    assert on(check(made), 76)["level"] == "usual"


def test_without_a_critical_speed_it_cannot_tell(tables, steady):
    made = tables(steady(10, hard_min=5.0), days=70)
    made.speeds.critical_mps[:] = np.nan
    found = check(made)
    assert set(found["level"]) == {"cannot_tell"}
    assert found["reason"].iloc[-1] == words.TOO_FEW_HARD_EFFORTS


def test_too_many_runs_without_speed_leave_it_open(tables, steady, on):
    made = tables(steady(10, hard_min=5.0), days=70)
    made.speeds.told_s[40:50] = 0.0
    assert "without speed" in on(check(made), 69)["reason"]


def test_it_judges_from_the_end_of_the_sixth_week(tables, steady, on, day):
    found = check(tables(steady(8, hard_min=5.0), days=56))
    assert (on(found, 41)["level"], on(found, 42)["level"]) == ("cannot_tell", "usual")
    assert on(found, 41)["judge_from"] == day(42)


def test_a_smaller_easy_share_than_usual_is_told_for_information_only(tables, steady, on):
    # 15 km at 2.8 m/s are 89 minutes, a week of 39 km 232 of which 64 are hard: 72 % easy.
    runs = [*steady(14, hard_min=13.0), *steady(3, start=14, hard_min=16.0)]
    finding = on(check(tables(runs, days=119)), 118)
    assert (finding["level"], bool(finding["is_information"])) == ("usual", True)
    assert finding["value"] == pytest.approx(100 * (1 - 64 / (39_000 / 2.8 / 60)))
    assert "72 % of the running in the 21 days to Sun 3 May was easy, against 78 %" in RULE.sentence(
        finding, "metric"
    )
    short = [*steady(4, hard_min=11.0), *steady(3, start=4, hard_min=16.0)]
    assert "% in the 27 days before" in RULE.sentence(on(check(tables(short, days=49)), 48), "metric")
    habitual = on(check(tables(steady(17, hard_min=16.0), days=119)), 118)
    assert not habitual["is_information"]


def test_what_each_kind_of_finding_rests_on(after, fast_after, tables, steady, on):
    noted, first = after(40.0), fast_after(1900.0, before_m=150.0, days_before=20)
    assert (noted["n"], noted["window"], noted["run_ids"]) == (6, RULE.window, "run40 run41 run42 run43")
    assert (first["n"], first["window"]) == (4, "the 28 days before the last 7 days")
    assert (first["value"], first["baseline"], first["unit"]) == (1900.0, 150.0, "m")
    runs = [*steady(14, hard_min=13.0), *steady(3, start=14, hard_min=16.0)]
    told = on(check(tables(runs, days=119)), 118)
    # Days 8 to 97 hold thirteen weeks of four runs.
    assert (told["n"], told["unit"]) == (52, "%")
    assert told["window"] == "share of easy running in up to 90 days before the last 21"
    assert told["run_ids"] == " ".join(f"run{number}" for number in range(56, 68))


def test_the_limits_of_a_jump_of_hard_minutes_by_hand(after):
    """Exactly half as much again is not beyond it, exactly ten minutes more are enough."""
    assert after(30.0)["level"] == "usual"
    assert after(30.0, note_ratio=1.49)["level"] == "note"
    assert after(14.0, base_min=1.0)["level"] == "note"


@pytest.mark.parametrize(
    ("own", "is_told"),
    [
        pytest.param({}, True, id="72 % easy, after 78 %"),
        pytest.param({"low_easy_share_pct": 72.0}, False, id="not below the lower limit"),
        pytest.param({"less_easy_share_pct": 5.1}, True, id="5.17 points less"),
        pytest.param({"less_easy_share_pct": 5.2}, False, id="not so many points less"),
    ],
)
def test_an_easy_share_is_told_by_its_limits(tables, steady, on, own, is_told):
    """12 minutes of 232 more are 5.17 points."""
    runs = [*steady(14, hard_min=13.0), *steady(3, start=14, hard_min=16.0)]
    assert bool(on(check(tables(runs, days=119), **own), 118)["is_information"]) == is_told


def test_days_without_fast_running_are_counted_up_to_the_first_fast_one(tables, steady, on):
    """Fast on day 64 and on day 69; before them 150 m on day 40 and a lot on day 20."""
    fast = [
        {"day": number, "km": 5.0, "fast_m": fast_m, "minute": 1100}
        for number, fast_m in ((20, 900.0), (40, 150.0), (64, 300.0), (69, 300.0))
    ]
    finding = on(check(tables([*steady(10), *fast], days=70)), 69)
    assert (finding["level"], finding["value"]) == ("watch", 600.0)
    assert RULE.sentence(finding, "metric").startswith("first fast running in 43 days: 0.6 km")
