"""The samples of runs as a table: read run by run, so that any number of runs fits into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadwatch import columns, words
from loadwatch.errors import UsageError
from loadwatch.reopen import recordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from loadwatch.runs import RunRecord

# Where somebody was; whoever passes a table on need not tell it.
POSITIONS = ("latitude_deg", "longitude_deg")


def frames(records: Iterable[RunRecord], *, has_positions: bool) -> Iterator[pd.DataFrame]:
    """The tidied samples of some runs, one frame for each.

    Parameters
    ----------
    records
        Of the runs, as `History.records` has them.
    has_positions
        Whether `latitude_deg` and `longitude_deg` are among the columns.

    Yields
    ------
    DataFrame
        The columns of `columns.TABLES["samples"]`; runs follow each other as their files were found.

    Raises
    ------
    StaleError
        A file is gone, or holds something else than when it was scanned.
    """
    shown = [
        name for name in columns.names(columns.TABLES["samples"]) if has_positions or name not in POSITIONS
    ]
    for record, recording in recordings(records):
        yield recording.samples.reset_index().assign(run_id=record.run_id)[shown]


def chosen(records: Mapping[str, RunRecord], run_id: str) -> list[RunRecord]:
    """The run that an id, or the beginning of one, stands for.

    Raises
    ------
    UsageError
        There is none, or more than one.
    """
    if run_id in records:
        return [records[run_id]]
    found = [record for name, record in records.items() if run_id and name.startswith(run_id)]
    if len(found) != 1:
        why = f"{words.count(len(found), 'run')} begin with it" if found else "no run has it"
        raise UsageError(f"--run {run_id}: {why}; `loadwatch export PATH` lists every run_id.")
    return found
