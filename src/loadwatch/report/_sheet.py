"""A picture's sheet, laid out in pixels from its upper left corner: words, shapes and charts that fit."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Rectangle
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Bbox

from loadwatch import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

DPI = 150
# matplotlib brings it along: the one font that is the same on every machine.
FAMILY = "DejaVu Sans"
LINE = 1.36  # distance of lines, in sizes of their letters
SMALLEST_PX = 22  # still to be read on a phone
LEAST_GAP_PX = 8  # between two words side by side
LONGEST_TEXT = 2000  # letters; whatever a file says, no more are looked at
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True)
class Margins:
    """Room around a chart for its words. [px]"""

    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True)
class Box:
    """A part of the sheet. [px]"""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends to the right. [px]"""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below. [px]"""
        return self.top + self.height

    def without(self, margins: Margins) -> Box:
        """What is left inside margins, and never less than a third."""
        left, right = (min(margin, self.width / 3) for margin in (margins.left, margins.right))
        top, bottom = (min(margin, self.height / 3) for margin in (margins.top, margins.bottom))
        return Box(self.left + left, self.top + top, self.width - left - right, self.height - top - bottom)


@dataclass(frozen=True)
class Style:
    """How words are written.

    Attributes
    ----------
    size_px
        Size of the letters.
    colour
        Of all of them.
    is_bold
        Heavier.
    """

    size_px: float
    colour: str
    is_bold: bool = False

    @property
    def line_px(self) -> float:
        """Height of a line."""
        return LINE * self.size_px

    def fitting(self, text: str, room_px: float) -> Style:
        """The same as small as a line needs to be for its room."""
        style, smallest = self, replace(self, size_px=min(self.size_px, SMALLEST_PX))
        # Measuring takes as long as the text is: once is enough for what fits in no size.
        if width_px(text[:LONGEST_TEXT], smallest) > room_px:
            return smallest
        while style.size_px > SMALLEST_PX and width_px(text, style) > room_px:
            style = replace(style, size_px=style.size_px - 1)
        return style

    @property
    def font(self) -> FontProperties:
        """As matplotlib has it."""
        return FontProperties(
            family=FAMILY, size=points(self.size_px), weight="bold" if self.is_bold else "normal"
        )


def points(size_px: float) -> float:
    """Pixels of the sheet as points, in which matplotlib measures."""
    return size_px * 72 / DPI


def can_be_drawn(text: str) -> bool:
    """Tell whether the font has all letters of a text, and whether they run from left to right.

    matplotlib neither turns Hebrew and Arabic round nor joins their letters: nobody wants to be named so.
    """
    known = get_font(findfont(FAMILY)).get_charmap()
    return all(
        letter.isprintable()
        and ord(letter) in known
        and unicodedata.bidirectional(letter) not in _RIGHT_TO_LEFT
        for letter in text
    )


@cache
def _pen() -> RendererAgg:
    """What draws letters and knows how long they get."""
    return RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]


def width_px(text: str, style: Style) -> float:
    """Length of a line of words."""
    size = _pen().get_text_width_height_descent(text, style.font, ismath=False)  # type: ignore[no-untyped-call]
    return float(size[0])


def shortened(text: str, style: Style, room_px: float) -> str:
    """A line cut to its room, with an ellipsis where anything is left out."""
    text = text[:LONGEST_TEXT]
    if width_px(text, style) <= room_px:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_px(f"{text[:middle].rstrip()}…", style) <= room_px:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low].rstrip()}…"


def wrapped(text: str, style: Style, room_px: float, *, most_lines: int) -> list[str]:
    """Lines of a text, in which numbers keep to their units; an ellipsis ends a line that is cut."""
    lines: list[str] = []
    kept = words.glued(text[:LONGEST_TEXT]).split(" ")
    for word in kept:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_px(longer, style) <= room_px:
            lines[-1] = longer
        elif len(lines) == most_lines:
            # Between words: half a number is another number.
            last = lines[-1]
            while " " in last and width_px(f"{last}…", style) > room_px:
                last = last.rpartition(" ")[0]
            lines[-1] = f"{last}…"
            break
        else:
            lines.append(word)
    return [shortened(line, style, room_px) for line in lines]


class Sheet:
    """A sheet of so many pixels.

    Attributes
    ----------
    figure
        matplotlib's own.
    """

    def __init__(self, width: int, height: int, paper: str) -> None:
        self.size = (width, height)
        self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=paper)
        # Made once; that of a plain figure is made anew for every question.
        self._renderer: RendererAgg = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self._from_px = Affine2D().scale(1 / width, -1 / height).translate(0, 1) + self.figure.transFigure

    def write(self, text: str, left: float, top: float, style: Style, *, is_right: bool = False) -> None:
        """Write one line under a height, from the left or up to the right."""
        self.figure.text(
            *(left, top + style.size_px, text),
            fontproperties=style.font,
            color=style.colour,
            transform=self._from_px,
            va="baseline",
            ha="right" if is_right else "left",
            parse_math=False,
        )

    def write_lines(self, lines: list[str], left: float, top: float, style: Style) -> float:
        """Write lines below one another; gives the height below them."""
        for line in lines:
            self.write(line, left, top, style)
            top += style.line_px
        return top

    def fill(self, box: Box, colour: str, *, radius_px: float = 0.0, is_ground: bool = False) -> None:
        """Paint a part of the sheet, where it is ground below all else."""
        corner, size = (box.left, box.top), (box.width, box.height)
        if radius_px:
            style = f"round,pad=0,rounding_size={radius_px}"
            patch: Patch = FancyBboxPatch(corner, *size, boxstyle=style, facecolor=colour, linewidth=0)
        else:
            patch = Rectangle(corner, *size, facecolor=colour, linewidth=0)
        patch.set(transform=self._from_px, zorder=-1 if is_ground else 0.5)
        self.figure.add_artist(patch)

    def draw_shape(self, shape: str, left: float, top: float, height: float, colour: str) -> float:
        """Draw one letter as large as asked for, whatever the font makes of it; gives its width."""
        outline = TextPath((0, 0), shape, size=100, prop=FontProperties(family=FAMILY, weight="bold"))
        extent = outline.get_extents()
        scale = height / extent.height
        place = Affine2D().translate(-extent.x0, -extent.y1).scale(scale, -scale).translate(left, top)
        path = PathPatch(outline, facecolor=colour, linewidth=0, transform=place + self._from_px)
        self.figure.add_artist(path)
        return float(scale * extent.width)

    def place(self, rows: Sequence[Sequence[tuple[Axes, Box]]]) -> None:
        """Lay charts into their boxes so that their words stay within and their scales stand in line.

        A word on top of another is left out: the page has it.
        """
        inner = [[box for _, box in row] for row in rows]
        # Smaller charts have other margins, as some words hang on what is drawn.
        for _ in range(2):
            margins = [
                [self._margins(axes, at) for (axes, _), at in zip(row, places, strict=True)]
                for row, places in zip(rows, inner, strict=True)
            ]
            inner = [
                [
                    box.without(_shared(beside, [line[column] for line in margins if column < len(line)]))
                    for column, (_, box) in enumerate(row)
                ]
                for row, beside in zip(rows, margins, strict=True)
            ]
        for row, places in zip(rows, inner, strict=True):
            for (axes, _), at in zip(row, places, strict=True):
                self.set_box(axes, at)
                _clear(axes, self._renderer)

    def to_png(self) -> bytes:
        """The sheet as a PNG file, without a date or a program's name."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        return buffer.getvalue()

    def set_box(self, axes: Axes, box: Box) -> None:
        """Lay a chart's inside into a box."""
        width, height = self.size
        axes.set_position((box.left / width, 1 - box.bottom / height, box.width / width, box.height / height))

    def _margins(self, axes: Axes, box: Box) -> Margins:
        """How far a chart's words reach over it where it is laid into a box."""
        self.set_box(axes, box)
        # Not all that is drawn: a mark without a place lies in the sheet's corner.
        extents = [axis.get_tightbbox(self._renderer) for axis in (axes.xaxis, axes.yaxis)]
        extents += [text.get_window_extent(self._renderer) for text in axes.texts if text.get_text()]
        found = Bbox.union([axes.bbox, *(extent for extent in extents if extent is not None)])
        top, bottom = self.size[1] - found.y1, self.size[1] - found.y0
        return Margins(
            left=max(0.0, box.left - found.x0),
            right=max(0.0, found.x1 - box.right),
            top=max(0.0, box.top - top),
            bottom=max(0.0, bottom - box.bottom),
        )


def _shared(beside: Sequence[Margins], above: Sequence[Margins]) -> Margins:
    """Margins for a chart that stands in line with those beside it, and with those above and below it."""
    return Margins(
        left=max(margin.left for margin in above),
        right=max(margin.right for margin in above),
        top=max(margin.top for margin in beside),
        bottom=max(margin.bottom for margin in beside),
    )


def tick_labels(axes: Axes) -> list[Text]:
    """The numbers and names at a chart's scales that are drawn: those within what it shows."""
    found = []
    for axis in (axes.yaxis, axes.xaxis):
        low, high = sorted(axis.get_view_interval())
        # Asked for the labels, an axis brings its ticks up to date.
        shown = set(axis.get_ticklabels())
        found += [
            tick.label1
            for tick in axis.get_major_ticks()
            if tick.label1 in shown and low <= tick.get_loc() <= high
        ]
    return found


def _clear(axes: Axes, renderer: RendererAgg) -> None:
    """Leave out words that lie on top of others; those in bold come first."""
    labels = sorted(axes.texts, key=lambda text: text.get_fontweight() != "bold")
    kept: list[Bbox] = []
    for text in (*labels, *tick_labels(axes)):
        if not text.get_text() or not text.get_visible():
            continue
        extent = text.get_window_extent(renderer)
        if any(extent.padded(LEAST_GAP_PX, 0).overlaps(other) for other in kept):
            text.set_visible(False)
        else:
            kept.append(extent)
