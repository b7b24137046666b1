"""One run, one row: copies and the same run in other formats give way to the richest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch.runs import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.runs import RunRecord

_SIGNALS = (
    "heart_rate_mean_bpm",
    "cadence_timer_mean_spm",
    "ground_contact_mean_ms",
    "elevation_gain_computed_m",
)
_FORMAT_ORDER = ("gpx", "tcx", "fit")


def merge(
    records: Sequence[RunRecord], *, least_overlap: float = 0.8, distance_tolerance: float = 0.05
) -> tuple[list[RunRecord], list[tuple[RunRecord, RunRecord]]]:
    """Keep the richest record of each activity.

    Two records tell of the same activity when they are of one sport, overlap in time for most of the
    shorter one, and agree on the distance.

    Parameters
    ----------
    records
        In any order; the result does not depend on it.
    least_overlap
        Share of the shorter one's elapsed time.
    distance_tolerance
        Share of the longer distance by which the two may differ (50 m are always allowed).

    Returns
    -------
    kept, duplicates
        The kept records by start time, and pairs of a dropped record and the kept one it repeats.
    """
    kept: list[RunRecord] = []
    duplicates: list[tuple[RunRecord, RunRecord]] = []
    by_start = sorted(
        records, key=lambda record: (record.facts["start_time"], record.run_id, record.facts["file"])
    )
    open_groups: list[list[RunRecord]] = []
    for record in by_start:
        still_open = []
        for group in open_groups:
            is_over = max(_end(member) for member in group) <= record.facts["start_time"].timestamp()
            (_close(group, kept, duplicates) if is_over else still_open.append(group))
        open_groups = still_open
        home = next(
            (group for group in open_groups if _same(group[0], record, least_overlap, distance_tolerance)),
            None,
        )
        if home is None:
            open_groups.append([record])
        else:
            home.append(record)
    for group in open_groups:
        _close(group, kept, duplicates)
    kept.sort(key=lambda record: (record.facts["start_time"], record.run_id))
    duplicates.sort(key=lambda pair: (pair[0].facts["start_time"], pair[0].run_id, pair[0].facts["file"]))
    return kept, duplicates


def _close(
    group: list[RunRecord], kept: list[RunRecord], duplicates: list[tuple[RunRecord, RunRecord]]
) -> None:
    best = max(group, key=_richness)
    kept.append(best)
    duplicates.extend((record, best) for record in group if record is not best)


def _richness(record: RunRecord) -> tuple[int, int, int, str, str]:
    """More signals first, then the format that tells most; the rest only makes the choice repeatable."""
    facts = record.facts
    signals = sum(not np.isnan(facts[name]) for name in _SIGNALS)
    known = int(np.sum(record.vectors["trace_speed_mps"] != MISSING))
    return signals, _FORMAT_ORDER.index(facts["format"]), known, facts["run_id"], facts["file"]


def _end(record: RunRecord) -> float:
    return float(record.facts["start_time"].timestamp() + record.facts["elapsed_s"])


def _same(one: RunRecord, other: RunRecord, least_overlap: float, distance_tolerance: float) -> bool:
    if one.facts["sport"] != other.facts["sport"]:
        return False
    if one.run_id == other.run_id:
        return True
    begin = max(one.facts["start_time"].timestamp(), other.facts["start_time"].timestamp())
    overlap_s = min(_end(one), _end(other)) - begin
    shorter_s = min(one.facts["elapsed_s"], other.facts["elapsed_s"])
    if overlap_s < least_overlap * shorter_s or shorter_s <= 0.0:
        return False
    apart_m = abs(one.facts["distance_m"] - other.facts["distance_m"])
    allowed_m = max(distance_tolerance * max(one.facts["distance_m"], other.facts["distance_m"]), 50.0)
    # An unknown distance contradicts nothing.
    return bool(np.isnan(apart_m) or apart_m <= allowed_m)
