"""Whether any rule would speak of planned runs, in their days or in those after; and shorter ones if so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.flags import LEVELS, thresholds_in_force
from loadwatch.flags._judged import judge
from loadwatch.plan.ahead import PlannedRun, followed_by
from loadwatch.plan.distances import SHORTEST_M, rounded_down_m

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from loadwatch.flags import Rule, Tables
    from loadwatch.settings import Settings

DAYS_AFTER = 6  # in which the runs still count
LEAST_TENTHS = 4  # shorter, they are no week as usual


def quieted(
    runs: Sequence[PlannedRun],
    tables: Tables,
    settings: Settings,
    last: date,
    rules: Sequence[Rule],
) -> tuple[list[PlannedRun], tuple[str, ...]]:
    """Runs so easy and short that no rule speaks of them, also none that wakes meanwhile or soon after.

    Parameters
    ----------
    runs
        As planned; at least one day after the last of `tables`.
    tables, settings
        As `limits.limits` takes them.
    last
        The last day that they are planned for.
    rules
        Those that may speak.

    Returns
    -------
    runs
        As planned; without hard running, or also shorter, where that is of use.
    speaking
        Ids of the rules that speak of them all the same.
    """
    speaking = rules_on(runs, tables, settings, last, rules)
    if not speaking:
        return list(runs), ()
    easy = [replace(run, hard_min=0.0, fast_m=0.0) for run in runs]
    *longer, shortest = (easy, *(_tenths(easy, tenths) for tenths in range(9, LEAST_TENTHS - 1, -1)))
    least = rules_on(shortest, tables, settings, last, rules)
    if len(least) == len(speaking):
        return list(runs), speaking
    for some in longer:
        speaking = rules_on(some, tables, settings, last, rules)
        if len(speaking) == len(least):
            return some, speaking
    return shortest, least


def rules_on(
    runs: Sequence[PlannedRun],
    tables: Tables,
    settings: Settings,
    last: date,
    rules: Sequence[Rule],
) -> tuple[str, ...]:
    """Ids of the rules that rise because of planned runs, up to 6 days after the last day; see `quieted`."""
    if not runs:
        return ()
    planned = followed_by(tables, runs, last + timedelta(days=DAYS_AFTER))
    is_new = slice(len(tables.days), None)
    # Few rules say anything at all, and the others need no closer look.
    heard = [
        rule
        for rule in rules
        if rule.check(planned, **thresholds_in_force(rule.id, settings.rules))["level"]
        .iloc[is_new]
        .isin(LEVELS[1:])
        .any()
    ]
    if not heard:
        return ()
    # That running is back is told whatever is run.
    nothing = followed_by(tables, [PlannedRun(runs[0].day, 0.0)], last + timedelta(days=DAYS_AFTER))
    found, anyway = (judge(heard, ahead, settings) for ahead in (planned, nothing))
    ranks = {
        rule.id: [np.asarray(judged[rule.id]["rank"])[is_new] for judged in (found, anyway)] for rule in heard
    }
    return tuple(name for name, (rank, least) in ranks.items() if ((rank > least) & (rank >= 1)).any())


def _tenths(runs: Sequence[PlannedRun], tenths: int) -> list[PlannedRun]:
    """Easy runs with so many tenths of all they hold; without those that are too short then."""
    share = tenths / 10.0
    shorter = [
        replace(
            run,
            distance_m=rounded_down_m(share * run.distance_m),
            climb_m=float(np.floor(share * run.climb_m)),
            descent_m=float(np.floor(share * run.descent_m)),
        )
        for run in runs
    ]
    return [run for run in shorter if run.distance_m >= SHORTEST_M]
