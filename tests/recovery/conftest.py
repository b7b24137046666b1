"""A runner before and in a return, from a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from loadwatch.diary import Entry
from loadwatch.flags._returns import stage_shares
from loadwatch.recovery.running import Limits, recovery_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loadwatch.recovery.running import Recovery

FIRST = date(2026, 1, 5)  # a Monday
STRAIN = 41  # the Sunday that ends six weeks
WEEK_KM = {1: 8.0, 3: 10.0, 5: 6.0, 6: 15.0}  # 39 km


@dataclass(frozen=True)
class Past:
    """Tables of a runner, with everything that a return looks at."""

    runs: pd.DataFrame
    sessions: pd.DataFrame
    days: pd.DataFrame

    def on(self, entries: Sequence[Entry], number: int) -> Recovery | None:
        """The return on a day, by its number."""
        day = FIRST + timedelta(number)
        return recovery_on(entries, self.runs, self.sessions, self.days, day, Limits(stage_shares))

    def until(self, number: int) -> Past:
        """What was there on a day."""
        last = FIRST + timedelta(number)
        return Past(*(frame[frame["local_date"] <= last] for frame in (self.runs, self.sessions, self.days)))


def _run(position: int, run: dict[str, Any]) -> dict[str, Any]:
    return {
        "run_id": f"run{position}",
        "run_ids": f"run{position}",
        "local_date": FIRST + timedelta(run["day"]),
        "distance_m": 1000.0 * run["km"],
        "elevation_gain_m": run.get("climb_m", 0.0),
        "hard_s": 60.0 * run.get("hard_min", 0.0),
        "fast_m": run.get("fast_m", 0.0),
        "is_unfinished": False,
    }


@pytest.fixture(scope="session")
def past() -> Callable[..., Past]:
    """Six weeks of 39 km up to the strain, and what was run since: day, km, climb_m, fast_m, hard_min."""

    def make(*since: dict[str, Any], weeks: int = 6, days: int = 200) -> Past:
        before = [
            {"day": 7 * (6 - weeks + week) + day, "km": km}
            for week in range(weeks)
            for day, km in WEEK_KM.items()
        ]
        rows = pd.DataFrame([_run(position, run) for position, run in enumerate([*before, *since])])
        first = rows["local_date"].min()
        calendar = [first + timedelta(number) for number in range(days)]
        distance_m = rows.groupby("local_date")["distance_m"].sum().reindex(calendar)
        table = pd.DataFrame(
            {
                "local_date": calendar,
                "distance_m": distance_m.fillna(0.0).to_numpy(),
                "distance_unknown_count": 0,
                "is_rest_day": distance_m.isna().to_numpy(),
            }
        )
        return Past(rows, rows, table)

    return make


@pytest.fixture(scope="session")
def entry() -> Callable[..., Entry]:
    """An entry of a day, by its number; about the middle of the left thigh if nothing else is said."""
    return lambda number, **told: Entry(FIRST + timedelta(number), **({"site": "mid-thigh"} | told))


@pytest.fixture(scope="session")
def day() -> Callable[[int], date]:
    """The date of a day's number."""
    return lambda number: FIRST + timedelta(number)
