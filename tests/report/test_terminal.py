"""The summary in the terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from loadwatch.report.terminal import summary

if TYPE_CHECKING:
    from loadwatch.history import History

PATHS = ("loadwatch-report/loadwatch-2026-W43.html", "loadwatch-report/loadwatch-2026-W43.png")


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100, 120])
@pytest.mark.parametrize("who", ["history", "beginner", "newcomer", "nobody", "american"])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("plain", [False, True])
def test_it_fits_the_width_and_twenty_lines(
    request, who: str, width: int, ascii_only: bool, plain: bool
) -> None:
    history = request.getfixturevalue(who)
    text = summary(history, PATHS, width=width, ascii_only=ascii_only, plain=plain)
    # A path is never broken, so that it can be copied.
    lines = [line for line in text.split("\n") if not line.startswith("Report: ")]
    assert len(lines) < 20
    assert max(map(len, lines)) <= width
    assert not ascii_only or text.isascii()


def test_the_first_line_says_what_was_read_and_as_of_when(history: History) -> None:
    first = summary(history, width=120).split("\n")[0]
    assert first.startswith("Read 120 of 122 files: 113 runs, 1 duplicate, 2 left out, 1 excluded, 2 later")
    assert "2 later activities ignored; as of Wed 28 Oct 2026" in first


def test_the_reason_for_another_day_than_today_is_said(history: History) -> None:
    assert "older than 14 days" in summary(history, width=120)
    assert "older" not in summary(replace(history, as_of_reason=""), width=120)


def test_the_table_tells_each_week_with_its_numbers(history: History) -> None:
    lines = summary(history, width=120).split("\n")
    head = next(line for line in lines if line.startswith("week"))
    assert " ".join(head.split()) == "week km h:min hard min climb m spm long km verdict"
    week = next(line for line in lines if line.startswith("W43"))
    assert re.search(r"48\.2 .* 4:47 +15 +352 +167 +23\.3 +■ act$", week)
    assert [line for line in lines if line.startswith("W44") and line.endswith("so far")]
    assert sum(line.startswith("W") for line in lines) == 8


def test_the_bars_are_as_long_as_the_weeks_are(history: History) -> None:
    lines = summary(history, width=120, ascii_only=True).split("\n")
    bars = {line[:3]: line.count("#") for line in lines if line.startswith("W")}
    assert bars["W43"] == 8
    assert bars["W42"] == round(8 * 38.08 / 48.23)


def test_it_says_why_and_what_to_do(history: History) -> None:
    text = summary(history, width=100)
    assert "■ Act: far outside your usual running. Keep the next runs short and easy." in text
    assert "■ 23.3 km in one go on Sun 25 Oct: 49 % longer" in text
    assert "[long_run_spike]" in text
    assert "Still up: long steps (▲ watch) since Sat 17 Oct." in text
    assert "long steps after more running" in text


def test_both_reports_are_named_on_one_line(history: History) -> None:
    assert summary(history, PATHS).endswith("Report: loadwatch-report/loadwatch-2026-W43.html and .png")


def test_colour_changes_nothing_but_the_colour(history: History) -> None:
    plain, coloured = summary(history, PATHS), summary(history, PATHS, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_miles_are_told_to_who_thinks_in_miles(american: History) -> None:
    text = summary(american, width=120)
    assert "long mi" in text
    assert "climb ft" in text
    assert re.search(r"W43 .* 30\.0 .* 1,150 ", text)


def test_one_run_is_told_with_when_each_rule_can_judge(newcomer: History) -> None:
    text = summary(newcomer, width=120)
    assert "5.0" in text
    assert "long run spike from Sun 8 Nov; volume jump from Mon 30 Nov;" in text
    assert "climb jump" not in text  # it only notes, and the page tells of it


def test_no_run_at_all_is_said_in_words(nobody: History) -> None:
    assert "No runs among them" in summary(nobody)


def test_a_hostile_sentence_cannot_repaint_the_terminal(history: History) -> None:
    assert "\x1b" not in summary(replace(history, as_of_reason="\x1b[2J"), width=100)


def test_information_is_told_where_there_is_room_and_is_the_first_to_go(history: History) -> None:
    assert "were flat" not in summary(history, PATHS, width=100)
    story = replace(history.story, reasons=(), notes=(), standing=())
    told = summary(replace(history, stories={history.week: story}), width=120)
    assert "○ 97 % of the kilometres of 28 days were flat (n = 14 runs). [sameness]" in told


@pytest.mark.parametrize("width", [60, 88])
def test_no_reason_is_left_out_where_space_is_short(history: History, width: int) -> None:
    first = history.story.reasons[0]
    others = [
        first.to_dict() | {"rule": rule, "sentence": f"{rule} {'spoke of something ' * 30}."}
        for rule in ("fast_running", "symptoms")
    ]
    story = replace(history.story, reasons=(first, *map(type(first), others)))
    text = summary(replace(history, stories={history.week: story}), PATHS, width=width)
    assert len(text.split("\n")) <= 20
    for rule in ("long_run_spike", "fast_running", "symptoms"):
        assert re.search(rf"[■▲] .*{rule}", text) or f"[{rule}]" in text
    assert "... [symptoms]" in text


def test_a_table_too_wide_leaves_out_what_is_needed_least(history: History) -> None:
    lines = summary(history, width=40).split("\n")
    head = next(line for line in lines if line.startswith("week"))
    assert head.split() == ["week", "km", "h:min", "long", "verdict"]
    week = next(line for line in lines if line.startswith("19–25 Oct"))
    assert week.split() == ["19–25", "Oct", "48.2", "4:47", "23.3", "■", "act"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_weeks_have_their_bars_also_where_space_is_short(history: History, width: int) -> None:
    assert "█" in summary(history, width=width)


def test_for_ears_weeks_are_sentences_and_levels_are_words(history: History) -> None:
    text = summary(history, PATHS, width=100, plain=True, colour=True)
    assert not set(text) & set("○◇▲■█▌\x1b")
    joined = " ".join(text.split())
    assert (
        "Week 43, 19–25 Oct: 48.2 km, 4 h 47 min, longest 23.3 km, climb 352 m, hard 15 min, 167 spm; act."
        in joined
    )
    assert "Act: far outside your usual running. Keep the next runs short and easy." in joined
    assert "Act: 23.3 km in one go on Sun 25 Oct" in joined
    assert "Watch: 47.3 km in 7 days" in joined
    assert "Still up: long steps (watch) since Sat 17 Oct." in joined
    assert "Not judged: long steps after more running." in joined


def test_for_ears_what_is_missing_is_not_named(history: History) -> None:
    told = summary(replace(history, week="2026-W30"), width=100, plain=True)
    week = next(line for line in told.split("\n") if line.startswith("Week 30"))
    assert "climb" not in week
    assert "–," not in week
    assert "Week 26, 22–28 Jun: no run." in summary(replace(history, week="2026-W27"), width=100, plain=True)


def test_names_of_runs_are_told_to_who_asks(history: History) -> None:
    named = replace(history, runs=history.runs.assign(name="Loop\x1b[2J"))
    assert "Loop" not in summary(named, width=120)
    story = replace(history.story, reasons=(), notes=(), standing=())
    told = summary(replace(named, stories={history.week: story}), width=120, show_names=True)
    assert "Runs: Tue 20 Oct Loop?[2J; Thu 22 Oct Loop?[2J; Sat 24 Oct" in told
    assert "Runs:" not in summary(history, width=120, show_names=True)
