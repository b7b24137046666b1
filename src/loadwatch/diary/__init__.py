"""`diary.csv`: how the legs feel, in the runner's own words and numbers, and what the articles make of it.

Nothing here diagnoses: entries become colours by fixed rules, each with the article it comes from.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadwatch.diary.colours import COLOURS, Assessment, Colour, Reason, assess, in_force
    from loadwatch.diary.entries import FIELDS, Entry, Field, changed, entry_of, value_of, written
    from loadwatch.diary.episodes import OPEN_DAYS, by_site, marked, open_on
    from loadwatch.diary.place import NAME, content_of
    from loadwatch.diary.reading import NO_DIARY, Diary, Fault, parse, read
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

# A scan with nothing new to say needs no more than where the diary lies, so each name brings its own module.
_HOMES = {
    "COLOURS": "colours",
    "FIELDS": "entries",
    "NAME": "place",
    "NO_DIARY": "reading",
    "OPEN_DAYS": "episodes",
    "Assessment": "colours",
    "Colour": "colours",
    "Diary": "reading",
    "Entry": "entries",
    "Fault": "reading",
    "Field": "entries",
    "Reason": "colours",
    "append": "writing",
    "assess": "colours",
    "by_site": "episodes",
    "changed": "entries",
    "content_of": "place",
    "entry_of": "entries",
    "in_force": "colours",
    "marked": "episodes",
    "open_on": "episodes",
    "parse": "reading",
    "read": "reading",
    "value_of": "entries",
    "written": "entries",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'loadwatch.diary' has no attribute {name!r}")
    return getattr(importlib.import_module(f"loadwatch.diary.{_HOMES[name]}"), name)
