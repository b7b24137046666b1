"""Each cause of a difference from the reference readers, in the smallest file that has it."""

from __future__ import annotations

import struct

import pytest

from loadwatch import formats, sources
from loadwatch.formats.reference.causes import (
    CAUSES,
    DEVELOPER_SCALE,
    DEVELOPER_TEXT,
    LONG_ARRAY,
    MISFIT,
    OLD_SPEED,
    UNEXPLAINED,
    UNNAMED_DEVELOPER_FIELD,
)
from loadwatch.formats.reference.compare import compare

DEVELOPER_ID, DESCRIPTION, HEART_BEATS, EVENT = 207, 206, 132, 21
LARGEST_BYTES = 3000
BYTE, UINT8, TEXT, UINT32 = 0x0D, 0x02, 0x07, 0x86


@pytest.fixture
def build(fit, plain_checksum):
    """A run of three records, and functions that add to it or rewrite its bytes."""

    def build(change, *rewritten: tuple[bytes, bytes]) -> bytes:
        run = fit().file_id()
        run.add(DEVELOPER_ID, 4, f3=("u8", 0))
        change(run)
        for second in range(3):
            run.record(second)
        content = run.session(0).bytes()[:-2]
        for before, after in rewritten:
            assert before in content
            content = content.replace(before, after)
        return content + struct.pack("<H", plain_checksum(content))

    return build


def described(run, base: int, name: bytes, units: bytes, *, scale: int = 1) -> None:
    """Declare developer field 7."""
    numbers = {"f0": ("u8", 0), "f1": ("u8", 7), "f2": ("u8", base), "f6": ("u8", scale)}
    run.add(DESCRIPTION, 5, **numbers, f3=("text", name), f8=("text", units))


def developer_text(run) -> None:
    described(run, TEXT, b"Title", b"String")
    run.record(3, developer=[(7, "8s", b"morning")])


def developer_scale(run) -> None:
    described(run, UINT8, b"Peak", b"l/kg", scale=10)
    run.record(3, developer=[(7, "B", 101)])


def unnamed_developer_field(run) -> None:
    described(run, UINT8, b"", b"doughnuts")
    run.record(3, developer=[(7, "B", 3)])


def misfit(run) -> None:
    run.add(EVENT, 6, f0=("enum", 9), f1=("enum", 3), f3=("u8", 5))


def heart_beats(run) -> None:
    run.add(HEART_BEATS, 6, f9=("u32", 1024))
    run.add(HEART_BEATS, 6, f10=("text", bytes(range(1, 17))))


FIT = [
    (DEVELOPER_TEXT, developer_text, [], ("record", "Title [String]", 0, 1)),
    (DEVELOPER_SCALE, developer_scale, [], ("record", "Peak [l/kg]", 1, 0)),
    (
        UNNAMED_DEVELOPER_FIELD,
        unnamed_developer_field,
        [],
        ("record", "unnamed_dev_field_7 [doughnuts]", 0, 1),
    ),
    (
        MISFIT,
        misfit,
        [(bytes([1, 1, 0, 3, 1, UINT8]), bytes([1, 1, 0, 3, 1, UINT32]))],
        ("event", "data", 0, 1),
    ),
    (
        LONG_ARRAY,
        heart_beats,
        [(bytes([10, 16, TEXT]), bytes([10, 16, BYTE]))],
        ("hr", "event_timestamp", 0, 1),
    ),
]


def differing(data: bytes) -> dict[tuple[str, str, int, int], set[str]]:
    """Causes of each field that is not the same: message, field, values that differ, and only there."""
    return {
        (one.message, one.field, one.differ, one.only_there): set(one.causes)
        for one in compare(data).fields
        if one.differences
    }


@pytest.mark.parametrize(
    ("cause", "change", "rewritten", "found"), FIT, ids=[example[0].name for example in FIT]
)
def test_a_fit_file_with_the_cause_differs_for_it_alone(build, cause, change, rewritten, found):
    assert differing(build(change, *rewritten)) == {found: {cause.name}}
    assert differing(build(lambda run: None)) == {}


def test_parts_of_a_field_that_another_gives_its_meaning_are_compared(build):
    """`data16` of an event is the low half of `data`, which is battery voltage here."""
    data = build(lambda run: run.add(EVENT, 6, f0=("enum", 11), f1=("enum", 3), f2=("u16", 65134)))
    (one,) = [one for one in compare(data).fields if (one.message, one.field) == ("event", "data")]
    assert (one.equal, one.differences) == (1, 0)


def test_samples_differ_for_the_cause_of_the_records_they_are_made_from(build):
    """Heart rate declared as four bytes in one, which python-fitparse takes for a byte."""
    data = build(lambda run: None, (bytes([3, 1, UINT8, 4, 1]), bytes([3, 1, UINT32, 4, 1])))
    assert differing(data) == {
        ("record", "heart_rate", 0, 3): {MISFIT.name},
        ("samples", "heart_rate_bpm", 0, 3): {MISFIT.name},
    }


def test_the_speed_of_gpx_1_0_in_gpx_1_1_is_read_by_us_alone(gpx):
    data = gpx(("9", [(second, None) for second in range(60)]))
    assert differing(data) == {}
    (one,) = [
        one for one in compare(data.replace(b"<ele>", b"<speed>3.5</speed><ele>")).fields if one.differences
    ]
    assert (one.message, one.field, one.only_here, set(one.causes)) == (
        "samples",
        "speed_mps",
        60,
        {OLD_SPEED.name},
    )


def test_every_cause_has_its_example():
    assert {cause.name for cause in CAUSES} == {example[0].name for example in FIT} | {OLD_SPEED.name}


def test_what_no_cause_explains_is_called_so(gpx):
    data = gpx(("9", [(second, None) for second in range(60)])).replace(b"170.5", b"high")
    assert set().union(*differing(data).values()) <= {UNEXPLAINED}


@pytest.mark.corpus
def test_no_difference_in_a_real_file_is_unexplained(corpus):
    small = [
        path
        for path in (corpus / "files").rglob("*")
        if path.is_file() and path.stat().st_size <= LARGEST_BYTES
    ]
    found = {}
    for path in sorted(small):
        for raw in sources.open_file(path, recognises=lambda head: formats.sniff(head) is not None):
            if isinstance(raw, sources.RawFile) and formats.sniff(raw.data):
                found[str(raw.name)] = {cause for one in compare(raw.data).fields for cause in one.causes}
    assert len(found) > 200
    assert [name for name, causes in found.items() if UNEXPLAINED in causes] == []
