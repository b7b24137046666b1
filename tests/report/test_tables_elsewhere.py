"""The tables as other programs read them: pandas, polars and DuckDB, from CSV, JSON and Parquet."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from pyarrow import parquet

from loadwatch import __version__, columns
from loadwatch.report import _parquet, tables, write_file

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from loadwatch.history import History

PUBLIC = ("runs", "days", "weeks", "flags", "skipped")
PLAIN: dict[columns.Kind, type] = {
    "number": float,
    "count": int,
    "flag": bool,
    "text": str,
    "date": date,
    "time": datetime,
}


def with_pandas(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path)
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_json(path, dtype=False)


def with_polars(path: Path) -> pa.Table:
    if path.suffix == ".csv":
        read = pl.read_csv(path, try_parse_dates=True, infer_schema_length=None)
    elif path.suffix == ".json":
        read = pl.read_json(path, infer_schema_length=None)
    else:
        read = pl.read_parquet(path)
    return read.to_arrow()


def with_duckdb(path: Path) -> pa.Table:
    read = {".csv": duckdb.read_csv, ".json": duckdb.read_json, ".parquet": duckdb.read_parquet}[path.suffix]
    return read(str(path)).to_arrow_table()


def rows(read: pa.Table | pd.DataFrame) -> list[dict[str, Any]]:
    return read.to_dict(orient="records") if isinstance(read, pd.DataFrame) else read.to_pylist()


def same(read: Any, meant: Any) -> bool:
    """Whether a value is the one that was meant, of the same type or told as ISO text."""
    if meant is None:
        return read is None or read is pd.NA or read == "" or (isinstance(read, float) and math.isnan(read))
    if meant == "":  # CSV has nothing between two commas for both
        return same(read, None)
    if isinstance(meant, datetime):
        moment = datetime.fromisoformat(read) if isinstance(read, str) else read
        return moment == meant and moment.utcoffset().total_seconds() == 0.0
    if isinstance(meant, date):
        return (date.fromisoformat(read) if isinstance(read, str) else read) == meant
    if isinstance(meant, float):
        return math.isclose(read, meant, rel_tol=1e-13)  # pandas reads JSON to the 15th digit
    return bool(read == meant)


def meant(frame: pd.DataFrame, table: str) -> list[dict[str, Any]]:
    """What a table says, in plain values of the types that its columns' kinds stand for."""
    kinds = {column.name: PLAIN[column.kind] for column in columns.TABLES[table]}

    def plain(value: Any, kind: type) -> Any:
        if pd.isna(value):
            return None
        if kind is datetime:
            return value.to_pydatetime().astimezone(UTC)
        if kind is date:
            return value.date() if isinstance(value, datetime) else value
        return kind(value)

    return [
        {name: plain(row[name], kind) for name, kind in kinds.items() if name in row}
        for row in frame.to_dict(orient="records")
    ]


def assert_same(read: list[dict[str, Any]], frame: pd.DataFrame, table: str, *ways: Any) -> None:
    should = meant(frame, table)
    assert len(read) == len(should)
    for got, want in zip(read, should, strict=True):
        assert set(got) == set(want), ways
        # Whoever sees a time in a text may make one of it; its moment stands in `start_time`.
        wrong = {name: (got[name], want[name]) for name in want if not same(got[name], want[name])}
        wrong.pop("local_start", None)
        assert wrong == {}, ways


@pytest.fixture(scope="module")
def exported(history: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every public table in every format."""
    folder = tmp_path_factory.mktemp("exported")
    for table in PUBLIC:
        for kind, writer in tables.WRITERS.items():
            write_file(folder / f"{table}.{kind}", writer([getattr(history, table)], table))
    return folder


@pytest.mark.parametrize("kind", tables.WRITERS)
@pytest.mark.parametrize("reader", [with_pandas, with_polars, with_duckdb])
@pytest.mark.parametrize("table", PUBLIC)
def test_every_program_reads_the_same_values(history: History, exported: Path, table, reader, kind):
    read = rows(reader(exported / f"{table}.{kind}"))
    assert_same(read, getattr(history, table), table, reader, kind)


@pytest.mark.parametrize("reader", [with_polars, with_duckdb])
@pytest.mark.parametrize("table", PUBLIC)
def test_parquet_tells_every_program_the_types(exported: Path, table, reader):
    types = {field.name: str(field.type) for field in reader(exported / f"{table}.parquet").schema}
    for column in columns.TABLES[table]:
        allowed = {
            "number": ("double",),
            "count": ("int64",),
            "flag": ("bool",),
            "text": ("string", "large_string", "string_view"),
            "date": ("date32[day]",),
            "time": ("timestamp[us, tz=UTC]", "timestamp[us, tz=Etc/UTC]"),
        }[column.kind]
        assert types[column.name] in allowed, column


def test_pandas_has_from_parquet_the_types_of_the_kinds(exported: Path):
    runs = pd.read_parquet(exported / "runs.parquet")
    assert str(runs["start_time"].dtype) == "datetime64[us, UTC]"
    assert isinstance(runs["local_date"].iloc[0], date)
    assert str(runs["is_race"].dtype) == "boolean"
    assert str(runs["hill_repetition_count"].dtype) == "Int64"
    assert str(pd.read_parquet(exported / "weeks.parquet")["run_count"].dtype) == "Int64"


@pytest.mark.parametrize("table", PUBLIC)
def test_parquet_tells_unit_and_meaning_of_every_column_and_who_wrote_it(exported: Path, table):
    schema = parquet.read_schema(exported / f"{table}.parquet")
    for column in columns.TABLES[table]:
        told = schema.field(column.name).metadata
        assert (told[b"unit"].decode(), told[b"meaning"].decode()) == (column.unit, column.meaning)
    about = {name: schema.metadata[f"loadwatch_{name}".encode()].decode() for name in ("table", "version")}
    assert about == {"table": table, "version": __version__}
    assert int(schema.metadata[b"loadwatch_format_version"]) == 1


@pytest.mark.parametrize("kind", tables.WRITERS)
@pytest.mark.parametrize("table", PUBLIC)
def test_a_table_in_several_frames_is_written_as_one(history: History, exported: Path, table, kind):
    frame = getattr(history, table)
    parts = [frame.iloc[:0], frame.iloc[:2], frame.iloc[2:2], frame.iloc[2:]]
    assert b"".join(tables.WRITERS[kind](parts, table)) == (exported / f"{table}.{kind}").read_bytes()


def test_parquet_packs_many_small_frames_together(history: History, tmp_path, monkeypatch):
    monkeypatch.setattr(_parquet, "GROUP_ROWS", 10)
    parts = [history.weeks.iloc[[number]] for number in range(len(history.weeks))]
    path = tmp_path / "weeks.parquet"
    write_file(path, tables.parquet_pieces(parts, "weeks"))
    packed = parquet.ParquetFile(path).metadata
    sizes = [packed.row_group(number).num_rows for number in range(packed.num_row_groups)]
    assert sizes[:-1] == [10] * (len(history.weeks) // 10)
    assert_same(rows(with_polars(path)), history.weeks, "weeks")
