"""Is a session far longer than any of the 30 days before?

The only volume signal with a large cohort of runners behind it: those who ran more than a tenth further
than their longest run of the last 30 days were hurt more often. It speaks of single sessions, so it fires
rarely.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags._rule import Reference, Rule, Tables, findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Floats
    from loadwatch.words import Units

WINDOW_DAYS = 30


def check(  # noqa: PLR0913 - one keyword for each threshold
    tables: Tables,
    *,
    note_ratio: float = 1.10,
    note_more_m: float = 1000.0,
    watch_ratio: float = 1.30,
    watch_more_m: float = 2000.0,
    act_ratio: float = 2.00,
    act_more_m: float = 5000.0,
    outlier_ratio: float = 1.30,
    fewest_sessions_count: float = 4,
    shortest_history_days: float = 14,
) -> pd.DataFrame:
    """Judge the longest session of each day against the 30 days before it.

    Parameters
    ----------
    tables
        A runner's tables.
    note_ratio, watch_ratio, act_ratio
        Session over baseline, above which a level is reached ...
    note_more_m, watch_more_m, act_more_m
        ... if the session is at least this much longer. [m]
    outlier_ratio
        A longest session beyond this multiple of the second-longest (a race, say) counts as that multiple.
    fewest_sessions_count, shortest_history_days
        Sessions in the window, and days since its first, below which nothing can be told.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; `is_race` marks a session the runner calls so, `longest` is the
        longest session of the window, which the baseline may lie below. A day without a session is as
        usual, or cannot be told where the session before it could not.
    """
    found = findings(tables.days)
    found["is_race"], found["longest"] = False, np.nan
    sessions = tables.sessions
    day = np.array([when.toordinal() for when in sessions["local_date"]], dtype=float)
    distance_m = sessions["distance_m"].to_numpy(dtype=float)
    # A session of unknown length is neither judged nor a measure for others.
    is_known = distance_m > 0.0
    levels = (
        (act_ratio, act_more_m, "act"),
        (watch_ratio, watch_more_m, "watch"),
        (note_ratio, note_more_m, "note"),
    )
    told: dict[date, dict[str, Any]] = {}
    for i, when in enumerate(sessions["local_date"]):
        window = is_known & (day < day[i]) & (day >= day[i] - WINDOW_DAYS)
        missing = _missing(day[window], when, fewest_sessions_count, shortest_history_days)
        if missing is None and is_known[i]:
            base_m = baseline_m(distance_m[window], outlier_ratio=outlier_ratio)
            finding = _compared(distance_m[i], base_m, levels)
            finding |= {"longest": float(distance_m[window].max())}
            finding |= {"n": int(window.sum()), "run_ids": sessions["run_ids"].iloc[i]}
            finding |= {"is_uncertain": bool(sessions["is_treadmill"].iloc[i])}
            finding |= {"is_race": bool(sessions["is_race"].iloc[i])}
        else:
            reason, judge_from = missing or (f"the distance run on {words.day(when)} is unknown", None)
            finding = {"level": "cannot_tell", "reason": reason, "judge_from": judge_from}
        # Of two sessions on one day the longer one is told of.
        if finding.get("value", -1.0) > told.get(when, {}).get("value", -2.0):
            told[when] = finding
    _fill(found, told)
    return found


def _compared(distance_m: float, base_m: float, levels: Sequence[tuple[float, float, str]]) -> dict[str, Any]:
    """How far a session goes beyond its baseline; levels as (ratio, metres more, level), highest first."""
    is_beyond = (
        level
        for least, more_m, level in levels
        if distance_m > least * base_m and distance_m - base_m >= more_m
    )
    return {"level": next(is_beyond, "usual"), "value": distance_m, "baseline": base_m}


def _fill(found: pd.DataFrame, told: dict[date, dict[str, Any]]) -> None:
    """Write what is told of each day; a day without a session says no more than the session before it."""
    carried: dict[str, Any] = {"level": "cannot_tell", "reason": "nothing was run yet"}
    findings_by_day = []
    for when in found["local_date"]:
        finding = told.get(when, carried)
        findings_by_day.append(finding)
        carried = finding if finding["level"] == "cannot_tell" else {"level": "usual"}
    for name in found.columns.drop("local_date"):
        values = [
            finding.get(name, blank) for finding, blank in zip(findings_by_day, found[name], strict=True)
        ]
        found[name] = pd.Series(values, index=found.index, dtype=found[name].dtype)


def baseline_m(distances_m: Floats, *, outlier_ratio: float = 1.30) -> float:
    """Longest of some sessions, or 1.3 times the second-longest where one stands out like a race.

    Parameters
    ----------
    distances_m
        At least one session, each above 0; shape (n,). [m]
    outlier_ratio
        See `check`.
    """
    longest = float(distances_m.max())
    if distances_m.size == 1:
        return longest
    return min(longest, outlier_ratio * float(np.sort(distances_m)[-2]))


def _missing(
    before: Floats, when: date, fewest_sessions: float, shortest_days: float
) -> tuple[str, date | None] | None:
    """What the sessions in the window lack to compare with, and from when they may do; None for nothing."""
    have = int(before.size)
    first = date.fromordinal(int(before.min())) if have else when
    reaches_back = first + timedelta(days=int(shortest_days))
    if have < fewest_sessions:
        reason = (
            f"it compares with at least {fewest_sessions:.0f} runs in 30 days; "
            f"{words.count(have, 'run')} came before {words.day(when)}"
        )
        # One run a day at best, that of this day included.
        return reason, max(reaches_back, when + timedelta(days=int(fewest_sessions) - have))
    if reaches_back > when:
        reason = (
            f"the runs it compares with must reach back {shortest_days:.0f} days; they begin on "
            f"{words.day(first)}"
        )
        return reason, reaches_back
    return None


def sentence(finding: pd.Series[Any], units: Units) -> str:
    """One finding in words."""
    more = words.percent(100.0 * (finding["value"] / finding["baseline"] - 1.0))
    base = words.distance(finding["baseline"], units)
    race = ", marked as a race" if finding["is_race"] else ""
    value, day = words.distance(finding["value"], units), words.day(finding["local_date"])
    text = f"{value} in one go on {day}{race}: {more} "
    if finding["longest"] > finding["baseline"]:
        longest = words.distance(finding["longest"], units)
        text += (
            f"more than {base}, which is what the longest of the 30 days before counts for "
            f"({longest}, standing out like a race)"
        )
    else:
        text += f"longer than the longest of the 30 days before ({base})"
    doubt = "; recorded without a position, so the distance is uncertain" if finding["is_uncertain"] else ""
    return f"{text}{doubt}."


RULE = Rule(
    id="long_run_spike",
    number="F1",
    title="Long-run spike",
    question="Is a session far longer than any of the 30 days before?",
    formula=(
        "Session distance over the longest session of the 30 days before it. Runs at most 30 minutes apart "
        "are one "
        "session. Where the longest stands out by more than 1.3 times the second-longest (a race, say), "
        "1.3 times the "
        "second-longest takes its place."
    ),
    needs="4 sessions in the 30 days before, the first at least 14 days back.",
    grade="A for overuse injuries in general, not for the hamstring",
    limits=(
        "An association in a cohort: it does not show that the long run was the cause, and most injuries "
        "happen without "
        "any spike. Climb and descent were not considered. Distances on a treadmill are uncertain."
    ),
    articles=(
        (
            "000: mileage and pace are to grow gradually; trouble comes from overload more than from one big "
            "effort."
        ),
        "001: injuries come when training asks more than the body is used to.",
        "003: sudden rises in kilometres overwhelm what the tissue can carry.",
    ),
    references=(
        Reference(
            source="Frandsen et al. 2025, Br J Sports Med 59:1203, doi 10.1136/bjsports-2024-109380",
            found=(
                "compared with sessions up to 10 % beyond the longest of 30 days, the hazard rate was 1.64 "
                "times as high "
                "(1.31 to 2.05) at 10 to 30 % more, 1.52 times (1.16 to 2.00) at 30 to 100 % more, 2.28 "
                "times "
                "(1.50 to 3.48) beyond 100 %; the change from week to week showed no relation"
            ),
            in_whom="5,205 adult runners with GPS watches, 588,071 sessions, 18 months",
        ),
    ),
    unit="m",
    window="longest session of the 30 days before",
    check=check,
    sentence=sentence,
    levels=("note", "watch", "act"),
    is_lowered_by_strain=True,
    is_act_lowered_by_strain=True,
)
