"""A recording laid out second by second on its timer clock.

Watches write a sample every second, or when something changes, three to many seconds apart. On this grid
every second counts once, whatever the watch did, so no metric ever counts samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadwatch.tidy.pauses import wall_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loadwatch._arrays import Bools, Floats
    from loadwatch.formats.activity import Samples
    from loadwatch.tidy.pauses import Pauses

STANDING_MPS = 0.5
STANDING_SPM = 60.0
FASTEST_MPS = 100.0
LONGEST_BRIDGE_S = 60.0  # a value further than this from both its neighbours is unknown


@dataclass(frozen=True)
class Grid:
    """One value a second while the timer runs; NaN where unknown. All arrays have shape (n,).

    Attributes
    ----------
    elapsed_s
        Seconds since the start on the wall's clock, which pauses do not stop.
    distance_m
        Metres covered since the start.
    speed_mps
        Ground speed.
    is_moving
        Neither paused nor standing.
    is_whole
        False within two seconds of a pause, where averages would bridge it.
    altitude_m, heart_rate_bpm, cadence_spm, power_w, ground_contact_ms, vertical_oscillation_mm, \
vertical_ratio_pct, step_length_m, contact_balance_pct
        The samples of the same names.
    """

    elapsed_s: Floats
    distance_m: Floats
    speed_mps: Floats
    is_moving: Bools
    is_whole: Bools
    altitude_m: Floats
    heart_rate_bpm: Floats
    cadence_spm: Floats
    power_w: Floats
    ground_contact_ms: Floats
    vertical_oscillation_mm: Floats
    vertical_ratio_pct: Floats
    step_length_m: Floats
    contact_balance_pct: Floats

    @property
    def size(self) -> int:
        """Seconds in the grid."""
        return int(self.distance_m.size)


SAMPLED = (
    "altitude_m",
    "heart_rate_bpm",
    "cadence_spm",
    "power_w",
    "ground_contact_ms",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "step_length_m",
    "contact_balance_pct",
)


def lay_out(samples: Samples, clock_s: Floats, end_s: float, pauses: Pauses) -> Grid:
    """A recording second by second.

    Parameters
    ----------
    samples
        Tidied; n samples.
    clock_s
        Seconds of running timer at each of them; shape (n,).
    end_s
        Seconds of running timer at the end.
    pauses
        As `merge_pauses` gives them.
    """
    seconds = np.arange(0.0, np.floor(end_s) + 1.0)
    if not samples.is_timer_on.all():
        clock_s, samples = clock_s[samples.is_timer_on], samples.at(samples.is_timer_on)
    unknown = np.full(seconds.size, np.nan)
    covered_m = speed_mps = unknown
    names = [name for name in SAMPLED if name in samples.values]
    has_distance = not np.isnan(samples["distance_m"]).all()
    if has_distance and _tells_speed(samples["speed_mps"]):
        names.append("speed_mps")
    columns = [samples.values[name] for name in names]
    told = dict(zip(names, bridge(seconds, clock_s, columns, longest_bridge_s=LONGEST_BRIDGE_S), strict=True))
    if has_distance:
        covered_m = np.interp(seconds, clock_s, samples["distance_m"])
        speed_mps = _speed(told.pop("speed_mps", unknown), covered_m)
    sampled = {name: told.get(name, unknown) for name in SAMPLED}
    return Grid(
        elapsed_s=wall_clock(seconds, pauses),
        distance_m=covered_m,
        speed_mps=speed_mps,
        is_moving=_is_moving(speed_mps, sampled["cadence_spm"]),
        is_whole=_away_from_pauses(seconds.size, pauses),
        **sampled,
    )


def _tells_speed(told_mps: Floats) -> bool:
    """Whether a device measured speed: for at least half of its samples, and not zero throughout."""
    return bool(np.isnan(told_mps).mean() <= 0.5 and (told_mps > 0.0).any())


def _speed(told_mps: Floats, covered_m: Floats) -> Floats:
    """The device's own speed, smoothed as it is; else from the distance over five seconds."""
    if told_mps.min() >= 0.0 and told_mps.max() <= FASTEST_MPS:
        return told_mps
    is_usable = (told_mps >= 0.0) & (told_mps <= FASTEST_MPS)
    from_distance_mps = np.gradient(covered_m) if covered_m.size > 1 else np.zeros(covered_m.size)
    if covered_m.size >= 5:
        from_distance_mps = median_of_five(from_distance_mps)
    return np.where(is_usable, told_mps, from_distance_mps)


def _is_moving(speed_mps: Floats, cadence_spm: Floats) -> Bools:
    """Not standing: by speed, else by steps; where nothing tells, the timer's word is taken."""
    if not np.isnan(speed_mps).all():
        return speed_mps >= STANDING_MPS
    if not np.isnan(cadence_spm).all():
        return cadence_spm > STANDING_SPM
    return np.ones(speed_mps.size, dtype=bool)


def _away_from_pauses(size: int, pauses: Pauses, *, margin_s: float = 2.0) -> Bools:
    is_whole = np.ones(size, dtype=bool)
    paused_s = 0.0
    for begin, end in pauses:
        at_s = begin - paused_s
        is_whole[max(int(np.ceil(at_s - margin_s)), 0) : int(np.floor(at_s + margin_s)) + 1] = False
        paused_s += end - begin
    return is_whole


def bridge(
    seconds: Floats, at_s: Floats, columns: Iterable[Floats], *, longest_bridge_s: float
) -> Iterator[Floats]:
    """Values between samples on a straight line; NaN where the samples around lie too far apart.

    Parameters
    ----------
    seconds
        Where values are wanted, increasing; shape (n,). [s]
    at_s
        Times of the samples, not decreasing; shape (m,). [s]
    columns
        Values of the samples with NaN for gaps; shape (m,) each.
    longest_bridge_s
        Longest gap between two samples that is filled. [s]

    Yields
    ------
    array, shape (n,)
        For each column.
    """
    shared: list[slice] = []
    for values in columns:
        is_known = ~np.isnan(values)
        if not is_known.any():
            yield np.full(seconds.size, np.nan)
        elif is_known.all():
            # Most columns are known in every sample: the same gaps are too long for all of these.
            shared = shared or _holes(seconds, at_s, longest_bridge_s)
            yield _filled(seconds, at_s, values, shared)
        else:
            known_s = at_s[is_known]
            holes = _holes(seconds, known_s, longest_bridge_s)
            yield _filled(seconds, known_s, values[is_known], holes)


def _filled(seconds: Floats, at_s: Floats, values: Floats, holes: Iterable[slice]) -> Floats:
    filled = np.interp(seconds, at_s, values)
    for hole in holes:
        filled[hole] = np.nan
    return filled


def _holes(seconds: Floats, at_s: Floats, longest_bridge_s: float) -> list[slice]:
    """Seconds too far from the samples around them for those to tell anything."""
    wide = np.flatnonzero(at_s[1:] - at_s[:-1] > longest_bridge_s)
    begin, end = seconds.searchsorted(at_s[wide], "right"), seconds.searchsorted(at_s[wide + 1], "left")
    # Before the first and after the last sample the same bound holds, to that one sample.
    before = seconds.searchsorted(at_s[0] - longest_bridge_s, "left")
    after = seconds.searchsorted(at_s[-1] + longest_bridge_s, "right")
    return [slice(0, before), *map(slice, begin.tolist(), end.tolist()), slice(after, None)]


def median_of_five(values: Floats) -> Floats:
    """Running median over five seconds; ends repeat. Shape (n,)."""
    if values.size == 0:
        return values
    padded = np.concatenate([values[:1], values[:1], values, values[-1:], values[-1:]])
    one, two, three, four, five = (padded[place : place + values.size] for place in range(5))
    # Of two pairs the lowest and the highest value cannot be the middle of the five; three are left.
    lower = np.maximum(np.minimum(one, two), np.minimum(three, four))
    upper = np.minimum(np.maximum(one, two), np.maximum(three, four))
    return np.asarray(
        np.maximum(np.minimum(lower, upper), np.minimum(np.maximum(lower, upper), five)), dtype=float
    )
