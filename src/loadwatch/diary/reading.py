"""`diary.csv` read as people and spreadsheets leave it: a faulty line costs that line, nothing else."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loadwatch.diary.entries import BY_NAME, FIELDS, Entry, bare, entry_of, lacking
from loadwatch.diary.place import LARGEST_BYTES, content_of
from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_LINES = 50_000
MOST_ENTRIES = 20_000
LONGEST_LINE = 20_000
MOST_LINES_OF_NOTE = 60
SLIP_RATIO = 0.85  # so alike is a misspelt name, and what it holds might be red
DELIMITERS = (",", ";", "\t")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Fault:
    """What of a diary could not be used.

    Attributes
    ----------
    line
        Its number, counted from 1; 0 for the file as a whole.
    reason
        As a sentence.
    """

    line: int
    reason: str


@dataclass(frozen=True)
class Diary:
    """What a diary says.

    Attributes
    ----------
    entries
        By date, those of one day in the order of their lines.
    faults
        Lines left out, in order.
    remarks
        What costs nothing and changes no colour, in the order of lines: `loadwatch diary show` tells it.
    is_there
        Whether there is a diary at all.
    """

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()
    is_there: bool = True
    remarks: tuple[Fault, ...] = ()


NO_DIARY: Diary = Diary(is_there=False)


@dataclass(frozen=True)
class Layout:
    """How a diary is written.

    Attributes
    ----------
    delimiter
        Between cells.
    names
        Field of each column, empty for one that is not known.
    head
        Number of the head line among all lines, from 0; -1 without one.
    """

    delimiter: str
    names: tuple[str, ...]
    head: int


def read(path: Path) -> Diary:
    """Read a diary.

    Parameters
    ----------
    path
        The file; one that is not there is an empty diary.

    Returns
    -------
    Diary
        With a fault for every line that cannot be used, and for the file as a whole where it cannot be read.
    """
    try:
        content = content_of(path)
    except OSError as error:
        return Diary(faults=(Fault(0, f"it cannot be read ({error.strerror or error})."),))
    return NO_DIARY if content is None else parse(content)


def parse(content: bytes) -> Diary:
    """What the bytes of a diary say; see `read`."""
    if len(content) > LARGEST_BYTES:
        return Diary(
            faults=(Fault(0, f"it is larger than {LARGEST_BYTES // 1_000_000} MB, and no diary is."),)
        )
    lines = lines_of(decoded(content)[0])
    layout = layout_of(lines)
    if layout.head < 0:
        return Diary(faults=_without_head(lines))
    told: list[tuple[int, Entry]] = []
    faults, remarks = _strange_columns(lines[layout.head], layout)
    # Entries are added at the end: of far too many the newest must be heard.
    begin = max(layout.head + 1, len(lines) - MOST_LINES)
    rows = list(_rows(lines, layout, begin))
    if any(line.strip() for line in lines[layout.head + 1 : begin]):
        faults.append(Fault(begin, f"only the last {MOST_LINES:,} lines are read."))
    if len(rows) > MOST_ENTRIES:
        faults.append(Fault(rows[-MOST_ENTRIES - 1][0], f"only the last {MOST_ENTRIES:,} entries are read."))
    for number, record in rows[-MOST_ENTRIES:]:
        try:
            entry = _entry(record, layout)
        except UsageError as error:
            faults.append(Fault(number, str(error)))
        else:
            told.append((number, entry))
    remarks += [Fault(number, lack) for number, entry in told if (lack := lacking(entry))]
    in_order = sorted((entry for _, entry in told), key=lambda entry: entry.date)
    return Diary(tuple(in_order), tuple(faults), remarks=tuple(remarks))


def decoded(content: bytes) -> tuple[str, str]:
    """Text of a diary, and its encoding: spreadsheets write UTF-8 with a mark, UTF-16, or Windows letters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"


def lines_of(text: str) -> list[str]:
    """Lines with their ends, as every system writes them."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def layout_of(lines: list[str]) -> Layout:
    """Delimiter and columns, from the first line that is not empty and not a spreadsheet's `sep=;`."""
    for number, line in enumerate(lines[:20]):
        plain = line.strip()
        if not plain.strip("".join(DELIMITERS)) or re.fullmatch(r"sep=.?", plain, re.IGNORECASE):
            continue
        found = [_names(line, delimiter) for delimiter in DELIMITERS]
        best = max(range(len(found)), key=lambda place: sum(map(bool, found[place])))
        is_head = "date" in found[best] and len(line) <= LONGEST_LINE
        return Layout(DELIMITERS[best], found[best], number if is_head else -1)
    return Layout(",", (), -1)


def cells_of(text: str, delimiter: str) -> list[str]:
    """Cells of one record; a record that is none has no cell."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    """Field of each column; of two columns of one name the first counts."""
    names: list[str] = []
    for cell in cells_of(line, delimiter):
        name = _plain(cell)
        names.append(name if name in BY_NAME and name not in names else "")
    return tuple(names)


def _plain(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", bare(cell).lower())


def _without_head(lines: list[str]) -> tuple[Fault, ...]:
    if not any(line.strip() for line in lines):
        return ()
    names = ", ".join(field.name for field in FIELDS[:5])
    return (Fault(1, f"its first line names no column `date`; it must name the columns, such as {names}."),)


def _strange_columns(head: str, layout: Layout) -> tuple[list[Fault], list[Fault]]:
    """Columns that are not read: those that may hide what was told as faults, the runner's own as remarks."""
    told = [_plain(cell) for cell in cells_of(head, layout.delimiter)]
    count = Counter(told)
    faults, remarks = [], []
    for name, known in zip(told, layout.names, strict=True):
        if known or not name:
            continue
        if count[name] > 1 and name in BY_NAME:
            reason = f"the column `{name}` is there twice; only the first one is read."
            faults.append(Fault(layout.head + 1, reason))
            continue
        shown = f"the column `{name[:40]}` is not known; it is kept and not read"
        if meant := _meant(name[:40]):
            faults.append(Fault(layout.head + 1, f"{shown}; did you mean `{meant}`?"))
        else:
            remarks.append(Fault(layout.head + 1, f"{shown}."))
    return faults, remarks


def _meant(name: str) -> str:
    """The column whose option a name is, or that it nearly is; empty without one."""
    by_option = {field.option.replace("-", "_"): field.name for field in FIELDS if field.option}
    nearest = difflib.get_close_matches(name, list(BY_NAME), n=1, cutoff=SLIP_RATIO)
    return by_option.get(name) or "".join(nearest)


def _rows(lines: list[str], layout: Layout, place: int) -> Iterator[tuple[int, str | None]]:
    """Number and text of each record from a line on; None for one whose quotation mark is never closed."""
    while place < len(lines):
        begin, place = place, place + 1
        if not lines[begin].strip("".join(DELIMITERS) + " \r\n"):
            continue
        if lines[begin].count('"') % 2:
            place = _end_of_quoted(lines, begin, layout)
            if place < 0:
                place = begin + 1
                yield begin + 1, None
                continue
        yield begin + 1, "".join(lines[begin:place]).rstrip("\r\n")


def _end_of_quoted(lines: list[str], begin: int, layout: Layout) -> int:
    """Where a record with a note of several lines ends; -1 where a quotation mark was only forgotten."""
    marks = lines[begin].count('"')
    for place in range(begin + 1, min(begin + MOST_LINES_OF_NOTE, len(lines))):
        cells = cells_of(lines[place], layout.delimiter)
        at = layout.names.index("date")
        # A line that is an entry by itself is no part of a note.
        if len(cells) > at and _ISO_DAY.fullmatch(bare(cells[at])) and len(cells) > 1:
            return -1
        marks += lines[place].count('"')
        if marks % 2 == 0:
            return place + 1
    return -1


def _entry(record: str | None, layout: Layout) -> Entry:
    if record is None:
        raise UsageError("a quotation mark is opened and never closed; close it, or double it.")
    if len(record) > LONGEST_LINE:
        raise UsageError("it is too long; make the note shorter.")
    cells = cells_of(record, layout.delimiter)
    if any(cell.strip() for cell in cells[len(layout.names) :]):
        raise UsageError(
            "it has more cells than the head line; a note that holds the sign between cells needs quotation "
            "marks around it."
        )
    return entry_of({name: cell for name, cell in zip(layout.names, cells, strict=False) if name})
