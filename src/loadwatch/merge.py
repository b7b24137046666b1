"""One run, one row: copies and the same run in other formats give way to the richest."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.formats import READERS
from loadwatch.likeness import FASTEST_MPS, are_two_runners, compare, first_look, is_one_recording, start_s
from loadwatch.tidy import ON_FOOT
from loadwatch.tidy.gps import haversine_m
from loadwatch.vectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.runs import RunRecord

_SIGNALS = (
    "heart_rate_mean_bpm",
    "cadence_timer_mean_spm",
    "ground_contact_mean_ms",
    "elevation_gain_computed_m",
)
_FORMATS = [reader.format for reader in READERS]
_TIME_FACTS = ("start_time", "local_start", "timezone", "local_date")
NEAR_M = 2000.0  # devices of one person may find their first position this far apart
UNKNOWN = "unknown"
QUARTER_S = 900.0  # every time zone is whole quarters of an hour from UTC
FARTHEST_ZONE_S = 14 * 3600.0
LONGEST_OUTING_S = 12 * 3600.0


@dataclass(frozen=True, eq=False)
class _Span:
    """A record with what is looked at most: when it began and ended, in seconds since 1970."""

    record: RunRecord
    began: float
    ended: float
    elapsed_s: float
    sport: str

    @classmethod
    def of(cls, record: RunRecord) -> _Span:
        began, elapsed_s = start_s(record), float(record.facts["elapsed_s"])
        return cls(record, began, began + elapsed_s, elapsed_s, record.facts["sport"])

    @property
    def richness(self) -> tuple[bool, int, int]:
        """A known sport, more signals, the format that tells most."""
        facts = self.record.facts
        signals = sum(not math.isnan(facts[name]) for name in _SIGNALS)
        return self.sport != UNKNOWN, signals, -_FORMATS.index(facts["format"])

    @property
    def known(self) -> tuple[int, str, str]:
        """How much of the run its speed is known for; names make the choice repeatable."""
        known = np.count_nonzero(self.record.vectors["trace_speed_mps"] != MISSING)
        return int(known), self.record.run_id, self.record.facts["file"]


def merge(
    records: Sequence[RunRecord], *, least_overlap: float = 0.8, least_share: float = 0.4
) -> list[tuple[RunRecord, list[RunRecord]]]:
    """Find the records that tell of one activity, and the one that tells most.

    Nobody runs twice at once: two records of one kind that overlap in time for most of the shorter one are
    the same activity, however far their devices disagree, unless places, hearts and steps show two people.
    Where less speaks for it (half in common, a small part of a whole, another label, or clocks a time zone
    apart) they are the same only where their traces agree as those of one recording do.

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
        Where their clocks are a time zone apart, its times are those of the copy believed: see `_believed`.
    """
    spans = sorted(map(_Span.of, records), key=_key)
    groups = _at_one_time(spans, least_overlap, least_share)
    kept = [_told(joined) for joined in _across_time_zones(groups)]
    return sorted(kept, key=lambda pair: (start_s(pair[0]), pair[0].run_id, pair[0].facts["file"]))


def _key(span: _Span) -> tuple[float, str, str]:
    return span.began, span.record.run_id, span.record.facts["file"]


def _at_one_time(spans: Sequence[_Span], least_overlap: float, least_share: float) -> list[list[_Span]]:
    """Records in groups of one activity by the clock."""
    groups: list[list[_Span]] = []
    by_content: dict[str, list[_Span]] = {}
    still_on: list[list[_Span]] = []
    for span in spans:
        home = by_content.get(span.record.run_id)
        if home is None:
            still_on = [group for group in still_on if max(one.ended for one in group) > span.began]
            home = next(
                (
                    group
                    for group in still_on
                    if _same(_longest(group), span, least_overlap=least_overlap, least_share=least_share)
                ),
                None,
            )
        if home is None:
            home = []
            groups.append(home)
            still_on.append(home)
        home.append(span)
        by_content[span.record.run_id] = home
    return groups


def _longest(group: Sequence[_Span]) -> _Span:
    return max(group, key=lambda span: span.elapsed_s)


def _same(one: _Span, other: _Span, *, least_overlap: float, least_share: float) -> bool:
    overlap_s = min(one.ended, other.ended) - max(one.began, other.began)
    shorter_s, longer_s = sorted((one.elapsed_s, other.elapsed_s))
    if shorter_s <= 0.0 or overlap_s < 0.5 * shorter_s or _far_apart(one, other):
        return False
    if _same_totals(one, other):
        return True
    is_part = shorter_s < least_share * longer_s
    if is_part and not _is_outing(max(one, other, key=lambda span: span.elapsed_s)):
        return False
    if is_part or overlap_s < least_overlap * shorter_s or not _one_kind(one.sport, other.sport):
        return _is_proven(one, other)
    return not (_can_be_told_apart(one, other) and _are_two(one, other))


def _is_proven(one: _Span, other: _Span) -> bool:
    return first_look(one.record, other.record) is not False and is_one_recording(
        compare(one.record, other.record), is_one_clock=True
    )


def _are_two(one: _Span, other: _Span) -> bool:
    seen = first_look(one.record, other.record) if _bodies_agree(one, other) else None
    return not seen if seen is not None else are_two_runners(compare(one.record, other.record))


def _is_outing(span: _Span) -> bool:
    """One outing, not a watch left on: what it holds besides a part of it is more of the same."""
    return span.elapsed_s <= LONGEST_OUTING_S and span.record.facts["moving_s"] >= 0.5 * span.elapsed_s


def _one_kind(sport: str, other: str) -> bool:
    """One sport, or two words for going on foot: a watch may say hike where an app says run."""
    return sport == other or UNKNOWN in (sport, other) or (sport in ON_FOOT and other in ON_FOOT)


def _same_totals(one: _Span, other: _Span) -> bool:
    """Started and stopped at one press, and as long: a re-encoding, whatever became of its samples."""
    if abs(one.began - other.began) > 5.0 or abs(one.ended - other.ended) > 5.0:
        return False
    distance_m, other_m = one.record.facts["distance_m"], other.record.facts["distance_m"]
    return not abs(distance_m - other_m) > 0.02 * max(distance_m, other_m) and _bodies_agree(one, other)


def _bodies_agree(one: _Span, other: _Span) -> bool:
    """Mean heart rate and cadence as of one runner, where both are known."""
    mine, theirs = one.record.facts, other.record.facts
    return not (
        abs(mine["heart_rate_mean_bpm"] - theirs["heart_rate_mean_bpm"]) > 5.0
        or abs(mine["cadence_timer_mean_spm"] - theirs["cadence_timer_mean_spm"]) > 6.0
    )


def _can_be_told_apart(one: _Span, other: _Span) -> bool:
    """Whether both record what tells two people apart: the place, or two of heart, steps and distance."""
    known = [
        not math.isnan(one.record.facts[name] + other.record.facts[name])
        for name in (
            "start_latitude_deg",
            "heart_rate_mean_bpm",
            "cadence_timer_mean_spm",
            "distance_m",
        )
    ]
    return known[0] or sum(known) >= 2


def _far_apart(one: _Span, other: _Span) -> bool:
    """Whether they began too far apart to be one person's."""
    return _apart_m(one, other) > NEAR_M + FASTEST_MPS * abs(one.began - other.began)


def _apart_m(one: _Span, other: _Span) -> float:
    """How far apart two activities began; 0 where either has no position."""
    mine, theirs = one.record.facts, other.record.facts
    latitude, longitude = mine["start_latitude_deg"], mine["start_longitude_deg"]
    to_latitude, to_longitude = theirs["start_latitude_deg"], theirs["start_longitude_deg"]
    if math.isnan(latitude + to_latitude) or (latitude == to_latitude and longitude == to_longitude):
        return 0.0
    return float(haversine_m(latitude, longitude, to_latitude, to_longitude))


def _across_time_zones(groups: Sequence[list[_Span]]) -> list[list[list[_Span]]]:
    """Groups of one activity whose clocks are a time zone apart, together; most stay alone.

    An app that writes local time as if it were UTC moves a run by its zone's offset, and nothing else.
    """
    ordered = sorted(((_best(group), group) for group in groups), key=lambda pair: _key(pair[0]))
    joined: list[list[list[_Span]]] = []
    homes: list[list[list[_Span]]] = []
    first = 0
    for place, (span, group) in enumerate(ordered):
        while ordered[first][0].began < span.began - FARTHEST_ZONE_S - 60.0:
            first += 1
        home = next(
            (homes[before] for before in range(first, place) if _is_shifted(ordered[before][0], span)), None
        )
        if home is None:
            home = []
            joined.append(home)
        home.append(group)
        homes.append(home)
    return joined


def _is_shifted(one: _Span, other: _Span) -> bool:
    """Whether the other is the one with its clock whole quarters of an hour later."""
    if abs(one.elapsed_s - other.elapsed_s) > max(30.0, 0.02 * one.elapsed_s):
        return False
    shift_s = QUARTER_S * round((other.began - one.began) / QUARTER_S)
    if shift_s == 0.0 or abs(other.began - one.began - shift_s) > 60.0:
        return False
    distance_m, other_m = one.record.facts["distance_m"], other.record.facts["distance_m"]
    if abs(distance_m - other_m) > 0.03 * max(distance_m, other_m) or not _bodies_agree(one, other):
        return False
    if not _one_kind(one.sport, other.sport) or _apart_m(one, other) > NEAR_M:
        return False
    return is_one_recording(compare(one.record, other.record, shift_s=shift_s), is_one_clock=False)


def _told(groups: Sequence[list[_Span]]) -> tuple[RunRecord, list[RunRecord]]:
    """The richest record of one activity, with the times believed, and the others."""
    best = _best([span for group in groups for span in group])
    others = [span.record for group in groups for span in group if span is not best]
    believed = _believed(groups)
    if best in believed:
        return best.record, others
    source = _best(believed).record
    hours = (best.began - start_s(source)) / 3600.0
    note = f"its clock is {abs(hours):.4g} h {'ahead of' if hours > 0 else 'behind'} {source.facts['file']}"
    facts = best.record.facts | {name: source.facts[name] for name in _TIME_FACTS}
    facts["notes"] = "; ".join(filter(None, [facts["notes"], f"{note}, whose time is taken"]))
    return replace(best.record, facts=facts), others


def _best(group: Sequence[_Span]) -> _Span:
    """The richest of those that tell of all of it."""
    if len(group) == 1:
        return group[0]
    longest_s = _longest(group).elapsed_s
    whole = [span for span in group if span.elapsed_s >= 0.9 * longest_s]
    most = max(span.richness for span in whole)
    richest = [span for span in whole if span.richness == most]
    # Looked at last, for it may lie on disk.
    return richest[0] if len(richest) == 1 else max(richest, key=lambda span: span.known)


def _believed(groups: Sequence[list[_Span]]) -> list[_Span]:
    """The group whose clock is right, of those that a time zone keeps apart.

    In this order: a FIT file names UTC by its format, and a watch that writes one has it from the
    satellites; the one that the others are ahead of by just the offset of the runner's zone, as local time
    taken for UTC is; the one with more copies; the earlier.
    """
    if len(groups) == 1:
        return groups[0]
    return max(groups, key=lambda group: (*_trust(group, groups), -_best(group).began))


def _trust(group: Sequence[_Span], groups: Sequence[Sequence[_Span]]) -> tuple[bool, bool, int]:
    is_from_watch = any(span.record.facts["format"] == "fit" for span in group)
    offset = datetime.fromisoformat(_best(group).record.facts["local_start"]).utcoffset()
    ahead_s = [_best(other).began - _best(group).began for other in groups if other is not group]
    is_local_elsewhere = offset is not None and any(
        offset and abs(s - offset.total_seconds()) <= 60.0 for s in ahead_s
    )
    return is_from_watch, is_local_elsewhere, len(group)
