"""Made-up runners who keep a plain week, for `injections.py` to change.

Form windows are drawn about a line of cadence against speed of the runner's own; its slope, and how far whole
runs lie off the line, are those measured of six watches of four runners. What else a run holds is that of the
project's own sample runner, moved and stretched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import numpy as np

from loadwatch import formats
from loadwatch.demo.fit_file import fit_bytes
from loadwatch.demo.recording import record
from loadwatch.demo.story import Outing
from loadwatch.errors import FileError
from loadwatch.runs import RunRecord, reduce_activity

Records = list[RunRecord]

FIRST = date(2025, 1, 6)  # a Monday
WEEKS = 36
CHANGED_WEEK = 28  # by then the curve of 40 runs that ends 10 runs earlier is there
# Day of the week, kind and kilometres; every third week of hard running is a trial over 5 km.
WEEK = ((1, "cruise", 10.0), (3, "easy", 8.0), (5, "easy", 7.5), (6, "long", 14.0))
COURSES = {"climbs": "ridge"}
# Slope of cadence over speed within runs [spm per m/s], and SD of whole runs about the own curve [%], of
# six watches of four runners.
MEASURED = ((6.14, 1.33), (4.12, 1.33), (4.76, 1.56), (7.71, 2.12), (9.07, 1.11), (9.60, 1.51))
WINDOW_SD_PCT = 2.0
SPEED_SD_PCT = 3.0
DISTANCE_SD_PCT = 5.0


@dataclass(frozen=True)
class Body:
    """What makes one made-up runner's steps."""

    intercept_spm: float
    slope_spm_per_mps: float
    run_sd_pct: float


@cache
def template(kind: str) -> RunRecord:
    """A run of the sample runner, on the flat but for hill repetitions."""
    distance_m = 1000.0 * {kind: km for _, kind, km in WEEK}.get(kind, 10.0)
    outing = Outing(
        datetime.combine(FIRST, time(8)), kind, distance_m, COURSES.get(kind, "shore"), 0.0, 0.0, "fit"
    )
    (activity,) = formats.read(fit_bytes(record(outing, seed=1)))
    if isinstance(activity, FileError):
        raise activity
    return reduce_activity(activity, file=kind, digest="0" * 40)


def run(kind: str, day: date, body: Body, random: np.random.Generator, **changes: float) -> RunRecord:
    """One run of a made-up runner: a template on another day, longer or shorter, with steps of its own."""
    base = template(kind)
    stretch = 1.0 + random.normal(0.0, DISTANCE_SD_PCT / 100.0)
    shift = timedelta(days=(day - base.facts["local_date"]).days)
    facts = base.facts | {
        "run_id": f"{day:%y%m%d}{random.integers(1 << 24):06x}",
        "file": f"{day}.fit",
        "start_time": base.facts["start_time"] + shift,
        "local_date": day,
        "local_start": datetime.combine(day, time(8)).isoformat(),
    }
    for name in ("distance_m", "timer_s", "elapsed_s", "moving_s"):
        facts[name] = facts[name] * stretch
    made = replace(base, facts=facts, vectors=dict(base.vectors) | steps(base, body, random))
    return changed(made, **changes) if changes else made


def steps(base: RunRecord, body: Body, random: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
    """Form windows of a run: speeds of the template, cadence about the runner's own line."""
    speed_mps = base.vectors["form_speed_mps"] * (1.0 + random.normal(0.0, SPEED_SD_PCT / 100.0))
    line = body.intercept_spm + body.slope_spm_per_mps * speed_mps
    off_pct = random.normal(0.0, body.run_sd_pct) + random.normal(0.0, WINDOW_SD_PCT, speed_mps.size)
    return {
        "form_speed_mps": speed_mps.astype(np.float32),
        "form_cadence_spm": (line * (1.0 + off_pct / 100.0)).astype(np.float32),
    }


def made_up(seed: int) -> Records:
    """A runner's 36 plain weeks."""
    random = np.random.default_rng(seed)
    slope, run_sd_pct = MEASURED[seed % len(MEASURED)]
    body = Body(165.0 - 3.0 * slope + random.normal(0.0, 4.0), slope, run_sd_pct)
    return [
        run(
            "trial" if kind == "cruise" and week % 3 == 2 else kind,
            FIRST + timedelta(7 * week + day),
            body,
            random,
        )
        for week in range(WEEKS)
        for day, kind, _ in WEEK
    ]


def is_hard(one: RunRecord) -> bool:
    """Whether a made-up run is one of hard running."""
    return bool(one.facts["normalized_speed_mps"] > template("long").facts["normalized_speed_mps"] * 1.05)


def changed(one: RunRecord, *, distance: float = 1.0, cadence: float = 1.0, climb: float = 1.0) -> RunRecord:
    """A run so many times as long, with so many times the cadence or the climb."""
    facts = dict(one.facts)
    for name in ("distance_m", "timer_s", "elapsed_s", "moving_s"):
        facts[name] = facts[name] * distance
    for name in ("elevation_gain_computed_m", "elevation_loss_computed_m"):
        facts[name] = facts[name] * climb
    vectors = dict(one.vectors)
    vectors["form_cadence_spm"] = vectors["form_cadence_spm"] * np.float32(cadence)
    return replace(one, facts=facts, vectors=vectors)


def day_of(one: RunRecord) -> date:
    """A run's day on the runner's clock."""
    day: date = one.facts["local_date"]
    return day
