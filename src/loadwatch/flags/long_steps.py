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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch._arrays import Ints
    from loadwatch.words import Units


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
        Median of so many judged runs at or below this is noted. [%]
    watch_pct, watch_runs_count
        Median of so many judged runs at or below this is watched. [%]
    longest_standing_days
        A finding holds until the next judged run, at most so long. [d]
    longest_pool_days
        Runs judged together lie at most so far apart. [d]

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; value in percent of the usual cadence, the baseline being 0.
    """
    found = findings(tables.days)
    judged = tables.runs[tables.runs["stride_residual_pct"].notna()].reset_index(drop=True)
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
    first = np.maximum(np.arange(len(judged)) - by_run["n"].to_numpy() + 1, 0)
    run_ids = judged["run_id"].tolist()
    by_run["run_ids"] = [" ".join(run_ids[begin : i + 1]) for i, begin in enumerate(first.tolist())]
    # Runs of another season say nothing of today's stride.
    day = ordinals(judged)
    by_run.loc[day - day[first] > longest_pool_days, "level"] = "cannot_tell"
    by_run["last_run"] = by_run["local_date"]
    found["last_run"] = pd.Series([None] * len(found), dtype=object)
    _spread(found, by_run.drop_duplicates("local_date", keep="last"), longest_standing_days)
    is_blank = (found["level"] == "cannot_tell").to_numpy()
    found.loc[is_blank, "reason"] = _missing(tables, judged, few)[is_blank]
    return found


def _spread(found: pd.DataFrame, by_run: pd.DataFrame, longest_standing_days: float) -> None:
    """Let each run's judgement hold until the next judged run."""
    ordinal, run_day = ordinals(found), ordinals(by_run)
    at = np.searchsorted(run_day, ordinal, side="right") - 1
    if not run_day.size:
        return
    is_held = (at >= 0) & (ordinal - run_day[np.maximum(at, 0)] <= longest_standing_days)
    for name in ("level", "value", "n", "run_ids", "last_run"):
        found.loc[is_held, name] = by_run[name].to_numpy()[at[is_held]]
    found.loc[is_held & found["value"].notna().to_numpy(), "baseline"] = 0.0


def _missing(tables: Tables, judged: pd.DataFrame, few: int) -> np.ndarray[Any, Any]:
    """What each day lacks to be judged, as far as was known on that day."""
    with_cadence = tables.runs[tables.runs["cadence_mean_spm"].notna()]
    has_cadence, judged_count = (_runs_so_far(runs, tables.days) for runs in (with_cadence, judged))
    far = (
        "it needs 12 earlier runs with cadence and altitude on one device, then 10 more, "
        "each with 5 minutes of steady running on the flat"
    )
    near = [
        f"it judges {few} runs together; {words.count(done, 'run')} could be judged so far"
        for done in range(few)
    ]
    texts = np.array([*near, "no run of the last 4 weeks could be judged"], dtype=object)
    reasons = np.where(judged_count == 0, far, texts[np.minimum(judged_count, few)])
    return np.where(has_cadence == 0, "no run has cadence", reasons)


def _runs_so_far(runs: pd.DataFrame, days: pd.DataFrame) -> Ints:
    """Runs up to each day; shape (n,)."""
    return np.searchsorted(np.sort(ordinals(runs)), ordinals(days), side="right").astype(np.int64)


def sentence(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - every rule's sentence is called alike
    """One finding in words."""
    runs = words.count(int(finding["n"]), "judged run")
    share = words.percent(abs(finding["value"]), 1)
    return (
        f"Steps long for the speed: cadence {share} below your own at the same speed over the last {runs} "
        f"(to {words.day(finding['last_run'])}): a sign of overstriding, no proof."
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
