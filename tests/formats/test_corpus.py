"""Real files, hostile ones among them: each ends in activities or in a reason."""

from __future__ import annotations

import csv

import pytest

from loadwatch import formats, sources
from loadwatch.errors import FileError

LARGEST_BYTES = 100_000


@pytest.fixture(scope="module")
def sample(corpus):
    """Every troubled file and one of each kind of sound one, small enough to be quick."""
    with (corpus / "manifest.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["format"] in {"fit", "gpx", "tcx"}]
    chosen = {}
    for row in sorted(rows, key=lambda row: row["path"]):
        if int(row["size"]) > LARGEST_BYTES:
            continue
        kind = (
            row["broken"],
            *(() if row["broken"] else (row["format"], row["container"], row["sport"], row["product"])),
        )
        chosen.setdefault(kind, row)
    return list(chosen.values())


@pytest.mark.corpus
def test_every_real_file_ends_in_activities_or_a_reason_and_every_sound_run_is_read(corpus, sample):
    assert len(sample) > 60
    unread = []
    for row in sample:
        path = corpus / "files" / row["path"]
        is_sound_run = (
            not row["severity"] and "run" in row["sport"].lower() and float(row["n_records"] or 0) > 0
        )
        try:
            outcomes = formats.read(sources.read(path).data)
        except FileError as error:
            unread += [f"{path}: {error}"] if is_sound_run else []
            continue
        activities = [outcome for outcome in outcomes if not isinstance(outcome, FileError)]
        assert activities, path
        if is_sound_run:
            assert sum(len(activity.samples) for activity in activities) == float(row["n_records"]), path
    assert unread == []


@pytest.mark.corpus
def test_files_of_every_kind_are_found_and_none_is_written(corpus):
    before = {path: path.stat().st_mtime_ns for path in corpus.rglob("*")}
    found = sources.find([corpus / "files"], lambda head: formats.sniff(head) is not None)
    with (corpus / "manifest.csv").open(encoding="utf-8") as table:
        ours = {row["path"] for row in csv.DictReader(table) if row["format"] in {"fit", "gpx", "tcx"}}
    assert ours <= {path.relative_to(corpus / "files").as_posix() for path in found}
    assert {path: path.stat().st_mtime_ns for path in corpus.rglob("*")} == before
