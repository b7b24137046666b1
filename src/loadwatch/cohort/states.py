"""What is kept in JSON: what holds for a whole study, and each runner's row."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from loadwatch.cohort.coach import Coach
from loadwatch.cohort.naming import quoted
from loadwatch.cohort.walked import Rates
from loadwatch.versions import READING_PARTS, shared_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadwatch.cohort.storage import Storage
    from loadwatch.settings import Settings

FORMAT_VERSION = 1
STUDY, LAST_RUN, STATES = "study.json", "last_run.json", "state"
TOLD, NO_RUNS, FAILED = "told", "no_runs", "failed"
MOST_SHOWN = 10


@dataclass(frozen=True)
class Study:
    """What holds for all runners; handed to every task, so it is small.

    Attributes
    ----------
    root, dest
        Paths or URLs.
    as_of
        The day all are told as of; None for each runner's own, which is today for most.
    today
        The day on which this was asked.
    settings
        Settings that hold for all in place of their own, None without.
    code, reading
        Digests of the code that tells, and of its part that reads files.
    is_pseudonymous
        Whether names and positions stay with the worker that reads them.
    """

    root: str = field(repr=False)
    dest: str = field(repr=False)
    as_of: date | None = None
    today: date = date.min
    settings: Settings | None = field(default=None, repr=False)
    code: str = ""
    reading: str = ""
    is_pseudonymous: bool = False

    def with_versions(self) -> Study:
        """The same, to be told by the code that is here."""
        return replace(self, code=code_version(), reading=reading_version())


def code_version() -> str:
    """Digest of all that a runner's tables depend on besides the files, settings and days."""
    return shared_version(("",))


def reading_version() -> str:
    """Digest of all that a reading depends on besides the file."""
    return shared_version(READING_PARTS)


@dataclass(frozen=True)
class Row:
    """A runner in one row; all that the coordinator ever holds of one.

    Attributes
    ----------
    runner
        Name or pseudonym, as in the datasets.
    status
        told, no_runs (nothing to tell, `error` says why) or failed (`error` says why).
    error
        A sentence; the kind of failure only where names are not told.
    as_of, week, verdict, headline
        Of the week reported on, as `loadwatch scan` has it; empty where nothing is told.
    file_count, run_count, duplicate_count, skipped_count, bad_count
        Files looked at; runs; rows of `skipped`: duplicates, all others, and those unreadable or implausible.
    newest_run
        Day of the newest run; empty without one.
    facts
        What the page over all runners and the rates of their replays are made of, see `facts.facts_of` and
        `walked.walked`; empty where nothing is told.
    is_new
        Whether it was told now, and not before.
    read_count
        Files that were read for it now.
    """

    runner: str
    status: str
    error: str = ""
    as_of: str = ""
    week: str = ""
    verdict: str = ""
    headline: str = ""
    file_count: int = 0
    run_count: int = 0
    duplicate_count: int = 0
    skipped_count: int = 0
    bad_count: int = 0
    newest_run: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    is_new: bool = True
    read_count: int = 0


# What is true of one call only.
_PASSING = ("is_new", "read_count")


@dataclass
class Summary:
    """What came of a cohort.

    Attributes
    ----------
    counts
        Runners by status.
    verdicts
        Runners told, by the verdict of the week reported on.
    new_count, read_count
        Runners told now and not before, and files read.
    bad_count
        Files unreadable or implausible.
    failures
        The first rows that failed.
    gone
        Runners told before that are no longer in ROOT.
    coach
        What the page over all runners shows.
    rates
        How loud the rules were.
    """

    counts: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    new_count: int = 0
    read_count: int = 0
    bad_count: int = 0
    failures: list[Row] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    coach: Coach = field(default_factory=Coach)
    rates: Rates = field(default_factory=Rates)

    @property
    def runner_count(self) -> int:
        """All runners."""
        return self.counts.total()

    def add(self, row: Row) -> None:
        """Count a runner in."""
        self.counts[row.status] += 1
        self.coach.add(row)
        if row.status == TOLD:
            self.verdicts[row.verdict] += 1
            self.rates.add(row)
        self.new_count += row.is_new
        self.read_count += row.read_count
        self.bad_count += row.bad_count
        if row.status == FAILED and len(self.failures) < MOST_SHOWN:
            self.failures.append(row)


@dataclass(frozen=True)
class State:
    """What is kept of a runner: the row, a digest of all it was made from, and what is known of its files.

    `digest` is empty where there is no telling whether the files have changed since, and after a failure.
    """

    row: Row
    digest: str = ""
    notes: dict[str, Any] = field(default_factory=dict)


def place_of(runner: str) -> str:
    """Name of a runner's state."""
    return f"{STATES}/{quoted(runner)}.json"


def read_state(storage: Storage, runner: str) -> State | None:
    """A runner's state; None where there is none that can be used."""
    return _state(storage.read(place_of(runner)))


def _state(content: bytes | None) -> State | None:
    if content is None:
        return None
    try:
        kept = json.loads(content)
        if kept["format_version"] != FORMAT_VERSION:
            return None
        known = {one.name for one in fields(Row)}
        row = Row(**{name: value for name, value in dict(kept["row"]).items() if name in known})
        facts, notes = dict(row.facts), dict(kept["notes"])
        return State(replace(row, facts=facts, is_new=False), kept["digest"], notes)
    except (ValueError, KeyError, TypeError, RecursionError):  # whoever wrote that, the runner is told anew
        return None


def write_state(storage: Storage, state: State) -> None:
    """Keep a runner's state."""
    row = {name: value for name, value in asdict(state.row).items() if name not in _PASSING}
    kept = {"format_version": FORMAT_VERSION, "row": row, "digest": state.digest, "notes": state.notes}
    storage.write(place_of(state.row.runner), json.dumps(kept, indent=1).encode())


def rows(storage: Storage) -> Iterator[Row]:
    """Rows of all runners in DEST, in no order."""
    for name in storage.names(STATES):
        state = _state(storage.read(f"{STATES}/{name}")) if name.endswith(".json") else None
        if state:
            yield state.row


def runners(storage: Storage) -> Iterator[str]:
    """Names of all runners in DEST, in no order."""
    for name in storage.names(STATES):
        if name.endswith(".json"):
            yield unquote(name.removesuffix(".json"))


def read_json(storage: Storage, name: str) -> dict[str, Any]:
    """An object of JSON; empty where there is none that can be used."""
    try:
        kept = json.loads(storage.read(name) or b"{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) and kept.get("format_version") == FORMAT_VERSION else {}


def write_json(storage: Storage, name: str, content: dict[str, Any]) -> None:
    """Write an object of JSON."""
    whole = {"format_version": FORMAT_VERSION} | content
    text = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    # Ways need not be UTF-8; what JSON escapes it gives back as it was.
    storage.write(name, text.encode("utf-8", "backslashreplace"))
