"""Did the last 7 days hold much more running than the weeks before?

Runners and articles look at weekly distance first. The evidence for it is weak and contradictory, and large
jumps are ordinary, so it takes a jump beyond anything of the last three months to say more than a note.
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
from loadwatch.flags._weeks import SPANNED_DAYS, after_break, not_yet, week_and_base, withhold

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from loadwatch.words import Units


def check(
    tables: Tables,
    *,
    note_ratio: float = 1.3,
    note_more_m: float = 8000.0,
    watch_ratio: float = 1.1,
    watch_window_days: float = 84,
    smallest_base_m: float = 10_000.0,
    fewest_weeks_count: float = 5,
) -> pd.DataFrame:
    """Judge the 7 days up to each day against the four 7-day blocks before them.

    Parameters
    ----------
    tables
        A runner's tables.
    note_ratio, note_more_m
        7-day distance over its base, and beyond it [m], above which it is noted. The base is the mean or
        the median of the four blocks, whichever is larger, so that a week of rest does not turn the
        normal week after it into a jump.
    watch_ratio, watch_window_days
        A noted week is watched when it exceeds the highest 7-day total of this many days before it by
        this factor.
    smallest_base_m
        Below this base a ratio says nothing. [m]
    fewest_weeks_count
        Full weeks of history needed, the judged one included.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`.
    """
    found = findings(tables.days)
    week_m, base_m = week_and_base(tables.days["distance_m"])
    found["value"], found["baseline"], found["n"] = week_m.to_numpy(), base_m.to_numpy(), 4
    found["run_ids"] = run_ids_of_last_days(tables, 7)
    span = max(int(watch_window_days) - 6, 1)
    highest_m = week_m.shift(7).rolling(span, min_periods=1).max()
    is_note = reaches(week_m, base_m, note_ratio, note_more_m)
    is_watch = is_note & (week_m > watch_ratio * highest_m)
    found["level"] = np.select([is_watch, is_note], ["watch", "note"], "usual")
    # How many weeks before the last one there really were, for the sentence.
    found["weeks_before_count"] = np.minimum(np.arange(len(found)) - 6, watch_window_days).clip(min=0) // 7
    is_unknown = (
        tables.days["distance_unknown_count"].rolling(SPANNED_DAYS, min_periods=1).sum() > 0
    ).to_numpy()
    withhold(found, is_unknown, "the distance of a run in the last 5 weeks is unknown")
    withhold(
        found,
        (base_m < smallest_base_m).to_numpy(),
        f"the weeks before hold less than {smallest_base_m / 1000:.0f} km each, too little to compare with",
    )
    after_break(found, tables.days)
    not_yet(found, fewest_weeks_count)
    return found


def room(tables: Tables, *, note_ratio: float, note_more_m: float, **others: float) -> pd.DataFrame:
    """The most distance in 7 days of which nothing is said; see `Rule.room`, thresholds as `check`'s."""
    found = check(tables, note_ratio=note_ratio, note_more_m=note_more_m, **others)
    return room_of(found, distance_m=quiet_up_to(found["baseline"].to_numpy(), (note_ratio, note_more_m)))


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    more = words.compared_with(finding["value"], finding["baseline"])
    text = (
        f"{words.distance(finding['value'], units)} in the 7 days to {words.day(finding['local_date'])}: "
        f"{more} in the weeks before ({words.distance(finding['baseline'], units)} a week)"
    )
    if finding["level"] != "watch":
        return f"{text}."
    return f"{text}, and more than in any of the {finding['weeks_before_count']:.0f} weeks before."


RULE = Rule(
    id="volume_jump",
    number="F2",
    title="Weekly volume jump",
    question="Did the last 7 days hold much more running than the weeks before?",
    formula=(
        "Distance of the last 7 days over the mean or the median (whichever is larger) of the four 7-day "
        "blocks before. "
        "Watch needs a week beyond 1.1 times the highest of the 84 days before as well."
    ),
    needs=(
        "5 full weeks, with at least 10 km a week in the four before; not within 28 days of a break of "
        "10 days or more."
    ),
    grade="B-, conflicting",
    clears="As usual again as soon as the last 7 days lie below the first step, which they do with a usual "
    "week or a lighter one.",
    limits=(
        "The 10 % rule failed its trial, and jumps of this size are common: one week in four in ordinary "
        "logs. Studies of "
        "weekly change contradict one another."
    ),
    articles=(
        "000: a sudden increase in mileage, and too many changes in the same week.",
        "001: ask whether running volume went up recently.",
        "002: sudden changes of mileage.",
        "003: weekly kilometres that rise suddenly.",
    ),
    references=(
        Reference(
            source="Nielsen et al. 2014, J Orthop Sports Phys Ther 44(10)",
            found=(
                "no difference overall; distance-related injuries after rises beyond 30 % over two weeks "
                "1.59 times as frequent (0.96 to 2.66), which chance can explain; "
                "the hamstring was not among them"
            ),
            in_whom="874 novice runners with GPS",
        ),
        Reference(
            source="Damsted et al. 2019, J Orthop Sports Phys Ther",
            found="more injuries by day 21 after rises of 20 to 60 %, none more by day 56 and 98",
            in_whom="261 runners over 14 weeks",
        ),
        Reference(
            source="Buist et al. 2008, Am J Sports Med",
            found="a programme built on the 10 % rule and a standard one: no difference",
            in_whom="264 and 268 novice runners, randomised",
        ),
        Reference(
            source="Frandsen et al. 2025, Br J Sports Med 59:1203, doi 10.1136/bjsports-2024-109380",
            found="no relation of the week-to-week ratio with injury",
            in_whom="5,205 adult runners",
        ),
    ),
    unit="m",
    window="four 7-day blocks before the last 7 days",
    check=check,
    room=room,
    sentence=sentence,
    levels=("note", "watch"),
    threshold_origin=(
        "All ours. 30 % is common to studies of weekly change; the kilometres beyond it, and that watch "
        "needs more than any week of three months, were chosen over the histories of four runners, in "
        "which every fourth week lies 30 % above the weeks before."
    ),
    contradictions=(
        (
            "Articles take weekly kilometres as the measure of too much too soon. The largest cohort found "
            "no relation of the week-to-week ratio with injury, but one of the single long session."
        ),
    ),
    is_decisive=True,
)
