"""The whole scan over the real files, read once: nothing is lost, and the alarms stay few enough to read."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from xml.etree import ElementTree as ET

import pytest

import duplicates
import histories
from loadwatch import columns, pipeline, sources, survey
from loadwatch import intake as reader
from loadwatch.intake import Intake
from loadwatch.report.tables import scan_json
from loadwatch.settings import Settings

pytestmark = pytest.mark.corpus

FIRST, LAST = date(2016, 1, 4), date(2018, 12, 30)  # the Monday of 2016-W01 to the Sunday of 2018-W52
KINDS = {"not_a_run", "not_an_activity", "duplicate", "empty", "unreadable", "implausible"}


@pytest.fixture(scope="session")
def before(corpus):
    """Every file with its size and time of change, before anything is read."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in (corpus / "files").rglob("*")}


@pytest.fixture(scope="session")
def intake(corpus, before):
    """Every real file reduced, hostile ones among them: some four minutes."""
    root = corpus / "files"
    files = sources.find([root], survey.is_activity_file)
    return reader.read_files(survey.look(files), [root], Settings())


@pytest.fixture(scope="session")
def everyone(intake, corpus):
    """All of it told as if it were one runner's."""
    return pipeline.tell(intake, Settings(), [corpus / "files"])


@pytest.fixture(scope="session")
def one_runner(corpus):
    """What the names of the files of one real and irregular runner begin with."""
    folder = histories.find(corpus, "three-years")
    return f"{folder.relative_to(corpus / 'files').as_posix()}/"


@pytest.fixture(scope="session")
def runner(intake, corpus, one_runner):
    """One real and irregular runner."""
    records = [record for record in intake.records if record.facts["file"].startswith(one_runner)]
    skipped = [row for row in intake.skipped if row["file"].startswith(one_runner)]
    return pipeline.tell(Intake(records, skipped, {}, len(records) + len(skipped)), Settings(), [corpus])


def whole_file(name: str) -> str:
    """The file of an activity that may be one of several in it."""
    return name.partition(" (part ")[0]


def test_nothing_is_written_among_the_files(intake, before, corpus):
    after = {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in (corpus / "files").rglob("*")}
    assert after == before


def test_every_file_ends_as_a_run_another_activity_or_left_out_with_a_reason(everyone, intake, corpus):
    skipped = everyone.skipped
    assert set(skipped["kind"]) <= KINDS
    assert (skipped["reason"].str.len() > 5).all()
    runs, left_out = list(everyone.runs["file"]), list(skipped["file"])
    assert len(runs) + len(left_out) == len(set(runs) | set(left_out))
    assert len(intake.records) + len(intake.skipped) == len(runs) + len(left_out) + everyone.late_count
    files = sources.find([corpus / "files"], survey.is_activity_file)
    told = {whole_file(name) for name in [*runs, *left_out]}
    late = {whole_file(record.facts["file"]) for record in intake.records} - told
    # A member of an archive is told of by its place in it.
    on_disk = {sources.locate(corpus / "files" / name)[0] for name in told | late}
    assert set(files) == on_disk
    assert len(late) <= everyone.late_count
    assert (skipped["kind"] == "not_a_run").sum() == len(everyone.other_activities)
    members = {name for name in told | late if not (corpus / "files" / name).is_file()}
    archives = {sources.locate(corpus / "files" / name)[0] for name in members}
    assert everyone.file_count == len(files) - len(archives) + len(members) > 1200


def sessions_told(corpus):
    """Sessions of each file as other programs count them: FIT by the table of device totals, TCX by its XML.

    A GPX file does not say which of its tracks are one outing: at least one, at most every track.
    """
    with (corpus / "device_totals.csv").open(encoding="utf-8") as table:
        told = {path: (n, n) for path, n in Counter(row["path"] for row in csv.DictReader(table)).items()}
    for path in sorted((corpus / "files").rglob("*")):
        if path.suffix.lower() not in {".tcx", ".gpx"} or not path.is_file():
            continue
        try:
            root = ET.fromstring(path.read_bytes().lstrip(b"\xef\xbb\xbf \t\r\n"))  # noqa: S314 - known files
        except ET.ParseError:
            continue
        tags = Counter(element.tag.rpartition("}")[2] for element in root.iter())
        most = max(1, tags["Activity" if path.suffix.lower() == ".tcx" else "trk"])
        name = path.relative_to(corpus / "files").as_posix()
        told[name] = (most if path.suffix.lower() == ".tcx" else 1, most)
    return told


def test_every_session_ends_as_exactly_one_thing(intake, everyone, corpus):
    ends = Counter(whole_file(record.facts["file"]) for record in intake.records)
    usable = set(ends)
    ends.update(whole_file(row["file"]) for row in intake.skipped)
    told = sessions_told(corpus)
    assert len(told) > 1150
    # Where no session can be used, the file is told of once, with the first one's reason.
    wrong = {
        name: (ends[name], least, most)
        for name, (least, most) in told.items()
        if not (least if name in usable else 1) <= ends[name] <= most
    }
    assert wrong == {}
    counts = scan_json(everyone)["counts"]
    found = len(intake.records) + len(intake.skipped)
    assert counts["runs"] + counts["duplicates"] + counts["skipped"] + counts["later"] == found
    kinds = everyone.skipped["kind"].value_counts()
    assert kinds["not_a_run"] == counts["other_activities"]
    assert kinds.sum() == counts["duplicates"] + counts["skipped"]


def test_duplicates_are_found_and_no_others_taken_for_them(intake, record_property):
    score = duplicates.judge_labelled(intake.records)
    record_property("precision", score.precision)
    record_property("recall", score.recall)
    print(score.text("labelled real files"))  # noqa: T201 - shown with pytest -rP
    assert score.wanted > 120
    assert score.recall >= 0.98
    assert score.false == ()


def test_nothing_broke_in_a_way_no_one_foresaw(intake):
    assert [row for row in intake.skipped if "please report" in row["reason"]] == []


def test_every_sound_run_is_read(intake, corpus):
    """Severity blank, a running sport in any spelling, and records: each is a record, or implausible."""
    with (corpus / "manifest.csv").open(encoding="utf-8") as table:
        sound = {
            row["path"]
            for row in csv.DictReader(table)
            if row["format"] in {"fit", "gpx", "tcx"}
            and not row["severity"]
            and "run" in row["sport"].lower()
            and float(row["n_records"] or 0) > 0
        }
    assert len(sound) > 300
    read = {whole_file(record.facts["file"]) for record in intake.records}
    implausible = {whole_file(row["file"]) for row in intake.skipped if row["kind"] == "implausible"}
    assert sound - read - implausible == set()
    assert len(implausible & sound) <= 3


def test_all_tables_carry_their_columns(everyone, runner):
    for history in (everyone, runner):
        for name in ("runs", "days", "weeks", "flags", "skipped"):
            assert list(getattr(history, name).columns) == columns.names(columns.TABLES[name])
        assert set(history.stories) == set(history.weeks["week"])
        assert history.runs["load"].notna().all()
        assert history.runs["run_id"].is_unique


def test_every_week_of_three_years_is_there_empty_ones_with_no_run(runner):
    weeks = runner.weeks[(runner.weeks["week"] >= "2016-W01") & (runner.weeks["week"] <= "2018-W52")]
    wanted = [f"{year}-W{week:02d}" for year in (2016, 2017, 2018) for week in range(1, 53)]
    assert list(weeks["week"]) == wanted
    empty = weeks[weeks["run_count"] == 0]
    assert len(empty) >= 20
    assert (empty[["distance_m", "moving_s", "longest_run_m", "load"]] == 0.0).all(axis=None)
    assert (empty["rest_day_count"] == 7).all()
    assert weeks["run_count"].sum() == runner.runs["local_date"].between(FIRST, LAST).sum()


def test_alarms_of_an_irregular_runner_stay_readable(runner, record_property):
    """Firing rates near those the thresholds were set by: a change of definition shows here first."""
    days = runner.days[runner.days["local_date"].between(FIRST, LAST)]
    flags = runner.flags[runner.flags["local_date"].between(FIRST, LAST)]
    # A session over midnight is judged on both days, and counted once.
    sessions = runner.sessions[runner.sessions["local_date"].between(FIRST, LAST)]
    judged = sessions["baseline_m"].notna().sum()
    fortnights, weeks = len(days) / 14, days["week"].nunique()
    up = flags[flags["level"].isin(["watch", "act"])]
    long_runs = flags[(flags["rule"] == "long_run_spike") & flags["local_date"].isin(sessions["local_date"])]
    levels = long_runs["level"].value_counts()
    figures = {
        **{
            f"F1 {level} % of judged sessions": 100 * levels.get(level, 0) / judged
            for level in ("note", "watch", "act")
        },
        "F1 in all % of judged sessions": 100 * levels.sum() / judged,
        **{
            f"{rule} days at watch or above per 14": (up["rule"] == rule).sum() / fortnights
            for rule in ("long_run_spike", "volume_jump", "long_steps")
        },
        "raises per 14 days": flags["is_raise"].sum() / fortnights,
        "% of weeks with a raise": 100 * flags.loc[flags["is_raise"], "week"].nunique() / weeks,
        "% of weeks with an act": 100
        * flags.loc[flags["is_raise"] & (flags["level"] == "act"), "week"].nunique()
        / weeks,
    }
    for name, value in figures.items():
        record_property(name, round(float(value), 2))
        print(f"{name}: {value:.2f}")  # noqa: T201 - shown with pytest -rP
    bands = {
        "F1 note % of judged sessions": (1, 8),
        "F1 watch % of judged sessions": (1.5, 8),
        "F1 act % of judged sessions": (0.5, 5),
        "F1 in all % of judged sessions": (1, 10),
        "long_run_spike days at watch or above per 14": (0.1, 0.5),
        "volume_jump days at watch or above per 14": (0.2, 1.0),
        "long_steps days at watch or above per 14": (0, 0.3),
        "raises per 14 days": (0.1, 1.0),
        "% of weeks with a raise": (5, 30),
        "% of weeks with an act": (1, 10),
    }
    outside = {name: figures[name] for name, (low, high) in bands.items() if not low <= figures[name] <= high}
    assert outside == {}


def test_what_was_said_of_a_week_then_is_what_is_said_of_it_now(intake, runner, one_runner, corpus):
    records = [record for record in intake.records if record.facts["file"].startswith(one_runner)]
    for end in (date(2016, 6, 5), date(2017, 10, 8), date(2018, 9, 16)):
        then = pipeline.tell(Intake(records), Settings(), [corpus], as_of=end)
        now = runner.flags[runner.flags["local_date"] <= end]
        assert list(then.flags["sentence"]) == list(now["sentence"])
        assert list(then.weeks["verdict"]) == list(runner.weeks["verdict"].iloc[: len(then.weeks)])
