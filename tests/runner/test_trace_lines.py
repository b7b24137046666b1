"""A run's traces as short lines."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.runner import trace_lines
from loadwatch.runs import RunRecord
from loadwatch.vectors import MISSING, TRACES


def record(count=100, *, pauses=(), **traces) -> RunRecord:
    """A run of so many samples at 3 m/s; a trace that is not given was not recorded."""
    vectors = {}
    for name, step in TRACES.items():
        values = np.full(count, traces.get(name, 3.0 if name == "speed_mps" else np.nan), dtype=float)
        vectors[f"trace_{name}"] = np.nan_to_num(values / step, nan=MISSING).round().astype(np.int16)
    before, length = zip(*pauses, strict=True) if pauses else ((), ())
    pause = {"pause_before_s": np.array(before, dtype=float), "pause_s": np.array(length, dtype=float)}
    return RunRecord({}, vectors | pause)


def test_a_line_holds_the_values_along_the_run():
    line = trace_lines(record(4, heart_rate_bpm=[100.0, 110.0, 120.0, 130.0]))["heart_rate_bpm"]
    ((place, values),) = line.parts
    assert place.tolist() == pytest.approx([0.125, 0.375, 0.625, 0.875])
    assert values.tolist() == [100.0, 110.0, 120.0, 130.0]
    assert (line.lowest, line.highest) == (100.0, 130.0)


@pytest.mark.parametrize("count", [1, 199, 200, 201, 5_000])
def test_a_line_has_at_most_so_many_points_and_keeps_the_mean(count):
    altitude_m = 100.0 + np.arange(count) * 0.5
    parts = trace_lines(record(count, altitude_m=altitude_m))["altitude_m"].parts
    values = np.concatenate([values for _, values in parts])
    assert 100 <= values.size <= 200 or values.size == count
    assert values.mean() == pytest.approx(altitude_m.mean(), rel=0.01)


def test_a_pause_is_a_gap_of_one_width_however_long_and_a_short_one_is_none():
    (short,) = trace_lines(record(100, pauses=[(250, 9)]))["speed_mps"].parts
    assert short[0].size == 100
    (before, _), (after, _) = trace_lines(record(100, pauses=[(250, 10)]))["speed_mps"].parts
    assert (before.size, after.size) == (50, 50)
    assert after[0] - before[-1] > 2 * (before[1] - before[0])
    (again, _), (later, _) = trace_lines(record(100, pauses=[(250, 3600)]))["speed_mps"].parts
    assert (again.tolist(), later.tolist()) == (before.tolist(), after.tolist())


def test_what_was_not_recorded_is_a_gap_and_never_zero():
    lost = np.where((np.arange(100) >= 40) & (np.arange(100) < 60), np.nan, 150.0)
    lines = trace_lines(record(100, heart_rate_bpm=lost))
    (first, one), (second, other) = lines["heart_rate_bpm"].parts
    assert (first.size, second.size) == (40, 40)
    assert set(one) | set(other) == {150.0}
    assert lines["cadence_spm"].parts == ()
    assert np.isnan(lines["cadence_spm"].low)


def test_standing_still_is_drawn_but_does_not_count_for_what_was_usual():
    speed_mps = np.where(np.arange(100) < 30, 0.0, 3.0)
    line = trace_lines(record(100, speed_mps=speed_mps))["speed_mps"]
    assert (line.low, line.high, line.lowest) == (3.0, 3.0, 0.0)
    assert line.parts[0][1].min() == 0.0
