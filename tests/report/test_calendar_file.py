"""Planned runs as a calendar file that others can read."""

from __future__ import annotations

from datetime import date

from loadwatch import words
from loadwatch.plan import PlannedRun
from loadwatch.report.calendar_file import calendar_file

RUNS = [
    PlannedRun(date(2026, 12, 31), 14_300.0, hard_min=14.0, fast_m=300.0, climb_m=120.0, descent_m=110.0),
    PlannedRun(date(2027, 1, 3), 8_000.0),
]


def events(content: bytes) -> list[dict[str, str]]:
    """Events as RFC 5545 reads them: lines unfolded, then names, parameters included, and values."""
    text = content.decode()
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//loadwatch//plan//EN"]
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1].setdefault(name, value)
    return found


def test_each_run_is_an_event_of_one_whole_day():
    one, other = events(calendar_file(RUNS, runner="3f9a1c2b", as_of=date(2026, 12, 28)))
    assert (one["DTSTART;VALUE=DATE"], one["DTEND;VALUE=DATE"]) == ("20261231", "20270101")
    assert (other["DTSTART;VALUE=DATE"], other["DTEND;VALUE=DATE"]) == ("20270103", "20270104")
    assert one["SUMMARY"] == "Run 14.3 km"
    assert one["DTSTAMP"] == "20261228T000000Z"


def test_an_event_keeps_its_name_so_that_a_later_plan_takes_its_place():
    first, later = (
        events(calendar_file(runs, runner="3f9a1c2b", as_of=day))
        for runs, day in ((RUNS, date(2026, 12, 28)), (RUNS[1:], date(2027, 1, 1)))
    )
    assert first[1]["UID"] == later[0]["UID"]
    assert first[1]["DTSTAMP"] < later[0]["DTSTAMP"]
    assert first[0]["UID"] != first[1]["UID"]
    (stranger, _) = events(calendar_file(RUNS, runner="77aa", as_of=date(2026, 12, 28)))
    assert stranger["UID"] != first[0]["UID"]


def test_text_cannot_be_taken_for_the_files_own_and_long_lines_are_folded(monkeypatch):
    monkeypatch.setattr(words, "ROOM", "km, m; C:\\x – " + "ä" * 90)
    content = calendar_file(RUNS, runner="3f9a1c2b", as_of=date(2026, 12, 28), units="imperial")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    for line in content.split(b"\r\n"):
        line.decode()  # no letter is torn apart
    one, _ = events(content)
    assert one["SUMMARY"] == "Run 8.9 mi"
    assert one["DESCRIPTION"] == (
        "14 min hard\\, of it 300 m fast\\nclimb at most 390 ft\\, descent 360 ft\\n"
        "km\\, m\\; C:\\\\x – " + "ä" * 90
    )


def test_the_same_plan_gives_the_same_bytes():
    one, other = (calendar_file(RUNS, runner="3f9a1c2b", as_of=date(2026, 12, 28)) for _ in range(2))
    assert one == other
