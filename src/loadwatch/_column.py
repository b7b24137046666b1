"""What is known of one public column, and what its name may end in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from loadwatch.errors import UsageError

# What names end in, and the unit it stands for.
UNITS = {
    "m": "m",
    "s": "s",
    "mps": "m/s",
    "spm": "spm",
    "bpm": "bpm",
    "w": "W",
    "ms": "ms",
    "mm": "mm",
    "km": "km-eq",
    "deg": "deg",
    "degc": "°C",
    "pct": "%",
    "ratio": "",
    "count": "",
}
Kind = Literal["number", "count", "text", "flag", "time", "date"]


@dataclass(frozen=True)
class Column:
    """One public column.

    Attributes
    ----------
    name
        The name in every table and export.
    kind
        How it is stored: number (float, missing as NaN), count (integer), text, flag (boolean),
        time (UTC timestamp) or date (calendar day in the runner's local time).
    unit
        The unit in brackets, empty where there is none.
    meaning
        One sentence a runner can read.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str


def unit_of(name: str) -> str:
    """The unit that a name ends in.

    Raises
    ------
    UsageError
        It ends in none, or is not made of lower-case words with underscores between.

    Examples
    --------
    >>> unit_of("longest_run_m"), unit_of("speed_mean_mps")
    ('m', 'm/s')
    """
    ending = name.rpartition("_")[2]
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", name) or ending not in UNITS:
        raise UsageError(
            f"`{name}` is no name for a column; write lower-case words, underscores and a unit at the end: "
            f"{', '.join(f'_{unit}' for unit in UNITS)}."
        )
    return UNITS[ending]
