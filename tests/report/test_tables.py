"""Exports and the JSON of a scan."""

from __future__ import annotations

import io
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from loadwatch import columns
from loadwatch.errors import UsageError
from loadwatch.report import ReportPaths, tables, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadwatch.history import History

PUBLIC = ("runs", "days", "weeks", "flags", "skipped")


def written(kind: str, frame: pd.DataFrame, table: str) -> bytes:
    return b"".join(tables.WRITERS[kind]([frame], table))


@pytest.mark.parametrize("table", PUBLIC)
def test_csv_has_the_public_columns_and_reads_back(history: History, table: str) -> None:
    text = written("csv", getattr(history, table), table)
    again = pd.read_csv(io.BytesIO(text))
    assert list(again.columns) == columns.names(columns.TABLES[table])
    assert len(again) == len(getattr(history, table))


def test_csv_has_iso_dates_and_leaves_missing_values_empty(history: History) -> None:
    week = history.weeks[history.weeks["week"] == "2026-W30"]
    (line,) = written("csv", week, "weeks").decode().splitlines()[1:]
    assert line.startswith("2026-W30,2026-07-20,True,4,")
    assert ",," in line
    assert "nan" not in line.lower()


@pytest.mark.parametrize("table", PUBLIC)
def test_json_has_null_for_missing_and_nothing_that_is_no_json(history: History, table: str) -> None:
    rows = json.loads(written("json", getattr(history, table), table), parse_constant=pytest.fail)
    assert len(rows) == len(getattr(history, table))
    assert list(rows[0]) == columns.names(columns.TABLES[table])


def test_json_tells_times_dates_counts_and_flags_as_such(history: History) -> None:
    run = json.loads(written("json", history.runs, "runs"))[0]
    assert run["start_time"] == "2026-03-31T06:30:00Z"
    assert run["local_date"] == "2026-03-31"
    assert run["is_treadmill"] is True
    assert run["trimp"] is None
    week = json.loads(written("json", history.weeks, "weeks"))[0]
    assert week["run_count"] == 4
    assert week["is_complete"] is True


@pytest.mark.parametrize("table", PUBLIC)
def test_parquet_reads_back_with_its_kinds(history: History, table: str) -> None:
    pytest.importorskip("pyarrow")
    frame = getattr(history, table)
    for rows in (frame, frame.iloc[:0]):
        again = pd.read_parquet(io.BytesIO(written("parquet", rows, table)))
        assert list(again.columns) == columns.names(columns.TABLES[table])
        assert len(again) == len(rows)


def test_parquet_without_pyarrow_names_the_extra(history: History, monkeypatch) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"loadwatch\[parquet\]"):
        written("parquet", history.weeks, "weeks")


@pytest.mark.parametrize("writer", tables.WRITERS.values(), ids=tables.WRITERS)
def test_a_file_name_that_is_no_text_can_be_exported(history: History, writer) -> None:
    pytest.importorskip("pyarrow")
    odd = pd.Series("bad\udc80.fit", index=history.skipped.index, dtype=object)
    assert list(writer([history.skipped.assign(file=odd)], "skipped"))


def test_the_scan_is_one_json_object(history: History) -> None:
    paths = ReportPaths(html=Path("a.html"), png=Path("a.png"))
    scan = json.loads(tables.dumps(tables.scan_json(history, paths)))
    assert scan["format_version"] == 1
    assert scan["as_of"] == "2026-10-28"
    assert scan["week"]["week"] == "2026-W43"
    assert scan["verdict"] == "act"
    assert [flag["rule"] for flag in scan["flags"]] == [
        *("long_run_spike", "volume_jump", "long_steps", "climb_jump"),
    ]
    assert scan["counts"] == {
        "files": 122,
        "runs": 113,
        "duplicates": 1,
        "skipped": 3,
        "excluded": 1,
        "other_activities": 0,
        "later": 2,
    }
    assert scan["cannot_tell"] == [
        {
            "rule": "long_steps",
            "reason": "It needs 12 runs of one watch with cadence; there are 2.",
            "from": None,
        }
    ]
    assert scan["room"] is None
    assert scan["report"] == {"html": "a.html", "png": "a.png"}


def test_a_scan_without_runs_is_still_one_json_object(nobody: History) -> None:
    scan = json.loads(tables.dumps(tables.scan_json(nobody)))
    assert (scan["week"], scan["verdict"], scan["flags"], scan["report"]) == (None, "cannot_tell", [], None)


def test_flags_of_other_weeks_stay_out(history: History) -> None:
    scan = tables.scan_json(replace(history, week="2026-W33"))
    assert [flag["rule"] for flag in scan["flags"]] == ["climb_jump"]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path) -> None:
    target = tmp_path / "weeks.csv"
    target.write_bytes(b"old")

    def full() -> Iterator[bytes]:
        yield b"ne"
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match="No space left"):
        write_file(target, full())
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["weeks.csv"]


def test_what_somebody_who_was_killed_left_half_written_goes(tmp_path):
    names = (".a [1].csv.123.part", ".a [1].csv.notes.part", ".a 1.csv.123.part", ".b.csv.123.part")
    for name in (*names, ".a [1].csv.456.part"):
        (tmp_path / name).write_bytes(b"half")
    for name in names:
        os.utime(tmp_path / name, (time.time() - 3600.0,) * 2)
    write_file(tmp_path / "a [1].csv", b"whole")
    # The last is of somebody who may be writing now.
    left = {".a [1].csv.notes.part", ".a 1.csv.123.part", ".b.csv.123.part", ".a [1].csv.456.part"}
    assert {path.name for path in tmp_path.iterdir()} == {"a [1].csv", *left}


def test_what_is_no_plain_file_is_written_into_and_never_replaced(tmp_path):
    sink = tmp_path / "sink"
    sink.symlink_to(os.devnull)
    write_file(sink, b"content")
    assert sink.is_symlink()
    assert sink.is_char_device()
