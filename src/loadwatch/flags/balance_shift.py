"""Has the balance between the feet moved away from the runner's own?

An unequal balance foretells nothing: a study of 836 runners found no relation with injuries. Articles see
runners favour one side when something hurts, so a change is a reason to ask how the legs feel, and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch._windows import percentiles
from loadwatch.flags._rule import Reference, Rule, Tables, findings, ordinals
from loadwatch.flags._runs import by_session, hold, runs_so_far

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch._arrays import Bools
    from loadwatch.words import Units


def check(
    tables: Tables,
    *,
    shift_pct: float = 1.2,
    note_runs_count: float = 2,
    baseline_runs_count: float = 20,
    fewest_runs_count: float = 10,
    longest_standing_days: float = 28,
    longest_pool_days: float = 60,
) -> pd.DataFrame:
    """Judge the last runs' share of ground contact on the left against the runs before on the same device.

    Parameters
    ----------
    tables
        A runner's tables; `runs.contact_balance_mean_pct` is NaN without an accessory that measures it.
    shift_pct
        Points between a run's mean and the median of the runs before it, from which it has shifted. [%]
    note_runs_count
        So many runs in a row, shifted to the same side, are noted; parts of a session are one run.
    baseline_runs_count, fewest_runs_count
        Runs in the median at most, and at least.
    longest_standing_days
        A finding holds until the next judged run, at most so long. [d]
    longest_pool_days
        Runs judged together lie at most so far apart. [d]

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; value and baseline are shares of the contact on the left [%].
    """
    found = findings(tables.days)
    runs = tables.runs
    is_measured = runs["contact_balance_mean_pct"].notna()
    measured = by_session(runs[is_measured], tables.sessions, "contact_balance_mean_pct")
    # Another device or accessory stands differently on the body: each has its own habit.
    by_device = [
        _by_run(
            mine,
            note_runs=int(note_runs_count),
            baseline_runs=int(baseline_runs_count),
            fewest_runs=int(fewest_runs_count),
            shift_pct=shift_pct,
            longest_pool_days=longest_pool_days,
        )
        for _, mine in measured.groupby("device", sort=False)
    ]
    found["last_run"], found["shifted_count"] = (
        pd.Series([None] * len(found), dtype=object),
        int(note_runs_count),
    )
    if by_device:
        hold(found, pd.concat(by_device).sort_index(), longest_standing_days)
    is_blank = (found["level"] == "cannot_tell") & (found["reason"] == "")
    long = words.count(int(longest_standing_days), "day")
    found.loc[is_blank, "reason"] = np.where(
        runs_so_far(measured, tables.days)[is_blank] == 0,
        "no run has the balance between the feet, which takes a chest strap or a pod",
        f"no run of the last {long} has the balance between the feet",
    )
    return found


def _by_run(
    runs: pd.DataFrame,
    *,
    note_runs: int,
    baseline_runs: int,
    fewest_runs: int,
    shift_pct: float,
    longest_pool_days: float,
) -> pd.DataFrame:
    """Each run of one device against the median of those before it; the index is that of `runs`."""
    balance_pct = runs["contact_balance_mean_pct"].to_numpy(dtype=float)
    place, day = np.arange(len(runs)), ordinals(runs)
    begin = np.maximum(place - baseline_runs, 0)
    is_judged = place - begin >= fewest_runs
    usual_pct = percentiles(balance_pct, begin, place, [50.0])[:, 0]
    # Binary fractions just short of the limit are at it.
    is_left, is_right = (side * (balance_pct - usual_pct) >= shift_pct - 1e-9 for side in (1.0, -1.0))
    first = np.maximum(place - note_runs + 1, 0)
    is_pooled = (place - first == note_runs - 1) & is_judged[first] & (day - day[first] <= longest_pool_days)
    is_note = is_pooled & (_all_of_last(is_left, note_runs) | _all_of_last(is_right, note_runs))
    ids = runs["run_id"].tolist()
    table = {
        "local_date": runs["local_date"],
        "last_run": runs["local_date"],
        "level": np.select([is_note, is_judged], ["note", "usual"], "cannot_tell"),
        "reason": np.where(
            is_judged, "", f"it needs {words.count(fewest_runs, 'earlier run')} with it from one accessory"
        ),
        "value": np.where(is_judged, balance_pct, np.nan),
        "baseline": np.where(is_judged, usual_pct, np.nan),
        "n": place - begin,
        "run_ids": [
            " ".join(ids[low : high + 1]) for low, high in zip(first.tolist(), place.tolist(), strict=True)
        ],
    }
    return pd.DataFrame(table, index=runs.index)


def _all_of_last(is_so: Bools, count: int) -> Bools:
    """Whether each and the ones before it, so many in all, are so; shape (n,)."""
    done = np.append(0, np.cumsum(is_so))
    place = np.arange(is_so.size)
    return np.asarray(done[place + 1] - done[np.maximum(place - count + 1, 0)] == count, dtype=bool)


def sentence(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - every rule's sentence is called alike
    """One finding in words."""
    shift = abs(finding["value"] - finding["baseline"])
    return (
        f"{words.percent(finding['value'], 1)} of the ground contact on the left on "
        f"{words.day(finding['last_run'])}, {words.number(shift, 1)} points from your own "
        f"{words.percent(finding['baseline'], 1)}, to one side in {finding['shifted_count']} runs in a row: "
        "worth asking how the legs feel; the balance itself foretells nothing."
    )


RULE = Rule(
    id="balance_shift",
    number="F12",
    title="Balance shift",
    question="Has the balance between the feet moved away from the runner's own?",
    formula=(
        "Mean share of the ground contact on the left in a run minus the median of the 20 runs before it on "
        "the same device; noted at 1.2 points to the same side in 2 judged runs in a row."
    ),
    needs="10 earlier runs with ground contact balance from one accessory, a chest strap or a pod.",
    grade="C as a cue to ask; A against any foretelling",
    clears="As usual again with the next judged run nearer to the own median, or after 28 days without one.",
    limits=(
        "An unequal balance does not foretell injuries: a study of 836 runners asked exactly that and found "
        "no relation. Only a change from your own is told, and a strap worn differently, a slanted road or "
        "other shoes change it too. The file names the watch, not always the accessory."
    ),
    threshold_origin=(
        "Ours: half-minutes scatter by 0.3 to 1.3 points in public files, so that 1.2 points of a whole run, "
        "twice in a row, are more than scatter. No study gives a shift that matters."
    ),
    articles=(
        "000: when the hamstring aches, the body spares one place and burdens another.",
        "002: a hamstring that makes the gait change is a reason to stop for a while.",
        "004: one side may be favoured, even after the pain has gone.",
    ),
    contradictions=(
        (
            "Articles 000 and 004 see trouble in loading one side more. In 836 runners an uneven gait went "
            "with no more injuries than an even one."
        ),
    ),
    references=(
        Reference(
            source="Malisoux et al. 2024, BMJ Open Sport Exerc Med 10:e001787",
            found="no association of gait asymmetry with running injuries",
            in_whom="836 runners",
        ),
    ),
    unit="% left",
    window="median of the 20 runs before on the same device",
    check=check,
    sentence=sentence,
    levels=("note",),
)
