"""The runner's zones as known on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from loadwatch import columns
from loadwatch.metrics.zones import heart_rate_zones_bpm, speed_zones_mps
from loadwatch.runner.known import HeartRates, known_heart_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

NAN = float("nan")


def zones_table(speeds: pd.DataFrame, records: Sequence[RunRecord], settings: Settings) -> pd.DataFrame:
    """Zones by speed and by heart rate, as known at the last of some runs.

    Parameters
    ----------
    speeds
        Rows of `speeds_table`, of the runs up to the day asked about.
    records
        These runs in order of start.
    settings
        What the runner says of themselves.

    Returns
    -------
    DataFrame
        The columns of `columns.ZONES`. Bounds are NaN where `source` says that too little is known.
    """
    critical_mps, critical_source = NAN, "too_few_hard_efforts"
    if len(speeds):
        critical_mps, critical_source = speeds[["critical_speed_mps", "critical_speed_source"]].iloc[-1]
    heart_rate = known_heart_rates(records, settings)[-1] if records else HeartRates(NAN, NAN, "too_few_runs")
    rows = [
        {"measure": "speed", "zone": zone.name, "speed_low_mps": zone.low, "speed_high_mps": zone.high}
        | {"source": critical_source}
        for zone in speed_zones_mps(critical_mps)
    ]
    rows += [
        {"measure": "heart_rate", "zone": zone.name, "source": heart_rate.maximum_source}
        | {"heart_rate_low_bpm": zone.low, "heart_rate_high_bpm": zone.high}
        for zone in heart_rate_zones_bpm(heart_rate.maximum_bpm)
    ]
    return pd.DataFrame(rows, columns=columns.names(columns.ZONES))
