"""Load and what is carried of it, and the acute to chronic ratio, tested by lines and words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.colors import to_hex

from loadwatch import columns, words
from loadwatch.metrics import averages
from loadwatch.report import _view, figures
from loadwatch.report.figures import LIGHT, acute_chronic, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loadwatch.history import History

WEEK = "2026-W43"


@pytest.fixture
def carried(history: History) -> History:
    """The same runner with the averages that days and weeks hold."""
    days, loads = history.days.copy(), history.days["load"].to_numpy(dtype=float)
    distance_m = days["distance_m"].to_numpy(dtype=float)
    days["fitness"], days["fatigue"] = (averages.carried(loads, days=span) for span in (42.0, 7.0))
    days["form"] = (days["fitness"] - days["fatigue"]).shift()
    days["acute_chronic_ratio"] = averages.acute_chronic_ratio(distance_m)
    days["acute_chronic_ewma_ratio"] = averages.acute_chronic_ewma_ratio(distance_m)
    days["monotony_ratio"], days["strain"] = averages.monotony_ratio(loads), averages.strain(loads)
    days.loc[: 7 * 4 - 1, list(columns.CHARTS)] = np.nan
    last = days.drop_duplicates("week", keep="last").set_index("week")
    weeks = history.weeks.copy()
    for name in columns.CHARTS:
        weeks[name] = last[name].reindex(weeks["week"]).to_numpy()
    return replace(history, days=days, weeks=weeks)


def axes_of(panel: figures.Panel, history: History) -> Axes:
    return figures.figure(panel, history).axes[0]


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_bars_are_a_week_s_mean_load_a_day(carried: History) -> None:
    past, mine, running = axes_of(load.PANEL, carried).patches
    weeks = carried.weeks.tail(_view.WEEK_COUNT)
    tops = past.get_path().vertices.reshape(-1, 5, 2)[:, 2, 1]
    assert [*tops, mine.get_height(), running.get_height()] == pytest.approx(list(weeks["load"] / 7))
    colours = [to_hex(bar.get_facecolor()) for bar in (past, mine)]
    assert colours == [LIGHT.muted, LIGHT.accent]


def test_three_lines_end_on_the_newest_day_and_are_named_with_the_week_s_values(carried: History) -> None:
    axes = axes_of(load.PANEL, carried)
    lines = [line for line in axes.lines if len(line.get_xdata()) > 100]
    newest = carried.days.iloc[-1]
    assert [line.get_ydata()[-1] for line in lines] == [newest[name] for name in load.LINES]
    # The as-of day is the Wednesday of the last of 26 weeks.
    assert {line.get_xdata()[-1] for line in lines} == {25 - 1 / 7}
    week = carried.weeks.set_index("week").loc[WEEK]
    named = {f"{name} {words.number(week[name])}" for name in load.LINES}
    assert set(texts(axes)) == named | {f"{words.number(week['load'] / 7)} a day"}


def test_load_is_told_beside_the_weeks_before(carried: History, beginner: History, nobody: History) -> None:
    week = carried.weeks.set_index("week").loc[WEEK]
    assert load.told(carried).startswith(f"Load {week['load']:.0f}; the 4 weeks before, ")
    assert f"fitness {week['fitness']:.0f}, fatigue {week['fatigue']:.0f} and form " in load.told(carried)
    assert "29th day" in load.told(beginner)
    assert load.told(nobody).startswith("Load –.")


def test_the_ratio_is_one_line_without_zones_and_the_week_s_part_has_the_accent(carried: History) -> None:
    axes = axes_of(acute_chronic.PANEL, carried)
    assert not axes.patches
    assert not axes.collections
    mine = next(line for line in axes.lines if line.get_color() == LIGHT.accent)
    ratios = carried.days.loc[carried.days["week"] == WEEK, "acute_chronic_ratio"]
    assert list(mine.get_ydata()) == list(ratios)
    assert f"{ratios.iloc[-1]:.2f}" in texts(axes)


def test_after_a_break_the_ratio_stays_in_the_panel_and_its_number_in_the_table(carried: History) -> None:
    days, weeks = carried.days.copy(), carried.weeks.copy()
    days.loc[days["week"] == WEEK, "acute_chronic_ratio"] = 7.5
    weeks.loc[weeks["week"] == WEEK, "acute_chronic_ratio"] = 7.5
    after = replace(carried, days=days, weeks=weeks)
    axes = axes_of(acute_chronic.PANEL, after)
    assert max(np.nanmax(line.get_ydata()) for line in axes.lines) == 3.0
    assert axes.get_ylim()[1] > 3.0
    assert "7.50" in texts(axes)
    assert acute_chronic.table(after)[1][1][1] == "7.50"


def test_a_week_without_a_ratio_is_a_question_mark(carried: History) -> None:
    weeks = carried.weeks.copy()
    weeks.loc[weeks["week"] == "2026-W30", "acute_chronic_ratio"] = np.nan
    axes = axes_of(acute_chronic.PANEL, replace(carried, weeks=weeks))
    shown = list(weeks["week"].tail(_view.WEEK_COUNT))
    (unknown,) = [text.get_position()[0] for text in axes.texts if text.get_text() == "?"]
    assert shown[int(unknown)] == "2026-W30"


def test_the_ratio_is_told_with_that_of_a_week_before(carried: History, beginner: History) -> None:
    ratios = carried.weeks.set_index("week")["acute_chronic_ratio"]
    assert (
        acute_chronic.told(carried)
        == f"{ratios[WEEK]:.2f} at the end of the week; a week before, {ratios['2026-W42']:.2f}."
    )
    assert acute_chronic.told(beginner).startswith("Cannot tell: it needs 28 days")
    assert texts(axes_of(acute_chronic.PANEL, beginner)) == ["too little running to compare with"]


def test_both_are_extra_and_say_that_no_rule_speaks_from_them() -> None:
    for panel in (load.PANEL, acute_chronic.PANEL):
        assert panel.is_extra
        assert "no rule speaks" in panel.caption.lower()
