from __future__ import annotations

import numpy as np
import pytest

from loadwatch.metrics import legs

NAN = float("nan")


@pytest.mark.parametrize(
    ("grade", "extra"),
    [(0.0, 0.0), (-0.1, 0.0), (0.10, 0.592), (0.30, 2.0), (NAN, 0.0)],
    ids=["flat", "downhill", "10 %", "30 % is capped at 2", "unknown"],
)
def test_what_a_climb_adds(grade, extra):
    assert legs.climb_weight(np.array([grade]))[0] == pytest.approx(extra, abs=0.001)


@pytest.mark.parametrize("grade", [0.05, 0.08, 0.10, 0.15])
def test_100_metres_of_climb_come_out_near_half_a_kilometre(grade):
    kilometres = 0.1 / grade
    assert kilometres * legs.climb_weight(np.array([grade]))[0] == pytest.approx(0.55, abs=0.12)


@pytest.mark.parametrize(
    ("grade", "extra"),
    [(0.1, 0.0), (0.0, 0.0), (-0.04, 0.0), (-0.095, 0.5), (-0.15, 1.0), (-0.30, 1.0), (NAN, 0.0)],
)
def test_what_a_descent_adds(grade, extra):
    assert legs.descent_weight(np.array([grade]))[0] == pytest.approx(extra)


@pytest.mark.parametrize(
    ("speed_mps", "extra"),
    [(2.0, 0.0), (3.8, 0.0), (4.5, 0.5), (5.2, 1.0), (9.0, 1.0), (NAN, 0.0)],
)
def test_what_speed_adds_to_a_runner_with_a_critical_speed_of_4(speed_mps, extra):
    assert legs.speed_weight(np.array([speed_mps]), 4.0)[0] == pytest.approx(extra)
