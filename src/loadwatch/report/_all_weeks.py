"""Every week of a history as words, with the numbers to sort them by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Callable

    from loadwatch.history import History

VERDICTS = ("usual", "note", "cannot_tell", "watch", "act")  # in the order to sort them


@dataclass(frozen=True)
class Cell:
    """One cell of the table.

    Attributes
    ----------
    text
        As printed, in the unit that its column's head names.
    value
        The number to sort it by; None where it is missing.
    """

    text: str
    value: float | None


def all_weeks(history: History) -> tuple[list[str], list[list[Cell]]]:
    """Lay out every week, newest first.

    Parameters
    ----------
    history
        What a scan gave back.

    Returns
    -------
    head
        Name of each column, with its unit.
    rows
        A cell for each column; the first names the week, the last holds its verdict.
    """
    shown = _columns(history.settings.units)
    weeks = history.weeks.iloc[::-1]
    names, verdicts = weeks["week"].astype(str).tolist(), weeks["verdict"].astype(str).tolist()
    ended = zip(weeks["is_complete"].tolist(), weeks["run_count"].tolist(), verdicts, strict=True)
    columns = [
        [Cell(words.week_label(name, year=True), words.week_start(name).toordinal()) for name in names],
        *([_cell(value, show) for value in weeks[name].astype(float).tolist()] for name, _, show in shown),
        [Cell(_view.verdict_words(*one), VERDICTS.index(one[2])) for one in ended],
    ]
    head = ["week", *(title for _, title, _ in shown), "verdict"]
    return head, [list(row) for row in zip(*columns, strict=True)]


def _cell(value: float, show: Callable[[float], str]) -> Cell:
    return Cell(show(value), value if math.isfinite(value) else None)


def _columns(units: words.Units) -> tuple[tuple[str, str, Callable[[float], str]], ...]:
    """Name, head and words of each column of numbers."""
    far, high = words.distance_unit(units), words.climb_unit(units)
    return (
        ("distance_m", f"distance, {far}", lambda length_m: words.distance_number(length_m, units)),
        ("run_count", "runs", words.number),
        ("longest_run_m", f"longest, {far}", lambda length_m: words.distance_number(length_m, units)),
        ("moving_s", "time, h:min", words.clock),
        ("hard_s", "hard, min", lambda hard_s: words.number(hard_s / 60.0)),
        ("fast_m", "fast, m", lambda fast_m: words.metres(fast_m).removesuffix(" m")),
        ("elevation_gain_m", f"climb, {high}", lambda climb_m: words.climb_number(climb_m, units)),
        ("cadence_mean_spm", "cadence, spm", words.number),
        ("load", "load", words.number),
        ("leg_load_km", "leg load, km-eq", lambda load_km: words.number(load_km, 1)),
    )
