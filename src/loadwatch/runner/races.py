"""Which runs were likely races, told from each run and earlier ones.

No source says how a race looks in a file, so all of this is a design choice, made to be rather silent: a
race distance, run without a stop and evenly, clearly faster than usual, and about as fast as anything of that
length in a year. Races over other distances, or with the warming up in the same file, are for the runner to
mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Floats
    from loadwatch.runs import RunRecord

DISTANCES_M = (5000.0, 10_000.0, 15_000.0, 16_093.4, 21_097.5, 42_195.0)
SHORTEST_RATIO, LONGEST_RATIO = 0.985, 1.03  # of a race distance, as receivers measure it
CONTINUOUS_RATIO = 0.97  # of the time from start to end that was run
# Normalized over mean graded speed: 1.01 to 1.02 in races, 1.04 in a session of intervals.
MOST_UNEVEN_RATIO = 1.03
USUAL_DAYS = 90
FEWEST_RUNS = 8  # in those days, or nobody knows what is usual
# As for the hard efforts that critical speed rests on.
HARD_RATIO = 1.08
BEST_DAYS = 365
NEAR_BEST_RATIO = 0.97


def likely_races(records: Sequence[RunRecord], first: int = 0) -> list[bool]:
    """Whether each run was likely a race.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    first
        Place of the first run that is asked for.

    Returns
    -------
    list of bool
        For each run from `first` on.
    """
    # Who flies west may start a later run on an earlier day.
    day = np.maximum.accumulate(np.array([record.facts["local_date"].toordinal() for record in records]))
    distance_m, elapsed_s, moving_s, graded_mps, normalized_mps = (
        np.array([record.facts[name] for record in records], dtype=float)
        for name in ("distance_m", "elapsed_s", "moving_s", "graded_speed_mean_mps", "normalized_speed_mps")
    )
    is_outside = np.array([not record.facts["is_treadmill"] for record in records], dtype=bool)
    race_m = _race_distances_m(distance_m)
    # Comparing with NaN gives False, so what is unknown is no race.
    is_possible = is_outside & (race_m > 0.0) & (moving_s >= CONTINUOUS_RATIO * elapsed_s)
    is_possible &= normalized_mps <= MOST_UNEVEN_RATIO * graded_mps
    graded_mps = np.where(is_outside, graded_mps, np.nan)
    is_race = np.zeros(len(records), dtype=bool)
    for place in (first + np.flatnonzero(is_possible[first:])).tolist():
        until = slice(np.searchsorted(day, day[place] - USUAL_DAYS, side="right"), place)
        before_mps = graded_mps[until][~np.isnan(graded_mps[until])]
        if before_mps.size < FEWEST_RUNS or not graded_mps[place] >= HARD_RATIO * np.median(before_mps):
            continue
        year = slice(np.searchsorted(day, day[place] - BEST_DAYS, side="right"), place)
        is_as_long = distance_m[year] >= SHORTEST_RATIO * race_m[place]
        best_mps = np.fmax.reduce(graded_mps[year][is_as_long], initial=0.0)
        is_race[place] = graded_mps[place] >= NEAR_BEST_RATIO * best_mps
    return list(map(bool, is_race[first:]))


def _race_distances_m(distance_m: Floats) -> Floats:
    """The race distance that each run is about as long as, 0 where there is none. [m]"""
    race_m = np.zeros(distance_m.size)
    for length_m in DISTANCES_M:
        race_m[(distance_m >= SHORTEST_RATIO * length_m) & (distance_m <= LONGEST_RATIO * length_m)] = (
            length_m
        )
    return race_m
