"""Values that cannot be, taken out: what no body does, no place has, and nobody can have reached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.tidy import altitude, gps

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats
    from loadwatch.formats.activity import Samples

# Values outside are an artefact; (lowest, highest), SI.
BOUNDS = {
    "heart_rate_bpm": (25.0, 240.0),
    "cadence_spm": (0.0, 300.0),
    "power_w": (0.0, 2500.0),
    "ground_contact_ms": (50.0, 1000.0),
    "vertical_oscillation_mm": (5.0, 400.0),
    "vertical_ratio_pct": (1.0, 40.0),
    "step_length_m": (0.1, 3.0),
    "contact_balance_pct": (30.0, 70.0),
}


def without_absurd(samples: Samples, time_s: Floats, *, fastest_mps: float, notes: list[str]) -> Samples:
    """The samples with absurd values unknown.

    Parameters
    ----------
    samples
        In order of time; n samples.
    time_s
        Seconds since the start, increasing; shape (n,). [s]
    fastest_mps
        Nothing moves faster than this. [m/s]
    notes
        Where positions left out are noted.
    """
    values = dict(samples.values)
    for name, (lowest, highest) in BOUNDS.items():
        if name in values:
            column = values[name]
            # Most columns hold nothing absurd, and two passes tell so; gaps are none of the extremes.
            if not (lowest <= np.fmin.reduce(column) and np.fmax.reduce(column) <= highest):
                _keep(values, (name,), (column >= lowest) & (column <= highest))
    if "altitude_m" in values:
        _keep(values, ("altitude_m",), altitude.is_altitude(time_s, values["altitude_m"]))
    is_place = _is_place(samples, time_s, fastest_mps, notes)
    _keep(values, ("latitude_deg", "longitude_deg"), is_place)
    return replace(samples, values=values)


def _keep(values: dict[str, Floats], columns: tuple[str, ...], is_good: Bools) -> None:
    """Only the good values of some columns; a column without any is left out."""
    for name in columns:
        if not is_good.any():
            values.pop(name, None)
        elif not is_good.all():
            values[name] = np.where(is_good, values[name], np.nan)


def _is_place(samples: Samples, time_s: Floats, fastest_mps: float, notes: list[str]) -> Bools:
    latitude_deg, longitude_deg = samples["latitude_deg"], samples["longitude_deg"]
    is_place = gps.is_position(latitude_deg, longitude_deg)
    index = slice(None) if is_place.all() else is_place
    is_spike = gps.spikes(time_s[index], latitude_deg[index], longitude_deg[index], fastest_mps=fastest_mps)
    if is_spike.any():
        notes.append(f"{int(is_spike.sum())} GPS spikes left out")
        is_place[np.flatnonzero(is_place)[is_spike]] = False
    return is_place
