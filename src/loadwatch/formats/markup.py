"""XML as activity files hold it: text without declaration, doctype or surprises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from loadwatch.errors import UnreadableError
from loadwatch.formats.timer import EPOCH

# What activity files are written in. Any other codec name is refused rather than tried: some of Python's
# are no encodings, and some take quadratic time.
ENCODINGS = {
    "": "utf-8",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
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
DECLARATION = re.compile(r"""\s*<\?xml\b[^>]*?(?:encoding\s*=\s*["']([^"']*)["'][^>]*)?\?>""", re.IGNORECASE)
PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
ROOT = re.compile(r"<(?:!DOCTYPE\s+)?(?:[\w.\-]+:)?([\w.\-]+)")


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
    text = _decode(data)
    declaration = DECLARATION.match(text)
    body = text[declaration.end() :] if declaration else text
    prolog = PROLOG.match(body)
    root = body[prolog.end() :] if prolog else body
    if root[:9].upper() == "<!DOCTYPE":
        raise UnreadableError("declares a DOCTYPE, which no activity file needs; refused unread")
    return root


def root_name(head: bytes) -> str:
    """Local name of the root element as the first bytes tell it, empty where they are no XML."""
    if b"<" not in head:
        return ""
    try:
        text = _decode(head)
    except UnreadableError:
        text = head.decode("latin-1")
    declaration = DECLARATION.match(text)
    body = text[declaration.end() :] if declaration else text
    prolog = PROLOG.match(body)
    root = ROOT.match(body, prolog.end() if prolog else 0)
    return root.group(1) if root else ""


def microseconds(text: str | None) -> tuple[int | None, bool]:
    """An ISO 8601 time in microseconds since 1970, and whether it named its zone. Without one: UTC.

    The time is None where the text is none.
    """
    try:
        time = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None, True
    has_zone = time.tzinfo is not None
    return since_epoch(time), has_zone


def since_epoch(time: datetime) -> int:
    """A datetime in microseconds since 1970; without a zone it is taken as UTC."""
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)


def number(text: str | None) -> float | None:
    """A number written as text, None where it is none."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    plain = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    declaration = DECLARATION.match(plain[:400].decode("latin-1"))
    name = ((declaration and declaration.group(1)) or "").strip().lower()
    if name not in ENCODINGS:
        raise UnreadableError(f"declares the encoding {name[:40]!r}, which is not read; save it as UTF-8")
    return plain.decode(ENCODINGS[name], errors="replace").lstrip("\ufeff \t\r\n")
