"""GPX and TCX taken apart into tags and texts, changed there, and the bombs that XML allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fuzzing.blind import damaged

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

POINT = re.compile(r"<(trkpt|Trackpoint)\b.*?</\1>\s*", re.DOTALL)
TOKEN = re.compile(r"<[^>]*>|[^<]+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
NUMBERS = (
    *("nan", "NaN", "inf", "-inf", "Infinity", "1e308", "-1e308", "1e400", "5e-324", "", " ", "-", "+5"),
    *("1_0", "0x10", "1,5", "１２", "1e-400", "-0", "90", "-90", "90.0001", "180", "181", "-180", "9" * 400),
    *("4294967296", "9223372036854775808", "32767.5", "\u0660", "5 5", "&#48;", "<b>5</b>", "1e9", "65536"),
    *("1" * 9000, "0.000001", "3e38", "-1"),
)
TIMES = (
    *("", "0", "now", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"),
    *("2026-02-30T10:00:00Z", "2026-05-21T24:00:00Z", "2026-05-21T10:00:60Z", "2026-05-21T10:00:00+25:00"),
    *("2026-05-21T10:00:00+23:59", "2026-05-21 10:00:00", "2026-5-1T1:2:3Z", "20260521T100000Z"),
    *("2026-05-21T10:00:00,5Z", "1970-01-01T00:00:00Z", "1989-12-31T00:00:00Z", "2100-01-01T00:00:00Z"),
    *("-2026-05-21T10:00:00Z", "٢٠٢٦-05-21T10:00:00Z", "2026-05-21T10:00:00.0000000000001Z", "2026-W21-4"),
    *("0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "2026-05-21T10:00:00Zjunk"),
    *("2262-04-11T23:47:17Z", "1677-09-21T00:12:43Z"),
)
LABELS = (
    *(
        "running",
        "Running",
        "9",
        "Biking",
        "",
        "RUN" * 5000,
        "\u202e",
        "🏃",
        "&lt;script&gt;",
        "trail_running",
    ),
)
ENCODINGS = (
    *("utf-8", "UTF-16", "utf-16le", "utf-32", "iso-8859-1", "windows-1251", "gbk", "shift_jis", "euc-kr"),
    *("big5", "idna", "punycode", "rot13", "hex", "zlib", "utf-7", "", "x" * 300, "unicode_escape", "ebcdic"),
)
BOMBS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30)) + "]>",
    "<!DOCTYPE a [" + "<!-- -->" * 3000,
    '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>',
    f'<!DOCTYPE a [<!ENTITY big "{"A" * 100_000}">]>',
)
LARGEST_CHARACTERS = 4 << 20

Tokens = list[str]


def shortened(text: str, points: int) -> str:
    """The same file with at most so many points, taken from the start."""
    for number, found in enumerate(POINT.finditer(text)):
        if number == points:
            last = text.rfind(f"</{found.group(1)}>")
            return text[: found.start()] + text[last + len(found.group(1)) + 3 :]
    return text


def _change_numbers(tokens: Tokens, rng: Random) -> None:
    places = [n for n, token in enumerate(tokens) if NUMBER.search(token) and not token.startswith("<?")]
    usual = rng.choice(NUMBERS)
    for n in rng.sample(places, min(len(places), rng.choice((1, 1, 5, 50, 2000)))):
        new = rng.choice(NUMBERS) if rng.random() < 0.1 else usual
        tokens[n] = NUMBER.sub(new.replace("\\", ""), tokens[n], count=1)


def _change_times(tokens: Tokens, rng: Random) -> None:
    places = [n for n, token in enumerate(tokens) if TIME.search(token)]
    chosen = rng.sample(places, min(len(places), rng.choice((1, 2, 20, 2000))))
    what = rng.randrange(4)
    new = rng.choice(TIMES)
    others = [tokens[n] for n in chosen]
    rng.shuffle(others)
    for n, other in zip(chosen, others, strict=True):
        if what == 0:
            tokens[n] = TIME.sub(lambda _: new, tokens[n])
        elif what == 1:
            tokens[n] = TIME.sub(lambda _: rng.choice(TIMES), tokens[n])
        elif what == 2:
            tokens[n] = other
        else:
            at = rng.randrange(19)
            tokens[n] = TIME.sub(lambda m, at=at: _digit(m.group(), at, rng), tokens[n])  # type: ignore[misc]


def _digit(time: str, at: int, rng: Random) -> str:
    return time[:at] + str(rng.randrange(10)) + time[at + 1 :] if time[at].isdigit() else time


def _change_tags(tokens: Tokens, rng: Random) -> None:
    """Tags dropped, doubled, renamed, moved, closed twice or never."""
    if not tokens:
        return
    for _ in range(rng.choice((1, 1, 3, 20))):
        n, m = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        what = rng.randrange(6)
        if what == 0:
            tokens[n] = ""
        elif what == 1:
            tokens[n] *= rng.choice((2, 3, 50))
        elif what == 2:
            tokens[n], tokens[m] = tokens[m], tokens[n]
        elif what == 3:
            names = [token for token in tokens if token.startswith("<") and not token.startswith("<?")]
            if tokens[n].startswith("<") and names:
                tokens[n] = rng.choice(names)
        elif what == 4:
            tokens[n] = tokens[n].replace("/", "") if "</" in tokens[n] else tokens[n].replace("<", "</", 1)
        else:
            tokens[n] = tokens[n].swapcase()


def _wrap(tokens: Tokens, rng: Random) -> None:
    """Texts as CDATA, with comments, references or instructions among them."""
    places = [n for n, token in enumerate(tokens) if not token.startswith("<") and token.strip()]
    ways: tuple[Callable[[str], str], ...] = (
        lambda text: f"<![CDATA[{text}]]>",
        lambda text: f"{text[:2]}<!-- {text} -->{text[2:]}",
        lambda text: f"{text[:1]}<?x y?>{text[1:]}",
        lambda text: "".join(f"&#{ord(letter)};" for letter in text),
        lambda text: f"\n\t {text} \r\n",
        lambda text: f"&a;{text}",
        lambda text: f"&amp;{text}&#x10FFFF;",
        lambda text: f"{text}&#0;",
        lambda text: f"{text}\x00\x01",
        lambda text: f"<x>{text}</x>",
        lambda text: f"{text}\ufffe\ud7ff",
    )
    way = rng.choice(ways)
    for n in rng.sample(places, min(len(places), rng.choice((1, 10, 1000)))):
        tokens[n] = way(tokens[n])


def _label(tokens: Tokens, rng: Random) -> None:
    label = rng.choice(LABELS)
    for n, token in enumerate(tokens):
        if token.startswith("<Activity "):
            tokens[n] = f'<Activity Sport="{label}">'
        if token.startswith("<trkseg") and rng.random() < 0.5:
            tokens[n] = f"<type>{label}</type>{token}"


def _break_up(tokens: Tokens, rng: Random) -> None:
    """More tracks, segments, laps or activities than there were."""
    cuts = (
        "</trkseg><trkseg>",
        "</trkseg></trk><trk><trkseg>",
        "</Track><Track>",
        '</Track></Lap><Lap StartTime="2026-05-21T16:00:00Z"><Track>',
        '</Track></Lap></Activity><Activity Sport="Running"><Lap><Track>',
        "<trkseg>",
        "</Activities><Activities>",
    )
    is_gpx = any(token.startswith("<trkpt") for token in tokens)
    fitting = [cut for cut in cuts if ("trk" in cut) == is_gpx] if rng.random() < 0.95 else list(cuts)
    places = [n for n, token in enumerate(tokens) if token in {"</trkpt>", "</Trackpoint>"}]
    cut = rng.choice(fitting)
    limit = 12 if "</trk>" in cut or "Activity" in cut else 2000
    for n in rng.sample(places, min(len(places), rng.choice((1, 3, 12, limit)))):
        tokens[n] += cut


def _move_points(tokens: Tokens, rng: Random) -> None:
    """Points dropped, doubled or moved as a block."""
    places = [n for n, token in enumerate(tokens) if token.startswith(("<trkpt", "<Trackpoint"))]
    if len(places) < 4:
        return
    a, b, c = sorted(rng.sample(places, 3))
    part = tokens[a:b]
    what = rng.randrange(3)
    if what == 0:
        del tokens[a:b]
    elif what == 1:
        tokens[c:c] = part
    else:
        tokens[a:c] = tokens[b:c] + part


def _bomb(tokens: Tokens, rng: Random) -> None:
    """What grows: depth, attributes, names, comments, texts, blanks, entities."""
    at = rng.randrange(len(tokens) + 1)
    size = rng.choice((10, 1000, 30_000, 300_000))
    bombs: tuple[Callable[[], str], ...] = (
        lambda: "<a>" * size,
        lambda: "<a>" * size + "</a>" * size,
        lambda: f'<a b="{"x" * size}"/>',
        lambda: "<a " + " ".join(f'b{n}="{n}"' for n in range(size // 10)) + "/>",
        lambda: "".join(f"<n{n}/>" for n in range(size // 5)),
        lambda: f"<!--{'-x' * size}-->",
        lambda: "<!--" + "x" * size,
        lambda: "x" * size,
        lambda: " " * size,
        lambda: "<" * size,
        lambda: f"<{'n' * size}>",
        lambda: "&lt;" * size,
        lambda: f"<?{'x' * size}?>",
        lambda: f"<time>{'2' * size}</time>",
        lambda: "<ele>1</ele>" * size,
        lambda: f"<{'a:' * (size // 10)}b/>",
        lambda: f"<![CDATA[{']' * size}]]>",
        lambda: rng.choice(BOMBS) + "&c;",
    )
    tokens[at:at] = [rng.choice(bombs)()]


def _crowd(tokens: Tokens, rng: Random) -> None:
    """Very many points: the same again, or parted from each other."""
    text = "".join(tokens)
    found = list(POINT.finditer(text))
    if not found:
        return
    one = found[-1].group()
    parting = rng.choice(("", "", "</trkseg><trkseg>", "</Track><Track>"))
    many = min(rng.choice((100, 1000, 8000)), LARGEST_CHARACTERS // len(one))
    is_moving = rng.random() < 0.7
    step = rng.choice((1, 1, 5, 61))
    more = [
        TIME.sub(f"2026-05-{20 + s // 86_400:02}T{s // 3600 % 24:02}:{s // 60 % 60:02}:{s % 60:02}Z", one)
        if is_moving
        else one
        for s in range(0, min(many * step, 9 * 86_400), step)
    ]
    tokens[:] = [text[: found[-1].end()] + parting.join(more) + text[found[-1].end() :]]


KINDS: tuple[Callable[[Tokens, Random], None], ...] = (
    *(_change_numbers, _change_numbers, _change_times, _change_times, _change_tags, _wrap, _label),
    *(_break_up, _move_points),
)


def _encoded(text: str, rng: Random) -> bytes:
    """The text as bytes, now and then in another encoding than it declares."""
    if rng.random() > 0.12:
        return text.encode("utf-8", "surrogatepass")
    name = rng.choice(ENCODINGS)
    declared = f'<?xml version="1.0" encoding="{name}"?>'
    text = re.sub(r"^<\?xml[^>]*\?>", lambda _: declared, text)
    if rng.random() < 0.3:
        text = rng.choice((" \n", "\ufeff", "\0", "x", "\n" * 5000, "<!-- -->" * 1000)) + text
    try:
        return text.encode(rng.choice((name, "utf-8", "utf-16", "utf-16-be", "cp1252")), "replace")
    except (LookupError, ValueError, TypeError):
        return text.encode()


def mutated(text: str, rng: Random) -> bytes:
    """A file made from this one, with damage to its tags and texts, and sometimes to its bytes."""
    tokens = TOKEN.findall(text)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        rng.choice(KINDS)(tokens, rng)
    if rng.random() < 0.06:
        _bomb(tokens, rng)
    if rng.random() < 0.02:
        _crowd(tokens, rng)
    if rng.random() < 0.03:
        tokens[1:1] = [rng.choice(BOMBS)]
    data = _encoded("".join(tokens), rng)
    return damaged(data, rng) if rng.random() < 0.1 else data
