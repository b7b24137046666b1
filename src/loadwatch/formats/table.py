"""Columns as lists, made the one samples frame every reader hands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch.columns import SAMPLES, names
from loadwatch.errors import EmptyActivityError
from loadwatch.formats import cadence
from loadwatch.formats.activity import Activity, Athlete, DeviceTotals
from loadwatch.formats.device import has_barometer
from loadwatch.formats.sport import ON_FOOT, SAYS_NOTHING
from loadwatch.formats.timer import SECOND, Timer, moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from loadwatch._arrays import Floats, Ints

VALUES = [name for name in names(SAMPLES) if name != "is_timer_on"]
# No foot, heart or strap gives a plain zero here: devices write it when they have nothing.
ZERO_IS_MISSING = (
    "heart_rate_bpm",
    "ground_contact_ms",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "step_length_m",
    "contact_balance_pct",
)
EARTH_RADIUS_M = 6_371_008.8


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
    samples = _frame(times, columns)
    if samples.empty or not samples[VALUES].notna().to_numpy().any():
        raise EmptyActivityError("records no samples")
    instants = np.asarray(times, dtype=np.int64)
    cadence_source = _steps(samples, instants, sport)
    samples["is_timer_on"] = True if timer is None else timer.is_on(instants)
    if timer is not None and not samples["is_timer_on"].any():
        timer, repairs = None, [*repairs, "timer events lie outside the samples and were ignored"]
        samples["is_timer_on"] = True
    return Activity(
        samples=samples,
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


def _frame(
    times: Sequence[int] | Ints, columns: Mapping[str, Sequence[float | None] | Floats]
) -> pd.DataFrame:
    # Microseconds hold any year a file can name; nanoseconds end in 2262.
    index = pd.DatetimeIndex(np.asarray(times, dtype="datetime64[us]"), name="time").tz_localize("UTC")
    table = np.full((len(VALUES), len(times)), np.nan)
    for row, name in zip(table, VALUES, strict=True):
        if name not in columns:
            continue
        row[:] = np.asarray(columns[name], dtype=np.float64)
        row[~np.isfinite(row)] = np.nan
        if name in ZERO_IS_MISSING:
            row[row == 0] = np.nan
        if name == "heart_rate_bpm":
            row[row >= 255] = np.nan
    # One block of floats, which pandas takes as it is.
    return pd.DataFrame(table.T, index=index, columns=VALUES)


def _steps(samples: pd.DataFrame, times: NDArray[np.int64], sport: str) -> str:
    """Turn the frame's cadence into steps, where it is a matter of steps at all."""
    raw = samples["cadence_spm"].to_numpy(dtype=np.float64)
    if sport in ON_FOOT or sport in SAYS_NOTHING:
        samples["cadence_spm"], source = cadence.to_steps(raw, ground_speed_mps(samples, times))
        return source
    has_any = np.nan_to_num(raw).any()
    samples["cadence_spm"] = np.nan
    return cadence.NOT_ON_FOOT if has_any else cadence.NO_CADENCE


def ground_speed_mps(samples: pd.DataFrame, times: NDArray[np.int64]) -> NDArray[np.float64]:
    """Speed at each sample, good enough to tell running from walking.

    The recorded speed, else from recorded distance, else from positions. [m/s]
    """
    recorded = samples["speed_mps"].to_numpy(dtype=np.float64)
    if np.isfinite(recorded).any():
        return recorded
    seconds = np.diff(times) / SECOND
    metres = np.diff(samples["distance_m"].to_numpy(dtype=np.float64))
    if not np.isfinite(metres).any():
        metres = _hops_m(samples)
    # A gap of minutes says nothing of the speed at its end.
    speed = np.divide(
        metres, seconds, out=np.full(metres.shape, np.nan), where=(seconds > 0) & (seconds < 60)
    )
    return np.concatenate([[np.nan], speed])[: len(samples)]


def _hops_m(samples: pd.DataFrame) -> NDArray[np.float64]:
    """Metres from each position to the next, on a plane around it."""
    latitude = np.radians(samples["latitude_deg"].to_numpy(dtype=np.float64))
    longitude = np.radians(samples["longitude_deg"].to_numpy(dtype=np.float64))
    east = np.diff(longitude) * np.cos(latitude[:-1])
    return np.asarray(EARTH_RADIUS_M * np.hypot(np.diff(latitude), east))
