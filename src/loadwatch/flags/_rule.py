"""What rules share: the frame they fill, the thresholds they can be given, and days told by calendar."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.errors import SettingsError, UsageError
from loadwatch.history import Tables
from loadwatch.rule import LEVELS, Level, Reference, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loadwatch._arrays import Bools, Floats, Ints

# Every rule takes from here all that a rule is made of.
__all__ = [
    "LEVELS",
    "Level",
    "Reference",
    "Rule",
    "Tables",
    "findings",
    "is_after_break",
    "ordinals",
    "quiet_up_to",
    "reaches",
    "refuse_alike",
    "refuse_senseless",
    "return_dates",
    "room_of",
    "run_ids_of_last_days",
    "unrecorded_reason",
    "unrecorded_within",
]

# What rules limit: in 7 days, and in one session or run.
WEEK_ROOM = ("distance_m", "hard_min", "fast_m", "climb_m", "descent_m")
SESSION_ROOM = ("session_m", "session_hard_min", "session_climb_m", "session_descent_m", "run_climb_pct")
ROOM = (*WEEK_ROOM, *SESSION_ROOM)
BREAK_DAYS = 10
AFTER_BREAK_DAYS = 28
# Least and most that a threshold can mean, by the unit its name ends in.
SENSIBLE: dict[str, tuple[float, float]] = {
    "bpm": (-250, 250),
    "count": (1, 1000),
    "days": (1, 3650),
    "m": (0, 1_000_000),
    "min": (0, 10_000),
    "mps": (-10, 10),
    "ms": (-1000, 1000),
    "pct": (-100, 100),
    "ratio": (0.01, 100),
    "s": (0, 600_000),
    "sd": (0, 100),
    "spm": (-100, 100),
    "w": (-1000, 1000),
}


def refuse_alike(rules: Sequence[Rule]) -> None:
    """Refuse rules that cannot be told apart, or whose thresholds nobody could check.

    Raises
    ------
    UsageError
        None is given, two share an id or a number, or a threshold's name does not end in a known unit.
    """
    if not rules:
        raise UsageError("no rule given; name at least one, such as those of `loadwatch.RULES`.")
    for kind in ("id", "number"):
        names = [getattr(rule, kind) for rule in rules]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UsageError(f"two rules have the {kind} `{twice}`; give each its own.")
    for rule in rules:
        for name in rule.thresholds:
            if name.rpartition("_")[2] not in SENSIBLE:
                raise UsageError(
                    f"rule `{rule.id}`: threshold `{name}` must end in its unit; there are "
                    f"{words.listing(list(SENSIBLE))}."
                )


def refuse_senseless(rules: Sequence[Rule], overrides: Mapping[str, Mapping[str, float]]) -> None:
    """Refuse thresholds that no rule can work with.

    Parameters
    ----------
    rules
        The rules that may be spoken of.
    overrides
        The runner's thresholds by rule id and name.

    Raises
    ------
    SettingsError
        A rule or threshold that is unknown; a threshold outside what its unit can mean, no whole number where
        it counts, or by which a higher level comes before a lower one.
    """
    ids = [rule.id for rule in rules]
    for rule_id in overrides:
        if rule_id not in ids:
            raise SettingsError(f"there is no rule `{rule_id}`; there are {words.listing(ids)}.")
    for rule in rules:
        for name, value in overrides.get(rule.id, {}).items():
            key = f"`rules.{rule.id}.{name}`"
            if name not in rule.thresholds:
                raise SettingsError(f"{key} is unknown; there are {words.listing(list(rule.thresholds))}.")
            unit = name.rpartition("_")[2]
            low, high = SENSIBLE[unit]
            if not low <= value <= high:
                raise SettingsError(f"{key} must lie between {low:g} and {high:g}, not {value:g}.")
            if unit in ("count", "days") and value != int(value):
                raise SettingsError(f"{key} must be a whole number, not {value:g}.")
        _refuse_disorder(rule, overrides.get(rule.id, {}))


def _refuse_disorder(rule: Rule, overrides: Mapping[str, float]) -> None:
    """Refuse thresholds by which a higher level comes before a lower one, where a rule orders them."""
    own = {**rule.thresholds, **overrides}
    for lower, higher in pairwise(LEVELS[1:]):
        for name, value in own.items():
            twin = name.replace(f"{lower}_", f"{higher}_", 1)
            if not name.startswith(f"{lower}_") or twin not in own:
                continue
            is_ordered = abs(rule.thresholds[name]) <= abs(rule.thresholds[twin])
            if is_ordered and abs(value) > abs(own[twin]):
                raise SettingsError(
                    f"`rules.{rule.id}.{twin}` ({own[twin]:g}) must not lie nearer to usual than "
                    f"`{name}` ({value:g}), or {higher} would come before {lower}."
                )


def reaches(value: Any, base: Any, ratio: Any, more: float) -> Any:
    """Whether a value lies above a multiple of its base and at least so much above it; shape (n,)."""
    return (value > ratio * base) & (value - base >= more)


def quiet_up_to(base: Floats, *steps: tuple[float, float]) -> Floats:
    """The most that `reaches` none of some steps, each a ratio and what is to be more; shape (n,).

    NaN where there is no base. Exactly so much more than the base reaches a step already.
    """
    most = [np.maximum(ratio * base, base + more) for ratio, more in steps]
    return np.asarray(np.min(most, axis=0), dtype=float)


def unrecorded_within(days: pd.DataFrame, window_days: int) -> Bools:
    """Days with running without a record among so many days up to them, their own included; shape (n,)."""
    is_blind = (~days["is_covered"].astype(bool)).rolling(window_days, min_periods=1).sum() > 0
    return is_blind.to_numpy(dtype=bool)


def unrecorded_reason(window_days: int) -> str:
    """Why nothing can be told where running without a record lies among so many days."""
    return f"the diary marks running without a record in the last {window_days} days"


def room_of(found: pd.DataFrame, **most: Floats) -> pd.DataFrame:
    """The most of some quantities on the days that a rule can judge, NaN on the others; see `Rule.room`."""
    is_judged = (found["level"] != "cannot_tell").to_numpy()
    room = pd.DataFrame({name: np.where(is_judged, values, np.nan) for name, values in most.items()})
    return room.assign(reason=found["reason"].to_numpy())


def findings(days: pd.DataFrame) -> pd.DataFrame:
    """A blank frame for a check to fill: nothing can be told on any day.

    Parameters
    ----------
    days
        `Tables.days`.

    Returns
    -------
    DataFrame
        A row for each day, in order: local_date; level, cannot_tell throughout; value and baseline in the
        rule's unit; n (sessions, weeks or runs in the baseline); run_ids, separated by spaces; reason (what
        is missing, where nothing can be told); judge_from (first day on which it may be told, None where
        unknown); is_uncertain (measured on a treadmill); is_information (on a day as usual: something to tell
        all the same, which sets no level and no verdict). A check may add unit and window where those of
        single findings differ from the rule's own, and what its sentence needs.

    Examples
    --------
    >>> import loadwatch as lw
    >>> history = lw.scan("sample_activities", as_of="2026-10-25")
    >>> found = lw.findings(history.tables.days)
    >>> len(found) == len(history.days), set(found["level"])
    (True, {'cannot_tell'})
    """
    size = len(days)
    return pd.DataFrame(
        {
            "local_date": days["local_date"].to_numpy(),
            "level": pd.Series(["cannot_tell"] * size, dtype=object),
            "value": np.full(size, np.nan),
            "baseline": np.full(size, np.nan),
            "n": np.zeros(size, dtype=int),
            "run_ids": pd.Series([""] * size, dtype=object),
            "reason": pd.Series([""] * size, dtype=object),
            "judge_from": pd.Series([None] * size, dtype=object),
            "is_uncertain": np.zeros(size, dtype=bool),
            "is_information": np.zeros(size, dtype=bool),
        }
    )


def ordinals(table: pd.DataFrame) -> Ints:
    """Calendar days of a table as whole numbers; shape (n,)."""
    days = map(date.toordinal, table["local_date"].tolist())
    return np.fromiter(days, dtype=np.int64, count=len(table))


def is_after_break(days: pd.DataFrame) -> Bools:
    """Days within 28 days of coming back from 10 or more days off, when ratios to the weeks before mislead.

    A walk or a hike ends the days off as a run does. Shape (n,).
    """
    # Days before any return lie after none: NaN compares as False.
    return np.asarray(ordinals(days) - return_dates(days) < AFTER_BREAK_DAYS, dtype=bool)


def return_dates(days: pd.DataFrame) -> Floats:
    """Ordinal of the latest return from 10 or more days off, by day; NaN where there was none; shape (n,)."""
    ordinal = ordinals(days)
    on_foot = np.flatnonzero(days["is_on_foot"].to_numpy(dtype=bool))
    back = on_foot[1:][np.diff(ordinal[on_foot]) > BREAK_DAYS]
    latest = np.searchsorted(back, np.arange(ordinal.size), side="right")
    return np.append(np.nan, ordinal[back].astype(float))[latest]


def run_ids_of_last_days(tables: Tables, days: int) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Ids of the runs in the days up to each day, separated by spaces; one for each row of `days`."""
    run_day = ordinals(tables.runs)
    order = np.argsort(run_day, kind="stable")
    run_day, ids = run_day[order], tables.runs["run_id"].to_numpy(dtype=object)[order].tolist()
    # Of one text with all of them, every window is a stretch.
    text = " ".join(ids)
    begins = np.cumsum([0, *(len(run_id) + 1 for run_id in ids)])
    day = ordinals(tables.days)
    first, last = (np.searchsorted(run_day, until, side="right") for until in (day - days, day))
    stretches = zip(begins[first].tolist(), np.maximum(begins[last] - 1, 0).tolist(), strict=True)
    # As objects: numpy's own texts all take as much memory as the longest.
    return np.array([text[begin:end] for begin, end in stretches], dtype=object)
