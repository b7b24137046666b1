from __future__ import annotations

import struct
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import FileType, Sport

from loadwatch import formats
from loadwatch.columns import SAMPLES, names
from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError

if TYPE_CHECKING:
    from loadwatch.formats.activity import Activity


def only(data: bytes) -> Activity:
    (activity,) = formats.read(data)
    assert not isinstance(activity, FileError)
    return activity


def test_a_plain_run_is_read_in_si_units_and_steps(plain_run):
    run = only(plain_run)
    assert (run.format, run.sport, run.device, run.session_number) == (
        "fit",
        "running",
        "garmin fenix5",
        None,
    )
    assert list(run.samples.columns) == names(SAMPLES)
    assert run.samples.index.name == "time"
    assert str(run.samples.index.dtype) == "datetime64[us, UTC]"
    assert run.samples["speed_mps"].eq(3.0).all()
    assert run.samples["cadence_spm"].eq(170.0).all()
    assert run.samples["is_timer_on"].all()
    assert run.has_barometer is True
    assert run.pauses == ()
    assert run.repairs == ()


def test_every_field_of_running_dynamics_arrives_in_its_unit(fit):
    dynamics = {
        "f0": ("s32", 2**29),
        "f1": ("s32", -(2**28)),
        "f2": ("u16", (170 + 500) * 5),
        "f5": ("u32", 12_345),
        "f7": ("u16", 280),
        "f13": ("s8", -4),
        "f39": ("u16", 823),
        "f41": ("u16", 2456),
        "f53": ("u8", 64),
        "f83": ("u16", 812),
        "f84": ("u16", 4987),
        "f85": ("u16", 10_210),
    }
    sample = only(fit().file_id().record(0, **dynamics).session(0).bytes()).samples.iloc[0]
    expected = {
        "latitude_deg": 45.0,
        "longitude_deg": -22.5,
        "altitude_m": 170.0,
        "distance_m": 123.45,
        "speed_mps": 3.0,
        "heart_rate_bpm": 140.0,
        "cadence_spm": 171.0,
        "power_w": 280.0,
        "ground_contact_ms": 245.6,
        "vertical_oscillation_mm": 82.3,
        "vertical_ratio_pct": 8.12,
        "step_length_m": 1.021,
        "contact_balance_pct": 49.87,
        "temperature_degc": -4.0,
    }
    assert {name: sample[name] for name in expected} == pytest.approx(expected)


def test_an_empty_enhanced_speed_does_not_overwrite_a_valid_speed(fit):
    run = fit().file_id().record(0, f73=("u32", 0xFFFFFFFF)).session(0)
    assert only(run.bytes()).samples["speed_mps"].tolist() == [3.0]


def test_zeros_of_heart_rate_and_running_dynamics_are_missing(fit):
    run = fit().file_id().record(0, f3=("u8", 0), f41=("u16", 0), f85=("u16", 0)).session(0)
    sample = only(run.bytes()).samples.iloc[0]
    assert sample[["heart_rate_bpm", "ground_contact_ms", "step_length_m"]].isna().all()


def test_a_developer_field_never_overwrites_the_native_field_of_its_name(fit):
    run = fit().file_id().add(207, 4, f3=("u8", 0))
    run.add(
        206,
        5,
        f0=("u8", 0),
        f1=("u8", 7),
        f2=("u8", 0x88),
        f3=("text", b"Vertical Oscill"),
        f8=("text", b"Centimeters"),
    )
    run.record(0, f39=("u16", 823), developer=((7, "f", 8.2),)).session(0)
    assert only(run.bytes()).samples["vertical_oscillation_mm"].tolist() == [82.3]


def test_a_developer_field_fills_what_the_device_left_empty(fit):
    run = fit().file_id().add(207, 4, f3=("u8", 0))
    run.add(206, 5, f0=("u8", 0), f1=("u8", 7), f2=("u8", 0x88), f3=("text", b"Power"), f8=("text", b"Watts"))
    run.record(0, developer=((7, "f", 251.0),)).session(0)
    assert only(run.bytes()).samples["power_w"].tolist() == [251.0]


def test_the_timer_tells_the_pauses_and_which_samples_fall_into_them(fit):
    run = fit().file_id().timer(0, starts=True)
    for second in range(10):
        run.record(second)
    run.timer(9, starts=False).record(15).timer(30, starts=True)
    for second in range(30, 40):
        run.record(second)
    run = only(run.timer(39, starts=False).session(0).bytes())
    ((stopped, started),) = run.pauses
    assert started - stopped == timedelta(seconds=21)
    first, last = run.timer_span
    assert last - first == timedelta(seconds=39)
    assert (~run.samples["is_timer_on"]).sum() == 1


def test_without_timer_events_pauses_are_unknown(fit):
    run = only(fit().file_id().record(0).record(1).session(0).bytes())
    assert run.pauses is None
    assert run.timer_span is None
    assert run.samples["is_timer_on"].all()


@pytest.mark.parametrize(
    ("offset_s", "known_s"),
    [(7200, 7200.0), (7153, 7200.0), (20700, 20700.0), (-14400, -14400.0), (-1_900_735, None), (1150, None)],
)
def test_the_local_offset_is_taken_where_some_place_has_it(fit, offset_s, known_s):
    run = fit().file_id().record(0).session(0)
    run.add(34, 6, f253=("u32", 1_140_000_000), f5=("u32", 1_140_000_000 + offset_s))
    assert only(run.bytes()).utc_offset_s == known_s


def test_a_multisport_file_gives_one_activity_for_each_session(fit):
    race = fit().file_id().timer(0, starts=True)
    for second in range(60):
        race.record(second)
    race.timer(59, starts=False).session(0, sport=2).session(20, sport=3).session(30, sport=1)
    bike, change, run = formats.read(race.bytes())
    assert [part.sport for part in (bike, change, run)] == ["cycling", "transition", "running"]
    assert [len(part.samples) for part in (bike, change, run)] == [20, 10, 30]
    assert [part.session_number for part in (bike, change, run)] == [0, 1, 2]
    assert bike.samples["cadence_spm"].isna().all()
    assert run.samples["cadence_spm"].eq(170).all()


def test_a_session_without_samples_does_not_cost_the_others(fit):
    race = fit().file_id().record(0).record(1).session(0, sport=1).session(500, sport=1)
    run, problem = formats.read(race.bytes())
    assert len(run.samples) == 2
    assert isinstance(problem, EmptyActivityError)


def test_chained_files_are_all_read(plain_run):
    first, second = formats.read(plain_run + plain_run)
    assert len(first.samples) == len(second.samples) == 20
    assert (first.session_number, second.session_number) == (0, 1)


def test_settings_chained_to_a_run_are_passed_over(plain_run, fit):
    assert len(formats.read(plain_run + fit().file_id(2).bytes())) == 1


def test_big_endian_files_read_the_same(fit, plain_run):
    run = fit(big_endian=True).file_id().timer(0, starts=True)
    for second in range(20):
        run.record(second)
    run = only(run.timer(19, starts=False).session(0).bytes())
    assert run.samples.equals(only(plain_run).samples)


def test_compressed_times_count_on_from_the_last_full_one(fit):
    run = fit().file_id().record(0)
    low = int.from_bytes(run.body[-8:-4], "little") & 31
    # Local type 2 carries a heart rate only; five bits of its message header count the seconds.
    run.body += bytes([0x42, 0, 0, 20, 0, 1, 3, 1, 0x02])
    for second in (1, 2, 33, 40):
        run.body += bytes([0xC0 | ((low + second) & 31), 150])
    times = only(run.session(0).bytes()).samples.index
    assert [(time - times[0]).total_seconds() for time in times] == [0, 1, 2, 33, 40]


def test_a_cut_file_keeps_all_before_the_cut(plain_run):
    run = only(plain_run[: len(plain_run) // 2])
    assert 5 <= len(run.samples) < 20
    assert run.repairs == ("cut off or never finished; what is there was read",)
    assert run.sport == ""


def test_a_file_that_was_never_finished_is_read(plain_run):
    run = only(plain_run[:4] + b"\0\0\0\0" + plain_run[8:-2])
    assert len(run.samples) == 20
    assert run.repairs == ("cut off or never finished; what is there was read",)


def test_a_wrong_checksum_is_noted_and_the_run_still_read(plain_run):
    run = only(plain_run[:-2] + b"\x12\x34")
    assert len(run.samples) == 20
    assert "checksum" in run.repairs[0]


def test_an_undefined_message_ends_the_reading_and_discredits_only_the_one_before(fit):
    run = fit().file_id()
    for second in range(5):
        run.record(second)
    where = 12 + len(run.body)  # counted in the file, its header included
    run.body += b"\x0d" + b"\0" * 20
    run = only(run.bytes())
    assert len(run.samples) == 4
    assert f"undefined message at byte {where};" in run.repairs[0]


def test_a_developer_field_of_another_size_than_its_description_says_costs_only_itself(fit):
    run = fit().file_id().add(207, 4, f3=("u8", 0))
    run.add(206, 5, f0=("u8", 0), f1=("u8", 7), f2=("u8", 0x88), f3=("text", b"Power"), f8=("text", b"Watts"))
    run.record(0, developer=((7, "3s", b"abc"),)).session(0)
    sample = only(run.bytes()).samples
    assert sample["heart_rate_bpm"].tolist() == [140.0]
    assert sample["power_w"].isna().all()


def test_bytes_that_are_no_number_of_their_type_are_missing(fit):
    run = fit().file_id().record(0, f7=("f32", 200.0)).record(1, f7=("f32", 0.5)).session(0)
    signalling = run.bytes().replace(struct.pack("<f", 0.5), bytes.fromhex("0000a07f"))
    assert only(signalling).samples["power_w"].fillna(-1.0).tolist() == [200.0, -1.0]


@pytest.mark.parametrize("time", [("f32", 1e30), ("f32", -5.0), ("s32", -1)])
def test_a_time_that_no_device_can_count_is_none(fit, time):
    run = fit().file_id().record(0).add(20, 6, f253=time, f3=("u8", 150)).session(0)
    activity = only(run.bytes())
    assert activity.samples["heart_rate_bpm"].tolist() == [140.0]
    assert "1 samples without a time were left out" in activity.repairs


@pytest.mark.parametrize("number", [20, 9999], ids=["known", "unknown"])
def test_a_field_whose_size_does_not_fit_its_type_costs_only_itself(fit, plain_run, number):
    run = fit().file_id()
    # uint32 declared one byte long, as COROS writes it; field 250 is in no profile.
    run.body += bytes([0x45, 0, 0, *number.to_bytes(2, "little"), 2, 250, 1, 0x86, 251, 0, 0x02, 5, 77])
    run.record(0).session(0)
    assert 1 <= len(only(run.bytes()).samples) <= 2


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_end_in_activities_or_a_file_error_never_in_anything_else(plain_run, seed):
    random = np.random.default_rng(seed)
    data = bytearray(plain_run)
    for at in random.integers(12, len(data), size=4):
        data[at] = random.integers(256)
    try:
        outcomes = formats.read(bytes(data))
    except FileError:
        return
    assert outcomes


@pytest.mark.parametrize(
    ("kind", "words"),
    [(2, "settings"), (5, "a workout"), (6, "a course"), (32, "daily monitoring"), (8, "locations")],
)
def test_files_that_are_no_activity_say_what_they_are(fit, kind, words):
    with pytest.raises(NotAnActivityError, match=words):
        formats.read(fit().file_id(kind).bytes())


def test_an_activity_without_samples_is_empty(fit):
    with pytest.raises(EmptyActivityError, match="records no samples"):
        formats.read(fit().file_id().session(0).bytes())


def test_a_header_alone_is_unreadable(fit):
    with pytest.raises(UnreadableError):
        formats.read(fit().bytes()[:12])


def test_the_user_profile_tells_resting_and_maximum_heart_rate(fit):
    run = fit().file_id().add(3, 4, f8=("u8", 48)).add(7, 5, f1=("u8", 188)).record(0).session(0)
    athlete = only(run.bytes()).athlete
    assert (athlete.resting_heart_rate_bpm, athlete.max_heart_rate_bpm) == (48.0, 188.0)


def test_what_another_encoder_writes_is_read_alike():
    builder = FitFileBuilder(auto_define=True)
    start_ms = 1_772_352_000_000
    file_id = FileIdMessage()
    file_id.type, file_id.time_created = FileType.ACTIVITY, start_ms
    builder.add(file_id)
    for second in range(15):
        record = RecordMessage()
        record.timestamp, record.position_lat, record.position_long = start_ms + 1000 * second, 48.0, 16.0
        record.distance, record.enhanced_speed, record.heart_rate, record.cadence = 3.0 * second, 3.0, 140, 85
        builder.add(record)
    session = SessionMessage()
    session.timestamp = session.start_time = start_ms
    session.sport = Sport.RUNNING
    builder.add(session)
    samples = only(builder.build().to_bytes()).samples
    assert samples["latitude_deg"].to_numpy() == pytest.approx(48.0, abs=1e-6)
    assert samples["distance_m"].iloc[-1] == pytest.approx(42.0)
    assert samples["cadence_spm"].eq(170).all()
    assert samples.index[0].timestamp() == start_ms / 1000


@pytest.mark.parametrize("uncounted_bytes", [0, 1 << 20])
def test_a_file_of_too_many_messages_is_read_up_to_there(fit, monkeypatch, uncounted_bytes):
    monkeypatch.setattr("loadwatch.formats.fit_walk.LARGEST_UNCOUNTED_BYTES", uncounted_bytes)
    monkeypatch.setattr("loadwatch.formats.fit_walk.MOST_MESSAGES", 10)
    run = fit().file_id()
    for second in range(20):
        run.record(second)
    activity = only(run.bytes())
    assert len(activity.samples) == 9
    assert "holds more than 10 messages; what came before was read" in activity.repairs


def test_a_file_of_too_many_definitions_is_read_up_to_there(fit, monkeypatch):
    monkeypatch.setattr("loadwatch.formats.fit_walk.MOST_DEFINITIONS", 3)
    run = fit().file_id().record(0).record(1).session(0)
    run.defined.clear()
    activity = only(run.record(2).bytes())
    assert len(activity.samples) == 2
    assert "holds more than 3 definitions; what came before was read" in activity.repairs


def test_a_file_too_large_to_be_fit_is_refused_unread(plain_run, monkeypatch):
    monkeypatch.setattr("loadwatch.formats.fit.LARGEST_BYTES", len(plain_run) - 1)
    with pytest.raises(UnreadableError, match="no FIT file is"):
        formats.read(plain_run)


def test_the_timer_may_start_before_the_first_sample_and_stop_after_the_last(fit):
    run = fit().file_id().timer(0, starts=True).record(5).record(20).timer(24, starts=False).session(0)
    first, last = only(run.bytes()).timer_span
    assert last - first == timedelta(seconds=24)


@pytest.mark.parametrize(
    ("stored", "name"),
    [(b"6 x 800 m", "6 x 800 m"), (b"", ""), ("Hügel".encode(), "Hügel"), (b"\x1b[2J\xff", "[2J\ufffd")],
)
def test_a_workouts_name_is_the_runs(fit, stored, name):
    run = fit().file_id().add(26, 4, f4=("enum", 1), f8=("text", stored)).timer(0, starts=True)
    for second in range(20):
        run.record(second)
    assert only(run.timer(19, starts=False).session(0).bytes()).name == name


def test_the_name_of_the_runner_is_no_name_of_the_run(fit, plain_run):
    run = fit().file_id().add(3, 4, f0=("text", b"Wilhelmina")).timer(0, starts=True)
    for second in range(20):
        run.record(second)
    assert "Wilhelmina" not in repr(only(run.timer(19, starts=False).session(0).bytes()))
    assert only(plain_run).name == ""
