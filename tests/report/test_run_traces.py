"""The week's runs as rows of small pictures."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from loadwatch.report import _view
from loadwatch.report.figures import run_traces
from loadwatch.runner import trace_lines

if TYPE_CHECKING:
    from loadwatch.history import History


def test_each_run_of_the_week_is_a_row_of_four_with_words(history: History) -> None:
    rows = run_traces.rows(history)
    runs = _view.runs_of_week(history)
    assert [row.run_id for row in rows] == list(runs["run_id"])
    assert [row.day for row in rows] == ["Tue 20 Oct", "Thu 22 Oct", "Sat 24 Oct", "Sun 25 Oct"]
    assert {tuple(one.name for one in row.quantities) for row in rows} == {
        ("pace", "heart rate", "cadence", "altitude")
    }
    pace, heart_rate, cadence, altitude = rows[-1].quantities
    assert re.fullmatch(r"\d:\d\d min/km, mostly \d:\d\d to \d:\d\d", pace.words)
    assert heart_rate.words == "148 bpm, mostly 148 to 148"
    assert re.fullmatch(r"\d{3} spm, mostly \d{3} to \d{3}", cadence.words)
    assert altitude.words == "200 to 230 m"
    assert rows[-1].alt.startswith(f"Sun 25 Oct: pace {pace.words}; heart rate 148 bpm")


def test_a_picture_is_a_line_without_text(history: History) -> None:
    for row in run_traces.rows(history):
        for one in row.quantities:
            assert bool(one.svg) == (one.words != "not recorded")
            if one.svg:
                ET.fromstring(one.svg)  # noqa: S314  our own drawing
                assert "<text" not in one.svg


def test_what_was_not_recorded_is_said(history: History) -> None:
    unworn = history.runs["heart_rate_mean_bpm"].isna() & (history.runs["week"] == history.week)
    assert unworn.any()
    row = next(row for row in run_traces.rows(history) if row.run_id in set(history.runs["run_id"][unworn]))
    assert (row.quantities[1].words, row.quantities[1].svg) == ("not recorded", "")
    assert "heart rate not recorded" in row.alt


def test_words_are_imperial_where_settings_say_so(american: History) -> None:
    pace, *_, altitude = run_traces.rows(american)[-1].quantities
    assert "min/mi" in pace.words
    assert altitude.words == "660 to 750 ft"


def test_runs_share_each_scale_and_pauses_are_gaps(history: History) -> None:
    run_id = _view.runs_of_week(history)["run_id"].iloc[-1]
    line = trace_lines(history.records[run_id])["altitude_m"]
    drawn = run_traces.figure(line, (200.0, 260.0))
    path = drawn.artists[-1].get_path()
    assert path.vertices[:, 1].max() == pytest.approx(0.04 + 0.92 * 0.5, abs=0.01)
    assert np.count_nonzero(path.codes == path.MOVETO) == 2
    # One run climbs far higher: the others' hills are drawn lower than before.
    plain = run_traces.rows(history)
    high = dict(history.records)
    first = _view.runs_of_week(history)["run_id"].iloc[0]
    tower = high[first].vectors["trace_altitude_m"].copy()
    tower[: tower.size // 2] += 1000
    high[first] = replace(high[first], vectors=dict(high[first].vectors) | {"trace_altitude_m": tower})
    steep = run_traces.rows(replace(history, records=high))
    assert steep[-1].quantities[3].svg != plain[-1].quantities[3].svg
    assert steep[-1].quantities[0].svg == plain[-1].quantities[0].svg


def test_a_week_without_a_run_has_no_row(nobody: History) -> None:
    assert run_traces.rows(nobody) == []


def test_the_same_history_gives_the_same_bytes(history: History) -> None:
    assert run_traces.rows(history) == run_traces.rows(history)
