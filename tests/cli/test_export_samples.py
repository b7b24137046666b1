"""`loadwatch export --table samples`: every sample of every run, one run after another."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import loadwatch as lw
from loadwatch import columns
from loadwatch.report import samples, tables

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"
AS_OF = ("--as-of", "2026-06-30")
WHERE = ["latitude_deg", "longitude_deg"]
PLACELESS = [name for name in columns.names(columns.TABLES["samples"]) if name not in WHERE]


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """A folder with three kinds of files, one of them in an archive."""
    folder = tmp_path_factory.mktemp("runs")
    for form in ("gpx", "tcx"):
        shutil.copy(min(SAMPLES.glob(f"2026-0[45]-*_easy.{form}")), folder)
    packed = min(SAMPLES.glob("2026-0[45]-*_easy.fit"))
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        archive.write(packed, f"activities/{packed.name}")
    return folder


@pytest.fixture(scope="module")
def history(runs) -> lw.History:
    return lw.scan(runs, as_of="2026-06-30", cache=False)


def test_they_are_those_of_each_run_in_every_format(loadwatch, history, runs, tmp_path):
    for form in tables.WRITERS:
        said = ("export", runs, *AS_OF, "--table", "samples", "--format", form, "--positions")
        assert loadwatch(*said, "--output", tmp_path / f"samples.{form}").code == 0
    read = {
        "csv": pd.read_csv(tmp_path / "samples.csv", parse_dates=["time"]),
        "json": pd.DataFrame(json.loads((tmp_path / "samples.json").read_text(encoding="utf-8"))),
        "parquet": pd.read_parquet(tmp_path / "samples.parquet"),
    }
    assert len(history.records) == 3
    for frame in read.values():
        assert list(frame.columns) == columns.names(columns.TABLES["samples"])
        assert list(dict.fromkeys(frame["run_id"])) == list(dict.fromkeys(read["parquet"]["run_id"]))
        for run_id in history.records:
            meant = history.samples(run_id)
            mine = frame[frame["run_id"] == run_id]
            assert list(pd.to_datetime(mine["time"], utc=True)) == list(meant.index)
            for name in ("distance_m", "heart_rate_bpm", "latitude_deg"):
                told = mine[name].astype("float64").to_numpy()
                assert told == pytest.approx(meant[name].to_numpy(), nan_ok=True, rel=1e-13)
            assert list(mine["is_timer_on"].astype(bool)) == list(meant["is_timer_on"])
    typed = pl.read_parquet(tmp_path / "samples.parquet").schema
    assert typed["time"] == pl.Datetime("us", "UTC")
    assert (typed["is_timer_on"], typed["speed_mps"], typed["run_id"]) == (pl.Boolean, pl.Float64, pl.String)


@pytest.mark.parametrize("form", tables.WRITERS)
def test_places_are_told_to_who_asks_alone(loadwatch, runs, tmp_path, form):
    said = ("export", runs, *AS_OF, "--table", "samples", "--format", form)
    read = {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}[form]
    assert list(read(io.BytesIO(loadwatch(*said).output)).columns) == PLACELESS
    asked = read(io.BytesIO(loadwatch(*said, "--positions").output))
    assert asked[WHERE].notna().all(axis=None)


def test_one_run_is_chosen_by_the_beginning_of_its_id(loadwatch, runs, history, tmp_path):
    run_id = list(history.records)[1]
    said = (
        "export",
        runs,
        *AS_OF,
        "--table",
        "samples",
        "--run",
        run_id[:8],
        "--output",
        tmp_path / "one.csv",
    )
    done = loadwatch(*said)
    meant = history.samples(run_id)
    assert done.errors == f"{len(meant):,} rows written to {tmp_path / 'one.csv'}.\n"
    frame = pd.read_csv(tmp_path / "one.csv", dtype={"run_id": str})
    assert set(frame["run_id"]) == {run_id}
    assert len(frame) == len(meant)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("--table", "samples", "--run", "zzz"), "--run zzz: no run has it; `loadwatch export PATH` lists"),
        (("--table", "samples", "--run", ""), "no run has it"),
        (("--run", "3f9a"), "say --table samples as well"),
        (("--table", "weeks", "--positions"), "say --table samples as well"),
    ],
)
def test_what_cannot_be_meant_is_refused(loadwatch, runs, said, why):
    done = loadwatch("export", runs, *AS_OF, *said)
    assert (done.code, done.output) == (2, b"")
    assert why in done.errors


def test_an_id_that_begins_another_is_its_own_and_a_beginning_of_two_is_refused(history):
    record = next(iter(history.records.values()))
    several = dict.fromkeys(("abc", "abc-2", "abd"), record)
    assert samples.chosen(several, "abc") == [record]
    with pytest.raises(lw.LoadwatchError, match="--run ab: 3 runs begin with it"):
        samples.chosen(several, "ab")


def test_runs_are_read_one_at_a_time(history):
    read: list[str] = []

    def frames():
        for frame in samples.frames(history.records.values(), has_positions=False):
            read.append(frame["run_id"].iloc[0])
            yield frame

    for writer in (tables.csv_pieces, tables.json_pieces):
        read.clear()
        next(writer(frames(), "samples"))
        assert len(read) == 1


def test_a_file_that_is_gone_since_the_scan_leaves_nothing_half_written(
    loadwatch, runs, tmp_path, monkeypatch
):
    folder = tmp_path / "runs"
    shutil.copytree(runs, folder)
    frames = samples.frames

    def late(records, **said):
        (folder / "export.zip").unlink()
        return frames(records, **said)

    monkeypatch.setattr(samples, "frames", late)
    done = loadwatch("export", folder, *AS_OF, "--table", "samples", "--output", tmp_path / "samples.csv")
    assert done.code == 1
    assert "is gone, or cannot be opened any more" in done.errors
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".csv", ".part")] == []
