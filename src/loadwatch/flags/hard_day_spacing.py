"""Did hard days follow one another, or rest days go missing, more than usual?

Articles ask for enough recovery between hard sessions. No cohort of runners has tested it, and some runners
are used to hard days in a row, so this compares with the runner's own last 90 days and says no more than a
note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags._rule import Reference, Rule, Tables, findings, ordinals, run_ids_of_last_days
from loadwatch.flags._weeks import has_hard_session, not_yet, withhold
from loadwatch.runner.by_speed import windowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.words import Units

HARD_DAYS = 7
REST_DAYS = 14


def check(
    tables: Tables,
    *,
    hard_session_min: float = 10.0,
    window_days: float = 90,
    smallest_known_share_pct: float = 80.0,
    fewest_weeks_count: float = 6,
) -> pd.DataFrame:
    """Judge hard days in a row in 7 days, and rest days in 14, by the days before them.

    Parameters
    ----------
    tables
        A runner's tables.
    hard_session_min
        A session with so many hard minutes, by what was known on its day, is hard. [min]
    window_days
        Days before those judged that they are compared with.
    smallest_known_share_pct
        Share of the sessions of all these days that must tell hard from easy running, by speed on days with
        a critical speed and by heart rate on the others. [%]
    fewest_weeks_count
        Full weeks of history needed, the judged days included.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`. Value is the hard days right after a hard day, baseline the most of
        them in any 7 days before; where `is_rest` marks a lack of rest, 0 rest days and the fewest in any
        14 days before.
    """
    found, days = findings(tables.days), tables.days
    window = int(window_days)
    # What heart rate tells and what speed tells are no measure of one another: each day by its own.
    by_speed, by_heart_rate = (
        _hard_days(tables, of_day, hard_session_min, window)
        for of_day in (tables.speeds.is_critical_known, ~tables.speeds.is_critical_known)
    )
    seconds, most, last_second, told_share = (
        np.where(tables.speeds.is_critical_known, *pair) for pair in zip(by_speed, by_heart_rate, strict=True)
    )
    rests = _sum(days["is_rest_day"].to_numpy(dtype=bool), REST_DAYS)
    fewest = _before(rests, REST_DAYS, window).min().to_numpy()
    is_double, is_restless = seconds > most, (rests.to_numpy() == 0) & (fewest >= 1)
    found["level"] = np.where(is_double | is_restless, "note", "usual")
    found["is_rest"] = is_restless & ~is_double
    found["value"] = np.where(found["is_rest"], rests, seconds)
    found["baseline"] = np.where(found["is_rest"], fewest, most)
    runs = days["run_count"].rolling(HARD_DAYS + window, min_periods=1).sum()
    found["n"] = runs.astype(int)
    found["run_ids"] = run_ids_of_last_days(tables, HARD_DAYS)
    found.loc[found["is_rest"], "run_ids"] = run_ids_of_last_days(tables, REST_DAYS)[found["is_rest"]]
    found["last_second"] = days["local_date"].to_numpy()[last_second]
    found["window_days"] = np.clip(
        np.arange(len(found)) + 1 - np.where(found["is_rest"], REST_DAYS, HARD_DAYS), 0, window
    )
    withhold(
        found,
        told_share < smallest_known_share_pct / 100.0,
        "too many runs do not tell hard from easy running, or not by the measure of today",
    )
    withhold(found, (runs == 0).to_numpy(), f"nothing was run in the last {HARD_DAYS + window} days")
    not_yet(found, fewest_weeks_count)
    return found


def _hard_days(
    tables: Tables, is_measured: Bools, hard_session_min: float, window: int
) -> tuple[Any, Any, Ints, Floats]:
    """Hard days right after a hard day, counting only days of one measure; shape (n,) each.

    How many in 7 days, the most in any 7 days before, the row of the last one, and the share of the sessions
    of all these days that tell by that measure.
    """
    is_hard = has_hard_session(tables, hard_session_min) & is_measured
    is_second = is_hard & np.append(False, is_hard[:-1])
    seconds = _sum(is_second, HARD_DAYS)
    last = np.maximum.accumulate(np.where(is_second, np.arange(is_second.size), 0))
    row = np.searchsorted(ordinals(tables.days), ordinals(tables.sessions))
    is_told = tables.sessions["hard_s"].notna().to_numpy() & is_measured[row]
    told, count = (
        windowed(np.bincount(rows, minlength=is_hard.size), longest_ago=HARD_DAYS + window - 1)
        for rows in (row[is_told], row)
    )
    most = _before(seconds, HARD_DAYS, window).max().to_numpy()
    return seconds.to_numpy(dtype=float), most, last, told / np.maximum(count, 1)


def _sum(daily: Bools, days: int) -> pd.Series[float]:
    return pd.Series(daily.astype(float)).rolling(days).sum()


def _before(sums: pd.Series[float], days: int, window: int) -> Any:
    """The sums that lie wholly within the window before those of each day."""
    return sums.shift(days).rolling(max(window - days + 1, 1), min_periods=1)


def sentence(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - every rule's sentence is called alike
    """One finding in words."""
    day, before = words.day(finding["local_date"]), f"of the {finding['window_days']} before"
    usual, n = int(finding["baseline"]), words.count(int(finding["n"]), "run")
    if finding["is_rest"]:
        return (
            f"no rest day in the {REST_DAYS} days to {day}: any {REST_DAYS} days {before} held at least "
            f"{usual} (n = {n})."
        )
    times = words.count(int(finding["value"]), "hard day")
    most = f"held more than {usual}" if usual else "held any"
    return (
        f"{times} right after another hard one in the {HARD_DAYS} days to {day}, last on "
        f"{words.day(finding['last_second'])}: no {HARD_DAYS} days {before} {most} (n = {n})."
    )


def reaches_back(thresholds: Mapping[str, float]) -> int:
    """Days up to its own that it compares; see `Rule.reaches_back`."""
    return REST_DAYS + int(thresholds["window_days"])


RULE = Rule(
    id="hard_day_spacing",
    number="F8",
    title="Hard days without rest between",
    question="Did hard days follow one another, or rest days go missing, more than usual?",
    formula=(
        "Days with a hard session right after another such day, in the last 7 days, over the most in any 7 "
        "days of the 90 before; and no rest day in 14 days where any 14 of the 90 days before had one. A "
        "session is hard with 10 minutes at or above 0.95 of critical speed by graded speed, or of a hard "
        "heart "
        "rate where critical speed is unknown."
    ),
    needs=(
        "6 full weeks in which four sessions of five tell hard from easy running, all by speed or all by "
        "heart rate."
    ),
    grade="C",
    clears="As usual again as soon as the last 7 days hold no more hard days in a row than the 90 days "
    "before, or a rest day has come.",
    limits=(
        "Opinion: no cohort of runners has tested it. A walk, a ride or strength training on a day without a "
        "run counts as rest here."
    ),
    articles=(
        "000: harder sessions need enough recovery between them; poor recovery is named among the causes.",
        "001: long spells of activity without adequate rest.",
        "003: hard sessions back to back, and running while not recovered.",
    ),
    references=(
        Reference(
            source="None found",
            found="no study of runners has tested how far apart hard days should lie",
            in_whom="nobody; clinical opinion only",
        ),
    ),
    unit="days",
    window="any 7 days (14 for rest) of the 90 before",
    check=check,
    sentence=sentence,
    levels=("note",),
    threshold_origin="All ours: no study gives any. Ten minutes keep strides from making a hard session.",
    reaches_back=reaches_back,
)
