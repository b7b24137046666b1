"""F4: the fast metres of 7 days beside the runner's own 7-day sums."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.flags import fast_running
from loadwatch.flags.fast_running import check

RULE = fast_running.RULE


@pytest.fixture(scope="module")
def after(tables, steady, on):
    """The finding on the Sunday of a week of so many fast metres, after twenty weeks of these by turns."""

    def finding(fast_m, *, by_turns=(1600.0, 2400.0), **thresholds):
        runs = steady(21)
        for run in runs:
            week, day = divmod(run["day"], 7)
            if day == 1:
                run["fast_m"] = fast_m if week == 20 else by_turns[week % len(by_turns)]
        return on(check(tables(runs, days=147), **thresholds), 146)

    return finding


def test_mean_and_deviation_are_those_of_the_own_weeks(after):
    """7-day sums of 1600 and 2400 m by turns: mean 2000, SD 400 m, but for the first and last days."""
    finding = after(3000.0)
    assert finding["baseline"] == pytest.approx(2000.0, abs=40.0)
    assert finding["deviation_sd"] == pytest.approx(2.5, abs=0.15)


@pytest.mark.parametrize(
    ("fast_m", "level"), [(2000.0, "usual"), (2550.0, "usual"), (2690.0, "note"), (2900.0, "watch")]
)
def test_it_is_noted_and_watched_beyond_own_deviations(after, fast_m, level):
    assert after(fast_m)["level"] == level


def test_of_weeks_that_hardly_differ_it_takes_100_metres_for_a_deviation_and_400_more(after):
    assert after(2390.0, by_turns=(2000.0,))["level"] == "usual"
    assert after(2410.0, by_turns=(2000.0,))["level"] == "watch"
    assert after(2410.0, by_turns=(2000.0,), smallest_sd_m=250.0)["level"] == "note"


def test_who_ran_as_fast_in_the_four_weeks_before_is_as_usual(tables, steady, on):
    runs = steady(21)
    for run in runs:
        if run["day"] % 7 == 1:
            run["fast_m"] = 3000.0 if run["day"] >= 16 * 7 else 500.0
    finding = on(check(tables(runs, days=147)), 146)
    assert (finding["level"], finding["month_m"]) == ("usual", 3000.0)


def test_weeks_without_a_run_are_no_habit(tables, steady, on):
    runs = [*steady(10, fast_m=1000.0), *steady(10, start=20, fast_m=1000.0)]
    finding = on(check(tables(runs, days=210)), 209)
    assert finding["baseline"] == pytest.approx(4000.0, rel=0.05)
    assert finding["n"] < 22


def test_two_years_are_looked_back(tables, steady, on):
    made = tables([*steady(20, fast_m=3000.0), *steady(110, start=20)], days=910)
    assert on(check(made), 909)["baseline"] == 0.0
    assert on(check(made, window_days=3650), 909)["baseline"] > 1000.0


def test_all_weeks_are_measured_by_the_fast_speed_known_today(tables, steady, on):
    made = tables(steady(20, fast_m=1000.0), days=140)
    slower = np.column_stack([made.speeds.fast_m, 2.0 * made.speeds.fast_m])
    object.__setattr__(made.speeds, "fast_m", slower)
    object.__setattr__(made.speeds, "fast_column", np.where(np.arange(len(made.days)) < 130, 0, 1))
    finding = on(check(made), 139)
    assert (finding["value"], finding["level"]) == (8000.0, "usual")
    assert finding["baseline"] == pytest.approx(8000.0, rel=0.02)


def test_it_needs_8_weeks_and_20_runs_outside(tables, steady, on, day):
    found = check(tables(steady(10), days=70))
    assert (on(found, 55)["level"], on(found, 56)["level"]) == ("cannot_tell", "usual")
    assert on(found, 55)["judge_from"] == day(56)
    few = check(tables([{"day": 5 * number, "km": 8.0} for number in range(16)], days=78))
    assert set(few["level"]) == {"cannot_tell"}
    assert "20 runs outside in 180 days" in few["reason"].iloc[-1]


def test_weeks_on_the_treadmill_are_no_habit(tables, steady, on):
    runs = [
        *steady(10, fast_m=1000.0),
        *steady(10, start=10, treadmill=True),
        *steady(10, start=20, fast_m=1000.0),
    ]
    finding = on(check(tables(runs, days=210)), 209)
    assert finding["baseline"] == pytest.approx(4000.0, rel=0.05)
    assert finding["n"] < 22


def test_after_four_weeks_on_the_treadmill_it_cannot_tell(tables, steady, on):
    runs = [*steady(20), *steady(4, start=20, treadmill=True), *steady(2, start=24, fast_m=500.0)]
    found = check(tables(runs, days=182))
    assert on(found, 174)["reason"] == "no run of the 4 weeks before was outside, with a speed to trust"
    assert on(found, 181)["level"] == "watch"


def test_a_week_on_the_treadmill_cannot_be_told(tables, steady, on):
    made = tables([*steady(19), *steady(1, start=19, treadmill=True)], days=140)
    assert "outside" in on(check(made), 139)["reason"]


def test_the_sentence_tells_value_habit_window_and_count(after):
    text = RULE.sentence(after(3000.0), "metric")
    assert text.startswith("3.0 km of fast running (3:47 min/km or faster) in the 7 days to Sun 31 May")
    assert "against 2.0 km a week in the four weeks before and 2.0 km a week over 19 weeks" in text
    assert "1.9 mi of fast running (6:06 min/mi" in RULE.sentence(after(3000.0), "imperial")
    first = RULE.sentence(after(500.0, by_turns=(0.0,)), "metric")
    assert first.endswith("against none in the four weeks before and none over 19 weeks.")


def test_a_finding_by_hand(tables, steady, on):
    """Ten weeks of 400 m each, then one of 1 km: the 7-day sums are 400 m throughout, 57 of them."""
    runs = steady(11)
    for run in runs:
        week, day = divmod(run["day"], 7)
        if day == 1:
            run["fast_m"] = 1000.0 if week == 10 else 400.0
    finding = on(check(tables(runs, days=77)), 76)
    told = ["value", "baseline", "month_m", "deviation_sd", "speaks_from_m", "fast_speed_mps"]
    assert finding[told].tolist() == pytest.approx([1000.0, 400.0, 400.0, 6.0, 800.0, 4.4])
    # The first sum ends on day 7, the seventh of the history; the last that counts on day 69.
    assert (finding["n"], finding["run_ids"]) == (9, "run40 run41 run42 run43")
    wide = on(check(tables(runs, days=77), smallest_sd_m=1000.0), 76)
    assert (wide["speaks_from_m"], wide["level"]) == (pytest.approx(1900.0), "usual")


def test_the_window_holds_so_many_sums(tables, steady, on):
    """The last 7-day sum with a fast run ends on day 75, the last that counts on day 97."""
    made = tables([*steady(10, fast_m=1000.0), *steady(5, start=10)], days=105)
    for days, usual_m in ((14, 0.0), (22, 0.0), (23, 1000.0 / 23)):
        finding = on(check(made, window_days=days), 104)
        assert finding["baseline"] == pytest.approx(usual_m)


@pytest.mark.parametrize(("fast_m", "level"), [(2399.0, "usual"), (2400.0, "watch")])
def test_exactly_400_metres_more_are_enough(after, fast_m, level):
    assert after(fast_m, by_turns=(2000.0,))["level"] == level


@pytest.mark.parametrize(
    ("fast_m", "level"), [(2750.0, "usual"), (2751.0, "note"), (3000.0, "note"), (3001.0, "watch")]
)
def test_exactly_as_many_deviations_are_not_beyond_them(after, fast_m, level):
    """Weeks alike, and a deviation taken to be 500 m: noted beyond 1.5, watched beyond 2 of them."""
    assert after(fast_m, by_turns=(2000.0,), smallest_sd_m=500.0)["level"] == level


def test_nothing_run_for_five_weeks_is_no_rest_from_speed(tables, steady, on):
    finding = on(check(tables(steady(20), days=200)), 190)
    assert (finding["level"], finding["reason"]) == ("cannot_tell", "nothing was run in the last 5 weeks")
    assert on(check(tables(steady(20), days=200)), 173)["reason"] != finding["reason"]
