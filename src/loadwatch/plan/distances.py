"""How far the runs of a week are: as usual, or around a long one, inside their room."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.plan.ahead import PlannedRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from loadwatch._arrays import Floats
    from loadwatch.plan.habit import Habit
    from loadwatch.plan.limits import Limits

SHORTEST_M = 2000.0  # what would be less is left out
STEP_M = 100.0  # distances are rounded down to this


def distances(
    usual: Habit, on: Sequence[date], allowed: Limits, *, done_m: float = 0.0, longest_m: float | None = None
) -> list[PlannedRun]:
    """Runs on some days of a week, each and together no longer than they may be.

    Parameters
    ----------
    usual
        The runner's usual week, which they share.
    on
        The days, among those of `allowed`.
    allowed
        What may be run.
    done_m
        Distance run in this week before. [m]
    longest_m
        Length of the long run, if not as usual. [m] It is never more of the week than it is in nine of ten
        of the runner's own: the others grow with it, and where they may not, neither does it. Nothing grows
        beyond the usual where no rule can tell how far is too far.
    """
    runs = [PlannedRun(day, usual.week_m * usual.share[day.weekday()]) for day in on]
    long_at = next((at for at, day in enumerate(on) if day.weekday() == usual.long_weekday), None)
    if longest_m is None or long_at is None:
        return _by_day(_cut(runs, allowed), allowed)
    usual_m = runs[long_at].distance_m
    if np.isnan(allowed.most["session_m"][_place(runs[long_at], allowed)]):
        longest_m = min(longest_m, usual_m)  # nobody knows what would be too long
    runs = _around(long_at, longest_m, runs, allowed, usual, done_m)
    runs = _by_day(_cut(runs, allowed, long_at, usual.most_share, done_m), allowed, as_asked_m=longest_m)
    beside_m = done_m + sum(run.distance_m for run in runs if run.day != on[long_at])
    # Where it is all that is left of a week, nothing is known of its shape.
    most_m = _most_beside(beside_m, usual.most_share) if beside_m else usual_m
    return [
        replace(run, distance_m=rounded_down_m(most_m))
        if run.day == on[long_at] and run.distance_m > most_m
        else run
        for run in runs
    ]


def _around(
    long_at: int, longest_m: float, runs: Sequence[PlannedRun], allowed: Limits, usual: Habit, done_m: float
) -> list[PlannedRun]:
    """Runs with a long one, the others so much longer than usual that it is not too much of the week."""
    # What cannot be run at a time asks nothing of the others.
    long_m = float(np.fmin(longest_m, allowed.most["session_m"][_place(runs[long_at], allowed)]))
    others_m = sum(run.distance_m for run in runs) - runs[long_at].distance_m
    least_m = long_m * (1.0 / usual.most_share - 1.0) - done_m
    is_told = not np.isnan(_left_m(allowed)[_place(runs[-1], allowed)])
    stretch = max(least_m / max(others_m, 1.0), 1.0) if is_told else 1.0
    longer = [min(STEP_M * math.ceil(stretch * run.distance_m / STEP_M), long_m) for run in runs]
    return [
        replace(run, distance_m=longest_m if at == long_at else max(run.distance_m, longer[at]))
        for at, run in enumerate(runs)
    ]


def _cut(
    wanted: Sequence[PlannedRun],
    allowed: Limits,
    long_at: int | None = None,
    most_share: float = 1.0,
    done_m: float = 0.0,
) -> list[PlannedRun]:
    """Runs cut down to what each session and all together may hold."""
    run_m = np.array(
        [np.fmin(run.distance_m, allowed.most["session_m"][_place(run, allowed)]) for run in wanted]
    )
    until_m = float(np.fmin(run_m.sum(), _left_m(allowed)[_place(wanted[-1], allowed)]))
    if run_m.sum() > until_m:
        # Who trains for a long run shortens the others first, as far as the week keeps its shape.
        is_spared = np.arange(run_m.size) == (-1 if long_at is None else long_at)
        spared_m = min(float(run_m[is_spared].sum()), most_share * (until_m + done_m), until_m)
        others_m = run_m * (until_m - spared_m) / max(float(run_m[~is_spared].sum()), 1.0)
        run_m = np.where(is_spared, spared_m, others_m)
    return [replace(run, distance_m=float(cut_m)) for run, cut_m in zip(wanted, run_m, strict=True)]


def _by_day(
    runs: Sequence[PlannedRun], allowed: Limits, *, as_asked_m: float | None = None
) -> list[PlannedRun]:
    """Runs cut down to what may be run up to each day, and rounded; without those that are too short."""
    session_m, left_m = allowed.most["session_m"], _left_m(allowed)
    kept: list[PlannedRun] = []
    for run in runs:
        at = _place(run, allowed)
        so_far_m = sum(earlier.distance_m for earlier in kept)
        # A hair below: exactly so much more than the base is noted already.
        most_m = float(np.fmin(session_m[at], left_m[at] - so_far_m)) - 1e-6
        is_as_asked = run.distance_m == as_asked_m and not most_m < as_asked_m
        whole_m = run.distance_m if is_as_asked else rounded_down_m(float(np.fmin(run.distance_m, most_m)))
        if whole_m >= SHORTEST_M:
            kept.append(replace(run, distance_m=whole_m))
    return kept


def _most_beside(others_m: float, share: float) -> float:
    """The most of a run that is no more than a share of the week with so much else. [m]"""
    return math.inf if share >= 1.0 else others_m * share / (1.0 - share) + 1e-6


def _left_m(allowed: Limits) -> Floats:
    """Distance that the rules and a coach's table leave up to each day; shape (n,)."""
    return np.fmin(allowed.most["distance_m"], allowed.coach_m)


def _place(run: PlannedRun, allowed: Limits) -> int:
    return allowed.days.index(run.day)


def rounded_down_m(distance_m: float) -> float:
    """Rounded down to a whole step, never under 0. [m]"""
    return max(STEP_M * math.floor(distance_m / STEP_M), 0.0)
