"""A replay in the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.report import tables
from loadwatch.report.terminal import finished, wrapped

if TYPE_CHECKING:
    from loadwatch.loudness import Claim, Replay

SHOWN_RAISES = 12


def summary(
    told: Replay, *, width: int = 88, colour: bool = False, ascii_only: bool = False, shows_all: bool = False
) -> str:
    """Tell a replay.

    Parameters
    ----------
    told
        The replay.
    width
        Columns of the terminal; sentences are wrapped to it.
    colour, ascii_only
        As `terminal.summary` takes them.
    shows_all
        All raises, not only the newest.
    """
    days = words.span(told.first_day, told.last_day, year=True)
    judged = f"{told.judged_days_count:,} of {(told.last_day - told.first_day).days + 1:,}"
    lines = [
        *wrapped(
            f"Replayed {days}, day by day, as if scanned live: {judged} days could be judged by "
            f"{words.listing(list(map(words.rule_name, told.judged_by)), joint='or')}.",
            width,
        ),
        "",
        *_table(told, width),
        "",
        "Alarm budget:",
        *_budget(told),
        "",
        *wrapped(_quiet(told), width),
        *wrapped(_weeks(told), width),
    ]
    if len(told.raises):
        newest = told.raises if shows_all else told.raises.tail(SHOWN_RAISES)
        older = len(told.raises) - len(newest)
        lines += ["", "Raised:" if not older else f"Raised, newest {len(newest)} ({older:,} earlier: --all):"]
        for row in newest.to_dict("records"):
            opening = f"  {row['local_date'].isoformat()} {words.LEVELS[row['level']].shape} "
            lines += wrapped(f"{words.sentence(row['sentence'])} [{row['rule']}]", width, opening)
    return finished(lines, colour=colour, ascii_only=ascii_only)


def _table(told: Replay, width: int) -> list[str]:
    """Raises and days at each level by rule; narrower where that is too wide."""
    rates: list[dict[Any, Any]] = [dict(row) for row in told.rates.to_dict("records")]
    together: dict[str, Any] = {"rule": "together", "raise_count": len(told.raises)}
    rows = [*rates, together | {"raises_per_14_days": told.raises_per_14_days}]
    columns = [
        ("days at each level", [row["rule"] for row in rows]),
        ("raised", [words.number(row["raise_count"]) for row in rows]),
        ("per 14 days", [words.number(row["raises_per_14_days"], 2) for row in rows]),
    ]
    for level in ("act", "watch", "note", "usual", "cannot_tell"):
        days = [words.number(row[f"{level}_days_count"]) for row in rates]
        columns.append((words.LEVELS[level].word, [*days, ""]))
    lines = _laid_out(columns)
    if max(map(len, lines)) <= width:
        return lines
    return _laid_out([column for column in columns if column[0] not in ("per 14 days", "as usual")])


def _laid_out(columns: list[tuple[str, list[str]]]) -> list[str]:
    """Columns side by side under their heads, the first to the left."""
    cells = [[head, *below] for head, below in columns]
    widths = [max(map(len, column)) for column in cells]
    return [
        "  ".join(
            cell.rjust(wide) if place else cell.ljust(wide)
            for place, (cell, wide) in enumerate(zip(line, widths, strict=True))
        )
        for line in zip(*cells, strict=True)
    ]


def _budget(told: Replay) -> list[str]:
    lines = []
    for claim in told.budget:
        shape = words.LEVELS["usual" if claim.is_kept else "watch"].shape
        outside = "" if claim.is_kept else ": exceeded" if claim.value > claim.most else ": below"
        lines.append(f"  {shape} {claim.title}: {_value(claim)} ({_bounds(claim)}{outside})")
    return lines


def _value(claim: Claim) -> str:
    return words.percent(claim.value, 1) if claim.unit == "%" else words.number(claim.value, 2)


def _bounds(claim: Claim) -> str:
    most = words.percent(claim.most) if claim.unit == "%" else words.number(claim.most)
    return f"{words.number(claim.least)} to {most}" if claim.least else f"at most {most}"


def _quiet(told: Replay) -> str:
    if told.quiet_from is None or told.quiet_to is None:
        return "No day could be judged."
    days = words.count((told.quiet_to - told.quiet_from).days + 1, "day")
    return (
        f"Longest stretch without a raise: {days}, {words.span(told.quiet_from, told.quiet_to, year=True)}."
    )


def _weeks(told: Replay) -> str:
    return (
        f"{words.count(told.week_count, 'whole week')}, {told.judged_week_count:,} with a day that could be "
        f"judged: {told.raised_week_count:,} with a raise, {told.act_week_count:,} with one to act, "
        f"{told.cannot_tell_week_count:,} that end in cannot tell."
    )


def as_json(told: Replay) -> dict[str, Any]:
    """Give a replay as plain values: the fields of `Replay`, tables as lists of records."""
    plain = {
        name: getattr(told, name)
        for name in told.__dataclass_fields__
        if name not in ("rates", "raises", "budget")
    }
    return {
        "format_version": tables.FORMAT_VERSION,
        **tables.record(plain | {"raises_per_14_days": told.raises_per_14_days}),
        "rates": tables.records(told.rates),
        "raises": tables.records(told.raises),
        "budget": [tables.record(asdict(claim)) | {"is_kept": claim.is_kept} for claim in told.budget],
    }
