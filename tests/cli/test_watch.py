"""`loadwatch watch` as it runs: a process that is there while files come and go."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

PATIENCE_S = 60.0

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform == "win32", reason="stopped with a signal of Unix"),
]


@pytest.fixture
def watched(spike, tmp_path):
    """A process that watches a folder with all but the last run, and what it says."""
    runs = tmp_path / "runs"
    runs.mkdir()
    for path in sorted(spike.iterdir())[:-1]:
        shutil.copy(path, runs)
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "loadwatch", "watch", str(runs), "--out", str(tmp_path / "out")],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, runs, log
    finally:
        process.kill()
        process.wait()


def wait_for(log, text, count=1):
    """Everything said once a text has come so many times."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        said = log.read_text()
        if said.count(text) >= count:
            return said
        time.sleep(0.1)
    pytest.fail(f"{text!r} did not come {count} times: {log.read_text()}")


def test_it_scans_again_when_a_file_has_arrived_piece_by_piece(watched, spike):
    process, runs, log = watched
    assert "5 runs" in wait_for(log, "waiting for files")
    data = sorted(spike.iterdir())[-1].read_bytes()
    with (runs / "new.gpx").open("wb") as file:
        for start in range(0, len(data), len(data) // 4 + 1):
            file.write(data[start : start + len(data) // 4 + 1])
            file.flush()
            time.sleep(0.5)
    said = wait_for(log, "waiting for files", 2)
    # Half a file was never told of.
    assert "6 runs" in said
    assert said.count("Report:") == 2
    (runs / "new.gpx").unlink()
    assert wait_for(log, "5 runs", 2)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 130
    assert log.read_text().endswith("loadwatch: stopped.\n")


def test_an_empty_folder_is_waited_for(watched):
    process, runs, log = watched
    wait_for(log, "waiting for files")
    kept = {path: path.read_bytes() for path in runs.iterdir()}
    for path in kept:
        path.unlink()
    assert "holds no FIT, GPX or TCX file" in wait_for(log, "Waiting for files.")
    for path, data in kept.items():
        path.write_bytes(data)
    wait_for(log, "waiting for files", 2)
    assert process.poll() is None


def test_settings_that_are_edited_count_and_a_slip_in_them_is_waited_out(watched):
    _, runs, log = watched
    wait_for(log, "waiting for files")
    (runs / "loadwatch.toml").write_text("[athlete\n")
    wait_for(log, "Waiting for files.")
    (runs / "loadwatch.toml").write_text('[report]\nunits = "imperial"\n')
    assert "mi" in wait_for(log, "waiting for files", 2)


def test_hidden_files_start_nothing(watched):
    _, runs, log = watched
    wait_for(log, "waiting for files")
    (runs / ".cache").mkdir()
    for number in range(20):
        (runs / ".cache" / "noise").write_text(str(number))
        time.sleep(0.3)
    assert log.read_text().count("waiting for files") == 1


def test_a_file_is_watched_among_others_that_change(spike, tmp_path):
    one, other = sorted(spike.iterdir())[:2]
    path = tmp_path / "run.gpx"
    shutil.copy(one, path)
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "loadwatch", "watch", str(path), "--out", str(tmp_path / "out" / "in")],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(log, "waiting for files")
        (tmp_path / "notes.txt").write_text("nothing to do with it")
        shutil.copy(other, tmp_path / "new.gpx")
        (tmp_path / "new.gpx").replace(path)
        for number in range(30):
            (tmp_path / "notes.txt").write_text(str(number))
            time.sleep(0.2)
        wait_for(log, "waiting for files", 2)
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the user's folders are named by variables on Linux")
def test_what_it_writes_itself_starts_nothing(spike, tmp_path):
    home, log = tmp_path / "home", tmp_path / "log"
    shutil.copytree(spike, home / "runs")
    own = {"XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "caches")}
    own["MPLCONFIGDIR"] = str(tmp_path / "fonts")  # matplotlib's own cache is not ours
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "loadwatch", "watch", str(home)],
            cwd=home,
            env={**os.environ, **own},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        said = wait_for(log, "waiting for files")
        assert said.count("lies inside") == 2
        assert list((home / "data").rglob("*.html"))
        assert list((home / "caches").rglob("*.sqlite3"))
        time.sleep(8.0)
        assert log.read_text() == said
        (home / "runs" / "new.gpx").write_bytes(max(spike.iterdir()).read_bytes())
        assert wait_for(log, "waiting for files", 2).count("lies inside") == 2
    finally:
        process.kill()
        process.wait()


def test_a_folder_that_does_not_exist_is_refused(program, tmp_path):
    outcome = program("watch", tmp_path / "nowhere")
    assert outcome.code == 2
    assert "no such file or folder" in outcome.errors
