"""What each week says: its verdict, and the story that the reports tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import columns, words
from loadwatch.flags._judged import RANK, plain_rows, row_of
from loadwatch.flags._rule import LEVELS
from loadwatch.history import CannotTell, OnRequest, WeekStory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from loadwatch._arrays import Bools, Ints
    from loadwatch.flags._rule import Rule
    from loadwatch.settings import Settings

MOST_REASONS = 3


@dataclass(frozen=True)
class _Weeks:
    """Where the weeks lie among the days.

    Attributes
    ----------
    labels
        In order; shape (m,).
    first, last
        Rows of each week's first and last day; shape (m,).
    has_run
        Shape (m,).
    is_run_asked, is_end
        Days on which a week asks the rules that judge runs, and its last day; shape (n,).
    """

    labels: list[str]
    first: Ints
    last: Ints
    has_run: Bools
    is_run_asked: Bools
    is_end: Bools


def _weeks(days: pd.DataFrame) -> _Weeks:
    week, is_run = days["week"].to_numpy(dtype=object), days["run_count"].to_numpy() > 0
    is_end = np.append(week[1:] != week[:-1], True)
    last = np.flatnonzero(is_end)
    first = np.append(0, last[:-1] + 1)
    has_run = np.logical_or.reduceat(is_run, first)
    # A week without a run still asks once, at its end.
    is_run_asked = is_run | (is_end & ~np.repeat(has_run, last - first + 1))
    return _Weeks([str(label) for label in week[last]], first, last, has_run, is_run_asked, is_end)


def verdicts(rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], days: pd.DataFrame) -> dict[str, str]:
    """Verdict of each week, by its label."""
    weeks = _weeks(days)
    highest = np.full(len(weeks.labels), -1)
    is_silent = np.zeros(len(weeks.labels), dtype=bool)
    for rule in rules:
        found = judged[rule.id]
        raised = np.where(found["is_raise"], found["rank"], -1)
        if rule.lead is not None:
            # What leads leads as long as it stands: nothing else softens it.
            raised = np.where(found["rank"] == RANK["act"], found["rank"], raised)
        highest = np.maximum(highest, np.maximum.reduceat(raised, weeks.first))
        if rule.is_decisive:
            is_silent |= np.logical_or.reduceat(_is_untold(rule, found, weeks), weeks.first)
    return {
        label: _verdict(int(rank), is_silent=bool(silent))
        for label, rank, silent in zip(weeks.labels, highest, is_silent, strict=True)
    }


def _verdict(highest_raise: int, *, is_silent: bool) -> str:
    """The highest raise; without one, whether the decisive rules could judge."""
    if highest_raise >= 0:
        return LEVELS[highest_raise]
    return "cannot_tell" if is_silent else "usual"


def _is_untold(rule: Rule, found: pd.DataFrame, weeks: _Weeks) -> Bools:
    """Days on which a week asks a rule in vain: a long run is judged on its own day, the rest at the end."""
    is_asked = weeks.is_run_asked if rule.judges_runs else weeks.is_end
    return is_asked & (found["rank"].to_numpy() < 0)


def stories(
    rules: Sequence[Rule],
    judged: Mapping[str, pd.DataFrame],
    flags: pd.DataFrame,
    days: pd.DataFrame,
    settings: Settings,
) -> OnRequest[WeekStory]:
    """What each week says, by its label; told when asked for."""
    weeks = _weeks(days)
    return OnRequest(weeks.labels, partial(_story, rules, judged, flags, days, weeks, settings))


def _story(
    rules: Sequence[Rule],
    judged: Mapping[str, pd.DataFrame],
    flags: pd.DataFrame,
    days: pd.DataFrame,
    weeks: _Weeks,
    settings: Settings,
    week: str,
) -> WeekStory:
    place = weeks.labels.index(week)
    rows = slice(weeks.first[place], weeks.last[place] + 1)
    last_day = days["local_date"].iloc[weeks.last[place]]
    mine = flags[flags["week"] == week]
    leading = [rule.id for rule in rules if rule.lead is not None]
    raised = _in_order(_newest_of_each(mine, leading), rules)
    is_noted = (mine["level"] == "note") & ~mine["rule"].isin([row["rule"] for row in raised])
    untold = [(rule, _unjudged(rule, judged[rule.id], weeks, rows, last_day)) for rule in rules]
    silent = [(rule, found) for rule, found in untold if found is not None]
    decisive = [found.judge_from for rule, found in silent if rule.is_decisive]
    highest_raise = max((RANK[row["level"]] for row in raised), default=-1)
    verdict = _verdict(highest_raise, is_silent=bool(decisive))
    standing = tuple(
        (row, since)
        for row, since in _standing(rules, judged, mine, last_day)
        if row["rule"] not in {reason["rule"] for reason in raised}
    )
    # A date is promised only where every one of them knows its own.
    judge_from = max((day for day in decisive if day), default=None) if all(decisive) else None
    headline = words.headline(verdict, judge_from) if weeks.has_run[place] or raised else words.NO_RUN
    # What leads is never folded: whoever keeps a diary of pain looks for what it comes to.
    folded = [row for row in raised[MOST_REASONS:] if row["rule"] in leading]
    reasons = [*raised[: MOST_REASONS - len(folded)], *folded]
    action = _action([*raised, *(row for row, _ in standing)], rules, judged)
    led = _led(rules, judged, rows, raised)
    if led is not None:
        headline, action = led
    return WeekStory(
        week=week,
        verdict=verdict,
        headline=headline,
        reasons=tuple(reasons),
        folded=tuple(row for row in raised if not any(row is told for told in reasons)),
        notes=tuple(_in_order(mine[is_noted].drop_duplicates("rule", keep="last"), rules)),
        standing=standing,
        action=action,
        cannot_tell=tuple(found for _, found in silent),
        information=_information(rules, judged, week, rows, settings),
    )


def _newest_of_each(mine: pd.DataFrame, leading: Sequence[str]) -> pd.DataFrame:
    """A week's newest raise of each rule; of one that leads, its newest act, or else newest watch if raised.

    What leads may have more to tell by then: another place that hurts as much raises nothing anew.
    """
    raised = mine[mine["is_raise"]]
    led = mine[mine["rule"].isin(leading)]
    acts = led[led["level"] == "act"]
    watches = led[led["rule"].isin(raised["rule"]) & ~led["rule"].isin(acts["rule"])]
    told = pd.concat([acts, watches[watches["level"] == "watch"]])
    others = raised[~raised["rule"].isin(told["rule"])]
    return pd.concat([told.drop_duplicates("rule", keep="last"), others.drop_duplicates("rule", keep="last")])


def _led(
    rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], rows: slice, raised: Sequence[pd.Series[Any]]
) -> tuple[str, str] | None:
    """Headline and action of a rule that leads: by its newest act in a week, or watch where it alone rose."""
    for rule in rules:
        if rule.lead is None:
            continue
        found = judged[rule.id].iloc[rows]
        leads = found[found["rank"] == RANK["act"]]
        if leads.empty and {row["rule"] for row in raised} == {rule.id}:
            leads = found[found["rank"] == RANK["watch"]]
        if len(leads):
            return rule.lead(plain_rows(leads.tail(1))[0])
    return None


def _action(up: Sequence[pd.Series[Any]], rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame]) -> str:
    """What the highest of some flags asks for; of those alike a rule that leads, else the first."""
    if not up:
        return ""
    known = {rule.id: rule for rule in rules}
    highest = max(up, key=lambda row: (RANK[row["level"]], known[row["rule"]].lead is not None))
    rule = known[highest["rule"]]
    if rule.lead is not None:
        found = judged[rule.id]
        told = found[found["local_date"] == highest["local_date"]]
        return rule.lead(plain_rows(told.tail(1))[0])[1]
    return rule.action or words.action(highest["level"])


def _information(
    rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], week: str, rows: slice, settings: Settings
) -> tuple[pd.Series[Any], ...]:
    """What each rule tells of the newest day of a week on which it only informs, of each kind it tells."""
    told = []
    for rule in rules:
        found = judged[rule.id]
        rank = found["rank"].to_numpy()[rows]
        is_told = found["is_information"].to_numpy()[rows] & (rank == 0)
        if rule.lead is not None:
            # Of what leads the newest day holds: an entry that is yellow by now is no longer green.
            is_told &= ~np.logical_or.accumulate((rank > 0)[::-1])[::-1]
        # Most rules tell nothing, and frames are slow to cut.
        if is_told.any():
            informs = found.iloc[rows][is_told]
            newest = informs.drop_duplicates("kind", keep="last") if "kind" in informs else informs.tail(1)
            told += [row_of(rule, finding, week, settings) for finding in plain_rows(newest)]
    return tuple(row for _, row in pd.DataFrame(told, columns=columns.names(columns.FLAGS)).iterrows())


def _unjudged(
    rule: Rule, found: pd.DataFrame, weeks: _Weeks, rows: slice, last_day: date
) -> CannotTell | None:
    """The newest day of a week that a rule was asked about in vain."""
    silent = np.flatnonzero(_is_untold(rule, found, weeks)[rows])
    if not silent.size:
        return None
    newest = found.iloc[rows].iloc[silent[-1]]
    judge_from = newest["judge_from"]
    # A day that has passed promises nothing.
    is_ahead = judge_from is not None and judge_from > last_day
    return CannotTell(rule.id, str(newest["reason"]), judge_from if is_ahead else None)


def _in_order(rows: pd.DataFrame, rules: Sequence[Rule]) -> list[pd.Series[Any]]:
    """Most important first: what leads, then level, evidence grade, and the newest."""
    # "A", "B", "B-", "B/C" and "C" sort as they rank; what follows is for people.
    leading = {rule.id for rule in rules if rule.lead is not None}
    grade = {rule.id: re.split(r"[ ,]", rule.grade)[0] for rule in rules}
    return sorted(
        (row for _, row in rows.iterrows()),
        key=lambda row: (
            not (row["rule"] in leading and row["level"] == "act"),
            -RANK[row["level"]],
            grade[row["rule"]],
            -row["local_date"].toordinal(),
        ),
    )


def _standing(
    rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], flags: pd.DataFrame, last_day: date
) -> tuple[tuple[pd.Series[Any], date], ...]:
    """Rules raised before this week and still up at its end, each with the day of its raise."""
    standing = []
    flagged = set(flags["rule"].tolist())
    for rule in rules:
        if rule.id not in flagged:
            continue
        rows = flags[flags["rule"] == rule.id]
        is_up = rows["local_date"].iloc[-1] == last_day and rows["level"].iloc[-1] != "note"
        if not is_up or rows["is_raise"].any():
            continue
        found = judged[rule.id]
        raised = found.loc[found["is_raise"] & (found["local_date"] <= last_day), "local_date"]
        standing.append((rows.iloc[-1], raised.iloc[-1]))
    return tuple(standing)
