from __future__ import annotations

from math import exp

import numpy as np
import pytest

from loadwatch.metrics import intensity

NAN = float("nan")


class TestImpulse:
    @pytest.mark.parametrize(
        ("heart_rate_bpm", "sex", "per_hour"),
        [
            pytest.param(120, "", 60 * 0.5 * 0.64 * exp(1.92 * 0.5), id="half of the reserve"),
            pytest.param(120, "male", 50.15, id="the same in figures"),
            pytest.param(120, "female", 59.46, id="by the women's curve"),
            pytest.param(190, "male", 60 * 0.64 * exp(1.92), id="the maximum for an hour"),
            pytest.param(50, "male", 0.0, id="at rest"),
            pytest.param(40, "male", 0.0, id="below rest is not negative"),
            pytest.param(210, "male", 60 * 0.64 * exp(1.92), id="above the maximum counts as maximum"),
            pytest.param(NAN, "male", 0.0, id="unknown adds nothing"),
        ],
    )
    def test_banisters_formula_by_hand(self, heart_rate_bpm, sex, per_hour):
        (got,) = intensity.impulse_per_min(np.array([heart_rate_bpm]), 50, 190, sex=sex)
        assert 60 * got == pytest.approx(per_hour, abs=0.01)

    def test_it_grows_faster_than_the_heart_rate(self):
        low, middle, high = intensity.impulse_per_min(np.array([100.0, 130.0, 160.0]), 50, 190, sex="")
        assert low + high > 1.05 * 2 * middle


class TestNormalizedSpeed:
    def test_an_even_run_has_its_own_speed(self):
        assert intensity.normalized_speed_mps(np.full(600, 3.0)) == pytest.approx(3.0)

    def test_surges_weigh_more_than_their_time(self):
        """Half at 2, half at 4 m/s, in blocks long against 30 s: the fourth-power mean."""
        got = intensity.normalized_speed_mps(np.repeat([2.0, 4.0], 6000))
        assert got == pytest.approx(((2**4 + 4**4) / 2) ** 0.25, rel=0.001)

    def test_the_mean_runs_over_thirty_seconds(self):
        """From 30 s at 2 to 30 s at 4 m/s it rises by a fifteenth of 1 m/s each second: 31 means."""
        got = intensity.normalized_speed_mps(np.repeat([2.0, 4.0], 30))
        assert got == pytest.approx(np.mean([(2.0 + second / 15.0) ** 4 for second in range(31)]) ** 0.25)

    def test_strides_of_seconds_hardly_count(self):
        strides = np.where(np.arange(1800) % 300 < 5, 6.0, 3.0)
        assert intensity.normalized_speed_mps(strides) < 3.15

    def test_unknown_seconds_stand_aside(self):
        assert intensity.normalized_speed_mps(np.array([3.0, NAN] * 100)) == pytest.approx(3.0)

    @pytest.mark.parametrize("seconds", [1, 10, 29, 30, 31])
    def test_a_run_shorter_than_the_mean_has_its_mean(self, seconds):
        assert intensity.normalized_speed_mps(np.full(seconds, 3.0)) == pytest.approx(3.0)

    @pytest.mark.parametrize("speeds", [[], [NAN, NAN]], ids=["nothing", "no speed"])
    def test_no_speed_is_unknown(self, speeds):
        assert np.isnan(intensity.normalized_speed_mps(np.array(speeds)))


@pytest.mark.parametrize(
    ("speed_mps", "seconds", "load"),
    [
        pytest.param(4.0, 3600, 100, id="an hour at threshold"),
        pytest.param(2.0, 3600, 25, id="half the speed is a quarter"),
        pytest.param(4.0, 1800, 50, id="half the time is half"),
        pytest.param(NAN, 1800, NAN, id="unknown stays unknown"),
    ],
)
def test_speed_load_by_hand(speed_mps, seconds, load):
    assert intensity.speed_load(speed_mps, 4.0, seconds) == pytest.approx(load, nan_ok=True)
