"""Activities of one file from both readers, compared sample by sample and fact by fact."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch.errors import FileError
from loadwatch.formats.reference.tally import FieldTally, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loadwatch._arrays import Floats
    from loadwatch.formats.activity import Activity
    from loadwatch.formats.reference.tally import Value

TEXTS = ("format", "sport", "sub_sport", "device", "cadence_source")
REST = ("utc_offset_s", "has_barometer", "timer_span", "pauses", "repairs")


def compare(
    here: Sequence[Activity | FileError],
    there: Sequence[Activity | FileError],
    cause: Callable[[str], str],
) -> Iterator[FieldTally]:
    """Every field of the activities that two readers found in one file, the first with the first.

    Parameters
    ----------
    here, there
        What our reader and the reference reader found.
    cause
        What explains a difference in a field.
    """
    for one, other in zip_longest(here, there):
        mine = {} if one is None else _facts(one)
        its = {} if other is None else _facts(other)
        for name in {**mine, **its}:
            yield tally("facts", name, [mine.get(name)], [its.get(name)], cause(name))
        yield from _samples(_columns(one), _columns(other), cause)


def _facts(outcome: Activity | FileError) -> dict[str, Value]:
    """What is told beside the samples, as texts and numbers."""
    if isinstance(outcome, FileError):
        return {"problem": str(outcome)}
    told: dict[str, Value] = {name: getattr(outcome, name) for name in TEXTS}
    told |= {name: str(value) for name in REST if (value := getattr(outcome, name)) is not None}
    for part in (outcome.totals, outcome.athlete):
        told |= {name: float(value) for name, value in vars(part).items()}
    return told


def _columns(outcome: Activity | FileError | None) -> pd.DataFrame:
    """Samples as numbers, found again by their time and how many of that time came before."""
    if outcome is None or isinstance(outcome, FileError):
        return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []]))
    samples = outcome.samples.astype(np.float64)
    times = samples.index.as_unit("us").asi8  # type: ignore[attr-defined]  # the stubs know of no unit here
    earlier = pd.Series(times).groupby(times).cumcount().to_numpy()
    samples.index = pd.MultiIndex.from_arrays([times, earlier])
    samples.insert(0, "time", times.astype(np.float64))
    return samples


def _samples(here: pd.DataFrame, there: pd.DataFrame, cause: Callable[[str], str]) -> Iterator[FieldTally]:
    rows = here.index.union(there.index)
    mine, its = here.reindex(rows), there.reindex(rows)
    missing = np.full(len(rows), np.nan)
    for name in dict.fromkeys([*mine.columns, *its.columns]):
        one, other = (side[name].to_numpy() if name in side else missing for side in (mine, its))
        yield _column(str(name), one, other, cause(str(name)))


def _column(name: str, here: Floats, there: Floats, cause: str) -> FieldTally:
    """Two columns of the same samples; only what differs is looked at one by one."""
    is_equal = here == there
    found = FieldTally("samples", name, equal=int(is_equal.sum()))
    for place in np.flatnonzero(~is_equal & ~(np.isnan(here) & np.isnan(there))).tolist():
        found.add(place, float(here[place]), float(there[place]), cause)
    return found
