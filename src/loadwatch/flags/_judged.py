"""From each rule's findings to levels and raises on every day, and to the flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import columns, words
from loadwatch.diary import by_site, open_on
from loadwatch.errors import UsageError
from loadwatch.flags._rule import LEVELS, unrecorded_reason, unrecorded_within
from loadwatch.flags._weeks import withhold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from loadwatch.flags._rule import Rule, Tables
    from loadwatch.settings import Settings

QUIET_DAYS = 14  # a rule that falls and rises again within these is still up, not raised anew
STRAIN_DAYS = 365
NEEDED = (
    *("local_date", "level", "value", "baseline", "n"),
    *("run_ids", "reason", "judge_from", "is_uncertain", "is_information"),
)
FOUND = ("local_date", "level", "is_raise", "value", "baseline", "n", "run_ids")
RANK = {"cannot_tell": -1, **{level: rank for rank, level in enumerate(LEVELS)}}


def judge(rules: Sequence[Rule], tables: Tables, settings: Settings) -> dict[str, pd.DataFrame]:
    """Every rule's findings on every day, by rule id, with the runner's thresholds and history applied.

    Raises
    ------
    UsageError
        A check answers otherwise than `findings` has it.
    """
    judged = {}
    causes = _causes(tables, settings.hamstring_strain)
    for rule in rules:
        found = rule.check(tables, **settings.rules.get(rule.id, {}))
        _refuse_unfit(rule, found, tables.days)
        _withhold_blind(rule, found, tables.days, settings)
        lowered = _lowered(rule, found, causes)
        found["lowered_by"] = causes.where(lowered != found["level"], "")
        found["rank"] = lowered.map(RANK)
        found["level"] = found["rank"].map({rank: level for level, rank in RANK.items()})
        found["is_raise"] = raises(found["rank"])
        judged[rule.id] = found
    return judged


def _refuse_unfit(rule: Rule, found: pd.DataFrame, days: pd.DataFrame) -> None:
    """Refuse what a check gave back where it cannot be told of every day."""
    missing = [name for name in NEEDED if name not in found.columns]
    if missing:
        wrong = f"lacks {words.listing(missing)}"
    elif not found.index.equals(days.index):
        wrong = "does not have the rows of `tables.days`"
    elif unknown := set(found["level"]) - set(RANK):
        wrong = f"has an unknown level, {words.listing(sorted(map(str, unknown)))}"
    else:
        return
    raise UsageError(
        f"rule `{rule.id}`: what its check gives back {wrong}; begin with `findings(tables.days)`."
    )


def _causes(tables: Tables, strain: date | None) -> pd.Series[str]:
    """Why some rules speak up earlier on each day: a strain within a year, or an open entry of the diary."""
    days = tables.days["local_date"].tolist()
    told = f"the hamstring strain of {words.day(strain, weekday=False, year=True)}" if strain else ""
    causes = [told if strain and 0 <= (day - strain).days <= STRAIN_DAYS else "" for day in days]
    if tables.diary:
        sites = by_site(tables.diary)
        newest = [max((one.date for one in open_on(sites, day).values()), default=None) for day in days]
        opened = [f"the open diary entry of {words.day(day, year=True)}" if day else "" for day in newest]
        causes = [cause or open_entry for cause, open_entry in zip(causes, opened, strict=True)]
    return pd.Series(causes, index=tables.days.index, dtype=object)


def _lowered(rule: Rule, found: pd.DataFrame, causes: pd.Series[str]) -> pd.Series[str]:
    """Levels one step higher on days with a cause, for the rules where that is meant."""
    level = found["level"]
    if not rule.is_lowered_by_strain:
        return level
    raised = level.replace({"note": "watch"} | ({"watch": "act"} if rule.is_act_lowered_by_strain else {}))
    return raised.where(causes != "", level)


def _withhold_blind(rule: Rule, found: pd.DataFrame, days: pd.DataFrame, settings: Settings) -> None:
    """Take back what rests on days on which was run without a record: nobody knows how much.

    Where such days are only compared with, what is as usual stays so: more running before makes no jump.
    """
    if rule.reaches_back is None or days["is_covered"].all():
        return
    compared_days = rule.reaches_back(rule.thresholds | dict(settings.rules.get(rule.id, {})))
    is_flagged = found["level"].isin(LEVELS[1:]).to_numpy()
    is_taken_back = is_flagged & unrecorded_within(days, compared_days)
    is_taken_back |= unrecorded_within(days, rule.judged_days)
    withhold(found, is_taken_back, unrecorded_reason(compared_days))


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
    levels = rank.to_numpy()
    rises = np.flatnonzero((levels >= 2) & (levels > np.append(0, levels[:-1])))
    is_raise = np.zeros(levels.size, dtype=bool)
    last: list[tuple[int, int]] = []
    for day, level in zip(rises.tolist(), levels[rises].tolist(), strict=True):
        last = [(when, height) for when, height in last if day - when <= QUIET_DAYS]
        if all(level > height for _, height in last):
            last.append((day, level))
            is_raise[day] = True
    return pd.Series(is_raise, index=rank.index, dtype=bool)


def flags_table(
    rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], days: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """The `flags` table: one row for each rule and day at note or above."""
    week_of = dict(zip(days["local_date"], days["week"].to_numpy(dtype=object), strict=True))
    rows = [
        row_of(rule, finding, week_of[finding["local_date"]], settings)
        for rule in rules
        for finding in plain_rows(judged[rule.id].loc[judged[rule.id]["rank"] >= 1])
    ]
    order = {rule.id: place for place, rule in enumerate(rules)}
    rows.sort(key=lambda row: (row["local_date"], order[row["rule"]]))
    flags = pd.DataFrame(rows, columns=columns.names(columns.FLAGS))
    return flags.astype({"is_raise": bool, "value": float, "baseline": float, "n": int})


def row_of(rule: Rule, finding: Mapping[str, Any], week: str, settings: Settings) -> dict[str, Any]:
    """One finding with the columns of the `flags` table."""
    return {
        **{name: finding[name] for name in FOUND},
        "week": week,
        "rule": rule.id,
        "unit": finding.get("unit", rule.unit),
        "window": finding.get("window", rule.window),
        "sentence": _sentence(rule, finding, settings),
        "detail": rule.detail(finding, settings.units) if finding["rank"] >= 1 else "",
        "grade": rule.grade,
    }


def plain_rows(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Findings as plain rows, which are many times as quick as a table's own."""
    names = found.columns.tolist()
    columns_of = [found[name].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns_of, strict=True)]


def _sentence(rule: Rule, finding: Mapping[str, Any], settings: Settings) -> str:
    text = words.capitalised(rule.sentence(finding, settings.units))
    return words.with_cause(text, finding["lowered_by"])


def highest_levels(judged: Mapping[str, pd.DataFrame]) -> pd.Series[str]:
    """Highest level that any rule gives each day; cannot tell where none can."""
    rank = pd.concat([found["rank"] for found in judged.values()], axis=1).max(axis=1)
    return rank.map({place: level for level, place in RANK.items()})
