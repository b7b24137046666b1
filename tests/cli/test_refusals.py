"""What cannot be done is refused in one sentence that names the thing and the way out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from loadwatch import pipeline

HIKE = b"""<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>hiking</type>
<trkseg>%s</trkseg></trk></gpx>""" % b"".join(
    b'<trkpt lat="%.5f" lon="10"><time>2026-03-30T07:%02d:%02dZ</time></trkpt>'
    % (40 + i * 5e-5, i // 60 * 10, i % 60)
    for i in range(120)
)


@pytest.fixture
def place(tmp_path, spike):
    """Folders that hold nothing to report on, and settings that cannot be meant."""
    for name, files in {
        "empty": {},
        "papers": {"notes.txt": b"no run", "photo.jpg": b"\xff\xd8"},
        "hikes": {"hike.gpx": HIKE},
        "broken": {"run.fit": b"\x0e\x10garbage" * 50},
    }.items():
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_bytes(content)
    shutil.copytree(spike, tmp_path / "runs")
    (tmp_path / "typo.toml").write_text("[rules.long_run_spike]\nwatch_ration = 1.3\n", encoding="utf-8")
    (tmp_path / "broken.toml").write_text("[athlete\n", encoding="utf-8")
    (tmp_path / "zero.toml").write_text("[rules.long_steps]\nnote_runs_count = 0\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "thing", "way_out"),
    [
        ("scan nowhere", 2, "nowhere", "name one that holds activity files"),
        ("scan runs nowhere", 2, "nowhere", "name one that holds activity files"),
        ("scan empty", 1, "empty", "name the folder that holds the watch's files"),
        ("scan papers", 1, "papers", "name the folder that holds the watch's files"),
        ("scan hikes", 1, "hikes", "other activit"),
        ("scan broken", 1, "run.fit", "left out"),
        ("scan broken/run.fit", 1, "run.fit", "left out"),
        ("scan runs --settings typo.toml", 2, "`watch_ration`", "did you mean `watch_ratio`?"),
        ("scan runs --settings broken.toml", 2, "broken.toml", "is not valid TOML"),
        (
            "scan runs --settings zero.toml",
            2,
            "`rules.long_steps.note_runs_count`",
            "between 1 and",
        ),
        ("scan runs --settings none.toml", 2, "none.toml", "cannot be read"),
        (
            "scan runs --as-of 2026-04-05 --week 2019-W07",
            2,
            "2019-W07",
            "runs from 2026-W12 to 2026-W14",
        ),
        ("scan runs --as-of 2026-04-05 --week soon", 2, "'soon'", "write one such as 2026-W47"),
        ("scan runs --as-of yesterday", 2, "'yesterday'", "write one such as 2026-11-22"),
        ("scan runs --as-of 9999-12-31", 2, "9999-12-31", "name an earlier day"),
        ("scan runs --as-of 2020-01-01", 1, "2020-01-01", "name a later day with --as-of"),
        ("scan runs --out runs/report", 2, "runs/report", "name a folder outside it"),
        (
            "scan runs --as-of 2026-04-05 --out typo.toml/report",
            2,
            "typo.toml",
            "cannot be written",
        ),
        ("inspect runs", 2, "runs", "name one file in it"),
        pytest.param(
            "scan " + "x" * 5000,
            2,
            "x" * 5000,
            "no such file or folder",
            id="scan with a long name",
        ),
        pytest.param(
            "inspect " + "x" * 5000,
            2,
            "x" * 5000,
            "no such file",
            id="inspect with a long name",
        ),
        pytest.param(
            "scan ~nobody-of-this-name/runs",
            2,
            "~nobody-of-this-name/runs",
            "no such file or folder",
        ),
        ("inspect nowhere.fit", 2, "nowhere.fit", "no such file"),
        ("explain long_run_spyke", 2, "`long_run_spyke`", "did you mean `long_run_spike`?"),
        ("explain zzz", 2, "`zzz`", "there are long_run_spike, "),
        ("export nowhere", 2, "nowhere", "name one that holds activity files"),
        ("export runs --output runs/runs.csv", 2, "runs/runs.csv", "name a place outside it"),
        ("export runs --as-of x", 2, "'x'", "write one such as 2026-11-22"),
    ],
)
def test_it_is_refused_in_one_sentence(loadwatch, place, arguments, code, thing, way_out):
    done = loadwatch(*arguments.split(), cwd=place)
    assert (done.code, done.output) == (code, b"")
    assert done.errors.startswith("loadwatch: ")
    assert done.errors.count("\n") == 1
    assert "Traceback" not in done.errors
    assert thing in done.errors
    assert way_out in done.errors
    assert done.errors.rstrip().endswith((".", "?"))
    assert not list(place.rglob("loadwatch-report"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("scan", "Missing argument 'PATH'"),
        ("scan runs --fail-on usual", "'usual' is not one of"),
        ("scan runs --wek 2026-W14", "--week"),
        ("export runs --format xls", "'xls' is not one of"),
        ("export runs --table laps", "'laps' is not one of"),
        ("skan runs", "No such command 'skan'"),
        ("columns laps", "'laps' is not one of"),
    ],
)
def test_wrong_words_are_answered_with_the_right_ones(loadwatch, place, arguments, said):
    done = loadwatch(*arguments.split(), cwd=place)
    assert (done.code, done.output) == (2, b"")
    assert said in " ".join(done.errors.replace("│", " ").split())
    assert "Traceback" not in done.errors


def test_the_real_program_refuses_alike(program, tmp_path):
    done = program("scan", tmp_path / "nowhere")
    assert (done.code, done.output) == (2, b"")
    assert (
        done.errors
        == f"loadwatch: {tmp_path / 'nowhere'}: no such file or folder; name one that holds activity files.\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a folder that somebody is in")
def test_a_current_folder_that_is_gone_is_told_of(place):
    (place / "gone").mkdir()
    done = subprocess.run(
        ["sh", "-c", f'rmdir ../gone && exec "{sys.executable}" -P -m loadwatch scan "{place / "runs"}"'],
        cwd=place / "gone",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "loadwatch: the current folder is gone; go to another one, as with `cd ~`, and try again.\n"
    )


@pytest.fixture
def closed(monkeypatch):
    """Makes a file or folder one that the system does not open."""

    def close(place):
        def guarded(function):
            def call(path, *args, **kwargs):
                if str(path) == str(place):
                    raise PermissionError(13, "Permission denied", str(place))
                return function(path, *args, **kwargs)

            return call

        for owner, name in ((Path, "open"), (Path, "read_bytes"), (os, "scandir")):
            monkeypatch.setattr(owner, name, guarded(getattr(owner, name)))

    return close


@pytest.mark.parametrize("is_named", [True, False])
def test_settings_that_cannot_be_opened_are_named(loadwatch, place, closed, is_named):
    settings = place / "runs" / "loadwatch.toml"
    settings.write_text("")
    closed(settings)
    done = loadwatch("scan", place / "runs", *(["--settings", settings] if is_named else []))
    assert (done.code, done.output) == (2, b"")
    assert done.errors == (
        f"loadwatch: {settings}: cannot be read (Permission denied); make it readable, or name another with "
        "--settings.\n"
    )


def test_a_folder_that_cannot_be_opened_is_named(loadwatch, place, closed):
    closed(place / "runs")
    done = loadwatch("scan", place / "runs")
    assert (done.code, done.output) == (1, b"")
    assert "runs, which cannot be opened: Permission denied" in done.errors


def test_whatever_else_the_system_refuses_is_named(loadwatch, place, closed, monkeypatch):
    closed(place / "runs" / "loadwatch.toml")
    # As if whoever reads it had not been prepared.
    monkeypatch.setattr(pipeline, "find_settings", lambda places, *_: (places[0] / "loadwatch.toml").open())
    done = loadwatch("scan", place / "runs")
    assert (done.code, done.output) == (1, b"")
    assert done.errors.startswith(f"loadwatch: {place / 'runs' / 'loadwatch.toml'}: cannot be used (Perm")
    assert done.errors.count("\n") == 1


def test_json_is_printed_only_where_there_is_something_to_tell(loadwatch, place):
    done = loadwatch("scan", "empty", "--json", cwd=place)
    assert (done.code, done.output) == (1, b"")
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(done.text)


def test_closed_stderr_costs_the_narration_only(spike, tmp_path):
    command = [sys.executable, "-m", "loadwatch", "export", str(spike), "--no-cache"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", *command], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.count(b"\n")) == (0, 7)
