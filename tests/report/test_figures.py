"""The panels, tested by what they draw."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from loadwatch import words
from loadwatch.report import _view, figures
from loadwatch.report.figures import LIGHT, _axes, _by_speed, _labels, late_form

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
    past, mine, running = axes_of("distance", history).patches
    weeks = history.weeks.tail(_view.WEEK_COUNT)
    tops = past.get_path().vertices.reshape(-1, 5, 2)[:, 2, 1]
    assert [*tops, mine.get_height(), running.get_height()] == pytest.approx(list(weeks["distance_m"] / 1000))
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


@pytest.mark.parametrize(
    ("key", "usual", "expected", "longer"),
    [
        ("cadence", 150 + 6 * 2.95, lambda speed: 150 + 6 * speed, "▼ longer steps"),
        ("steps", 6000 * 2.95 / 167.7, lambda speed: 6000 * speed / (150 + 6 * speed), "▲ longer than usual"),
    ],
)
def test_a_panel_by_speed_shows_the_past_the_curve_and_each_run(
    history, key, usual, expected, longer
) -> None:
    axes = axes_of(key, history)
    past, mine = (len(dots.get_path().vertices) // 2 for dots in axes.patches)
    assert 0 < past <= _by_speed.MOST_PAST_DOTS
    assert 60 < mine <= 4 * 30
    (curve,) = axes.lines
    assert curve.get_ydata() == pytest.approx(expected(curve.get_xdata()))
    (marks,) = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
    change = 1 / 0.996 if key == "steps" else 0.996
    assert marks.get_offsets().tolist() == [pytest.approx([2.95, change * usual])] * 4
    assert {to_hex(colour) for colour in marks.get_facecolors()} == {LIGHT.accent}
    assert {"your own curve", longer, "Tue", "Thu", "Sat", "Sun"} <= set(texts(axes))


def test_a_run_that_is_not_judged_is_hollow_and_no_side_is_named(newcomer: History) -> None:
    axes = axes_of("cadence", newcomer)
    (marks,) = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
    assert {to_hex(colour) for colour in marks.get_facecolors()} == {LIGHT.paper}
    middle = newcomer.form_windows.groupby("run_id", observed=True)["cadence_spm"].median()
    week = _view.runs_of_week(newcomer)["run_id"]
    assert marks.get_offsets()[:, 1].tolist() == pytest.approx(middle[week].tolist())
    assert not {"your own curve", "▼ longer steps"} & set(texts(axes))
    assert BY_KEY["cadence"].told(newcomer).endswith("cannot tell.")


def test_the_panels_by_speed_say_where_the_runs_lie_and_list_them(history: History, nobody: History) -> None:
    told = BY_KEY["steps"].told(history)
    assert told.startswith("Against your own curve at the same speed: 4 runs, from +0.4 % (")
    assert BY_KEY["cadence"].told(nobody) == "No steady flat running with cadence in this week: cannot tell."
    head, rows = BY_KEY["steps"].table(history)
    assert head == ["run", "pace", "step length", "your own curve", "difference"]
    assert rows[0] == ["Sun 25 Oct", "5:39 min/km", "106 cm", "106 cm", "+0.4 %"]
    assert BY_KEY["cadence"].table(history)[1][0][2:] == ["167 spm", "168 spm", "−0.4 %"]


def test_steps_are_in_inches_where_settings_say_so(american: History) -> None:
    assert axes_of("steps", american).get_title(loc="left") == "in"
    assert BY_KEY["steps"].table(american)[1][0][2] == "41.7 in"


def test_a_scale_of_whole_numbers_names_none_twice() -> None:
    for values, from_zero in (([161.9, 162.0], False), ([0.1, 0.4], True), ([104.5, 104.5], False)):
        axes = Figure().add_subplot()
        axes.plot(values)
        _axes.finish(axes, "spm", LIGHT, from_zero=from_zero)
        low, high = axes.get_ylim()
        assert low <= min(values) <= max(values) <= high
        named = [axes.yaxis.get_major_formatter()(tick) for tick in axes.get_yticks()]
        assert len(set(named)) == len(named) >= 2


def faded(history: History, **change_spm: float) -> History:
    """The same history, its last runs at an even speed, each with its cadence changed in the last third."""
    records = dict(history.records)
    for day, change in change_spm.items():
        runs = _view.runs_of_week(history)
        run_id = runs["run_id"][[words.WEEKDAYS[of.weekday()] == day for of in runs["local_date"]]].iloc[0]
        speed_mps = np.tile(np.linspace(2.9, 3.0, 10), 3)
        third = records[run_id].vectors["form_third"]
        steady = {
            "form_speed_mps": speed_mps,
            "form_cadence_spm": 150 + 6 * speed_mps - 2.0 + change * (third == 2),
        }
        records[run_id] = replace(records[run_id], vectors=dict(records[run_id].vectors) | steady)
    return replace(history, records=records)


def test_late_in_long_runs_each_stands_on_its_first_third(history: History) -> None:
    tired = faded(history, Tue=0.5, Thu=-6.5, Sun=1.0)
    axes = axes_of("late_form", tired)
    first, last = (drawn for drawn in axes.collections if isinstance(drawn, PathCollection))
    assert set(first.get_offsets()[:, 1]) == {0.0}
    judged = late_form.recent(tired)["change_spm"].dropna().tail(19)
    is_week = [to_hex(colour) == LIGHT.accent for colour in last.get_facecolors()]
    assert last.get_offsets()[is_week][:, 1].tolist() == pytest.approx([0.5, -6.5, 1.0])
    assert last.get_offsets()[:, 1].tolist() == pytest.approx(judged.tolist())
    # One of the week is uneven.
    assert Counter(texts(axes)) >= Counter({"Tue": 1, "Thu": 1, "Sun": 1, "−4.0 spm: a fade": 1, "?": 1})
    assert axes.lines[-1].get_ydata() == [-4.0, -4.0]


def test_the_line_of_a_fade_is_the_one_in_force(history: History) -> None:
    own = replace(history.settings, rules={"late_fade": {"fade_spm": -3.0}})
    axes = axes_of("late_form", replace(faded(history, Sun=1.0), settings=own))
    assert axes.lines[-1].get_ydata() == [-3.0, -3.0]
    assert "−3.0 spm: a fade" in texts(axes)


def test_late_in_long_runs_is_told_with_what_keeps_runs_from_being_judged(history, newcomer, nobody) -> None:
    panel = BY_KEY["late_form"]
    said = panel.told(faded(history, Tue=0.5, Thu=-6.5, Sun=1.0))
    assert said.startswith(
        "Last third beside first at the same speed: +0.5 spm (Tue 20 Oct), −6.5 spm (Thu 22 Oct) and "
        "+1.0 spm (Sun 25 Oct). The 20 judged runs before: "
    )
    head, rows = panel.table(faded(history, Sun=1.0))
    assert head[-1] == "change"
    assert [rows[0][0], *rows[0][2:]] == ["Sun 25 Oct", "−2.0 spm", "−1.0 spm", "+1.0 spm"]
    assert rows[1][2:] == ["–", "–", "pace too uneven"]
    # The list of the week's runs tells the same time.
    assert rows[0][1] == words.duration(_view.runs_of_week(history)["moving_s"].iloc[-1])
    assert panel.told(newcomer).startswith("Cannot tell: no run of this week could be judged (")
    assert "too short: under 35 minutes" in panel.told(newcomer)
    assert texts(axes_of("late_form", newcomer)) == ["no long steady run could be judged yet"]
    assert panel.told(nobody) == words.NO_RUN


def test_names_beside_marks_cover_neither_each_other_nor_a_mark() -> None:
    axes = Figure(figsize=(5, 3), dpi=72).add_subplot()
    marks = [(0.5 + 0.02 * place, 0.5, name) for place, name in enumerate(words.WEEKDAYS)]
    assert _labels.beside_marks(axes, marks, [], LIGHT) == list(words.WEEKDAYS)
    boxes = [text.get_window_extent() for text in axes.texts]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    places = axes.transData.transform([(x, y) for x, y, _ in marks])
    assert not any(box.contains(*place) for box in boxes for place in places)


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
