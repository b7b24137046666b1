"""What rules make of a history: levels, flags, verdicts, stories and room; nothing is measured here."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.errors import UsageError
from loadwatch.flags import known_rules, refuse_alike, refuse_senseless, thresholds_in_force
from loadwatch.flags._judged import flags_table, highest_levels
from loadwatch.flags._judged import judge as findings_of
from loadwatch.flags._returns import stage_shares
from loadwatch.flags._verdict import stories, verdicts
from loadwatch.plan import hidden_by, rooms
from loadwatch.recovery.caps import Limits
from loadwatch.recovery.running import recovery_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from loadwatch.flags import Rule
    from loadwatch.history import History, Tables
    from loadwatch.recovery.running import Recovery
    from loadwatch.settings import Settings

DAY_ASKED = "That day was asked for."
# Settings that change what is said of the runs, and nothing that is measured.
JUDGING = ("name", "units", "hamstring_strain", "rules")


def judge(
    history: History,
    *,
    rules: Sequence[Rule] | None = None,
    thresholds: Mapping[str, Mapping[str, float]] | None = None,
    settings: Settings | None = None,
) -> History:
    """Judge a history anew, without another scan.

    Parameters
    ----------
    history
        What a scan gave back; it stays as it is.
    rules
        Rules to judge by; those of the history if not given.
    thresholds
        Thresholds by rule id and name, put in place of those in force. [unit at the end of the name]
    settings
        The runner's settings; those of the history if not given. Only what changes no measurement may differ:
        `rules`, `hamstring_strain`, `units` and `name`.

    Returns
    -------
    History
        The same runs, with the levels, flags, verdicts, stories and rooms that follow.

    Raises
    ------
    UsageError
        A rule or threshold that is unknown or cannot be meant, or settings that would change what is
        measured: those need a scan.

    Examples
    --------
    >>> import loadwatch as lw
    >>> history = lw.scan("sample_activities", as_of="2026-10-25")
    >>> milder = lw.judge(history, thresholds={"long_run_spike": {"watch_ratio": 1.6}})
    >>> history.verdict, milder.verdict
    ('watch', 'usual')
    """
    chosen = history.rules if rules is None else tuple(rules)
    own = history.settings if settings is None else settings
    for name in (one.name for one in fields(own)):
        # By their text: not-a-number is no other than itself.
        if name not in JUDGING and repr(getattr(own, name)) != repr(getattr(history.settings, name)):
            raise UsageError(f"`{name}` of the settings changes what is measured; scan with these settings.")
    refuse_alike(chosen)
    moved = {rule: {**own.rules.get(rule, {}), **of} for rule, of in (thresholds or {}).items()}
    own = replace(own, rules={**own.rules, **moved})
    # Settings may still speak of the rules that are judged by no longer.
    left = [rule for rule in history.rules if rule.id not in {one.id for one in chosen}]
    refuse_senseless(known_rules([*chosen, *left]), own.rules)
    return judged(history, chosen, own)


def judged(history: History, rules: Sequence[Rule], settings: Settings) -> History:
    """A history with what some rules say of it, whatever was said before."""
    tables, days = history.tables, history.days
    found = findings_of(rules, tables, settings)
    flags = flags_table(rules, found, days, settings)
    as_of, week = history.as_of, history.week
    back = recovery_of(tables, settings, as_of)
    until = min(as_of, words.week_start(week) + timedelta(days=6)) if history.is_week_asked else as_of
    hidden = hidden_by(history.diary, found.get("symptoms"), back.state if back else None)
    if not hidden and history.as_of_reason not in ("", DAY_ASKED):
        hidden = "none is told, as the newest run is over 14 days old; `loadwatch plan` tells of today"
    return replace(
        history,
        days=days.assign(level=highest_levels(found)),
        weeks=history.weeks.assign(verdict=history.weeks["week"].map(verdicts(rules, found, days))),
        flags=flags,
        findings=found,
        sessions=_with_baseline(tables.sessions, found),
        rooms=rooms(tables, settings, as_of, is_hidden_by=hidden),
        stories=stories(rules, found, flags, days, settings),
        recovery=back if until == as_of else recovery_of(tables, settings, until),
        settings=settings,
        rules=tuple(rules),
    )


def recovery_of(tables: Tables, settings: Settings, day: date) -> Recovery | None:
    """The return to running as it stood on a day, held against the thresholds of rules F9 and F15."""
    back = thresholds_in_force("return_from_break", settings.rules)
    told = thresholds_in_force("symptoms", settings.rules)
    limits = Limits(
        stage_shares,
        unlocked_ratio=back["unlocked_ratio"],
        hard_min=back["hard_min"],
        smallest_base_m=back["smallest_base_m"],
        fast_run_m=told["fast_run_m"],
        hilly_pct=told["hilly_pct"],
    )
    return recovery_on(tables.diary, tables.runs, tables.sessions, tables.days, day, limits)


def _with_baseline(sessions: pd.DataFrame, judged: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Whole sessions beside what the long-run rule compared their day with."""
    sessions = sessions[~sessions["is_unfinished"]].drop(columns="is_unfinished").reset_index(drop=True)
    found = judged.get("long_run_spike")
    if found is None:
        return sessions.assign(baseline_m=float("nan"))
    baseline = dict(zip(found["local_date"], found["baseline"], strict=True))
    return sessions.assign(baseline_m=[baseline[day] for day in sessions["local_date"]])
