"""Does cadence fall late in steady runs, more than the change of speed explains?

An article sees form fade late in a run, and strides grow long with fatigue. Cadence follows speed, so it is
held against the runner's own curve, and only in runs at a steady speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags._rule import Reference, Rule, Tables, findings
from loadwatch.flags._runs import by_session, hold, known_on, missing_stride

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch.words import Units


def check(
    tables: Tables,
    *,
    fade_spm: float = -4.0,
    watch_fades_count: float = 2,
    watch_runs_count: float = 5,
    longest_standing_days: float = 28,
    longest_pool_days: float = 60,
) -> pd.DataFrame:
    """Judge how far cadence fell from the first to the last third of steady runs.

    Parameters
    ----------
    tables
        A runner's tables; `runs.cadence_fade_spm` is NaN for runs that cannot be judged.
    fade_spm
        A run fades where the change is at or below this. [spm]
    watch_fades_count, watch_runs_count
        So many fades among the last so many judged runs are watched; one in the last run is noted. Parts of a
        session are one run.
    longest_standing_days
        A finding holds until the next judged run, at most so long. [d]
    longest_pool_days
        Runs judged together lie at most so far apart. [d]

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; value is the mean change of the runs that faded [spm], the baseline
        being 0; `fade_count` says how many did.
    """
    found = findings(tables.days)
    is_judged = tables.runs["cadence_fade_spm"].notna()
    judged = by_session(tables.runs[is_judged], tables.sessions, "cadence_fade_spm")
    by_run = _by_run(judged, fade_spm, int(watch_runs_count), longest_pool_days)
    is_watch = by_run["fade_count"] >= watch_fades_count
    by_run["level"] = np.select([is_watch, by_run["is_fade"]], ["watch", "note"], "usual")
    found["fade_count"], found["last_run"] = 0, pd.Series([None] * len(found), dtype=object)
    hold(found, by_run.drop(columns="is_fade"), longest_standing_days)
    found.loc[found["value"].notna(), "baseline"] = 0.0
    is_blank = (found["level"] == "cannot_tell").to_numpy()
    each = "35 minutes at a steady speed, on the flat early and late"
    reasons = missing_stride(tables, judged, each=each, longest_standing_days=longest_standing_days)
    found.loc[is_blank, "reason"] = reasons[is_blank]
    return found


def _by_run(judged: pd.DataFrame, fade_spm: float, most_runs: int, longest_pool_days: float) -> pd.DataFrame:
    """Fades among the last few runs up to each judged run: how many, how far on average, and which."""
    change_spm, day = judged["cadence_fade_spm"].to_numpy(), known_on(judged)
    is_fade = change_spm <= fade_spm
    place = np.arange(len(judged))
    # Runs of another season say nothing of today's stride.
    begin = np.maximum(place - most_runs + 1, np.searchsorted(day, day - longest_pool_days))
    count, sum_spm = (
        np.append(0.0, np.cumsum(values))[place + 1] - np.append(0.0, np.cumsum(values))[begin]
        for values in (is_fade, np.where(is_fade, change_spm, 0.0))
    )
    ids = judged["run_id"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "local_date": judged["local_date"],
            "last_run": judged["local_date"],
            "is_fade": is_fade,
            "fade_count": count.astype(int),
            "value": np.divide(sum_spm, count, out=np.full(len(judged), np.nan), where=count > 0),
            "n": place + 1 - begin,
            "run_ids": [
                " ".join(ids[first : last + 1][is_fade[first : last + 1]])
                for first, last in zip(begin.tolist(), place.tolist(), strict=True)
            ],
        }
    )


def sentence(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - every rule's sentence is called alike
    """One finding in words."""
    count, runs = int(finding["fade_count"]), words.count(int(finding["n"]), "steady run")
    many = "it was" if count == 1 else "they were on average"
    which = "the last steady run" if int(finding["n"]) == 1 else f"{count} of the last {runs}"
    return (
        f"Cadence fell late in {which} (to {words.day(finding['last_run'])}): in the last "
        f"third {many} {words.number(abs(finding['value']), 1)} spm below the first at matched speed; "
        "steps that grow longer with fatigue look like this."
    )


RULE = Rule(
    id="late_fade",
    number="F11",
    title="Late fade",
    question="Does cadence fall late in steady runs, more than the change of speed explains?",
    formula=(
        "Mean cadence above the runner's own curve at the same speed, last third of the run minus the first. "
        "A run at -4 spm or below fades; 2 fades in the last 5 judged runs are watched."
    ),
    needs=(
        "35 minutes at a steady speed (10th to 90th percentile within 20 %, the two thirds within 8 %), 8 "
        "half-minutes on the flat in each of the two thirds, and the curve of long_steps."
    ),
    grade="B for fatigue and stride, none for the hamstring",
    clears="As usual again when the fades have left the last five judged runs, or after 28 days without a "
    "judged run.",
    limits=(
        "Walking breaks, terrain, wind and poor positions can look the same, and from run to run the change "
        "scatters by 1.4 to 2.9 spm by itself. Elite runners showed no fade at matched speed over 100 km. A "
        "watch cannot tell tired legs from a chosen stride."
    ),
    threshold_origin=(
        "The 35 minutes, 8 windows and -4 spm are ours, from the scatter measured in public files: from run "
        "to run the change varies by 1.4 to 2.9 spm (standard deviation), and -4 spm comes in 0 to 13 % of "
        "runs. That is why one run is a note only and 2 in 5 are watched."
    ),
    articles=(
        "000: late in a run form fades, and on climbs a tired stride asks more of the hamstring.",
        "003: shorter strides are advised when tired; hamstrings work harder then.",
    ),
    references=(
        Reference(
            source="Apte et al. 2021, Front Physiol 12:646042",
            found="with fatigue contact times grow, cadence and vertical stiffness fall",
            in_whom="68 studies",
        ),
        Reference(
            source="Burns et al. 2019, J Appl Physiol",
            found="no change of cadence with fatigue once speed is allowed for",
            in_whom="20 elite runners over 100 km",
        ),
        Reference(
            source="Zandbergen et al. 2023, Front Sports Act Living 5:1085513",
            found="changes with fatigue are to be corrected for speed and stride frequency of each runner",
            in_whom="7 marathon runners",
        ),
    ),
    unit="spm",
    window="first third of the same runs, by the own cadence-against-speed curve",
    check=check,
    sentence=sentence,
    levels=("note", "watch"),
)
