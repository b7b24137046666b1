"""Told again, a runner costs what is new; ended at any moment, nothing is believed that is not whole."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote

import pandas as pd
import pytest

from loadwatch import pipeline
from loadwatch.cohort import kept, material, page, stages, states, storage, tables, telling
from loadwatch.cohort.naming import quoted

from .conftest import AS_OF, SAMPLES, copied, files_of, runner, settle
from .test_same_as_scan import assert_same


@pytest.fixture
def root(tmp_path):
    """One runner with few runs."""
    folder = tmp_path / "root"
    copied(folder / "kim", SAMPLES[:4])
    settle(folder)
    return folder


def visit(study, name="kim"):
    return stages.visit(study, runner(name), is_last=False)


def test_an_unchanged_runner_is_not_told_again(root, study_of, monkeypatch):
    study = study_of(root)
    first = visit(study)
    before = files_of(study.dest)
    monkeypatch.setattr(pipeline, "tell", None)
    again = visit(study)
    assert again == replace(first, is_new=False, read_count=0)
    assert files_of(study.dest) == before


def test_only_new_and_changed_files_are_read(root, study_of):
    study = study_of(root)
    assert visit(study).read_count == 4
    copied(root / "kim", SAMPLES[4:5])
    (root / "kim" / SAMPLES[0].name).write_bytes(SAMPLES[7].read_bytes())
    (root / "kim" / SAMPLES[1].name).unlink()
    settle(root)
    row = visit(study)
    assert (row.read_count, row.run_count) == (2, 4)
    assert_same(study, "kim", pipeline.scan(root / "kim", as_of=AS_OF, cache=False))


def test_a_file_that_was_moved_is_not_read_again(root, study_of, monkeypatch):
    study = study_of(root)
    visit(study)
    shutil.move(root / "kim" / SAMPLES[0].name, root / "kim" / "moved.fit")
    settle(root)
    with monkeypatch.context() as patch:
        patch.setattr("loadwatch.readings.read_content", None)
        assert visit(study).status == "told"
    assert_same(study, "kim", pipeline.scan(root / "kim", as_of=AS_OF, cache=False))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("loadwatch.toml", '[calendar]\nweek_starts = "sunday"\n'),
        ("diary.csv", "date,pain_during\n2026-04-05,3\n"),
    ],
)
def test_another_settings_file_or_diary_has_the_runner_told_anew(root, study_of, name, content):
    study = study_of(root)
    visit(study)
    (root / "kim" / name).write_text(content)
    row = visit(study)
    assert (row.is_new, row.read_count) == (True, 0)
    assert_same(study, "kim", pipeline.scan(root / "kim", as_of=AS_OF, cache=False))


def test_another_home_zone_has_files_read_anew(root, study_of):
    study = study_of(root)
    visit(study)
    (root / "kim" / "loadwatch.toml").write_text('[calendar]\ntimezone = "Asia/Tokyo"\n')
    assert visit(study).read_count == 4


@pytest.mark.parametrize(
    "pins", [{"as_of": None}, {"code": "another"}, {"settings": pipeline.Settings(week_starts="sunday")}]
)
def test_other_pins_have_every_runner_told_anew(root, study_of, monkeypatch, pins):
    before = study_of(root)
    visit(before)
    study = replace(before, **pins)
    monkeypatch.setattr(states, "code_version", lambda: study.code)
    row = visit(study)
    assert (row.is_new, row.read_count) == (True, 0)
    assert not visit(study).is_new


def test_without_a_day_runners_are_told_anew_each_day(root, study_of):
    study = study_of(root, as_of=None)
    visit(study)
    assert not visit(study).is_new
    assert visit(replace(study, today=AS_OF.replace(day=1))).is_new


def test_a_worker_with_other_code_refuses(root, study_of):
    with pytest.raises(stages.OtherVersionError):
        visit(replace(study_of(root), code="another"))


class Ended(BaseException):
    """The end of a process, as far as a test can bring it about in its own."""


def test_ended_before_any_write_it_is_told_whole_the_next_time(root, study_of, monkeypatch, tmp_path):
    """As of one day, then ended while told as of another: what is left is never believed."""
    study = study_of(root)
    other = replace(study, as_of=AS_OF.replace(day=1))
    visit(study)
    wanted = files_of(study.dest)
    write = storage.Folder.write

    def limited(place, name, content):
        if not left:
            raise Ended
        left.pop()
        write(place, name, content)

    writes = len(tables.NAMES) + 1  # the tables and the state
    for count in (0, 1, writes - 2, writes - 1):
        left = [True] * count
        with monkeypatch.context() as patch:
            patch.setattr(storage.Folder, "write", limited)
            with pytest.raises(Ended):
                visit(other)
        assert visit(study).is_new
        assert files_of(study.dest) == wanted


def test_damaged_readings_are_read_anew(root, study_of):
    study = study_of(root)
    visit(study)
    (batch,) = Path(study.dest, "kept", "kim").iterdir()
    whole = batch.read_bytes()
    for damaged, count in ((whole[:-1000] + bytes(1000), 1), (whole[:100], 4), (b"\xff" * 50, 4)):
        shutil.rmtree(batch.parent)
        batch.parent.mkdir()
        batch.write_bytes(damaged)
        Path(study.dest, "state", "kim.json").unlink()
        assert visit(study).read_count == count
        assert_same(study, "kim", pipeline.scan(root / "kim", as_of=AS_OF, cache=False))


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b'{"format_version": 1, "row": {"runner": 1}}', b"\xff"),
        pytest.param(b"[" * 100_000, id="deep"),
        b'{"format_version": 1, "row": "kim", "digest": "", "notes": {}}',
        b'{"format_version": 1, "row": {"runner": "kim", "status": "told"}, "digest": "", "notes": "x"}',
        b'{"format_version": 1, "row": {"runner": "", "status": "", "facts": 1}, "digest": "", "notes": {}}',
    ],
)
def test_a_damaged_state_is_no_state(root, study_of, content):
    study = study_of(root)
    visit(study)
    Path(study.dest, "state", "kim.json").write_bytes(content)
    assert not list(states.rows(storage.storage(study.dest)))
    row = visit(study)
    assert (row.status, row.is_new) == ("told", True)


def test_many_small_batches_become_one_and_unused_ones_go(root, study_of, monkeypatch):
    monkeypatch.setattr(kept, "MOST_SMALL", 2)
    study = study_of(root)
    visit(study)
    for path in SAMPLES[4:7]:
        copied(root / "kim", [path])
        settle(root)
        assert visit(study).read_count == 1
    assert len(list(Path(study.dest, "kept", "kim").iterdir())) == 2  # the newest is not among those
    for path in SAMPLES[:6]:
        (root / "kim" / path.name).unlink()
    Path(study.dest, "state", "kim.json").unlink()
    row = visit(study)
    assert (row.run_count, row.read_count) == (1, 0)
    assert_same(study, "kim", pipeline.scan(root / "kim", as_of=AS_OF, cache=False))


def test_readings_that_another_run_puts_away_are_read_anew(root, study_of, monkeypatch):
    study = study_of(root)
    visit(study)
    Path(study.dest, "state", "kim.json").unlink()
    part = kept.Kept.part

    def gone(one, batch, start, size):
        shutil.rmtree(Path(study.dest, "kept", "kim"), ignore_errors=True)
        return part(one, batch, start, size)

    monkeypatch.setattr(kept.Kept, "part", gone)
    assert visit(study).read_count == 4


def test_files_that_may_change_without_a_sign_are_read_again(root, study_of):
    copied(root / "kim", SAMPLES[4:5])
    os.utime(root / "kim" / SAMPLES[4].name)
    study = study_of(root)
    if not visit(study).is_new:  # pragma: no cover - a machine that takes a second for that
        pytest.skip("too slow to see it")
    settle(root)
    assert visit(study).is_new


def test_a_runner_that_cannot_be_told_leaves_no_rows_of_before(root, study_of):
    study = study_of(root)
    visit(study)
    (root / "kim" / "loadwatch.toml").write_text("[nonsense]\n")
    assert visit(study).status == "failed"
    for name in tables.NAMES:
        assert len(pd.read_parquet(f"{study.dest}/{name}/runner=kim", partitioning=None)) == 0
    (root / "kim" / "loadwatch.toml").unlink()
    row = visit(study)
    assert (row.status, row.read_count) == ("told", 0)


def test_whatever_breaks_is_its_runners_row(root, study_of, monkeypatch):
    def broken(*_, **__):
        raise MemoryError("no more")

    monkeypatch.setattr(pipeline, "tell", broken)
    study = study_of(root)
    row = visit(study)
    assert (row.status, row.error) == ("failed", "MemoryError: no more")
    assert states.read_state(storage.storage(study.dest), "kim").row.error == row.error


def test_whoever_has_a_name_that_is_no_text_costs_nobody_the_page(tmp_path, study_of):
    name = os.fsdecode(b"caf\xe9")
    try:
        (tmp_path / "root" / name).mkdir(parents=True)
    except OSError:
        pytest.skip("names are text here")
    (tmp_path / "root" / name / "loadwatch.toml").write_text("[nonsense]\n")
    study = study_of(tmp_path / "root")
    summary = states.Summary()
    summary.add(visit(study, name))
    dest = storage.storage(study.dest)
    page.write(dest, summary.coach, study)
    states.write_json(dest, states.LAST_RUN, telling.as_json(summary, f"{study.dest}/{name}"))
    (failure,) = states.read_json(dest, states.LAST_RUN)["failures"]
    assert failure["runner"] == "caf\\udce9"
    assert "caf\\udce9/loadwatch.toml: " in failure["error"]
    assert states.read_json(dest, states.LAST_RUN)["dest"].endswith(name)


@pytest.mark.parametrize(
    "name", ["kim", "Zoë told=100%", "0042", "a/b", "..", ".x", "a b+c&d#e", "x\\y", "a:b?"]
)
def test_names_survive_their_way_through_paths(name):
    assert unquote(quoted(name)) == name
    assert not {"/", "\\", "=", ":"} & set(quoted(name))
    assert quoted(name) not in {".", ".."}


@pytest.mark.parametrize(
    "name", ["C:/kim", "C:kim", "/kim", "\\kim", "\\\\host\\share\\kim", "a/../kim", "a\\..\\kim"]
)
def test_names_that_lead_out_of_a_folder_are_known(name):
    assert material.leads_out(name, PureWindowsPath)
    assert material.leads_out(name, PurePosixPath) == (name[0] == "/" or "/../" in name)
