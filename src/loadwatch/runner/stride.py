"""A runner's own cadence-against-speed curve, and each run's stride against it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from loadwatch._windows import percentiles
from loadwatch.metrics import steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch._arrays import Bools, Floats, Ints
    from loadwatch.metrics.steps import Curve
    from loadwatch.runs import RunRecord

    Stored = np.ndarray[Any, np.dtype[Any]]

CURVE_RUNS = 40
CURVE_LAG_RUNS = 10
FEWEST_CURVE_RUNS = 12
FEWEST_WINDOWS = 10
FADE_FROM_S = 35 * 60
FEWEST_WINDOWS_OF_THIRD = 8
RUNS_AT_ONCE = 400  # few enough that a long history costs little memory


@dataclass(frozen=True)
class Judged:
    """One run's stride against the runner's own curve.

    Attributes
    ----------
    curve, run_count
        What it was judged by, and the runs that rests on.
    residual_pct
        Median of cadence against the curve, NaN with too few windows on it. [%]
    fade_spm
        Speed-adjusted cadence, last third minus first; NaN unless the run was long and steady. [spm]
    """

    curve: Curve
    run_count: int
    residual_pct: float
    fade_spm: float


def judged_strides(
    records: Sequence[RunRecord], earlier_forms: Sequence[bool] = ()
) -> tuple[list[Judged | None], list[bool]]:
    """Each run judged by the same device's 40 runs that end 10 runs earlier; None where that cannot be.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    earlier_forms
        For the first of them, which are not judged again, whether they have form.

    Returns
    -------
    judged, have_form
        For each run after those: what it came to, and whether form can be judged in it.
    """
    first = len(earlier_forms)
    judged: list[Judged | None] = [None] * len(records)
    have_form = list(earlier_forms)
    earlier: dict[str, list[int]] = {}
    for position in compress(range(first), earlier_forms):
        earlier.setdefault(records[position].facts["device"], []).append(position)
    by_device: dict[str, list[tuple[int, _Mate]]] = {}
    for position, record in enumerate(records[first:], start=first):
        mate = _Mate.of(record)
        has_form = bool(mate.speed_mps.size) and not record.facts["is_treadmill"]
        have_form.append(has_form)
        if has_form:
            by_device.setdefault(record.facts["device"], []).append((position, mate))
    for device, new in by_device.items():
        last = earlier.get(device, [])[-CURVE_RUNS - CURVE_LAG_RUNS :]
        placed = [*((position, _Mate.of(records[position])) for position in last), *new]
        for begin in range(len(last), len(placed), RUNS_AT_ONCE):
            before = max(begin - CURVE_RUNS - CURVE_LAG_RUNS, 0)
            mine = [position for position, _ in placed[begin : begin + RUNS_AT_ONCE]]
            mates = [mate for _, mate in placed[before : begin + RUNS_AT_ONCE]]
            timer_s = np.array([records[position].facts["timer_s"] for position in mine])
            for position, found in zip(mine, _judged_by_mates(mates, begin - before, timer_s), strict=True):
                judged[position] = found
    return judged[first:], have_form[first:]


class _Mate(NamedTuple):
    """One run's half-minutes as they are stored; shape (n,) each."""

    speed_mps: Stored
    cadence_spm: Stored
    third: Stored

    @classmethod
    def of(cls, record: RunRecord) -> _Mate:
        # All three at once, and once only, as a record's vectors may lie on disk; copied, as the others of
        # the same record would stay in memory with them.
        return cls(*(record.vectors[f"form_{name}"].copy() for name in cls._fields))


def has_form(record: RunRecord) -> bool:
    """Whether a run outside has half-minutes in which form can be judged."""
    return bool(record.vectors["form_speed_mps"].size) and not record.facts["is_treadmill"]


def _judged_by_mates(mates: Sequence[_Mate], first: int, timer_s: Floats) -> list[Judged | None]:
    """Judge the runs of one device from the given one on, which took so long, each by those before it."""
    speed_mps, cadence_spm, third = map(np.concatenate, zip(*mates, strict=True))
    edge = np.cumsum([0, *(mate.speed_mps.size for mate in mates)])
    terms = steps.line_terms(speed_mps, cadence_spm)
    curves: list[tuple[Curve, int] | None] = []
    for place in range(first, len(mates)):
        end = max(place + 1 - CURVE_LAG_RUNS, 0)
        begin = max(end - CURVE_RUNS, 0)
        curve = None
        if end - begin >= FEWEST_CURVE_RUNS:
            baseline = slice(edge[begin], edge[end])
            curve = steps.fit_curve(speed_mps[baseline], cadence_spm[baseline], terms=terms[:, baseline])
        curves.append(None if curve is None else (curve, end - begin))
    own = slice(edge[first], None)
    windows = _Windows(
        speed_mps[own].astype(float),
        cadence_spm[own].astype(float),
        third[own],
        edge[first:] - edge[first],
    )
    residual_pct, fade_spm = windows.judged_by([found and found[0] for found in curves])
    fade_spm[timer_s < FADE_FROM_S] = np.nan
    rows = zip(curves, residual_pct.tolist(), fade_spm.tolist(), strict=True)
    return [found and Judged(*found, residual, fade) for found, residual, fade in rows]


@dataclass(frozen=True)
class _Windows:
    """Half-minutes of some runs, side by side.

    Attributes
    ----------
    speed_mps, cadence_spm, third
        Shape (n,).
    edge
        Where each run's windows begin, and where the last one's end; shape (runs + 1,).
    """

    speed_mps: Floats
    cadence_spm: Floats
    third: np.ndarray[Any, np.dtype[np.int8]]
    edge: Ints

    def judged_by(self, curves: Sequence[Curve | None]) -> tuple[Floats, Floats]:
        """Each run's residual [%] and late fade [spm] against its own curve; shape (runs,) each."""
        unknown = (np.nan,) * 4
        each = np.array([unknown if curve is None else curve_numbers(curve) for curve in curves], dtype=float)
        curve = steps.Curve(*np.repeat(each, np.diff(self.edge), axis=0).T)
        residual_pct = curve.residual_pct(self.speed_mps, self.cadence_spm)
        is_on = ~np.isnan(residual_pct)
        median_pct = percentiles(residual_pct, self.edge[:-1], self.edge[1:], [50.0])[:, 0]
        median_pct[self._sums(is_on) < FEWEST_WINDOWS] = np.nan
        return median_pct, self._fade_spm(self.cadence_spm - curve.cadence_spm(self.speed_mps), is_on)

    def _fade_spm(self, adjusted_spm: Floats, is_on: Bools) -> Floats:
        """Cadence above the curve, last third minus first; NaN unless the run was steady.

        8 windows in each third, 10th to 90th percentile of speed within 20 % of the median, mean speeds of
        the two thirds within 8 %.
        """
        early, late = is_on & (self.third == 0), is_on & (self.third == 2)
        adjusted_spm = np.nan_to_num(adjusted_spm)
        count = [self._sums(part) for part in (early, late)]
        (early_mps, early_spm), (late_mps, late_spm) = (
            (
                self._sums(part * self.speed_mps) / known,
                self._sums(part * adjusted_spm) / known,
            )
            for part, known in zip((early, late), np.maximum(count, 1), strict=True)
        )
        low, middle, high = percentiles(self.speed_mps, self.edge[:-1], self.edge[1:], [10.0, 50.0, 90.0]).T
        is_steady = (high - low <= 0.20 * middle) & (np.abs(late_mps - early_mps) <= 0.08 * early_mps)
        is_steady &= np.min(count, axis=0) >= FEWEST_WINDOWS_OF_THIRD
        return np.where(is_steady, late_spm - early_spm, np.nan)

    def _sums(self, values: Floats | Bools) -> Floats:
        return np.add.reduceat(values, self.edge[:-1], dtype=float)


def curves_table(records: Sequence[RunRecord], judged: Sequence[Judged | None]) -> pd.DataFrame:
    """The curve each judged run was judged by; columns as described in `History`."""
    names = ["run_id", "device", "intercept_spm", "slope_spm_per_mps", "speed_low_mps", "speed_high_mps"]
    rows = [
        (record.run_id, record.facts["device"], *curve_numbers(by.curve), by.run_count)
        for record, by in zip(records, judged, strict=True)
        if by is not None
    ]
    return pd.DataFrame(rows, columns=[*names, "run_count"])


def curve_numbers(curve: Curve) -> tuple[Any, ...]:
    """A curve as it stands in tables: level, slope, and the speeds from which to which it says something."""
    return curve.intercept_spm, curve.slope_spm_per_mps, curve.speed_low_mps, curve.speed_high_mps


def form_windows_table(records: Sequence[RunRecord]) -> pd.DataFrame:
    """Every form window of some runs, those outside; columns as described in `History`."""
    used = [record for record in records if has_form(record)]
    counts = [record.vectors["form_speed_mps"].size for record in used]
    frame: dict[str, object] = {
        "run_id": _repeated([record.run_id for record in used], counts),
        "device": _repeated([record.facts["device"] for record in used], counts),
        "third": _joined(used, "third", np.int8),
    }
    for name in ("speed_mps", "cadence_spm", "step_length_m", "ground_contact_ms"):
        frame[name] = _joined(used, name, np.float32).astype(float)
    return pd.DataFrame(frame)


def _joined(records: Sequence[RunRecord], name: str, dtype: type) -> np.ndarray[tuple[int], np.dtype]:
    return np.concatenate([np.empty(0, dtype), *(record.vectors[f"form_{name}"] for record in records)])


def _repeated(names: list[str], counts: list[int]) -> pd.Series[Any]:
    """Names over many rows, each stored once."""
    known = pd.Series(names, dtype="category")
    return known.repeat(counts).reset_index(drop=True)
