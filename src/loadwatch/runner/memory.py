"""What earlier scans made of the runs up to here, so that a new run alone is worked out.

Every value rests on its run and earlier ones only: as long as those are the same, so is the value.
"""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from loadwatch.cache import key
from loadwatch.metrics.steps import Curve
from loadwatch.runner.known import Speeds
from loadwatch.runner.stride import Judged, curve_numbers
from loadwatch.runner.told import Told, told
from loadwatch.versions import report_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.cache import Cache
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

# What is read of a run here; its name stands for the vectors, which come from its content alone.
FACTS = (
    *("run_id", "sport", "local_date", "device", "is_treadmill", "notes"),
    *("elapsed_s", "timer_s", "moving_s", "distance_m", "climb_leg_km", "descent_leg_km"),
    *("graded_speed_mean_mps", "normalized_speed_mps"),
    *("elevation_gain_computed_m", "elevation_loss_computed_m"),
    *("cadence_mean_spm", "ground_contact_mean_ms", "vertical_ratio_mean_pct"),
    *("heart_rate_high_bpm", "resting_heart_rate_bpm", "max_heart_rate_bpm"),
)
MARK_BYTES = 12


def remembered(records: Sequence[RunRecord], settings: Settings, cache: Cache | None) -> list[Told]:
    """What `told` gives, worked out from the first run on that differs from those of the last time.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    settings
        The runner's own words.
    cache
        Keeps it for the next time; None to work everything out.
    """
    if cache is None or not records:
        return told(records, settings)
    marks = _marks(records)
    # Corrections and thresholds change the records, or what rules make of them.
    own = replace(settings, name="", runs={}, rules={})
    place = key("told", report_version(), repr(own), marks[0])
    known_marks, known = _decoded(cache.get(place))
    same = next(
        (number for number, pair in enumerate(zip(marks, known_marks, strict=False)) if pair[0] != pair[1]),
        min(len(marks), len(known_marks)),
    )
    found = told(records, settings, known[:same])
    if same < len(records):
        cache.put(place, _encoded(marks, found))
    return found


def _marks(records: Sequence[RunRecord]) -> list[str]:
    """For each run a digest of what is read of it and of all before it."""
    facts_of = itemgetter(*FACTS)
    digest = blake2b(digest_size=MARK_BYTES)
    marks = []
    for record in records:
        digest.update(repr(facts_of(record.facts)).encode("utf-8", "surrogatepass"))
        marks.append(digest.hexdigest())
    return marks


def _encoded(marks: Sequence[str], found: Sequence[Told]) -> bytes:
    rows = [
        (
            tuple(vars(one.speeds).values()),
            tuple(one.facts.values()),
            one.stride and _numbers(one.stride),
            one.has_form,
        )
        for one in found
    ]
    return json.dumps({"marks": marks, "names": tuple(found[0].facts), "rows": rows}).encode()


def _numbers(stride: Judged) -> tuple[Any, ...]:
    _, *numbers = vars(stride).values()
    return *curve_numbers(stride.curve), *numbers


def _decoded(content: bytes | None) -> tuple[list[str], list[Told]]:
    if content is None:
        return [], []
    kept = json.loads(content)
    found = [
        Told(
            Speeds(*speeds),
            dict(zip(kept["names"], facts, strict=True)),
            stride and Judged(Curve(*stride[:4]), *stride[4:]),
            has_form,
        )
        for speeds, facts, stride, has_form in kept["rows"]
    ]
    return kept["marks"], found
