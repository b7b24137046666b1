"""A runner's own curves of cadence, ground contact and vertical ratio, and each run against them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from loadwatch._windows import percentiles
from loadwatch.metrics import steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
WIDEST_SPEED_RATIO = 0.20  # 10th to 90th percentile of a steady run's speeds, over their median
WIDEST_THIRDS_RATIO = 0.08  # mean speed of the last third off that of the first
# What is judged by own curves over speed, and the fact that tells whether a run measures it.
JUDGED = {
    "cadence_spm": "cadence_mean_spm",
    "ground_contact_ms": "ground_contact_mean_ms",
    "vertical_ratio_pct": "vertical_ratio_mean_pct",
}
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
    speed_mps, usual
        Median speed of the same half-minutes, and the curve's cadence there. [m/s], [spm]
    ground_contact_pct, vertical_ratio_pct
        Medians against own curves likewise; NaN where the watch measures none. [%]
    """

    curve: Curve
    run_count: int
    residual_pct: float
    fade_spm: float
    speed_mps: float
    usual: float
    ground_contact_pct: float = float("nan")
    vertical_ratio_pct: float = float("nan")


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
    have_form.extend(map(has_form, records[first:]))
    by_device: dict[str, list[int]] = {}
    for position in compress(range(len(records)), have_form):
        by_device.setdefault(records[position].facts["device"], []).append(position)
    for positions in by_device.values():
        cadence, contact, ratio = (_judged_by_own_curve(records, positions, name, first) for name in JUDGED)
        for position, found in cadence.items():
            judged[position] = found and replace(
                found,
                ground_contact_pct=_residual_pct(contact.get(position)),
                vertical_ratio_pct=_residual_pct(ratio.get(position)),
            )
    return judged[first:], have_form[first:]


def _residual_pct(found: Judged | None) -> float:
    return found.residual_pct if found else float("nan")


def _judged_by_own_curve(
    records: Sequence[RunRecord],
    positions: Sequence[int],
    name: str,
    first: int,
) -> dict[int, Judged | None]:
    """The runs of one device that measure one thing, judged by those of them before; by position."""
    measured = [position for position in positions if not np.isnan(records[position].facts[JUDGED[name]])]
    judged: dict[int, Judged | None] = {}
    for begin in range(bisect_left(measured, first), len(measured), RUNS_AT_ONCE):
        before = max(begin - CURVE_RUNS - CURVE_LAG_RUNS, 0)
        block = measured[before : begin + RUNS_AT_ONCE]
        mine = block[begin - before :]
        mates = [_mate(records[position], name) for position in block]
        timer_s = np.array([records[position].facts["timer_s"] for position in mine])
        judged |= zip(mine, _judged_by_mates(mates, begin - before, timer_s), strict=True)
    return judged


class _Mate(NamedTuple):
    """One run's half-minutes, values NaN where unknown; shape (n,) each."""

    speed_mps: Stored
    value: Stored
    third: Stored


def _mate(record: RunRecord, name: str) -> _Mate:
    return _Mate(*(record.vectors[f"form_{part}"] for part in ("speed_mps", name, "third")))


def has_form(record: RunRecord) -> bool:
    """Whether a run outside has half-minutes in which form can be judged."""
    return bool(record.vectors["form_speed_mps"].size) and not record.facts["is_treadmill"]


def _judged_by_mates(mates: Sequence[_Mate], first: int, timer_s: Floats) -> list[Judged | None]:
    """Judge the runs of one device from the given one on, which took so long, each by those before it."""
    speed_mps, value, third = map(np.concatenate, zip(*mates, strict=True))
    edge = np.cumsum([0, *(mate.speed_mps.size for mate in mates)])
    is_known = ~np.isnan(value)
    known_mps, known, known_edge = (
        speed_mps[is_known],
        value[is_known],
        np.append(0, np.cumsum(is_known))[edge],
    )
    terms = steps.line_terms(known_mps, known)
    curves: list[tuple[Curve, int] | None] = []
    for place in range(first, len(mates)):
        end = max(place + 1 - CURVE_LAG_RUNS, 0)
        begin = max(end - CURVE_RUNS, 0)
        curve = None
        if end - begin >= FEWEST_CURVE_RUNS:
            baseline = slice(known_edge[begin], known_edge[end])
            curve = steps.fit_curve(known_mps[baseline], known[baseline], terms=terms[:, baseline])
        curves.append(None if curve is None else (curve, end - begin))
    own = slice(edge[first], None)
    windows = _Windows(
        speed_mps[own].astype(float),
        value[own].astype(float),
        third[own],
        edge[first:] - edge[first],
    )
    residual_pct, fade, median_mps = windows.judged_by([found and found[0] for found in curves])
    fade[timer_s < FADE_FROM_S] = np.nan
    rows = zip(curves, residual_pct.tolist(), fade.tolist(), median_mps.tolist(), strict=True)
    return [
        found and Judged(*found, residual, fell, mps, float(found[0].usual(mps)))
        for found, residual, fell, mps in rows
    ]


class _Thirds(NamedTuple):
    """First and last thirds of some runs; shape (runs,) each.

    Mean values above the curve, whether both thirds hold enough half-minutes, whether the speed was even
    throughout, and whether it was alike in the two.
    """

    early: Floats
    late: Floats
    is_counted: Bools
    is_even: Bools
    is_alike: Bools

    @property
    def fade(self) -> Floats:
        """Last third minus first; NaN unless the run was steady."""
        is_judged = self.is_counted & self.is_even & self.is_alike
        return np.where(is_judged, self.late - self.early, np.nan)


@dataclass(frozen=True)
class _Windows:
    """Half-minutes of some runs, side by side.

    Attributes
    ----------
    speed_mps, value, third
        Shape (n,).
    edge
        Where each run's windows begin, and where the last one's end; shape (runs + 1,).
    """

    speed_mps: Floats
    value: Floats
    third: np.ndarray[Any, np.dtype[np.int8]]
    edge: Ints

    def judged_by(self, curves: Sequence[Curve | None]) -> tuple[Floats, Floats, Floats]:
        """Each run's residual [%], late change and median speed [m/s] by its curve; shape (runs,) each."""
        curve = self.of_each(curves)
        residual_pct = curve.residual_pct(self.speed_mps, self.value)
        is_on = ~np.isnan(residual_pct)
        on_mps = np.where(is_on, self.speed_mps, np.nan)
        medians = [
            percentiles(each, self.edge[:-1], self.edge[1:], [50.0])[:, 0] for each in (residual_pct, on_mps)
        ]
        is_told = self._sums(is_on) >= FEWEST_WINDOWS
        median_pct, median_mps = (np.where(is_told, median, np.nan) for median in medians)
        return median_pct, self.thirds_by(curve).fade, median_mps

    def thirds_by(self, curve: Curve) -> _Thirds:
        """Each run's first and last third by a curve for each half-minute."""
        adjusted = self.value - curve.usual(self.speed_mps)
        is_on = ~np.isnan(curve.residual_pct(self.speed_mps, self.value))
        early, late = is_on & (self.third == 0), is_on & (self.third == 2)
        adjusted = np.nan_to_num(adjusted)
        count = [self._sums(part) for part in (early, late)]
        (early_mps, early_value), (late_mps, late_value) = (
            (
                self._sums(part * self.speed_mps) / known,
                self._sums(part * adjusted) / known,
            )
            for part, known in zip((early, late), np.maximum(count, 1), strict=True)
        )
        low, middle, high = percentiles(self.speed_mps, self.edge[:-1], self.edge[1:], [10.0, 50.0, 90.0]).T
        return _Thirds(
            early_value,
            late_value,
            is_counted=np.min(count, axis=0) >= FEWEST_WINDOWS_OF_THIRD,
            is_even=high - low <= WIDEST_SPEED_RATIO * middle,
            is_alike=np.abs(late_mps - early_mps) <= WIDEST_THIRDS_RATIO * early_mps,
        )

    def of_each(self, curves: Sequence[Curve | None]) -> Curve:
        """The curves of the runs, repeated for each of their half-minutes; NaN where a run has none."""
        unknown = (np.nan,) * 4
        each = np.array([unknown if curve is None else curve_numbers(curve) for curve in curves], dtype=float)
        return steps.Curve(*np.repeat(each, np.diff(self.edge), axis=0).T)

    def _sums(self, values: Floats | Bools) -> Floats:
        return np.add.reduceat(values, self.edge[:-1], dtype=float)


def late_form_table(records: Sequence[RunRecord], curves: pd.DataFrame) -> pd.DataFrame:
    """First and last third of some runs, as `cadence_fade_spm` compares them, and why some are not judged.

    Parameters
    ----------
    records
        Runs, in any order.
    curves
        As `curves_table` gives them: each run is held against its own.

    Returns
    -------
    DataFrame
        run_id; early_spm and late_spm, mean cadence above the own curve in the first and the last third, and
        change_spm, the last minus the first, NaN unless the run is judged; reason, the first that keeps it
        from being judged: too_short, indoors, no_windows, no_curve, few_windows, uneven_pace, changed_pace;
        empty where it is.
    """
    ids = [record.run_id for record in records]
    names = ["intercept_spm", "slope_spm_per_mps", "speed_low_mps", "speed_high_mps"]
    known = curves[curves["run_id"].isin(ids)]
    numbers = known[names].to_numpy(dtype=float).tolist()
    curve_of = {run_id: steps.Curve(*own) for run_id, own in zip(known["run_id"], numbers, strict=True)}
    lacks = {
        "too_short": np.array([record.facts["timer_s"] < FADE_FROM_S for record in records], dtype=bool),
        "indoors": np.array([record.facts["is_treadmill"] for record in records], dtype=bool),
        "no_windows": np.array([not has_form(record) for record in records], dtype=bool),
        "no_curve": np.array([run_id not in curve_of for run_id in ids], dtype=bool),
    }
    found = pd.DataFrame({"run_id": ids, "early_spm": np.nan, "late_spm": np.nan})
    found["reason"] = np.select(list(lacks.values()), list(lacks), "")
    held = np.flatnonzero(found["reason"] == "").tolist()
    if held:
        mates = [_mate(records[place], "cadence_spm") for place in held]
        speed_mps, value, third = map(np.concatenate, zip(*mates, strict=True))
        edge = np.cumsum([0, *(mate.speed_mps.size for mate in mates)])
        windows = _Windows(speed_mps.astype(float), value.astype(float), third, edge)
        thirds = windows.thirds_by(windows.of_each([curve_of[ids[place]] for place in held]))
        is_judged = ~np.isnan(thirds.fade)
        found.loc[held, "early_spm"] = np.where(is_judged, thirds.early, np.nan)
        found.loc[held, "late_spm"] = np.where(is_judged, thirds.late, np.nan)
        found.loc[held, "reason"] = np.select(
            [is_judged, ~thirds.is_counted, ~thirds.is_even],
            ["", "few_windows", "uneven_pace"],
            "changed_pace",
        )
    found.insert(3, "change_spm", found["late_spm"] - found["early_spm"])
    return found


def strides_table(runs: pd.DataFrame, records: Mapping[str, RunRecord]) -> pd.DataFrame:
    """The typical half-minute of steady flat running of some runs, beside the own curve.

    Parameters
    ----------
    runs
        Rows of the `runs` table, in any order.
    records
        All runs as they were read, by run_id.

    Returns
    -------
    DataFrame
        Those that have such running, in their order: run_id, local_date, speed_mps, cadence_spm and
        own_cadence_spm, the curve's cadence at that speed: as the run was judged. Where it was not, its
        median half-minute, and own_cadence_spm is NaN.
    """
    usual = runs["own_cadence_spm"].to_numpy(dtype=float)
    found = pd.DataFrame(
        {
            "run_id": runs["run_id"].to_numpy(),
            "local_date": runs["local_date"].to_numpy(),
            "speed_mps": runs["stride_speed_mps"].to_numpy(dtype=float),
            "cadence_spm": usual * (1 + runs["stride_residual_pct"].to_numpy(dtype=float) / 100),
            "own_cadence_spm": usual,
        }
    )
    is_unjudged = found["cadence_spm"].isna()
    if is_unjudged.any():
        unjudged = found.loc[is_unjudged, "run_id"]
        windows = form_windows_table([records[run_id] for run_id in unjudged])
        middle = windows.groupby("run_id", observed=True)[["speed_mps", "cadence_spm"]].median()
        found.loc[is_unjudged, ["speed_mps", "cadence_spm"]] = middle.reindex(unjudged).to_numpy()
        found.loc[is_unjudged, "own_cadence_spm"] = np.nan
    return found[found["cadence_spm"].notna()].reset_index(drop=True)


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
    return curve.intercept, curve.slope_per_mps, curve.speed_low_mps, curve.speed_high_mps


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
