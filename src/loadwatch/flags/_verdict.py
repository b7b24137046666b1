"""From each rule's days to flags, raises, and what each week says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from loadwatch import columns, words
from loadwatch.flags._rule import LEVELS
from loadwatch.history import CannotTell, WeekStory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

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
        found["rank"] = _lowered(rule, found, settings.hamstring_strain).map(_RANK)
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
                    "sentence": words.capitalised(rule.sentence(finding, settings.units)),
                    "run_ids": finding["run_ids"],
                    "grade": rule.grade,
                }
            )
    order = {rule.id: place for place, rule in enumerate(rules)}
    rows.sort(key=lambda row: (row["local_date"], order[row["rule"]]))
    flags = pd.DataFrame(rows, columns=columns.names(columns.FLAGS))
    return flags.astype({"is_raise": bool, "value": float, "baseline": float, "n": int})


def stories(
    rules: Sequence[Rule],
    judged: Mapping[str, pd.DataFrame],
    flags: pd.DataFrame,
    days: pd.DataFrame,
) -> dict[str, WeekStory]:
    """What each week says, by its label."""
    by_week = {str(week): rows for week, rows in flags.groupby("week", sort=False)}
    span = days.groupby("week", sort=False).indices
    empty = flags.iloc[:0]
    return {
        str(week): _story(str(week), rules, judged, by_week.get(str(week), empty), rows[0], rows[-1])
        for week, rows in span.items()
    }


def _story(
    week: str,
    rules: Sequence[Rule],
    judged: Mapping[str, pd.DataFrame],
    flags: pd.DataFrame,
    first: int,
    last: int,
) -> WeekStory:
    raised = _in_order(flags[flags["is_raise"]].drop_duplicates("rule", keep="last"), rules)
    noted = flags[(flags["level"] == "note") & ~flags["rule"].isin([row["rule"] for row in raised])]
    untold = tuple(
        CannotTell(rule.id, str(finding["reason"]), finding["judge_from"])
        for rule in rules
        if (finding := _unjudged(judged[rule.id], rule.id, first, last)) is not None
    )
    if raised:
        verdict = str(raised[0]["level"])
    else:
        verdict = "cannot_tell" if any(silent.rule in DECISIVE for silent in untold) else "usual"
    from_days = [silent.judge_from for silent in untold if silent.rule in DECISIVE and silent.judge_from]
    return WeekStory(
        week=week,
        verdict=verdict,
        headline=words.headline(verdict, max(from_days, default=None)),
        reasons=tuple(raised[:MOST_REASONS]),
        folded=tuple(raised[MOST_REASONS:]),
        notes=tuple(_in_order(noted.drop_duplicates("rule", keep="last"), rules)),
        standing=_standing(rules, judged, flags, last),
        action=words.action(verdict),
        cannot_tell=untold,
    )


def _in_order(rows: pd.DataFrame, rules: Sequence[Rule]) -> list[pd.Series[Any]]:
    """Most important first: level, then evidence grade, then the newest."""
    grade = {rule.id: rule.grade[:1] for rule in rules}
    return sorted(
        (row for _, row in rows.iterrows()),
        key=lambda row: (-_RANK[row["level"]], grade[row["rule"]], -row["local_date"].toordinal()),
    )


def _unjudged(found: pd.DataFrame, rule: str, first: int, last: int) -> pd.Series[Any] | None:
    """The day a rule could not judge: any session's for the long run, the week's last for the rest."""
    week = found.iloc[first : last + 1]
    silent = week[week["level"] == "cannot_tell"]
    if rule != "long_run_spike":
        silent = silent[silent.index == week.index[-1]]
    return None if silent.empty else silent.iloc[-1]


def _standing(
    rules: Sequence[Rule], judged: Mapping[str, pd.DataFrame], flags: pd.DataFrame, last: int
) -> tuple[tuple[pd.Series[Any], date], ...]:
    """Rules raised before this week and not down since, each with the day of its raise."""
    standing = []
    for rule in rules:
        rows = flags[(flags["rule"] == rule.id) & flags["level"].isin(["watch", "act"])]
        if rows.empty or rows["is_raise"].any():
            continue
        found = judged[rule.id].iloc[: last + 1]
        earlier = found.loc[found["is_raise"], "local_date"]
        since = earlier.iloc[-1] if len(earlier) else rows["local_date"].iloc[0]
        standing.append((rows.iloc[-1], since))
    return tuple(standing)


def highest_levels(judged: Mapping[str, pd.DataFrame]) -> pd.Series[str]:
    """Highest level that any rule gives each day; cannot tell where none can."""
    rank = pd.concat([found["rank"] for found in judged.values()], axis=1).max(axis=1)
    return rank.map({place: level for level, place in _RANK.items()})
