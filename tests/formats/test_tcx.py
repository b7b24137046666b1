from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from loadwatch import formats
from loadwatch.errors import EmptyActivityError, FileError, NotAnActivityError, UnreadableError

if TYPE_CHECKING:
    from loadwatch.formats.activity import Activity

MINUTE = range(60)


def only(data: bytes) -> Activity:
    (activity,) = formats.read(data)
    assert not isinstance(activity, FileError)
    return activity


def test_a_run_is_read_with_its_extensions(tcx):
    run = only(tcx(("Running", [MINUTE])))
    assert (run.format, run.sport, run.device, run.has_barometer) == (
        "tcx",
        "running",
        "Forerunner 310XT",
        False,
    )
    sample = run.samples.iloc[10]
    assert (sample["heart_rate_bpm"], sample["speed_mps"], sample["distance_m"]) == (151, 3.0, 30)
    assert run.cadence_source == "doubled: median 86 per minute is one leg"
    assert run.samples["cadence_spm"].eq(172).all()


def test_cadence_of_a_bicycle_is_no_cadence_of_steps(tcx):
    ride = only(tcx(("Biking", [MINUTE])))
    assert ride.sport == "cycling"
    assert ride.samples["cadence_spm"].isna().all()


def test_plain_cadence_of_a_run_counts_too(tcx):
    data = tcx(("Running", [MINUTE])).replace(b"x:RunCadence", b"Cadence")
    assert only(data).samples["cadence_spm"].eq(172).all()


def test_any_prefix_will_do(tcx):
    data = tcx(("Running", [MINUTE])).replace(b"x:", b"ns3:").replace(b"xmlns:x", b"xmlns:ns3")
    assert only(data).samples["speed_mps"].eq(3.0).all()


def test_gaps_between_the_tracks_of_a_lap_are_pauses(tcx):
    run = only(tcx(("Running", [range(10), range(40, 50)], [range(50, 60)])))
    ((stopped, started),) = run.pauses
    assert started - stopped == timedelta(seconds=31)


def test_laps_alone_say_nothing_of_pauses(tcx):
    assert only(tcx(("Running", [range(10)], [range(10, 20)]))).pauses is None


def test_lap_totals_go_to_the_device_totals_only(tcx):
    totals = only(tcx(("Running", [range(10)], [range(10, 20)]))).totals
    assert (totals.distance_m, totals.timer_s) == (360, 120)


def test_each_activity_of_a_multisport_session_is_read(tcx):
    bike, run = formats.read(tcx(("Biking", [range(10)]), ("Running", [range(10, 20)])))
    assert [bike.sport, run.sport] == ["cycling", "running"]
    assert [bike.session_number, run.session_number] == [0, 1]


def test_an_activity_without_samples_does_not_cost_the_other(tcx):
    run, problem = formats.read(tcx(("Running", [MINUTE]), ("Running", [[]])))
    assert len(run.samples) == 60
    assert isinstance(problem, EmptyActivityError)


@pytest.mark.parametrize(
    "head", ["          <?xml version='1.0'?>", "\ufeff<?xml version='1.0'?>\n", "", "<!-- x -->"]
)
def test_blanks_marks_and_comments_before_the_document_do_no_harm(tcx, head):
    assert len(only(tcx(("Running", [MINUTE]), head=head)).samples) == 60


def test_a_damaged_file_keeps_what_came_before(tcx):
    data = tcx(("Running", [MINUTE]))
    run = only(data[: len(data) // 2])
    assert 20 < len(run.samples) < 40
    assert "cut off or damaged" in run.repairs[0]


def test_trackpoints_without_a_time_are_left_out_and_noted(tcx):
    data = tcx(("Running", [MINUTE])).replace(b"<Time>2026-03-01T08:00:05Z</Time>", b"<Time>soon</Time>")
    run = only(data)
    assert len(run.samples) == 59
    assert run.repairs == ("1 points without a time were left out",)


@pytest.mark.parametrize(
    ("inner", "error", "words"),
    [
        ("<Courses><Course/></Courses>", NotAnActivityError, "a course"),
        ("<Workouts/>", NotAnActivityError, "a workout"),
        ("", EmptyActivityError, "records no samples"),
        ("<Activities>", UnreadableError, "no sound XML"),
    ],
)
def test_what_is_no_recording_says_why(inner, error, words):
    with pytest.raises(error, match=words):
        formats.read(f"<TrainingCenterDatabase>{inner}</TrainingCenterDatabase>".encode())


def test_a_distance_inside_a_laps_extensions_is_not_the_laps(tcx):
    data = tcx(("Running", [MINUTE])).replace(
        b"</TotalTimeSeconds>",
        b"</TotalTimeSeconds><Extensions><LX><DistanceMeters>9</DistanceMeters></LX></Extensions>",
    )
    assert only(data).totals.distance_m == 180


def test_course_points_beside_an_activity_are_not_its_points(tcx):
    course = b"<Courses><Course><Track><Trackpoint><Time>2026-03-01T09:00:00Z</Time></Trackpoint></Track>"
    data = tcx(("Running", [MINUTE])).replace(b"<Activities>", course + b"</Course></Courses><Activities>")
    assert len(only(data).samples) == 60


def test_an_open_trackpoint_is_dropped_and_every_whole_one_kept(tcx):
    data = tcx(("Running", [MINUTE]))
    at = data.index(b"<Time>2026-03-01T08:00:30Z")
    assert len(only(data[: at + 40]).samples) == 30


def test_the_first_line_of_an_activitys_notes_is_its_name(tcx):
    data = tcx(("Running", [MINUTE])).replace(b"<Creator>", b"<Notes>Long run\nfelt well</Notes><Creator>")
    assert only(data).name == "Long run"


def test_notes_of_a_lap_are_not_its_name(tcx):
    data = tcx(("Running", [MINUTE])).replace(b"</Lap>", b"<Notes>Lap one</Notes></Lap>")
    assert only(data).name == ""
    assert only(tcx(("Running", [MINUTE]))).name == ""
