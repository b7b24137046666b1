"""What ran before painful days, as a small table of counts that terminal and page share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadwatch import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from loadwatch.history import History
    from loadwatch.pain_beside_load import Beside

MEASURES: dict[str, tuple[str, Callable[[float, words.Units], str]]] = {
    "distance_m": ("distance", words.distance),
    "fast_m": ("fast running", lambda length_m, _: words.metres(length_m)),
    "elevation_gain_m": ("climb", words.climb),
    "elevation_loss_m": ("descent", words.climb),
}
COUNTS = (
    "How many of the days held more than your usual of each, which stands in brackets. Counts of a few days "
    "cannot show a cause."
)
HEAD = ("more than usual of", "day before", "two days before", "ordinary days")


def table(history: History) -> list[tuple[str, str, str, str]]:
    """What ran before painful days: the cells of `HEAD` for each measure; empty below five such days."""
    pain = history.pain_beside_load
    measures = pain.measures if pain else ()
    pairs = zip(measures[::2], measures[1::2], strict=True)
    return [
        (
            _measure(day, history.settings.units),
            _of(day.pain_more_count, day.pain_count, day.pain_unknown_count),
            _of(earlier.pain_more_count, earlier.pain_count, earlier.pain_unknown_count),
            _of(day.ordinary_more_count, day.ordinary_count, day.ordinary_unknown_count),
        )
        for day, earlier in pairs
        if day.ordinary_count
    ]


def _of(more: int, known: int, unknown: int) -> str:
    """A count: "4 of 6", "4 of 5, 1 unknown"."""
    told = f"{more} of {known}" if known else "none known"
    return f"{told}, {unknown} unknown" if unknown and known else told


def _measure(one: Beside, units: words.Units) -> str:
    """A measure, and in brackets what is usual of it."""
    if one.measure not in MEASURES:
        return "step length for the speed"
    name, show = MEASURES[one.measure]
    return f"{name} ({'none' if show(one.usual, units) == show(0.0, units) else show(one.usual, units)})"
