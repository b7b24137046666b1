"""A cohort on an object store: a server that answers as S3 does, over a real connection on this machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import fsspec
import pandas as pd
import pytest

from loadwatch import pipeline
from loadwatch.cohort import naming, stages, states, storage, tables
from loadwatch.cohort.naming import quoted
from loadwatch.cohort.storage import opened

from .conftest import AS_OF, make_study, runner, wait_until
from .test_same_as_scan import NONE, RUNNERS, expected

ADDRESS = r"http://127\.0\.0\.1:\d+"

pytest.importorskip("moto.server", reason="moto[server] is not installed")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """The address of an empty bucket; credentials and server are told as the storage itself has it."""
    log = tmp_path_factory.mktemp("moto") / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
            stdout=subprocess.DEVNULL,
            stderr=written,
        )
    try:
        wait_until(lambda: re.search(ADDRESS, log.read_text()), process)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", re.search(ADDRESS, log.read_text())[0])
            patch.setenv("AWS_ACCESS_KEY_ID", "made-up")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            fsspec.filesystem("s3").mkdir("club")
            yield "s3://club"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def stored(bucket, made_runners):
    """The made runners in the bucket."""
    fs = fsspec.filesystem("s3")
    fs.put(f"{made_runners}/", "club/root/", recursive=True)
    return f"{bucket}/root"


@pytest.fixture(scope="module")
def told(stored, bucket):
    study = make_study(stored, f"{bucket}/dest")
    return study, {name: stages.visit(study, runner(name), is_last=False) for name in (*RUNNERS, *NONE)}


def table(study, name, table_name):
    fs = fsspec.filesystem("s3")
    with fs.open(f"{study.dest}/{table_name}/runner={quoted(name)}/data.parquet") as file:
        return pd.read_parquet(file)


@pytest.mark.parametrize("name", RUNNERS)
def test_tables_are_those_of_a_scan(made_runners, told, name):
    study, rows = told
    assert rows[name].status == "told", rows[name]
    history = pipeline.scan(made_runners / name, as_of=AS_OF, cache=False)
    for table_name in tables.NAMES:
        pd.testing.assert_frame_equal(
            table(study, name, table_name),
            expected(getattr(history, table_name), table_name),
            check_exact=True,
            check_dtype=False,
            check_index_type=False,
        )


def test_what_cannot_be_told_is_told_under_its_address(told, stored):
    _, rows = told
    assert rows["faulty"].error.startswith(f"{stored}/faulty/loadwatch.toml: ")
    assert rows["no run"].error.startswith(f"{stored}/no run: no run among 1 file")
    assert rows["nothing"].status == "no_runs"


def test_an_unchanged_runner_costs_a_listing_and_a_changed_one_what_is_new(told, stored, tmp_path):
    study, _ = told
    assert not stages.visit(study, runner("0042"), is_last=False).is_new
    fs = fsspec.filesystem("s3")
    fs.pipe_file(f"{stored}/0042/another.gpx", b"<gpx/>")
    row = stages.visit(study, runner("0042"), is_last=False)
    assert (row.is_new, row.read_count) == (True, 1)
    fs.rm_file(f"{stored}/0042/another.gpx")
    assert stages.visit(study, runner("0042"), is_last=False).read_count == 0


def test_runners_are_listed_with_archives_and_without_hidden_ones(stored, made_runners):
    there, here = naming.Listing(stored), naming.Listing(str(made_runners))
    # A store has no empty folders.
    assert sorted(there.names()) == sorted(set(here.names()) - {"nothing"})
    assert there.loose_count == here.loose_count == 1


def test_settings_that_are_closed_to_us_are_no_missing_settings(bucket, tmp_path, monkeypatch):
    fs = fsspec.filesystem("s3")
    fs.call_s3("put_object", Bucket="club", Key="closed/kim/loadwatch.toml", Body=b"")

    def closed(*_, **__):
        raise PermissionError("Forbidden")

    # The server knows no rights; that it refuses is all that is made up here.
    monkeypatch.setattr(opened(f"{bucket}/closed")[0], "get_file", closed)
    row = stages.visit(make_study(f"{bucket}/closed", tmp_path), runner("kim"), is_last=False)
    assert (row.status, row.error) == ("failed", "PermissionError: Forbidden")


def test_names_that_lead_out_of_the_folder_here_are_left_out(bucket, tmp_path):
    fs = fsspec.filesystem("s3")
    fs.call_s3("put_object", Bucket="club", Key="hostile/kim/../../../../out.fit", Body=b"x")
    fs.call_s3("put_object", Bucket="club", Key="hostile/kim/a//b.fit", Body=b"x")
    fs.call_s3("put_object", Bucket="club", Key="hostile/kim/c.fit", Body=b"x")
    row = stages.visit(make_study(f"{bucket}/hostile", tmp_path), runner("kim"), is_last=False)
    assert (row.status, row.file_count) == ("no_runs", 1)


def test_the_program_reads_from_and_writes_to_a_bucket(stored, bucket):
    command = [
        sys.executable,
        "-m",
        "loadwatch",
        "cohort",
        stored,
        "--out",
        f"{bucket}/program",
        "--jobs",
        "2",
    ]
    command += ["--as-of", AS_OF.isoformat(), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert (said["told"], said["no_runs"], said["failed"]) == (len(RUNNERS), 1, 1)
    again = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=240).stdout
    )
    assert (again["told_anew"], again["files_read"]) == (1, 0)
    rows = {row.runner: row for row in states.rows(storage.storage(f"{bucket}/program"))}
    assert rows["mixed"].run_count > 0
    weeks = pd.read_parquet(f"{bucket}/program/weeks")
    assert set(weeks["runner"].astype(str)) == {"mixed", "packed.zip", "Zoë told=100%", "export", "0042"}
