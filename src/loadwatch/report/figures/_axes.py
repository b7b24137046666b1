"""What all panels share: colours, drawing style, scales and their ticks on one Axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import style
from matplotlib.ticker import FuncFormatter, MaxNLocator

from loadwatch import words

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date

    from matplotlib.axes import Axes

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

MAX_PACE_TICKS = 6
LEAST_SCALE = 2.0  # in units of its numbers
EDGE_SHARE = 0.05  # of a panel's width, without a word below it


@dataclass(frozen=True)
class Palette:
    """Colours of a panel, each as matplotlib and CSS write it.

    Attributes
    ----------
    paper
        The ground.
    ink, soft
        Words and lines that matter, and those that stand back.
    grid
        Lines of the scale.
    muted
        Marks of the past.
    accent
        Marks and words of the reported week.
    """

    paper: str = "#ffffff"
    ink: str = "#1c2430"
    soft: str = "#5a6675"
    grid: str = "#e3e7ec"
    muted: str = "#b9c2cc"
    accent: str = "#1d5fa8"


LIGHT = Palette()


@dataclass(frozen=True)
class Tone:
    """How strongly a part of a bar is drawn: a colour and opacity of the past, opacities of its own week."""

    past: str
    past_alpha: float
    mine_alpha: float


WHOLE = Tone("muted", 1.0, 1.0)
STRONG = Tone("soft", 1.0, 1.0)
MIDDLE = Tone("muted", 1.0, 0.62)
PALE = Tone("muted", 0.5, 0.3)


def drawing_style(font_size: float = 13.2) -> AbstractContextManager[None]:
    """Give the settings all panels are drawn in, whatever the machine's own matplotlib settings."""
    return style.context(
        [
            "default",
            {
                "font.family": "DejaVu Sans",
                "font.size": font_size,
                "svg.fonttype": "none",
                # Makes ids, and so the file, the same for the same input.
                "svg.hashsalt": "loadwatch",
                # Names of files and runners may hold dollar signs.
                "text.parse_math": False,
                "hatch.linewidth": 1.2,
                # Where titles stand is known; matplotlib would measure every word of a scale to find out.
                "axes.titley": 1.0,
            },
        ]
    )


def length_scale(units: words.Units) -> float:
    """Give the metres of one printed unit of distance."""
    return words.MILE_M if units == "imperial" else 1000.0


def bare(axes: Axes, palette: Palette) -> None:
    """Take away every line that says nothing."""
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(palette.grid)
    axes.tick_params(length=0, labelcolor=palette.soft, labelsize="medium")
    # A month below the first week stays clear of the scale's lowest number.
    axes.tick_params(axis="x", pad=11)


def month_ticks(axes: Axes, days: list[date], *, first: int) -> None:
    """Name each month where it starts; a month that starts too close to the next stays unnamed."""
    months = [
        (first + position, words.month(day))
        for position, day in enumerate(days)
        if position == 0 or day.month != days[position - 1].month
    ]
    low, high = axes.get_xlim()
    room = (high - low) / 9
    kept = [
        tick
        for tick, following in zip(months, [*months[1:], (np.inf, "")], strict=False)
        if following[0] - tick[0] >= room
    ]
    axes.set_xticks([position for position, _ in kept], [name for _, name in kept])


def pace_ticks(axes: Axes, units: words.Units) -> None:
    """Mark round paces on an axis of speeds."""
    low, high = axes.get_xlim()
    slowest, fastest = length_scale(units) / max(low, 0.5), length_scale(units) / max(high, 0.5)
    for step_s in (15, 30, 60, 120, 300):
        paces = np.arange(np.ceil(fastest / step_s) * step_s, slowest, step_s)
        if len(paces) <= MAX_PACE_TICKS:
            break
    # Round paces crowd at the slow end of an axis of speeds.
    speeds: list[float] = []
    for speed in length_scale(units) / paces:
        is_apart = not speeds or speeds[-1] - speed >= (high - low) / 7
        # Half a word reaches beyond its speed, and must not reach beyond the drawing.
        if is_apart and speed <= high - EDGE_SHARE * (high - low):
            speeds.append(float(speed))
    axes.set_xticks(speeds, [words.pace_number(speed, units) for speed in speeds])
    axes.set_xlim(low, high)


def finish(
    axes: Axes,
    unit: str,
    palette: Palette,
    *,
    from_zero: bool = True,
    until: float = 1.0,
    headroom: float = 0.14,
) -> None:
    """Put the unit where the scale is read, and a few quiet lines behind everything.

    `until` is the share of the width that the quiet lines cross: they cross no words. `headroom` is left
    above the highest mark, as a share of the height.
    """
    axes.set_title(unit, loc="left", fontsize="medium", color=palette.soft)
    axes.margins(y=headroom)
    low, high = axes.get_ylim()
    if from_zero and axes.dataLim.ymin >= 0.0:
        # A panel of nothing but zeros still has a height.
        low, high = axes.set_ylim(0, high if axes.dataLim.ymax > 0.0 else 1)
    if high - low < LEAST_SCALE:
        # The numbers of a scale are whole: on a shorter one the same would stand twice.
        more = 0.5 * (LEAST_SCALE - (high - low))
        low, high = (0.0, LEAST_SCALE) if low == 0.0 else (low - more, high + more)
        axes.set_ylim(low, high)
    ticks = np.array(MaxNLocator(4, integer=True, steps=(1, 2, 2.5, 5, 10)).tick_values(low, high))
    ticks = ticks[(ticks >= low) & (ticks <= high)]
    scale_lines(axes, ticks, palette, until=until)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(abs(value))))


def scale_lines(axes: Axes, ticks: Numbers, palette: Palette, *, until: float = 1.0) -> None:
    """Draw the few quiet lines of a scale, as far as a share of the width."""
    axes.set_yticks(ticks)
    axes.grid(axis="y", color=palette.grid, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)
    for tick in axes.yaxis.get_major_ticks():
        tick.gridline.set_xdata((0.0, until))


def no_data(axes: Axes, what: str, palette: Palette) -> None:
    """Say in an empty panel why it is empty."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, what, transform=axes.transAxes, ha="center", va="center", color=palette.soft)
