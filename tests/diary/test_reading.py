"""A diary as people and spreadsheets leave it."""

from __future__ import annotations

import os
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadwatch.diary import FIELDS, Entry, Fault, entry_of, parse, read, written
from loadwatch.diary.entries import LONGEST_TEXT
from loadwatch.diary.place import LARGEST_BYTES
from loadwatch.diary.reading import MOST_ENTRIES, MOST_LINES
from loadwatch.errors import UsageError

DAY = date(2026, 11, 21)
HEAD = "date,site,pain_during,note\n"


def only(content: str) -> Entry:
    diary = parse(content.encode())
    assert diary.faults == ()
    (entry,) = diary.entries
    return entry


def fault(line: str, head: str = HEAD) -> str:
    """The one fault of a line between two sound ones, which are read."""
    sound = "2026-11-20,,1,\n"
    diary = parse(f"{head}{sound}{line}\n{sound}".encode())
    assert len(diary.entries) == 2
    (found,) = diary.faults
    assert found.line == 3
    return found.reason


def test_every_attribute_of_an_entry_is_a_column_in_the_same_order():
    assert [field.name for field in FIELDS] == [field.name for field in fields(Entry)]
    assert all(f" {field.name}" in Entry.__doc__ for field in FIELDS)


entries = st.builds(
    Entry,
    date=st.dates(date(1970, 1, 1), date(2200, 12, 31)),
    **{
        field.name: {
            "pain": st.none() | st.integers(0, 10),
            "minutes": st.none() | st.integers(0, 1440),
            "yes": st.booleans(),
            "word": st.sampled_from(["", *field.values]),
            "words": st.sets(st.sampled_from(field.values or ["x"])).map(
                lambda told, values=field.values: tuple(value for value in values if value in told)
            ),
            "text": st.text("ab,;\"'=+-@ü\tß ", max_size=30).map(lambda text: text.strip()),
        }[field.kind]
        for field in FIELDS
        if field.name != "date"
    },
).filter(lambda entry: entry != Entry(entry.date))


@given(entries)
def test_what_is_written_is_read_back(entry):
    told = written(entry)
    told["note"] = told.get("note", "").replace("\t", "?")
    assert entry_of(told) == Entry(**{**vars(entry), "note": entry.note.replace("\t", "?")})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_spreadsheet_may_save_it_as_it_likes(delimiter, end, encoding):
    lines = (["site", "Pain During", "date", "note"], ["Sit bone", "2,0", "2026-11-21", "für später"])
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    diary = parse(text.encode(encoding))
    assert diary.faults == ()
    assert diary.entries == (Entry(DAY, site="sit-bone", pain_during=2, note="für später"),)


def test_lines_may_be_short_empty_or_out_of_order():
    diary = parse(
        b"sep=;\r\ndate;site;pain_during\r\n;;\r\n2026-11-21;;2\r\n\r\n2026-11-20;buttock;1;;\r\n2026-11-21;;3"
    )
    assert [(one.date.day, one.pain_during) for one in diary.entries] == [(20, 1), (21, 2), (21, 3)]
    assert diary.faults == ()


@pytest.mark.parametrize(
    ("yes", "is_yes"),
    [("yes", True), ("Y", True), ("TRUE", True), ("1", True), ("x", True), ("no", False), ("0", False)],
)
def test_yes_and_no_have_several_words(yes, is_yes):
    assert only(f"date,pop,pain_after\n2026-11-21,{yes},0\n").pop is is_yes


@pytest.mark.parametrize("text", ["sitting stairs", "stairs+sitting", "Sitting; Stairs", "sitting,stairs"])
def test_several_words_in_one_cell(text):
    assert only(f'date,hurts_in\n2026-11-21,"{text}"\n').hurts_in == ("sitting", "stairs")


@pytest.mark.parametrize(
    "day", ["3/14/2026", "14.03.2026", "2026/03/14", "20260314", "14 Mar 2026", "2026-02-30"]
)
def test_a_local_date_costs_its_line_and_is_told_how_to_write_it(day):
    reason = fault(f"{day},,2,")
    assert f"`{day}`" in reason
    assert "write year-month-day, such as 2026-11-22" in reason


@pytest.mark.parametrize(
    ("day", "is_ambiguous"),
    [("3/14/2026", True), ("14.03.2026", True), ("yesterday", False), ("=TODAY()", False)],
)
def test_only_a_date_of_figures_is_said_to_be_ambiguous(day, is_ambiguous):
    assert ("could be taken for each other" in fault(f"{day},,2,")) is is_ambiguous


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2026-11-21,,11,", "`pain_during` must be a whole number from 0 to 10, not `11`."),
        ("2026-11-21,,-1,", "not `-1`."),
        ("2026-11-21,,2.5,", "not `2.5`."),
        ("2026-11-21,,nan,", "not `nan`."),
        ("2026-11-21,,٣,", "must be a whole number"),
        ("2026-11-21,sitbone,1,", "`site` cannot be `sitbone`; did you mean sit-bone?"),
        ("2026-11-21,nose,1,", "there are sit-bone, mid-thigh, behind-knee, buttock, lower-back and other."),
        (",,2,", "there is no date"),
        ("2026-11-21,,,", "it says nothing but its date."),
        ("2026-11-21,,2,a,b", "it has more cells than the head line"),
        ('2026-11-21,,2,"a', "a quotation mark is opened and never closed"),
        (f"2026-11-21,,2,{'a' * (LONGEST_TEXT + 1)}", "`note` is longer than 1000 letters"),
        (f"2026-11-21,,2,{'a' * 30_000}", "it is too long"),
        (f"2026-11-21,,2,{'a' * 200_000}", "it is too long"),
        ("0026-11-21,,2,", "which nobody ran on"),
    ],
)
def test_a_faulty_line_costs_that_line_with_its_number_and_reason(line, reason):
    assert reason in fault(line)


def test_a_note_may_have_lines_and_its_record_the_number_of_its_first():
    content = HEAD + '2026-11-21,,2,"one\ntwo ""three"""\n2026-11-22,,99,\n'
    diary = parse(content.encode())
    assert diary.entries[0].note == 'one\ntwo "three"'
    assert [found.line for found in diary.faults] == [4]


def test_a_forgotten_quotation_mark_swallows_no_other_entry():
    content = HEAD + '2026-11-21,,2,"open\n2026-11-22,,3,"with, comma"\n2026-11-23,,4,\n'
    diary = parse(content.encode())
    assert [entry.pain_during for entry in diary.entries] == [3, 4]
    assert [found.line for found in diary.faults] == [2]


def test_strange_columns_are_named_and_not_read():
    diary = parse(b"date,mood,pain_durng,pain_during,pain_during\n2026-11-21,good,5,1,2\n")
    assert diary.entries[0].pain_during == 1
    assert diary.remarks == (Fault(1, "the column `mood` is not known; it is kept and not read."),)
    assert diary.faults == (
        Fault(
            1, "the column `pain_durng` is not known; it is kept and not read; did you mean `pain_during`?"
        ),
        Fault(1, "the column `pain_during` is there twice; only the first one is read."),
    )


def test_a_file_without_a_head_line_is_one_fault():
    (found,) = parse(b"2026-11-21,sit-bone,2\n2026-11-22,sit-bone,2\n").faults
    assert "names no column `date`" in found.reason


def test_a_note_that_looks_like_a_formula_is_words():
    assert only(HEAD + "2026-11-21,,1,=1+1\n").note == "=1+1"


def test_control_characters_of_a_note_are_not_kept():
    assert only(HEAD + "2026-11-21,,1,\x1b[31mred\x00\n").note == "?[31mred?"


def test_a_file_far_too_large_costs_one_sentence_and_little_time():
    assert [one.line for one in parse(b"x" * (LARGEST_BYTES + 1)).faults] == [0]
    blank = parse((HEAD + "\n" * (MOST_LINES + 10) + "2026-11-21,,1,\n").encode())
    assert (len(blank.entries), blank.faults) == (1, ())


@pytest.mark.parametrize(
    ("count", "line", "said"),
    [
        (MOST_ENTRIES, "2026-11-21,,1,\n", f"only the last {MOST_ENTRIES:,} entries are read."),
        (MOST_LINES, "2026-11-21\n", f"only the last {MOST_LINES:,} lines are read."),
    ],
)
def test_of_far_too_many_lines_the_last_are_heard(count, line, said):
    many = parse((HEAD + line * (count + 4) + "2026-11-22,,9,\n").encode())
    # The last line left out, counted from the head.
    assert Fault(6, said) in many.faults
    assert many.entries[-1].pain == 9


@given(st.binary(max_size=300))
def test_nothing_breaks_the_reader(junk):
    assert all(one.reason.endswith((".", "?")) for one in parse(junk).faults)
    assert all(one.reason.endswith((".", "?")) for one in parse(HEAD.encode() + junk).faults)


def test_without_a_file_there_is_no_diary_and_a_closed_one_is_said(tmp_path):
    assert read(tmp_path / "diary.csv").is_there is False
    (found,) = read(tmp_path).faults
    assert found.line == 0
    assert read(tmp_path).is_there


def test_a_pipe_in_its_place_is_said_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "diary.csv")
    (found,) = read(tmp_path / "diary.csv").faults
    assert "no plain file" in found.reason


def test_a_date_alone_is_refused():
    with pytest.raises(UsageError, match="says nothing but its date"):
        entry_of({"date": "2026-11-21", "note": " "})


@pytest.mark.parametrize("mark", ["\u200f", "\ufeff", "\u200b", "\u00ad", "\u00a0"])
def test_marks_that_nobody_sees_cost_no_line(mark):
    told = f"{mark}date{mark},pain_during,site\n{mark}2026-11-21 {mark},{mark}2,{mark}buttock{mark}\n"
    diary = parse(told.encode())
    assert (diary.entries, diary.faults) == ((Entry(date(2026, 11, 21), site="buttock", pain_during=2),), ())


def test_a_cell_of_nothing_but_such_marks_says_nothing():
    (fault,) = parse("date,note\n2026-11-21,\u200b\n".encode()).faults
    assert fault.reason == "it says nothing but its date."


def test_a_forgotten_quotation_mark_costs_no_line_that_begins_with_such_a_mark():
    told = 'date,note\n2026-11-20,"never closed\n\u200f2026-11-21,"a note"\n'
    assert [one.date.day for one in parse(told.encode()).entries] == [21]


@pytest.mark.parametrize(
    ("head", "meant"),
    [
        ("weather", ""),
        ("shoes", ""),
        ("sleep h", ""),
        ("pain_befor", "pain_before"),
        ("Next Morning", "pain_next_morning"),
        ("where", "site"),
    ],
)
def test_a_column_of_the_runners_own_is_only_remarked_on_but_a_slip_may_hide_red(head, meant):
    diary = parse(f"date,pain_during,{head}\n2026-11-21,1,7\n".encode())
    (told,) = diary.faults if meant else diary.remarks
    assert len(diary.faults) == bool(meant)
    assert told.reason.endswith(f"; did you mean `{meant}`?" if meant else "it is kept and not read.")


def test_a_place_without_anything_felt_there_is_kept_and_remarked_on():
    told = (
        "date,site,side,pain_during,feel,closed,recovery,note\n2026-11-20,sit-bone,,,,,,sore\n"
        "2026-11-21,,left,,,,,\n2026-11-22,sit-bone,,0,,,,\n2026-11-23,sit-bone,,,tight,,,\n"
        "2026-11-24,sit-bone,,,,yes,,\n2026-11-25,sit-bone,,,,,start,\n2026-11-26,,,,,,,rest\n"
    )
    diary = parse(told.encode())
    assert (len(diary.entries), diary.faults) == (7, ())
    assert [one.line for one in diary.remarks] == [2, 3]
    assert "nothing that was felt there, so it has no colour" in diary.remarks[0].reason
