"""A runner's tables with days that are still to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch.flags import Tables
from loadwatch.flags._returns import LOCKED_DAYS, LONGEST_STAGES_DAYS
from loadwatch.flags._rule import ordinals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loadwatch._arrays import Floats
    from loadwatch.runner.by_speed import SpeedDays

# Rules that set room look at no other columns, and few are quick to extend.
RUNS = ("run_id", "local_date", "distance_m", "elevation_gain_computed_m", "hill_repetition_count")
SESSIONS = (
    *("local_date", "distance_m", "elevation_gain_m", "elevation_loss_m", "steep_descent_m", "hard_s"),
    *("is_treadmill", "is_race", "is_likely_race", "run_ids", "is_unfinished"),
)
DAYS = (
    *("local_date", "run_count", "is_rest_day", "distance_m", "elevation_gain_m", "elevation_loss_m"),
    *("altitude_known_m", "distance_unknown_count", "is_on_foot", "walked_descent_m", "is_covered"),
)
LONGEST_RETURN_DAYS = 28 + LONGEST_STAGES_DAYS + LOCKED_DAYS  # after it, a break counts no longer
LOOKED_AT_DAYS = 4000  # more than any threshold may ask for
EASY_MPS = 2.5  # only to give a planned run a duration, which no limit rests on


@dataclass(frozen=True)
class PlannedRun:
    """One run still to come: its day, and the most of what counts.

    Attributes
    ----------
    day
        When.
    distance_m, hard_min, fast_m, climb_m, descent_m
        How much of each; climb and descent NaN where the runner's own are unknown.
    """

    day: date
    distance_m: float
    hard_min: float = 0.0
    fast_m: float = 0.0
    climb_m: float = 0.0
    descent_m: float = 0.0

    @property
    def run_id(self) -> str:
        """An id that no run of a file has."""
        return f"planned-{self.day.isoformat()}"


def until(tables: Tables, day: date) -> Tables:
    """What the tables knew on a day, in the columns that limits rest on.

    Of long histories only the years that any rule looks at.
    """
    on_foot = ordinals(tables.days)[tables.days["is_on_foot"].to_numpy(dtype=bool)]
    # A break that may still count, and what was run before it, belong to them.
    before = on_foot[on_foot <= day.toordinal() - LONGEST_RETURN_DAYS]
    first = int(before[-1]) - LOOKED_AT_DAYS if before.size else 0
    skipped = int(np.count_nonzero(ordinals(tables.days) < first))
    runs, sessions, days = (
        _between(table, first, day.toordinal())[list(names)].reset_index(drop=True)
        for table, names in ((tables.runs, RUNS), (tables.sessions, SESSIONS), (tables.days, DAYS))
    )
    speeds = {name: values[skipped : skipped + len(days)] for name, values in vars(tables.speeds).items()}
    diary = tuple(entry for entry in tables.diary if entry.date <= day)
    return Tables(runs, sessions, days, replace(tables.speeds, **speeds), diary)


def _between(table: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    day = ordinals(table)
    return table.loc[(day >= first) & (day <= last)]


def followed_by(tables: Tables, planned: Sequence[PlannedRun], last_day: date) -> Tables:
    """Tables that go on to a later day with some runs, at most one a day, by the speeds known last.

    Parameters
    ----------
    tables
        As `until` gives them, with at least one day.
    planned
        Runs after their last day; what is left out are days of rest.
    last_day
        Where the tables are to end.
    """
    begin = tables.days["local_date"].iloc[-1]
    calendar = [begin + timedelta(days=ahead + 1) for ahead in range((last_day - begin).days)]
    run_on = {run.day: run for run in planned}
    runs = [
        {
            "run_id": run.run_id,
            "local_date": run.day,
            "distance_m": run.distance_m,
            "elevation_gain_computed_m": run.climb_m,
            "hill_repetition_count": 0.0,
        }
        for run in planned
    ]
    sessions = [
        {
            "local_date": run.day,
            "distance_m": run.distance_m,
            "elevation_gain_m": run.climb_m,
            "elevation_loss_m": run.descent_m,
            "steep_descent_m": 0.0,
            "hard_s": 60.0 * run.hard_min,
            "is_treadmill": False,
            "is_race": False,
            "is_likely_race": False,
            "run_ids": run.run_id,
            "is_unfinished": False,
        }
        for run in planned
    ]
    days = [_day(day, run_on.get(day)) for day in calendar]
    return Tables(
        _longer(tables.runs, runs),
        _longer(tables.sessions, sessions),
        _longer(tables.days, days),
        _faster(tables.speeds, [run_on.get(day) for day in calendar]),
        tables.diary,
    )


def _day(day: date, run: PlannedRun | None) -> dict[str, Any]:
    distance_m = run.distance_m if run else 0.0
    is_hilly_known = run is None or not np.isnan(run.climb_m)
    return {
        "local_date": day,
        "run_count": int(run is not None),
        "is_rest_day": run is None,
        "distance_m": distance_m,
        "elevation_gain_m": run.climb_m if run else 0.0,
        "elevation_loss_m": run.descent_m if run else 0.0,
        "altitude_known_m": distance_m if is_hilly_known else 0.0,
        "distance_unknown_count": 0,
        "is_on_foot": run is not None,
        "walked_descent_m": 0.0,
        "is_covered": True,
    }


def _longer(table: pd.DataFrame, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table with some rows more, each column of the kind it was."""
    return pd.DataFrame(
        {
            name: pd.Series([*values.tolist(), *(row[str(name)] for row in rows)], dtype=values.dtype)
            for name, values in table.items()
        }
    )


def _faster(speeds: SpeedDays, runs: Sequence[PlannedRun | None]) -> SpeedDays:
    """Speeds of some days more: what is planned hard or fast is so by any speed."""
    hard_s, fast_m = (
        np.array([amount * getattr(run, name) if run else 0.0 for run in runs])
        for amount, name in ((60.0, "hard_min"), (1.0, "fast_m"))
    )
    timer_s = np.array([max(run.distance_m / EASY_MPS, 1.0) if run else 0.0 for run in runs])

    def on(values: Any, more: Any) -> Any:
        return np.concatenate([values, np.asarray(more, dtype=values.dtype)])

    def kept(values: Any) -> Any:
        return on(values, np.repeat(values[-1:], len(runs)))

    def by_speed(table: Floats, daily: Floats) -> Floats:
        return np.vstack([table, np.repeat(daily[:, None], table.shape[1], axis=1)])

    return replace(
        speeds,
        critical_mps=kept(speeds.critical_mps),
        fast_mps=kept(speeds.fast_mps),
        hard_column=kept(speeds.hard_column),
        fast_column=kept(speeds.fast_column),
        hard_s=by_speed(speeds.hard_s, hard_s),
        fast_m=by_speed(speeds.fast_m, fast_m),
        told_s=on(speeds.told_s, timer_s),
        timer_s=on(speeds.timer_s, timer_s),
        clean_count=on(speeds.clean_count, [int(run is not None) for run in runs]),
    )
