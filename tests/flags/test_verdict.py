"""From levels to raises, verdicts and the order of reasons, as rules.md defines them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pandas as pd
import pytest

from loadwatch.flags import RULES
from loadwatch.flags._judged import flags_table, highest_levels, judge, raises
from loadwatch.flags._rule import findings, is_after_break
from loadwatch.flags._verdict import stories, verdicts
from loadwatch.settings import Settings

# Four are enough for every case, and stay the same whatever rules are added.
BY_ID = {
    rule.id: rule
    for rule in RULES
    if rule.id in ("long_run_spike", "volume_jump", "climb_jump", "long_steps")
}
RANK = {"?": -1, ".": 0, "n": 1, "w": 2, "a": 3, "i": 0, "j": 0}
LEVEL = {"?": "cannot_tell", ".": "usual", "n": "note", "w": "watch", "a": "act", "i": "usual", "j": "usual"}


def raised(levels: str) -> list[int]:
    """Days raised, for a letter a day: ? cannot tell, . usual, n note, w watch, a act."""
    is_raise = raises(pd.Series([RANK[letter] for letter in levels]))
    return [day for day, is_one in enumerate(is_raise) if is_one]


@pytest.mark.parametrize(
    ("levels", "days"),
    [
        ("...w...", [3]),
        ("...nnnn", []),  # a note is no raise
        ("w......", [0]),
        ("?w", [1]),
        ("nww", [1]),
        ("..wwwwwwwwwwwwwwwwwwwwww", [2]),  # stays up: standing
        ("..wa", [2, 3]),  # reaches a higher level
        ("..aw", [2]),  # a fall is no rise
        ("..awwa", [2]),
        ("w" + "." * 13 + "w", [0]),  # raised 14 days before
        ("w" + "." * 14 + "w", [0, 15]),
        ("w" + "." * 13 + "a", [0, 14]),  # higher than then
        ("a" + "." * 13 + "w", [0]),
        ("a" + "." * 14 + "w", [0, 15]),
        ("w.w.w.w.w.w.w.w.w", [0, 16]),  # a rise that is no raise does not put off the next
        ("w" * 20 + ".w", [0, 21]),
        ("", []),
    ],
)
def test_a_raise_rises_to_watch_or_act_and_not_again_within_14_days(levels, days):
    assert raised(levels) == days


def test_the_index_of_the_days_is_kept():
    assert list(raises(pd.Series([0, 2], index=[5, 9])).index) == [5, 9]


@pytest.fixture(scope="module")
def tell(tables):
    """Judge made-up levels, a letter a day from Monday 5 Jan on; rules left out are as usual."""

    def told(*, settings=None, grades=(), **levels):
        length = max(map(len, levels.values()))
        made = tables([{"day": number, "km": 5.0} for number in range(length)], days=length)

        def rule(id_):
            def check(given):
                found = findings(given.days)
                letters = levels.get(id_, "." * length)
                found["level"] = [LEVEL[letter] for letter in letters]
                found["value"], found["baseline"], found["n"] = 2000.0, 1000.0, 4
                found["reason"] = ["too little" if letter == "?" else "" for letter in letters]
                found["judge_from"] = [
                    day + timedelta(days=3) if letter == "?" else None
                    for day, letter in zip(given.days["local_date"], letters, strict=True)
                ]
                found["is_information"] = [letter in "ij" for letter in letters]
                if "j" in letters:
                    found["kind"] = list(letters)
                return found

            def sentence(finding, units):
                return f"{id_} of {finding['local_date']}: {finding['value']} m."

            grade = dict(grades).get(id_, BY_ID[id_].grade)
            return replace(BY_ID[id_], check=check, sentence=sentence, detail=sentence, grade=grade)

        rules = [rule(id_) for id_ in BY_ID]
        settings = settings or Settings()
        judged = judge(rules, made, settings)
        flags = flags_table(rules, judged, made.days, settings)
        story = stories(rules, judged, flags, made.days, settings)
        assert verdicts(rules, judged, made.days) == {week: told.verdict for week, told in story.items()}
        return flags, story, judged

    return told


def ids(rows):
    return [row["rule"] for row in rows]


def test_the_verdict_is_the_highest_raise_and_a_note_never_sets_it(tell):
    assert tell(long_run_spike="..n....")[1]["2026-W02"].verdict == "usual"
    assert tell(long_run_spike="..w....")[1]["2026-W02"].verdict == "watch"
    story = tell(long_run_spike="..a....", volume_jump=".w.....")[1]["2026-W02"]
    assert (story.verdict, ids(story.reasons)) == ("act", ["long_run_spike", "volume_jump"])
    assert story.headline == "Act: far outside your usual running."
    assert story.action == "Keep the next runs short and easy."


def test_a_rule_that_stays_up_is_standing_and_sets_no_verdict(tell, day):
    _, told, _ = tell(long_steps="...." + "w" * 14)
    assert (told["2026-W02"].verdict, told["2026-W02"].standing) == ("watch", ())
    (row, since) = told["2026-W03"].standing[0]
    assert (told["2026-W03"].verdict, row["local_date"], since) == ("usual", day(13), day(4))
    assert told["2026-W03"].action == "Keep the next 7 days at or below usual."


def test_a_rule_that_asks_for_something_of_its_own_is_heard(tell, monkeypatch):
    own = replace(BY_ID["volume_jump"], action="Come back more slowly.")
    monkeypatch.setitem(BY_ID, "volume_jump", own)
    assert tell(volume_jump=".w.....")[1]["2026-W02"].action == "Come back more slowly."
    both = tell(volume_jump=".w.....", long_run_spike="..a....")[1]["2026-W02"]
    assert both.action == "Keep the next runs short and easy."


def test_a_rule_that_came_down_within_the_week_is_not_still_up(tell):
    assert tell(long_steps="....wwww......")[1]["2026-W03"].standing == ()
    assert tell(long_steps="....wwwwwwwwnn")[1]["2026-W03"].standing == ()
    assert ids(tell(long_steps="....wwwwwwwwnn")[1]["2026-W03"].notes) == ["long_steps"]


def test_a_rule_up_again_within_14_days_is_standing_since_its_raise(tell, day):
    _, told, _ = tell(long_steps="..w.......wwww")
    assert [(row["rule"], since) for row, since in told["2026-W03"].standing] == [("long_steps", day(2))]


def test_with_nothing_raised_and_a_decisive_rule_unjudged_it_is_cannot_tell_with_the_date(tell):
    story = tell(volume_jump="......?")[1]["2026-W02"]
    assert story.verdict == "cannot_tell"
    assert "from Wed 14 Jan" in story.headline
    assert [(silent.rule, silent.reason) for silent in story.cannot_tell] == [("volume_jump", "too little")]
    assert tell(long_run_spike="..?....")[1]["2026-W02"].verdict == "cannot_tell"
    assert tell(volume_jump="......?", long_steps="...w...")[1]["2026-W02"].verdict == "watch"


def test_other_rules_unjudged_are_listed_and_change_no_verdict(tell):
    story = tell(climb_jump="???????", long_steps="???????")[1]["2026-W02"]
    assert story.verdict == "usual"
    assert [silent.rule for silent in story.cannot_tell] == ["climb_jump", "long_steps"]
    assert tell(volume_jump="??????.")[1]["2026-W02"].verdict == "usual"  # able at the week's end


def test_reasons_come_by_level_then_grade_then_newest(tell):
    grades = {"long_run_spike": "C", "volume_jump": "B-, conflicting", "climb_jump": "B", "long_steps": "B/C"}
    up = dict.fromkeys(BY_ID, "..w....")
    story = tell(grades=grades.items(), **up)[1]["2026-W02"]
    assert ids(story.reasons) == ["climb_jump", "volume_jump", "long_steps"]
    assert ids(story.folded) == ["long_run_spike"]
    story = tell(grades=grades.items(), **(up | {"long_run_spike": "..a...."}))[1]["2026-W02"]
    assert ids(story.reasons) == ["long_run_spike", "climb_jump", "volume_jump"]
    alike = dict.fromkeys(BY_ID, "B")
    story = tell(grades=alike.items(), long_steps="w......", volume_jump="..w....", climb_jump=".w.....")[1][
        "2026-W02"
    ]
    assert ids(story.reasons) == ["volume_jump", "climb_jump", "long_steps"]


def test_a_rule_is_told_once_a_week_at_its_highest(tell):
    story = tell(long_run_spike=".w.a...")[1]["2026-W02"]
    assert [(row["rule"], row["level"]) for row in chain(story.reasons, story.folded)] == [
        ("long_run_spike", "act")
    ]


def test_notes_are_the_newest_of_each_rule_and_not_of_rules_raised(tell, day):
    story = tell(climb_jump="nnn....", long_steps="nnw....")[1]["2026-W02"]
    assert [(row["rule"], row["local_date"]) for row in story.notes] == [("climb_jump", day(2))]


def test_information_is_told_once_a_rule_at_its_newest_and_changes_nothing_else(tell, day):
    plain_flags, plain, _ = tell(volume_jump="..n....", climb_jump=".......")
    flags, told, judged = tell(volume_jump="..n....", climb_jump=".i.i...")
    story = told["2026-W02"]
    (row,) = story.information
    assert (row["rule"], row["local_date"], row["level"]) == ("climb_jump", day(3), "usual")
    assert row["sentence"] == "Climb_jump of 2026-01-08: 2000.0 m."
    assert replace(story, information=(), notes=()) == replace(plain["2026-W02"], notes=())
    pd.testing.assert_frame_equal(flags, plain_flags)
    assert list(highest_levels(judged)) == ["usual", "usual", "note", "usual", "usual", "usual", "usual"]


def test_information_is_told_of_each_kind_at_its_newest(tell, day):
    told = tell(climb_jump="ij.ii..")[1]["2026-W02"].information
    assert [row["local_date"] for row in told] == [day(1), day(4)]


def test_information_of_another_week_is_not_told(tell):
    told = tell(climb_jump="i" + "." * 13)[1]
    assert [len(told[week].information) for week in ("2026-W02", "2026-W03")] == [1, 0]


def test_the_flags_table_has_a_row_for_each_rule_and_day_at_note_or_above(tell, day):
    flags, _, judged = tell(climb_jump="n......", long_steps="nw?....", long_run_spike="w......")
    assert list(zip(flags["local_date"], flags["rule"], flags["level"], flags["is_raise"], strict=True)) == [
        (day(0), "long_run_spike", "watch", True),
        (day(0), "climb_jump", "note", False),
        (day(0), "long_steps", "note", False),
        (day(1), "long_steps", "watch", True),
    ]
    assert list(highest_levels(judged)[:4]) == ["watch", "watch", "usual", "usual"]


def test_a_day_on_which_no_rule_can_tell_is_no_usual_day(tell):
    assert list(highest_levels(tell(**dict.fromkeys(BY_ID, "?."))[2])) == ["cannot_tell", "usual"]


def test_within_a_year_of_a_strain_the_long_run_speaks_one_level_higher(tell, day):
    levels = {"long_run_spike": "nwa.?..", "volume_jump": "nwn...."}

    def rows(strain):
        _, _, judged = tell(settings=Settings(hamstring_strain=strain), **levels)
        return ["".join(f[0] for f in judged[rule]["level"]) for rule in levels]

    assert rows(None) == ["nwaucuu", "nwnuuuu"]
    assert rows(day(-100)) == ["waaucuu", "nwnuuuu"]
    assert rows(day(1)) == ["naaucuu", "nwnuuuu"]  # what came before the strain is as it was
    assert rows(day(-365)) == ["wwaucuu", "nwnuuuu"]
    assert rows(day(-400)) == ["nwaucuu", "nwnuuuu"]


def test_a_strain_makes_raises_of_notes(tell, day):
    strained = Settings(hamstring_strain=day(-10))
    assert tell(settings=strained, long_run_spike="..n....")[1]["2026-W02"].verdict == "watch"
    assert tell(settings=strained, long_run_spike="..w....")[1]["2026-W02"].verdict == "act"


@pytest.fixture(scope="module")
def with_break(tables, steady):
    """Eight steady weeks, so many days off from day 56 on, then steady running again."""

    def made(days_off, others=()):
        first_back = 56 + days_off
        weeks = [run for run in steady(20) if not 56 <= run["day"] < first_back]
        return tables([*weeks, {"day": first_back, "km": 5.0}], days=140, others=others)

    return made


def test_for_28_days_after_ten_days_off_volume_and_climb_cannot_tell(with_break, on, day):
    made = with_break(10)
    for id_ in ("volume_jump", "climb_jump"):
        found = BY_ID[id_].check(made)
        assert [on(found, 66 + after)["level"] for after in (-1, 0, 27, 28)] == [
            "usual",
            "cannot_tell",
            "cannot_tell",
            "usual",
        ]
        assert {on(found, 66 + after)["judge_from"] for after in range(28)} == {day(94)}
        assert "28 days after 10 or more days off" in on(found, 66)["reason"]
    assert on(BY_ID["long_run_spike"].check(made), 66)["level"] == "usual"


def test_nine_days_off_are_no_break(with_break):
    assert not is_after_break(with_break(9).days).any()
    assert is_after_break(with_break(10).days).sum() == 28


def test_a_hike_ends_the_days_off_and_a_ride_does_not(with_break):
    assert not is_after_break(with_break(10, [{"day": 60, "km": 8.0, "sport": "hiking"}]).days).any()
    assert is_after_break(with_break(10, [{"day": 60, "km": 8.0, "sport": "cycling"}]).days).sum() == 28
