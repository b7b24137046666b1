"""Room in words is rounded down."""

from __future__ import annotations

from datetime import date

import pytest

from loadwatch import words

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "most", "metric", "imperial"),
    [
        ("session_m", 17_799.0, "17.7 km", "11.0 mi"),
        ("session_m", 17_000.0, "16.9 km", "10.5 mi"),
        ("distance_m", 104_270.0, "104.2 km", "64.7 mi"),
        ("distance_m", 0.0, "0.0 km", "0.0 mi"),
        ("hard_min", 10.0, "9 min", "9 min"),
        ("fast_m", 400.0, "390 m", "390 m"),
        ("climb_m", 150.7, "150 m", "490 ft"),
        ("session_descent_m", 1200.5, "1,200 m", "3,930 ft"),
        ("run_climb_pct", 1.0, "9 m/km", "52 ft/mi"),
        ("fast_m", NAN, "–", "–"),
    ],
)
def test_a_limit_is_told_from_below(name, most, metric, imperial):
    assert words.room_amount(name, most) == metric
    assert words.room_amount(name, most, "imperial") == imperial


def test_room_in_one_line_leaves_out_what_cannot_be_told():
    most = {"session_m": 17_799.0, "distance_m": NAN, "hard_min": 14.5, "fast_m": 500.0}
    assert words.room_line(date(2026, 11, 1), most) == (
        "Room until Sun 1 Nov: longest run 17.7 km, hard running in all 14 min. Not a target."
    )
    assert words.room_line(date(2026, 11, 1), {}) == "Room until Sun 1 Nov: cannot tell. Not a target."


@pytest.mark.parametrize(
    ("text", "metres"),
    [("30km", 30_000.0), ("18.5 mi", 29_772.864), ("21100M", 21_100.0), ("7,5 km", 7_500.0)],
)
def test_a_distance_is_read_as_a_runner_writes_it(text, metres):
    assert words.metres_from(text) == pytest.approx(metres)


@pytest.mark.parametrize("text", ["30", "km", "-3km", "30 miles", "1e3km"])
def test_what_is_no_distance_is_refused(text):
    with pytest.raises(ValueError, match=text):
        words.metres_from(text)


def test_the_shape_of_a_week_is_told_by_the_runners_own():
    told = words.week_shape(38.7, 24, planned_share_pct=38.6, most_m=77_700.0, usual_m=39_400.0)
    assert told == (
        "In nine of ten of your own last 24 weeks the longest run was at most 39 % of the distance. No week "
        "here goes beyond that. The longest holds 77.7 km; your usual week, 39.4 km."
    )
    mostly = words.week_shape(62.0, 9, planned_share_pct=60.0, most_m=30_000.0, usual_m=31_000.0)
    assert mostly.startswith(
        "In each of your own last 9 weeks the longest run was at most 62 % of the distance."
    )
    assert mostly.endswith("No week here goes beyond that, so a week may be mostly one run.")
    alone = words.week_shape(72.0, 3, planned_share_pct=100.0, most_m=3200.0, usual_m=4600.0)
    assert alone.endswith(" Here it is up to 100 %, as there is too little to propose beside it.")
    assert "mostly one run as well" in words.week_shape(
        100.0, 8, planned_share_pct=100.0, most_m=15_000.0, usual_m=15_000.0
    )
