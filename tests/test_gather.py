from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zipfile
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import pytest

from loadwatch import gather, intake, readings, sources, survey, workers
from loadwatch.cache import FILE_NAME, Cache
from loadwatch.errors import EmptyActivityError, PassingError
from loadwatch.settings import Settings
from loadwatch.versions import READING_PARTS

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"
AGED_S = 10.0


@pytest.fixture
def folder(tmp_path):
    """Six good files, one of them in an archive beside two bad ones, and two more bad ones."""
    folder = tmp_path / "runs"
    (folder / "sub").mkdir(parents=True)
    good = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".fit", ".gpx", ".tcx"})
    chosen = [good[3], good[len(good) // 2], *good[5:9]]
    for path in chosen[:3]:
        shutil.copy(path, folder / path.name)
    for path in chosen[3:5]:
        shutil.copy(path, folder / "sub" / path.name)
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        archive.write(chosen[5], f"activities/{chosen[5].name}")
        archive.writestr("activities/broken.fit", b"no fit file")
        archive.writestr("activities/empty.gpx", b"")
    (folder / "noise.fit").write_bytes(b"\x0e\x10\xd9\x07\x10\x00\x00\x00.FIT" + bytes(range(200)))
    (folder / "empty.tcx").write_bytes(b"")
    age(folder)
    return folder


def age(folder):
    """Let files look as if they had not just been written."""
    then = time.time() - AGED_S
    for path in folder.rglob("*"):
        os.utime(path, (then, then))
    time.sleep(0.15)


def read(folder, cache=None, jobs=1, steps=None):
    found = survey.find([folder])
    progress = (lambda *step: steps.append(step)) if steps is not None else None
    return intake.read_files(found, [folder], Settings(), cache=cache, jobs=jobs, progress=progress)


def told(read_in):
    """All that an intake holds, in a form that compares to the last bit."""
    return (
        [
            (
                sorted((name, repr(value)) for name, value in record.facts.items()),
                sorted((name, vector.tobytes(), vector.dtype) for name, vector in record.vectors.items()),
            )
            for record in read_in.records
        ],
        read_in.skipped,
        list(read_in.repaired.items()),
        read_in.file_count,
    )


def test_the_folder_holds_what_the_tests_need(folder):
    seen = read(folder)
    assert (len(seen.records), len(seen.skipped), seen.file_count) == (6, 4, 10)


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_processes_reads_the_same(folder, tmp_path, jobs):
    alone = told(read(folder))
    assert told(read(folder, jobs=jobs)) == alone
    with Cache(tmp_path / "cache") as cache:
        assert told(read(folder, cache, jobs=jobs)) == alone
        assert told(read(folder, cache, jobs=jobs)) == alone


def test_members_of_archives_taken_ahead_are_held_to_a_limit(tmp_path, monkeypatch):
    kilobyte = bytes(1 << 10)
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for number in range(24):
            archive.writestr(f"activities/{number}.fit", number.to_bytes(4, "little") + kilobyte)
    opened, ahead = [], []

    def counted(path, *, original=gather._opened):
        for raw in original(path):
            opened.append(raw)
            yield raw

    monkeypatch.setattr(gather, "_opened", counted)
    monkeypatch.setattr(gather, "PIECE_FILES", 1)
    monkeypatch.setattr(workers, "LARGEST_AHEAD_BYTES", 3 << 10)
    intake.read_files(
        survey.find([tmp_path]),
        [tmp_path],
        Settings(),
        jobs=4,
        progress=lambda done, total, name: ahead.append(len(opened) - done),
    )
    # Three held, one more being put together, and the one that was done just now.
    assert (len(opened), max(ahead) <= 5) == (24, True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_archive_that_is_called_an_activity_is_read_whole(folder, tmp_path, jobs):
    (folder / "export.zip").rename(folder / "export.fit")
    age(folder)
    with Cache(tmp_path / "cache") as cache:
        for _ in range(2):
            seen = read(folder, cache, jobs=jobs)
            assert (len(seen.records), len(seen.skipped), seen.file_count) == (6, 4, 10)
            assert any(row["file"] == "export.fit/activities/broken.fit" for row in seen.skipped)


def test_what_the_cache_gives_is_what_is_read(folder, tmp_path):
    alone = told(read(folder))
    for _ in range(2):
        with Cache(tmp_path / "cache") as cache:
            assert told(read(folder, cache)) == alone


def test_unchanged_files_are_not_even_opened(folder, tmp_path, monkeypatch):
    with Cache(tmp_path / "cache") as cache:
        before = told(read(folder, cache))
        monkeypatch.setattr(gather.sources, "open_file", None)
        steps = []
        assert told(read(folder, cache, steps=steps)) == before
        assert steps == [(0, 0, "")]


def test_a_changed_file_is_read_again(folder, tmp_path):
    with Cache(tmp_path / "cache") as cache:
        read(folder, cache)
        one, other = sorted((folder / "sub").iterdir())
        about = one.stat()
        one.write_bytes(other.read_bytes())
        steps = []
        changed = read(folder, cache, steps=steps)
        assert [name for _, _, name in steps if name] == [f"sub/{one.name}"]
        digests = [record.run_id for record in changed.records]
        assert len(digests) - len(set(digests)) == 1
        # The same size and the time it had before must not hide another content.
        turned = bytearray(one.read_bytes())
        turned[len(turned) // 2 : len(turned) // 2 + 40] = bytes(40)
        one.write_bytes(turned)
        os.utime(one, ns=(about.st_atime_ns, about.st_mtime_ns))
        time.sleep(0.15)
        assert told(read(folder, cache)) == told(read(folder))


def test_moved_files_are_known_by_their_content(folder, tmp_path, monkeypatch):
    with Cache(tmp_path / "cache") as cache:
        before = read(folder, cache)
        moved = folder.rename(tmp_path / "elsewhere")
        monkeypatch.setattr(readings, "read_content", None)
        after = read(moved, cache)
        assert [record.run_id for record in after.records] == [record.run_id for record in before.records]


def test_a_file_written_a_moment_ago_is_looked_at_again(folder, tmp_path, monkeypatch):
    path = folder / "noise.fit"
    step = sources.files.FINE_STEP_NS
    monkeypatch.setattr(sources.files, "FINE_STEP_NS", 100 * step)
    monkeypatch.setattr(sources.files, "COARSE_STEP_NS", 100 * step)
    assert sources.stamp(path) == ""
    monkeypatch.setattr(
        survey.sources, "stamp", lambda one: "" if one == path else f"{one.stat().st_size} settled"
    )
    with Cache(tmp_path / "cache") as cache:
        read(folder, cache)
        steps = []
        read(folder, cache, steps=steps)
        assert [name for _, _, name in steps if name] == ["noise.fit"]


def test_two_runners_settings_never_mix(folder, tmp_path):
    def zones(timezone, cache):
        found = survey.find([folder])
        taken = intake.read_files(found, [folder], Settings(timezone=timezone), cache=cache)
        return [record.facts["timezone"] for record in taken.records]

    alone = {zone: zones(zone, None) for zone in ("Europe/Vienna", "Asia/Tokyo")}
    with Cache(tmp_path / "cache") as cache:
        for zone in [*alone, *alone]:
            assert zones(zone, cache) == alone[zone]


def test_a_label_from_an_exports_list_is_part_of_the_key(tmp_path):
    source = next(path for path in sorted(SAMPLES.iterdir()) if path.suffix == ".gpx")
    data = source.read_text()
    start, end = data.index("<type>"), data.index("</type>") + len("</type>")
    (tmp_path / "a" / "activities").mkdir(parents=True)
    (tmp_path / "a" / "activities" / "1.gpx").write_text(data[:start] + data[end:])
    lists = tmp_path / "a" / "activities.csv"
    with Cache(tmp_path / "cache") as cache:
        sports = []
        for word in ("Run", "Ride", "Run"):
            lists.write_text(
                "Activity ID,Activity Date,Activity Name,Activity Type,Filename\n"
                f"1,2026-01-01,Morning,{word},activities/1.gpx\n"
            )
            (record,) = read(tmp_path / "a", cache).records
            sports.append(record.facts["sport"])
    assert sports == ["running", "cycling", "running"]


def test_progress_counts_what_is_read_members_included(folder, tmp_path):
    for jobs in (1, 2):
        steps = []
        read(folder, jobs=jobs, steps=steps)
        assert sorted({done for done, _, _ in steps}) == list(range(11))
        assert steps[-1] == (10, 10, "")
        assert all(done < total for done, total, _ in steps[:-1])


DEADLY = """
import os
import time
from loadwatch import gather

def read_piece(piece):
    names = [unit.path.name for unit in piece.units]
    if "deadly.fit" in names:
        os._exit(9)
    if "endless.fit" in names:
        time.sleep(600)
    return gather.read_piece(piece)
"""


@pytest.fixture
def deadly(folder, tmp_path, monkeypatch):
    """Two files that break whoever reads them: one at once, one never."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "deadly_reader.py").write_text(DEADLY)
    monkeypatch.syspath_prepend(tmp_path / "modules")
    import deadly_reader  # noqa: PLC0415 - only now can it be found

    monkeypatch.setattr(gather, "read_piece", deadly_reader.read_piece)
    monkeypatch.setattr(gather, "LONGEST_FILE_S", 6.0)
    return folder


def test_a_file_that_kills_its_reader_costs_itself(deadly, tmp_path):
    before = told(read(deadly))
    for name in ("deadly.fit", "endless.fit"):
        shutil.copy(max(SAMPLES.glob("2*.fit")), deadly / name)
    age(deadly)
    with Cache(tmp_path / "cache") as cache:
        after = read(deadly, cache, jobs=2)
        lost = {row["file"]: row["reason"] for row in after.skipped if row["kind"] == "unreadable"}
        assert lost["deadly.fit"] == "its reader process died (exit code 9)"
        assert lost["endless.fit"] == "took over 6 s to read; left out"
        assert told(after)[0] == before[0]
    # Nothing of that is kept: read alone, they are good files.
    with Cache(tmp_path / "cache") as cache:
        assert len(read(deadly, cache).records) == len(after.records) + 2


@pytest.mark.skipif(not workers.has_limit(), reason="there are no alarms here")
def test_a_file_that_takes_for_ever_costs_itself_in_this_process_too(folder, tmp_path, monkeypatch):
    def endless(data):
        while not data:
            pass
        while data.startswith(b"no fit"):
            time.sleep(600.0)
        return read_format(data)

    before = told(read(folder))
    read_format = readings.formats.read
    monkeypatch.setattr(readings.formats, "read", endless)
    monkeypatch.setattr(gather, "LONGEST_FILE_S", 1.0)
    with Cache(tmp_path / "cache") as cache:
        after = read(folder, cache)
    lost = {row["file"]: row["reason"] for row in after.skipped}
    assert lost["export.zip/activities/broken.fit"] == "took over 1 s to read; left out"
    assert told(after)[0] == before[0]
    monkeypatch.undo()
    with Cache(tmp_path / "cache") as cache:
        assert told(read(folder, cache)) == before


def test_without_alarms_as_many_jobs_as_it_is_worth_are_at_least_one_process(folder, monkeypatch):
    asked = []
    in_order = workers.in_order

    def counted(*pieces, jobs, **others):
        asked.append(jobs)
        return in_order(*pieces, jobs=jobs, **others)

    alone = told(read(folder, jobs=None))
    monkeypatch.setattr(workers, "has_limit", lambda: False)
    monkeypatch.setattr(workers, "in_order", counted)
    assert told(read(folder, jobs=None)) == alone
    assert asked == [1]


def test_without_other_processes_all_is_read_here_and_said_so(folder, monkeypatch):
    def refuse(process):
        raise OSError(11, "Resource temporarily unavailable")

    alone = read(folder)
    monkeypatch.setattr(SpawnProcess, "start", refuse)
    seen = read(folder, jobs=2)
    assert told(seen) == told(alone)
    (sentence,) = seen.troubles
    assert "Resource temporarily unavailable" in sentence
    assert "one by one" in sentence


def test_a_killed_scan_keeps_the_archives_it_was_through(folder, tmp_path):
    class StoppedError(Exception):
        """As Ctrl-C would."""

    def stop(done, total, name):
        if name == "noise.fit":
            raise StoppedError

    with Cache(tmp_path / "cache") as cache:
        found = survey.find([folder])
        with pytest.raises(StoppedError):
            intake.read_files(found, [folder], Settings(), cache=cache, jobs=2, progress=stop)
    with Cache(tmp_path / "cache") as cache:
        (one,) = survey.look([folder / "export.zip"])
        assert len(survey.known_entries(one, cache)) == 3


@pytest.fixture
def opened(monkeypatch):
    """Names of the files opened so far."""
    names = []
    path_open = Path.open

    def counted(path, *args, **kwargs):
        names.append(path.name)
        return path_open(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", counted)
    return names


def test_a_file_is_opened_once(folder, opened):
    read(folder)
    plain = [name for name in opened if not name.endswith(".zip")]
    assert sorted(plain) == sorted({path.name for path in folder.rglob("*.*") if path.suffix != ".zip"})


def test_files_of_other_kinds_are_looked_into_once(folder, tmp_path, opened):
    def looked(path):
        with Cache(tmp_path / "cache") as cache:
            opened.clear()
            found = {one.path.name for one in survey.find([folder], cache)}
            assert found == {one.path.name for one in survey.find([folder])}
            return opened.count(path.name) == 2, path.name in found

    stranger, nameless = folder / "sub" / "photo.jpg", folder / "sub" / "nameless"
    stranger.write_bytes(b"no activity")
    shutil.copy(max(SAMPLES.glob("*.gpx")), nameless)
    age(folder)
    assert looked(stranger) == (True, False)
    assert looked(stranger) == (False, False)
    assert looked(nameless) == (False, True)
    stranger.write_bytes(nameless.read_bytes())
    age(folder)
    assert looked(stranger) == (True, True)
    assert looked(stranger) == (False, True)
    # What is closed for a moment is looked at again.
    stranger.unlink()
    stranger.write_bytes(b"")
    age(folder)
    assert looked(stranger) == looked(stranger) == (True, False)


def test_the_list_of_an_unpacked_export_is_read_once(tmp_path, opened):
    runs = tmp_path / "runs"
    (runs / "workout-routes").mkdir(parents=True)
    shutil.copy(max(SAMPLES.glob("*.gpx")), runs / "workout-routes" / "route.gpx")

    def written(kind):
        (runs / "export.xml").write_text(
            f'<HealthData><Workout workoutActivityType="HKWorkoutActivityType{kind}"><WorkoutRoute>'
            '<FileReference path="/workout-routes/route.gpx"/></WorkoutRoute></Workout></HealthData>'
        )
        age(runs)

    def label():
        with Cache(tmp_path / "cache") as cache:
            opened.clear()
            return next(one.label for one in survey.find([runs], cache) if one.label), opened

    written("Running")
    first, _ = label()
    assert first.sport == "running"
    assert label() == (first, [])
    written("Cycling")
    assert label()[0].sport == "cycling"


def test_an_interrupted_scan_keeps_what_it_read(folder, tmp_path):
    class StoppedError(Exception):
        """As Ctrl-C would."""

    def stop(done, total, name):
        if done == 5:
            raise StoppedError

    with Cache(tmp_path / "cache") as cache:
        found = survey.find([folder])
        with pytest.raises(StoppedError):
            intake.read_files(found, [folder], Settings(), cache=cache, progress=stop)
    with Cache(tmp_path / "cache") as cache:
        steps = []
        assert told(read(folder, cache, steps=steps)) == told(read(folder))
        assert len(steps) - 1 < 10


def test_the_state_changes_with_any_file_and_entries_are_known_once_it_is_read(folder, tmp_path, monkeypatch):
    def known():
        return [survey.known_entries(one, cache) is not None for one in survey.find([folder])]

    state = survey.state(survey.find([folder]))
    assert state
    with Cache(tmp_path / "cache") as cache:
        assert not any(known())
        read(folder, cache)
        assert all(known())
        assert survey.state(survey.find([folder])) == state
        (folder / "empty.tcx").write_bytes(b"x")
        # Who was changed this moment may change again without a sign.
        with monkeypatch.context() as patch:
            patch.setattr(sources.files, "FINE_STEP_NS", 10**12)
            patch.setattr(sources.files, "COARSE_STEP_NS", 10**12)
            assert survey.state(survey.find([folder])) == ""
        age(folder)
        assert survey.state(survey.find([folder])) not in ("", state)
        assert not any(known())


def test_a_reading_comes_back_to_the_last_bit():
    for path in sorted(SAMPLES.iterdir())[:20]:
        if path.suffix not in {".fit", ".gpx", ".tcx"}:
            continue
        reading = readings.read_content(sources.read(path), None, "")
        again = readings.decode(readings.encode(reading), lambda content: lambda: content)
        assert again.repairs == reading.repairs
        for one, other in zip(reading.outcomes, again.outcomes, strict=True):
            assert list(one.facts) == list(other.facts)
            for name, value in one.facts.items():
                assert repr(value) == repr(other.facts[name]) or value == other.facts[name], name
            assert list(one.vectors) == list(other.vectors)
            for name, vector in one.vectors.items():
                assert vector.dtype == other.vectors[name].dtype
                assert np.array_equal(vector, other.vectors[name], equal_nan=vector.dtype.kind == "f")


def test_a_vector_keeps_none_of_the_others_in_memory():
    path = next(path for path in sorted(SAMPLES.iterdir()) if path.suffix == ".fit")
    reading = readings.read_content(sources.read(path), None, "")
    (again,) = readings.decode(readings.encode(reading), lambda content: lambda: content).outcomes
    for vector in again.vectors.values():
        assert len(vector.base) == vector.nbytes


def test_errors_come_back_as_they_were():
    reading = readings.Reading((EmptyActivityError("has no samples"),), ((),))
    (again,) = readings.decode(readings.encode(reading), lambda content: lambda: content).outcomes
    assert (type(again), str(again)) == (EmptyActivityError, "has no samples")
    assert reading.is_final
    passing = readings.Reading((PassingError("not now"),), ((),))
    assert not readings.decode(readings.encode(passing), lambda content: lambda: content).is_final


def test_what_went_wrong_once_is_tried_again(folder, tmp_path, monkeypatch):
    def exhausted(data):
        raise MemoryError

    with Cache(tmp_path / "cache") as cache:
        with monkeypatch.context() as patch:
            patch.setattr(readings.formats, "read", exhausted)
            assert read(folder, cache).records == []
        assert told(read(folder, cache)) == told(read(folder))


READS_ALL_FORMATS = """
import sys
from pathlib import Path
from loadwatch import exports, readings, sources
for found in sources.open_file(Path(sys.argv[1]), recognises=bool, read_labels=exports.labels):
    if not isinstance(found, sources.Problem):
        readings.encode(readings.read_content(found, found.label, ""))
print(*(name for name in sys.modules if name.startswith("loadwatch.")))
"""


def test_the_key_changes_with_all_code_that_a_reading_runs_through(tmp_path):
    # Much of it is imported only when it is needed.
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for suffix in ("fit", "gpx", "tcx", "fit.gz"):
            path = max(SAMPLES.glob(f"*.{suffix}"))
            archive.write(path, f"activities/{path.name}")
        archive.writestr("activities.csv", "Activity Type,Filename\nRun,activities/1.gpx\n")
        archive.writestr("export.xml", "<HealthData><Workout /></HealthData>")
    loaded = subprocess.run(
        [sys.executable, "-c", READS_ALL_FORMATS, tmp_path / "all.zip"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {"loadwatch.formats.fit", "loadwatch.formats.gpx", "loadwatch.formats.tcx"} <= set(loaded)
    assert {name.split(".")[1] for name in loaded} - {"_version"} <= set(READING_PARTS)


def test_another_programs_cache_costs_time_alone(folder, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / FILE_NAME).write_bytes(b"someone else's")
    with Cache(tmp_path / "cache") as cache:
        assert told(read(folder, cache)) == told(read(folder))
        assert cache.trouble
