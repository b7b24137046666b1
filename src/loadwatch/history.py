"""What a scan gives back: plain tables, and what each week says in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from loadwatch import columns
from loadwatch.diary import NO_DIARY, Diary
from loadwatch.errors import UsageError
from loadwatch.leg_load import week_leg_load
from loadwatch.reopen import recordings
from loadwatch.runner import form_windows_table, late_form_table, strides_table, trace_table, zones_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    import pandas as pd

    from loadwatch.diary import Entry
    from loadwatch.leg_load import LegLoad
    from loadwatch.pain_beside_load import PainBesideLoad
    from loadwatch.recovery.running import Recovery
    from loadwatch.rule import Rule
    from loadwatch.runner.by_speed import SpeedDays
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

Value = TypeVar("Value")


class OnRequest(Mapping[str, Value]):
    """Values by name, each made when it is asked for and not kept.

    A long history has thousands of what a report shows one of.
    """

    def __init__(self, names: Iterable[str], make: Callable[[str], Value]) -> None:
        self._names = dict.fromkeys(names)
        self._make = make

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        return self._make(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[type[dict[str, Value]], tuple[dict[str, Value]]]:
        # Copies, also those for other processes, hold the values: what makes them may stay behind.
        return dict, (dict(self),)


@dataclass(frozen=True)
class CannotTell:
    """A rule that has too little to judge by.

    Attributes
    ----------
    rule
        Rule id.
    reason
        What is missing, as a sentence.
    judge_from
        First day on which the rule can judge if running goes on as usual, None where that depends on
        runs still to come.
    """

    rule: str
    reason: str
    judge_from: date | None


@dataclass(frozen=True)
class WeekStory:
    """What one week says; every renderer prints this and computes nothing.

    Attributes
    ----------
    week
        The week's label, a row of `History.weeks`.
    verdict
        usual, watch, act or cannot_tell.
    headline
        The verdict as one sentence.
    reasons
        At most three rows of `History.flags` raised in this week, most important first.
    folded
        Raises beyond the first three.
    notes
        Rows of `History.flags` at note in this week, the newest of each rule.
    standing
        Pairs of a rule's newest row in this week and the day since which it has been up, for rules raised
        before this week and still up.
    action
        What the verdict asks for, as one sentence; empty where it asks for nothing.
    cannot_tell
        Rules without a judgement at the week's end.
    information
        What rules tell without a level: rows with the columns of `History.flags` at level usual, the newest
        of each kind that a rule tells. They are not among the flags and set no verdict.
    """

    week: str
    verdict: str
    headline: str
    reasons: tuple[pd.Series[str], ...]
    folded: tuple[pd.Series[str], ...]
    notes: tuple[pd.Series[str], ...]
    standing: tuple[tuple[pd.Series[str], date], ...]
    action: str
    cannot_tell: tuple[CannotTell, ...]
    information: tuple[pd.Series[str], ...] = ()


@dataclass(frozen=True)
class Tables:
    """What rules look at: one runner's tables, each row resting on its own day and earlier ones.

    Attributes
    ----------
    runs, sessions, days
        As `runner.runs_table`, `days.sessions_table` and `days.days_table` give them.
    speeds
        The same days' running by speed, see `runner.by_speed`.
    diary
        Entries of the runner's diary; each counts from its own day on.
    """

    runs: pd.DataFrame
    sessions: pd.DataFrame
    days: pd.DataFrame
    speeds: SpeedDays
    diary: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Limit:
    """How much of something can be run before a rule speaks.

    Attributes
    ----------
    name
        What: one of `loadwatch.flags._rule.ROOM`; or coach_m, the distance that a coach's table allows after
        a break, beyond which rule F9 says nothing for a while yet.
    most
        The most, in the unit that the name ends in; NaN where no rule can tell.
    rule
        Id of the rule that sets it; of the rule that cannot tell where there is none.
    reason
        Why nothing can be told, as a sentence; empty where it can.
    """

    name: str
    most: float
    rule: str
    reason: str = ""


@dataclass(frozen=True)
class Room:
    """Up to here no rule speaks; not a target.

    Exact for who runs on the first day of it and lets at most one group of rule F7 (distance, speed, hills)
    use its room; the most itself may already be noted, anything below is not.

    Attributes
    ----------
    week
        Label of the week.
    first_day, last_day
        Days of the week that are still to come.
    limits
        One session's length, climb and descent on any of these days; of what counts in 7 days, all that may
        be run until the last of them, if `by_day` is kept to as well.
    together
        What may be run of the same until the last day where another group uses its room.
    by_day
        local_date, and for each of the limits the most of one session on that day, or of all that is run
        from the first day up to it.
    is_hidden_by
        Why no room is told at all, as a sentence; empty where it is.
    """

    week: str
    first_day: date
    last_day: date
    limits: tuple[Limit, ...]
    together: tuple[Limit, ...]
    by_day: pd.DataFrame = field(repr=False)
    is_hidden_by: str = ""


@dataclass(frozen=True)
class History:
    """One runner's whole past as loadwatch reads it: what `scan` gives back.

    Attributes
    ----------
    runs, days, weeks, flags, skipped
        The public tables, whose columns stand below. `days` and `weeks` are calendar-complete: rest days and
        empty weeks included.
    other_activities
        Hikes, walks, rides, swims: the columns of `runs`. They are no runs, but legs remember them.
    curves
        The runner's own cadence-against-speed curve as it stood before each judged run: run_id, device,
        intercept_spm, slope_spm_per_mps, speed_low_mps, speed_high_mps, run_count.
    findings
        What each rule said of each day, by rule id; rows as in `days`: local_date, level, is_raise, value,
        baseline, n, run_ids, and reason where nothing could be told.
    speeds
        The runner's speeds as known on the day of each run: run_id, local_date, critical_speed_mps,
        hard_speed_mps (0.95 of it), critical_speed_error_mps (standard error), critical_speed_source
        (settings, efforts, too_few_hard_efforts), effort_count (efforts within 10 % of the best over 1500,
        3000 and 5000 m in 90 days, the fewest over any of the three), effort_run_ids (whose second-best
        efforts it rests on), fast_speed_mps. NaN where too little is known.
    sessions
        Runs at most 30 minutes apart taken together: local_date, distance_m, baseline_m (longest of the
        30 days before, NaN where it cannot be judged), run_ids.
    records
        The runs as they were read, by run_id: what `traces` and `form_windows` are made of.
    tables
        What the rules looked at.
    rooms
        How much can be run before a rule speaks, by week: for the rest of the running week and the next.
    as_of
        The day the history is told from; later runs are ignored.
    as_of_reason
        Why it is not today, as a sentence; empty where it is.
    week, is_week_asked
        Label of the week reported on: the last complete one unless another was asked for.
    stories
        What each week of `weeks` says, by label.
    file_count, late_count
        Files looked at, and activities after the as-of date that were left out.
    repaired
        Files that were mended while reading, with what was mended.
    settings
        The runner's settings in force.
    rules
        The rules it was judged by.
    diary
        Entries up to the as-of day, and the lines that could not be used.
    pain_beside_load
        What was run before the runner's own painful days, beside ordinary days; None below five of them.
    recovery
        The return to running that the diary tells of, as it stood on the as-of day, or at the end of an
        earlier week that was asked for; None where none was open.
    warnings
        What the runner should put right in the settings, a sentence each.
    troubles
        What made reading slower this time, a sentence each.
    """

    runs: pd.DataFrame
    days: pd.DataFrame
    weeks: pd.DataFrame
    flags: pd.DataFrame
    skipped: pd.DataFrame
    other_activities: pd.DataFrame
    curves: pd.DataFrame
    speeds: pd.DataFrame
    findings: Mapping[str, pd.DataFrame] = field(repr=False)
    sessions: pd.DataFrame
    records: Mapping[str, RunRecord] = field(repr=False)
    tables: Tables = field(repr=False)
    rooms: Mapping[str, Room] = field(repr=False)
    as_of: date
    as_of_reason: str
    week: str
    stories: Mapping[str, WeekStory]
    file_count: int
    late_count: int
    repaired: dict[str, str]
    settings: Settings
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    is_week_asked: bool = False
    diary: Diary = NO_DIARY
    pain_beside_load: PainBesideLoad | None = None
    recovery: Recovery | None = None
    warnings: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()

    def samples(self, run_id: str) -> pd.DataFrame:
        """The tidied samples of one run, read once more from the file it came from.

        They are those that the run's row was measured from. A sport that the settings correct renames the
        run; its samples stay as they are.

        Parameters
        ----------
        run_id
            As in `runs`.

        Returns
        -------
        DataFrame
            As `read_run` gives them: index `time` (UTC), a row for each sample, the columns of
            `loadwatch columns samples`.

        Raises
        ------
        UsageError
            The history has no such run.
        StaleError
            The file is gone, or holds something else than when it was scanned.

        Examples
        --------
        >>> import loadwatch as lw
        >>> history = lw.scan("sample_activities", as_of="2026-10-25")
        >>> run = history.runs.iloc[-1]
        >>> samples = history.samples(run["run_id"])
        >>> bool(samples["distance_m"].iloc[-1] == run["distance_m"])
        True
        """
        if run_id not in self.records:
            raise UsageError(f"there is no run `{run_id}`; `history.runs` lists every run_id.")
        ((_, recording),) = recordings([self.records[run_id]])
        return recording.samples

    @property
    def thresholds(self) -> dict[str, dict[str, float]]:
        """Thresholds in force by rule id and name: each rule's own, or what the settings say instead."""
        return {rule.id: rule.thresholds | dict(self.settings.rules.get(rule.id, {})) for rule in self.rules}

    @property
    def traces(self) -> Mapping[str, pd.DataFrame]:
        """A frame for each run_id, made when it is asked for.

        Every 5 s of the run's timer: elapsed_s, distance_m, speed_mps, graded_speed_mps, heart_rate_bpm,
        cadence_spm, altitude_m.
        """
        return OnRequest(self.records, lambda run_id: trace_table(self.records[run_id]))

    @property
    def form_windows(self) -> pd.DataFrame:
        """Half-minutes of steady flat running of all runs, see `form_windows_of`."""
        return self.form_windows_of(self.records)

    def form_windows_of(self, run_ids: Iterable[str]) -> pd.DataFrame:
        """Half-minutes of steady flat running of some runs, in their order.

        Parameters
        ----------
        run_ids
            As in `runs`.

        Returns
        -------
        DataFrame
            run_id, device, third (0 early, 1 middle, 2 late), speed_mps, cadence_spm, step_length_m,
            ground_contact_ms.
        """
        return form_windows_table([self.records[run_id] for run_id in run_ids])

    def late_form_of(self, run_ids: Iterable[str]) -> pd.DataFrame:
        """Early beside late cadence of some runs, each by the own curve as it stood before it.

        Parameters
        ----------
        run_ids
            As in `runs`.

        Returns
        -------
        DataFrame
            A row for each run: run_id; early_spm and late_spm, mean cadence above the own curve in the first
            and the last third, and change_spm, the last minus the first, NaN unless the run is judged;
            reason, the first that keeps it from being judged, empty where it is.
        """
        return late_form_table([self.records[run_id] for run_id in run_ids], self.curves)

    def strides_of(self, runs: pd.DataFrame) -> pd.DataFrame:
        """The typical half-minute of steady flat running of some rows of `runs`, beside the own curve.

        Parameters
        ----------
        runs
            Rows of `History.runs`.

        Returns
        -------
        DataFrame
            Those that have such running: run_id, local_date, speed_mps, cadence_spm, and own_cadence_spm, the
            curve's cadence at that speed, NaN where the run was not judged.
        """
        return strides_table(runs, self.records)

    @property
    def zones(self) -> pd.DataFrame:
        """The runner's zones as known on the as-of day, see `zones_on`."""
        return self.zones_on(self.as_of)

    def zones_on(self, day: date) -> pd.DataFrame:
        """The runner's zones as known on a day, from the runs up to then.

        Parameters
        ----------
        day
            The day.

        Returns
        -------
        DataFrame
            The columns of `columns.ZONES`: easy, moderate and hard by speed, then five by heart rate. Bounds
            are NaN where `source` says that too little is known.
        """
        records = [record for record in self.records.values() if record.facts["local_date"] <= day]
        return zones_table(self.speeds[self.speeds["local_date"] <= day], records, self.settings)

    @property
    def leg_load(self) -> LegLoad:
        """The reported week's leg load beside the carried range."""
        races = set(self.runs.loc[self.runs["is_race"].astype(bool), "week"])
        return week_leg_load(self.weeks, self.weeks["week"].isin(races).to_numpy(dtype=bool), self.week)

    @cached_property
    def room(self) -> Room | None:
        """How much can be run before a rule speaks, in what is left of the running week or else the next.

        None where no run is.
        """
        return next(iter(self.rooms.values()), None)

    @property
    def story(self) -> WeekStory:
        """What the reported week says."""
        return self.stories[self.week]

    @property
    def verdict(self) -> str:
        """Verdict of the reported week."""
        return self.story.verdict


# Told once: by the records that `loadwatch columns` prints.
History.__doc__ = columns.documented(History.__doc__, "runs", "days", "weeks", "flags", "skipped")
