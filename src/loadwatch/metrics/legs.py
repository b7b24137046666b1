"""Leg load in kilometre-equivalents: distance with climbs, descents and speed weighted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loadwatch._arrays import zero_where_unknown
from loadwatch.metrics.hills import running_cost_j_per_kg_m

if TYPE_CHECKING:
    from loadwatch._arrays import Floats


def climb_weight(grade: Floats) -> Floats:
    """Extra kilometre-equivalents for each kilometre uphill, at most 2; shape as given.

    References
    ----------
    .. [1] Minetti's energy cost as a stand-in for leg load: see `hills.running_cost_j_per_kg_m`.
    """
    slope = np.maximum(zero_where_unknown(grade), 0.0)
    return np.minimum(np.maximum(0.9 * (running_cost_j_per_kg_m(slope) / 3.6 - 1.0), 0.0), 2.0)


def descent_weight(grade: Floats) -> Floats:
    """Extra for each kilometre downhill: 0 at -4 %, 1 at -15 %; a design choice, direction from soreness."""
    slope = zero_where_unknown(grade)
    return np.minimum(np.maximum((-slope - 0.04) / 0.11, 0.0), 1.0)


FAST_FROM_RATIO = 0.95  # of critical speed; slower running adds nothing


def speed_weight(speed_mps: Floats, critical_mps: float) -> Floats:
    """Extra for each kilometre run fast: 0 at 0.95, 1 at 1.30 of critical speed; a design choice."""
    # fmax: an unknown speed adds nothing.
    return np.fmin(np.fmax((speed_mps / critical_mps - FAST_FROM_RATIO) / 0.35, 0.0), 1.0)
