"""Under pseudonyms, nothing that tells who or where somebody is leaves the worker that reads it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from loadwatch import pipeline
from loadwatch.cohort import coordinator, naming, stages, states, storage, tables
from loadwatch.cohort.naming import Pseudonyms
from loadwatch.cohort.pins import pin

from .conftest import AS_OF, make_study

KEY = bytes(range(32))
# Names of runners, friends and places in the made files, and what their files are called.
TELLING = (
    *("Zoë", "mixed", "packed", "export", "faulty", "Secret", "Kim", "Vienna"),
    *("easy.fit", ".gpx", ".tcx", "copies", "unnamed", "broken", "Round the block"),
)
RUNNERS = ("mixed", "packed.zip", "Zoë told=100%", "export", "no run", "faulty")


def coordinates_of(root):
    """A position in the made files to some ten metres, as text would hold it."""
    text = next(path for path in sorted(root.rglob("*.gpx")) if path.stat().st_size > 1000).read_text()
    return {text.split('lat="')[1][:7], text.split('lon="')[1][:7]}


@pytest.fixture(scope="module")
def told(made_runners, tmp_path_factory):
    """A study under pseudonyms, the rows, and the runners as they were handed out."""
    dest = tmp_path_factory.mktemp("pseudonyms") / "dest"
    study = make_study(made_runners, dest, is_pseudonymous=True)
    handed = [Pseudonyms(KEY).of(name) for name in RUNNERS]
    return study, [stages.visit(study, one, is_last=False) for one in handed], handed


def everything_in(dest):
    """All bytes below a folder, tables unpacked, with the ways to them."""
    for path in sorted(Path(dest).rglob("*")):
        if path.is_file():
            yield path.relative_to(dest).as_posix()
            yield path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".parquet":
                yield pd.read_parquet(path, partitioning=None).to_csv()


def assert_silent(texts, made_runners):
    words = {*TELLING, *coordinates_of(made_runners)}
    assert not [(word, text[:200]) for text in texts for word in words if word in text]


def test_nothing_written_tells_a_name_or_a_place(told, made_runners):
    study, rows, _ = told
    assert [row.status for row in rows] == ["told"] * 4 + ["no_runs", "failed"]
    assert_silent(everything_in(study.dest), made_runners)
    assert not (Path(study.dest) / "kept").exists()


def test_nothing_handed_back_or_shown_tells_a_name(told, made_runners):
    study, rows, handed = told
    assert_silent([repr(rows), repr(handed), repr(study)], made_runners)
    batch = stages.Batch(handed[0], (), "Europe/Vienna")
    assert_silent([repr(batch)], made_runners)


def test_all_that_is_no_name_is_as_in_a_scan(told, made_runners):
    study, rows, _ = told
    history = pipeline.scan(made_runners / "export", as_of=AS_OF, cache=False)
    place = rows[RUNNERS.index("export")].runner
    runs = pd.read_parquet(f"{study.dest}/runs/runner={place}", partitioning=None)
    hidden = ["file", "name", "notes", "timezone"]
    assert list(runs["file"]) == list(runs["run_id"])
    assert set(runs[hidden[1:]].to_numpy().ravel()) == {""}
    wanted = history.runs.drop(columns=hidden)
    pd.testing.assert_frame_equal(
        runs.drop(columns=hidden), wanted, check_exact=True, check_dtype=False, check_index_type=False
    )
    for name in set(tables.NAMES) - {"runs", "skipped"}:
        found = pd.read_parquet(f"{study.dest}/{name}/runner={place}", partitioning=None)
        assert len(found) == len(getattr(history, name))
    skipped = pd.read_parquet(f"{study.dest}/skipped/runner={place}", partitioning=None)
    assert sorted(skipped["kind"]) == sorted(history.skipped["kind"])
    assert set(skipped["reason"]) == {""}


def test_large_runners_are_told_by_one_worker(made_runners, tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "BATCH_FILES", 2)
    study = make_study(made_runners, tmp_path / "dest", is_pseudonymous=True)
    assert isinstance(stages.visit(study, Pseudonyms(KEY).of("0042"), is_last=False), states.Row)


def test_whoever_has_the_key_finds_the_pseudonym_and_nobody_else(tmp_path):
    one, other = Pseudonyms(KEY), Pseudonyms(KEY[::-1])
    assert one.of("kim") == Pseudonyms(KEY).of("kim")
    assert len({one.of("kim").shown, one.of("bo").shown, other.of("kim").shown}) == 3
    assert one.of("0042").shown.startswith("r")
    file = tmp_path / "key"
    made = naming.pseudonyms_from(file)
    assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o600
    assert naming.pseudonyms_from(file).of("kim") == made.of("kim")
    file.write_text("too short")
    with pytest.raises(naming.UsageError, match="holds no key"):
        naming.pseudonyms_from(file)


def test_a_failure_says_its_kind_alone(made_runners, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ValueError("Kim Secretname in mixed")

    monkeypatch.setattr(pipeline, "tell", broken)
    study = make_study(made_runners, tmp_path / "dest", is_pseudonymous=True)
    row = stages.visit(study, Pseudonyms(KEY).of("0042"), is_last=False)
    assert row.error == "ValueError"
    killed = stages.failed(study, Pseudonyms(KEY).of("0042"), RuntimeError("mixed"), "mixed was told")
    assert killed.error == "RuntimeError"


def test_names_and_pseudonyms_never_meet_in_one_place(made_runners, tmp_path):
    dest = storage.storage(str(tmp_path / "dest"))
    named = make_study(made_runners, tmp_path / "dest")
    hidden = replace(named, is_pseudonymous=True)
    pin(dest, hidden, settings_text=None, key_id="a")
    assert not pin(dest, hidden, settings_text=None, key_id="a")
    with pytest.raises(naming.UsageError, match="holds runners under pseudonyms"):
        pin(dest, named, settings_text=None, key_id="")
    with pytest.raises(naming.UsageError, match="pseudonyms of another key"):
        pin(dest, hidden, settings_text=None, key_id="b")


def test_the_program_tells_no_name_to_the_scheduler_or_the_terminal(made_runners, tmp_path):
    dest = tmp_path / "dest"
    key = tmp_path / "key"
    settings = tmp_path / "named.toml"
    settings.write_text('[athlete]\nname = "Kim"\n')
    command = [sys.executable, "-m", "loadwatch", "cohort", str(made_runners), "--out", str(dest), "--json"]
    command += ["--pseudonymise", str(key), "--as-of", AS_OF.isoformat()]
    refused = subprocess.run(
        [*command, "--settings", str(settings)], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "leave `name` and [runs] out of it" in refused.stderr
    study = make_study(made_runners, dest, is_pseudonymous=True)
    pseudonyms = naming.pseudonyms_from(key)
    with coordinator.cluster(None, 1) as client:
        handed = [pseudonyms.of(name) for name in ("0042", "export", "faulty")]
        coordinator.run(study, handed, client)
        # What the scheduler says of every task it ever had in hand.
        seen = client.run_on_scheduler(
            lambda dask_scheduler: repr([dask_scheduler.transition_log, dask_scheduler.tasks])
        )
        logs = repr([client.get_scheduler_logs(), client.get_worker_logs()])
    assert "visit" in seen
    assert_silent([seen, logs], made_runners)
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["told_anew"] >= 4
    assert_silent([run.stdout, run.stderr.replace(str(made_runners), "")], made_runners)
    assert_silent(everything_in(dest), made_runners)
