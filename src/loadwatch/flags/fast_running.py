"""Did the last 7 days hold much more fast running than the runner's own weeks?

The load on the hamstrings rises with speed, late in the swing of the leg. In one team of footballers, weeks
of high-speed running far beyond a player's own habit came before hamstring injuries; total distance did not
matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.flags._rule import Reference, Rule, Tables, findings, room_of, run_ids_of_last_days
from loadwatch.flags._weeks import SPANNED_DAYS, after_break, not_yet, withhold
from loadwatch.runner.by_speed import windowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.words import Units


def check(
    tables: Tables,
    *,
    note_sd: float = 1.5,
    watch_sd: float = 2.0,
    more_m: float = 400.0,
    smallest_sd_m: float = 100.0,
    window_days: float = 728,
    fewest_weeks_count: float = 8,
) -> pd.DataFrame:
    """Judge the fast metres of the 7 days up to each day by the runner's own 7-day sums.

    Parameters
    ----------
    tables
        A runner's tables.
    note_sd, watch_sd
        Standard deviations above the mean of the own 7-day sums, beyond which a level is reached ...
    more_m
        ... if it also is so much more than a week of the four before. [m]
    smallest_sd_m
        A smaller standard deviation counts as this. [m]
    window_days
        Days before the last 7 from which those sums are taken.
    fewest_weeks_count
        Full weeks of history needed, the judged one included.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; baseline is the mean of the own 7-day sums, `deviation_sd` the
        distance from it, `month_m` a week of the four before, `speaks_from_m` the fast metres beyond which
        the rule says something.
    """
    found, speeds = findings(tables.days), tables.speeds
    column = speeds.fast_column
    fast_m = windowed(speeds.fast_m, column, longest_ago=6)
    month_m = windowed(speeds.fast_m, column, longest_ago=34, newest_ago=7) / 4.0
    clean = windowed(speeds.clean_count, longest_ago=6)
    usual_m, sd_m, count = _own_weeks(speeds.fast_m, column, clean > 0, int(window_days))
    sd_m = np.maximum(sd_m, max(smallest_sd_m, 1.0))
    deviation_sd = (fast_m - usual_m) / sd_m
    is_more = fast_m - month_m >= more_m
    found["level"] = np.select(
        [is_more & (deviation_sd > watch_sd), is_more & (deviation_sd > note_sd)], ["watch", "note"], "usual"
    )
    found["value"], found["baseline"], found["n"] = fast_m, usual_m, (count + 6) // 7
    found["deviation_sd"], found["month_m"], found["fast_speed_mps"] = deviation_sd, month_m, speeds.fast_mps
    found["speaks_from_m"] = np.maximum(usual_m + min(note_sd, watch_sd) * sd_m, month_m + more_m)
    found["run_ids"] = run_ids_of_last_days(tables, 7)
    runs = tables.days["run_count"]
    has_run = (runs.rolling(7, min_periods=1).sum() > 0).to_numpy()
    withhold(found, has_run & (clean == 0), "no run of the last 7 days was outside, with a speed to trust")
    is_unseen = windowed(speeds.clean_count, longest_ago=34, newest_ago=7) == 0
    withhold(found, is_unseen, "no run of the 4 weeks before was outside, with a speed to trust")
    is_idle = (runs.rolling(SPANNED_DAYS, min_periods=1).sum() == 0).to_numpy()
    withhold(found, is_idle, "nothing was run in the last 5 weeks")
    withhold(
        found, np.isnan(speeds.fast_mps), "it needs 20 runs outside in 180 days to know which speeds are fast"
    )
    after_break(found, tables.days)
    not_yet(found, fewest_weeks_count)
    return found


def room(tables: Tables, **thresholds: float) -> pd.DataFrame:
    """The most fast metres in 7 days of which nothing is said; see `Rule.room`, thresholds as `check`'s."""
    found = check(tables, **thresholds)
    return room_of(found, fast_m=found["speaks_from_m"].to_numpy())


def _own_weeks(
    daily_m: Floats, column: Ints, has_clean: Bools, window_days: int
) -> tuple[Floats, Floats, Ints]:
    """Mean and SD of the 7-day sums that end before the last 7 days, and how many they are; shape (n,).

    Seven days without a run outside are no habit, and left out: on a treadmill no fast metres are seen.
    """
    until = np.vstack([np.zeros((1, daily_m.shape[1])), np.cumsum(daily_m, axis=0)])
    week_m = until[7:] - until[:-7]
    nothing = np.zeros((1, daily_m.shape[1]))
    total, squares = (np.vstack([nothing, np.cumsum(sums, axis=0)]) for sums in (week_m, week_m * week_m))
    # The first 7-day sum ends on the seventh day; the last that counts ends 7 days before the day itself.
    end = np.maximum(np.arange(column.size) - 12, 0)
    begin = np.maximum(end - window_days, 0)
    weeks = np.append(0, np.cumsum(has_clean[6:]))
    count = weeks[end] - weeks[begin]
    mean_m, mean_square = (
        (sums[end, column] - sums[begin, column]) / np.maximum(count, 1) for sums in (total, squares)
    )
    return mean_m, np.sqrt(np.maximum(mean_square - mean_m * mean_m, 0.0)), count


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    month, usual = (words.distance_or_none(finding[name], units) for name in ("month_m", "baseline"))
    month, usual = (told if told == "none" else f"{told} a week" for told in (month, usual))
    return (
        f"{words.distance(finding['value'], units)} of fast running "
        f"({words.pace(finding['fast_speed_mps'], units)} or faster) in the 7 days to "
        f"{words.day(finding['local_date'])}, against {month} in the four weeks before and {usual} over "
        f"{words.count(int(finding['n']), 'week')}."
    )


def reaches_back(_thresholds: Mapping[str, float]) -> int:
    """Days up to its own that it compares; see `Rule.reaches_back`."""
    return SPANNED_DAYS


RULE = Rule(
    id="fast_running",
    number="F4",
    title="Fast running beyond habit",
    question="Did the last 7 days hold much more fast running than the runner's own weeks?",
    formula=(
        "Fast metres of the last 7 days, in standard deviations (at least 100 m) above the mean of the own "
        "7-day sums of up to 104 weeks before, those without a run outside left out, and beyond a week of "
        "the four before. Fast is a ground speed at or above 1.10 of critical speed and the own 95th "
        "percentile of 180 days, whichever is higher, in stretches of 3 s or more. All weeks are measured by "
        "the fast speed known today."
    ),
    needs=(
        "8 full weeks and 20 runs outside in 180 days; treadmill runs are left out; not within 28 days of a "
        "break of 10 days or more."
    ),
    grade="B for footballers, A for the mechanism",
    clears="As usual again as soon as the fast metres of the last 7 days are within the habit; the habit "
    "takes them in week by week.",
    limits=(
        "Found in one team of Australian footballers, not in runners. Watches smooth speed: a sprint of a "
        "few "
        "seconds is invisible, and satellites err under trees and between houses."
    ),
    articles=(
        "000: the hamstrings bear high forces at speed; faster running is among the changes before trouble.",
        "001: high-speed running is named as a large factor; sprints are to be introduced slowly.",
        "002: speed that increases too quickly.",
        "003: the hamstrings work hardest in fast running; speed work is to be added slowly.",
        "004: a true strain is rare without sprinting.",
    ),
    references=(
        Reference(
            source="Duhig et al. 2016, Br J Sports Med 50:1536",
            found=(
                "hamstring strains came after weeks with more high-speed running than a player's own mean of "
                "two years: odds 6.44 times as high (2.99 to 14.41) for the week before; total distance "
                "trivial"
            ),
            in_whom="one Australian football team over two seasons",
        ),
        Reference(
            source="Chumanov et al. 2011, Med Sci Sports Exerc",
            found="load and negative work of the biceps femoris rise with speed, in the swing phase only",
            in_whom="12 runners at 80 to 100 % of 7.8 m/s",
        ),
        Reference(
            source="Schache et al. 2011, Med Sci Sports Exerc",
            found="hip and knee torques and powers at the end of the swing show the largest effect of speed",
            in_whom="runners at 3.5 to 8.95 m/s",
        ),
    ),
    unit="m",
    window="own 7-day sums of up to 104 weeks before the last 7 days",
    check=check,
    room=room,
    sentence=sentence,
    levels=("note", "watch"),
    threshold_origin=(
        "Deviations from the own mean of two years follow the study of footballers; how many of them, the "
        "400 m "
        "and the floor of 100 m are ours, run over the histories of four runners so that an ordinary year "
        "stays "
        "readable. The footballers' own limit of speed, about 24 km/h, is a sprint that few runners reach: "
        "1.10 "
        "of critical speed in its place is a design choice."
    ),
    is_lowered_by_strain=True,
    reaches_back=reaches_back,
)
