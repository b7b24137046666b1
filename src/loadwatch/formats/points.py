"""Points of an XML file as columns of raw text, made numbers in bulk.

What an element means depends on where it stands: each reader lays out its elements as a tree of `Element`,
and `parse` walks that tree beside the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from loadwatch.errors import FileError, UnreadableError
from loadwatch.formats import markup, prolog
from loadwatch.formats.sport import sport_words
from loadwatch.formats.table import activity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.formats.activity import Activity

    Take = Callable[[str], None]

TIME = "time"
MISSING = "nan"
# An activity file nests about eight elements, and its longest tag or comment fits a page.
DEEPEST = 100
LONGEST_TOKEN_BYTES = 4 << 20
# Over five days at one point a second; what holds more, or more kinds of element, is made to fill memory.
MOST_POINTS = 500_000
MOST_NAMES = 10_000


class Element(dict[str, "Element"]):
    """What an element means where it stands; its children by their names as the file writes them.

    A name is looked up once by its local part in lower case, whatever its prefix, and remembered.

    Attributes
    ----------
    known
        Children by local name in lower case.
    other
        What every other child is; without it, the element itself.
    column
        Where its text goes, one row per point.
    enter
        Called with its attributes where it begins; gives what takes its text, if anything does.
    """

    __slots__ = ("column", "enter", "known", "other", "take")

    def __init__(
        self,
        known: Mapping[str, Element] | None = None,
        *,
        other: Element | None = None,
        column: list[str] | None = None,
        enter: Callable[[dict[str, str]], Take | None] | None = None,
    ) -> None:
        super().__init__()
        self.known = {} if known is None else known
        self.other = self if other is None else other
        self.column = column
        self.take = None if column is None else column.append
        self.enter = enter

    def __missing__(self, name: str) -> Element:
        if len(self) == MOST_NAMES:
            raise expat.ExpatError(f"more than {MOST_NAMES:,} kinds of element")
        child = self.known.get(name.rpartition(":")[2].lower(), self.other)
        self[name] = child
        return child


@dataclass(frozen=True)
class Timed:
    """Points that have a time, as columns.

    Attributes
    ----------
    times
        In file order. [µs since 1970, UTC]
    columns
        Values by name of `columns.SAMPLES`, NaN where missing.
    untimed, zoneless
        Points left out for want of a time, and points whose time named no zone.
    """

    times: Ints
    columns: dict[str, Floats]
    untimed: int = 0
    zoneless: int = 0


class Points:
    """Text of every point of a file, a column per field; short columns lack their last rows."""

    def __init__(self) -> None:
        self.columns: dict[str, list[str]] = {}
        self.row = -1

    @property
    def count(self) -> int:
        """Rows so far."""
        return self.row + 1

    def begin(self, _: dict[str, str]) -> None:
        """Open the next row."""
        self.row += 1

    def fields(self, names: Mapping[str, str], other: Element) -> dict[str, Element]:
        """Elements that fill a column each, by their names; what stands inside them is `other`."""
        return {
            name: Element(other=other, column=self.columns.setdefault(column, []))
            for name, column in names.items()
        }

    def table(self) -> Table:
        """Every row as numbers; the text is dropped."""
        columns = {name: texts for name, texts in self.columns.items() if texts}
        for texts in columns.values():
            del texts[self.count :]
            texts.extend([MISSING] * (self.count - len(texts)))
        times, is_timed, has_zone = markup.instants(columns.pop(TIME, [MISSING] * self.count))
        values = {name: markup.numbers(texts) for name, texts in columns.items()}
        # Elements refer to themselves and live until the next collection: their text need not.
        for texts in self.columns.values():
            texts.clear()
        return Table(times, is_timed, has_zone, values)


@dataclass(frozen=True)
class Table:
    """Every point of a file as numbers, those without a time still among them."""

    times: Ints
    is_timed: Bools
    has_zone: Bools
    columns: dict[str, Floats]

    def part(self, first: int, last: int) -> Timed:
        """Points from row `first` up to, not including, row `last`."""
        kept = self.is_timed[first:last]
        return Timed(
            times=self.times[first:last][kept],
            columns={name: values[first:last][kept] for name, values in self.columns.items()},
            untimed=int(kept.size - kept.sum()),
            zoneless=int((kept & ~self.has_zone[first:last]).sum()),
        )

    def spans(self, bounds: Sequence[int]) -> list[tuple[int, int]]:
        """First and last time between each bound and the next, where there is any. [µs]"""
        spans = []
        for first, last in pairwise(bounds):
            times = self.times[first:last][self.is_timed[first:last]]
            if times.size:
                spans.append((int(times[0]), int(times[-1])))
        return spans


def parse(data: bytes, document: Element, points: Points) -> str:
    """Walk a file along a tree of elements, and say where its XML broke (empty: nowhere).

    Of a broken file all whole points stay; the one that was open is dropped. Nesting and tags beyond any
    activity file count as damage.

    Raises
    ------
    UnreadableError
        An encoding no activity file uses, or a DOCTYPE.
    """
    parser = expat.ParserCreate("utf-8")
    # A text comes in one go, whatever its lines, references and comments: each fills one row of a column.
    parser.buffer_size, parser.buffer_text = prolog.LONGEST_PIECE_BYTES, True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parents: list[Element] = []
    push, pop = parents.append, parents.pop
    here = document

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal here
        push(here)
        here = here[name]
        column = here.column
        if column is not None:
            if len(column) == points.row or _make_room(column, points.row):
                parser.CharacterDataHandler = here.take
            return
        parser.CharacterDataHandler = None if here.enter is None else here.enter(attributes)
        if len(parents) > DEEPEST:
            raise expat.ExpatError(f"elements nested over {DEEPEST} deep")

    def end(_: str) -> None:
        nonlocal here
        # Blanks between elements are no one's text.
        parser.CharacterDataHandler = None
        here = pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    damage = _feed(parser, data, points)
    # They know the parser as it knows them: without them it goes now, and its quarter of a megabyte with it.
    parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
    if damage and any(element.enter == points.begin for element in (*parents, here)):
        points.row -= 1
    return damage


def _feed(parser: expat.XMLParserType, data: bytes, points: Points) -> str:
    fed = 0
    try:
        for piece in prolog.pieces(data):
            if piece[:1] != b"<":
                # Inside a text longer than a piece: it fills one row, whatever its length.
                parser.CharacterDataHandler = None
            parser.Parse(piece, False)
            fed += len(piece)
            # Expat looks at an unfinished tag or comment from its start with every piece.
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN_BYTES:
                return "a tag or comment of megabytes"
            if points.count > MOST_POINTS:
                return f"more than {MOST_POINTS:,} points"
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return str(error)
    return ""


def _make_room(column: list[str], row: int) -> bool:
    """Whether a column awaits a text for this row, once the rows before it are filled up.

    The first text of a row that is a number stays; what is none gives way to the next.
    """
    if len(column) > row and markup.number(column[row]) is None:
        column.pop()
    column.extend([MISSING] * (row - len(column)))
    return len(column) == row


def _refuse_doctype(*_: Any) -> None:
    raise UnreadableError(prolog.DOCTYPE)


def outcome(points: Timed, label: str, repairs: Sequence[str], **facts: Any) -> Activity | FileError:
    """One recording as an activity, or why there is none.

    Parameters
    ----------
    points
        Its points.
    label
        Its sport as the file words it.
    repairs
        What was mended in the whole file.
    **facts
        Further keywords of `table.activity`.
    """
    sport, sub_sport = sport_words(label)
    notes = list(repairs)
    if points.untimed:
        notes.append(f"{points.untimed} points without a time were left out")
    if points.zoneless:
        notes.append("times without a zone were taken as UTC")
    try:
        return activity(
            points.times, points.columns, sport=sport, sub_sport=sub_sport, repairs=notes, **facts
        )
    except FileError as error:
        return error
