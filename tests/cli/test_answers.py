"""Asked the same of the same files, a scan says the same without drawing it again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from multiprocessing.context import SpawnProcess

import pytest

from loadwatch import report
from loadwatch.report import png

LISTS_MODULES = """
import sys
from loadwatch.cli import main
sys.argv = ["loadwatch", *sys.argv[1:]]
try:
    main()
finally:
    print(*(name for name in sys.modules if "." not in name), file=sys.stderr)
"""


def modules_of(*arguments):
    """Modules that a call imports, and what it printed."""
    run = subprocess.run(
        [sys.executable, "-c", LISTS_MODULES, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stderr.splitlines()[-1].split()), run.stdout


def test_help_imports_nothing_heavy():
    for arguments in (["--help"], ["scan", "--help"], ["watch", "--help"], ["--version"]):
        modules, shown = modules_of(*arguments)
        assert "loadwatch" in shown
        assert not modules & {"numpy", "pandas", "matplotlib", "fitparse", "gpxpy", "jinja2", "watchfiles"}


@pytest.fixture
def aged(spike, tmp_path):
    """Some runs as if they had been there for a while."""
    runs = shutil.copytree(spike, tmp_path / "runs")
    then = time.time() - 10.0
    for path in runs.rglob("*"):
        os.utime(path, (then, then))
    (runs / "loadwatch.toml").write_text('[athlete]\nname = "Kim"\n')
    (runs / "notes.txt").write_text("no activity")
    time.sleep(0.15)
    return runs


def test_an_unchanged_folder_is_answered_without_pandas(aged, tmp_path):
    call = ("scan", aged, "--out", tmp_path / "out", "--cache", tmp_path / "cache", "--as-of", "2026-04-05")
    modules, first = modules_of(*call)
    assert {"pandas", "matplotlib"} <= modules
    modules, second = modules_of(*call)
    assert second == first
    assert not modules & {"numpy", "pandas", "matplotlib", "jinja2"}


@pytest.fixture
def drawn(monkeypatch):
    """How many pictures were drawn."""
    pictures = []
    render = png.render
    monkeypatch.setattr(png, "render", lambda history: pictures.append(1) or render(history))
    return pictures


def test_whatever_changes_is_seen(aged, tmp_path, loadwatch, drawn):
    call = ["scan", aged, "--out", tmp_path / "out", "--cache", tmp_path / "cache", "--as-of", "2026-04-05"]

    def scanned(*options, is_drawn):
        before = len(drawn)
        outcome = loadwatch(*call, *options, draws=True)
        assert outcome.code == 0
        assert len(drawn) - before == int(is_drawn)
        return outcome.text

    first = scanned(is_drawn=True)
    assert scanned(is_drawn=False) == first
    # Another question is another answer.
    scanned("--json", is_drawn=True)
    scanned("--week", "2026-W13", is_drawn=True)
    assert scanned("--jobs", "1", is_drawn=False) == first
    # What was written must still be there as it was written.
    (page,) = (tmp_path / "out").glob("*-2026-W14.html")
    page.write_text("edited")
    scanned(is_drawn=True)
    assert "edited" not in page.read_text()
    page.unlink()
    scanned(is_drawn=True)
    assert page.exists()
    # Settings count by their content.
    (aged / "loadwatch.toml").write_text('[athlete]\nname = "Sam"\n')
    scanned(is_drawn=True)
    (aged / "loadwatch.toml").write_text('[athlete]\nname = "Sam" # again\n')
    scanned(is_drawn=True)
    scanned(is_drawn=False)
    # A file that is touched is read, and found to say the same.
    one = next(path for path in aged.iterdir() if path.suffix in {".gpx", ".fit"})
    one.touch()
    time.sleep(0.15)
    scanned(is_drawn=True)
    scanned(is_drawn=False)
    one.unlink()
    assert scanned(is_drawn=True) != first


def test_what_another_scan_wrote_is_not_taken_for_ones_own(aged, tmp_path, loadwatch, drawn, monkeypatch):
    call = ["scan", aged, "--out", tmp_path / "out", "--cache", tmp_path / "cache", "--as-of", "2026-04-05"]
    write_report = report.write_report

    def written_over(history, folder, **asked):
        written = write_report(history, folder, **asked)
        written.html.write_text("of another scan")
        return written

    with monkeypatch.context() as patch:
        patch.setattr(report, "write_report", written_over)
        loadwatch(*call, draws=True)
    loadwatch(*call, draws=True)
    assert len(drawn) == 2
    assert "of another scan" not in next((tmp_path / "out").glob("*.html")).read_text()


def test_a_trouble_of_the_moment_is_told_and_not_remembered(aged, tmp_path, loadwatch, drawn, monkeypatch):
    def refuse(process):
        raise OSError(11, "Resource temporarily unavailable")

    call = ["scan", aged, "--out", tmp_path / "out", "--cache", tmp_path / "cache", "--as-of", "2026-04-05"]
    with monkeypatch.context() as patch:
        patch.setattr(SpawnProcess, "start", refuse)
        first = loadwatch(*call, "--jobs", "2", draws=True)
    assert first.code == 0
    assert len(first.errors.splitlines()) == 1
    assert "one by one" in first.errors
    second = loadwatch(*call, draws=True)
    assert (second.text, second.errors) == (first.text, "")


def test_without_a_cache_nothing_is_kept(aged, tmp_path, loadwatch, drawn, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    for _ in range(2):
        assert loadwatch("scan", aged, "--out", tmp_path / "out", "--no-cache", draws=True).code == 0
    assert len(drawn) == 2
    assert not (tmp_path / "home").exists()


def test_a_broken_cache_is_one_line_and_the_same_answer(aged, tmp_path, loadwatch):
    call = ("scan", str(aged), "--out", str(tmp_path / "out"))
    sound = loadwatch(*call, "--no-cache")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "readings-1.sqlite3").write_bytes(b"of another program")
    broken = loadwatch(*call, "--cache", str(tmp_path / "cache"))
    assert broken.text == sound.text
    assert len(broken.errors.splitlines()) - len(sound.errors.splitlines()) == 1
    assert "--cache" in broken.errors


def test_a_cache_among_the_runs_is_refused(aged, loadwatch):
    outcome = loadwatch("scan", str(aged), "--cache", str(aged / "cache"))
    assert outcome.code == 2
    assert "only read" in outcome.errors
    assert not (aged / "cache").exists()
