"""Cadence against speed, beside the runner's own curve."""

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
    """Draw cadence against speed: the past in grey, the runner's own curve, the reported week on top."""
    units = history.settings.units
    _axes.bare(axes, palette)
    past, mine = _view.form_windows(history)
    if past.empty and mine.empty:
        _axes.no_data(axes, "no steady flat running with cadence yet", palette)
        return
    axes.scatter(past["speed_mps"], past["cadence_spm"], s=7, color=palette.muted, alpha=0.6, linewidths=0)
    axes.scatter(mine["speed_mps"], mine["cadence_spm"], s=11, color=palette.accent, linewidths=0, zorder=4)
    curve = _view.curve(history)
    if curve is not None:
        ends = np.array([curve["speed_low_mps"], curve["speed_high_mps"]], dtype=float)
        expected = float(curve["intercept_spm"]) + float(curve["slope_spm_per_mps"]) * ends
        axes.plot(ends, expected, color=palette.ink, linewidth=1.6, zorder=5)
    _axes.pace_ticks(axes, units)
    axes.set_xlabel(f"{words.pace_unit(units)}, faster to the right", color=palette.soft, fontsize="small")
    # Named above: beside the line there are points.
    named = "spm" if curve is None else "spm; the line is your own curve"
    _axes.finish(axes, named, palette, from_zero=False)


def table(history: History) -> Table:
    """Week, cadence, and cadence against the runner's own curve."""
    return by_week(
        history,
        {
            "cadence": lambda row: words.cadence(_view.number(row, "cadence_mean_spm")),
            "against your curve": lambda row: words.signed_percent(
                _view.number(row, "stride_residual_pct"), 1
            ),
        },
    )


def told(history: History) -> str:
    """Say the week's cadence, and where it lies beside the runner's own curve."""
    row = _view.reported_week(history)
    if row is None or words.is_missing(_view.number(row, "cadence_mean_spm")):
        return "No cadence in this week."
    said = words.cadence(_view.number(row, "cadence_mean_spm"))
    beside = words.signed_percent(_view.number(row, "stride_residual_pct"), 1)
    if words.is_missing(_view.number(row, "stride_residual_pct")):
        return f"{said}; too few runs to compare with a curve of your own."
    return f"{said}, {beside} against your own curve at the same speed."


PANEL = Panel(
    key="cadence",
    title="Cadence at your speed",
    caption="Half-minutes of steady flat running, the reported week in colour. Below your curve, steps "
    f"are longer than usual. {words.STRIDE_LIMIT}",
    draw=draw,
    told=told,
    table=table,
)
