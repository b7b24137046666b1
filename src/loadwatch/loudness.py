"""How loud the rules were: what was raised when, day by day, and whether that stays within the alarm budget.

A history's days are walked through one after the other. What a rule says of a day rests on that day and
earlier ones only, so each of them is what a scan of that day would have said; tests hold it to that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.calendar import parse_day
from loadwatch.errors import ShortHistoryError, UsageError

if TYPE_CHECKING:
    from loadwatch._arrays import Bools
    from loadwatch.history import History

UNJUDGED_DAYS = 42  # a history's first six weeks: most rules have nothing to compare with
DAYS_PER_RAISE = 14
LONGEST_GAP_DAYS = 14  # a longer silence between judged days is no quiet stretch of running
# The budget of alarms: what keeps flags worth reading.
MOST_RAISES_PER_14_DAYS = 1.0
MOST_WEEKS_WITH_RAISE_PCT = 30.0
MOST_WEEKS_WITH_ACT_PCT = 5.0
LONG_RUN_SHARES_PCT = (1.0, 5.0)


@dataclass(frozen=True)
class Claim:
    """One line of the alarm budget.

    Attributes
    ----------
    title
        What is counted.
    value
        How much of it there was; NaN where there was nothing to count it by.
    least, most
        Bounds of what is meant to be, inclusive.
    unit
        Of value and bounds: "" or "%".
    """

    title: str
    value: float
    least: float
    most: float
    unit: str

    @property
    def is_kept(self) -> bool:
        """Whether the value lies within its bounds; nothing to count is within."""
        return bool(np.isnan(self.value) or self.least <= self.value <= self.most)


@dataclass(frozen=True)
class Replay:
    """What the rules would have said to a runner, had they scanned on every day.

    Attributes
    ----------
    first_day, last_day
        Days walked through.
    judged_by
        Ids of the rules that make a verdict.
    judged_days_count
        Days on which at least one of these could judge.
    rates
        One row for each rule, in order: rule, raise_count, raises_per_14_days (over all judged days), and the
        days at each level: act_days_count, watch_days_count, note_days_count, usual_days_count,
        cannot_tell_days_count.
    raises
        Rows of `History.flags` on which a rule was raised, oldest first.
    week_count, raised_week_count, act_week_count, cannot_tell_week_count
        Complete weeks walked through; those with a raise, with one to act, and without a verdict. Shares are
        of those with a judged day, `judged_week_count`.
    quiet_from, quiet_to
        First and last day of the longest stretch of judged days without a raise, at most 14 days apart each;
        None where nothing was judged. A raise ends it on whatever day it was.
    budget
        The alarm budget.
    """

    first_day: date
    last_day: date
    judged_by: tuple[str, ...]
    judged_days_count: int
    rates: pd.DataFrame
    raises: pd.DataFrame
    week_count: int
    judged_week_count: int
    raised_week_count: int
    act_week_count: int
    cannot_tell_week_count: int
    quiet_from: date | None
    quiet_to: date | None
    budget: tuple[Claim, ...]

    @property
    def raises_per_14_days(self) -> float:
        """Raises of all rules together for every 14 judged days; NaN where none was judged.

        Raises on days that no verdict could be given are counted as well: the runner sees them, too.
        """
        return _ratio(len(self.raises) * DAYS_PER_RAISE, self.judged_days_count)


def replay(history: History, *, since: date | str | None = None) -> Replay:
    """Walk through a history.

    Parameters
    ----------
    history
        What a scan gave back.
    since
        First day, a date or as 2026-11-22; never before day 43 of the history, from which most rules can
        judge.

    Returns
    -------
    Replay
        How often each rule of the history spoke, and whether that keeps the alarm budget.

    Raises
    ------
    UsageError
        The first day asked for lies beyond the history, or none of its rules makes a verdict: days judged
        are those that such a rule could judge.
    ShortHistoryError
        The history ends before most rules can judge.

    Examples
    --------
    >>> import loadwatch as lw
    >>> told = lw.replay(lw.scan("sample_activities", as_of="2026-10-25"))
    >>> told.first_day, len(told.raises), told.judged_days_count
    (datetime.date(2026, 5, 12), 9, 167)
    """
    rules = history.rules
    decisive = tuple(rule.id for rule in rules if rule.is_decisive)
    if not decisive:
        ids = words.listing([rule.id for rule in rules])
        raise UsageError(
            f"nothing to replay: none of the rules ({ids}) makes a verdict, and days count by those that do; "
            "replay them together with `long_run_spike` or `volume_jump`."
        )
    since = parse_day(since)
    first_day = history.days["local_date"].iloc[0] + timedelta(days=UNJUDGED_DAYS)
    first_day = max(first_day, since) if since else first_day
    if first_day > history.as_of:
        wrong = UsageError if since and since > history.as_of else ShortHistoryError
        raise wrong(
            f"nothing to replay from {first_day.isoformat()} on: the history ends on "
            f"{history.as_of.isoformat()}, and its first {UNJUDGED_DAYS} days are left to gather habits."
        )
    before = (first_day - history.days["local_date"].iloc[0]).days  # rows, as no day is missing
    days = history.days.iloc[before:]
    findings = {rule.id: history.findings[rule.id].iloc[before:] for rule in rules}
    flags = history.flags
    raises = flags[flags["is_raise"] & (flags["local_date"] >= first_day)].reset_index(drop=True)
    is_judged = np.zeros(len(days), dtype=bool)
    for rule in rules:
        if rule.id in decisive:
            is_judged |= (findings[rule.id]["level"] != "cannot_tell").to_numpy()
    judged_count = int(is_judged.sum())
    weeks = _weeks(history, days, is_judged, raises)
    quiet = _longest_quiet(days["local_date"].tolist(), is_judged, set(raises["local_date"]))
    return Replay(
        first_day=first_day,
        last_day=history.as_of,
        judged_by=decisive,
        judged_days_count=judged_count,
        rates=pd.DataFrame([_rates(rule.id, findings[rule.id], judged_count) for rule in rules]),
        raises=raises,
        week_count=len(weeks),
        judged_week_count=int(weeks["is_judged"].sum()),
        raised_week_count=int(weeks["is_raised"].sum()),
        act_week_count=int(weeks["is_act"].sum()),
        cannot_tell_week_count=int((weeks["verdict"] == "cannot_tell").sum()),
        quiet_from=quiet[0] if quiet else None,
        quiet_to=quiet[1] if quiet else None,
        budget=_budget(weeks, len(raises), judged_count, days, findings.get("long_run_spike")),
    )


def _rates(rule_id: str, found: pd.DataFrame, judged_count: int) -> dict[str, object]:
    raise_count = int(found["is_raise"].sum())
    levels = Counter(found["level"].tolist())
    return {
        "rule": rule_id,
        "raise_count": raise_count,
        "raises_per_14_days": _ratio(raise_count * DAYS_PER_RAISE, judged_count),
        **{
            f"{level}_days_count": levels[level] for level in ("act", "watch", "note", "usual", "cannot_tell")
        },
    }


def _weeks(history: History, days: pd.DataFrame, is_judged: Bools, raises: pd.DataFrame) -> pd.DataFrame:
    """Complete weeks that lie wholly in the days walked through, with what happened in each."""
    is_whole = history.weeks["is_complete"] & (history.weeks["week_start"] >= days["local_date"].iloc[0])
    weeks = history.weeks[is_whole]
    acts = raises.loc[raises["level"] == "act", "week"]
    return pd.DataFrame(
        {
            "verdict": weeks["verdict"],
            "is_judged": weeks["week"].isin(days.loc[is_judged, "week"]),
            "is_raised": weeks["week"].isin(raises["week"]),
            "is_act": weeks["week"].isin(acts),
        }
    )


def _longest_quiet(days: list[date], is_judged: Bools, raised: set[date]) -> tuple[date, date] | None:
    """First and last judged day of the longest stretch of days without a raise."""
    longest: list[date] = []
    stretch: list[date] = []
    for day, can_tell in zip(days, is_judged, strict=True):
        if day in raised:
            stretch = []
        elif can_tell:
            is_gap = bool(stretch) and (day - stretch[-1]).days > LONGEST_GAP_DAYS
            stretch = [day] if is_gap else [*stretch[:1], day]
        if stretch and (not longest or stretch[-1] - stretch[0] > longest[-1] - longest[0]):
            longest = stretch
    return (longest[0], longest[-1]) if longest else None


def _budget(
    weeks: pd.DataFrame,
    raise_count: int,
    judged_count: int,
    days: pd.DataFrame,
    long_runs: pd.DataFrame | None,
) -> tuple[Claim, ...]:
    week_count = int(weeks["is_judged"].sum())
    claims = [
        Claim(
            "raises per 14 judged days",
            _ratio(raise_count * DAYS_PER_RAISE, judged_count),
            0.0,
            MOST_RAISES_PER_14_DAYS,
            "",
        ),
        Claim(
            "weeks with a raise",
            100.0 * _ratio(int((weeks["is_raised"] & weeks["is_judged"]).sum()), week_count),
            0.0,
            MOST_WEEKS_WITH_RAISE_PCT,
            "%",
        ),
        Claim(
            "weeks with a raise to act",
            100.0 * _ratio(int((weeks["is_act"] & weeks["is_judged"]).sum()), week_count),
            0.0,
            MOST_WEEKS_WITH_ACT_PCT,
            "%",
        ),
    ]
    if long_runs is not None:
        is_told = long_runs["level"] != "cannot_tell"
        flag_count = int((is_told & (long_runs["level"] != "usual")).sum())
        share_pct = 100.0 * _ratio(flag_count, int(days.loc[is_told, "run_count"].sum()))
        claims.append(Claim("judged runs with a long-run flag", share_pct, *LONG_RUN_SHARES_PCT, "%"))
    return tuple(claims)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
