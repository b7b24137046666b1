"""Runs read once more from the files they came from, for questions to their samples."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch import exports, formats, sources
from loadwatch.errors import FileError, StaleError
from loadwatch.survey import is_activity_file
from loadwatch.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loadwatch.runs import RunRecord
    from loadwatch.tidy import Recording


def recordings(records: Iterable[RunRecord]) -> Iterator[tuple[RunRecord, Recording]]:
    """The tidied recording that each record was reduced from.

    An archive is walked once, whatever number of its members is asked for.

    Parameters
    ----------
    records
        Of runs that were read from files.

    Yields
    ------
    RunRecord, Recording
        File by file in the order in which files first come; in an archive in its own order.

    Raises
    ------
    StaleError
        A file is gone, cannot be opened any more, or holds something else by now.
    """
    labels = exports.FolderLabels()
    by_path: dict[str, dict[str, list[RunRecord]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        by_path[record.facts["path"]][record.facts["member"]].append(record)
    for path, wanted in by_path.items():
        for raw in _files(Path(path), wanted):
            label = raw.label or labels.of(Path(path))
            for record in wanted.pop(raw.member):
                yield record, _recording(record, raw, label)
            if not wanted:
                break
        for record in (record for left in wanted.values() for record in left):
            raise _stale(record, "is gone, or cannot be opened any more")


def _files(path: Path, wanted: Iterable[str]) -> Iterator[sources.RawFile]:
    """What a path holds of some members, as far as it can be opened."""
    members = tuple(wanted)
    only = members[0] if len(members) == 1 else ""
    found = sources.open_file(path, recognises=is_activity_file, read_labels=exports.labels, only=only)
    return (raw for raw in found if isinstance(raw, sources.RawFile) and raw.member in members)


def _recording(record: RunRecord, raw: sources.RawFile, label: sources.Label | None) -> Recording:
    digest, _, number = record.run_id.partition("-")
    if not raw.digest.startswith(digest):
        raise _stale(record, "has changed since it was scanned")
    try:
        activities = formats.read(raw.data)
        outcome = exports.labelled(activities[int(number) - 1 if number else 0], label)
        if isinstance(outcome, FileError):
            raise outcome
        return tidy(outcome)
    except FileError as error:  # the same bytes were a run before: another state of the code reads otherwise
        raise _stale(record, str(error)) from error


def _stale(record: RunRecord, why: str) -> StaleError:
    return StaleError(f"{record.facts['file']}: {why} ({record.facts['path']}); scan again.")
