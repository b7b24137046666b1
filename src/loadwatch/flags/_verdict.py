"""From each rule's days to flags, raises, and what each week says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import columns, words
from loadwatch.flags._rule import LEVELS
from loadwatch.history import CannotTell, WeekStory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from loadwatch._arrays import Ints
    from loadwatch.flags._rule import Rule, Tables
    from loadwatch.settings import Settings

QUIET_DAYS = 14  # a rule that falls and rises again within these is still up, not raised anew
STRAIN_DAYS = 365
MOST_REASONS = 3
# A week in which these could not judge is no quiet week.
DECISIVE = ("long_run_spike", "volume_jump")
_RANK = {"cannot_tell": -1, **{level: rank for rank, level in enumerate(LEVELS)}}


def judge(rules: Sequence[Rule], tables: Tables, settings: Settings) -> dict[str, pd.DataFrame]:
    """Every rule's findings on every day, by rule id, with the runner's thresholds and history applied."""
    judged = {}
    for rule in rules:
        found = rule.check(tables, **settings.rules.get(rule.id, {}))
        lowered = _lowered(rule, found, settings.hamstring_strain)
        found["is_lowered"] = lowered != found["level"]
        found["rank"] = lowered.map(_RANK)
        found["level"] = found["rank"].map({rank: level for level, rank in _RANK.items()})
        found["is_raise"] = raises(found["rank"])
        judged[rule.id] = found
    return judged


def _lowered(rule: Rule, found: pd.DataFrame, strain: date | None) -> pd.Series[str]:
    """Levels one step higher within a year of a hamstring strain, for the rules where that is meant."""
    level = found["level"]
    if strain is None or not rule.is_lowered_by_strain:
        return level
    since = found["local_date"].map(lambda day: (day - strain).days)
    is_within = (since >= 0) & (since <= STRAIN_DAYS)
    raised = level.replace({"note": "watch"} | ({"watch": "act"} if rule.is_act_lowered_by_strain else {}))
    return raised.where(is_within, level)


def raises(rank: pd.Series[int]) -> pd.Series[bool]:
    """Days on which a rule rises to watch or act.

    Parameters
    ----------
    rank
        Rank of the level of every day: 0 usual, 1 note, 2 watch, 3 act, below 0 cannot tell; shape (n,).

    Returns
    -------
    Series of bool
        True where the level is watch or act and above the day before, and no raise lies in the 14 days
        before, or only lower ones.
    """
    is_raise = []
    last: list[tuple[int, int]] = []
    previous = 0
    for day, level in enumerate(rank.tolist()):
        last = [(when, height) for when, height in last if day - when <= QUIET_DAYS]
        rises = level >= 2 and level > previous and all(level > height for _, height in last)
        if rises:
            last.append((day, level))
        is_raise.append(rises)
        previous = level
    return pd.Series(is_raise, index=rank.index, dtype=bool)


def flags_table(
    rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], days: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """The `flags` table: one row for each rule and day at note or above."""
    week_of = dict(zip(days["local_date"], days["week"], strict=True))
    rows: list[dict[str, Any]] = []
    for rule in rules:
        found = judged[rule.id]
        for _, finding in found[found["rank"] >= 1].iterrows():
            rows.append(
                {
                    **{
                        name: finding[name]
                        for name in ("local_date", "level", "is_raise", "value", "baseline", "n")
                    },
                    "week": week_of[finding["local_date"]],
                    "rule": rule.id,
                    "unit": rule.unit,
                    "window": rule.window,
                    "sentence": _sentence(rule, finding, settings),
                    "run_ids": finding["run_ids"],
                    "grade": rule.grade,
                }
            )
    order = {rule.id: place for place, rule in enumerate(rules)}
    rows.sort(key=lambda row: (row["local_date"], order[row["rule"]]))
    flags = pd.DataFrame(rows, columns=columns.names(columns.FLAGS))
    return flags.astype({"is_raise": bool, "value": float, "baseline": float, "n": int})


def _sentence(rule: Rule, finding: pd.Series[Any], settings: Settings) -> str:
    text = words.capitalised(rule.sentence(finding, settings.units))
    strain = settings.hamstring_strain
    if not finding["is_lowered"] or strain is None:
        return text
    day = words.day(strain, weekday=False, year=True)
    return f"{text[:-1]}; one level up because of the hamstring strain of {day}."


def stories(
    rules: Sequence[Rule],
    judged: Mapping[str, pd.DataFrame],
    flags: pd.DataFrame,
    days: pd.DataFrame,
) -> dict[str, WeekStory]:
    """What each week says, by its label."""
    by_week = {str(week): rows for week, rows in flags.groupby("week", sort=False)}
    has_run = days["run_count"].to_numpy() > 0
    told = {}
    for week, indices in days.groupby("week", sort=False).indices.items():
        rows = np.asarray(indices)
        # A long run is judged on its own day, the rest at the week's end.
        run_rows = rows[has_run[rows]] if has_run[rows].any() else rows[-1:]
        untold = [
            _unjudged(
                *(rule.id, judged[rule.id]),
                run_rows if rule.id == "long_run_spike" else rows[-1:],
                days["local_date"].iloc[rows[-1]],
            )
            for rule in rules
        ]
        told[str(week)] = _story(
            *(str(week), days["local_date"].iloc[rows[-1]], rules, judged, by_week.get(str(week))),
            tuple(silent for silent in untold if silent is not None),
            has_run=bool(has_run[rows].any()),
        )
    return told


def _unjudged(rule: str, found: pd.DataFrame, rows: Ints, last_day: date) -> CannotTell | None:
    """The newest of some days that a rule could not judge."""
    silent = rows[found["rank"].to_numpy()[rows] < 0]
    if not silent.size:
        return None
    judge_from = found["judge_from"].iloc[silent[-1]]
    # A day that has passed promises nothing.
    is_ahead = judge_from is not None and judge_from > last_day
    return CannotTell(rule, str(found["reason"].iloc[silent[-1]]), judge_from if is_ahead else None)


def _story(
    week: str,
    last_day: date,
    rules: Sequence[Rule],
    judged: Mapping[str, pd.DataFrame],
    flags: pd.DataFrame | None,
    untold: tuple[CannotTell, ...],
    *,
    has_run: bool,
) -> WeekStory:
    raised: list[pd.Series[Any]] = []
    noted: list[pd.Series[Any]] = []
    standing: tuple[tuple[pd.Series[Any], date], ...] = ()
    if flags is not None:
        raised = _in_order(flags[flags["is_raise"]].drop_duplicates("rule", keep="last"), rules)
        is_noted = (flags["level"] == "note") & ~flags["rule"].isin([row["rule"] for row in raised])
        noted = _in_order(flags[is_noted].drop_duplicates("rule", keep="last"), rules)
        standing = _standing(rules, judged, flags, last_day)
    decisive = [silent for silent in untold if silent.rule in DECISIVE]
    verdict = str(raised[0]["level"]) if raised else "cannot_tell" if decisive else "usual"
    days = [silent.judge_from for silent in decisive]
    # A date is promised only where every one of them knows its own.
    judge_from = max((day for day in days if day), default=None) if all(days) else None
    return WeekStory(
        week=week,
        verdict=verdict,
        headline=words.headline(verdict, judge_from) if has_run or raised else words.NO_RUN,
        reasons=tuple(raised[:MOST_REASONS]),
        folded=tuple(raised[MOST_REASONS:]),
        notes=tuple(noted),
        standing=standing,
        action=words.action(verdict),
        cannot_tell=untold,
    )


def _in_order(rows: pd.DataFrame, rules: Sequence[Rule]) -> list[pd.Series[Any]]:
    """Most important first: level, then evidence grade, then the newest."""
    # "A", "B", "B-", "B/C" and "C" sort as they rank; what follows is for people.
    grade = {rule.id: re.split(r"[ ,]", rule.grade)[0] for rule in rules}
    return sorted(
        (row for _, row in rows.iterrows()),
        key=lambda row: (-_RANK[row["level"]], grade[row["rule"]], -row["local_date"].toordinal()),
    )


def _standing(
    rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], flags: pd.DataFrame, last_day: date
) -> tuple[tuple[pd.Series[Any], date], ...]:
    """Rules raised before this week and still up at its end, each with the day of its raise."""
    standing = []
    for rule in rules:
        rows = flags[flags["rule"] == rule.id]
        is_up = len(rows) and rows["local_date"].iloc[-1] == last_day and rows["level"].iloc[-1] != "note"
        if not is_up or rows["is_raise"].any():
            continue
        found = judged[rule.id]
        raised = found.loc[found["is_raise"] & (found["local_date"] <= last_day), "local_date"]
        standing.append((rows.iloc[-1], raised.iloc[-1]))
    return tuple(standing)


def highest_levels(judged: Mapping[str, pd.DataFrame]) -> pd.Series[str]:
    """Highest level that any rule gives each day; cannot tell where none can."""
    rank = pd.concat([found["rank"] for found in judged.values()], axis=1).max(axis=1)
    return rank.map({place: level for level, place in _RANK.items()})
