"""The week as a postcard, to be read on a phone and sent to others: the verdict, why, and four panels.

A picture is passed on, so it tells less than the page. What the diary says of pain stays out of it: where
rule F15 speaks it says that the diary does and no more, and no sentence names the strain or the entry that
makes a rule speak earlier. What the week asks for stands as it is, also where that is to see a professional:
it names no place and no number, and whoever looks at nothing but the picture must not miss it. No name of an
activity, of a file or of a place is written on it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.report import _view, figures
from loadwatch.report._sheet import (
    LONGEST_TEXT,
    Box,
    Margins,
    Sheet,
    Style,
    can_be_drawn,
    points,
    shortened,
    width_px,
    wrapped,
)
from loadwatch.report.figures import _axes, _beside
from loadwatch.report.figures._axes import LIGHT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History, WeekStory
    from loadwatch.report.figures import Palette, Panel

WIDTH_PX = 1200
HEIGHT_PX = 1600
# In the order of the rules that speak most; one that is gone is made up for by the next of all panels.
SHOWN_PANELS = ("distance", "ladder", "climb", "cadence")

MARGIN_PX = 70
INNER_PX = WIDTH_PX - 2 * MARGIN_PX
GUTTER_PX = 64
INDENT_PX = 48
# A chat shows the middle of a picture, as low as 1.91 to 1: from here on the strip lies within.
STRIP_TOP_PX = 500
STRIP_PADDING_PX = 24
TITLE_TOP_PX, NUMBERS_TOP_PX, STORY_TOP_PX, STANDING_TOP_PX = 62, 122, 206, 780
FOOTER_PX = 108
ROW_GAP_PX = 40
HEAD_PX = 54
USUAL_MARGINS = Margins(left=70, right=0, top=0, bottom=50)
MOST_REASON_LINES, MOST_LINES_OF_ALL = 3, 9
SMALL_PX, PLAIN_PX, LEAST_LARGE_PX, LARGE_PX = 26, 32, 34, 38
WORD_PX = 104
SHAPE = 0.74  # height of a shape, as of a capital letter, in sizes of the letters
TINT = 0.09  # of the verdict's colour in the ground of the story


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
    with _axes.drawing_style(points(PLAIN_PX)):
        return drawn(history).to_png()


def drawn(history: History) -> Sheet:
    """Lay out the reported week on a sheet."""
    sheet = Sheet(WIDTH_PX, HEIGHT_PX, LIGHT.paper)
    card = _Card(sheet, history, history.stories[history.week])
    card.draw()
    return sheet


class _Card:
    """One week on a sheet, written from top to bottom."""

    def __init__(self, sheet: Sheet, history: History, week: WeekStory) -> None:
        self.sheet, self.history, self.week = sheet, history, week
        self.verdict = words.LEVELS[week.verdict]
        # One accent: this week is told in its verdict's colour everywhere.
        self.palette: Palette = replace(LIGHT, accent=self.verdict.colour)
        self.plain = Style(PLAIN_PX, LIGHT.ink)
        self.soft = Style(SMALL_PX, LIGHT.soft)

    def draw(self) -> None:
        """Write everything, each part below the one before."""
        self._write_title()
        strip = self._draw_strip(max(STRIP_TOP_PX, self._write_story(STORY_TOP_PX) + 30))
        ground = Box(0, 0, WIDTH_PX, strip.top + strip.height / 2)
        self.sheet.fill(ground, tinted(self.verdict.colour), is_ground=True)
        self._draw_panels(strip.bottom + 46)
        self._write_footer()

    def _write_story(self, top: float) -> float:
        """Write the verdict and why; gives the height below it."""
        sheet = self.sheet
        word, said = split_headline(headline_told(self.week.headline), self.verdict)
        wide = sheet.draw_shape(self.verdict.shape, MARGIN_PX, top, SHAPE * WORD_PX, self.verdict.colour)
        left = MARGIN_PX + wide + 30
        style = Style(WORD_PX, self.verdict.colour, is_bold=True).fitting(word, WIDTH_PX - MARGIN_PX - left)
        sheet.write(word, left, top + SHAPE * WORD_PX - style.size_px, style)
        top += WORD_PX + 10
        large = Style(LARGE_PX, LIGHT.ink, is_bold=True)
        if said:
            # A word or two on a line of their own look lost.
            small = large.fitting(said, INNER_PX)
            style = small if small.size_px >= LEAST_LARGE_PX else large
            lines = wrapped(said, style, INNER_PX, most_lines=2)
            top = sheet.write_lines(lines, MARGIN_PX, top, style) + 16
        for row in self.week.reasons:
            most = min(5, MOST_LINES_OF_ALL // len(self.week.reasons))
            top = self._write_marked(reason_told(row), str(row["level"]), top, most)
        silent = "; ".join(_view.cannot_tell_lines(self.history, self.week))
        if not self.week.reasons and silent:
            top = self._write_marked(f"Not judged: {silent}.", "cannot_tell", top)
        standing = self._standing_told()
        # What came before gives way to what is drawn.
        if standing and top < STANDING_TOP_PX:
            lines = wrapped(standing, self.soft, INNER_PX, most_lines=2)
            top = sheet.write_lines(lines, MARGIN_PX, top + 6, self.soft)
        return top

    def _standing_told(self) -> str:
        told = [(row, since) for row, since in self.week.standing if row["rule"] != _view.DIARY_RULE]
        said = _view.standing_line(replace(self.week, standing=tuple(told)))
        has_diary = len(told) < len(self.week.standing)
        return " ".join(filter(None, [said, words.DIARY_SPEAKS if has_diary else ""]))

    def _write_title(self) -> None:
        title = Style(LARGE_PX, LIGHT.ink, is_bold=True)
        week = words.capitalised(words.week_label(self.history.week, year=True))
        self.sheet.write(week, MARGIN_PX, TITLE_TOP_PX, title)
        room = INNER_PX - width_px(week, title) - GUTTER_PX
        brand = signature(self.history.settings.name, self.soft, room)
        top = TITLE_TOP_PX + LARGE_PX - SMALL_PX
        self.sheet.write(brand, WIDTH_PX - MARGIN_PX, top, self.soft, is_right=True)
        numbers = _numbers(self.history)
        self.sheet.write(numbers, MARGIN_PX, NUMBERS_TOP_PX, Style(28, LIGHT.soft).fitting(numbers, INNER_PX))

    def _write_marked(self, text: str, level: str, top: float, most: int = MOST_REASON_LINES) -> float:
        """Write a paragraph with its level's shape before it."""
        shown = words.LEVELS[level]
        height = SHAPE * PLAIN_PX
        self.sheet.draw_shape(shown.shape, MARGIN_PX, top + PLAIN_PX - height, height, shown.colour)
        lines = wrapped(text, self.plain, INNER_PX - INDENT_PX, most_lines=most)
        return self.sheet.write_lines(lines, MARGIN_PX + INDENT_PX, top, self.plain) + 12

    def _draw_strip(self, top: float) -> Box:
        """Tell the verdict again and what it asks for: what is left where a chat cuts the story off."""
        style = Style(PLAIN_PX, LIGHT.paper, is_bold=True)
        word, _ = split_headline(headline_told(self.week.headline), self.verdict)
        asked = self.week.action
        said = (
            f"{word}: {asked[:1].lower()}{asked[1:]}"
            if asked
            else f"{word} · {words.week_label(self.history.week, year=True)}"
        )
        lines = wrapped(said, style, INNER_PX - 2 * STRIP_PADDING_PX - INDENT_PX, most_lines=2)
        strip = Box(MARGIN_PX, top, INNER_PX, len(lines) * style.line_px + 2 * STRIP_PADDING_PX)
        self.sheet.fill(strip, self.verdict.colour, radius_px=16)
        left, top = strip.left + STRIP_PADDING_PX, top + STRIP_PADDING_PX + 2
        height = SHAPE * PLAIN_PX
        self.sheet.draw_shape(self.verdict.shape, left, top + PLAIN_PX - height, height, LIGHT.paper)
        self.sheet.write_lines(lines, left + INDENT_PX, top, style)
        return strip

    def _draw_panels(self, top: float) -> None:
        """Fill what is left of the sheet with two rows of two panels."""
        row_px = (HEIGHT_PX - FOOTER_PX - top - ROW_GAP_PX) / 2
        column_px = (INNER_PX - GUTTER_PX) / 2
        rows = []
        panels = shown_panels()
        for row in range(2):
            left, placed = float(MARGIN_PX), []
            for panel in panels[2 * row : 2 * row + 2]:
                axes = self.sheet.figure.add_subplot()
                box = Box(left, top + HEAD_PX, column_px, row_px - HEAD_PX)
                # Words are put beside marks by where those will be.
                self.sheet.set_box(axes, box.without(USUAL_MARGINS))
                panel.draw(axes, self.history, self.palette)
                axes.set_xlabel("")
                self._write_head(axes, panel.title, left, top, column_px)
                placed.append((axes, box))
                left += column_px + GUTTER_PX
            rows.append(placed)
            top += row_px + ROW_GAP_PX
        self.sheet.place(rows)

    def _write_head(self, axes: Axes, title: str, left: float, top: float, room_px: float) -> None:
        """Write a panel's title with its unit and the week's own number, which a page has at the chart."""
        bold, soft = Style(28, LIGHT.ink, is_bold=True), Style(24, LIGHT.soft)
        own = Style(28, self.palette.accent, is_bold=True)
        number = _beside.take_away(axes)
        if width_px(title, bold) + width_px(number, own) + 16 > room_px:
            number = number.partition(" · ")[0]
        self.sheet.write(number, left + room_px, top, own, is_right=True)
        room_px -= width_px(number, own) + 16
        title = shortened(title, bold, room_px)
        self.sheet.write(title, left, top, bold)
        unit = axes.get_title(loc="left")
        axes.set_title("", loc="left")
        unit_left = width_px(title, bold) + 16
        for shown in (unit, unit.partition(";")[0]):
            if unit_left + width_px(shown, soft) <= room_px:
                self.sheet.write(shown, left + unit_left, top + bold.size_px - soft.size_px, soft)
                break

    def _write_footer(self) -> None:
        top = HEIGHT_PX - 36 - SMALL_PX
        self.sheet.write("Not medical advice.", MARGIN_PX, top, self.soft)
        as_of = f"As of {words.day(self.history.as_of, year=True)}"
        self.sheet.write(as_of, WIDTH_PX - MARGIN_PX, top, self.soft, is_right=True)


def shown_panels() -> tuple[Panel, ...]:
    """Four panels: those wanted, and where one of them is gone, the next of all."""
    by_key = {panel.key: panel for panel in figures.PANELS}
    wanted = [by_key[key] for key in SHOWN_PANELS if key in by_key]
    others = [panel for panel in figures.PANELS if panel not in wanted and not panel.is_extra]
    return tuple([*wanted, *others][: len(SHOWN_PANELS)])


def signature(name: str, style: Style, room_px: float) -> str:
    """Whose week it is; without a name that cannot be written as its bearer writes it."""
    plain, brand = unicodedata.normalize("NFC", " ".join(name[:LONGEST_TEXT].split())), "loadwatch"
    if not plain or not can_be_drawn(plain):
        return brand
    return f"{shortened(plain, style, room_px - width_px(f' · {brand}', style))} · {brand}"


def split_headline(headline: str, verdict: words.Level) -> tuple[str, str]:
    """The word that the verdict is written large in, and the rest of its sentence."""
    word, _, said = headline.partition(": ")
    if said and word.lower().startswith(verdict.word):
        return words.capitalised(word.removesuffix(" yet")), words.capitalised(said)
    if headline == words.NO_RUN and verdict.name == "usual":
        # Nothing was run as usual.
        return headline.rstrip("."), ""
    return words.capitalised(verdict.word), headline


def headline_told(headline: str) -> str:
    """The verdict's sentence as far as others may read it: that the diary speaks, not of which place."""
    return re.sub(r"(what the diary tells) \([^)]*\)", r"\1", headline)


def reason_told(row: pd.Series[Any]) -> str:
    """Why, as far as others may read it."""
    if row["rule"] == _view.DIARY_RULE:
        return words.DIARY_SPEAKS
    return words.sentence(words.without_cause(str(row["sentence"])))


def tinted(colour: str) -> str:
    """Paper with a breath of a colour."""
    mixed = [round(255 + TINT * (int(colour[place : place + 2], 16) - 255)) for place in (1, 3, 5)]
    return f"#{mixed[0]:02x}{mixed[1]:02x}{mixed[2]:02x}"


def _numbers(history: History) -> str:
    row = _view.reported_week(history)
    if row is None or not row["run_count"]:
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
    # What is not known needs no room on a postcard.
    known = [text for text in shown if not text.startswith(words.MISSING)]
    return ("" if row["is_complete"] else "So far: ") + "  ·  ".join(known)
