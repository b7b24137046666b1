"""Room where the week is told: one line in the terminal, a section of the page, and JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from loadwatch.history import Limit, Room
from loadwatch.report import html, tables, terminal

NAN = float("nan")
ROOM = Room(
    week="2026-W48",
    first_day=date(2026, 11, 25),
    last_day=date(2026, 11, 29),
    limits=(
        Limit("session_m", 17_799.0, "long_run_spike"),
        Limit("distance_m", 33_370.0, "volume_jump"),
        Limit("hard_min", NAN, "intensity_jump", "too few hard efforts to know"),
    ),
    together=(),
    by_day=pd.DataFrame({"local_date": [date(2026, 11, 25)], "session_m": [17_799.0]}),
)
HIDDEN = replace(ROOM, limits=(), is_hidden_by="none is told while the entry of 20 Nov is red")


@pytest.fixture
def with_room(history):
    """The report's history with some room."""
    return lambda room: replace(history, rooms={room.week: room})


def test_the_terminal_tells_it_in_a_line(with_room):
    told = terminal.summary(with_room(ROOM), width=120)
    assert "Room until Sun 29 Nov: longest run 17.7 km, distance in all 33.3 km. Not a target." in told
    hidden = terminal.summary(with_room(HIDDEN), width=120)
    assert "Room: none is told while the entry of 20 Nov is red." in hidden


def test_the_page_lists_every_limit_with_its_rule(with_room):
    page = html.render(with_room(ROOM))
    assert '<h2 class="small" id="room">Room until Sun 29 Nov</h2>' in page
    assert "<dt>Longest run</dt><dd>17.7\u00a0km <code>long_run_spike</code></dd>" in page
    assert "<dt>Hard running in all</dt><dd>cannot tell: too few hard efforts to know</dd>" in page
    hidden = html.render(with_room(HIDDEN))
    assert "None is told while the entry of 20\u00a0Nov is red." in hidden
    assert "<dt>Longest run</dt>" not in hidden
    assert "Room until" not in hidden


def test_json_holds_it_in_si_units_and_null_where_nothing_can_be_told(with_room):
    room = tables.scan_json(with_room(ROOM))["room"]
    assert (room["week"], room["last_day"]) == ("2026-W48", "2026-11-29")
    assert [limit["most"] for limit in room["limits"]] == [17_799.0, 33_370.0, None]
    assert room["by_day"] == [{"local_date": "2026-11-25", "session_m": 17_799.0}]
