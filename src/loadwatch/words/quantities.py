"""Quantities as a runner says them: the one home of kilometres, miles and pace."""

from __future__ import annotations

import math
import re
from typing import Literal

Units = Literal["metric", "imperial"]
MISSING = "–"
MILE_M = 1609.344
FOOT_M = 0.3048
INCH_M = 0.0254


def is_missing(value: float | None) -> bool:
    """Tell whether there is no number to print (None, NaN or infinite)."""
    return value is None or not math.isfinite(value)


def number(value: float | None, decimals: int = 0) -> str:
    """Print a bare number with thousands separated: "1,204", "−3.1".

    Rounds half away from zero, as people do; a value that rounds to zero has no sign.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    scale = 10**decimals
    # The tiny share undoes binary fractions just below a half, such as 12.35 stored as 12.3499...
    rounded = math.floor(abs(value) * scale * (1 + 1e-12) + 0.5) / scale
    sign = "−" if value < 0 and rounded > 0 else ""
    return f"{sign}{rounded:,.{decimals}f}"


def signed_number(value: float | None, decimals: int = 0) -> str:
    """Print a bare number with its direction: "+3.1", "−4", "0"."""
    return _signed(value, number(value, decimals))


def _with_unit(text: str, unit: str) -> str:
    return text if text == MISSING else f"{text} {unit}"


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value / factor


def _signed(value: float | None, text: str) -> str:
    grew = value is not None and value > 0 and any(digit in text for digit in "123456789")
    return f"+{text}" if grew else text


def distance_unit(units: Units = "metric") -> str:
    """Name the unit of distances: "km" or "mi"."""
    return "mi" if units == "imperial" else "km"


def climb_unit(units: Units = "metric") -> str:
    """Name the unit of climbs: "m" or "ft"."""
    return "ft" if units == "imperial" else "m"


def pace_unit(units: Units = "metric") -> str:
    """Name the unit of pace: "min/km" or "min/mi"."""
    return f"min/{distance_unit(units)}"


def distance_number(distance_m: float | None, units: Units = "metric") -> str:
    """Distance without its unit, for a column whose head says it: "12.4"; whole from 100 on."""
    value = _scaled(distance_m, MILE_M if units == "imperial" else 1000.0)
    return number(value, 0 if value is not None and abs(value) >= 99.95 else 1)


def distance(distance_m: float | None, units: Units = "metric") -> str:
    """Distance: "12.4 km" or "7.7 mi"."""
    return _with_unit(distance_number(distance_m, units), distance_unit(units))


def distance_or_none(distance_m: float | None, units: Units = "metric") -> str:
    """Distance, or "none" where it would print as "0.0 km"."""
    text = distance(distance_m, units)
    return "none" if text == distance(0.0, units) else text


def metres(distance_m: float | None) -> str:
    """Short stretch as told on a track, in metres whatever the units: "430 m"."""
    if distance_m is None or not math.isfinite(distance_m):
        return MISSING
    return _with_unit(number(10 * math.floor(distance_m / 10 + 0.5)), "m")


def metres_from(text: str) -> float:
    """Metres of a distance as a runner writes it: "30km", "18.6 mi", "21097 m".

    Raises
    ------
    ValueError
        Where it is none, or has no unit.
    """
    written = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(km|mi|m)", text.strip().lower())
    if not written:
        raise ValueError(text)
    return float(written[1].replace(",", ".")) * {"km": 1000.0, "mi": MILE_M, "m": 1.0}[written[2]]


def climb_number(climb_m: float | None, units: Units = "metric") -> str:
    """Climb or descent without its unit: "412"; feet are rounded to tens."""
    if climb_m is None or not math.isfinite(climb_m):
        return MISSING
    if units == "imperial":
        return number(10 * math.floor(climb_m / FOOT_M / 10 + 0.5))
    return number(climb_m)


def climb(climb_m: float | None, units: Units = "metric") -> str:
    """Climb or descent: "412 m" or "1,350 ft"."""
    return _with_unit(climb_number(climb_m, units), climb_unit(units))


def duration(duration_s: float | None) -> str:
    """Time: "1 h 05 min", "45 min", and "40 s" under a minute."""
    if duration_s is None or not math.isfinite(duration_s):
        return MISSING
    if 0 < duration_s < 59.5:
        return f"{number(duration_s)} s"
    hours, minutes = divmod(math.floor(duration_s / 60 + 0.5), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def clock(duration_s: float | None) -> str:
    """Time without words, for a column whose head says "h:min": "1:05"."""
    if duration_s is None or not math.isfinite(duration_s):
        return MISSING
    hours, minutes = divmod(math.floor(duration_s / 60 + 0.5), 60)
    return f"{hours}:{minutes:02d}"


def minutes(duration_s: float | None) -> str:
    """Whole minutes, also beyond an hour: "72 min"."""
    return _with_unit(number(_scaled(duration_s, 60.0)), "min")


def pace_number(speed_mps: float | None, units: Units = "metric") -> str:
    """Pace without its unit: "5:12". Missing for standing still and slower than an hour a mile."""
    if speed_mps is None or not math.isfinite(speed_mps) or speed_mps < MILE_M / 3600:
        return MISSING
    seconds = math.floor((MILE_M if units == "imperial" else 1000.0) / speed_mps + 0.5)
    return f"{seconds // 60}:{seconds % 60:02d}"


def pace(speed_mps: float | None, units: Units = "metric") -> str:
    """Pace: "5:12 min/km" or "8:22 min/mi"."""
    return _with_unit(pace_number(speed_mps, units), pace_unit(units))


def cadence(cadence_spm: float | None) -> str:
    """Cadence of both feet: "172 spm"."""
    return _with_unit(number(cadence_spm), "spm")


def cadence_change(change_spm: float | None) -> str:
    """Change of cadence with its direction: "+1.2 spm", "−4.0 spm"."""
    return _with_unit(signed_number(change_spm, 1), "spm")


def step_length_unit(units: Units = "metric") -> str:
    """Name the unit of steps: "cm" or "in"."""
    return "in" if units == "imperial" else "cm"


def step_length_number(step_length_m: float | None, units: Units = "metric") -> str:
    """Length of one step without its unit: "98", and inches as "38.6"."""
    if units == "imperial":
        return number(_scaled(step_length_m, INCH_M), 1)
    return number(_scaled(step_length_m, 0.01))


def step_length(step_length_m: float | None, units: Units = "metric") -> str:
    """Length of one step: "98 cm" or "38.6 in"."""
    return _with_unit(step_length_number(step_length_m, units), step_length_unit(units))


def heart_rate(heart_rate_bpm: float | None) -> str:
    """Heart rate: "148 bpm"."""
    return _with_unit(number(heart_rate_bpm), "bpm")


def leg_load(leg_load_km: float | None) -> str:
    """Leg load: "52.3 km-eq", kilometre-equivalents in either system of units."""
    return _with_unit(number(leg_load_km, 1), "km-eq")


def percent(share_pct: float | None, decimals: int = 0) -> str:
    """Share or change: "12 %"."""
    return _with_unit(number(share_pct, decimals), "%")


def signed_percent(change_pct: float | None, decimals: int = 0) -> str:
    """Change with its direction: "+12 %", "−3 %"."""
    return _signed(change_pct, percent(change_pct, decimals))


def ratio(value: float | None) -> str:
    """How many times as much: "1.4 times"; two decimals only below 1.1, where one would say nothing."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{number(value, 2 if value < 1.1 else 1)} times"


def compared(value: float | None, baseline: float | None) -> str:
    """Say how a value stands to its baseline: "36 % more", "12 % less", "2.4 times as much", "the same".

    Without a baseline, or with one of zero, there is nothing to compare with: "–".
    """
    if value is None or baseline is None or is_missing(value) or is_missing(baseline) or baseline <= 0:
        return MISSING
    change_pct = 100.0 * (value / baseline - 1.0)
    if change_pct >= 100.0:
        return f"{number(value / baseline, 1)} times as much"
    if abs(change_pct) < 0.5:
        return "the same"
    return f"{percent(abs(change_pct))} {'more' if change_pct > 0 else 'less'}"


def compared_with(value: float, baseline: float) -> str:
    """Say how a larger value stands to what follows: "36 % more than", "5.1 times as much as"."""
    return f"{compared(value, baseline)} {'as' if value >= 2.0 * baseline else 'than'}"
