"""Samples as arrays for the stages and as a frame for people."""

from __future__ import annotations

import numpy as np

from loadwatch.columns import SAMPLES, names
from loadwatch.formats.activity import Samples

THREE = Samples(
    np.array([0, 1_000_000, 2_500_000]),
    {"speed_mps": np.array([3.0, np.nan, 4.0])},
    np.array([True, True, False]),
)


def test_the_frame_has_every_column_and_its_times():
    frame = THREE.frame()
    assert list(frame.columns) == names(SAMPLES)
    assert frame.index.name == "time"
    assert [time.isoformat() for time in frame.index] == [
        "1970-01-01T00:00:00+00:00",
        "1970-01-01T00:00:01+00:00",
        "1970-01-01T00:00:02.500000+00:00",
    ]
    assert frame["speed_mps"].fillna(-1.0).tolist() == [3.0, -1.0, 4.0]
    assert frame["is_timer_on"].tolist() == [True, True, False]
    assert frame.drop(columns=["speed_mps", "is_timer_on"]).isna().all(axis=None)


def test_names_given_to_one_frame_are_not_those_of_the_next():
    frame = THREE.frame()
    frame.columns.name = "mine"
    frame["more"] = 1.0
    assert THREE.frame().columns.name is None
    assert list(THREE.frame().columns) == names(SAMPLES)


def test_a_frame_may_be_written_to_and_the_samples_stay():
    frame = THREE.frame()
    frame.iloc[:, :] = frame.iloc[[2, 1, 0]].to_numpy()
    assert THREE["speed_mps"][0] == 3.0
    assert THREE.is_timer_on[0]


def test_a_column_that_holds_nothing_is_unknown_throughout():
    assert np.isnan(THREE["power_w"]).tolist() == [True, True, True]


def test_samples_by_position_and_by_mask():
    assert THREE.at(np.array([2, 0]))["speed_mps"].tolist() == [4.0, 3.0]
    assert THREE.at(THREE.is_timer_on).time_us.tolist() == [0, 1_000_000]
