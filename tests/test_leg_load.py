"""A week's leg load beside the carried range."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loadwatch.leg_load import week_leg_load


def weeks_of(totals, *, climb=0.0, speed=0.0, runs=3, complete=True):
    """Weeks of these loads, in order, labelled 0, 1, 2 ..."""
    size = len(totals)
    return pd.DataFrame(
        {
            "week": [str(place) for place in range(size)],
            "is_complete": np.broadcast_to(complete, size),
            "run_count": np.broadcast_to(runs, size),
            "leg_load_km": np.asarray(totals, dtype=float),
            "leg_load_climb_km": np.broadcast_to(np.asarray(climb, dtype=float), size),
            "leg_load_descent_km": np.zeros(size),
            "leg_load_speed_km": np.broadcast_to(np.asarray(speed, dtype=float), size),
        }
    )


def last(weeks, races=()):
    is_race = np.isin(np.arange(len(weeks)), list(races))
    return week_leg_load(weeks, is_race, weeks["week"].iloc[-1])


@pytest.mark.parametrize(
    ("load", "place"), [(34.9, "below"), (35.0, "within"), (40.0, "within"), (40.1, "above")]
)
def test_a_week_lies_below_within_or_above_median_to_maximum(load, place):
    told = last(weeks_of([30, 30, 40, 40, load]))
    assert (told.low_km, told.high_km, told.week_count) == (35.0, 40.0, 4)
    assert (told.place, told.total_km) == (place, load)


def test_only_the_last_8_weeks_count():
    told = last(weeks_of([90, *[30] * 8, 31]))
    assert (told.high_km, told.week_count, told.place) == (30.0, 8, "above")


def test_weeks_of_races_gaps_and_unfinished_ones_are_left_out():
    runs, complete = [3, 3, 0, 3, 3, 3, 3], [True] * 5 + [False, True]
    told = last(weeks_of([30, 99, 0, 31, 32, 98, 33], runs=runs, complete=complete), races=[1])
    assert (told.week_count, told.place) == (3, "unknown")
    assert np.isnan(told.low_km)


def test_what_was_carried_half_a_year_ago_is_no_measure():
    runs = [*[3] * 8, *[0] * 26, 3]
    assert last(weeks_of([40.0] * 8 + [0.0] * 26 + [40.0], runs=runs)).place == "unknown"


def test_an_answer_that_rests_on_the_weights_says_so():
    """38 km on the flat after weeks of 30 km and 10 for climbs: below 40, but above 35 at half the weight."""
    hilly = weeks_of([*[40.0] * 6, 38.0], climb=[*[10.0] * 6, 0.0])
    assert (last(hilly).place, last(hilly).is_robust) == ("below", False)
    flat = weeks_of([*[40.0] * 6, 20.0], climb=[*[10.0] * 6, 0.0])
    assert (last(flat).place, last(flat).is_robust) == ("below", True)


def test_the_parts_are_those_of_the_week():
    told = last(weeks_of([30.0] * 5, climb=[1, 2, 3, 4, 5], speed=2.5))
    assert (told.climb_km, told.descent_km, told.speed_km) == (5.0, 0.0, 2.5)


def test_the_first_week_has_nothing_to_lie_in():
    assert last(weeks_of([30.0])).place == "unknown"


def test_nobody_knows_the_parts_of_weeks_that_tell_none():
    weeks = weeks_of([30.0] * 5, climb=np.nan)
    assert (last(weeks).climb_km, last(weeks).is_robust) == (0.0, True)
