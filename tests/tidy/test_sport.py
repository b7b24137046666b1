from __future__ import annotations

import numpy as np
import pytest

from loadwatch.tidy import tidy

NAN = float("nan")


@pytest.mark.parametrize(
    ("label", "speed_mps", "cadence_spm", "sport"),
    [
        pytest.param("running", 3.0, 168, "running", id="a run"),
        pytest.param("running", 1.4, 112, "walking", id="a run at walking pace and walking cadence"),
        pytest.param("running", 1.8, 160, "running", id="a slow jog has a runner's cadence"),
        pytest.param("running", 1.4, NAN, "running", id="pace alone does not overrule the label"),
        pytest.param("running", 2.4, 120, "running", id="nor does cadence alone"),
        pytest.param("hiking", 1.2, 110, "hiking", id="a hike"),
        pytest.param("swimming", 0.9, NAN, "swimming", id="a swim"),
        pytest.param("cycling", 8.0, NAN, "cycling", id="a ride"),
        pytest.param("", 3.0, 168, "running", id="unlabelled, at a run"),
        pytest.param("", 3.0, NAN, "running", id="unlabelled, by pace alone"),
        pytest.param("", 1.3, 110, "walking", id="unlabelled, at a walk"),
        pytest.param("", 1.9, 160, "running", id="unlabelled, a slow jog by its cadence"),
        pytest.param("generic", 1.3, NAN, "walking", id="a generic walk"),
        pytest.param("", 8.0, NAN, "cycling", id="unlabelled, too fast for feet"),
    ],
)
def test_what_an_activity_was(outing, label, speed_mps, cadence_spm, sport):
    recording = tidy(outing(speed_mps=speed_mps, sport=label, columns={"cadence_spm": cadence_spm}))
    assert recording.sport == sport


def test_a_run_that_was_walked_says_so(outing):
    recording = tidy(outing(speed_mps=1.4, columns={"cadence_spm": 112.0}))
    assert recording.notes == ("labelled running, but walked: half of it below 1.4 m/s and 112 spm",)


def test_walking_breaks_do_not_make_a_run_a_walk(outing):
    speed_mps = np.where(np.arange(1801) % 600 < 360, 2.8, 1.4)
    columns = {
        "speed_mps": speed_mps,
        "distance_m": np.cumsum(speed_mps),
        "cadence_spm": np.where(speed_mps > 2.0, 165.0, 110.0),
    }
    assert tidy(outing(columns=columns)).sport == "running"


def test_the_runners_own_word_overrules_the_file_and_is_noted(outing):
    recording = tidy(outing(speed_mps=1.4, columns={"cadence_spm": 112.0}), sport="hiking")
    assert (recording.sport, recording.notes) == ("hiking", ("sport set by the runner",))


def test_an_unlabelled_recording_of_nothing_is_unknown(outing):
    nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "distance_m", "speed_mps", "cadence_spm"], NAN)
    recording = tidy(outing(sport="", columns=nothing))
    assert recording.sport == "unknown"
    assert recording.notes == ("not labelled, and neither speed nor cadence tells what it was",)


@pytest.mark.parametrize(
    ("running_share", "sport"),
    [
        pytest.param(0.1, "walking", id="a walk with a dash for the bus"),
        pytest.param(0.3, "running", id="a mountain run, hiked where it is steep"),
    ],
)
def test_a_slow_outing_with_enough_running_in_it_is_a_run(outing, running_share, sport):
    is_run = np.arange(1801) % 600 < 600 * running_share
    speed_mps = np.where(is_run, 2.4, 1.2)
    columns = {
        "speed_mps": speed_mps,
        "distance_m": np.cumsum(speed_mps),
        "cadence_spm": np.where(is_run, 165.0, 110.0),
    }
    assert tidy(outing(columns=columns)).sport == sport


def test_a_run_without_any_movement_is_none(outing):
    still = tidy(outing(speed_mps=0.0, columns={"latitude_deg": 48.0, "longitude_deg": 16.0}))
    assert still.sport == "unknown"
    assert still.notes == ("labelled running, but records no movement",)
