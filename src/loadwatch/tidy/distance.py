"""Metres covered: the device's own count, else along its positions, else by its speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median
from loadwatch.tidy import gps
from loadwatch.tidy.grid import FASTEST_MPS, LONGEST_BRIDGE_S
from loadwatch.tidy.sport import ON_FOOT, RUNNING_LIMIT_MPS, SAYS_NOTHING

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats
    from loadwatch.formats.activity import Samples
    from loadwatch.tidy.pauses import Pauses

FASTEST_ON_FOOT_MPS = 12.5  # the fastest 10 m ever run
FASTEST_MINUTES_MPS = 7.93  # 800 m in 1:40.91, the fastest mean speed ever held for over a minute
LARGEST_JUMP_SHARE = 0.1


def covered_m(
    samples: Samples, time_s: Floats, pauses: Pauses, *, fastest_mps: float, notes: list[str]
) -> Floats:
    """Metres covered at each sample; what was mended is added to `notes`.

    Parameters
    ----------
    samples
        Without absurd positions; n samples.
    time_s
        Seconds since the start, increasing; shape (n,). [s]
    pauses
        The runner's own pauses as the file tells them, on the same clock. Positions may move in them, and
        add nothing. [s]
    fastest_mps
        From `fastest_mps`. [m/s]

    Returns
    -------
    array, shape (n,)
        [m] NaN throughout where nothing tells.
    """
    counted_m = samples["distance_m"]
    if np.fmax.reduce(counted_m, initial=0.0) > np.fmin.reduce(counted_m):
        from_counter = _from_counter(time_s, counted_m, fastest_mps, notes)
        if from_counter is not None:
            return from_counter
    latitude_deg, longitude_deg = samples["latitude_deg"], samples["longitude_deg"]
    is_located = ~np.isnan(latitude_deg)
    if is_located.sum() >= 2:
        at_s = time_s[is_located]
        path_m, jumps = gps.path_distance_m(
            at_s, latitude_deg[is_located], longitude_deg[is_located], fastest_mps=fastest_mps
        )
        if jumps:
            notes.append(f"{jumps} position jumps left out of the distance")
        return np.interp(time_s, at_s, _without_pauses(at_s, path_m, pauses))
    speed_mps = np.nan_to_num(samples["speed_mps"])
    if not (speed_mps > 0.0).any():
        # Zero throughout is how a watch without any sensor writes an hour on the treadmill.
        return np.full(time_s.size, np.nan)
    notes.append("distance summed from speed")
    step_s = np.minimum(np.diff(time_s, prepend=time_s[0]), LONGEST_BRIDGE_S)
    return np.asarray(np.cumsum(np.clip(speed_mps, 0.0, fastest_mps) * step_s), dtype=float)


def fastest_mps(samples: Samples, time_s: Floats, sport: str) -> float:
    """Speed beyond which a position is an error; without a label the usual speed tells whose it is. [m/s]

    Parameters
    ----------
    samples
        In order of time; n samples.
    time_s
        Seconds since the start, increasing; shape (n,). [s]
    sport
        What the file or the runner calls it.
    """
    if sport in ON_FOOT:
        return FASTEST_ON_FOOT_MPS
    if sport not in SAYS_NOTHING:
        return FASTEST_MPS
    speed_mps = samples["speed_mps"]
    if np.isnan(speed_mps).all():
        lat, lon = samples["latitude_deg"], samples["longitude_deg"]
        is_good = gps.is_position(lat, lon)
        lat, lon = lat[is_good], lon[is_good]
        speed_mps = gps.haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / np.diff(time_s[is_good])
    known = speed_mps[~np.isnan(speed_mps)]
    is_vehicle = known.size > 0 and median(known) > RUNNING_LIMIT_MPS
    return FASTEST_MPS if is_vehicle else FASTEST_ON_FOOT_MPS


def _without_pauses(at_s: Floats, path_m: Floats, pauses: Pauses) -> Floats:
    """A path without the metres that lie inside pauses: a tram ride is no running."""
    for begin, end in pauses:
        before_m, after_m = np.interp([begin, end], at_s, path_m)
        path_m = np.where(at_s >= end, path_m - (after_m - before_m), np.minimum(path_m, before_m))
    return path_m


def _from_counter(time_s: Floats, counted_m: Floats, fastest_mps: float, notes: list[str]) -> Floats | None:
    """A distance counter made continuous: restarts go on from where it was, jumps add nothing.

    None where jumps make up so much of it that it counts something else.
    """
    is_known = ~np.isnan(counted_m)
    is_whole = bool(is_known.all())
    at_s, known_m = (time_s, counted_m) if is_whole else (time_s[is_known], counted_m[is_known])
    step_m = np.maximum(known_m[1:] - known_m[:-1], 0.0)
    is_jump = step_m > fastest_mps * (at_s[1:] - at_s[:-1] + 5.0)
    if is_jump.any():
        is_jump &= ~_is_catching_up(at_s, step_m, is_jump)
    if is_jump.any():
        jumped_m, total_m = float(step_m[is_jump].sum()), float(step_m.sum())
        if jumped_m > LARGEST_JUMP_SHARE * total_m:
            notes.append("the distance counter jumps too much to be used")
            return None
        notes.append(f"{int(is_jump.sum())} jumps of the distance counter left out ({jumped_m:.0f} m)")
        step_m[is_jump] = 0.0
    first_m = known_m[0] if 0.0 <= known_m[0] <= fastest_mps * (at_s[0] + 5.0) else 0.0
    covered_m = np.concatenate([[first_m], first_m + np.cumsum(step_m)])
    return covered_m if is_whole else np.interp(time_s, at_s, covered_m)


def _is_catching_up(at_s: Floats, step_m: Floats, is_jump: Bools, *, span_s: float = 180.0) -> Bools:
    """Jumps by which a watch makes good for lost signal: over some minutes the pace stays human."""
    covered_m = np.concatenate([[0.0], np.cumsum(step_m)])
    is_fair = np.zeros(step_m.size, dtype=bool)
    for step in np.flatnonzero(is_jump):
        began_s = max(at_s[step + 1] - span_s, at_s[0])
        gained_m = covered_m[step + 1] - float(np.interp(began_s, at_s, covered_m))
        is_fair[step] = gained_m <= FASTEST_MINUTES_MPS * (at_s[step + 1] - began_s)
    return is_fair
