"""Samples in order of time, each time once, and when the recording began and ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.errors import EmptyActivityError, ImplausibleError
from loadwatch.formats.timer import DAY, EPOCH, SECOND

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.formats.activity import Samples

LONGEST_US = 5 * DAY
LONGEST_SLACK_US = 3600 * SECOND


def since_1970_us(moment: datetime) -> int:
    """A time in whole microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


EARLIEST_US = since_1970_us(datetime(1990, 2, 1, tzinfo=UTC))  # weeks after the epoch of FIT: an unset clock
LATEST_US = since_1970_us(datetime(2100, 1, 1, tzinfo=UTC))


def in_order(samples: Samples, notes: list[str]) -> Samples:
    """Samples with possible dates, in order of time, each time once; what was mended is added to `notes`.

    Raises
    ------
    EmptyActivityError
        No two of them are left.
    ImplausibleError
        Most carry dates that cannot be.
    """
    if samples.size == 0:
        raise EmptyActivityError("records no samples")
    if samples.size > 1 and _is_in_order(samples.time_us):
        return samples
    is_dated = _is_dated(samples.time_us)
    if is_dated.sum() < 0.5 * samples.size:
        wrong = samples.time_us[~is_dated][0].astype("datetime64[us]")
        raise ImplausibleError(f"is dated {wrong.astype('datetime64[D]')}: the device's clock was not set")
    if not is_dated.all():
        notes.append(f"{int((~is_dated).sum())} samples with absurd dates left out")
        samples = samples.at(is_dated)
    step_us = np.diff(samples.time_us)
    if (step_us < 0).any():
        notes.append("time ran backwards; samples put in order")
        samples = samples.at(np.argsort(samples.time_us, kind="stable"))
        step_us = np.diff(samples.time_us)
    if (step_us == 0).any():
        samples = _each_time_once(samples, step_us > 0)
    if samples.size < 2:
        raise EmptyActivityError("records a single sample")
    return samples


def _is_in_order(time_us: Ints) -> bool:
    """Whether nothing is to mend, as for most files: dates possible and near each other, and increasing."""
    start, end = int(time_us[0]), int(time_us[-1])
    is_possible = start >= EARLIEST_US and end < LATEST_US and end - start <= LONGEST_US
    return is_possible and bool((time_us[1:] > time_us[:-1]).all())


def _is_dated(time_us: Ints) -> Bools:
    is_dated = (time_us >= EARLIEST_US) & (time_us < LATEST_US)
    # A damaged record may carry any date; one far from nearly all others is such a one.
    middle = time_us.size // 2
    is_near = np.abs(time_us - np.partition(time_us, middle)[middle]) <= LONGEST_US
    return is_dated & is_near if is_near.mean() > 0.95 else is_dated


def _each_time_once(samples: Samples, is_later: Bools) -> Samples:
    """One sample for each time: the last of them holds, the earlier ones fill its gaps."""
    first = np.flatnonzero(np.concatenate([[True], is_later]))
    last = np.flatnonzero(np.concatenate([is_later, [True]]))
    place = np.arange(samples.size)

    def filled(column: Floats) -> Floats:
        known = np.maximum.accumulate(np.where(np.isnan(column), -1, place))[last]
        return np.where(known >= first, column[known], np.nan)

    once = samples.at(last)
    return type(samples)(
        once.time_us, {name: filled(column) for name, column in samples.values.items()}, once.is_timer_on
    )


def span(time_us: Ints, timer_span: tuple[datetime, datetime] | None) -> tuple[int, int]:
    """When the recording began and ended: the timer's word where it fits the samples.

    Parameters
    ----------
    time_us
        Increasing; shape (n,). [µs since 1970]
    timer_span
        First start and last stop of the timer; None where nothing tells of it.

    Returns
    -------
    start, end
        [µs since 1970]

    Raises
    ------
    ImplausibleError
        It lasts for days.
    """
    start, end = int(time_us[0]), int(time_us[-1])
    if timer_span is not None:
        began, ended = map(since_1970_us, timer_span)
        start = began if start - LONGEST_SLACK_US <= began <= start else start
        end = ended if end <= ended <= end + LONGEST_SLACK_US else end
    if end - start > LONGEST_US:
        days = (end - start) / DAY
        raise ImplausibleError(f"lasts {days:.0f} days: a watch left on, or a broken clock")
    return start, end
