"""F7: how many of distance, speed and hills are up in the same 7 days."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.flags import stacking
from loadwatch.flags.stacking import check

RULE = stacking.RULE
NAN = float("nan")
WEEKS = 8


@pytest.fixture(scope="module")
def after(tables, steady, on):
    """The finding on the Sunday of a week of four such runs, after eight weeks of 39 km and 390 m of climb.

    The week is as long and hilly as those before unless told.
    """

    def finding(km=9.75, *, before=(), **each):
        runs = [
            *steady(WEEKS, **dict(before)),
            *({"day": 56 + 2 * i, "km": km, "climb_m": 97.5, **each} for i in range(4)),
        ]
        return on(check(tables(runs, days=63)), 62)

    return finding


def test_a_week_like_the_others_has_nothing_up(after):
    finding = after()
    assert (finding["level"], finding["value"]) == ("usual", 0)


@pytest.mark.parametrize(
    ("each", "count"),
    [
        pytest.param({"km": 11.6}, 0, id="distance 19 % up"),
        pytest.param({"km": 11.8}, 1, id="distance 21 % and 8 km up"),
        pytest.param({"hard_min": 2.4}, 0, id="9.6 hard minutes more"),
        pytest.param({"hard_min": 2.5}, 1, id="10 hard minutes more"),
        pytest.param({"fast_m": 99.0}, 0, id="396 fast metres more"),
        pytest.param({"fast_m": 100.0}, 1, id="400 fast metres more"),
        pytest.param({"hard_min": 9.0, "fast_m": 900.0}, 1, id="hard and fast are one group"),
        pytest.param({"climb_m": 122.0}, 0, id="98 m more climb and descent"),
        pytest.param({"climb_m": 122.5}, 1, id="100 m more climb and descent"),
        pytest.param({"descent_m": 122.5}, 1, id="100 m more descent alone"),
        pytest.param({"km": 11.8, "climb_m": 140.0}, 1, id="hills rise 44 %, less than 1.2 times distance"),
        pytest.param({"km": 11.8, "climb_m": 142.0}, 2, id="hills rise by more than that"),
        pytest.param({"climb_m": 122.5, "hard_min": 2.5}, 2, id="hills and speed"),
        pytest.param({"km": 11.8, "climb_m": 142.0, "fast_m": 100.0}, 3, id="all three"),
    ],
)
def test_what_counts_as_up(after, each, count):
    finding = after(**each)
    assert (finding["value"], finding["level"]) == (count, ("usual", "usual", "note", "watch")[count])


def test_a_fifth_more_of_few_kilometres_is_no_rise(tables, on):
    def week(start, km):
        return [{"day": 7 * start + number, "km": km} for number in (1, 4)]

    for km, count in ((14.9, 0), (15.1, 1)):  # 25 km a week before
        runs = [run for start in range(WEEKS) for run in week(start, 12.5)] + week(WEEKS, km)
        assert on(check(tables(runs, days=63)), 62)["value"] == count


def test_a_shorter_week_does_not_lower_what_speed_and_hills_must_rise_by(after):
    usual = {"hard_min": 25.0}
    assert after(5.0, before=usual, hard_min=29.0)["value"] == 0  # 116 after 100 minutes
    assert after(5.0, before=usual, hard_min=31.0)["value"] == 1


def test_a_rest_week_does_not_make_the_next_one_a_rise(tables, steady, on):
    runs = [*steady(5, hard_min=20.0), *steady(2, start=6, hard_min=20.0)]
    assert on(check(tables(runs, days=56)), 55)["value"] == 0


def test_what_is_not_known_leaves_open_only_what_it_could_change(after):
    blind = {"hard_min": NAN, "fast_m": NAN}
    assert after(**blind, before=blind)["level"] == "usual"
    one_up = after(km=11.8, **blind, before=blind)
    assert (one_up["level"], "not known well enough" in one_up["reason"]) == ("cannot_tell", True)
    assert after(km=11.8, climb_m=142.0, **blind, before=blind)["level"] == "note"
    assert after(km=11.8, climb_m=NAN, before={"climb_m": NAN})["level"] == "cannot_tell"
    half = after(hard_min=9.0, climb_m=142.0, fast_m=NAN, before={"fast_m": NAN})
    assert half["level"] == "note"


def test_past_and_present_are_measured_by_the_speeds_known_today(tables, steady, on):
    runs = [*steady(8, fast_m=50.0, hard_min=2.0), *steady(1, start=8, fast_m=200.0, hard_min=6.0)]
    made = tables(runs, days=63)
    assert on(check(made), 62)["value"] == 1
    # At the lower speeds of column 1, as much was hard and fast all along.
    for name, most in (("hard_s", 360.0), ("fast_m", 200.0)):
        daily = getattr(made.speeds, name)
        slower = np.where(daily > 0.0, most, 0.0)
        object.__setattr__(made.speeds, name, np.column_stack([daily[:, 0], slower[:, 0]]))
    column = np.where(np.arange(len(made.days)) < 60, 0, 1)
    for names in (["hard_column"], ["hard_column", "fast_column"]):
        for name in names:
            object.__setattr__(made.speeds, name, column)
        finding = on(check(made), 62)
        assert finding["value"] == (1 if len(names) == 1 else 0)
        assert np.isnan(finding["hard_s"])


def test_what_heart_rate_told_is_not_held_against_what_speed_told(tables, steady, on):
    runs = [
        *steady(8),
        *({"day": 56 + 2 * i, "km": 9.75, "climb_m": 300.0, "hard_min": 9.0} for i in range(4)),
    ]
    made = tables(runs, days=63)
    assert on(check(made), 62)["level"] == "note"
    made.speeds.critical_mps[55:] = NAN
    finding = on(check(made), 62)
    assert (finding["level"], finding["value"]) == ("usual", 1.0)


@pytest.mark.parametrize("measure", ["told_s", "clean_count"])
def test_a_measure_is_known_by_the_speed_of_today_where_enough_of_five_weeks_is(tables, steady, on, measure):
    each = {"told_s": {"hard_min": 9.0}, "clean_count": {"fast_m": 500.0}}[measure]
    runs = [*steady(8), *steady(1, start=8, **each)]
    made = tables(runs, days=63)
    # What was known on the day of a run decides nothing.
    made.runs[["hard_s", "fast_m"]] = NAN
    assert on(check(made), 62)["value"] == 1
    getattr(made.speeds, measure)[28:40] = 0
    assert on(check(made), 62)["value"] == 0


def test_it_judges_from_the_last_day_of_the_fifth_week(tables, steady, on, day):
    found = check(tables(steady(6), days=42))
    assert (on(found, 34)["level"], on(found, 35)["level"]) == ("cannot_tell", "usual")
    assert on(found, 34)["judge_from"] == day(35)


def test_it_is_silent_for_28_days_after_a_break(tables, steady, on, day):
    found = check(tables([*steady(8), *steady(8, start=11, hard_min=20.0)], days=133))
    assert on(found, 80)["level"] == "cannot_tell"
    assert on(found, 80)["judge_from"] == day(78 + 28)


def test_the_sentence_tells_one_measure_of_each_group_and_its_usual_week(after):
    finding = after(km=13.0, climb_m=200.0, hard_min=9.0, fast_m=500.0)
    assert RULE.sentence(finding, "metric") == (
        "3 things rose together in the 7 days to Sun 8 Mar, each beside a usual week of the four before: "
        "distance 52.0 km (39.0 km), hard running 36 min (0 min) and climb 800 m (390 m)."
    )
    text = RULE.sentence(after(climb_m=97.5, descent_m=200.0, fast_m=500.0), "imperial")
    assert text.endswith("fast running 2,000 m (0 m) and descent 2,620 ft (1,280 ft).")


def test_a_finding_rests_on_four_weeks_and_the_runs_of_seven_days(after):
    finding = after(km=13.0, climb_m=200.0, hard_min=9.0)
    assert (finding["value"], finding["baseline"], finding["n"]) == (3.0, 0.0, 4)
    assert finding["run_ids"] == "run32 run33 run34 run35"
    told = [
        "distance_m",
        "distance_m_base",
        "hard_s",
        "hard_s_base",
        "elevation_loss_m",
        "elevation_loss_m_base",
    ]
    assert finding[told].tolist() == pytest.approx([52_000.0, 39_000.0, 2160.0, 0.0, 800.0, 390.0])
    assert np.isnan(finding[["fast_m", "fast_m_base"]].astype(float)).all()


def test_nothing_run_before_cannot_be_compared_with(tables, steady, on):
    walks = [{"day": number, "km": 4.0, "sport": "walking"} for number in range(56, 98, 2)]
    runs = [*steady(8), *steady(1, start=14)]
    finding = on(check(tables(runs, days=105, others=walks)), 104)
    assert finding["reason"] == "nothing was run in the 4 weeks before the last 7 days"


def test_an_unknown_distance_leaves_five_weeks_open(tables, steady, on):
    made = tables(steady(12), days=84)
    made.days.loc[45, "distance_unknown_count"] = 1
    found = check(made)
    assert found["level"].iloc[44:46].tolist() == ["usual", "cannot_tell"]
    assert found["level"].iloc[79:81].tolist() == ["cannot_tell", "usual"]
    assert found["reason"].iloc[79] == "the distance of a run in the last 5 weeks is unknown"
