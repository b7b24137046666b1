"""Words to the right of what a panel shows, at the height of what they name: the reported week's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from matplotlib.collections import LineCollection, PolyCollection

from loadwatch import words
from loadwatch.report.figures import _axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from loadwatch.report.figures._axes import Palette, Tone

SHOWN_SHARE = 0.65  # of a panel's width; the rest is for the words
LINE_SHARE = 0.092  # of a panel's height, for one line of words
WORDS_BESIDE, OWN_NUMBER = "words-beside", "own-number"  # ids of what stands there
SWATCH_SHARE = (0.028, 0.052)  # of a panel's width and height


@dataclass(frozen=True)
class Beside:
    """Words to the right of what is drawn, at the height of what they name.

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


def leave_room(axes: Axes, first: float, last: float, palette: Palette) -> None:
    """Show x from first to last, and leave room for words to the right of it."""
    _axes.bare(axes, palette)
    axes.set_xlim(first, first + (last - first) / SHOWN_SHARE)
    axes.spines["bottom"].set_bounds(first, last)


def finish(axes: Axes, unit: str, palette: Palette, said: Sequence[Beside]) -> None:
    """Finish the scale, which crosses no words, and write the words."""
    _axes.finish(axes, unit, palette, until=SHOWN_SHARE, headroom=0.05)
    write(axes, said, palette)


def own_number(text: str, y: float) -> Beside:
    """Give the reported week's own number, or say that nobody can tell it."""
    is_missing = words.is_missing(y)
    return Beside("cannot tell" if is_missing else text, 0.0 if is_missing else y, is_number=True)


def write(axes: Axes, said: Sequence[Beside], palette: Palette) -> None:
    """Write words to the right of what they name, none over another; after `finish`, which ends the scale.

    Each has a patch or a piece of line as what it names is drawn: no line has to lead there.
    """
    low, high = axes.get_ylim()
    said = sorted(said, key=lambda one: one.y)
    heights = [one.height for one in said]
    first = SHOWN_SHARE + 0.02
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


def take_away(axes: Axes) -> str:
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
        axes.set_xlim(first, first + (last - first) * SHOWN_SHARE)
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
