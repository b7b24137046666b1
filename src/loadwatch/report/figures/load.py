"""Load by week, and what is carried of it: fitness, fatigue and form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _beside, _by_week
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table

LINES: dict[str, Literal["-", "--", ":"]] = {"fitness": "-", "fatigue": "--", "form": ":"}


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's mean load a day as a bar, and three lines from day to day, named beside them."""
    weeks = _by_week.prepared(axes, history, palette)
    heights = weeks["load"].to_numpy(dtype=float) / 7.0
    _by_week.bars(axes, history, weeks, heights, palette)
    _by_week.mark_empty(axes, weeks, heights, palette)
    days, x = _view.days_shown(history, _view.WEEK_COUNT)
    for name, line in LINES.items():
        axes.plot(x, days[name].to_numpy(dtype=float), line, color=palette.ink, linewidth=1.6, zorder=3)
    said = []
    for mine in np.flatnonzero(weeks["week"] == history.week):
        values = {name: _view.number(weeks.iloc[mine], name) for name in LINES}
        said = [
            _beside.Beside(f"{name} {words.number(value)}", value, line=LINES[name])
            for name, value in values.items()
            if not words.is_missing(value)
        ]
        said.append(_beside.own_number(f"{words.number(heights[mine])} a day", heights[mine]))
    _beside.finish(axes, "load a day", palette, said)
    axes.yaxis.set_major_formatter(lambda value, _: words.number(value))


def table(history: History) -> Table:
    """Week, its load, and the three averages on its last day."""

    def cell(name: str) -> Callable[[pd.Series[Any]], str]:
        return lambda row: words.number(_view.number(row, name))

    return _by_week.table(history, {name: cell(name) for name in ("load", *LINES)})


def told(history: History) -> str:
    """Say the week's load beside the weeks before, and what is carried at its end."""
    row = _view.reported_week(history)
    load = _by_week.beside_before(history, "load", words.number)
    values = {name: float("nan") if row is None else _view.number(row, name) for name in LINES}
    if any(map(words.is_missing, values.values())):
        return f"Load {load}. What is carried can be told from the 29th day of a history on."
    carried = words.listing([f"{name} {words.number(value)}" for name, value in values.items()])
    return f"Load {load}. At the end of the week: {carried}."


PANEL = Panel(
    key="load",
    title="Load, fitness, fatigue and form",
    caption="An hour at threshold is a load of 100. Bars: the week's load, a day on average. Fitness "
    "averages the load of about six weeks, fatigue that of about one; form is yesterday's fitness minus "
    "yesterday's fatigue. They describe your training, not your tissue: no rule speaks from them.",
    draw=draw,
    told=told,
    table=table,
    is_extra=True,
)
