"""Names for the arrays that metrics take and give, and what all of them do with gaps."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def zero_where_unknown(values: Floats) -> Floats:
    """NaN made 0, in a new array where there is any; shape as given.

    `numpy.nan_to_num` looks for infinities as well and takes far longer.
    """
    is_unknown = np.isnan(values)
    return np.where(is_unknown, 0.0, values) if is_unknown.any() else values


def stretches(is_so: Bools, shortest: int) -> tuple[Ints, Ints]:
    """Where stretches of truth, at least so many long, begin and end."""
    edge = np.flatnonzero(np.diff(is_so.astype(np.int8), prepend=0, append=0))
    begin, end = edge[::2], edge[1::2]
    is_long = end - begin >= shortest
    return begin[is_long], end[is_long]


def median(known: Floats) -> float:
    """Median of known values, at least one; `numpy.median` takes far longer."""
    ordered = np.sort(known)
    return float((ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2.0)
