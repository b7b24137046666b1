"""What kind of session a run was."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.runner.workouts import workout_of
from loadwatch.runs import RunRecord
from loadwatch.vectors import TRACES

NAN = float("nan")
FAST, SLOW, JOG = 4.2, 2.5, 3.0
INTERVALS = [part for _ in range(5) for part in ((60, FAST, 0.0), (60, SLOW, 0.0))]
BURSTS_S, RESTS_S = (40, 100, 25, 150, 60, 30), (60, 200, 90, 400, 120, 150)
FARTLEK = [
    part
    for burst, rest in zip(BURSTS_S, RESTS_S, strict=True)
    for part in ((burst, FAST, 0.0), (rest, JOG, 0.0))
]
HILLS = [part for _ in range(4) for part in ((90, FAST, 0.1), (150, SLOW, -0.1))]


def workout(parts, *, critical_mps=4.0, hard_s=600.0, climb_m=None):
    """The run of some parts, each of seconds at a speed, graded as well, up a slope."""
    steps = [np.full((seconds // 5, 2), (mps, 5.0 * mps * slope)) for seconds, mps, slope in parts]
    mps, rise_m = np.concatenate([np.full((60, 2), (JOG, 0.0)), *steps]).T
    climbed_m = np.maximum(rise_m, 0.0).sum() if climb_m is None else climb_m
    values = {"speed_mps": mps, "graded_speed_mps": mps, "altitude_m": 100.0 + np.cumsum(rise_m)}
    vectors = {
        f"trace_{name}": np.rint(trace / TRACES[name]).astype(np.int16) for name, trace in values.items()
    }
    facts = {"elevation_gain_computed_m": climbed_m, "distance_m": 5.0 * mps.sum()}
    return workout_of(RunRecord(facts, vectors), critical_mps, hard_s)


@pytest.mark.parametrize(
    ("parts", "more", "note", "repetitions"),
    [
        pytest.param(
            INTERVALS, {}, "intervals: 5 fast stretches with slow ones between", 0.0, id="intervals"
        ),
        pytest.param(FARTLEK, {}, "fartlek: 6 fast stretches without a pattern", 0.0, id="fartlek"),
        pytest.param(
            FARTLEK, {"climb_m": NAN}, "fartlek: 6 fast stretches without a pattern", NAN, id="no altitude"
        ),
        pytest.param(FARTLEK, {"climb_m": 60.0}, "", 0.0, id="surges of a hilly run may be its hills"),
        pytest.param(HILLS, {}, "hill repetitions: 4 hard climbs", 4.0, id="hills, which are no intervals"),
        pytest.param(HILLS, {"hard_s": 55.0}, "", 0.0, id="nothing was hard"),
        pytest.param(HILLS, {"critical_mps": NAN}, "", NAN, id="nobody knows what is hard"),
        pytest.param(HILLS, {"hard_s": NAN}, "", NAN, id="nor how much was"),
    ],
)
def test_a_run_is_called_what_its_efforts_make_it(parts, more, note, repetitions):
    told = workout(parts, **more)
    assert told.note == note
    assert told.hill_repetition_count == pytest.approx(repetitions, nan_ok=True)
