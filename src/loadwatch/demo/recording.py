"""What a watch would have written down of an outing of the story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from loadwatch.demo import runner
from loadwatch.demo.noise import smooth, wander
from loadwatch.demo.terrain import COURSES

if TYPE_CHECKING:
    from loadwatch.demo.noise import Floats
    from loadwatch.demo.story import Outing
    from loadwatch.demo.terrain import Course

EVERY_SECOND = {"intervals", "thousands", "climbs"}
"""Kinds for which the watch was set to write every second; else it writes when something changes."""

QUIET_GAPS_S = (2, 3, 4, 4, 5, 6)
"""Seconds between two samples where little changes."""

STOPPING = {"easy", "long", "hike"}
"""Kinds on which the runner stops at lights and pauses the watch."""


LAP_M = 1000

WATCH = "loadwatch sample watch"
"""A maker and model that nobody can mistake for a real one."""


@dataclass(frozen=True)
class Recording:
    """One outing as recorded.

    Attributes
    ----------
    outing
        The row of the story behind it.
    start
        First sample. [UTC]
    utc_offset
        Of the runner's clock when the recording ended.
    samples
        Index `elapsed_s` in whole seconds; columns as in `loadwatch.columns.SAMPLES`.
    pauses
        Spans in which the timer was stopped, as elapsed seconds. [s]
    ascent_m, descent_m
        The watch's own totals. [m]
    """

    outing: Outing
    start: datetime
    utc_offset: timedelta
    samples: pd.DataFrame
    pauses: tuple[tuple[int, int], ...]
    ascent_m: float
    descent_m: float

    @property
    def elapsed_s(self) -> int:
        """Seconds from start to end."""
        return int(self.samples.index[-1])

    @property
    def timer_s(self) -> int:
        """Seconds from start to end without the pauses."""
        return self.elapsed_s - sum(end - start for start, end in self.pauses)

    @property
    def distance_m(self) -> float:
        """All metres covered."""
        return float(self.samples["distance_m"].iloc[-1])

    @property
    def is_hike(self) -> bool:
        """True where it is no run."""
        return self.outing.kind == "hike"

    def time(self, elapsed_s: int) -> datetime:
        """Moment so many seconds after the start, in UTC."""
        return self.start + timedelta(seconds=int(elapsed_s))

    def mean(self, column: str, *, start_s: int = 0, end_s: int | None = None) -> float:
        """Time-weighted mean of a column while the timer ran, standing included.

        Parameters
        ----------
        column
            Name in `samples`.
        start_s, end_s
            Span, as elapsed seconds. [s]

        Returns
        -------
        float
            The mean, in the column's unit.
        """
        part = self.samples.loc[start_s : self.elapsed_s if end_s is None else end_s, column]
        seconds = np.diff(part.index.to_numpy(), append=part.index[-1] + 1)
        # A gap this long is a pause, and a pause weighs nothing.
        return float(np.average(part, weights=np.where(seconds > max(QUIET_GAPS_S), 1, seconds)))


def record(outing: Outing, *, seed: int, days_back: float = float("inf")) -> Recording:
    """Run an outing and record it.

    Parameters
    ----------
    outing
        The row of the story.
    seed
        Seed; chance depends on it and on the outing's day and hour only, so that a new row in the story
        leaves all others as they were.
    days_back
        Days since the end of a long break. [days]

    Returns
    -------
    Recording
        The same for the same arguments.
    """
    random = np.random.default_rng([seed, outing.start.toordinal(), outing.start.hour])
    course = COURSES[outing.course]
    clock_s, pauses = _clock(outing, course, random)
    samples = _samples(outing, course, clock_s, random, days_back)
    start = outing.start.replace(second=int(random.integers(60)), tzinfo=ZoneInfo(course.timezone))
    start = start.astimezone(UTC)
    ended = (start + timedelta(seconds=len(samples))).astimezone(ZoneInfo(course.timezone))
    rises = np.diff(course.altitude_m(np.arange(outing.distance_m + 1)))
    return Recording(
        outing=outing,
        start=start,
        utc_offset=ended.utcoffset() or timedelta(0),
        samples=_kept(samples, pauses, random, every_second=outing.kind in EVERY_SECOND),
        pauses=pauses,
        ascent_m=float(rises[rises > 0].sum()),
        descent_m=float(-rises[rises < 0].sum()),
    )


def laps(recording: Recording) -> tuple[tuple[int, int], ...]:
    """Spans of a kilometre each, as the watch laps by itself.

    Parameters
    ----------
    recording
        One outing as recorded.

    Returns
    -------
    tuple of (int, int)
        Start and end of each, as elapsed seconds. [s]
    """
    distance = recording.samples["distance_m"]
    full = np.searchsorted(distance, np.arange(LAP_M, recording.distance_m - LAP_M / 10, LAP_M))
    ends = [0, *(int(distance.index[each]) for each in full), recording.elapsed_s]
    return tuple(pairwise(ends))


def _clock(
    outing: Outing, course: Course, random: np.random.Generator
) -> tuple[Floats, tuple[tuple[int, int], ...]]:
    """Elapsed seconds at each metre, and the pauses of the watch."""
    metres = np.arange(outing.distance_m + 1)
    form_of_the_day = 1 + 0.005 * random.standard_normal()
    effort = runner.effort_mps(outing.kind, metres) * form_of_the_day
    effort = effort * (1 + wander(random, len(metres), sd=0.012, width=40))
    speed = effort / runner.cost_of_grade(course.grade(metres))
    clock = np.concatenate([[0.0], np.cumsum(1 / speed[1:])])
    if outing.kind not in STOPPING or not course.has_positions:
        return clock, ()
    pauses = []
    lights, breaks = random.poisson(outing.distance_m / 7000), random.poisson(0.5)
    places = np.sort(random.integers(500, int(outing.distance_m) - 500, lights + breaks))
    for place, is_pause in zip(places, random.permutation([True] * breaks + [False] * lights), strict=True):
        standing = random.uniform(40, 180) if is_pause else random.uniform(12, 45)
        if is_pause:
            pauses.append((int(clock[place]) + 2, int(clock[place] + standing) - 1))
        clock = clock + np.where(metres > place, standing, 0.0)
    return clock, tuple(pauses)


def _samples(
    outing: Outing, course: Course, clock_s: Floats, random: np.random.Generator, days_back: float
) -> pd.DataFrame:
    """Every second of it, as the sensors see it."""
    seconds = np.arange(int(clock_s[-1]) + 1)
    count = len(seconds)
    distance = np.interp(seconds, clock_s, np.arange(len(clock_s)))
    true_speed = np.gradient(distance)
    is_moving = true_speed > 0.3
    speed = np.where(is_moving, smooth(true_speed, width=1.5) + wander(random, count, sd=0.02, width=4), 0.0)
    cadence = _cadence(outing, speed, distance / distance[-1], random)
    effort = true_speed * runner.cost_of_grade(course.grade(distance))
    beats = runner.heart_rate_bpm(effort, days_back=days_back)
    beats = beats + random.normal(0, 1.5) + wander(random, count, sd=1.2, width=12)
    is_running = is_moving & (cadence > 130)
    step_m = np.divide(60 * speed, cadence, out=np.full(count, np.nan), where=is_running)
    ratio = runner.vertical_ratio_pct(speed) + random.normal(0, 0.1) + wander(random, count, sd=0.15, width=5)
    contact = runner.ground_contact_ms(speed) + random.normal(0, 3) + wander(random, count, sd=3, width=5)
    latitude, longitude = _positions(course, distance, random)
    return pd.DataFrame(
        {
            "latitude_deg": latitude,
            "longitude_deg": longitude,
            "altitude_m": _altitude(course, distance, random),
            "distance_m": distance * (1 + 0.002 * random.standard_normal()),
            "speed_mps": np.maximum(speed, 0.0),
            "heart_rate_bpm": beats,
            "cadence_spm": cadence,
            "ground_contact_ms": np.where(is_running, contact, np.nan),
            "vertical_oscillation_mm": 10 * ratio * step_m,
            "vertical_ratio_pct": np.where(is_running, ratio, np.nan),
            "step_length_m": step_m,
            "temperature_degc": np.full(count, _temperature_degc(outing, course)),
        },
        index=pd.Index(seconds, name="elapsed_s"),
    )


def _cadence(outing: Outing, speed: Floats, progress: Floats, random: np.random.Generator) -> Floats:
    own = runner.cadence_spm(
        speed, progress, shift_pct=outing.cadence_shift_pct, fade_spm=outing.fade_spm
    ) * (1 + 0.004 * random.standard_normal())
    noise = wander(random, len(speed), sd=1.2, width=5) + random.normal(0, 0.6, len(speed))
    return np.where(own > 0, own + noise, 0.0)


def _positions(course: Course, distance: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Where the satellites saw the runner: a metre or two off, and staying so for a while."""
    latitude, longitude = course.position_deg(distance)
    north, east = (wander(random, len(distance), sd=1.5, width=15) for _ in range(2))
    shifted = course.offset_deg(north, east)
    return latitude + shifted[0] - course.latitude_deg, longitude + shifted[1] - course.longitude_deg


def _altitude(course: Course, distance: Floats, random: np.random.Generator) -> Floats:
    """Altitude as a barometer sees it: the weather's slow drift, and a little noise."""
    if not course.has_positions:
        return np.full(len(distance), np.nan)
    drift = random.normal(0, 1.0) * np.arange(len(distance)) / 3600 + random.normal(0, 1.5)
    return course.altitude_m(distance) + drift + wander(random, len(distance), sd=0.12, width=6)


def _temperature_degc(outing: Outing, course: Course) -> float:
    """Degrees Celsius, warmest at the end of July; a treadmill stands in a room."""
    if not course.has_positions:
        return 22.0
    days_from_warmest = outing.start.timetuple().tm_yday - 208
    return 13.0 + 11.0 * float(np.cos(2 * np.pi * days_from_warmest / 365))


def _kept(
    samples: pd.DataFrame,
    pauses: tuple[tuple[int, int], ...],
    random: np.random.Generator,
    *,
    every_second: bool,
) -> pd.DataFrame:
    """Only the seconds that the watch wrote: none within a pause, few where little changes."""
    seconds = samples.index.to_numpy()
    speed = samples["speed_mps"].to_numpy()
    is_standing = speed < 0.3
    is_kept = np.full(len(seconds), every_second)
    gaps = random.choice(QUIET_GAPS_S, len(seconds))
    is_kept[np.unique(np.minimum(np.cumsum(gaps), seconds[-1]))] = True
    is_kept[[0, -1]] = True
    is_kept[1:] |= is_standing[1:] != is_standing[:-1]
    for start, end in pauses:
        is_kept[start : end + 1] = False
        is_kept[[start, end]] = True
    return samples[is_kept]
