"""One runner's files: read where they lie on a disk, mirrored into a folder from an object store."""

from __future__ import annotations

import contextlib
from dataclasses import astuple, dataclass, field
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from loadwatch import diary, exports, sources, survey
from loadwatch.cohort.storage import is_remote, local_path, opened
from loadwatch.errors import UsageError
from loadwatch.sources import Label
from loadwatch.sources.content import HEAD_BYTES, inflated_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# What stores call a state of an object.
STAMPS = (
    "ETag",
    "etag",
    "md5Hash",
    "contentHash",
    "LastModified",
    "last_modified",
    "mtime",
    "updated",
    "created",
)


@dataclass(frozen=True)
class Listed:
    """A file or archive of a runner, before it is opened.

    Attributes
    ----------
    name
        Its way from the runner's folder; empty where the runner is an archive.
    stamp
        Another content has another stamp; empty where there is no telling.
    label
        What the list of an unpacked export says of it.
    size_bytes
        As it lies there. [byte]
    """

    name: str
    stamp: str
    label: Label | None
    size_bytes: int


@dataclass
class Notes:
    """What was found out about files by opening them, by their ways and stamps; taken over from time to time.

    Attributes
    ----------
    before, now
        Kept the last time, and to be kept for the next: what files without telling names are, and what lists
        of exports say.
    """

    before: dict[str, Any]
    now: dict[str, Any] = field(default_factory=dict)

    def recall(self, kind: str, name: str, stamp: str, find_out: Callable[[], Any]) -> Any:
        """What is known of a file in a state, or can be found out."""
        at = f"{kind} {name}"
        known = self.before.get(at)
        value = known[1] if known and stamp and known[0] == stamp else find_out()
        if stamp and value is not None:
            self.now[at] = [stamp, value]
        return value

    def labels(self, name: str, stamp: str, read: Callable[[], dict[str, Label]]) -> dict[str, Label]:
        """What a list says of files."""
        kept = self.recall("list", name, stamp, lambda: {at: astuple(label) for at, label in read().items()})
        return {at: Label(*said) for at, said in kept.items()}


class OnDisk:
    """A runner's folder or archive on a disk.

    Attributes
    ----------
    place
        Where it lies.
    told_as
        What people know it as.
    """

    def __init__(self, root: str, name: str) -> None:
        self.place = local_path(root) / name
        self.told_as = str(self.place)

    def listed(self, notes: Notes) -> list[Listed]:
        """Files worth reading, in the order of a scan."""

        def look(path: Path, recognises: Callable[[bytes], bool]) -> bool:
            def find_out() -> bool | None:
                start = sources.head(path)
                # What cannot be opened now may be an activity all the same.
                return recognises(start) if start else None

            return bool(notes.recall("file", self._name(path), sources.stamp(path), find_out))

        def read(path: Path) -> dict[str, Label]:
            return notes.labels(self._name(path), sources.stamp(path), partial(exports.list_labels, path))

        labels = exports.FolderLabels(read)
        files = sources.find([self.place], survey.is_activity_file, look=look)
        return [
            Listed(self._name(path), sources.stamp(path), labels.of(path), sources.size_bytes(path))
            for path in files
        ]

    def _name(self, path: Path) -> str:
        return "" if path == self.place else path.relative_to(self.place).as_posix()

    def path(self, one: Listed) -> Path:
        """Where a file can be read."""
        return self.place / one.name if one.name else self.place

    @contextlib.contextmanager
    def fetched(self, files: Sequence[Listed]) -> Iterator[None]:  # noqa: ARG002 - as `Mirrored` has it
        """A time in which files can be read."""
        yield


class Mirrored:
    """A runner's folder or archive on an object store, of which some files at a time lie in a folder here."""

    def __init__(self, root: str, name: str, folder: Path) -> None:
        self._fs, at = opened(root)
        self._at = f"{at}/{name}"
        self.place = folder / name
        self.told_as = f"{root.rstrip('/')}/{name}"
        if leads_out(name):
            raise UsageError(f"{self.told_as}: no folder of this name can be made here; rename it.")
        self._objects = dict(self._all())
        if "" in self._objects:
            self._fetch_own(at, folder)
        else:
            self.place.mkdir()
            self._fetch_own(self._at, self.place)

    def listed(self, notes: Notes) -> list[Listed]:
        """Files worth reading, in the order of a scan."""
        names = [name for name, about in self._objects.items() if self._is_candidate(name, about, notes)]
        for name in self._objects:
            self._note_list(name)

        def read(path: Path) -> dict[str, Label]:
            name = path.relative_to(self.place).as_posix()

            def fetch() -> dict[str, Label]:
                with self._here([name]):
                    return exports.list_labels(path)

            return notes.labels(name, _stamp(self._objects[name]), fetch)

        labels = exports.FolderLabels(read)
        return [
            Listed(
                name,
                _stamp(self._objects[name]),
                labels.of(self.place / name) if name else None,
                int(self._objects[name].get("size") or 0),
            )
            for name in sorted(names, key=lambda name: PurePosixPath(name).parts)
        ]

    def path(self, one: Listed) -> Path:
        """Where a file can be read while it is fetched."""
        return self.place / one.name if one.name else self.place

    @contextlib.contextmanager
    def fetched(self, files: Sequence[Listed]) -> Iterator[None]:
        """A time in which files can be read."""
        with self._here([one.name for one in files]):
            yield

    def _all(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every object of the runner by its way, hidden ones and those that lead out left out."""
        found = self._fs.find(self._at, detail=True)
        for at, about in found.items():
            name = at[len(self._at) + 1 :]
            parts = name.split("/")
            is_sound = all(part and not sources.is_hidden(part) for part in parts) and not leads_out(name)
            if at == self._at:
                yield "", about
            elif is_sound and at.startswith(f"{self._at}/"):
                yield name, about

    def _is_candidate(self, name: str, about: dict[str, Any], notes: Notes) -> bool:
        """Whether a scan would read it, by the rules of `sources.find`."""
        file = name.rpartition("/")[2]
        if not name or sources.claims_format(file) or sources.claims_archive(file):
            return True

        def find_out() -> bool:
            start = (
                self._fs.cat_file(self._whole(name), start=0, end=HEAD_BYTES) if about.get("size") else b""
            )
            return survey.is_activity_file(inflated_head(start))

        return bool(notes.recall("file", name, _stamp(about), find_out))

    def _note_list(self, name: str) -> None:
        """Leave a mark where a list may lie, so that it is asked for."""
        if exports.may_be_list(name):
            path = self.place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    @contextlib.contextmanager
    def _here(self, names: Sequence[str]) -> Iterator[None]:
        self._fetch(names)
        try:
            yield
        finally:
            for name in names:
                path = self.place / name if name else self.place
                path.unlink(missing_ok=True)

    def _fetch(self, names: Sequence[str]) -> None:
        """Copy objects here; one that is gone or closed to us is missing here, too."""
        pairs = [(self._whole(name), self.place / name if name else self.place) for name in names]
        for _, path in pairs:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Most stores give many at once in the time of one.
            self._fs.get([there for there, _ in pairs], [str(path) for _, path in pairs])
        except (FileNotFoundError, PermissionError):
            for there, path in pairs:
                with contextlib.suppress(FileNotFoundError, PermissionError):
                    self._fs.get_file(there, str(path))

    def _fetch_own(self, at: str, folder: Path) -> None:
        """The runner's settings and diary, where there are any; told without them, others would count."""
        for own in (survey.SETTINGS_NAME, diary.NAME):
            with contextlib.suppress(FileNotFoundError):
                self._fs.get_file(f"{at}/{own}", str(folder / own))

    def _whole(self, name: str) -> str:
        return f"{self._at}/{name}" if name else self._at


def leads_out(name: str, kind: type[PurePath] = PurePath) -> bool:
    """Whether a name that a store gave is no way below a folder here; on Windows backslashes lead, too."""
    way = kind(name)
    return bool(way.drive or way.root) or ".." in way.parts


def _stamp(about: dict[str, Any]) -> str:
    """What a store says of an object's state; empty where it says no more than its size."""
    said = [f"{name}={about[name]}" for name in STAMPS if about.get(name)]
    return " ".join([str(about.get("size")), *said]) if said else ""


Material = OnDisk | Mirrored


@contextlib.contextmanager
def material(root: str, name: str) -> Iterator[Material]:
    """One runner's files, for a time."""
    if not is_remote(root):
        yield OnDisk(root, name)
        return
    with TemporaryDirectory(prefix="loadwatch-") as folder:
        yield Mirrored(root, name, Path(folder))
