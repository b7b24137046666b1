"""Did a session descend much more than any of the 42 days before?

Running downhill the legs brake, and legs that have not done so lately are sore and weak for days; one bout
protects for weeks. An article calls downhill hard on the hamstring, which the laboratory contradicts: this
is about the load on the whole leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags._rule import Reference, Rule, Tables, findings, quiet_up_to, reaches, room_of
from loadwatch.flags._weeks import has_altitude, not_yet, withhold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch.words import Units

STEEP_WORTH_TELLING_PCT = 20.0


def check(
    tables: Tables,
    *,
    note_ratio: float = 1.2,
    note_more_m: float = 100.0,
    watch_ratio: float = 1.5,
    watch_more_m: float = 300.0,
    habit_days: float = 42,
    smallest_altitude_share_pct: float = 80.0,
    fewest_weeks_count: float = 6,
) -> pd.DataFrame:
    """Judge the computed descent of each day's sessions by the largest of the days before.

    Parameters
    ----------
    tables
        A runner's tables.
    note_ratio, watch_ratio
        A session's descent over the habit, above which a level is reached ...
    note_more_m, watch_more_m
        ... if it is at least this much more. [m]
    habit_days
        The habit is the largest descent of one session, hike or walk in so many days before.
    smallest_altitude_share_pct
        Share of the distance of these days that must come with altitude. [%]
    fewest_weeks_count
        Full weeks of history needed, the judged one included.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; `steep_pct` is the share of the session's descent on slopes of 8 %
        and more. A day without a session is as usual.
    """
    days = tables.days
    found = findings(days)
    most, window = _most_of_each_day(tables, tables.sessions), int(habit_days)
    whole_m = _most_of_each_day(tables, tables.sessions[~tables.sessions["is_unfinished"]])[
        "elevation_loss_m"
    ]
    descent_m = most["elevation_loss_m"]
    walked_m = days["walked_descent_m"].where(days["walked_descent_m"] > 0.0)
    before = pd.concat([whole_m, walked_m], axis=1).max(axis=1).shift().rolling(window, min_periods=1)
    habit_m = before.max()
    found["value"], found["baseline"] = descent_m, habit_m
    found["n"] = before.count().fillna(0.0).astype(int)
    found["run_ids"] = most["run_ids"]
    found["habit_days"] = window
    found["steep_pct"] = 100.0 * most["steep_descent_m"] / descent_m.where(descent_m > 0.0)
    is_watch = reaches(descent_m, habit_m, watch_ratio, watch_more_m)
    is_note = reaches(descent_m, habit_m, note_ratio, note_more_m)
    found["level"] = np.select([is_watch, is_note], ["watch", "note"], "usual")
    # What could be seen of such a day was not much; a run without altitude may hide more.
    is_blind = (days["altitude_known_m"] < days["distance_m"]) | (days["distance_unknown_count"] > 0)
    withhold(found, (is_blind & ~is_note).to_numpy(), "a run of that day comes without altitude")
    is_enough = has_altitude(days, window, smallest_altitude_share_pct)
    withhold(found, ~is_enough, f"too many runs of the last {words.count(window, 'day')} lack altitude")
    withhold(
        found,
        habit_m.isna().to_numpy(),
        f"nothing with altitude was run or walked in the {words.count(window, 'day')} before",
    )
    not_yet(found, fewest_weeks_count, "with altitude")
    return found


def room(
    tables: Tables,
    *,
    note_ratio: float,
    note_more_m: float,
    watch_ratio: float,
    watch_more_m: float,
    **others: float,
) -> pd.DataFrame:
    """The most descent in one session of which nothing is said; see `Rule.room`, thresholds as `check`'s."""
    found = check(tables, **others)
    steps = (note_ratio, note_more_m), (watch_ratio, watch_more_m)
    return room_of(found, session_descent_m=quiet_up_to(found["baseline"].to_numpy(), *steps))


def _most_of_each_day(tables: Tables, sessions: pd.DataFrame) -> pd.DataFrame:
    """The session that descends most, for each row of `days`; NaN and an empty text where there is none."""
    known = sessions.dropna(subset=["elevation_loss_m"])
    known = known.sort_values("elevation_loss_m", kind="stable").drop_duplicates("local_date", keep="last")
    most = known.set_index("local_date").reindex(tables.days["local_date"]).reset_index(drop=True)
    numbers = ["elevation_loss_m", "steep_descent_m"]
    return most[numbers].astype(float).assign(run_ids=most["run_ids"].fillna(""))


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    value, habit = words.climb(finding["value"], units), words.climb(finding["baseline"], units)
    steep = finding["steep_pct"]
    share = (
        f", {words.percent(steep)} of it on slopes of 8 % and more"
        if steep >= STEEP_WORTH_TELLING_PCT
        else ""
    )
    return (
        f"{value} of descent in one session on {words.day(finding['local_date'])}{share}: the most of the "
        f"{finding['habit_days']} days before, hikes and walks included, was {habit}."
    )


def reaches_back(thresholds: Mapping[str, float]) -> int:
    """Days up to its own that it compares; see `Rule.reaches_back`."""
    return int(thresholds["habit_days"]) + 1


RULE = Rule(
    id="descent_jump",
    number="F6",
    title="Descent jump",
    question="Did a session descend much more than any of the 42 days before?",
    formula=(
        "Computed descent of a session over the largest descent of one session, hike or walk of the 42 days "
        "before."
    ),
    needs="6 full weeks, with altitude on four fifths of their distance.",
    grade="B for soreness and lost strength, C for the hamstring",
    clears="It speaks of one session: the next day is as usual again, and the descent counts among the 42 "
    "days that the next ones are compared with.",
    limits=(
        "Downhill running loads the whole leg, not the hamstring above all: an article says otherwise, "
        "and muscle activity measured in the laboratory contradicts it. 42 days is how long one bout "
        "protects; no study says how many times the habit is too much, so 1.2 and 1.5 are choices. Altitude "
        "without a barometer is rough."
    ),
    articles=(
        "000: trail and fell running, where the legs brake and adjust, are among the settings of strains.",
        (
            "003: counts downhill among what hamstrings work hardest at, and advises against long downhill "
            "sessions early on; for the hamstring the laboratory found the opposite."
        ),
    ),
    references=(
        Reference(
            source="Cai et al. 2010",
            found="biceps femoris more active uphill than downhill at 6 degrees",
            in_whom="8 runners",
        ),
        Reference(
            source=(
                "Studies of downhill running as summed up in the public research notes of "
                "vi000246/TrailRunCoach, not read themselves"
            ),
            found=(
                "after 30 minutes at -15 to -20 % leg force is down by 7 to 22 % and takes 3 to 5 days to "
                "return, more than 4 days in the untrained; one bout protects for 3 to 6 weeks, no longer at "
                "9; soreness ends before strength is back"
            ),
            in_whom="trained and untrained runners; numbers not given there",
        ),
        Reference(
            source="Van Hooren et al. 2024, by the same notes",
            found="downhill raises the load of the kneecap joint and lowers that of shin and Achilles tendon",
            in_whom="runners in the laboratory",
        ),
    ),
    unit="m",
    window="largest descent of one session, hike or walk in the 42 days before",
    check=check,
    room=room,
    sentence=sentence,
    levels=("note", "watch"),
    threshold_origin=(
        "42 days are how long one bout of downhill running protects (3 to 6 weeks). The ratios and metres "
        "are ours: no study gives a descent that is too much. Chosen over the histories of four runners so "
        "that an ordinary year stays readable."
    ),
    contradictions=(
        (
            "Article 003 counts downhill among what hamstrings work hardest at. In the laboratory biceps "
            "femoris was less active downhill than uphill."
        ),
    ),
    judges_runs=True,
    reaches_back=reaches_back,
)
