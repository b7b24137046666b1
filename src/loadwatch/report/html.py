"""The week as one self-contained page: nothing remote, the same bytes for the same history."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from loadwatch import words
from loadwatch._version import __version__
from loadwatch.diary import telling
from loadwatch.diary.colours import LEVEL_OF
from loadwatch.formats.naming import one_line
from loadwatch.report import _pain, _svg, _view, figures, recovery
from loadwatch.report._all_weeks import all_weeks
from loadwatch.report.figures import LIGHT, Palette, run_traces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from loadwatch.flags import Rule
    from loadwatch.history import History

MAX_LISTED = 200
MAX_ENTRIES = 14
# Two sheets have room for eight charts; steps are cadence turned round, and from leg load no rule speaks.
NOT_PRINTED = ("steps", "leg_load")
PLACES = (
    ("charts", "Charts"),
    ("runs", "Runs"),
    ("diary", "Diary"),
    ("more", "More"),
    ("cannot", "Not told"),
    ("quality", "Files"),
)

DARK = Palette(
    paper="#15181c", ink="#e8ebef", soft="#a3aebb", grid="#2b323a", muted="#566270", accent="#6cb2f0"
)


def render(history: History, *, show_names: bool = False) -> str:
    """Tell the reported week as an HTML page.

    Parameters
    ----------
    history
        What a scan gave back, with at least one week.
    show_names
        Tell what the runner called each run, too.

    Returns
    -------
    str
        The whole page.
    """
    return (
        environment()
        .get_template("week.html")
        .render(
            levels=words.LEVELS,
            light=LIGHT,
            dark=DARK,
            week=_week(history),
            story=_story(history, {rule.id: rule for rule in history.rules}),
            panels=_panels(history),
            runs=_runs(history, show_names=show_names),
            diary=_diary(history),
            room=_room(history),
            weeks=_weeks(history),
            quality=_quality(history),
            footer=_footer(history),
            places=PLACES,
            not_printed=NOT_PRINTED,
            script=_script(),
            name=one_line(history.settings.name),
            not_medical_advice=words.NOT_MEDICAL_ADVICE,
        )
    )


@cache
def environment() -> jinja2.Environment:
    """Where the templates of pages are found, and how text is put into them."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("loadwatch.report"),
        autoescape=jinja2.select_autoescape(),
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["said"] = said
    return environment


def said(text: str) -> Markup:
    """Put a sentence into a page: numbers keep to their units, and what stands in backticks is code."""
    parts = str(escape(words.glued(words.printable(text)))).split("`")
    if len(parts) % 2 == 0:
        parts = ["`".join(parts)]
    told = (f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
    return Markup("".join(told))  # noqa: S704 - every part is escaped


def _printable(value: Any) -> Any:
    """Keep control characters and half-characters of file names out of the page."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return words.printable(value) if is_text else value


def _week(history: History) -> dict[str, Any]:
    """Name the week and give its key numbers."""
    row = _view.reported_week(history)
    named: dict[str, Any] = {
        "title": words.capitalised(words.week_number(history.week)),
        "label": words.week_label(history.week, year=True),
        "days": words.week_label(history.week, year=True).rpartition(", ")[2].removeprefix("week "),
        "numbers": [],
        "is_complete": True,
        "so_far": "",
    }
    if row is None:
        return named
    units: words.Units = history.settings.units
    return named | {
        "is_complete": bool(row["is_complete"]),
        "numbers": [
            ("distance", words.distance(_view.number(row, "distance_m"), units)),
            ("time running", words.duration(_view.number(row, "moving_s"))),
            ("runs", words.count(int(row["run_count"]), "run")),
            ("longest run", words.distance(_view.number(row, "longest_run_m"), units)),
            ("climb", words.climb(_view.number(row, "elevation_gain_m"), units)),
            ("hard", words.minutes(_view.number(row, "hard_s"))),
            ("cadence", words.cadence(_view.number(row, "cadence_mean_spm"))),
        ],
        "so_far": _so_far(history),
    }


def _so_far(history: History) -> str:
    """Say in one sentence what the week after the reported one holds so far."""
    running = _view.weeks_shown(history, 1)
    if running.empty or running["week"].iloc[0] == history.week:
        return ""
    row, units = running.iloc[0], history.settings.units
    return (
        f"So far in {words.week_label(str(row['week']))}: {words.count(int(row['run_count']), 'run')}, "
        f"{words.distance(_view.number(row, 'distance_m'), units)}, "
        f"{words.duration(_view.number(row, 'moving_s'))}."
    )


def _story(history: History, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Lay out what the week says."""
    week = history.stories[history.week]

    def told(rows: Iterable[pd.Series[Any]]) -> list[dict[str, Any]]:
        return [_finding(row, history, rules) for row in rows]

    return {
        "verdict": words.LEVELS[week.verdict],
        "headline": week.headline,
        "action": week.action,
        "reasons": told(week.reasons),
        "folded": told(week.folded),
        "notes": told(week.notes),
        "information": told(week.information),
        "standing": [
            _finding(row, history, rules, mark=f"since {words.day(day)}") for row, day in week.standing
        ],
        "cannot_tell": [
            {
                "title": _title(silent.rule, rules),
                "rule": silent.rule,
                "reason": words.sentence(silent.reason),
                "judge_from": words.day(silent.judge_from, year=True) if silent.judge_from else "",
            }
            for silent in week.cannot_tell
            if history.diary.is_there or silent.rule != _view.DIARY_RULE
        ],
    }


def _diary(history: History) -> dict[str, Any]:
    """Tell what became of the diary: its last entries, which lines were not read, what ran before pain."""
    diary = history.diary
    told = telling.told(diary.entries)
    return {
        "invite": "" if diary.is_there else _view.diary_line(history),
        "entries": [
            {
                "day": words.day(entry.date, year=True),
                "level": words.LEVELS[LEVEL_OF[assessment.colour]] if assessment else None,
                "colour": assessment.colour if assessment else "",
                "parts": telling.parts(entry, assessment),
            }
            for entry, assessment in told[:MAX_ENTRIES]
        ],
        "older": max(0, len(told) - MAX_ENTRIES),
        "faults": [words.capitalised(_view.fault_words(fault)) for fault in diary.faults[:MAX_LISTED]],
        "pain_days": history.pain_beside_load.day_count if history.pain_beside_load else 0,
        "pain_head": _pain.HEAD,
        "pain": _pain.table(history),
        "pain_counts": _pain.COUNTS,
        "recovery": recovery.lines(history.recovery, history.settings.units) if history.recovery else [],
    }


def _title(rule: str, rules: Mapping[str, Rule]) -> str:
    return rules[rule].title if rule in rules else words.capitalised(words.rule_name(rule))


def _finding(
    row: pd.Series[Any], history: History, rules: Mapping[str, Rule], mark: str = ""
) -> dict[str, Any]:
    """Lay out one flag with all that it rests on; the mark before it is its level unless one is given."""
    units: words.Units = history.settings.units
    rule, unit = str(row["rule"]), str(row["unit"])
    level = words.LEVELS[str(row["level"])]
    facts = [
        ("In detail", [str(row["detail"])] if row["detail"] else []),
        ("Day", [words.day(_view.as_date(row["local_date"]), year=True)]),
        ("Measured", [_view.measured(_view.number(row, "value"), unit, rule, units)]),
        ("Compared with", [_view.measured(_view.number(row, "baseline"), unit, rule, units)]),
        ("Taken from", [f"{row['window']} (n = {row['n']})"]),
        *(_explained(rules[rule], history) if rule in rules else []),
        ("Evidence grade", [str(row["grade"])]),
        *(_sources(rules[rule]) if rule in rules else []),
    ]
    return {
        "level": level,
        "mark": mark or ("" if level.name == "usual" else level.word),
        "sentence": words.sentence(str(row["sentence"])),
        "title": _title(rule, rules),
        "rule": rule,
        "facts": [(name, texts) for name, texts in facts if texts],
    }


def _explained(rule: Rule, history: History) -> list[tuple[str, list[str]]]:
    """Lay out what a rule asks, measures and compares with, and when it comes down again."""
    thresholds = [
        f"{name} = {value:g}{'' if value == rule.thresholds[name] else ' (yours)'}"
        for name, value in history.thresholds[rule.id].items()
    ]
    return [
        ("What clears it", [rule.clears] if rule.clears else []),
        ("Question", [rule.question]),
        ("Formula", [rule.formula]),
        ("Needs", [rule.needs]),
        ("Thresholds", ["; ".join(thresholds)] if thresholds else []),
    ]


def _sources(rule: Rule) -> list[tuple[str, list[str]]]:
    """Lay out what is behind a rule, what speaks against it, and what it cannot know."""
    return [
        ("Sources", [f"{said.source}: {said.found} ({said.in_whom})" for said in rule.references]),
        ("Against it", list(rule.contradictions)),
        ("Limits", [rule.limits]),
    ]


def _panels(history: History) -> list[dict[str, Any]]:
    """Draw the charts, each with what it says and its table twin."""
    drawn = []
    for panel, svg in zip(figures.PANELS, figures.to_svgs(figures.PANELS, history), strict=True):
        head, rows = panel.table(history)
        named_by = (f"{panel.key}-name", f"{panel.key}-told")
        drawn.append(
            {
                "key": panel.key,
                "title": panel.title,
                "told": panel.told(history),
                "caption": panel.caption,
                "is_extra": panel.is_extra,
                "svg": _svg.inline(svg, panel.key, LIGHT, named_by=named_by),
                "head": head,
                "rows": rows,
            }
        )
    return drawn


def _runs(history: History, *, show_names: bool) -> list[dict[str, Any]]:
    """Lay out the week's runs: name and text of each cell, and a small chart with its words of each trace."""
    units: words.Units = history.settings.units
    runs = [run for _, run in _view.runs_of_week(history).iterrows()]
    return [
        {
            "day": drawn.day,
            "cells": [
                ("distance", words.distance(_view.number(run, "distance_m"), units)),
                ("time", words.duration(_view.number(run, "moving_s"))),
                ("climb", _view.climb_with_source(run, units)),
                ("hard", words.minutes(_view.number(run, "hard_s"))),
            ],
            "traces": [_trace(f"run{place}-{column}", one) for column, one in enumerate(drawn.quantities)],
            "name": str(run["name"]) if show_names else "",
            "notes": _view.run_notes(run),
            "file": str(run["file"]),
        }
        for place, (run, drawn) in enumerate(zip(runs, run_traces.rows(history), strict=True))
    ]


def _trace(key: str, quantity: run_traces.Quantity) -> dict[str, Any]:
    """Lay out one quantity along one run."""
    named_by = (f"{key}-name", f"{key}-words")
    return {
        "key": key,
        "name": quantity.name,
        "words": quantity.words,
        "svg": _svg.inline(quantity.svg, key, LIGHT, named_by=named_by, is_stretched=True)
        if quantity.svg
        else "",
    }


def _weeks(history: History) -> dict[str, Any]:
    """Lay out the numbers of all weeks."""
    head, rows = all_weeks(history)
    return {"head": head, "rows": rows}


def _script() -> dict[str, Any]:
    """Give the page's one script, and its digest: the page allows no other."""
    text = resources.files("loadwatch.report").joinpath("templates", "week.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"text": Markup(text), "digest": f"sha256-{digest}"}  # noqa: S704 - our own file


def _room(history: History) -> dict[str, Any]:
    """Lay out how much can be run before a rule speaks; empty where none is told."""
    room, units = _view.room(history), history.settings.units
    if room is None:
        return {}
    return {
        "title": "Room" if room.is_hidden_by else f"Room until {words.day(room.last_day)}",
        "said": words.sentence(room.is_hidden_by) or words.ROOM,
        "limits": [
            (
                words.capitalised(words.room_name(limit.name)),
                f"cannot tell: {limit.reason}"
                if limit.reason
                else words.room_amount(limit.name, limit.most, units),
                "" if limit.reason else limit.rule,
            )
            for limit in room.limits
        ],
    }


def _quality(history: History) -> dict[str, Any]:
    """Tell what became of the files, in lists short enough to read."""
    # Column by column: a row cannot hold a file name that is no text.
    pairs = zip(history.skipped["file"], history.skipped["reason"], strict=True)
    skipped = [(str(file), words.sentence(str(reason))) for file, reason in pairs]
    repaired = [(file, words.sentence(what)) for file, what in sorted(history.repaired.items())]
    lists = [("Not among the runs", skipped), ("Mended while reading", repaired)]
    return {
        "line": _view.read_line(history),
        "reason": history.as_of_reason,
        "lists": [
            {
                "title": f"{title}: {words.count(len(rows), 'entry', 'entries')}",
                "rows": rows[:MAX_LISTED],
                "more": max(0, len(rows) - MAX_LISTED),
            }
            for title, rows in lists
            if rows
        ],
    }


def _footer(history: History) -> dict[str, str]:
    days = [_view.as_date(day) for day in history.runs["local_date"]]
    return {
        "version": __version__,
        "range": words.span(min(days), max(days), year=True) if days else "",
        "as_of": words.day(history.as_of, year=True),
    }
