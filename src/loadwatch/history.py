"""What a scan gives back: plain tables, and what each week says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from loadwatch.settings import Settings


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


@dataclass(frozen=True)
class History:
    """One runner's whole past as loadwatch reads it.

    The first five tables carry the columns of `loadwatch.columns` under their public names.

    Attributes
    ----------
    runs, days, weeks, flags, skipped
        The public tables. `days` and `weeks` are calendar-complete: rest days and empty weeks included.
    other_activities
        Hikes, walks, rides, swims: the columns of `runs`. They are no runs, but legs remember them.
    form_windows
        Half-minutes of steady flat running: run_id, device, third (0 early, 1 middle, 2 late),
        speed_mps, cadence_spm, step_length_m, ground_contact_ms.
    curves
        The runner's own cadence-against-speed curve as it stood before each judged run: run_id, device,
        intercept_spm, slope_spm_per_mps, speed_low_mps, speed_high_mps, run_count.
    sessions
        Runs at most 30 minutes apart taken together: local_date, distance_m, baseline_m (longest of the
        30 days before, NaN where it cannot be judged), run_ids.
    traces
        A frame for each run_id, every 5 s of it: elapsed_s, distance_m, speed_mps, graded_speed_mps,
        heart_rate_bpm, cadence_spm, altitude_m.
    as_of
        The day the history is told from; later runs are ignored.
    as_of_reason
        Why it is not today, as a sentence; empty where it is.
    week
        Label of the week reported on: the last complete one unless another was asked for.
    stories
        What each week of `weeks` says, by label.
    file_count, late_count
        Files looked at, and activities after the as-of date that were left out.
    repaired
        Files that were mended while reading, with what was mended.
    settings
        The runner's settings in force.
    warnings
        What the runner should put right in the settings, a sentence each.
    """

    runs: pd.DataFrame
    days: pd.DataFrame
    weeks: pd.DataFrame
    flags: pd.DataFrame
    skipped: pd.DataFrame
    other_activities: pd.DataFrame
    form_windows: pd.DataFrame
    curves: pd.DataFrame
    sessions: pd.DataFrame
    traces: dict[str, pd.DataFrame]
    as_of: date
    as_of_reason: str
    week: str
    stories: dict[str, WeekStory]
    file_count: int
    late_count: int
    repaired: dict[str, str]
    settings: Settings
    warnings: tuple[str, ...] = ()

    @property
    def story(self) -> WeekStory:
        """What the reported week says."""
        return self.stories[self.week]

    @property
    def verdict(self) -> str:
        """Verdict of the reported week."""
        return self.story.verdict
