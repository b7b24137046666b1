"""Compare loadwatch with what the devices themselves say, and write the figures into docs/validation.md.

Every figure is computed from records and timer events alone: the totals that a file states about its sessions
and laps are taken away before anything is reduced, and serve only as the truth to compare with.

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
from loadwatch.tidy import RUNNING

SHORTEST_TIMER_S = 300.0
FEWEST_RECORDS = 30
FEWEST_RUNS_A_DEVICE = 10
CLIMB_TOLERANCE = 0.15


@dataclass(frozen=True)
class Claim:
    """One figure that device and program both have, and how often they must agree."""

    title: str
    said: str
    ours: str
    unit: str
    tolerance: float
    is_relative: bool
    wanted_share: float

    @property
    def tolerance_text(self) -> str:
        """How far off is still agreement."""
        return f"{100 * self.tolerance:.0f} %" if self.is_relative else f"{self.tolerance:.0f} {self.unit}"


CLAIMS = (
    Claim("Distance", "said_distance_m", "distance_m", "m", 0.01, is_relative=True, wanted_share=0.97),
    Claim("Time of running timer", "said_timer_s", "timer_s", "s", 0.01, is_relative=True, wanted_share=0.97),
    Claim(
        "Mean cadence the watches' way (over timer time, standing included)",
        "said_cadence_spm",
        "cadence_timer_mean_spm",
        "spm",
        2.0,
        is_relative=False,
        wanted_share=0.90,
    ),
)


def sessions(corpus: Path) -> pd.DataFrame:
    """What the device says and what we say, for each running session of at least 300 s and 30 records."""
    told: dict[str, list[dict[str, str]]] = {}
    with (corpus / "device_totals.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["sport"] == RUNNING and float(row["total_timer_time"] or 0.0) >= SHORTEST_TIMER_S:
                told.setdefault(row["path"], []).append(row)
    rows = []
    for done, path in enumerate(sorted(told)):
        print(f"\rreading {done + 1} of {len(told)}", end="", file=sys.stderr)
        raw = sources.read(corpus / "files" / path)
        try:
            outcomes = formats.read(raw.data)
        except FileError:
            continue  # not a record in it
        for row in told[path]:
            number = int(row["session"])
            outcome = outcomes[number] if number < len(outcomes) else None
            if isinstance(outcome, Activity) and len(outcome.samples) >= FEWEST_RECORDS:
                rows.append({"digest": raw.digest[:12], **_said(row), **_ours(outcome, raw.digest)})
    print(file=sys.stderr)
    return pd.DataFrame(rows)


def _said(row: dict[str, str]) -> dict[str, float]:
    def number(name: str) -> float:
        return float(row[name]) if row[name] else float("nan")

    return {
        "said_distance_m": number("total_distance"),
        "said_timer_s": number("total_timer_time"),
        "said_climb_m": number("total_ascent"),
        "said_descent_m": number("total_descent"),
        "said_cadence_spm": 2.0
        * (number("avg_running_cadence") + np.nan_to_num(number("avg_fractional_cadence"))),
    }


def _ours(outcome: Activity, digest: str) -> dict[str, Any]:
    """What is computed with the totals taken away, and facts that explain a difference."""
    samples = outcome.samples
    counter = samples["distance_m"].dropna()
    facts = {
        "device": outcome.device or "not told",
        "has_barometer": outcome.has_barometer,
        "has_timer_events": outcome.pauses is not None,
        "counter_end_m": float(counter.iloc[-1] - counter.iloc[0]) if len(counter) else float("nan"),
        "recorded_s": (samples.index.max() - samples.index.min()).total_seconds(),
        "recorded_cadence_spm": float(samples["cadence_spm"].mean()),
        "repairs": "; ".join(outcome.repairs),
        "problem": "",
    }
    names = (
        "distance_m",
        "timer_s",
        "elapsed_s",
        "cadence_timer_mean_spm",
        "cadence_mean_spm",
        "elevation_gain_computed_m",
        "elevation_loss_computed_m",
        "notes",
    )
    hidden = replace(outcome, totals=DeviceTotals())
    try:
        reduced = reduce_activity(hidden, file="", digest=digest, sport=RUNNING).facts
    except FileError as error:
        return {**facts, **dict.fromkeys(names, float("nan")), "notes": "", "problem": str(error)}
    return {**facts, **{name: reduced[name] for name in names}}


def within(table: pd.DataFrame, claim: Claim) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Sessions for which the device states the figure, and which of them agree."""
    stated = table[table[claim.said] > 0]
    off = (stated[claim.ours] - stated[claim.said]).abs()
    limit = claim.tolerance * stated[claim.said] if claim.is_relative else claim.tolerance
    return stated, off <= limit


def reason(row: pd.Series[Any], claim: Claim) -> str:
    """Why a session misses: the first that holds of facts that neither figure was made from."""
    is_foreign = abs(row["counter_end_m"] - row["said_distance_m"]) > 0.01 * row["said_distance_m"]
    candidates = (
        (bool(row["problem"]), f"left out: {row['problem']}"),
        (bool(row["repairs"]), f"a damaged file: {row['repairs']}"),
        (
            row["elapsed_s"] < 0.9 * row["said_timer_s"],
            f"the records end after {row['recorded_s']:.0f} s, the session after {row['said_timer_s']:.0f} s",
        ),
        (
            claim.said == "said_distance_m" and is_foreign,
            f"the records' own counter ends at {row['counter_end_m']:.0f} m, so the total is not theirs",
        ),
        (claim.said == "said_distance_m", f"tidied: {row['notes']}"),
        (
            claim.said == "said_timer_s" and not row["has_timer_events"],
            "no timer events: pauses are found from gaps in the records",
        ),
        (
            claim.said == "said_timer_s",
            f"the timer's own starts and stops span {row['timer_s']:.0f} s",
        ),
    )
    default = f"the plain mean of the records is {row['recorded_cadence_spm']:.1f} spm"
    return next((why for holds, why in candidates if holds), default)


def climb_by_device(table: pd.DataFrame) -> pd.DataFrame:
    """Climb and descent in sum, by device, over the runs for which the device states its own."""
    stated = table[(table["said_climb_m"] > 0) & table["elevation_gain_computed_m"].notna()]
    grouped = stated.groupby("device")
    sums = grouped[
        ["said_climb_m", "elevation_gain_computed_m", "said_descent_m", "elevation_loss_computed_m"]
    ].sum()
    sums.insert(0, "runs", grouped.size())
    sums.insert(
        1,
        "barometer",
        grouped["has_barometer"].agg(lambda told: {True: "yes", False: "no"}.get(told.iloc[0], "?")),
    )
    sums["climb_ratio"] = sums["elevation_gain_computed_m"] / sums["said_climb_m"]
    sums["descent_ratio"] = sums["elevation_loss_computed_m"] / sums["said_descent_m"].where(
        sums["said_descent_m"] > 0
    )
    return sums.sort_values("runs", ascending=False)


def document(table: pd.DataFrame) -> str:
    """The page, in Markdown."""
    parts = [
        "# Validation\n",
        (
            "Made by `make validate`. Compared with the devices' own totals of "
            f"{len(table)} running sessions of at least {SHORTEST_TIMER_S:.0f} s and {FEWEST_RECORDS} "
            "records, from public files of real runners. Everything on our side is computed from records and "
            "timer events; the totals that files state were taken away first. The tidying (jumps of the "
            "distance counter above all) was developed on these same files, so they are no independent "
            "test of it: before catching up after lost signal was told from a jump, 96.7 % of the distances "
            "agreed.\n"
        ),
        "What the rules see of known changes is in [injections.md](injections.md), by `make injections`.\n",
        "## Distance, time, cadence\n",
        "| figure | sessions that state it | within | wanted | agree |\n|---|--:|--:|--:|--:|",
    ]
    for claim in CLAIMS:
        stated, is_within = within(table, claim)
        parts.append(
            f"| {claim.title} | {len(stated)} | {claim.tolerance_text} | {100 * claim.wanted_share:.0f} % "
            f"| {100 * is_within.mean():.1f} % |"
        )
    for claim in CLAIMS:
        stated, is_within = within(table, claim)
        parts.append(f"\n### What misses: {claim.title.lower()}\n")
        parts.append("| file (digest) | device | device says | ours | why |\n|---|---|--:|--:|---|")
        for _, row in stated[~is_within].iterrows():
            parts.append(
                f"| {row['digest']} | {row['device']} | {row[claim.said]:.1f} {claim.unit} "
                f"| {row[claim.ours]:.1f} {claim.unit} | {reason(row, claim)} |"
            )
    parts.append("\n## Cadence while running\n")
    running = table["cadence_mean_spm"] - table["cadence_timer_mean_spm"]
    parts.append(
        "`cadence_mean_spm` is over running only. It lies above the watches' way by a median of "
        f"{running.median():.1f} spm.\n"
    )
    parts.append("## Climb and descent\n")
    parts.append(
        "Sums over the runs of each device: what it says, and ours by one method for all (11 s mean, 1 m "
        f"hysteresis; 31 s and 3 m without a barometer). Wanted: within {100 * CLIMB_TOLERANCE:.0f} % for "
        f"each "
        f"barometric device with {FEWEST_RUNS_A_DEVICE} runs or more.\n"
    )
    parts.append(
        "| device | runs | barometer | climb said | ours | ratio | descent said | ours | ratio |\n"
        "|---|--:|---|--:|--:|--:|--:|--:|--:|"
    )
    for device, row in climb_by_device(table).iterrows():
        parts.append(
            f"| {device} | {row['runs']} | {row['barometer']} | {row['said_climb_m']:.0f} m "
            f"| {row['elevation_gain_computed_m']:.0f} m | {row['climb_ratio']:.2f} | "
            f"{row['said_descent_m']:.0f} m "
            f"| {row['elevation_loss_computed_m']:.0f} m | {row['descent_ratio']:.2f} |"
        )
    return "\n".join(parts) + "\n"


def main() -> None:
    """Print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder with files/ and device_totals.csv")
    parser.add_argument("--output", type=Path, help="Markdown file to write")
    asked = parser.parse_args()
    if not (asked.corpus / "device_totals.csv").is_file():
        parser.error(
            f"{asked.corpus}: holds no device_totals.csv; name the folder of the real files with --corpus"
        )
    page = document(sessions(asked.corpus))
    print(page)
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
