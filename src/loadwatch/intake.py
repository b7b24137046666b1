"""Files in, records out: what became of each file; and one file by itself."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from loadwatch import columns, exports, formats, gather, sources, words
from loadwatch.errors import FileError, UsageError
from loadwatch.runs import RunRecord
from loadwatch.settings import Correction
from loadwatch.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from loadwatch.cache import Cache
    from loadwatch.formats.activity import Activity
    from loadwatch.readings import Reading
    from loadwatch.settings import Settings
    from loadwatch.survey import Entry, Found

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
    troubles
        What made reading slower, a sentence each.
    """

    records: list[RunRecord] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    repaired: dict[str, str] = field(default_factory=dict)
    file_count: int = 0
    troubles: list[str] = field(default_factory=list)

    def skip(self, file: str, reason: str, kind: str) -> None:
        """Note a file, or one activity of it, that is not among the runs."""
        self.skipped.append({"file": file, "reason": reason, "kind": kind})


def read_files(
    found: Sequence[Found],
    places: Sequence[Path],
    settings: Settings,
    *,
    cache: Cache | None = None,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> Intake:
    """Records of every file, under the names that people know the files by.

    Parameters
    ----------
    found
        The files, as `survey.find` gives them.
    places
        The paths that were asked for.
    settings
        The runner's settings.
    cache, jobs
        As `gather.readings` takes them.
    progress
        Called with files done, files in all and the file's name, before each file that is read and once at
        the end; files in the cache are not read.
    """
    names = ShownNames(places)

    def told(done: int, total: int, path: Path | None) -> None:
        if progress:
            progress(done, total, names.of(path) if path else "")

    troubles: list[str] = []
    gathered = gather.readings(
        found,
        home_timezone=settings.timezone,
        cache=cache,
        jobs=jobs,
        progress=progress and told,
        on_trouble=troubles.append,
    )
    return taken(gathered, names, troubles)


def taken(
    gathered: Mapping[Path, Sequence[tuple[Entry, Reading | None]]],
    names: ShownNames,
    troubles: Sequence[str] = (),
) -> Intake:
    """Sort what every file holds, as `gather.readings` gives it, into records and rows that say why not."""
    intake = Intake(troubles=[*troubles])
    for path, held in gathered.items():
        place = os.path.abspath(path)  # noqa: PTH100 - a text, held once for all of an archive
        for entry, reading in held:
            name = names.of(path / entry.member if entry.member else path)
            intake.file_count += 1
            if entry.problem:
                intake.skip(name, str(entry.problem), entry.problem.kind)
            if reading:
                _take(intake, entry, reading, name, place)
    return intake


def _take(intake: Intake, entry: Entry, reading: Reading, name: str, place: str) -> None:
    """Every activity of one file becomes a record, or a row that says why not."""
    has_any = any(isinstance(outcome, RunRecord) for outcome in reading.outcomes)
    if entry.repairs and has_any:
        intake.repaired[name] = "; ".join(entry.repairs)
    for number, (outcome, repairs) in enumerate(zip(reading.outcomes, reading.repairs, strict=True), start=1):
        shown = name if len(reading.outcomes) == 1 else f"{name} (part {number})"
        if isinstance(outcome, FileError):
            intake.skip(shown, str(outcome), outcome.kind)
            continue
        if repairs:
            intake.repaired[shown] = "; ".join(filter(None, [intake.repaired.get(shown, ""), *repairs]))
        outcome.facts.update(file=shown, path=place, member=entry.member)
        intake.records.append(outcome)


def as_said(record: RunRecord, said: Correction) -> RunRecord:
    """A record with the runner's own words in place of the file's."""
    notes = [record.facts["notes"], said.note]
    facts = record.facts | {"is_race": said.race}
    if said.sport and said.sport != facts["sport"]:
        facts["sport"] = said.sport
        notes.insert(1, "sport set by the runner")
    return replace(record, facts=facts | {"notes": "; ".join(filter(None, notes))})


class ShownNames:
    """Names of files as people know them: their way from the folder, or the archive, that they named."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._folders = {place: place.parts for place in places if place.is_dir()}
        self._places = self._folders | {place: place.parts for place in places}
        self._names = Counter(place.name for place in places)

    def of(self, path: Path) -> str:
        """Name of a file, or of a member as if its archive were a folder."""
        parts = path.parts
        # Folders come first: what lies in one is known by its way from there, though it be named as well.
        around = (place for place, its in self._places.items() if parts[: len(its)] == its)
        # The current folder has no parts, and what has an anchor is not told by its way from there.
        home = next((place for place in around if place.anchor == path.anchor), None)
        if home is None:
            return _writable(path.as_posix())
        inner = parts[len(self._places[home]) :]
        if len(self._places) == 1 and home in self._folders and inner:
            return _writable("/".join(inner))
        is_told_apart = self._names[home.name] == 1
        return _writable("/".join(filter(None, (home.name, *inner))) if is_told_apart else path.as_posix())


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
        A row for each sample: index `time` (UTC, increasing, each once) and the columns below, in the units
        of their names, NaN where missing.

    Raises
    ------
    FileError
        The file cannot be read, or holds nothing usable.
    UsageError
        The file does not exist, or holds fewer activities.

    Examples
    --------
    >>> import loadwatch as lw
    >>> samples = lw.read_run("sample_activities/2026-04-05_0830_long.fit")
    >>> round(float(samples["distance_m"].iloc[-1])), float(samples["cadence_spm"].median())
    (13574, 161.0)
    """
    place = sources.at_home(path)
    if not os.path.isfile(sources.locate(place)[0]):  # noqa: PTH113 - answers for names too long as well
        raise UsageError(f"{place}: no such file.")
    try:
        outcomes = activities_of(open_one(place))
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


read_run.__doc__ = columns.documented(read_run.__doc__, "samples")


def open_one(path: Path) -> sources.RawFile:
    """One file or member of an archive, with the label that its export has for it.

    Raises
    ------
    FileError
        It cannot be opened.
    UsageError
        The archive has no such member.
    """
    raw = sources.read(path, read_labels=exports.labels)
    return replace(raw, label=raw.label or exports.FolderLabels().of(raw.path))


def activities_of(raw: sources.RawFile) -> list[Activity | FileError]:
    """A file's activities as a scan would see them; raises what `formats.read` does."""
    return [exports.labelled(outcome, raw.label) for outcome in formats.read(raw.data)]


def said_of(record: RunRecord, settings: Settings) -> Correction:
    """What the runner's settings say of one activity."""
    key = next((key for key in settings.runs if record.run_id.startswith(key)), None)
    return settings.runs[key] if key else Correction()
