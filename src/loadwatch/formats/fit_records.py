"""FIT record fields, made columns in SI units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DEGREES_PER_SEMICIRCLE = 180 / 2**31


@dataclass(frozen=True)
class Source:
    """Fields that can fill a column, best first, and what one of their units is in ours."""

    column: str
    fields: tuple[str, ...]
    factor: float = 1.0


NATIVE = (
    Source("latitude_deg", ("position_lat",), DEGREES_PER_SEMICIRCLE),
    Source("longitude_deg", ("position_long",), DEGREES_PER_SEMICIRCLE),
    Source("altitude_m", ("enhanced_altitude", "altitude")),
    Source("distance_m", ("distance",)),
    Source("speed_mps", ("enhanced_speed", "speed")),
    Source("heart_rate_bpm", ("heart_rate",)),
    Source("power_w", ("power",)),
    Source("ground_contact_ms", ("stance_time",)),
    Source("vertical_oscillation_mm", ("vertical_oscillation",)),
    Source("vertical_ratio_pct", ("vertical_ratio",)),
    Source("step_length_m", ("step_length",), 0.001),
    Source("contact_balance_pct", ("stance_time_balance",)),
    Source("temperature_degc", ("temperature",)),
)
# Developer fields name their own units, which differ from the native ones of the same name. They fill a
# column that the device itself left empty, and never mix with it.
DEVELOPER = (
    Source("power_w", ("Power [Watts]", "Power [watts]", "Power [W]", "RP_Power [Watts]")),
    Source("ground_contact_ms", ("Ground Time [Milliseconds]", "Ground Time [ms]")),
    Source(
        "vertical_oscillation_mm", ("Vertical Oscillation [Centimeters]", "Vertical Oscillation [cm]"), 10.0
    ),
)


def columns(records: Sequence[Mapping[str, Any]]) -> dict[str, list[float | None]]:
    """Columns of `columns.SAMPLES` from record messages; cadence still per minute of one leg.

    Parameters
    ----------
    records
        Values by field name; developer fields under "name [units]".
    """
    present = {name for record in records for name in record}
    table = {source.column: _column(records, source) for source in NATIVE if present & set(source.fields)}
    for source in DEVELOPER:
        is_empty = all(value is None for value in table.get(source.column, ()))
        if is_empty and present & set(source.fields):
            table[source.column] = _column(records, source)
    table["cadence_spm"] = [_cadence(record) for record in records]
    return table


def _column(records: Iterable[Mapping[str, Any]], source: Source) -> list[float | None]:
    column: list[float | None] = []
    for record in records:
        value = next((n for name in source.fields if (n := _number(record.get(name))) is not None), None)
        column.append(None if value is None else value * source.factor)
    return column


def _cadence(record: Mapping[str, Any]) -> float | None:
    whole = _number(record.get("cadence"))
    if whole is None:
        return _number(record.get("cadence256"))
    return whole + (_number(record.get("fractional_cadence")) or 0.0)


def _number(value: object) -> float | None:
    """A number, the first of a list-valued field, else None."""
    if isinstance(value, tuple):
        value = next((one for one in value if one is not None), None)
    return float(value) if isinstance(value, int | float) else None
