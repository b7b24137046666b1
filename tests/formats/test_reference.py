"""The readers beside the libraries they are measured against: where both agree, and why where not."""

from __future__ import annotations

import csv
import random
import re

import numpy as np
import pytest

from loadwatch import sources
from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError
from loadwatch.formats import gpx as gpx_reader
from loadwatch.formats import tcx as tcx_reader
from loadwatch.formats.reference import gpx as gpx_reference
from loadwatch.formats.reference import tcx as tcx_reference

PAIRS = {"gpx": (gpx_reader, gpx_reference), "tcx": (tcx_reader, tcx_reference)}
FACTS = (
    "format",
    "sport",
    "sub_sport",
    "device",
    "pauses",
    "timer_span",
    "has_barometer",
    "cadence_source",
    "repairs",
)
HEART = "<tpx:hr>150</tpx:hr><tpx:cad>84</tpx:cad>"
MINUTE = [(second, HEART) for second in range(60)]
LARGEST_BYTES = 30_000


def told(read, data):
    """What a reader makes of a file, as text and arrays that can be compared."""
    try:
        outcomes = read(data)
    except FileError as error:
        # Gpxpy counts columns without the first namespace.
        return [(type(error), re.sub(r"column \d+", "", str(error)))]
    return [
        (type(outcome), str(outcome))
        if isinstance(outcome, FileError)
        else (
            [getattr(outcome, fact) for fact in FACTS],
            repr(outcome.totals),
            outcome.samples.index.asi8.tolist(),
            outcome.samples.dtypes.to_dict(),
            outcome.samples.to_numpy(dtype=np.float64),
        )
        for outcome in outcomes
    ]


def agree(data, kind="gpx"):
    reader, reference = PAIRS[kind]
    ours, theirs = told(reader.read, data), told(reference.read, data)
    if len(ours) != len(theirs):
        return False
    for one, other in zip(ours, theirs, strict=True):
        if one[:4] != other[:4] or not np.array_equal(one[4:], other[4:], equal_nan=len(one) > 2):
            return False
    return True


@pytest.mark.parametrize(
    "tracks",
    [
        pytest.param([("9", MINUTE)], id="one track"),
        pytest.param([("9", MINUTE, [(100, None), (101, HEART)])], id="segments"),
        pytest.param([("9", MINUTE), ("9", [(200, None)]), ("1", [(300, None)])], id="tracks"),
        pytest.param([("9", [(0, None), (None, HEART), (2, None)]), ("9", [(None, None)])], id="untimed"),
        pytest.param([("9", [], [(5, None)], [])], id="empty segments"),
        pytest.param([("9",)], id="no points"),
    ],
)
@pytest.mark.parametrize("zone", ["Z", "", "+02:00", ".250Z"])
def test_both_read_the_same_from_gpx(gpx, tracks, zone):
    assert agree(gpx(*tracks, zone=zone))


@pytest.mark.parametrize("cut", range(0, 9000, 311))
def test_both_keep_the_same_of_a_cut_file(gpx, tcx, cut):
    assert agree(gpx(("9", MINUTE))[:cut] + b"<")
    assert agree(tcx(("Running", [range(30)], [range(40, 60)]))[:cut] + b"<", "tcx")


@pytest.mark.parametrize(
    "activities",
    [
        pytest.param([("Running", [range(60)])], id="one lap"),
        pytest.param([("Running", [range(10), range(40, 50)], [range(50, 60)])], id="pauses"),
        pytest.param([("Biking", [range(10)]), ("Running", [range(10, 20)], [])], id="multisport"),
        pytest.param([("Running", [[]])], id="no points"),
        pytest.param([], id="no activity"),
    ],
)
def test_both_read_the_same_from_tcx(tcx, activities):
    assert agree(tcx(*activities), "tcx")


# What gpxpy passes over or refuses, and we read: the cause, what to change in a sound file, with what.
POINT = b'<trkpt lat="48.000000" lon="16.0">'
DIFFERENCES = [
    pytest.param(POINT, POINT + b"<speed>3.5</speed>", id="GPX 1.1 with the speed of 1.0"),
    pytest.param(b'version="1.1"', b'version="1.0"', id="GPX 1.0 with type and extensions"),
    pytest.param(b'lat="48.000000"', b'lat="north"', id="a position that is no number"),
    pytest.param(b"170.5", b"high", id="an altitude that is no number"),
    pytest.param(POINT, POINT + b"<sat>9.5</sat>", id="a value outside the standard"),
    pytest.param(b'lat="48.000000" ', b"", id="half a position"),
    pytest.param(b"<tpx:hr>", b"<ns9:hr>", id="a prefix without its namespace, opened"),
    pytest.param(b"xmlns:tpx", b"xmlns:gone", id="a prefix without its namespace"),
    pytest.param(b"<time>", b"<time> ", id="blanks around a time"),
    pytest.param(
        b"</extensions></trkpt>",
        b"</extensions><extensions><hr>1</hr><power>250</power></extensions></trkpt>",
        id="two extensions in a point",
    ),
]


@pytest.mark.parametrize(("before", "after"), DIFFERENCES)
def test_what_only_ours_reads(gpx, before, after):
    data = gpx(("9", MINUTE))
    changed = data.replace(before, after)
    if b"<ns9" in after:
        changed = changed.replace(b"</tpx:hr>", b"</ns9:hr>")
    assert before in data
    assert agree(data)
    assert not agree(changed)
    (run,) = gpx_reader.read(changed)
    assert run.sport == "running"
    assert run.samples["heart_rate_bpm"].eq(150).all()
    assert run.samples["latitude_deg"].notna().sum() >= 59
    assert len(run.samples) == 60
    assert run.repairs == ()


def test_a_prefix_on_every_element_is_read(gpx):
    data = gpx(("9", MINUTE)).replace(b"xmlns=", b"xmlns:g=")
    for name in (b"trk", b"trkseg", b"trkpt", b"time", b"ele", b"type", b"extensions", b"gpx"):
        data = data.replace(b"<%s>" % name, b"<g:%s>" % name).replace(b"<%s " % name, b"<g:%s " % name)
        data = data.replace(b"</%s>" % name, b"</g:%s>" % name)
    (run,) = gpx_reader.read(data)
    assert len(run.samples) == 60
    with pytest.raises(EmptyActivityError):
        gpx_reference.read(data)


def test_a_position_that_is_no_number_is_refused_by_gpxpy_alone():
    data = b'<gpx><trk><trkseg><trkpt lat="north" lon="2"/></trkseg></trk></gpx>'
    with pytest.raises(UnreadableError, match="not GPX"):
        gpx_reference.read(data)
    with pytest.raises(NotAnActivityError, match="no times"):
        gpx_reader.read(data)


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_damage_of_any_kind_ends_in_activities_or_a_reason(gpx, tcx, kind):
    dice = random.Random(7)  # noqa: S311 - the same damage every time
    sound = gpx(("9", MINUTE), ("9", [(90, None)])) if kind == "gpx" else tcx(("Running", [range(40)]))
    pieces = [
        b"<trkpt>",
        b"</trkpt>",
        b"<Lap>",
        b"</Track>",
        b"<!--",
        b"<![CDATA[",
        b"&x;",
        b"\xff",
        b"9" * 400,
    ]
    for _ in range(400):
        data = bytearray(sound)
        for _ in range(dice.choice([1, 2, 8])):
            at = dice.randrange(len(data))
            data[at : at + dice.choice([0, 1, 50])] = dice.choice([*pieces, bytes([dice.randrange(256)])])
        told(PAIRS[kind][0].read, bytes(data[: dice.choice([len(data), dice.randrange(len(data))])]))


@pytest.mark.corpus
def test_both_read_the_same_from_real_files(corpus):
    with (corpus / "manifest.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["format"] in PAIRS]
    small = [row for row in rows if int(row["size"]) <= LARGEST_BYTES]
    assert len(small) > 100
    differing = []
    for row in small:
        try:
            data = sources.read(corpus / "files" / row["path"]).data
        except FileError:
            continue
        if not agree(data, row["format"]):
            differing.append(data)
    # GPX 1.1 with the speed of 1.0, as above.
    assert all(b"<speed>" in data for data in differing)
    assert len(differing) <= 1
