"""The one place where the stages meet: paths in, a `History` out."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch import columns, sources, survey, words
from loadwatch import settings as settings_file
from loadwatch.cache import Cache
from loadwatch.calendar import parse_day, parse_week, week_label, week_start
from loadwatch.days import FOR_RULES, days_table, sessions_table
from loadwatch.diary import NO_DIARY, Diary, marked
from loadwatch.diary import read as read_diary
from loadwatch.errors import NoRunsError, SettingsError, UsageError
from loadwatch.flags import RULES, Tables, known_rules, refuse_alike, refuse_senseless, thresholds_by_rule
from loadwatch.history import History
from loadwatch.intake import Intake, read_files
from loadwatch.judgement import DAY_ASKED, judged
from loadwatch.left_out import corrected, no_runs, skipped_table
from loadwatch.merge import merge
from loadwatch.own_metrics import add_to_days, add_to_weeks, measured, refuse_twice
from loadwatch.pain_beside_load import pain_beside_load
from loadwatch.runner import other_activities_table, remembered, runs_table, speed_days, speeds_table
from loadwatch.settings import Settings
from loadwatch.tidy import RUNNING
from loadwatch.weeks import reported_week, weeks_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.flags import Rule
    from loadwatch.intake import Progress
    from loadwatch.own_metrics import Metric
    from loadwatch.runs import RunRecord
    from loadwatch.survey import Found

STALE_DAYS = 14
LONGEST_AHEAD_DAYS = 366  # further ahead an as-of day is a slip of the pen, and its rest days fill memory


def scan(  # noqa: PLR0913 - one keyword for each thing that may be said
    paths: str | Path | Sequence[str | Path],
    *,
    as_of: date | str | None = None,
    week: str | None = None,
    settings: Settings | Path | None = None,
    diary: Diary | Path | None = None,
    rules: Sequence[Rule] = RULES,
    metrics: Sequence[Metric] = (),
    cache: bool | str | Path = True,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> History:
    """Read a runner's files and judge every day and week of them.

    Parameters
    ----------
    paths
        Files and folders; a leading ~ is the home folder.
    as_of
        Tell the story as of this day, a date or as 2026-11-22; later runs are left out and counted. Today if
        not given, or the end of the newest run's week where that run is over 14 days old.
    week
        Week to report on, as 2026-W47 or any date in it; the last complete one if not given.
    settings
        The runner's settings, or the file that holds them; `loadwatch.toml` beside the first path if not
        given.
    diary
        What the runner says of pain, or the file that holds it; `diary.csv` beside the first path if not
        given.
    rules
        Rules to judge by: ours, or `[*loadwatch.RULES, own]`. `loadwatch.toml` may set the thresholds of all
        of ours and of those given.
    metrics
        Own metrics, worked out from every run's samples: columns of `runs`, `days` and `weeks`, and of what
        rules look at. Every run's file is opened again for them, in this process, at each scan: an own
        function cannot be told from another, so that nothing of it is cached.
    cache
        Whether files that were read before are not read again, or the folder that keeps what was read; the
        user's cache folder if True. It changes no number.
    jobs
        Processes that read; None for as many as the work is worth on this machine.
    progress
        Called with files done, files in all and the file's name, before each file that is read and once at
        the end; files in the cache are not read. Likewise with runs where there are own metrics.

    Returns
    -------
    History
        The runner's whole past: plain tables, and what each week says in words.

    Raises
    ------
    UsageError
        A path or a named diary that does not exist, faulty settings, a week outside the history, or rules or
        metrics that cannot be told apart.
    NoRunsError
        No file holds a usable run.
    MetricError
        An own metric fails on a run.

    Examples
    --------
    >>> import loadwatch as lw
    >>> history = lw.scan("sample_activities", as_of="2026-10-25")
    >>> len(history.weeks), history.week, history.verdict
    (30, '2026-W43', 'watch')
    >>> history.weeks[["week", "run_count", "verdict"]].tail(2)
            week  run_count      verdict
    28  2026-W42          4  cannot_tell
    29  2026-W43          4        watch
    """
    places = list(
        dict.fromkeys(
            sources.at_home(path) for path in ([paths] if isinstance(paths, (str, Path)) else paths)
        )
    )
    if not places:
        raise UsageError("no path given; name the folder that holds the activity files.")
    folder = None if isinstance(cache, bool) else sources.at_home(cache)
    with Cache(folder) if cache else nullcontext() as kept:
        found = survey.find(places, kept)
        history = scan_found(
            found,
            places,
            as_of=as_of,
            week=week,
            settings=settings,
            diary=diary,
            rules=rules,
            metrics=metrics,
            cache=kept,
            jobs=jobs,
            progress=progress,
        )
    if kept and kept.trouble:
        return replace(history, warnings=(*history.warnings, kept.trouble))
    return history


def scan_found(  # noqa: PLR0913 - those of `scan`
    found: Sequence[Found],
    places: Sequence[Path],
    *,
    as_of: date | str | None = None,
    week: str | None = None,
    settings: Settings | Path | None = None,
    diary: Diary | Path | None = None,
    rules: Sequence[Rule] = RULES,
    metrics: Sequence[Metric] = (),
    cache: Cache | None = None,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> History:
    """Read files that were found already, and judge every day and week of them; else as `scan`."""
    refuse_alike(rules)
    refuse_twice(metrics, FOR_RULES)
    if isinstance(settings, Settings):
        refuse_senseless(known_rules(rules), settings.rules)
        own = settings
    else:
        own = find_settings(places, settings, rules)
    told = diary if isinstance(diary, Diary) else find_diary(places, diary)
    intake = read_files(found, places, own, cache=cache, jobs=jobs, progress=progress)
    return tell(
        intake,
        own,
        places,
        diary=told,
        as_of=parse_day(as_of),
        week=week,
        rules=rules,
        metrics=metrics,
        cache=cache,
        progress=progress,
    )


def find_settings(places: Sequence[Path], named: Path | None, rules: Sequence[Rule] = RULES) -> Settings:
    """Settings from a named file, else from `loadwatch.toml` beside the first path, else the defaults."""
    file = survey.settings_file(places, named)
    # Unlike Path.exists, this answers for closed folders as well.
    is_there = named is not None or os.path.exists(file)  # noqa: PTH110 - as said above
    if not is_there:
        return Settings()
    known = known_rules(rules)
    own = settings_file.load(file, thresholds_by_rule(known))
    try:
        refuse_senseless(known, own.rules)
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from error
    return own


def find_diary(places: Sequence[Path], named: Path | None = None) -> Diary:
    """The diary from a named file, else from `diary.csv` beside the first path, else none.

    Raises
    ------
    UsageError
        The file named is not there.
    """
    file = survey.diary_file(places, named)
    found = read_diary(file)
    if named is not None and not found.is_there:
        raise UsageError(
            f"{file}: no such diary; name another with --diary, or write one with `loadwatch diary`."
        )
    return found


def tell(  # noqa: PLR0913 - those of `scan`
    intake: Intake,
    settings: Settings,
    places: Sequence[Path],
    *,
    diary: Diary = NO_DIARY,
    as_of: date | None = None,
    week: str | None = None,
    rules: Sequence[Rule] = RULES,
    metrics: Sequence[Metric] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> History:
    """From records to a history: everything after the files are read."""
    kept, duplicates, warnings = corrected(intake, merge(intake.records), settings)
    runs = [record for record in kept if record.facts["sport"] == RUNNING]
    others = [record for record in kept if record.facts["sport"] != RUNNING]
    if not runs:
        left_out = skipped_table(intake, others, duplicates) if intake.file_count else None
        raise NoRunsError(no_runs(intake, others, places), left_out)
    last_day, reason = _as_of([one.facts["local_date"] for one in runs], diary, as_of, settings.week_starts)
    late = sum(record.facts["local_date"] > last_day for record in kept)
    runs = [record for record in runs if record.facts["local_date"] <= last_day]
    others = [record for record in others if record.facts["local_date"] <= last_day]
    if not runs:
        raise NoRunsError(
            f"no run up to {last_day.isoformat()}: {words.count(late, 'activity', 'activities')} came later; "
            f"name a later day with --as-of.",
            skipped_table(intake, others, duplicates),
        )

    ahead = _entries_ahead(diary, last_day)
    diary = replace(diary, entries=tuple(entry for entry in diary.entries if entry.date <= last_day))
    races = _races(runs, diary)
    found = remembered(runs, settings, cache)
    speeds = [one.speeds for one in found]
    run_table, curves = runs_table(runs, settings, races, found)
    run_table[[metric.name for metric in metrics]] = measured(metrics, runs, progress)
    other_table = other_activities_table(others, settings)
    for table in (run_table, other_table):
        table["week"] = pd.Series([week_label(day, settings.week_starts) for day in table["local_date"]])
    sessions = sessions_table(run_table)
    days = days_table(
        run_table,
        sessions,
        other_table,
        as_of=last_day,
        week_starts=settings.week_starts,
        unrecorded=marked(diary.entries, "unrecorded_running"),
    )
    own_names = add_to_days(days, run_table, metrics)
    weeks = weeks_table(days, run_table, as_of=last_day, week_starts=settings.week_starts)
    add_to_weeks(weeks, days, run_table, metrics)
    by_speed = speed_days(runs, speeds, days["local_date"].iloc[0].toordinal(), len(days))
    unjudged = History(
        runs=run_table,
        days=days.assign(level="cannot_tell")[[*columns.names(columns.DAYS), *own_names]],
        weeks=weeks.assign(verdict="cannot_tell")[[*columns.names(columns.WEEKS), *own_names]],
        flags=pd.DataFrame(columns=columns.names(columns.FLAGS)),
        skipped=skipped_table(intake, others, duplicates),
        other_activities=other_table,
        curves=curves,
        speeds=speeds_table(runs, speeds),
        findings={},
        sessions=sessions,
        records={record.run_id: record for record in runs},
        tables=Tables(run_table, sessions, days, by_speed, diary.entries),
        rooms={},
        as_of=last_day,
        as_of_reason=reason,
        week=_chosen_week(weeks, week, settings),
        is_week_asked=week is not None,
        stories={},
        file_count=intake.file_count,
        late_count=late,
        repaired=intake.repaired,
        settings=settings,
        diary=diary,
        pain_beside_load=pain_beside_load(diary.entries, days, run_table),
        warnings=(*warnings, *_strain_ahead(settings), *ahead, *_overlaps(runs)),
        troubles=tuple(intake.troubles),
    )
    return judged(unjudged, rules, settings)


def _races(runs: Sequence[RunRecord], diary: Diary) -> dict[str, bool]:
    """Whether a run was a race, by its id, where the settings or else the diary say so."""
    days = marked(diary.entries, "race")
    said = {record.run_id: record.facts.get("is_race") for record in runs}
    marks = {record.run_id: True for record in runs if record.facts["local_date"] in days}
    return marks | {run_id: is_race for run_id, is_race in said.items() if is_race is not None}


def _entries_ahead(diary: Diary, last_day: date) -> tuple[str, ...]:
    """A warning where the diary tells of days that have not come."""
    today = date.today()  # noqa: DTZ011 - the runner's own calendar day
    days = [entry.date for entry in diary.entries if entry.date > max(last_day, today)]
    if not days:
        return ()
    count = words.count(len(days), "entry", "entries")
    return (
        f"diary: {count} not counted, as the day has not come yet; the first is {min(days).isoformat()}.",
    )


def _strain_ahead(settings: Settings) -> tuple[str, ...]:
    """A warning where the settings name a strain that is still to come."""
    strain = settings.hamstring_strain
    if strain is None or strain <= date.today():  # noqa: DTZ011 - the runner's own calendar day
        return ()
    return (f"loadwatch.toml: `hamstring_strain` lies ahead, on {strain.isoformat()}, and changes nothing.",)


def _overlaps(runs: Sequence[RunRecord], *, longest_s: float = 300.0) -> tuple[str, ...]:
    """A warning where runs that are not one go on at the same time."""
    begin_s = np.array([record.facts["start_time"].timestamp() for record in runs])
    end_s = begin_s + np.array([record.facts["elapsed_s"] for record in runs])
    for first in np.flatnonzero(end_s[:-1] - begin_s[1:] > longest_s)[:1]:
        names = f"{runs[first].facts['file']} and {runs[first + 1].facts['file']}"
        return (f"{names} were run at the same time; are these the files of two people?",)
    return ()


def _as_of(run_days: Sequence[date], diary: Diary, asked: date | None, week_starts: str) -> tuple[date, str]:
    """The day the story is told from, and why where it is not today.

    Whoever rests from running and still tells the diary is told of today.
    """
    today = date.today()  # noqa: DTZ011 - the runner's own calendar day
    if asked is not None:
        if (asked - max([today, *run_days])).days > LONGEST_AHEAD_DAYS:
            raise UsageError(
                f"{asked.isoformat()} lies more than a year ahead; name an earlier day to tell it from."
            )
        return asked, DAY_ASKED
    newest = max((day for day in run_days if day <= today), default=today)
    told = max((entry.date for entry in diary.entries if entry.date <= today), default=newest)
    if today - max(newest, told) > timedelta(days=STALE_DAYS):
        # Not its day: the week of that run would never be over, and nobody would be told of it.
        return (
            week_start(newest, week_starts) + timedelta(days=6),
            "The newest run is over 14 days old, so the story is told as of the end of its week.",
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
