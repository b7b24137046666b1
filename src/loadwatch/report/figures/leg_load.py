"""Leg load by week, beside what was carried lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel, by_week

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's kilometre-equivalents."""
    weeks = _axes.prepared(axes, history, palette)
    heights = weeks["leg_load_km"].to_numpy(dtype=float)
    if np.isnan(heights).all():
        _axes.no_data(axes, "no leg load in these weeks", palette)
        return
    carried = history.leg_load
    if carried.place != "unknown":
        for level_km in (carried.low_km, carried.high_km):
            axes.axhline(level_km, color=palette.soft, linewidth=1.1, linestyle=(0, (3, 2)))
    _axes.week_bars(axes, history, weeks, heights, palette)
    _axes.mark_empty_weeks(axes, weeks, heights, palette)
    _axes.label_week(
        axes, history, weeks, heights, palette, lambda row: words.leg_load(_view.number(row, "leg_load_km"))
    )
    _axes.finish(axes, "km-eq", palette)


def table(history: History) -> Table:
    """Week, kilometre-equivalents, and what they are made of beside the kilometres."""

    def part(name: str) -> Callable[[pd.Series[Any]], str]:
        return lambda row: words.leg_load(_view.number(row, f"leg_load_{name}_km"))

    return by_week(
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
    caption="Kilometres with climbs, descents and speed weighted in; walks and hikes count half. Between "
    "the dashed lines: what was carried lately. The weights are choices, not measurements; no rule "
    "speaks from this chart.",
    draw=draw,
    told=told,
    table=table,
)
