"""Did the last 7 days hold much more hard running, or the first fast running in weeks?

Articles warn of speed work and interval blocks that are added too quickly. Hard minutes of the last week are
compared with the weeks before, both by the critical speed known today; a first block of fast running counts
by itself, however short the week was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.flags._rule import (
    Reference,
    Rule,
    Tables,
    findings,
    quiet_up_to,
    reaches,
    room_of,
    run_ids_of_last_days,
)
from loadwatch.flags._weeks import after_break, not_yet, withhold
from loadwatch.runner.by_speed import windowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.runner.by_speed import SpeedDays
    from loadwatch.words import Units

BASE_DAYS = 42
BLOCK_DAYS = 28
SHARE_DAYS = 21
USUAL_SHARE_DAYS = 90


def check(  # noqa: PLR0913 - one keyword for each threshold
    tables: Tables,
    *,
    note_ratio: float = 1.5,
    note_more_min: float = 10.0,
    watch_fast_m: float = 400.0,
    before_fast_m: float = 200.0,
    low_easy_share_pct: float = 75.0,
    less_easy_share_pct: float = 5.0,
    smallest_known_share_pct: float = 80.0,
    fewest_weeks_count: float = 6,
) -> pd.DataFrame:
    """Judge the hard and fast running of the 7 days up to each day.

    Parameters
    ----------
    tables
        A runner's tables.
    note_ratio, note_more_min
        Hard minutes of 7 days over the weekly mean of the 42 days before, and beyond it [min], above which
        they are noted.
    watch_fast_m, before_fast_m
        Fast metres of 7 days from which, after less than the second in the 28 days before, it is watched. [m]
    low_easy_share_pct, less_easy_share_pct
        Share of easy running in 21 days below which it is told for information, if it lies at least the
        second below that of up to 90 days before. [%]
    smallest_known_share_pct
        Share of the time run in the 7 weeks that must come with a speed, and of the runs of the 28 days
        before a first fast block that must be outside: on a treadmill no fast metres are seen. [%]
    fewest_weeks_count
        Full weeks of history needed, the judged one included.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; value and baseline in minutes, but in metres where `is_first_fast`
        marks a first fast block, and in percent where `is_information` marks the easy share.
    """
    found, speeds = findings(tables.days), tables.speeds
    day = np.arange(len(found))
    hard_min, base_min, base_days = _hard_minutes(speeds, day)
    fast_m = windowed(speeds.fast_m, speeds.fast_column, longest_ago=6)
    before_m = _fast_before(speeds)
    is_first = ~np.isnan(speeds.fast_mps) & (fast_m >= watch_fast_m) & (before_m < before_fast_m)
    is_seen = _is_outside(tables, smallest_known_share_pct / 100.0)
    is_unseen, is_first = is_first & ~is_seen, is_first & is_seen
    is_note = reaches(hard_min, base_min, note_ratio, note_more_min)
    found["level"] = np.select([is_first, is_note], ["watch", "note"], "usual")
    found["value"] = np.where(is_first, fast_m, hard_min)
    found["baseline"] = np.where(is_first, before_m, base_min)
    found["n"] = np.where(is_first, BLOCK_DAYS // 7, base_days // 7)
    found["unit"], found["window"] = np.where(is_first, "m", "min"), RULE.window
    found.loc[is_first, "window"] = "the 28 days before the last 7 days"
    found["is_first_fast"], found["fast_speed_mps"] = is_first, speeds.fast_mps
    found["days_without_count"] = _days_without(speeds, day, is_first, before_fast_m)
    found["run_ids"] = run_ids_of_last_days(tables, 7)
    _tell_easy_share(found, tables, low_easy_share_pct, less_easy_share_pct)
    withhold(
        found, is_unseen & ~is_note, "too few runs of the 4 weeks before were outside, with a speed to trust"
    )
    _withhold_unknown(found, tables, smallest_known_share_pct / 100.0)
    after_break(found, tables.days)
    not_yet(found, fewest_weeks_count)
    found["is_information"] &= found["level"] == "usual"
    return found


def room(
    tables: Tables,
    *,
    note_ratio: float,
    note_more_min: float,
    watch_fast_m: float,
    before_fast_m: float,
    smallest_known_share_pct: float,
    **others: float,
) -> pd.DataFrame:
    """The most hard minutes of 7 days, and fast metres where they are the first, of which nothing is said.

    See `Rule.room`, thresholds as `check`'s.
    """
    known: dict[str, float] = {"smallest_known_share_pct": smallest_known_share_pct, **others}
    found, speeds = check(tables, **known), tables.speeds
    _, base_min, _ = _hard_minutes(speeds, np.arange(len(found)))
    is_first = ~np.isnan(speeds.fast_mps) & (_fast_before(speeds) < before_fast_m)
    is_first &= _is_outside(tables, smallest_known_share_pct / 100.0)
    return room_of(
        found,
        hard_min=quiet_up_to(base_min, (note_ratio, note_more_min)),
        fast_m=np.where(is_first, watch_fast_m, np.nan),
    )


def _fast_before(speeds: SpeedDays) -> Floats:
    """Fast metres of the 28 days before the last 7; shape (n,)."""
    return windowed(speeds.fast_m, speeds.fast_column, longest_ago=6 + BLOCK_DAYS, newest_ago=7)


def _hard_minutes(speeds: SpeedDays, day: Ints) -> tuple[Floats, Floats, Ints]:
    """Hard minutes of 7 days, their weekly mean over up to 42 days before, and the days of those."""
    hard_s, base_s = (
        windowed(speeds.hard_s, speeds.hard_column, longest_ago=longest, newest_ago=newest)
        for longest, newest in ((6, 0), (6 + BASE_DAYS, 7))
    )
    base_days = np.clip(day - 6, 0, BASE_DAYS)
    return hard_s / 60.0, 7.0 * base_s / np.maximum(base_days, 1) / 60.0, base_days


def _is_outside(tables: Tables, smallest_share: float) -> Bools:
    """Days before whose block enough runs were outside, where fast running can be seen; shape (n,)."""
    clean, every = (
        windowed(daily, longest_ago=6 + BLOCK_DAYS, newest_ago=7)
        for daily in (tables.speeds.clean_count, tables.days["run_count"].to_numpy())
    )
    return np.asarray(clean >= smallest_share * every, dtype=bool)


def _days_without(speeds: SpeedDays, day: Ints, is_first: Bools, before_fast_m: float) -> Ints:
    """Days before the first fast day of a block that together held less than so many fast metres."""
    without = np.zeros(day.size, dtype=np.int64)
    for place in np.flatnonzero(is_first).tolist():
        daily_m = speeds.fast_m[: place + 1, speeds.fast_column[place]]
        begins = place - 6 + int(np.argmax(daily_m[place - 6 :] > 0.0))
        # Backwards from the block: how far the metres stay below.
        without[place] = np.count_nonzero(np.cumsum(daily_m[:begins][::-1]) < before_fast_m)
    return without


def _tell_easy_share(found: pd.DataFrame, tables: Tables, low_pct: float, less_pct: float) -> None:
    """On days without a level: whether less of the running was easy than usual."""
    speeds = tables.speeds
    share_pct, usual_pct = (
        _easy_share_pct(speeds, longest_ago=longest, newest_ago=newest)
        for longest, newest in ((SHARE_DAYS - 1, 0), (SHARE_DAYS + USUAL_SHARE_DAYS - 1, SHARE_DAYS))
    )
    found["easy_share_pct"] = share_pct
    is_low = (share_pct < low_pct) & (usual_pct - share_pct >= less_pct)
    is_told = is_low & (found["level"] == "usual").to_numpy()
    before = tables.days["run_count"].shift(SHARE_DAYS, fill_value=0)
    count = before.rolling(USUAL_SHARE_DAYS, min_periods=1).sum().astype(int)
    found.loc[is_told, "value"], found.loc[is_told, "baseline"] = share_pct[is_told], usual_pct[is_told]
    found["usual_share_days"] = np.clip(np.arange(len(found)) + 1 - SHARE_DAYS, 0, USUAL_SHARE_DAYS)
    found.loc[is_told, "unit"], found.loc[is_told, "n"] = "%", count[is_told]
    found.loc[is_told, "window"] = "share of easy running in up to 90 days before the last 21"
    found.loc[is_told, "run_ids"] = run_ids_of_last_days(tables, SHARE_DAYS)[is_told]
    found["is_information"] = is_told


def _easy_share_pct(speeds: SpeedDays, *, longest_ago: int, newest_ago: int) -> Floats:
    """Share of the running with a known speed that was not hard; NaN where there was none."""
    hard_s = windowed(speeds.hard_s, speeds.hard_column, longest_ago=longest_ago, newest_ago=newest_ago)
    told_s = windowed(speeds.told_s, longest_ago=longest_ago, newest_ago=newest_ago)
    share = np.full(told_s.size, np.nan)
    np.divide(hard_s, told_s, out=share, where=told_s > 0.0)
    return np.asarray(100.0 * (1.0 - share), dtype=float)


def _withhold_unknown(found: pd.DataFrame, tables: Tables, smallest_share: float) -> None:
    speeds, longest_ago = tables.speeds, 6 + BASE_DAYS
    told_s, timer_s = (
        windowed(seconds, longest_ago=longest_ago) for seconds in (speeds.told_s, speeds.timer_s)
    )
    withhold(found, told_s < smallest_share * timer_s, "too many runs of the last 7 weeks come without speed")
    withhold(found, timer_s == 0.0, "nothing was run in the last 7 weeks")
    withhold(found, ~speeds.is_critical_known, words.TOO_FEW_HARD_EFFORTS)


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    day = words.day(finding["local_date"])
    if finding["is_first_fast"]:
        # Some metres are too few to make a first time of it, not none.
        before = "hardly any" if finding["baseline"] > 0.0 else "none"
        return (
            f"first fast running in {words.count(int(finding['days_without_count']), 'day')}: "
            f"{words.distance(finding['value'], units)} at {words.pace(finding['fast_speed_mps'], units)} or "
            f"faster in the 7 days to {day} ({before} in the "
            f"{BLOCK_DAYS} days before)."
        )
    if finding["is_information"]:
        return (
            f"{words.percent(finding['value'])} of the running in the {SHARE_DAYS} days to {day} was easy, "
            f"against {words.percent(finding['baseline'])} in the {finding['usual_share_days']} days before "
            f"({words.count(int(finding['n']), 'run')})."
        )
    return (
        f"{words.minutes(60.0 * finding['value'])} of hard running in the 7 days to {day}, against "
        f"{words.minutes(60.0 * finding['baseline'])} a week in the {words.count(int(finding['n']), 'week')} "
        f"before; {words.percent(finding['easy_share_pct'])} of the last {SHARE_DAYS} days' running was easy."
    )


def reaches_back(_thresholds: Mapping[str, float]) -> int:
    """Days up to its own that it compares; see `Rule.reaches_back`."""
    return 7 + BASE_DAYS


RULE = Rule(
    id="intensity_jump",
    number="F3",
    title="Intensity jump",
    question="Did the last 7 days hold much more hard running, or the first fast running in weeks?",
    formula=(
        "Minutes at or above 0.95 of critical speed (graded) in the last 7 days over their weekly mean in "
        "the "
        "42 days before. Watch: at least 400 m of fast running after less than 200 m in 28 days. Fast is a "
        "ground speed at or above 1.10 of critical speed and the own 95th percentile of 180 days, whichever "
        "is higher, in stretches of 3 s or more. Past and present are measured by the speeds known today."
    ),
    needs=(
        "6 full weeks and a critical speed: three efforts near the best over 1.5, 3 and 5 km in 90 days; "
        "not within 28 days of a break of 10 days or more."
    ),
    grade="B/C",
    clears="As usual again as soon as the hard minutes, or the first fast running, have left the last 7 days "
    "and not been repeated.",
    limits=(
        "Who never runs all out gets a critical speed that is too low, and then much running counts as hard. "
        "The share of easy running was studied in elite runners of one coach, by kilometres and heart-rate "
        "zones; here it is told by time, for information only."
    ),
    articles=(
        "000: faster running, intervals and fartlek are among the changes before trouble.",
        "001: ask whether intervals or sprints were introduced recently.",
        "002: speed that increases too quickly.",
        "003: speed work added too quickly, and interval blocks that start.",
        "004: weeks of steady easy running come before intensity or hills.",
    ),
    references=(
        Reference(
            source="Lövdal et al. 2021, Int J Sports Physiol Perform 16:1522; its data analysed anew",
            found=(
                "of simple measures the share of easy running in 21 days went best with injuries: for every "
                "5 points less, odds 1.16 times as high (1.09 to 1.24); still close to a coin's toss"
            ),
            in_whom="74 elite runners from 800 m to the marathon, seven years",
        ),
        Reference(
            source="Smyth & Muniz-Pumares 2020, Med Sci Sports Exerc 52:2637",
            found="critical speed can be told from training runs",
            in_whom="over 25,000 runners",
        ),
    ),
    unit="min",
    window="weekly mean of the 42 days before the last 7 days",
    check=check,
    room=room,
    sentence=sentence,
    levels=("note", "watch"),
    threshold_origin=(
        "That an intensity block begins after four weeks without one, the ratio, minutes and metres are "
        "ours: "
        "no study gives them. They were run over the histories of four runners so that an ordinary year "
        "stays readable. 75 % of easy running is where the re-analysed data changed; below 65 % the odds "
        "were not higher."
    ),
    reaches_back=reaches_back,
)
