"""Running time by week: how much of it was easy, moderate and hard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _beside, _by_week
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._panel import Table


PARTS = {"hard": _axes.STRONG, "moderate": _axes.MIDDLE, "easy": _axes.PALE}  # from the baseline up


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's running time: hard, moderate and easy, and outlined what nobody can tell."""
    weeks = _by_week.prepared(axes, history, palette)
    total = weeks["moving_s"].to_numpy(dtype=float) / 60
    is_mine = (weeks["week"] == history.week).to_numpy(dtype=bool)
    bottoms, said = np.zeros(len(weeks)), []
    for name, tone in PARTS.items():
        part = np.nan_to_num(weeks[f"{name}_s"].to_numpy(dtype=float) / 60)
        _by_week.bars(axes, history, weeks, part, palette, bottoms=bottoms, tone=tone)
        middle = bottoms + part / 2
        known = is_mine & weeks[f"{name}_s"].notna().to_numpy()
        said += [
            _beside.Beside(f"{name} {words.number(part[i])}", middle[i], tone) for i in np.flatnonzero(known)
        ]
        bottoms = bottoms + part
    # Traces go in steps of seconds: what is missing to the whole by less than a minute is not missing.
    untold = np.where(total - bottoms >= 1.0, total - bottoms, 0.0)
    _by_week.bars(axes, history, weeks, untold, palette, bottoms=bottoms, tone=None)
    _by_week.mark_unknown(axes, (bottoms == 0.0) & (untold > 0.0), palette)
    _by_week.mark_empty(axes, weeks, total, palette)
    for mine in np.flatnonzero(is_mine):
        if untold[mine] > 0.0:
            said.append(_beside.Beside("cannot tell", bottoms[mine] + untold[mine] / 2))
        said.append(_beside.own_number(words.duration(60 * total[mine]), total[mine]))
    _beside.finish(axes, "min", palette, said)


def table(history: History) -> Table:
    """Week, running time, and how much of it was easy, moderate and hard."""

    def part(name: str) -> Callable[[pd.Series[Any]], str]:
        return lambda row: words.minutes(_view.number(row, f"{name}_s"))

    return _by_week.table(
        history,
        {
            "running": lambda row: words.duration(_view.number(row, "moving_s")),
            **{name: part(name) for name in reversed(PARTS)},
        },
    )


def told(history: History) -> str:
    """Say the hard minutes beside the weeks before, and what is easy and hard for the runner."""
    minutes = _by_week.beside_before(history, "hard_s", words.minutes).replace(words.MISSING, "cannot tell")
    said = f"Hard running: {minutes}."
    zones = history.zones_on(_view.last_day(history))
    easy, hard = (zones[zones["zone"] == name].iloc[0] for name in ("easy", "hard"))
    if words.is_missing(_view.number(easy, "speed_high_mps")):
        mine = _view.reported_week(history)
        # In a week without a run nothing was counted by anything.
        by_heart = (
            mine is not None and mine["run_count"] > 0 and not words.is_missing(_view.number(mine, "hard_s"))
        )
        what = "It is counted by heart rate" if by_heart else "What is easy or hard for you cannot be told"
        return f"{said} {what}: {words.TOO_FEW_HARD_EFFORTS}."
    slow = words.pace(_view.number(easy, "speed_high_mps"), history.settings.units)
    fast = words.pace(_view.number(hard, "speed_low_mps"), history.settings.units)
    return f"{said} For you, on the flat, easy is slower than {slow} and hard is {fast} or faster."


PANEL = Panel(
    key="hard",
    title="Easy, moderate and hard running",
    caption="Running time by week, hard at the bottom: graded speed at or above 0.95 of the critical speed "
    "known on the run's day, moderate from 0.85. Rules count every week by the speed known today, so "
    "theirs may differ. Outlined, or with a question mark: cannot be told.",
    draw=draw,
    told=told,
    table=table,
)
