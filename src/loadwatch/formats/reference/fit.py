"""FIT, decoded with fitparse: the reference that the columns are compared with."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.formats.fit import DEVELOPER, NATIVE, FitFile, Message, Source
from loadwatch.formats.fit_sessions import activities
from loadwatch.formats.reference import fit_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loadwatch._arrays import Floats
    from loadwatch.errors import FileError
    from loadwatch.formats.activity import Activity

# Message kinds by their global number; the rest is never decoded. field_description and developer_data_id
# tell fitparse how to read developer fields.
WANTED = frozenset({0, 3, 7, 12, 18, 19, 20, 21, 23, 34, 206, 207})


def read(data: bytes) -> list[Activity | FileError]:
    """Every session of a FIT file and of all files chained to it; see `formats.fit.read`."""
    return activities(_decode(part) for part in fit_bytes.parts(data))


def messages(data: bytes) -> Iterator[tuple[str, Message]]:
    """Name and values of every message that fitparse reads, up to the first damage of each part."""
    for part in fit_bytes.parts(data):
        yield from _messages(part, [])


def _decode(part: fit_bytes.Part) -> FitFile:
    """Messages up to the first damage."""
    file = FitFile(repairs=list(part.repairs))
    records: list[Message] = []
    for kind, values in _messages(part, file.repairs):
        if kind == "record":
            records.append(values)
        else:
            file.messages[kind].append(_renamed(values))
    timed = [record for record in records if isinstance(record.get("timestamp"), int)]
    file.untimed_count = len(records) - len(timed)
    file.times = np.array([record["timestamp"] for record in timed], dtype=np.int64)
    file.columns = _columns(timed)
    return file


def _messages(part: fit_bytes.Part, repairs: list[str]) -> Iterator[tuple[str, Message]]:
    from fitparse import FitFileDecoder  # noqa: PLC0415 - late: only comparisons need it

    body, damage = fit_bytes.sift(part, WANTED)
    repairs.extend(damage)
    with warnings.catch_warnings():
        # What fitparse warns of is in `damage` already, or concerns developer fields nobody declared.
        warnings.simplefilter("ignore")
        decoder = FitFileDecoder(fit_bytes.header(body) + body, check_crc=False, check_developer_data=False)
        try:
            for message in decoder:
                if message.type == "data" and message.mesg_type is not None:
                    yield message.name, _values(message)
        except Exception as error:  # noqa: BLE001 - fitparse lets KeyError, TypeError, struct.error ... of bad bytes through
            repairs.append(f"damaged ({error})")


def _renamed(values: Message) -> Message:
    """Garmin's products stand under a name of their own here, and under `product` in our columns."""
    return {**values, "product": values["garmin_product"]} if "garmin_product" in values else values


def _values(message: Any) -> Message:
    """Values by name; developer fields under "name [units]", where no native field can be meant.

    The first value that is none of "no value" stays: an old field expands into its `enhanced_` form,
    and a later empty one must not overwrite that.
    """
    values: Message = {}
    for item in message.fields:
        definition = item.field
        if definition is None or item.value is None:
            continue
        name = definition.name
        if definition.field_type == "devfield":
            name = f"{definition.name} [{definition.units or ''}]"
        if name not in values:
            values[name] = item.value
    return values


def _columns(records: Sequence[Message]) -> dict[str, Floats]:
    present = {name for record in records for name in record}
    table = {source.column: _column(records, source) for source in NATIVE if present & set(source.fields)}
    for source in DEVELOPER:
        is_empty = source.column not in table or bool(np.isnan(table[source.column]).all())
        if is_empty and present & set(source.fields):
            table[source.column] = _column(records, source)
    table["cadence_spm"] = np.array([_cadence(record) for record in records], dtype=float)
    return table


def _column(records: Sequence[Message], source: Source) -> Floats:
    values = [
        next((n for name in source.fields if not np.isnan(n := _number(record.get(name)))), np.nan)
        for record in records
    ]
    return np.array(values, dtype=float) * source.factor


def _cadence(record: Message) -> float:
    whole = _number(record.get("cadence"))
    if np.isnan(whole):
        return _number(record.get("cadence256"))
    return whole + float(np.nan_to_num(_number(record.get("fractional_cadence"))))


def _number(value: object) -> float:
    """A number, the first of a list-valued field, else NaN."""
    if isinstance(value, tuple):
        value = next((one for one in value if one is not None), None)
    return float(value) if isinstance(value, int | float) else float("nan")
