"""Positions and the distance they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median
from loadwatch.formats.table import EARTH_RADIUS_M

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats


def haversine_m(
    latitude_deg: Floats, longitude_deg: Floats, to_latitude_deg: Floats, to_longitude_deg: Floats
) -> Floats:
    """Great-circle distance between pairs of positions. [m], shape as given."""
    lat, to_lat = np.radians(latitude_deg), np.radians(to_latitude_deg)
    half_dlat = (to_lat - lat) / 2.0
    half_dlon = np.radians(to_longitude_deg - longitude_deg) / 2.0
    chord = np.sin(half_dlat) ** 2 + np.cos(lat) * np.cos(to_lat) * np.sin(half_dlon) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))), dtype=float)


def is_position(latitude_deg: Floats, longitude_deg: Floats) -> Bools:
    """Where a position can be meant: on the globe, and not the null island of unset receivers."""
    with np.errstate(invalid="ignore"):
        off_equator_deg, off_greenwich_deg = np.abs(latitude_deg), np.abs(longitude_deg)
        on_globe = (off_equator_deg <= 90.0) & (off_greenwich_deg <= 180.0)
        at_null = (off_equator_deg < 1e-4) & (off_greenwich_deg < 1e-4)
    return np.asarray(on_globe & ~at_null, dtype=bool)


def spikes(time_s: Floats, latitude_deg: Floats, longitude_deg: Floats, *, fastest_mps: float) -> Bools:
    """Single positions that nobody could have reached and left in time.

    Parameters
    ----------
    time_s, latitude_deg, longitude_deg
        Valid positions only, times increasing; shape (n,). [s, deg, deg]
    fastest_mps
        Nothing moves faster than this. [m/s]

    Returns
    -------
    array of bool, shape (n,)
        True where reaching and leaving the point are both too fast, and passing it by is not.
    """
    is_spike = np.zeros(time_s.size, dtype=bool)
    if time_s.size < 3:
        return is_spike
    is_leap = _is_leap(time_s, latitude_deg, longitude_deg, fastest_mps)
    if not is_leap.any():
        return is_spike
    point = np.flatnonzero(is_leap[:-1] & is_leap[1:]) + 1
    before, after = point - 1, point + 1
    past_m = haversine_m(
        latitude_deg[before], longitude_deg[before], latitude_deg[after], longitude_deg[after]
    )
    is_spike[point] = past_m <= fastest_mps * (time_s[after] - time_s[before])
    return is_spike


def _is_leap(time_s: Floats, latitude_deg: Floats, longitude_deg: Floats, fastest_mps: float) -> Bools:
    """Whether each position lies too far from the one before it to be reached in time; shape (n - 1,)."""
    reach_m = fastest_mps * np.diff(time_s)
    # Along a meridian and then the equator the way is never shorter, and needs no trigonometry.
    legs_deg = np.abs(np.diff(latitude_deg)) + np.abs(np.diff(longitude_deg))
    is_leap = np.asarray(np.radians(legs_deg) * EARTH_RADIUS_M > reach_m, dtype=bool)
    if not is_leap.any():
        return is_leap
    to = np.flatnonzero(is_leap) + 1
    step_m = haversine_m(latitude_deg[to - 1], longitude_deg[to - 1], latitude_deg[to], longitude_deg[to])
    is_leap[to - 1] = step_m > reach_m[to - 1]
    return is_leap


def path_distance_m(
    time_s: Floats,
    latitude_deg: Floats,
    longitude_deg: Floats,
    *,
    fastest_mps: float,
    smoothing_s: int = 3,
) -> tuple[Floats, int]:
    """Metres covered along a track whose positions scatter.

    The track is laid out second by second and averaged over a few of them first: at one point a second, the
    scatter of each point would otherwise add up to a percent or more of a run. Points further apart scatter
    too little for their distance to matter, and are left as they are. Jumps faster than `fastest_mps` add
    nothing.

    Parameters
    ----------
    time_s, latitude_deg, longitude_deg
        Valid positions only, times increasing; shape (n,). [s, deg, deg]
    fastest_mps
        Nothing moves faster than this. [m/s]
    smoothing_s
        Seconds averaged where points come every second, odd.

    Returns
    -------
    distance_m, jump_count
        Metres since the first position, shape (n,), and the number of jumps left out.
    """
    if time_s.size < 2:
        return np.zeros(time_s.size), 0
    # Unwrapped, so that a run across the 180th meridian does not average to the other side of the world.
    lon_deg = np.unwrap(longitude_deg, period=360.0)
    is_jump = _is_leap(time_s, latitude_deg, lon_deg, fastest_mps)
    seconds = np.arange(time_s[0], time_s[-1] + 1.0)
    span_s = smoothing_s if median(np.diff(time_s)) < 2.0 else 1
    lat = _moving_mean(np.interp(seconds, time_s, latitude_deg), span_s)
    lon = _moving_mean(np.interp(seconds, time_s, lon_deg), span_s)
    step_m = haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    blurred_s = span_s // 2 + 1
    for jump in np.flatnonzero(is_jump):
        first = int(np.searchsorted(seconds, time_s[jump] - blurred_s))
        step_m[first : int(np.searchsorted(seconds, time_s[jump + 1] + blurred_s))] = 0.0
    covered_m = np.concatenate([[0.0], np.cumsum(step_m)])
    return np.asarray(np.interp(time_s, seconds, covered_m), dtype=float), int(is_jump.sum())


def _moving_mean(values: Floats, span: int) -> Floats:
    """Centred mean, narrowing towards both ends so that they stay in place."""
    place = np.arange(values.size)
    half = np.minimum(span // 2, np.minimum(place, values.size - 1 - place))
    # Summed about the first value: a cumulative sum of raw degrees would lose centimetres.
    total = np.concatenate([[0.0], np.cumsum(values - values[0])])
    return np.asarray(
        values[0] + (total[place + half + 1] - total[place - half]) / (2 * half + 1), dtype=float
    )
