"""Levels and verdicts: how each is shown, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loadwatch.words.dates import day

if TYPE_CHECKING:
    from datetime import date

NO_RUN = "No run this week."
TOO_FEW_HARD_EFFORTS = "there are too few hard efforts to know your critical speed"
INFORMS_ONLY = "none: it only informs"


@dataclass(frozen=True)
class Level:
    """How one level or verdict is shown: always a word and a shape, colour only on top.

    Attributes
    ----------
    name
        As in the tables: usual, note, watch, act or cannot_tell.
    word
        As printed.
    shape, plain_shape
        One character for its outline; the second is ASCII.
    colour, colour_dark
        Text colour on a white and on a dark ground, both at 4.5 to 1 or better.
    ansi
        Terminal colour (SGR code).
    action
        What the level asks for; empty where it asks for nothing.
    """

    name: str
    word: str
    shape: str
    plain_shape: str
    colour: str
    colour_dark: str
    ansi: str
    action: str = ""


LEVELS: dict[str, Level] = {
    level.name: level
    for level in (
        Level("usual", "as usual", "○", "o", "#1b6e5a", "#7fd1b9", "36"),
        Level("note", "note", "◇", "+", "#52606d", "#b4bec9", "34"),
        Level(
            *("watch", "watch", "▲", "!", "#8f5300", "#f2b457", "33"),
            "Keep the next 7 days at or below usual.",
        ),
        Level("act", "act", "■", "X", "#b3261e", "#ff9587", "31", "Keep the next runs short and easy."),
        Level("cannot_tell", "cannot tell", "?", "?", "#5c5470", "#c3b8dc", "35"),
    )
}


def badge(level: str, *, plain: bool = False) -> str:
    """Shape and word of a level or verdict: "▲ watch", or "! watch" in plain ASCII."""
    shown = LEVELS[level]
    return f"{shown.plain_shape if plain else shown.shape} {shown.word}"


def action(verdict: str) -> str:
    """Say what a verdict asks for, as one sentence; empty where it asks for nothing."""
    return LEVELS[verdict].action


def headline(verdict: str, judge_from: date | None = None) -> str:
    """Verdict as one sentence.

    Parameters
    ----------
    verdict
        usual, watch, act or cannot_tell.
    judge_from
        For cannot_tell: first day on which the rules can judge, None where it depends on runs to come.
    """
    if verdict == "cannot_tell":
        when = f" The rules can judge from {day(judge_from)}." if judge_from else ""
        return f"Cannot tell yet: too little recent running to compare with.{when}"
    return {
        "usual": "As usual: no new reason for caution in what could be judged.",
        "watch": "Watch: outside your usual running.",
        "act": "Act: far outside your usual running.",
    }[verdict]


def rule_name(rule: str) -> str:
    """Rule id as words: "long run spike"."""
    return rule.replace("_", " ")
