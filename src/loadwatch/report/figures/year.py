"""Every day of a year: how far, what the diary says of it, and where the reported week lies in it."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from loadwatch import words
from loadwatch.calendar import week_label
from loadwatch.report.figures import _axes
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel
from loadwatch.report.figures._year_days import MARKS, WEEK_COUNT, first_day, steps_m, year_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table
    from loadwatch.report.figures._year_days import Day

    Item = tuple[str, str]  # what is drawn, and its meaning

# Laid out in points, as cells must hold a mark and a line of words its letters.
WIDTH, HEIGHT = 380.0, 176.0
LEFT = 38.0  # for the names of weekdays
LINE = 18.5
LETTER = 8.6  # wide enough for the widest fonts
COLUMN = (WIDTH - LEFT - 2.0) / WEEK_COUNT
CELL = COLUMN - 1.2
NAMED_EVERY = 6.0  # columns between names of months, at least

SHADES = {"shade 0": 0.25, "shade 1": 0.47, "shade 2": 0.72, "shade 3": 1.0}
MARKERS = {
    "red": ("s", 6.0),
    "yellow": ("^", 7.5),
    "race": ("*", 9.5),
    "ill": ("X", 7.0),
    "holiday": ("_", 6.0),
}


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw a cell for each day, darker the longer; a week is a column, and the newest is framed."""
    axes.set_axis_off()
    days = year_days(history)
    if not days:
        _axes.no_data(axes, "no run yet", palette)
        return
    axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    kinds = _kinds(days, history.settings.units)
    keys = _key(days, kinds, history.settings.units)
    row = (HEIGHT - LINE * (2 + len(keys))) / 7
    first = first_day(history)
    missing = [divmod(offset, 7) for offset in range((days[0].date - first).days)]
    _name_days_and_months(axes, history, row, palette)
    for is_newest, colour in ((False, palette.soft), (True, palette.accent)):
        for kind in dict.fromkeys(kinds):
            places = [
                (day.week, day.weekday)
                for day, its in zip(days, kinds, strict=True)
                if its == kind and (day.week == WEEK_COUNT - 1) == is_newest
            ]
            _draw_cells(axes, kind, [_corner(*place, row) for place in places], row, colour, palette)
    _draw_cells(axes, "missing", [_corner(*place, row) for place in missing], row, palette.soft, palette)
    for mark in MARKS:
        marked = [day for day in days if day.marks[:1] == (mark,)]
        _draw_mark(axes, mark, [_corner(day.week, day.weekday, row) for day in marked], row, palette)
    _frame_week(axes, history, row, palette)
    for line, items in enumerate(keys):
        _draw_key(axes, items, LINE * (2 + line) + 7 * row, palette)


def _kinds(days: Sequence[Day], units: words.Units) -> list[str]:
    """Name what the cell of each day looks like."""
    steps = steps_m(days, units)
    return [
        "unknown"
        if math.isnan(day.distance_m)
        else f"shade {sum(day.distance_m >= step for step in steps)}"
        if day.distance_m > 0
        else "rest"
        for day in days
    ]


def _corner(week: int, weekday: int, row: float) -> tuple[float, float]:
    return LEFT + week * COLUMN, LINE + weekday * row


def _draw_cells(
    axes: Axes, kind: str, corners: Sequence[tuple[float, float]], row: float, colour: str, palette: Palette
) -> None:
    """Draw all cells of one kind as one shape, which is quicker than many and takes less of a page."""
    if not corners:
        return
    height = row - 1.2
    if kind == "missing":
        dots = [(x + CELL / 2 - 0.7, y + height / 2 - 0.7) for x, y in corners]
        axes.add_artist(_boxes(dots, 1.4, 1.4, facecolor=colour, alpha=0.6))
    elif kind in SHADES:
        axes.add_artist(_boxes(corners, CELL, height, facecolor=colour, alpha=SHADES[kind]))
    else:
        inside = [(x + 0.4, y + 0.4) for x, y in corners]
        axes.add_artist(
            _boxes(inside, CELL - 0.8, height - 0.8, facecolor="none", edgecolor=palette.grid, linewidth=0.8)
        )
    if kind == "unknown":
        strokes = [point for x, y in corners for point in ((x, y + height), (x + CELL, y))]
        codes = [Path.MOVETO, Path.LINETO] * len(corners)
        axes.add_artist(PathPatch(Path(strokes, codes), edgecolor=colour, linewidth=1.2))


def _boxes(
    corners: Sequence[tuple[float, float]], width: float, height: float, **look: str | float
) -> PathPatch:
    points = [
        point
        for x, y in corners
        for point in ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
    ]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(corners)
    return PathPatch(Path(points, codes), **({"linewidth": 0} | look))


def _draw_mark(
    axes: Axes, mark: str, corners: Sequence[tuple[float, float]], row: float, palette: Palette
) -> None:
    """Draw one mark of the diary on its days, with an edge that sets it off from any shade."""
    shape, size = MARKERS[mark]
    axes.plot(
        [x + CELL / 2 for x, _ in corners],
        [y + (row - 1.2) / 2 for _, y in corners],
        *(shape,),
        color=palette.ink,
        markersize=size,
        markeredgecolor=palette.ink if mark == "holiday" else palette.paper,
        markeredgewidth=1.6 if mark == "holiday" else 0.7,
        clip_on=False,
    )


def _name_days_and_months(axes: Axes, history: History, row: float, palette: Palette) -> None:
    first = first_day(history)
    for weekday in range(0, 7, 2):
        name = words.WEEKDAYS[(first.weekday() + weekday) % 7]
        axes.text(0, LINE + (weekday + 0.45) * row, name, va="center", color=palette.soft)
    named = -NAMED_EVERY
    for week in range(WEEK_COUNT):
        day = first + timedelta(weeks=week)
        # The week that holds the first of a month; the last weeks have no room for a name.
        if day.day > 7 or week - named < NAMED_EVERY or week > WEEK_COUNT - 5:
            continue
        named = week
        x, _ = _corner(week, 0, row)
        axes.text(x, LINE * 1.5 + 7 * row, words.month(day), va="center", color=palette.soft)


def _frame_week(axes: Axes, history: History, row: float, palette: Palette) -> None:
    x, y = _corner(WEEK_COUNT - 1, 0, row)
    axes.add_artist(
        Rectangle(
            *((x - 1.4, y - 1.4), CELL + 2.8, 7 * row + 1.6),
            facecolor="none",
            edgecolor=palette.accent,
            linewidth=1.3,
            clip_on=False,
        )
    )
    axes.text(
        *(WIDTH, LINE / 2 - 1, words.week_number(history.week)),
        ha="right",
        va="center",
        color=palette.accent,
        fontweight="bold",
    )


def _key(days: Sequence[Day], kinds: Sequence[str], units: words.Units) -> list[list[Item]]:
    """Say what each thing means that occurs: lines of shapes and words, shades first."""
    unit = words.distance_unit(units)
    steps = [words.distance_number(step, units).removesuffix(".0") for step in steps_m(days, units)]
    shades: list[Item] = [
        ("rest", "rest"),
        *((f"shade {place}", f"to {step}") for place, step in enumerate(steps)),
        ("shade 3", f"over {steps[-1]} {unit}"),
    ]
    others: list[Item] = [
        *((mark, mark) for mark in MARKS if any(day.marks[:1] == (mark,) for day in days)),
        *([("unknown", "distance unknown")] if "unknown" in kinds else []),
    ]
    return [shades, *_broken(others)]


def _broken(items: Sequence[Item]) -> list[list[Item]]:
    """Break items into lines that fit."""
    lines: list[list[Item]] = []
    for item in items:
        if lines and sum(map(_item_width, [*lines[-1], item])) <= WIDTH:
            lines[-1].append(item)
        else:
            lines.append([item])
    return lines


def _item_width(item: Item) -> float:
    return CELL + 6.0 + LETTER * len(item[1]) + 8.0


def _draw_key(axes: Axes, items: Sequence[Item], top: float, palette: Palette) -> None:
    x, row = 0.0, 13.0
    for kind, meaning in items:
        corner = (x + 2.0, top + (LINE - row) / 2)
        if kind in MARKERS:
            _draw_mark(axes, kind, [corner], row, palette)
        else:
            _draw_cells(axes, kind, [corner], row, palette.soft, palette)
        axes.text(x + CELL + 6.0, top + LINE / 2, meaning, va="center", color=palette.soft)
        x += _item_width((kind, meaning))


def told(history: History) -> str:
    """Say how many days were run and how far, in the week and the year, and what the diary marks."""
    units: words.Units = history.settings.units
    days = year_days(history)
    if not days:
        return "Cannot tell: no run yet."
    newest = [day for day in days if day.week == WEEK_COUNT - 1]
    since = words.day(days[0].date, weekday=False, year=True)
    marked = [
        words.count(sum(mark in day.marks for day in days), f"{name} day")
        for mark, name in (("red", "red"), ("yellow", "yellow"), ("race", "race"), ("ill", "ill"))
        if any(mark in day.marks for day in days)
    ]
    return (
        f"{_run_on(newest, units)} this week; {_run_on(days, units)} since {since}."
        f"{f' Diary: {words.listing(marked)}.' if marked else ''}"
    )


def _run_on(days: Sequence[Day], units: words.Units) -> str:
    """How far on how many days: "48.2 km on 4 days", "at least 40.2 km on 5 days" where one is not known."""
    run_m = [day.distance_m for day in days if day.distance_m != 0]
    known_m = sum(one_m for one_m in run_m if not math.isnan(one_m))
    at_least = "at least " if any(map(math.isnan, run_m)) else ""
    return f"{at_least}{words.distance(known_m, units)} on {words.count(len(run_m), 'day')}"


def table(history: History) -> Table:
    """Lay out each week as a row of its seven days, with the diary's marks beside the distances."""
    units: words.Units = history.settings.units
    first = first_day(history)
    names = [words.WEEKDAYS[(first.weekday() + weekday) % 7] for weekday in range(7)]
    cells: dict[int, list[str]] = {}
    for day in year_days(history):
        row = cells.setdefault(day.week, [""] * 7)
        row[day.weekday] = ", ".join([_distance(day.distance_m, units), *day.marks])
    return (
        [f"week, {words.distance_unit(units)}", *names],
        [
            [words.week_label(week_label(first + timedelta(weeks=week), history.settings.week_starts)), *row]
            for week, row in sorted(cells.items(), reverse=True)
        ],
    )


def _distance(distance_m: float, units: words.Units) -> str:
    if math.isnan(distance_m):
        return "unknown"
    return words.distance_number(distance_m, units) if distance_m > 0 else "rest"


PANEL = Panel(
    key="year",
    title="The year, day by day",
    caption="One column a week, one cell a day: the stronger its colour, the longer the running. Dots: "
    "before the first run that was read. A day with several marks shows the weightiest; the numbers name "
    "all.",
    draw=draw,
    told=told,
    table=table,
    size_points=(WIDTH, HEIGHT),
    has_scale=False,
)
