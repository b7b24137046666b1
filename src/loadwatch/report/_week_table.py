"""The last weeks as a table of plain text with a bar for each, as wide as the terminal allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from loadwatch.history import History

WEEK_COUNT = 8
_BAR_WIDTHS = (8, 3)  # in full, and where space is short
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True)
class _Column:
    """One column of the week table.

    Attributes
    ----------
    head, short
        Its head, in full and where space is short.
    cell
        What it says of a week.
    is_left
        Lined up to the left.
    leaves
        The lowest number is the first to be left out where hardly anything fits; 0 never is.
    """

    head: str
    short: str
    cell: Callable[[pd.Series[Any]], str]
    is_left: bool = False
    leaves: int = 0


def table(history: History, width: int, *, ascii_only: bool) -> list[str]:
    """Lay out the last weeks, in the richest form that fits a width.

    Parameters
    ----------
    history
        What a scan gave back.
    width
        Columns of the terminal. Where hardly anything fits, the least needed is left out.
    ascii_only
        For an output that cannot print anything else.

    Returns
    -------
    list of str
        The head, then a line for each week, oldest first.
    """
    weeks = _view.weeks_shown(history, WEEK_COUNT)
    columns, narrow = (_columns(history, weeks, size, ascii_only=ascii_only) for size in _BAR_WIDTHS)
    without_bar = [column for column in columns if column.head]
    rows = [row for _, row in weeks.iterrows()]
    layouts = [
        (shown, gap, is_short)
        for is_short, with_bar in ((False, columns), (True, narrow))
        for shown in (with_bar, without_bar)
        for gap in (2, 1)
    ]
    # What is left where hardly anything fits, the least needed gone first.
    layouts += [
        ([column for column in without_bar if not 0 < column.leaves <= gone], 1, True)
        for gone in range(1, 1 + max(column.leaves for column in columns))
    ]
    lines: list[str] = []
    for shown, gap, is_short in layouts:
        lines = _laid_out(shown, rows, gap, is_short=is_short)
        if max(map(len, lines)) <= width:
            return lines
    return lines


def verdict(row: pd.Series[Any]) -> str:
    """The last cell of a week's row: "▲ watch", "so far"."""
    return _view.verdict_words(bool(row["is_complete"]), int(row["run_count"]), str(row["verdict"]))


def _laid_out(columns: list[_Column], rows: list[pd.Series[Any]], gap: int, *, is_short: bool) -> list[str]:
    heads = [column.short if is_short else column.head for column in columns]
    cells = [heads, *([column.cell(row) for column in columns] for row in rows)]
    if is_short:
        # The days alone name a week well enough.
        cells = [[line[0].rpartition("  ")[2], *line[1:]] for line in cells]
    widths = [max(len(line[position]) for line in cells) for position in range(len(columns))]
    return [
        (" " * gap).join(
            cell.ljust(wide) if column.is_left else cell.rjust(wide)
            for cell, wide, column in zip(line, widths, columns, strict=True)
        )
        for line in cells
    ]


def _columns(history: History, weeks: pd.DataFrame, bar_width: int, *, ascii_only: bool) -> list[_Column]:
    units: words.Units = history.settings.units
    longest = float(weeks["distance_m"].max())
    unit, climb_unit = words.distance_unit(units), words.climb_unit(units)

    def number(name: str, show: Callable[[float], str]) -> Callable[[pd.Series[Any]], str]:
        return lambda row: show(_view.number(row, name))

    return [
        _Column("week", "week", _week_name, is_left=True),
        _Column(unit, unit, number("distance_m", lambda value: words.distance_number(value, units))),
        _Column(
            "",
            "",
            lambda row: _bar(_view.number(row, "distance_m"), longest, bar_width, ascii_only=ascii_only),
            is_left=True,
        ),
        _Column("h:min", "h:min", number("moving_s", words.clock), leaves=4),
        _Column("hard min", "hard", number("hard_s", lambda value: words.number(value / 60)), leaves=3),
        _Column(
            f"climb {climb_unit}",
            f"up {climb_unit}",
            number("elevation_gain_m", lambda value: words.climb_number(value, units)),
            leaves=2,
        ),
        _Column("spm", "spm", number("cadence_mean_spm", words.number), leaves=1),
        _Column(
            f"long {unit}", "long", number("longest_run_m", lambda value: words.distance_number(value, units))
        ),
        _Column("verdict", "verdict", verdict, is_left=True),
    ]


def _week_name(row: pd.Series[Any]) -> str:
    week = str(row["week"])
    number, _, days = words.week_label(week).rpartition(", ")
    return f"{number.replace('week ', 'W')}  {days}" if number else days.removeprefix("week ")


def _bar(value: float, longest: float, width: int, *, ascii_only: bool) -> str:
    """Draw a bar in eighths of a character."""
    if words.is_missing(value) or not longest > 0:
        return ""
    eighths = round(8 * width * value / longest)
    if ascii_only:
        return "#" * round(eighths / 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()
