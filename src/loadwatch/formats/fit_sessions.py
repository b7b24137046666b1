"""Decoded FIT files made activities: one for each session, with the facts around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError
from loadwatch.formats.activity import Athlete, DeviceTotals
from loadwatch.formats.device import device_name
from loadwatch.formats.fit_profile import enum_names
from loadwatch.formats.sport import sport_words
from loadwatch.formats.table import activity
from loadwatch.formats.timer import SECOND, Timer, from_events

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loadwatch._arrays import Ints
    from loadwatch.formats.activity import Activity
    from loadwatch.formats.fit import FitFile, Message

# FIT counts seconds from the last day of 1989.
FIT_EPOCH_S = 631_065_600
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


@dataclass(frozen=True)
class _Span:
    """One session's share of the file: from its start to the next one's, in microseconds."""

    session: Message
    start: int
    end: int


def activities(files: Iterable[FitFile]) -> list[Activity | FileError]:
    """Every session of a chain of decoded files; see `read`."""
    outcomes: list[Activity | FileError] = []
    others: list[FileError] = []
    for file in files:
        refusal = _refusal(file)
        if refusal is None:
            outcomes += _activities(file)
        else:
            others.append(refusal)
    if not outcomes:
        raise next(iter(others), UnreadableError("has a FIT header and nothing behind it"))
    return outcomes


def _refusal(file: FitFile) -> FileError | None:
    """Why a file holds no activity, None where it does."""
    kind = file.first("file_id").get("type")
    number = next((n for n, name in enum_names("file").items() if name == kind), kind)
    if number in NOT_ACTIVITIES:
        return NotAnActivityError(f"holds {NOT_ACTIVITIES[number]}, not an activity")
    if file.times.size or file.untimed_count:
        return None
    if number == ACTIVITY_FILE or file.messages.get("session"):
        return EmptyActivityError("records no samples")
    if number is None and file.repairs:
        return UnreadableError(f"is FIT, but nothing in it can be read: {file.repairs[0]}")
    return NotAnActivityError(f"holds FIT data of type {kind}, not an activity")


def _activities(file: FitFile) -> list[Activity | FileError]:
    if file.untimed_count:
        file.repairs.append(f"{file.untimed_count} samples without a time were left out")
    if not file.times.size:
        return [EmptyActivityError("records no samples")]
    times = (file.times + FIT_EPOCH_S) * SECOND
    first, last = int(times.min()), int(times.max())
    timer = from_events(_timer_events(file), first, last)
    if timer is not None:
        # The timer often starts before the first sample and stops after the last.
        first, last = min(first, timer.start), max(last, timer.stop)
    return [_outcome(file, span, times, timer) for span in _spans(file, first, last)]


def _spans(file: FitFile, first: int, last: int) -> list[_Span]:
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
    return default if start is None else _instant(start)


def _outcome(file: FitFile, span: _Span, times: Ints, timer: Timer | None) -> Activity | FileError:
    is_mine = (times >= span.start) & (times < span.end)
    sport, sub_sport = sport_words(span.session.get("sport"), span.session.get("sub_sport"))
    try:
        if not is_mine.any():
            raise EmptyActivityError("records no samples")
        mine = slice(None) if is_mine.all() else is_mine
        return activity(
            times[mine],
            {name: values[mine] for name, values in file.columns.items()},
            file_format="fit",
            sport=sport,
            sub_sport=sub_sport,
            device=_device(file),
            timer=timer and timer.within(span.start, span.end),
            utc_offset_s=_utc_offset_s(file.first("activity")),
            totals=_totals(span.session),
            athlete=_athlete(file),
            name=str(file.first("workout").get("wkt_name", "")),
            repairs=file.repairs,
        )
    except FileError as error:
        return error


def _timer_events(file: FitFile) -> list[tuple[int, bool]]:
    return [
        (_instant(event["timestamp"]), event["event_type"] in TIMER_STARTS)
        for event in file.messages.get("event", [])
        if event.get("event") == "timer"
        and event.get("event_type") in TIMER_STARTS | TIMER_STOPS
        and event.get("timestamp") is not None
    ]


def _utc_offset_s(message: Message) -> float | None:
    """Offset of the device's clock from UTC. [s] None where it is no offset of any place on Earth.

    Both times are written a moment apart, so they are brought to the quarter hour.
    """
    local, utc = message.get("local_timestamp"), message.get("timestamp")
    if local is None or utc is None:
        return None
    offset = round((local - utc) / 900) * 900
    is_plausible = -12 * 3600 <= offset <= 14 * 3600 and abs(local - utc - offset) <= 120
    return float(offset) if is_plausible else None


def _device(file: FitFile) -> str:
    identity = file.first("file_id")
    return device_name(identity.get("manufacturer"), identity.get("product"), identity.get("product_name"))


def _totals(session: Message) -> DeviceTotals:
    return DeviceTotals(
        distance_m=_number(session.get("total_distance")),
        elapsed_s=_number(session.get("total_elapsed_time")),
        timer_s=_number(session.get("total_timer_time")),
        elevation_gain_m=_number(session.get("total_ascent")),
        elevation_loss_m=_number(session.get("total_descent")),
    )


def _athlete(file: FitFile) -> Athlete:
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


def _instant(timestamp: float) -> int:
    """A FIT time in microseconds since 1970."""
    return (int(timestamp) + FIT_EPOCH_S) * SECOND
