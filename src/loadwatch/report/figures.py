"""The panels of a report. Each draws one table on one Axes, with one scale, and knows its own table twin.

Panels take what they show from the history; the rest is layout. Drawn with Figure objects only, so that
a notebook, a page and a picture can use the same panel without any global state.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from loadwatch import words
from loadwatch.flags import thresholds_in_force
from loadwatch.report import _axes, _twins, _view
from loadwatch.report._axes import LIGHT, Palette

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from loadwatch.history import History

SIZE_POINTS = (380.0, 235.0)
LETTER_POINTS = 6.0  # width of a figure among the numbers of a scale


@dataclass(frozen=True)
class Panel:
    """One chart and everything said about it.

    Attributes
    ----------
    key
        Short name, for ids.
    title, caption
        What it shows, and how to read it.
    draw
        Puts it on an Axes.
    table
        Its twin for whoever prefers or needs numbers: head line and rows, all as words.
    told
        What it says of the reported week, as a sentence; None where the picture is all.
    """

    key: str
    title: str
    caption: str
    draw: Callable[[Axes, History, Palette], None]
    table: Callable[[History], tuple[list[str], list[list[str]]]]
    told: Callable[[History], str] | None = None


def figure(panel: Panel, history: History, palette: Palette = LIGHT) -> Figure:
    """Draw one panel on a figure of its own.

    Parameters
    ----------
    panel
        One of `PANELS`.
    history
        What a scan gave back.
    palette
        Its colours.

    Returns
    -------
    Figure
        Free of pyplot; save it or show it in a notebook.
    """
    with _axes.drawing_style():
        return _drawn(panel, history, palette)


def to_svg(panel: Panel, history: History, palette: Palette = LIGHT) -> str:
    """Draw one panel as SVG with real text and without a date, the same bytes for the same input."""
    return to_svgs((panel,), history, palette)[0]


def to_svgs(panels: Sequence[Panel], history: History, palette: Palette = LIGHT) -> list[str]:
    """Draw panels as `to_svg` does one; matplotlib takes long to change its settings, so they do it once."""
    with _axes.drawing_style():
        return [_written(_drawn(panel, history, palette)) for panel in panels]


def _drawn(panel: Panel, history: History, palette: Palette) -> Figure:
    """One panel on a figure of its own, in the settings in force."""
    drawn = Figure(figsize=(SIZE_POINTS[0] / 72, SIZE_POINTS[1] / 72), dpi=72)
    drawn.patch.set_alpha(0.0)
    axes = drawn.add_subplot()
    panel.draw(axes, history, palette)
    _leave_margins(axes)
    return drawn


def _leave_margins(axes: Axes) -> None:
    """Room for the scale's numbers to the left, and above and below for a line or two of small words.

    Known beforehand, as all words are of one size; matplotlib's own way draws everything once more.
    """
    width, height = SIZE_POINTS
    scale = axes.yaxis.get_major_formatter().format_ticks(axes.get_yticks().tolist())
    left = 6.5 + LETTER_POINTS * max(map(len, scale), default=0)
    bottom = 31.5 if axes.get_xlabel() else 17.0
    inner_width, inner_height = width - left - 8.0, height - bottom - 17.0
    axes.set_position((left / width, bottom / height, inner_width / width, inner_height / height))


def _written(drawn: Figure) -> str:
    buffer = io.StringIO()
    drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def draw_distance(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's distance as a bar, with a line across it at the longest run."""
    units = history.settings.units
    weeks = _axes.prepared(axes, history, palette)
    scale = _axes.length_scale(units)
    heights = weeks["distance_m"].to_numpy(dtype=float) / scale
    _axes.week_bars(axes, history, weeks, heights, palette)
    longest = weeks["longest_run_m"].to_numpy(dtype=float) / scale
    shown = np.flatnonzero(longest > 0)
    axes.hlines(longest[shown], shown - 0.4, shown + 0.4, colors=palette.ink, linewidth=1.6)
    _axes.mark_empty_weeks(axes, weeks, heights, palette)
    _axes.label_week(
        axes,
        history,
        weeks,
        heights,
        palette,
        lambda row: words.distance(_view.number(row, "distance_m"), units),
    )
    if len(shown):
        _axes.name_mark(axes, float(shown[0]), float(longest[shown[0]]), "longest run", palette)
    _axes.finish(axes, words.distance_unit(units), palette)


def draw_hard_minutes(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's running time, and in front of it the minutes that were hard."""
    weeks = _axes.prepared(axes, history, palette)
    total = weeks["moving_s"].to_numpy(dtype=float) / 60
    hard = weeks["hard_s"].to_numpy(dtype=float) / 60
    _axes.week_bars(axes, history, weeks, total, palette, alpha=0.45)
    _axes.week_bars(axes, history, weeks, hard, palette)
    _axes.mark_empty_weeks(axes, weeks, total, palette)
    for position in np.flatnonzero((total > 0) & np.isnan(hard)):
        axes.text(float(position), 0, "?", ha="center", va="bottom", color=palette.soft)
    _axes.label_week(
        axes, history, weeks, total, palette, lambda row: f"{words.minutes(_view.number(row, 'hard_s'))} hard"
    )
    _axes.finish(axes, "min, hard ones in front", palette)


def draw_climb(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's climb upwards and its descent downwards."""
    units = history.settings.units
    scale = words.FOOT_M if units == "imperial" else 1.0
    weeks = _axes.prepared(axes, history, palette)
    gain = weeks["elevation_gain_m"].to_numpy(dtype=float) / scale
    loss = weeks["elevation_loss_m"].to_numpy(dtype=float) / scale
    if np.isnan(gain).all():
        _axes.no_data(axes, "no altitude in these weeks", palette)
        return
    _axes.week_bars(axes, history, weeks, gain, palette)
    _axes.week_bars(axes, history, weeks, -loss, palette, alpha=0.6)
    axes.axhline(0, color=palette.soft, linewidth=0.8)
    _axes.mark_empty_weeks(axes, weeks, gain, palette)
    for position in np.flatnonzero(np.isnan(gain)):
        axes.text(float(position), 0, "?", ha="center", va="bottom", color=palette.soft)
    _axes.label_week(
        axes,
        history,
        weeks,
        gain,
        palette,
        lambda row: words.climb(_view.number(row, "elevation_gain_m"), units),
    )
    _axes.finish(axes, f"{words.climb_unit(units)} up and down", palette)


def draw_leg_load(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each week's kilometre-equivalents."""
    weeks = _axes.prepared(axes, history, palette)
    heights = weeks["leg_load_km"].to_numpy(dtype=float)
    if np.isnan(heights).all():
        _axes.no_data(axes, "no leg load in these weeks", palette)
        return
    carried = history.leg_load
    if carried.place != "unknown":
        for level_km in (carried.low_km, carried.high_km):
            axes.axhline(level_km, color=palette.soft, linewidth=1.1, linestyle=(0, (3, 2)))
    _axes.week_bars(axes, history, weeks, heights, palette)
    _axes.mark_empty_weeks(axes, weeks, heights, palette)
    _axes.label_week(
        axes, history, weeks, heights, palette, lambda row: words.leg_load(_view.number(row, "leg_load_km"))
    )
    _axes.finish(axes, "km-eq", palette)


def draw_ladder(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each session against the longest of the 30 days before it, and against the rule's first step."""
    units, scale = history.settings.units, _axes.length_scale(history.settings.units)
    last = _view.last_day(history)
    sessions = _view.recent_sessions(history)
    step = thresholds_in_force("long_run_spike", history.settings.rules)["note_ratio"]
    _axes.bare(axes, palette)
    axes.set_xlim(-_view.LADDER_DAYS - 2, 26)
    if sessions.empty:
        _axes.no_data(axes, "no run in these days", palette)
        return
    ages = np.array([(_view.as_date(day) - last).days for day in sessions["local_date"]])
    lengths = sessions["distance_m"].to_numpy(dtype=float) / scale
    longest = sessions["baseline_m"].to_numpy(dtype=float) / scale
    is_mine = _view.in_reported_week(history, sessions)
    axes.step(ages, longest, where="post", color=palette.soft, linewidth=1.3)
    axes.step(ages, longest * step, where="post", color=palette.soft, linewidth=1.1, linestyle=(0, (3, 2)))
    axes.scatter(ages[~is_mine], lengths[~is_mine], s=16, color=palette.muted, linewidths=0, zorder=3)
    axes.scatter(ages[is_mine], lengths[is_mine], s=36, color=palette.accent, linewidths=0, zorder=4)
    judged = np.flatnonzero(~np.isnan(longest))
    if len(judged):
        end = longest[judged[-1]]
        axes.text(3, end, "compared\nwith", va="top", fontsize="small", color=palette.soft)
        axes.text(
            3,
            end * step,
            words.signed_percent(100 * (step - 1)),
            va="bottom",
            fontsize="small",
            color=palette.soft,
        )
    if is_mine.any():
        top = int(np.flatnonzero(is_mine)[lengths[is_mine].argmax()])
        label = words.distance(float(sessions["distance_m"].iloc[top]), units)
        _axes.above(axes, float(ages[top]), float(lengths[top]), label, palette)
    axes.set_ylim(0, 1.18 * float(np.nanmax(np.append(lengths, longest * step))))
    _axes.month_ticks(
        axes, [last + timedelta(days=age) for age in range(-_view.LADDER_DAYS, 1)], first=-_view.LADDER_DAYS
    )
    _axes.finish(axes, words.distance_unit(units), palette)


def draw_cadence(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw cadence against speed: the past in grey, the runner's own curve, the reported week on top."""
    units = history.settings.units
    _axes.bare(axes, palette)
    past, mine = _view.form_windows(history)
    if past.empty and mine.empty:
        _axes.no_data(axes, "no steady flat running with cadence yet", palette)
        return
    axes.scatter(past["speed_mps"], past["cadence_spm"], s=7, color=palette.muted, alpha=0.6, linewidths=0)
    axes.scatter(mine["speed_mps"], mine["cadence_spm"], s=11, color=palette.accent, linewidths=0, zorder=4)
    curve = _view.curve(history)
    if curve is not None:
        ends = np.array([curve["speed_low_mps"], curve["speed_high_mps"]], dtype=float)
        expected = float(curve["intercept_spm"]) + float(curve["slope_spm_per_mps"]) * ends
        axes.plot(ends, expected, color=palette.ink, linewidth=1.6, zorder=5)
    _axes.pace_ticks(axes, units)
    axes.set_xlabel(f"{words.pace_unit(units)}, faster to the right", color=palette.soft, fontsize="small")
    # Named above: beside the line there are points.
    named = "spm" if curve is None else "spm; the line is your own curve"
    _axes.finish(axes, named, palette, from_zero=False)


PANELS: tuple[Panel, ...] = (
    Panel(
        key="distance",
        title="Distance by week",
        caption="One bar a week; the line across it is the longest run. Hatched: still running. Dot: no run.",
        draw=draw_distance,
        table=_twins.distance,
    ),
    Panel(
        key="ladder",
        title="Long-run ladder",
        caption="Each session (runs at most 30 minutes apart) against the longest of the 30 days before it; "
        "one that stands out like a race counts as 1.3 times the second-longest.",
        draw=draw_ladder,
        table=_twins.ladder,
    ),
    Panel(
        key="hard",
        title="Hard and easy running",
        caption="Running time by week, with the minutes at or near threshold in front.",
        draw=draw_hard_minutes,
        table=_twins.hard_minutes,
        told=_view.zones_line,
    ),
    Panel(
        key="climb",
        title="Climb and descent",
        caption="Computed from the altitude samples, one method per kind of sensor.",
        draw=draw_climb,
        table=_twins.climb,
    ),
    Panel(
        key="cadence",
        title="Cadence at your speed",
        caption="Half-minutes of steady flat running, the reported week in colour. Below your curve, steps "
        f"are longer than usual. {words.STRIDE_LIMIT}",
        draw=draw_cadence,
        table=_twins.cadence,
    ),
    Panel(
        key="leg_load",
        title="Leg load by week",
        caption="Kilometres with climbs, descents and speed weighted in; walks and hikes count half. Between "
        "the dashed lines: what was carried lately. The weights are choices, not measurements; no rule "
        "speaks from this chart.",
        draw=draw_leg_load,
        table=_twins.leg_load,
        told=_view.leg_load_line,
    ),
)
