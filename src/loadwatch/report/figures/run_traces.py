"""Each run of the week as a row of small multiples: pace, heart rate, cadence and altitude along the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from loadwatch import words
from loadwatch.report import _view
from loadwatch.report.figures import _axes
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import written
from loadwatch.runner import trace_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from loadwatch.history import History
    from loadwatch.runner import TraceLine

SIZE_POINTS = (160.0, 46.0)
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Quantity:
    """One small picture and its words.

    Attributes
    ----------
    name
        What is measured.
    words
        Mean, and from where to where it went, or that it was not recorded.
    svg
        The line along the run, without text; empty where nothing was recorded.
    """

    name: str
    words: str
    svg: str


@dataclass(frozen=True)
class RunRow:
    """One run of the week.

    Attributes
    ----------
    run_id, day
        Which, and the day it was run on, in words.
    quantities
        Pace, heart rate, cadence and altitude.
    alt
        All of it in one sentence.
    """

    run_id: str
    day: str
    quantities: tuple[Quantity, ...]
    alt: str


@dataclass(frozen=True)
class _Kind:
    """A quantity: its name, its trace, the least its scale spans, and its words."""

    name: str
    trace: str
    least_span: float
    ends: tuple[str, str]
    say: Callable[[TraceLine, pd.Series[Any], words.Units], str]


def _mostly(mean: str, one: str, other: str) -> str:
    return f"{mean}, mostly {one} to {other}"


KINDS = (
    _Kind(
        "pace",
        "speed_mps",
        1.0,
        ("low", "high"),
        lambda line, run, units: _mostly(
            words.pace(_view.number(run, "speed_mean_mps"), units),
            words.pace_number(line.high, units),
            words.pace_number(line.low, units),
        ),
    ),
    _Kind(
        "heart rate",
        "heart_rate_bpm",
        30.0,
        ("low", "high"),
        lambda line, run, _: _mostly(
            words.heart_rate(_view.number(run, "heart_rate_mean_bpm")),
            words.number(line.low),
            words.number(line.high),
        ),
    ),
    _Kind(
        "cadence",
        "cadence_spm",
        20.0,
        ("low", "high"),
        lambda line, run, _: _mostly(
            words.cadence(_view.number(run, "cadence_mean_spm")),
            words.number(line.low),
            words.number(line.high),
        ),
    ),
    _Kind(
        "altitude",
        "altitude_m",
        30.0,
        ("lowest", "highest"),
        lambda line, _, units: (
            f"{words.climb_number(line.lowest, units)} to {words.climb(line.highest, units)}"
        ),
    ),
)


def rows(history: History, palette: Palette = LIGHT) -> list[RunRow]:
    """Draw the runs of the reported week, all on one scale for each quantity.

    Parameters
    ----------
    history
        What a scan gave back.
    palette
        Its colours.

    Returns
    -------
    list of RunRow
        In the order they were run; empty without a run.
    """
    runs = _view.runs_of_week(history)
    lines = {run_id: trace_lines(history.records[run_id]) for run_id in runs["run_id"]}
    scales = {kind.trace: _scale(kind, lines) for kind in KINDS}
    with _axes.drawing_style():
        return [_row(run, lines[str(run["run_id"])], scales, history, palette) for _, run in runs.iterrows()]


def figure(line: TraceLine, scale: tuple[float, float], palette: Palette = LIGHT) -> Figure:
    """Draw one quantity along one run, faster, higher or more towards the top, pauses as gaps; no text.

    Parameters
    ----------
    line
        Of `runner.trace_lines`.
    scale
        Values at the bottom and at the top; what lies beyond stays at the edge.
    palette
        Its colours.
    """
    width, height = SIZE_POINTS
    drawn = Figure(figsize=(width / 72, height / 72), dpi=72)
    drawn.patch.set_alpha(0.0)
    low, high = scale
    # Room for half a line at the edges.
    corners = [
        np.column_stack([place, 0.04 + 0.92 * np.clip((values - low) / (high - low), 0.0, 1.0)])
        for place, values in line.parts
    ]
    codes = [[Path.MOVETO, *[Path.LINETO] * (len(part) - 1)] for part in corners]
    path = Path(np.concatenate(corners), np.concatenate(codes))
    foot = Path([(0.0, 0.01), (1.0, 0.01)])
    for shape, colour, thickness in ((foot, palette.grid, 1.0), (path, palette.accent, 1.6)):
        patch = PathPatch(shape, facecolor="none", edgecolor=colour, linewidth=thickness)
        patch.set_transform(drawn.transFigure)
        patch.set_capstyle("round")
        drawn.add_artist(patch)
    return drawn


def _scale(kind: _Kind, lines: Mapping[str, Mapping[str, TraceLine]]) -> tuple[float, float]:
    """Bottom and top of a quantity's scale: all runs of the week, and enough not to make much of little."""
    ends = [
        getattr(of[kind.trace], end) for of in lines.values() for end in kind.ends if of[kind.trace].parts
    ]
    if not ends:
        return 0.0, 1.0
    low, high = min(ends), max(ends)
    # A tenth more, as those are not the very ends.
    room = max(0.1 * (high - low), (kind.least_span - (high - low)) / 2)
    return low - room, high + room


def _row(
    run: pd.Series[Any],
    lines: Mapping[str, TraceLine],
    scales: Mapping[str, tuple[float, float]],
    history: History,
    palette: Palette,
) -> RunRow:
    units: words.Units = history.settings.units
    quantities = tuple(
        Quantity(
            kind.name,
            kind.say(lines[kind.trace], run, units) if lines[kind.trace].parts else NOT_RECORDED,
            written(figure(lines[kind.trace], scales[kind.trace], palette))
            if lines[kind.trace].parts
            else "",
        )
        for kind in KINDS
    )
    day = words.day(_view.as_date(run["local_date"]))
    return RunRow(str(run["run_id"]), day, quantities, _sentence(day, quantities))


def _sentence(day: str, quantities: Sequence[Quantity]) -> str:
    return f"{day}: {'; '.join(f'{one.name} {one.words}' for one in quantities)}."
