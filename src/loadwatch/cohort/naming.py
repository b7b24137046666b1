"""Runners under ROOT, and names that they have in DEST."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loadwatch import sources
from loadwatch.cohort.storage import is_remote, local_path, opened
from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What some file system, or a reader of Hive's layout, gives a meaning of its own.
SPECIAL = re.compile(r'[\x00-\x1f\x7f%/\\:*?"<>|=#&+ ]|^\.|\.$')
KEY_BYTES = 32
PSEUDONYM_LETTERS = 16


@dataclass(frozen=True)
class Runner:
    """One runner.

    Attributes
    ----------
    name
        Of the folder or archive under ROOT.
    shown
        What the runner is called in DEST: the name, or a pseudonym.
    salt
        Makes pseudonyms of the names of the runner's files; empty where names are told.
    """

    # Neither names nor salts appear where Dask shows what it is called with.
    name: str = field(repr=False)
    shown: str = field(repr=False)
    salt: bytes = field(default=b"", repr=False)


@dataclass
class Listing:
    """What lies directly under ROOT.

    Attributes
    ----------
    loose_count
        Activity files beside the folders, which belong to nobody; counted while listing.
    """

    root: str
    loose_count: int = 0

    def names(self) -> Iterator[str]:
        """Names of folders and archives, as they are listed, hidden ones left out.

        Raises
        ------
        UsageError
            ROOT cannot be listed.
        """
        for name, is_folder in _remote(self.root) if is_remote(self.root) else _local(local_path(self.root)):
            if sources.is_hidden(name):
                continue
            if is_folder or sources.claims_archive(name):
                yield name
            elif sources.claims_format(name):
                self.loose_count += 1


def _local(root: Path) -> Iterator[tuple[str, bool]]:
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                yield entry.name, entry.is_dir()
    except OSError as error:
        raise _not_listed(str(root), error.strerror or str(error)) from error


def _remote(url: str) -> Iterator[tuple[str, bool]]:
    fs, root = opened(url)
    try:
        listed = fs.ls(root, detail=True)
    except OSError as error:
        raise _not_listed(url, error.strerror or str(error)) from error
    for one in listed:
        name = one["name"].rstrip("/").rpartition("/")[2]
        if one["name"].rstrip("/") != root and name:
            yield name, one["type"] == "directory"


def _not_listed(root: str, why: str) -> UsageError:
    return UsageError(
        f"{root}: cannot be listed ({why}); name a folder that holds one folder for each runner."
    )


def shown(name: str) -> str:
    """A runner's name as text that any output can hold; names need not be UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def quoted(name: str) -> str:
    """A name as a part of a path in DEST: readers of Hive's layout, and `urllib.parse.unquote`, undo it."""
    return SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", name)


class Pseudonyms:
    """Names that only the holder of a key can lead back.

    Parameters
    ----------
    key
        Secret bytes, the same for all runs of a study.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def key_id(self) -> str:
        """Tells one key from another, and nothing of it."""
        return hmac.digest(self._key, b"key", "sha256").hex()[:PSEUDONYM_LETTERS]

    def of(self, name: str) -> Runner:
        """A runner under a pseudonym, which begins with a letter so that no reader takes it for a number."""
        raw = name.encode("utf-8", "surrogateescape")
        digest = hmac.digest(self._key, b"runner\0" + raw, "sha256").hex()
        return Runner(
            name, f"r{digest[:PSEUDONYM_LETTERS]}", hmac.digest(self._key, b"files\0" + raw, "sha256")
        )


def pseudonyms_from(file: Path) -> Pseudonyms:
    """Pseudonyms by the key in a file, which is made where there is none, for its owner's eyes alone.

    Raises
    ------
    UsageError
        The file holds no key, or cannot be read or made.
    """
    try:
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            text = file.read_text(encoding="ascii", errors="replace").strip()
        else:
            text = secrets.token_hex(KEY_BYTES)
            with os.fdopen(handle, "w", encoding="ascii") as written:
                written.write(f"{text}\n")
    except OSError as error:
        raise UsageError(f"{file}: cannot be used as a key file ({error.strerror or error}).") from error
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        raise UsageError(
            f"{file}: holds no key of {2 * KEY_BYTES} hexadecimal digits; name a file that is not there yet, "
            "and one is made."
        )
    return Pseudonyms(bytes.fromhex(text))


def pseudonym_of_file(salt: bytes, name: str) -> str:
    """What a file without a run is called where names are not told."""
    return hmac.digest(salt, name.encode("utf-8", "surrogateescape"), "sha256").hex()[:PSEUDONYM_LETTERS]
