"""What lies under the paths, and what is known of it before anything is opened."""

from __future__ import annotations

import json
import os
from dataclasses import astuple, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from loadwatch import diary, exports, formats, sources
from loadwatch.cache import Cache, key
from loadwatch.errors import KINDS, FileError, PassingError
from loadwatch.sources import Label
from loadwatch.versions import reading_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


SETTINGS_NAME = "loadwatch.toml"


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
    """

    path: Path
    stamp: str
    label: Label | None


def find(places: Sequence[Path], cache: Cache | None = None) -> list[Found]:
    """Files worth reading under the given paths; with a cache, no unchanged file is opened for that.

    Raises
    ------
    UsageError
        A path that does not exist.
    """
    if cache is None:
        return look(sources.find(places, is_activity_file))
    strangers = _Strangers(cache)
    files = sources.find(places, is_activity_file, look=strangers.look)
    strangers.keep()
    return look(files, cache)


def look(files: Sequence[Path], cache: Cache | None = None) -> list[Found]:
    """What there is to know of files without opening them."""
    labels = exports.FolderLabels(partial(_list_labels, cache)) if cache else exports.FolderLabels()
    return [Found(path, sources.stamp(path), labels.of(path)) for path in files]


def settings_file(places: Sequence[Path], named: Path | None = None) -> Path:
    """Where the runner's settings lie if there are any: in the file named, else beside the first path."""
    return sources.at_home(named) if named else sources.beside(places[0], SETTINGS_NAME)


def diary_file(places: Sequence[Path], named: Path | None = None) -> Path:
    """Where the runner's diary lies if there is one: in the file named, else beside the first path."""
    return sources.at_home(named) if named else sources.beside(places[0], diary.NAME)


def settings_above(file: Path) -> Path | None:
    """The settings nearest to a file, in its folder or one above it, as a scan of that folder follows."""
    folders = sources.locate(file)[0].absolute().parents
    return next((folder / SETTINGS_NAME for folder in folders if (folder / SETTINGS_NAME).is_file()), None)


class _Strangers:
    """Files whose names do not tell what they are, each looked into once in each state.

    Kept folder by folder, as there may be a hundred thousand of them where somebody scans all they have.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._before: dict[str, dict[str, str]] = {}
        self._now: dict[str, dict[str, str]] = {}

    def look(self, path: Path, recognises: Callable[[bytes], bool]) -> bool:
        """Whether a file is an activity."""
        folder, stamp = str(path.parent), sources.stamp(path)
        if folder not in self._before:
            kept = self._cache.get(self._key(folder))
            self._before[folder], self._now[folder] = json.loads(kept) if kept else {}, {}
        known = self._before[folder].get(path.name, "")
        if not stamp or known[1:] != stamp:
            start = sources.head(path)
            known = "+" if recognises(start) else "-"
            # What cannot be opened now may be an activity all the same.
            known += stamp if start else ""
        if stamp and known[1:]:
            self._now[folder][path.name] = known
        return known.startswith("+")

    def keep(self) -> None:
        """Keep what is new, without what is gone."""
        for folder, seen in self._now.items():
            if seen != self._before[folder]:
                self._cache.put(self._key(folder), json.dumps(seen).encode())

    def _key(self, folder: str) -> bytes:
        return key("strangers", reading_version(), _whole(folder))


def _list_labels(cache: Cache, path: Path) -> dict[str, Label]:
    """What the list of an unpacked export says; those of Apple Health take minutes to read."""
    stamp = sources.stamp(path)
    name = key("labels", reading_version(), _whole(path), stamp)
    kept = cache.get(name) if stamp else None
    if kept is not None:
        return {file: Label(*words) for file, words in json.loads(kept).items()}
    found = exports.list_labels(path)
    if stamp and sources.stamp(path) == stamp:
        cache.put(name, json.dumps({file: astuple(label) for file, label in found.items()}).encode())
    return found


def state(found: Sequence[Found]) -> str:
    """Digest of the state all files are in, and so of their contents; empty where there is no telling."""
    if not all(one.stamp for one in found):
        return ""
    rows = [f"{one.path}\0{one.stamp}\0{one.label}" for one in found]
    return key("state", os.getcwd(), "\0".join(rows)).hex()  # noqa: PTH109 - paths may be relative to it


def known_entries(one: Found, cache: Cache) -> tuple[Entry, ...] | None:
    """What a file held when it was last opened in the state it is in; None where that is not known."""
    listing = cache.get(_listing_key(one.path, one.stamp)) if one.stamp else None
    return None if listing is None else entries_of(listing)


def are_known(found: Sequence[Found], cache: Cache) -> bool:
    """Whether it is known of every file what it held when last opened in the state it is in."""
    return all(one.stamp for one in found) and cache.holds(_listing_key(one.path, one.stamp) for one in found)


def keep(one: Found, entries: Sequence[Entry], cache: Cache) -> None:
    """Keep what a file held, unless it has changed meanwhile or may be found otherwise the next time."""
    is_passing = any(isinstance(entry.problem, PassingError) for entry in entries)
    if one.stamp and not is_passing and sources.stamp(one.path) == one.stamp:
        cache.put(_listing_key(one.path, one.stamp), listing_of(entries))


def is_activity_file(head: bytes) -> bool:
    """Whether a file that begins so is FIT, GPX or TCX."""
    return formats.sniff(head) is not None


def _listing_key(path: Path, stamp: str) -> bytes:
    return key("listing", reading_version(), _whole(path), stamp)


def _whole(path: Path | str) -> bytes:
    # Unlike Path.absolute, this takes no time where the path is whole already.
    return os.fsencode(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118 - as said above


def listing_of(entries: Iterable[Entry]) -> bytes:
    """What a file held, as bytes that can be kept."""
    rows: list[dict[str, Any]] = []
    for entry in entries:
        problem = entry.problem and {"kind": entry.problem.kind, "why": str(entry.problem)}
        label = entry.label and [entry.label.sport, entry.label.sub_sport, entry.label.title]
        rows.append(
            {"member": entry.member, "digest": entry.digest, "repairs": entry.repairs, "label": label}
            | ({"problem": problem} if problem else {})
        )
    return json.dumps(rows).encode("utf-8", "surrogatepass")


def entries_of(listing: bytes) -> tuple[Entry, ...]:
    """What a file held, from what `listing_of` gave."""
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
