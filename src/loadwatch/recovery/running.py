"""What was run in a return, against its phase: named with its numbers, and what may be run now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.recovery.phases import PHASES
from loadwatch.recovery.state import state_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from loadwatch._arrays import Floats
    from loadwatch.diary import Entry
    from loadwatch.recovery.phases import Phase
    from loadwatch.recovery.state import State

    StageShares = Callable[[int], Floats]

RUNNING_PLACE = 2  # of phase 3, the first that allows running
BEFORE_DAYS = 28
FEWEST_OFF_DAYS = 10  # the stages of a shorter break are those of this one: something was hurt
FIRST_RUN_RATIO = 0.5  # a first run over a usual one, at most; article 001 begins with short runs
SPARE_RATIO = 1.05  # nobody hits a distance to the metre


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
    """

    stage_shares: StageShares
    unlocked_ratio: float = 0.55
    fast_run_m: float = 400.0
    hilly_pct: float = 1.0
    hard_min: float = 10.0
    smallest_base_m: float = 10_000.0


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


@dataclass(frozen=True)
class Named:
    """A session that its phase did not allow.

    Attributes
    ----------
    day, run_ids
        Its day, and its runs separated by spaces.
    place
        Of the phase among `PHASES`.
    kinds
        Why: early (no running in this phase), fast, hard, hilly, long (of one session) or week (of 7 days).
    distance_m, fast_m, climb_m, hard_s
        Its numbers. [m, s]
    caps
        What was allowed that day; None in a phase without running.
    """

    day: date
    run_ids: str
    place: int
    kinds: tuple[str, ...]
    distance_m: float
    fast_m: float
    climb_m: float
    hard_s: float
    caps: Caps | None

    @property
    def phase(self) -> Phase:
        """The phase it was run in."""
        return PHASES[self.place]


@dataclass(frozen=True)
class Recovery:
    """A return to running: where it stands, what may be run, and what was run too early.

    Attributes
    ----------
    state
        Where it stands.
    caps
        What may be run; None in phases that allow no running, or all of it.
    named
        Sessions that their phase did not allow, oldest first.
    """

    state: State
    caps: Caps | None
    named: tuple[Named, ...]


def recovery_on(
    entries: Iterable[Entry],
    runs: pd.DataFrame,
    sessions: pd.DataFrame,
    days: pd.DataFrame,
    day: date,
    limits: Limits,
) -> Recovery | None:
    """Where a return to running stands at the end of a day; None where none is open.

    A session is held against the phase of its own day, or of the day before where that allowed more: within a
    day nobody knows what came first.

    Parameters
    ----------
    entries
        Of the diary, in its order.
    runs, sessions, days
        As `runner.runs_table`, `days.sessions_table` and `days.days_table` give them; what lies after the day
        is not looked at.
    day
        The day asked for.
    limits
        What sessions are held against.
    """
    state = state_on(entries, day)
    if state is None:
        return None
    past = _Past(state, runs, sessions, days, limits)
    named = [
        one
        for row in past.rows
        if row["local_date"] > state.started
        for one in [past.held_against(row)]
        if one.kinds
    ]
    is_running = state.steps[-1].place == RUNNING_PLACE
    return Recovery(state, past.caps_on(day) if is_running else None, tuple(named))


class _Past:
    """What was run up to a day of a return, made ready to be asked."""

    def __init__(
        self, state: State, runs: pd.DataFrame, sessions: pd.DataFrame, days: pd.DataFrame, limits: Limits
    ) -> None:
        self.limits, self.steps, self.started = limits, state.steps, state.started
        fast_m = dict(zip(runs["run_id"], runs["fast_m"].astype(float), strict=True))
        whole = sessions[~sessions["is_unfinished"].astype(bool) & (sessions["local_date"] <= state.day)]
        fast = [
            float(np.nansum([fast_m[run_id] for run_id in run_ids.split()])) for run_ids in whole["run_ids"]
        ]
        self.rows: Sequence[Mapping[Any, Any]] = whole.assign(fast_m=fast).to_dict("records")
        self.first: date = days["local_date"].iloc[0]
        self.distance_m = days["distance_m"].to_numpy(dtype=float)
        self.unknown = days["distance_unknown_count"].to_numpy() > 0
        run_days: list[date] = days.loc[~days["is_rest_day"].astype(bool), "local_date"].tolist()
        self.last = max((on for on in run_days if on <= self.started), default=None)
        self.allowed = [
            on for on in run_days if self.started < on <= state.day and self.place_of(on) >= RUNNING_PLACE
        ]
        self.old_week_m, self.usual_run_m, self.reason = self._before()

    def place_of(self, on: date) -> int:
        """The phase that a session of some day is held against."""
        return max(
            [step.place for step in self.steps if step.day <= on][-1],
            *[step.place for step in self.steps if step.day < on][-1:],
        )

    def held_against(self, row: Mapping[Any, Any]) -> Named:
        """One session against its phase."""
        on, place = row["local_date"], self.place_of(row["local_date"])
        caps = self.caps_on(on) if place == RUNNING_PLACE else None
        kinds = ("early",) if place < RUNNING_PLACE else self._kinds(row, caps) if caps else ()
        return Named(
            *(on, row["run_ids"], place, kinds, float(row["distance_m"]), row["fast_m"]),
            *(float(row["elevation_gain_m"]), float(row["hard_s"]), caps),
        )

    def _kinds(self, row: Mapping[Any, Any], caps: Caps) -> tuple[str, ...]:
        limits, distance_m = self.limits, row["distance_m"]
        is_locked = not caps.is_unlocked
        kinds = {
            "fast": is_locked and row["fast_m"] >= limits.fast_run_m,
            "hard": is_locked and row["hard_s"] >= 60.0 * limits.hard_min,
            "hilly": is_locked and row["elevation_gain_m"] > limits.hilly_pct / 100.0 * distance_m,
            "long": distance_m > SPARE_RATIO * caps.run_cap_m,
            "week": caps.week_m > SPARE_RATIO * caps.week_cap_m,
        }
        return tuple(kind for kind, is_so in kinds.items() if is_so)

    def caps_on(self, on: date) -> Caps:
        """What phase 3 allows at the end of a day, the day's own running counted."""
        entered = [step.day for step in self.steps if step.place == RUNNING_PLACE and step.day <= on][-1]
        back = next((run for run in self.allowed if entered <= run <= on), None)
        ends = [self.last, *(run for run in self.allowed if run < entered), back or on]
        known = [run for run in ends if run]
        off = max(((later - earlier).days - 1 for earlier, later in pairwise(known)), default=0)
        shares = self.limits.stage_shares(max(off, FEWEST_OFF_DAYS))
        row = (on - back).days if back else 0
        share = float(shares[row]) if row < shares.size else 1.0
        weeks = self._weeks(back, on)
        until = np.pad(shares, (0, max(weeks.size - shares.size, 0)), constant_values=1.0)[: weeks.size]
        # Who runs more than was allowed does not earn fast running by it.
        within_m = np.minimum(weeks, until * self.old_week_m)[:-1]
        run_cap_m = FIRST_RUN_RATIO * self.usual_run_m if share <= FIRST_RUN_RATIO else float("nan")
        return Caps(
            old_week_m=self.old_week_m,
            usual_run_m=self.usual_run_m,
            off_days=off,
            back_on=back,
            share=share,
            week_m=float(weeks[-1]),
            week_cap_m=share * self.old_week_m,
            is_week_known=self._is_week_known(back, on),
            run_cap_m=run_cap_m,
            best_week_m=float(within_m.max(initial=0.0)),
            unlock_m=self.limits.unlocked_ratio * self.old_week_m,
            reason=self.reason,
        )

    def _weeks(self, back: date | None, on: date) -> Floats:
        """Distance of the 7 days up to each day since the first run, none from before it; shape (days,)."""
        if back is None:
            return np.zeros(1)
        daily = self.distance_m[(back - self.first).days : (on - self.first).days + 1]
        return np.convolve(daily, np.ones(7))[: daily.size]

    def _is_week_known(self, back: date | None, on: date) -> bool:
        if back is None:
            return True
        begin = max(back, on - timedelta(6))
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
