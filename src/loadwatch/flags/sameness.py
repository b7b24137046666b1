"""Are the days, or the ground, much the same?

An article holds flat paths and treadmills, and nothing else, against the hamstring; coaches read the evenness
of days as monotony. Nothing shows that either leads to injuries in runners, so this only informs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch.flags._rule import Reference, Rule, Tables, findings, run_ids_of_last_days
from loadwatch.flags._weeks import by_day, has_altitude, not_yet, withhold
from loadwatch.runs import INDOOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from loadwatch.words import Units

WEEK_DAYS = 7


def check(  # noqa: PLR0913 - one keyword for each threshold
    tables: Tables,
    *,
    flat_pct: float = 0.5,
    flat_share_pct: float = 95.0,
    ground_days: float = 28,
    monotony_ratio: float = 2.0,
    monotony_share_pct: float = 90.0,
    habit_days: float = 364,
    smallest_altitude_share_pct: float = 80.0,
    fewest_weeks_count: float = 8,
) -> pd.DataFrame:
    """Tell of days up to which the ground has become all flat, or the days of a week unusually even.

    Parameters
    ----------
    tables
        A runner's tables.
    flat_pct
        A run is flat that climbs less than this share of its distance, or is run on a treadmill. [%]
    flat_share_pct, ground_days
        Share of the distance of so many days on flat runs, above which it is told on the first day. [%]
    monotony_ratio, monotony_share_pct
        Mean over standard deviation of 7 days' load, above which it is told, if so large a share of the
        runner's own days lies below. [-, %]
    habit_days
        Days before with which both are compared.
    smallest_altitude_share_pct
        Share of the distance that must come with altitude. [%]
    fewest_weeks_count
        Full weeks of history needed.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; never above usual. `kind` is ground or days; value and baseline are
        flat shares [%], or monotony and what the given share of the days before stays below.
    """
    days = tables.days
    found = findings(days)
    window, habit, weeks = int(ground_days), int(habit_days), int(fewest_weeks_count)
    flat_m = by_day(tables, tables.runs["distance_m"].where(_is_flat(tables, flat_pct)))
    known_m = days["altitude_known_m"]
    share_pct, usual_pct = (
        100.0
        * flat_m.shift(back).rolling(span, min_periods=1).sum()
        / known_m.shift(back).rolling(span, min_periods=1).sum().replace(0.0, np.nan)
        for back, span in ((0, window), (window, habit))
    )
    # Whoever always runs on the flat is told of it once, when there are weeks enough.
    is_flat = (share_pct > flat_share_pct) & (days.index >= WEEK_DAYS * weeks - 1)
    was_flat = is_flat.astype(float).shift(fill_value=0.0).rolling(window, min_periods=1).max() > 0.0
    is_blind = ~has_altitude(days, window, smallest_altitude_share_pct)
    is_ground = is_flat & ~was_flat & usual_pct.notna() & ~is_blind
    monotony = days["monotony_ratio"]
    before = monotony.shift().rolling(habit, min_periods=min(WEEK_DAYS, habit))
    high = before.quantile(min(max(monotony_share_pct / 100.0, 0.0), 1.0))
    is_even = (monotony > monotony_ratio) & (monotony > high)
    found["kind"] = np.select([is_ground, is_even], ["ground", "days"], "")
    found["unit"] = np.where(is_ground, "%", RULE.unit)
    found["value"] = monotony.mask(is_ground, share_pct)
    found["baseline"] = high.mask(is_ground, usual_pct)
    found["ground_days"], found["share_pct"] = window, monotony_share_pct
    earlier = np.arange(len(found)) - np.where(is_ground, window - 1, 0)
    found["n"] = np.clip(earlier, 0, habit) // WEEK_DAYS
    found["run_ids"] = np.where(
        is_ground, run_ids_of_last_days(tables, window), run_ids_of_last_days(tables, WEEK_DAYS)
    )
    found["level"] = "usual"
    found["is_information"] = is_ground | is_even
    is_told = found["is_information"].to_numpy()
    withhold(
        found, is_blind & ~is_told, f"too many runs of the last {words.count(window, 'day')} lack altitude"
    )
    run_m = days["distance_m"].rolling(window, min_periods=1).sum()
    withhold(found, ~(run_m > 0.0).to_numpy(), f"nothing was run in the last {words.count(window, 'day')}")
    not_yet(found, fewest_weeks_count)
    found["is_information"] &= found["level"] == "usual"
    return found


def _is_flat(tables: Tables, flat_pct: float) -> pd.Series[bool]:
    """Runs on the flat or on a treadmill."""
    runs = tables.runs
    is_level = runs["elevation_gain_computed_m"] < flat_pct / 100.0 * runs["distance_m"]
    return is_level | runs["sub_sport"].isin(INDOOR)


def sentence(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - every rule's sentence is called alike
    """One finding in words."""
    day, weeks = words.day(finding["local_date"]), words.count(int(finding["n"]), "week")
    if finding["kind"] == "ground":
        return (
            f"{words.percent(finding['value'])} of the running in the {finding['ground_days']} days to {day} "
            f"was flat or on a treadmill; in the {weeks} before it was {words.percent(finding['baseline'])}."
        )
    return (
        f"The 7 days to {day} were much alike: monotony (mean of the daily load over its spread) "
        f"{words.number(finding['value'], 1)}, where "
        f"{words.percent(finding['share_pct'])} of your own days in the {weeks} before stay below "
        f"{words.number(finding['baseline'], 1)}."
    )


RULE = Rule(
    id="sameness",
    number="F14",
    title="Sameness",
    question="Are the days, or the ground, much the same?",
    formula=(
        "Share of the kilometres of 28 days on runs with less than 5 m of climb per km or on a treadmill, "
        "told on the first day above 95 %. Foster's monotony: mean over standard deviation of the load of 7 "
        "days, told above 2 where 90 % of the own days of up to 52 weeks before lie below."
    ),
    needs="8 full weeks; altitude on four fifths of the distance of 28 days.",
    grade="C",
    limits=(
        "No study of runners has tried flat ground or treadmills, and monotony was made for illness, not for "
        "injuries. Who runs every day is always monotonous, so only a week more even than the own ones is "
        "told. Altitude says nothing of turns and surfaces."
    ),
    threshold_origin=(
        "2 is how monotony is commonly read; the own 90 % is ours, since a daily runner lies above 2 on more "
        "than a third of days. 5 m per km and 95 % are ours."
    ),
    articles=(
        "001: long efforts without enough rest are among the causes it names.",
        "002: running on the flat or a treadmill and nothing else is said to tighten the hamstrings.",
    ),
    references=(
        Reference(
            source="Foster 1998, Med Sci Sports Exerc 30:1164",
            found="illness went with high strain, which is load times monotony",
            in_whom="25 athletes",
        ),
        Reference(
            source="Data of Lövdal et al. 2021 as re-analysed in the notes of vi000246/TrailRunCoach",
            found=(
                "monotony above 2: odds of injury 1.13 times as high (0.87 to 1.46), which chance can "
                "explain; lower above 2.5"
            ),
            in_whom="74 runners of one coach, 800 m to marathon",
        ),
    ),
    unit="monotony",
    window="the 52 weeks before, or as many as there are",
    check=check,
    sentence=sentence,
    levels=(),
)
