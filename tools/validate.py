"""Compare loadwatch with what the devices themselves say, and write the figures into docs/validation.md.

Every figure is computed from records and timer events alone: the totals that a file states about its sessions
are taken away before anything is reduced, and are used only as the truth to compare with.

    python tools/validate.py --corpus FOLDER [--output docs/validation.md]
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loadwatch import formats, sources
from loadwatch.errors import FileError
from loadwatch.formats.activity import Activity, DeviceTotals
from loadwatch.runs import reduce_activity

SHORTEST_TIMER_S = 300.0
FEWEST_RECORDS = 30
FEWEST_RUNS_A_DEVICE = 10


@dataclass(frozen=True)
class Claim:
    """One line of "what it must show": a share of sessions within a tolerance."""

    title: str
    said: str
    ours: str
    tolerance: float
    is_relative: bool
    wanted_share: float


CLAIMS = (
    Claim("Distance", "total_distance", "distance_m", 0.01, True, 0.97),
    Claim("Timer", "total_timer_time", "timer_s", 0.01, True, 0.97),
    Claim("Cadence, standing included", "cadence", "cadence_timer_mean_spm", 2.0, False, 0.90),
)


def sessions(corpus: Path) -> pd.DataFrame:
    """One row for each running session of at least 300 s and 30 records: what the device says, what we say."""
    said = [row for row in csv.DictReader((corpus / "device_totals.csv").open(encoding="utf-8"))]
    by_path: dict[str, list[dict[str, str]]] = {}
    for row in said:
        by_path.setdefault(row["path"], []).append(row)
    rows = []
    for done, (path, told) in enumerate(sorted(by_path.items())):
        if not any(_is_wanted(row) for row in told):
            continue
        print(f"\r{done}/{len(by_path)}", end="", file=sys.stderr)
        rows.extend(_compare(corpus / "files" / path, path, told))
    print(file=sys.stderr)
    return pd.DataFrame(rows)


def _is_wanted(row: dict[str, str]) -> bool:
    return row["sport"] == "running" and float(row["total_timer_time"] or 0.0) >= SHORTEST_TIMER_S


def _compare(file: Path, path: str, told: list[dict[str, str]]) -> list[dict[str, Any]]:
    raw = sources.read(file)
    outcomes = formats.read(raw.data)
    rows = []
    for row in told:
        number = int(row["session"])
        outcome = outcomes[number] if number < len(outcomes) else None
        if not _is_wanted(row) or (isinstance(outcome, Activity) and len(outcome.samples) < FEWEST_RECORDS):
            continue
        rows.append({"path": path, **_said(row), **_ours(outcome, raw.digest)})
    return rows


def _said(row: dict[str, str]) -> dict[str, Any]:
    def number(name: str) -> float:
        return float(row[name]) if row[name] else float("nan")

    strides = number("avg_running_cadence")
    fraction = number("avg_fractional_cadence")
    return {
        "total_distance": number("total_distance"),
        "total_timer_time": number("total_timer_time"),
        "total_ascent": number("total_ascent"),
        "total_descent": number("total_descent"),
        "total_strides": number("total_strides"),
        "cadence": 2.0 * (strides + (0.0 if np.isnan(fraction) else fraction)),
    }


def _ours(outcome: Activity | FileError | None, digest: str) -> dict[str, Any]:
    if not isinstance(outcome, Activity):
        return {"problem": str(outcome)}
    hidden = replace(outcome, totals=DeviceTotals())
    try:
        facts = reduce_activity(hidden, file="", digest=digest, sport="running").facts
    except FileError as error:
        return {"problem": str(error)}
    names = (
        "device",
        "distance_m",
        "timer_s",
        "elapsed_s",
        "moving_s",
        "elevation_gain_computed_m",
        "elevation_loss_computed_m",
        "cadence_timer_mean_spm",
        "cadence_mean_spm",
        "notes",
    )
    return {**{name: facts[name] for name in names}, "has_barometer": outcome.has_barometer, "problem": ""}


def share_within(table: pd.DataFrame, claim: Claim) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Sessions for which the device states the figure, and which of them we meet."""
    stated = table[table[claim.said].notna() & (table[claim.said] > 0)]
    off = (stated[claim.ours] - stated[claim.said]).abs()
    limit = claim.tolerance * stated[claim.said] if claim.is_relative else claim.tolerance
    return stated, off <= limit


def main() -> None:
    """Print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    table = sessions(asked.corpus)
    table.to_pickle("/tmp/dev/val.pkl")
    for claim in CLAIMS:
        stated, within = share_within(table, claim)
        print(claim.title, len(stated), f"{within.mean():.4f}")


if __name__ == "__main__":
    main()
