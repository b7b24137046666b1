"""Damaged and hostile files through everything a scan does with a file.

    python tools/fuzz.py                                    200,000 inputs of all kinds
    python tools/fuzz.py --count 500 --seed 7 --kind fit    some of one kind
    python tools/fuzz.py --seed 7 --only fit:123            one input again, with its traceback
    python tools/fuzz.py --corpus ../shared/corpus          damages real files as well as the samples

Counted as failures: a crash, an exception or warning that is not the project's own refusal, an infinite
number in what was read, more than 2 s of processor time, more than 1 GB of memory. Exit code 1 where there
is any. All 200,000 take an hour or two.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from fuzzing import cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from fuzzing.cases import Case
    from fuzzing.reading import Seen

    Read = Callable[[Case, Path], Seen]

LONGEST_CPU_S = 2.0
LARGEST_PEAK_BYTES = 1 << 30
END_AT_BYTES = 6 << 30
SHARES = {"fit": 6, "gpx": 4, "tcx": 3, "gz": 2, "zip": 3, "tar": 1, "list": 1}
BATCH = 200
SHOWN = 40


@dataclass(frozen=True)
class Plan:
    """How inputs are made and when their reading is ended.

    Attributes
    ----------
    seed, corpus
        What makes an input again.
    end_after_cpu_s, end_after_wall_s
        Past these a reading is ended; before, it is only a failure and tells how long it took. [s]
    """

    seed: int
    corpus: Path | None = None
    end_after_cpu_s: float = 20.0
    end_after_wall_s: float = 300.0


@dataclass
class Tally:
    """What came of all inputs so far; those that took longer than `longest_cpu_s` failed."""

    longest_cpu_s: float = LONGEST_CPU_S
    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failures: list[tuple[str, int, str]] = field(default_factory=list)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    largest: dict[str, tuple[int, int]] = field(default_factory=dict)
    cpu_s: float = 0.0

    def add(self, kind: str, number: int, seen: Seen) -> None:
        """Count one input."""
        self.outcomes[kind][seen.outcome] += 1
        self.slowest[kind] = max(self.slowest.get(kind, (0.0, 0)), (seen.cpu_s, number))
        self.largest[kind] = max(self.largest.get(kind, (0, 0)), (seen.peak_bytes, number))
        self.cpu_s += seen.cpu_s
        for fault in seen.faults:
            self.fail(kind, number, fault)
        if seen.cpu_s > self.longest_cpu_s:
            self.fail(kind, number, f"took {seen.cpu_s:.1f} s of processor time")
        if seen.peak_bytes > LARGEST_PEAK_BYTES:
            self.fail(kind, number, f"held {seen.peak_bytes / 1e6:.0f} MB")

    def fail(self, kind: str, number: int, why: str) -> None:
        """Note a failure."""
        self.failures.append((kind, number, why))


def inputs(kinds: list[str], first: int = 0) -> Iterator[tuple[str, int]]:
    """Kinds in turn by their shares, each with its numbers from the first on."""
    numbers = {kind: count(first) for kind in kinds}
    while True:
        for turn in range(max(SHARES.values())):
            for kind in kinds:
                if turn < SHARES[kind]:
                    yield kind, next(numbers[kind])


def serve(pipe: Connection, plan: Plan, read: Read | None) -> None:
    """A worker's life: makes and reads the inputs it is told, one after another."""
    from fuzzing import reading  # noqa: PLC0415 - the one that watches needs no pandas

    read_one = read or reading.read
    _limit_memory()
    with tempfile.TemporaryDirectory(prefix="loadwatch-fuzz-") as folder:
        while True:
            try:
                batch = pipe.recv()
            except EOFError:
                return
            for kind, number in batch:
                case = cases.make(kind, number, seed=plan.seed, corpus=plan.corpus)
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    _wind_alarm(plan.end_after_cpu_s)
                    seen = read_one(case, Path(folder, "case"))
                    _wind_alarm(0.0)
                pipe.send(seen)


def _wind_alarm(cpu_s: float) -> None:
    """Let the system end this process after so much processor time, even inside a library; 0 for never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, cpu_s)


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (END_AT_BYTES, hard))


class Worker:
    """A process that reads, and what it has in hand."""

    def __init__(self, plan: Plan, read: Read | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._plan = plan
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, plan, read), daemon=True)
        self._process.start()
        theirs.close()

    def results(self, batch: list[tuple[str, int]]) -> Iterator[Seen | str]:
        """What came of each input in turn; a text, and nothing after it, where the process ended."""
        try:
            self.pipe.send(batch)
            for _ in batch:
                if not self.pipe.poll(self._plan.end_after_wall_s):
                    self.end()
                    yield f"gave no sign for {self._plan.end_after_wall_s:g} s"
                    return
                yield self.pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            yield self._how_it_ended()

    def _how_it_ended(self) -> str:
        code = self._process.exitcode
        if hasattr(signal, "SIGPROF") and code == -signal.SIGPROF:
            return f"ended after {self._plan.end_after_cpu_s:g} s of processor time"
        return f"the process died (exit code {code})"

    def end(self) -> None:
        """End the process."""
        self.pipe.close()
        self._process.kill()
        self._process.join()


def run(
    wanted: Iterator[tuple[str, int]],
    plan: Plan,
    tally: Tally,
    *,
    read: Read | None = None,
    on_result: Callable[[str, int, bool], None] = lambda *_: None,
) -> None:
    """Read inputs one by one in a process that may die of them.

    Parameters
    ----------
    wanted
        Kinds and numbers.
    plan
        What they are made from.
    tally
        Where they are counted.
    read
        What reads them, in place of the scan; other processes must be able to import it.
    on_result
        Called after each input with its kind, its number and whether it failed.
    """
    worker: Worker | None = None
    waiting: list[tuple[str, int]] = []
    try:
        while waiting := waiting or list(islice(wanted, BATCH)):
            worker = worker or Worker(plan, read)
            is_dead = False
            for seen in worker.results(list(waiting)):
                kind, number = waiting.pop(0)
                before = len(tally.failures)
                if isinstance(seen, str):
                    is_dead = True
                    tally.outcomes[kind]["died"] += 1
                    tally.fail(kind, number, seen)
                else:
                    tally.add(kind, number, seen)
                on_result(kind, number, len(tally.failures) > before)
            if is_dead:
                worker.end()
                worker = None
    finally:
        if worker:
            worker.end()


def cause(why: str) -> str:
    """What failures have in common: the last line of a traceback and its last place in the project."""
    lines = why.strip().splitlines()
    places = re.findall(r'loadwatch[/\\]([\w/\\]+\.py)", line (\d+)', why)
    where = f" at {places[-1][0]}:{places[-1][1]}" if places else ""
    return re.sub(r"[\d.]+ (s of|MB)", r"... \1", re.sub(r"0x[0-9a-f]+", "0x", lines[-1][:150])) + where


def table(tally: Tally) -> str:
    """Inputs by kind and outcome, the slowest, the largest."""
    names = sorted({name for outcomes in tally.outcomes.values() for name in outcomes})
    head = ["kind", "inputs", *names, "slowest s (number)", "peak MB (number)"]
    rows = [head]
    for kind, outcomes in tally.outcomes.items():
        slow, large = tally.slowest.get(kind, (0.0, 0)), tally.largest.get(kind, (0, 0))
        numbers = [f"{outcomes[name]:,}" for name in names]
        last = [f"{slow[0]:.2f} ({slow[1]})", f"{large[0] / 1e6:.0f} ({large[1]})"]
        rows.append([kind, f"{outcomes.total():,}", *numbers, *last])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def failures(tally: Tally, plan: Plan) -> str:
    """Failures by cause, each with the command that shows it again."""
    by_cause: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for failure in tally.failures:
        by_cause[cause(failure[2])].append(failure)
    corpus = f" --corpus {plan.corpus}" if plan.corpus else ""
    lines = [f"{len(tally.failures)} failures of {len(by_cause)} causes"]
    for name, found in sorted(by_cause.items(), key=lambda pair: -len(pair[1]))[:SHOWN]:
        kind, number, _ = found[0]
        lines.append(f"{len(found):6} x {name}")
        lines.append(f"         tools/fuzz.py --seed {plan.seed}{corpus} --only {kind}:{number}")
    return "\n".join(lines)


def keep(folder: Path, kind: str, number: int, plan: Plan) -> None:
    """Write an input into a folder."""
    case = cases.make(kind, number, seed=plan.seed, corpus=plan.corpus)
    place = folder / f"{plan.seed}-{kind}-{number}"
    for name, data in ({case.name: case.data} | case.beside).items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=200_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same inputs")
    parser.add_argument(
        "--kind", action="append", choices=list(cases.KINDS), help="only this kind; may be repeated"
    )
    parser.add_argument("--first", type=int, default=0, help="number of each kind's first input")
    parser.add_argument("--only", metavar="KIND:NUMBER", help="this one input; prints its tracebacks")
    parser.add_argument("--corpus", type=Path, help="folder of real files to damage as well")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write inputs that fail (or --only) here")
    return parser.parse_args(arguments)


def chosen(options: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """Kinds and numbers that the command line asks for."""
    if not options.only:
        return islice(inputs(options.kind or list(cases.KINDS), options.first), options.count)
    kind, _, number = options.only.partition(":")
    return iter([(kind, int(number))])


def main() -> int:
    """Run what the command line asks for; the exit code."""
    options = parsed()
    plan, tally = Plan(options.seed, options.corpus), Tally()
    started, done = time.monotonic(), count(1)

    def tell(kind: str, number: int, is_failure: bool) -> None:
        so_far = next(done)
        if options.keep and (is_failure or options.only):
            keep(options.keep, kind, number, plan)
        if is_failure:
            why = tally.failures[-1][2].rstrip().rpartition("\n")[2]
            print(f"{kind}:{number} fails: {why}", file=sys.stderr, flush=True)
        if so_far % 1000 == 0:
            spent_s = time.monotonic() - started
            found = len(tally.failures)
            print(f"{so_far:,} inputs after {spent_s:.0f} s, {found} failures", file=sys.stderr, flush=True)

    try:
        run(chosen(options), plan, tally, on_result=tell)
    except KeyboardInterrupt:
        print("stopped; what came of the inputs so far:")
    if options.only:
        print("\n".join(why for _, _, why in tally.failures))
    print(table(tally))
    total = sum(outcomes.total() for outcomes in tally.outcomes.values())
    spent_s = time.monotonic() - started
    print(f"{total:,} inputs, seed {plan.seed}, {tally.cpu_s:.0f} s of reading, {spent_s:.0f} s in all")
    print(failures(tally, plan))
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
