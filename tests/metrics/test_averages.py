"""Daily averages against tables worked by hand and against independent packages."""

from __future__ import annotations

from datetime import date, timedelta

import acwr
import numpy as np
import pandas as pd
import pytest
from endurance_metrics import compute_training_load
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.metrics import averages

NAN = float("nan")
loads = st.lists(st.integers(0, 500) | st.just(0), min_size=28, max_size=90).map(
    lambda load: np.array(load, float)
)


def daily(load) -> pd.Series:
    return pd.Series(load, index=pd.date_range("2026-01-01", periods=len(load)))


class TestCarried:
    def test_by_hand(self):
        """Each day moves a third of the way from the level to the load."""
        got = averages.carried(np.array([9.0, 0.0, 9.0]), days=3.0)
        assert got.tolist() == pytest.approx([3.0, 2.0, 13 / 3])

    def test_the_first_day_of_fitness_and_fatigue(self):
        load = np.array([84.0, 0.0])
        assert averages.carried(load, days=42.0).tolist() == pytest.approx([2.0, 2.0 * 41 / 42])
        assert averages.carried(load, days=7.0).tolist() == pytest.approx([12.0, 12.0 * 6 / 7])

    def test_no_days_carry_nothing(self):
        assert averages.carried(np.zeros(0), days=42.0).size == 0

    @settings(deadline=None)
    @given(load=st.lists(st.floats(0.0, 500.0), min_size=1, max_size=100), days=st.floats(1.0, 60.0))
    def test_it_never_exceeds_the_hardest_day_and_follows_in_proportion(self, load, days):
        once = averages.carried(np.array(load), days=days)
        assert (once >= 0.0).all()
        assert once.max() <= max(load) + 1e-9
        np.testing.assert_allclose(averages.carried(2.0 * np.array(load), days=days), 2.0 * once, atol=1e-9)
        np.testing.assert_array_equal(averages.carried(np.array(load[:-1]), days=days), once[:-1])

    def test_the_same_load_every_day_is_carried_in_the_end(self):
        assert averages.carried(np.full(500, 60.0), days=42.0)[-1] == pytest.approx(60.0, rel=1e-4)


class TestEwma:
    def test_williams_formula_by_hand(self):
        """Over 7 days the share of a new day is 2/8."""
        got = averages.ewma(np.array([40.0, 0.0, 80.0]), days=7)
        assert got.tolist() == pytest.approx([40.0, 30.0, 42.5])

    def test_no_days_have_no_mean(self):
        assert averages.ewma(np.zeros(0), days=7).size == 0


class TestAcuteChronic:
    def test_a_week_half_as_long_again_by_hand(self):
        got = averages.acute_chronic_ratio(np.repeat([10.0, 15.0], [28, 7]))
        assert np.isnan(got[:27]).all()
        assert got[27:].tolist() == pytest.approx([1.0, *(1.0 + 0.5 * day / 7 for day in range(1, 8))])

    def test_steady_running_has_a_ratio_of_one_either_way(self):
        load = np.tile([0.0, 8.0, 0.0, 10.0, 0.0, 6.0, 15.0], 30)
        assert averages.acute_chronic_ratio(load)[27:].tolist() == pytest.approx([1.0] * 183)
        assert averages.acute_chronic_ewma_ratio(np.full(210, 8.0))[27:].tolist() == pytest.approx(
            [1.0] * 183
        )

    def test_what_comes_later_changes_no_ratio(self):
        load = np.repeat([1e-3, 1e7], [35, 7])
        assert averages.acute_chronic_ratio(load)[27:35].tolist() == pytest.approx([1.0] * 8)

    def test_after_weeks_of_nothing_there_is_no_ratio(self):
        for load in (np.zeros(40), np.repeat([10.0, 0.0], [28, 30])):
            assert np.isnan(averages.acute_chronic_ratio(load)[-1])
        assert np.isnan(averages.acute_chronic_ewma_ratio(np.zeros(40))).all()
        assert np.isnan(averages.acute_chronic_ratio(np.repeat([10.0, 0.0, 10.0], [28, 21, 7]))[-1])

    def test_what_comes_later_does_not_make_a_little_nothing(self):
        little = np.full(28, 1e-4)
        got = averages.acute_chronic_ratio(np.append(little, np.full(7, 1e6)))
        assert got[27] == averages.acute_chronic_ratio(little)[27] == pytest.approx(1.0)

    @pytest.mark.parametrize("size", [0, 1, 27])
    def test_too_few_days_have_no_ratio(self, size):
        for ratio in (averages.acute_chronic_ratio, averages.acute_chronic_ewma_ratio):
            assert np.isnan(ratio(np.full(size, 5.0))).all()

    @settings(deadline=None)
    @given(load=loads)
    def test_both_are_those_of_an_independent_package(self, load):
        """Where nothing was run for three weeks the package divides by 0; here it is unknown."""
        uncoupled = acwr.acwr(daily(load), method="rau")
        expected = uncoupled.replace([np.inf], NAN).to_numpy()
        got = averages.acute_chronic_ratio(load)
        is_enough = np.array(
            [load[max(day - 27, 0) : max(day - 6, 0)].sum() > 1e-3 for day in range(load.size)]
        )
        np.testing.assert_allclose(got[is_enough], expected[is_enough], rtol=1e-6)
        weighted = acwr.acwr(daily(load), method="ewma").to_numpy()
        mine = averages.acute_chronic_ewma_ratio(load)
        is_known = ~np.isnan(mine)
        np.testing.assert_allclose(mine[is_known], weighted[is_known], rtol=1e-9)

    @settings(deadline=None)
    @given(load=st.lists(st.floats(1.0, 500.0), min_size=28, max_size=28).map(np.array))
    def test_the_coupled_ratio_of_another_package_follows_from_ours(self, load):
        """Coupled, the last week counts in both: C = 4U / (3 + U). It rounds to two decimals."""
        today = date.today()  # noqa: DTZ011 - the package counts back from there
        days = [
            {"load": value, "date": (today - timedelta(days=27 - day)).isoformat()}
            for day, value in enumerate(load)
        ]
        told = compute_training_load(days)
        ratio = averages.acute_chronic_ratio(load)[-1]
        assert told["acwr"] == pytest.approx(4.0 * ratio / (3.0 + ratio), abs=0.00501)


class TestMonotony:
    def test_fosters_monotony_and_strain_by_hand(self):
        """Load 60 every other day: 240 in 7 days, a mean of 34.29 and a deviation of 29.69."""
        load = np.tile([60.0, 0.0], 4)[:7]
        assert averages.monotony_ratio(load)[-1] == pytest.approx((240 / 7) / 29.6922, rel=1e-5)
        assert averages.strain(load)[-1] == pytest.approx(240 * (240 / 7) / 29.6922, rel=1e-5)

    def test_equal_days_are_capped_and_days_of_nothing_are_unknown(self):
        assert averages.monotony_ratio(np.full(7, 5.0))[-1] == averages.MOST_MONOTONY
        assert np.isnan(averages.monotony_ratio(np.zeros(7))[-1])
        assert np.isnan(averages.strain(np.full(6, 5.0))).all()

    @settings(deadline=None)
    @given(load=loads)
    def test_both_are_those_of_an_independent_package(self, load):
        """The package does not cap the ratio of nearly equal days."""
        expected = acwr.monotony(daily(load), ddof=0).to_numpy()
        mine = averages.monotony_ratio(load)
        is_plain = ~np.isnan(mine) & (mine < averages.MOST_MONOTONY)
        np.testing.assert_allclose(mine[is_plain], expected[is_plain], rtol=1e-6)
        strain = acwr.strain(daily(load), ddof=0).to_numpy()
        np.testing.assert_allclose(averages.strain(load)[is_plain], strain[is_plain], rtol=1e-6)


@settings(deadline=None)
@given(load=loads, cut=st.integers(1, 90))
def test_no_average_changes_with_later_days(load, cut):
    for average in (
        averages.acute_chronic_ratio,
        averages.acute_chronic_ewma_ratio,
        averages.monotony_ratio,
        averages.strain,
    ):
        np.testing.assert_allclose(average(load[:cut]), average(load)[:cut], rtol=1e-9)


def test_ratios_do_not_depend_on_the_unit_of_the_load():
    """A thousandth of each load has the same ratios, and a thousandth of the strain."""
    load = np.tile([60.0, 0.0, 45.0, 0.0, 30.0, 90.0, 0.0], 6)
    for ratio in (
        averages.acute_chronic_ratio,
        averages.acute_chronic_ewma_ratio,
        averages.monotony_ratio,
        lambda load: averages.strain(load) / load.max(),
    ):
        np.testing.assert_allclose(ratio(load / 1000.0), ratio(load))
        assert not np.isnan(ratio(load / 1000.0)[27:]).any()
