"""Columns as lists, made the samples every reader hands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch.errors import EmptyActivityError
from loadwatch.formats import cadence
from loadwatch.formats.activity import VALUES, Activity, Athlete, DeviceTotals, Samples
from loadwatch.formats.device import has_barometer
from loadwatch.formats.sport import ON_FOOT, SAYS_NOTHING
from loadwatch.formats.timer import SECOND, Timer, moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loadwatch._arrays import Floats, Ints

# No measurement in any of our units comes near; whoever squares or sums values need not fear for their range.
LARGEST = 1e9
# No foot, heart or strap gives a plain zero here: devices write it when they have nothing.
ZERO_IS_MISSING = (
    "heart_rate_bpm",
    "ground_contact_ms",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "step_length_m",
    "contact_balance_pct",
)
EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG


def activity(  # noqa: PLR0913 - one keyword for each fact a file may state
    times: Sequence[int] | Ints,
    columns: Mapping[str, Sequence[float | None] | Floats],
    *,
    file_format: str,
    sport: str,
    sub_sport: str,
    device: str,
    timer: Timer | None,
    utc_offset_s: float | None = None,
    totals: DeviceTotals | None = None,
    athlete: Athlete | None = None,
    repairs: Sequence[str] = (),
) -> Activity:
    """One activity from its columns.

    Parameters
    ----------
    times
        Time of each sample, in recording order. [µs since 1970, UTC]
    columns
        Values by name of `columns.SAMPLES`; `cadence_spm` still as the file means it.
    file_format, sport, sub_sport, device, utc_offset_s, totals, athlete, repairs
        As in `Activity`.
    timer
        When the timer ran; None where the file does not say.

    Raises
    ------
    EmptyActivityError
        No sample holds any value.
    """
    instants = np.asarray(times, dtype=np.int64)
    rows = _rows(columns, instants.size)
    is_told = np.asarray(np.isfinite(rows).any(axis=1))
    if not is_told.any():
        raise EmptyActivityError("records no samples")
    by_name = dict(zip(VALUES, rows, strict=True))
    cadence_source = _steps(by_name, instants, sport)
    values = {name: row for (name, row), has_any in zip(by_name.items(), is_told, strict=True) if has_any}
    is_on = np.ones(instants.size, dtype=np.bool_) if timer is None else timer.is_on(instants)
    if timer is not None and not is_on.any():
        timer, repairs = None, [*repairs, "timer events lie outside the samples and were ignored"]
        is_on[:] = True
    return Activity(
        arrays=Samples(instants, values, is_on),
        format=file_format,
        sport=sport,
        sub_sport=sub_sport,
        device=device,
        utc_offset_s=utc_offset_s,
        pauses=None if timer is None else tuple((moment(a), moment(b)) for a, b in timer.pauses),
        timer_span=None if timer is None else (moment(timer.start), moment(timer.stop)),
        has_barometer=has_barometer(device),
        cadence_source=cadence_source,
        totals=totals or DeviceTotals(),
        athlete=athlete or Athlete(),
        repairs=tuple(repairs),
    )


def _rows(columns: Mapping[str, Sequence[float | None] | Floats], count: int) -> Floats:
    """One row of floats for each of `VALUES`, NaN where missing."""
    rows = np.full((len(VALUES), count), np.nan)
    for row, name in zip(rows, VALUES, strict=True):
        if name not in columns:
            continue
        row[:] = np.asarray(columns[name], dtype=np.float64)
        row[~(np.abs(row) < LARGEST)] = np.nan
        if name in ZERO_IS_MISSING:
            row[row == 0] = np.nan
        if name == "heart_rate_bpm":
            row[row >= 255] = np.nan
    return rows


def _steps(rows: Mapping[str, Floats], times: Ints, sport: str) -> str:
    """Turn cadence into steps, where it is a matter of steps at all."""
    per_minute = rows["cadence_spm"]
    if sport in ON_FOOT or sport in SAYS_NOTHING:
        per_minute[:], source = cadence.to_steps(per_minute, ground_speed_mps(rows, times))
        return source
    has_any = np.nan_to_num(per_minute).any()
    per_minute[:] = np.nan
    return cadence.NOT_ON_FOOT if has_any else cadence.NO_CADENCE


def ground_speed_mps(rows: Mapping[str, Floats], times: Ints) -> Floats:
    """Speed at each sample, good enough to tell running from walking.

    The recorded speed, else from recorded distance, else from positions. [m/s]
    """
    recorded = rows["speed_mps"]
    if np.isfinite(recorded).any():
        return recorded
    seconds = np.diff(times) / SECOND
    metres = np.diff(rows["distance_m"])
    if not np.isfinite(metres).any():
        metres = _hops_m(rows)
    # A gap of minutes says nothing of the speed at its end.
    speed = np.divide(
        metres, seconds, out=np.full(metres.shape, np.nan), where=(seconds > 0) & (seconds < 60)
    )
    return np.concatenate([[np.nan], speed])[: times.size]


def _hops_m(rows: Mapping[str, Floats]) -> Floats:
    """Metres from each position to the next, on a plane around it."""
    latitude, longitude = np.radians(rows["latitude_deg"]), np.radians(rows["longitude_deg"])
    east = np.diff(longitude) * np.cos(latitude[:-1])
    return np.asarray(EARTH_RADIUS_M * np.hypot(np.diff(latitude), east))
