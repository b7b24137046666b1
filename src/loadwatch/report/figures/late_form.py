"""Cadence in the last third of each long steady run beside its first third."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter

from loadwatch import words
from loadwatch.flags import thresholds_in_force
from loadwatch.report import _view
from loadwatch.report.figures import _axes, _labels
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from loadwatch.history import History
    from loadwatch.report.figures._axes import Numbers
    from loadwatch.report.figures._panel import Table

MOST_RUNS = 20
MOST_LISTED = 40
REASONS = {
    "too_short": "too short: under 35 minutes",
    "indoors": "on a treadmill",
    "no_windows": "no steady flat running with cadence",
    "no_curve": "no curve of your own yet",
    "few_windows": "too little flat running early or late",
    "uneven_pace": "pace too uneven",
    "changed_pace": "pace changed from early to late",
}


def draw(axes: Axes, history: History, palette: Palette = LIGHT) -> None:
    """Draw each judged run from its first third, on the zero line, to its last; the week in colour."""
    _axes.bare(axes, palette)
    runs = recent(history)
    runs = runs[runs["is_in_week"] & (runs["reason"] != "too_short") | (runs["reason"] == "")].tail(MOST_RUNS)
    change = runs["change_spm"].to_numpy()
    is_judged = ~np.isnan(change)
    if not is_judged.any():
        _axes.no_data(axes, "no long steady run could be judged yet", palette)
        return
    fade_spm = _fade_spm(history)
    places = np.arange(len(runs), dtype=float)
    left, right = min(-0.7, len(runs) - 8.3), len(runs) - 0.3
    axes.set_xlim(left, right)
    _axes.month_ticks(axes, [_view.as_date(day) for day in runs["local_date"]], first=0)
    room = 0.28 * (max(change[is_judged].max(), 1.0) - min(change[is_judged].min(), fade_spm))
    axes.set_ylim(min(change[is_judged].min(), fade_spm) - room, max(change[is_judged].max(), 1.0) + room)
    _axes.finish(axes, "spm, last third beside first", palette, from_zero=False)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.signed_number(value)))
    axes.axhline(0, color=palette.soft, linewidth=0.8, zorder=1)
    axes.axhline(fade_spm, color=palette.ink, linewidth=1.4, linestyle=(0, (4, 3)), zorder=1)
    is_mine = runs["is_in_week"].to_numpy(dtype=bool)
    colours = np.where(is_mine, palette.accent, palette.muted)
    _dumbbells(axes, places[is_judged], change[is_judged], colours[is_judged].tolist(), palette)
    ends = list(zip(places.tolist(), np.nan_to_num(change).tolist(), strict=True))
    taken = [
        _labels.corner(axes, "▲ quicker steps late", "left", "top", palette),
        _labels.corner(axes, "▼ longer steps late", "left", "bottom", palette),
        *(_labels.on_line(axes, place, 0.0, "?", palette) for place in places[~is_judged].tolist()),
        *(_labels.upright(axes, place, spm, 0.0) for place, spm in ends),
        *_labels.around(axes, [mark for mark in ends if mark[1]]),
    ]
    line = [(float(place), fade_spm) for place in np.linspace(left, right, 24)]
    named = _labels.along_line(axes, line, f"{words.cadence_change(fade_spm)}: a fade", [], taken, palette)
    names = [
        (*end, words.WEEKDAYS[_view.as_date(day).weekday()])
        for end, day, is_named in zip(ends, runs["local_date"], is_mine & is_judged, strict=True)
        if is_named
    ]
    taken = taken if named is None else [*taken, named]
    _labels.beside_marks(axes, names, taken, palette, _labels.ENDS_FIRST)


def _dumbbells(
    axes: Axes,
    places: Numbers,
    change: Numbers,
    colours: list[str],
    palette: Palette,
) -> None:
    axes.vlines(places, np.minimum(change, 0), np.maximum(change, 0), colors=colours, linewidth=2, zorder=3)
    axes.scatter(
        *(places, np.zeros(len(places))),
        s=22,
        facecolors=palette.paper,
        edgecolors=colours,
        linewidths=1.4,
        zorder=4,
    )
    axes.scatter(places, change, s=44, color=colours, linewidths=0, zorder=5)


def recent(history: History) -> pd.DataFrame:
    """Give the runs of the days before and in the reported week in order, early beside late.

    Returns
    -------
    DataFrame
        local_date, moving_s, is_in_week, and what `History.late_form_of` tells of each.
    """
    ago = _view.days_ago(history, history.runs["local_date"])
    runs = history.runs[(ago >= 0) & (ago <= _view.RECENT_DAYS)].sort_values("start_time", kind="stable")
    return history.late_form_of(runs["run_id"]).assign(
        local_date=runs["local_date"].to_numpy(),
        moving_s=runs["moving_s"].to_numpy(dtype=float),
        is_in_week=(runs["week"] == history.week).to_numpy(dtype=bool),
    )


def _fade_spm(history: History) -> float:
    return float(thresholds_in_force("late_fade", history.settings.rules)["fade_spm"])


def table(history: History) -> Table:
    """Run, time, cadence beside the own curve in the first and the last third, and its change."""
    rows = [
        [
            words.day(_view.as_date(run["local_date"])),
            words.duration(run["moving_s"]),
            words.cadence_change(run["early_spm"]),
            words.cadence_change(run["late_spm"]),
            REASONS.get(run["reason"]) or words.cadence_change(run["change_spm"]),
        ]
        for run in recent(history).tail(MOST_LISTED).iloc[::-1].to_dict("records")
    ]
    return ["run", "time", "first third, beside your curve", "last third", "change"], rows


def told(history: History) -> str:
    """Say how the week's runs ended, beside those before; or why none could be judged."""
    runs = recent(history)
    mine = runs[runs["is_in_week"]]
    if mine.empty:
        return words.NO_RUN
    judged = mine[mine["reason"] == ""]
    if judged.empty:
        counted = Counter(REASONS[reason] for reason in mine["reason"])
        why = "; ".join(f"{words.count(many, 'run')}: {reason}" for reason, many in counted.items())
        return f"Cannot tell: no run of this week could be judged ({why})."
    said = words.listing(
        [
            f"{words.cadence_change(spm)} ({words.day(_view.as_date(day))})"
            for spm, day in zip(judged["change_spm"], judged["local_date"], strict=True)
        ]
    )
    return f"Last third beside first at the same speed: {said}. {_before(runs)}"


def _before(runs: pd.DataFrame) -> str:
    change = runs.loc[~runs["is_in_week"], "change_spm"].dropna().tail(MOST_RUNS)
    if change.empty:
        return "No run before could be judged."
    counted = "the judged run" if len(change) == 1 else f"the {len(change)} judged runs"
    between = words.cadence_change(change.min())
    if len(change) > 1:
        between = f"{between} to {words.cadence_change(change.max())}"
    return words.capitalised(f"{counted} before: {between}.")


PANEL = Panel(
    key="late_form",
    title="Late in long runs",
    caption="Steady runs of 35 minutes and more. Open mark: the first third; full mark: the last third; "
    "cadence at the same speed. By itself it scatters by 1.4 to 2.9 spm. ? in this week: not judged.",
    draw=draw,
    told=told,
    table=table,
)
