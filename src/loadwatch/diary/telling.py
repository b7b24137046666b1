"""A diary told again: its entries with their colours, newest first, and each in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.diary.colours import Assessment, assess, pain_words, place_words
from loadwatch.diary.entries import FIELDS, Entry
from loadwatch.diary.episodes import MARKS, by_site, since_closed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RECOVERY = {"start": "a return to running begins", "stop": "the return to running is stopped"}


def told(entries: Sequence[Entry]) -> list[tuple[Entry, Assessment | None]]:
    """Each entry with its colour by the diary alone, None where it tells no symptom; newest first."""
    return sorted(_assessed(entries), key=lambda pair: pair[0].date, reverse=True)


def _assessed(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Assessment | None]]:
    for of_site in by_site(entries).values():
        for entry in of_site:
            yield entry, assess(entry, since_closed(of_site, entry.date + timedelta(1)))
    yield from ((entry, None) for entry in entries if not entry.tells_symptoms and not entry.closed)


def parts(entry: Entry, assessment: Assessment | None) -> list[str]:
    """What an entry says beside its day: place, pain, why it has its colour, marks, minutes and note."""
    marks = [
        field.name.replace("_", " ")
        for field in FIELDS
        # The signs of an entry that is judged stand among its reasons.
        if field.kind == "yes"
        and (assessment is None or field.name in (*MARKS, "closed"))
        and getattr(entry, field.name)
    ]
    minutes = [
        f"{words.count(value, 'minute')} of {what}"
        for value, what in ((entry.strength_min, "strength work"), (entry.cross_training_min, "other sport"))
        if value
    ]
    return [
        *filter(None, (place_words(entry), pain_words(entry))),
        *([words.listing([str(one) for one in assessment.reasons])] if assessment else []),
        *marks,
        *([RECOVERY[entry.recovery]] if entry.recovery else []),
        *minutes,
        *([f"without pain: {', '.join(entry.painless)}"] if entry.painless else []),
        *([f"“{entry.note}”"] if entry.note else []),
    ]
