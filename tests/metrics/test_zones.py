"""Bounds of zones, as shares of critical speed and of the maximum heart rate."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.metrics.zones import heart_rate_zones_bpm, speed_zones_mps

NAN = float("nan")


def test_speed_zones_are_split_at_85_and_95_percent_of_critical_speed():
    easy, moderate, hard = speed_zones_mps(4.0)
    assert [zone.name for zone in (easy, moderate, hard)] == ["easy", "moderate", "hard"]
    np.testing.assert_allclose([easy.high, *moderate[1:], hard.low], [3.4, 3.4, 3.8, 3.8])
    assert np.isnan([easy.low, hard.high]).all()


def test_heart_rate_zones_are_tenths_of_the_maximum_from_half_of_it_up():
    zones = heart_rate_zones_bpm(190.0)
    assert [zone.name for zone in zones] == [f"zone {number}" for number in range(1, 6)]
    assert [zone.low for zone in zones] == pytest.approx([95.0, 114.0, 133.0, 152.0, 171.0])
    assert [zone.high for zone in zones] == pytest.approx([114.0, 133.0, 152.0, 171.0, NAN], nan_ok=True)


@pytest.mark.parametrize("zones", [speed_zones_mps, heart_rate_zones_bpm])
def test_of_what_is_unknown_no_bound_is_known(zones):
    assert np.isnan([bound for zone in zones(NAN) for bound in zone[1:]]).all()
