"""One run, one row: copies and the same run in other formats give way to the richest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch.runs import MISSING
from loadwatch.tidy import ON_FOOT
from loadwatch.tidy.gps import haversine_m

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
NEAR_M = 2000.0  # devices of one person may find their first position this far apart
FASTEST_MPS = 7.0


def merge(
    records: Sequence[RunRecord], *, least_overlap: float = 0.8, least_share: float = 0.4
) -> list[tuple[RunRecord, list[RunRecord]]]:
    """Find the records that tell of one activity, and the one that tells most.

    Nobody runs twice at once: two records of one kind that overlap in time for most of the shorter one are
    the same activity, however far their devices disagree, unless they lie too far apart to be one person's.

    Parameters
    ----------
    records
        In any order; the result does not depend on it.
    least_overlap
        Share of the shorter one's elapsed time.
    least_share
        Share of the longer one's elapsed time that the shorter must last: a watch left on for days is not
        the same as each run of these days.

    Returns
    -------
    list of (record, list of record)
        For each activity in order of start the richest of those that tell of all of it, and the others.
    """
    ordered = sorted(records, key=_key)
    groups: list[list[RunRecord]] = []
    open_groups: list[list[RunRecord]] = []
    for record in ordered:
        began = record.facts["start_time"].timestamp()
        open_groups = [group for group in open_groups if max(map(_end, group)) > began]
        home = next(
            (group for group in open_groups if _same(_longest(group), record, least_overlap, least_share)),
            None,
        )
        # A copy may last no time at all, and its group be closed already.
        home = home or next((group for group in groups[-1:] if group[0].run_id == record.run_id), None)
        if home is None:
            home = []
            groups.append(home)
            open_groups.append(home)
        home.append(record)
    kept = []
    for group in groups:
        whole = [
            record
            for record in group
            if record.facts["elapsed_s"] >= 0.9 * _longest(group).facts["elapsed_s"]
        ]
        best = max(whole, key=_richness)
        kept.append((best, [record for record in group if record is not best]))
    return sorted(kept, key=lambda pair: _key(pair[0]))


def _key(record: RunRecord) -> tuple[object, str, str]:
    return record.facts["start_time"], record.run_id, record.facts["file"]


def _longest(group: Sequence[RunRecord]) -> RunRecord:
    return max(group, key=lambda record: float(record.facts["elapsed_s"]))


def _richness(record: RunRecord) -> tuple[int, int, int, str, str]:
    """More signals first, then the format that tells most; the rest only makes the choice repeatable."""
    facts = record.facts
    signals = sum(not np.isnan(facts[name]) for name in _SIGNALS)
    known = int(np.sum(record.vectors["trace_speed_mps"] != MISSING))
    return signals, _FORMAT_ORDER.index(facts["format"]), known, facts["run_id"], facts["file"]


def _end(record: RunRecord) -> float:
    return float(record.facts["start_time"].timestamp() + record.facts["elapsed_s"])


def _same(one: RunRecord, other: RunRecord, least_overlap: float, least_share: float) -> bool:
    if one.run_id == other.run_id:
        return True
    if not _one_kind(one.facts["sport"], other.facts["sport"]):
        return False
    began = [record.facts["start_time"].timestamp() for record in (one, other)]
    overlap_s = min(_end(one), _end(other)) - max(began)
    shorter_s, longer_s = sorted((one.facts["elapsed_s"], other.facts["elapsed_s"]))
    if shorter_s <= 0.0 or overlap_s < least_overlap * shorter_s or shorter_s < least_share * longer_s:
        return False
    return bool(_apart_m(one, other) <= NEAR_M + FASTEST_MPS * abs(began[0] - began[1]))


def _one_kind(sport: str, other: str) -> bool:
    """One sport, or two words for going on foot: a watch may say hike where an app says run."""
    return sport == other or (sport in ON_FOOT and other in ON_FOOT)


def _apart_m(one: RunRecord, other: RunRecord) -> float:
    """How far apart two activities began; 0 where either has no position."""
    places = [
        np.array([record.facts["start_latitude_deg"], record.facts["start_longitude_deg"]])
        for record in (one, other)
    ]
    if np.isnan(places).any():
        return 0.0
    (latitude, longitude), (to_latitude, to_longitude) = places
    return float(haversine_m(latitude, longitude, to_latitude, to_longitude))
