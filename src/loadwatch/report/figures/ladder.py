"""Each session against the longest of the 30 days before it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.flags import thresholds_in_force
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _beside
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each session against the longest of the 30 days before it, and against the rule's first step."""
    units, scale = history.settings.units, _axes.length_scale(history.settings.units)
    last = _view.last_day(history)
    sessions = _recent(history)
    step = thresholds_in_force("long_run_spike", history.settings.rules)["note_ratio"]
    _beside.leave_room(axes, -_view.RECENT_DAYS - 2.0, 2.0, palette)
    if sessions.empty:
        _axes.no_data(axes, "no run in these days", palette)
        return
    ages = -_view.days_ago(history, sessions["local_date"])
    lengths = sessions["distance_m"].to_numpy(dtype=float) / scale
    longest = sessions["baseline_m"].to_numpy(dtype=float) / scale
    is_mine = _is_in_week(history, sessions)
    # The last step lasts to the end of its day.
    days, steps = np.append(ages, ages[-1] + 1), np.append(longest, longest[-1])
    axes.step(days, steps, where="post", color=palette.ink, linewidth=1.3)
    axes.step(days, steps * step, where="post", color=palette.ink, linewidth=1.1, linestyle="--")
    axes.scatter(ages[~is_mine], lengths[~is_mine], s=16, color=palette.muted, linewidths=0, zorder=3)
    axes.scatter(ages[is_mine], lengths[is_mine], s=36, color=palette.accent, linewidths=0, zorder=4)
    said = []
    for last_known in longest[~np.isnan(longest)][-1:].tolist():
        said.append(_beside.Beside("compared\nwith", last_known, line="-"))
        said.append(_beside.Beside(words.signed_percent(100 * (step - 1)), last_known * step, line="--"))
    if is_mine.any():
        top = float(lengths[is_mine].max())
        said.append(_beside.own_number(words.distance(top * scale, units), top))
    axes.set_ylim(0, 1.06 * float(np.nanmax(np.append(lengths, longest * step))))
    _axes.month_ticks(
        axes, [last + timedelta(days=age) for age in range(-_view.RECENT_DAYS, 1)], first=-_view.RECENT_DAYS
    )
    _beside.finish(axes, words.distance_unit(units), palette, said)


def _recent(history: History) -> pd.DataFrame:
    """The sessions of the days before and in the reported week, oldest first."""
    ago = _view.days_ago(history, history.sessions["local_date"])
    is_recent = (ago >= 0) & (ago <= _view.RECENT_DAYS)
    return history.sessions[is_recent].sort_values("local_date", kind="stable")


def _is_in_week(history: History, sessions: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which sessions belong to the reported week."""
    if _view.reported_week(history) is None:
        return np.zeros(len(sessions), dtype=bool)
    first, last = words.week_start(history.week), _view.last_day(history)
    return np.array([first <= _view.as_date(day) <= last for day in sessions["local_date"]], dtype=bool)


def table(history: History) -> Table:
    """Day, session, and the longest session of the 30 days before."""
    units: words.Units = history.settings.units
    rows = [
        [
            words.day(_view.as_date(row["local_date"])),
            words.distance(_view.number(row, "distance_m"), units),
            words.distance(_view.number(row, "baseline_m"), units),
        ]
        for _, row in _recent(history).iloc[::-1].iterrows()
    ]
    return ["day", "session", "compared with"], rows


def told(history: History) -> str:
    """Say how the longest session of the week compares."""
    sessions = _recent(history)
    mine = sessions[_is_in_week(history, sessions)]
    if mine.empty:
        return "No run in this week."
    units: words.Units = history.settings.units
    longest = mine.iloc[int(mine["distance_m"].to_numpy(dtype=float).argmax())]
    length_m, baseline_m = _view.number(longest, "distance_m"), _view.number(longest, "baseline_m")
    said = f"Longest session {words.distance(length_m, units)}"
    if words.is_missing(baseline_m):
        return f"{said}; too few runs before it to compare with."
    return (
        f"{said}, compared with {words.distance(baseline_m, units)}: {words.compared(length_m, baseline_m)}."
    )


PANEL = Panel(
    key="ladder",
    title="Long-run ladder",
    caption="Each session (runs at most 30 minutes apart) against the longest of the 30 days before it; "
    "one that stands out like a race counts as 1.3 times the second-longest.",
    draw=draw,
    told=told,
    table=table,
)
