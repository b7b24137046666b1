"""What of a history is shown, and what it is called; shared by all renderers. Nothing is measured here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags import RULES
from loadwatch.recovery import telling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loadwatch.diary import Fault
    from loadwatch.history import History, Room, WeekStory
    from loadwatch.pain_beside_load import Beside

WEEK_COUNT = 26
LADDER_DAYS = 120
MAX_PAST_WINDOWS = 500
DIARY_RULE = "symptoms"
PAIN_MEASURES: dict[str, tuple[str, Callable[[float, words.Units], str]]] = {
    "distance_m": ("distance", words.distance),
    "fast_m": ("fast running", lambda length_m, _: words.metres(length_m)),
    "elevation_gain_m": ("climb", words.climb),
    "elevation_loss_m": ("descent", words.climb),
}
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
    "%": lambda share: words.signed_percent(share, 1),
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
    found = history.weeks[history.weeks["week"] == history.week]
    return None if found.empty else found.iloc[0]


def weeks_shown(history: History, week_count: int) -> pd.DataFrame:
    """Rows up to the reported week, and the running week where it comes right after.

    Parameters
    ----------
    history
        Whose weeks.
    week_count
        At most so many rows.
    """
    weeks = history.weeks.reset_index(drop=True)
    is_reported = (weeks["week"] == history.week).to_numpy(dtype=bool)
    if not is_reported.any():
        return weeks.tail(week_count)
    last = int(is_reported.argmax())
    if last + 1 < len(weeks) and not weeks["is_complete"].iloc[last + 1]:
        last += 1
    return weeks.iloc[max(0, last + 1 - week_count) : last + 1]


def weeks_before(history: History, week_count: int) -> pd.DataFrame:
    """Rows of at most so many weeks right before the reported one, oldest first."""
    weeks = history.weeks.reset_index(drop=True)
    is_reported = (weeks["week"] == history.week).to_numpy(dtype=bool)
    last = int(is_reported.argmax()) if is_reported.any() else 0
    return weeks.iloc[max(0, last - week_count) : last]


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
    return "no run" if not run_count and verdict == "usual" else words.badge(verdict)


def runs_of_week(history: History) -> pd.DataFrame:
    """Give the runs of the reported week in the order they were run."""
    return history.runs[history.runs["week"] == history.week].sort_values("start_time", kind="stable")


def last_day(history: History) -> date:
    """Last day told of: the reported week's last, or the as-of day where that week still runs."""
    row = reported_week(history)
    if row is None:
        return history.as_of
    return min(as_date(row["week_start"]) + timedelta(days=6), history.as_of)


def recent_sessions(history: History) -> pd.DataFrame:
    """Give the sessions of the days before and in the reported week, oldest first."""
    last = last_day(history)
    is_recent = [0 <= (last - as_date(day)).days <= LADDER_DAYS for day in history.sessions["local_date"]]
    return history.sessions[np.array(is_recent, dtype=bool)].sort_values("local_date", kind="stable")


def in_reported_week(history: History, sessions: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which sessions belong to the reported week."""
    if reported_week(history) is None:
        return np.zeros(len(sessions), dtype=bool)
    first, last = words.week_start(history.week), last_day(history)
    return np.array([first <= as_date(day) <= last for day in sessions["local_date"]], dtype=bool)


def form_windows(history: History) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the half-minutes of the year before the reported week, thinned, and of the week itself.

    Only those of the device most worn in the week: two devices may count steps differently.
    """
    last, runs = last_day(history), history.runs
    mine = form_windows_of_week(history)
    age = np.array([(last - as_date(day)).days for day in runs["local_date"]], dtype=int)
    is_past = (age >= 7) & (age <= 365)
    if not mine.empty:
        is_past &= (runs["device"] == str(mine["device"].iloc[0])).to_numpy(dtype=bool)
    past = history.form_windows_of(runs.loc[is_past, "run_id"])
    return past.iloc[:: max(1, -(-len(past) // MAX_PAST_WINDOWS))], mine


def fast_running_known(history: History) -> pd.Series[Any] | None:
    """Give what rule F4 found on the last day told of; None where it was not asked."""
    found = history.findings.get("fast_running")
    if found is None:
        return None
    mine = found[found["local_date"] == last_day(history)]
    return None if mine.empty else mine.iloc[0]


def form_windows_of_week(history: History) -> pd.DataFrame:
    """Give the half-minutes of the reported week, those of the device most worn in it."""
    mine = history.form_windows_of(runs_of_week(history)["run_id"])
    return mine if mine.empty else mine[mine["device"] == str(mine["device"].astype(str).mode().iloc[0])]


def strides(history: History, runs: pd.DataFrame) -> pd.DataFrame:
    """Give the typical half-minute of some runs that have any, in their order, beside the own curve.

    Returns
    -------
    DataFrame
        run_id, local_date, speed_mps, cadence_spm and own_cadence_spm, the curve's cadence at that speed: as
        the run was judged. Where it was not, its median half-minute, and own_cadence_spm is NaN.
    """
    usual = runs["own_cadence_spm"].to_numpy(dtype=float)
    found = pd.DataFrame(
        {
            "run_id": runs["run_id"].to_numpy(),
            "local_date": runs["local_date"].to_numpy(),
            "speed_mps": runs["stride_speed_mps"].to_numpy(dtype=float),
            "cadence_spm": usual * (1 + runs["stride_residual_pct"].to_numpy(dtype=float) / 100),
            "own_cadence_spm": usual,
        }
    )
    is_unjudged = found["cadence_spm"].isna()
    if is_unjudged.any():
        unjudged = found.loc[is_unjudged, "run_id"]
        windows = history.form_windows_of(unjudged)
        middle = windows.groupby("run_id", observed=True)[["speed_mps", "cadence_spm"]].median()
        found.loc[is_unjudged, ["speed_mps", "cadence_spm"]] = middle.reindex(unjudged).to_numpy()
        found.loc[is_unjudged, "own_cadence_spm"] = np.nan
    return found[found["cadence_spm"].notna()].reset_index(drop=True)


def late_form(history: History) -> pd.DataFrame:
    """Give the runs of the days before and in the reported week in order, early beside late.

    Returns
    -------
    DataFrame
        local_date, timer_s, is_in_week, change_spm (last third minus first), and what
        `History.late_form_of` tells of each.
    """
    last = last_day(history)
    age = np.array([(last - as_date(day)).days for day in history.runs["local_date"]], dtype=int)
    runs = history.runs[(age >= 0) & (age <= LADDER_DAYS)].sort_values("start_time", kind="stable")
    found = history.late_form_of(runs["run_id"])
    found["local_date"], found["timer_s"] = (
        runs["local_date"].to_numpy(),
        runs["timer_s"].to_numpy(dtype=float),
    )
    found["is_in_week"] = (runs["week"] == history.week).to_numpy(dtype=bool)
    found["change_spm"] = found["late_spm"] - found["early_spm"]
    return found


def curve(history: History) -> pd.Series[Any] | None:
    """Give the runner's own curve as it stood before the week's last judged run, None without one."""
    mine = set(runs_of_week(history)["run_id"])
    found = history.curves[history.curves["run_id"].isin(mine)]
    return None if found.empty else found.iloc[-1]


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


def cannot_tell_lines(week: WeekStory) -> list[str]:
    """Fold the rules without a judgement that could warn: one phrase for each date from which some can judge.

    What only informs or notes is left to the page: most watches never tell the balance between the feet.
    """
    warning = {rule.id for rule in RULES if "watch" in rule.levels}
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


PAIN_COUNTS = "How many of the days held more than your usual of each, which stands in brackets."
PAIN_HEAD = ("more than usual of", "day before", "two days before", "ordinary days")


def pain_table(history: History) -> list[tuple[str, str, str, str]]:
    """What ran before painful days: the cells of `PAIN_HEAD` for each measure; empty below five such days."""
    pain = history.pain_beside_load
    measures = pain.measures if pain else ()
    pairs = zip(measures[::2], measures[1::2], strict=True)
    return [
        (
            _pain_measure(day, history.settings.units),
            _of(day.pain_more_count, day.pain_count, day.pain_unknown_count),
            _of(earlier.pain_more_count, earlier.pain_count, earlier.pain_unknown_count),
            _of(day.ordinary_more_count, day.ordinary_count, day.ordinary_unknown_count),
        )
        for day, earlier in pairs
        if day.ordinary_count
    ]


def pain_lines(history: History) -> list[str]:
    """The rows of `pain_table` as sentences, after one that says what they count."""
    _, *names = PAIN_HEAD
    rows = pain_table(history)
    said = [PAIN_COUNTS] if rows else []
    return said + [
        words.capitalised(
            f"{what}: {', '.join(f'{name} {cell}' for name, cell in zip(names, cells, strict=True))}."
        )
        for what, *cells in rows
    ]


def _of(more: int, known: int, unknown: int) -> str:
    """A count: "4 of 6", "4 of 5, 1 unknown"."""
    told = f"{more} of {known}" if known else "none known"
    return f"{told}, {unknown} unknown" if unknown and known else told


def _pain_measure(one: Beside, units: words.Units) -> str:
    """A measure, and in brackets what is usual of it."""
    if one.measure not in PAIN_MEASURES:
        return "step length for the speed"
    name, show = PAIN_MEASURES[one.measure]
    return f"{name} ({'none' if show(one.usual, units) == show(0.0, units) else show(one.usual, units)})"


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
