"""What the panels of weeks share: their bars and marks, their table, and the week beside those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _beside
from loadwatch.report.figures._axes import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

    from loadwatch.history import History
    from loadwatch.report.figures._axes import Numbers, Palette, Tone
    from loadwatch.report.figures._panel import Table

    Ints = np.ndarray[Any, np.dtype[np.int64]]
    Bools = np.ndarray[Any, np.dtype[np.bool_]]
    Cell = Callable[[pd.Series[Any]], str]

BAR_WIDTH = 0.72  # of a week
HATCH_ALPHA = 0.6  # less is not seen of lines
WEEKS_BESIDE = 4  # as many as the rules look back on


def prepared(axes: Axes, history: History, palette: Palette) -> pd.DataFrame:
    """Make room for the shown weeks, one unit of x each, and for words to their right."""
    weeks = _view.weeks_shown(history, _view.WEEK_COUNT)
    # A newcomer's single bar should not fill the panel.
    first, last = min(-0.7, len(weeks) - 8.3), len(weeks) - 0.3
    _beside.leave_room(axes, first, last, palette)
    _axes.month_ticks(axes, [_view.as_date(day) for day in weeks["week_start"]], first=0)
    return weeks


def bars(
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
    drawn: list[tuple[Patch, bool, bool]] = [(_one_path(past, below[past], known[past]), False, True)]
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


def _one_path(places: Ints, bottoms: Numbers, heights: Numbers) -> PathPatch:
    """Bars of one look, as one path."""
    left, right, tops = places - BAR_WIDTH / 2, places + BAR_WIDTH / 2, bottoms + heights
    corners = [(left, bottoms), (right, bottoms), (right, tops), (left, tops), (left, bottoms)]
    steps = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    points = np.array(corners, dtype=float).transpose(2, 0, 1).reshape(-1, 2)
    return PathPatch(Path(points, steps * places.size))


def mark_empty(axes: Axes, weeks: pd.DataFrame, heights: Numbers, palette: Palette) -> None:
    """Mark weeks without running on the baseline, so that nobody takes them for missing data."""
    empty = np.flatnonzero((weeks["run_count"].to_numpy() == 0) & ~(heights > 0))
    axes.plot(empty, np.zeros(len(empty)), "o", color=palette.soft, markersize=3.2, clip_on=False, zorder=3)


def mark_unknown(axes: Axes, is_unknown: Bools, palette: Palette) -> None:
    """Put a question mark where nobody can tell, so that nobody takes it for nothing.

    Of weeks side by side every other one has it: a week is no wider than the mark.
    """
    last = -2
    for position in np.flatnonzero(is_unknown).tolist():
        if position - last > 1:
            axes.text(position, 0, "?", ha="center", va="bottom", color=palette.soft)
            last = position


def table(history: History, cells: dict[str, Cell]) -> Table:
    """Lay out the shown weeks, newest first: a column of words for each name."""
    rows = [
        [
            words.week_label(str(row["week"])) + ("" if row["is_complete"] else ", so far"),
            *(cell(row) for cell in cells.values()),
        ]
        for _, row in _view.weeks_shown(history, _view.WEEK_COUNT).iloc[::-1].iterrows()
    ]
    return ["week", *cells], rows


def beside_before(history: History, name: str, show: Callable[[float], str]) -> str:
    """Say what the reported week holds beside those before: "40.5 km; the 4 weeks before, 36.9 to 40.0 km".

    Parameters
    ----------
    history
        What a scan gave back.
    name
        A column of numbers of `History.weeks`.
    show
        Puts such a number into words.
    """
    row = _view.reported_week(history)
    mine = show(float("nan") if row is None else _view.number(row, name))
    before = _view.weeks_before(history, WEEKS_BESIDE)[name].astype(float).dropna()
    if before.empty:
        return mine
    low, high = show(float(before.min())), show(float(before.max()))
    between = low if low == high else f"{low} to {high}"
    weeks = "week" if len(before) == 1 else words.count(len(before), "week")
    return f"{mine}; the {weeks} before, {between}"
