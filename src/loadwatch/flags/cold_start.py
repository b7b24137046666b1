"""How much running came before the first fast stretch?

Articles ask for a warm-up. What is done before pressing start cannot be seen, and no study has tied the
length of a warm-up to strains in runners, so this only informs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import words
from loadwatch._windows import percentiles
from loadwatch.flags._rule import Reference, Rule, Tables, findings, ordinals
from loadwatch.flags._weeks import withhold

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from loadwatch.words import Units


def check(
    tables: Tables,
    *,
    shortest_warm_up_min: float = 10.0,
    window_days: float = 180,
    fewest_sessions_count: float = 3,
) -> pd.DataFrame:
    """Tell of days on which fast running began early, beside the runner's own habit.

    Parameters
    ----------
    tables
        A runner's tables.
    shortest_warm_up_min
        Less running than this before the first fast stretch of a session is told. [min]
    window_days
        Days before whose fast sessions make the habit.
    fewest_sessions_count
        Fast sessions in them, below which there is no habit.

    Returns
    -------
    DataFrame
        Findings, see `_rule.findings`; never above usual. Value and baseline (the median of those sessions)
        in minutes.
    """
    found = findings(tables.days)
    sessions = tables.sessions[tables.sessions["easy_before_fast_s"].notna()]
    sessions = sessions.iloc[np.argsort(ordinals(sessions), kind="stable")]
    day, easy_min = ordinals(sessions), sessions["easy_before_fast_s"].to_numpy(dtype=float) / 60.0
    each = ordinals(found)
    whole = ~sessions["is_unfinished"].to_numpy(dtype=bool)
    begin, end = np.searchsorted(day[whole], each - int(window_days)), np.searchsorted(day[whole], each)
    found["n"] = end - begin
    usual_min = percentiles(easy_min[whole], begin, end, [50.0])[:, 0]
    found["level"] = "usual"
    # Of two fast sessions on one day the colder one is told of.
    order = np.argsort(-easy_min, kind="stable")
    row = np.searchsorted(each, day[order])
    found.loc[row, "value"], found.loc[row, "baseline"] = easy_min[order], usual_min[row]
    found.loc[row, "run_ids"] = sessions["run_ids"].to_numpy()[order]
    found["is_information"] = found["value"] < shortest_warm_up_min
    withhold(
        found,
        (found["n"] < fewest_sessions_count).to_numpy(),
        f"it needs {fewest_sessions_count:.0f} earlier runs with fast running in {window_days:.0f} days",
    )
    withhold(found, ~tables.speeds.is_critical_known, words.TOO_FEW_HARD_EFFORTS)
    found["is_information"] &= found["level"] == "usual"
    return found


def sentence(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - every rule's sentence is called alike
    """One finding in words."""
    return (
        f"{words.minutes(60.0 * finding['value'])} of running before the first fast stretch on "
        f"{words.day(finding['local_date'])}; your usual is {words.minutes(60.0 * finding['baseline'])} "
        f"({words.count(int(finding['n']), 'session')} with fast running before). Drills before pressing "
        f"start "
        "are not seen."
    )


RULE = Rule(
    id="cold_start",
    number="F13",
    title="Cold start",
    question="How much running came before the first fast stretch?",
    formula=(
        "Time run in a session before its first stretch of 20 s at or above the fast speed known that day, "
        "told where it is less than 10 minutes; beside it the median of the sessions with fast running in "
        "the "
        "180 days before."
    ),
    needs="A critical speed, and 3 earlier sessions with fast running.",
    grade="C",
    limits=(
        "Drills, mobility and walking before pressing start are invisible; running in a file of its own "
        "counts only where it ended at most 30 minutes before."
    ),
    articles=(
        "000: a good warm-up prepares the hamstrings.",
        "002: five to ten minutes of dynamic warm-up.",
    ),
    references=(
        Reference(
            source="None found",
            found="no study of runners has tied the length of a warm-up to hamstring strains",
            in_whom="nobody; clinical opinion only",
        ),
    ),
    unit="min",
    window="median of the sessions with fast running in the 180 days before",
    check=check,
    sentence=sentence,
    levels=(),
    threshold_origin="An article gives five to ten minutes of it; nobody has tried how many it takes.",
    judges_runs=True,
)
