"""Columns straight from FIT bytes, against what the format says and against fitparse."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from loadwatch.errors import FileError
from loadwatch.formats import fit as fast
from loadwatch.formats import fit_columns
from loadwatch.formats.checksum import checksum
from loadwatch.formats.reference import fit as reference

RECORD, DESCRIPTION = 20, 206


def records(content: bytes) -> fit_columns.Messages:
    (part,) = fit_columns.decode(content)
    return part.messages[RECORD]


def described(run, number: int, name: bytes, units: bytes, *, scale: int = 1):
    """Declare developer field 0/number as an unsigned byte."""
    fields = {"f0": ("u8", 0), "f1": ("u8", number), "f2": ("u8", 2), "f6": ("u8", scale)}
    return run.add(DESCRIPTION, 5, **fields, f3=("text", name), f8=("text", units))


@pytest.mark.parametrize("size", [0, 1, 2, 127, 128, 129, 256, 5000, 5001])
def test_checksum_of_many_blocks_is_that_of_the_bytes_in_turn(plain_checksum, size):
    data = random.Random(size).randbytes(size)  # noqa: S311 - a seeded test
    assert checksum(data) == plain_checksum(data)


def test_values_come_in_the_units_of_the_profile_and_missing_ones_as_nan(fit, fit_time):
    run = fit().file_id()
    for second, (altitude, distance) in enumerate([(2500, 0), (2505, 333), (0xFFFF, 0xFFFFFFFF)]):
        run.record(second, f2=("u16", altitude), f5=("u32", distance))
    read = records(run.bytes())
    np.testing.assert_array_equal(read.numbers("altitude"), [0.0, 1.0, np.nan])
    np.testing.assert_array_equal(read.numbers("distance"), [0.0, 3.33, np.nan])
    np.testing.assert_array_equal(read.numbers("timestamp"), [fit_time(0), fit_time(1), fit_time(2)])
    assert read.numbers("power") is None


def test_an_enhanced_field_is_filled_from_the_old_one(fit):
    read = records(fit().file_id().record(0, f6=("u16", 2750)).bytes())
    assert read.numbers("enhanced_speed").tolist() == [2.75]


def test_a_compressed_distance_counts_on_where_it_rolls_over(fit, plain_checksum):
    """Twelve bits of speed in cm/s, twelve of distance in sixteenths of a metre: 256 m a turn."""
    run = fit().file_id()
    for second, metres in enumerate([250, 255, 260, 515]):
        packed = 300 | (metres * 16 % 4096) << 12
        run.record(second, f6=("u16", 0xFFFF), f8=("text", packed.to_bytes(3, "little")))
    # A field of three bytes, which the builder knows as text of sixteen.
    content = run.bytes().replace(bytes([8, 16, 7]), bytes([8, 3, 13]))
    body = bytearray()
    rest = content[12:-2]
    for part in rest.split(b"\0" * 13):
        body += part
    head = struct.pack("<BBHI4s", 12, 0x20, 2100, len(body), b".FIT")
    read = records(head + bytes(body) + struct.pack("<H", plain_checksum(head + bytes(body))))
    np.testing.assert_allclose(read.numbers("distance"), [250, 255, 260, 515])
    np.testing.assert_allclose(read.numbers("speed"), 3.0)


def test_a_packed_field_beyond_all_bits_is_missing(fit):
    run = fit().file_id().add(20, 1, f6=("f32", 1e30)).add(20, 1, f6=("f32", 3000.0))
    np.testing.assert_array_equal(records(run.bytes()).numbers("enhanced_speed"), [np.nan, 3.0])


def test_messages_of_several_definitions_keep_their_order_in_the_file(fit, fit_time):
    run = fit().file_id()
    for second in range(6):
        extra = {"f7": ("u16", 200 + second)} if second % 2 else {}
        run.record(second, **extra)
    read = records(run.bytes())
    assert read.numbers("timestamp").tolist() == [fit_time(second) for second in range(6)]
    np.testing.assert_array_equal(read.numbers("power"), [np.nan, 201, np.nan, 203, np.nan, 205])


def test_messages_one_by_one_are_their_columns(fit, fit_time):
    run = fit().file_id()
    for second in range(4):
        extra = {"f7": ("u16", 0xFFFF if second == 3 else 200)} if second % 2 else {}
        run.record(second, f2=("u16", 2500 + 5 * second), **extra)
    read = records(run.bytes())
    whole = read.rows(("timestamp", "altitude", "power"))
    assert whole == [
        {"timestamp": fit_time(0), "altitude": 0.0},
        {"timestamp": fit_time(1), "altitude": 1.0, "power": 200.0},
        {"timestamp": fit_time(2), "altitude": 2.0},
        {"timestamp": fit_time(3), "altitude": 3.0},
    ]
    # A field that is another one's component is not read by itself.
    assert [row["enhanced_altitude"] for row in read.rows(("enhanced_altitude",))] == [0.0, 1.0, 2.0, 3.0]


def test_a_developer_field_means_what_was_last_described_before_it(fit):
    run = described(fit().file_id(), 7, b"Power", b"Watts")
    run.record(0, developer=[(7, "B", 200)])
    run.defined.clear()
    described(run, 7, b"Lean", b"Degrees")
    run.record(1, developer=[(7, "B", 4)])
    read = records(run.bytes())
    assert read.developer_names() == {"Power [Watts]", "Lean [Degrees]"}
    np.testing.assert_array_equal(read.developer("Power [Watts]"), [200, np.nan])
    np.testing.assert_array_equal(read.developer("Lean [Degrees]"), [np.nan, 4])


def test_text_is_read_up_to_its_end(fit):
    run = described(fit().file_id(), 1, b"Form Power", b"W\0tts")
    (part,) = fit_columns.decode(run.bytes())
    assert part.messages[DESCRIPTION].texts(3) == ["Form Power"]
    assert part.messages[DESCRIPTION].texts(8) == ["W"]


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_read_as_the_reference_reads_them(plain_run, fit, seed):
    """Bytes cut off anywhere: samples before the cut are the same for both."""
    generator = random.Random(seed)  # noqa: S311 - a seeded test
    cut = plain_run[: generator.randrange(14, len(plain_run))]
    outcomes = []
    for reader in (fast, reference):
        try:
            outcomes.append(reader.read(cut)[0])
        except FileError as error:
            outcomes.append(error)
    ours, theirs = outcomes
    if isinstance(theirs, FileError):
        assert (type(ours), str(ours)) == (type(theirs), str(theirs))
    else:
        assert ours.samples.equals(theirs.samples)
        assert ours.repairs == theirs.repairs


@pytest.mark.parametrize("seed", range(200))
def test_flipped_bytes_end_in_an_activity_or_a_file_error(plain_run, seed):
    generator = random.Random(seed)  # noqa: S311 - a seeded test
    content = bytearray(plain_run)
    for _ in range(generator.randint(1, 20)):
        content[generator.randrange(len(content))] = generator.randrange(256)
    try:
        outcomes = fast.read(bytes(content))
    except FileError:
        return
    assert outcomes


def test_a_field_called_timestamp_is_read_under_the_number_that_the_profile_gives_it(fit):
    """Only `set` (225) numbers it 254."""
    (part,) = fit_columns.decode(fit().add(225, 1, f254=("u32", 1000)).add(21, 2, f253=("u32", 2000)).bytes())
    assert part.messages[225].numbers("timestamp").tolist() == [1000]
    assert part.messages[21].numbers("timestamp").tolist() == [2000]
