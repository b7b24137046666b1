"""Does running after a break come back faster than a coach's table allows?

Fitness fades in weeks, and what tissue can carry is unknown: nobody measures it. Coaches let distance come
back in stages, as long as the break was, and leave hard and hilly running for when half of it is there.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.diary import marked
from loadwatch.flags._returns import BEFORE_DAYS, NOTED_DAYS, returns_on
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
from loadwatch.flags._weeks import has_hard_session, withhold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loadwatch._arrays import Bools
    from loadwatch.diary import Entry
    from loadwatch.words import Units


def check(  # noqa: PLR0913 - one keyword for each threshold
    tables: Tables,
    *,
    note_off_days: float = 7,
    watch_off_days: float = 14,
    watch_over_ratio: float = 1.2,
    watch_more_m: float = 2000.0,
    act_off_days: float = 28,
    act_over_ratio: float = 1.5,
    act_more_m: float = 5000.0,
    unlocked_ratio: float = 0.55,
    hard_min: float = 10.0,
    hilly_pct: float = 1.0,
    smallest_base_m: float = 10_000.0,
) -> pd.DataFrame:
    """Judge the distance of the 7 days up to each day, as far as they lie after the last return.

    Parameters
    ----------
    tables
        A runner's tables.
    note_off_days
        Days off from which a return is noted for a week.
    watch_off_days, act_off_days
        Days off from which a level can be reached ...
    watch_over_ratio, act_over_ratio
        ... by a distance beyond this multiple of the stage's share of the mean week before the break ...
    watch_more_m, act_more_m
        ... and this much beyond it. [m]
    unlocked_ratio
        Until a 7-day distance has come back to this share of the mean week before the break, and for at most
        28 days beyond the stages, a hard or hilly run is watched.
    hard_min
        A session with so many hard minutes, by what was known on its day, is hard. [min]
    hilly_pct
        Computed climb over distance of a run, above which it is hilly. [%]
    smallest_base_m
        Below this mean week before the break nothing can be told. [m]

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; `kind` says what is told: over (the stage's distance), hard, hilly or
        back; `off_because` what the diary says of the break; `off_days`, `back_on` and `old_m` are the break,
        its end and the mean week before it.
    """
    days = tables.days
    found = findings(days)
    on = returns_on(days, int(note_off_days), unlocked_ratio)
    week_m, cap_m, is_long = on["week_m"], on["cap_m"], on["worst_off_days"] >= watch_off_days
    is_beyond = [
        reaches(week_m, cap_m, ratio, more_m) & (on["worst_off_days"] >= off_days)
        for ratio, more_m, off_days in (
            (act_over_ratio, act_more_m, act_off_days),
            (watch_over_ratio, watch_more_m, watch_off_days),
        )
    ]
    is_hard = on["is_locked"] & is_long & has_hard_session(tables, hard_min)
    is_hilly = on["is_locked"] & is_long & _has_hilly_run(tables, hilly_pct)
    has_run = days["run_count"].rolling(NOTED_DAYS, min_periods=1).sum() > 0
    is_back = (on["own_off_days"] >= note_off_days) & (on["since_days"] < NOTED_DAYS) & has_run
    is_over = is_beyond[0] | is_beyond[1]
    found["kind"] = np.select([is_over, is_hard, is_hilly, is_back], ["over", "hard", "hilly", "back"], "")
    found["level"] = np.select(
        [is_beyond[0], is_over | is_hard | is_hilly, is_back], ["act", "watch", "note"], "usual"
    )
    is_lock = found["kind"].isin(["hard", "hilly"])
    found["value"] = week_m.mask(is_lock, on["before_m"])
    found["baseline"] = cap_m.fillna(on["old_m"]).mask(is_lock, unlocked_ratio * on["old_m"])
    found["n"] = BEFORE_DAYS // 7
    found["run_ids"] = np.where(
        is_lock, run_ids_of_last_days(tables, 1), run_ids_of_last_days(tables, NOTED_DAYS)
    )
    for name in ("own_off_days", "worst_off_days", "since_days", "old_m"):
        found[name] = on[name]
    found["off_because"] = _because(on, days, tables.diary)
    _withhold(found, days, on, smallest_base_m)
    return found


def room(  # noqa: PLR0913 - the thresholds it turns round
    tables: Tables,
    *,
    watch_off_days: float,
    watch_over_ratio: float,
    watch_more_m: float,
    act_off_days: float,
    act_over_ratio: float,
    act_more_m: float,
    unlocked_ratio: float,
    hard_min: float,
    hilly_pct: float,
    **others: float,
) -> pd.DataFrame:
    """The most distance in 7 days since a return, and hard and hilly running while they wait.

    See `Rule.room`, thresholds as `check`'s. `coach_m` is what the coach's table itself allows, below which
    the rule has said nothing for long.
    """
    own = {"watch_off_days": watch_off_days, "unlocked_ratio": unlocked_ratio, "hard_min": hard_min}
    found = check(tables, **own, **others)
    on = returns_on(tables.days, int(others["note_off_days"]), unlocked_ratio)
    cap_m, off_days = on["cap_m"].to_numpy(), on["worst_off_days"].to_numpy()
    beyond_m = [
        np.where(off_days >= least, quiet_up_to(cap_m, (ratio, more_m)), np.nan)
        for ratio, more_m, least in (
            (watch_over_ratio, watch_more_m, watch_off_days),
            (act_over_ratio, act_more_m, act_off_days),
        )
    ]
    is_locked = on["is_locked"].to_numpy() & (off_days >= watch_off_days)
    return room_of(
        found,
        distance_m=np.fmin(*beyond_m),
        session_hard_min=np.where(is_locked, hard_min, np.nan),
        run_climb_pct=np.where(is_locked, hilly_pct, np.nan),
        coach_m=cap_m,
    )


def _because(on: pd.DataFrame, days: pd.DataFrame, diary: Sequence[Entry]) -> list[str]:
    """What the diary marks in the break before each day's return: "ill", "on holiday", both, or nothing."""
    because = [""] * len(days)
    told = {"ill": marked(diary, "illness"), "on holiday": marked(diary, "holiday")}
    if not any(told.values()):
        return because
    date_of = days["local_date"].tolist()
    for row in np.flatnonzero(on["since_days"].notna()).tolist():
        back = row - int(on["since_days"].iloc[row])
        off = set(date_of[back - int(on["own_off_days"].iloc[row]) : back])
        because[row] = words.listing([word for word, marks in told.items() if off & marks])
    return because


def _has_hilly_run(tables: Tables, hilly_pct: float) -> Bools:
    """Days with a run that climbs more than so many percent of its distance; shape (n,)."""
    runs = tables.runs
    is_hilly = runs["elevation_gain_computed_m"] > hilly_pct / 100.0 * runs["distance_m"]
    return tables.days["local_date"].isin(runs.loc[is_hilly, "local_date"]).to_numpy()


def _withhold(found: pd.DataFrame, days: pd.DataFrame, on: pd.DataFrame, smallest_base_m: float) -> None:
    """Take back what is told where the break, or the running since, cannot be measured."""
    is_return = on["since_days"].notna()
    least = smallest_base_m / 1000.0
    is_unknown = is_return & (days["distance_unknown_count"].rolling(7, min_periods=1).sum() > 0)
    for where, reason in (
        (
            is_return & (on["old_m"] < smallest_base_m),
            f"the 4 weeks before the break hold less than {least:.0f} km each, too little to compare with",
        ),
        (is_return & ~(on["old_m"] > 0.0), "nothing was run in the 4 weeks before the break"),
        (is_return & on["old_m"].isna(), "the 4 weeks before the break are not all known"),
        (is_unknown, "the distance of a run of the last 7 days is unknown"),
    ):
        withhold(found, where.to_numpy(), reason)
        # While only the gate is shut, no day is known from which it can be told.
        is_ahead = where & (on["end_row"] > on.index)
        if is_ahead.any():
            found.loc[is_ahead, "judge_from"] = _dates(days, on.loc[is_ahead, "end_row"])
    run_m, unknown = (
        days[name].rolling(28, min_periods=1).sum() for name in ("distance_m", "distance_unknown_count")
    )
    is_dark = ((unknown > 0) & ~(run_m > 0.0)).to_numpy()
    withhold(found, is_dark, "no run of the last 4 weeks has a known distance")
    is_early = found.index < BEFORE_DAYS
    withhold(found, is_early, "it needs 4 weeks of history before a break")
    found.loc[is_early, "judge_from"] = _dates(
        days, pd.Series(float(BEFORE_DAYS), index=found.index[is_early])
    )


def _dates(days: pd.DataFrame, row: pd.Series[float]) -> pd.Series[Any]:
    """Calendar day of some rows, which may lie beyond the last one."""
    first = days["local_date"].iloc[0].toordinal() if len(days) else 1
    return pd.Series([date.fromordinal(first + int(place)) for place in row], index=row.index, dtype=object)


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """One finding in words."""
    value, old = words.distance(finding["value"], units), words.distance(finding["old_m"], units)
    on, off = words.day(finding["local_date"]), f"{words.count(int(finding['own_off_days']), 'day')} off"
    if finding["off_because"]:
        off += f" ({finding['off_because']})"
    if finding["worst_off_days"] > finding["own_off_days"]:
        off += f", not long after a break of {finding['worst_off_days']:.0f}"
    # Where nothing was run before, nothing is told.
    limit = words.distance(finding["baseline"], units)
    share = words.percent(100.0 * finding["baseline"] / finding["old_m"])
    kind = finding["kind"]
    if kind in ("hard", "hilly"):
        return (
            f"A {kind} run on {on}, back after {off}, with "
            f"{words.distance_or_none(finding['value'], units)} in the 7 days before it: such runs wait "
            f"until a week holds {limit} again, {share} of the {old} before the break."
        )
    back = finding["local_date"] - timedelta(days=int(finding["since_days"]))
    if kind == "over":
        more = words.compared_with(finding["value"], finding["baseline"])
        return (
            f"{value} in the 7 days to {on}, back since {words.day(back)} after {off}: {more} "
            f"the {limit} that a coach's table allows for now ({share} of the {old} a week before)."
        )
    allowed = (
        f"a coach's table allows {limit} a week for now, {share} of the {old} before"
        if finding["baseline"] < finding["old_m"]
        else f"before the break a week held {old}"
    )
    # A week ends with more than the day on which the rule spoke.
    run = f"on {on} after {off}, with {value}" if on == words.day(back) else ""
    return f"Back {run or f'since {words.day(back)} after {off}, {value} by {on}'}: {allowed}."


RULE = Rule(
    id="return_from_break",
    number="F9",
    title="Return from a break",
    question="Does running after a break come back faster than a coach's table allows?",
    formula=(
        "Distance of the last 7 days since the return over a share of the mean week of the 28 days before "
        "the break. Share after 10 to 28 days off: 50 %, then 75 %, each for half as long as the break; up "
        "to 56 days: 33, 50, 75 %, each for a third of it; beyond: 33, 50, 70, 85, 100 %, each for 3 weeks. "
        "A walk or hike ends the days off. A session with 10 hard minutes, or a run with more than 10 "
        "m of climb per km, is watched before a week has come back to 55 %, for at most 28 days beyond the "
        "stages."
    ),
    needs="28 days of history before the break, with at least 10 km a week.",
    grade="C for stages and gates, B for what fades",
    clears="As usual again as soon as the last 7 days are back within the share that the table allows, which "
    "grows with the weeks, and with its last stage at the latest.",
    limits=(
        "The table is for fitness, and the gate is one clinic's: neither was tested against injuries, and "
        "nobody can measure what the tissue bears. Strength and cycling in the days off are not counted. Of "
        "two breaks close together the stricter counts."
    ),
    articles=(
        "000: coming back should be gradual, and only once everyday life is free of pain.",
        "001: begin again short and slow, steady and on the flat, then add distance and speed bit by bit.",
        "002: no fast running and no hills before the hamstring has healed; then more bit by bit.",
        "003: coming back after a pause is among the times when a hamstring gets irritated.",
        "004: steady easy running comes first, before faster running or hills.",
    ),
    references=(
        Reference(
            source="Daniels' table, as quoted in the public research notes of vi000246/TrailRunCoach",
            found="the shares of the old distance after 6 to 28 days, 4 to 8 weeks and longer",
            in_whom="a coach's table, no study",
        ),
        Reference(
            source="Ohio State return-to-running programme, by the same notes",
            found=(
                "hills and speed only after 50 to 60 % of the earlier volume, normal training at 75 to 80 %; "
                "begins after 30 minutes of painless walking"
            ),
            in_whom="a clinic's protocol, no study",
        ),
        Reference(
            source="Houmard et al. 1992 and Coyle et al., by the same notes",
            found=(
                "highest oxygen uptake 4 % lower after 14 days off, 7 % after 21, 16 % after 56; heart rate "
                "at the same pace 11 bpm higher after 14; running economy unchanged"
            ),
            in_whom="not told in the notes",
        ),
    ),
    unit="m",
    window="28 days before the break, as a mean week, times the share of the stage",
    check=check,
    room=room,
    sentence=sentence,
    levels=("note", "watch", "act"),
    threshold_origin=(
        "The shares are a coach's, the gate at 55 % lies in the middle of a clinic's 50 to 60 %; how far "
        "over the cap is noted, watched or acted on is ours. None was tried against injuries."
    ),
    action="Come back more slowly: short, easy and flat, within what the table allows for now.",
    is_lowered_by_strain=True,
    is_act_lowered_by_strain=True,
)
