"""What the FIT profile says of fields: the data that python-fitparse ships, asked by name or number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

TIMESTAMP = 253


@dataclass(frozen=True)
class Component:
    """One of the values that a field is made of."""

    first_bit: int
    bits: int
    scale: float
    offset: float
    accumulates: bool


@cache
def profile_field(message: int, name: str) -> tuple[int | None, float, float]:
    """Number, scale and offset of a field by its name; None where the profile has no such field."""
    from fitparse.profile import MESSAGE_TYPES  # noqa: PLC0415 - only where a FIT file is read

    kind = MESSAGE_TYPES.get(message)
    found = next((one for one in kind.fields.values() if one.name == name), None) if kind else None
    if found is None:
        return TIMESTAMP if name == "timestamp" else None, 1.0, 0.0
    return int(found.def_num), float(found.scale or 1), float(found.offset or 0)


@cache
def parents(message: int, number: int | None) -> tuple[tuple[int, Component], ...]:
    """Fields of which a field is a component: the number of each, and the bits to take."""
    from fitparse.profile import MESSAGE_TYPES  # noqa: PLC0415 - as above

    kind = MESSAGE_TYPES.get(message)
    if kind is None or number is None:
        return ()
    return tuple(
        (
            int(parent.def_num),
            Component(
                first_bit=int(part.bit_offset or 0),
                bits=int(part.bits),
                scale=float(part.scale or 1),
                offset=float(part.offset or 0),
                accumulates=bool(part.accumulate),
            ),
        )
        for parent in kind.fields.values()
        for part in parent.components or ()
        if part.def_num == number
    )


@cache
def numbers_behind(message: int, names: tuple[str, ...]) -> tuple[int, ...]:
    """Numbers of all fields that values of the named ones may stand in."""
    numbers = [profile_field(message, name)[0] for name in names]
    behind = [parent for number in numbers for parent, _ in parents(message, number)]
    return tuple(dict.fromkeys(number for number in [*numbers, *behind] if number is not None))


@cache
def enum_names(type_name: str) -> dict[int, str]:
    """Names of an enumeration's values in the profile, such as `sport`."""
    from fitparse.profile import FIELD_TYPES  # noqa: PLC0415 - as above

    values: dict[int, str] = FIELD_TYPES[type_name].values
    return values


@cache
def message_name(message: int) -> str:
    """Name of a kind of message by its global number; `unknown_` and the number where none is known."""
    from fitparse.profile import MESSAGE_TYPES  # noqa: PLC0415 - as above

    kind = MESSAGE_TYPES.get(message)
    return str(kind.name) if kind else f"unknown_{message}"


@cache
def field_name(message: int, number: int) -> str:
    """Name of a field by its number, likewise."""
    from fitparse.profile import MESSAGE_TYPES  # noqa: PLC0415 - as above

    kind = MESSAGE_TYPES.get(message)
    found = kind.fields.get(number) if kind else None
    if found is None:
        return "timestamp" if number == TIMESTAMP else f"unknown_{number}"
    return str(found.name)
