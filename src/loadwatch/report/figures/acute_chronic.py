"""The last week's distance over that of the weeks before it, from day to day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _beside, _by_week
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table

HIGHEST = 3.0  # after a break the ratio has no bounds, and would press the rest flat


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw the ratio of each day as a line, the reported week's part of it in the accent colour."""
    weeks = _by_week.prepared(axes, history, palette)
    days, x = _view.days_shown(history, _view.WEEK_COUNT)
    ratio = days["acute_chronic_ratio"].to_numpy(dtype=float)
    if not np.isfinite(ratio).any():
        _axes.no_data(axes, "too little running to compare with", palette)
        return
    axes.plot(x, np.minimum(ratio, HIGHEST), color=palette.soft, linewidth=1.5, zorder=2)
    is_beyond = ratio > HIGHEST
    axes.plot(x[is_beyond], np.full(is_beyond.sum(), HIGHEST), "^", color=palette.soft, markersize=3.5)
    said = [_beside.Beside("as before", 1.0)]
    is_mine = (days["week"] == history.week).to_numpy(dtype=bool) & np.isfinite(ratio)
    if is_mine.any():
        mine_x, mine = x[is_mine], np.minimum(ratio[is_mine], HIGHEST)
        axes.plot(mine_x, mine, color=palette.accent, linewidth=2.6, solid_capstyle="round", zorder=3)
        axes.plot(mine_x[-1:], mine[-1:], "o", color=palette.accent, markersize=6, zorder=4)
        said.append(_beside.own_number(words.number(float(ratio[is_mine][-1]), 2), float(mine[-1])))
    _by_week.mark_unknown(axes, weeks["acute_chronic_ratio"].isna().to_numpy(dtype=bool), palette)
    axes.set_ylim(0, max(2.0, 1.15 * float(np.nanmax(np.minimum(ratio, HIGHEST)))))
    _axes.scale_lines(axes, np.arange(0.0, axes.get_ylim()[1], 0.5), palette, until=_beside.SHOWN_SHARE)
    axes.yaxis.set_major_formatter(lambda value, _: words.number(value, 1))
    axes.set_title("times as far as before", loc="left", fontsize="medium", color=palette.soft)
    _beside.write(axes, said, palette)


def table(history: History) -> Table:
    """Week, the ratio in two ways, and Foster's monotony and strain, all on the week's last day."""

    def cell(name: str, decimals: int) -> Callable[[pd.Series[Any]], str]:
        return lambda row: words.number(_view.number(row, name), decimals)

    return _by_week.table(
        history,
        {
            "acute:chronic": cell("acute_chronic_ratio", 2),
            "weighted": cell("acute_chronic_ewma_ratio", 2),
            "monotony": cell("monotony_ratio", 2),
            "strain": cell("strain", 0),
        },
    )


def told(history: History) -> str:
    """Say the ratio at the week's end and a week before, or why nobody can."""
    row = _view.reported_week(history)
    ratio = float("nan") if row is None else _view.number(row, "acute_chronic_ratio")
    if words.is_missing(ratio):
        return "Cannot tell: it needs 28 days of history, and running in the 21 days before the last 7."
    before = _view.weeks_before(history, 1)["acute_chronic_ratio"].astype(float).dropna()
    earlier = f"; a week before, {words.number(float(before.iloc[-1]), 2)}" if len(before) else ""
    return f"{words.number(ratio, 2)} at the end of the week{earlier}."


PANEL = Panel(
    key="acute_chronic",
    title="Acute to chronic distance",
    caption="The distance of the last 7 days over a third of that of the 21 days before: at 1, as much as "
    "then. No rule speaks from it, and it has no coloured zones: among 5,205 runners a higher ratio did not "
    "go with more injuries (Frandsen 2025), among 435 others a low one did (Nakaoka 2021), and the zones "
    "that some tools paint come from team sports. Monotony and strain, in the numbers, were studied for "
    "illness.",
    draw=draw,
    told=told,
    table=table,
    is_extra=True,
)
