from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.metrics import steps

NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "means"),
    [
        pytest.param([1, 3, 5, 7], [2, 6], id="whole windows"),
        pytest.param([1, 3, 5], [2], id="a rest too short for a window is left"),
        pytest.param([1, NAN, 5, 7], [1, 6], id="half a window known is enough"),
        pytest.param([NAN, NAN, 5, 7], [NAN, 6], id="less is not"),
        pytest.param([1], [], id="no window at all"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_window_means_by_hand(values, means):
    got = steps.window_means(np.array(values, dtype=float), span_s=2)
    np.testing.assert_allclose(got, means)


def test_half_minutes_of_several_columns_have_a_mean_each():
    """A column known throughout, one known for just half of the first half-minute, and one for less."""
    values = np.tile(np.arange(75.0), (3, 1))
    values[1, :15] = values[2, :16] = NAN
    np.testing.assert_allclose(steps.window_means(values), [[14.5, 44.5], [22.0, 44.5], [NAN, 44.5]])


@pytest.mark.parametrize("span_s", [1, 3, 8, 9])
def test_windows_of_any_length_have_their_mean(span_s):
    values = np.arange(36.0) ** 2
    wanted = [np.mean(values[first : first + span_s]) for first in range(0, 36 // span_s * span_s, span_s)]
    np.testing.assert_allclose(steps.window_means(values, span_s=span_s), wanted)
    both = np.stack([values, -values])
    np.testing.assert_allclose(steps.window_means(both, span_s=span_s), [wanted, np.negative(wanted)])


def test_a_column_without_a_value_has_no_mean():
    assert np.isnan(steps.window_means(np.full(60, NAN))).all()


@pytest.mark.parametrize(
    ("odd", "is_form"),
    [
        pytest.param({}, True, id="a steady flat half-minute"),
        pytest.param({"speed_mps": 1.4}, False, id="walking pace"),
        pytest.param({"speed_mps": 1.5}, True, id="the slowest run"),
        pytest.param({"speed_mps": 7.5}, True, id="the fastest"),
        pytest.param({"speed_mps": 7.6}, False, id="a bicycle"),
        pytest.param({"cadence_spm": 140.0}, True, id="the lowest cadence"),
        pytest.param({"grade": 0.0199}, True, id="hardly uphill"),
        pytest.param({"speed_mps": 8.0}, False, id="faster than people"),
        pytest.param({"cadence_spm": 139.0}, False, id="walking cadence"),
        pytest.param({"cadence_spm": NAN}, False, id="no cadence"),
        pytest.param({"grade": 0.02}, False, id="uphill"),
        pytest.param({"grade": -0.02}, False, id="downhill"),
        pytest.param({"grade": NAN}, False, id="an unknown slope is not flat"),
        pytest.param({"is_steady": False}, False, id="with a stop in it"),
    ],
)
def test_half_minutes_in_which_form_can_be_judged(odd, is_form):
    window = {"speed_mps": 3.0, "cadence_spm": 168.0, "grade": 0.0, "is_steady": True} | odd
    got = steps.is_form_window(**{name: np.full(8, value) for name, value in window.items()})
    assert got[6:].tolist() == [is_form] * 2
    assert not got[:6].any(), "the first three minutes are left out"


class TestCurve:
    SPEEDS = np.linspace(2.2, 4.2, 200)

    def test_a_straight_line_is_found_again(self):
        curve = steps.fit_curve(self.SPEEDS, 140.0 + 9.0 * self.SPEEDS)
        assert (curve.intercept, curve.slope_per_mps) == pytest.approx((140.0, 9.0))
        assert (curve.speed_low_mps, curve.speed_high_mps) == pytest.approx((2.3, 4.1))

    def test_a_tenth_of_lost_steps_cannot_tilt_it(self):
        cadence_spm = 140.0 + 9.0 * self.SPEEDS + np.random.default_rng(1).normal(0.0, 1.5, 200)
        cadence_spm[::10] -= 25.0
        curve = steps.fit_curve(self.SPEEDS, cadence_spm)
        assert curve.usual(np.array([3.2]))[0] == pytest.approx(168.8, abs=1.0)

    def test_one_speed_only_gives_a_level_curve(self):
        curve = steps.fit_curve(np.full(50, 3.0), np.linspace(160.0, 170.0, 50))
        assert (curve.slope_per_mps, curve.intercept) == (0.0, pytest.approx(165.0))

    def test_19_windows_are_too_few(self):
        assert steps.fit_curve(self.SPEEDS[:19], self.SPEEDS[:19]) is None

    def test_residuals_by_hand_on_the_curve_only(self):
        curve = steps.Curve(140.0, 10.0, 2.5, 3.5)
        got = curve.residual_pct(np.array([2.0, 3.0, 3.0, 4.0]), np.array([150.0, 170.0, 161.5, 200.0]))
        assert got == pytest.approx([NAN, 0.0, -5.0, NAN], nan_ok=True)

    def test_the_ends_of_a_curve_are_on_it(self):
        curve = steps.Curve(140.0, 10.0, 2.5, 3.5)
        got = curve.residual_pct(np.array([2.5, 3.5]), np.array([181.5, 157.5]))
        assert got == pytest.approx([10.0, -10.0])

    def test_twenty_windows_are_enough(self):
        assert steps.fit_curve(self.SPEEDS[:20], 150.0 + self.SPEEDS[:20]) is not None

    @pytest.mark.parametrize(("apart_mps", "is_level"), [(0.09, True), (0.11, False)])
    def test_a_slope_is_seen_where_speeds_vary_by_a_tenth(self, apart_mps, is_level):
        speeds = np.tile([3.3 - apart_mps, 3.3 + apart_mps], 20)
        curve = steps.fit_curve(speeds, 140.0 + 9.0 * speeds)
        assert curve.slope_per_mps == pytest.approx(0.0 if is_level else 9.0)
        assert curve.usual(3.3) == pytest.approx(169.7)

    @pytest.mark.parametrize("rounds", [1, 2, 3, None])
    @pytest.mark.parametrize("spread", [0.05, 4.0], ids=["hardly any", "much"])
    def test_it_is_the_line_that_numpy_draws_with_hubers_weights(self, rounds, spread):
        """Drawn three times if not told otherwise; what scatters by less than 0.1 is taken to scatter so."""
        random = np.random.default_rng(7)
        speeds = random.normal(3.1, 0.3, 61)
        values = 150.0 + 6.0 * speeds + spread * random.standard_t(2, 61)
        weight = np.ones(61)
        for _ in range(rounds or 3):
            slope, intercept = np.polyfit(speeds, values, 1, w=np.sqrt(weight))
            off = np.abs(values - intercept - slope * speeds)
            limit = 1.345 * max(1.4826 * np.median(off), 0.14826)
            weight = np.where(off <= limit, 1.0, limit / off)
        curve = steps.fit_curve(speeds, values, **({"rounds": rounds} if rounds else {}))
        assert (curve.intercept, curve.slope_per_mps) == pytest.approx((intercept, slope), rel=1e-6)

    @settings(deadline=None)
    @given(factor=st.floats(0.9, 1.1))
    def test_a_cadence_changed_by_a_share_shows_as_that_share(self, factor):
        curve = steps.fit_curve(self.SPEEDS, 140.0 + 9.0 * self.SPEEDS)
        got = curve.residual_pct(self.SPEEDS, factor * (140.0 + 9.0 * self.SPEEDS))
        np.testing.assert_allclose(got[~np.isnan(got)], 100.0 * (factor - 1.0), atol=1e-6)
        assert np.count_nonzero(~np.isnan(got)) >= 0.9 * got.size - 2

    @pytest.mark.parametrize(
        ("intercept", "slope"), [pytest.param(373.0, -30.6, id="ms"), pytest.param(12.1, -1.2, id="%")]
    )
    def test_other_measures_of_the_step_have_curves_as_well(self, intercept, slope):
        curve = steps.fit_curve(self.SPEEDS, intercept + slope * self.SPEEDS)
        assert (curve.intercept, curve.slope_per_mps) == pytest.approx((intercept, slope), rel=1e-9)

    def test_fits_that_share_their_terms_are_the_same(self):
        cadence_spm = 140.0 + 9.0 * self.SPEEDS + np.sin(np.arange(self.SPEEDS.size))
        terms = steps.line_terms(self.SPEEDS, cadence_spm)
        part = slice(10, 60)
        alone = steps.fit_curve(self.SPEEDS[part], cadence_spm[part])
        assert steps.fit_curve(self.SPEEDS[part], cadence_spm[part], terms=terms[:, part]) == alone


@settings(deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50),
    at=st.lists(st.floats(0.0, 100.0), min_size=1, max_size=5),
)
def test_percentiles_are_numpys(values, at):
    assert steps.percentiles(np.array(values), at) == pytest.approx(
        np.percentile(values, at).tolist(), rel=1e-9, abs=1e-6
    )
