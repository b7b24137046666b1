"""The week in the terminal: at most 20 lines, plain text first, colour only on top."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.report import _pain, _view, _week_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from loadwatch.history import History, WeekStory

MAX_LINES = 20
MIN_WEEK_COUNT = 3
TOLD_WEEK_COUNT = 4
LONGER_IN_WORDS = len("Watch: ") - len("▲ ")


@dataclass(frozen=True)
class _Block:
    """Lines that belong together, and what they become where space is short.

    Attributes
    ----------
    lines
        In full.
    gives
        The block with the highest number is the first to shrink; 0 never does.
    brief
        What it shrinks to.
    head
        Where not 0, single lines below so many are given away, oldest first, down to `brief`'s length.
    """

    lines: list[str]
    gives: int = 0
    brief: tuple[str, ...] = ()
    head: int = 0


def summary(
    history: History,
    paths: Sequence[Path | str] = (),
    *,
    width: int = 80,
    colour: bool = False,
    ascii_only: bool = False,
    plain: bool = False,
    show_names: bool = False,
) -> str:
    """Tell the reported week in at most 20 lines.

    Parameters
    ----------
    history
        What a scan gave back.
    paths
        The reports that were written, to be named.
    width
        Columns of the terminal, of which at least 40 are used; the table leaves out what does not fit.
    colour
        Colour the verdicts. Without its escapes the text is the same.
    ascii_only
        For an output that cannot print anything else.
    plain
        For ears: weeks as sentences instead of a table, words instead of shapes and bars, and no colour.
    show_names
        Tell what the runner called the week's runs, where there is room.

    Returns
    -------
    str
        Lines without a final line break.
    """
    width = max(40, width) - (LONGER_IN_WORDS if plain else 0)
    week = _view.story(history)
    blocks = [_Block(wrapped(f"{_view.read_line(history)} {history.as_of_reason}", width))]
    if week is None:
        blocks.append(_Block(wrapped("No runs among them, so there is nothing to tell yet.", width)))
    else:
        blocks += [
            _Block([""], 9),
            _weeks_told(history, width) if plain else _weeks_laid_out(history, width, ascii_only=ascii_only),
            _Block([""], 8),
            *_verdict(history, week, width),
            *([_Block(_names(history, width), 6)] if show_names else []),
            *_recovery(history, width),
            *_diary(history, width),
        ]
        room = _view.room_line(history)
        # What is known of the past comes first.
        blocks.append(_Block(wrapped(room, width) if room else [], 7))
    if paths:
        blocks.append(_Block(_report_lines(paths, width)))
    lines = _fitted(blocks)
    if plain:
        return finished([_without_shapes(line) for line in lines], colour=False, ascii_only=ascii_only)
    return finished(lines, colour=colour, ascii_only=ascii_only)


def finished(lines: Sequence[str], *, colour: bool, ascii_only: bool) -> str:
    """Lines as one text that no file name can harm, in the letters and colours that the terminal has."""
    text = words.printable("\n".join(line.rstrip() for line in lines))
    text = words.in_ascii(text) if ascii_only else text.replace("\u00a0", " ")
    return _coloured(text, ascii_only=ascii_only) if colour else text


def wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of a text, in which numbers keep to their units; later lines stand under the first one's text."""
    indent = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        words.glued(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


def _weeks_laid_out(history: History, width: int, *, ascii_only: bool) -> _Block:
    table = _week_table.table(history, width, ascii_only=ascii_only)
    return _Block(table, 5, tuple(table[-MIN_WEEK_COUNT:]), head=1)


def _weeks_told(history: History, width: int) -> _Block:
    """Say what the last weeks held, a sentence each, with every number's name and unit beside it."""
    units: words.Units = history.settings.units
    weeks = [row for _, row in _view.weeks_shown(history, TOLD_WEEK_COUNT).iterrows()]
    told = [line for row in weeks for line in wrapped(_week_told(row, units), width, "", "  ")]
    brief = [
        f"{_week_heading(row)}: {_week_table.verdict(row)}." for row in weeks if row["week"] == history.week
    ]
    return _Block(told, 5, tuple(brief))


def _week_heading(row: pd.Series[Any]) -> str:
    return words.capitalised(words.week_label(str(row["week"])))


def _week_told(row: pd.Series[Any], units: words.Units) -> str:
    verdict = _week_table.verdict(row)
    week = _week_heading(row)
    if not row["run_count"]:
        return f"{week}: {verdict}."
    shown = [
        words.distance(_view.number(row, "distance_m"), units),
        words.duration(_view.number(row, "moving_s")),
        f"longest {words.distance(_view.number(row, 'longest_run_m'), units)}",
        f"climb {words.climb(_view.number(row, 'elevation_gain_m'), units)}",
        f"hard {words.minutes(_view.number(row, 'hard_s'))}",
        words.cadence(_view.number(row, "cadence_mean_spm")),
    ]
    return f"{week}: {', '.join(text for text in shown if words.MISSING not in text)}; {verdict}."


def _without_shapes(line: str) -> str:
    """A line for ears: a level by its word alone, where the line does not say it anyway."""
    line = line.replace("\u00a0", " ")
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    for level in words.LEVELS.values():
        if text.startswith(f"{level.shape} "):
            text = text.removeprefix(f"{level.shape} ")
            is_said = level.name in {"usual", "cannot_tell"} or text.lower().startswith(level.word)
            text = text if is_said else f"{words.capitalised(level.word)}: {text}"
            break
    for level in words.LEVELS.values():
        text = text.replace(f"{level.shape} {level.word}", level.word)
    return f"{indent}{text}"


def _report_lines(paths: Sequence[Path | str], width: int) -> list[str]:
    """Name the reports, on one line where they fit; a path is never broken, so that it can be copied."""
    first, *others = map(str, paths)
    stem = first.rpartition(".")[0]
    if stem and all(other.rpartition(".")[0] == stem for other in others):
        endings = [f".{other.rpartition('.')[2]}" for other in others]
        return [f"Report: {words.listing([first, *endings])}"]
    together = f"Report: {'  '.join([first, *others])}"
    return [together] if len(together) <= width else [f"Report: {path}" for path in (first, *others)]


def _verdict(history: History, week: WeekStory, width: int) -> list[_Block]:
    """Lay out what the week says, most important first."""
    opening = f"{words.LEVELS[week.verdict].shape} "
    blocks = [_Block(wrapped(f"{week.headline} {week.action}", width, opening))]
    blocks += [
        # The first reason always stays whole; the third is cut before the second, and none is left out.
        _Block(_finding(reason, width), position + 2 if position else 0, (_cut_finding(reason, width),))
        for position, reason in enumerate(week.reasons)
    ]
    if week.folded:
        more = f"And {words.count(len(week.folded), 'more reason')} in the report."
        blocks.append(_Block(wrapped(more, width, "  "), 6))
    if week.notes:
        rules = [words.rule_name(str(row["rule"])) for row in week.notes]
        brief = wrapped(f"Noted: {words.listing(rules)}.", width, "  ")[:2]
        blocks.append(_Block([line for row in week.notes for line in _finding(row, width)], 7, tuple(brief)))
    if week.standing:
        blocks.append(_Block(wrapped(_view.standing_line(week), width, "  ")[:2], 2))
    if week.information:
        blocks.append(_Block([line for row in week.information for line in _finding(row, width)], 10))
    silent = "; ".join(_view.cannot_tell_lines(history, week))
    if silent:
        opening = f"{words.LEVELS['cannot_tell'].shape} "
        blocks.append(_Block(wrapped(f"Not judged: {silent}.", width, opening)[:4], 1))
    return blocks


def _names(history: History, width: int) -> list[str]:
    named = [
        f"{words.day(_view.as_date(run['local_date']))} {run['name']}"
        for _, run in _view.runs_of_week(history).iterrows()
        if run["name"]
    ]
    return wrapped(f"Runs: {'; '.join(named)}.", width, "  ") if named else []


def _recovery(history: History, width: int) -> list[_Block]:
    """Where a return to running stands, in two lines or three; nothing where none is open."""
    told = _view.recovery_line(history)
    return [_Block(wrapped(told, width, "  ")[:4], 0)] if told else []


def _diary(history: History, width: int) -> list[_Block]:
    """The invitation, or what of the diary was left out; and what ran before painful days."""
    said = _view.diary_line(history)
    mark = "" if not history.diary.is_there else f"{words.LEVELS['cannot_tell'].shape} "
    lines = wrapped(said, width, mark)[:4] if said else []
    # Half an invitation helps nobody.
    brief = tuple(lines[:1]) if history.diary.is_there else ()
    blocks = [_Block(lines, 1, brief)] if lines else []
    return blocks + _before_pain(history, width)


def _before_pain(history: History, width: int) -> list[_Block]:
    """What ran before painful days as a small table of counts, or where it stands."""
    pain, rows = history.pain_beside_load, _pain.table(history)
    if pain is None:
        return []
    days = f"{words.count(pain.day_count, 'painful day')} in the diary"
    if not rows:
        return [_Block(wrapped(f"{days}, and no ordinary day to compare with.", width, "  "), 11)]
    table = [_pain.HEAD, *rows]
    wide = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    lines = [
        "  ".join([f"  {row[0]:<{wide[0]}}", *(f"{row[place]:>{wide[place]}}" for place in (1, 2, 3))])
        for row in table
    ]
    brief = tuple(wrapped(f"{days}: the report counts what ran before them.", width, "  "))
    if max(map(len, lines)) > width:
        return [_Block(list(brief), 11)]
    told = wrapped(f"{days}. Days that held more than usual before them, as counts, no cause:", width, "  ")
    return [_Block([*told, *lines], 11, brief)]


def _finding(row: pd.Series[Any], width: int) -> list[str]:
    shape = words.LEVELS[str(row["level"])].shape
    return wrapped(f"{words.sentence(str(row['sentence']))} [{row['rule']}]", width, f"  {shape} ")


def _cut_finding(row: pd.Series[Any], width: int) -> str:
    """The beginning of a finding, on one line."""
    opening, end = f"  {words.LEVELS[str(row['level'])].shape} ", f" [{row['rule']}]"
    text = words.sentence(str(row["sentence"]))
    return f"{opening}{textwrap.shorten(text, width - len(opening) - len(end), placeholder=' ...')}{end}"


def _fitted(blocks: list[_Block]) -> list[str]:
    """Lines of all blocks, shrunk to the most a summary may have."""
    shown = [block.lines for block in blocks]
    for position in sorted(range(len(blocks)), key=lambda position: -blocks[position].gives):
        block = blocks[position]
        excess = sum(map(len, shown)) - MAX_LINES
        if excess <= 0 or block.gives == 0:
            break
        if block.head:
            excess = min(excess, max(0, len(block.lines) - block.head - len(block.brief)))
            shown[position] = block.lines[: block.head] + block.lines[block.head + excess :]
        else:
            shown[position] = list(block.brief)
    return [line for lines in shown for line in lines]


def _coloured(text: str, *, ascii_only: bool) -> str:
    """Colour each line's verdict: the shape that opens a sentence, or the last words of a table row."""
    lines = []
    for line in text.split("\n"):
        shown = line
        for level in words.LEVELS.values():
            shape = level.plain_shape if ascii_only else level.shape
            badge = f"{shape} {level.word}"
            start, end = f"\x1b[1;{level.ansi}m", "\x1b[0m"
            if line.lstrip().startswith(f"{shape} "):
                shown = line.replace(shape, f"{start}{shape}{end}", 1)
                break
            if line.endswith(badge):
                shown = f"{line.removesuffix(badge)}{start}{badge}{end}"
                break
        lines.append(shown)
    return "\n".join(lines)
