"""What the panels share: colours, week bars, marks, ticks and labels on one Axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib import style
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from loadwatch import words
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    from loadwatch.history import History

    Ints = np.ndarray[Any, np.dtype[np.int64]]
    Bools = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.float64]]

MAX_PACE_TICKS = 6
EDGE_SHARE = 0.05  # of a panel's width, without a word below it
BAR_WIDTH = 0.72  # of a week
BESIDE_SHARE = 0.35  # of a panel's width, for the words to the right of its weeks
HATCH_ALPHA = 0.6  # less is not seen of lines
LINE_SHARE = 0.092  # of a panel's height, for one line of words
WORDS_BESIDE, OWN_NUMBER = "words-beside", "own-number"  # ids of what stands there
SWATCH_SHARE = (0.028, 0.052)  # of a panel's width and height


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


@dataclass(frozen=True)
class Beside:
    """Words to the right of the weeks, at the height of what they name.

    Attributes
    ----------
    text
        One line or more.
    y
        The height, in data.
    tone
        Of the part of the reported week's bar that they name.
    line
        Style of the line that they name.
    is_number
        Whether they are the reported week's own number.
    """

    text: str
    y: float
    tone: Tone | None = None
    line: Literal["", "-", "--", ":"] = ""
    is_number: bool = False

    @property
    def height(self) -> float:
        """Share of the panel's height."""
        return LINE_SHARE * (1 + self.text.count("\n"))


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


def prepared(axes: Axes, history: History, palette: Palette) -> pd.DataFrame:
    """Make room for the shown weeks, one unit of x each, and for words to their right."""
    weeks = _view.weeks_shown(history, _view.WEEK_COUNT)
    bare(axes, palette)
    # A newcomer's single bar should not fill the panel.
    first, last = min(-0.7, len(weeks) - 8.3), len(weeks) - 0.3
    axes.set_xlim(first, first + (last - first) / (1.0 - BESIDE_SHARE))
    axes.spines["bottom"].set_bounds(first, last)
    month_ticks(axes, [_view.as_date(day) for day in weeks["week_start"]], first=0)
    return weeks


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


def week_bars(
    axes: Axes,
    history: History,
    weeks: pd.DataFrame,
    heights: Numbers,
    palette: Palette,
    *,
    bottoms: Numbers | None = None,
    tone: Tone | None = WHOLE,
) -> None:
    """Draw one bar a week: the reported one in the accent colour, the unfinished one hatched.

    What has no tone is only outlined: it is there, and nobody knows what it is.
    """
    known = np.nan_to_num(heights)
    below = np.zeros(len(weeks)) if bottoms is None else np.nan_to_num(bottoms)
    is_mine = (weeks["week"] == history.week).to_numpy(dtype=bool)
    is_past = ~is_mine & weeks["is_complete"].to_numpy(dtype=bool)
    is_drawn = (known != 0.0) | (bottoms is None)
    # One path for all of the past: matplotlib takes its time for each.
    past = np.flatnonzero(is_past & is_drawn)
    drawn: list[tuple[Patch, bool, bool]] = [(_bars(past, below[past], known[past]), False, True)]
    for place in np.flatnonzero(~is_past & is_drawn).tolist():
        one = Rectangle((place - BAR_WIDTH / 2, below[place]), BAR_WIDTH, known[place])
        drawn.append((one, bool(is_mine[place]), bool(weeks["is_complete"].iloc[place])))
    for bar, has_accent, is_complete in drawn:
        bar.set_zorder(2)
        if tone is None:
            bar.set(facecolor="none", edgecolor=palette.accent if has_accent else palette.soft, linewidth=1)
        else:
            colour = palette.accent if has_accent else getattr(palette, tone.past)
            bar.set(facecolor=colour, edgecolor="none", linewidth=0)
            bar.set_alpha(tone.mine_alpha if has_accent else tone.past_alpha)
            if not is_complete:
                bar.set(facecolor="none", edgecolor=colour, linewidth=1, hatch="////")
                bar.set_alpha(max(HATCH_ALPHA, bar.get_alpha() or 0.0))
        # The scale begins right under the bars.
        bar.sticky_edges.y.append(0)
        axes.add_artist(bar)
    # Told once for all bars: matplotlib takes longer to measure each than to draw it.
    ends = below + known
    axes.update_datalim([(0, ends.min(initial=0.0)), (len(weeks) - 1, ends.max(initial=0.0))])


def _bars(places: Ints, bottoms: Numbers, heights: Numbers) -> PathPatch:
    """Bars of one look, as one path."""
    left, right, tops = places - BAR_WIDTH / 2, places + BAR_WIDTH / 2, bottoms + heights
    corners = [(left, bottoms), (right, bottoms), (right, tops), (left, tops), (left, bottoms)]
    steps = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    points = np.array(corners, dtype=float).transpose(2, 0, 1).reshape(-1, 2)
    return PathPatch(Path(points, steps * places.size))


def mark_empty_weeks(axes: Axes, weeks: pd.DataFrame, heights: Numbers, palette: Palette) -> None:
    """Mark weeks without running on the baseline, so that nobody takes them for missing data."""
    empty = np.flatnonzero((weeks["run_count"].to_numpy() == 0) & ~(heights > 0))
    axes.plot(empty, np.zeros(len(empty)), "o", color=palette.soft, markersize=3.2, clip_on=False, zorder=3)


def mark_unknown_weeks(axes: Axes, is_unknown: Bools, palette: Palette) -> None:
    """Put a question mark where nobody can tell, so that nobody takes it for nothing.

    Of weeks side by side every other one has it: a week is no wider than the mark.
    """
    last = -2
    for position in np.flatnonzero(is_unknown).tolist():
        if position - last > 1:
            axes.text(position, 0, "?", ha="center", va="bottom", color=palette.soft)
            last = position


def finish_weeks(axes: Axes, unit: str, palette: Palette, said: Sequence[Beside]) -> None:
    """Finish a panel of weeks, and write beside them what the reported one holds."""
    finish(axes, unit, palette, until=1.0 - BESIDE_SHARE, headroom=0.05)
    write_beside(axes, said, palette)


def own_number(text: str, y: float) -> Beside:
    """Give the reported week's own number, or say that nobody can tell it."""
    is_missing = words.is_missing(y)
    return Beside("cannot tell" if is_missing else text, 0.0 if is_missing else y, is_number=True)


def write_beside(axes: Axes, said: Sequence[Beside], palette: Palette) -> None:
    """Write words to the right of what they name, none over another; after `finish`, which ends the scale.

    Each has a patch or a piece of line as what it names is drawn: no line has to lead there.
    """
    low, high = axes.get_ylim()
    said = sorted(said, key=lambda one: one.y)
    heights = [one.height for one in said]
    first = 1.0 - BESIDE_SHARE + 0.02
    places = _apart([(one.y - low) / (high - low) for one in said], heights)
    for one, y in zip(said, places, strict=True):
        width, height = SWATCH_SHARE
        top = y + (one.height - LINE_SHARE) / 2
        if one.tone:
            low_y, high_y, end = top - height / 2, top + height / 2, first + width
            swatch = PolyCollection([[(first, low_y), (end, low_y), (end, high_y), (first, high_y)]])
            swatch.set(facecolor=palette.accent, linewidth=0, alpha=one.tone.mine_alpha)
            swatch.set_gid(WORDS_BESIDE)
            axes.add_artist(swatch).set_transform(axes.transAxes)
        if one.line:
            dash = LineCollection([[(first - 0.005, top), (first + width + 0.005, top)]])
            dash.set(color=palette.ink, linewidth=1.6, linestyle=one.line)
            dash.set_gid(WORDS_BESIDE)
            axes.add_artist(dash).set_transform(axes.transAxes)
        axes.text(
            *(first + (1.55 * width if one.tone or one.line else 0.0), y, one.text),
            transform=axes.transAxes,
            va="center",
            color=palette.accent if one.is_number else palette.soft,
            fontweight="bold" if one.is_number else "normal",
            gid=OWN_NUMBER if one.is_number else WORDS_BESIDE,
        )


def take_words_beside(axes: Axes) -> str:
    """Take the words away again, and give the weeks their room: for where there is too little for both.

    Returns
    -------
    str
        The reported week's own numbers, from top to bottom, to be written elsewhere.
    """
    numbers = sorted((text for text in axes.texts if text.get_gid() == OWN_NUMBER), key=_height, reverse=True)
    beside = [one for one in axes.get_children() if one.get_gid() in (WORDS_BESIDE, OWN_NUMBER)]
    if beside:
        first, last = axes.get_xlim()
        axes.set_xlim(first, first + (last - first) * (1.0 - BESIDE_SHARE))
        for tick in axes.yaxis.get_major_ticks():
            tick.gridline.set_xdata((0.0, 1.0))
    for one in beside:
        one.remove()
    return " · ".join(text.get_text() for text in numbers)


def _height(text: Text) -> float:
    return float(text.get_position()[1])


def _apart(places: list[float], heights: list[float]) -> list[float]:
    """Heights as near to those wanted as leaves each its room between 0 and 1; lowest first."""
    apart, until = [], 0.0
    for place, height in zip(places, heights, strict=True):
        apart.append(max(place, until + height / 2))
        until = apart[-1] + height / 2
    until = 1.0
    for position in reversed(range(len(apart))):
        apart[position] = min(apart[position], until - heights[position] / 2)
        until = apart[position] - heights[position] / 2
    return apart


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
