"""What two recordings say of each other: the same runner on the same run, or not.

Totals alone cannot tell: friends start together, and a loop is run again. What no two runs share is where
the runner was at each moment, and what heart, steps and speed did there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.formats.table import EARTH_RADIUS_M
from loadwatch.runs import SLOWEST_RUNNING_SPM
from loadwatch.vectors import MISSING, PLACE_STEP_M, PLACE_STEP_S, TRACE_STEP_S, TRACES

if TYPE_CHECKING:
    from loadwatch._arrays import Floats
    from loadwatch.runs import RunRecord

NAN = float("nan")
_LOOKED_AT = (
    *(f"trace_{name}" for name in ("heart_rate_bpm", "cadence_spm", "speed_mps", "altitude_m")),
    *("pause_before_s", "pause_s", "place_north", "place_east"),
)
LARGEST_LAG_S = 60  # clocks of two devices differ by seconds, of an app and a watch by more
NEAR_LAG_S = 4
LAG_COST_MPS = 0.05
FEWEST_PLACES = 5
FARTHEST_MAP_M = 1000.0  # China's public maps are some 500 m off on purpose, and so are its apps
MOMENTS_LOOKED_AT = 32
FASTEST_MPS = 7.0
FEWEST_WINDOWS = 24  # two minutes of a trace
SMOOTHING = 6  # windows: half a minute
SHORTEST_PROOF_S = 180.0
# Clocks and maps aligned, two receivers on one runner stay nearer than this for nine tenths of a run.
TOGETHER_M = 25.0
APART_M = 60.0


@dataclass(frozen=True)
class Likeness:
    """Two recordings compared, clocks aligned. NaN where they do not tell.

    Attributes
    ----------
    common_s
        Time in which both recorded. [s]
    apart_m
        They were at most this far apart for nine tenths of it, one map's offset taken out. [m]
    way_m
        Half the extent of the way: on a short track all places are near. [m]
    heart_rate_off_bpm, heart_rate_spread_bpm
        Median difference of heart rate, and the standard deviation of what is compared. [1/min]
    cadence_off_spm
        Median difference of cadence while running. [steps/min]
    speed_correlation, speed_spread_mps
        Correlation of half-minute means of speed, and their standard deviation.
    distance_ratio
        Metres of one over metres of the other in the time that both were moving.
    altitude_off_m, altitude_spread_m
        Median difference of altitude, a constant one taken out, and the standard deviation. [m]
    """

    common_s: float
    apart_m: float = NAN
    way_m: float = NAN
    heart_rate_off_bpm: float = NAN
    heart_rate_spread_bpm: float = NAN
    cadence_off_spm: float = NAN
    speed_correlation: float = NAN
    speed_spread_mps: float = NAN
    distance_ratio: float = NAN
    altitude_off_m: float = NAN
    altitude_spread_m: float = NAN


def hearts_agree(found: Likeness, *, most_bpm: float = 2.0, least_spread_bpm: float = 3.0) -> bool:
    """Whether one heart was measured twice: two people's may agree at rest, not through a run."""
    return found.heart_rate_off_bpm <= most_bpm and found.heart_rate_spread_bpm >= least_spread_bpm


def are_two_runners(found: Likeness) -> bool:
    """Whether recordings of one time are two people's.

    One runner's devices may disagree in one thing: a receiver between houses, a watch that takes steps for
    heartbeats, a distance from an uncalibrated step length. It takes a long way between the places, or two
    things that disagree. Not to be told: two who run side by side, of whom one records no heart rate.
    """
    if hearts_agree(found):
        return False
    doubts = (
        found.apart_m > TOGETHER_M,
        found.heart_rate_off_bpm > 8.0,
        found.cadence_off_spm > 6.0,
        np.isnan(found.apart_m) and (found.distance_ratio < 0.92 or found.distance_ratio > 1.08),
    )
    return found.apart_m > APART_M or sum(doubts) >= 2


def is_one_recording(found: Likeness, *, is_one_clock: bool) -> bool:
    """Whether recordings show one outing beyond doubt, whatever their labels and lengths say.

    Measured on real files: recordings of one run were 12 m apart at most and differed by 0.5 bpm; runs of one
    runner over one loop on other days, of nearly one length and distance, by 23 m and 1.5 bpm at least (1,600
    pairs). Steps of a machine at one speed are no proof by themselves.

    Parameters
    ----------
    found
        The two compared.
    is_one_clock
        Both say that they were at one time. Else the proof must be stronger: nobody is at two places at
        once, but runs are run again.
    """
    if found.common_s < SHORTEST_PROOF_S or found.cadence_off_spm > 8.0:
        return False
    if found.heart_rate_off_bpm > (4.0 if is_one_clock else 1.5):
        return False
    if not np.isnan(found.apart_m):
        knows_heart = not np.isnan(found.heart_rate_off_bpm)
        most_apart_m = TOGETHER_M if is_one_clock else 15.0 if knows_heart else 6.0
        return found.apart_m <= most_apart_m and found.way_m >= 2.0 * TOGETHER_M
    proofs = (
        hearts_agree(found, most_bpm=1.0, least_spread_bpm=0.0 if is_one_clock else 3.0),
        found.speed_correlation >= 0.8 and found.speed_spread_mps >= 0.15,
        found.altitude_off_m <= 1.0 and found.altitude_spread_m >= 3.0,
        found.cadence_off_spm <= 1.5,
    )
    return sum(proofs) >= 2


def start_s(record: RunRecord) -> float:
    """When a recording began. [s since 1970, UTC]"""
    return float(record.facts["start_time"].timestamp())


class _Seen:
    """What is looked at of a record, fetched once: its vectors may lie on disk."""

    def __init__(self, record: RunRecord) -> None:
        self.began_s = start_s(record)
        self.ended_s = self.began_s + float(record.facts["elapsed_s"])
        self.latitude_deg = float(record.facts["start_latitude_deg"])
        self.longitude_deg = float(record.facts["start_longitude_deg"])
        vectors = record.vectors
        self.vectors = {name: vectors[name] for name in _LOOKED_AT}


def compare(one: RunRecord, other: RunRecord, *, shift_s: float = 0.0) -> Likeness:
    """Compare two recordings over the time that they share.

    Speed and altitude are looked at only where the places do not tell: they add nothing to them.

    Parameters
    ----------
    one, other
        Two records.
    shift_s
        How much later the other's clock is taken to be than the one's. [s]
    """
    mine, theirs = _Seen(one), _Seen(other)
    began, ended = _common(mine, theirs, shift_s)
    if ended - began < FEWEST_WINDOWS * TRACE_STEP_S:
        return Likeness(max(ended - began, 0.0))
    lag_s, apart_m, way_m = _places(mine, theirs, began, ended, shift_s)
    at_s = np.arange(began, ended, TRACE_STEP_S)
    if lag_s is None:
        lag_s = _lag_of_traces(mine, theirs, at_s, shift_s)
    at_other_s = at_s + (shift_s + lag_s)
    found = _bodies(mine, theirs, at_s, at_other_s)
    if np.isnan(apart_m):
        found |= _ground(mine, theirs, at_s, at_other_s)
    return Likeness(common_s=ended - began, apart_m=apart_m, way_m=way_m, **found)


def first_look(one: RunRecord, other: RunRecord) -> bool | None:
    """Whether recordings of one time are one runner's, by a few moments of them; None asks for a closer look.

    A runner's devices are at the same places, or count the same heart, without clocks being aligned; two who
    are too far apart for any clock are two.
    """
    mine, theirs = _Seen(one), _Seen(other)
    began, ended = _common(mine, theirs, 0.0)
    at_s = np.linspace(began, ended, MOMENTS_LOOKED_AT)
    apart_m, way_m = _apart(_place_at(mine, at_s), _place_at(theirs, at_s)[np.newaxis])
    if way_m >= 2.0 * TOGETHER_M and np.count_nonzero(apart_m <= TOGETHER_M) >= 0.9 * apart_m.size:
        return True
    hearts = _known_in_both(
        _trace_at(mine, "heart_rate_bpm", at_s), _trace_at(theirs, "heart_rate_bpm", at_s)
    )
    has_hearts = hearts.shape[1] >= MOMENTS_LOOKED_AT // 3
    likely = Likeness(ended - began, **_hearts(hearts)) if has_hearts else Likeness(ended - began)
    if hearts_agree(likely):
        return True
    is_far = np.median(apart_m) > APART_M + LARGEST_LAG_S * FASTEST_MPS
    return False if is_far and not likely.heart_rate_off_bpm < 8.0 else None


def _common(one: _Seen, other: _Seen, shift_s: float) -> tuple[float, float]:
    """Begin and end of the time that both recorded, on the one's clock."""
    return max(one.began_s, other.began_s - shift_s), min(one.ended_s, other.ended_s - shift_s)


def _places(
    one: _Seen, other: _Seen, began: float, ended: float, shift_s: float
) -> tuple[float | None, float, float]:
    """The lag between the clocks at which the two were nearest, how far apart they still were, and the way.

    The lag is None where the places do not tell.
    """
    at_s = np.arange(began, ended, PLACE_STEP_S)
    mine = _place_at(one, at_s)
    lags_s = np.arange(-LARGEST_LAG_S, LARGEST_LAG_S + 1.0, 5.0)
    few = slice(None, None, 1 + at_s.size // MOMENTS_LOOKED_AT)
    for _ in range(2):
        theirs = _place_at(other, at_s[few] + shift_s + lags_s[:, np.newaxis])
        apart_m, _ = _apart(mine[few], theirs)
        if np.isnan(apart_m).any():
            return None, NAN, NAN
        # On a straight road a lag looks like an offset: of two that explain as much the smaller is taken.
        lag_s = float(lags_s[int(np.argmin(apart_m.mean(axis=1) + LAG_COST_MPS * np.abs(lags_s)))])
        lags_s = lag_s + np.arange(-NEAR_LAG_S, NEAR_LAG_S + 1.0)
    apart_m, way_m = _apart(mine, _place_at(other, at_s + (shift_s + lag_s))[np.newaxis])
    return lag_s, float(np.quantile(apart_m[0], 0.9)), way_m


def _apart(mine_m: Floats, theirs_m: Floats) -> tuple[Floats, float]:
    """How far apart two were at the moments known of both, an offset of one map taken out.

    Parameters
    ----------
    mine_m, theirs_m
        Metres north and east at the same moments; shapes (n, 2) and (lags, n, 2).

    Returns
    -------
    apart_m, way_m
        Per lag and moment, and of the way as a whole; NaN where fewer than `FEWEST_PLACES` are known.
    """
    is_known = ~(np.isnan(mine_m[:, 0]) | np.isnan(theirs_m[..., 0]).any(axis=0))
    if np.count_nonzero(is_known) < FEWEST_PLACES:
        return np.full((theirs_m.shape[0], 1), NAN), NAN
    known_m = mine_m[is_known]
    way_m = float(np.hypot(*(known_m.max(axis=0) - known_m.min(axis=0)))) / 2.0
    between_m = theirs_m[:, is_known] - known_m
    offset_m = np.median(between_m, axis=1, keepdims=True)
    is_map = np.hypot(offset_m[..., 0], offset_m[..., 1]) <= FARTHEST_MAP_M
    between_m -= np.where(is_map[..., np.newaxis], offset_m, 0.0)
    return np.hypot(between_m[..., 0], between_m[..., 1]), way_m


def _place_at(seen: _Seen, at_s: Floats) -> Floats:
    """Metres north and east of latitude and longitude 0, on a plane that fits the record; shape (..., 2)."""
    stored = [seen.vectors[name] for name in ("place_north", "place_east")]
    if stored[0].size < 2:
        return np.full((*at_s.shape, 2), NAN)
    since_s = at_s - seen.began_s
    seconds = PLACE_STEP_S * np.arange(stored[0].size)
    # By whole degrees, so that two records of one place share the plane.
    narrowed = math.cos(math.radians(round(seen.latitude_deg)))
    origin_m = (
        EARTH_RADIUS_M * math.radians(seen.latitude_deg),
        EARTH_RADIUS_M * math.radians(seen.longitude_deg) * narrowed,
    )
    found = np.empty((*at_s.shape, 2))
    for axis in (0, 1):
        places_m = np.where(stored[axis] == MISSING, NAN, stored[axis] * PLACE_STEP_M)
        found[..., axis] = np.interp(since_s, seconds, places_m, left=NAN, right=NAN)
        found[..., axis] += origin_m[axis]
    return found


def _trace_at(seen: _Seen, name: str, at_s: Floats) -> Floats:
    """A trace at moments of the wall's clock, NaN where unknown or paused; shape as given."""
    stored = seen.vectors[f"trace_{name}"]
    timer_s = at_s - seen.began_s
    before_s, paused_s = seen.vectors["pause_before_s"], seen.vectors["pause_s"]
    is_on = timer_s >= 0.0
    if before_s.size:
        paused_until_s = np.concatenate([[0.0], np.cumsum(paused_s)])
        passed = np.searchsorted(before_s + paused_until_s[:-1], timer_s, side="right")
        timer_s = timer_s - paused_until_s[passed]
        # Inside a pause the clock has not reached the moment before which it lies.
        is_on &= (passed == 0) | (timer_s >= before_s[passed - 1])
    place = (timer_s / TRACE_STEP_S).astype(int)
    is_on &= place < stored.size
    values = stored[np.where(is_on, place, 0)] if stored.size else np.full(at_s.size, MISSING)
    return np.where(is_on & (values != MISSING), values * TRACES[name], NAN)


def _lag_of_traces(one: _Seen, other: _Seen, at_s: Floats, shift_s: float) -> float:
    """The lag at which heart rates, else speeds, differ least. [s]"""
    few_s = at_s[:: 1 + at_s.size // (4 * MOMENTS_LOOKED_AT)]
    lags_s = np.arange(-LARGEST_LAG_S, LARGEST_LAG_S + 1.0, TRACE_STEP_S)
    for name in ("heart_rate_bpm", "speed_mps"):
        theirs = _trace_at(other, name, few_s + shift_s + lags_s[:, np.newaxis])
        off = np.abs(theirs - _trace_at(one, name, few_s))
        is_known = ~np.isnan(off)
        count = is_known.sum(axis=1)
        if count.min() >= FEWEST_WINDOWS:
            off[~is_known] = 0.0
            return float(lags_s[int(np.argmin(off.sum(axis=1) / count))])
    return 0.0


def _bodies(one: _Seen, other: _Seen, at_s: Floats, at_other_s: Floats) -> dict[str, float]:
    found: dict[str, float] = {}
    hearts = _known_in_both(
        _trace_at(one, "heart_rate_bpm", at_s), _trace_at(other, "heart_rate_bpm", at_other_s)
    )
    if hearts.shape[1] >= FEWEST_WINDOWS:
        found |= _hearts(hearts)
    steps = _known_in_both(_trace_at(one, "cadence_spm", at_s), _trace_at(other, "cadence_spm", at_other_s))
    steps = steps[:, steps.min(axis=0) > SLOWEST_RUNNING_SPM]
    if steps.shape[1] >= FEWEST_WINDOWS:
        found["cadence_off_spm"] = float(np.median(np.abs(steps[0] - steps[1])))
    return found


def _hearts(hearts: Floats) -> dict[str, float]:
    return {
        "heart_rate_off_bpm": float(np.median(np.abs(hearts[0] - hearts[1]))),
        "heart_rate_spread_bpm": float(np.std(hearts[0])),
    }


def _ground(one: _Seen, other: _Seen, at_s: Floats, at_other_s: Floats) -> dict[str, float]:
    found: dict[str, float] = {}
    heights = _known_in_both(_trace_at(one, "altitude_m", at_s), _trace_at(other, "altitude_m", at_other_s))
    if heights.shape[1] >= FEWEST_WINDOWS:
        off_m = heights[0] - heights[1]
        found["altitude_off_m"] = float(np.median(np.abs(off_m - np.median(off_m))))
        found["altitude_spread_m"] = float(np.std(heights[0]))
    speeds = _known_in_both(_trace_at(one, "speed_mps", at_s), _trace_at(other, "speed_mps", at_other_s))
    if speeds.shape[1] >= FEWEST_WINDOWS:
        if speeds.sum(axis=1).min() > 0.0:
            found["distance_ratio"] = float(speeds[0].sum() / speeds[1].sum())
        smooth = np.stack([_smooth(speed) for speed in speeds])
        spread = np.asarray(np.std(smooth, axis=1))
        found["speed_spread_mps"] = float(spread[0])
        if spread.min() > 0.0:
            found["speed_correlation"] = float(np.corrcoef(smooth[0], smooth[1])[0, 1])
    return found


def _known_in_both(one: Floats, other: Floats) -> Floats:
    """Both where both are known; shape (2, n)."""
    both = np.stack([one, other])
    return both[:, ~np.isnan(both).any(axis=0)]


def _smooth(values: Floats) -> Floats:
    return np.convolve(values, np.full(SMOOTHING, 1.0 / SMOOTHING), mode="valid")
