"""What the legs carried in a week, beside what they have carried lately: a chart's answer, never a flag.

No source gives tissue weights. So the answer is told together with whether halving or doubling the weights
of climbing, descending and speed would change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from loadwatch import columns

if TYPE_CHECKING:
    import pandas as pd

    from loadwatch._arrays import Bools, Floats

    Place = Literal["below", "within", "above", "unknown"]

CARRIED_WEEKS = 8
FEWEST_WEEKS = 4
LOOKED_BACK_WEEKS = 26  # what was carried longer ago says little of what the legs carry now
PARTS = columns.LEG_LOAD_PARTS


@dataclass(frozen=True)
class LegLoad:
    """A week's leg load in kilometre-equivalents.

    Attributes
    ----------
    total_km
        The week's load.
    climb_km, descent_km, speed_km
        What climbing, descending and running fast add to the kilometres. [km-eq]
    low_km, high_km
        The carried range: median and maximum of up to 8 complete weeks before without race or gap; NaN
        where fewer than 4 are there. [km-eq]
    week_count
        Weeks behind the range.
    place
        Where the week lies: below, within or above the range; unknown without one.
    is_robust
        Whether it lies there also with each of the weights, and all of them, halved or doubled.
    """

    total_km: float
    climb_km: float
    descent_km: float
    speed_km: float
    low_km: float
    high_km: float
    week_count: int
    place: Place
    is_robust: bool


def week_leg_load(weeks: pd.DataFrame, is_race_week: Bools, week: str) -> LegLoad:
    """A week's leg load beside the carried range.

    Parameters
    ----------
    weeks
        The `weeks` table.
    is_race_week
        Weeks with a race; shape (m,).
    week
        Label of the week asked about, a row of `weeks`.
    """
    row = weeks["week"].tolist().index(week)
    is_usable = (
        weeks["is_complete"].to_numpy(dtype=bool) & (weeks["run_count"].to_numpy() > 0) & ~is_race_week
    )
    before = np.arange(max(row - LOOKED_BACK_WEEKS, 0), row)
    rows = np.append(before[is_usable[before]][-CARRIED_WEEKS:], row)
    total_km = weeks["leg_load_km"].to_numpy(dtype=float)[rows]
    parts_km = np.nan_to_num(weeks[list(PARTS)].to_numpy(dtype=float)[rows])
    place, low_km, high_km = _placed(total_km)
    others = (_placed(total_km + parts_km @ change)[0] for change in _changes())
    climb_km, descent_km, speed_km = parts_km[-1].tolist()
    return LegLoad(
        total_km=float(total_km[-1]),
        climb_km=climb_km,
        descent_km=descent_km,
        speed_km=speed_km,
        low_km=low_km,
        high_km=high_km,
        week_count=rows.size - 1,
        place=place,
        is_robust=all(other == place for other in others),
    )


def _changes() -> list[Floats]:
    """What halving and doubling each weight, and all of them, adds to each kilometre-equivalent of theirs."""
    each = [*np.eye(len(PARTS)), np.ones(len(PARTS))]
    return [change * which for which in each for change in (-0.5, 1.0)]


def _placed(loads_km: Floats) -> tuple[Place, float, float]:
    """Where the last load lies among those before it, and their median and maximum."""
    *before, last = loads_km.tolist()
    if len(before) < FEWEST_WEEKS:
        return "unknown", float("nan"), float("nan")
    low_km, high_km = float(np.median(before)), max(before)
    return "below" if last < low_km else "above" if last > high_km else "within", low_km, high_km
