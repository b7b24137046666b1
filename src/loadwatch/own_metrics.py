"""Own metrics: what somebody asks of the samples of every run, and what days and weeks make of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from loadwatch import columns
from loadwatch.errors import MetricError, UsageError
from loadwatch.reopen import recordings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loadwatch.intake import Progress
    from loadwatch.runs import RunRecord
    from loadwatch.tidy import Recording


@dataclass(frozen=True)
class Metric:
    """One number of every run, worked out from its samples.

    Attributes
    ----------
    name
        Name of its column, the unit last, as `loadwatch columns` shows them: standing_s, late_share_pct.
    meaning
        One sentence that says what it is.
    measure
        The number, from one run's samples as `read_run` gives them: a pure function, NaN where the run cannot
        tell. [unit of the name]
    weekly
        How days and weeks reduce it: sum (missing where one of their runs does not tell, 0 without a run),
        mean or max (of the runs that tell); None where they have no such column.

    Raises
    ------
    UsageError
        The name does not end in a unit, or is that of a column already there; or `weekly` is none of these.

    Examples
    --------
    >>> import loadwatch as lw
    >>> def standing(samples):
    ...     is_still = (samples["speed_mps"] < 0.3) & samples["is_timer_on"]
    ...     return samples.index.to_series().diff().dt.total_seconds()[is_still].sum()
    >>> metric = lw.Metric("standing_s", "Time standing with the timer on.", standing, weekly="sum")
    >>> metric.unit
    's'
    """

    name: str
    meaning: str
    measure: Callable[[pd.DataFrame], float]
    weekly: Literal["sum", "mean", "max"] | None = None

    def __post_init__(self) -> None:
        taken = {name for table in columns.TABLES.values() for name in columns.names(table)}
        if self.name in taken:
            raise UsageError(f"metric `{self.name}`: there is a column of this name already; choose another.")
        if self.weekly not in ("sum", "mean", "max", None):
            raise UsageError(f"metric `{self.name}`: weekly must be sum, mean, max or None.")
        columns.unit_of(self.name)

    @property
    def unit(self) -> str:
        """Unit of its values, as its name says it."""
        return columns.unit_of(self.name)


def refuse_twice(metrics: Sequence[Metric], taken: Sequence[str] = ()) -> None:
    """Refuse metrics of one name.

    Parameters
    ----------
    metrics
        Own metrics.
    taken
        Names of columns that only rules see.

    Raises
    ------
    UsageError
        Two have the same name, or one has a name that is taken.
    """
    names = Counter([*(metric.name for metric in metrics), *taken])
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise UsageError(f"metric `{twice[0]}`: another column has this name; choose another.")


def measured(
    metrics: Sequence[Metric], records: Sequence[RunRecord], progress: Progress | None = None
) -> pd.DataFrame:
    """What every metric says of every run; each file is opened again, in this process.

    Parameters
    ----------
    metrics
        Own metrics.
    records
        The runs.
    progress
        Called with runs done, runs in all and the file's name, before each is measured and once at the end.

    Returns
    -------
    DataFrame
        A column for each metric, a row for each run in the order given. [unit of the name]

    Raises
    ------
    MetricError
        A metric raises, or gives no number.
    StaleError
        A file is gone or has changed since it was read.
    """
    values: dict[str, list[float]] = {}
    for done, (record, recording) in enumerate(recordings(records) if metrics else ()):
        if progress:
            progress(done, len(records), record.facts["file"])
        values[record.run_id] = [_value(metric, record, recording) for metric in metrics]
    if progress and metrics:
        progress(len(records), len(records), "")
    rows = np.array([values[record.run_id] for record in records] if metrics else [], dtype=float)
    return pd.DataFrame(rows.reshape(len(records), len(metrics)), columns=[metric.name for metric in metrics])


def _value(metric: Metric, record: RunRecord, recording: Recording) -> float:
    try:
        # Each is given a frame of its own: what one does to it, the next must not see.
        return float(metric.measure(recording.samples))
    except Exception as error:
        raise MetricError(
            f"metric `{metric.name}` fails on {record.facts['file']}: {type(error).__name__}: {error}"
        ) from error


def add_to_days(days: pd.DataFrame, runs: pd.DataFrame, metrics: Sequence[Metric]) -> list[str]:
    """Add to a table of days what its runs come to; the names of the columns added."""
    by_day = runs.groupby("local_date")
    is_blank = (days["run_count"] == 0).to_numpy()
    for metric in metrics:
        if metric.weekly == "sum":
            known = by_day[metric.name].sum().where(by_day[metric.name].count() == by_day.size())
            # Nobody knows what a day without a record held.
            nothing = np.where(days["is_covered"], 0.0, np.nan)
            days[metric.name] = np.where(is_blank, nothing, days["local_date"].map(known))
        elif metric.weekly:
            days[metric.name] = days["local_date"].map(by_day[metric.name].agg(metric.weekly)).astype(float)
    return [metric.name for metric in metrics if metric.weekly]


def add_to_weeks(
    weeks: pd.DataFrame, days: pd.DataFrame, runs: pd.DataFrame, metrics: Sequence[Metric]
) -> None:
    """Add to a table of weeks what their days and runs come to."""
    by_day, by_run = days.groupby("week"), runs.groupby("week")
    for metric in metrics:
        if metric.weekly == "sum":
            known = by_day[metric.name].sum().where(by_day[metric.name].count() == by_day.size())
            weeks[metric.name] = weeks["week"].map(known).astype(float)
        elif metric.weekly:
            weeks[metric.name] = weeks["week"].map(by_run[metric.name].agg(metric.weekly)).astype(float)
