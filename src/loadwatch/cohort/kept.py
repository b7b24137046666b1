"""Readings of one runner's files, kept in batches; what is there is never changed, only put together anew.

A batch is a length, a checksum, that many bytes of JSON, then the readings' bytes. Each file is kept by its
way, with a mark of its state and of all else that its reading depends on.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from loadwatch import gather
from loadwatch.cache import key
from loadwatch.cohort.naming import quoted
from loadwatch.errors import PassingError
from loadwatch.readings import decode
from loadwatch.sources import Label
from loadwatch.survey import entries_of, listing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from loadwatch.cohort.material import Listed
    from loadwatch.cohort.storage import Storage
    from loadwatch.readings import Reading
    from loadwatch.survey import Entry

    Held = list[tuple[Entry, Reading | None]]

FOLDER, ENDING = "kept", ".readings"
HEAD = struct.Struct("<II")  # length and checksum of the list
FIRST_BYTES = 1 << 16  # of a batch: in most, its list and no more than that
# More small batches than these are put together.
MOST_SMALL, SMALL_BYTES = 12, 1 << 20


@dataclass(frozen=True)
class Place:
    """Where a file's readings lie: in which batch, from which byte on; and its entries as JSON.

    Of an entry that has no reading, the size is below 0.
    """

    batch: str
    start: int
    mark: str
    label: list[str] | None
    listing: str
    sizes: tuple[int, ...]
    checksum: int

    @property
    def size(self) -> int:
        """Of all its readings together. [byte]"""
        return sum(max(size, 0) for size in self.sizes)

    @property
    def row(self) -> list[Any]:
        """As it stands in the batch's list, behind the file's way."""
        return [self.mark, self.label, self.listing, self.sizes, self.checksum]


def mark_of(one: Listed, home_timezone: str, reading_version: str) -> str:
    """What a reading depends on besides the file's way; empty where there is no telling."""
    if not one.stamp:
        return ""
    return key("kept", one.stamp, repr(one.label), home_timezone, reading_version).hex()[:32]


class Kept:
    """What is kept of a runner's files.

    Parameters
    ----------
    storage
        Where it is kept, None to keep nothing.
    runner
        The runner's name.
    """

    def __init__(self, storage: Storage | None, runner: str) -> None:
        self._storage = storage
        self._folder = f"{FOLDER}/{quoted(runner)}"
        self._places: dict[str, Place] = {}
        self._sizes: dict[str, int] = {}
        if storage:
            for name in sorted(storage.names(self._folder)):
                if name.endswith(ENDING):
                    self._open(name)

    def has(self, one: Listed, mark: str) -> bool:
        """Whether a file's readings are here, in the state it is in."""
        place = self._places.get(one.name)
        return bool(mark) and place is not None and place.mark == mark

    def read(
        self, wanted: Mapping[str, str], set_aside: Callable[[bytes], Callable[[], bytes]]
    ) -> dict[str, Held]:
        """Readings of files, taken batch by batch; without those that are not here, or not any more.

        Parameters
        ----------
        wanted
            Marks by ways.
        set_aside
            As `readings.decode` takes it.
        """
        held: dict[str, Held] = {}
        for batch in self._sizes:
            names = [
                name
                for name, place in self._places.items()
                if place.batch == batch and wanted.get(name) == place.mark
            ]
            content = self.part(batch, 0, self._sizes[batch]) if names else None
            for name in names:
                found = _cut_out(content, self._places[name], self._places[name].start)
                if found is not None:
                    held[name] = _decoded(found, self._places[name], set_aside)
        return held

    def keep(self, files: Sequence[tuple[Listed, str, Sequence[gather.Item]]]) -> None:
        """Keep what some files came to, but for what may come to something else the next time."""
        rows, contents = [], []
        for one, mark, items in files:
            entries = [item.entry for item in items]
            if not mark or any(isinstance(entry.problem, PassingError) for entry in entries):
                continue
            if any(item.content and not decode(item.content, _nowhere).is_final for item in items):
                continue
            sizes = [-1 if item.content is None else len(item.content) for item in items]
            label = [one.label.sport, one.label.sub_sport, one.label.title] if one.label else None
            content = b"".join(item.content or b"" for item in items)
            rows.append([one.name, mark, label, listing_of(entries).decode(), sizes, crc32(content)])
            contents.append(content)
        self._write(rows, contents)

    def tidy(self, used: Mapping[str, str]) -> None:
        """Put many small batches together, and remove those of which nothing is used.

        Parameters
        ----------
        used
            Marks by ways.
        """
        if not self._storage:
            return
        rows = {name: place for name, place in self._places.items() if used.get(name) == place.mark}
        unused = set(self._sizes) - {place.batch for place in rows.values()}
        small = [name for name in self._sizes if name not in unused and self._sizes[name] < SMALL_BYTES]
        if len(small) > MOST_SMALL:
            together, contents = [], []
            for name, place in rows.items():
                content = self.content(place) if place.batch in small else b""
                if content is None:  # another run tidies as well
                    return
                if place.batch in small:
                    together.append([name, *place.row])
                    contents.append(content)
            written = self._write(together, contents)
            unused |= {batch for batch in small if batch != written}
        for batch in unused:
            self._storage.remove(f"{self._folder}/{batch}")

    def known(self, home_timezone: str) -> ByContent:
        """The readings that are here, by what they come from."""
        return ByContent(self, home_timezone)

    def places(self) -> Iterable[Place]:
        """Where everything lies."""
        return self._places.values()

    def content(self, place: Place) -> bytes | None:
        """The readings of a file as bytes; None where they are gone or damaged."""
        return _cut_out(self.part(place.batch, place.start, place.size), place, 0)

    def part(self, batch: str, start: int, size: int) -> bytes | None:
        """Bytes of a batch; None where it is gone."""
        content = self._storage.read_part(f"{self._folder}/{batch}", start, size) if self._storage else None
        return content if content is not None and len(content) == size else None

    def _write(self, rows: list[list[Any]], contents: list[bytes]) -> str:
        if not self._storage or not rows:
            return ""
        head = json.dumps(rows).encode()
        name = key("batch", *(f"{row[0]}\0{row[1]}" for row in rows)).hex()[:32] + ENDING
        content = b"".join([HEAD.pack(len(head), crc32(head)), head, *contents])
        self._storage.write(f"{self._folder}/{name}", content)
        return name

    def _open(self, batch: str) -> None:
        """Take over what a batch says of itself; one that says nothing is as good as none."""
        first = self._first(batch)
        if first is None:
            return
        start, rows = first
        for name, mark, label, listing, sizes, checksum in rows:
            place = Place(batch, start, mark, label, listing, tuple(sizes), checksum)
            self._places[name] = place
            start += place.size
        self._sizes[batch] = start

    def _first(self, batch: str) -> tuple[int, list[Any]] | None:
        """Where a batch's readings begin, and its list; None where it is gone or damaged."""
        content = (
            self._storage.read_part(f"{self._folder}/{batch}", 0, FIRST_BYTES) if self._storage else None
        )
        if content is None:
            return None
        if len(content) < HEAD.size:
            return None
        length, checksum = HEAD.unpack_from(content)
        start = HEAD.size + length
        if start > len(content):
            content = self.part(batch, 0, start)
        rows = content[HEAD.size : start] if content else b""
        return (start, json.loads(rows)) if rows and crc32(rows) == checksum else None


class ByContent:
    """Readings by what they come from, for files that were moved, renamed or touched."""

    def __init__(self, kept: Kept, home_timezone: str) -> None:
        self._kept = kept
        self._places: dict[bytes, tuple[Place, int, int]] = {}
        for place in kept.places():
            start = 0
            label = Label(*place.label) if place.label else None
            for entry, size in zip(entries_of(place.listing.encode()), place.sizes, strict=True):
                if size >= 0:
                    self._places[gather.reading_key(entry, label, home_timezone)] = (place, start, size)
                    start += size

    def get(self, key: bytes) -> bytes | None:
        """What is kept under a key, None where nothing is."""
        if key not in self._places:
            return None
        place, start, size = self._places[key]
        content = self._kept.content(place)
        return None if content is None else content[start : start + size]


def _cut_out(content: bytes | None, place: Place, start: int) -> bytes | None:
    """A file's readings from some bytes; None where they are not what was written."""
    found = None if content is None else content[start : start + place.size]
    return found if found is not None and crc32(found) == place.checksum else None


def _decoded(content: bytes, place: Place, set_aside: Callable[[bytes], Callable[[], bytes]]) -> Held:
    held: Held = []
    start = 0
    for entry, size in zip(entries_of(place.listing.encode()), place.sizes, strict=True):
        held.append((entry, decode(content[start : start + size], set_aside) if size >= 0 else None))
        start += max(size, 0)
    return held


def _nowhere(content: bytes) -> Callable[[], bytes]:
    return lambda: content
