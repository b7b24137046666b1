"""Each day's running sorted by speed, so that the past can be measured by the speeds known today.

A ratio of this week's hard minutes to those of the weeks before says nothing when both sides are counted by
different speeds; critical speed moves as a runner gets fitter. Here both sides can be counted by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.metrics.speed_curve import FAST_SPEEDS_MPS
from loadwatch.metrics.zones import HARD_SPEED_RATIO
from loadwatch.runner.load import fast_step, lowest_stored
from loadwatch.vectors import MISSING, TRACE_STEP_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.runner.known import Speeds
    from loadwatch.runs import RunRecord

    Stored = np.ndarray[Any, np.dtype[Any]]

RUNS_AT_ONCE = 400  # few enough that a long history costs little memory


@dataclass(frozen=True)
class SpeedDays:
    """Running by speed, one row for each day of the `days` table.

    Attributes
    ----------
    critical_mps, fast_mps
        Critical speed, and the ground speed from which running is fast, as known at the newest run up to
        each day; NaN where unknown; shape (n,). [m/s]
    hard_s, hard_column
        Seconds run each day at or above each graded speed; shape (n, k). Which column is hard running by
        the critical speed known each day, 0 where that is unknown; shape (n,).
    fast_m, fast_column
        Likewise metres in fast stretches at or above each ground speed, by the fast speed known each day.
    told_s, timer_s
        Seconds of the runs whose graded speed is known, and of all; shape (n,).
    clean_count
        Runs outside, whose ground speed can be believed; shape (n,).
    """

    critical_mps: Floats
    fast_mps: Floats
    hard_s: Floats
    hard_column: Ints
    fast_m: Floats
    fast_column: Ints
    told_s: Floats
    timer_s: Floats
    clean_count: Ints

    @property
    def is_critical_known(self) -> Bools:
        """Days on which critical speed is known; shape (n,)."""
        return ~np.isnan(self.critical_mps)


def windowed(
    daily: Floats | Ints, column: Ints | None = None, *, longest_ago: int, newest_ago: int = 0
) -> Floats:
    """Sum over a window of days before each day, all of it in the column that the day asks for.

    Parameters
    ----------
    daily
        Values of each day by speed; shape (n, k), or (n,) where speed does not matter.
    column
        The column each day asks for; shape (n,). None without speeds.
    longest_ago, newest_ago
        First and last day of the window, in days before the day itself. Days before the first count as 0.

    Returns
    -------
    array, shape (n,)
    """
    if column is None:
        daily, column = daily[:, None], np.zeros(daily.size, dtype=np.int64)
    until = np.vstack([np.zeros((1, daily.shape[1])), np.cumsum(daily, axis=0)])
    day = np.arange(daily.shape[0])
    end, begin = (np.maximum(day - ago, 0) for ago in (newest_ago - 1, longest_ago))
    return np.asarray(until[end, column] - until[begin, column])


def speed_days(records: Sequence[RunRecord], speeds: Sequence[Speeds], first: int, size: int) -> SpeedDays:
    """Sort a runner's running by speed.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    speeds
        As known on the day of each.
    first, size
        Ordinal of the first day, and how many days there are.
    """
    row = np.array([record.facts["local_date"].toordinal() for record in records], dtype=np.int64) - first
    critical_mps, fast_mps = (
        _as_of_each_day(row, [getattr(speed, name) for speed in speeds], size)
        for name in ("critical_mps", "fast_mps")
    )
    is_known = ~np.isnan(critical_mps)
    limit = np.array(
        [
            lowest_stored("graded_speed_mps", HARD_SPEED_RATIO * mps)
            for mps in critical_mps[is_known].tolist()
        ],
        dtype=np.int64,
    )
    low, high = (int(limit.min()), int(limit.max())) if limit.size else (0, 0)
    hard_column = np.zeros(size, dtype=np.int64)
    hard_column[is_known] = limit - low
    hard_s = np.zeros((size, high - low + 1))
    # One more column than there are speeds: what lies beyond them all was never run.
    fast_m = np.zeros((size, FAST_SPEEDS_MPS.size + 1))
    told_s, timer_s, clean_count = np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.int64)
    for begin in range(0, len(records), RUNS_AT_ONCE):
        some, day = records[begin : begin + RUNS_AT_ONCE], row[begin : begin + RUNS_AT_ONCE]
        is_outside = np.array([not record.facts["is_treadmill"] for record in some], dtype=bool)
        # Both of one record in a row, as a record's vectors may lie on disk.
        traces, fast = zip(*map(_stored, some), strict=True)
        run_s = TRACE_STEP_S * np.array([trace.size for trace in traces])
        is_told, reached = _reached(traces, low, high)
        np.add.at(timer_s, day, run_s)
        np.add.at(told_s, day[is_told], run_s[is_told])
        np.add.at(hard_s, day[is_told], TRACE_STEP_S * reached[is_told])
        np.add.at(clean_count, day[is_outside], 1)
        np.add.at(fast_m[:, :-1], day[is_outside], np.array(fast, dtype=float)[is_outside])
    fast_column = [0 if np.isnan(mps) else fast_step(mps) for mps in fast_mps.tolist()]
    return SpeedDays(
        critical_mps=critical_mps,
        fast_mps=fast_mps,
        hard_s=hard_s,
        hard_column=hard_column,
        fast_m=fast_m,
        fast_column=np.array(fast_column, dtype=np.int64),
        told_s=told_s,
        timer_s=timer_s,
        clean_count=clean_count,
    )


def _stored(record: RunRecord) -> tuple[Stored, Stored]:
    return record.vectors["trace_graded_speed_mps"], record.vectors["fast_by_speed_m"]


def _reached(traces: Sequence[Stored], low: int, high: int) -> tuple[Bools, Ints]:
    """Which traces are known by half, and in each the values at or above every limit from low to high.

    Shape (runs,) and (runs, high - low + 1).
    """
    count = len(traces)
    sizes = np.array([trace.size for trace in traces])
    edge = np.cumsum([0, *sizes])
    stored = np.concatenate(traces)
    known = np.append(0, np.cumsum(stored != MISSING))
    is_told = 2 * (known[edge[1:]] - known[edge[:-1]]) >= np.maximum(sizes, 1)
    width = high - low + 2
    cell = np.clip(stored, low - 1, high) - (low - 1) + width * np.repeat(np.arange(count), sizes)
    by_value = np.bincount(cell, minlength=count * width).reshape(count, width)
    return is_told, np.cumsum(by_value[:, :0:-1], axis=1)[:, ::-1]


def _as_of_each_day(row: Ints, values: Sequence[float], size: int) -> Floats:
    """What was known at the newest run up to each day; NaN before the first; shape (n,)."""
    newest = np.full(size, -1)
    # Who flies west may start a later run on an earlier day: the later run knows more.
    np.maximum.at(newest, np.maximum.accumulate(row), np.arange(row.size))
    newest = np.maximum.accumulate(newest)
    return np.asarray(np.append(np.array(values, dtype=float), np.nan)[newest])
