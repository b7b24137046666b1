"""What workers do: visit a runner, and read a batch of a large one's files.

A visit tells a runner whole: what is kept of the files is taken, what is not is read, the tables are made by
the code of a single scan and written, the state last. Only where that is much to read, the visit ends early
and answers in what batches others should read first; what they read lies in DEST when it is visited again.
Whatever goes wrong in a runner's files, settings or storage is that runner's row, and nothing is raised.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import pandas as pd

from loadwatch import gather, pipeline
from loadwatch.at_risk import exposure
from loadwatch.cohort import states, tables
from loadwatch.cohort.facts import facts_of
from loadwatch.cohort.kept import Kept, mark_of
from loadwatch.cohort.material import Notes, material
from loadwatch.cohort.naming import pseudonym_of_file, quoted, shown
from loadwatch.cohort.states import FAILED, NO_RUNS, TOLD, Row, State, Study
from loadwatch.cohort.storage import storage
from loadwatch.cohort.walked import walked
from loadwatch.errors import LoadwatchError, NoRunsError
from loadwatch.intake import ShownNames, taken
from loadwatch.readings import decode
from loadwatch.shelf import Shelf
from loadwatch.survey import Found, diary_file, settings_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from loadwatch.cohort.kept import Held
    from loadwatch.cohort.material import Listed, Material
    from loadwatch.cohort.naming import Runner
    from loadwatch.history import History, WeekStory
    from loadwatch.settings import Settings

# About one second of work.
BATCH_FILES = 100
BATCH_BYTES = 16 << 20
BAD_KINDS = ("unreadable", "implausible")


class OtherVersionError(LoadwatchError):
    """A worker has another version of the code than whoever asks it."""


@dataclass(frozen=True)
class Batch:
    """Files of one runner to be read together.

    Attributes
    ----------
    runner
        Whose files.
    files
        At least one.
    home_timezone
        The runner's zone, for activities that tell none.
    """

    runner: Runner
    files: tuple[Listed, ...] = field(repr=False)
    home_timezone: str = field(repr=False)


def visit(study: Study, runner: Runner, *, is_last: bool) -> Row | list[Batch]:
    """Tell a runner, or answer what is to be read before.

    Parameters
    ----------
    study
        What holds for all runners.
    runner
        Which one.
    is_last
        Whether the runner is to be told now, however much there is to read.

    Raises
    ------
    OtherVersionError
        The code here is not what the study is told by.
    """
    _refuse_other_version(study)
    try:
        with material(study.root, runner.name) as files:
            try:
                return _Visit(study, runner, files).outcome(is_last=is_last)
            except LoadwatchError as error:
                return failed(study, runner, error, _as_known(str(error), files, study))
    except Exception as error:  # noqa: BLE001 - one runner's failure is that runner's row
        return failed(study, runner, error)


def read(study: Study, batch: Batch) -> int:
    """Read a batch of files, and keep what they came to.

    Returns
    -------
    int
        How many files were read: none where another has kept them already.

    Raises
    ------
    OtherVersionError
        As `visit` does.
    """
    _refuse_other_version(study)
    try:
        kept = Kept(storage(study.dest), batch.runner.shown)
        marks = {one.name: mark_of(one, batch.home_timezone, study.reading) for one in batch.files}
        unread = [one for one in batch.files if not kept.has(one, marks[one.name])]
        if unread:
            with material(study.root, batch.runner.name) as files, files.fetched(unread):
                kept.keep(_items(files, unread, marks, batch.home_timezone, kept))
    except Exception:  # noqa: BLE001 - told by the visit that follows
        return 0
    return len(unread)


def failed(study: Study, runner: Runner, error: BaseException, why: str = "") -> Row:
    """The row of a runner that cannot be told, written with tables that hold nothing."""
    text = why or (str(error) if isinstance(error, LoadwatchError) else f"{type(error).__name__}: {error}")
    row = Row(runner.shown, FAILED, type(error).__name__ if study.is_pseudonymous else shown(text))
    try:
        _write(study, row, tables.empty(), State(row))
    except Exception as again:  # noqa: BLE001 - DEST itself fails, which this row can still say
        return Row(
            runner.shown, FAILED, type(again).__name__ if study.is_pseudonymous else f"{row.error}; {again}"
        )
    return row


def _refuse_other_version(study: Study) -> None:
    if study.code != states.code_version():
        raise OtherVersionError("a worker has another version of loadwatch, or of a library that it rests on")


def _as_known(text: str, files: Material, study: Study) -> str:
    """A sentence about files under the names that people know them by, wherever they were mirrored to."""
    return text.replace(str(files.place.parent), study.root.rstrip("/"))


@dataclass
class _Visit:
    """A runner, with what is known of it."""

    study: Study
    runner: Runner
    files: Material

    def outcome(self, *, is_last: bool) -> Row | list[Batch]:
        """The runner's row, or what is to be read before."""
        study, shown = self.study, self.runner.shown
        before = states.read_state(storage(study.dest), shown)
        notes = Notes(before.notes if before else {})
        listed = self.files.listed(notes)
        digest = self._digest(listed)
        if before and digest and before.digest == digest:
            return before.row
        settings = study.settings or pipeline.find_settings([self.files.place], None)
        kept = Kept(None if study.is_pseudonymous else storage(study.dest), shown)
        marks = {one.name: mark_of(one, settings.timezone, study.reading) for one in listed}
        batches = list(_batches([one for one in listed if not kept.has(one, marks[one.name])]))
        if len(batches) > 1 and not (is_last or study.is_pseudonymous):
            return [Batch(self.runner, tuple(files), settings.timezone) for files in batches]
        held, read_count = self._held(listed, marks, kept, settings.timezone)
        row, frames = self._told(listed, held, settings)
        row = replace(row, read_count=read_count)
        if before:  # until all is written, it tells of nothing that is there
            storage(study.dest).remove(states.place_of(shown))
        _write(study, row, frames, State(row, digest, {} if study.is_pseudonymous else notes.now))
        kept.tidy(marks)
        return row

    def _held(
        self, listed: Sequence[Listed], marks: Mapping[str, str], kept: Kept, home_timezone: str
    ) -> tuple[dict[str, Held], int]:
        """What every file holds, taken from what is kept or read now; and how many were read."""
        shelf = Shelf()
        held = kept.read(marks, shelf.put)
        unread = [one for one in listed if one.name not in held]
        for files in _batches(unread):
            with self.files.fetched(files):
                found = _items(self.files, files, marks, home_timezone, kept)
            kept.keep(found)
            for one, _, items in found:
                held[one.name] = [
                    (item.entry, decode(item.content, shelf.put) if item.content is not None else None)
                    for item in items
                ]
        return held, len(unread)

    def _told(
        self, listed: Sequence[Listed], held: Mapping[str, Held], settings: Settings
    ) -> tuple[Row, Mapping[str, pd.DataFrame]]:
        """The row and the tables, by the code of a single scan."""
        place = self.files.place
        intake = taken({self.files.path(one): held[one.name] for one in listed}, ShownNames([place]))
        diary = pipeline.find_diary([place])
        try:
            history = pipeline.tell(intake, settings, [place], diary=diary, as_of=self.study.as_of)
        except NoRunsError as error:
            return self._without_runs(error, intake.file_count)
        replayed, counts = walked(history)
        story = history.stories.get(history.week)
        facts = facts_of(history, story, is_asked=self.study.as_of is not None) | {"replay": counts}
        row = replace(_row(self.runner.shown, history, story), facts=facts)
        frames = {name: getattr(history, name) for name in tables.NAMES}
        frames |= {"exposure": exposure(history), "replay": replayed}
        return row, pseudonymised(frames, self.runner.salt) if self.study.is_pseudonymous else frames

    def _without_runs(self, error: NoRunsError, file_count: int) -> tuple[Row, Mapping[str, pd.DataFrame]]:
        """The same where no file holds a run."""
        frames = dict(tables.empty())
        if error.skipped is not None:
            frames["skipped"] = error.skipped
        why = "no run" if self.study.is_pseudonymous else _as_known(str(error), self.files, self.study)
        row = _counted(Row(self.runner.shown, NO_RUNS, shown(why), file_count=file_count), frames["skipped"])
        return row, pseudonymised(frames, self.runner.salt) if self.study.is_pseudonymous else frames

    def _digest(self, listed: Sequence[Listed]) -> str:
        """Of all that the tables come from; empty where there is no telling."""
        if not all(one.stamp for one in listed):
            return ""
        study, places = self.study, [self.files.place]
        digest = blake2b(digest_size=16, key=self.runner.salt)
        pins = (study.code, study.settings, study.as_of or study.today, study.as_of is None)
        for part in (
            *(repr(pins), repr([(one.name, one.stamp, one.label) for one in listed])),
            *(str(_content(file)) for file in (settings_file(places), diary_file(places))),
        ):
            digest.update(f"{len(part)} {part}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _row(runner: str, history: History, story: WeekStory | None) -> Row:
    row = Row(
        runner,
        TOLD,
        as_of=history.as_of.isoformat(),
        week=history.week,
        verdict=story.verdict if story else "cannot_tell",
        headline=story.headline if story else "",
        file_count=history.file_count,
        run_count=len(history.runs),
        newest_run=max(history.runs["local_date"]).isoformat(),
    )
    return _counted(row, history.skipped)


def _counted(row: Row, skipped: pd.DataFrame) -> Row:
    """The row with what was left out."""
    duplicates = int((skipped["kind"] == "duplicate").sum())
    return replace(
        row,
        duplicate_count=duplicates,
        skipped_count=len(skipped) - duplicates,
        bad_count=int(skipped["kind"].isin(BAD_KINDS).sum()),
    )


def pseudonymised(frames: Mapping[str, pd.DataFrame], salt: bytes) -> dict[str, pd.DataFrame]:
    """Tables without what tells who or where somebody is.

    Files are called by their runs' ids, those without a run by a pseudonym; names, notes, time zones and
    reasons are left empty. No table holds a position.
    """
    runs, skipped = frames["runs"], frames["skipped"]
    files = [pseudonym_of_file(salt, file) for file in skipped["file"]]
    return {
        **frames,
        "runs": runs.assign(file=runs["run_id"], name="", notes="", timezone=""),
        "skipped": skipped.assign(file=pd.Series(files, index=skipped.index, dtype=object), reason=""),
    }


def _write(study: Study, row: Row, frames: Mapping[str, pd.DataFrame], state: State) -> None:
    """Write the tables, then the state."""
    dest = storage(study.dest)
    for name in tables.ALL:
        at = f"{name}/runner={quoted(row.runner)}/{tables.FILE}"
        dest.write(at, tables.to_parquet(frames[name], name))
    states.write_state(dest, state)


def _batches(unread: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Files in batches of about a second of work each."""
    held: list[Listed] = []
    held_bytes = 0
    for one in unread:
        if held and (len(held) == BATCH_FILES or held_bytes + one.size_bytes > BATCH_BYTES):
            yield held
            held, held_bytes = [], 0
        held.append(one)
        held_bytes += one.size_bytes
    if held:
        yield held


def _items(
    files: Material, unread: Sequence[Listed], marks: Mapping[str, str], home_timezone: str, kept: Kept
) -> list[tuple[Listed, str, list[gather.Item]]]:
    """What files hold; where the same content is kept under another name, that is taken."""
    known = kept.known(home_timezone)
    return [
        (
            one,
            marks[one.name],
            gather.read_one(Found(files.path(one), one.stamp, one.label), home_timezone, known),
        )
        for one in unread
    ]
