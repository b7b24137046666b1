"""The charts as tables of words: the same numbers for whoever prefers them, or cannot see a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from loadwatch.history import History

    Table = tuple[list[str], list[list[str]]]
    Cell = Callable[[pd.Series[Any]], str]


def distance(history: History) -> Table:
    """Week, distance, longest run and number of runs."""
    units: words.Units = history.settings.units
    return _by_week(
        history,
        {
            "distance": lambda row: words.distance(_view.number(row, "distance_m"), units),
            "longest run": lambda row: words.distance(_view.number(row, "longest_run_m"), units),
            "runs": lambda row: str(int(row["run_count"])),
        },
    )


def hard_minutes(history: History) -> Table:
    """Week, running time, hard minutes and the easy share."""
    return _by_week(
        history,
        {
            "running": lambda row: words.duration(_view.number(row, "moving_s")),
            "hard": lambda row: words.minutes(_view.number(row, "hard_s")),
            "easy share": lambda row: words.percent(_view.number(row, "easy_share_pct")),
        },
    )


def climb(history: History) -> Table:
    """Week, climb and descent."""
    units: words.Units = history.settings.units
    return _by_week(
        history,
        {
            "climb": lambda row: words.climb(_view.number(row, "elevation_gain_m"), units),
            "descent": lambda row: words.climb(_view.number(row, "elevation_loss_m"), units),
        },
    )


def leg_load(history: History) -> Table:
    """Week, kilometre-equivalents, and what they are made of beside the kilometres."""

    def part(name: str) -> Callable[[pd.Series[Any]], str]:
        return lambda row: words.leg_load(_view.number(row, f"leg_load_{name}_km"))

    return _by_week(
        history,
        {
            "leg load": lambda row: words.leg_load(_view.number(row, "leg_load_km")),
            "for climbs": part("climb"),
            "for descents": part("descent"),
            "for speed": part("speed"),
        },
    )


def cadence(history: History) -> Table:
    """Week, cadence, and cadence against the runner's own curve."""
    return _by_week(
        history,
        {
            "cadence": lambda row: words.cadence(_view.number(row, "cadence_mean_spm")),
            "against your curve": lambda row: words.signed_percent(
                _view.number(row, "stride_residual_pct"), 1
            ),
        },
    )


def ladder(history: History) -> Table:
    """Day, session, and the longest session of the 30 days before."""
    units: words.Units = history.settings.units
    rows = [
        [
            words.day(_view.as_date(row["local_date"])),
            words.distance(_view.number(row, "distance_m"), units),
            words.distance(_view.number(row, "baseline_m"), units),
        ]
        for _, row in _view.recent_sessions(history).iloc[::-1].iterrows()
    ]
    return ["day", "session", "compared with"], rows


def _by_week(history: History, cells: dict[str, Cell]) -> Table:
    """Lay out the shown weeks, newest first."""
    rows = [
        [
            words.week_label(str(row["week"])) + ("" if row["is_complete"] else ", so far"),
            *(cell(row) for cell in cells.values()),
        ]
        for _, row in _view.weeks_shown(history, _view.WEEK_COUNT).iloc[::-1].iterrows()
    ]
    return ["week", *cells], rows
