"""XML as activity files hold it: text without declaration, doctype or surprises, numbers and times."""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch.errors import UnreadableError
from loadwatch.formats.timer import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loadwatch._arrays import Bools, Floats, Ints

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]

# What activity files are written in. Any other codec name is refused rather than tried: some of Python's
# are no encodings, and some take quadratic time.
ENCODINGS = {
    "": "utf-8",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    # Text in UTF-16 begins with its mark and is made UTF-8 before anyone looks; the rest only says so.
    "utf-16": "utf-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-2": "iso-8859-2",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "iso-8859-15": "iso-8859-15",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "shift_jis": "shift_jis",
    "big5": "big5",
    "euc-kr": "euc-kr",
}
# All of these encodings but UTF-16 write the characters of markup as ASCII does.
BLANKS = re.compile(rb"(?:\xef\xbb\xbf|\s)*")
DECLARATION = re.compile(rb"""<\?xml\b[^>]*?(?:encoding\s*=\s*["']([^"']*)["'][^>]*)?\?>""", re.IGNORECASE)
LONGEST_DECLARATION_BYTES = 400
PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
ROOT = re.compile(rb"<(?:!DOCTYPE\s+)?(?:[\w.\-]+:)?([\w.\-]+)")
DOCTYPE = "declares a DOCTYPE, which no activity file needs; refused unread"
PIECE_BYTES = 1 << 18
# A piece can begin with what the one before left over, and a byte can become three in UTF-8.
LONGEST_PIECE_BYTES = 8 * PIECE_BYTES

# The common style of times, 0 for a digit, and its lengths: whole seconds or up to nine decimals.
ZULU = b"0000-00-00T00:00:00Z"
STYLES = {len(ZULU), *range(len(ZULU) + 2, len(ZULU) + 11)}
YEAR_ONE = np.datetime64("0001-01-01", "us")
# Days of each month by its number, of any number of two digits; leap days apart.
DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87], dtype=np.uint8)
LOOSE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")


def document(data: bytes) -> str:
    """The document from its root element on.

    Parameters
    ----------
    data
        The file's bytes; blanks or a byte order mark before the declaration do no harm.

    Raises
    ------
    UnreadableError
        An encoding no activity file uses, or a DOCTYPE: none needs one, and entities can blow up.
    """
    data, start, encoding = _root(data)
    return data[start:].decode(encoding, errors="replace")


def pieces(data: bytes) -> Iterator[bytes | memoryview]:
    """The same in pieces of UTF-8, cut where an element ends so that no text falls apart.

    ASCII, which most files are, comes as views of `data` itself.

    Raises
    ------
    UnreadableError
        As `document`.
    """
    data, start, encoding = _root(data)
    if data.isascii():
        view = memoryview(data)
        while start < len(data):
            end = start + PIECE_BYTES
            end = _cut(data, start + 1, end) if end < len(data) else len(data)
            yield view[start:end]
            start = end
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = b""
    for at in range(start, len(data), PIECE_BYTES):
        rest += decoder.decode(data[at : at + PIECE_BYTES]).encode(errors="replace")
        cut = _cut(rest, 1, len(rest))
        yield rest[:cut]
        rest = rest[cut:]
    yield rest + decoder.decode(b"", final=True).encode()


def _cut(data: bytes, start: int, end: int) -> int:
    """Last place where an element ends, else where any markup begins, else `end`."""
    last = data.rfind(b"</", start, end)
    last = last if last > 0 else data.rfind(b"<", start, end)
    return last if last > 0 else end


def root_name(head: bytes) -> str:
    """Local name of the root element as the first bytes tell it, empty where they are no XML."""
    if b"<" not in head:
        return ""
    head = _without_utf16(head)
    root = ROOT.match(head, _opening(head)[0])
    return root.group(1).decode("latin-1") if root else ""


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


def _root(data: bytes) -> tuple[bytes, int, str]:
    """Bytes that markup can be found in, where their root element begins, and their encoding."""
    data = _without_utf16(data)
    start, name = _opening(data)
    if name not in ENCODINGS:
        raise UnreadableError(f"declares the encoding {name[:40]!r}, which is not read; save it as UTF-8")
    if data[start : start + 9].upper() == b"<!DOCTYPE":
        raise UnreadableError(DOCTYPE)
    return data, start, ENCODINGS[name]


def _opening(data: bytes) -> tuple[int, str]:
    """Where the root element, or its DOCTYPE, begins, and the encoding declared before it."""
    blanks = BLANKS.match(data)
    start = blanks.end() if blanks else 0
    declaration = DECLARATION.match(data, start, start + LONGEST_DECLARATION_BYTES)
    prolog = PROLOG.match(data, declaration.end() if declaration else start)
    name = ((declaration and declaration.group(1)) or b"").decode("latin-1")
    return prolog.end() if prolog else start, name.strip().lower()


def _without_utf16(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").encode()
    return data
