"""The runner's own clock on a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from loadwatch.formats.activity import Activity
    from loadwatch.tidy import Recording

LONGEST_AWAY_S = 3 * 3600  # a watch keeps the time of home for hours into a trip; beyond that it is unset


def local_clock(
    activity: Activity, recording: Recording, latitude_deg: float, longitude_deg: float, home_timezone: str
) -> tuple[timezone | ZoneInfo, str]:
    """The runner's clock: the file's own offset, else the zone at the first position, else home, else UTC."""
    zone = _zone_at(latitude_deg, longitude_deg)
    offset_s = activity.utc_offset_s
    if offset_s is not None and (zone is None or not _fits(zone, offset_s, recording)):
        own = timezone(timedelta(seconds=offset_s))
        if zone is None or abs(_offset_s(zone, recording.start) - offset_s) <= LONGEST_AWAY_S:
            return own, ""
        return zone, "the device's local time does not fit its position; the position's time zone is used"
    if zone is not None:
        return zone, ""
    if home_timezone:
        return ZoneInfo(home_timezone), "no position: local time by the settings' time zone"
    return UTC, "no position and no time zone in the file: local time taken as UTC"


def _fits(zone: ZoneInfo, offset_s: float, recording: Recording) -> bool:
    """Whether a zone agrees with the offset at the recording's end, when watches write it.

    The zone then also knows of a change of clocks on the way.
    """
    return _offset_s(zone, recording.start + timedelta(seconds=recording.elapsed_s)) == offset_s


def _offset_s(zone: ZoneInfo, moment: datetime) -> float:
    offset = moment.astimezone(zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _zone_at(latitude_deg: float, longitude_deg: float) -> ZoneInfo | None:
    if np.isnan(latitude_deg):
        return None
    # Imported late: its map costs memory that `--help` need not pay.
    from tzfpy import get_tz  # noqa: PLC0415 - likewise

    name = get_tz(longitude_deg, latitude_deg)
    return ZoneInfo(name) if name else None
