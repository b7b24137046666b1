"""What one run means among the runner's other runs: speed, heart rate and stride of the same person.

Every value rests on that run and earlier ones only, so a report on an old week never changes.
"""

from __future__ import annotations

from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import columns
from loadwatch.metrics.zones import HARD_SPEED_RATIO
from loadwatch.runner.by_speed import speed_days
from loadwatch.runner.load import steep_facts
from loadwatch.runner.memory import remembered
from loadwatch.runner.stride import curves_table, form_windows_table, late_form_table, strides_table
from loadwatch.runner.told import told
from loadwatch.runner.trace_lines import TraceLine, trace_lines
from loadwatch.runner.zones import zones_table
from loadwatch.tidy import ON_FOOT
from loadwatch.vectors import TRACE_STEP_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loadwatch.runner.known import Speeds
    from loadwatch.runner.told import Told
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

__all__ = [
    "TraceLine",
    "form_windows_table",
    "late_form_table",
    "other_activities_table",
    "remembered",
    "runs_table",
    "speed_days",
    "speeds_table",
    "strides_table",
    "trace_lines",
    "trace_table",
    "zones_table",
]

NAN = float("nan")


def runs_table(
    records: Sequence[RunRecord],
    settings: Settings,
    races: Mapping[str, bool] | None = None,
    found: Sequence[Told] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The `runs` table and the stride curve each run was judged by.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    settings
        What the runner says of themselves overrules what the runs say.
    races
        Whether a run was a race, by its id, where the runner says so.
    found
        What they came to, as `remembered` gives it, where that is there already.

    Returns
    -------
    runs, curves
        `runs` has the columns of `columns.RUNS`; `curves` those described in `History`.
    """
    found = told(records, settings) if found is None else found
    said = races or {}
    rows = (
        record.facts
        | one.facts
        | _leg_load(record.facts | one.facts, settings)
        | {
            "stride_residual_pct": one.stride.residual_pct if one.stride else NAN,
            "stride_speed_mps": one.stride.speed_mps if one.stride else NAN,
            "own_cadence_spm": one.stride.usual if one.stride else NAN,
            "cadence_fade_spm": one.stride.fade_spm if one.stride else NAN,
            "ground_contact_residual_pct": one.stride.ground_contact_pct if one.stride else NAN,
            "vertical_ratio_residual_pct": one.stride.vertical_ratio_pct if one.stride else NAN,
        }
        | _race(one.facts, said.get(record.run_id))
        for record, one in zip(records, found, strict=True)
    )
    return _frame(rows), curves_table(records, [one.stride for one in found])


def _race(facts: Mapping[str, Any], said: bool | None) -> dict[str, Any]:
    """What a run is called: a race if the runner says so; likely one if it looks it and nothing is said."""
    is_likely = said is None and facts["is_likely_race"]
    notes = "; ".join(filter(None, (facts["notes"], "likely a race" if is_likely else "")))
    return {"is_race": is_likely or bool(said), "is_likely_race": is_likely, "notes": notes}


def speeds_table(records: Sequence[RunRecord], speeds: Sequence[Speeds]) -> pd.DataFrame:
    """The runner's speeds as known on the day of each run; columns as described in `History`."""
    frame = pd.DataFrame(
        {
            "run_id": [record.run_id for record in records],
            "local_date": [record.facts["local_date"] for record in records],
            "critical_speed_mps": [speed.critical_mps for speed in speeds],
            "critical_speed_error_mps": [speed.critical_error_mps for speed in speeds],
            "critical_speed_source": [speed.critical_source for speed in speeds],
            "effort_count": [speed.effort_count for speed in speeds],
            "effort_run_ids": [speed.effort_run_ids for speed in speeds],
            "fast_speed_mps": [speed.fast_mps for speed in speeds],
        }
    )
    frame.insert(3, "hard_speed_mps", HARD_SPEED_RATIO * frame["critical_speed_mps"])
    return frame


def _leg_load(facts: Mapping[str, Any], settings: Settings, share: float = 1.0) -> dict[str, float]:
    """Kilometre-equivalents of one activity and what they are made of, weighted as the runner wants it."""
    km = 0.0 if np.isnan(facts["distance_m"]) else facts["distance_m"] / 1000.0
    parts = {
        "leg_load_climb_km": share * settings.climb_weight * facts["climb_leg_km"],
        "leg_load_descent_km": share * settings.descent_weight * facts["descent_leg_km"],
        "leg_load_speed_km": share * settings.speed_weight * facts.get("speed_leg_km", 0.0),
    }
    return parts | {"leg_load_km": share * km + sum(parts.values())}


def other_activities_table(records: Sequence[RunRecord], settings: Settings) -> pd.DataFrame:
    """Hikes, walks, rides and the like, with the columns of `runs`; those on foot load the legs by half."""
    rows = []
    for record, steep in zip(records, steep_facts(records), strict=True):
        facts = record.facts | steep
        facts |= _leg_load(facts, settings, settings.walking_weight if facts["sport"] in ON_FOOT else 0.0)
        facts["is_race"] = facts["is_likely_race"] = False
        rows.append(facts)
    return _frame(rows)


def _frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table with the columns of `runs`, made column by column, which is the quick way."""
    missing = dict.fromkeys(columns.names(columns.RUNS), NAN)
    values = itemgetter(*missing)
    by_column = tuple(zip(*(values(missing | row) for row in rows), strict=True)) or repeat(())
    frame = {
        column.name: pd.Series(told, dtype="float64" if column.kind == "number" else None)
        for column, told in zip(columns.RUNS, by_column, strict=False)
    }
    return pd.DataFrame(frame)


def trace_table(record: RunRecord) -> pd.DataFrame:
    """One run every 5 s of its timer; columns as described in `History`."""
    names = ["speed_mps", "graded_speed_mps", "heart_rate_bpm", "cadence_spm", "altitude_m"]
    traces = [record.trace(name) for name in names]
    elapsed_s = np.arange(traces[0].size, dtype=float) * TRACE_STEP_S
    distance_m = np.cumsum(np.nan_to_num(traces[0])) * TRACE_STEP_S
    # One block of numbers: a frame for each run of a history must cost little.
    return pd.DataFrame(
        np.column_stack([elapsed_s, distance_m, *traces]), columns=["elapsed_s", "distance_m", *names]
    )
