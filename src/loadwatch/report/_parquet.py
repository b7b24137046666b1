"""The public tables as Parquet, whose columns carry their unit and meaning with them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from loadwatch import columns
from loadwatch._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Of the columns' names, kinds and metadata; raised when what is there changes its meaning.
FORMAT_VERSION = 1
# Rows packed together: many enough to pack well, few enough to hold in memory.
GROUP_ROWS = 100_000
# Times to the microsecond, which every reader of Parquet knows.
TYPES: dict[columns.Kind, Any] = {
    "number": pa.float64(),
    "count": pa.int64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "date": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
}


def pieces(frames: Iterable[pd.DataFrame], table_name: str) -> Iterator[bytes]:
    """Give a table as Parquet, piece by piece.

    Parameters
    ----------
    frames
        One of the public tables, its columns of the types that their kinds ask for, in one frame or in
        several with the same columns.
    table_name
        Its name, a key of `columns.TABLES`.

    Returns
    -------
    iterator of bytes
        A file whose fields carry `unit` and `meaning` as their metadata, and whose schema carries
        `loadwatch_table`, `loadwatch_version` and `loadwatch_format_version`.
    """
    written = _Written()
    writer = None
    for frame in _grouped(frames):
        group = pa.Table.from_pandas(frame, _schema(frame, table_name), preserve_index=False)
        if writer is None:
            writer = parquet.ParquetWriter(written, group.schema)
        if group.num_rows:
            writer.write_table(group)
        yield written.taken()
    if writer is not None:
        writer.close()
    yield written.taken()


def _schema(frame: pd.DataFrame, table_name: str) -> pa.Schema:
    told = {column.name: column for column in columns.TABLES[table_name]}
    fields = []
    for name in frame.columns:
        # An own metric is a number, and what it means stands with whoever made it.
        column = told.get(name) or columns.Column(name, "number", columns.unit_of(name), "An own metric.")
        about = {"unit": column.unit, "meaning": column.meaning}
        fields.append(pa.field(name, TYPES[column.kind], metadata=about))
    about = {
        "loadwatch_table": table_name,
        "loadwatch_version": __version__,
        "loadwatch_format_version": str(FORMAT_VERSION),
    }
    return pa.schema(fields, metadata=about)


def _grouped(frames: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The same rows in frames that are worth packing together; one without rows where there are none."""
    held: list[pd.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(map(len, held)) >= GROUP_ROWS:
            yield pd.concat(held, ignore_index=True)
            held = []
    if held:
        yield pd.concat(held, ignore_index=True)


class _Written(io.RawIOBase):
    """What a writer has written since it was last taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._size += len(self._pieces[-1])
        return len(self._pieces[-1])

    def tell(self) -> int:
        return self._size

    def taken(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
