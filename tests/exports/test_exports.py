"""Exports as people get them: Strava's, Garmin's and Apple's, as archives and unpacked."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from loadwatch import exports, formats, inspection, pipeline
from loadwatch import intake as reader
from loadwatch.errors import UnreadableError, UsageError
from loadwatch.exports import apple, strava
from loadwatch.settings import Settings
from loadwatch.sources import Label

SAMPLES = Path(__file__).parents[2] / "sample_activities"


def zipped(files) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def gpx(day: int, *, step_deg: float = 0.000027, kind: str = "") -> bytes:
    """Half an hour at one pace, 3 m/s if not told otherwise."""
    points = "".join(
        f'<trkpt lat="{48 + second * step_deg:.6f}" lon="16.0"><ele>200</ele>'
        f"<time>2026-03-{day:02d}T08:{second // 60:02d}:{second % 60:02d}Z</time></trkpt>"
        for second in range(0, 1800, 2)
    )
    label = f"<type>{kind}</type>" if kind else ""
    return (
        '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x">'
        f"<trk>{label}<trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


# Header and one row for a run and one for a hike, both of them at running pace.
LAYOUTS = {
    "English": """\
Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,\
Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight
1,"Mar 2, 2026, 8:00:00 AM",Morning Run,Run,"a, b
c",1800,5.4,,,false,,Shoes,activities/1.gpx.gz,
2,"Mar 3, 2026, 8:00:00 AM",Run,Hike,,1800,5.4,,,false,,,activities/2.gpx,
""",
    "before 2019": """\
id,date,name,type,description,elapsed_time,distance,commute,gear,filename
1,2026-03-02 08:00:00,Morning Run,Run,,1800,5400.0,false,,activities/1.gpx.gz
2,2026-03-03 08:00:00,Run,Hike,,1800,5400.0,false,,activities/2.gpx
""",
    "German": """\
Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,\
Distanz,Max. Herzfrequenz,Relative Leistung,Pendeln,Aktivitätsausrüstung,Dateiname,Art
1,"02.03.2026, 08:00:00",Lauf am Morgen,Lauf,,1800,"5,40",,,false,,activities/1.gpx.gz,
2,"03.03.2026, 08:00:00",Lauf,Wanderung,,1800,"5,40",,,false,,activities/2.gpx,
""",
    "Japanese": """\
アクティビティID,アクティビティ日,アクティビティ名,アクティビティの種類,説明,経過時間,距離,ファイル名
1,2026/03/02 8:00:00,朝のラン,ラン,,1800,5.4,activities/1.gpx.gz
2,2026/03/03 8:00:00,ラン,ハイキング,,1800,5.4,activities/2.gpx
""",
    "another order": """\
Filename;Title;Sport;When
activities/1.gpx.gz;Course du matin;Course à pied;2026-03-02
activities/2.gpx;Course à pied;Randonnée;2026-03-03
""",
}


@pytest.fixture(params=LAYOUTS)
def strava_export(request):
    manual = "3,,Typed in by hand,,,,,,,,,,,"
    return {
        "activities.csv": (LAYOUTS[request.param] + manual).encode("utf-8-sig"),
        "activities/1.gpx.gz": gzip.compress(gpx(2)),
        "activities/2.gpx": gpx(3),
        "media/1.jpg": b"\xff\xd8",
    }


def scan(path):
    history = pipeline.scan(path, as_of=date(2026, 3, 20))
    others = history.other_activities
    return dict(zip(history.runs["file"], history.runs["sport"], strict=True)), dict(
        zip(others["file"], others["sport"], strict=True)
    )


def unpack(files, folder):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_stravas_list_labels_files_without_a_label(strava_export, tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(zipped(strava_export))
    assert scan(path) == (
        {"export.zip/activities/1.gpx.gz": "running"},
        {"export.zip/activities/2.gpx": "hiking"},
    )


def test_an_unpacked_export_is_labelled_alike(strava_export, tmp_path):
    folder = unpack(strava_export, tmp_path / "export")
    expected = {"activities/1.gpx.gz": "running"}, {"activities/2.gpx": "hiking"}
    assert scan(folder) == expected
    assert scan(folder / "activities") == ({"1.gpx.gz": "running"}, {"2.gpx": "hiking"})


def test_the_files_own_label_comes_first(tmp_path):
    files = {
        "activities.csv": LAYOUTS["English"].encode(),
        "activities/2.gpx": gpx(3, kind="running"),
    }
    path = tmp_path / "export.zip"
    path.write_bytes(zipped(files))
    assert scan(path)[0] == {"export.zip/activities/2.gpx": "running"}


def test_a_member_is_inspected_and_read_as_the_scan_sees_it(tmp_path):
    files = {"activities.csv": LAYOUTS["German"].encode(), "activities/2.gpx": gpx(3)}
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({"all.zip": zipped(files)}))
    member = path / "all.zip/activities/2.gpx"
    (activity,) = inspection.file_facts(member, Settings())["activities"]
    assert activity["scan"]["sport"] == "hiking"
    assert len(reader.read_run(member)) == 900
    with pytest.raises(UnreadableError, match="name one of its files"):
        reader.read_run(path)
    with pytest.raises(UsageError, match=r"is not in export\.zip"):
        reader.read_run(path / "all.zip/activities/9.gpx")
    with pytest.raises(UsageError, match="no such file"):
        reader.read_run(tmp_path / "other.zip" / "activities/2.gpx")


def said(content):
    return dict(strava.labels(io.BytesIO(content.encode() if isinstance(content, str) else content)))


def test_titles_are_kept_for_who_asks():
    found = said(LAYOUTS["English"])
    assert found["activities/1.gpx.gz"] == Label("running", "", "Morning Run")


def test_a_title_names_what_the_file_leaves_unnamed():
    label = Label("hiking", "", "  Up the\nhill ")
    unnamed = gpx(1, kind="running")
    own = unnamed.replace(b"<trk>", b"<trk><name>Tempo</name>")
    named, kept = (exports.labelled(formats.read(data)[0], label) for data in (unnamed, own))
    assert (named.name, named.sport) == ("Up the hill", "running")
    assert kept.name == "Tempo"


def test_a_type_nobody_knows_is_left_to_pace():
    rows = [f"{n},d,n,{kind},activities/{n}.fit" for n, kind in enumerate(["Run", "Trail Run", "Padel"])]
    found = said("\n".join(rows))
    assert [(label.sport, label.sub_sport) for label in found.values()] == [
        ("running", ""),
        ("running", "trail"),
        ("", ""),
    ]


def test_columns_beyond_any_layout_are_not_looked_at():
    start = "1,a run,Run,activities/1.fit" + "," * 5000
    assert said(start + "activities/2.fit,Hike") == {"activities/1.fit": Label("running", "", "a run")}


@pytest.mark.parametrize(
    "content",
    ["", "a,b\n1,2\n", "1,activities/1.fit\n", "id,activities/1.fit,Übung am Morgen\n", b"\0\xff," * 99, '"'],
    ids=["empty", "another list", "no types", "words of no type", "binary", "open quote"],
)
def test_a_list_that_is_none_says_nothing(content):
    assert said(content) == {}


def test_no_type_is_listed_under_two_sports():
    every = [label for labels in strava.STRAVA_TYPES.values() for label in labels.split("|")]
    assert len(every) == len(set(every))
    assert [label for label in every if label != label.casefold()] == []


HEALTH = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST VisionPrescription brand CDATA #IMPLIED
<!ELEMENT Broken EMPTY>
]>
<HealthData locale="de_AT">
{records}
<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" sourceName="Watch\x0b">
 <MetadataEntry key="HKIndoorWorkout" value="0"/>
 <WorkoutRoute sourceName="Watch"><FileReference path="/workout-routes/route_1.gpx"/></WorkoutRoute>
</Workout>
<Workout workoutActivityType="HKWorkoutActivityTypeHiking">
 <WorkoutRoute><FileReference path="/workout-routes/route_2.gpx"/></WorkoutRoute>
</Workout>
</HealthData>
"""
RECORD = '<Record type="HKQuantityTypeIdentifierHeartRate" value="60"/>\n'


@pytest.fixture
def apple_export():
    return {
        "apple_health_export/Export.xml": HEALTH.format(records=RECORD * 40_000).encode(),
        "apple_health_export/export_cda.xml": b"<ClinicalDocument/>",
        "apple_health_export/workout-routes/route_1.gpx": gpx(2),
        "apple_health_export/workout-routes/route_2.gpx": gpx(3),
    }


def test_apples_routes_take_the_type_of_their_workout(apple_export, tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(zipped(apple_export))
    routes = "export.zip/apple_health_export/workout-routes"
    assert scan(path) == ({f"{routes}/route_1.gpx": "running"}, {f"{routes}/route_2.gpx": "hiking"})
    folder = unpack(apple_export, tmp_path / "health")
    routes = "apple_health_export/workout-routes"
    assert scan(folder) == ({f"{routes}/route_1.gpx": "running"}, {f"{routes}/route_2.gpx": "hiking"})


@pytest.mark.parametrize("records", [0, 1, 17_000, 17_001, 34_567])
def test_workouts_are_found_wherever_the_pieces_break(records, monkeypatch):
    content = HEALTH.format(records=RECORD * records).encode()
    for piece in (PIECE, 997, 10):
        monkeypatch.setattr(apple, "PIECE_BYTES", piece)
        found = dict(apple.labels(io.BytesIO(content)))
        assert [label.sport for label in found.values()] == ["running", "hiking"]
        if records > 1:
            break


PIECE = apple.PIECE_BYTES


def test_a_damaged_health_export_says_what_came_before():
    content = HEALTH.format(records=RECORD).encode()
    found = dict(
        apple.labels(io.BytesIO(content.replace(b"</Workout>\n<Workout", b"<<</Workout>\n<Workout")))
    )
    assert len(found) <= 1
    assert dict(apple.labels(io.BytesIO(content[: content.index(b"HKWorkoutActivityTypeHiking")]))) == {
        "workout-routes/route_1.gpx": Label("running")
    }


def test_entities_and_endless_elements_end():
    bomb = HEALTH.format(records=RECORD).replace('path="/workout-routes/route_1.gpx"', 'path="&lol;"')
    assert dict(apple.labels(io.BytesIO(bomb.encode()))) == {}
    endless = b'<HealthData><Workout workoutActivityType="' + bytes(b"x" * 20_000_000)
    assert dict(apple.labels(io.BytesIO(endless))) == {}


def test_garmins_export_gives_its_activities_and_counts_the_rest_quietly(tmp_path):
    workout, run = SAMPLES / "workout_4x1500.fit", SAMPLES / "2026-04-04_0900_easy.fit"
    part = zipped(
        {f"{number}.fit": workout.read_bytes() for number in range(50)} | {"run.fit": run.read_bytes()}
    )
    export = zipped(
        {
            "DI_CONNECT/DI-Connect-Fitness/summarizedActivities.json": b"[]",
            "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip": part,
            "customer_data/customer.json": b"{}",
        }
    )
    path = tmp_path / "garmin.zip"
    path.write_bytes(export)
    history = pipeline.scan(path)
    assert len(history.runs) == 1
    assert set(history.skipped["kind"]) == {"not_an_activity"}
    assert history.file_count == 51
    assert len(history.skipped) == 50


def test_progress_counts_members_as_they_come(tmp_path, strava_export):
    (tmp_path / "a.zip").write_bytes(zipped(strava_export))
    (tmp_path / "b.gpx").write_bytes(gpx(5))
    seen = []
    pipeline.scan(tmp_path, progress=lambda *step: seen.append(step))
    assert seen == [
        (0, 3, "a.zip"),
        (0, 3, "a.zip/activities/1.gpx.gz"),
        (1, 3, "a.zip/activities/2.gpx"),
        (2, 3, "b.gpx"),
        (3, 3, ""),
    ]


def test_a_list_that_cannot_be_read_costs_only_the_labels(strava_export, tmp_path):
    folder = unpack(strava_export, tmp_path / "export")
    (folder / "activities.csv").unlink()
    (folder / "activities.csv").mkdir()
    runs, others = scan(folder)
    assert (set(runs), others) == ({"activities/1.gpx.gz", "activities/2.gpx"}, {})
    assert exports.FolderLabels().of(folder / "activities/1.gpx.gz") is None
