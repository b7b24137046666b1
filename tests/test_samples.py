"""The committed samples, read and judged whole: the answers written by hand, and nothing else."""

from __future__ import annotations

import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from loadwatch import demo, pipeline, sources, survey
from loadwatch import intake as reader
from loadwatch.demo.fit_file import fit_bytes
from loadwatch.demo.recording import record
from loadwatch.demo.story import story
from loadwatch.demo.xml_files import gpx_bytes, tcx_bytes
from loadwatch.flags import RULES
from loadwatch.intake import Intake
from loadwatch.settings import Settings

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
AS_OF = date.fromisoformat(EXPECTED["as_of"])
# The story holds no hard days in a row and no diary, and its watch tells no balance.
SILENT = {"hard_day_spacing", "balance_shift", "symptoms"}
SAME_ACTIVITY = (
    "2026-05-21_1800_easy.fit",
    "2026-05-21_1800_easy.gpx",
    "2026-05-28_1800_easy.tcx.gz",
)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder with its time and content."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *folder.rglob("*")]
    }


def read(*folders: Path) -> Intake:
    files = sources.find(folders, survey.is_activity_file)
    return reader.read_files(survey.look(files), folders, Settings())


def told(intake: Intake, **options):
    return pipeline.tell(intake, Settings(), [SAMPLES], **{"as_of": AS_OF, **options})


@pytest.fixture(scope="module")
def reading():
    """What was read, and the folder as it was before and after."""
    before = snapshot(SAMPLES)
    intake = read(SAMPLES)
    return intake, before, snapshot(SAMPLES)


@pytest.fixture(scope="module")
def history(reading):
    """The samples' history as of their last day."""
    return told(reading[0])


def test_nothing_is_written_into_the_folder(reading):
    _, before, after = reading
    assert before == after


def test_every_file_ends_as_the_story_says(history):
    said = EXPECTED["files"]
    assert history.file_count == said["count"]
    assert len(history.runs) == said["runs"]
    kinds = {kind: set(rows["file"]) for kind, rows in history.skipped.groupby("kind")}
    assert kinds == {
        "not_a_run": set(said["other_activities"]),
        "duplicate": set(said["duplicates"]),
        "not_an_activity": set(said["not_activities"]),
    }
    assert set(history.repaired) == set(said["repaired"])
    assert set(history.runs.loc[history.runs["is_treadmill"], "file"]) == set(said["treadmill"])
    days = dict(zip(history.runs["file"], history.runs["local_date"], strict=True))
    assert {file: days[file].isoformat() for file in said["local_days"]} == said["local_days"]


def test_a_duplicate_names_the_file_that_was_kept(history):
    (reason,) = history.skipped.loc[history.skipped["kind"] == "duplicate", "reason"]
    assert reason == "the same activity as 2026-05-21_1800_easy.fit"


@pytest.mark.parametrize("said", EXPECTED["weeks"], ids=lambda said: said["week"])
def test_each_week_is_told_as_expected(history, said):
    row = history.weeks.set_index("week").loc[said["week"]]
    assert row["run_count"] == said["run_count"]
    assert row["distance_m"] / 1000 == pytest.approx(said["distance_km"], rel=0.02)
    assert row["longest_run_m"] / 1000 == pytest.approx(said["longest_run_km"], rel=0.02)
    # The barometer's filter takes its share of every gentle wave on the flat course.
    assert row["elevation_gain_m"] == pytest.approx(said["climb_m"], rel=0.2, abs=15.0)
    assert row["verdict"] == said["verdict"]


def test_no_week_is_missing_or_too_many(history):
    assert list(history.weeks["week"]) == [said["week"] for said in EXPECTED["weeks"]]


def test_the_flags_are_those_of_the_story_and_nothing_else(history):
    names = ["rule", "level", "date", "until", "raises"]
    wanted = sorted(
        (said["rule"], said["level"], said["date"], said["until"], [said["date"]] if said["is_raise"] else [])
        for said in EXPECTED["flags"]
    )
    assert {rule for rule, *_ in wanted} == {rule.id for rule in RULES if rule.levels} - SILENT
    flags = history.flags.assign(date=[day.isoformat() for day in history.flags["local_date"]])
    ordinal = flags["local_date"].map(date.toordinal)
    # A spell is one rule at one level on days in a row.
    spell = (ordinal - ordinal.groupby([flags["rule"], flags["level"]]).cumcount()).rename("spell")
    found = sorted(
        (rule, level, rows["date"].iloc[0], rows["date"].iloc[-1], list(rows.loc[rows["is_raise"], "date"]))
        for (rule, level, _), rows in flags.groupby(["rule", "level", spell])
    )
    assert [dict(zip(names, row, strict=True)) for row in found] == [
        dict(zip(names, row, strict=True)) for row in wanted
    ]


def test_every_reason_names_its_run_and_its_numbers(history):
    said = {row["rule"]: row for row in EXPECTED["flags"]}
    story_ = history.stories["2026-W26"]
    (reason,) = story_.reasons
    assert reason["rule"] == "long_run_spike"
    assert "21.0 km in one go on Sun 28 Jun: 44 % longer" in reason["sentence"]
    assert said["long_run_spike"]
    (run,) = history.runs[history.runs["run_id"] == reason["run_ids"]].to_dict("records")
    assert run["file"] == "2026-06-28_0730_long.fit"


@pytest.mark.parametrize("week", ["2026-W19", "2026-W26", "2026-W39"])
def test_a_week_told_later_is_the_week_told_then(reading, history, week):
    row = history.weeks.set_index("week").loc[week]
    end = row["week_start"] + timedelta(days=6)
    then = told(reading[0], as_of=end)
    assert then.week == week
    assert (
        then.late_count
        == (history.runs["local_date"] > end).sum() + (history.other_activities["local_date"] > end).sum()
    )
    for table in ("weeks", "days", "runs", "flags", "curves"):
        rows = getattr(then, table)
        # A table without rows has no types yet.
        pd.testing.assert_frame_equal(
            getattr(history, table).iloc[: len(rows)], rows, check_dtype=not rows.empty
        )
    now, story_then = told(reading[0], week=week).story, then.story
    for name in ("verdict", "headline", "action", "cannot_tell"):
        assert getattr(now, name) == getattr(story_then, name)
    for name in ("reasons", "folded", "notes"):
        sentences = [[row["sentence"] for row in getattr(one, name)] for one in (now, story_then)]
        assert sentences[0] == sentences[1]


def test_the_order_of_files_changes_nothing(reading, history):
    intake = reading[0]
    shuffled = random.Random(7).sample(intake.records, len(intake.records))  # noqa: S311 - any order will do
    other = told(Intake(shuffled, intake.skipped, intake.repaired, intake.file_count))
    for table in ("runs", "days", "weeks", "flags", "skipped", "other_activities", "sessions"):
        pd.testing.assert_frame_equal(getattr(history, table), getattr(other, table))


def test_copies_in_folders_below_change_nothing_but_the_list_of_duplicates(tmp_path):
    for name in SAME_ACTIVITY:
        for folder in ("plain", "twice", "twice/backup/2026"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy(SAMPLES / name, tmp_path / folder / name)
    once, twice = (told(read(tmp_path / folder)) for folder in ("plain", "twice"))
    pd.testing.assert_frame_equal(once.runs.drop(columns="file"), twice.runs.drop(columns="file"))
    for table in ("days", "weeks", "flags"):
        pd.testing.assert_frame_equal(getattr(once, table), getattr(twice, table))
    duplicates = twice.skipped[twice.skipped["kind"] == "duplicate"]
    assert len(duplicates) == len(SAME_ACTIVITY) + 1
    assert len(duplicates) + len(twice.runs) == twice.file_count == 2 * len(SAME_ACTIVITY)
    assert set(duplicates["file"]).isdisjoint(twice.runs["file"])


# What the formats leave out or round off is what may differ. [share of the value, or in its unit]
SAME_ROW = {
    "distance_m": {"rel": 0.01},
    "elapsed_s": {"abs": 2.0},
    "timer_s": {"rel": 0.01},
    "moving_s": {"rel": 0.01},
    "speed_mean_mps": {"rel": 0.01},
    "graded_speed_mean_mps": {"rel": 0.015},
    "elevation_gain_computed_m": {"rel": 0.1},
    "elevation_loss_computed_m": {"rel": 0.1},
    "heart_rate_mean_bpm": {"abs": 0.5},
    "heart_rate_max_bpm": {"abs": 1.0},
    "cadence_mean_spm": {"abs": 1.0},
    "step_length_mean_m": {"rel": 0.02},
    "leg_load_km": {"rel": 0.03},
    "load": {"rel": 0.03},
}


ENCODERS = {"fit": fit_bytes, "gpx": gpx_bytes, "tcx": tcx_bytes}


@pytest.mark.parametrize("when", ["2026-09-05", "2026-07-02", "2026-10-25"])
@pytest.mark.parametrize("form", ["gpx", "tcx"])
def test_the_same_run_as_fit_gpx_and_tcx_gives_the_same_row(tmp_path, when, form):
    outing = next(outing for outing in story() if outing.start.date().isoformat() == when)
    recording = record(outing, seed=demo.SEED)
    rows = {}
    for name in ("fit", form):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"run.{name}").write_bytes(ENCODERS[name](recording))
        (rows[name],) = told(read(tmp_path / name), as_of=None).runs.to_dict("records")
    assert rows[form]["format"] == form
    for name in ("start_time", "local_date", "week", "sport", "is_treadmill", "load_source"):
        assert rows[form][name] == rows["fit"][name], name
    for name, tolerance in SAME_ROW.items():
        assert rows[form][name] == pytest.approx(rows["fit"][name], **tolerance), name
