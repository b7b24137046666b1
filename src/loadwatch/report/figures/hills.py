"""Climb and descent by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel, beside_weeks_before, by_week

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's climb upwards and its descent downwards."""
    units = history.settings.units
    scale = words.FOOT_M if units == "imperial" else 1.0
    weeks = _axes.prepared(axes, history, palette)
    gain = weeks["elevation_gain_m"].to_numpy(dtype=float) / scale
    loss = weeks["elevation_loss_m"].to_numpy(dtype=float) / scale
    if np.isnan(gain).all():
        _axes.no_data(axes, "no altitude in these weeks", palette)
        return
    _axes.week_bars(axes, history, weeks, gain, palette)
    _axes.week_bars(axes, history, weeks, -loss, palette, alpha=0.6)
    axes.axhline(0, color=palette.soft, linewidth=0.8)
    _axes.mark_empty_weeks(axes, weeks, gain, palette)
    for position in np.flatnonzero(np.isnan(gain)):
        axes.text(float(position), 0, "?", ha="center", va="bottom", color=palette.soft)
    _axes.label_week(
        axes,
        history,
        weeks,
        gain,
        palette,
        lambda row: words.climb(_view.number(row, "elevation_gain_m"), units),
    )
    _axes.finish(axes, f"{words.climb_unit(units)} up and down", palette)


def table(history: History) -> Table:
    """Week, climb and descent."""
    units: words.Units = history.settings.units
    return by_week(
        history,
        {
            "climb": lambda row: words.climb(_view.number(row, "elevation_gain_m"), units),
            "descent": lambda row: words.climb(_view.number(row, "elevation_loss_m"), units),
        },
    )


def told(history: History) -> str:
    """Say how much up, beside the weeks before."""
    units: words.Units = history.settings.units
    return (
        f"Up {beside_weeks_before(history, 'elevation_gain_m', lambda climb_m: words.climb(climb_m, units))}."
    )


PANEL = Panel(
    key="climb",
    title="Climb and descent",
    caption="Computed from the altitude samples, one method per kind of sensor.",
    draw=draw,
    told=told,
    table=table,
)
