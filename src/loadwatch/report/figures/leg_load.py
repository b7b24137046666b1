"""Leg load by week, beside what was carried lately."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from loadwatch import columns, words
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _beside, _by_week
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.leg_load import LegLoad
    from loadwatch.report.figures._axes import Numbers
    from loadwatch.report.figures._panel import Table


PARTS = {  # of the reported week's bar, from the baseline up
    "km": _axes.WHOLE,
    "climb": replace(_axes.WHOLE, mine_alpha=0.7),
    "descent": replace(_axes.WHOLE, mine_alpha=0.45),
    "speed": replace(_axes.WHOLE, mine_alpha=0.25),
}


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's kilometre-equivalents, what the reported week's are made of, and the carried range."""
    weeks = _by_week.prepared(axes, history, palette)
    heights = weeks["leg_load_km"].to_numpy(dtype=float)
    if np.isnan(heights).all():
        _axes.no_data(axes, "no leg load in these weeks", palette)
        return
    carried, unit = history.leg_load, "km-eq"
    if carried.place != "unknown":
        unit += "; band: carried lately"
        _draw_carried(axes, carried, len(weeks), palette)
    is_mine = (weeks["week"] == history.week).to_numpy(dtype=bool)
    _by_week.bars(axes, history, weeks, np.where(is_mine, 0.0, heights), palette)
    bottoms, said = np.zeros(len(weeks)), []
    for (name, tone), part in zip(PARTS.items(), _parts(weeks), strict=True):
        mine = np.where(is_mine, part, 0.0)
        _by_week.bars(axes, history, weeks, mine, palette, bottoms=bottoms, tone=tone)
        for place in np.flatnonzero(is_mine & ((part >= 0.05) | (name == "km"))).tolist():
            middle = float(bottoms[place] + part[place] / 2)
            said.append(_beside.Beside(f"{words.number(part[place], 1)} {name}", middle, tone))
        bottoms = bottoms + mine
    _by_week.mark_empty(axes, weeks, heights, palette)
    said += [_beside.own_number(words.leg_load(heights[i]), heights[i]) for i in np.flatnonzero(is_mine)]
    _beside.finish(axes, unit, palette, said)


def _parts(weeks: pd.DataFrame) -> list[Numbers]:
    """Kilometres, and what climbs, descents and speed add to them, for each week."""
    added = [np.nan_to_num(weeks[name].to_numpy(dtype=float)) for name in columns.LEG_LOAD_PARTS]
    return [np.nan_to_num(weeks["leg_load_km"].to_numpy(dtype=float)) - sum(added), *added]


def _draw_carried(axes: Axes, carried: LegLoad, week_count: int, palette: Palette) -> None:
    """Put a band behind the weeks from the median to the maximum of what was carried."""
    band = Rectangle((-0.7, carried.low_km), week_count + 0.4, carried.high_km - carried.low_km, zorder=0.5)
    band.set(facecolor=palette.grid, linewidth=0)
    axes.add_artist(band)
    axes.hlines(
        [carried.low_km, carried.high_km],
        *(-0.7, week_count - 0.3),
        colors=palette.soft,
        linewidth=1.1,
        linestyles="--",
        zorder=1.5,
    )


def table(history: History) -> Table:
    """Week, kilometre-equivalents, and what they are made of beside the kilometres."""

    def part(name: str) -> Callable[[pd.Series[Any]], str]:
        return lambda row: words.leg_load(_view.number(row, f"leg_load_{name}_km"))

    return _by_week.table(
        history,
        {
            "leg load": lambda row: words.leg_load(_view.number(row, "leg_load_km")),
            "for climbs": part("climb"),
            "for descents": part("descent"),
            "for speed": part("speed"),
        },
    )


def told(history: History) -> str:
    """Say what the week's leg load is made of, where it lies, and whether the weights decide that."""
    load = history.leg_load
    added = [
        f"{words.number(part_km, 1)} for {what}"
        for part_km, what in (
            (load.climb_km, "climbing"),
            (load.descent_km, "descending"),
            (load.speed_km, "fast running"),
        )
        if part_km >= 0.05
    ]
    made = f", {words.listing(added)} among them" if added else ""
    said = f"{words.leg_load(load.total_km)}{made}"
    if load.place == "unknown":
        return f"{said}. Too few weeks before, without race or gap, to say what is carried."
    carried = f"{words.number(load.low_km, 1)} to {words.leg_load(load.high_km)}"
    decides = "does not change" if load.is_robust else "changes"
    return (
        f"{said}: {load.place} what was carried in the {words.count(load.week_count, 'week')} before "
        f"({carried}, median to maximum). Halving or doubling the weights {decides} this answer."
    )


PANEL = Panel(
    key="leg_load",
    title="Leg load by week",
    caption="Kilometres with climbs, descents and speed weighted in; walks and hikes count half. The band: "
    "what was carried lately. The weights are choices, not measurements; no rule "
    "speaks from this chart.",
    draw=draw,
    told=told,
    table=table,
)
