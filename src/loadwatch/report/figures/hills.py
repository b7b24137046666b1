"""Climb and descent by week, and how much of both was steep."""

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


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's climb upwards and its descent downwards, steep parts next to the baseline."""
    units = history.settings.units
    scale = words.FOOT_M if units == "imperial" else 1.0
    weeks = _by_week.prepared(axes, history, palette)
    gain, loss, steep_up, steep_down = (
        weeks[name].to_numpy(dtype=float) / scale
        for name in ("elevation_gain_m", "elevation_loss_m", "steep_climb_m", "steep_descent_m")
    )
    if not (weeks["run_count"].to_numpy() > 0)[~np.isnan(gain)].any():
        _axes.no_data(axes, "no altitude in these weeks", palette)
        return
    for whole, steep in ((gain, np.nan_to_num(steep_up)), (-loss, -np.nan_to_num(steep_down))):
        _by_week.bars(axes, history, weeks, steep, palette, tone=_axes.STRONG)
        _by_week.bars(axes, history, weeks, whole - steep, palette, bottoms=steep, tone=_axes.PALE)
    axes.hlines(0, -0.7, len(weeks) - 0.3, color=palette.soft, linewidth=0.8)
    _by_week.mark_empty(axes, weeks, gain, palette)
    _by_week.mark_unknown(axes, np.isnan(gain), palette)
    said = []
    for mine in np.flatnonzero(weeks["week"] == history.week).tolist():
        if not np.isnan(loss[mine]):
            said.append(_beside.own_number(f"{words.climb(loss[mine] * scale, units)} down", -loss[mine]))
        for way, steep in ((-1, steep_down[mine]), (1, steep_up[mine])):
            if steep >= 1.0:
                named = f"steep {words.climb_number(steep * scale, units)}"
                said.append(_beside.Beside(named, way * steep / 2, _axes.STRONG))
        said.append(_beside.own_number(f"{words.climb(gain[mine] * scale, units)} up", gain[mine]))
    _beside.finish(axes, f"{words.climb_unit(units)} up and down", palette, said)


def table(history: History) -> Table:
    """Week, climb and descent, and how much of each was steep."""
    units: words.Units = history.settings.units

    def climbed(name: str) -> Callable[[pd.Series[Any]], str]:
        return lambda row: words.climb(_view.number(row, name), units)

    return _by_week.table(
        history,
        {
            "climb": climbed("elevation_gain_m"),
            "of it steep": climbed("steep_climb_m"),
            "descent": climbed("elevation_loss_m"),
            "of that steep": climbed("steep_descent_m"),
        },
    )


def told(history: History) -> str:
    """Say how much up and down, beside the weeks before, and how much of it was steep."""
    units: words.Units = history.settings.units
    row = _view.reported_week(history)
    said = []
    for way, whole, steep in (
        ("Up", "elevation_gain_m", "steep_climb_m"),
        ("Down", "elevation_loss_m", "steep_descent_m"),
    ):
        beside = _by_week.beside_before(history, whole, lambda climb_m: words.climb(climb_m, units))
        told_m = float("nan") if row is None else _view.number(row, steep)
        part = "" if words.is_missing(told_m) else f" Steep: {words.climb(told_m, units)}."
        said.append(f"{way}: {beside.replace(words.MISSING, 'cannot tell')}.{part}")
    return " ".join(said)


PANEL = Panel(
    key="climb",
    title="Climb and descent",
    caption="Steep: on slopes of 8 % and more, next to the baseline. Computed from the altitude samples, one "
    "method per kind of sensor. Question mark: no altitude.",
    draw=draw,
    told=told,
    table=table,
)
