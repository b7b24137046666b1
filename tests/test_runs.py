"""What one file says by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.errors import ImplausibleError
from loadwatch.formats.activity import Activity, DeviceTotals, Samples
from loadwatch.runs import reduce_activity, run_id
from loadwatch.vectors import TRACES

NAN = float("nan")
DIGEST = "3f9a1c2b99aa" + "0" * 52
INDOORS = {"latitude_deg": NAN, "longitude_deg": NAN}
PLACES = {
    "Vienna": (48.2, 16.37),
    "Tokyo": (35.68, 139.76),
    "Honolulu": (21.3, -157.85),
    "Taveuni, on the 180th meridian": (-16.8, -179.99),
}


def outing(seconds=1801, *, speed_mps=3.0, start="2026-03-01 08:00", place="Vienna", columns=None, **facts):
    """A run north at an even speed, a sample a second; columns overrule what follows from that."""
    second = np.arange(float(seconds))
    time_us = pd.Timestamp(start, tz="UTC").value // 1000 + 1_000_000 * np.arange(seconds)
    latitude_deg, longitude_deg = PLACES[place]
    told = {
        "latitude_deg": latitude_deg + speed_mps * second / 111_195.08,
        "longitude_deg": longitude_deg,
        "altitude_m": 200.0,
        "distance_m": speed_mps * second,
        "speed_mps": speed_mps,
        "heart_rate_bpm": 140.0,
        "cadence_spm": 168.0,
    }
    values = {
        name: np.array(np.broadcast_to(column, second.shape), dtype=float)
        for name, column in (told | (columns or {})).items()
    }
    samples = Samples(time_us, values, np.ones(seconds, dtype=bool))
    return Activity(arrays=samples, **{"format": "fit", "sport": "running", **facts})


def reduced(activity, **options):
    return reduce_activity(activity, file="run.fit", digest=DIGEST, **options)


def test_a_cadence_of_nearly_nothing_makes_no_steps_without_end():
    facts = reduced(outing(columns={"cadence_spm": 5e-324})).facts
    assert np.isnan(facts["step_length_mean_m"])


def test_zones_and_the_maximum_rest_on_beats_and_what_is_shown_on_what_the_watch_tells():
    second = np.arange(1801)
    heart_bpm = np.where((second >= 600) & (second < 900), 169.0, 140.0)  # the cadence is 168
    record = reduced(outing(columns={"heart_rate_bpm": heart_bpm}))
    assert record.facts["heart_rate_high_bpm"] == 140.0
    assert np.isnan(record.trace("heart_rate_bpm")[120:180]).all()
    assert (record.trace("heart_rate_bpm")[180:] == 140.0).all()
    assert record.facts["heart_rate_max_bpm"] == 169.0


def test_a_heart_that_drifts_decouples_on_the_flat_only():
    heart_bpm = np.where(np.arange(3001) <= 1500, 140.0, 147.0)
    flat = reduced(outing(3001, columns={"heart_rate_bpm": heart_bpm})).facts
    assert flat["decoupling_pct"] == pytest.approx(100.0 * (1.0 - 140.0 / 147.0), abs=0.05)
    waves_m = 200.0 + 40.0 * np.sin(np.arange(3001) / 120.0)
    hilly = reduced(outing(3001, columns={"heart_rate_bpm": heart_bpm, "altitude_m": waves_m})).facts
    assert np.isnan(hilly["decoupling_pct"])
    assert np.isnan(
        reduced(outing(2000, columns={"heart_rate_bpm": heart_bpm[:2000]})).facts["decoupling_pct"]
    )


def test_half_an_hour_on_the_flat_by_hand():
    facts = reduced(outing()).facts
    assert facts["distance_m"] == pytest.approx(5400.0)
    assert (facts["elapsed_s"], facts["timer_s"]) == (1800.0, 1800.0)
    assert facts["moving_s"] == pytest.approx(1800.0, abs=1.0)
    assert facts["speed_mean_mps"] == pytest.approx(3.0, rel=0.001)
    assert facts["graded_speed_mean_mps"] == pytest.approx(3.0)
    assert facts["normalized_speed_mps"] == pytest.approx(3.0)
    assert (facts["heart_rate_mean_bpm"], facts["heart_rate_max_bpm"]) == (140.0, 140.0)
    assert facts["cadence_mean_spm"] == 168.0
    assert facts["step_length_mean_m"] == pytest.approx(60 * 3.0 / 168.0)
    assert (facts["elevation_gain_computed_m"], facts["elevation_loss_computed_m"]) == (0.0, 0.0)
    assert (facts["climb_leg_km"], facts["descent_leg_km"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("session", "name"), [(None, "3f9a1c2b99aa"), (0, "3f9a1c2b99aa-1"), (2, "3f9a1c2b99aa-3")]
)
def test_a_run_is_named_for_its_content_and_its_place_in_the_file(session, name):
    assert run_id(DIGEST, session) == name


class TestWhenItWas:
    @pytest.mark.parametrize(
        ("start", "place", "local_start"),
        [
            ("2026-03-01 08:00", "Vienna", "2026-03-01T09:00:00+01:00"),
            ("2026-03-29 00:30", "Vienna", "2026-03-29T01:30:00+01:00"),
            ("2026-03-29 01:30", "Vienna", "2026-03-29T03:30:00+02:00"),
            ("2026-10-25 00:30", "Vienna", "2026-10-25T02:30:00+02:00"),
            ("2026-10-25 01:30", "Vienna", "2026-10-25T02:30:00+01:00"),
            ("2026-03-28 23:30", "Vienna", "2026-03-29T00:30:00+01:00"),
            ("2026-03-01 22:00", "Tokyo", "2026-03-02T07:00:00+09:00"),
            ("2026-03-02 05:00", "Honolulu", "2026-03-01T19:00:00-10:00"),
            ("2026-03-01 20:00", "Taveuni, on the 180th meridian", "2026-03-02T08:00:00+12:00"),
        ],
    )
    def test_the_position_tells_the_zone_across_clock_changes_and_trips(self, start, place, local_start):
        facts = reduced(outing(61, start=start, place=place)).facts
        assert facts["local_start"] == local_start
        assert facts["local_date"] == date.fromisoformat(local_start[:10])
        assert "time" not in facts["notes"]

    @pytest.mark.parametrize(
        ("offset_h", "hour", "is_noted"),
        [
            pytest.param(1.0, "09:00:00+01:00", False, id="the watch's own offset"),
            pytest.param(3.0, "11:00:00+03:00", False, id="a watch still on the time of home"),
            pytest.param(-8.0, "09:00:00+01:00", True, id="a watch that was never set"),
        ],
    )
    def test_the_watchs_own_offset_holds_where_it_can_be_meant(self, offset_h, hour, is_noted):
        facts = reduced(outing(61, utc_offset_s=3600.0 * offset_h)).facts
        assert facts["local_start"] == f"2026-03-01T{hour}"
        assert ("does not fit its position" in facts["notes"]) == is_noted

    @pytest.mark.parametrize(
        ("offset_s", "home", "local_start", "zone", "note"),
        [
            pytest.param(19_800.0, "", "2026-03-02T04:30:00+05:30", "UTC+05:30", "", id="the watch's offset"),
            pytest.param(
                None,
                "Europe/Vienna",
                "2026-03-02T00:00:00+01:00",
                "Europe/Vienna",
                "no position: local time by the settings' time zone",
                id="home",
            ),
            pytest.param(
                None,
                "",
                "2026-03-01T23:00:00+00:00",
                "UTC",
                "no position and no time zone in the file: local time taken as UTC",
                id="nothing tells",
            ),
        ],
    )
    def test_indoors_the_watch_then_home_then_utc(self, offset_s, home, local_start, zone, note):
        activity = outing(61, start="2026-03-01 23:00", columns=INDOORS, utc_offset_s=offset_s)
        facts = reduced(activity, home_timezone=home).facts
        assert (facts["local_start"], facts["timezone"], facts["notes"]) == (local_start, zone, note)


class TestClimb:
    RAMP_M = np.concatenate([np.linspace(200.0, 290.0, 901), np.linspace(290.0, 200.0, 900)])
    WAVES_M = 200.0 + 2.0 * np.sin(np.arange(1801) / 40.0)

    def test_the_devices_own_total_is_shown_and_ours_is_judged(self):
        activity = outing(columns={"altitude_m": self.RAMP_M}, totals=DeviceTotals(elevation_gain_m=120.0))
        facts = reduced(activity).facts
        assert (facts["elevation_gain_m"], facts["elevation_source"]) == (120.0, "device")
        assert facts["elevation_gain_computed_m"] == pytest.approx(90.0, abs=1.5)
        assert facts["elevation_loss_m"] == facts["elevation_loss_computed_m"] == pytest.approx(90.0, abs=1.5)

    @pytest.mark.parametrize(
        ("has_barometer", "source", "climb_m"),
        [
            pytest.param(True, "barometer", 22.0, id="a barometer sees waves of 4 m"),
            pytest.param(None, "unknown sensor", 22.0, id="an unknown watch is taken to have one"),
            pytest.param(False, "gps", 0.0, id="satellites cannot tell them from noise"),
        ],
    )
    def test_the_method_suits_the_sensor(self, has_barometer, source, climb_m):
        facts = reduced(outing(columns={"altitude_m": self.WAVES_M}, has_barometer=has_barometer)).facts
        assert facts["elevation_source"] == source
        assert facts["elevation_gain_computed_m"] == pytest.approx(climb_m, abs=2.5)

    @pytest.mark.parametrize("has_barometer", [False, None], ids=["satellites", "an unknown sensor"])
    def test_noise_of_satellites_is_no_climb(self, has_barometer):
        noise_m = 200.0 + np.random.default_rng(1).normal(0.0, 2.0, 1801)
        facts = reduced(outing(columns={"altitude_m": noise_m}, has_barometer=has_barometer)).facts
        assert facts["elevation_source"] == "gps"
        assert facts["elevation_gain_computed_m"] == 0.0

    def test_without_altitude_climb_is_unknown_and_not_nothing(self):
        facts = reduced(outing(columns={"altitude_m": NAN})).facts
        assert facts["elevation_source"] == "none"
        assert np.isnan(facts["elevation_gain_m"])
        assert np.isnan(facts["elevation_gain_computed_m"])

    def test_uphill_is_harder_than_its_speed_and_weighs_on_the_legs(self):
        facts = reduced(outing(columns={"altitude_m": 200.0 + 0.05 * 3.0 * np.arange(1801.0)})).facts
        assert facts["graded_speed_mean_mps"] == pytest.approx(3.0 * 1.272, rel=0.01)
        assert facts["climb_leg_km"] == pytest.approx(5.4 * 0.272, rel=0.02)


class TestForm:
    def test_windows_begin_after_three_minutes_and_know_their_third(self):
        vectors = reduced(outing()).vectors
        assert vectors["form_speed_mps"].size == 54  # of 60 half-minutes, the first 6 left out
        assert np.bincount(vectors["form_third"]).tolist() == [14, 20, 20]
        np.testing.assert_allclose(vectors["form_cadence_spm"], 168.0)

    def test_a_stop_costs_its_window_only(self):
        cadence_spm, speed_mps = np.full(1801, 168.0), np.full(1801, 3.0)
        cadence_spm[900:905], speed_mps[900:905] = 0.0, 0.0
        activity = outing(columns={"cadence_spm": cadence_spm, "speed_mps": speed_mps})
        assert reduced(activity).vectors["form_speed_mps"].size == 53

    def test_walking_breaks_do_not_lower_the_running_cadence(self):
        is_walk = np.arange(1801) % 600 >= 540
        speed_mps = np.where(is_walk, 1.4, 3.0)
        columns = {
            "cadence_spm": np.where(is_walk, 110.0, 168.0),
            "speed_mps": speed_mps,
            "distance_m": np.cumsum(speed_mps),
        }
        facts = reduced(outing(columns=columns)).facts
        assert facts["cadence_mean_spm"] == pytest.approx(168.0)
        assert facts["cadence_timer_mean_spm"] == pytest.approx(162.2, abs=0.1)

    def test_a_hike_has_no_running_form(self):
        record = reduced(outing(speed_mps=1.2, sport="hiking", columns={"cadence_spm": 110.0}))
        assert np.isnan(record.facts["cadence_mean_spm"])
        assert record.vectors["form_speed_mps"].size == 0


def test_traces_come_back_within_half_a_step():
    second = np.arange(1801.0)
    columns = {
        "speed_mps": 3.0 + np.sin(second / 50.0),
        "distance_m": np.cumsum(3.0 + np.sin(second / 50.0)),
        "heart_rate_bpm": np.where(second < 900, NAN, 140.0 + second / 100.0),
        "altitude_m": -200.0 + second / 10.0,
    }
    record = reduced(outing(columns=columns))
    five = columns["speed_mps"][:1800].reshape(-1, 5).mean(axis=1)
    np.testing.assert_allclose(record.trace("speed_mps"), five, atol=TRACES["speed_mps"] / 2 + 1e-9)
    heart_rate_bpm = record.trace("heart_rate_bpm")
    assert np.isnan(heart_rate_bpm[:160]).all()
    assert heart_rate_bpm[-1] == pytest.approx(158.0, abs=0.51)
    assert record.trace("altitude_m")[0] == pytest.approx(-200.0, abs=0.8)


def test_time_on_steep_descents_is_that_of_moving():
    """600 s at 3 m/s down a tenth, then 300 s of standing on the slope, then the flat."""
    second = np.arange(1801.0)
    moved_s = np.where(second < 900.0, np.minimum(second, 600.0), second - 300.0)
    down_m = 0.1 * np.minimum(3.0 * moved_s, 1800.0)
    columns = {
        "distance_m": 3.0 * moved_s,
        "altitude_m": 400.0 - down_m,
        "speed_mps": np.where((second > 600.0) & (second < 900.0), 0.0, 3.0),
    }
    facts = reduced(outing(columns=columns)).facts
    assert facts["steep_descent_s"] == pytest.approx(600.0, abs=15.0)
    assert reduced(outing()).facts["steep_descent_s"] == 0.0
    assert np.isnan(reduced(outing(columns={"altitude_m": np.nan})).facts["steep_descent_s"])


def test_an_hour_takes_eleven_kilobytes():
    vectors = reduced(outing(3601)).vectors
    traces = sum(values.nbytes for name, values in vectors.items() if name.startswith("trace_"))
    assert traces == len(TRACES) * 720 * 2
    assert sum(values.nbytes for values in vectors.values()) < 11_300


@settings(max_examples=40, deadline=None)
@given(
    seconds=st.sampled_from([2, 3, 6, 31, 400]),
    missing=st.sets(
        st.sampled_from(
            ["altitude_m", "heart_rate_bpm", "cadence_spm", "speed_mps", "distance_m", "position"]
        )
    ),
    sport=st.sampled_from(["running", "hiking", ""]),
)
def test_any_length_with_any_signals_missing_is_reduced_and_missing_is_never_nothing(seconds, missing, sport):
    columns = dict.fromkeys(missing - {"position"}, NAN) | (INDOORS if "position" in missing else {})
    record = reduced(outing(seconds, columns=columns, sport=sport))
    facts = record.facts
    assert facts["timer_s"] == seconds - 1
    assert facts["is_treadmill"] == ("position" in missing)
    assert np.isnan(facts["distance_m"]) == ({"speed_mps", "distance_m", "position"} <= missing)
    for signal, name in (
        ("heart_rate_bpm", "heart_rate_mean_bpm"),
        ("cadence_spm", "cadence_timer_mean_spm"),
        ("altitude_m", "elevation_gain_computed_m"),
    ):
        assert np.isnan(facts[name]) == (signal in missing)
    for name in TRACES:
        assert record.trace(name).size == record.vectors["trace_speed_mps"].size


def test_a_note_of_the_reader_stays_with_the_run():
    activity = replace(outing(61), repairs=("cut off; all samples before that were read",))
    assert reduced(activity).facts["notes"] == "cut off; all samples before that were read"


def test_the_places_of_a_virtual_run_are_a_games():
    facts = reduced(
        outing(place="Taveuni, on the 180th meridian", sub_sport="virtual", utc_offset_s=3600.0)
    ).facts
    assert facts["is_treadmill"]
    assert facts["local_start"] == "2026-03-01T09:00:00+01:00"


def test_a_watch_that_wrote_its_offset_after_the_clocks_changed_still_starts_on_time():
    """Europe's clocks went back at 01:00 UTC that night; the file knows only the hour after."""
    facts = reduced(outing(start="2026-10-25 00:40", utc_offset_s=3600.0)).facts
    assert facts["local_start"] == "2026-10-25T02:40:00+02:00"
    assert facts["timezone"] == "Europe/Vienna"


def test_a_run_faster_than_any_ever_run_is_implausible():
    with pytest.raises(ImplausibleError, match="faster than the world record"):
        reduced(outing(3601, speed_mps=6.6))
