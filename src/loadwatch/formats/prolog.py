"""XML as text: encodings, declarations and doctypes dealt with, so that what is left begins with its root."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from loadwatch.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
