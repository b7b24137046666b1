"""Decoupling by hand and against an independent package."""

from __future__ import annotations

import numpy as np
import pytest
from endurance_metrics import calculate_decoupling
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.metrics.decoupling import decoupling_pct

NAN = float("nan")


def halves(first, second, *, seconds=2400):
    return np.repeat([float(first), float(second)], seconds // 2)


def test_by_hand():
    """From 3.00 m/s at 150 bpm to 2.94 at 154: the efficiency falls from 0.02 to 0.019091, by 4.5 %."""
    got = decoupling_pct(halves(3.0, 2.94), halves(150, 154), 0.0)
    assert got == pytest.approx(100.0 * (0.02 - 2.94 / 154) / 0.02)
    assert got == pytest.approx(4.545, abs=0.001)


def test_a_second_half_slower_by_one_percent_at_the_same_heart_rate_adds_one():
    assert decoupling_pct(halves(3.0, 2.97), halves(150, 150), 0.0) == pytest.approx(1.0)


def test_a_heart_that_beats_less_is_negative():
    assert decoupling_pct(halves(3.0, 3.0), halves(150, 147), 0.0) == pytest.approx(-100.0 * 3 / 147)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({}, True, id="40 minutes on the flat"),
        pytest.param({"seconds": 2398}, False, id="shorter"),
        pytest.param({"climb_m": 143.0}, True, id="7.2 km with less than 20 m of climb each"),
        pytest.param({"climb_m": 144.1}, False, id="hilly"),
        pytest.param({"climb_m": 144.0}, False, id="exactly 20 m of climb each"),
        pytest.param({"climb_m": NAN}, False, id="no altitude"),
        pytest.param({"second_mps": 2.86}, True, id="4.7 % slower"),
        pytest.param({"second_mps": 2.84}, False, id="5.3 % slower"),
        pytest.param({"second_mps": 3.16}, False, id="5.3 % faster"),
        pytest.param({"unknown": slice(0, 600)}, True, id="half of a half known"),
        pytest.param({"unknown": slice(0, 601)}, False, id="less"),
        pytest.param({"unknown": slice(None)}, False, id="no heart rate"),
        pytest.param({"second_mps": NAN}, False, id="no speed"),
        pytest.param({"first_mps": 0.0}, False, id="standing"),
    ],
)
def test_only_long_steady_flat_runs_with_a_heart_rate_say_something(change, says):
    case = {"seconds": 2400, "climb_m": 0.0, "first_mps": 3.0, "second_mps": 3.0, "unknown": slice(0, 0)}
    case |= change
    beats = halves(150, 155, seconds=case["seconds"])
    beats[case["unknown"]] = NAN
    speeds = halves(case["first_mps"], case["second_mps"], seconds=case["seconds"])
    with np.errstate(all="ignore"):
        got = decoupling_pct(speeds, beats, case["climb_m"])
    assert np.isfinite(got) == says


def test_a_run_without_a_second_says_nothing():
    assert np.isnan(decoupling_pct(np.zeros(0), np.zeros(0), 0.0))


def test_a_change_of_speed_just_as_large_as_allowed_says_something():
    got = decoupling_pct(halves(4.0, 3.0), halves(150, 150), 0.0, largest_change_pct=25.0)
    assert got == pytest.approx(25.0)


def test_of_an_odd_number_of_seconds_the_middle_one_is_in_the_second_half():
    speed_mps, beats = np.full(2401, 3.0), np.full(2401, 150.0)
    beats[1200] = 1351.0  # 1 bpm more on average
    assert decoupling_pct(speed_mps, beats, 0.0) == pytest.approx(100.0 - 100.0 * 150.0 / 151.0)


def test_unknown_seconds_stand_aside_on_both_sides():
    """Where the speed is unknown the heart rate does not count, nor the other way round."""
    speed_mps, beats = halves(3.0, 3.0), halves(150, 153)
    speed_mps[:100], beats[:100] = NAN, 190.0
    speed_mps[-100:], beats[-100:] = 9.0, NAN
    assert decoupling_pct(speed_mps, beats, 0.0) == pytest.approx(100.0 - 100.0 * 150.0 / 153.0)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), seconds=st.integers(2400, 4000), drift=st.floats(-0.03, 0.03))
def test_it_is_that_of_endurance_metrics_with_the_other_sign(seed, seconds, drift):
    """Theirs is (EF2 - EF1) / EF1 of raw means, rounded to 0.1; ours is positive where it costs more.

    Their "power" and "pace" would average the fourth power or 30 s first, which ours does not; and they leave
    out zeros of each column by itself where ours leaves out seconds in which one of the two is unknown.
    """
    random = np.random.default_rng(seed)
    speed_mps = 3.0 + random.normal(0.0, 0.1, seconds) - drift * np.linspace(0.0, 1.0, seconds)
    beats = 145.0 + random.normal(0.0, 2.0, seconds) + 8.0 * np.linspace(0.0, 1.0, seconds)
    theirs = calculate_decoupling(speed_mps.tolist(), beats.tolist(), effort_type="raw")
    assert decoupling_pct(speed_mps, beats, 0.0) == pytest.approx(-theirs, abs=0.0501)
