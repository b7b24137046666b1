"""Objects by name in a folder or an object store: read whole, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from loadwatch.errors import UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ".part"
# Writing takes moments: what is older was left behind by somebody who was ended in the middle.
LEFT_BEHIND_S = 3600.0


class Storage(Protocol):
    """A folder or a prefix of an object store; names are separated by slashes."""

    url: str

    def read(self, name: str) -> bytes | None:
        """An object's content, None where there is none."""

    def read_part(self, name: str, start: int, size: int) -> bytes | None:
        """So many bytes of an object from a place on, as many as there are; None where there is none."""

    def write(self, name: str, content: bytes) -> None:
        """Write an object; what was there stays until all of it is."""

    def names(self, folder: str) -> Iterator[str]:
        """Names of the objects directly in a folder, without it, in no order."""

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""


def is_remote(url: str) -> bool:
    """Whether a place is told as a URL that fsspec opens, not as a path."""
    return "://" in url and not url.startswith("file://")


def local_path(url: str) -> Path:
    """The path that is told."""
    return at_home(url.removeprefix("file://"))


@lru_cache(maxsize=8)
def storage(url: str) -> Storage:
    """The storage at a path or URL."""
    return Objects(url) if is_remote(url) else Folder(local_path(url))


def opened(url: str) -> tuple[Any, str]:
    """The file system of fsspec for a URL, and the way in it; what it remembers of listings is forgotten."""
    from fsspec.core import url_to_fs  # noqa: PLC0415 - who works on a disk needs none

    try:
        fs, path = url_to_fs(url)
    except (ImportError, ValueError) as error:  # what a kind of storage needs is missing, or nobody knows it
        raise UsageError(f"{url}: cannot be opened ({error}).") from error
    fs.invalidate_cache()
    return fs, path.rstrip("/")


def sweep(place: Storage) -> None:
    """Remove what was left behind half-written, where that can be."""
    folder = Path(place.url)
    for name in () if is_remote(place.url) else place.names(PARTS):
        path = folder / PARTS / name
        with contextlib.suppress(OSError):  # another run may be sweeping, too
            if time.time() - path.stat().st_mtime > LEFT_BEHIND_S:
                path.unlink()


class Folder:
    """Objects as files below a folder."""

    def __init__(self, root: Path) -> None:
        self.url = str(root)
        self._root = root

    def read(self, name: str) -> bytes | None:
        """As `Storage` has it."""
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def read_part(self, name: str, start: int, size: int) -> bytes | None:
        """As `Storage` has it."""
        try:
            with (self._root / name).open("rb") as file:
                file.seek(start)
                return file.read(size)
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """As `Storage` has it."""
        # Below the same folder, since a rename is atomic only within one file system.
        part, path = self._root / PARTS / uuid4().hex, self._root / name
        part.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            part.replace(path)
        finally:
            with contextlib.suppress(OSError):  # gone already where all went well
                part.unlink()

    def names(self, folder: str) -> Iterator[str]:
        """As `Storage` has it."""
        try:
            with os.scandir(self._root / folder) as entries:
                yield from (entry.name for entry in entries if entry.is_file())
        except FileNotFoundError:
            return

    def remove(self, name: str) -> None:
        """As `Storage` has it."""
        (self._root / name).unlink(missing_ok=True)


class Objects:
    """Objects of a store that fsspec knows; one request writes each."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._fs, self._root = opened(url)

    def read(self, name: str) -> bytes | None:
        """As `Storage` has it."""
        return self._cat(name)

    def read_part(self, name: str, start: int, size: int) -> bytes | None:
        """As `Storage` has it."""
        return self._cat(name, start=start, end=start + size)

    def write(self, name: str, content: bytes) -> None:
        """As `Storage` has it."""
        self._fs.pipe_file(f"{self._root}/{name}", content)

    def names(self, folder: str) -> Iterator[str]:
        """As `Storage` has it."""
        self._fs.invalidate_cache()
        try:
            listed = self._fs.ls(f"{self._root}/{folder}", detail=True)
        except FileNotFoundError:
            return
        yield from (one["name"].rpartition("/")[2] for one in listed if one["type"] == "file")

    def remove(self, name: str) -> None:
        """As `Storage` has it."""
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(f"{self._root}/{name}")

    def _cat(self, name: str, **part: int) -> bytes | None:
        try:
            content: bytes = self._fs.cat_file(f"{self._root}/{name}", **part)
        except FileNotFoundError:
            return None
        return content
