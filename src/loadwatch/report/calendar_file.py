"""Planned runs as a calendar file (RFC 5545) that any calendar can take in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.report.plan import run_details

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from loadwatch.plan import PlannedRun
    from loadwatch.words import Units

LONGEST_LINE_BYTES = 75


def calendar_file(runs: Sequence[PlannedRun], *, runner: str, as_of: date, units: Units = "metric") -> bytes:
    """Give planned runs as events of whole days.

    Parameters
    ----------
    runs
        In any order, at most one a day.
    runner
        What tells this runner's events from those of others. With the day it names an event, so that a later
        plan for the same day takes its place.
    as_of
        Day of the plan, which stands as the moment of writing: the same plan gives the same bytes.
    units
        metric or imperial.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//loadwatch//plan//EN", "CALSCALE:GREGORIAN"]
    lines.append("METHOD:PUBLISH")
    for run in runs:
        details = run_details(run, units)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{run.day:%Y%m%d}-{runner}@loadwatch",
            f"DTSTAMP:{as_of:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{run.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{run.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(f'Run {words.distance(run.distance_m, units)}')}",
            f"DESCRIPTION:{_escaped(chr(10).join([*details, words.ROOM]))}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _escaped(text: str) -> str:
    """Text as a value: no comma, semicolon or line break that could be taken for the file's own."""
    for letter in ("\\", ";", ","):
        text = text.replace(letter, f"\\{letter}")
    return words.printable(text).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Parts of a line of at most 75 bytes, of which all but the first begin with a space."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST_LINE_BYTES:
            yield part
            part = " "
        part += letter
    yield part
