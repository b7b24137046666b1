"""Did the last 7 days, or one session, climb much more than usual?

Hamstrings work harder uphill than downhill, more so at speed; articles name hills among the changes that
come too fast. No study ties climbing to injuries, so this never says more than a note.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch._windows import lowest
from loadwatch.flags._rule import (
    Reference,
    Rule,
    Tables,
    findings,
    ordinals,
    quiet_up_to,
    reaches,
    room_of,
    run_ids_of_last_days,
)
from loadwatch.flags._weeks import SPANNED_DAYS, after_break, blocks, has_altitude, not_yet, withhold

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from loadwatch._arrays import Floats, Ints
    from loadwatch.words import Units


def check(
    tables: Tables,
    *,
    note_ratio: float = 1.5,
    note_more_m: float = 150.0,
    session_ratio: float = 2.0,
    session_more_m: float = 250.0,
    session_window_days: float = 42,
    smallest_altitude_share_pct: float = 80.0,
    fewest_weeks_count: float = 5,
) -> pd.DataFrame:
    """Judge the computed climb of the 7 days up to each day, and of its sessions.

    Parameters
    ----------
    tables
        A runner's tables.
    note_ratio, note_more_m
        7-day climb over the mean of the four 7-day blocks before, and beyond it [m], above which it is noted.
    session_ratio, session_more_m, session_window_days
        A session's climb over the most climbed in one session of so many days before, and beyond it [m],
        above which it is noted.
    smallest_altitude_share_pct
        Share of the distance of the five weeks that must come with altitude. [%]
    fewest_weeks_count
        Full weeks of history needed, the judged one included.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`. Where both speak, value and baseline are those of the week;
        `is_session` marks those of a session; `repetition_count` is how many hill repetitions are among
        what is noted.
    """
    found = findings(tables.days)
    days = tables.days
    gain_m = days["elevation_gain_m"].fillna(0.0)
    week_m, before_m = blocks(gain_m)
    base_m = before_m.mean(axis=1, skipna=False)
    found["value"], found["baseline"], found["n"] = week_m.to_numpy(), base_m.to_numpy(), 4
    found["run_ids"] = run_ids_of_last_days(tables, 7)
    found["is_session"], found["session_window_days"] = False, int(session_window_days)
    is_note = reaches(week_m, base_m, note_ratio, note_more_m).to_numpy()
    found["level"] = np.where(is_note, "note", "usual")
    _judge_sessions(found, tables, session_ratio, session_more_m, int(session_window_days))
    is_enough = has_altitude(days, SPANNED_DAYS, smallest_altitude_share_pct)
    withhold(found, ~is_enough, "too many runs of the last 5 weeks come without altitude")
    run_m = days["distance_m"].rolling(SPANNED_DAYS, min_periods=1).sum()
    withhold(found, ~(run_m > 0.0).to_numpy(dtype=bool), "nothing was run in the last 5 weeks")
    after_break(found, days)
    not_yet(found, fewest_weeks_count, "with altitude")
    found["repetition_count"] = _repetitions(found, tables)
    return found


def room(
    tables: Tables,
    *,
    note_ratio: float,
    note_more_m: float,
    session_ratio: float,
    session_more_m: float,
    session_window_days: float,
    **others: float,
) -> pd.DataFrame:
    """The most climb of 7 days and of one session of which nothing is said.

    See `Rule.room`, thresholds as `check`'s.
    """
    # Without its sessions the baseline of every day is that of its week.
    weeks = replace(tables, sessions=tables.sessions.iloc[:0])
    found = check(weeks, **others)
    most_m, _ = _most_before(tables.sessions, ordinals(found), int(session_window_days))
    return room_of(
        found,
        climb_m=quiet_up_to(found["baseline"].to_numpy(), (note_ratio, note_more_m)),
        session_climb_m=quiet_up_to(most_m, (session_ratio, session_more_m)),
    )


def _judge_sessions(
    found: pd.DataFrame, tables: Tables, session_ratio: float, session_more_m: float, window_days: int
) -> None:
    """Note sessions that climb far more than any before them, on days whose week is not noted already."""
    sessions = tables.sessions.dropna(subset=["elevation_gain_m"])
    sessions = sessions.iloc[np.argsort(ordinals(sessions), kind="stable")]
    day = ordinals(sessions)
    gain_m = sessions["elevation_gain_m"].to_numpy(dtype=float)
    most_m, count = _most_before(sessions, day, window_days)
    # Where nothing was climbed before, most_m is NaN and nothing is above it.
    is_note = reaches(gain_m, most_m, session_ratio, session_more_m)
    row = np.searchsorted(ordinals(found), day)
    run_ids = sessions["run_ids"].tolist()
    # Of two such sessions on one day the one that climbs more is told of.
    for i in sorted(np.flatnonzero(is_note).tolist(), key=lambda i: -gain_m[i]):
        if found.at[row[i], "level"] == "note":
            continue
        found.at[row[i], "level"], found.at[row[i], "is_session"] = "note", True
        found.at[row[i], "value"], found.at[row[i], "baseline"] = gain_m[i], most_m[i]
        found.at[row[i], "n"], found.at[row[i], "run_ids"] = count[i], run_ids[i]


def _most_before(sessions: pd.DataFrame, day: Ints, window_days: int) -> tuple[Floats, Ints]:
    """Most climbed in one of the whole sessions of so many days before, NaN without one; and their number."""
    known = sessions[~sessions["is_unfinished"]].dropna(subset=["elevation_gain_m"])
    known = known.iloc[np.argsort(ordinals(known), kind="stable")]
    known_day, gain_m = ordinals(known), known["elevation_gain_m"].to_numpy(dtype=float)
    begin, end = np.searchsorted(known_day, day - window_days), np.searchsorted(known_day, day)
    return -lowest(-gain_m, begin, end, 1)[:, 0], end - begin


def _repetitions(found: pd.DataFrame, tables: Tables) -> Ints:
    """Hill repetitions in the runs that each note rests on; 0 on other days."""
    counts = tables.runs["hill_repetition_count"].fillna(0.0).astype(int)
    count_of = dict(zip(tables.runs["run_id"], counts, strict=True))
    run_ids = found["run_ids"].tolist()
    repetitions = np.zeros(len(found), dtype=np.int64)
    for row in np.flatnonzero(found["level"] == "note").tolist():
        repetitions[row] = sum(count_of[run_id] for run_id in run_ids[row].split())
    return repetitions


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    value, base = words.climb(finding["value"], units), words.climb(finding["baseline"], units)
    day = words.day(finding["local_date"])
    repetitions = int(finding["repetition_count"])
    among = f", {words.count(repetitions, 'hill repetition')} among it" if repetitions else ""
    if finding["is_session"]:
        before = words.count(int(finding["session_window_days"]), "day")
        return f"{value} climbed in one session on {day}{among}: the most of the {before} before was {base}."
    return f"{value} climbed in the 7 days to {day}{among}, against {base} a week in the four weeks before."


def reaches_back(thresholds: Mapping[str, float]) -> int:
    """Days up to its own that it compares; see `Rule.reaches_back`."""
    return max(SPANNED_DAYS, int(thresholds["session_window_days"]) + 1)


RULE = Rule(
    id="climb_jump",
    number="F5",
    title="Climb jump",
    question="Did the last 7 days, or one session, climb much more than usual?",
    formula=(
        "Computed ascent of the last 7 days over the mean of the four 7-day blocks before; and a session's "
        "ascent over the "
        "most climbed in one session of the 42 days before. Hill repetitions among it are counted: at least "
        "3 climbs of one hill within an hour, each of 15 m or more at 4 % or more, the typical one hard."
    ),
    needs="5 full weeks with altitude; not within 28 days of a break of 10 days or more.",
    grade="C, with laboratory work",
    clears="As usual again as soon as the climb of the last 7 days lies below the first step; a session, "
    "with the next day.",
    limits=(
        "Muscle activity in the laboratory, no injuries. Altitude without a barometer is rough. The same "
        "climb is counted "
        "alike whether run or walked inside a run."
    ),
    articles=(
        "000: hills are to grow gradually, uphill repeats to be moderated while symptoms build.",
        "002: hill work that increases too quickly.",
        (
            "003: names downhill rather than uphill running as hard on the hamstrings; the laboratory found "
            "the opposite."
        ),
    ),
    references=(
        Reference(
            source="Cai et al. 2010",
            found="biceps femoris more active uphill than downhill at 6 degrees",
            in_whom="8 runners",
        ),
        Reference(
            source="Yokozawa et al.",
            found=(
                "modelled hamstring and hip flexor activity in the recovery phase "
                "up on a 9.1 % climb at high speed"
            ),
            in_whom="6 runners, 3.3 to 5.0 m/s",
        ),
    ),
    unit="m",
    window="four 7-day blocks before the last 7 days, or the best session of 42 days",
    check=check,
    room=room,
    sentence=sentence,
    levels=("note",),
    threshold_origin=(
        "All ours: no study gives a climb that is too much. Chosen over the histories of four runners so "
        "that an ordinary year stays readable. What counts as a hill repetition is ours as well, and sets "
        "no level."
    ),
    contradictions=(
        (
            "Article 003 names downhill rather than uphill running as hard on the hamstrings. In the "
            "laboratory biceps femoris was more active uphill."
        ),
    ),
    reaches_back=reaches_back,
)
