"""Measure whole scans: cold, unchanged and with one new file, with one process and two, and their memory.

The history is the sample files repeated at other dates, so that no two files hold the same. Everything is
run as its user runs it, each time in a process of its own.

    python benchmarks/scan.py [--files 5000] [--most 20000] [--real FOLDER] [--output docs/scan_speed.md]
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.formats.checksum import checksum

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = Path(__file__).resolve().parents[1]
SAMPLES = PROJECT / "sample_activities"
REPEATS = 3
FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
TIME = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d")
PERIOD = timedelta(weeks=31)  # the samples' own length
# Days and hours apart, since the same run at another hour of one day is taken for a copy, and rightly so.
PARTS = tuple(number * timedelta(days=1, hours=5) for number in range(5))
PERIODS = 42
PERIODS_OF_A_DECADE = 17
ZIP_BYTES = 4 << 30


@dataclass(frozen=True)
class Usage:
    """What one process took: CPU time [s], time on the clock [s], most memory [MB]."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def run(*command: str) -> Usage:
    """Run a command to its end; its workers' CPU time counts, their memory does not."""
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    after = os.times()
    cpu_s = after.children_user - before.children_user + after.children_system - before.children_system
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Usage(cpu_s, wall_s, usage.ru_maxrss / scale)


def scan(folder: Path, here: Path, *options: str) -> Usage:
    """Scan a folder as from the command line."""
    command = (sys.executable, "-m", "loadwatch", "scan", str(folder), "--out", str(here / "report"))
    return run(*command, "--quiet", *options)


def shifted(data: bytes, day: datetime, by: timedelta) -> bytes:
    """The activity of a day at another time; empty where its times cannot be told from other numbers."""
    if data[8:12] != b".FIT":
        return TIME.sub(
            lambda found: (datetime.fromisoformat(found[0].decode()) + by).isoformat().encode(), data
        )
    content = np.frombuffer(data, np.uint8).copy()
    seconds = np.zeros(content.size - 3, np.int64)
    for step in range(4):
        seconds += content[step : seconds.size + step].astype(np.int64) << 8 * step
    # Whatever lies within a day of the activity's is a time; by chance, other numbers hardly do.
    places = np.flatnonzero(np.abs(seconds - (day - FIT_EPOCH).total_seconds()) < 2 * 86_400)
    if (np.diff(places) < 4).any():
        return b""
    moved = (seconds[places] + int(by.total_seconds())).astype("<u4").view(np.uint8).reshape(-1, 4)
    for step in range(4):
        content[places + step] = moved[:, step]
    content[-2:] = np.frombuffer(checksum(content[:-2].tobytes()).to_bytes(2, "little"), np.uint8)
    return content.tobytes()


def content(path: Path) -> bytes:
    """A sample file's bytes, unpacked."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def dated_samples() -> list[Path]:
    """The samples' activities, the oldest first."""
    return [path for path in sorted(SAMPLES.iterdir()) if re.match(r"2.*\.(fit|gpx|tcx)(\.gz)?$", path.name)]


def day_of(path: Path) -> datetime:
    """Day in a sample file's name."""
    return datetime.fromisoformat(path.name[:10]).replace(tzinfo=UTC)


def write_history(folder: Path, count: int) -> None:
    """So many files, none with the content of another."""
    originals = [path for path in dated_samples() if shifted(content(path), day_of(path), timedelta(0))]
    # Full decades before more of them: who has thousands of files runs on most days.
    shifts = [
        part - period * PERIOD
        for first in range(0, PERIODS, PERIODS_OF_A_DECADE)
        for part in PARTS
        for period in range(first, min(first + PERIODS_OF_A_DECADE, PERIODS))
    ]
    if count > len(shifts) * len(originals):
        raise SystemExit(f"no more than {len(shifts) * len(originals)} files can be made")
    wanted = islice(product(shifts, originals), count)
    for number, (by, path) in enumerate(wanted):
        moved = shifted(content(path), day_of(path), by)
        place = folder / str((day_of(path) + by).year)
        place.mkdir(parents=True, exist_ok=True)
        target = place / f"{number:05d}-{path.name}"
        target.write_bytes(gzip.compress(moved, 1) if path.suffix == ".gz" else moved)


def write_zip(path: Path, inside: Sequence[Path]) -> None:
    """An archive of 4 GB: some activities among files that are none."""
    filler = os.urandom(1 << 20) * 64
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(ZIP_BYTES // len(filler)):
            archive.writestr(f"media/{number}.mov", filler)
        for one in inside:
            archive.write(one, f"activities/{one.name}")


def reading_stage(folder: Path, jobs: int) -> Usage:
    """Reading alone, without a cache, in this number of processes."""
    return run(sys.executable, str(Path(__file__).with_name("reading_stage.py")), str(folder), str(jobs))


def measured(here: Path, count: int, most: int, real: Path | None) -> list[tuple[str, str]]:
    """Rows of the table: what was measured, and what came out."""
    rows = []
    folder, cache = here / "history", ("--cache", str(here / "cache"))
    write_history(folder, count)
    time.sleep(0.2)  # files just written are not taken at their word
    newest = next(path for path in reversed(dated_samples()) if path.suffix == ".fit")
    data = newest.read_bytes()
    one = here / "one"
    one.mkdir()
    shutil.copy(newest, one)
    fixed = min((scan(one, here, "--no-cache") for _ in range(REPEATS)), key=lambda usage: usage.cpu_s)
    rows.append(("one file, nothing kept: imports and drawing", f"{fixed.cpu_s:.2f} s CPU"))
    if real:
        cold = min(
            (scan(real, here, "--no-cache", "--jobs", "1") for _ in range(REPEATS)),
            key=lambda usage: usage.cpu_s,
        )
        files = sum(path.is_file() for path in real.rglob("*"))
        each_ms = 1000 * (cold.cpu_s - fixed.cpu_s) / files
        rows.append((f"cold scan of {files} real files, beyond that", f"{each_ms:.1f} ms CPU a file"))
    cold = scan(folder, here, *cache, "--jobs", "1")
    rows.append((f"cold scan of {count:,} files, one process", told(cold)))
    again = [scan(folder, here, *cache) for _ in range(REPEATS)]
    rows.append((f"the same {count:,} unchanged", told(min(again, key=lambda usage: usage.cpu_s))))
    more = []
    for number in range(REPEATS):
        (folder / f"new{number}.fit").write_bytes(
            shifted(data, day_of(newest), timedelta(days=3, hours=number))
        )
        time.sleep(0.2)
        more.append(scan(folder, here, *cache))
    rows.append(
        ("one new file among them, page and picture drawn", told(min(more, key=lambda usage: usage.cpu_s)))
    )
    pairs = [[reading_stage(folder, jobs).wall_s for jobs in (1, 2)] for _ in range(REPEATS)]
    ratio = statistics.median(two / alone for alone, two in pairs)
    rows.append(
        (f"reading {count:,} files with two processes against one", f"{ratio:.2f} of the time on the clock")
    )
    write_history(folder, most)
    time.sleep(0.2)
    rows.append((f"cold scan of {most:,} files", told(scan(folder, here, *cache))))
    write_zip(here / "large.zip", list(folder.rglob("*.fit"))[:20])
    rows.append(("cold scan of a zip of 4 GB", told(scan(here / "large.zip", here, "--no-cache"))))
    return rows


def told(usage: Usage) -> str:
    """Usage in words."""
    return f"{usage.cpu_s:.2f} s CPU, {usage.wall_s:.2f} s on the clock, {usage.peak_mb:.0f} MB at most"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--most", type=int, default=20_000)
    parser.add_argument("--real", type=Path, help="a folder of real files, read cold")
    parser.add_argument("--output", type=Path, help="where to write the table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = measured(Path(name), arguments.files, arguments.most, arguments.real)
    lines = [
        "# How fast a scan is",
        "",
        "Written by `benchmarks/scan.py` (`make bench`), which makes a history of the sample files at",
        f"other dates. Each command in a process of its own; the best of {REPEATS} where that is quick.",
        "Memory is that of the process that scans.",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}.",
        "",
        "| what | measured |",
        "|---|---|",
        *(f"| {what} | {figure} |" for what, figure in rows),
    ]
    page = "\n".join(lines) + "\n"
    print(page)
    if arguments.output:
        arguments.output.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
