"""The week as a postcard, to be read on a phone: the verdict, why, and four panels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from loadwatch import words
from loadwatch.report import _view, figures
from loadwatch.report.figures import _axes
from loadwatch.report.figures._axes import LIGHT

if TYPE_CHECKING:
    from loadwatch.history import History, WeekStory

WIDTH_PX = 1200
HEIGHT_PX = 1600
SHOWN_PANELS = ("distance", "ladder", "climb", "cadence")

_DPI = 150
_MARGIN_PX = 70
_FOOTER_PX = 46
_GAP_PX = 60
_HEAD_PX = 88
# As small as a phone's width still lets one read.
_PANEL_FONT_SIZE = 13.5


def render(history: History) -> bytes:
    """Draw the reported week as a PNG picture of 1200 x 1600 px.

    Parameters
    ----------
    history
        What a scan gave back, with at least one week.

    Returns
    -------
    bytes
        The file; the same for the same history and matplotlib.
    """
    with _axes.drawing_style(_PANEL_FONT_SIZE):
        card = _Card()
        _write_story(card, history, history.stories[history.week])
        _draw_panels(card, history)
        _write_footer(card, history)
        return card.to_png()


class _Card:
    """A sheet that is written from top to bottom in pixels."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=(WIDTH_PX / _DPI, HEIGHT_PX / _DPI), dpi=_DPI, facecolor=LIGHT.paper)
        self.top_px = float(_MARGIN_PX)

    def write(
        self,
        text: str,
        size: float,
        colour: str = LIGHT.ink,
        *,
        weight: str = "normal",
        indent_px: float = 0.0,
    ) -> None:
        """Write a paragraph and move below it."""
        font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
        for line in self._wrapped(text, font, WIDTH_PX - 2 * _MARGIN_PX - indent_px):
            self.put(line, _MARGIN_PX + indent_px, self.top_px, font, colour)
            self.top_px += 1.32 * size * _DPI / 72

    def put(self, text: str, left_px: float, top_px: float, font: FontProperties, colour: str) -> None:
        """Write one line where it is wanted."""
        x, y = left_px / WIDTH_PX, 1 - top_px / HEIGHT_PX
        self.figure.text(x, y, text, fontproperties=font, color=colour, va="top", parse_math=False)

    def _wrapped(self, text: str, font: FontProperties, width_px: float) -> list[str]:
        lines: list[str] = []
        for word in words.glued(text).split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._width_px(longer, font) <= width_px:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _width_px(self, text: str, font: FontProperties) -> float:
        letters = get_font(findfont(font))
        letters.set_size(font.get_size_in_points(), _DPI)
        letters.set_text(text, 0.0)
        # FreeType counts in 64ths of a pixel.
        return float(letters.get_width_height()[0]) / 64

    def to_png(self) -> bytes:
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
        return buffer.getvalue()


def _write_story(card: _Card, history: History, week: WeekStory) -> None:
    """Write the week's name, its numbers and what it says."""
    verdict = words.LEVELS[week.verdict]
    name = history.settings.name
    card.write(f"loadwatch · {name}" if name and _can_be_drawn(name) else "loadwatch", 12, LIGHT.soft)
    card.top_px += 6
    card.write(words.capitalised(words.week_label(history.week, year=True)), 23, weight="bold")
    card.write(_numbers(history), 13, LIGHT.soft)
    card.top_px += 30
    _write_marked(card, verdict, week.headline, 18, weight="bold")
    for reason in week.reasons:
        card.top_px += 8
        _write_marked(card, words.LEVELS[str(reason["level"])], words.sentence(str(reason["sentence"])), 14)
    silent = "; ".join(_view.cannot_tell_lines(week))
    if not week.reasons and silent:
        _write_marked(card, words.LEVELS["cannot_tell"], f"Not judged: {silent}.", 13)
    if week.standing:
        card.top_px += 8
        card.write(_view.standing_line(week), 12, LIGHT.soft)
    if week.action:
        card.top_px += 10
        card.write(week.action, 14, weight="bold")
    card.top_px += 44


def _write_marked(card: _Card, level: words.Level, text: str, size: float, *, weight: str = "normal") -> None:
    """Write a paragraph with its level's shape before it."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    card.put(level.shape, _MARGIN_PX, card.top_px, font, level.colour)
    card.write(
        text, size, level.colour if weight == "bold" else LIGHT.ink, weight=weight, indent_px=3.2 * size
    )


def _numbers(history: History) -> str:
    row = _view.reported_week(history)
    if row is None:
        return ""
    units: words.Units = history.settings.units
    shown = [
        words.distance(_view.number(row, "distance_m"), units),
        words.duration(_view.number(row, "moving_s")),
        words.count(int(row["run_count"]), "run"),
        f"{words.climb(_view.number(row, 'elevation_gain_m'), units)} climb",
        f"{words.minutes(_view.number(row, 'hard_s'))} hard",
        words.cadence(_view.number(row, "cadence_mean_spm")),
    ]
    return ("" if row["is_complete"] else "So far: ") + "  ·  ".join(shown)


def _draw_panels(card: _Card, history: History) -> None:
    """Fill what is left of the sheet with two rows of two panels."""
    panels = [panel for panel in figures.PANELS if panel.key in SHOWN_PANELS]
    bottom_px = HEIGHT_PX - _MARGIN_PX - _FOOTER_PX
    row_px = (bottom_px - card.top_px) / 2
    column_px = (WIDTH_PX - 2 * _MARGIN_PX + _GAP_PX) / 2
    title = FontProperties(family="DejaVu Sans", size=14, weight="bold")
    for position, panel in enumerate(panels):
        left_px = _MARGIN_PX + (position % 2) * column_px
        top_px = card.top_px + (position // 2) * row_px
        card.put(panel.title, left_px, top_px, title, LIGHT.ink)
        inner = card.figure.add_subplot()
        panel.draw(inner, history, LIGHT)
        inner.set_xlabel("")
        # Room for the title and the unit above, and for the scale's numbers left and below.
        left, top = left_px + 62, top_px + _HEAD_PX
        width, height = column_px - _GAP_PX - 62, row_px - _HEAD_PX - 76
        inner.set_position(
            (left / WIDTH_PX, 1 - (top + height) / HEIGHT_PX, width / WIDTH_PX, height / HEIGHT_PX)
        )


def _write_footer(card: _Card, history: History) -> None:
    card.top_px = HEIGHT_PX - _MARGIN_PX - 36
    card.write(f"As of {words.day(history.as_of, year=True)}. Not medical advice.", 11, LIGHT.soft)


def _can_be_drawn(text: str) -> bool:
    """Tell whether the one font that is the same on every machine has all letters of a text."""
    known = get_font(findfont("DejaVu Sans")).get_charmap()
    return all(ord(letter) in known for letter in text)
