"""Is a session far longer than any of the 30 days before?

The only volume signal with a large cohort of runners behind it: those who ran more than a tenth further
than their longest run of the last 30 days were hurt more often. It speaks of single sessions, so it fires
rarely.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch._windows import lowest
from loadwatch.flags._rule import Reference, Rule, Tables, findings, ordinals, quiet_up_to, reaches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch._arrays import Bools, Floats, Ints
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
        Findings, see `_rule.findings`; `is_race` and `is_likely_race` mark a session as one, `longest` is the
        longest session of the window, which the baseline may lie below. A day without a session is as
        usual, or cannot be told where the session before it could not.
    """
    found = findings(tables.days)
    found["is_race"], found["is_likely_race"], found["longest"] = False, False, np.nan
    sessions = tables.sessions
    distance_m = sessions["distance_m"].to_numpy(dtype=float)
    window = _windows_before(sessions, ordinals(sessions))
    base_m = baseline_m(window.longest_m, window.second_m, outlier_ratio=outlier_ratio)
    levels = (
        (act_ratio, act_more_m, "act"),
        (watch_ratio, watch_more_m, "watch"),
        (note_ratio, note_more_m, "note"),
    )
    is_beyond = [reaches(distance_m, base_m, ratio, more_m) for ratio, more_m, _ in levels]
    told = pd.DataFrame(
        {
            "level": np.select(is_beyond, [level for _, _, level in levels], "usual").astype(object),
            "value": distance_m,
            "baseline": base_m,
            "n": window.count,
            "run_ids": sessions["run_ids"].to_numpy(dtype=object),
            "reason": np.full(len(sessions), "", dtype=object),
            "judge_from": np.full(len(sessions), None, dtype=object),
            "is_uncertain": sessions["is_treadmill"].to_numpy(dtype=bool),
            "is_race": sessions["is_race"].to_numpy(dtype=bool),
            "is_likely_race": sessions["is_likely_race"].to_numpy(dtype=bool),
            "longest": window.longest_m,
        }
    )
    _withhold(told, ordinals(sessions), window, fewest_sessions_count, int(shortest_history_days))
    _fill(found, told, np.searchsorted(ordinals(found), ordinals(sessions)))
    return found


def room(  # noqa: PLR0913 - one keyword for each threshold
    tables: Tables,
    *,
    note_ratio: float,
    note_more_m: float,
    watch_ratio: float,
    watch_more_m: float,
    act_ratio: float,
    act_more_m: float,
    outlier_ratio: float,
    fewest_sessions_count: float,
    shortest_history_days: float,
) -> pd.DataFrame:
    """The longest session of each day of which nothing is said; see `Rule.room`, thresholds as `check`'s."""
    day = ordinals(tables.days)
    window = _windows_before(tables.sessions, day)
    base_m = baseline_m(window.longest_m, window.second_m, outlier_ratio=outlier_ratio)
    most_m = quiet_up_to(
        base_m, (note_ratio, note_more_m), (watch_ratio, watch_more_m), (act_ratio, act_more_m)
    )
    is_enough = _is_enough(window, day, fewest_sessions_count, int(shortest_history_days))
    reason = np.full(day.size, "", dtype=object)
    for place in np.flatnonzero(~is_enough).tolist():
        when, first = (date.fromordinal(int(days[place])) for days in (day, window.first_day))
        count, shortest_days = int(window.count[place]), int(shortest_history_days)
        missing = _missing(count, first, when, fewest_sessions_count, shortest_days)
        reason[place] = missing[0] if missing else ""
    return pd.DataFrame({"session_m": np.where(is_enough, most_m, np.nan), "reason": reason})


@dataclass(frozen=True)
class _Window:
    """What the 30 days before each session hold; shape (n,) each.

    Attributes
    ----------
    first_day
        Ordinal of the first session, or of the day itself where there is none.
    count
        Sessions.
    longest_m, second_m
        The two longest, NaN where there are not so many. [m]
    """

    first_day: Ints
    count: Ints
    longest_m: Floats
    second_m: Floats


def _windows_before(sessions: pd.DataFrame, day: Ints) -> _Window:
    """The 30 days before each day, in the sessions that are a measure for others."""
    distance_m = sessions["distance_m"].to_numpy(dtype=float)
    # Known lengths of whole sessions.
    known = np.flatnonzero((distance_m > 0.0) & ~sessions["is_unfinished"].to_numpy(dtype=bool))
    session_day = ordinals(sessions)
    known = known[np.argsort(session_day[known], kind="stable")]
    known_day = session_day[known]
    begin, end = np.searchsorted(known_day, day - WINDOW_DAYS), np.searchsorted(known_day, day)
    longest_m = -lowest(-distance_m[known], begin, end, 2)
    first_day = np.where(end > begin, np.append(known_day, 0)[begin], day)
    return _Window(first_day, end - begin, longest_m[:, 0], longest_m[:, 1])


def baseline_m(longest_m: Floats, second_m: Floats, *, outlier_ratio: float = 1.30) -> Floats:
    """Longest of some sessions, or 1.3 times the second-longest where one stands out like a race.

    Parameters
    ----------
    longest_m, second_m
        The two longest of each, NaN where there is none; shape (n,). [m]
    outlier_ratio
        See `check`.
    """
    return np.fmin(longest_m, outlier_ratio * second_m)


def _is_enough(window: _Window, day: Ints, fewest_sessions: float, shortest_days: int) -> Bools:
    """Whether the windows before some days hold enough to compare with; shape (n,)."""
    is_enough = (window.count >= fewest_sessions) & (window.first_day + shortest_days <= day)
    return np.asarray(is_enough, dtype=bool)


def _withhold(
    told: pd.DataFrame, day: Ints, window: _Window, fewest_sessions: float, shortest_days: int
) -> None:
    """Take back what is told of sessions that have too little before them, or no known length."""
    is_judged = _is_enough(window, day, fewest_sessions, shortest_days) & (told["value"].to_numpy() > 0.0)
    silent = np.flatnonzero(~is_judged)
    lacks = []
    for place in silent.tolist():
        when, first = (date.fromordinal(int(days[place])) for days in (day, window.first_day))
        missing = _missing(int(window.count[place]), first, when, fewest_sessions, shortest_days)
        lacks.append(missing or (f"the distance run on {words.day(when)} is unknown", None))
    told.loc[silent, "level"], told.loc[silent, "run_ids"], told.loc[silent, "n"] = "cannot_tell", "", 0
    told.loc[silent, ["is_uncertain", "is_race", "is_likely_race"]] = False
    told.loc[silent, ["value", "baseline", "longest"]] = np.nan
    told.loc[silent, "reason"] = np.array([reason for reason, _ in lacks], dtype=object)
    told.loc[silent, "judge_from"] = np.array([judge_from for _, judge_from in lacks], dtype=object)


def _missing(
    have: int, first: date, when: date, fewest_sessions: float, shortest_days: int
) -> tuple[str, date | None] | None:
    """What the sessions in the window lack to compare with, and from when they may do; None for nothing."""
    reaches_back = first + timedelta(days=shortest_days)
    if have < fewest_sessions:
        reason = (
            f"it compares with at least {fewest_sessions:.0f} runs in 30 days; "
            f"{words.count(have, 'run')} came before {words.day(when)}"
        )
        # One run a day at best, that of this day included.
        return reason, max(reaches_back, when + timedelta(days=int(fewest_sessions) - have))
    if reaches_back > when:
        reason = (
            f"the runs it compares with must reach back {shortest_days} days; they begin on "
            f"{words.day(first)}"
        )
        return reason, reaches_back
    return None


def _fill(found: pd.DataFrame, told: pd.DataFrame, row: Ints) -> None:
    """Write what is told of each day; a day without a session says no more than the session before it.

    Parameters
    ----------
    found
        Where to, blank.
    told
        What is told of each session.
    row
        The row of each session's day.
    """
    place = np.arange(len(told))
    value, level = told["value"].to_numpy(), told["level"].to_numpy()
    # Of two sessions on one day the longer one is told of; of those that cannot be judged the last one.
    is_judged = level != "cannot_tell"
    order = np.lexsort((np.where(is_judged, -place, place), np.where(is_judged, value, -1.0), row))
    own = np.full(len(found), -1)
    own[row[order]] = order
    latest = np.maximum.accumulate(np.where(own >= 0, np.arange(len(found)), 0))
    session = own[latest]
    has_own = own >= 0
    for name in told.columns:
        found.loc[has_own, name] = told[name].to_numpy()[own[has_own]]
    is_silent = np.append(~is_judged, True)[session]
    found.loc[~has_own & ~is_silent, "level"] = "usual"
    after = ~has_own & is_silent
    for name, before_all in (("reason", "nothing was run yet"), ("judge_from", None)):
        found.loc[after, name] = np.array([*told[name], before_all], dtype=object)[session[after]]


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    more = words.percent(100.0 * (finding["value"] / finding["baseline"] - 1.0))
    base = words.distance(finding["baseline"], units)
    race = ", marked as a race" if finding["is_race"] else ""
    if finding["is_likely_race"]:
        race = ", likely a race"
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


def reaches_back(_thresholds: Mapping[str, float]) -> int:
    """Days up to its own that it compares; see `Rule.reaches_back`."""
    return WINDOW_DAYS + 1


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
        "second-longest takes its place. A race is named as one and judged like any other session: one "
        "marked in the settings, or, where they say nothing, likely one."
    ),
    needs="4 sessions in the 30 days before, the first at least 14 days back.",
    grade="A for overuse injuries in general, not for the hamstring",
    clears="It speaks of one session: the next day is as usual again, and the session counts among the 30 "
    "days that the next ones are compared with.",
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
    room=room,
    sentence=sentence,
    levels=("note", "watch", "act"),
    threshold_origin=(
        "The window and the steps of 10, 30 and 100 % are those of the cohort. The kilometres beyond, the "
        "four sessions and what a race counts for are ours, chosen over the histories of four runners so "
        "that an ordinary year stays readable. So is what is likely a race, of which no source tells: 5, "
        "10 or 15 km, 10 miles, a half or full marathon outside, run evenly and without a stop, at least "
        "8 % faster on the flat than the median of 90 days and within 3 % of the best over that length or "
        "more in a year."
    ),
    is_decisive=True,
    judges_runs=True,
    is_lowered_by_strain=True,
    is_act_lowered_by_strain=True,
    reaches_back=reaches_back,
)
