"""Room as a runner says it: always rounded down, so that what is printed is still inside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loadwatch.words.dates import day
from loadwatch.words.quantities import (
    FOOT_M,
    MILE_M,
    MISSING,
    distance,
    distance_unit,
    is_missing,
    number,
    percent,
)
from loadwatch.words.sentences import count, listing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from loadwatch.words.quantities import Units

ROOM = "Up to here no rule speaks; not a target."
ROOM_TOGETHER = "If another of distance, speed and hills uses its room as well, keep to: "
NO_USUAL_WEEK = "No week can be proposed yet: it takes 3 weeks of running to know a usual one."
NAMES = {
    "session_m": "longest run",
    "distance_m": "distance in all",
    "coach_m": "by a coach's table",
    "hard_min": "hard running in all",
    "session_hard_min": "hard running in one run",
    "fast_m": "fast running in all",
    "climb_m": "climb in all",
    "session_climb_m": "climb in one run",
    "run_climb_pct": "climb for its distance",
    "descent_m": "descent in all",
    "session_descent_m": "descent in one run",
}
MOSTLY_PCT = 50.0

IN_A_LINE = ("session_m", "distance_m", "coach_m", "hard_min", "climb_m")


def room_line(last_day: date, most: Mapping[str, float], units: Units = "metric") -> str:
    """Room in one line: "Room until Sun 1 Nov: longest run 17.7 km, distance in all 49.5 km. Not a target.".

    Parameters
    ----------
    last_day
        Where it ends.
    most
        The limits by their names, NaN where nothing can be told.
    units
        metric or imperial.
    """
    told = [
        f"{room_name(name)} {room_amount(name, most[name], units)}"
        for name in IN_A_LINE
        if not is_missing(most.get(name))
    ]
    said = ", ".join(told) or "cannot tell"
    return f"Room until {day(last_day)}: {said}. Not a target."


def week_shape(
    most_share_pct: float,
    week_count: int,
    *,
    planned_share_pct: float,
    most_m: float,
    usual_m: float,
    units: Units = "metric",
) -> str:
    """How much of a week a long run may be by the runner's own weeks, and what that makes of the week.

    Parameters
    ----------
    most_share_pct, week_count
        In nine of ten of so many own weeks the longest run was at most so much of the distance. [%]
    planned_share_pct
        The most that the longest run is of a planned week. [%]
    most_m, usual_m
        Distance of the longest planned week and of a usual one. [m]
    units
        metric or imperial.
    """
    own = f"your own last {count(week_count, 'week')}"
    if most_share_pct >= 100.0:
        return f"Among {own} are such of a single run, so these may be mostly one run as well."
    # Of ten weeks or fewer, nine of ten are all of them.
    most = "nine of ten" if week_count > 10 else "each"
    told = f"In {most} of {own} the longest run was at most {percent(most_share_pct)} of the distance"
    if planned_share_pct > most_share_pct + 0.5:  # what rounding hides is no difference
        share = percent(planned_share_pct)
        return f"{told}. Here it is up to {share}, as there is too little to propose beside it."
    mostly = ", so a week may be mostly one run" if most_share_pct > MOSTLY_PCT else ""
    grown = (
        f" The longest holds {distance(most_m, units)}; your usual week, {distance(usual_m, units)}."
        if most_m > usual_m
        else ""
    )
    return f"{told}. No week here goes beyond that{mostly}.{grown}"


def week_doubts(untold: Sequence[str], speaking: Sequence[str], *, is_hilly_known: bool = True) -> list[str]:
    """What is to be known of proposed runs, each as a sentence: what no rule can limit, and what speaks.

    Parameters
    ----------
    untold
        What no rule can limit now, in words.
    speaking
        Ids of the rules that speak however short the runs are made.
    is_hilly_known
        Whether the runner's own climb and descent are known.
    """
    doubts = []
    if untold and is_hilly_known:
        doubts.append(
            f"No rule can tell of {listing(untold)} now, so these runs hold no more than your usual."
        )
    elif not is_hilly_known:
        doubts.append("No altitude is known, so climb and descent cannot be told: keep to your usual hills.")
    if speaking:
        rules = listing([f"[{rule}]" for rule in speaking])
        doubts.append(f"{rules} will speak of these runs, however short they are made.")
    return doubts


def room_name(name: str) -> str:
    """What a limit is of: "longest run"."""
    return NAMES[name]


def room_amount(name: str, most: float, units: Units = "metric") -> str:
    """A limit, rounded down: "17.7 km", "390 m", "9 min", "9 m/km"."""
    if is_missing(most):
        return MISSING
    factor, step, unit = _shown(name, units)
    # A hair below: at a limit itself a rule may speak already.
    steps = math.floor((most / factor - 1e-6) / step)
    return f"{number(max(steps, 0) * step, 1 if step < 1.0 else 0)} {unit}"


def _shown(name: str, units: Units) -> tuple[float, float, str]:
    """By what a limit is divided to be shown, to what it is rounded, and its unit."""
    is_imperial = units == "imperial"
    if name == "run_climb_pct":
        return (100.0 * FOOT_M / MILE_M, 1.0, "ft/mi") if is_imperial else (0.1, 1.0, "m/km")
    if name.endswith("_min"):
        return 1.0, 1.0, "min"
    if name == "fast_m":
        return 1.0, 10.0, "m"
    if "climb" in name or "descent" in name:
        return (FOOT_M, 10.0, "ft") if is_imperial else (1.0, 1.0, "m")
    return (MILE_M if is_imperial else 1000.0), 0.1, distance_unit(units)
