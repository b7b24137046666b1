"""Paths in, a history out: whatever lies under the paths, and however they are named."""

from __future__ import annotations

import gzip
import os
import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from loadwatch import formats, inspection, pipeline, sources, survey
from loadwatch import intake as reader
from loadwatch.demo.recording import record
from loadwatch.demo.story import Outing
from loadwatch.demo.xml_files import gpx_bytes
from loadwatch.diary import Diary, Entry, Fault
from loadwatch.errors import EmptyActivityError, NoRunsError, SettingsError, UsageError
from loadwatch.settings import Correction, Settings

AS_OF = date(2026, 4, 5)  # a Sunday
TODAY = date(2026, 4, 9)


def gpx(day: date, *, km: float = 1.5, kind: str = "easy") -> bytes:
    start = datetime.combine(day, time(7))  # on the runner's clock; the course knows the zone
    course = "ridge" if kind == "hike" else "shore"
    return gpx_bytes(record(Outing(start, kind, 1000 * km, course, 0.0, 0.0, "gpx"), seed=1))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Four short runs and a hike in twelve days."""
    folder = tmp_path_factory.mktemp("made")
    for name, day in (("a", 25), ("b", 30)):
        (folder / f"{name}.gpx").write_bytes(gpx(date(2026, 3, day)))
    (folder / "sub").mkdir()
    (folder / "sub" / "c.gpx").write_bytes(gpx(date(2026, 4, 1)))
    (folder / "sub" / "d.gpx.gz").write_bytes(gzip.compress(gpx(date(2026, 4, 4), km=2.0)))
    (folder / "hike.gpx").write_bytes(gpx(date(2026, 4, 5), kind="hike", km=2.0))
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of them to play with."""
    return Path(shutil.copytree(made, tmp_path / "runs"))


def scan(*paths, **options):
    return pipeline.scan(list(paths), **{"as_of": AS_OF, **options})


def skipped(history) -> dict[str, tuple[str, str]]:
    rows = history.skipped
    return {
        row["file"]: (row["kind"], row["reason"]) for _, row in rows.iterrows() if row["kind"] != "not_a_run"
    }


# What lies under the paths.


def test_every_file_is_a_run_another_activity_or_left_out(folder):
    history = scan(folder)
    assert (history.file_count, len(history.runs), len(history.other_activities)) == (5, 4, 1)
    assert list(history.runs["file"]) == ["a.gpx", "b.gpx", "sub/c.gpx", "sub/d.gpx.gz"]
    (row,) = history.skipped.to_dict("records")
    assert (row["file"], row["kind"]) == ("hike.gpx", "not_a_run")
    assert row["reason"].startswith("hiking, counted among other activities")


def test_a_folder_named_like_a_file_is_walked(folder):
    (folder / "sub").rename(folder / "x.fit")
    history = scan(folder)
    assert set(history.runs["file"]) == {"a.gpx", "b.gpx", "x.fit/c.gpx", "x.fit/d.gpx.gz"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_or_a_device_is_told_of_and_never_waited_for(folder):
    os.mkfifo(folder / "pipe.fit")
    (folder / "endless.fit").symlink_to("/dev/zero")
    (folder / "gone.tcx").symlink_to(folder / "nowhere")
    left_out = skipped(scan(folder))
    assert left_out["pipe.fit"] == ("unreadable", "cannot be opened: it is no ordinary file")
    assert left_out["endless.fit"] == ("unreadable", "cannot be opened: it is no ordinary file")
    assert left_out["gone.tcx"] == ("unreadable", "cannot be opened: No such file or directory")
    for name in ("pipe.fit", "endless.fit"):
        with pytest.raises(NoRunsError, match="it is no ordinary file"):
            scan(folder / name)
        with pytest.raises(UsageError, match="no such file"):
            reader.read_run(folder / name)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_file_that_may_not_be_read_is_told_of(folder):
    (folder / "a.gpx").chmod(0)
    assert skipped(scan(folder))["a.gpx"] == ("unreadable", "cannot be opened: Permission denied")


def test_a_file_deleted_while_the_others_are_read_costs_itself(folder):
    files = sources.find([folder], survey.is_activity_file)
    (folder / "b.gpx").unlink()
    intake = reader.read_files(survey.look(files), [folder], Settings())
    assert len(intake.records) == 4
    assert [(row["file"], row["kind"]) for row in intake.skipped] == [("b.gpx", "unreadable")]


def test_a_huge_file_is_refused_unread(folder):
    with (folder / "huge.fit").open("wb") as file:
        file.truncate(300_000_000)
    assert skipped(scan(folder))["huge.fit"] == ("unreadable", "is larger than 200 MB, and no activity is")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("noise.fit", bytes(range(256)) * 40, "unreadable"),
        ("empty.fit", b"", "empty"),
        ("text.gpx", b"not xml at all", "unreadable"),
        ("half.gpx", b"<?xml version='1.0'?><gpx version='1.1'><trk><trks", "unreadable"),
        ("route.gpx", b"<gpx version='1.1'><wpt lat='1' lon='1'/></gpx>", "not_an_activity"),
        ("bomb.fit.gz", gzip.compress(bytes(20_000_000), mtime=0), "unreadable"),
        ("laughs.gpx", b"<!DOCTYPE gpx [<!ENTITY a 'ha'>]><gpx>&a;</gpx>", "unreadable"),
        ("archive.zip", b"PK\x03\x04" + bytes(60), "unreadable"),
    ],
)
def test_a_bad_file_is_listed_with_its_reason_and_the_others_are_read(folder, name, content, kind):
    (folder / name).write_bytes(content)
    history = scan(folder)
    found, reason = skipped(history)[name]
    assert found == kind
    assert reason
    assert len(history.runs) == 4


def test_what_no_one_foresaw_costs_one_file_only(folder, monkeypatch):
    read = formats.read

    def fails_once(data):
        if data == (folder / "a.gpx").read_bytes():
            raise ZeroDivisionError("by zero")
        return read(data)

    monkeypatch.setattr(formats, "read", fails_once)
    kind, reason = skipped(scan(folder, cache=False))["a.gpx"]
    assert kind == "unreadable"
    assert "ZeroDivisionError: by zero" in reason


def test_files_lie_as_deep_as_they_like(folder):
    deep = folder.joinpath(*["deeper"] * 60)
    deep.mkdir(parents=True)
    shutil.move(folder / "a.gpx", deep / "a.gpx")
    assert len(scan(folder).runs) == 4


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
@pytest.mark.parametrize(
    "name",
    ["C:\\Users\\me\\run.gpx", "CON.gpx", "a:b?.gpx", "-rf.gpx", "one\ntwo.gpx", "\x1b[2J.gpx", " .gpx"],
)
def test_strange_names_are_names(folder, name):
    (folder / "a.gpx").rename(folder / name)
    assert name in set(scan(folder).runs["file"])


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_name_that_is_no_text_is_a_name_too(folder):
    try:
        os.rename(folder / "a.gpx", os.path.join(os.fsencode(folder), b"\xff\xfe.gpx"))  # noqa: PTH104, PTH118
    except OSError:
        pytest.skip("this file system takes text only")
    assert len(scan(folder).runs) == 4


# How the paths are named.


def same(one, other) -> bool:
    return list(one.runs["run_id"]) == list(other.runs["run_id"]) and one.skipped.equals(other.skipped)


def test_paths_given_twice_or_inside_one_another_are_read_once(folder, monkeypatch):
    once = scan(folder)
    assert same(scan(folder, folder), once)
    for paths in ([folder, folder / "sub"], [folder / "sub", folder, folder / "a.gpx"]):
        history = scan(*paths)
        assert (history.file_count, list(history.runs["run_id"])) == (5, list(once.runs["run_id"]))
    monkeypatch.chdir(folder / "sub")
    assert same(scan("../sub/.."), once)
    monkeypatch.chdir(folder)
    assert same(scan("."), once)


def test_a_leading_tilde_is_the_home_folder(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    assert len(pipeline.scan("~/runs", as_of=AS_OF).runs) == 4
    assert not reader.read_run("~/runs/a.gpx").empty


@pytest.mark.parametrize("path", ["nowhere", "~nobody-of-this-name/runs", "x" * 5000, "", "a.gpx/b"])
def test_a_path_that_is_not_there_is_named(folder, monkeypatch, path):
    monkeypatch.chdir(folder)
    if path == "":
        assert scan(path).file_count == 5  # the current folder, as for any other program
        return
    with pytest.raises(UsageError, match="no such file or folder") as error:
        scan(folder, path)
    assert path in str(error.value)


def test_no_path_at_all_is_refused():
    with pytest.raises(UsageError, match="no path given"):
        pipeline.scan([])


@pytest.mark.parametrize(
    ("places", "path", "name"),
    [
        (["runs"], "runs/2026/1.fit", "2026/1.fit"),
        (["."], "runs/1.fit", "runs/1.fit"),
        (["runs", "export.zip"], "runs/1.fit", "runs/1.fit"),
        (["export.zip"], "export.zip/activities/1.fit", "export.zip/activities/1.fit"),
        (["runs/1.fit", "runs"], "runs/1.fit", "runs/1.fit"),
        (["runs", "other/runs"], "other/runs/1.fit", "other/runs/1.fit"),
        ([".", "{root}/runs"], "{root}/runs/1.fit", "runs/1.fit"),
    ],
)
def test_a_file_is_named_by_its_way_from_what_was_asked_for(tmp_path, monkeypatch, places, path, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    (tmp_path / "other" / "runs").mkdir(parents=True)
    names = reader.ShownNames([Path(place.format(root=tmp_path)) for place in places])
    assert names.of(Path(path.format(root=tmp_path))) == name


def test_files_of_one_name_from_several_folders_are_told_apart(folder, tmp_path):
    for name in ("one/runs", "two/runs"):
        shutil.copytree(folder / "sub", tmp_path / name)
    history = scan(tmp_path / "one" / "runs", tmp_path / "two" / "runs")
    assert len(set(history.runs["file"]) | set(history.skipped["file"])) == history.file_count == 4
    assert set(scan(folder / "sub", folder / "a.gpx").runs["file"]) == {"sub/c.gpx", "sub/d.gpx.gz", "a.gpx"}


# From which day it is told, and of which week.


class Clock(date):
    """A calendar that stands still."""

    @classmethod
    def today(cls):
        return TODAY


@pytest.fixture
def clock(monkeypatch):
    """Today is Thursday 9 April 2026."""
    monkeypatch.setattr(pipeline, "date", Clock)


@pytest.fixture(scope="module")
def intake(made):
    """What was read of the runs."""
    files = sources.find([made], survey.is_activity_file)
    return reader.read_files(survey.look(files), [made], Settings())


def tell(intake, **options):
    return pipeline.tell(intake, options.pop("settings", Settings()), [Path("runs")], **options)


def test_it_is_told_as_of_today_and_of_the_last_complete_week(clock, intake):
    history = tell(intake)
    assert (history.as_of, history.as_of_reason, history.week) == (TODAY, "", "2026-W14")
    assert list(history.weeks["week"]) == ["2026-W13", "2026-W14", "2026-W15"]
    assert list(history.weeks["is_complete"]) == [True, True, False]
    assert list(history.weeks["run_count"]) == [1, 3, 0]


def test_after_two_weeks_without_a_run_it_is_told_as_of_the_end_of_the_newest_ones_week(
    clock, intake, monkeypatch
):
    monkeypatch.setattr(Clock, "today", classmethod(lambda cls: date(2026, 4, 18)))
    assert tell(intake).as_of == date(2026, 4, 18)
    monkeypatch.setattr(Clock, "today", classmethod(lambda cls: date(2026, 4, 19)))
    history = tell(intake)
    assert (history.as_of, history.week) == (date(2026, 4, 5), "2026-W14")
    sundays = tell(intake, settings=Settings(week_starts="sunday"))
    assert (sundays.as_of, sundays.week) == (date(2026, 4, 4), "2026-03-29")
    assert "newest run" in history.as_of_reason


def test_a_story_changes_nothing_that_was_read_and_copies_only_what_the_runner_corrects(clock, intake):
    runs = [one for one in intake.records if one.facts["sport"] == "running"]
    corrected, *others = sorted(runs, key=lambda one: one.facts["start_time"])
    before = repr(intake.records)
    said = Settings(runs={corrected.run_id: Correction(note="windy")})
    told = [tell(intake, settings=one, as_of=TODAY) for one in (said, Settings(week_starts="sunday"))]
    assert told[0].runs["notes"].str.contains("windy").tolist() == [True, False, False, False]
    assert told[0].runs["week"].tolist() != told[1].runs["week"].tolist()
    assert repr(intake.records) == before
    for one in others:
        assert all(history.records[one.run_id].facts is one.facts for history in told)


def test_later_runs_are_ignored_and_counted(clock, intake):
    history = tell(intake, as_of=date(2026, 3, 31))
    assert (len(history.runs), history.late_count) == (2, 3)
    assert history.as_of_reason == "That day was asked for."
    assert history.weeks["week"].iloc[-1] == "2026-W14"
    assert history.week == "2026-W13"


def test_a_watch_from_the_future_is_ignored_too(clock, intake, monkeypatch):
    monkeypatch.setattr(Clock, "today", classmethod(lambda cls: date(2026, 3, 31)))
    history = tell(intake)
    assert (history.as_of, len(history.runs), history.late_count) == (date(2026, 3, 31), 2, 3)


def test_a_day_before_all_runs_leaves_nothing(clock, intake):
    with pytest.raises(
        NoRunsError, match=r"no run up to 2025-01-01: 5 activities came later; name a later day"
    ):
        tell(intake, as_of=date(2025, 1, 1))


def test_a_day_far_ahead_is_a_slip_of_the_pen(clock, intake):
    assert tell(intake, as_of=TODAY + timedelta(days=366)).weeks["run_count"].sum() == 4
    for day in (TODAY + timedelta(days=367), date.max):
        with pytest.raises(UsageError, match=f"{day.isoformat()} lies more than a year ahead"):
            tell(intake, as_of=day)


@pytest.mark.parametrize("week", ["2026-W13", "2026W13", "2026-w13", " 2026-03-26 "])
def test_a_week_is_named_by_its_label_or_any_day_in_it(clock, intake, week):
    assert tell(intake, week=week).week == "2026-W13"


@pytest.mark.parametrize("week", ["2026-W12", "2026-W16", "1999-01-01"])
def test_a_week_outside_the_history_is_refused_with_its_span(clock, intake, week):
    with pytest.raises(UsageError, match="outside the history, which runs from 2026-W13 to 2026-W15"):
        tell(intake, week=week)


@pytest.mark.parametrize("week", ["next", "2026-W60", "", "2026-13-01", "0000-W01"])
def test_a_week_that_is_none_is_refused(clock, intake, week):
    with pytest.raises(UsageError, match="is no week; write one such as"):
        tell(intake, week=week)


def test_weeks_may_begin_on_sunday(clock, intake):
    history = tell(intake, settings=Settings(week_starts="sunday"))
    assert list(history.weeks["week"]) == ["2026-03-22", "2026-03-29", "2026-04-05"]
    assert history.week == "2026-03-29"


# What the runner says.


def test_settings_beside_the_first_path_apply(folder, tmp_path):
    (folder / "loadwatch.toml").write_text('[athlete]\nname = "Ada"\n', encoding="utf-8")
    assert scan(folder).settings.name == "Ada"
    assert scan(folder / "a.gpx").settings.name == "Ada"
    assert scan(folder / "sub").settings.name == ""
    assert scan(folder / "sub", folder).settings.name == ""
    other = tmp_path / "other.toml"
    other.write_text('[athlete]\nname = "Bea"\n', encoding="utf-8")
    assert scan(folder, settings=other).settings.name == "Bea"
    assert scan(folder, settings=Settings(name="Cleo")).settings.name == "Cleo"


def test_a_typo_in_the_settings_is_answered_before_any_file_is_read(folder, monkeypatch):
    monkeypatch.setattr(formats, "read", lambda data: pytest.fail("a file was read"))
    for text, hint in (
        ("[rules.long_run_spike]\nwatch_ration = 1.3\n", "did you mean `watch_ratio`"),
        (
            "[rules.volume_jump]\nfewest_weeks_count = 0\n",
            "`rules.volume_jump.fewest_weeks_count` must lie between",
        ),
        ("[athlet]\n", "did you mean `athlete`"),
    ):
        (folder / "loadwatch.toml").write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=f"loadwatch.toml: .*{hint}"):
            scan(folder)
    with pytest.raises(SettingsError, match="nowhere"):
        scan(folder, settings=folder / "nowhere.toml")


def test_no_room_is_told_while_the_diary_is_yellow_or_red(folder):
    day = scan(folder).as_of
    for pain, told in ((2, ""), (4, "is yellow"), (6, "is red")):
        entry = Entry(day, site="sit-bone", pain_during=pain)
        room = scan(folder, diary=Diary((entry,))).room
        assert room.is_hidden_by.endswith(told)
        assert bool(room.limits) == (not told)


def test_what_the_diary_cannot_tell_is_no_clearance(folder):
    broken = Diary(faults=(Fault(0, "is no text"),))
    assert "cannot be read" in scan(folder, diary=broken).room.is_hidden_by
    ahead = Diary((Entry(date(2190, 1, 1), site="sit-bone", pain_during=7),))
    assert "the first is 2190-01-01" in scan(folder, diary=ahead).warnings[0]


def test_no_room_is_told_on_the_way_back_to_running(folder):
    start = Entry(scan(folder).as_of, site="mid-thigh", recovery="start")
    assert "loadwatch recover status" in scan(folder, diary=Diary((start,))).room.is_hidden_by


def test_a_strain_that_is_still_to_come_is_pointed_out(folder):
    assert "changes nothing" in scan(folder, settings=Settings(hamstring_strain=date(2090, 1, 1))).warnings[0]
    assert not scan(folder, settings=Settings(hamstring_strain=date(2020, 1, 1))).warnings


def test_the_runner_corrects_single_runs(folder):
    ids = dict(zip(scan(folder).runs["file"], scan(folder).runs["run_id"], strict=True))
    own = Settings(
        runs={
            ids["a.gpx"][:8]: Correction(exclude=True),
            ids["b.gpx"]: Correction(sport="hiking"),
            ids["sub/c.gpx"]: Correction(race=True, note="in the rain"),
        }
    )
    history = scan(folder, settings=own)
    assert list(history.runs["file"]) == ["sub/c.gpx", "sub/d.gpx.gz"]
    assert list(history.runs["is_race"]) == [True, False]
    assert "in the rain" in history.runs["notes"].iloc[0]
    assert set(history.other_activities["file"]) == {"b.gpx", "hike.gpx"}
    assert ("a.gpx", "excluded in the settings") in zip(
        history.skipped["file"], history.skipped["reason"], strict=True
    )


def test_a_correction_holds_for_every_copy_of_a_run(folder):
    shutil.copy(folder / "a.gpx", folder / "z.gpx")
    content = (folder / "a.gpx").read_bytes()
    (folder / "y.gpx").write_bytes(content.replace(b"</gpx>", b"<!-- exported again --></gpx>"))
    before = scan(folder)
    assert sorted(before.skipped.loc[before.skipped["kind"] == "duplicate", "file"]) != []
    kept = before.runs.loc[before.runs["file"].isin(["a.gpx", "y.gpx", "z.gpx"]), "run_id"].iloc[0]
    after = scan(folder, settings=Settings(runs={kept: Correction(exclude=True)}))
    assert not after.runs["file"].isin(["a.gpx", "y.gpx", "z.gpx"]).any()


def test_a_correction_of_no_run_is_told(folder):
    history = scan(folder, settings=Settings(runs={"0123456789ab": Correction(race=True)}))
    assert [warning for warning in history.warnings if "[runs.0123456789ab] fits none" in warning]


def test_without_any_run_it_says_what_was_there_instead(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(NoRunsError, match="holds no FIT, GPX or TCX file; name the folder"):
        scan(empty)
    for name in ("a.gpx", "b.gpx"):
        (folder / name).unlink()
    shutil.rmtree(folder / "sub")
    (folder / "noise.fit").write_bytes(b"noise")
    with pytest.raises(NoRunsError) as error:
        scan(folder)
    assert "no run among 2 files; 1 other activity (hiking); 1 left out, the first being noise.fit" in str(
        error.value
    )
    assert str(error.value).endswith(".")


def test_progress_is_told_before_each_file_and_at_the_end(folder):
    steps: list[tuple[int, int, str]] = []
    scan(folder, progress=lambda *step: steps.append(step))
    assert [step[:2] for step in steps] == [(done, 5) for done in range(6)]
    assert [step[2] for step in steps] == ["a.gpx", "b.gpx", "hike.gpx", "sub/c.gpx", "sub/d.gpx.gz", ""]


# One file at a time.


def test_the_samples_of_one_run(folder):
    samples = reader.read_run(folder / "sub" / "d.gpx.gz")
    assert samples.index.name == "time"
    assert str(samples.index.tz) == "UTC"
    assert samples.index.is_monotonic_increasing
    assert samples["distance_m"].iloc[-1] == pytest.approx(2000, rel=0.01)


def test_one_run_that_cannot_be_read_says_why_with_its_name(folder):
    with pytest.raises(UsageError, match="there is no session 3"):
        reader.read_run(folder / "a.gpx", session=3)
    with pytest.raises(UsageError, match="no such file"):
        reader.read_run(folder / "nowhere.fit")
    (folder / "empty.fit").write_bytes(b"")
    with pytest.raises(EmptyActivityError, match=r"empty\.fit: is an empty file\."):
        reader.read_run(folder / "empty.fit")


def test_a_file_is_inspected_as_a_scan_would_see_it(folder):
    seen = inspection.file_facts(folder / "a.gpx", Settings())
    (entry,) = seen["activities"]
    assert entry["run"]["run_id"] == scan(folder).runs["run_id"].iloc[0]
    assert entry["run"]["run_id"] == seen["digest"][:12]
    said = Settings(runs={seen["digest"][:6]: Correction(sport="hiking")})
    hidden = inspection.file_facts(folder / "a.gpx", said)
    assert hidden["activities"][0]["scan"] == {
        "is_counted": False,
        "sport": "hiking",
        "kind": "not_a_run",
        "reason": "not a run: hiking",
    }
    (folder / "noise.fit").write_bytes(b"noise")
    assert inspection.file_facts(folder / "noise.fit", Settings())["scan"]["kind"] == "unreadable"


def test_a_library_user_is_told_of_a_cache_that_cannot_be_used(folder, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    alone = scan(folder, cache=False)
    history = scan(folder, cache=tmp_path / "cache")
    assert [warning for warning in history.warnings if warning not in alone.warnings] != []
    assert history.runs.equals(alone.runs)
    for _ in range(2):
        kept = scan(folder, cache=tmp_path / "kept")
        assert kept.warnings == alone.warnings
        assert kept.runs.equals(alone.runs)
