"""Apple Health's `export.xml`, whose name is in the phone's language: the workout each route belongs to."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from loadwatch.formats.sport import sport_words
from loadwatch.sources import Label

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

LIST_SUFFIX = ".xml"
FOLDER = "workout-routes"
TYPE_PREFIX = "HKWorkoutActivityType"
PIECE_BYTES = 1 << 20
# A single element longer than this is no part of an export.
LARGEST_ELEMENT_BYTES = 8 << 20
# Exports hold control characters that XML forbids; the parser would stop at the first.
FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r")


def labels(file: IO[bytes] | io.RawIOBase) -> Iterator[tuple[str, Label]]:
    """Routes, by their way from the list, each with its workout's type; nothing where it is another file.

    Read as a stream, since these lists grow to gigabytes; nothing behind a fault in the list.
    """
    with file:
        pieces = _workouts(file)
        found: list[tuple[str, Label]] = []
        kind = ""

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal kind
            if tag == "Workout":
                kind = attributes.get("workoutActivityType", "").removeprefix(TYPE_PREFIX)
            elif tag == "FileReference" and kind:
                found.append((attributes.get("path", "").lstrip("/"), Label(*sport_words(kind))))

        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = on_start
        parser.buffer_text = True
        fed = 0
        for piece in pieces:
            try:
                parser.Parse(piece)
            except expat.ExpatError:
                break  # routes behind the damage are told by their pace
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LARGEST_ELEMENT_BYTES:
                break
            yield from found
            found.clear()
        yield from found


def _workouts(file: IO[bytes] | io.RawIOBase) -> Iterator[bytes]:
    """A health export from its first workout on, inside a root of its own.

    All before is skipped unparsed: the document type, which some versions of the phone write with faults,
    and the single measurements, which are nearly all of the file.
    """
    root, workout = b"<HealthData", b"<Workout "
    start = file.read(LARGEST_ELEMENT_BYTES // 8)
    if root not in start:
        return
    yield root + b">"
    last = start
    while (at := last.find(workout)) < 0:
        piece = file.read(PIECE_BYTES)
        if not piece:
            return
        last = last[-len(workout) :] + piece
    yield last[at:].translate(None, FORBIDDEN)
    while piece := file.read(PIECE_BYTES):
        yield piece.translate(None, FORBIDDEN)
