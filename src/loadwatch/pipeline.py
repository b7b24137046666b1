"""The one place where the stages meet: paths in, a `History` out."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from loadwatch import columns, exports, formats, sources, words
from loadwatch import settings as settings_file
from loadwatch.calendar import parse_day, parse_week, week_label
from loadwatch.days import days_table, sessions_table
from loadwatch.errors import FileError, NoRunsError, UnreadableError, UsageError
from loadwatch.flags import RULES, Tables, refuse_senseless, thresholds_by_rule
from loadwatch.flags._verdict import flags_table, highest_levels, judge, stories
from loadwatch.history import History
from loadwatch.merge import merge
from loadwatch.runner import form_windows_table, other_activities_table, runs_table, trace_table
from loadwatch.runs import RunRecord, reduce_activity
from loadwatch.settings import Correction, Settings
from loadwatch.tidy import RUNNING, tidy
from loadwatch.weeks import reported_week, weeks_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loadwatch.flags import Rule
    from loadwatch.formats.activity import Activity

    Progress = Callable[[int, int, str], None]

STALE_DAYS = 14
LONGEST_AHEAD_DAYS = 366  # further ahead an as-of day is a slip of the pen, and its rest days fill memory


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


def scan(
    paths: str | Path | Sequence[str | Path],
    *,
    as_of: date | str | None = None,
    week: str | None = None,
    settings: Settings | Path | None = None,
    rules: Sequence[Rule] = RULES,
    progress: Progress | None = None,
) -> History:
    """Read a runner's files and judge every day and week of them.

    Parameters
    ----------
    paths
        Files and folders; a leading ~ is the home folder.
    as_of
        Tell the story as of this day, a date or as 2026-11-22; later runs are left out and counted. Today if
        not given, or the day
        of the newest run where that is over 14 days old.
    week
        Week to report on, as 2026-W47 or any date in it; the last complete one if not given.
    settings
        The runner's settings, or the file that holds them; `loadwatch.toml` beside the first path if not
        given.
    rules
        Rules to judge by.
    progress
        Called with files done, files in all and the file's name, before each file and once at the end.

    Raises
    ------
    UsageError
        A path that does not exist, faulty settings, or a week outside the history.
    NoRunsError
        No file holds a usable run.
    """
    places = list(
        dict.fromkeys(
            sources.at_home(path) for path in ([paths] if isinstance(paths, (str, Path)) else paths)
        )
    )
    if not places:
        raise UsageError("no path given; name the folder that holds the activity files.")
    files = sources.find(places, _is_ours)
    own = settings if isinstance(settings, Settings) else find_settings(places, settings, rules)
    refuse_senseless(rules, own.rules)
    intake = read_files(files, places, own, progress)
    return tell(intake, own, places, as_of=parse_day(as_of), week=week, rules=rules)


def find_settings(places: Sequence[Path], named: Path | None, rules: Sequence[Rule] = RULES) -> Settings:
    """Settings from a named file, else from `loadwatch.toml` beside the first path, else the defaults."""
    if named is not None:
        return settings_file.load(sources.at_home(named), thresholds_by_rule(rules))
    folder = places[0] if places[0].is_dir() else sources.locate(places[0])[0].parent
    beside = folder / settings_file.FILE_NAME
    return settings_file.load(beside, thresholds_by_rule(rules)) if beside.exists() else Settings()


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
            for raw in sources.open_file(path, recognises=_is_ours, read_labels=exports.labels):
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


def _is_ours(head: bytes) -> bool:
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


def tell(
    intake: Intake,
    settings: Settings,
    places: Sequence[Path],
    *,
    as_of: date | None = None,
    week: str | None = None,
    rules: Sequence[Rule] = RULES,
) -> History:
    """From records to a history: everything after the files are read."""
    kept, duplicates, warnings = _corrected(intake, merge(intake.records), settings)
    runs = [record for record in kept if record.facts["sport"] == RUNNING]
    others = [record for record in kept if record.facts["sport"] != RUNNING]
    if not runs:
        raise NoRunsError(_no_runs(intake, others, places))
    last_day, reason = _as_of([record.facts["local_date"] for record in runs], as_of)
    late = sum(record.facts["local_date"] > last_day for record in kept)
    runs = [record for record in runs if record.facts["local_date"] <= last_day]
    others = [record for record in others if record.facts["local_date"] <= last_day]
    if not runs:
        raise NoRunsError(
            f"no run up to {last_day.isoformat()}: {words.count(late, 'activity', 'activities')} came later; "
            f"name a later day with --as-of."
        )
    for record in [*runs, *others]:
        record.facts["week"] = week_label(record.facts["local_date"], settings.week_starts)

    races = frozenset(record.run_id for record in runs if record.facts.get("is_race"))
    run_table, curves = runs_table(runs, settings, races)
    other_table = other_activities_table(others)
    sessions = sessions_table(run_table)
    days = days_table(run_table, sessions, other_table, as_of=last_day, week_starts=settings.week_starts)
    judged = judge(rules, Tables(run_table, sessions, days), settings)
    days["level"] = highest_levels(judged)
    flags = flags_table(rules, judged, days, settings)
    told = stories(rules, judged, flags, days)
    weeks = weeks_table(days, run_table, as_of=last_day, week_starts=settings.week_starts)
    weeks["verdict"] = [told[label].verdict for label in weeks["week"]]
    return History(
        runs=run_table,
        days=days[columns.names(columns.DAYS)],
        weeks=weeks,
        flags=flags,
        skipped=_skipped_table(intake, others, duplicates),
        other_activities=other_table,
        form_windows=form_windows_table(runs),
        curves=curves,
        sessions=_with_baseline(sessions, judged),
        traces={record.run_id: trace_table(record) for record in runs},
        as_of=last_day,
        as_of_reason=reason,
        week=_chosen_week(weeks, week, settings),
        stories=told,
        file_count=intake.file_count,
        late_count=late,
        repaired=intake.repaired,
        settings=settings,
        warnings=(*warnings, *_overlaps(runs)),
    )


def _overlaps(runs: Sequence[RunRecord], *, longest_s: float = 300.0) -> tuple[str, ...]:
    """A warning where runs that are not one go on at the same time."""
    for before, after in pairwise(runs):
        end = before.facts["start_time"] + pd.Timedelta(seconds=before.facts["elapsed_s"])
        if (end - after.facts["start_time"]).total_seconds() > longest_s:
            names = f"{before.facts['file']} and {after.facts['file']}"
            return (f"{names} were run at the same time; are these the files of two people?",)
    return ()


def _corrected(
    intake: Intake, activities: Sequence[tuple[RunRecord, list[RunRecord]]], settings: Settings
) -> tuple[list[RunRecord], list[tuple[RunRecord, RunRecord]], tuple[str, ...]]:
    """What the runner says of single activities, applied to all the files that tell of one.

    Returns the activities left, pairs of a dropped copy and the kept one, and a warning for each correction
    that fits no file.
    """
    kept: list[RunRecord] = []
    duplicates: list[tuple[RunRecord, RunRecord]] = []
    unused = set(settings.runs)
    for best, copies in activities:
        keys = [key for key in settings.runs for one in (best, *copies) if one.run_id.startswith(key)]
        unused.difference_update(keys)
        said = settings.runs[keys[0]] if keys else Correction()
        if said.exclude:
            for one in (best, *copies):
                intake.skip(one.facts["file"], "excluded in the settings", "not_a_run")
            continue
        record = _as_said(best, said)
        kept.append(record)
        duplicates.extend((copy, record) for copy in copies)
    warnings = tuple(
        f"loadwatch.toml: [runs.{key}] fits none of the files; `loadwatch export` lists their run_ids."
        for key in sorted(unused)
    )
    return kept, duplicates, warnings


def _as_said(record: RunRecord, said: Correction) -> RunRecord:
    """A record with the runner's own words in place of the file's."""
    notes = [record.facts["notes"], said.note]
    facts = record.facts | {"is_race": said.race}
    if said.sport and said.sport != facts["sport"]:
        facts["sport"] = said.sport
        notes.insert(1, "sport set by the runner")
    return replace(record, facts=facts | {"notes": "; ".join(filter(None, notes))})


def _as_of(run_days: Sequence[date], asked: date | None) -> tuple[date, str]:
    """The day the story is told from, and why where it is not today."""
    today = date.today()  # noqa: DTZ011 - the runner's own calendar day
    if asked is not None:
        if (asked - max([today, *run_days])).days > LONGEST_AHEAD_DAYS:
            raise UsageError(
                f"{asked.isoformat()} lies more than a year ahead; name an earlier day to tell it from."
            )
        return asked, f"Told as of {words.day(asked, year=True)}, as asked."
    newest = max((day for day in run_days if day <= today), default=today)
    if today - newest > timedelta(days=STALE_DAYS):
        return (
            newest,
            "The newest run is over 14 days old, so the story is told as of its day.",
        )
    return today, ""


def _chosen_week(weeks: pd.DataFrame, asked: str | None, settings: Settings) -> str:
    if asked is None:
        return reported_week(weeks)
    label = parse_week(asked, settings.week_starts)
    if label not in set(weeks["week"]):
        raise UsageError(
            f"week {label} lies outside the history, which runs from {weeks['week'].iloc[0]} to "
            f"{weeks['week'].iloc[-1]}."
        )
    return label


def _skipped_table(
    intake: Intake, others: Iterable[RunRecord], duplicates: Iterable[tuple[RunRecord, RunRecord]]
) -> pd.DataFrame:
    rows: list[dict[str, str]] = [*intake.skipped]
    for record in others:
        why = f"{record.facts['sport'].replace('_', ' ')}, counted among other activities"
        if record.facts["notes"]:
            why += f" ({record.facts['notes']})"
        rows.append({"file": record.facts["file"], "reason": why, "kind": "not_a_run"})
    for dropped, kept in duplicates:
        why = f"the same activity as {kept.facts['file']}"
        rows.append({"file": dropped.facts["file"], "reason": why, "kind": "duplicate"})
    rows.sort(key=lambda row: row["file"])
    return pd.DataFrame(rows, columns=columns.names(columns.SKIPPED))


def _with_baseline(sessions: pd.DataFrame, judged: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Sessions beside what the long-run rule compared their day with."""
    found = judged.get("long_run_spike")
    if found is None:
        return sessions.assign(baseline_m=float("nan"))
    baseline = dict(zip(found["local_date"], found["baseline"], strict=True))
    return sessions.assign(baseline_m=[baseline[day] for day in sessions["local_date"]])


def _no_runs(intake: Intake, others: Sequence[RunRecord], places: Sequence[Path]) -> str:
    where = words.listing([str(place) for place in places])
    if intake.file_count == 0:
        return f"{where}: holds no FIT, GPX or TCX file; name the folder that holds the watch's files."
    parts = [f"{where}: no run among {words.count(intake.file_count, 'file')}"]
    if others:
        sports = sorted({record.facts["sport"].replace("_", " ") for record in others})
        parts.append(
            f"{words.count(len(others), 'other activity', 'other activities')} ({', '.join(sports)})"
        )
    if intake.skipped:
        first = intake.skipped[0]
        parts.append(
            f"{len(intake.skipped)} left out, the first being {first['file']}, which {first['reason']}"
        )
    return "; ".join(parts) + "."


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
        activities.append(entry | {"record": _as_said(reduced, said), "is_excluded": said.exclude})
    return {"file": path, "digest": raw.digest, "repairs": raw.repairs, "activities": activities}
