"""Running time by week, and how much of it was hard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel, by_week

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's running time, and in front of it the minutes that were hard."""
    weeks = _axes.prepared(axes, history, palette)
    total = weeks["moving_s"].to_numpy(dtype=float) / 60
    hard = weeks["hard_s"].to_numpy(dtype=float) / 60
    _axes.week_bars(axes, history, weeks, total, palette, alpha=0.45)
    _axes.week_bars(axes, history, weeks, hard, palette)
    _axes.mark_empty_weeks(axes, weeks, total, palette)
    for position in np.flatnonzero((total > 0) & np.isnan(hard)):
        axes.text(float(position), 0, "?", ha="center", va="bottom", color=palette.soft)
    _axes.label_week(
        axes, history, weeks, total, palette, lambda row: f"{words.minutes(_view.number(row, 'hard_s'))} hard"
    )
    _axes.finish(axes, "min, hard ones in front", palette)


def table(history: History) -> Table:
    """Week, running time, hard minutes and the easy share."""
    return by_week(
        history,
        {
            "running": lambda row: words.duration(_view.number(row, "moving_s")),
            "hard": lambda row: words.minutes(_view.number(row, "hard_s")),
            "easy share": lambda row: words.percent(_view.number(row, "easy_share_pct")),
        },
    )


def told(history: History) -> str:
    """Say what is easy and hard for the runner, as known on the last day told of, or why nobody can."""
    zones = history.zones_on(_view.last_day(history))
    easy, hard = (zones[zones["zone"] == name].iloc[0] for name in ("easy", "hard"))
    if words.is_missing(_view.number(easy, "speed_high_mps")):
        return f"What is easy or hard for you cannot be told: {words.TOO_FEW_HARD_EFFORTS}."
    slow = words.pace(_view.number(easy, "speed_high_mps"), history.settings.units)
    fast = words.pace(_view.number(hard, "speed_low_mps"), history.settings.units)
    return f"For you, on the flat, easy is slower than {slow} and hard is {fast} or faster."


PANEL = Panel(
    key="hard",
    title="Hard and easy running",
    caption="Running time by week, with the minutes at or near threshold in front.",
    draw=draw,
    told=told,
    table=table,
)
