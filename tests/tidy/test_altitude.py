from __future__ import annotations

import numpy as np
import pytest

from loadwatch.tidy.altitude import is_altitude

NAN = float("nan")


@pytest.mark.parametrize(
    ("altitude_m", "is_meant"),
    [
        pytest.param([200, 201, -500, 202], [1, 1, 0, 1], id="FIT's lowest value"),
        pytest.param([200, 201, 12607, 202], [1, 1, 0, 1], id="FIT's invalid 16 bits"),
        pytest.param([200, 65535, 201, 202], [1, 0, 1, 1], id="65535 unscaled"),
        pytest.param([200, 201, 0, 202], [1, 1, 0, 1], id="a lone zero on a hill"),
        pytest.param([2, 1, 0, 1], [1, 1, 1, 1], id="a zero on the beach"),
        pytest.param([0, 0, 0, 0], [0, 0, 0, 0], id="zero throughout means none"),
        pytest.param([-420, -421, -419, -420], [1, 1, 1, 1], id="the Dead Sea"),
        pytest.param([200, NAN, 201, 202], [1, 0, 1, 1], id="gaps stay gaps"),
        pytest.param([NAN, NAN, NAN, NAN], [0, 0, 0, 0], id="no altitude at all"),
        pytest.param([200, 201, 300, 201], [1, 1, 0, 1], id="up 99 m and down again within 2 s"),
        pytest.param([200, 201, 300, 301], [1, 1, 1, 1], id="a step of the sensor stays"),
    ],
)
def test_altitudes_that_can_be_meant(altitude_m, is_meant):
    found = is_altitude(np.arange(4.0), np.array(altitude_m, dtype=float))
    assert found.tolist() == [bool(good) for good in is_meant]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_track_of_few_points_is_judged_without_error(count):
    assert is_altitude(np.arange(float(count)), np.full(count, 300.0)).all()
