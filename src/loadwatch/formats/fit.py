"""FIT, decoded with fitparse."""

from __future__ import annotations

import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError
from loadwatch.formats import fit_bytes
from loadwatch.formats.activity import Athlete, DeviceTotals
from loadwatch.formats.device import device_name
from loadwatch.formats.fit_records import columns
from loadwatch.formats.sport import sport_words
from loadwatch.formats.table import activity
from loadwatch.formats.timer import SECOND, Timer, from_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.formats.activity import Activity

# FIT counts seconds from the last day of 1989.
FIT_EPOCH_S = 631_065_600
# Message kinds by their global number; the rest is never decoded. field_description and developer_data_id
# tell fitparse how to read developer fields.
WANTED = frozenset({0, 3, 7, 12, 18, 19, 20, 21, 23, 34, 206, 207})
NOT_ACTIVITIES = {
    1: "device settings",
    2: "settings",
    3: "sport settings",
    5: "a workout",
    6: "a course",
    7: "schedules",
    8: "saved locations",
    9: "body weight",
    10: "totals",
    11: "goals",
    14: "blood pressure",
    15: "daily monitoring",
    20: "activity summaries",
    28: "daily monitoring",
    32: "daily monitoring",
    34: "a segment",
    35: "a list of segments",
    40: "display settings",
    41: "heart rate variability",
    44: "daily metrics",
    49: "sleep",
    68: "heart rate variability",
}
ACTIVITY_FILE = 4
TIMER_STARTS = frozenset({"start"})
TIMER_STOPS = frozenset({"stop", "stop_all", "stop_disable", "stop_disable_all"})

Message = dict[str, Any]


@dataclass
class _File:
    """The messages of one FIT file by kind, and what was wrong with it."""

    messages: defaultdict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    repairs: list[str] = field(default_factory=list)

    def first(self, kind: str) -> Message:
        """First message of a kind, empty where there is none."""
        return next(iter(self.messages.get(kind, [])), {})


@dataclass(frozen=True)
class _Span:
    """One session's share of the file: from its start to the next one's, in microseconds."""

    session: Message
    start: int
    end: int


def recognises(head: bytes) -> bool:
    """Whether a file that begins so is FIT."""
    return len(head) >= fit_bytes.SHORTEST_HEADER and fit_bytes.is_header(head)


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
    """
    outcomes: list[Activity | FileError] = []
    others: list[FileError] = []
    for part in fit_bytes.parts(data):
        decoded = _decode(part)
        refusal = _refusal(decoded)
        if refusal is None:
            outcomes += _activities(decoded)
        else:
            others.append(refusal)
    if not outcomes:
        raise next(iter(others), UnreadableError("has a FIT header and nothing behind it"))
    return outcomes


def _decode(part: fit_bytes.Part) -> _File:
    """Messages up to the first damage."""
    from fitparse import FitFileDecoder  # noqa: PLC0415 - late: a scan of GPX files needs none of it

    body, damage = fit_bytes.sift(part, WANTED)
    file = _File(repairs=[*part.repairs, *damage])
    with warnings.catch_warnings():
        # What fitparse warns of is in `damage` already, or concerns developer fields nobody declared.
        warnings.simplefilter("ignore")
        decoder = FitFileDecoder(fit_bytes.header(body) + body, check_crc=False, check_developer_data=False)
        try:
            for message in decoder:
                if message.type == "data" and message.mesg_type is not None:
                    file.messages[message.name].append(_values(message))
        except Exception as error:  # noqa: BLE001 - fitparse lets KeyError, TypeError, struct.error ... of bad bytes through
            file.repairs.append(f"damaged after {len(file.messages['record'])} samples ({error})")
    return file


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


def _refusal(file: _File) -> FileError | None:
    """Why a file holds no activity, None where it does."""
    kind = file.first("file_id").get("type")
    number = next((n for n, name in _file_types().items() if name == kind), kind)
    if number in NOT_ACTIVITIES:
        return NotAnActivityError(f"holds {NOT_ACTIVITIES[number]}, not an activity")
    if file.messages.get("record"):
        return None
    if number == ACTIVITY_FILE or file.messages.get("session"):
        return EmptyActivityError("records no samples")
    if number is None and file.repairs:
        return UnreadableError(f"is FIT, but nothing in it can be read: {file.repairs[0]}")
    return NotAnActivityError(f"holds FIT data of type {kind}, not an activity")


def _file_types() -> dict[int, str]:
    from fitparse.profile import FIELD_TYPES  # noqa: PLC0415 - as above

    types: dict[int, str] = FIELD_TYPES["file"].values
    return types


def _activities(file: _File) -> list[Activity | FileError]:
    records = [record for record in file.messages["record"] if isinstance(record.get("timestamp"), int)]
    untimed = len(file.messages["record"]) - len(records)
    if untimed:
        file.repairs.append(f"{untimed} samples without a time were left out")
    if not records:
        return [EmptyActivityError("records no samples")]
    times = [_instant(record["timestamp"]) for record in records]
    first, last = min(times), max(times)
    timer = from_events(_timer_events(file), first, last)
    if timer is not None:
        # The timer often starts before the first sample and stops after the last.
        first, last = min(first, timer.start), max(last, timer.stop)
    return [_outcome(file, span, records, times, timer) for span in _spans(file, first, last)]


def _spans(file: _File, first: int, last: int) -> list[_Span]:
    """Where each session begins and ends; the outer ones reach to what is first and last of all.

    Only the starts cut: a session's own duration is one of the totals nothing is computed from.
    """
    sessions = file.messages.get("session", [])
    if len(sessions) < 2:
        sport = file.first("session") or file.first("sport") or file.first("lap")
        return [_Span(sport, first, last + 1)]
    starts = [(_start(session, first), session) for session in sessions]
    ordered = sorted(starts, key=lambda pair: pair[0])
    bounds = [min(first, ordered[0][0]), *(start for start, _ in ordered[1:]), max(last + 1, ordered[-1][0])]
    return [_Span(session, bounds[n], bounds[n + 1]) for n, (_, session) in enumerate(ordered)]


def _start(session: Message, default: int) -> int:
    start = session.get("start_time")
    return _instant(start) if isinstance(start, int) else default


def _outcome(
    file: _File, span: _Span, records: Sequence[Message], times: Sequence[int], timer: Timer | None
) -> Activity | FileError:
    chosen = [n for n, time in enumerate(times) if span.start <= time < span.end]
    rows = [records[n] for n in chosen]
    own = [times[n] for n in chosen]
    sport, sub_sport = sport_words(span.session.get("sport"), span.session.get("sub_sport"))
    try:
        if not own:
            raise EmptyActivityError("records no samples")
        return activity(
            own,
            columns(rows),
            file_format="fit",
            sport=sport,
            sub_sport=sub_sport,
            device=_device(file),
            timer=timer and timer.within(span.start, span.end),
            utc_offset_s=_utc_offset_s(file.first("activity")),
            totals=_totals(span.session),
            athlete=_athlete(file),
            repairs=file.repairs,
        )
    except FileError as error:
        return error


def _timer_events(file: _File) -> list[tuple[int, bool]]:
    return [
        (_instant(event["timestamp"]), event["event_type"] in TIMER_STARTS)
        for event in file.messages.get("event", [])
        if event.get("event") == "timer"
        and event.get("event_type") in TIMER_STARTS | TIMER_STOPS
        and isinstance(event.get("timestamp"), int)
    ]


def _utc_offset_s(message: Message) -> float | None:
    """Offset of the device's clock from UTC. [s] None where it is no offset of any place on Earth.

    Both times are written a moment apart, so they are brought to the quarter hour.
    """
    local, utc = message.get("local_timestamp"), message.get("timestamp")
    if not isinstance(local, int) or not isinstance(utc, int):
        return None
    offset = round((local - utc) / 900) * 900
    is_plausible = -12 * 3600 <= offset <= 14 * 3600 and abs(local - utc - offset) <= 120
    return float(offset) if is_plausible else None


def _device(file: _File) -> str:
    identity = file.first("file_id")
    product = identity.get("garmin_product", identity.get("product"))
    return device_name(identity.get("manufacturer"), product, identity.get("product_name"))


def _totals(session: Message) -> DeviceTotals:
    return DeviceTotals(
        distance_m=_number(session.get("total_distance")),
        elapsed_s=_number(session.get("total_elapsed_time")),
        timer_s=_number(session.get("total_timer_time")),
        elevation_gain_m=_number(session.get("total_ascent")),
        elevation_loss_m=_number(session.get("total_descent")),
    )


def _athlete(file: _File) -> Athlete:
    profile, zones = file.first("user_profile"), file.first("zones_target")
    highest = (
        zones.get("max_heart_rate"),
        profile.get("default_max_running_heart_rate"),
        profile.get("default_max_heart_rate"),
    )
    return Athlete(
        resting_heart_rate_bpm=_number(profile.get("resting_heart_rate") or None),
        max_heart_rate_bpm=_number(next((value for value in highest if value), None)),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _instant(timestamp: int) -> int:
    """A FIT time in microseconds since 1970."""
    return (timestamp + FIT_EPOCH_S) * SECOND
