"""F15: what the diary tells, day by day, and how it stands among the other rules."""

from __future__ import annotations

from datetime import date

import pytest

from loadwatch.diary import Entry
from loadwatch.flags import RULES
from loadwatch.flags._judged import flags_table, judge
from loadwatch.flags._verdict import stories, verdicts
from loadwatch.flags.symptoms import RULE, check
from loadwatch.settings import Settings

GREEN = {"site": "sit-bone", "pain_during": 2, "course": "eases"}


def levels(found):
    return found["level"].tolist()


def told(tables, rules=(RULE,), settings=None):
    own = settings or Settings()
    judged = judge(rules, tables, own)
    flags = flags_table(rules, judged, tables.days, own)
    return judged, flags, stories(rules, judged, flags, tables.days, own)


def test_without_a_diary_nothing_can_be_told(tables, steady):
    found = check(tables(steady(1), days=7))
    assert set(found["level"]) == {"cannot_tell"}
    assert set(found["reason"]) == {"there is no diary"}


def test_a_day_has_the_colour_of_its_diary_as_known_on_that_day(tables, steady):
    made = tables(
        steady(5),
        days=35,
        diary=[{"day": 3, **GREEN, "pain_next_morning": 5}, {"day": 8, "site": "sit-bone", **GREEN}],
    )
    found = check(made)
    assert (
        levels(found) == ["cannot_tell"] * 2 + ["usual"] + ["act"] * 14 + ["usual"] * 5 + ["cannot_tell"] * 12
    )


def test_green_is_information_with_what_article_000_adds(tables, steady, on):
    made = tables(steady(2), days=14, diary=[{"day": 3, **GREEN}])
    finding = on(check(made), 3)
    assert finding["is_information"]
    text = RULE.sentence(finding, "metric")
    assert text.startswith(
        "green for the sit bone by the diary of Thu 8 Jan (2 during, of 10): mild and eases"
    )
    assert "000 adds that trouble of a tendon begins just so" in text
    assert "the diary does not hold the next morning yet" in RULE.detail(finding, "metric")


def test_a_fast_or_hilly_run_while_an_entry_is_open_is_watched(tables, on):
    for told_of_run in ({"fast_m": 400.0}, {"climb_m": 110.0}):
        runs = [{"day": 0, "km": 10.0}, {"day": 5, "km": 10.0, **told_of_run}, {"day": 6, "km": 10.0}]
        made = tables(runs, days=10, diary=[{"day": 2, **GREEN}])
        found = check(made)
        assert [on(found, number)["level"] for number in (4, 5, 6)] == ["usual", "watch", "watch"]
        lenient = check(made, fast_run_m=500.0, hilly_pct=2.0)
        assert on(lenient, 5)["level"] == "usual"


def test_red_leads_the_reasons_of_a_week_and_its_headline_and_action(tables, steady):
    runs = [*steady(6), {"day": 46, "km": 40.0}]
    made = tables(runs, days=49, diary=[{"day": 44, "site": "sit-bone", "pain_during": 6}])
    _, _, by_week = told(made, RULES)
    story = by_week["2026-W08"]
    assert story.verdict == "act"
    assert [row["rule"] for row in story.reasons][:2] == ["symptoms", "long_run_spike"]
    assert story.headline.startswith("Act: what the diary tells (sit bone) is for a professional")
    assert story.action == "Stop running and see a professional."
    assert "professional" in story.reasons[0]["sentence"]


@pytest.mark.parametrize(
    ("second", "headline", "beside"),
    [
        ({"pain_during": 7}, "Act: what the diary tells (left back of the knee and sit bone)", "red for the"),
        (
            {"pop": True},
            "Act today: what the diary tells (left back of the knee and sit bone)",
            "red, and not",
        ),
        ({"pain_during": 4}, "Act: what the diary tells (sit bone) is for", ""),
    ],
)
def test_each_site_that_is_red_is_named(tables, steady, second, headline, beside):
    diary = [
        {"day": 44, "site": "sit-bone", "pain_during": 6},
        {"day": 45, "site": "behind-knee", "side": "left", **second},
    ]
    _, flags, by_week = told(tables(steady(7), days=49, diary=diary), RULES)
    assert by_week["2026-W08"].headline.startswith(headline)
    text = flags.loc[flags["rule"] == "symptoms", "sentence"].iloc[-1]
    assert "ed for the sit bone by the diary of Wed 18 Feb (6 during, of 10): pain of 5 or more" in text
    assert (f"{beside} " in text.lower() and "for the left back of the knee" in text) == bool(beside)
    assert text.count("professional") + text.count("doctor") == 1


def test_two_yellow_sites_are_both_named(tables, steady):
    diary = [{"day": 3, "site": site, "pain_during": 4} for site in ("mid-thigh", "buttock")]
    _, flags, by_week = told(tables(steady(1), days=7, diary=diary))
    assert (
        by_week["2026-W02"].headline == "Watch: what the diary tells (mid-thigh and buttock) asks for care."
    )
    text = flags["sentence"].iloc[-1]
    assert "Yellow for the mid-thigh" in text
    assert "; yellow for the buttock" in text


def test_red_that_stands_keeps_a_quiet_week_from_being_as_usual(tables, steady):
    made = tables(steady(8), days=56, diary=[{"day": 43, "site": "sit-bone", "pain_during": 6}])
    judged, flags, by_week = told(made, RULES)
    assert flags.loc[flags["rule"] == "symptoms", "is_raise"].sum() == 1
    story = by_week["2026-W09"]
    assert verdicts(RULES, judged, made.days)["2026-W09"] == story.verdict == "act"
    assert story.reasons[0]["rule"] == "symptoms"
    assert "professional" in story.headline
    assert "symptoms" not in [row["rule"] for row, _ in story.standing]


def test_what_must_not_wait_says_today(tables, steady):
    made = tables(steady(1), days=7, diary=[{"day": 3, "swollen_warm_lower_leg": True}])
    _, _, by_week = told(made)
    story = by_week["2026-W02"]
    assert "Act today" in story.headline
    assert "today, not next week" in story.action
    assert "today, not next week" in story.reasons[0]["sentence"]


def test_yellow_is_watched_and_leads_nothing(tables, steady):
    made = tables(steady(1), days=7, diary=[{"day": 3, "pain_during": 4}])
    _, _, by_week = told(made)
    assert by_week["2026-W02"].verdict == "watch"
    assert by_week["2026-W02"].headline == "Watch: what the diary tells asks for care."
    beside = told(
        tables([*steady(6), {"day": 46, "km": 18.0}], days=49, diary=[{"day": 45, "pain_during": 4}]), RULES
    )
    story = beside[2]["2026-W08"]
    assert story.headline == "Watch: outside your usual running."
    assert [row["rule"] for row in story.reasons] == ["long_run_spike", "symptoms"]
    # Nobody whose hamstring asks for care is told that as much as usual is all right.
    assert story.action.startswith("Keep the next runs short, slow and flat")


def test_yellow_is_told_however_much_else_is_up(tables, steady):
    much = {"km": 30.0, "climb_m": 900.0, "fast_m": 6000.0, "hard_s": 4000.0}
    runs = [*steady(6), *({"day": day, **much} for day in (44, 46, 48))]
    story = told(tables(runs, days=49, diary=[{"day": 45, "pain_during": 4}]), RULES)[2]["2026-W08"]
    assert len(story.folded) >= 1
    assert [row["rule"] for row in story.reasons][-1] == "symptoms"
    assert len(story.reasons) == 3
    assert "symptoms" not in [row["rule"] for row in story.folded]


def test_an_entry_that_is_yellow_by_now_is_not_told_as_green_too(tables, steady):
    diary = [{"day": 44, "site": "mid-thigh", "pain_during": 1}]
    runs = [*steady(6), {"day": 47, "km": 5.0, "climb_m": 300.0}]
    story = told(tables(runs, days=49, diary=diary), RULES)[2]["2026-W08"]
    assert "hilly run" in next(row["sentence"] for row in story.reasons if row["rule"] == "symptoms")
    assert "symptoms" not in [row["rule"] for row in story.information]
    calm = told(tables(steady(7), days=49, diary=diary), RULES)[2]["2026-W08"]
    assert "symptoms" in [row["rule"] for row in calm.information]


@pytest.mark.parametrize(
    ("diary", "level"),
    [
        ([], "note"),
        ([{"day": 30, "pain_during": 0}], "note"),
        ([{"day": 30, "pain_during": 1}], "watch"),
        ([{"day": 19, "pain_during": 1}], "note"),
        ([{"day": 30, "pain_during": 1}, {"day": 33, "closed": True}], "note"),
        ([{"day": 35, "pain_during": 1}], "note"),
        ([{"day": 30, "site": "lower-back", "pain_next_morning": 1}], "watch"),
    ],
)
def test_an_open_entry_lowers_a_long_run_by_a_level_and_says_so(tables, steady, on, diary, level):
    made = tables([*steady(4), {"day": 34, "km": 18.0}], days=36, diary=diary)
    judged, flags, _ = told(made, RULES)
    assert on(judged["long_run_spike"], 34)["level"] == level
    (sentence,) = flags.loc[flags["rule"] == "long_run_spike", "sentence"]
    is_said = "one level up because of the open diary entry of Wed 4 Feb 2026." in sentence
    assert is_said == (level == "watch")


def test_a_strain_is_named_before_an_open_entry(tables, steady):
    made = tables([*steady(4), {"day": 34, "km": 18.0}], days=35, diary=[{"day": 30, "pain_during": 1}])
    _, flags, _ = told(made, RULES, Settings(hamstring_strain=date(2026, 1, 1)))
    (sentence,) = flags.loc[flags["rule"] == "long_run_spike", "sentence"]
    assert sentence.endswith("one level up because of the hamstring strain of 1 Jan 2026.")


def test_later_lines_change_nothing_of_earlier_days(tables, steady):
    first = [{"day": 10, "pain_during": 2}]
    later = [*first, {"day": 20, "pain_during": 7}, {"day": 21, "unrecorded_running": True}]
    before, after = (
        judge(RULES, tables(steady(5), days=35, diary=one), Settings()) for one in (first, later)
    )
    for rule in RULES:
        assert levels(before[rule.id])[:19] == levels(after[rule.id])[:19]


def test_running_without_a_record_is_no_rest_and_takes_back_what_rests_on_it(tables, steady, on):
    runs = [*steady(6), {"day": 46, "km": 40.0}]
    plain, marked = (
        judge(RULES, tables(runs, days=49, diary=diary), Settings())
        for diary in ([], [{"day": 30, "unrecorded_running": True}])
    )
    assert on(plain["long_run_spike"], 46)["level"] == "act"
    assert on(marked["long_run_spike"], 46)["level"] == "cannot_tell"
    assert "without a record" in on(marked["long_run_spike"], 46)["reason"]
    # What is not beyond the longest known run is not beyond the longest run either.
    assert on(marked["long_run_spike"], 41)["level"] == "usual"
    assert on(marked["volume_jump"], 48)["level"] == "cannot_tell"
    made = tables(runs, days=49, diary=[{"day": 28, "unrecorded_running": True}])
    day = made.days.loc[made.days["local_date"] == Entry(made.diary[0].date).date].iloc[0]
    assert not day["is_rest_day"]
    assert not day["is_covered"]


@pytest.mark.parametrize(
    ("rule", "before"), [("long_run_spike", 30), ("climb_jump", 42), ("descent_jump", 42)]
)
def test_running_without_a_record_on_the_first_day_compared_with_takes_a_flag_back(
    tables, steady, on, rule, before
):
    runs = [*steady(10), {"day": 67, "km": 20.0, "climb_m": 700.0}]
    levels_of = [
        on(judge(RULES, tables(runs, days=70, diary=diary), Settings())[rule], 67)["level"]
        for diary in (
            [{"day": 67 - before - 1, "unrecorded_running": True}],
            [{"day": 67 - before, "unrecorded_running": True}],
        )
    ]
    assert levels_of[0] in ("note", "watch")
    assert levels_of[1] == "cannot_tell"


@pytest.mark.parametrize(
    ("rule", "threshold", "days", "before"),
    [
        ("climb_jump", "session_window_days", 20, 34),  # its weeks reach further back than its sessions
        ("climb_jump", "session_window_days", 50, 50),
        ("descent_jump", "habit_days", 20, 20),
        ("descent_jump", "habit_days", 50, 50),
    ],
)
def test_how_far_back_that_is_follows_the_runners_own_thresholds(
    tables, steady, on, rule, threshold, days, before
):
    runs = [*steady(10), {"day": 67, "km": 20.0, "climb_m": 700.0}]
    own = Settings(rules={rule: {threshold: days}})
    outside, inside = (
        on(judge(RULES, tables(runs, days=70, diary=diary), own)[rule], 67)
        for diary in (
            [{"day": 67 - before - 1, "unrecorded_running": True}],
            [{"day": 67 - before, "unrecorded_running": True}],
        )
    )
    assert outside["level"] in ("note", "watch")
    assert inside["level"] == "cannot_tell"
    assert f"in the last {before + 1} days" in inside["reason"]


def test_running_without_a_record_ends_a_break(tables, steady, on):
    runs = [*steady(5), *steady(2, start=8)]
    plain, marked = (
        judge(RULES, tables(runs, days=70, diary=diary), Settings())["return_from_break"]
        for diary in ([], [{"day": 45, "unrecorded_running": True}])
    )
    assert on(plain, 60)["own_off_days"] == 22
    assert on(marked, 60)["own_off_days"] == 11


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([], "22 days off,"),
        ([{"day": 40, "illness": True}], "22 days off (ill),"),
        ([{"day": 40, "illness": True}, {"day": 41, "holiday": True}], "22 days off (ill and on holiday),"),
        ([{"day": 20, "illness": True}], "22 days off,"),
    ],
)
def test_illness_and_holiday_name_the_reason_of_a_break(tables, steady, marks, said):
    runs = [*steady(5), *steady(2, start=8)]
    made = tables(runs, days=70, diary=marks)
    _, flags, _ = told(made, RULES)
    rows = flags.loc[flags["rule"] == "return_from_break", "sentence"]
    assert any(said in sentence for sentence in rows), list(rows)


def test_two_sites_that_turn_yellow_on_different_days_of_a_week_are_both_named(tables, steady):
    entries = [
        {"day": 71, "site": "sit-bone", "pain_during": 4, "course": "eases"},
        {"day": 73, "site": "buttock", "pain_during": 4, "course": "eases"},
    ]
    _, flags, weeks = told(tables(steady(11), days=77, diary=entries))
    assert flags["is_raise"].tolist()[:3] == [True, False, False]
    story = list(weeks.values())[-1]
    assert "(buttock and sit bone)" in story.headline
    (reason,) = story.reasons
    assert ("sit bone" in reason["sentence"], "buttock" in reason["sentence"]) == (True, True)
