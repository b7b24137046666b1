"""The runner's zones, and where they are known from."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from loadwatch import columns
from loadwatch.runner import zones_table
from loadwatch.runs import RunRecord
from loadwatch.settings import Settings

NAN = float("nan")
FIRST = date(2026, 1, 5)


def zones(critical_mps, *high_bpm, profile_bpm=NAN, **own):
    records = [
        RunRecord(
            {
                "local_date": FIRST + timedelta(days=day),
                "heart_rate_high_bpm": bpm,
                "max_heart_rate_bpm": profile_bpm,
                "resting_heart_rate_bpm": NAN,
            },
            {},
        )
        for day, bpm in enumerate(high_bpm)
    ]
    source = "too_few_hard_efforts" if np.isnan(critical_mps) else "efforts"
    speeds = pd.DataFrame({"critical_speed_mps": [3.0, critical_mps], "critical_speed_source": ["", source]})
    return zones_table(speeds if records else speeds[:0], records, Settings(**own))


def test_zones_are_those_of_the_last_speed_and_the_highest_heart_rate():
    told = zones(4.0, *[180.0] * 19, 200.0)
    assert list(told.columns) == columns.names(columns.ZONES)
    assert told["measure"].tolist() == ["speed"] * 3 + ["heart_rate"] * 5
    assert told["speed_high_mps"].iloc[0] == pytest.approx(3.4)
    assert told["heart_rate_low_bpm"].iloc[-1] == pytest.approx(180.0)
    assert set(told["source"]) == {"efforts", "runs"}


def test_too_few_hard_efforts_to_know_is_an_answer():
    told = zones(NAN, 180.0)
    assert set(told["source"]) == {"too_few_hard_efforts", "too_few_runs"}
    assert told.select_dtypes("number").isna().to_numpy().all()
    pd.testing.assert_frame_equal(zones(NAN), told)


@pytest.mark.parametrize(
    ("high_bpm", "own", "maximum_bpm", "source"),
    [
        pytest.param([190.0] * 20, {"max_heart_rate_bpm": 185.0}, 185.0, "settings", id="the runner's word"),
        pytest.param([190.0] * 20, {"birth_year": 1986}, 190.0, "runs", id="seen, above what goes with 40"),
        pytest.param([170.0] * 20, {"birth_year": 1986}, 180.0, "age", id="seen, below it"),
        pytest.param([190.0] * 19, {"profile_bpm": 175.0}, 175.0, "device", id="too few, but a profile"),
    ],
)
def test_where_the_maximum_is_known_from_is_said(high_bpm, own, maximum_bpm, source):
    told = zones(4.0, *high_bpm, **own)[3:]
    assert set(told["source"]) == {source}
    assert told["heart_rate_low_bpm"].iloc[0] == pytest.approx(0.5 * maximum_bpm)
