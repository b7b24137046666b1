"""Step length against speed, beside the runner's own curve."""

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

# Also where a watch measures steps: its measure would not lie on the curve of cadence that rules judge by.
STEP_LENGTH = _by_speed.Measure(
    name="step length",
    of=lambda speed_mps, cadence_spm: 60.0 * speed_mps / cadence_spm,
    show=words.step_length,
    unit=words.step_length_unit,
    scale=lambda units: words.INCH_M if units == "imperial" else 0.01,
    above="▲ longer than usual",
    below="▼ shorter than usual",
)


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw step length against speed: the past in grey, the runner's own curve, the week's runs on top."""
    _by_speed.draw(axes, history, STEP_LENGTH, palette)


def table(history: History) -> Table:
    """Run, pace, step length, and the own curve's at that pace."""
    return _by_speed.table(history, STEP_LENGTH)


def told(history: History) -> str:
    """Say where the week's runs lie beside the runner's own curve."""
    return _by_speed.told(history, STEP_LENGTH)


PANEL = Panel(
    key="steps",
    title="Step length at your speed",
    caption="One step, foot to other foot: speed over cadence, of the same half-minutes and by the same "
    "curve. Above it, steps are longer than usual at that speed.",
    draw=draw,
    told=told,
    table=table,
)
