"""F9: 7-day distance since a return against a stage's share of the mean week before the break."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from loadwatch.flags import RULES, return_from_break
from loadwatch.flags._judged import judge
from loadwatch.flags._returns import stage_shares
from loadwatch.flags.return_from_break import check
from loadwatch.settings import Settings

RULE = return_from_break.RULE
NAN = float("nan")
LAST = 55  # the Sunday that ends eight weeks of 39 km


@pytest.fixture(scope="module")
def back(tables, steady):
    """Findings after eight steady weeks, so many days off, and runs on these days since (0 is the first)."""

    def findings(days_off, *runs, others=(), days=140):
        since = [{"climb_m": 0.0, **run, "day": LAST + 1 + days_off + run["day"]} for run in runs]
        return check(tables([*steady(8, climb_m=0.0), *since], days=days, others=others))

    return findings


def at(found, days_off, number):
    return found.iloc[LAST + days_off + number]  # the first row is that of the first run, on day 1


@pytest.mark.parametrize(
    ("days_off", "stages"),
    [
        (9, []),
        (10, [(5, 0.50), (5, 0.75)]),
        (21, [(11, 0.50), (10, 0.75)]),
        (28, [(14, 0.50), (14, 0.75)]),
        (29, [(10, 0.33), (10, 0.50), (9, 0.75)]),
        (56, [(19, 0.33), (19, 0.50), (18, 0.75)]),
        (57, [(21, 0.33), (21, 0.50), (21, 0.70), (21, 0.85), (21, 1.00)]),
    ],
)
def test_the_stages_of_the_table(days_off, stages):
    expected = [share for length, share in stages for _ in range(length)]
    np.testing.assert_allclose(stage_shares(days_off), expected)


@pytest.mark.parametrize(("days_off", "level"), [(6, "usual"), (7, "note"), (13, "note"), (14, "note")])
def test_a_return_after_a_week_off_is_noted_for_a_week(back, days_off, level):
    found = back(days_off, {"day": 0, "km": 5.0})
    assert [at(found, days_off, number)["level"] for number in (-1, 0, 6, 7)] == [
        "usual",
        level,
        level,
        "usual",
    ]


@pytest.mark.parametrize(
    ("km", "level"), [(23.4, "usual"), (23.5, "watch"), (29.3, "watch"), (39.0, "watch")]
)
def test_from_14_days_off_a_fifth_beyond_half_the_old_week_is_watched(back, km, level):
    # 39 km before: half of it is 19.5 km, a fifth beyond that 23.4 km.
    found = back(20, {"day": 0, "km": 5.0}, {"day": 7, "km": km})
    finding = at(found, 20, 8)
    assert finding["level"] == level
    assert (finding["value"], finding["baseline"]) == pytest.approx((1000.0 * km, 19_500.0))


@pytest.mark.parametrize(
    ("days_off", "km", "level"), [(27, 30.0, "watch"), (28, 29.2, "watch"), (28, 29.3, "act")]
)
def test_from_28_days_off_half_as_much_again_is_to_act_on(back, days_off, km, level):
    assert at(back(days_off, {"day": 0, "km": km}), days_off, 0)["level"] == level


def test_thirteen_days_off_are_never_more_than_a_note(back):
    assert set(back(13, {"day": 0, "km": 60.0, "climb_m": 900.0, "hard_min": 50.0})["level"]) <= {
        "cannot_tell",
        "usual",
        "note",
    }


def test_only_the_distance_since_the_return_counts_and_no_more_than_7_days(back):
    runs = [{"day": number, "km": 6.0} for number in range(12)]
    found = back(20, *runs)
    assert [at(found, 20, number)["value"] for number in (0, 3, 6, 9)] == [
        6000.0,
        24_000.0,
        42_000.0,
        42_000.0,
    ]
    # The second stage begins on the 11th day, 10 after the first.
    assert [at(found, 20, number)["baseline"] for number in (9, 10)] == [19_500.0, 29_250.0]


def test_few_kilometres_beyond_a_small_share_say_nothing(tables, on):
    runs = [{"day": number, "km": 5.0} for number in range(0, 56, 3)]  # 12.5 km in the last four weeks' mean
    late = {"day": 54 + 35, "km": 6.1}  # 34 days off: 33 % are 4.1 km
    assert on(check(tables([*runs, late], days=100)), 89)["level"] == "note"
    assert on(check(tables([*runs, late | {"km": 6.2}], days=100)), 89)["level"] == "watch"


@pytest.mark.parametrize("how", [{"hard_min": 10.0}, {"climb_m": 51.0}])
def test_a_hard_or_hilly_run_is_watched_until_a_week_has_come_back_to_55_percent(back, how):
    kind = "hard" if "hard_min" in how else "hilly"
    easy = [{"day": number, "km": 5.4} for number in range(0, 8, 2)]  # 21.6 km, 55.4 % of 39 km
    for number, level in ((1, "watch"), (7, "usual")):
        finding = at(back(20, *easy, {"day": number, "km": 5.0, **how}), 20, number)
        if level == "watch":
            assert (finding["level"], finding["kind"]) == (level, kind)
        else:
            assert finding["kind"] != kind
    finding = at(back(20, {"day": 0, "km": 5.0, **how}), 20, 0)
    assert (finding["level"], finding["value"], finding["baseline"]) == (
        "watch",
        0.0,
        pytest.approx(21_450.0),
    )


@pytest.mark.parametrize(("number", "level"), [(19, "watch"), (20, "watch"), (47, "watch"), (48, "usual")])
def test_the_gate_stays_shut_for_at_most_28_days_beyond_the_stages(back, number, level):
    # 20 days off, so 20 days of stages; 10 km a week are far from 55 % of 39 km.
    easy = [{"day": day, "km": 5.0} for day in range(0, number, 4)]
    finding = at(back(20, *easy, {"day": number, "km": 5.0, "climb_m": 90.0}), 20, number)
    assert finding["level"] == level


def test_a_week_that_comes_to_55_percent_after_the_stages_opens_the_gate(back):
    easy = [{"day": day, "km": 5.4} for day in range(20, 28, 2)]
    runs = [{"day": day, "km": 5.0} for day in range(0, 20, 4)]
    assert at(back(20, *runs, *easy, {"day": 28, "km": 5.0, "climb_m": 90.0}), 20, 28)["level"] == "usual"


def test_hard_is_a_session_and_what_is_unknown_of_another_run_hides_none(back):
    first = {"day": 0, "km": 5.0, "minute": 400, "hard_min": 6.0}
    for minute, level in ((900, "note"), (440, "watch")):
        found = back(20, first, first | {"minute": minute, "id": "second"})
        assert at(found, 20, 0)["level"] == level
    found = back(20, first | {"hard_min": 12.0}, {"day": 0, "km": 2.0, "minute": 900, "hard_min": NAN})
    assert at(found, 20, 0)["kind"] == "hard"


@pytest.mark.parametrize("how", [{"hard_min": 9.9}, {"climb_m": 50.0}])
def test_short_of_hard_and_hilly_there_is_only_the_note(back, how):
    assert at(back(20, {"day": 0, "km": 5.0, **how}), 20, 0)["level"] == "note"


@pytest.mark.parametrize(
    ("sport", "level"), [("hiking", "usual"), ("walking", "usual"), ("cycling", "watch")]
)
def test_a_hike_or_walk_ends_the_days_off(back, sport, level):
    hikes = [{"day": LAST + 1 + number, "km": 8.0, "sport": sport} for number in (6, 13)]
    assert at(back(20, {"day": 0, "km": 30.0}, others=hikes), 20, 0)["level"] == level


def test_a_break_during_the_stages_keeps_the_old_week_and_the_stricter_share(back):
    # 40 days off: 33 % of 39 km for 14 days; 12 days off among them would alone allow 50 % of little.
    runs = [{"day": 0, "km": 5.0}, {"day": 2, "km": 5.0}, {"day": 15, "km": 24.0}]
    finding = at(back(40, *runs), 40, 15)
    assert (finding["level"], finding["own_off_days"]) == ("watch", 12)
    assert "after 12 days off, not long after a break of 40" in RULE.sentence(finding, "metric")
    assert finding["baseline"] == pytest.approx(0.5 * 39_000.0)  # the second third of the first return
    assert at(back(40, *runs[:2], {"day": 13, "km": 20.0}), 40, 13)["baseline"] == pytest.approx(
        0.33 * 39_000.0
    )


@pytest.mark.parametrize(
    ("first_off", "days_on", "second_off", "km", "level"),
    [
        pytest.param(14, range(5), 20, 12.0, "note", id="16 days after stages of 14"),
        pytest.param(10, range(3), 28, 26.0, "watch", id="21 days after stages of 10"),
    ],
)
def test_a_break_that_begins_during_the_stages_and_outlasts_them_keeps_the_old_week(
    back, first_off, days_on, second_off, km, level
):
    again = len(days_on) + second_off
    runs = [{"day": number, "km": 3.0} for number in days_on]
    finding = at(back(first_off, *runs, {"day": again, "km": km}), first_off, again)
    assert (finding["level"], finding["baseline"]) == (level, pytest.approx(0.5 * 39_000.0))
    assert finding["worst_off_days"] == second_off


def test_a_week_off_during_the_stages_begins_no_other_return(back):
    found = back(40, {"day": 0, "km": 5.0}, {"day": 9, "km": 5.0}, {"day": 11, "km": 25.0})
    assert at(found, 40, 9)["level"] == "usual"
    finding = at(found, 40, 11)
    assert (finding["level"], finding["own_off_days"], finding["since_days"]) == ("act", 40, 11)


def test_it_says_from_when_it_can_tell(tables, steady, on, day):
    early = check(tables(steady(5), days=35))
    assert (on(early, 28)["level"], on(early, 29)["level"]) == ("cannot_tell", "usual")
    assert on(early, 28)["judge_from"] == day(29)
    short = check(tables([*steady(3), {"day": 35, "km": 9.0}], days=60))
    finding = on(short, 35)
    assert (finding["level"], finding["reason"]) == (
        "cannot_tell",
        "the 4 weeks before the break are not all known",
    )
    assert finding["judge_from"] == day(35 + 14)
    assert on(short, 49)["level"] == "usual"


def test_after_little_running_before_the_break_there_is_nothing_to_compare_with(tables, on):
    runs = [{"day": number, "km": 3.0} for number in range(0, 56, 7)]
    finding = on(check(tables([*runs, {"day": 80, "km": 9.0}], days=90)), 80)
    assert finding["level"] == "cannot_tell"
    assert "less than 10 km each" in finding["reason"]


@pytest.mark.parametrize("smallest_base_m", [10_000.0, 0.0])
@pytest.mark.parametrize("days_off", [8, 20])
def test_where_only_walks_came_before_the_break_there_is_nothing_to_compare_with(
    tables, steady, on, days_off, smallest_base_m
):
    walks = [{"day": number, "km": 4.0, "sport": "walking"} for number in range(56, 91, 2)]
    number = 91 + days_off
    made = tables([*steady(8), {"day": number, "km": 5.0}], days=number + 3, others=walks)
    finding = on(check(made, smallest_base_m=smallest_base_m), number)
    assert finding["level"] == "cannot_tell"
    assert finding["reason"] == "nothing was run in the 4 weeks before the break"


def test_a_run_of_unknown_distance_leaves_the_week_untold(back):
    assert (
        at(back(20, {"day": 0, "km": NAN}), 20, 0)["reason"]
        == "the distance of a run of the last 7 days is unknown"
    )


def test_a_strain_lifts_the_note_to_watch_and_watch_to_act(tables, steady):
    made = tables([*steady(8, climb_m=0.0), {"day": 76, "km": 5.0}, {"day": 78, "km": 30.0}], days=90)
    strained = Settings(hamstring_strain=date(2026, 2, 1))
    for own, levels in ((Settings(), ["note", "watch"]), (strained, ["watch", "act"])):
        found = judge(RULES, made, own)[RULE.id]
        assert found["level"].iloc[[76, 78]].tolist() == levels


def test_the_sentences(back):
    found = back(20, {"day": 0, "km": 5.0}, {"day": 2, "km": 25.0})
    assert RULE.sentence(at(found, 20, 0), "metric") == (
        "Back on Sun 22 Mar after 20 days off, with 5.0 km: a coach's table allows 19.5 km a week "
        "for now, 50 % of the 39.0 km before."
    )
    later = at(back(20, {"day": 0, "km": 5.0}, {"day": 2, "km": 5.0}), 20, 2)
    assert RULE.sentence(later, "metric").startswith(
        "Back since Sun 22 Mar after 20 days off, 10.0 km by Tue 24 Mar: "
    )
    assert RULE.sentence(at(found, 20, 2), "metric") == (
        "30.0 km in the 7 days to Tue 24 Mar, back since Sun 22 Mar after 20 days off: 54 % more than "
        "the 19.5 km that a coach's table allows for now (50 % of the 39.0 km a week before)."
    )
    assert "18.6 mi in the 7 days" in RULE.sentence(at(found, 20, 2), "imperial")
    hilly = at(back(20, {"day": 0, "km": 5.0}, {"day": 2, "km": 5.0, "climb_m": 90.0}), 20, 2)
    assert RULE.sentence(hilly, "metric") == (
        "A hilly run on Tue 24 Mar, back after 20 days off, with 5.0 km in the 7 days before it: such runs "
        "wait until a week holds 21.5 km again, 55 % of the 39.0 km before the break."
    )
    short = RULE.sentence(at(back(8, {"day": 0, "km": 5.0}), 8, 0), "metric")
    assert short == "Back on Tue 10 Mar after 8 days off, with 5.0 km: before the break a week held 39.0 km."
