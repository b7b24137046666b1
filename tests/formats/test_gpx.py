from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from loadwatch import formats
from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError

if TYPE_CHECKING:
    from loadwatch.formats.activity import Activity

HEART = "<tpx:hr>150</tpx:hr><tpx:cad>84</tpx:cad><tpx:atemp>11</tpx:atemp>"
MINUTE = [(second, HEART) for second in range(60)]


def only(data: bytes) -> Activity:
    (activity,) = formats.read(data)
    assert not isinstance(activity, FileError)
    return activity


def test_a_run_is_read_with_its_extensions(gpx):
    run = only(gpx(("running", MINUTE), creator="Garmin Connect"))
    assert (run.format, run.sport, run.device) == ("gpx", "running", "Garmin Connect")
    sample = run.samples.iloc[10]
    assert sample["latitude_deg"] == pytest.approx(48.0003)
    assert (sample["altitude_m"], sample["heart_rate_bpm"], sample["temperature_degc"]) == (170.5, 150, 11)
    assert run.samples["cadence_spm"].eq(168).all()
    assert run.samples["distance_m"].isna().all()
    assert run.pauses is None


def test_cadence_is_judged_by_the_speed_between_positions(gpx):
    both_legs = [(second, "<tpx:cad>168</tpx:cad>") for second in range(60)]
    assert only(gpx(("", both_legs))).cadence_source == "kept: median 168 per minute is both legs"


@pytest.mark.parametrize(
    ("extra", "column", "value"),
    [
        ("<power>251</power>", "power_w", 251),
        ('<p:power xmlns:p="http://example.org/power">251</p:power>', "power_w", 251),
        ("<tpx:speed>3.25</tpx:speed>", "speed_mps", 3.25),
        ('<q:heartrate xmlns:q="urn:other">149</q:heartrate>', "heart_rate_bpm", 149),
        ("<distance>12.5</distance>", "distance_m", 12.5),
    ],
)
def test_extensions_are_known_by_their_local_name_in_any_namespace(gpx, extra, column, value):
    assert only(gpx(("9", [(0, extra)]))).samples[column].tolist() == [value]


def test_gaps_between_segments_are_pauses(gpx):
    run = only(gpx(("9", [(0, None), (1, None)], [(61, None), (62, None)])))
    ((stopped, started),) = run.pauses
    assert started - stopped == timedelta(minutes=1)
    assert len(run.samples) == 4


def test_segments_of_one_and_the_same_time_are_read(gpx):
    run = only(gpx(("9", [(0, "<hr>140</hr>")], [(0, "<hr>141</hr>")])))
    assert run.pauses == ()


def test_tracks_of_one_sport_within_three_hours_are_one_activity(gpx):
    assert len(formats.read(gpx(("9", [(0, None)]), ("9", [(7200, None)])))) == 1


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(("9", [(11_000, None)]), id="over three hours later"),
        pytest.param(("10", [(60, None)]), id="another sport"),
        pytest.param(("9", [(0, None)]), id="at the same time"),
    ],
)
def test_other_tracks_are_activities_of_their_own(gpx, later):
    first, second = formats.read(gpx(("9", [(0, None), (30, None)]), later))
    assert (first.session_number, second.session_number) == (0, 1)


def test_times_without_a_zone_are_utc_and_noted(gpx):
    run, local = only(gpx(("9", MINUTE))), only(gpx(("9", MINUTE), zone=""))
    assert local.samples.index.equals(run.samples.index)
    assert local.repairs == ("times without a zone were taken as UTC",)


def test_times_of_another_zone_become_utc(gpx):
    run, local = only(gpx(("9", MINUTE))), only(gpx(("9", MINUTE), zone="+02:00"))
    assert (run.samples.index - local.samples.index == timedelta(hours=2)).all()


def test_a_point_without_a_time_is_left_out_and_noted(gpx):
    run = only(gpx(("9", [(0, None), (None, None), (2, None)])))
    assert len(run.samples) == 2
    assert run.repairs == ("1 points without a time were left out",)


def test_absurd_years_are_read_as_they_stand(gpx):
    data = gpx(("9", MINUTE)).replace(b"2026-", b"7493-")
    assert only(data).samples.index[0].year == 7493


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e400", "4e9"])
def test_a_number_that_no_device_can_measure_is_missing(gpx, number):
    samples = only(gpx(("9", MINUTE)).replace(b"16.0", number.encode())).samples
    assert samples["longitude_deg"].isna().all()
    assert samples["latitude_deg"].notna().all()


def test_a_treadmill_run_without_positions_is_read(gpx):
    data = gpx(("9", MINUTE)).replace(b'lon="16.0"', b"")
    data = b"".join(piece[piece.find(b">") :] if n else piece for n, piece in enumerate(data.split(b" lat=")))
    run = only(data)
    assert run.samples["latitude_deg"].isna().all()
    assert run.samples["heart_rate_bpm"].eq(150).all()


def test_a_cut_file_keeps_every_whole_point(gpx):
    data = gpx(("9", MINUTE))
    run = only(data[: len(data) // 2])
    assert 20 < len(run.samples) < 40
    assert run.repairs == ("cut off or damaged; all points before that were read",)


def test_damage_in_the_middle_keeps_every_point_before_it(gpx):
    data = gpx(("9", MINUTE)).replace(b"</trkpt>", b"</trkpt>\n")
    broken = data.replace(b'<trkpt lat="48.000900"', b"<trkpt <<<")
    assert len(only(broken).samples) == 30


@pytest.mark.parametrize(
    ("inner", "error", "words"),
    [
        ('<trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk>', NotAnActivityError, "no times: a route"),
        ('<rte><rtept lat="1" lon="2"/></rte>', NotAnActivityError, "waypoints or a route"),
        ('<wpt lat="1" lon="2"/>', NotAnActivityError, "waypoints or a route"),
        ("<trk><trkseg/></trk>", EmptyActivityError, "records no samples"),
        ("<trk><trkseg>", UnreadableError, "no sound XML"),
    ],
)
def test_what_is_no_recording_says_why(inner, error, words):
    end = "" if inner == "<trk><trkseg>" else "</gpx>"
    with pytest.raises(error, match=words):
        formats.read(f'<gpx version="1.1" creator="x">{inner}{end}'.encode())


def test_extensions_of_a_segment_are_not_its_last_points(gpx):
    data = gpx(("9", [(0, None), (1, None)])).replace(
        b"</trkseg>", b"<extensions><distance>1000</distance></extensions></trkseg>"
    )
    assert only(data).samples["distance_m"].isna().all()


def test_the_first_value_of_a_point_that_is_a_number_counts(gpx):
    twice = "<hr> </hr><tpx:hr>150</tpx:hr><hr>190</hr>"
    data = gpx(("9", [(0, "<hr>140</hr>"), (1, None), (2, twice), (3, None)]))
    assert only(data).samples["heart_rate_bpm"].fillna(0).tolist() == [140, 0, 150, 0]


@pytest.mark.parametrize(
    "text",
    ["1<!-- a comment -->50", "<![CDATA[150]]>", "&#49;50", "\n  150\n", "150<unknown>7</unknown>9"],
)
def test_a_number_is_read_however_xml_writes_it(gpx, text):
    run = only(gpx(("9", [(0, f"<hr>{text}</hr>"), (1, "<hr>151</hr>")])))
    assert run.samples["heart_rate_bpm"].tolist() == [150, 151]


@pytest.mark.parametrize("line", ["", "\n", "&#49;", "<!-- x -->", "<b/>", "\u00e9"])
def test_a_text_of_many_pages_does_not_shift_the_points_after_it(gpx, line):
    run = only(gpx(("9", [(0, f"<hr>{('9' * 99 + line) * 2000}</hr>"), (1, HEART), (2, HEART)])))
    assert run.samples["heart_rate_bpm"].fillna(0).tolist() == [0, 150, 150]


@pytest.mark.parametrize("creator", ["A watch", "Läuferuhr"])
@pytest.mark.parametrize("comment", ["", "<!-- 1 -->"])
def test_points_of_a_long_file_keep_their_values_wherever_it_is_cut_into_pieces(gpx, creator, comment):
    points = [(second, f"<hr>1{comment}{second % 90:02}</hr>") for second in range(6000)]
    run = only(gpx(("9", points), creator=creator))
    assert run.samples["heart_rate_bpm"].tolist() == [100 + second % 90 for second in range(6000)]


def test_a_text_longer_than_a_piece_does_not_shift_the_points_after_it(gpx):
    run = only(gpx(("9", [(0, f"<hr>{'9' * 2_000_000}</hr>"), (1, HEART), (2, HEART)])))
    assert run.samples["heart_rate_bpm"].fillna(0).tolist() == [0, 150, 150]


def test_what_nests_too_deep_ends_the_file_there(gpx):
    data = gpx(("9", MINUTE)).replace(b"</gpx>", b"<a>" * 5000 + b"</a>" * 5000 + b"</gpx>")
    assert only(data).repairs == ("cut off or damaged; all points before that were read",)
    with pytest.raises(UnreadableError, match="nested over 100 deep"):
        formats.read(b"<gpx>" + b"<a>" * 5000)


def test_more_kinds_of_element_than_anyone_uses_end_the_file_there(gpx):
    names = "".join(f"<n{n}/>" for n in range(20_000))
    run = only(gpx(("9", [(0, None), (1, names), (2, None)])))
    assert len(run.samples) == 1
    assert "cut off or damaged" in run.repairs[0]


def test_more_points_than_anyone_records_end_the_file_there(gpx, monkeypatch):
    monkeypatch.setattr("loadwatch.formats.points.MOST_POINTS", 3000)
    run = only(gpx(("9", [(second, None) for second in range(10_000)])))
    assert 3000 <= len(run.samples) < 6000
    assert "cut off or damaged" in run.repairs[0]


def test_a_comment_of_megabytes_ends_the_file_there(gpx):
    data = gpx(("9", MINUTE)).replace(b"</gpx>", b"<!--" + b"<a> " * 2_500_000 + b"--></gpx>")
    run = only(data)
    assert len(run.samples) == 60
    assert run.repairs == ("cut off or damaged; all points before that were read",)


def test_letters_beyond_ascii_and_bytes_that_are_no_letters_cost_no_point(gpx):
    data = gpx(("9", MINUTE), creator="Läuferuhr").replace(b"<trk>", b"<trk><name>\xe4\xf6</name>")
    run = only(data)
    assert (len(run.samples), run.device, run.repairs) == (60, "Läuferuhr", ())


@pytest.mark.parametrize(
    ("creator", "device"),
    [
        ("Some App -- https://example.org/app", "Some App"),
        ("Some App - http://example.org", "Some App"),
        ("Some App http://example.org with GPS", "Some App with GPS"),
        ("https://example.org", "https://example.org"),
        ("Some" + " " * 100_000 + "App", "Some App"),
    ],
)
def test_the_device_is_the_creator_without_addresses_and_long_blanks(gpx, creator, device):
    assert only(gpx(("9", MINUTE), creator=creator)).device == device


def test_reading_gpx_and_tcx_needs_neither_gpxpy_nor_an_xml_tree():
    code = "import sys, loadwatch.formats; print({'gpxpy', 'xml.etree.ElementTree'} & set(sys.modules) or '')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_track_has_its_name_in_one_short_line(gpx):
    data = gpx(("running", MINUTE)).replace(
        b"<trk>", b"<trk><name> Hill\n\xe2\x80\xae repeats &amp; more </name>"
    )
    assert only(data).name == "Hill repeats & more"
    assert only(gpx(("running", MINUTE))).name == ""
    long = gpx(("running", MINUTE)).replace(b"<trk>", b"<trk><name>" + b"a" * 10_000 + b"</name>")
    assert only(long).name == "a" * 79 + "…"


def test_the_name_of_a_waypoint_or_of_the_file_is_not_a_tracks(gpx):
    named = b"<metadata><name>All my runs</name></metadata><wpt lat='1' lon='2'><name>Home</name></wpt><trk>"
    assert only(gpx(("running", MINUTE)).replace(b"<trk>", named)).name == ""
