"""What phase 3 allows in numbers, and what full running asks of the running in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.recovery.phases import RUNNING_PLACE
from loadwatch.recovery.state import Done, place_held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from loadwatch._arrays import Floats
    from loadwatch.recovery.state import Step

    StageShares = Callable[[int], Floats]

BEFORE_DAYS = 28
FEWEST_OFF_DAYS = 10  # the stages of a shorter break are those of this one: something was hurt
FIRST_RUN_RATIO = 0.5  # a first run over a usual one, at most; article 001 begins with short runs


@dataclass(frozen=True)
class Limits:
    """How a run is held against its phase.

    Attributes
    ----------
    stage_shares
        Share of the old week on each day since the first run, for a number of days off: that of rule F9.
    unlocked_ratio
        Share of the old week from which fast, hard and hilly running may begin again.
    fast_run_m
        Fast metres from which a session is fast. [m]
    hilly_pct
        Computed climb over distance above which it is hilly. [%]
    hard_min
        Hard minutes from which it is hard. [min]
    smallest_base_m
        Weekly distance before the return below which no cap can be told. [m]
    usual_ratio
        Share of the old week that 7 days of phase 3 must have held before full running.
    fewest_runs
        Days of running, each with a day between, that phase 3 must hold before full running.
    """

    stage_shares: StageShares
    unlocked_ratio: float = 0.55
    fast_run_m: float = 400.0
    hilly_pct: float = 1.0
    hard_min: float = 10.0
    smallest_base_m: float = 10_000.0
    usual_ratio: float = 0.75
    fewest_runs: int = 3


@dataclass(frozen=True)
class Caps:
    """What phase 3 allows on a day, in numbers.

    Attributes
    ----------
    old_week_m, usual_run_m
        Mean week, and middle session, of the 28 days up to the last run before the return. [m]
    off_days
        Days without an allowed run before the return to running, the longest such stretch of the return. [d]
    back_on
        First run of the phase; None before it.
    share
        Of the old week, for now.
    week_m, week_cap_m
        Distance of the 7 days up to the day, since the first run, as far as known; and the most of it. [m]
    is_week_known
        Whether the distance of every run of these 7 days is known.
    run_cap_m
        The most of one session; NaN once the first stage is over. [m]
    best_week_m, unlock_m
        Most of any 7 days of the phase up to the day before, nothing beyond their cap counted; and what it
        must reach before fast, hard and hilly running. [m]
    own_best_week_m
        Likewise up to the day itself. [m]
    reason
        Why nothing can be told, as a clause; empty where it can. Numbers are NaN then.
    """

    old_week_m: float
    usual_run_m: float
    off_days: int
    back_on: date | None
    share: float
    week_m: float
    week_cap_m: float
    is_week_known: bool
    run_cap_m: float
    best_week_m: float
    own_best_week_m: float
    unlock_m: float
    reason: str = ""

    @property
    def is_unlocked(self) -> bool:
        """Whether fast, hard and hilly running may begin again."""
        return self.best_week_m >= self.unlock_m

    @property
    def left_m(self) -> float:
        """What may still be run in these 7 days, in one session where that has a cap; NaN if unknown. [m]"""
        if not self.is_week_known:
            return float("nan")
        left = max(0.0, self.week_cap_m - self.week_m) if self.week_cap_m > 0.0 else float("nan")
        return float(np.fmin(left, self.run_cap_m))


class Past:
    """What was run up to a day of a return, made ready to be asked."""

    def __init__(
        self,
        started: date,
        day: date,
        runs: pd.DataFrame,
        sessions: pd.DataFrame,
        days: pd.DataFrame,
        limits: Limits,
    ) -> None:
        self.limits = limits
        fast_m = dict(zip(runs["run_id"], runs["fast_m"].astype(float), strict=True))
        whole = sessions[~sessions["is_unfinished"].astype(bool) & (sessions["local_date"] <= day)]
        fast = [
            float(np.nansum([fast_m[run_id] for run_id in run_ids.split()])) for run_ids in whole["run_ids"]
        ]
        self.rows: Sequence[Mapping[Any, Any]] = whole.assign(fast_m=fast).to_dict("records")
        self.first: date = days["local_date"].iloc[0]
        self.distance_m = days["distance_m"].to_numpy(dtype=float)
        self.unknown = days["distance_unknown_count"].to_numpy() > 0
        run_days: list[date] = days.loc[~days["is_rest_day"].astype(bool), "local_date"].tolist()
        self.last = max((on for on in run_days if on <= started), default=None)
        self.since = [on for on in run_days if started < on <= day]
        self.old_week_m, self.usual_run_m, self.reason = self._before()

    def caps_on(self, steps: Sequence[Step], on: date) -> Caps:
        """What phase 3 allows at the end of a day, the day's own running counted."""
        entered, phase_runs = self._runs_of_phase(steps, on)
        back = phase_runs[0] if phase_runs else None
        allowed = [run for run in self.since if run < entered and place_held(steps, run) >= RUNNING_PLACE]
        ends = [self.last, *allowed, back or on]
        known = [run for run in ends if run]
        off = max(((later - earlier).days - 1 for earlier, later in pairwise(known)), default=0)
        shares = self.limits.stage_shares(max(off, FEWEST_OFF_DAYS))
        row = (on - back).days if back else 0
        share = float(shares[row]) if row < shares.size else 1.0
        weeks = self._weeks(back, on)
        until = np.pad(shares, (0, max(weeks.size - shares.size, 0)), constant_values=1.0)[: weeks.size]
        # Who runs more than was allowed does not earn anything by it.
        within_m = np.minimum(weeks, until * self.old_week_m)
        run_cap_m = FIRST_RUN_RATIO * self.usual_run_m if share <= FIRST_RUN_RATIO else float("nan")
        return Caps(
            old_week_m=self.old_week_m,
            usual_run_m=self.usual_run_m,
            off_days=off,
            back_on=back,
            share=share,
            week_m=float(weeks[-1]),
            week_cap_m=share * self.old_week_m,
            is_week_known=self._is_known(back and max(back, on - timedelta(6)), on),
            run_cap_m=run_cap_m,
            best_week_m=float(within_m[:-1].max(initial=0.0)),
            own_best_week_m=float(within_m.max(initial=0.0)),
            unlock_m=self.limits.unlocked_ratio * self.old_week_m,
            reason=self.reason,
        )

    def done_on(self, steps: Sequence[Step], on: date) -> Done:
        """What was run in phase 3 up to a day, beside what full running asks of it."""
        caps, (_, phase_runs) = self.caps_on(steps, on), self._runs_of_phase(steps, on)
        reason = caps.reason or ("" if self._is_known(caps.back_on, on) else "not all of it has a distance")
        return Done(
            run_count=_spaced(phase_runs),
            least_run_count=self.limits.fewest_runs,
            week_m=caps.own_best_week_m,
            least_week_m=float("nan") if reason else self.limits.usual_ratio * self.old_week_m,
            reason=reason,
        )

    def _runs_of_phase(self, steps: Sequence[Step], on: date) -> tuple[date, list[date]]:
        """First day of the phase 3 in force, or last in force, on a day; and the days run on since."""
        entered = [step.day for step in steps if step.place == RUNNING_PLACE and step.day <= on][-1]
        runs = [run for run in self.since if entered <= run <= on]
        return entered, [run for run in runs if place_held(steps, run) >= RUNNING_PLACE]

    def _weeks(self, back: date | None, on: date) -> Floats:
        """Distance of the 7 days up to each day since the first run, none from before it; shape (days,)."""
        if back is None:
            return np.zeros(1)
        daily = self.distance_m[(back - self.first).days : (on - self.first).days + 1]
        return np.convolve(daily, np.ones(7))[: daily.size]

    def _is_known(self, begin: date | None, on: date) -> bool:
        """Whether the distance of all running from one day to another is known."""
        if begin is None:
            return True
        return not self.unknown[(begin - self.first).days : (on - self.first).days + 1].any()

    def _before(self) -> tuple[float, float, str]:
        """Mean week and middle session before the return, or why they cannot be told."""
        nothing = float("nan"), float("nan")
        if self.last is None:
            return *nothing, "no run is known from before it"
        end = (self.last - self.first).days + 1
        begin = end - BEFORE_DAYS
        if begin < 0:
            return *nothing, f"fewer than {BEFORE_DAYS} days are known from before it"
        if self.unknown[begin:end].any():
            return *nothing, "the distance of a run in the 4 weeks before it is unknown"
        old_week_m = float(self.distance_m[begin:end].sum()) * 7.0 / BEFORE_DAYS
        if old_week_m < self.limits.smallest_base_m:
            least = self.limits.smallest_base_m / 1000.0
            return *nothing, f"the 4 weeks before it hold less than {least:.0f} km each"
        usual_m = [
            row["distance_m"]
            for row in self.rows
            if self.last - timedelta(BEFORE_DAYS) < row["local_date"] <= self.last
        ]
        return old_week_m, float(np.nanmedian(usual_m)), ""


def _spaced(days: Sequence[date]) -> int:
    """How many of some days, in order, can be taken with a day between each two."""
    taken: list[date] = []
    for day in days:
        if not taken or (day - taken[-1]).days > 1:
            taken.append(day)
    return len(taken)
