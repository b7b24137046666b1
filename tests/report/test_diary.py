"""The diary in the reports and in the documentation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.diary import FIELDS, Diary, Entry, Fault, parse
from loadwatch.pain_beside_load import Beside, PainBesideLoad
from loadwatch.report import html
from loadwatch.report.diary import example_lines, page
from loadwatch.report.terminal import summary

if TYPE_CHECKING:
    from loadwatch.history import History

ENTRY = Entry(date(2026, 10, 20), site="sit-bone", pain_during=2)
PAIN = PainBesideLoad(
    6,
    (
        Beside("distance_m", "m", 1, 6, 4, 80, 38, 6000.0),
        Beside("distance_m", "m", 2, 6, 3, 80, 38, 6000.0),
        Beside("fast_m", "m", 1, 6, 1, 80, 10, 0.0),
        Beside("fast_m", "m", 2, 6, 0, 80, 10, 0.0),
        Beside("elevation_gain_m", "m", 1, 5, 5, 80, 40, 57.0, 1, 2),
        Beside("elevation_gain_m", "m", 2, 5, 3, 80, 40, 57.0),
        Beside("elevation_loss_m", "m", 1, 5, 5, 80, 40, 60.0),
        Beside("elevation_loss_m", "m", 2, 5, 3, 80, 40, 60.0),
        Beside("stride_residual_pct", "%", 1, 3, 2, 40, 20, 0.1),
        Beside("stride_residual_pct", "%", 2, 3, 1, 40, 20, 0.1),
    ),
)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_without_a_diary_exactly_one_line_invites(history: History) -> None:
    told = summary(history, width=100)
    assert told.count(words.DIARY_INVITE) == 1
    assert told.count("diary") == 1
    assert html.render(history).count("diary add") == 1
    assert "symptoms" not in told


def test_with_a_diary_nobody_is_invited(history: History) -> None:
    kept = replace(history, diary=Diary((ENTRY,)))
    assert "diary" not in summary(kept, width=100)
    shown = html.render(kept)
    assert "<b>Tue 20 Oct 2026</b>" in shown
    assert "no entry yet" not in shown
    assert words.DIARY_INVITE not in shown


def test_lines_that_were_not_read_are_named_with_their_reason(history: History) -> None:
    faults = (Fault(7, "`date` is `<b>3/4</b>`; write year-month-day."), Fault(9, "there is no date."))
    kept = replace(history, diary=Diary((ENTRY,), faults))
    told = plain(summary(kept, width=100))
    assert "Diary, line 7: `date` is `<b>3/4</b>`; write year-month-day. And 1 more remark" in told
    shown = html.render(kept)
    assert "Line 9: there is no date." in shown
    assert "<b>3/4</b>" not in shown


def test_pain_beside_load_is_a_table_of_counts(history: History) -> None:
    quiet = replace(history.story, reasons=(), notes=(), standing=(), information=(), cannot_tell=())
    few = {history.week: quiet}
    kept = replace(history, diary=Diary((ENTRY,)), pain_beside_load=PAIN, stories=few, rooms={})
    kept = replace(kept, weeks=kept.weeks[kept.weeks["week"] == kept.week])
    lines = summary(kept, width=100).split("\n")
    at = lines.index(
        "  6 painful days in the diary. Days that held more than usual before them, as counts, no cause:"
    )
    assert lines[at + 1 : at + 7] == [
        "  more than usual of                day before  two days before        ordinary days",
        "  distance (6.0 km)                     4 of 6           3 of 6             38 of 80",
        "  fast running (none)                   1 of 6           0 of 6             10 of 80",
        "  climb (57 m)               5 of 5, 1 unknown           3 of 5  40 of 80, 2 unknown",
        "  descent (60 m)                        5 of 5           3 of 5             40 of 80",
        "  step length for the speed             2 of 3           1 of 3             20 of 40",
    ]
    shown = plain(html.render(kept)).replace("\u00a0", " ")
    assert "6 painful days, and what ran before them" in shown
    for row in (
        ("climb (57 m)", "5 of 5, 1 unknown", "3 of 5", "40 of 80, 2 unknown"),
        ("step length for the speed", "2 of 3", "1 of 3", "20 of 40"),
    ):
        name, *counted = row
        assert f'<th scope="row">{name}</th><td>{"</td><td>".join(counted)}</td>' in shown
    assert "cannot show a cause" in shown


def test_where_space_is_short_the_terminal_says_where_the_counts_stand(history: History) -> None:
    told = plain(summary(replace(history, diary=Diary((ENTRY,)), pain_beside_load=PAIN), width=100))
    assert "6 painful days in the diary: the report counts what ran before them." in told
    assert "two days before" not in told


def test_without_an_ordinary_day_nothing_is_counted(history: History) -> None:
    painful = PainBesideLoad(
        6, tuple(replace(one, ordinary_count=0, usual=float("nan")) for one in PAIN.measures)
    )
    story = replace(history.story, reasons=(), notes=(), standing=(), information=())
    kept = replace(history, diary=Diary((ENTRY,)), pain_beside_load=painful, stories={history.week: story})
    told = plain(summary(kept, width=100))
    assert "6 painful days in the diary, and no ordinary day to compare with." in told
    assert "more than usual" not in told


def test_the_documentation_names_every_column_option_and_value() -> None:
    told = page()
    for field in FIELDS:
        assert f"| `{field.name}` | `{field.flag}` |" in told
        assert all(f"`{value}`" in told for value in field.values)


def test_the_example_of_the_documentation_can_be_read() -> None:
    diary = parse("\n".join(example_lines()).encode())
    assert diary.faults == ()
    assert [entry.pain_next_morning for entry in diary.entries] == [0, 4, None]
    assert all(line in page() for line in example_lines())
