"""The page over all runners: who changed what this week, who could not be told, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.cohort import states
from loadwatch.cohort.coach import GROUPS, LOUD, change
from loadwatch.report.figures import LIGHT
from loadwatch.report.html import DARK, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch.cohort.coach import Coach, Top
    from loadwatch.cohort.states import Row, Study
    from loadwatch.cohort.storage import Storage
    from loadwatch.words import Units

FILE = "index.html"
LONGEST_ERROR = 300
NO_RUN = "no run"
JUDGED = ("act", "watch", "note", "usual")
# Nothing is asked of these, and each of them can be told.
QUIET = ("note", "usual", "no_run")


def write(dest: Storage, coach: Coach, study: Study) -> None:
    """Write the page where the study lies."""
    units = study.settings.units if study.settings else "metric"
    dest.write(FILE, render(coach, states.read_json(dest, states.STUDY), units).encode())


def render(coach: Coach, study: Mapping[str, Any], units: Units = "metric") -> str:
    """Tell all runners' reported week as an HTML page; the same bytes for the same rows.

    Parameters
    ----------
    coach
        All rows, as far as they are shown.
    study
        What holds for all, as it is kept in DEST.
    units
        Of distances.

    Returns
    -------
    str
        The whole page, which needs nothing else.
    """
    return (
        environment()
        .get_template("runners.html")
        .render(
            levels=words.LEVELS,
            light=LIGHT,
            dark=DARK,
            week=_week(coach),
            said=_said(coach),
            counts=_counts(coach),
            loud=[
                (words.LEVELS[name], _loud(coach.groups[name])) for name in LOUD if coach.groups[name].count
            ],
            changes=_changes(coach, units),
            reasons=_reasons(coach),
            quiet=[_names(name, coach) for name in QUIET if coach.groups[name].count],
            not_told=_not_told(coach),
            study=_study(study),
            settings=study.get("settings") or "",
            as_of=words.day(date.fromisoformat(coach.as_of), year=True) if coach.as_of else "",
            limits=words.NO_RANKING,
        )
    )


def _week(coach: Coach) -> dict[str, str]:
    if not coach.week:
        return {"title": "All runners", "label": "all runners", "days": ""}
    label = words.week_label(coach.week, year=True)
    days = label.rpartition(", ")[2].removeprefix("week ")
    return {"title": words.capitalised(words.week_number(coach.week)), "label": label, "days": days}


def _said(coach: Coach) -> str:
    """The week of all in a sentence."""
    loud = [
        f"{coach.groups[name].count:,} at {words.LEVELS[name].word}"
        for name in LOUD
        if coach.groups[name].count
    ]
    is_judged = any(coach.groups[name].count for name in JUDGED)
    parts = words.listing(loud) or ("nobody at watch or act" if is_judged else "nobody can be judged")
    failed = f"; {words.count(coach.failed.count, 'runner')} could not be read" if coach.failed.count else ""
    return f"{words.count(coach.told_count, 'runner')} told, {parts}{failed}."


def _counts(coach: Coach) -> list[dict[str, Any]]:
    """How many there are of each group, with the colour of its part of the bar."""
    found = []
    for name in GROUPS:
        level = words.LEVELS.get(name)
        found.append(
            {
                "level": level,
                "word": level.word if level else NO_RUN,
                "count": coach.groups[name].count,
                "colour": f"var(--{name if level else 'muted'})",
            }
        )
    return found


def _loud(group: Top) -> dict[str, Any]:
    rows = [
        {
            "name": row.runner,
            "reason": row.facts.get("reason") or row.headline,
            "rule": row.facts.get("rule", ""),
            "more": f"and {words.count(row.facts['more_count'], 'more reason')}"
            if row.facts.get("more_count")
            else "",
        }
        for row in group.rows
    ]
    return {"rows": rows, "count": group.count, "more": group.more_count}


def _changes(coach: Coach, units: Units) -> list[dict[str, Any]]:
    """Who changed most against their own past, in what."""
    week, longest = ("distance_m", "usual_week_m"), ("longest_m", "longest_before_m")
    tables = (
        ("more", "More than their own usual week", ("this week", "usual"), coach.more, week),
        ("less", "Less than their own usual week", ("this week", "usual"), coach.less, week),
        (
            "longer",
            "Longest run beyond their own 30 days",
            ("in one go", "longest before"),
            coach.longer,
            longest,
        ),
    )
    return [
        {
            "key": key,
            "title": title,
            "head": ("runner", *head, "change"),
            "rows": [_changed(row, pair, units) for row in rows.rows],
            "more": rows.more_count,
        }
        for key, title, head, rows, pair in tables
        if rows.count
    ]


def _changed(row: Row, pair: tuple[str, str], units: Units) -> dict[str, Any]:
    value, baseline = (row.facts[name] for name in pair)
    ratio = change(row, *pair)
    told = words.compared(value, baseline)
    return {
        "name": row.runner,
        "cells": (words.distance(value, units), words.distance(baseline, units), told),
        # How far its bar reaches: all the way where it is twice as much, or nothing.
        "share": min(abs((ratio or 1.0) - 1.0), 1.0),
    }


def _reasons(coach: Coach) -> dict[str, Any]:
    """Why some could not be told, the commonest reason first."""
    ordered = sorted(coach.reasons.items(), key=lambda one: (-one[1].count, one[0]))
    return {
        "rows": [
            {
                "reason": reason,
                "count": words.count(found.count, "runner"),
                "names": [
                    (
                        row.runner,
                        words.day(date.fromisoformat(row.facts["judge_from"]))
                        if row.facts.get("judge_from")
                        else "",
                    )
                    for row in found.rows
                ],
                "more": found.more_count,
            }
            for reason, found in ordered
        ],
        "others": coach.other_reasons,
    }


def _names(group: str, coach: Coach) -> dict[str, Any]:
    """Names of a group that asks for nothing."""
    found, level = coach.groups[group], words.LEVELS.get(group)
    return {
        "level": level,
        "word": level.word if level else NO_RUN,
        "count": words.count(found.count, "runner"),
        "names": [
            (
                row.runner,
                f"last run {words.day(date.fromisoformat(row.newest_run), year=True)}"
                if level is None
                else "",
            )
            for row in found.rows
        ],
        "more": found.more_count,
    }


def _not_told(coach: Coach) -> list[dict[str, Any]]:
    lists = (("Failed", coach.failed), ("Without a run in their files", coach.empty))
    return [
        {
            "title": f"{title}: {words.count(found.count, 'runner')}",
            "rows": [(row.runner, _short(row.error)) for row in found.rows],
            "more": found.more_count,
        }
        for title, found in lists
        if found.count
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_ERROR else f"{line[:LONGEST_ERROR]}…"


def _study(study: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What all were told by."""
    day = study.get("as_of")
    told = [
        ("loadwatch", str(study.get("loadwatch", ""))),
        (
            "Told as of",
            words.day(date.fromisoformat(day), year=True) if day else "each one's latest day, today for most",
        ),
        ("Settings", "one file for all, below" if study.get("settings") else "each runner's own"),
        ("Names", "pseudonyms" if study.get("is_pseudonymous") else "of the folders"),
    ]
    return [(name, text) for name, text in told if text]
