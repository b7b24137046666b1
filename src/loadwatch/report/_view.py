"""What of a history is shown, and what it is called; shared by all renderers. Nothing is measured here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.recovery import telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loadwatch.diary import Fault
    from loadwatch.history import History, Room, WeekStory

WEEK_COUNT = 26
RECENT_DAYS = 120  # that panels of single runs look back
DIARY_RULE = "symptoms"
LEFT_OUT = ("not_an_activity", "empty", "unreadable", "implausible")

# The flags table has one unit for all lengths, m; a runner says each in its own way.
_LENGTHS: dict[str, Callable[[float, words.Units], str]] = {
    "climb_jump": words.climb,
    "descent_jump": words.climb,
    "fast_running": lambda length_m, _: words.metres(length_m),
}
_MEASURES: dict[str, Callable[[float], str]] = {
    "s": words.duration,
    "min": lambda duration_min: words.minutes(60 * duration_min),
    "%": words.percent,
    "spm": lambda cadence: f"{words.number(cadence, 1)} spm",
    "m/s": words.pace,
    "km-eq": words.leg_load,
}


def number(row: Mapping[str, Any] | pd.Series[Any], name: str) -> float:
    """Read one number of a row, NaN where it has none."""
    value = row.get(name)
    return float("nan") if value is None or value is pd.NA else float(value)


def as_date(value: object) -> date:
    """Read a calendar day, however the table holds it."""
    if type(value) is date:
        return value
    return pd.Timestamp(value).date()  # type: ignore[arg-type]


def story(history: History) -> WeekStory | None:
    """Give what the reported week says; None where there is no week at all."""
    return history.stories.get(history.week)


def reported_week(history: History) -> pd.Series[Any] | None:
    """Give the row of the reported week; None where there is no week at all."""
    place = _place(history)
    return None if place is None else history.weeks.iloc[place]


def weeks_shown(history: History, week_count: int) -> pd.DataFrame:
    """Rows up to the reported week, and the running week where it comes right after.

    Parameters
    ----------
    history
        Whose weeks.
    week_count
        At most so many rows.
    """
    weeks, last = history.weeks, _place(history)
    if last is None:
        return weeks.tail(week_count)
    if last + 1 < len(weeks) and not weeks["is_complete"].iloc[last + 1]:
        last += 1
    return weeks.iloc[max(0, last + 1 - week_count) : last + 1]


def weeks_before(history: History, week_count: int) -> pd.DataFrame:
    """Rows of at most so many weeks right before the reported one, oldest first."""
    last = _place(history) or 0
    return history.weeks.iloc[max(0, last - week_count) : last]


def _place(history: History) -> int | None:
    """Where the reported week lies among all."""
    found = np.flatnonzero(history.weeks["week"] == history.week)
    return int(found[0]) if found.size else None


def days_shown(
    history: History, week_count: int
) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.float64]]]:
    """Give the days of the shown weeks, and where each lies: at 0 in the middle of the first week."""
    weeks, days = weeks_shown(history, week_count), history.days
    if weeks.empty or days.empty:
        return days.iloc[:0], np.empty(0)
    # Days follow one another without a gap.
    first, origin = as_date(weeks["week_start"].iloc[0]), as_date(days["local_date"].iloc[0])
    start = max(0, (first - origin).days)
    shown = days.iloc[start : (first - origin).days + 7 * len(weeks)]
    into = (origin - first).days + start + np.arange(len(shown), dtype=float)
    return shown, (into - 3.0) / 7.0


def verdict_words(is_complete: bool, run_count: int, verdict: str) -> str:
    """Verdict of one week among many: "▲ watch"; "no run" and "so far" where there is little to judge."""
    if not is_complete:
        return "so far"
    # Of a week without a run nobody asks whether it was usual; a red diary is told all the same.
    return "no run" if not run_count and verdict in ("usual", "cannot_tell") else words.badge(verdict)


def runs_of_week(history: History) -> pd.DataFrame:
    """Give the runs of the reported week in the order they were run."""
    return history.runs[history.runs["week"] == history.week].sort_values("start_time", kind="stable")


def last_day(history: History) -> date:
    """Last day told of: the reported week's last, or the as-of day where that week still runs."""
    row = reported_week(history)
    if row is None:
        return history.as_of
    return min(as_date(row["week_start"]) + timedelta(days=6), history.as_of)


def days_ago(history: History, days: Iterable[object]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Count the days from each day to the last one told of; below 0 for those after it."""
    last = last_day(history)
    return np.array([(last - as_date(day)).days for day in days], dtype=int)


def counts(history: History) -> dict[str, int]:
    """Count what became of the files."""
    kinds = history.skipped["kind"]
    return {
        "files": history.file_count,
        "runs": len(history.runs),
        "other_activities": len(history.other_activities),
        "excluded": int((kinds == "not_a_run").sum()) - len(history.other_activities),
        "duplicates": int((kinds == "duplicate").sum()),
        "left_out": int(kinds.isin(LEFT_OUT).sum()),
        "repaired": len(history.repaired),
        "late": history.late_count,
    }


def read_line(history: History) -> str:
    """Say what was read: "Read 127 of 131 files: 119 runs, 5 other activities, 1 duplicate, 3 left out"."""
    number_of = counts(history)
    files, left_out = number_of["files"], number_of["left_out"]
    parts = [
        words.count(number_of["runs"], "run"),
        *_if_any(number_of["other_activities"], "other activity", "other activities"),
        *_if_any(number_of["duplicates"], "duplicate"),
        *([f"{left_out:,} left out"] if left_out else []),
        *([f"{number_of['excluded']:,} excluded"] if number_of["excluded"] else []),
        *_if_any(number_of["late"], "later activity ignored", "later activities ignored"),
    ]
    read = f"{max(0, files - left_out):,} of {words.count(files, 'file')}"
    return f"Read {read}: {', '.join(parts)}; as of {words.day(history.as_of, year=True)}."


def _if_any(how_many: int, thing: str, things: str = "") -> list[str]:
    return [words.count(how_many, thing, things)] if how_many else []


def measured(value: float, unit: str, rule: str, units: words.Units) -> str:
    """Print a flag's value or baseline in its unit, as a runner says it."""
    if unit == "m":
        return _LENGTHS.get(rule, words.distance)(value, units)
    if rule == "long_steps":
        # A change, where other rules' percents are shares.
        return words.signed_percent(value, 1)
    if unit in _MEASURES:
        return _MEASURES[unit](value)
    shown = words.number(value, 0 if float(value).is_integer() else 1)
    return shown if words.is_missing(value) else f"{shown} {unit}".rstrip()


def climb_with_source(run: pd.Series[Any], units: words.Units) -> str:
    """Print a run's climb and where it comes from: "38 m (device)", "41 m (computed, barometer)"."""
    source = str(run["elevation_source"])
    shown = words.climb(number(run, "elevation_gain_m"), units)
    if words.is_missing(number(run, "elevation_gain_m")):
        return shown
    if source.startswith("gps"):
        return f"{shown} (computed, satellites, low confidence)"
    return f"{shown} ({'computed, barometer' if source == 'barometer' else source or 'source unknown'})"


def cannot_tell_lines(history: History, week: WeekStory) -> list[str]:
    """Fold the rules without a judgement that could warn: one phrase for each date from which some can judge.

    What only informs or notes is left to the page: most watches never tell the balance between the feet.
    """
    warning = {rule.id for rule in history.rules if "watch" in rule.levels}
    by_date: dict[date | None, list[str]] = {}
    for silent in week.cannot_tell:
        # Without entries the diary's own line says so.
        if silent.rule not in warning or silent.rule == DIARY_RULE:
            continue
        by_date.setdefault(silent.judge_from, []).append(words.rule_name(silent.rule))
    dated = sorted((day, rules) for day, rules in by_date.items() if day is not None)
    lines = [f"{words.listing(rules)} from {words.day(day)}" for day, rules in dated]
    if None in by_date:
        lines.append(f"{words.listing(by_date[None])} after more running")
    return lines


def diary_line(history: History) -> str:
    """Invite to keep a diary where there is none; else say which of its lines could not be used."""
    diary = history.diary
    if not diary.is_there:
        return words.DIARY_INVITE
    if not diary.faults:
        return ""
    first = diary.faults[0]
    more = len(diary.faults) - 1
    others = f" And {words.count(more, 'more remark')}: see `loadwatch diary show`." if more else ""
    return f"Diary, {fault_words(first)}{others}"


def fault_words(fault: Fault) -> str:
    """One fault of a diary: "line 7: `pain_after` must be ..."."""
    where = f"line {fault.line}" if fault.line else "the whole file"
    return f"{where}: {fault.reason}"


def recovery_line(history: History) -> str:
    """Where a return to running stands, in a sentence or two; empty where none is open."""
    return telling.brief(history.recovery, history.settings.units) if history.recovery else ""


def run_notes(run: pd.Series[Any]) -> list[str]:
    """Give what is worth knowing of one run before believing its numbers."""
    return [
        # Of a likely one the notes tell.
        *(["race"] if run["is_race"] and not run["is_likely_race"] else []),
        *(["treadmill: distance uncertain"] if run["is_treadmill"] else []),
        *([str(run["notes"])] if run["notes"] else []),
    ]


def standing_line(week: WeekStory) -> str:
    """Say which rules are up since before this week: "Still up: long steps (▲ watch) since Sat 17 Oct."."""
    since = [
        f"{words.rule_name(str(row['rule']))} ({words.badge(str(row['level']))}) since {words.day(day)}"
        for row, day in week.standing
    ]
    return f"Still up: {'; '.join(since)}." if since else ""


def room(history: History) -> Room | None:
    """Give the room of the days to come; None without runs, or below a week long past."""
    is_past = (history.as_of - last_day(history)).days > 7
    return None if is_past else history.room


def room_line(history: History) -> str:
    """Room of the days to come in one line; empty where none is told."""
    ahead = room(history)
    if ahead is None:
        return ""
    if ahead.is_hidden_by:
        return f"Room: {words.lowered(words.sentence(ahead.is_hidden_by))}"
    most = {limit.name: limit.most for limit in ahead.limits}
    return words.room_line(ahead.last_day, most, history.settings.units)
