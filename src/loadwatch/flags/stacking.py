"""Did distance, speed and hills rise together in the last 7 days?

An article warns of too many changes in one week, and of stacking speed, hills and volume. No study has
tried it. Each is measured against the runner's own weeks, and speed and hills must rise by more than the
distance did: a longer week holds more of everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

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
from loadwatch.flags._weeks import (
    SPANNED_DAYS,
    after_break,
    has_altitude,
    not_yet,
    usual_week,
    week_and_base,
    withhold,
)
from loadwatch.runner.by_speed import windowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loadwatch._arrays import Bools
    from loadwatch.words import Units

# A group is up where any of its measures is; the first that is up stands for it in the sentence.
GROUPS = (("distance_m",), ("hard_s", "fast_m"), ("elevation_gain_m", "elevation_loss_m"))
# What is limited of each measure, by its name in `ROOM`.
ROOM_OF = {
    "distance_m": "distance_m",
    "hard_s": "hard_min",
    "fast_m": "fast_m",
    "elevation_gain_m": "climb_m",
    "elevation_loss_m": "descent_m",
}
SHOWN: dict[str, tuple[str, Callable[[float, Units], str]]] = {
    "distance_m": ("distance", words.distance),
    "hard_s": ("hard running", lambda hard_s, _: words.minutes(hard_s)),
    "fast_m": ("fast running", lambda fast_m, _: words.metres(fast_m)),
    "elevation_gain_m": ("climb", words.climb),
    "elevation_loss_m": ("descent", words.climb),
}


def check(  # noqa: PLR0913 - one keyword for each threshold
    tables: Tables,
    *,
    note_groups_count: float = 2,
    watch_groups_count: float = 3,
    distance_ratio: float = 1.2,
    distance_more_m: float = 5000.0,
    beyond_distance_ratio: float = 1.2,
    hard_more_min: float = 10.0,
    fast_more_m: float = 400.0,
    hills_more_m: float = 100.0,
    smallest_known_share_pct: float = 80.0,
    fewest_weeks_count: float = 5,
) -> pd.DataFrame:
    """Count what rose in the 7 days up to each day over a week of the four 7-day blocks before.

    Parameters
    ----------
    tables
        A runner's tables.
    note_groups_count, watch_groups_count
        Groups up together, from which it is noted and watched.
    distance_ratio, distance_more_m
        7-day distance over its base, and beyond it [m], above which distance is up.
    beyond_distance_ratio
        Speed and hills must rise by more than this multiple of the rise of distance ...
    hard_more_min, fast_more_m, hills_more_m
        ... and by so many minutes of hard or metres of fast running, or metres of climb or of descent.
        [min, m, m]
    smallest_known_share_pct
        Share of the five weeks on which a measure must be known: of the time for hard running, of the runs
        for fast running, of the distance for hills. [%]
    fewest_weeks_count
        Full weeks of history needed, the judged one included.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; value is the number of groups up. For each measure (distance_m,
        hard_s, fast_m, elevation_gain_m, elevation_loss_m): `<measure>` and `<measure>_base`, NaN where it is
        not up.
    """
    days = tables.days
    found = findings(days)
    week_m, base_m = week_and_base(days["distance_m"])
    rise = (week_m / base_m.where(base_m > 0.0)).clip(lower=1.0)
    is_up = {"distance_m": reaches(week_m, base_m, distance_ratio, distance_more_m)}
    is_known = {"distance_m": np.ones(len(days), dtype=bool)}
    told = {"distance_m": (week_m, base_m)}
    for name, more, known in _measures(
        tables, hard_more_min, fast_more_m, hills_more_m, smallest_known_share_pct
    ):
        week, base = told[name] = _week_and_base(tables, name)
        is_up[name] = reaches(week, base, beyond_distance_ratio * rise, more) & known
        is_known[name] = known
    for name, up in is_up.items():
        found[name], found[f"{name}_base"] = (numbers.where(up) for numbers in told[name])
    up_count, open_count = np.zeros(len(days), dtype=int), np.zeros(len(days), dtype=int)
    for group in GROUPS:
        is_group_up = np.any([is_up[name] for name in group], axis=0)
        up_count += is_group_up
        open_count += ~is_group_up & ~np.any([is_known[name] for name in group], axis=0)
    found["value"], found["baseline"], found["n"] = up_count.astype(float), 0.0, 4
    found["run_ids"] = run_ids_of_last_days(tables, 7)
    is_note = up_count >= note_groups_count
    found["level"] = np.select([up_count >= watch_groups_count, is_note], ["watch", "note"], "usual")
    _withhold(found, days, is_open=~is_note & (up_count + open_count >= note_groups_count), base_m=base_m)
    after_break(found, days)
    not_yet(found, fewest_weeks_count)
    return found


def room(  # noqa: PLR0913 - the thresholds it turns round
    tables: Tables,
    *,
    distance_ratio: float,
    distance_more_m: float,
    beyond_distance_ratio: float,
    hard_more_min: float,
    fast_more_m: float,
    hills_more_m: float,
    smallest_known_share_pct: float,
    fewest_weeks_count: float,
    **_groups: float,
) -> pd.DataFrame:
    """The most of each measure in 7 days that is not up; see `Rule.room`, thresholds as `check`'s.

    A group that is up says nothing by itself: these limits count once the others are up. What may be run
    beyond them where distance rises is left out.
    """
    days = tables.days
    found = findings(days).assign(level="usual")
    week_m, base_m = week_and_base(days["distance_m"])
    rise = (week_m / base_m.where(base_m > 0.0)).clip(lower=1.0).to_numpy()
    usual_m = np.asarray(base_m, dtype=float)
    most = {"distance_m": quiet_up_to(usual_m, (distance_ratio, distance_more_m))}
    for name, more, known in _measures(
        tables, hard_more_min, fast_more_m, hills_more_m, smallest_known_share_pct
    ):
        base = _week_and_base(tables, name)[1].to_numpy()
        most[name] = np.where(known, np.maximum(beyond_distance_ratio * rise * base, base + more), np.nan)
    most["hard_s"] = most["hard_s"] / 60.0
    _withhold(found, days, is_open=np.zeros(len(days), dtype=bool), base_m=base_m)
    after_break(found, days)
    not_yet(found, fewest_weeks_count)
    return room_of(found, **{ROOM_OF[name]: values for name, values in most.items()})


def _measures(
    tables: Tables, hard_more_min: float, fast_more_m: float, hills_more_m: float, share_pct: float
) -> tuple[tuple[str, float, Bools], ...]:
    """Measures beside distance: by how much each must rise, and the days on which it is known."""
    with_altitude = has_altitude(tables.days, SPANNED_DAYS, share_pct)
    return (
        ("hard_s", 60.0 * hard_more_min, _is_hard_known(tables, share_pct)),
        ("fast_m", fast_more_m, _is_fast_known(tables, share_pct)),
        ("elevation_gain_m", hills_more_m, with_altitude),
        ("elevation_loss_m", hills_more_m, with_altitude),
    )


def _week_and_base(tables: Tables, name: str) -> tuple[pd.Series[float], pd.Series[float]]:
    """A measure of the last 7 days and of a usual week; shape (n,) each.

    Hard and fast running of both by the speeds known today, whatever was known on the day of a run.
    """
    speeds = tables.speeds
    by_speed = {
        "hard_s": (speeds.hard_s, speeds.hard_column),
        "fast_m": (speeds.fast_m, speeds.fast_column),
    }
    if name not in by_speed:
        return week_and_base(tables.days[name].fillna(0.0))
    weeks = [windowed(*by_speed[name], longest_ago=6 + ago, newest_ago=ago) for ago in (0, 7, 14, 21, 28)]
    return pd.Series(weeks[0]), pd.Series(usual_week(np.column_stack(weeks[1:])))


def _is_hard_known(tables: Tables, smallest_share_pct: float) -> Bools:
    """Days with a critical speed, up to which graded speed is known on enough of five weeks; shape (n,)."""
    speeds = tables.speeds
    told_s, timer_s = (
        windowed(seconds, longest_ago=SPANNED_DAYS - 1) for seconds in (speeds.told_s, speeds.timer_s)
    )
    return speeds.is_critical_known & (told_s >= smallest_share_pct / 100.0 * timer_s)


def _is_fast_known(tables: Tables, smallest_share_pct: float) -> Bools:
    """Days with a fast speed, up to which enough runs of five weeks were outside; shape (n,)."""
    clean, every = (
        windowed(count, longest_ago=SPANNED_DAYS - 1)
        for count in (tables.speeds.clean_count, tables.days["run_count"].to_numpy())
    )
    return ~np.isnan(tables.speeds.fast_mps) & (clean >= smallest_share_pct / 100.0 * every)


def _withhold(found: pd.DataFrame, days: pd.DataFrame, *, is_open: Bools, base_m: pd.Series[float]) -> None:
    """Take back what is told where something unknown could make it more, or nothing was run before."""
    withhold(
        found,
        is_open,
        "hard and fast running, or climb and descent, of the last 5 weeks are not known well enough",
    )
    is_unknown = days["distance_unknown_count"].rolling(SPANNED_DAYS, min_periods=1).sum() > 0
    withhold(found, is_unknown.to_numpy(), "the distance of a run in the last 5 weeks is unknown")
    withhold(found, ~(base_m > 0.0).to_numpy(), "nothing was run in the 4 weeks before the last 7 days")


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    up = []
    for group in GROUPS:
        name = next((name for name in group if not words.is_missing(finding[name])), None)
        if name:
            what, shown = SHOWN[name]
            up.append(f"{what} {shown(finding[name], units)} ({shown(finding[f'{name}_base'], units)})")
    return (
        f"{words.count(int(finding['value']), 'thing')} rose together in the 7 days to "
        f"{words.day(finding['local_date'])}, each beside a usual week of the four before: "
        f"{words.listing(up)}."
    )


RULE = Rule(
    id="stacking",
    number="F7",
    title="Several things at once",
    question="Did distance, speed and hills rise together in the last 7 days?",
    formula=(
        "How many of three groups are up in the last 7 days over the mean or the median (whichever is "
        "larger) of the four 7-day blocks before: distance (beyond 1.2 times and 5 km more), speed (10 "
        "more hard minutes or 400 more fast metres), hills (100 m more climb or descent). Speed and hills "
        "must rise by more than 1.2 times the rise of distance, or one longer week would count thrice."
    ),
    needs=(
        "5 full weeks; on four fifths of them hard running by a known critical speed, or fast running "
        "outside, and altitude; not within 28 days of a break of 10 days or more."
    ),
    grade="C, clinical opinion",
    clears="As usual again as soon as all but one of distance, speed and hills are back below their step in "
    "the last 7 days.",
    limits=(
        "One article's advice; no study of runners has tried whether rises that come together are worse "
        "than one by one. Without hard efforts enough to know critical speed, only fast running tells of "
        "speed."
    ),
    articles=(
        (
            "000: what hamstrings put up with least is change of many kinds within a week, speed, hills and "
            "distance close upon one another."
        ),
        "003: names rises of speed work, distance and intervals one beside the other.",
    ),
    references=(
        Reference(
            source="None was found: no study counts changes that come together",
            found="nothing; the thresholds are choices, made so that an ordinary year stays readable",
            in_whom="firing rates on four runners' histories, without outcomes",
        ),
    ),
    unit="groups up",
    window="four 7-day blocks before the last 7 days",
    check=check,
    room=room,
    sentence=sentence,
    levels=("note", "watch"),
    threshold_origin=(
        "All ours: the groups follow article 000, and what counts as up was chosen over the histories of "
        "four runners so that an ordinary year stays readable."
    ),
)
