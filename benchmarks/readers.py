"""Measure loadwatch's readers beside other libraries, on the same files in one run.

Every library makes the same of a file's bytes: a pandas frame of its samples, indexed by time, and the
facts of its sessions. Each lives in a process of its own and is handed one file at a time, in turn with
the others: a machine that is busy with something else is busy for all of them.

    python benchmarks/readers.py [FOLDER] [--every N] [--output docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import gc
import gzip
import multiprocessing
import os
import platform
import re
import statistics
import sys
import time
import warnings
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    Read = Callable[[bytes], int]

PROJECT = Path(__file__).resolve().parents[1]
SMALLEST_BYTES = 10_000
OURS = "loadwatch"


@dataclass(frozen=True)
class Reader:
    """One way to read one format.

    Attributes
    ----------
    name
        As the table shows it.
    package
        The distribution whose version is shown.
    format
        "fit", "gpx" or "tcx".
    function
        The function of `readings` that imports the library and gives what reads a file.
    """

    name: str
    package: str
    format: str
    function: str


READERS = (
    Reader(OURS, "loadwatch", "fit", "loadwatch"),
    Reader("python-fitparse", "python-fitparse", "fit", "fitparse"),
    Reader("fitdecode", "fitdecode", "fit", "fitdecode"),
    Reader("pyfitparsernative", "pyfitparsernative", "fit", "pyfitparsernative"),
    Reader(OURS, "loadwatch", "gpx", "loadwatch"),
    Reader("gpxpy with lxml", "gpxpy", "gpx", "gpxpy_with_lxml"),
    Reader("gpxpy without lxml", "gpxpy", "gpx", "gpxpy_without_lxml"),
    Reader(OURS, "loadwatch", "tcx", "loadwatch"),
    Reader("tcxreader", "tcxreader", "tcx", "tcxreader"),
)


@dataclass(frozen=True)
class Reading:
    """What one reader made of one file.

    Attributes
    ----------
    size
        Of the file, unpacked. [bytes]
    cpu_s
        Least CPU time of all repeats. [s]
    samples
        How many it found.
    """

    size: int
    cpu_s: float
    samples: int


@dataclass
class Result:
    """What one reader made of all files it read, by the file's number, and the most memory it had. [MB]"""

    reader: Reader
    readings: dict[int, Reading] = field(default_factory=dict)
    refused: int = 0
    peak_mb: float = float("nan")


def measure(read: Read, data: bytes, repeats: int) -> Reading | None:
    """The best of some repeats; None where the reader refuses the file."""
    best_s = float("inf")
    samples = 0
    # What earlier files left behind is not this one's to clear.
    gc.collect()
    for _ in range(repeats):
        start = time.process_time()
        try:
            samples = read(data)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # noqa: BLE001 - a panic in Rust arrives as BaseException
            return None
        best_s = min(best_s, time.process_time() - start)
    return Reading(len(data), best_s, samples) if samples else None


def serve(reader: Reader, pipe: Connection, repeats: int) -> None:
    """Read what comes through the pipe until nothing comes; say at the end how much memory it took."""
    import readings  # noqa: PLC0415 - in the reader's own process alone

    warnings.simplefilter("ignore")
    load: Callable[[], Read] = getattr(readings, reader.function)
    read = load()
    is_warm = False
    while data := pipe.recv_bytes():
        if not is_warm:  # what a library imports with its first file is no file's cost
            measure(read, data, 1)
            is_warm = True
        pipe.send(measure(read, data, repeats))
    pipe.send(peak_mb())


def peak_mb() -> float:
    """Most memory this process ever had. [MB] NaN where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        return int(told.group(1)) / 1024 if told else float("nan")
    if sys.platform == "darwin":
        import resource  # noqa: PLC0415 - Windows has none

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return float("nan")


def race(kind: str, files: Sequence[Path], repeats: int) -> list[Result]:
    """All readers of one format over the same files, file by file."""
    context = multiprocessing.get_context("spawn")
    results = [Result(reader) for reader in READERS if reader.format == kind]
    pipes, processes = [], []
    for result in results:
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(result.reader, there, repeats), daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    for number, path in enumerate(files):
        print(f"\r{kind}: {number + 1} of {len(files)} ", end="", file=sys.stderr)
        data = content(path)
        if len(data) < SMALLEST_BYTES:
            continue
        for result, pipe in zip(results, pipes, strict=True):
            pipe.send_bytes(data)
            reading = pipe.recv()
            if reading is None:
                result.refused += 1
            else:
                result.readings[number] = reading
    print(file=sys.stderr)
    for result, pipe, process in zip(results, pipes, processes, strict=True):
        pipe.send_bytes(b"")
        result.peak_mb = pipe.recv()
        process.join()
    return results


def content(path: Path) -> bytes:
    """A file's bytes, unpacked."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def find(folder: Path) -> dict[str, list[Path]]:
    """Files below a folder by format."""
    found: dict[str, list[Path]] = {"fit": [], "gpx": [], "tcx": []}
    for path in sorted(folder.rglob("*")):
        kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
        if kind in found and path.is_file():
            found[kind].append(path)
    return found


def rows(results: Sequence[Result]) -> list[list[str]]:
    """The table's rows for one format, ours first."""
    ours = results[0].readings
    table = []
    for result in results:
        theirs = result.readings
        both = sorted(ours.keys() & theirs.keys())
        ratios = [theirs[number].cpu_s / ours[number].cpu_s for number in both]
        seconds = [theirs[number].cpu_s for number in both]
        size = sum(theirs[number].size for number in both)
        is_ours = result.reader.name == OURS
        same = sum(theirs[number].samples == ours[number].samples for number in both)
        table.append(
            [
                result.reader.format.upper(),
                f"{result.reader.name} {version(result.reader.package)}",
                f"{size / 1e6 / sum(seconds):.1f}",
                f"{1000 * statistics.median(seconds):.1f}",
                "1" if is_ours else f"{statistics.median(ratios):.1f}",
                "" if is_ours else f"{min(ratios):.1f}",
                f"{result.peak_mb:.0f}",
                str(len(both)),
                "" if is_ours else str(len(both) - same),
                str(len(ours.keys() - theirs.keys())),
                str(len(theirs.keys() - ours.keys())),
            ]
        )
    return table


HEADINGS = (
    "format",
    "reader",
    "MB/s",
    "ms a file (median)",
    "times loadwatch's (median)",
    "(least)",
    "peak memory, MB",
    "files",
    "of them with other samples",
    "refused that loadwatch reads",
    "read that loadwatch refuses",
)


def document(tables: Sequence[Sequence[str]], repeats: int, every: int) -> str:
    """The page that the docs show."""
    chosen = "Files" if every == 1 else f"Files (one of {every} in the folder)"
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "lxml"))
    lines = [
        "# Benchmarks",
        "",
        "Written by `benchmarks/readers.py` (`make bench`). CPU seconds from a file's bytes in memory to a",
        "pandas frame of its samples and the facts of its sessions, the least of",
        f"{repeats} repeats. {chosen} of {SMALLEST_BYTES // 1000} KB and more with an activity are read",
        "by all readers in turn, each in a process of its own. Ratios are those of single files: the",
        "median, and the file where loadwatch gains least. Speed and ratios are of the files that both",
        "read. Memory is the peak of the process, with Python, numpy, pandas and the largest file.",
        "",
        f"Python {platform.python_version()}, {versions}; {platform.system()}, {platform.machine()}.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|---|---|" + "--:|" * (len(HEADINGS) - 2),
        *("| " + " | ".join(row) + " |" for row in tables),
    ]
    return "\n".join(lines) + "\n"


def default_folder() -> Path:
    """The real files where they are, else the sample files."""
    corpus = Path(os.environ.get("LOADWATCH_CORPUS", PROJECT.parent / "shared" / "corpus"))
    return corpus if corpus.is_dir() else PROJECT / "sample_activities"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--every", type=int, default=1, help="only every Nth file of a format")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--format", choices=("fit", "gpx", "tcx"), action="append", help="only this format")
    parser.add_argument("--output", type=Path, help="where to write the table")
    arguments = parser.parse_args()
    tables: list[list[str]] = []
    for kind, files in find(arguments.folder).items():
        if files and (not arguments.format or kind in arguments.format):
            tables += rows(race(kind, files[:: arguments.every], arguments.repeats))
    page = document(tables, arguments.repeats, arguments.every)
    print(page)
    if arguments.output:
        arguments.output.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
