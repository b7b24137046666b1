"""Words beside marks, placed so that none covers another or a mark."""

from __future__ import annotations

from itertools import product
from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from matplotlib import rcParams
from matplotlib.collections import LineCollection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from loadwatch.report.figures._axes import Palette

    Points = Sequence[tuple[float, float]]

# In font sizes, with 15 % for other machines' fonts: letters of a phrase on average, bold ones of a weekday.
LETTER_EMS = 0.68
BOLD_LETTER_EMS = 0.9
LINE_EMS = 1.35
MARK_POINTS = 7.0
# How far from its mark a word may stand, nearest first, and to which side of it.
DISTANCES_POINTS = (9.0, 18.0, 28.0, 40.0, 54.0, 70.0)
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
ENDS_FIRST = ((0, 1), (0, -1), (-1, 1), (-1, -1), (-1, 0), (1, 1), (1, -1), (1, 0))


class Box(NamedTuple):
    """Part of a panel, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether the two share a point."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


def corner(axes: Axes, text: str, side: str, end: str, palette: Palette) -> Box:
    """Write words into a corner of a panel: left or right, top or bottom; give the place they take."""
    width, height = _size(axes)
    is_left, is_top = side == "left", end == "top"
    axes.annotate(
        text,
        (0 if is_left else 1, 1 if is_top else 0),
        xycoords="axes fraction",
        xytext=(7 if is_left else -7, -2 if is_top else 3),
        textcoords="offset points",
        ha=side,
        va=end,
        color=palette.soft,
        zorder=7,
        bbox=_backing(palette),
    )
    wide, high = _words(text)
    wide += 7
    left, bottom = 0 if is_left else width - wide, height - high if is_top else 0
    return Box(left, bottom, left + wide, bottom + high)


def along_line(
    axes: Axes, line: Points, text: str, marks: Points, taken: Sequence[Box], palette: Palette
) -> Box | None:
    """Name a rising line near one of its ends, off marks and other words; give the place the words take.

    Parameters
    ----------
    axes
        With its limits and place as they will stay.
    line, marks
        x and y of the line from left to right, and of what it must not cover.
    text
        Its name.
    taken
        Where other words stand.
    palette
        Its colours.
    """
    width, height = _size(axes)
    wide, high = _words(text)
    occupied = [*taken, *around(axes, marks)]
    # Where a line rises, words above it end where it does, and words below begin with it.
    for (x, y), is_above in product([_points(axes, *place) for place in reversed(line)], (True, False)):
        left, bottom = (x - wide, y + 4) if is_above else (x, y - 4 - high)
        box = Box(left, bottom, left + wide, bottom + high)
        if _is_free(box, (width, height), occupied):
            axes.annotate(
                text,
                (x / width, bottom / height),
                xycoords="axes fraction",
                ha="right" if is_above else "left",
                va="bottom",
                color=palette.ink,
                zorder=7,
                bbox=_backing(palette),
            )
            return box
    return None


def on_line(axes: Axes, x: float, y: float, text: str, palette: Palette) -> Box:
    """Write words that stand on a point, such as "?" for what is not known; give the place they take."""
    axes.text(x, y, text, ha="center", va="bottom", color=palette.accent, fontweight="bold", zorder=7)
    (left, bottom), (wide, high) = _points(axes, x, y), _words(text, BOLD_LETTER_EMS)
    return Box(left - wide / 2, bottom, left + wide / 2, bottom + high)


def upright(axes: Axes, x: float, one_y: float, other_y: float) -> Box:
    """Give the place that an upright line between two heights takes."""
    (left, one), (_, other) = _points(axes, x, one_y), _points(axes, x, other_y)
    return Box(left - 2, min(one, other), left + 2, max(one, other))


def beside_marks(
    axes: Axes,
    marks: Sequence[tuple[float, float, str]],
    taken: Iterable[Box],
    palette: Palette,
    sides: Sequence[tuple[int, int]] = SIDES,
) -> list[str]:
    """Name marks, each as near as there is room, with a line to it where that is not next to it.

    Parameters
    ----------
    axes
        With its limits and place as they will stay.
    marks
        x, y and name of each.
    taken
        Where other words stand.
    palette
        Its colours.
    sides
        To which side of its mark a name may stand, right and up, the best first.

    Returns
    -------
    list of str
        Names written; one for which there is no room is left out.
    """
    occupied = [*taken, *around(axes, [(x, y) for x, y, _ in marks])]
    written, leaders = [], []
    for x, y, name in marks:
        left, bottom = _points(axes, x, y)
        found = _free(axes, (left, bottom), name, occupied, sides)
        if found is None:
            continue
        across, along, box = found
        axes.annotate(
            name,
            (x, y),
            xytext=(across, along),
            textcoords="offset points",
            ha="center",
            va="center",
            color=palette.accent,
            fontweight="bold",
            zorder=8,
            bbox=_backing(palette),
        )
        near = (min(max(left, box.left), box.right), min(max(bottom, box.bottom + 3), box.top - 3))
        if hypot(near[0] - left, near[1] - bottom) > 1.5 * DISTANCES_POINTS[0]:
            leaders.append([_data(axes, *near), (x, y)])
        occupied.append(box)
        written.append(name)
    axes.add_collection(
        LineCollection(leaders, colors=palette.accent, linewidths=0.8, zorder=6), autolim=False
    )
    return written


def _free(
    axes: Axes,
    mark: tuple[float, float],
    name: str,
    occupied: Sequence[Box],
    sides: Sequence[tuple[int, int]],
) -> tuple[float, float, Box] | None:
    """Middle of a name, off its mark, and the place it takes."""
    width, height = _size(axes)
    wide, high = _words(name, BOLD_LETTER_EMS)
    for away, (right, up) in product(DISTANCES_POINTS, sides):
        across = right * (away + wide / 2)
        along = up * (away if right else away + high / 2 - 1.5)
        if not right:
            # Above and below it need not stand in the middle.
            across = min(max(mark[0], wide / 2), width - wide / 2) - mark[0]
        x, y = mark[0] + across, mark[1] + along
        box = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        if _is_free(box, (width, height), occupied):
            return across, along, box
    return None


def _is_free(box: Box, size: tuple[float, float], occupied: Sequence[Box]) -> bool:
    is_inside = box.left >= -1 and box.bottom >= 0 and box.right <= size[0] + 1 and box.top <= size[1]
    return is_inside and not any(box.meets(other) for other in occupied)


def around(axes: Axes, marks: Points) -> list[Box]:
    """Give the places that marks take."""
    half = MARK_POINTS
    return [Box(x - half, y - half, x + half, y + half) for x, y in (_points(axes, *mark) for mark in marks)]


def _backing(palette: Palette) -> dict[str, object]:
    """What keeps points from running through words."""
    return {"facecolor": palette.paper, "alpha": 0.7, "edgecolor": "none", "pad": 0.5}


def _size(axes: Axes) -> tuple[float, float]:
    scale = 72.0 / axes.figure.dpi
    return float(axes.bbox.width * scale), float(axes.bbox.height * scale)


def _points(axes: Axes, x: float, y: float) -> tuple[float, float]:
    (left, right), (bottom, top), (width, height) = axes.get_xlim(), axes.get_ylim(), _size(axes)
    return (x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height


def _data(axes: Axes, across: float, along: float) -> tuple[float, float]:
    (left, right), (bottom, top), (width, height) = axes.get_xlim(), axes.get_ylim(), _size(axes)
    return left + across / width * (right - left), bottom + along / height * (top - bottom)


def _words(text: str, letter_ems: float = LETTER_EMS) -> tuple[float, float]:
    """Width and height that words take."""
    size = float(rcParams["font.size"])
    return letter_ems * size * len(text), LINE_EMS * size
