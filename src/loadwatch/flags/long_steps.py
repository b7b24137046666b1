"""Are steps long for the speed, compared with the runner's own habit?

Articles link overstriding to hamstring strain. A watch cannot see where the foot lands; it sees cadence, and
at a given speed a lower cadence means longer steps. Cadence rises with speed and differs between people and
devices, so each run is judged by the runner's own curve on the same device, never by a fixed number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags._rule import Reference, Rule, Tables, findings, ordinals
from loadwatch.flags._runs import by_session, hold, ids_of_last, missing_stride

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch.words import Units

TARGET = ("own_cadence_spm", "stride_speed_mps")
MOST_RATIO = 1.05  # of the steps taken now: no target asks for more


def check(
    tables: Tables,
    *,
    note_pct: float = -2.0,
    note_runs_count: float = 3,
    watch_pct: float = -2.5,
    watch_runs_count: float = 5,
    longest_standing_days: float = 28,
    longest_pool_days: float = 60,
) -> pd.DataFrame:
    """Judge the last few runs' cadence against the runner's own at the same speed.

    Parameters
    ----------
    tables
        A runner's tables; `runs.stride_residual_pct` is NaN for runs that cannot be judged.
    note_pct, note_runs_count
        Median of so many judged runs at or below this is noted; parts of a session are one run. [%]
    watch_pct, watch_runs_count
        Median of so many judged runs at or below this is watched. [%]
    longest_standing_days
        A finding holds until the next judged run, at most so long. [d]
    longest_pool_days
        Runs judged together lie at most so far apart. [d]

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; value in percent of the usual cadence, the baseline being 0; and the
        `TARGET` of the same runs: what the own curve says at their median speed.
    """
    found = findings(tables.days)
    is_judged = tables.runs["stride_residual_pct"].notna()
    judged = by_session(tables.runs[is_judged], tables.sessions, "stride_residual_pct", *TARGET)
    residual_pct = judged["stride_residual_pct"]
    few, many = int(note_runs_count), int(watch_runs_count)
    of_few, of_many = residual_pct.rolling(few).median(), residual_pct.rolling(many).median()
    by_run = pd.DataFrame(
        {
            "local_date": judged["local_date"],
            "level": np.select(
                [of_many <= watch_pct, of_few <= note_pct, of_few.notna()],
                ["watch", "note", "usual"],
                "cannot_tell",
            ),
            "value": of_many.where(of_many <= watch_pct, of_few),
            "n": np.where(of_many <= watch_pct, many, few),
        }
    )
    by_run["run_ids"] = ids_of_last(judged, by_run["n"].to_numpy())
    # Runs of another season say nothing of today's stride.
    day = ordinals(judged)
    first = np.maximum(np.arange(len(judged)) - by_run["n"].to_numpy() + 1, 0)
    by_run.loc[day - day[first] > longest_pool_days, "level"] = "cannot_tell"
    by_run["last_run"] = by_run["local_date"]
    for name in TARGET:
        medians = [judged[name].rolling(count).median() for count in (many, few)]
        by_run[name] = medians[0].where(by_run["n"] == many, medians[1])
    found["last_run"] = pd.Series([None] * len(found), dtype=object)
    found[list(TARGET)] = np.nan
    hold(found, by_run, longest_standing_days)
    found.loc[found["value"].notna(), "baseline"] = 0.0
    is_blank = (found["level"] == "cannot_tell").to_numpy()
    each = "5 minutes of steady running on the flat"
    reasons = missing_stride(
        tables, judged, each=each, longest_standing_days=longest_standing_days, fewest=few
    )
    found.loc[is_blank, "reason"] = reasons[is_blank]
    return found


def sentence(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - every rule's sentence is called alike
    """One finding in words."""
    runs = words.count(int(finding["n"]), "judged run")
    share = words.percent(abs(finding["value"]), 1)
    return (
        f"Steps long for the speed: cadence {share} below your own at the same speed over the last {runs} "
        f"(to {words.day(finding['last_run'])}): a sign of overstriding, no proof."
    )


def detail(finding: Mapping[str, Any], units: Units) -> str:
    """A cadence to go back to at the usual speed: the own curve's, and at most 5 % above today's."""
    own_spm = finding["own_cadence_spm"]
    now_spm = own_spm * (1.0 + finding["value"] / 100.0)
    target_spm = min(own_spm, MOST_RATIO * now_spm)
    way = "Back to" if target_spm == own_spm else "Part of the way back to"
    return (
        f"{way} your own curve would be about {words.cadence(target_spm)} at "
        f"{words.pace(finding['stride_speed_mps'], units)}, "
        f"{words.percent(100.0 * (target_spm / now_spm - 1.0), 1)} more than now. "
        "More steps at one speed ease knee and hip in the laboratory, but may ask more of the hamstrings; "
        "no study has a hamstring outcome."
    )


RULE = Rule(
    id="long_steps",
    number="F10",
    title="Steps long for the speed",
    question="Are steps long for the speed, compared with the runner's own habit?",
    formula=(
        "Median over half-minutes of steady flat running of cadence over the runner's own curve at the "
        "same speed, minus 1. "
        "The curve is a robust line through the same device's 40 runs that end 10 runs earlier. Median of "
        "the last 3 judged "
        "runs for a note, of the last 5 for watch."
    ),
    needs=(
        "12 runs for the curve; in a judged run 10 half-minutes at speeds between the curve's 5th and "
        "95th percentile."
    ),
    grade="B for the mechanics, none for the hamstring",
    clears="As usual again when the median of the last judged runs is back at the own curve, or after 28 "
    "days without a judged run.",
    limits=words.STRIDE_LIMIT
    + (
        " More steps lower the load on knee and hip in the laboratory, but may raise hamstring activity; "
        "no study has a "
        "hamstring outcome. Shoes, surface, fatigue and a new device change cadence too."
    ),
    articles=(
        "000: overstriding may load the hamstring more; longer strides are among the changes before trouble.",
        "001: strains often come with overstriding; shorter, quicker steps are advised.",
        "002: a hamstring may hurt after a run with overstriding.",
        (
            "003: long strides and low cadence are signs of overstriding; 5 to 10 % more cadence is said to "
            "lower strain, "
            "for which there is no direct evidence."
        ),
    ),
    references=(
        Reference(
            source="Heiderscheit et al. 2011",
            found=(
                "5 and 10 % more steps lower energy absorption at the knee, 10 % at the hip as well; step "
                "length and braking fall"
            ),
            in_whom="45 runners",
        ),
        Reference(
            source="Chumanov et al. 2012, Gait Posture",
            found="10 % more steps raise muscle activity in late swing, the hamstrings' among them",
            in_whom="the same 45 runners",
        ),
        Reference(
            source="Burns et al. 2019, J Appl Physiol",
            found=(
                "cadence rises 5.6 spm per m/s and differs widely between runners of one level (155 to 203 "
                "spm)"
            ),
            in_whom="20 elite runners over 100 km",
        ),
    ),
    unit="%",
    window="own cadence-against-speed curve of 40 earlier runs on the same device",
    check=check,
    sentence=sentence,
    detail=detail,
    levels=("note", "watch"),
    threshold_origin=(
        "All ours: at the same speed a runner's cadence varies by 1.1 to 2.1 % from run to run (four "
        "runners), so that a median of several runs 2 to 2.5 % off is out of the ordinary. No study gives "
        "a step that is too long."
    ),
    contradictions=(
        (
            "Articles ask for a higher cadence to spare the hamstrings. In the laboratory more steps at "
            "the same speed mean more hamstring activity late in the swing, and less load on knee and hip. "
            "No study has looked at hamstring injuries."
        ),
    ),
)
