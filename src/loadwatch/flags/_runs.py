"""Rules that judge a few runs together: what they say holds until the next run they can judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import words
from loadwatch.flags._rule import ordinals
from loadwatch.runner.stride import CURVE_LAG_RUNS, FEWEST_CURVE_RUNS

if TYPE_CHECKING:
    from loadwatch._arrays import Ints
    from loadwatch.flags._rule import Tables


def hold(found: pd.DataFrame, by_run: pd.DataFrame, longest_standing_days: float) -> None:
    """Let each judged run's finding hold until the next judged run.

    Parameters
    ----------
    found
        Where to, with the columns of `by_run`.
    by_run
        local_date, level, value, n, run_ids and what else a sentence needs of each judged run, in order;
        of several runs on one day the last one speaks.
    longest_standing_days
        A finding holds at most so long. [d]
    """
    run_day, day = known_on(by_run), ordinals(found)
    if not run_day.size:
        return
    at = np.searchsorted(run_day, day, side="right") - 1
    is_held = (at >= 0) & (day - run_day[np.maximum(at, 0)] <= longest_standing_days)
    for name in by_run.columns.drop("local_date"):
        found.loc[is_held, name] = by_run[name].to_numpy()[at[is_held]]


def known_on(runs: pd.DataFrame) -> Ints:
    """Day on which each run, in order of start, was known; shape (n,), never falling.

    Who flies west may start a later run on an earlier day.
    """
    return np.asarray(np.maximum.accumulate(ordinals(runs)))


def by_session(judged: pd.DataFrame, sessions: pd.DataFrame, *values: str) -> pd.DataFrame:
    """Judged runs of one session, day and device as one: a run in several files is no habit by itself.

    Parameters
    ----------
    judged, sessions
        Runs in order, and the sessions they belong to.
    values
        Columns that are averaged over a session's parts.

    Returns
    -------
    DataFrame
        local_date, device, run_id (of all parts, separated by spaces) and the values.
    """
    session_of = {run_id: number for number, ids in enumerate(sessions["run_ids"]) for run_id in ids.split()}
    # Also by day: what came after midnight was not known on the day before.
    session = judged["run_id"].map(session_of).rename("session")
    of = [session, judged["local_date"], judged["device"]]
    told = judged.groupby(of, sort=False).agg({"run_id": "first", **dict.fromkeys(values, "mean")})
    # Hardly a session has parts, and texts are joined one group at a time.
    is_part = pd.concat(of, axis=1).duplicated(keep=False).to_numpy()
    if is_part.any():
        parts = judged["run_id"][is_part].groupby([keys[is_part] for keys in of], sort=False).agg(" ".join)
        told.loc[parts.index, "run_id"] = parts
    return told.reset_index(["local_date", "device"]).reset_index(drop=True)


def ids_of_last(judged: pd.DataFrame, counts: Ints) -> list[str]:
    """Ids of so many runs up to each, separated by spaces."""
    ids = judged["run_id"].tolist()
    first = np.maximum(np.arange(len(ids)) - counts + 1, 0).tolist()
    return [" ".join(ids[begin : place + 1]) for place, begin in enumerate(first)]


def runs_so_far(runs: pd.DataFrame, days: pd.DataFrame) -> Ints:
    """Runs up to each day; shape (n,)."""
    return np.searchsorted(np.sort(ordinals(runs)), ordinals(days), side="right").astype(np.int64)


def missing_stride(
    tables: Tables, judged: pd.DataFrame, *, each: str, longest_standing_days: float, fewest: int = 1
) -> np.ndarray[Any, Any]:
    """What each day lacks for a judgement of cadence, as far as was known on that day.

    Parameters
    ----------
    tables
        A runner's tables.
    judged
        The runs that could be judged.
    each
        What every judged run must have, in words.
    longest_standing_days
        How long a judged run's finding holds. [d]
    fewest
        Runs judged together.
    """
    with_cadence = tables.runs[tables.runs["cadence_mean_spm"].notna()]
    has_cadence, judged_count = (runs_so_far(runs, tables.days) for runs in (with_cadence, judged))
    far = (
        f"it needs {FEWEST_CURVE_RUNS} earlier runs with cadence and altitude on one device, then "
        f"{CURVE_LAG_RUNS} more, each with {each}"
    )
    near = [
        f"it judges {fewest} runs together; {words.count(done, 'run')} could be judged so far"
        for done in range(fewest)
    ]
    texts = np.array(
        [*near, f"no run of the last {words.count(int(longest_standing_days), 'day')} could be judged"],
        dtype=object,
    )
    reasons = np.where(judged_count == 0, far, texts[np.minimum(judged_count, fewest)])
    return np.where(has_cadence == 0, "no run has cadence", reasons)
