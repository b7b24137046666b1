"""Any number of `History.weeks` by week: for columns without a panel of their own, such as own metrics."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loadwatch import columns, words
from loadwatch.errors import UsageError
from loadwatch.report import _view
from loadwatch.report.figures import _beside, _by_week
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._axes import Palette
    from loadwatch.report.figures._panel import Table


def weekly(name: str, *, title: str = "", decimals: int = 0) -> Panel:
    """A panel with one bar a week for a column of `History.weeks`.

    Parameters
    ----------
    name
        The column, its unit last: one of ours, or the name of an own metric with a `weekly`.
    title
        What it shows; made from the name if empty.
    decimals
        Of the numbers in words.

    Returns
    -------
    Panel
        To be drawn with `figure` or `to_svg`, which raise UsageError where the history has no such column.

    Examples
    --------
    >>> import loadwatch as lw
    >>> panel = lw.figures.weekly("rest_day_count")
    >>> panel.told(lw.scan("sample_activities", as_of="2026-10-25"))
    '3; the 4 weeks before, 3'
    """
    return Panel(
        key=name.replace("_", "-"),
        title=title or words.capitalised(name.replace("_", " ")),
        caption="One bar a week. Hatched: still running. Dot: no run. Question mark: nobody can tell.",
        draw=partial(_draw, name, decimals),
        told=partial(_told, name, decimals),
        table=partial(_table, name, decimals),
    )


def _draw(name: str, decimals: int, axes: Axes, history: History, palette: Palette) -> None:
    _refuse_unknown(name, history)
    weeks = _by_week.prepared(axes, history, palette)
    heights = weeks[name].to_numpy(dtype=float)
    _by_week.bars(axes, history, weeks, heights, palette)
    _by_week.mark_empty(axes, weeks, heights, palette)
    _by_week.mark_unknown(axes, (weeks[name].isna() & (weeks["run_count"] > 0)).to_numpy(dtype=bool), palette)
    mine = heights[(weeks["week"] == history.week).to_numpy(dtype=bool)]
    said = [_beside.own_number(_shown(name, decimals, height), height) for height in mine.tolist()]
    _beside.finish(axes, _unit(name), palette, said)


def _told(name: str, decimals: int, history: History) -> str:
    _refuse_unknown(name, history)
    return _by_week.beside_before(history, name, partial(_shown, name, decimals))


def _table(name: str, decimals: int, history: History) -> Table:
    _refuse_unknown(name, history)
    return _by_week.table(history, {name: lambda row: _shown(name, decimals, _view.number(row, name))})


def _shown(name: str, decimals: int, value: float) -> str:
    shown = words.number(value, decimals)
    return shown if words.is_missing(value) else f"{shown} {_unit(name)}".rstrip()


def _unit(name: str) -> str:
    known = {column.name: column.unit for column in columns.WEEKS}
    return known[name] if name in known else columns.unit_of(name)


def _refuse_unknown(name: str, history: History) -> None:
    if name not in history.weeks.select_dtypes("number"):
        raise UsageError(f"`history.weeks` has no column of numbers `{name}`.")
