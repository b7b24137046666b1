"""What the exports of Strava and Apple Health say of the files in them, in their own lists."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from loadwatch.errors import FileError
from loadwatch.exports import apple, strava
from loadwatch.formats.naming import one_line

if TYPE_CHECKING:
    import io
    from collections.abc import Callable
    from pathlib import Path

    from loadwatch.formats.activity import Activity
    from loadwatch.sources import Label

FOLDERS = (strava.FOLDER, apple.FOLDER)

__all__ = ["FolderLabels", "labelled", "labels", "list_labels", "may_be_list"]


def may_be_list(name: str) -> bool:
    """Whether a file that is called so may be the list of an export."""
    path = PurePosixPath(name)
    return path.name.lower() == strava.LIST or path.suffix.lower() == apple.LIST_SUFFIX


def labels(name: str, open_list: Callable[[], IO[bytes] | io.RawIOBase]) -> dict[str, Label]:
    """What a file says of others in the same archive or folder, where it is the list of an export.

    Parameters
    ----------
    name
        The file's way inside the archive or folder.
    open_list
        Opens it; asked only of what may be a list.

    Returns
    -------
    dict
        By the other files' way inside; empty where the file is no list. A damaged list says what it
        says before the damage.
    """
    path = PurePosixPath(name)
    if path.name.lower() == strava.LIST:
        found = strava.labels(open_list())
    elif path.suffix.lower() == apple.LIST_SUFFIX:
        found = apple.labels(open_list())
    else:
        return {}
    return {(path.parent / file).as_posix(): label for file, label in found}


def list_labels(path: Path) -> dict[str, Label]:
    """What a file on disk says of others beside it, as `labels` has it.

    Raises
    ------
    OSError
        It cannot be read.
    """
    return labels(path.name, partial(_open, path))


class FolderLabels:
    """Labels for files of exports that were unpacked into folders; each list is read once.

    Parameters
    ----------
    read
        How a list is read; whoever remembers it need not open the file.
    """

    def __init__(self, read: Callable[[Path], dict[str, Label]] = list_labels) -> None:
        self._read = read
        self._labels: dict[Path, dict[str, Label]] = {}

    def of(self, file: Path) -> Label | None:
        """What the list one folder up says of a file, None where there is none."""
        if not os.path.dirname(file).endswith(FOLDERS):  # noqa: PTH120 - asked of every file at every scan
            return None
        root = file.parent.parent
        if root not in self._labels:
            lists = _lists_beside(file)
            if lists is None:
                return None
            self._labels[root] = {}
            for path in lists:
                try:
                    self._labels[root] |= self._read(path)
                except OSError:
                    continue  # without its list, an activity is told by its own label and pace
        return self._labels[root].get(f"{file.parent.name}/{file.name}")


def labelled(outcome: Activity | FileError, label: Label | None) -> Activity | FileError:
    """What a reader made of a file, with the export's label where the file has none of its own."""
    if label is None or isinstance(outcome, FileError):
        return outcome
    if label.title and not outcome.name:
        outcome = replace(outcome, name=one_line(label.title))
    if outcome.sport:
        return outcome
    return replace(outcome, sport=label.sport, sub_sport=outcome.sub_sport or label.sub_sport)


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _lists_beside(file: Path) -> list[Path] | None:
    """Lists that may speak of a file; None where its folder is not named as in an export."""
    root = file.parent.parent
    if file.parent.name == strava.FOLDER:
        path = root / strava.LIST
        return [path] if path.is_file() else []
    if file.parent.name == apple.FOLDER:
        return [path for path in sorted(root.glob(f"*{apple.LIST_SUFFIX}")) if path.is_file()]
    return None
