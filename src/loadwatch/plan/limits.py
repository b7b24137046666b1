"""What each rule allows on each of the next days, and the lowest of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.flags import RULES, stacking, thresholds_in_force
from loadwatch.flags._rule import SESSION_ROOM, WEEK_ROOM, unrecorded_reason, unrecorded_within
from loadwatch.plan.ahead import PlannedRun, followed_by
from loadwatch.runner.by_speed import windowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Floats
    from loadwatch.flags import Rule, Tables
    from loadwatch.settings import Settings

MOST_DAYS = 7  # further ahead, what the rules compare with is itself still to come
LIMITING = tuple(rule for rule in RULES if rule.room)
GROUPS = tuple(tuple(stacking.ROOM_OF[name] for name in group) for group in stacking.GROUPS)


@dataclass(frozen=True)
class Limits:
    """What may be run on some days to come, of each of `loadwatch.flags.ROOM`, by its name.

    Attributes
    ----------
    days
        Shape (n,).
    most
        Of one session on each day; of what counts in 7 days, all that may be run from the first day up to
        each. NaN where no rule limits it; shape (n,) each.
    rule
        The rule that sets it, empty where none does; shape (n,) each.
    together
        Likewise of what counts in 7 days, where no group of rule F7 is to be up.
    coach_m
        Distance that the coach's table allows after a break, from the first day up to each; shape (n,).
    coach_week_m
        The least it allows in 7 days; NaN without a break.
    silent
        By what it would limit: a rule that cannot tell of the last of these days, and why.
    """

    days: tuple[date, ...]
    most: dict[str, Floats]
    rule: dict[str, list[str]]
    together: dict[str, Floats]
    coach_m: Floats
    coach_week_m: float
    silent: dict[str, tuple[str, str]]


def limits(
    tables: Tables,
    settings: Settings,
    *,
    days: int,
    first_run: int = 0,
    rules: Sequence[Rule] = LIMITING,
) -> Limits:
    """What may be run on the next days before a rule speaks.

    Parameters
    ----------
    tables
        What is known, as `ahead.until` gives it.
    settings
        With the thresholds in force.
    days
        How many days, at most 7.
    first_run
        On which of them the next run is: what a return from a break may hold depends on it.
    rules
        Those asked; one without room limits nothing.
    """
    calendar = _calendar(tables, days)
    ahead = followed_by(tables, [PlannedRun(calendar[first_run], 0.0)], calendar[-1])
    most = {name: np.full(days, np.nan) for name in (*WEEK_ROOM, *SESSION_ROOM)}
    rule_of = {name: np.full(days, "", dtype=object) for name in most}
    so_far = _so_far(ahead, days)
    apart = {name: np.full(days, np.nan) for name in WEEK_ROOM}
    silent: dict[str, tuple[str, str]] = {}
    coach_m = np.full(days, np.nan)
    for rule in rules:
        if rule.room is None:
            continue
        thresholds = thresholds_in_force(rule.id, settings.rules)
        told = rule.room(ahead, **thresholds).tail(days)
        reason = str(told.pop("reason").iloc[-1])
        allowed = {str(name): told[name].to_numpy(dtype=float) for name in told.columns}
        if rule.reaches_back:
            # How much of it is used up already nobody knows.
            is_blind = unrecorded_within(ahead.days, rule.judged_days)[-days:]
            reason = unrecorded_reason(rule.reaches_back(thresholds)) if is_blind[-1] else reason
            allowed = {name: np.where(is_blind, np.nan, values) for name, values in allowed.items()}
        coach_m = allowed.pop("coach_m", coach_m)
        if rule.id == stacking.RULE.id:
            apart |= allowed
            continue
        for name, values in allowed.items():
            _lower(most, rule_of, name, values, rule.id)
            if reason:
                silent.setdefault(name, (rule.id, reason))
    groups = thresholds_in_force(stacking.RULE.id, settings.rules)
    fewest = min(groups["note_groups_count"], groups["watch_groups_count"])
    is_up = [np.any([so_far[name] > apart[name] for name in group], axis=0) for group in GROUPS]
    is_shut = np.sum(is_up, axis=0) >= fewest - 1
    for group, up in zip(GROUPS, is_up, strict=True):
        for name in group:
            _lower(most, rule_of, name, np.where(is_shut & ~up, apart[name], np.nan), stacking.RULE.id)
    return Limits(
        days=calendar,
        most={
            name: _left(values, so_far[name]) if name in so_far else values for name, values in most.items()
        },
        rule={name: rules.tolist() for name, rules in rule_of.items()},
        together={name: _left(np.fmin(apart[name], most[name]), so_far[name]) for name in WEEK_ROOM},
        coach_m=_left(coach_m, so_far["distance_m"]),
        coach_week_m=float(np.fmin.reduce(coach_m)),
        silent=silent,
    )


def _calendar(tables: Tables, days: int) -> tuple[date, ...]:
    last = tables.days["local_date"].iloc[-1]
    return tuple(last + timedelta(days=ahead + 1) for ahead in range(days))


def _so_far(ahead: Tables, days: int) -> dict[str, Floats]:
    """What the 7 days up to each of the last days hold already of what counts in 7 days."""
    speeds, table = ahead.speeds, ahead.days
    daily = {
        "distance_m": table["distance_m"],
        "climb_m": table["elevation_gain_m"].fillna(0.0),
        "descent_m": table["elevation_loss_m"].fillna(0.0),
    }
    held = {name: windowed(values.to_numpy(dtype=float), longest_ago=6) for name, values in daily.items()}
    held["hard_min"] = windowed(speeds.hard_s, speeds.hard_column, longest_ago=6) / 60.0
    held["fast_m"] = windowed(speeds.fast_m, speeds.fast_column, longest_ago=6)
    return {name: values[-days:] for name, values in held.items()}


def _lower(most: dict[str, Floats], rule_of: dict[str, Any], name: str, values: Floats, rule: str) -> None:
    """Let a rule lower what may be run on the days on which it allows less than those before it."""
    is_lower = ~np.isnan(values) & ~(values >= most[name])
    most[name], rule_of[name] = (
        np.where(is_lower, values, most[name]),
        np.where(is_lower, rule, rule_of[name]),
    )


def _left(most: Floats, so_far: Floats) -> Floats:
    """What may be run from the first day up to each, so that it is not too much on a later one either."""
    left = np.where(np.isnan(most), np.inf, np.maximum(most - so_far, 0.0))
    left = np.minimum.accumulate(left[::-1])[::-1]
    return np.where(np.isinf(left), np.nan, left)
