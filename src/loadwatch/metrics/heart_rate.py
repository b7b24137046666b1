"""Heart rate without artefacts: steps taken for beats, contact lost, spikes of the first minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import median, stretches

if TYPE_CHECKING:
    from loadwatch._arrays import Bools, Floats

FIRST_S = 60
SETTLED_S = 300


def without_artefacts(
    heart_rate_bpm: Floats,
    cadence_spm: Floats,
    *,
    lock_bpm: float = 4.0,
    lock_s: int = 60,
    dropout_ratio: float = 0.5,
) -> Floats:
    """Heart rate with artefacts made unknown.

    Parameters
    ----------
    heart_rate_bpm, cadence_spm
        Every second of running timer, cadence of both feet; NaN where unknown; shape (n,).
    lock_bpm, lock_s
        A heart rate closer than this to the cadence for longer than this is the cadence: sensors at the wrist
        lock on to the steps. It costs some true beats of runners whose heart and steps run alike.
    dropout_ratio
        A heart rate below this share of the run's median is a contact lost.

    Returns
    -------
    array, shape (n,)
        NaN for artefacts. In the first minute that is whatever exceeds the median of the four minutes after:
        a heart that has just begun to run beats slower than later, a dry strap does not. [bpm] The limits are
        design choices; in the recordings at hand they cost about 2 % of the seconds with a heart rate.
    """
    is_known = ~np.isnan(heart_rate_bpm)
    if not is_known.any():
        return heart_rate_bpm
    with np.errstate(invalid="ignore"):
        is_locked = lasting(np.abs(heart_rate_bpm - cadence_spm) < lock_bpm, longer_than=lock_s)
        is_lost = heart_rate_bpm < dropout_ratio * median(heart_rate_bpm[is_known])
        clean = np.where(is_locked | is_lost, np.nan, heart_rate_bpm)
        settled = clean[FIRST_S:SETTLED_S]
        settled = settled[~np.isnan(settled)]
        if settled.size:
            first = clean[:FIRST_S]
            first[first > median(settled)] = np.nan
    return clean


def lasting(is_so: Bools, *, longer_than: int) -> Bools:
    """The places of those stretches of truth that are longer than so many; shape (n,)."""
    begin, end = stretches(is_so, longer_than + 1)
    marks = np.zeros(is_so.size + 1, dtype=np.int64)
    marks[begin] += 1
    marks[end] -= 1
    return np.asarray(np.cumsum(marks[:-1]) > 0)
