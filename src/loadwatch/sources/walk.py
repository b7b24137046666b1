"""Every file worth reading at a path, archives opened as if they were folders."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING

from loadwatch.errors import FileError, NotAnActivityError, PassingError, UnreadableError, UsageError
from loadwatch.sources.archives import BROKEN, MEMBERS, archive_kind, claims_archive, members, not_read
from loadwatch.sources.content import (
    ALWAYS_UNPACKED_BYTES,
    HEAD_BYTES,
    Problem,
    RawFile,
    inflated_head,
    unpacked,
)
from loadwatch.sources.files import claims_format
from loadwatch.sources.streams import Allowance, TooMuchError, Window, read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from loadwatch.sources.archives import Member
    from loadwatch.sources.content import Label

    Recognises = Callable[[bytes], bool]
    # From a member's name and a way to open it: what it says of other members, by their names.
    ReadLabels = Callable[[str, Callable[[], IO[bytes] | Window]], Mapping[str, Label]]

LARGEST_BYTES = 200_000_000
LARGEST_UNPACKED_BYTES = 200_000_000
LARGEST_RATIO = 200.0
LEVELS = 3
# A packed archive inside another is held in memory up to this size; a larger one is unpacked several times.
SPOOL_BYTES = 64 << 20


def read(
    path: Path,
    *,
    largest_bytes: int = LARGEST_BYTES,
    largest_unpacked_bytes: int = LARGEST_UNPACKED_BYTES,
    largest_ratio: float = LARGEST_RATIO,
    read_labels: ReadLabels | None = None,
) -> RawFile:
    """One file's bytes, unpacked where they are gzip, whatever the file is called.

    Parameters
    ----------
    path
        The file, or a member of an archive, named as if the archive were a folder.
    largest_bytes, largest_unpacked_bytes
        Limits before and after unpacking, for a file on disk. [byte]
    largest_ratio
        Unpacking stops where the content outgrows the file by more than this; activity files stay under 50.
    read_labels
        As `open_file` takes it; asked only for a member.

    Raises
    ------
    UnreadableError
        It cannot be opened, is too large, is no sound gzip, or is itself an archive.
    EmptyActivityError
        It holds no bytes.
    UsageError
        The archive has no such member.
    """
    on_disk, member = locate(path)
    if member:
        return _read_member(on_disk, member, read_labels)
    with _opened(on_disk) as (file, size_bytes):
        kind = archive_kind(file.read(HEAD_BYTES))
        if kind and kind not in MEMBERS:
            raise UnreadableError(not_read(kind))
        if kind:
            raise UnreadableError(
                f"is a {kind} archive; name one of its files, as in {path.name}/activities/1.fit.gz"
            )
        packed = _whole(file, size_bytes, largest_bytes)
    return unpacked(packed, on_disk, largest_bytes=largest_unpacked_bytes, largest_ratio=largest_ratio)


def _whole(file: IO[bytes], size_bytes: int, largest_bytes: int) -> bytes:
    """All that a file held when it was opened, however fast it grows."""
    if size_bytes > largest_bytes:
        raise UnreadableError(f"is larger than {largest_bytes // 1_000_000} MB, and no activity is")
    file.seek(0)
    return file.read(size_bytes)


def open_file(
    path: Path, *, recognises: Recognises, read_labels: ReadLabels | None = None, only: str = ""
) -> Iterator[RawFile | Problem]:
    """A file, or one by one the files in an archive that are worth reading.

    Members are candidates by the same rules as files in a folder. Archives are read as streams, at most one
    member in memory; archives inside archives are opened too, three levels deep in all.

    Parameters
    ----------
    path
        A file or an archive on disk.
    recognises
        Whether a file that begins with these bytes is of a known format; asked where the name does not tell.
    read_labels
        What a member of this name says of its neighbours; asked of every member.
    only
        The one member to open; all if empty.

    Yields
    ------
    RawFile or Problem
        In the archive's own order. A damaged member costs itself; an archive whose directory is damaged
        is one `Problem`, after the members before the damage.
    """
    try:
        with _opened(path) as (file, size_bytes):
            kind = archive_kind(file.read(HEAD_BYTES))
            if kind:
                walk = _Walk(path, recognises, read_labels, only, Allowance(size_bytes))
                yield from walk.archive(Window(file, size=size_bytes), kind, "", 1)
                return
            packed = _whole(file, size_bytes, LARGEST_BYTES)
        yield unpacked(packed, path)
    except FileError as error:
        yield Problem(path, error)


def count(path: Path) -> int:
    """Files that a path is likely to give, as far as names tell without unpacking; for showing progress."""
    if not path.name.lower().endswith(".zip"):
        return 1
    try:
        with _opened(path) as (file, size_bytes):
            found = members("zip", Window(file, size=size_bytes), lambda _: None)
            return max(sum(claims_format(member.name) for member in found), 1)
    except (FileError, *BROKEN):
        return 1


def size_bytes(path: Path) -> int:
    """Size of a file on disk; 0 where it cannot be looked at. [byte]"""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def is_archive(path: Path) -> bool:
    """Whether a file on disk is an archive whose members can be read."""
    try:
        with _opened(path) as (file, _):
            return archive_kind(file.read(HEAD_BYTES)) in MEMBERS
    except FileError:
        return False


def locate(path: Path) -> tuple[Path, str]:
    """The file on disk, and the member's name where the path goes on into an archive."""
    # Unlike Path.is_file, this answers for names too long as well.
    if not os.path.lexists(path):
        for parent in path.parents:
            if os.path.isfile(parent):  # noqa: PTH113 - likewise
                return parent, path.relative_to(parent).as_posix()
    return path, ""


def beside(place: Path, name: str) -> Path:
    """A file of this name beside what lies at a place: in the folder, or next to the file or archive."""
    is_folder = os.path.isdir(place)  # noqa: PTH112 - answers for closed folders as well
    return (place if is_folder else locate(place)[0].parent) / name


def _read_member(path: Path, member: str, read_labels: ReadLabels | None) -> RawFile:
    for found in open_file(path, recognises=lambda _: True, read_labels=read_labels, only=member):
        if isinstance(found, Problem):
            raise found.error
        if found.member == member:
            return found
    raise UsageError(f"{path / member}: is not in {path.name}; `loadwatch inspect {path}` tells what is.")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """An ordinary file and its size in bytes."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            # Only a folder that cannot be listed is taken for a file; this tells why.
            with os.scandir(path):
                raise UnreadableError("cannot be opened: it is a folder")
        # A pipe or a device never ends; waiting for it would hang the scan.
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableError("cannot be opened: it is no ordinary file")
        with path.open("rb") as file:
            yield file, about.st_size
    except OSError as error:
        raise PassingError(f"cannot be opened: {error.strerror or error}") from error


@dataclass
class _Walk:
    """One archive on disk with everything nested in it."""

    path: Path
    recognises: Recognises
    read_labels: ReadLabels | None
    only: str
    allowance: Allowance

    def archive(self, archive: Window, kind: str, within: str, level: int) -> Iterator[RawFile | Problem]:
        """What an archive holds; `within` is its own name inside the one on disk."""
        is_barren = not self.only
        try:
            if level > LEVELS:
                raise UnreadableError(f"lies more than {LEVELS} archives deep; unpack it first")
            found = members(kind, archive, self.allowance.count_bytes)
            labels = self._labels(found)
            for member in found:
                self.allowance.count_member()
                for outcome in self._member(member, within, labels, level):
                    is_barren = False
                    yield outcome
        except TooMuchError as error:
            if level > 1:
                raise
            yield Problem(self.path, error)
        except FileError as error:
            yield Problem(self.path, error, within)
        except BROKEN as error:
            why = f"is cut off or damaged, so that not all of it can be read ({_told(error)}); copy it again"
            yield Problem(self.path, _kind_of_damage(error)(why), within)
        else:
            if is_barren:
                yield Problem(self.path, NotAnActivityError("holds no FIT, GPX or TCX file"), within)

    def _labels(self, found: Iterable[Member]) -> dict[str, Label]:
        """What the archive's own lists say; without one, activities are told by their own labels and pace."""
        labels: dict[str, Label] = {}
        if self.read_labels is None:
            return labels
        with suppress(*BROKEN):  # the walk that follows tells of it
            for member in found:
                if not member.refusal:
                    with suppress(*BROKEN):
                        labels |= self.read_labels(member.name, member.open)
        return labels

    def _member(
        self, member: Member, within: str, labels: dict[str, Label], level: int
    ) -> Iterator[RawFile | Problem]:
        name = f"{within}/{member.name}" if within else member.name
        if self.only and not f"{self.only}/".startswith(f"{name}/"):
            return
        claims = claims_format(member.name) or claims_archive(member.name)
        try:
            yield from self._content(member, name, labels.get(member.name), level, claims=claims)
        except TooMuchError:
            raise
        except FileError as error:
            yield Problem(self.path, error, name)
        except BROKEN as error:
            if claims:  # else it may have been anything
                why = f"is damaged in its archive ({_told(error)})"
                yield Problem(self.path, _kind_of_damage(error)(why), name)

    def _content(
        self, member: Member, name: str, label: Label | None, level: int, *, claims: bool
    ) -> Iterator[RawFile | Problem]:
        if member.refusal:
            if claims:
                raise UnreadableError(member.refusal)
            return
        with member.open() as stream:
            head = stream.read(HEAD_BYTES)
            kind = archive_kind(head)
            if not (claims or (not kind and self.recognises(inflated_head(head)))):
                return
            inner = _inner(member, stream, head) if kind else None
            packed = b"" if kind else _packed(member, stream, head)
        if inner:
            yield from self.archive(inner, kind, name, level + 1)
        else:
            count_bytes = self.allowance.count_bytes
            yield unpacked(packed, self.path, member=name, label=label, count_bytes=count_bytes)


def _kind_of_damage(error: Exception) -> type[UnreadableError]:
    """Damage in an archive stays; what the system reports of its disk may be gone the next time."""
    return PassingError if isinstance(error, OSError) and error.errno is not None else UnreadableError


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__


def _packed(member: Member, stream: Window, head: bytes) -> bytes:
    """A whole member, as long as it could be an activity."""
    if member.size_bytes > LARGEST_BYTES:
        raise UnreadableError(f"is larger than {LARGEST_BYTES // 1_000_000} MB, and no activity is")
    limit = min(LARGEST_BYTES, max(ALWAYS_UNPACKED_BYTES, int(member.packed_bytes * LARGEST_RATIO)))
    return head + read_all(stream, limit)


def _inner(member: Member, stream: Window, head: bytes) -> Window:
    """An archive inside an archive as a file that can be read from anywhere."""
    if member.window:
        return member.window()
    if member.size_bytes <= SPOOL_BYTES:
        return Window(BytesIO(head + read_all(stream, SPOOL_BYTES)), size=member.size_bytes)
    if member.is_rewindable:
        return member.open()
    raise UnreadableError(
        f"is larger than {SPOOL_BYTES // 1_000_000} MB and lies in a compressed archive; unpack it first"
    )
