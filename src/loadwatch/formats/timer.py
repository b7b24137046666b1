"""The timer's own account: when it ran and when the runner stopped it.

Times here are whole microseconds since 1970, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Timer:
    """First start, last stop, and the pauses between, in microseconds."""

    start: int
    stop: int
    pauses: tuple[tuple[int, int], ...] = ()

    def within(self, first: int, last: int) -> Timer | None:
        """What of it falls between two times; None where it did not run between them."""
        start, stop = max(self.start, first), min(self.stop, last)
        if stop < start:
            return None
        clipped = tuple((max(a, start), min(b, stop)) for a, b in self.pauses if a < stop and b > start)
        return Timer(start, stop, clipped)

    def is_on(self, times: NDArray[np.int64]) -> NDArray[np.bool_]:
        """False before the first start, after the last stop, and strictly inside a pause."""
        on = (times >= self.start) & (times <= self.stop)
        for stopped, started in self.pauses:
            on &= (times <= stopped) | (times >= started)
        return np.asarray(on)


def from_events(events: Iterable[tuple[int, bool]], first: int, last: int) -> Timer | None:
    """The timer as its start and stop events tell it.

    Parameters
    ----------
    events
        Time and whether the timer started (else it stopped), in any order. [µs]
    first, last
        Time of the first and last sample, for recordings that lack their first start or last stop. [µs]

    Returns
    -------
    Timer or None
        None where there are no events within a day of the samples; damaged files hold such.
    """
    near = [event for event in events if first - DAY <= event[0] <= last + DAY]
    ordered = sorted(near, key=lambda event: event[0])
    if not ordered:
        return None
    start = ordered[0][0] if ordered[0][1] else min(first, ordered[0][0])
    pauses: list[tuple[int, int]] = []
    stopped: int | None = None
    for time, starts in ordered:
        if not starts:
            # A second stop without a start between only repeats the first.
            stopped = time if stopped is None else stopped
        elif stopped is not None:
            pauses.append((stopped, time))
            stopped = None
    stop = stopped if stopped is not None else max(last, ordered[-1][0])
    return Timer(start, stop, tuple((a, b) for a, b in pauses if b > a))


def from_segments(
    spans: Sequence[tuple[int, int]],
    times: Sequence[int],
    *,
    shortest_s: float = 1.5,
    usual_steps: float = 3.0,
) -> Timer | None:
    """The timer as the gaps between a track's segments tell it.

    Parameters
    ----------
    spans
        First and last time of each segment, in file order. [µs]
    times
        Time of every sample. [µs]
    shortest_s, usual_steps
        Gaps up to this, or up to so many of the usual steps from one sample to the next, are no pauses: laps
        begin new segments, too. [s]

    Returns
    -------
    Timer or None
        None for a single segment, which says nothing of pauses.
    """
    if len(spans) < 2:
        return None
    steps = np.diff(np.unique(times))
    step = float(np.median(steps)) if steps.size else 0.0
    shortest = max(shortest_s * SECOND, usual_steps * step)
    gaps = [(before[1], after[0]) for before, after in pairwise(spans)]
    pauses = tuple((a, b) for a, b in gaps if b - a > shortest)
    return Timer(min(a for a, _ in spans), max(b for _, b in spans), pauses)


def moment(time: int) -> datetime:
    """A time in microseconds since 1970 as a datetime in UTC."""
    return EPOCH + timedelta(microseconds=time)
