"""FIT files: columns of records, and the few messages around them.

`decode` reads the bytes with `fit_columns`; what `fit_sessions` makes of a `FitFile` serves the
reference reader as well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.errors import UnreadableError
from loadwatch.formats import fit_columns
from loadwatch.formats.fit_profile import enum_names
from loadwatch.formats.fit_sessions import activities

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loadwatch._arrays import Floats, Ints
    from loadwatch.errors import FileError
    from loadwatch.formats.activity import Activity
    from loadwatch.formats.fit_columns import Messages

# Twice five days at one sample a second, each with all that watches measure.
LARGEST_BYTES = 64_000_000

Message = dict[str, Any]
RECORD = 20
# The messages around the records, by global number: their name, and each field that is used, with the name of
# its enumeration in the profile where it is one.
FACTS: dict[int, tuple[str, dict[str, str]]] = {
    0: ("file_id", {"type": "file", "manufacturer": "manufacturer", "product": ""}),
    3: (
        "user_profile",
        {"resting_heart_rate": "", "default_max_running_heart_rate": "", "default_max_heart_rate": ""},
    ),
    7: ("zones_target", {"max_heart_rate": ""}),
    18: (
        "session",
        {
            "sport": "sport",
            "sub_sport": "sub_sport",
            "start_time": "",
            "total_elapsed_time": "",
            "total_timer_time": "",
            "total_distance": "",
            "total_ascent": "",
            "total_descent": "",
        },
    ),
    12: ("sport", {"sport": "sport", "sub_sport": "sub_sport"}),
    19: ("lap", {"sport": "sport", "sub_sport": "sub_sport"}),
    # For its name, which is the only one that a FIT file gives what was run.
    26: ("workout", {"sport": "sport"}),
    21: ("event", {"timestamp": "", "event": "event", "event_type": "event_type"}),
    34: ("activity", {"timestamp": "", "local_timestamp": ""}),
}
# These tell the sport where no session before them does.
SPORT_OTHERWISE = frozenset({"sport", "lap"})
PRODUCT_NAME = 8
WORKOUT, WORKOUT_NAME = 26, 8
# Makers whose product numbers are Garmin's.
GARMIN_MAKERS = frozenset({"garmin", "dynastream", "dynastream_oem", "tacx"})
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
RECORD_FIELDS = (
    "timestamp",
    *(name for source in NATIVE for name in source.fields),
    *("cadence", "fractional_cadence", "cadence256"),
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


@dataclass
class FitFile:
    """One FIT file of a chain, decoded.

    Attributes
    ----------
    messages
        The messages around the records by kind, each as its values by name; enumerations as words.
    times
        Times of the records that have one, in recording order. [s since the FIT epoch]
    columns
        Columns of `columns.SAMPLES` of those records, NaN where missing; cadence still of one leg.
    untimed_count
        Records without a time.
    repairs
        What was wrong with the file.
    """

    messages: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    times: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    columns: dict[str, Floats] = field(default_factory=dict)
    untimed_count: int = 0
    repairs: list[str] = field(default_factory=list)

    def first(self, kind: str) -> Message:
        """First message of a kind, empty where there is none."""
        return next(iter(self.messages.get(kind, [])), {})


def read(data: bytes) -> list[Activity | FileError]:
    """Every session of a FIT file and of all files chained to it.

    Parameters
    ----------
    data
        The file's bytes. Damage costs what comes after it, no more.

    Returns
    -------
    list
        An activity, or why there is none, for each session in order of time.

    Raises
    ------
    NotAnActivityError
        Settings, courses, workouts, monitoring and the like.
    EmptyActivityError
        An activity without samples.
    UnreadableError
        Nothing in it can be read, or it is too large to be FIT.
    """
    if len(data) > LARGEST_BYTES:
        raise UnreadableError(f"is larger than {LARGEST_BYTES // 1_000_000} MB, and no FIT file is")
    return activities(decode(data))


def decode(data: bytes) -> Iterable[FitFile]:
    """Every FIT file chained in the bytes."""
    for part in fit_columns.decode(data):
        file = FitFile(repairs=list(part.repairs))
        for number, (kind, fields) in FACTS.items():
            if number in part.messages and not (kind in SPORT_OTHERWISE and file.messages.get("session")):
                file.messages[kind] = facts(part.messages[number], fields)
        if RECORD in part.messages:
            _take_records(file, part.messages[RECORD])
        yield file


def facts(messages: Messages, fields: dict[str, str]) -> list[Message]:
    """Messages as dictionaries; enumerations as words, unknown ones as numbers."""
    found: list[Message] = messages.rows(tuple(fields))
    for name, kind in fields.items():
        words = enum_names(kind) if kind else {}
        for message in found if kind else ():
            if name in message:
                value = int(message[name])
                message[name] = words.get(value, value)
    if messages.number == 0:
        for message, text in zip(found, messages.texts(PRODUCT_NAME), strict=True):
            _name_product(message, text)
    if messages.number == WORKOUT:
        for message, text in zip(found, messages.texts(WORKOUT_NAME), strict=True):
            message["wkt_name"] = text
    return found


def _name_product(identity: Message, product_name: str) -> None:
    product = identity.get("product")
    if product is not None:
        identity["product"] = int(product)
        if identity.get("manufacturer") in GARMIN_MAKERS:
            identity["product"] = enum_names("garmin_product").get(int(product), int(product))
    if product_name:
        identity["product_name"] = product_name


def _take_records(file: FitFile, records: Messages) -> None:
    native = records.columns(RECORD_FIELDS)
    times = native.get("timestamp")
    if times is None:
        file.untimed_count = len(records)
        return
    columns = {source.column: _column(native, source) for source in NATIVE}
    own = records.developer_names()
    for source in DEVELOPER:
        column = columns[source.column]
        if own.intersection(source.fields) and (column is None or np.isnan(column).all()):
            told = {name: values for name in source.fields if (values := records.developer(name)) is not None}
            columns[source.column] = _column(told, source)
    columns["cadence_spm"] = _cadence(native)
    # Devices count in 32 bits; a damaged definition may make them anything.
    is_timed = (times >= 0) & (times < 2**32)
    file.untimed_count = int(times.size - np.count_nonzero(is_timed))
    kept = is_timed if file.untimed_count else slice(None)
    file.times = times[kept].astype(np.int64)
    file.columns = {name: column[kept] for name, column in columns.items() if column is not None}


def _column(told: Mapping[str, Floats], source: Source) -> Floats | None:
    """The first of the fields that has a value, sample by sample."""
    columns = [told[name] for name in source.fields if name in told]
    if not columns:
        return None
    best = columns[0]
    for column in columns[1:]:
        is_missing = np.isnan(best)
        best = np.where(is_missing, column, best) if is_missing.any() else best
    return best if source.factor == 1.0 else best * source.factor


def _cadence(told: Mapping[str, Floats]) -> Floats | None:
    whole = told.get("cadence")
    if whole is None:
        return told.get("cadence256")
    fraction = told.get("fractional_cadence")
    return whole if fraction is None else whole + np.nan_to_num(fraction)
