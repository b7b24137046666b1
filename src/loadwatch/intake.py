"""Files in, records out: what became of each file, and a closer look at one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadwatch import exports, formats, sources, words
from loadwatch.errors import FileError, UnreadableError, UsageError
from loadwatch.runs import RunRecord, reduce_activity
from loadwatch.settings import Correction, Settings
from loadwatch.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from loadwatch.formats.activity import Activity

    Progress = Callable[[int, int, str], None]


@dataclass
class Intake:
    """What became of every file: read, repaired, or skipped with a reason.

    Attributes
    ----------
    records
        One for each activity that can be used.
    skipped
        Rows of the `skipped` table.
    repaired
        What was mended, by file.
    file_count
        Files looked at.
    """

    records: list[RunRecord] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    repaired: dict[str, str] = field(default_factory=dict)
    file_count: int = 0

    def skip(self, file: str, reason: str, kind: str) -> None:
        """Note a file, or one activity of it, that is not among the runs."""
        self.skipped.append({"file": file, "reason": reason, "kind": kind})


def read_files(
    files: Sequence[Path], places: Sequence[Path], settings: Settings, progress: Progress | None = None
) -> Intake:
    """Reduce every file to records; a bad file costs itself, with its reason, and never the scan."""
    intake = Intake()
    labels = exports.FolderLabels()
    total = sum(map(sources.count, files)) if progress else 0
    for path in files:
        name = shown_name(path, places)
        if progress:
            progress(intake.file_count, max(total, intake.file_count + 1), name)
        try:
            for raw in sources.open_file(path, recognises=is_activity_file, read_labels=exports.labels):
                if raw.member:
                    name = shown_name(raw.name, places)
                    if progress:
                        progress(intake.file_count, max(total, intake.file_count + 1), name)
                intake.file_count += 1
                _read_file(intake, raw, name, labels, settings)
        except Exception as error:  # noqa: BLE001 - whatever a strange file breaks, the other files are still read
            intake.file_count += 1
            intake.skip(name, _unforeseen(error), UnreadableError.kind)
    if progress:
        progress(intake.file_count, intake.file_count, "")
    return intake


def is_activity_file(head: bytes) -> bool:
    """Whether a file that begins so is FIT, GPX or TCX."""
    return formats.sniff(head) is not None


def _read_file(
    intake: Intake,
    raw: sources.RawFile | sources.Problem,
    name: str,
    labels: exports.FolderLabels,
    settings: Settings,
) -> None:
    """Every activity of one file becomes a record, or a row that says why not."""
    if isinstance(raw, sources.Problem):
        intake.skip(name, str(raw.error), raw.error.kind)
        return
    try:
        outcomes = formats.read(raw.data)
    except FileError as error:
        intake.skip(name, str(error), error.kind)
        return
    except Exception as error:  # noqa: BLE001 - a strange member costs itself, not its archive
        intake.skip(name, _unforeseen(error), UnreadableError.kind)
        return
    if raw.repairs:
        intake.repaired[name] = "; ".join(raw.repairs)
    label = raw.label or labels.of(raw.path)
    for outcome in outcomes:
        _take(intake, exports.labelled(outcome, label), name, raw.digest, settings)


def _take(intake: Intake, outcome: Activity | FileError, name: str, digest: str, settings: Settings) -> None:
    """One activity of a file becomes a record, or a row that says why not."""
    number = None if isinstance(outcome, FileError) else outcome.session_number
    shown = name if number is None else f"{name} (part {number + 1})"
    reduced = _reduced(outcome, shown, digest, settings)
    if isinstance(reduced, FileError):
        intake.skip(shown, str(reduced), reduced.kind)
        return
    if not isinstance(outcome, FileError) and outcome.repairs:
        intake.repaired[shown] = "; ".join(filter(None, [intake.repaired.get(shown, ""), *outcome.repairs]))
    intake.records.append(reduced)


def _reduced(
    outcome: Activity | FileError, shown: str, digest: str, settings: Settings
) -> RunRecord | FileError:
    """The record of one activity, or why there is none; nothing that it breaks goes any further."""
    if isinstance(outcome, FileError):
        return outcome
    try:
        return reduce_activity(outcome, file=shown, digest=digest, home_timezone=settings.timezone)
    except FileError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever a strange activity breaks, the others are still read
        return UnreadableError(_unforeseen(error))


def _unforeseen(error: Exception) -> str:
    return f"could not be read ({type(error).__name__}: {error}); please report this file's kind"


def as_said(record: RunRecord, said: Correction) -> RunRecord:
    """A record with the runner's own words in place of the file's."""
    notes = [record.facts["notes"], said.note]
    facts = record.facts | {"is_race": said.race}
    if said.sport and said.sport != facts["sport"]:
        facts["sport"] = said.sport
        notes.insert(1, "sport set by the runner")
    return replace(record, facts=facts | {"notes": "; ".join(filter(None, notes))})


def shown_name(path: Path, places: Sequence[Path]) -> str:
    """A file's name as people know it: its way from the folder, or the archive, that they named."""
    around = [place for place in places if path.is_relative_to(place)]
    home = next((place for place in around if place.is_dir()), next(iter(around), path))
    inner = path.relative_to(home)
    if len(places) == 1 and home.is_dir() and home != path:
        return _writable(inner.as_posix())
    is_told_apart = [place.name for place in places].count(home.name) == 1
    return _writable((Path(home.name) / inner if is_told_apart else path).as_posix())


def _writable(name: str) -> str:
    """A file name as text that any output can hold; names need not be UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def read_run(path: str | Path, *, session: int = 0) -> pd.DataFrame:
    """Samples of one activity, tidied.

    Parameters
    ----------
    path
        A FIT, GPX or TCX file, plain or gzipped, or a member of an archive: export.zip/activities/1.fit.gz.
    session
        Which activity, where the file holds several; the first is 0.

    Returns
    -------
    DataFrame
        Index `time` (UTC, increasing, each once); the columns of `columns.SAMPLES`, in the units of their
        names, NaN where missing.

    Raises
    ------
    FileError
        The file cannot be read, or holds nothing usable.
    UsageError
        The file does not exist, or holds fewer activities.
    """
    place = sources.at_home(path)
    if not os.path.isfile(sources.locate(place)[0]):  # noqa: PTH113 - answers for names too long as well
        raise UsageError(f"{place}: no such file.")
    try:
        _, outcomes = _read_one(place)
        if not 0 <= session < len(outcomes):
            raise UsageError(
                f"{place}: holds {words.count(len(outcomes), 'activity', 'activities')}; there is no "
                f"session {session}."
            )
        outcome = outcomes[session]
        if isinstance(outcome, FileError):
            raise outcome
        return tidy(outcome).samples
    except FileError as error:
        raise type(error)(f"{place}: {error}.") from error


def _read_one(path: Path) -> tuple[sources.RawFile, list[Activity | FileError]]:
    """One file or member of an archive, and its activities as a scan would see them."""
    raw = sources.read(path, read_labels=exports.labels)
    label = raw.label or exports.FolderLabels().of(raw.path)
    return raw, [exports.labelled(outcome, label) for outcome in formats.read(raw.data)]


def inspect_file(path: Path, settings: Settings | None = None) -> dict[str, Any]:
    """What is in one file and what a scan would make of it: see `loadwatch inspect`.

    Returns
    -------
    dict
        file, digest, repairs, and activities: for each a dict with `activity` (as read, where it could be)
        and either `record` (as reduced and corrected by the settings) and `is_excluded`, or `problem` (a
        `FileError`).

    Raises
    ------
    FileError
        The file as a whole cannot be used.
    UsageError
        It is an archive of many.
    """
    if sources.is_archive(path):
        example = f"{path.name}/activities/1.fit.gz"
        raise UsageError(
            f"{path}: is an archive; `scan` reads it whole, here name one of its files: {example}"
        )
    own = settings or Settings()
    raw, outcomes = _read_one(path)
    activities: list[dict[str, Any]] = []
    for outcome in outcomes:
        reduced = _reduced(outcome, path.name, raw.digest, own)
        entry: dict[str, Any] = {} if isinstance(outcome, FileError) else {"activity": outcome}
        if isinstance(reduced, FileError):
            activities.append(entry | {"problem": reduced})
            continue
        key = next((key for key in own.runs if reduced.run_id.startswith(key)), None)
        said = own.runs[key] if key else Correction()
        activities.append(entry | {"record": as_said(reduced, said), "is_excluded": said.exclude})
    return {"file": path, "digest": raw.digest, "repairs": raw.repairs, "activities": activities}
