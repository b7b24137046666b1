"""Every column of every table."""

from __future__ import annotations

from loadwatch.columns import EXPOSURE_BEFORE, EXPOSURE_RUN, EXPOSURE_TIME, TABLES
from pages.markdown import code, table

# What a table has one row for.
ROWS = {
    "runs": "One row for each run.",
    "days": "One row for each calendar day, those without a run included.",
    "weeks": "One row for each week, those without a run included.",
    "flags": "One row for each rule and day at note or above.",
    "skipped": "One row for each file, or activity in it, that is not among the runs.",
    "zones": "One row for each zone, in `History.zones`.",
    "exposure": "One row for each session, for studies that supply outcomes: `loadwatch.exposure`.",
    "replay": "One row for each rule of one runner, in what `loadwatch cohort` writes.",
    "samples": "One row for each record of one run; the index is `time`, in UTC.",
}


def tables() -> str:
    """A section for each table."""
    return "\n\n".join(
        f"## {name}\n\n{ROWS[name]}\n\n"
        + table(
            ["column", "kind", "unit", "meaning"],
            ([code(one.name), one.kind, one.unit, one.meaning] for one in columns),
        )
        for name, columns in TABLES.items()
    )


def exposure() -> str:
    """The columns of time at risk, by when each is known."""
    groups = {
        "The interval": EXPOSURE_TIME,
        "Known before the session": EXPOSURE_BEFORE,
        "Known when the session ends": EXPOSURE_RUN,
    }
    return "\n\n".join(
        f"### {title}\n\n"
        + table(["column", "unit", "meaning"], ([code(one.name), one.unit, one.meaning] for one in columns))
        for title, columns in groups.items()
    )
