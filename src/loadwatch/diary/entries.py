"""One line of the diary: its fields, what each may say, and how it is written."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from loadwatch import words
from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["day", "pain", "minutes", "yes", "word", "words", "text"]
SITES = ("sit-bone", "mid-thigh", "behind-knee", "buttock", "lower-back", "other")
DAILY_LIFE = ("sitting", "stairs", "bending", "squats")
PAINLESS = (
    *("daily-life", "walking", "standing-curl", "exercises"),
    *("full-movement", "jogging", "sprinting", "jumping"),
)
LONGEST_TEXT = 1000
MOST_MINUTES = 1440
YES, NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOCAL_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?", re.ASCII)
_GAP = re.compile(r"[\s,;+/]+")


@dataclass(frozen=True)
class Field:
    """One column of the diary.

    Attributes
    ----------
    name
        Of the column, of the attribute of `Entry`, and with hyphens of the option.
    kind
        day, pain (0 to 10), minutes, yes (or no), word (one of `values`), words (any of them) or text.
    group
        What it belongs to, as a heading.
    meaning
        What it asks, in a few words that also teach.
    values
        What a word may be.
    option
        Its option on the command line where that is not its name.
    """

    name: str
    kind: Kind
    group: str
    meaning: str
    values: tuple[str, ...] = ()
    option: str = ""

    @property
    def flag(self) -> str:
        """Its option on the command line."""
        return f"--{self.option or self.name.replace('_', '-')}"


WHEN, PAIN, FEELS, SIGNS = "When and where", "How much it hurts, 0 to 10", "How it feels", "Signs"
URGENT, DONE, MARKS = "Signs that must not wait", "What was done or can be done", "Marks of the day"
FIELDS: tuple[Field, ...] = (
    Field("date", "day", WHEN, "Day it is about, such as 2026-11-22."),
    Field("site", "word", WHEN, "Where it hurts; sit-bone is the bone you sit on.", SITES, "where"),
    Field("side", "word", WHEN, "Which leg.", ("left", "right", "both")),
    Field("pain_before", "pain", PAIN, "Before the run.", option="before"),
    Field("pain_during", "pain", PAIN, "During the run, at its worst.", option="during"),
    Field("pain_after", "pain", PAIN, "In the hours after it.", option="after"),
    Field(
        *("pain_next_morning", "pain", PAIN),
        "On the morning after; what has settled by then is no worse than before the run.",
        option="next-morning",
    ),
    Field("course", "word", FEELS, "How it went while running.", ("eases", "stays", "grows")),
    Field("grows_with_speed", "yes", FEELS, "The faster, the more it hurts."),
    Field("sharp_while_running", "yes", FEELS, "A sharp pain while running."),
    Field(
        "feel", "word", FEELS, "What it is like.", ("tight", "ache", "pull", "sharp", "tingling", "burning")
    ),
    Field("travels_down_leg", "yes", SIGNS, "It travels down the leg."),
    Field("spreading", "yes", SIGNS, "It spreads to new places."),
    Field("changes_stride", "yes", SIGNS, "You run or walk otherwise because of it."),
    Field("walking_sore", "yes", SIGNS, "Walking hurts."),
    Field(
        *("hurts_in", "words", SIGNS),
        "What else hurts; the first four are daily life.",
        (*DAILY_LIFE, "lunges", "uphill", "cycling"),
    ),
    Field("hop_test", "word", SIGNS, "Hopping on that leg.", ("fine", "hurts", "cannot")),
    Field("severe_despite_less_running", "yes", SIGNS, "Still severe though you ran less."),
    Field("nothing_helps", "yes", SIGNS, "Nothing you try changes it."),
    Field("pop", "yes", URGENT, "A pop or crack, or as if struck."),
    Field("bruise", "yes", URGENT, "A bruise."),
    Field("swelling", "yes", URGENT, "A swelling."),
    Field("sudden_weakness", "yes", URGENT, "Sudden weakness of the leg."),
    Field("cannot_bear_weight", "yes", URGENT, "The leg cannot be stood on."),
    Field("saddle_numbness", "yes", URGENT, "Numbness where a saddle would touch."),
    Field("bladder_or_bowel_change", "yes", URGENT, "Bladder or bowel work otherwise than usual."),
    Field("swollen_warm_lower_leg", "yes", URGENT, "A lower leg that is swollen and warm."),
    Field("fall_or_slip", "yes", DONE, "It began with a fall or a slip."),
    Field("painkiller", "yes", DONE, "A painkiller was taken, so the numbers say less."),
    Field("strength_min", "minutes", DONE, "Minutes of strength work.", option="strength"),
    Field("cross_training_min", "minutes", DONE, "Minutes of other sport.", option="cross-training"),
    Field(
        *("painless", "words", DONE),
        "What goes without pain; full-movement: the leg moves as well as the other one.",
        PAINLESS,
    ),
    Field(
        *("recovery", "word", DONE),
        "Coming back to running in phases: start begins it at that place, stop ends it before it is over.",
        ("start", "stop"),
    ),
    Field(
        *("closed", "yes", DONE),
        "It no longer hurts: closes what is open there, or everywhere without a place.",
    ),
    Field("illness", "yes", MARKS, "Ill that day; named as the reason of a break."),
    Field("race", "yes", MARKS, "A race: that day's runs count as one."),
    Field("holiday", "yes", MARKS, "On holiday; named as the reason of a break."),
    Field(
        "unrecorded_running", "yes", MARKS, "Run without a record: no rest day, and the distance is unknown."
    ),
    Field("note", "text", MARKS, "Anything else, in your own words."),
)
BY_NAME = {field.name: field for field in FIELDS}
PAINS = tuple(field.name for field in FIELDS if field.kind == "pain")
_SIGNS = (
    *("grows_with_speed", "sharp_while_running"),
    *(field.name for field in FIELDS if field.group in (SIGNS, URGENT)),
)
# A fall is how something began: by itself it says nothing of how the legs feel.
_OF_SYMPTOMS = (*PAINS, "course", "feel", *_SIGNS, "painkiller")


@dataclass(frozen=True)
class Entry:
    """One line of the diary; what was not said is None, empty or False.

    Attributes
    ----------
    date
        The day it is about.
    site, side
        Where: a word of `SITES`; left, right or both.
    pain_before, pain_during, pain_after, pain_next_morning
        0 (none) to 10. The next morning is the day after `date`.
    course, grows_with_speed, sharp_while_running
        How it went while running: eases, stays or grows; and whether speed made it worse, or it was sharp.
    feel
        tight, ache, pull, sharp, tingling or burning.
    travels_down_leg, spreading, changes_stride, walking_sore
        Signs.
    hurts_in
        Words of `DAILY_LIFE`, or lunges, uphill, cycling.
    hop_test
        fine, hurts or cannot.
    severe_despite_less_running, nothing_helps
        How it answers to what was tried.
    pop, bruise, swelling, sudden_weakness, cannot_bear_weight
        Signs that must not wait.
    saddle_numbness, bladder_or_bowel_change, swollen_warm_lower_leg
        Likewise, and in none of the articles.
    fall_or_slip, painkiller
        What came before it, and what may hide it.
    strength_min, cross_training_min
        What was done beside running. [min]
    painless
        Words of `PAINLESS`: gates of a return to running.
    recovery
        start or stop: a return to running in phases, see `loadwatch.recovery`.
    closed
        The runner says it is over at that site, or everywhere where no site is told.
    illness, race, holiday, unrecorded_running
        Marks of the day that the rules respect.
    note
        Anything else.
    """

    date: date
    site: str = ""
    side: str = ""
    pain_before: int | None = None
    pain_during: int | None = None
    pain_after: int | None = None
    pain_next_morning: int | None = None
    course: str = ""
    grows_with_speed: bool = False
    sharp_while_running: bool = False
    feel: str = ""
    travels_down_leg: bool = False
    spreading: bool = False
    changes_stride: bool = False
    walking_sore: bool = False
    hurts_in: tuple[str, ...] = ()
    hop_test: str = ""
    severe_despite_less_running: bool = False
    nothing_helps: bool = False
    pop: bool = False
    bruise: bool = False
    swelling: bool = False
    sudden_weakness: bool = False
    cannot_bear_weight: bool = False
    saddle_numbness: bool = False
    bladder_or_bowel_change: bool = False
    swollen_warm_lower_leg: bool = False
    fall_or_slip: bool = False
    painkiller: bool = False
    strength_min: int | None = None
    cross_training_min: int | None = None
    painless: tuple[str, ...] = ()
    recovery: str = ""
    closed: bool = False
    illness: bool = False
    race: bool = False
    holiday: bool = False
    unrecorded_running: bool = False
    note: str = ""

    @cached_property
    def pain(self) -> int | None:
        """The worst of its pains; None where no number was told."""
        return max((value for value in map(self.__getattribute__, PAINS) if value is not None), default=None)

    @cached_property
    def tells_symptoms(self) -> bool:
        """Whether it says anything of how the legs feel, be it that nothing hurts."""
        return any(getattr(self, name) != getattr(Entry, name) for name in _OF_SYMPTOMS)

    @cached_property
    def hurts(self) -> bool:
        """Whether it tells of pain: a number from 1 on, a sign, or words for a pain without a number."""
        if self.pain is None and (self.feel or self.course):
            return True
        has_sign = any(getattr(self, name) for name in _SIGNS if name != "hop_test")
        return bool(self.pain) or has_sign or self.hop_test in ("hurts", "cannot") or self.course == "grows"


def value_of(name: str, text: str, called: str = "") -> Any:
    """One field's value from what was written of it.

    Parameters
    ----------
    name
        Of the field.
    text
        What was written.
    called
        What a refusal calls the field; its column, if not given.

    Raises
    ------
    UsageError
        A text that cannot be meant.
    """
    return _value(BY_NAME[name], bare(text), called or f"`{name}`")


def bare(text: str) -> str:
    """Text without what nobody sees at its ends: blanks, and marks that steer or hide writing."""
    shown = [place for place, letter in enumerate(text) if not _is_unseen(letter)]
    return text[shown[0] : shown[-1] + 1] if shown else ""


def _is_unseen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) == "Cf"


def entry_of(cells: Mapping[str, str], *, are_options: bool = False) -> Entry:
    """An entry from what each of its fields says.

    Parameters
    ----------
    cells
        Text by name of field; an empty one says nothing.
    are_options
        Whether they were told on the command line, so that a refusal names the option.

    Raises
    ------
    UsageError
        A text that cannot be meant, or no date.
    """
    values = {
        name: value_of(name, text, f"`{BY_NAME[name].flag}`" if are_options else "")
        for name, text in cells.items()
        if bare(text)
    }
    if "date" not in values:
        raise UsageError("there is no date; write it as 2026-11-22.")
    entry = Entry(**values)
    if entry == Entry(entry.date):
        raise UsageError("it says nothing but its date.")
    return entry


def lacking(entry: Entry) -> str:
    """What an entry that names a place does not say of it, as a sentence; empty where nothing is amiss."""
    is_about_a_place = bool(entry.site or entry.side)
    if not is_about_a_place or entry.tells_symptoms or entry.closed or entry.painless or entry.recovery:
        return ""
    return (
        "it names a place and nothing that was felt there, so it has no colour; add how much it hurt, from 0 "
        "(none) to 10."
    )


def changed(entry: Entry, **values: Any) -> Entry:
    """An entry with some values replaced."""
    return replace(entry, **values)


def written(entry: Entry) -> dict[str, str]:
    """What each field says, as text that `entry_of` reads back; what was not said is left out."""
    texts = {field.name: _text(getattr(entry, field.name)) for field in fields(entry)}
    return {name: text for name, text in texts.items() if text}


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _value(field: Field, text: str, called: str) -> Any:
    if field.kind == "day":
        return _day(text, called)
    if field.kind in ("pain", "minutes"):
        return _number(field, text, called)
    if field.kind == "yes":
        return _yes(text, called)
    if field.kind == "word":
        return _word(field, _hyphened(text), called)
    if field.kind == "words":
        told = {_word(field, word, called) for word in _GAP.split(text.lower()) if word}
        return tuple(value for value in field.values if value in told)
    if len(text) > LONGEST_TEXT:
        raise UsageError(f"{called} is longer than {LONGEST_TEXT} letters; make it shorter.")
    return words.printable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _day(text: str, called: str) -> date:
    try:
        # Only year-month-day: of 3/4/2026 nobody knows which is the day.
        day = date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        is_local = _LOCAL_DAY.fullmatch(text)
        why = "not read, since day and month could be taken for each other" if is_local else "no day"
        raise UsageError(
            f"{called} is {_shown(text)}, which is {why}; write year-month-day, such as 2026-11-22."
        )
    if not 1970 <= day.year <= 2200:
        raise UsageError(f"{called} is {text}, which nobody ran on.")
    return day


def _number(field: Field, text: str, called: str) -> int:
    most = 10 if field.kind == "pain" else MOST_MINUTES
    # Spreadsheets may write a whole number with a fraction of zero.
    whole = re.fullmatch(r"(\d{1,6})(?:[.,]0+)?", text, re.ASCII)
    if whole is None or int(whole[1]) > most:
        raise UsageError(f"{called} must be a whole number from 0 to {most}, not {_shown(text)}.")
    return int(whole[1])


def _yes(text: str, called: str) -> bool:
    if text.lower() not in (*YES, *NO):
        raise UsageError(f"{called} must be yes or no, or left empty, not {_shown(text)}.")
    return text.lower() in YES


def _hyphened(text: str) -> str:
    return re.sub(r"[\s_]+", "-", text.lower())


def _word(field: Field, word: str, called: str) -> str:
    if word in field.values:
        return word
    nearest = difflib.get_close_matches(word[:40], field.values, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"there are {words.listing(field.values)}."
    raise UsageError(f"{called} cannot be {_shown(word)}; {hint}")


def _shown(text: str) -> str:
    text = words.printable(text.replace("\n", " "))
    return f"`{text}`" if len(text) <= 40 else f"`{text[:37]}...`"
