"""Every file's reading, each worked out once: from the cache, in this process or in several.

Nothing here opens a file that has not changed since it was read.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache as remembered
from typing import TYPE_CHECKING

from loadwatch import exports, sources, workers
from loadwatch.cache import Cache, key
from loadwatch.errors import PassingError
from loadwatch.shelf import Shelf
from loadwatch.survey import Entry, is_activity_file, keep, known_entries
from loadwatch.versions import reading_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Protocol

    from loadwatch.readings import Reading
    from loadwatch.sources import Label
    from loadwatch.survey import Found

    class Known(Protocol):
        """Where readings are looked up."""

        def get(self, key: bytes) -> bytes | None:
            """What is kept under a key, None where nothing is."""

    # Called with files done, files in all and the next file; None at the end.
    Progress = Callable[[int, int, Path | None], None]

# Starting a process and its imports costs about as much as reading a hundred files.
FILES_WORTH_A_JOB = 100
BYTES_WORTH_A_JOB = 16 << 20
# Work for another process: large enough to be worth handing over, small enough to share out evenly.
PIECE_FILES = 24
PIECE_BYTES = 4 << 20
# Real files take milliseconds; the largest that is opened at all takes some ten seconds.
LONGEST_FILE_S = 60.0


def readings(
    found: Sequence[Found],
    *,
    home_timezone: str,
    cache: Cache | None = None,
    jobs: int | None = 1,
    progress: Progress | None = None,
    on_trouble: Callable[[str], None] | None = None,
) -> dict[Path, list[tuple[Entry, Reading | None]]]:
    """What every file holds, and what that came to.

    Parameters
    ----------
    found
        The files, as `survey.find` gives them.
    home_timezone
        The runner's zone, for activities that tell none.
    cache
        Where readings are looked up and kept; None to read everything anew.
    jobs
        Processes that read; None for as many as the work is worth on this machine.
    progress
        Told of each file that is read, not of those in the cache.
    on_trouble
        Told, in one sentence, of what made reading slower.

    Returns
    -------
    dict
        For each path, in the order given, its entries, each with its reading or None where it has a problem.
    """
    gathering = _Gathering(cache, home_timezone)
    unread = [one for one in found if not gathering.has_kept(one)]
    counts = _Counted(sum(sources.count(one.path) for one in unread) if progress else 0, progress)
    try:
        many = _jobs_worth(unread) if jobs is None else jobs
        # A file that takes absurdly long must cost itself alone, here or elsewhere.
        if unread and (many > 1 or (jobs is None and not workers.has_limit())):
            gathering.read_in_processes(unread, many, counts, on_trouble)
        else:
            gathering.read_here(unread, counts)
    finally:
        if cache:
            cache.write()
    counts.end()
    return {one.path: gathering.results[one.path] for one in found}


class _Counted:
    """Files done of those to do, told as they go."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._progress, self._done = total, progress, 0

    def show(self, name: Path) -> None:
        if self._progress:
            self._progress(self._done, max(self._total, self._done + 1), name)

    def next(self, name: Path) -> None:
        self.show(name)
        self._done += 1

    def end(self) -> None:
        if self._progress:
            self._progress(self._done, self._done, None)


@dataclass(frozen=True)
class _Unit:
    """One file to read: where it lies and, for a member of an archive, what was found there."""

    path: Path
    label: Label | None
    raw: sources.RawFile | sources.Problem | None = None


@dataclass(frozen=True)
class _Piece:
    """What is handed to another process at once."""

    units: tuple[_Unit, ...]
    home_timezone: str
    cache_folder: Path | None

    @property
    def held_bytes(self) -> int:
        """Memory that its members of archives take; files on disk are opened elsewhere. [byte]"""
        return sum(len(unit.raw.data) for unit in self.units if isinstance(unit.raw, sources.RawFile))


class _Gathering:
    """Results so far, with the cache and the shelf they go through."""

    def __init__(self, cache: Cache | None, home_timezone: str) -> None:
        self._cache, self._home_timezone, self._shelf = cache, home_timezone, Shelf()
        self.results: dict[Path, list[tuple[Entry, Reading | None]]] = {}

    def has_kept(self, one: Found) -> bool:
        """Whether all readings of a file are in the cache; they are results then."""
        entries = known_entries(one, self._cache) if self._cache else None
        if entries is None or self._cache is None:
            return False
        results: list[tuple[Entry, Reading | None]] = []
        for entry in entries:
            if entry.problem:
                results.append((entry, None))
                continue
            kept = self._cache.get(reading_key(entry, one.label, self._home_timezone))
            if kept is None:
                return False
            results.append((entry, self._decoded(kept)))
        self.results[one.path] = results
        return True

    def read_here(self, unread: Sequence[Found], counts: _Counted) -> None:
        """Read file by file in this process."""
        for one in unread:
            if _is_archive(one.path):
                counts.show(one.path)  # large ones take their time to open
            for unit in _units([one]):
                counts.next(unit.raw.name if unit.raw else unit.path)
                self._take(one, _read_unit(unit, self._home_timezone, self._cache))
            self._close(one)

    def read_in_processes(
        self,
        unread: Sequence[Found],
        jobs: int,
        counts: _Counted,
        on_trouble: Callable[[str], None] | None,
    ) -> None:
        """Read with several processes; archives are opened here and their members handed out."""

        def tell(why: str) -> None:
            if on_trouble:
                on_trouble(
                    f"{why}, so files are read one by one; that takes longer and changes nothing else."
                )

        found = {one.path: one for one in unread}
        pieces = _pieces(_units(unread), self._home_timezone, self._cache.folder if self._cache else None)
        outcomes = workers.in_order(
            read_piece,
            pieces,
            jobs=jobs,
            longest_s=LONGEST_FILE_S,
            size_bytes=lambda piece: piece.held_bytes,
            on_trouble=tell,
        )
        last: Found | None = None
        with closing(outcomes):
            for piece, outcome in outcomes:
                results = _one_by_one(piece) if isinstance(outcome, workers.Lost) else outcome
                for unit, items in zip(piece.units, results, strict=True):
                    one = found[unit.path]
                    if last and last is not one:
                        self._close(last)
                    counts.next(unit.raw.name if unit.raw else unit.path)
                    self._take(one, items)
                    last = one
        if last:
            self._close(last)

    def _take(self, one: Found, items: Iterable[Item]) -> None:
        """Turn what was read into results, and keep it for the next time."""
        results = self.results.setdefault(one.path, [])
        for item in items:
            reading = None
            if item.content is not None:
                reading = self._decoded(item.content)
                if self._cache and reading.is_final:
                    self._cache.put(reading_key(item.entry, one.label, self._home_timezone), item.content)
            results.append((item.entry, reading))

    def _close(self, one: Found) -> None:
        """Keep what a path holds, now that all of it is known."""
        results = self.results[one.path]
        if self._cache:
            keep(one, [entry for entry, _ in results], self._cache)

    def _decoded(self, content: bytes) -> Reading:
        # Imported late, as numpy comes with it, and a scan that has its answer needs neither.
        from loadwatch.readings import decode  # noqa: PLC0415 - as said above

        return decode(content, self._shelf.put)


def read_one(one: Found, home_timezone: str, known: Known | None = None) -> list[Item]:
    """All that a path holds, read in this process; what is known under its content is not read again."""
    return [item for unit in _units([one]) for item in _read_unit(unit, home_timezone, known)]


def read_piece(piece: _Piece) -> list[list[Item]]:
    """What other processes do: read every file of a piece."""
    cache = _own_cache(piece.cache_folder) if piece.cache_folder else None
    return [_read_unit(unit, piece.home_timezone, cache) for unit in piece.units]


@remembered
def _own_cache(folder: Path) -> Cache:
    """The cache as a worker sees it, which only looks things up; one for its whole life."""
    return Cache(folder, is_reader=True)


def _read_unit(unit: _Unit, home_timezone: str, cache: Known | None) -> list[Item]:
    try:
        with workers.limit(LONGEST_FILE_S):
            raws = [unit.raw] if unit.raw else _opened(unit.path)
            return [_read(raw, unit.label, home_timezone, cache) for raw in raws]
    except workers.OverdueError as error:
        return [_lost(unit, str(error))]


def _one_by_one(piece: _Piece) -> list[list[Item]]:
    """Files of a piece that cost a worker its life, one after another, to find the one that did."""
    pieces = (replace(piece, units=(unit,)) for unit in piece.units)
    results = []
    with closing(workers.in_order(read_piece, pieces, jobs=1, longest_s=LONGEST_FILE_S)) as outcomes:
        for single, outcome in outcomes:
            if isinstance(outcome, workers.Lost):
                results.append([_lost(single.units[0], outcome.why)])
            else:
                results.extend(outcome)
    return results


def _lost(unit: _Unit, why: str) -> Item:
    return Item(Entry(unit.raw.member if unit.raw else "", problem=PassingError(why)))


def _units(unread: Iterable[Found]) -> Iterator[_Unit]:
    for one in unread:
        if _is_archive(one.path):
            for raw in _opened(one.path):
                yield _Unit(one.path, one.label, raw)
        else:
            yield _Unit(one.path, one.label)


def _is_archive(path: Path) -> bool:
    """Whether a file's members are taken one by one; what is named as one activity is read whole."""
    return not sources.claims_format(path.name) and sources.is_archive(path)


def _pieces(units: Iterable[_Unit], home_timezone: str, cache_folder: Path | None) -> Iterator[_Piece]:
    held: list[_Unit] = []
    held_bytes = 0
    for unit in units:
        size_bytes = _size_bytes(unit)
        if held and (len(held) == PIECE_FILES or held_bytes + size_bytes > PIECE_BYTES):
            yield _Piece(tuple(held), home_timezone, cache_folder)
            held, held_bytes = [], 0
        held.append(unit)
        held_bytes += size_bytes
    if held:
        yield _Piece(tuple(held), home_timezone, cache_folder)


def _size_bytes(unit: _Unit) -> int:
    if isinstance(unit.raw, sources.RawFile):
        return len(unit.raw.data)
    return sources.size_bytes(unit.path)


def _jobs_worth(unread: Sequence[Found]) -> int:
    """Processes that pay for themselves."""
    count = sum(sources.count(one.path) for one in unread)
    size_bytes = sum(sources.size_bytes(one.path) for one in unread)
    worth = max(count // FILES_WORTH_A_JOB, size_bytes // BYTES_WORTH_A_JOB)
    return max(1, min(workers.available_cores(), worth))


@dataclass(frozen=True)
class Item:
    """An entry with its encoded reading, which is missing where there is a problem."""

    entry: Entry
    content: bytes | None = None


def _opened(path: Path) -> Iterator[sources.RawFile | sources.Problem]:
    try:
        yield from sources.open_file(path, recognises=is_activity_file, read_labels=exports.labels)
    except Exception as error:  # noqa: BLE001 - whatever a strange file breaks, the other files are still read
        yield sources.Problem(path, PassingError.unforeseen(error))


def _read(
    raw: sources.RawFile | sources.Problem, label: Label | None, home_timezone: str, cache: Known | None
) -> Item:
    """One file's reading, from the cache where its content is known under whatever name."""
    if isinstance(raw, sources.Problem):
        return Item(Entry(raw.member, problem=raw.error))
    entry = Entry(raw.member, raw.digest, raw.repairs, raw.label)
    kept = cache.get(reading_key(entry, label, home_timezone)) if cache else None
    if kept is not None:
        return Item(entry, kept)
    from loadwatch.readings import encode, read_content  # noqa: PLC0415 - numpy comes with it

    return Item(entry, encode(read_content(raw, raw.label or label, home_timezone)))


def reading_key(entry: Entry, label: Label | None, home_timezone: str) -> bytes:
    """Where a reading is found: a digest of all that it comes from."""
    said = entry.label or label
    words = (said.sport, said.sub_sport) if said else ()
    return key("reading", reading_version(), entry.digest, home_timezone, *words)
