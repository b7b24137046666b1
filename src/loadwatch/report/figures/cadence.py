"""Cadence against speed, beside the runner's own curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.report.figures import _by_speed
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table

CADENCE = _by_speed.Measure(
    name="cadence",
    of=lambda _, cadence_spm: cadence_spm,
    show=lambda cadence_spm, _: words.cadence(cadence_spm),
    unit=lambda _: "spm",
    scale=lambda _: 1.0,
    above="▲ shorter steps",
    below="▼ longer steps",
)


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw cadence against speed: the past in grey, the runner's own curve, the week's runs on top."""
    _by_speed.draw(axes, history, CADENCE, palette)


def table(history: History) -> Table:
    """Run, pace, cadence, and the own curve's at that pace."""
    return _by_speed.table(history, CADENCE)


def told(history: History) -> str:
    """Say where the week's runs lie beside the runner's own curve."""
    return _by_speed.told(history, CADENCE)


PANEL = Panel(
    key="cadence",
    title="Cadence at your speed",
    caption="Large: a run's typical half-minute of steady flat running, hollow where not judged. Small: "
    "single half-minutes, grey those of the year before. Below the curve, steps are longer than usual. "
    f"{words.STRIDE_LIMIT}",
    draw=draw,
    told=told,
    table=table,
)
