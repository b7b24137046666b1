"""How far the runner ran each week, and the longest run of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _beside, _by_week
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's distance as a bar, with a line across it at the longest run."""
    units = history.settings.units
    weeks = _by_week.prepared(axes, history, palette)
    scale = _axes.length_scale(units)
    heights = weeks["distance_m"].to_numpy(dtype=float) / scale
    longest = weeks["longest_run_m"].to_numpy(dtype=float) / scale
    _by_week.bars(axes, history, weeks, heights, palette)
    shown = np.flatnonzero(longest > 0)
    axes.hlines(longest[shown], shown - 0.4, shown + 0.4, colors=palette.ink, linewidth=1.6)
    _by_week.mark_empty(axes, weeks, heights, palette)
    said = []
    for mine in np.flatnonzero(weeks["week"] == history.week):
        if longest[mine] > 0:
            named = f"longest\n{words.distance(longest[mine] * scale, units)}"
            said.append(_beside.Beside(named, longest[mine], line="-"))
        said.append(_beside.own_number(words.distance(heights[mine] * scale, units), heights[mine]))
    _beside.finish(axes, words.distance_unit(units), palette, said)


def table(history: History) -> Table:
    """Week, distance, longest run and number of runs."""
    units: words.Units = history.settings.units
    return _by_week.table(
        history,
        {
            "distance": lambda row: words.distance(_view.number(row, "distance_m"), units),
            "longest run": lambda row: words.distance(_view.number(row, "longest_run_m"), units),
            "runs": lambda row: str(int(row["run_count"])),
        },
    )


def told(history: History) -> str:
    """Say how far, in how many runs, beside the weeks before."""
    units: words.Units = history.settings.units
    far = _by_week.beside_before(history, "distance_m", lambda length_m: words.distance(length_m, units))
    row = _view.reported_week(history)
    longest = words.distance(float("nan") if row is None else _view.number(row, "longest_run_m"), units)
    return f"{far}. Longest run {longest}."


PANEL = Panel(
    key="distance",
    title="Distance by week",
    caption="One bar a week; the line across it is the longest run. Hatched: still running. Dot: no run.",
    draw=draw,
    told=told,
    table=table,
)
