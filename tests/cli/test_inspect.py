"""What `inspect` tells of files, members, archives, and of both readers on one file."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile

import pytest

from loadwatch import sources
from loadwatch.formats import fit_columns

SAMPLES = "sample_activities"


@pytest.fixture(scope="session")
def samples(pytestconfig):
    """The folder of committed samples."""
    return pytestconfig.rootpath / SAMPLES


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.fixture
def export(tmp_path, samples, one_run):
    """An archive as people get them: runs, a workout, an archive inside, a photo, and a broken file."""
    workout = (samples / "workout_4x1500.fit").read_bytes()
    hike = (samples / "2026-04-17_1000_hike.fit").read_bytes()
    path = tmp_path / "export.zip"
    path.write_bytes(
        zipped(
            {
                "photo.jpg": b"\xff\xd8",
                "activities/1.gpx": one_run,
                "activities/2.gpx": one_run,
                "activities/3.fit": b"",
                "plans/1.fit": workout,
                "inner.zip": zipped({"deep/4.fit": hike}),
            }
        )
    )
    return path


def test_json_tells_what_the_text_tells(loadwatch, samples):
    done = loadwatch("inspect", "--json", samples / "2026-05-26_1810_trial.fit")
    assert done.code == 0
    told = json.loads(done.text)
    assert (told["format_version"], told["format"], told["opened"]) == (1, "fit", [])
    assert told["messages"]["record"] > told["messages"]["session"] == 1
    (activity,) = told["activities"]
    assert activity["sample_count"] == told["messages"]["record"]
    assert activity["fields_pct"]["heart_rate_bpm"] > 90
    assert activity["scan"] == {"is_counted": True, "sport": "running", "kind": "", "reason": ""}
    assert activity["run"]["distance_m"] == pytest.approx(9000, abs=50)
    assert activity["run"]["run_id"] == told["digest"][:12]


def test_of_several_sessions_each_is_told(loadwatch, tmp_path, one_run):
    later = one_run.replace(b"2026-04-05T", b"2026-04-09T")
    track = later[later.index(b"<trk>") : later.index(b"</gpx>")]
    (tmp_path / "two.gpx").write_bytes(one_run.replace(b"</gpx>", track + b"</gpx>"))
    done = loadwatch("inspect", tmp_path / "two.gpx")
    assert done.lines[0] == "two.gpx: 2 activities"
    assert [line for line in done.lines if line.startswith("Part")] == ["Part 1", "Part 2"]
    assert [line[12:22] for line in done.lines if line.startswith("start")] == ["2026-04-05", "2026-04-09"]


def test_a_file_without_activity_is_told_by_what_it_is(loadwatch, samples):
    done = loadwatch("inspect", samples / "workout_4x1500.fit")
    assert done.code == 1
    assert done.lines[0] == "workout_4x1500.fit: a workout"
    assert "workout_step 2" in done.text
    assert "it holds a workout, not an activity" in done.text
    assert "the runs lie in other files" in done.text
    told = json.loads(loadwatch("inspect", "--json", samples / "workout_4x1500.fit").text)
    assert told["scan"] == {
        "is_counted": False,
        "sport": "",
        "kind": "not_an_activity",
        "reason": "holds a workout, not an activity",
    }
    assert told["activities"] == []


@pytest.mark.parametrize(
    ("content", "kind", "way_out"),
    [
        (b"", "empty", "copy it from the watch once more"),
        (b"no run at all", "unreadable", "once more"),
        (b"\x1f\x8b\x08broken", "unreadable", "once more"),
        (
            b"7z\xbc\xaf\x27\x1c" + bytes(50),
            "unreadable",
            "archives of this kind are not read; unpack it first",
        ),
        (
            b'<gpx version="1.1"><wpt lat="1" lon="2"/></gpx>',
            "not_an_activity",
            "the runs lie in other files",
        ),
    ],
    ids=["empty", "text", "broken gzip", "7z", "waypoints"],
)
@pytest.mark.parametrize("options", [[], ["--json"], ["--reference"], ["--reference", "--json"]])
def test_a_file_of_no_use_gets_one_answer_with_the_way_out(
    loadwatch, tmp_path, samples, content, kind, way_out, options
):
    sample = samples / "2026-04-16_1800_easy.gpx"
    (tmp_path / "file.fit").write_bytes(content)
    done = loadwatch("inspect", *options, tmp_path / "file.fit")
    if "--reference" in options and kind == "not_an_activity":
        # Both readers agree, and that is all there is to compare.
        assert done.code == 0
        assert "--json" in options or done.lines[-1] == "1 of 1 field is the same."
        return
    assert (done.code, done.errors) == (1, "")
    if "--json" in options:
        told = json.loads(done.text)
        assert (told["format_version"], told["scan"]["is_counted"], told["scan"]["kind"]) == (1, False, kind)
        assert told["scan"]["reason"]
        whole = json.loads(loadwatch("inspect", *options, sample).text)
        assert set(whole) - set(told) <= {"settings"}
    else:
        assert f"left out ({kind})" in done.text
        assert way_out in done.text


def test_an_archive_is_told_by_what_is_in_it(loadwatch, export):
    done = loadwatch("inspect", export)
    assert done.code == 0
    assert done.lines[0] == "export.zip: an archive with 5 files to scan"
    for line in (
        "2  GPX, such as",
        "1  FIT: a workout, such as",
        "1  FIT: an activity, such as",
        "1  empty, such as",
    ):
        assert line in done.text
    assert str(export / "inner.zip/deep/4.fit") in done.text.replace("\\\\", "\\")
    assert "as if the archive were a folder" in done.lines[-1]
    told = json.loads(loadwatch("inspect", "--json", export).text)
    assert (told["file_count"], told["kinds"]["GPX"]) == (5, 2)


@pytest.mark.parametrize(("inside", "files"), [("activities", 3), ("inner.zip", 1), ("inner.zip/deep", 1)])
def test_a_folder_or_archive_inside_an_archive_is_told_likewise(loadwatch, export, inside, files):
    told = json.loads(loadwatch("inspect", "--json", export / inside).text)
    assert told["file_count"] == files


def test_a_tar_is_told_likewise(loadwatch, tmp_path, one_run):
    with tarfile.open(tmp_path / "runs.tar.gz", "w:gz") as archive:
        about = tarfile.TarInfo("1.gpx")
        about.size = len(one_run)
        archive.addfile(about, io.BytesIO(one_run))
    assert "1  GPX, such as" in loadwatch("inspect", tmp_path / "runs.tar.gz").text


def test_a_member_is_told_as_a_file_is(loadwatch, export, samples):
    mine = loadwatch("inspect", export / "inner.zip/deep/4.fit").lines
    its = loadwatch("inspect", samples / "2026-04-17_1000_hike.fit").lines
    assert mine[0] == "4.fit: 1 activity"
    assert mine[1:] == its[1:]


def test_a_member_that_is_not_there_is_refused_with_the_way_to_find_it(loadwatch, export):
    done = loadwatch("inspect", export / "activities/9.gpx")
    assert (done.code, done.output) == (2, b"")
    assert f"is not in export.zip; `loadwatch inspect {export}` tells what is" in done.errors
    assert done.errors.count("\n") == 1


def test_a_damaged_archive_is_told_as_far_as_it_goes(loadwatch, tmp_path, one_run):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in ("1.gpx", "2.gpx"):
            about = tarfile.TarInfo(name)
            about.size = len(one_run)
            archive.addfile(about, io.BytesIO(one_run))
    (tmp_path / "cut.tar").write_bytes(content.getvalue()[: len(one_run) + 3000])
    done = loadwatch("inspect", tmp_path / "cut.tar")
    assert done.code == 0
    assert "1  GPX, such as" in done.text
    assert "copy it again" in done.text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped({"notes.txt": b"no run"}), "holds no FIT, GPX or TCX file"),
        (zipped({"1.gpx": b"<gpx/>"})[:-40], "copy it again"),
    ],
    ids=["papers", "cut"],
)
def test_an_archive_of_no_use_says_why(loadwatch, tmp_path, content, reason):
    (tmp_path / "export.zip").write_bytes(content)
    done = loadwatch("inspect", tmp_path / "export.zip")
    assert (done.code, done.lines[0]) == (1, "export.zip: an archive with 0 files to scan")
    assert reason in done.text
    assert (
        json.loads(loadwatch("inspect", "--json", tmp_path / "export.zip").text)["scan"]["is_counted"]
        is False
    )


def test_both_readers_are_compared_field_by_field(loadwatch, samples):
    done = loadwatch("inspect", "--reference", samples / "2026-04-16_1800_easy.gpx")
    assert done.code == 0
    assert "loadwatch beside gpxpy" in done.lines[0]
    (heart,) = [line.split() for line in done.lines if line.startswith("samples heart_rate_bpm")]
    assert int(heart[2].replace(",", "")) > 100
    assert heart[3:] == ["0", "0", "0"]
    assert "fields are the same." in done.lines[-1]


def test_of_fit_files_every_message_is_compared(loadwatch, samples):
    path = samples / "2026-04-17_1000_hike.fit"
    told = json.loads(loadwatch("inspect", "--reference", "--json", path).text)
    assert (told["refused_here"], told["refused_there"]) == ("", "")
    assert told["reference"].startswith("python-fitparse ")
    equal = {(one["message"], one["field"]): one["equal"] for one in told["fields"]}
    assert (
        equal["record", "(messages)"] == equal["record", "heart_rate"] == equal["samples", "heart_rate_bpm"]
    )
    for message in ("file_id", "session", "lap", "event", "device_info", "facts"):
        assert any(where == message for where, _ in equal)
    assert [one for one in told["fields"] if one["causes"]] == []


def test_a_file_that_the_reference_refuses_is_compared_without_its_damage(loadwatch, samples, tmp_path):
    data = (samples / "2026-04-17_1000_hike.fit").read_bytes()
    path = tmp_path / "checksum.fit"
    path.write_bytes(data[:-2] + struct.pack("<H", struct.unpack("<H", data[-2:])[0] ^ 1))
    done = loadwatch("inspect", "--reference", path)
    assert done.code == 0
    assert done.lines[1].startswith("the reference refuses the file: FitCRCError")
    assert done.lines[2] == "Compared with what it reads once the damage is out of its way."
    assert "fields are the same." in done.lines[-1]


def test_what_is_no_activity_file_cannot_be_compared(loadwatch, tmp_path):
    (tmp_path / "notes.gpx").write_bytes(b"no run at all")
    done = loadwatch("inspect", "--reference", tmp_path / "notes.gpx")
    assert done.code == 1
    assert "nothing to compare" in done.text


def test_an_archive_cannot_be_compared(loadwatch, export):
    done = loadwatch("inspect", "--reference", export)
    assert (done.code, done.output) == (2, b"")
    assert "name one of its files to compare" in done.errors


def test_settings_are_those_that_a_scan_of_a_folder_around_follows(loadwatch, tmp_path, one_run):
    (tmp_path / "runs" / "2026").mkdir(parents=True)
    path = tmp_path / "runs" / "2026" / "1.gpx"
    path.write_bytes(one_run)
    run_id = json.loads(loadwatch("inspect", "--json", path).text)["digest"][:12]
    above = tmp_path / "runs" / "loadwatch.toml"
    above.write_text(f"[runs.{run_id}]\nexclude = true\n", encoding="utf-8")
    for options, cwd in (([path], None), (["1.gpx"], path.parent)):
        done = loadwatch("inspect", *options, cwd=cwd)
        assert f"scan        excluded in the settings, run_id {run_id}" in done.lines
        assert f"settings    {above}" in done.lines
        assert json.loads(loadwatch("inspect", "--json", *options, cwd=cwd).text)["settings"] == str(above)
    own = tmp_path / "own.toml"
    own.write_text(f"[runs.{run_id}]\nsport = 'hiking'\n", encoding="utf-8")
    named = json.loads(loadwatch("inspect", "--json", "--settings", own, path).text)
    assert named["activities"][0]["scan"]["reason"] == "not a run: hiking"
    (path.parent / "loadwatch.toml").write_text("", encoding="utf-8")  # nearer
    assert json.loads(loadwatch("inspect", "--json", path).text)["activities"][0]["scan"]["is_counted"]
    missing = loadwatch("inspect", "--settings", tmp_path / "none.toml", path)
    assert (missing.code, missing.output) == (2, b"")
    assert "none.toml: cannot be read" in missing.errors


def test_names_and_values_are_those_of_the_exported_tables(loadwatch, samples):
    path = samples / "2026-05-26_1810_trial.fit"
    told = json.loads(loadwatch("inspect", "--json", path).text)["activities"][0]
    (row,) = json.loads(loadwatch("export", "--format", "json", path).text)
    assert told["start_time"] == row["start_time"]
    for name, value in told["run"].items():
        assert value == (row[name] or "" if name == "notes" else row[name]), name


def test_missing_numbers_are_null(loadwatch, one_run, tmp_path):
    (tmp_path / "run.gpx").write_bytes(one_run)
    text = loadwatch("inspect", "--json", tmp_path / "run.gpx").text
    told = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert told["activities"][0]["totals"]["distance_m"] is None


def test_a_file_is_opened_once_and_decoded_once_for_each_question(loadwatch, samples, monkeypatch):
    calls = []
    for module, name in ((sources, "read"), (fit_columns, "decode")):
        real = getattr(module, name)
        monkeypatch.setattr(
            module,
            name,
            lambda *said, real=real, name=name, **more: calls.append(name) or real(*said, **more),
        )
    assert loadwatch("inspect", samples / "2026-05-26_1810_trial.fit").code == 0
    assert sorted(calls) == ["decode", "decode", "read"]
