"""A few runners made of the sample files, small enough to be told in a second each."""

from __future__ import annotations

import gzip
import shutil
import time
import zipfile
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

# Without the extra there is nothing to test here, and the rest of the tests goes on.
MISSING = [name for name in ("dask", "distributed", "fsspec", "pyarrow", "s3fs") if find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if MISSING else []
if not MISSING:
    from loadwatch.cohort import tables
    from loadwatch.cohort.naming import Runner, shown
    from loadwatch.cohort.states import Study


def pytest_terminal_summary(terminalreporter):
    if MISSING:
        terminalreporter.write_line(f"tests/cohort was left out: not installed: {', '.join(MISSING)}")


SAMPLES = sorted((Path(__file__).resolve().parents[2] / "sample_activities").glob("2*.*"))
AS_OF = date(2026, 6, 30)
PATIENCE_S = 240.0
SETTINGS = """
[athlete]
name = "Kim Secretname"
max_heart_rate_bpm = 188
[calendar]
week_starts = "sunday"
timezone = "Europe/Vienna"
[rules.long_run_spike]
watch_ratio = 1.2
"""
DIARY = "date,pain_during,site,note\n2026-06-02,4,sit-bone,hurt at Secretplace\n2026-06-20,1,sit-bone,\n"
STRAVA = """Activity ID,Activity Date,Activity Name,Activity Type,Filename
1,"Apr 2, 2026",Round the block,Run,activities/1.gpx.gz
2,"Apr 9, 2026",Morning with Secretfriend,Run,activities/2.tcx.gz
3,"May 10, 2026",Long one,Hike,activities/3.gpx.gz
"""


def copied(folder, paths):
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.copy(path, folder / path.name)


def make_runners(root):
    """Every kind of runner there is, a folder or an archive each."""
    one = next(path for path in SAMPLES if path.name == "2026-05-21_1800_easy.fit")
    mixed = root / "mixed"
    copied(mixed, [*SAMPLES[:8], one, one.with_suffix(".gpx")])  # the same run in two formats
    copied(mixed / "copies", SAMPLES[2:4])
    (mixed / "broken.fit").write_bytes(SAMPLES[0].read_bytes()[:3000])
    (mixed / "cut.gpx.gz").write_bytes(SAMPLES[1].read_bytes()[:2000])
    (mixed / "empty.tcx").write_bytes(b"")
    (mixed / "unnamed").write_bytes(SAMPLES[20].read_bytes())  # its first bytes tell what it is
    (mixed / "notes").write_bytes(b"nothing of interest")
    (mixed / ".hidden.fit").write_bytes(SAMPLES[21].read_bytes())

    with zipfile.ZipFile(root / "packed.zip", "w") as archive:
        for path in SAMPLES[:6]:
            archive.write(path, f"runs/{path.name}")
        archive.writestr("runs/broken.fit", b"no FIT")

    told = root / "Zoë told=100%"
    copied(told, SAMPLES[5:30:3])
    (told / "loadwatch.toml").write_text(SETTINGS, encoding="utf-8")
    (told / "diary.csv").write_text(DIARY, encoding="utf-8")

    export = root / "export"
    copied(export, [])
    (export / "activities.csv").write_text(STRAVA, encoding="utf-8")
    (export / "activities").mkdir()
    for number, path in enumerate((path for path in SAMPLES if path.name.endswith("x.gz")), start=1):
        # Without a label of its own, the list's counts.
        plain = gzip.decompress(path.read_bytes()).replace(b"<type>running</type>", b"")
        (export / "activities" / f"{number}.{path.name.split('.')[1]}.gz").write_bytes(gzip.compress(plain))
        if number == 3:
            break

    copied(root / "0042", SAMPLES[:4])  # no number
    copied(root / "no run", [])
    (root / "no run" / "broken.fit").write_bytes(b"no FIT")
    copied(root / "nothing", [])
    copied(root / "faulty", SAMPLES[:2])
    (root / "faulty" / "loadwatch.toml").write_text("[athlete]\nbirth_yaer = 1980\n")
    copied(root / ".hidden", SAMPLES[:2])
    shutil.copy(SAMPLES[0], root / "loose.fit")


def settle(root):
    """Wait until the files may be trusted to stay as they are."""
    newest = max(path.stat().st_ctime for path in [root, *root.rglob("*")])
    time.sleep(max(0.0, newest + 0.15 - time.time()))


@pytest.fixture(scope="session")
def made_runners(tmp_path_factory):
    """The runners, only to be read."""
    root = tmp_path_factory.mktemp("cohort") / "root"
    root.mkdir()
    make_runners(root)
    settle(root)
    return root


@pytest.fixture
def study_of(tmp_path):
    """Studies of some runners, in a folder of the test's own."""

    return lambda root, **about: make_study(root, tmp_path / "dest", **about)


def make_study(root, dest, **about):
    return Study(str(root), str(dest), **({"as_of": AS_OF, "today": AS_OF} | about)).with_versions()


def runner(name):
    return Runner(name, shown(name))


def files_of(dest):
    """What a study comes to, by name: tables, rows and the page over all, to the last byte."""
    return {
        path.relative_to(dest).as_posix(): path.read_bytes()
        for place in (*(f"{folder}/**/*" for folder in (*tables.ALL, "state")), "*.html")
        for path in sorted(Path(dest).glob(place))
        if path.is_file()
    }


def wait_until(is_so, process=None):
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.02)
