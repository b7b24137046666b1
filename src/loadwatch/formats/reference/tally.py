"""Values from two readers side by side, counted field by field."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Value = float | str | None


@dataclass
class FieldTally:
    """One field over all messages, samples or activities of a file.

    Attributes
    ----------
    message, field
        Where it stands, and what it is called: a FIT message, or our own `samples` and `facts`.
    equal, differ
        Values that both have, and that are the same or not.
    only_here, only_there
        Values that only our reader, or only the reference reader, has.
    first
        The first difference in words; empty where there is none.
    causes
        How many of the differences each cause explains.
    """

    message: str
    field: str
    equal: int = 0
    differ: int = 0
    only_here: int = 0
    only_there: int = 0
    first: str = ""
    causes: Counter[str] = made_by(default_factory=Counter)

    @property
    def differences(self) -> int:
        """Values that are not the same in both."""
        return self.differ + self.only_here + self.only_there

    @property
    def values(self) -> int:
        """Values that either has."""
        return self.equal + self.differences

    def add(self, place: int, here: Value, there: Value, cause: str) -> None:
        """Count one value; None, empty text and NaN are no value."""
        here, there = _known(here), _known(there)
        if here is None and there is None:
            return
        if here == there:
            self.equal += 1
            return
        if there is None:
            self.only_here += 1
        elif here is None:
            self.only_there += 1
        else:
            self.differ += 1
        self.first = self.first or f"{self.message} {place + 1}: here {shown(here)}, there {shown(there)}"
        self.causes[cause] += 1


@dataclass(frozen=True)
class Comparison:
    """One file read by both.

    Attributes
    ----------
    reference
        The reference reader's name and version.
    refusal_here, refusal_there
        Why our reader, or the reference reader as it stands, does not read the file; empty where it does.
    fields
        Every field that either has a value of: of our samples and facts first, then of FIT messages.
    """

    reference: str
    refusal_here: str
    refusal_there: str
    fields: tuple[FieldTally, ...]


def tally(message: str, name: str, here: Sequence[Value], there: Sequence[Value], cause: str) -> FieldTally:
    """Two columns of the same rows, every difference for the same cause."""
    found = FieldTally(message, name)
    for place, (one, other) in enumerate(zip(here, there, strict=True)):
        found.add(place, one, other, cause)
    return found


def together(tallies: Iterable[FieldTally]) -> list[FieldTally]:
    """Tallies of the same field as one, in order of their first appearance."""
    found: dict[tuple[str, str], FieldTally] = {}
    for one in tallies:
        known = found.setdefault((one.message, one.field), FieldTally(one.message, one.field))
        known.equal += one.equal
        known.differ += one.differ
        known.only_here += one.only_here
        known.only_there += one.only_there
        known.first = known.first or one.first
        known.causes += one.causes
    return list(found.values())


def shown(value: Value) -> str:
    """A value in words."""
    return "nothing" if value is None else repr(value) if isinstance(value, str) else f"{value:.12g}"


def _known(value: Value) -> Value:
    is_missing = value is None or value == "" or (isinstance(value, float) and math.isnan(value))
    return None if is_missing else value
