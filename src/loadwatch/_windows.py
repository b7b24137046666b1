"""Windows over long columns, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loadwatch._arrays import Floats, Ints

WINDOWS_AT_ONCE = 1024  # few enough that years of windows cost little memory


def windows(values: Floats, begin: Ints, end: Ints, *, narrowest: int = 1) -> Iterator[Floats]:
    """Windows of some values as the rows of matrices, a block of them at a time.

    Parameters
    ----------
    values
        Shape (n,).
    begin, end
        Where each window begins, and the first value after it; shape (m,).
    narrowest
        Columns that every matrix has at least.

    Yields
    ------
    array, shape (at most `WINDOWS_AT_ONCE`, longest of these windows)
        The next windows, short ones filled up with NaN.
    """
    padded = np.append(values, np.nan)
    for row in range(0, max(begin.size, 1), WINDOWS_AT_ONCE):
        first, stop = (edge[row : row + WINDOWS_AT_ONCE, None] for edge in (begin, end))
        width = max(int((stop - first).max(initial=0)), narrowest)
        at = first + np.arange(width)
        yield padded[np.where(at < stop, at, values.size)]


def lowest(values: Floats, begin: Ints, end: Ints, count: int) -> Floats:
    """Lowest known values of each window, in order, NaN where it holds fewer; shape (m, count)."""
    blocks = windows(values, begin, end, narrowest=count)
    return np.concatenate([np.sort(np.partition(block, count - 1)[:, :count]) for block in blocks])


def percentiles(values: Floats, begin: Ints, end: Ints, at: Sequence[float]) -> Floats:
    """Percentiles of the known values of each window, NaN where none is; shape (m, len(at))."""
    found = []
    for block in windows(values, begin, end):
        ordered, known = np.sort(block), np.count_nonzero(~np.isnan(block), axis=1)
        last = np.maximum(known - 1, 0)[:, None]
        place = np.asarray(at) / 100.0 * last
        below = place.astype(np.int64)
        low = np.take_along_axis(ordered, below, axis=1)
        high = np.take_along_axis(ordered, np.minimum(below + 1, last), axis=1)
        found.append(low + (place - below) * (high - low))
    return np.concatenate(found)
