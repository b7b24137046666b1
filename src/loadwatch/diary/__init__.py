"""`diary.csv`: how the legs feel, in the runner's own words and numbers, and what the articles make of it.

Nothing here diagnoses: entries become colours by fixed rules, each with the article it comes from.
"""

from __future__ import annotations

from loadwatch.diary.colours import COLOURS, Assessment, Colour, Reason, assess, in_force
from loadwatch.diary.entries import FIELDS, Entry, Field, changed, entry_of, value_of, written
from loadwatch.diary.episodes import OPEN_DAYS, by_site, marked, open_on
from loadwatch.diary.reading import NAME, NO_DIARY, Diary, Fault, content_of, parse, read
from loadwatch.diary.writing import append

__all__ = [
    "COLOURS",
    "FIELDS",
    "NAME",
    "NO_DIARY",
    "OPEN_DAYS",
    "Assessment",
    "Colour",
    "Diary",
    "Entry",
    "Fault",
    "Field",
    "Reason",
    "append",
    "assess",
    "by_site",
    "changed",
    "content_of",
    "entry_of",
    "in_force",
    "marked",
    "open_on",
    "parse",
    "read",
    "value_of",
    "written",
]
