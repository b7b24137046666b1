from __future__ import annotations

import math

import numpy as np
import pytest

from loadwatch.formats.cadence import running_factor, to_steps, walking_factor


@pytest.mark.parametrize(
    ("median", "speed_mps", "factor"),
    [
        pytest.param(60, 2.5, 2, id="60 at a run is one leg"),
        pytest.param(84, 3.0, 2, id="84 is one leg"),
        pytest.param(110, 5.0, 2, id="110 is one leg of a sprinter"),
        pytest.param(118, 2.4, 1, id="118 at a jog is both legs, steps of 1.2 m"),
        pytest.param(124, 4.5, 2, id="124 at 4.5 m/s would be steps of 2.2 m, so it is one leg"),
        pytest.param(125, 2.5, 1, id="125 is both legs"),
        pytest.param(168, 3.0, 1, id="168 is both legs"),
        pytest.param(220, 4.0, 1, id="220 is both legs"),
        pytest.param(340, 3.0, 0.5, id="340 was doubled once too often"),
        pytest.param(168, math.nan, 1, id="without speed the number decides"),
        pytest.param(118, math.nan, math.nan, id="118 without speed could be either"),
        pytest.param(236, math.nan, math.nan, id="236 without speed could be anything"),
        pytest.param(59, 3.0, math.nan, id="below 60 nobody runs"),
        pytest.param(85, 9.0, math.nan, id="steps of 3.2 m are pedals"),
    ],
)
def test_running_cadence_becomes_steps_of_both_feet(median, speed_mps, factor):
    assert running_factor(median, speed_mps)[0] == pytest.approx(factor, nan_ok=True)


@pytest.mark.parametrize(
    ("median", "speed_mps", "factor"),
    [
        pytest.param(56, 1.4, 2, id="a walk counted by one leg"),
        pytest.param(112, 1.4, 1, id="a walk counted by both"),
        pytest.param(78, 1.8, 2, id="a slow jog counted by one leg"),
        pytest.param(120, 1.9, 1, id="a treadmill that counts both legs"),
        pytest.param(27, 0.9, math.nan, id="a swim called a run"),
    ],
)
def test_walking_cadence_is_told_by_step_length(median, speed_mps, factor):
    assert walking_factor(median, speed_mps)[0] == pytest.approx(factor, nan_ok=True)


def test_zero_is_standing_still_and_254_is_no_value():
    cadence = np.array([0.0, *[85.0] * 20, 254.0, 255.0, np.nan])
    steps, reason = to_steps(cadence, np.full(cadence.size, 3.0))
    assert steps[0] == 0
    assert (steps[1:21] == 170).all()
    assert np.isnan(steps[21:]).all()
    assert reason == "doubled: median 85 per minute is one leg"


def test_a_file_of_zeros_has_no_cadence():
    steps, reason = to_steps(np.zeros(30), np.full(30, 3.0))
    assert np.isnan(steps).all()
    assert reason == "none"


def test_standing_and_walking_breaks_do_not_change_the_decision_on_running():
    cadence = np.array([0.0] * 50 + [55.0] * 50 + [84.0] * 20)
    speed = np.array([0.0] * 50 + [1.3] * 50 + [3.0] * 20)
    assert to_steps(cadence, speed)[1] == "doubled: median 84 per minute is one leg"
