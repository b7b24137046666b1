"""The panels, tested by what they draw."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.colors import to_hex

from loadwatch import words
from loadwatch.report import _view, figures
from loadwatch.report.figures import LIGHT

if TYPE_CHECKING:
    from loadwatch.history import History

BY_KEY = {panel.key: panel for panel in figures.PANELS}


def axes_of(key: str, history: History):
    return figures.figure(BY_KEY[key], history).axes[0]


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text()]


@pytest.mark.parametrize("panel", figures.PANELS, ids=lambda panel: panel.key)
@pytest.mark.parametrize("who", ["history", "beginner", "newcomer", "american", "nobody"])
def test_every_panel_draws_for_every_runner(request, panel, who: str) -> None:
    history = request.getfixturevalue(who)
    svg = figures.to_svg(panel, history)
    ET.fromstring(svg)  # noqa: S314  our own drawing
    head, rows = panel.table(history)
    assert all(len(row) == len(head) for row in rows)


def test_bars_are_the_weeks_distances_in_kilometres(history: History) -> None:
    bars = axes_of("distance", history).patches
    weeks = history.weeks.tail(_view.WEEK_COUNT)
    assert [bar.get_height() for bar in bars] == pytest.approx(list(weeks["distance_m"] / 1000))
    assert axes_of("distance", history).get_title(loc="left") == "km"


def test_bars_are_in_miles_where_settings_say_so(american: History) -> None:
    axes = axes_of("distance", american)
    assert axes.get_title(loc="left") == "mi"
    assert axes.patches[-2].get_height() == pytest.approx(american.weeks["distance_m"].iloc[-2] / 1609.344)


def test_only_the_reported_week_has_the_accent_and_only_the_running_one_is_hatched(history: History) -> None:
    bars = axes_of("distance", history).patches
    accent = [i for i, bar in enumerate(bars) if to_hex(bar.get_facecolor()) == LIGHT.accent]
    hatched = [i for i, bar in enumerate(bars) if bar.get_hatch()]
    assert (accent, hatched) == ([len(bars) - 2], [len(bars) - 1])


def test_the_reported_week_is_labelled_with_its_unit(history: History) -> None:
    assert "48.2 km" in texts(axes_of("distance", history))
    assert "hard 15" in texts(axes_of("hard", history))
    assert any(text.endswith("km-eq") for text in texts(axes_of("leg_load", history)))


def test_a_week_without_running_is_a_mark_on_the_baseline(history: History) -> None:
    axes = axes_of("distance", history)
    weeks = history.weeks.tail(_view.WEEK_COUNT)
    marks = axes.lines[-1]
    assert list(marks.get_xdata()) == list(np.flatnonzero(weeks["run_count"] == 0))
    assert set(marks.get_ydata()) == {0.0}


def test_a_week_without_altitude_is_a_question_mark_not_a_zero(history: History) -> None:
    axes = axes_of("climb", history)
    unknown = [text.get_position()[0] for text in axes.texts if text.get_text() == "?"]
    weeks = history.weeks.tail(_view.WEEK_COUNT).reset_index(drop=True)
    assert unknown == list(np.flatnonzero(weeks["elevation_gain_m"].isna()))


def test_the_ladder_draws_the_longest_of_thirty_days_and_a_tenth_above(history: History) -> None:
    longest, above = axes_of("ladder", history).lines[:2]
    assert np.array(above.get_ydata()) == pytest.approx(1.1 * np.array(longest.get_ydata()), nan_ok=True)
    assert "23.3 km" in texts(axes_of("ladder", history))


def test_cadence_shows_the_week_the_past_and_the_curve(history: History) -> None:
    axes = axes_of("cadence", history)
    past, mine = (len(points.get_offsets()) for points in axes.collections)
    assert past <= _view.MAX_PAST_WINDOWS
    assert mine == 4 * 30
    (curve,) = axes.lines
    assert list(curve.get_ydata()) == pytest.approx([150 + 6 * 2.5, 150 + 6 * 3.4])


def test_speeds_are_labelled_as_round_paces(history: History) -> None:
    labels = [label.get_text() for label in axes_of("cadence", history).get_xticklabels()]
    assert labels
    assert all(label.endswith((":00", ":15", ":30", ":45")) for label in labels)


def test_no_data_is_said_in_the_panel(nobody: History) -> None:
    assert texts(axes_of("cadence", nobody)) == ["no steady flat running with cadence yet"]


def test_the_same_history_gives_the_same_bytes(history: History) -> None:
    for panel in figures.PANELS:
        assert figures.to_svg(panel, history) == figures.to_svg(panel, history)


def test_the_twin_tells_the_same_numbers_with_units(history: History) -> None:
    head, rows = BY_KEY["distance"].table(history)
    assert head == ["week", "distance", "longest run", "runs"]
    assert rows[1] == [words.week_label("2026-W43"), "48.2 km", "23.3 km", "4"]
    assert rows[0][0].endswith(", so far")
