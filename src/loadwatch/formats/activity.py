"""What every reader hands on: one activity's samples and the facts around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.columns import SAMPLES, names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import pandas as pd

    from loadwatch._arrays import Bools, Floats, Ints

VALUES = tuple(name for name in names(SAMPLES) if name != "is_timer_on")


@dataclass(frozen=True)
class Samples:
    """Samples as arrays, none of which is ever written to: what every stage computes with.

    Attributes
    ----------
    time_us
        Microseconds since 1970, UTC; shape (n,).
    values
        Columns by their names in `VALUES`, NaN where missing, shape (n,) each; one without any value may be
        left out.
    is_timer_on
        False while the runner had stopped the timer; shape (n,).
    """

    time_us: Ints
    values: Mapping[str, Floats]
    is_timer_on: Bools

    @property
    def size(self) -> int:
        """Number of samples."""
        return int(self.time_us.size)

    def __getitem__(self, name: str) -> Floats:
        """One column, NaN throughout where it holds nothing; shape (n,)."""
        column = self.values.get(name)
        return np.full(self.size, np.nan) if column is None else column

    def at(self, index: Ints | Bools) -> Samples:
        """Some of the samples, by position or mask, in the order given."""
        return Samples(
            self.time_us[index],
            {name: column[index] for name, column in self.values.items()},
            self.is_timer_on[index],
        )

    def frame(self) -> pd.DataFrame:
        """The samples for people: index `time` (UTC), every column of `columns.SAMPLES`."""
        # Imported late: it takes longer than reading a hundred files, and no stage needs it.
        import pandas as pd  # noqa: PLC0415 - likewise

        # Microseconds hold any year a file can name; nanoseconds end in 2262.
        index = pd.DatetimeIndex(self.time_us.view("datetime64[us]"), name="time", tz="UTC")
        # One block of floats, which pandas takes as it is: column by column costs many times as much.
        rows = np.array([self[name] for name in VALUES])
        frame = pd.DataFrame(rows.T, index=index, copy=False)
        frame.insert(len(VALUES), len(VALUES), self.is_timer_on)
        frame.columns = _columns().view()
        return frame


@cache
def _columns() -> pd.Index:
    """Names of a frame's columns: making an index of them takes as long as the rest of the frame."""
    import pandas as pd  # noqa: PLC0415 - as above

    return pd.Index([*VALUES, "is_timer_on"])


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
    arrays
        The samples in recording order as in the file.
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
    name
        What the runner called it, one short printable line; empty where the file does not say. Nothing is
        judged by it.
    repairs
        What was mended or lost while reading, one short phrase each.
    """

    arrays: Samples
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
    name: str = ""
    totals: DeviceTotals = field(default_factory=DeviceTotals)
    athlete: Athlete = field(default_factory=Athlete)
    repairs: tuple[str, ...] = ()

    @property
    def samples(self) -> pd.DataFrame:
        """The samples as a new frame: see `Samples.frame`."""
        return self.arrays.frame()
