"""What is kept of each runner's reported week for the page over all: few numbers, as JSON holds them."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.flags import RULES

if TYPE_CHECKING:
    from datetime import date

    from loadwatch.history import History, WeekStory

DIARY_RULE = "symptoms"
_DAY = re.compile(rf" on (?:{'|'.join(words.WEEKDAYS)}) \d+ \w+")


def facts_of(history: History, story: WeekStory | None, *, is_asked: bool) -> dict[str, Any]:
    """The reported week in few numbers.

    Parameters
    ----------
    history
        What a scan gave back.
    story
        What the reported week says.
    is_asked
        Whether the as-of day was asked for; else whoever has not run for long is told of an older week.

    Returns
    -------
    dict
        run_count; is_silent (told of an older week, as no run is newer); has_note; reason (the first one, as
        a sentence) and its rule, more_count (further ones); distance_m and usual_week_m, by which rule F2
        judged the week's end; longest_m and longest_before_m, of the session that rule F1 found longest for
        its 30 days; missing (why nothing can be told, without days and counts), judge_from. Numbers are None
        where the rule could not tell.
    """
    first = words.week_start(history.week)
    last = min(first + timedelta(days=6), history.as_of)
    runs = history.runs["local_date"].between(first, last).sum()
    facts = {"run_count": int(runs), "is_silent": bool(history.as_of_reason) and not is_asked}
    if story is None:
        return facts
    return facts | _said(story) | _volume(history, last) | _long_run(history, first, last) | _missing(story)


def _said(story: WeekStory) -> dict[str, Any]:
    """The first reason as others may read it: what the diary says is the runner's own."""
    row = story.reasons[0] if story.reasons else None
    rule = "" if row is None else str(row["rule"])
    reason = "" if row is None else words.without_cause(str(row["sentence"]))
    return {
        "has_note": bool(story.notes),
        "reason": words.DIARY_SPEAKS if rule == DIARY_RULE else reason,
        "rule": rule,
        "more_count": max(0, len(story.reasons) - 1) + len(story.folded),
    }


def _volume(history: History, last: date) -> dict[str, float | None]:
    pairs = _judged(history, "volume_jump", last, last)
    return _named(pairs[-1] if pairs else None, "distance_m", "usual_week_m")


def _long_run(history: History, first: date, last: date) -> dict[str, float | None]:
    pairs = _judged(history, "long_run_spike", first, last)
    most = max(pairs, key=lambda pair: pair[0] / pair[1]) if pairs else None
    return _named(most, "longest_m", "longest_before_m")


def _judged(history: History, rule: str, first: date, last: date) -> list[tuple[float, float]]:
    """Value and baseline of a rule's findings on the days that it could judge, where there are both."""
    found = history.findings[rule]
    begin = history.days["local_date"].iloc[0]
    week = found.iloc[max((first - begin).days, 0) : (last - begin).days + 1]
    rows = zip(week["level"].tolist(), week["value"].tolist(), week["baseline"].tolist(), strict=True)
    return [
        (value, baseline)
        for level, value, baseline in rows
        if level != "cannot_tell" and math.isfinite(value) and baseline > 0.0
    ]


def _named(pair: tuple[float, float] | None, *names: str) -> dict[str, float | None]:
    return dict(zip(names, pair or (None, None), strict=True))


def _missing(story: WeekStory) -> dict[str, Any]:
    """Why the week could not be told, without what is one runner's own: so that many say the same."""
    decisive = {rule.id for rule in RULES if rule.is_decisive}
    silent = [one for one in story.cannot_tell if one.rule in decisive]
    if story.verdict != "cannot_tell" or not silent:
        return {"missing": "", "judge_from": ""}
    days = [one.judge_from for one in silent]
    return {
        "missing": words.sentence(_DAY.sub("", silent[0].reason.partition(";")[0])),
        "judge_from": max(day for day in days if day).isoformat() if all(days) else "",
    }
