"""Lines of the diary taken together: one entry for each site and day, and what is still open when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from loadwatch.diary.entries import BY_NAME, PAINS, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

LOOK_BACK_DAYS = 60  # nothing older changes what a day comes to
OPEN_DAYS = 14  # an entry stays open until so many days have passed without pain at its site
MARKS = ("illness", "race", "holiday", "unrecorded_running")


def marked(entries: Iterable[Entry], mark: str) -> frozenset[date]:
    """Days with one of `MARKS`."""
    return frozenset(entry.date for entry in entries if getattr(entry, mark))


def by_site(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """What was told of each site, one entry a day, oldest first; "" where no site was told.

    Lines about one site and day tell together: the worst of each. One that closes without naming a site
    closes every site. One that tells of pain closes nothing: whatever is over, that is not.
    """
    told = sorted((one for one in entries if one.tells_symptoms or one.closed), key=lambda one: one.date)
    told = [replace(one, closed=False) if one.hurts else one for one in told]
    sites = dict.fromkeys(one.site for one in told if one.tells_symptoms or one.site)
    days: dict[str, dict[date, Entry]] = {site: {} for site in sites}
    for one in told:
        for site in [one.site] if one.tells_symptoms or one.site else sites:
            known = days[site]
            known[one.date] = (
                _together(known[one.date], one) if one.date in known else replace(one, site=site)
            )
    return {site: list(known.values()) for site, known in days.items()}


def _together(first: Entry, second: Entry) -> Entry:
    """Two lines about one site and day as one; what is over, and hurts again later, is not over."""
    values: dict[str, Any] = {}
    for field in fields(Entry):
        one, other = getattr(first, field.name), getattr(second, field.name)
        kind, known = BY_NAME[field.name].kind, [value for value in (one, other) if value is not None]
        if kind in ("pain", "yes"):
            values[field.name] = max(known, default=None)
        elif kind == "minutes":
            values[field.name] = sum(known) if known else None
        elif kind == "words":
            values[field.name] = tuple(word for word in BY_NAME[field.name].values if word in one + other)
        elif kind == "text":
            values[field.name] = " / ".join(filter(None, (one, other)))
    values["course"] = max(first.course, second.course, key=("", "eases", "stays", "grows").index)
    values["hop_test"] = max(first.hop_test, second.hop_test, key=("", "fine", "hurts", "cannot").index)
    values["feel"] = "sharp" if "sharp" in (first.feel, second.feel) else second.feel or first.feel
    both = {first.side, second.side} - {""}
    values["side"] = "both" if len(both) > 1 else "".join(both)
    values["closed"] = second.closed or (first.closed and not second.hurts)
    return replace(first, **values)


def known_on(entry: Entry, day: date) -> Entry:
    """An entry as it was known at the end of a day: its next morning is the day after."""
    return entry if entry.date < day else replace(entry, pain_next_morning=None)


def since_closed(of_site: Sequence[Entry], day: date) -> list[Entry]:
    """Entries of a site in the weeks up to a day, without what was closed by then."""
    begin = bisect_left(of_site, day - timedelta(LOOK_BACK_DAYS), key=_date)
    known = [known_on(entry, day) for entry in of_site[begin : bisect_right(of_site, day, key=_date)]]
    # What hurts and is called over on one day is over from the next.
    closings = (place for place, one in enumerate(known) if one.closed and (one.date < day or not one.hurts))
    last = max(closings, default=-1)
    return known[last + 1 :]


def open_of(of_site: Sequence[Entry], day: date) -> Entry | None:
    """The newest painful entry that keeps a site open on a day; None where nothing is open."""
    painful = [entry for entry in since_closed(of_site, day) if entry.hurts]
    return painful[-1] if painful and day - painful[-1].date <= timedelta(OPEN_DAYS) else None


def open_on(entries: Iterable[Entry] | Mapping[str, Sequence[Entry]], day: date) -> dict[str, Entry]:
    """By site, the newest painful entry that keeps it open on a day: until 14 days without pain, or closed.

    Parameters
    ----------
    entries
        Of a diary, or as `by_site` gives them.
    day
        Later entries are not looked at, nor mornings that had not come.
    """
    sites = entries if isinstance(entries, Mapping) else by_site(entries)
    found = {site: open_of(of_site, day) for site, of_site in sites.items()}
    return {site: entry for site, entry in found.items() if entry is not None}


def _date(entry: Entry) -> date:
    return entry.date


def stretch(known: Sequence[Entry], entry: Entry) -> list[Entry]:
    """Painful entries up to one of them, no 14 days without between two, oldest first.

    Parameters
    ----------
    known
        As `since_closed` gives them.
    entry
        One of them.
    """
    before = known[: bisect_left(known, entry.date, key=_date)]
    linked, newest, longest_gap = [entry], entry.date, timedelta(OPEN_DAYS)
    for one in (one for one in reversed(before) if one.hurts):
        if newest - one.date > longest_gap:
            break
        linked.append(one)
        newest = one.date
    return linked[::-1]


def pains(entry: Entry) -> dict[str, int]:
    """The pains an entry tells, by name of field."""
    return {name: value for name in PAINS if (value := getattr(entry, name)) is not None}
