"""A cohort says of each runner what a scan says, to the last bit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from loadwatch import columns, pipeline
from loadwatch.cohort import stages, tables
from loadwatch.cohort.naming import quoted
from loadwatch.errors import NoRunsError
from loadwatch.report.tables import typed

from .conftest import AS_OF, make_study, runner

NONE = ("no run", "nothing", "faulty")
RUNNERS = ("mixed", "packed.zip", "Zoë told=100%", "export", "0042")


def table(study, name, table_name):
    path = f"{study.dest}/{table_name}/runner={quoted(name)}/data.parquet"
    return pd.read_parquet(path, partitioning=None)


def expected(frame, name):
    """A scan's table as Parquet gives it back: pandas keeps missing values in several ways."""
    wanted = typed(frame, name)
    for column in columns.TABLES[name]:
        if column.kind == "count":
            whole = wanted[column.name].notna().all()
            wanted[column.name] = wanted[column.name].astype("int64" if whole else "float64")
        elif column.kind == "flag":
            wanted[column.name] = wanted[column.name].astype("bool")
        elif column.kind == "text":
            wanted[column.name] = wanted[column.name].astype("str")
    return wanted


def assert_same(study, name, history):
    for table_name in tables.NAMES:
        found, wanted = table(study, name, table_name), getattr(history, table_name)
        assert list(found.columns) == list(wanted.columns)
        pd.testing.assert_frame_equal(
            found, expected(wanted, table_name), check_exact=True, check_dtype=False, check_index_type=False
        )


@pytest.fixture(scope="module")
def told(made_runners, tmp_path_factory):
    """A study of all runners, and their rows."""
    study = make_study(made_runners, tmp_path_factory.mktemp("told") / "dest")
    return study, {name: stages.visit(study, runner(name), is_last=False) for name in (*RUNNERS, *NONE)}


@pytest.mark.parametrize("name", RUNNERS)
def test_tables_are_those_of_a_scan(made_runners, told, name):
    study, row = told[0], told[1][name]
    history = pipeline.scan(made_runners / name, as_of=AS_OF, cache=False)
    assert_same(study, name, history)
    story = history.stories[history.week]
    assert (row.status, row.error) == ("told", "")
    assert (row.week, row.verdict, row.headline) == (history.week, story.verdict, story.headline)
    assert (row.file_count, row.run_count) == (history.file_count, len(history.runs))
    assert row.duplicate_count + row.skipped_count == len(history.skipped)
    assert row.read_count > 0


def test_the_made_runners_show_what_they_are_made_for(told):
    study, rows = told
    assert rows["mixed"].duplicate_count == 5  # two of them broken off and repaired
    assert rows["mixed"].skipped_count == 1
    assert set(table(study, "export", "skipped")["reason"]) == {"hiking, counted among other activities"}
    assert "Morning with Secretfriend" in set(table(study, "export", "runs")["name"])
    assert "unnamed" in set(table(study, "mixed", "runs")["file"])


def test_without_a_day_each_is_told_as_a_scan_of_today(made_runners, study_of):
    study = study_of(made_runners, as_of=None)
    stages.visit(study, runner("0042"), is_last=False)
    assert_same(study, "0042", pipeline.scan(made_runners / "0042", cache=False))


@pytest.mark.parametrize("name", ["no run", "nothing"])
def test_a_runner_without_a_run_is_told_as_such(made_runners, told, name):
    study, row = told[0], told[1][name]
    with pytest.raises(NoRunsError) as refused:
        pipeline.scan(made_runners / name, as_of=AS_OF, cache=False)
    assert (row.status, row.error) == ("no_runs", str(refused.value))
    assert len(table(study, name, "runs")) == 0
    left_out = refused.value.skipped
    assert (
        len(table(study, name, "skipped")) == (0 if left_out is None else len(left_out)) == row.skipped_count
    )


def test_faulty_settings_cost_their_runner(made_runners, told):
    study, row = told[0], told[1]["faulty"]
    assert row.status == "failed"
    assert str(made_runners / "faulty" / "loadwatch.toml") in row.error
    assert "birth_year" in row.error
    assert len(table(study, "faulty", "runs")) == 0


def test_large_runners_are_read_in_batches_and_told_the_same(made_runners, study_of, monkeypatch):
    monkeypatch.setattr(stages, "BATCH_FILES", 5)
    study = study_of(made_runners)
    batches = stages.visit(study, runner("mixed"), is_last=False)
    assert [len(batch.files) for batch in batches] == [5, 5, 5, 1]
    assert not Path(study.dest).exists()
    read = [stages.read(study, batch) for batch in batches]
    assert sum(read) == 16
    row = stages.visit(study, runner("mixed"), is_last=True)
    assert row.read_count == 0
    assert_same(study, "mixed", pipeline.scan(made_runners / "mixed", as_of=AS_OF, cache=False))


def test_all_runners_have_the_same_schema_and_read_as_one_dataset(told):
    study, rows = told
    for table_name in tables.NAMES:
        found = [
            pq.read_schema(f"{study.dest}/{table_name}/runner={quoted(name)}/data.parquet") for name in rows
        ]
        assert found[0].names == columns.names(columns.TABLES[table_name])
        assert all(schema.equals(found[0], check_metadata=True) for schema in found)
    weeks = ds.dataset(f"{study.dest}/weeks", partitioning="hive").to_table().to_pandas()
    assert set(weeks["runner"]) == set(RUNNERS)
    counts = pd.read_parquet(f"{study.dest}/weeks").groupby("runner", observed=True).size()
    assert counts["Zoë told=100%"] == len(table(study, "Zoë told=100%", "weeks"))
