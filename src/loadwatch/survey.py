"""What lies under the paths, and what is known of it before anything is opened."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadwatch import exports, formats, sources
from loadwatch.cache import Cache, key
from loadwatch.errors import KINDS, FileError, PassingError
from loadwatch.sources import Label
from loadwatch.versions import reading_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One file as it was found on a disk or in an archive.

    Attributes
    ----------
    member
        Its way inside the archive; empty for a file on disk.
    digest
        Digest of its unpacked content; empty where it could not be opened.
    repairs
        What was mended while opening it.
    label
        What its archive's own list says of it.
    problem
        Why it could not be opened.
    """

    member: str = ""
    digest: str = ""
    repairs: tuple[str, ...] = ()
    label: Label | None = None
    problem: FileError | None = None


@dataclass(frozen=True)
class Found:
    """A file or archive on disk, before it is opened.

    Attributes
    ----------
    path
        Where it lies.
    stamp
        As `sources.stamp` gives it.
    label
        What the list of an unpacked export says of it.
    listing
        What it held when it was last opened in this state, as the cache keeps it; None where that is not
        known.
    """

    path: Path
    stamp: str
    label: Label | None
    listing: bytes | None

    @property
    def entries(self) -> tuple[Entry, ...] | None:
        """What it held when it was last opened in this state; None where that is not known."""
        return None if self.listing is None else _entries(self.listing)


def find(places: Sequence[Path], cache: Cache | None) -> list[Found]:
    """Files worth reading under the given paths, with what is known of them.

    Raises
    ------
    UsageError
        A path that does not exist.
    """
    return look(sources.find(places, is_activity_file), cache)


def look(files: Sequence[Path], cache: Cache | None) -> list[Found]:
    """What is known of files without opening them."""
    labels = exports.FolderLabels()
    found = []
    for path in files:
        stamp = sources.stamp(path) if cache else ""
        listing = cache.get(_listing_key(path, stamp)) if cache and stamp else None
        found.append(Found(path, stamp, labels.of(path), listing))
    return found


def contents(found: Sequence[Found]) -> str:
    """Digest of all that files hold; empty where one must be opened to know."""
    parts: list[str | bytes] = [os.getcwd()]  # noqa: PTH109 - paths may be relative to it
    for one in found:
        if one.listing is None:
            return ""
        parts += (os.fsencode(one.path), repr(one.label), one.listing)
    return key("contents", *parts).hex()


def keep(one: Found, entries: Sequence[Entry], cache: Cache) -> None:
    """Keep what a file held, unless it has changed meanwhile or may be found otherwise the next time."""
    is_passing = any(isinstance(entry.problem, PassingError) for entry in entries)
    if one.stamp and not is_passing and sources.stamp(one.path) == one.stamp:
        cache.put(_listing_key(one.path, one.stamp), _listing(entries))


def is_activity_file(head: bytes) -> bool:
    """Whether a file that begins so is FIT, GPX or TCX."""
    return formats.sniff(head) is not None


def _listing_key(path: Path, stamp: str) -> bytes:
    # Unlike Path.absolute, this takes no time where the path is whole already.
    whole = os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118 - as said above
    return key("listing", reading_version(), os.fsencode(whole), stamp)


def _listing(entries: Iterable[Entry]) -> bytes:
    rows: list[dict[str, Any]] = []
    for entry in entries:
        problem = entry.problem and {"kind": entry.problem.kind, "why": str(entry.problem)}
        label = entry.label and [entry.label.sport, entry.label.sub_sport, entry.label.title]
        rows.append(
            {"member": entry.member, "digest": entry.digest, "repairs": entry.repairs, "label": label}
            | ({"problem": problem} if problem else {})
        )
    return json.dumps(rows).encode("utf-8", "surrogatepass")


def _entries(listing: bytes) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row["member"],
            row["digest"],
            tuple(row["repairs"]),
            Label(*row["label"]) if row["label"] else None,
            KINDS[row["problem"]["kind"]](row["problem"]["why"]) if "problem" in row else None,
        )
        for row in json.loads(listing)
    )
