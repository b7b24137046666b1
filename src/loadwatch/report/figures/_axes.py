"""What the panels share: colours, week bars, marks, ticks and labels on one Axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import style
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from loadwatch import words
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

MAX_PACE_TICKS = 6
BAR_WIDTH = 0.72  # of a week


@dataclass(frozen=True)
class Palette:
    """Colours of a panel: ink for words, muted for the past, one accent for the reported week."""

    paper: str = "#ffffff"
    ink: str = "#1c2430"
    soft: str = "#5a6675"
    grid: str = "#e3e7ec"
    muted: str = "#b9c2cc"
    accent: str = "#1d5fa8"


LIGHT = Palette()


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
    axes.tick_params(length=0, labelcolor=palette.soft, labelsize="small")


def prepared(axes: Axes, history: History, palette: Palette) -> pd.DataFrame:
    """Make room for the shown weeks, one unit of x each."""
    weeks = _view.weeks_shown(history, _view.WEEK_COUNT)
    bare(axes, palette)
    # A newcomer's single bar should not fill the panel.
    axes.set_xlim(min(-0.7, len(weeks) - 8.3), len(weeks) - 0.3)
    month_ticks(axes, [_view.as_date(day) for day in weeks["week_start"]], first=0)
    return weeks


def month_ticks(axes: Axes, days: list[date], *, first: int) -> None:
    """Name each month where it starts; a month that starts too close to the next stays unnamed."""
    months = [
        (first + position, words.month(day))
        for position, day in enumerate(days)
        if position == 0 or day.month != days[position - 1].month
    ]
    room = len(days) / 9
    kept = [
        tick
        for tick, following in zip(months, [*months[1:], (np.inf, "")], strict=False)
        if following[0] - tick[0] >= room
    ]
    axes.set_xticks([position for position, _ in kept], [name for _, name in kept])


def week_bars(
    axes: Axes,
    history: History,
    weeks: pd.DataFrame,
    heights: Numbers,
    palette: Palette,
    *,
    alpha: float = 1.0,
) -> None:
    """Draw one bar a week: the reported one in the accent colour, the unfinished one hatched."""
    known = np.nan_to_num(heights)
    for position, (height, week, is_complete) in enumerate(
        zip(known.tolist(), weeks["week"], weeks["is_complete"], strict=True)
    ):
        colour = palette.accent if week == history.week else palette.muted
        bar = Rectangle((position - BAR_WIDTH / 2, 0), BAR_WIDTH, height, alpha=alpha, zorder=2)
        bar.set(facecolor=colour, edgecolor="none", linewidth=0)
        if not is_complete:
            bar.set(facecolor="none", edgecolor=colour, linewidth=1, hatch="////")
        # The scale begins right under the bars.
        bar.sticky_edges.y.append(0)
        axes.add_artist(bar)
    # Told once for all bars: matplotlib takes longer to measure each than to draw it.
    axes.update_datalim([(0, known.min(initial=0.0)), (len(weeks) - 1, known.max(initial=0.0))])


def mark_empty_weeks(axes: Axes, weeks: pd.DataFrame, heights: Numbers, palette: Palette) -> None:
    """Mark weeks without running on the baseline, so that nobody takes them for missing data."""
    empty = np.flatnonzero((weeks["run_count"].to_numpy() == 0) & ~(heights > 0))
    axes.plot(empty, np.zeros(len(empty)), "o", color=palette.soft, markersize=3.2, clip_on=False, zorder=3)


def label_week(
    axes: Axes,
    history: History,
    weeks: pd.DataFrame,
    heights: Numbers,
    palette: Palette,
    show: Callable[[pd.Series[Any]], str],
) -> None:
    """Write the reported week's number above its bar, and above the bars that it reaches over."""
    for position, (_, row) in enumerate(weeks.iterrows()):
        if row["week"] == history.week:
            reach = heights[max(0, position - len(weeks) // 4) : position + 1]
            above(axes, position, float(np.nan_to_num(reach).max()), show(row), palette)


def above(axes: Axes, x: float, y: float, label: str, palette: Palette) -> None:
    """Write a label above what it belongs to, growing towards the middle of the panel."""
    axes.annotate(
        *(label, (x, y)),
        xytext=(0, 4),
        textcoords="offset points",
        ha="right" if x > sum(axes.get_xlim()) / 2 else "left",
        color=palette.accent,
        fontweight="bold",
    )


def name_mark(axes: Axes, x: float, y: float, label: str, palette: Palette) -> None:
    """Name a mark across a bar, above it, or before it where there is no room to the right."""
    has_room = x < sum(axes.get_xlim()) / 2
    axes.annotate(
        *(label, (x - 0.4, y)),
        xytext=(0, 3) if has_room else (-5, 0),
        textcoords="offset points",
        ha="left" if has_room else "right",
        va="bottom" if has_room else "center",
        fontsize="small",
        color=palette.ink,
    )


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
        if not speeds or speeds[-1] - speed >= (high - low) / 7:
            speeds.append(float(speed))
    axes.set_xticks(speeds, [words.pace_number(speed, units) for speed in speeds])
    axes.set_xlim(low, high)


def finish(axes: Axes, unit: str, palette: Palette, *, from_zero: bool = True) -> None:
    """Put the unit where the scale is read, and a few quiet lines behind everything."""
    axes.set_title(unit, loc="left", fontsize="small", color=palette.soft)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, steps=(1, 2, 2.5, 5, 10)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(abs(value))))
    axes.grid(axis="y", color=palette.grid, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)
    axes.margins(y=0.14)
    low, high = axes.get_ylim()
    if from_zero and low > -1e-9:
        # A panel of nothing but zeros still has a height.
        axes.set_ylim(0, high if high > 0 else 1)


def no_data(axes: Axes, what: str, palette: Palette) -> None:
    """Say in an empty panel why it is empty."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, what, transform=axes.transAxes, ha="center", va="center", color=palette.soft)
