"""Same files, same bytes: whatever the machine's time zone, language, drawing settings or processes."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"
REPORT = """
import sys
from pathlib import Path
from loadwatch import pipeline
from loadwatch.report import tables, write_file, write_report

runs, out, jobs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
history = pipeline.scan(runs, as_of="2026-10-28", cache=False, jobs=jobs)
write_report(history, out)
write_file(out / "scan.json", tables.dumps(tables.scan_json(history)).encode())
for table in ("runs", "days", "weeks", "flags", "skipped"):
    for kind in ("csv", "json"):
        write_file(out / f"{table}.{kind}", tables.WRITERS[kind]([getattr(history, table)], table))
"""
MACHINES = {
    "again, in another order of dictionaries": ("1", {"PYTHONHASHSEED": "1"}),
    "far east, in another language, by two processes": (
        "2",
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
    ),
    "far west, without a language": ("1", {"TZ": "Pacific/Pago_Pago", "LC_ALL": "C", "PYTHONUTF8": "0"}),
    "with drawing settings of its own": ("1", {"MATPLOTLIBRC": "matplotlibrc", "MPLBACKEND": "svg"}),
}
WRITES = """
import sys
from pathlib import Path
from loadwatch.report import write_file

path, contents = Path(sys.argv[1]), [bytes([65 + n]) * 30_000_000 for n in range(2)]
print("ready", flush=True)
while True:
    for content in contents:
        write_file(path, content)
"""


def written(runs: Path, out: Path, jobs: str = "1", **env: str) -> dict[str, bytes]:
    """Every file of a report made by a process of its own."""
    out.mkdir()
    (out / "matplotlibrc").write_text(
        "font.family: serif\nfont.size: 20\nlines.linewidth: 9\naxes.facecolor: red\nsvg.hashsalt: x\n"
        "svg.fonttype: path\nfigure.dpi: 33\nsavefig.bbox: tight\ntext.color: red\naxes.grid: True\n"
    )
    subprocess.run(
        [sys.executable, "-c", REPORT, runs, out, jobs], cwd=out, env={**os.environ, **env}, check=True
    )
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last ten weeks of the samples."""
    folder = tmp_path_factory.mktemp("same") / "runs"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("2026-*"))[-48:]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def plain(runs: Path) -> dict[str, bytes]:
    """What a machine in Greenwich writes."""
    return written(runs, runs.parent / "plain", TZ="UTC", PYTHONHASHSEED="0")


def test_a_report_is_a_page_a_picture_and_tables(plain: dict[str, bytes]) -> None:
    assert {Path(name).suffix for name in plain} == {".html", ".png", ".json", ".csv"}
    assert all(plain.values())
    assert len(plain) == 2 + 1 + 5 * 2


@pytest.mark.parametrize("machine", MACHINES)
def test_any_machine_writes_the_same_bytes(runs: Path, plain: dict[str, bytes], machine: str) -> None:
    jobs, env = MACHINES[machine]
    out = runs.parent / machine.partition(",")[0].replace(" ", "-")
    again = written(runs, out, jobs, **env)
    assert [name for name in plain.keys() | again.keys() if plain.get(name) != again.get(name)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
def test_whoever_is_killed_while_writing_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "loadwatch-2026-W43.html"
    chance = random.Random(7)  # noqa: S311 - any moments will do
    left_behind = False
    for _ in range(12):
        writer = subprocess.Popen([sys.executable, "-c", WRITES, path], stdout=subprocess.PIPE)
        assert writer.stdout
        assert writer.stdout.readline() == b"ready\n"
        while not path.exists():
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.1))
        writer.kill()
        writer.communicate()
        content = path.read_bytes()
        assert len(content) == 30_000_000
        assert content.count(content[:1]) == len(content)
        others = [other.name for other in tmp_path.iterdir() if other != path]
        # What was being written has a name that nobody opens, and goes with a later report written there.
        assert all(name.startswith(".") and name.endswith(".part") for name in others)
        left_behind |= bool(others)
    assert left_behind
