"""Does what the diary tells of pain ask for care?

No watch feels pain, and no number of kilometres outweighs it. Articles on hamstring pain agree on when mild
pain can be run with and when to stop; the diary is held against them, nothing is diagnosed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.diary import OPEN_DAYS, by_site, in_force
from loadwatch.diary.colours import LEVEL_OF, MOST_GREEN, pain_words, place_words
from loadwatch.flags._rule import Reference, Rule, Tables, findings, run_ids_of_last_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from loadwatch.diary import Assessment
    from loadwatch.words import Units

NO_ENTRY = "the diary tells nothing of the last 14 days"
SHOWN_REASONS = 2


def check(tables: Tables, *, fast_run_m: float = 400.0, hilly_pct: float = 1.0) -> pd.DataFrame:
    """Judge each day by what the diary says of the 14 days up to it.

    Parameters
    ----------
    tables
        A runner's tables.
    fast_run_m
        Fast metres from which a run is a fast one, which yellow asks to leave out. [m]
    hilly_pct
        Computed climb over distance, above which a run is hilly. [%]

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; value is the worst pain told, of 10, NaN without a number; `kind` is
        the site and `assessments` holds what each site comes to, highest first. What is green is as usual.
    """
    found = findings(tables.days)
    found["reason"], found["kind"] = NO_ENTRY if tables.diary else "there is no diary", ""
    found["assessments"] = [()] * len(found)
    sites = by_site(tables.diary)
    told_on = sorted({entry.date for of_site in sites.values() for entry in of_site})
    if not told_on:
        return found
    hasty = _hasty(tables.runs, fast_run_m, hilly_pct)
    days = found["local_date"].tolist()
    order = np.array([day.toordinal() for day in told_on])
    day = np.array([day.toordinal() for day in days])
    newest = np.searchsorted(order, day, side="right") - 1
    is_near = (newest >= 0) & (day - order[np.maximum(newest, 0)] <= OPEN_DAYS)
    ids = run_ids_of_last_days(tables, OPEN_DAYS + 1)
    for row in np.flatnonzero(is_near).tolist():
        assessed = in_force(sites, days[row], hasty)
        if assessed:
            _fill(found, row, assessed, ids[row])
    return found


def _fill(found: pd.DataFrame, row: int, assessed: list[Assessment], run_ids: str) -> None:
    first = assessed[0]
    pain = first.entry.pain
    values: dict[str, Any] = {
        "level": LEVEL_OF[first.colour],
        "value": np.nan if pain is None else float(pain),
        "baseline": float(MOST_GREEN),
        "n": len(assessed),
        "run_ids": run_ids,
        "reason": "",
        "is_information": first.colour == "green",
        "kind": first.entry.site,
        "assessments": tuple(assessed),
    }
    for name, value in values.items():
        found.at[row, name] = value


def _hasty(runs: pd.DataFrame, fast_run_m: float, hilly_pct: float) -> dict[date, str]:
    """Days with a fast or a hilly run, each in a word."""
    is_hilly = runs["elevation_gain_computed_m"] > hilly_pct / 100.0 * runs["distance_m"]
    found = dict.fromkeys(runs.loc[is_hilly, "local_date"], "hilly")
    return found | dict.fromkeys(runs.loc[runs["fast_m"] >= fast_run_m, "local_date"], "fast")


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words, every site that asks for as much among them; colours are words, too."""
    del units  # pain has none
    first: Assessment = finding["assessments"][0]
    if first.colour == "green":
        # That it eases is no clearance: what is said against it stands beside it.
        told = f"{_told(first)}."
        return f"{told} {first.beside[0]}" if first.entry.course == "eases" else told
    return f"{'; '.join(_told(one) for one in _leading(finding))}. {first.advice}"


def _leading(finding: Mapping[str, Any]) -> list[Assessment]:
    """What asks for as much as the first, which is one of them."""
    assessed: tuple[Assessment, ...] = finding["assessments"]
    return [one for one in assessed if LEVEL_OF[one.colour] == LEVEL_OF[assessed[0].colour]]


def _told(one: Assessment) -> str:
    reasons = [str(reason) for reason in one.reasons[:SHOWN_REASONS]]
    more = len(one.reasons) - len(reasons)
    reasons += [words.count(more, "more reason")] if more else []
    return f"{_opening(one)}: {words.listing(reasons)}"


def _opening(one: Assessment) -> str:
    name = {"today": "red, and not to wait"}.get(one.colour, one.colour)
    where = place_words(one.entry)
    numbers = pain_words(one.entry)
    return (
        f"{name}{f' for the {where}' if where else ''} by the diary of {words.day(one.entry.date)}"
        f"{f' ({numbers})' if numbers else ''}"
    )


def detail(finding: Mapping[str, Any], units: Units) -> str:
    """Every reason, what must be said beside it, and what the diary says of other places."""
    del units
    told = []
    said = _leading(finding) if finding["assessments"][0].colour != "green" else finding["assessments"][:1]
    for one in finding["assessments"]:
        if one not in said or len(one.reasons) > SHOWN_REASONS:
            reasons = words.listing([str(reason) for reason in one.reasons])
            told.append(words.capitalised(f"{_opening(one)}: {reasons}."))
        told += [text for text in one.beside if text not in told]
    return " ".join(told)


def lead(finding: Mapping[str, Any]) -> tuple[str, str]:
    """Headline and action of a week with red in its diary, or with nothing but yellow; each site is named."""
    first: Assessment = finding["assessments"][0]
    places = [place for one in _leading(finding) if (place := place_words(one.entry))]
    tells = f"what the diary tells{f' ({words.listing(places)})' if places else ''}"
    if first.colour == "today":
        return f"Act today: {tells} must not wait until next week.", first.advice
    if first.colour == "yellow":
        return f"Watch: {tells} asks for care.", first.advice
    return f"Act: {tells} is for a professional, whatever the running looks like.", first.advice


RULE = Rule(
    id="symptoms",
    number="F15",
    title="Symptoms",
    question="Does what the diary tells of pain ask for care?",
    formula=(
        "Green: pain of 0 to 3 that eases or stays while running, settles by the next morning and leaves the "
        "stride as it is. Yellow: 4; worse the next morning than before the run; three painful days at one "
        "site within 21; a painkiller; a fast or hilly run while an entry is open. Red: 5 or more; grows "
        "while running or with speed; sharp; travels down the leg; spreads; changes the stride; hurts in "
        "walking or daily life; hopping hurts; severe though less is run; no better after 14 days; nothing "
        "helps. Today, not next week: a pop, a bruise, a swelling, sudden weakness, a leg that cannot be "
        "stood on; numbness around the saddle, a change of bladder or bowel, a swollen warm lower leg. The "
        "newest entry of 14 days speaks, but red stays for 14 days or until it is closed."
    ),
    needs="One entry in the diary within the last 14 days; `loadwatch diary add` writes it.",
    grade="C",
    clears="As usual again with an entry of 0 to 3 that settles by the next morning, or 14 days after the "
    "last entry; red stays for 14 days, or until the diary closes it.",
    limits=(
        "Not a diagnosis, and no clearance either: green says only that the articles let such pain be run "
        "with. What is not entered is not known. A hamstring that hurts need not be the hamstring."
    ),
    articles=(
        (
            "000: where walking is still sore, running waits; pain that eases with the warm-up is also how "
            "trouble of a tendon begins; a pop, a bruise and pain that lasts are for someone who knows."
        ),
        "001: stop where it gets worse on the way; on coming back from a strain, stop at any pain.",
        (
            "002: mild pain can be run with, slowly and flat; stop where it grows or changes the gait; no "
            "fast running and no hills until it is healed."
        ),
        (
            "003: up to 3 of 10, eased by the warm-up, settled within a day and without a change of gait; "
            "stop at sharp pain, pain that grows with speed, and pain in daily life."
        ),
        (
            "004: stop from 5 of 10, where it grows or travels down the leg; a professional after two weeks "
            "without improvement, where hopping hurts, where it spreads, and where nothing helps."
        ),
    ),
    references=(
        Reference(
            source="The founding articles 003 and 004",
            found="the limits of 3, 5, 24 hours and two weeks",
            in_whom="an osteopath's and a physical therapist's advice, no study",
        ),
        Reference(
            source="Silbernagel et al. 2007, as the public research notes of vi000246/TrailRunCoach quote it",
            found=(
                "training went on with Achilles pain of up to 5 of 10 that was back where it had been by the "
                "next morning; another tissue, and a higher limit than ours"
            ),
            in_whom="38 people with Achilles trouble, randomised",
        ),
    ),
    unit="of 10",
    window="highest pain that is green",
    check=check,
    sentence=sentence,
    detail=detail,
    levels=("watch", "act"),
    threshold_origin=(
        "0 to 3 and 24 hours are those of article 003, 5 and two weeks those of 004. Ours, where the "
        "articles are silent: 4 is yellow, three painful days in 21, the painkiller, the next morning "
        "compared with before the run, how long red stays, and the last three signs of what must not wait. "
        "The limits of pain cannot be set: nobody should talk themselves out of red."
    ),
    contradictions=(
        (
            "Articles disagree on mild pain after a strain (001 stops, 002 to 004 go on), on pain in daily "
            "life (003 stops, 002 and 000 do not always), and on cycling (000 warns, 001 and 002 recommend "
            "it); each is shown beside the entry it concerns."
        ),
    ),
    lead=lead,
)
