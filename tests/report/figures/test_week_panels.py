"""The panels of weeks: what each draws and says of the reported week beside the weeks before."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from loadwatch import words
from loadwatch.report import _view, figures
from loadwatch.report.figures import LIGHT, _axes, _beside

if TYPE_CHECKING:
    from datetime import date

    from loadwatch.history import History

BY_KEY = {panel.key: panel for panel in figures.PANELS}
MINE = "2026-W43"
OF_WEEKS = ("distance", "ladder", "hard", "climb", "fast", "leg_load")
EVERYBODY = ("history", "beginner", "newcomer", "american", "nobody")


def axes_of(key: str, history: History) -> Any:
    return figures.figure(BY_KEY[key], history).axes[0]


def texts(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text()]


def of_the_week(axes: Any) -> list[Any]:
    """Parts of the reported week's bar, in the order they were drawn."""
    return [
        bar
        for bar in axes.patches
        if LIGHT.accent in (to_hex(bar.get_facecolor()), to_hex(bar.get_edgecolor())) and bar.get_height()
    ]


def with_week(history: History, **changes: float) -> History:
    """The same history with other numbers in the reported week."""
    weeks = history.weeks.copy()
    for name, value in changes.items():
        weeks.loc[weeks["week"] == MINE, name] = value
    return replace(history, weeks=weeks)


def judged_by_f4(history: History, day: date, level: str, reason: str = "") -> History:
    row = {"local_date": day, "level": level, "speaks_from_m": 1234.0, "reason": reason}
    return replace(history, findings={"fast_running": pd.DataFrame([row])})


class TestHardRunning:
    """What is hard where no critical speed is known."""

    def speechless(self, history: History) -> History:
        """The same history without a speed that is known to be hard."""
        zones = history.speeds.assign(critical_speed_mps=np.nan, hard_speed_mps=np.nan)
        return replace(history, speeds=zones)

    def test_counted_by_heart_rate_it_is_told_as_such(self, history: History) -> None:
        told = BY_KEY["hard"].told(with_week(self.speechless(history), hard_s=600.0))
        assert told.startswith("Hard running: 10 min;")
        assert "It is counted by heart rate: there are too few hard efforts" in told

    @pytest.mark.parametrize("changes", [{"hard_s": np.nan}, {"hard_s": 0.0, "run_count": 0}])
    def test_where_nothing_was_counted_nothing_is_said_to_be(
        self, history: History, changes: dict[str, float]
    ) -> None:
        told = BY_KEY["hard"].told(with_week(self.speechless(history), **changes))
        assert "What is easy or hard for you cannot be told:" in told


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("key", OF_WEEKS)
def test_no_words_stand_on_others_or_leave_the_drawing(request: Any, key: str, who: str) -> None:
    drawn = figures.figure(BY_KEY[key], request.getfixturevalue(who))
    with _axes.drawing_style():
        drawn.draw_without_rendering()
    (axes,) = drawn.axes
    every = [*axes.texts, axes.title, axes._left_title, *axes.get_xticklabels(), *axes.get_yticklabels()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in every if text.get_text()]
    width, height = 72 * drawn.get_size_inches()
    for text, box in boxes:
        # Another machine's letters may be wider.
        assert box.x0 >= 0, text
        assert box.x0 + 1.12 * box.width <= width, text
        assert 0 <= box.y0 <= box.y1 <= height, text
    for place, (text, box) in enumerate(boxes):
        for other, beside in boxes[place + 1 :]:
            assert not box.overlaps(beside), (text, other)


@pytest.mark.parametrize("key", OF_WEEKS)
def test_all_words_are_large_enough_for_a_phone(history: History, key: str) -> None:
    axes = axes_of(key, history)
    every = [*axes.texts, axes._left_title, *axes.get_xticklabels(), *axes.get_yticklabels()]
    assert min(text.get_size() for text in every) >= 13.1


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        pytest.param([0.5, 0.5, 0.5], [0.5, 0.6, 0.7], id="the same place"),
        pytest.param([-0.2, 0.3], [0.05, 0.3], id="below the panel"),
        pytest.param([0.97, 0.98], [0.85, 0.95], id="above the panel"),
        pytest.param([0.2, 0.6], [0.2, 0.6], id="room enough"),
    ],
)
def test_words_are_moved_no_further_than_they_must(places: list[float], expected: list[float]) -> None:
    apart = _beside._apart(places, [0.1] * len(places))
    assert apart == pytest.approx(expected)
    assert all(above - below >= 0.1 - 1e-9 for below, above in pairwise(apart))


class TestIntensity:
    def test_hard_lies_at_the_bottom_then_moderate_then_easy(self, history: History) -> None:
        week = history.weeks.set_index("week").loc[MINE]
        parts = of_the_week(axes_of("hard", history))
        assert [bar.get_y() for bar in parts] == pytest.approx([0.0, 15.0, 25.0])
        assert [bar.get_height() for bar in parts] == pytest.approx([15.0, 10.0, week["easy_s"] / 60])
        assert [bar.get_alpha() for bar in parts] == sorted((bar.get_alpha() for bar in parts), reverse=True)

    def test_its_minutes_are_written_beside_it(self, history: History) -> None:
        week = history.weeks.set_index("week").loc[MINE]
        said = texts(axes_of("hard", history))
        assert [said[place] for place in (0, 1, 2)] == [
            "hard 15",
            "moderate 10",
            f"easy {week['easy_s'] / 60:.0f}",
        ]
        assert said[3] == words.duration(week["moving_s"])

    def test_what_cannot_be_told_is_outlined_and_said(self, history: History) -> None:
        by_heart_rate = with_week(history, easy_s=np.nan, moderate_s=np.nan)
        hard, rest = of_the_week(axes_of("hard", by_heart_rate))
        assert hard.get_height() == pytest.approx(15.0)
        assert (rest.get_facecolor()[3], rest.get_y()) == (0.0, pytest.approx(15.0))
        assert "cannot tell" in texts(axes_of("hard", by_heart_rate))
        assert "?" not in texts(axes_of("hard", by_heart_rate))

    def test_a_week_of_which_nothing_can_be_told_has_a_question_mark(self, history: History) -> None:
        silent = with_week(history, easy_s=np.nan, moderate_s=np.nan, hard_s=np.nan)
        axes = axes_of("hard", silent)
        place = list(_view.weeks_shown(silent, _view.WEEK_COUNT)["week"]).index(MINE)
        assert [text.get_position()[0] for text in axes.texts if text.get_text() == "?"] == [place]
        assert (
            BY_KEY["hard"].told(silent).startswith("Hard running: cannot tell; the 4 weeks before, 15 min.")
        )

    def test_the_hard_minutes_are_told_beside_the_weeks_before(self, history: History) -> None:
        said = BY_KEY["hard"].told(with_week(history, hard_s=2400.0))
        assert said.startswith("Hard running: 40 min; the 4 weeks before, 15 min. For you, on the flat, easy")

    def test_its_table_has_all_three(self, history: History) -> None:
        head, rows = BY_KEY["hard"].table(history)
        assert head == ["week", "running", "easy", "moderate", "hard"]
        assert rows[1][3:] == ["10 min", "15 min"]


class TestFast:
    def test_bars_are_metres_whatever_the_units(self, american: History) -> None:
        axes = axes_of("fast", american)
        assert axes.get_title(loc="left") == "m"
        assert of_the_week(axes)[0].get_height() == pytest.approx(430.0)
        assert BY_KEY["fast"].told(american).startswith("Fast running: 430 m; the 4 weeks before, 430 m.")

    def test_the_level_of_the_rule_is_drawn_and_told(self, history: History) -> None:
        judged = judged_by_f4(history, _view.last_day(history), "usual")
        axes = axes_of("fast", judged)
        levels = [line.get_segments()[0][:, 1] for line in axes.collections if len(line.get_segments()) == 1]
        assert any((level == 1234.0).all() for level in levels)
        assert "rule speaks\nfrom here" in texts(axes)
        assert BY_KEY["fast"].told(judged).endswith("speaks beyond 1,230 m in 7 days.")

    def test_where_the_rule_cannot_judge_there_is_no_level(self, history: History) -> None:
        silent = judged_by_f4(history, _view.last_day(history), "cannot_tell", "it needs 8 full weeks")
        assert "rule speaks\nfrom here" not in texts(axes_of("fast", silent))
        assert BY_KEY["fast"].told(silent).endswith("cannot be told: it needs 8 full weeks.")

    def test_another_days_level_is_not_this_weeks(self, history: History) -> None:
        another = judged_by_f4(history, history.as_of, "usual")
        assert BY_KEY["fast"].told(another).endswith("From how much its rule speaks cannot be told.")

    def test_unknown_speeds_are_no_zero(self, history: History) -> None:
        unknown = with_week(history, fast_m=np.nan)
        assert "cannot tell" in texts(axes_of("fast", unknown))
        assert "?" in texts(axes_of("fast", unknown))
        assert BY_KEY["fast"].told(unknown).startswith("Fast running: cannot tell;")
        nothing = replace(history, weeks=history.weeks.assign(fast_m=np.nan))
        assert texts(axes_of("fast", nothing)) == [
            "too few runs outside to know\nwhich speeds are fast for you"
        ]


class TestHills:
    def test_the_steep_part_lies_next_to_the_baseline_in_the_stronger_tone(self, history: History) -> None:
        week = history.weeks.set_index("week").loc[MINE]
        steep_up, up, steep_down, down = of_the_week(axes_of("climb", history))
        assert (steep_up.get_y(), steep_up.get_height()) == (0.0, pytest.approx(week["steep_climb_m"]))
        assert up.get_y() + up.get_height() == pytest.approx(week["elevation_gain_m"])
        assert steep_down.get_height() == pytest.approx(-week["steep_descent_m"])
        assert down.get_y() + down.get_height() == pytest.approx(-week["elevation_loss_m"])
        assert steep_up.get_alpha() > up.get_alpha()
        assert steep_down.get_alpha() > down.get_alpha()

    def test_all_four_are_written_in_the_runners_units(self, history: History, american: History) -> None:
        week = history.weeks.set_index("week").loc[MINE]
        for who, units in ((history, "metric"), (american, "imperial")):
            steep = f"steep {words.climb_number(week['steep_climb_m'], units)}"
            up, down = (words.climb(week[f"elevation_{way}_m"], units) for way in ("gain", "loss"))
            assert texts(axes_of("climb", who))[-4:] == [f"{down} down", steep, steep, f"{up} up"]

    def test_both_ways_are_told_beside_the_weeks_before(self, history: History) -> None:
        week = history.weeks.set_index("week").loc[MINE]
        up, steep, down = (
            words.climb(week[name]) for name in ("elevation_gain_m", "steep_climb_m", "elevation_loss_m")
        )
        said = BY_KEY["climb"].told(history)
        assert said.startswith(f"Up: {up}; the 4 weeks before, ")
        assert f" Steep: {steep}. Down: {down}; the 4 weeks before, " in said


class TestLegLoad:
    def test_the_weeks_bar_is_made_of_its_parts(self, history: History) -> None:
        week = history.weeks.set_index("week").loc[MINE]
        parts = of_the_week(axes_of("leg_load", history))
        km = week["distance_m"] / 1000
        assert [bar.get_height() for bar in parts] == pytest.approx([km, 0.04 * km, 0.02 * km])
        assert parts[-1].get_y() + parts[-1].get_height() == pytest.approx(week["leg_load_km"])
        said = texts(axes_of("leg_load", history))
        assert said == [f"{km:.1f} km", f"{0.04 * km:.1f} climb", f"{0.02 * km:.1f} descent", said[-1]]
        assert said[-1] == words.leg_load(week["leg_load_km"])

    def test_the_band_is_the_carried_range(self, history: History, beginner: History) -> None:
        axes = axes_of("leg_load", history)
        (band,) = (bar for bar in axes.patches if to_hex(bar.get_facecolor()) == LIGHT.grid)
        carried = history.leg_load
        assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx(
            (carried.low_km, carried.high_km)
        )
        assert axes.get_title(loc="left") == "km-eq; band: carried lately"
        assert axes_of("leg_load", beginner).get_title(loc="left") == "km-eq"


def test_distance_and_its_longest_run_are_written_beside_the_week(history: History) -> None:
    assert texts(axes_of("distance", history)) == ["longest\n23.3 km", "48.2 km"]


def test_a_single_week_before_is_called_so(beginner: History) -> None:
    assert BY_KEY["fast"].told(beginner).startswith("Fast running: 430 m; the week before, 430 m.")


def test_the_ladder_names_its_lines_beside_them(history: History) -> None:
    assert texts(axes_of("ladder", history)) == ["compared\nwith", "+10 %", "23.3 km"]
