"""How much the runner ran fast each week, and from how much the rule on fast running speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _beside, _by_week
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's fast metres, and the level from which the rule speaks across the reported week."""
    weeks = _by_week.prepared(axes, history, palette)
    heights = weeks["fast_m"].to_numpy(dtype=float)
    if not (weeks["run_count"].to_numpy() > 0)[~np.isnan(heights)].any():
        _axes.no_data(axes, "too few runs outside to know\nwhich speeds are fast for you", palette)
        return
    _by_week.bars(axes, history, weeks, heights, palette)
    _by_week.mark_empty(axes, weeks, heights, palette)
    _by_week.mark_unknown(axes, np.isnan(heights), palette)
    said = []
    for mine in np.flatnonzero(weeks["week"] == history.week).tolist():
        said.append(_beside.own_number(words.metres(heights[mine]), heights[mine]))
        level_m = _speaks_from_m(history)
        if not words.is_missing(level_m):
            # Across the weeks it is compared with: earlier ones had another level.
            axes.hlines(
                level_m,
                *(max(mine - 4.5, -0.5), len(weeks) - 0.4),
                colors=palette.ink,
                linewidth=1.4,
                linestyles="--",
            )
            said.append(_beside.Beside("rule speaks\nfrom here", level_m, line="--"))
    _beside.finish(axes, "m", palette, said)


def _known(history: History) -> pd.Series[Any] | None:
    """What rule F4 found on the last day told of; None where it was not asked."""
    found = history.findings.get("fast_running")
    if found is None:
        return None
    mine = found[found["local_date"] == _view.last_day(history)]
    return None if mine.empty else mine.iloc[0]


def _speaks_from_m(history: History) -> float:
    """Fast metres in 7 days beyond which the rule says something; NaN where it cannot judge. [m]"""
    found = _known(history)
    if found is None or found["level"] == "cannot_tell":
        return float("nan")
    return _view.number(found, "speaks_from_m")


def table(history: History) -> Table:
    """Week, and metres run fast."""
    return _by_week.table(history, {"fast running": lambda row: words.metres(_view.number(row, "fast_m"))})


def told(history: History) -> str:
    """Say how much was run fast, beside the weeks before, and from how much the rule speaks."""
    fast = _by_week.beside_before(history, "fast_m", words.metres).replace(words.MISSING, "cannot tell")
    said = f"Fast running: {fast}."
    level_m, found = _speaks_from_m(history), _known(history)
    if not words.is_missing(level_m):
        return f"{said} The rule on fast running speaks beyond {words.metres(level_m)} in 7 days."
    reason = "" if found is None else str(found["reason"])
    return f"{said} From how much its rule speaks cannot be told{f': {reason}' if reason else ''}."


PANEL = Panel(
    key="fast",
    title="Fast running by week",
    caption="Metres at or above the ground speed that was fast for you on each run's day: 1.10 of critical "
    "speed or your own 95th percentile of half a year, whichever is higher. The rule counts every "
    "week by today's. Question mark: cannot be told.",
    draw=draw,
    told=told,
    table=table,
)
