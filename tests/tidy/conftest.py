"""Outings built by hand: one sample a second on a straight line north, unless a test says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from loadwatch.formats.activity import Activity, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

METRES_PER_DEGREE = 111_195.08


@pytest.fixture(scope="session")
def outing() -> Callable[..., Activity]:
    """What builds an `Activity`: times, a speed, and columns that overrule what follows from them."""
    return build


def build(
    time_s: Sequence[float] | np.ndarray[Any, Any] = range(1801),
    *,
    speed_mps: float = 3.0,
    start: str = "2026-03-01 08:00",
    columns: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Activity:
    seconds = np.asarray(time_s, dtype=float)
    time_us = pd.Timestamp(start, tz="UTC").value // 1000 + np.rint(1e6 * seconds).astype(np.int64)
    covered_m = speed_mps * seconds
    told: dict[str, Any] = {
        "latitude_deg": 48.0 + covered_m / METRES_PER_DEGREE,
        "longitude_deg": 16.0,
        "altitude_m": 200.0,
        "distance_m": covered_m,
        "speed_mps": speed_mps,
        "heart_rate_bpm": 140.0,
        "cadence_spm": 168.0,
    }
    values = {
        name: np.array(np.broadcast_to(column, seconds.shape), dtype=float)
        for name, column in (told | dict(columns or {})).items()
    }
    samples = Samples(time_us, values, np.ones(seconds.size, dtype=bool))
    return Activity(arrays=samples, **{"format": "fit", "sport": "running", **facts})
