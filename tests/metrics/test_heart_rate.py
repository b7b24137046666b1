"""Steps taken for beats, contact lost, and spikes of the first minute."""

from __future__ import annotations

import numpy as np
import pytest

from loadwatch.metrics.heart_rate import lasting, without_artefacts

NAN = float("nan")


def beats(seconds=1200, bpm=150.0):
    return np.full(seconds, bpm)


class TestCadenceLock:
    @pytest.mark.parametrize(
        ("seconds", "apart_bpm", "is_lock"),
        [
            (61, 0.0, True),
            (60, 0.0, False),
            (300, 3.9, True),
            (300, -3.9, True),
            (300, 4.0, False),
        ],
    )
    def test_a_heart_rate_at_the_cadence_for_over_a_minute_is_the_cadence(self, seconds, apart_bpm, is_lock):
        heart_bpm, cadence_spm = beats(), beats(bpm=172.0)
        heart_bpm[600 : 600 + seconds] = 172.0 + apart_bpm
        clean = without_artefacts(heart_bpm, cadence_spm)
        assert np.isnan(clean[600 : 600 + seconds]).all() == is_lock
        assert (clean[:600] == 150.0).all()
        assert (clean[600 + seconds :] == 150.0).all()

    def test_without_cadence_nothing_is_a_lock(self):
        np.testing.assert_array_equal(without_artefacts(beats(), np.full(1200, NAN)), beats())

    def test_the_given_is_left_as_it_was(self):
        heart_bpm = beats(bpm=172.0)
        without_artefacts(heart_bpm, beats(bpm=172.0))
        assert (heart_bpm == 172.0).all()


def test_below_half_of_the_median_the_contact_was_lost():
    heart_bpm = beats()
    heart_bpm[500:520], heart_bpm[700:720] = 74.0, 76.0
    clean = without_artefacts(heart_bpm, np.full(1200, NAN))
    assert np.isnan(clean[500:520]).all()
    assert (without_artefacts(np.where(np.arange(1200) == 800, 75.0, beats()), beats(bpm=NAN))[800]) == 75.0
    assert (clean[700:720] == 76.0).all()


def test_a_heart_that_has_just_begun_to_run_does_not_beat_faster_than_later():
    heart_bpm = beats()
    heart_bpm[:60] = 110.0
    heart_bpm[20:40], heart_bpm[80:90] = 195.0, 160.0
    clean = without_artefacts(heart_bpm, np.full(1200, NAN))
    assert np.isnan(clean[20:40]).all()
    assert (clean[:20] == 110.0).all()
    assert (clean[80:90] == 160.0).all()  # later ones may be true


def test_the_first_minute_is_held_against_the_four_after_it():
    """From 60 to 300 s at 140: 141 before is an artefact, 140 is none, however hard the hour after."""
    heart_bpm = np.repeat([141.0, 140.0, 140.0, 170.0], [30, 30, 240, 3000])
    clean = without_artefacts(heart_bpm, beats(3300, NAN))
    assert np.isnan(clean[:30]).all()
    assert not np.isnan(clean[30:]).any()
    # Nor does what is unknown in these minutes.
    heart_bpm[60:290] = NAN
    assert np.isnan(without_artefacts(heart_bpm, beats(3300, NAN))[:30]).all()


@pytest.mark.parametrize("seconds", [0, 1, 59, 61])
def test_a_moment_of_running_is_no_trouble(seconds):
    assert without_artefacts(beats(seconds), beats(seconds)).size == seconds
    assert np.isnan(without_artefacts(np.full(seconds, NAN), beats(seconds))).all()


def test_stretches_longer_than():
    is_so = np.array([True, True, False, True, True, True, False, True])
    assert lasting(is_so, longer_than=1).tolist() == [True, True, False, True, True, True, False, False]
    assert lasting(is_so, longer_than=2).tolist() == [False] * 3 + [True] * 3 + [False] * 2
    assert not lasting(is_so, longer_than=3).any()
