"""Numbers and times as activity files write them in text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.formats.timer import EPOCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats, Ints

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]

# The common style of times, 0 for a digit, and its lengths: whole seconds or up to nine decimals.
ZULU = b"0000-00-00T00:00:00Z"
STYLES = {len(ZULU), *range(len(ZULU) + 2, len(ZULU) + 11)}
YEAR_ONE = np.datetime64("0001-01-01", "us")
# Days of each month by its number, of any number of two digits; leap days apart.
DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87], dtype=np.uint8)
LOOSE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")


def instants(texts: Sequence[str]) -> tuple[Ints, Bools, Bools]:
    """ISO 8601 times as `microseconds` reads them, those of the common style in bulk.

    Parameters
    ----------
    texts
        One time each; blanks around it do no harm.

    Returns
    -------
    tuple
        Microseconds since 1970, whether the text is a time at all, and whether it named its zone.
    """
    texts = [text.strip() for text in texts]
    times = np.zeros(len(texts), dtype=np.int64)
    is_time, has_zone, is_read = (
        np.ones_like(times, bool),
        np.ones_like(times, bool),
        np.zeros_like(times, bool),
    )
    lengths = list(map(len, texts))
    for length in STYLES & set(lengths):
        rows = np.flatnonzero(np.array(lengths) == length)
        found = _zulu([texts[row] for row in rows], length)
        if found is not None:
            times[rows], is_read[rows] = found, True
    for row in np.flatnonzero(~is_read):
        time, has_zone[row] = microseconds(texts[row])
        times[row], is_time[row] = time or 0, time is not None
    return times, is_time, has_zone


def _zulu(texts: Sequence[str], length: int) -> Ints | None:
    """Times of one length and of the common style, None where any is not."""
    style = np.frombuffer(ZULU[:-1] + (b"." + b"0" * length)[: length - len(ZULU)] + b"Z", dtype=np.uint8)
    rows = np.frombuffer("".join(texts).encode("ascii", "replace"), dtype=np.uint8).reshape(-1, length)
    # Where the style has a 0 any digit will do; below it the difference wraps to a large number.
    digits = rows - style
    if not (digits <= np.where(style == ord("0"), 9, 0)).all() or not _are_dates(digits):
        return None
    times = np.ascontiguousarray(rows[:, :-1]).view(f"S{length - 1}")[:, 0].astype("datetime64[us]")
    return times.astype(np.int64) if (times >= YEAR_ONE).all() else None


def _are_dates(digits: Bytes) -> bool:
    """Whether all times of the common style can be: one that cannot, among many, makes numpy crash."""
    year, month, day, hour, minute, second = (
        10 * digits[:, at] + digits[:, at + 1] for at in (2, 5, 8, 11, 14, 17)
    )
    is_leap_day = (month == 2) & (day == 29) & (year % 4 == 0) & (year > 0)
    is_day = (day > 0) & ((day <= DAYS[month]) | is_leap_day)
    return bool((is_day & (hour < 24) & (minute < 60) & (second < 60)).all())


def microseconds(text: str | None) -> tuple[int | None, bool]:
    """An ISO 8601 time in microseconds since 1970, and whether it named its zone. Without one: UTC.

    Numbers may lack their leading zeros. The time is None where the text is none.
    """
    text = (text or "").strip()
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        try:
            time = datetime.fromisoformat(LOOSE.sub(_with_zeros, text))
        except ValueError:
            return None, True
    has_zone = time.tzinfo is not None
    since = since_epoch(time)
    # A zone may lead out of the years that times are counted in.
    return since if FIRST <= since <= LAST else None, has_zone


def _with_zeros(loose: re.Match[str]) -> str:
    year, month, day, hour, minute, second = loose.groups()
    return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}"


def since_epoch(time: datetime) -> int:
    """A datetime in microseconds since 1970; without a zone it is taken as UTC."""
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)


FIRST = since_epoch(datetime(1, 1, 1, tzinfo=UTC))
LAST = since_epoch(datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))


def numbers(texts: Sequence[str]) -> Floats:
    """Numbers written as text, NaN where one is none."""
    try:
        return np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
    except ValueError:
        return np.array([number(text) for text in texts], dtype=np.float64)


def number(text: str | None) -> float | None:
    """A number written as text, None where it is none."""
    try:
        return float(text) if text else None
    except ValueError:
        return None
