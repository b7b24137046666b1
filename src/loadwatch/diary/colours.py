"""Green, yellow, red, and today: what the articles say of an entry, each reason with where it comes from.

The one place where entries become colours. Where the articles are silent the reason says that it is ours;
where they disagree, both are shown. Nothing names a cause or a disease.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from loadwatch import words
from loadwatch.diary.entries import DAILY_LIFE, Entry
from loadwatch.diary.episodes import OPEN_DAYS, by_site, open_of, pains, since_closed, stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

Colour = Literal["green", "yellow", "red", "today"]
COLOURS: tuple[Colour, ...] = ("green", "yellow", "red", "today")
RED: tuple[Colour, ...] = ("red", "today")
MOST_GREEN, LEAST_RED = 3, 5
NO_BETTER_DAYS, REPEATED_DAYS, REPEATED_COUNT = 14, 21, 3
OURS = "ours"
_SAID_BY = {
    OURS: "not from the articles",
    "000 and 003": "articles 000 and 003",
    "003 and 004": "articles 003 and 004",
    "002 and 003": "articles 002 and 003",
    "001, 002 and 004": "articles 001, 002 and 004",
}
_PLACES = {
    "sit-bone": "sit bone",
    "mid-thigh": "mid-thigh",
    "behind-knee": "back of the knee",
    "buttock": "buttock",
    "lower-back": "lower back",
    "other": "other place",
}

# What each asks for, as the level of a flag.
LEVEL_OF: dict[Colour, str] = {"green": "usual", "yellow": "watch", "red": "act", "today": "act"}
ADVICE: dict[Colour, str] = {
    "green": "Running can go on, gently; tell the diary the next morning, too.",
    "yellow": "Keep the next runs short, slow and flat, and tell the diary how each of them went.",
    "red": "Stop running and see a professional.",
    "today": "Have it looked at by a doctor today, not next week.",
}


@dataclass(frozen=True)
class Reason:
    """Why an entry has its colour.

    Attributes
    ----------
    colour
        What it asks for by itself.
    text
        In a few plain words.
    source
        Number of the article, or that it is ours.
    """

    colour: Colour
    text: str
    source: str

    def __str__(self) -> str:
        return f"{self.text} ({_SAID_BY.get(self.source, f'article {self.source}')})"


@dataclass(frozen=True)
class Assessment:
    """What an entry comes to.

    Attributes
    ----------
    entry
        All that was told of one site and day.
    colour
        The highest of its reasons.
    reasons
        Those of that colour first.
    beside
        What must be said beside it: where articles disagree, and what is not told.
    """

    entry: Entry
    colour: Colour
    reasons: tuple[Reason, ...]
    beside: tuple[str, ...]

    @property
    def advice(self) -> str:
        """What to do, as one sentence."""
        return ADVICE[self.colour]


@dataclass(frozen=True)
class _Sign:
    colour: Colour
    is_there: Callable[[Entry], bool]
    text: str
    source: str


_SIGNS: tuple[_Sign, ...] = (
    _Sign("today", lambda one: one.pop, "a pop, a crack or a blow was felt", "000"),
    _Sign("today", lambda one: one.bruise, "there is a bruise", "000"),
    _Sign("today", lambda one: one.swelling, "there is a swelling", "000"),
    _Sign("today", lambda one: one.sudden_weakness, "the leg was suddenly weak", "003"),
    _Sign("today", lambda one: one.cannot_bear_weight, "the leg cannot be stood on", "000"),
    _Sign("today", lambda one: one.saddle_numbness, "it is numb where a saddle would touch", OURS),
    _Sign("today", lambda one: one.bladder_or_bowel_change, "bladder or bowel changed", OURS),
    _Sign("today", lambda one: one.swollen_warm_lower_leg, "a lower leg is swollen and warm", OURS),
    _Sign("red", lambda one: (one.pain or 0) >= LEAST_RED, f"pain of {LEAST_RED} or more", "004"),
    _Sign("red", lambda one: one.course == "grows", "it grows while running", "001, 002 and 004"),
    _Sign("red", lambda one: one.grows_with_speed, "it grows with speed", "003"),
    _Sign("red", lambda one: one.sharp_while_running or one.feel == "sharp", "it is sharp", "000 and 003"),
    _Sign("red", lambda one: one.travels_down_leg, "it travels down the leg", "004"),
    _Sign("red", lambda one: one.spreading, "it spreads to new places", "004"),
    _Sign("red", lambda one: one.changes_stride, "it changes the stride", "002 and 003"),
    _Sign("red", lambda one: one.walking_sore, "walking hurts", "000"),
    _Sign("red", lambda one: bool(_daily(one)), "it hurts in daily life", "003"),
    _Sign("red", lambda one: one.hop_test in ("hurts", "cannot"), "hopping on the leg hurts or fails", "004"),
    _Sign(
        *("red", lambda one: one.severe_despite_less_running),
        *("it is severe though less was run", "004"),
    ),
    _Sign("red", lambda one: one.nothing_helps, "nothing that was tried changes it", "004"),
    _Sign("yellow", lambda one: one.pain == LEAST_RED - 1, "pain of 4, between mild and severe", OURS),
    _Sign("yellow", lambda one: one.painkiller, "a painkiller may hide how much it hurts", OURS),
)


def _daily(entry: Entry) -> list[str]:
    return [word for word in entry.hurts_in if word in DAILY_LIFE]


# Where the articles disagree, or say more than a colour: shown beside it, the first of them first of all.
_BESIDE: tuple[tuple[Callable[[Entry], bool], str], ...] = (
    (
        lambda one: one.course == "eases",
        (
            "Articles 003 and 004 let such pain be run with; 000 adds that trouble of a tendon begins just "
            "so, eased by the warm-up."
        ),
    ),
    (
        lambda one: bool(_daily(one)),
        (
            "The articles disagree: 003 stops at pain in daily life, 002 allows an easy run with mild pain "
            "in some positions, and 000 reduces what provokes it rather than everything."
        ),
    ),
    (
        lambda one: 1 <= (one.pain_during or 0) <= MOST_GREEN,
        (
            "The articles disagree: 002, 003 and 004 let a run with mild pain go on; 001, on coming back "
            "from a strain, stops at any."
        ),
    ),
    (
        lambda one: "cycling" in one.hurts_in,
        "The articles disagree on cycling: 000 says that it can irritate, 001 and 002 recommend it.",
    ),
    (
        lambda one: one.feel in ("tingling", "burning"),
        "Article 004 tells tingling and burning apart from an ache: mention it to whoever looks at it.",
    ),
)


def assess(
    entry: Entry, known: Sequence[Entry] = (), hasty: Mapping[date, str] | None = None
) -> Assessment | None:
    """What an entry comes to among those before it; None where it says nothing of symptoms.

    Parameters
    ----------
    entry
        One entry as it was known on the day it is judged.
    known
        Entries of its site, as `episodes.since_closed` gives them.
    hasty
        Fast or hilly runs by their day, each in a word; None where runs are not known.
    """
    if not entry.tells_symptoms:
        return None
    reasons = [Reason(sign.colour, sign.text, sign.source) for sign in _SIGNS if sign.is_there(entry)]
    if entry.hurts:
        reasons += _among(entry, known)
    if hasty and entry.date in hasty:
        before = open_of([one for one in known if one.date < entry.date], entry.date)
        reasons += _hasty(before, entry.date, entry.date, hasty)
    return _assessment(entry, reasons)


def _assessment(entry: Entry, reasons: Sequence[Reason]) -> Assessment:
    highest = max((COLOURS.index(reason.colour) for reason in reasons), default=0)
    ordered = sorted(reasons, key=lambda reason: -COLOURS.index(reason.colour))
    beside = [text for is_meant, text in _BESIDE if is_meant(entry)]
    if highest == 0:
        ordered = [_green(entry)]
        beside += _unsaid(entry)
    return Assessment(entry, COLOURS[highest], tuple(ordered), tuple(beside))


def _green(entry: Entry) -> Reason:
    if not entry.hurts:
        return Reason("green", "no pain" if entry.pain == 0 else "no pain told", OURS)
    told = [
        "mild" if entry.pain is not None else "no number told",
        *([entry.course] if entry.course else []),
        *(["settled by the next morning"] if entry.pain_next_morning is not None else []),
    ]
    return Reason("green", words.listing(told), "003")


def _unsaid(entry: Entry) -> list[str]:
    if not entry.hurts:
        return []
    lacks = [
        *(["a number for the pain"] if entry.pain is None else []),
        *(["whether it eased while running"] if entry.pain_during and not entry.course else []),
        *(["the next morning"] if entry.pain_next_morning is None else []),
    ]
    return [f"As far as told: the diary does not hold {words.listing(lacks)} yet."] if lacks else []


def _among(entry: Entry, known: Sequence[Entry]) -> list[Reason]:
    """Reasons that rest on other entries of the site as well."""
    reasons = []
    if is_unsettled(entry):
        reasons.append(Reason("yellow", "it had not settled by the next morning", "003 and 004"))
    painful = [one.date for one in known if one.hurts and one.date <= entry.date]
    recent_count = len(painful) - bisect_right(painful, entry.date - timedelta(REPEATED_DAYS))
    if recent_count >= REPEATED_COUNT:
        text = f"pain there on {recent_count} days within {REPEATED_DAYS}"
        reasons.append(Reason("yellow", text, OURS))
    linked = stretch(known, entry)
    days = [one.date for one in linked]
    old = linked[: bisect_right(days, entry.date - timedelta(NO_BETTER_DAYS))]
    if old and not _is_less(entry.pain, old[-1].pain):
        reasons.append(Reason("red", f"no better than {NO_BETTER_DAYS} days before", "004"))
    return reasons


def _is_less(pain: int | None, before: int | None) -> bool:
    """Whether pain got less; without both numbers nobody can tell that it did."""
    return pain is not None and before is not None and pain < before


def is_unsettled(entry: Entry) -> bool:
    """Whether the next morning was worse than before the run; where that is not told, not free of pain."""
    return (entry.pain_next_morning or 0) > (entry.pain_before or 0)


def _hasty(opened: Entry | None, since: date, until: date, hasty: Mapping[date, str]) -> list[Reason]:
    """Fast or hilly runs on some days, after the entry that was open then."""
    if opened is None:
        return []
    days = [day for day in hasty if since <= day <= until and day > opened.date]
    return [
        Reason(
            "yellow",
            f"a {hasty[day]} run on {words.day(day)} while the entry of {words.day(opened.date)} was open",
            "002",
        )
        for day in sorted(days)[-1:]
    ]


def in_force(
    entries: Iterable[Entry] | Mapping[str, Sequence[Entry]],
    day: date,
    hasty: Mapping[date, str] | None = None,
) -> list[Assessment]:
    """What the diary comes to on a day: one assessment for each site that is told of, highest first.

    The newest entry of the last 14 days speaks, but one that was red stays red for 14 days or until it is
    closed: a milder day does not take it back. Nothing after that day is looked at.

    Parameters
    ----------
    entries
        Of a diary, or as `by_site` gives them.
    day
        The day asked for.
    hasty
        Fast or hilly runs by their day, each in a word.
    """
    sites = entries if isinstance(entries, Mapping) else by_site(entries)
    found = [_of_site(of_site, day, hasty or {}) for of_site in sites.values()]
    told = [one for one in found if one is not None]
    return sorted(told, key=lambda one: (-COLOURS.index(one.colour), -one.entry.date.toordinal()))


def _of_site(of_site: Sequence[Entry], day: date, hasty: Mapping[date, str]) -> Assessment | None:
    known = since_closed(of_site, day)
    recent = [one for one in known if day - one.date <= timedelta(OPEN_DAYS)]
    assessed = [one for one in (assess(entry, known, hasty) for entry in recent) if one is not None]
    if not assessed:
        return None
    newest = assessed[-1]
    later = _hasty(open_of(known, day), newest.entry.date + timedelta(1), day, hasty)
    if later and newest.colour in ("green", "yellow"):
        reasons = [*later, *(reason for reason in newest.reasons if reason.colour != "green")]
        newest = _assessment(newest.entry, reasons)
    # Of two alike the newer one speaks.
    standing = [one for one in assessed[:-1] if one.colour in RED]
    return max([*standing, newest], key=lambda one: (COLOURS.index(one.colour), one.entry.date))


def place_words(entry: Entry) -> str:
    """Where an entry is about: "left sit bone"; empty where that was not told."""
    side = entry.side if entry.side != "both" else "either side,"
    return " ".join(filter(None, (side, _PLACES.get(entry.site, "")))).rstrip(",")


def pain_words(entry: Entry) -> str:
    """The numbers of an entry: "2 during, 4 the next morning, of 10"; empty without one."""
    names = {
        "pain_before": "before",
        "pain_during": "during",
        "pain_after": "after",
        "pain_next_morning": "the next morning",
    }
    told = [f"{value} {names[name]}" for name, value in pains(entry).items()]
    return f"{', '.join(told)}, of 10" if told else ""
