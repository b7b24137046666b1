"""One input on its way through a scan, watched: what came of it, how long it took, what it held in memory."""

from __future__ import annotations

import math
import shutil
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch import gather, sources, survey
from loadwatch.errors import FileError, PassingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzzing.cases import Case
    from loadwatch.readings import Reading
    from loadwatch.survey import Entry

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Seen:
    """What came of one input.

    Attributes
    ----------
    outcome
        "read", "repaired", or the kind of the first refusal.
    cpu_s
        Processor time of the reading alone. [s]
    peak_bytes
        Most memory the process held, as far as the system tells. [byte]
    faults
        Why it counts as a failure, one text each, tracebacks included.
    """

    outcome: str
    cpu_s: float
    peak_bytes: int
    faults: tuple[str, ...]


def read(case: Case, folder: Path) -> Seen:
    """Lay the input into a folder of its own and read it as a scan does."""
    shutil.rmtree(folder, ignore_errors=True)
    path = folder / case.name
    path.parent.mkdir(parents=True)
    for name, data in ({case.name: case.data} | case.beside).items():
        (folder / name).write_bytes(data)
    faults: list[str] = []
    outcome = "broke"
    with noting(faults):
        _forget_peak()
        started = time.process_time()
        try:
            outcome = scan(path, faults)
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            faults.append(traceback.format_exc())
        cpu_s = time.process_time() - started
    return Seen(outcome, cpu_s, peak_bytes(), tuple(faults))


def scan(path: Path, faults: list[str]) -> str:
    """What a scan makes of a file; facts that cannot be go to the faults."""
    found = survey.find([path.parent])
    if not found:  # a file given by name is taken as it is
        found = survey.look([path])
    sources.count(path)
    results = gather.readings(found, home_timezone="")
    outcomes: Counter[str] = Counter()
    for entry, reading in (pair for pairs in results.values() for pair in pairs):
        outcomes.update(_outcomes(entry, reading, faults))
    for name in ("read", "repaired"):
        if outcomes[name]:
            return name
    return next(iter(outcomes), "nothing")


def _outcomes(entry: Entry, reading: Reading | None, faults: list[str]) -> Iterator[str]:
    if reading is None:
        yield entry.problem.kind if entry.problem else "nothing"
        return
    for outcome, repairs in zip(reading.outcomes, reading.repairs, strict=True):
        if isinstance(outcome, FileError):
            yield outcome.kind
            continue
        facts = {name: value for name, value in outcome.facts.items() if isinstance(value, float)}
        numbers = {name: [value] for name, value in facts.items()}
        numbers |= {name: values.tolist() for name, values in outcome.vectors.items()}
        endless = [name for name, values in numbers.items() if any(map(math.isinf, values))]
        if endless:
            faults.append(f"infinite: {', '.join(endless)}")
        yield "repaired" if repairs or entry.repairs else "read"


class noting:  # noqa: N801 - reads as a verb where it is used
    """Notes what readers turn into one line for people, and what Python tells of no one."""

    def __init__(self, faults: list[str]) -> None:
        self._faults = faults
        self._usual: Callable[..., PassingError] = PassingError.unforeseen
        self._hook = sys.unraisablehook

    def __enter__(self) -> None:
        def unforeseen(error: Exception) -> PassingError:
            self._faults.append("".join(traceback.format_exception(error)))
            return self._usual(error)

        PassingError.unforeseen = staticmethod(unforeseen)  # type: ignore[method-assign]
        sys.unraisablehook = lambda told: self._faults.append(f"unraisable: {told.exc_value!r}")

    def __exit__(self, *_: object) -> None:
        PassingError.unforeseen = self._usual  # type: ignore[method-assign]
        sys.unraisablehook = self._hook


def _forget_peak() -> None:
    """Let the system count the peak anew, where it can (Linux)."""
    try:
        CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return


def peak_bytes() -> int:
    """Most memory this process held since the peak was forgotten, or ever; 0 where nothing tells."""
    try:
        lines = STATUS.read_text(encoding="ascii").splitlines()
        told = next(line for line in lines if line.startswith("VmHWM"))
        return 1024 * int(told.split()[1])
    except OSError:
        pass
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
