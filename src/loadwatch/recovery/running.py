"""What was run in a return, against its phase: named with its numbers, and what may be run now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from loadwatch.diary import by_site
from loadwatch.recovery.caps import Caps, Limits, Past
from loadwatch.recovery.phases import PHASES, RUNNING_PLACE
from loadwatch.recovery.state import place_held, reds_on, start_of, state_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from loadwatch.diary import Assessment, Entry
    from loadwatch.recovery.phases import Phase
    from loadwatch.recovery.state import State

SPARE_RATIO = 1.05  # nobody hits a distance to the metre


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
        Why: early (no running in this phase), red (in the diary, wherever), fast, hard, hilly, long (of one
        session) or week (of 7 days).
    distance_m, fast_m, climb_m, hard_s
        Its numbers. [m, s]
    caps
        What was allowed that day; None in a phase without running, or without caps.
    red
        What was red in the diary that day, and on the day before.
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
    red: tuple[Assessment, ...] = ()

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
    day nobody knows what came first. So red counts from the day after it was told.

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
    told = tuple(entries)
    start = start_of(told, day)
    if start is None:
        return None
    past = Past(start.date, day, runs, sessions, days, limits)
    state = state_on(told, day, past.done_on)
    if state is None:
        return None
    sites = by_site(one for one in told if one.date <= day)
    named = [_held_against(row, past, state, sites) for row in past.rows if row["local_date"] > state.started]
    is_running = state.steps[-1].place == RUNNING_PLACE
    caps = past.caps_on(state.steps, day) if is_running else None
    return Recovery(state, caps, tuple(one for one in named if one.kinds))


def _held_against(
    row: Mapping[Any, Any], past: Past, state: State, sites: Mapping[str, Sequence[Entry]]
) -> Named:
    """One session against its phase, and against what was red."""
    on, place = row["local_date"], place_held(state.steps, row["local_date"])
    caps = past.caps_on(state.steps, on) if place == RUNNING_PLACE else None
    kinds = ("early",) if place < RUNNING_PLACE else _kinds(row, caps, past.limits) if caps else ()
    before = {one.entry.site for one in reds_on(sites, on - timedelta(1))}
    red = tuple(one for one in reds_on(sites, on) if one.entry.site in before)
    return Named(
        *(on, row["run_ids"], place, (*(["red"] if red else []), *kinds)),
        *(float(row["distance_m"]), row["fast_m"], float(row["elevation_gain_m"]), float(row["hard_s"])),
        *(caps, red),
    )


def _kinds(row: Mapping[Any, Any], caps: Caps, limits: Limits) -> tuple[str, ...]:
    distance_m, is_locked = row["distance_m"], not caps.is_unlocked
    kinds = {
        "fast": is_locked and row["fast_m"] >= limits.fast_run_m,
        "hard": is_locked and row["hard_s"] >= 60.0 * limits.hard_min,
        "hilly": is_locked and row["elevation_gain_m"] > limits.hilly_pct / 100.0 * distance_m,
        "long": distance_m > SPARE_RATIO * caps.run_cap_m,
        "week": caps.week_m > SPARE_RATIO * caps.week_cap_m,
    }
    return tuple(kind for kind, is_so in kinds.items() if is_so)
