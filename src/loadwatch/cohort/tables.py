"""The tables as Parquet, with one schema for all runners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from loadwatch import columns
from loadwatch.report import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("runs", "days", "weeks", "flags", "skipped")
# What is made of a history for studies; a scan has no such tables.
DERIVED = ("exposure", "replay")
ALL = (*NAMES, *DERIVED)
FILE = "data.parquet"


def to_parquet(frame: pd.DataFrame, name: str) -> bytes:
    """Give a table as Parquet, by its name, a key of `columns.TABLES`, with all columns that it can have."""
    whole = frame.reindex(columns=columns.names(columns.TABLES[name]))
    return b"".join(tables.parquet_pieces([whole], name))


def empty() -> Mapping[str, pd.DataFrame]:
    """All tables, without a row."""
    return {name: pd.DataFrame(columns=columns.names(columns.TABLES[name])) for name in ALL}
