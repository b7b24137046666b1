"""Columns as lists, made the samples every reader hands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch.errors import EmptyActivityError
from loadwatch.formats import cadence
from loadwatch.formats.activity import VALUES, Activity, Athlete, DeviceTotals, Samples
from loadwatch.formats.device import has_barometer
from loadwatch.formats.naming import one_line
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
    name: str = "",
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
    name
        As the file has it, whatever that is.
    timer
        When the timer ran; None where the file does not say.

    Raises
    ------
    EmptyActivityError
        No sample holds any value.
    """
    instants = np.asarray(times, dtype=np.int64)
    told = ((name, _clean(name, columns[name])) for name in VALUES if name in columns)
    values = {name: column for name, column in told if not np.isnan(column).all()}
    if not values:
        raise EmptyActivityError("records no samples")
    cadence_source = _steps(values, instants, sport)
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
        name=one_line(name),
        repairs=tuple(repairs),
    )


def _clean(name: str, column: Sequence[float | None] | Floats) -> Floats:
    """A column as floats, NaN where missing."""
    values = np.asarray(column, dtype=np.float64)
    # Two passes tell that most columns hold nothing that is to be taken out.
    lowest, highest = np.fmin.reduce(values, initial=np.inf), np.fmax.reduce(values, initial=-np.inf)
    if lowest <= -LARGEST or highest >= LARGEST:
        values = np.where(np.abs(values) < LARGEST, values, np.nan)
    if name in ZERO_IS_MISSING and lowest <= 0.0:
        values = np.where(values == 0.0, np.nan, values)
    if name == "heart_rate_bpm" and highest >= 255.0:
        values = np.where(values >= 255.0, np.nan, values)
    return values


def _steps(values: dict[str, Floats], times: Ints, sport: str) -> str:
    """Turn cadence into steps, where it is a matter of steps at all."""
    if "cadence_spm" not in values:
        return cadence.NO_CADENCE
    per_minute = values["cadence_spm"]
    if sport in ON_FOOT or sport in SAYS_NOTHING:
        values["cadence_spm"], source = cadence.to_steps(per_minute, ground_speed_mps(values, times))
        return source
    values["cadence_spm"] = np.full(times.size, np.nan)
    return cadence.NOT_ON_FOOT if np.nan_to_num(per_minute).any() else cadence.NO_CADENCE


def ground_speed_mps(values: Mapping[str, Floats], times: Ints) -> Floats:
    """Speed at each sample, good enough to tell running from walking.

    The recorded speed, else from recorded distance, else from positions. [m/s]
    """
    if "speed_mps" in values:
        return values["speed_mps"]
    seconds = np.diff(times) / SECOND
    unknown = np.full(times.size, np.nan)
    metres = np.diff(values.get("distance_m", unknown))
    if not np.isfinite(metres).any():
        metres = _hops_m(values.get("latitude_deg", unknown), values.get("longitude_deg", unknown))
    # A gap of minutes says nothing of the speed at its end.
    speed = np.divide(
        metres, seconds, out=np.full(metres.shape, np.nan), where=(seconds > 0) & (seconds < 60)
    )
    return np.concatenate([[np.nan], speed])[: times.size]


def _hops_m(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    """Metres from each position to the next, on a plane around it."""
    latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
    east = np.diff(longitude) * np.cos(latitude[:-1])
    return np.asarray(EARTH_RADIUS_M * np.hypot(np.diff(latitude), east))
