"""What every reader hands on: one activity's samples and the facts around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd


@dataclass(frozen=True)
class DeviceTotals:
    """What the device itself says of a session. NaN where it says nothing.

    Shown beside our own numbers and used as an independent check; nothing is computed from them.
    """

    distance_m: float = float("nan")
    elapsed_s: float = float("nan")
    timer_s: float = float("nan")
    elevation_gain_m: float = float("nan")
    elevation_loss_m: float = float("nan")


@dataclass(frozen=True)
class Athlete:
    """What the file's user profile says of its runner. NaN where it says nothing."""

    resting_heart_rate_bpm: float = float("nan")
    max_heart_rate_bpm: float = float("nan")


@dataclass(frozen=True)
class Activity:
    """One activity as one file tells it, in SI units and steps per minute.

    Attributes
    ----------
    samples
        Index `time` (UTC, named so, recording order as in the file); every column of
        `columns.SAMPLES`, float64 with NaN where missing, `is_timer_on` boolean.
    format
        "fit", "gpx" or "tcx".
    sport, sub_sport
        In our own words (`formats.sport`); empty where the file does not say.
    device
        Maker and product as words, empty where unknown.
    session_number
        0, 1, ... where the file holds several activities, else None.
    utc_offset_s
        The file's own offset of local time from UTC, None where it has none or garbage. [s]
    pauses
        Spans in which the timer was stopped, as (start, end) in UTC; empty where it never was, and
        None where the file tells nothing of its timer (they are then found from gaps). [UTC]
    timer_span
        First start and last stop of the timer in UTC, None where the file tells nothing of it.
    has_barometer
        True for a barometric altimeter, False for altitude from satellites, None where unknown.
    cadence_source
        How cadence became steps per minute, and why.
    repairs
        What was mended or lost while reading, one short phrase each.
    """

    samples: pd.DataFrame
    format: str
    sport: str = ""
    sub_sport: str = ""
    device: str = ""
    session_number: int | None = None
    utc_offset_s: float | None = None
    pauses: tuple[tuple[datetime, datetime], ...] | None = None
    timer_span: tuple[datetime, datetime] | None = None
    has_barometer: bool | None = None
    cadence_source: str = "none"
    totals: DeviceTotals = field(default_factory=DeviceTotals)
    athlete: Athlete = field(default_factory=Athlete)
    repairs: tuple[str, ...] = ()
