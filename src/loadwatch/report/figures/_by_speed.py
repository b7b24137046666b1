"""What the panels of cadence and of step length share: the past, the own curve, the week's runs, by speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._axes import Numbers, Palette
    from loadwatch.report.figures._panel import Table

CURVE_POINTS = 25
MOST_PAST_DOTS = 500
MOST_DOTS_OF_WEEK = 250
SPEED_ROOM_MPS = 0.25
MOST_RUNS_LISTED = 40
CURVE_NAME = "your own curve"


@dataclass(frozen=True)
class Measure:
    """One way to look at a step.

    Attributes
    ----------
    name
        What it is called.
    of
        Its value from speed [m/s] and cadence [spm], numbers or arrays.
    show
        Puts a value into words.
    unit, scale
        Unit of the panel's scale, and what a value is divided by to get there.
    above, below
        What it means to lie above and below the own curve.
    """

    name: str
    of: Callable[[Any, Any], Any]
    show: Callable[[float, words.Units], str]
    unit: Callable[[words.Units], str]
    scale: Callable[[words.Units], float]
    above: str
    below: str

    def change_pct(self, runs: pd.DataFrame) -> list[float]:
        """How far each of `History.strides_of` lies above the own curve, NaN without one. [%]"""
        speed_mps, cadence_spm, usual_spm = runs[["speed_mps", "cadence_spm", "own_cadence_spm"]].to_numpy().T
        change = self.of(speed_mps, cadence_spm) / self.of(speed_mps, usual_spm) - 1.0
        return [100.0 * float(share) for share in change]


def draw(axes: Axes, history: History, measure: Measure, palette: Palette) -> None:
    """Draw half-minutes by speed, the past in grey, the own curve, and each run of the week as one mark."""
    units: words.Units = history.settings.units
    _axes.bare(axes, palette)
    past, mine = _windows(history)
    if past.empty and mine.empty:
        _axes.no_data(axes, "no steady flat running with cadence yet", palette)
        return
    scale = measure.scale(units)
    runs = _marked(history, mine)
    x = runs["speed_mps"].to_numpy(dtype=float)
    y = measure.of(x, runs["cadence_spm"].to_numpy(dtype=float)) / scale
    usual = measure.of(x, runs["own_cadence_spm"].to_numpy(dtype=float)) / scale
    dots = [
        (speed, measure.of(speed, windows["cadence_spm"].to_numpy()) / scale)
        for windows in (past, _thinned(mine, MOST_DOTS_OF_WEEK))
        for speed in [windows["speed_mps"].to_numpy()]
    ]
    _limit(axes, dots, x, np.concatenate([y, usual]))
    _axes.finish(axes, measure.unit(units), palette, from_zero=False)
    _axes.pace_ticks(axes, units)
    axes.set_xlabel(f"{words.pace_unit(units)}, faster to the right", color=palette.soft)
    for (speed, value), colour, alpha in zip(dots, (palette.muted, palette.accent), (0.65, 0.4), strict=True):
        _dots(axes, speed, value, colour, alpha)
    marks = list(zip(x.tolist(), y.tolist(), strict=True))
    taken = _curve(axes, history, measure, scale, marks, palette)
    taken += _runs(axes, x, y, usual, palette)
    names = [words.WEEKDAYS[_view.as_date(day).weekday()] for day in runs["local_date"]]
    _labels.beside_marks(
        axes, [(*mark, name) for mark, name in zip(marks, names, strict=True)], taken, palette
    )


def _windows(history: History) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Half-minutes of the year before the reported week, thinned, and of the week itself.

    Only those of the device most worn in the week: two devices may count steps differently.
    """
    runs, mine = history.runs, _windows_of_week(history)
    ago = _view.days_ago(history, runs["local_date"])
    is_past = (ago >= 7) & (ago <= 365)
    if not mine.empty:
        is_past &= (runs["device"] == str(mine["device"].iloc[0])).to_numpy(dtype=bool)
    return _thinned(history.form_windows_of(runs.loc[is_past, "run_id"]), MOST_PAST_DOTS), mine


def _windows_of_week(history: History) -> pd.DataFrame:
    """Half-minutes of the reported week, those of the device most worn in it."""
    mine = history.form_windows_of(_view.runs_of_week(history)["run_id"])
    return mine if mine.empty else mine[mine["device"] == str(mine["device"].astype(str).mode().iloc[0])]


def _thinned(windows: pd.DataFrame, most: int) -> pd.DataFrame:
    return windows.iloc[:: max(1, -(-len(windows) // most))]


def _marked(history: History, mine: pd.DataFrame) -> pd.DataFrame:
    """The week's runs whose half-minutes are drawn."""
    runs = _view.runs_of_week(history)
    return history.strides_of(runs[runs["run_id"].isin(mine["run_id"].unique())])


def _curve_of_week(history: History) -> pd.Series[Any] | None:
    """The runner's own curve as it stood before the week's last judged run, None without one."""
    found = history.curves[history.curves["run_id"].isin(_view.runs_of_week(history)["run_id"])]
    return None if found.empty else found.iloc[-1]


def _limit(axes: Axes, dots: Sequence[tuple[Numbers, Numbers]], x: Numbers, marks: Numbers) -> None:
    """Show the speeds about the week's runs, and let single odd half-minutes press nothing together."""
    speed, value = (np.concatenate(part) for part in zip(*dots, strict=True))
    low, high = np.percentile(speed, (0.5, 99.5)).tolist()
    if x.size:
        low, high = max(low, x.min() - SPEED_ROOM_MPS), min(high, x.max() + SPEED_ROOM_MPS)
        low, high = min(low, x.min() - 0.05), max(high, x.max() + 0.05)
    axes.set_xlim(low - 0.02, high + 0.02)
    shown = value[(speed >= low) & (speed <= high)]
    ends = [
        *np.percentile(shown if shown.size else value, (2, 98)).tolist(),
        *marks[~np.isnan(marks)].tolist(),
    ]
    room = 0.18 * max(max(ends) - min(ends), 0.02 * max(ends))
    axes.set_ylim(min(ends) - room, max(ends) + room)


def _dots(axes: Axes, x: Numbers, y: Numbers, colour: str, alpha: float) -> None:
    """Half-minutes as one line of many short ends: a page holds it in a third of what single marks take."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    is_shown = (x > left) & (x < right) & (y > bottom) & (y < top)
    ends = np.repeat(np.column_stack([x[is_shown], y[is_shown]]), 2, axis=0)
    ends[1::2, 0] += 1e-4 * (right - left)
    codes = np.tile([Path.MOVETO, Path.LINETO], len(ends) // 2)
    drawn = PathPatch(
        Path(ends, codes), facecolor="none", edgecolor=colour, alpha=alpha, linewidth=3, zorder=2
    )
    drawn.set_capstyle("round")
    # Snapped to whole pixels, ends so short would be nothing.
    drawn.set_snap(False)
    axes.add_artist(drawn)


def _runs(axes: Axes, x: Numbers, y: Numbers, usual: Numbers, palette: Palette) -> list[_labels.Box]:
    """Draw the week's runs, the judged ones with a line to the own curve; give where the lines are."""
    axes.vlines(x, np.minimum(y, usual), np.maximum(y, usual), colors=palette.accent, linewidth=2, zorder=6)
    is_judged = ~np.isnan(usual)
    axes.scatter(
        *(x, y),
        s=62,
        linewidths=2,
        zorder=7,
        facecolors=np.where(is_judged, palette.accent, palette.paper).tolist(),
        edgecolors=np.where(is_judged, palette.paper, palette.accent).tolist(),
    )
    lines = np.column_stack([x, y, usual])[is_judged].tolist()
    return [_labels.upright(axes, *line) for line in lines]


def _curve(
    axes: Axes,
    history: History,
    measure: Measure,
    scale: float,
    marks: Sequence[tuple[float, float]],
    palette: Palette,
) -> list[_labels.Box]:
    """Draw the own curve as far as it is known and shown, name it and its sides; give where words stand."""
    curve, (left, right) = _curve_of_week(history), axes.get_xlim()
    if curve is None:
        return []
    low, high = max(left, float(curve["speed_low_mps"])), min(right, float(curve["speed_high_mps"]))
    if low >= high:
        return []
    speed = np.linspace(low, high, CURVE_POINTS)
    line = (
        measure.of(speed, float(curve["intercept_spm"]) + float(curve["slope_spm_per_mps"]) * speed) / scale
    )
    axes.plot(speed, line, color=palette.ink, linewidth=2, zorder=5)
    taken = [
        _labels.corner(axes, measure.above, "left", "top", palette),
        _labels.corner(axes, measure.below, "right", "bottom", palette),
    ]
    points = list(zip(speed.tolist(), line.tolist(), strict=True))
    named = _labels.along_line(axes, points, CURVE_NAME, marks, taken, palette)
    return taken if named is None else [*taken, named]


def table(history: History, measure: Measure) -> Table:
    """The last runs with steady flat running, newest first: pace, value, the own curve's, the difference."""
    units: words.Units = history.settings.units
    is_past = _view.days_ago(history, history.runs["local_date"]) >= 0
    past = history.runs[is_past].sort_values("start_time", kind="stable").tail(MOST_RUNS_LISTED)
    runs = history.strides_of(past)
    rows = [
        [
            words.day(_view.as_date(day)),
            words.pace(speed_mps, units),
            measure.show(measure.of(speed_mps, cadence_spm), units),
            measure.show(measure.of(speed_mps, usual_spm), units),
            words.signed_percent(change_pct, 1),
        ]
        for day, speed_mps, cadence_spm, usual_spm, change_pct in zip(
            runs["local_date"],
            *(runs[name].tolist() for name in ("speed_mps", "cadence_spm", "own_cadence_spm")),
            measure.change_pct(runs),
            strict=True,
        )
    ]
    return ["run", "pace", measure.name, CURVE_NAME, "difference"], rows[::-1]


def told(history: History, measure: Measure) -> str:
    """Say where the week's runs lie beside the own curve, the lowest and the highest by name."""
    runs = _marked(history, _windows_of_week(history))
    if runs.empty:
        return "No steady flat running with cadence in this week: cannot tell."
    judged = sorted(
        (change_pct, words.day(_view.as_date(day)))
        for change_pct, day in zip(measure.change_pct(runs), runs["local_date"], strict=True)
        if not words.is_missing(change_pct)
    )
    if not judged:
        return "Too few runs with this watch before this week for a curve of your own: cannot tell."
    said = [f"{words.signed_percent(change_pct, 1)} ({day})" for change_pct, day in judged]
    between = said[0] if len(said) == 1 else f"{words.count(len(said), 'run')}, from {said[0]} to {said[-1]}"
    silent = len(_view.runs_of_week(history)) - len(judged)
    left_out = f" {words.count(silent, 'more run')} cannot be judged." if silent else ""
    return f"Against your own curve at the same speed: {between}.{left_out}"
