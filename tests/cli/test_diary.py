"""`loadwatch diary`, as people call it."""

from __future__ import annotations

import io
import json
import sys
from datetime import date, timedelta

import pytest

import loadwatch as lw
from loadwatch.diary import read

TODAY = date.today()  # noqa: DTZ011 - the program asks the same clock
YESTERDAY = TODAY - timedelta(1)


@pytest.fixture
def folder(tmp_path, one_run):
    place = tmp_path / "runs"
    (place / "2026").mkdir(parents=True)
    (place / "2026" / "run.gpx").write_bytes(one_run)
    return place


def test_an_entry_in_one_line_is_written_beside_the_activities_and_answered(loadwatch, folder):
    told = (
        "diary",
        "add",
        2,
        "--where",
        "sit-bone",
        "--after",
        2,
        "--next-morning",
        4,
        "--note",
        "stairs, again",
    )
    done = loadwatch(*told, cwd=folder)
    assert done.code == 0
    (entry,) = read(folder / "diary.csv").entries
    # Whoever tells the next morning tells of the day before.
    assert (entry.date, entry.site, entry.pain_during, entry.pain_after) == (YESTERDAY, "sit-bone", 2, 2)
    assert (entry.pain_next_morning, entry.note) == (4, "stairs, again")
    assert "▲ yellow" in done.text
    assert "pain of 4" in done.text
    assert "(article" in done.text


def test_an_answer_says_that_lines_were_not_read_since_they_may_be_red(loadwatch, folder):
    unread = 'date,pain_during,note\n2026-10-20,6,"never closed\n14.03.2026,7,\n'
    (folder / "diary.csv").write_text(unread, encoding="utf-8")
    done = loadwatch("diary", "add", 1, cwd=folder)
    assert done.code == 0
    assert "○ green" in done.text
    assert "line 2: a quotation mark is opened and never closed" in done.errors
    assert "And 1 more remark: see `loadwatch diary show`." in done.errors


def test_the_folder_and_the_file_can_be_named(loadwatch, folder, tmp_path):
    assert loadwatch("diary", "add", 1, "--folder", folder).code == 0
    assert loadwatch("diary", "add", 1, "--diary", tmp_path / "other.csv").code == 0
    assert len(read(folder / "diary.csv").entries) == len(read(tmp_path / "other.csv").entries) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("diary", "add", 11), "PAIN must be a whole number from 0 to 10, not `11`"),
        (("diary", "add", 2, "--after", 11), "`--after` must be a whole number from 0 to 10"),
        (("diary", "add", 2, "--strength", "long"), "`--strength` must be"),
        (("diary", "add", 2, "--where", "thigh"), "`--where` cannot be `thigh`"),
        (("diary", "add", 2, "--hurts-in", "sleeping"), "`--hurts-in` cannot be"),
        (("diary", "add", 2, "--note", "x" * 1001), "`--note` is longer"),
        (("diary", "add", 2, "--during", 2), "told twice"),
        (("diary", "add", 2, "--date", "14.03.2026"), "`--date` is `14.03.2026`, which is not read"),
        (("diary", "add", 2, "--where", "behind-kne"), "did you mean behind-knee?"),
        (("diary", "add", 2, "--date", (TODAY + timedelta(1)).isoformat()), "has not come yet"),
        (("diary", "add"), "Usage: loadwatch diary add"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_written(loadwatch, folder, arguments, said):
    done = loadwatch(*arguments, cwd=folder)
    assert done.code == 2
    assert said in done.errors
    assert not (folder / "diary.csv").exists()


def test_a_folder_without_activities_and_diary_is_refused(loadwatch, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = loadwatch("diary", "add", 2, cwd=empty)
    assert done.code == 2
    assert "holds neither activities nor a diary" in done.errors
    assert list(empty.iterdir()) == []
    assert loadwatch("diary", "add", 2, "--folder", tmp_path / "none").code == 2


def test_the_folder_may_be_an_argument_of_show(loadwatch, folder, tmp_path):
    loadwatch("diary", "add", 2, "--folder", folder)
    told = [
        loadwatch("diary", "show", *named).text
        for named in ((folder,), ("--folder", folder), (folder, "--folder", folder))
    ]
    assert "2 during" in told[0]
    assert len(set(told)) == 1
    both = loadwatch("diary", "show", folder, "--folder", tmp_path)
    assert both.code == 2
    assert f"two folders are named, {folder} and --folder {tmp_path}; name only one." in both.errors


def test_red_says_see_a_professional_and_stays_beside_a_milder_entry(loadwatch, folder):
    red = loadwatch("diary", "add", 6, "--where", "buttock", "--date", YESTERDAY.isoformat(), cwd=folder)
    assert "■ red" in red.text
    assert "see a professional" in red.text
    mild = loadwatch("diary", "add", 1, "--where", "buttock", "--course", "eases", cwd=folder)
    assert "○ green" in mild.text
    assert "see a professional" in mild.text


def test_bare_at_a_terminal_it_asks_and_asks_again_and_more_only_on_pain(loadwatch, folder, monkeypatch):
    class Keyboard(io.StringIO):
        def isatty(self):
            return True

    answers = [
        "",
        "eleven",
        "3",
        "sit bone",
        "left",
        "",
        "2",
        "eases",
        "ache",
        "fine",
        "",
        "3",
        "",
        "",
        "20",
        "",
        "hm",
    ]
    monkeypatch.setattr(sys, "stdin", Keyboard("\n".join(answers) + "\n"))
    done = loadwatch("diary", "add", cwd=folder, terminal=True)
    assert done.code == 0, done.text + done.errors
    (entry,) = read(folder / "diary.csv").entries
    assert (entry.date, entry.pain_during, entry.site, entry.side) == (TODAY, 3, "sit-bone", "left")
    assert (entry.course, entry.feel, entry.hop_test) == ("eases", "ache", "fine")
    assert (entry.travels_down_leg, entry.strength_min, entry.note) == (True, 20, "hm")
    assert "must be a whole number" in done.text
    monkeypatch.setattr(sys, "stdin", Keyboard("\n0\n\n\n\n30\nrow\n"))
    assert loadwatch("diary", "add", cwd=folder, terminal=True).code == 0
    assert "Which leg" not in loadwatch("diary", "show", cwd=folder).text


def test_the_diary_is_shown_newest_first_with_its_faults(loadwatch, folder):
    (folder / "diary.csv").write_text(
        "date,site,pain_during,course,race,note\n2026-03-01,sit-bone,2,eases,,\n3/2/2026,sit-bone,2,,,\n"
        "2026-03-05,buttock,7,,,\x1b[2Jold\n2026-03-04,,,,yes,\n",
        encoding="utf-8",
    )
    done = loadwatch("diary", "show", cwd=folder)
    assert done.code == 0
    assert [line.split("2026")[0].strip() for line in done.lines] == [
        "■ red  Thu 5 Mar",
        "Wed 4 Mar",
        "○ green  Sun 1 Mar",
    ]
    assert "race" in done.lines[1]
    assert "\x1b" not in done.text
    assert "line 3: `date` is `3/2/2026`" in done.errors
    coloured = loadwatch("diary", "show", cwd=folder, terminal=True)
    assert "\x1b[1;31m■ red\x1b[0m" in coloured.text


def test_what_a_line_says_beside_pain_is_shown(loadwatch, folder):
    (folder / "diary.csv").write_text(
        "date,site,pain_during,race,recovery,closed\n2026-03-01,sit-bone,2,yes,,\n2026-03-02,sit-bone,,,,yes\n"
        "2026-03-03,sit-bone,1,,,\n2026-03-03,sit-bone,,,,yes\n2026-03-04,sit-bone,,,start,\n"
        "2026-03-05,,,,stop,\n",
        encoding="utf-8",
    )
    lines = loadwatch("diary", "show", cwd=folder).lines
    assert [line.split("; ")[-1] for line in lines] == [
        "the return to running is stopped",
        "a return to running begins",
        "closed",
        "closed",
        "race",
    ]


def test_only_the_newest_are_shown_unless_all_are_asked_for(loadwatch, folder):
    lines = [f"{date(2026, 1, 1) + timedelta(days=number)},1" for number in range(30)]
    (folder / "diary.csv").write_text("\n".join(["date,pain_during", *lines]), encoding="utf-8")
    assert loadwatch("diary", "show", cwd=folder).lines[-1] == "And 10 older entries; --all shows them."
    assert len(loadwatch("diary", "show", "--all", cwd=folder).lines) == 30


def test_an_entry_of_a_day_that_has_not_come_has_no_colour(loadwatch, folder):
    (folder / "diary.csv").write_text(f"date,pain_during\n{TODAY + timedelta(1)},9\n{TODAY},2\n")
    ahead, today = loadwatch("diary", "show", cwd=folder).lines
    assert ahead.endswith("not counted, as the day has not come yet")
    assert "red" not in ahead
    assert "green" in today


def test_without_a_diary_there_is_nothing_to_show(loadwatch, folder):
    done = loadwatch("diary", "show", cwd=folder)
    assert done.code == 1
    assert "`loadwatch diary add` begins one" in done.errors


def test_its_help_is_in_groups_and_nothing_heavy_is_loaded(program, folder):
    done = program("diary", "add", "--help", cwd=folder)
    for heading in ("When and where:", "How much it hurts, 0 to 10:", "Signs that must not wait:"):
        assert heading in done.text
    assert "--next-morning 0-10" in done.text
    loaded = program("diary", "add", 2, cwd=folder, PYTHONPROFILEIMPORTTIME="1").errors
    assert "loadwatch.diary" in loaded
    assert "numpy" not in loaded
    assert "pandas" not in loaded


def scanned(loadwatch, spike, tmp_path, *more):
    out, cache = tmp_path / "out", tmp_path / "cache"
    done = loadwatch("scan", spike, "--as-of", "2026-04-05", "--out", out, "--cache", cache, "--json", *more)
    assert done.code == 0, done.errors
    return json.loads(done.text)


def test_a_scan_invites_in_one_line_and_counts_a_diary_in(loadwatch, spike, tmp_path):
    plain = loadwatch("scan", spike, "--as-of", "2026-04-05", "--out", tmp_path / "out", "--no-cache")
    assert plain.text.count("diary") == 1
    assert scanned(loadwatch, spike, tmp_path)["diary"] is None
    diary = tmp_path / "d.csv"
    diary.write_text("date,site,pain_during\n2026-04-05,sit-bone,6\n5.4.2026,,1\n", encoding="utf-8")
    told = scanned(loadwatch, spike, tmp_path, "--diary", diary)
    assert told["verdict"] == "act"
    assert {flag["rule"] for flag in told["flags"]} == {"long_run_spike", "symptoms"}
    assert told["diary"]["in_force"][0]["colour"] == "red"
    assert [fault["line"] for fault in told["diary"]["faults"]] == [3]
    # Asked again, only what the file says counts.
    diary.write_text("date,site,pain_during\n2026-04-05,sit-bone,1\n", encoding="utf-8")
    again = scanned(loadwatch, spike, tmp_path, "--diary", diary)
    assert again["diary"]["in_force"][0]["colour"] == "green"


def test_the_diary_beside_the_activities_is_read_and_a_named_one_must_be_there(loadwatch, folder, tmp_path):
    (folder / "diary.csv").write_text("date,pain_during\n2026-04-05,6\n", encoding="utf-8")
    done = loadwatch("scan", folder, "--as-of", "2026-04-05", "--out", tmp_path / "out", "--no-cache")
    assert "[symptoms]" in done.text
    missing = loadwatch(
        "scan", folder, "--diary", tmp_path / "none.csv", "--out", tmp_path / "out", "--no-cache"
    )
    assert missing.code == 2
    assert "no such diary" in missing.errors


def test_a_race_in_the_diary_is_a_race(spike, tmp_path):
    diary = tmp_path / "d.csv"
    diary.write_text("date,race\n2026-04-05,yes\n2027-01-01,yes\n", encoding="utf-8")
    history = lw.scan(spike, as_of="2026-04-05", diary=diary, cache=False)
    assert history.runs["is_race"].tolist() == [False] * 5 + [True]
    assert len(history.diary.entries) == 1
    (sentence,) = history.flags.loc[history.flags["rule"] == "long_run_spike", "sentence"]
    assert "marked as a race" in sentence


def test_an_unchanged_scan_with_a_diary_loads_nothing_heavy(program, spike, tmp_path):
    diary = tmp_path / "d.csv"
    diary.write_text("date,pain_during\n2026-04-05,1\n", encoding="utf-8")
    call = (
        "scan",
        spike,
        "--as-of",
        "2026-04-05",
        "--out",
        tmp_path / "out",
        "--cache",
        tmp_path / "cache",
        "--diary",
        diary,
    )
    first = program(*call)
    again = program(*call, PYTHONPROFILEIMPORTTIME="1")
    assert again.output == first.output
    assert "numpy" not in again.errors
    assert "pandas" not in again.errors


def test_green_is_by_the_diary_alone_where_a_scan_that_sees_the_runs_says_yellow(loadwatch, spike, tmp_path):
    told = ("--where", "buttock", "--course", "eases", "--diary", tmp_path / "d.csv", "--date")
    loadwatch("diary", "add", 1, *told, "2026-03-30")
    done = loadwatch("diary", "add", 1, *told, "2026-04-05")
    assert "○ green" in done.text
    assert "That is by the diary alone; a scan also looks at the runs" in done.text
    assert "Green is by the diary alone" in loadwatch("diary", "show", "--diary", tmp_path / "d.csv").errors
    (tmp_path / "own.toml").write_text("[rules.symptoms]\nhilly_pct = 0\n", encoding="utf-8")
    more = ("--diary", tmp_path / "d.csv", "--settings", tmp_path / "own.toml")
    assert scanned(loadwatch, spike, tmp_path, *more)["diary"]["in_force"][0]["colour"] == "yellow"
    red = loadwatch("diary", "add", 6, *told, "2026-04-05")
    assert "alone" not in red.text


def test_a_place_without_a_number_is_written_and_said_to_lack_one(loadwatch, folder):
    done = loadwatch("diary", "add", "--where", "sit-bone", cwd=folder)
    assert done.code == 0
    assert "It names a place and nothing that was felt there, so it has no colour" in done.text
    assert read(folder / "diary.csv").entries[0].site == "sit-bone"
    assert "line 2: it names a place" in loadwatch("diary", "show", cwd=folder).errors
    assert "names a place" not in loadwatch("diary", "add", 0, "--where", "sit-bone", cwd=folder).text


def test_an_entry_of_long_ago_is_kept_and_said_to_change_nothing_of_today(loadwatch, folder):
    assert "days back" not in loadwatch("diary", "add", 1, "--date", YESTERDAY, cwd=folder).text
    done = loadwatch("diary", "add", 6, "--date", "2026-01-10", cwd=folder)
    assert "It lies more than 14 days back" in done.text
    assert "Where it lies before the first run, it flags nothing" in done.text
    # The one run is of April: nothing is flagged for January, and the entry is kept.
    history = lw.scan(folder, as_of="2026-04-05", cache=False)
    assert len(history.diary.entries) == 1
    assert "symptoms" not in set(history.flags["rule"])


def test_only_show_tells_of_a_column_of_the_runners_own(loadwatch, folder, tmp_path):
    (folder / "diary.csv").write_text("date,pain_during,mood\n2026-04-04,1,low\n", encoding="utf-8")
    for call in (
        ("diary", "add", 1),
        ("scan", folder, "--out", tmp_path / "out", "--no-cache", "--as-of", "2026-04-05"),
        ("recover", "status", folder, "--no-cache", "--date", "2026-04-05"),
    ):
        done = loadwatch(*call, cwd=folder)
        assert done.code == 0
        assert "mood" not in done.text + done.errors
    assert "the column `mood` is not known" in loadwatch("diary", "show", cwd=folder).errors
