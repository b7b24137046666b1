"""What every panel is: a drawing on one Axes, a sentence that says what it shows, a table of its numbers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from loadwatch.report.figures import _axes
from loadwatch.report.figures._axes import LIGHT, Palette

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from loadwatch.history import History

    Table = tuple[list[str], list[list[str]]]

LETTER_POINTS = 8.6  # width of a figure among the numbers of a scale


@dataclass(frozen=True)
class Panel:
    """One chart and everything said about it.

    Attributes
    ----------
    key
        Short name, for ids.
    title, caption
        What it shows, and how to read it.
    draw
        Puts it on an Axes.
    told
        What it shows of the reported week, as a sentence or two: also for whoever cannot see it.
    table
        Its twin for whoever prefers or needs numbers: head line and rows, all as words.
    size_points
        Width and height of its drawing, in points; a page gives each of its pixels about one of them.
    is_extra
        Whether it is for the curious only: no rule speaks from it.
    has_scale
        Whether it has scales, whose numbers stand around it; one without fills its drawing.
    """

    key: str
    title: str
    caption: str
    draw: Callable[[Axes, History, Palette], None]
    told: Callable[[History], str]
    table: Callable[[History], Table]
    size_points: tuple[float, float] = (380.0, 240.0)
    is_extra: bool = False
    has_scale: bool = True


def figure(panel: Panel, history: History, palette: Palette = LIGHT) -> Figure:
    """Draw one panel on a figure of its own.

    Parameters
    ----------
    panel
        One of `PANELS`.
    history
        What a scan gave back.
    palette
        Its colours.

    Returns
    -------
    Figure
        Free of pyplot; save it or show it in a notebook.

    Examples
    --------
    >>> import loadwatch as lw
    >>> history = lw.scan("sample_activities", as_of="2026-10-25")
    >>> len(lw.figures.figure(lw.figures.panel("ladder"), history).axes)
    1
    """
    with _axes.drawing_style():
        return _drawn(panel, history, palette)


def to_svg(panel: Panel, history: History, palette: Palette = LIGHT) -> str:
    """Draw one panel as SVG with real text and without a date, the same bytes for the same input.

    Parameters
    ----------
    panel, history, palette
        As `figure` takes them.

    Returns
    -------
    str
        The file.
    """
    return to_svgs((panel,), history, palette)[0]


def to_svgs(panels: Sequence[Panel], history: History, palette: Palette = LIGHT) -> list[str]:
    """Draw panels as `to_svg` does one; matplotlib takes long to change its settings, so they do it once.

    Parameters
    ----------
    panels
        Some of `PANELS`.
    history, palette
        As `figure` takes them.

    Returns
    -------
    list of str
        The files, in the same order.
    """
    with _axes.drawing_style():
        return [written(_drawn(panel, history, palette)) for panel in panels]


def svg_of(drawing: Figure) -> str:
    """Any figure as SVG with real text, cut to what is drawn: the same bytes for the same figure.

    Parameters
    ----------
    drawing
        A figure of one's own, or one that `figure` gave.

    Returns
    -------
    str
        The file.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> svg_of(Figure()).startswith("<?xml")
    True
    """
    with _axes.drawing_style():
        return written(drawing, bbox_inches="tight")


def written(drawn: Figure, **options: Any) -> str:
    """Write a figure as SVG in the settings in force, the same bytes for the same figure."""
    buffer = io.StringIO()
    drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, **options)
    return buffer.getvalue()


def _drawn(panel: Panel, history: History, palette: Palette) -> Figure:
    """One panel on a figure of its own, in the settings in force."""
    width, height = panel.size_points
    drawn = Figure(figsize=(width / 72, height / 72), dpi=72)
    drawn.patch.set_alpha(0.0)
    axes = drawn.add_subplot()
    # Words are placed by where marks will be; the numbers of the scale change that by little.
    _leave_margins(axes, width, height)
    panel.draw(axes, history, palette)
    if panel.has_scale:
        _leave_margins(axes, width, height)
    else:
        axes.set_position((0, 0, 1, 1))
    return drawn


def _leave_margins(axes: Axes, width: float, height: float) -> None:
    """Room for the scale's numbers to the left, and above and below for a line or two of small words.

    Known beforehand, as all words are of one size; matplotlib's own way draws everything once more.
    """
    scale = axes.yaxis.get_major_formatter().format_ticks(axes.get_yticks().tolist())
    left = 6.5 + LETTER_POINTS * max(map(len, scale), default=0)
    bottom = 47.0 if axes.get_xlabel() else 29.0
    inner_width, inner_height = width - left - 8.0, height - bottom - 21.0
    axes.set_position((left / width, bottom / height, inner_width / width, inner_height / height))
    axes.xaxis.set_label_coords(0.5, -28.0 / inner_height)
    axes.yaxis.set_label_coords(0.0, 0.5)
