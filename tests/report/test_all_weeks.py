"""The table of every week: words to read, numbers to sort by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from loadwatch.report import _view
from loadwatch.report._all_weeks import all_weeks

if TYPE_CHECKING:
    from loadwatch.history import History


def columns_of(history: History) -> dict[str, list]:
    head, rows = all_weeks(history)
    return dict(zip(head, zip(*rows, strict=True), strict=True))


def test_every_week_is_there_newest_first(history: History) -> None:
    weeks = columns_of(history)["week"]
    assert len(weeks) == len(history.weeks) == 31
    assert [cell.text for cell in weeks[:2]] == ["week 44, 26 Oct–1 Nov 2026", "week 43, 19–25 Oct 2026"]
    assert [cell.value for cell in weeks] == sorted((cell.value for cell in weeks), reverse=True)


def test_a_cell_is_words_and_the_number_behind_them(history: History) -> None:
    week = history.weeks.set_index("week").loc["2026-W43"]
    told = {name: cells[1] for name, cells in columns_of(history).items()}
    assert {
        name: cell.text for name, cell in told.items() if name not in ("week", "time, h:min", "climb, m")
    } == {
        "distance, km": "48.2",
        "runs": "4",
        "longest, km": "23.3",
        "hard, min": "15",
        "fast, m": "430",
        "cadence, spm": "167",
        "load": "268",
        "leg load, km-eq": "51.1",
        "verdict": "■ act",
    }
    assert told["distance, km"].value == week["distance_m"]
    assert told["climb, m"].value == week["elevation_gain_m"]
    assert told["time, h:min"].text.count(":") == 1


def test_columns_are_in_miles_and_feet_where_settings_say_so(american: History) -> None:
    assert columns_of(american)["distance, mi"][1].text == "30.0"
    assert "climb, ft" in columns_of(american)


def test_what_is_missing_is_a_dash_that_sorts_as_nothing(history: History) -> None:
    climb = columns_of(history)["climb, m"][14]
    assert (climb.text, climb.value) == ("–", None)
    weeks = history.weeks.assign(hard_s=np.nan)
    assert {cell.text for cell in columns_of(replace(history, weeks=weeks))["hard, min"]} == {"–"}


def test_verdicts_sort_by_weight_and_weeks_with_little_to_judge_say_so(history: History) -> None:
    verdicts = columns_of(history)["verdict"]
    assert verdicts[0].text == "so far"
    assert {cell.text for cell in verdicts[1:]} == {"■ act", "▲ watch", "○ as usual", "no run"}
    assert max(verdicts, key=lambda cell: cell.value).text == "■ act"
    told = [_view.verdict_words(True, 0, verdict) for verdict in ("usual", "cannot_tell", "act")]
    assert told == ["no run", "no run", "■ act"]


@pytest.mark.parametrize("who", ["beginner", "newcomer", "nobody"])
def test_short_histories_have_a_table_too(request, who: str) -> None:
    history = request.getfixturevalue(who)
    head, rows = all_weeks(history)
    assert len(rows) == len(history.weeks)
    assert {len(row) for row in rows} <= {len(head)}


def test_a_share_has_no_sign_and_a_change_has_one() -> None:
    assert _view.measured(84.2, "%", "sameness", "metric") == "84 %"
    assert _view.measured(2.2, "%", "long_steps", "metric") == "+2.2 %"
