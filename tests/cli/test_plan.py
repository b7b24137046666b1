"""`loadwatch plan` as people call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """One for all of them: the samples are read once."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def plan(loadwatch, cache):
    """The plan of the samples on a Thursday in June, in the running week of which two runs lie."""

    def called(*more, as_of="2026-06-25", **environment):
        return loadwatch("plan", SAMPLES, "--as-of", as_of, "--cache", cache, *more, **environment)

    return called


def test_it_tells_room_with_its_rules_and_a_week(plan):
    told = plan()
    assert (told.code, told.errors) == (0, "")
    assert told.lines[0].startswith(
        "Room: up to here no rule speaks; not a target. Told as of Thu 25 Jun 2026"
    )
    assert "Week 26, Fri 26 Jun to Sun 28 Jun:" in told.lines
    assert "Week 27, Mon 29 Jun to Sun 5 Jul:" in told.lines
    (longest,) = (line.split() for line in told.lines[:6] if line.startswith("  longest run"))
    assert (longest[3], longest[-1]) == ("km", "[long_run_spike]")
    assert any(line.startswith("    Sun 28 Jun   ") and "easy; climb at most" in line for line in told.lines)
    assert any(line.startswith("  Week 26, 22–28 Jun: ") and "run already" in line for line in told.lines)


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_it_fits_the_terminal(plan, columns):
    told = plan("--race", "2026-10-18", "--long-run", "24km", COLUMNS=columns)
    assert max(map(len, told.lines)) <= int(columns)


def test_a_race_next_year_in_miles_fits_a_narrow_terminal(plan, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[report]\nunits = "imperial"\n', encoding="utf-8")
    asked = ("--race", "2027-04-18", "--long-run", "20mi", "--settings", own)
    told = plan(*asked, as_of="2026-10-25", COLUMNS="60")
    assert max(map(len, told.lines)) <= 60
    (header,) = (line for line in told.lines if line.split() == ["in", "all", "longest", "of", "it"])
    (last,) = (line for line in told.lines if line.startswith("  week 13, 29 Mar–4 Apr "))
    assert last.split()[-6:] == ["51.9", "mi", "20.0", "mi", "39", "%"]
    assert len(header) == len(last)


def test_what_is_printed_is_never_beyond_the_room(plan):
    rooms = json.loads(plan("--json").output)["rooms"]
    most = {limit["name"]: limit["most"] for limit in rooms[0]["limits"]}
    (longest,) = (line.split()[2] for line in plan().lines[:6] if line.startswith("  longest run"))
    assert most["session_m"] - 100.0 <= 1000.0 * float(longest) < most["session_m"]


def test_json_holds_rooms_day_by_day_weeks_and_race(plan, tmp_path):
    told = json.loads(plan("--json", "--weeks", "3", "--race", "2026-10-18", "--long-run", "15mi").output)
    assert [room["week"] for room in told["rooms"]] == ["2026-W26", "2026-W27"]
    assert [day["local_date"] for day in told["rooms"][0]["by_day"]] == [
        *("2026-06-26", "2026-06-27", "2026-06-28"),
    ]
    assert [week["week"] for week in told["weeks"]] == ["2026-W26", "2026-W27", "2026-W28", "2026-W29"]
    assert told["race"]["fits"] is True
    assert told["race"]["long_m"] == pytest.approx(15 * 1609.344)
    assert told["calendar"] is None


def test_a_calendar_file_holds_every_run(plan, tmp_path):
    file = tmp_path / "runs.ics"
    told = plan("--ics", file, "--json")
    runs = [run for week in json.loads(told.output)["weeks"] for run in week["runs"]]
    content = file.read_text(encoding="utf-8")
    assert content.count("BEGIN:VEVENT") == len(runs) > 4
    assert all(f"DTSTART;VALUE=DATE:{run['day'].replace('-', '')}" in content for run in runs)
    assert f"{len(runs)} runs written to {file}." in told.errors


def test_a_race_that_does_not_fit_says_by_how_much_and_when_it_would(plan):
    told = plan("--race", "2026-07-26", "--long-run", "30km").text.replace("\n", " ")
    assert "it does not fit inside the rules, by " in told
    assert "At the soonest it would for a race on " in told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--race", "2026-10-18"), "--race and --long-run go together"),
        (("--race", "2026-10-18", "--long-run", "30"), "'30' is no distance; write one such as 30km"),
        (("--race", "2026-10-18", "--long-run", "3000km"), "name a distance from 1km to 1000km"),
        (("--race", "someday", "--long-run", "30km"), "'someday' is no day"),
        (("--race", "2026-07-01", "--long-run", "30km"), "the race on 2026-07-01 is less than 14 days ahead"),
        (("--race", "2025-07-01", "--long-run", "30km"), "the race on 2025-07-01 is over; name another day"),
        (("--race", "2031-07-01", "--long-run", "30km"), "2031-07-01 is more than a year ahead; name"),
        (("--race", "2026-10-18", "--long-run", "0km"), "name a distance from 1km to 1000km"),
        (("--ics", SAMPLES / "runs.ics"), "which is only read; name a place outside it"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(plan, asked, said):
    told = plan(*asked)
    assert (told.code, told.text) == (2, "")
    assert said in told.errors


def test_too_little_running_is_said_and_writes_no_calendar(plan, tmp_path):
    told = plan(as_of="2026-04-12")
    assert told.code == 0
    assert "No week can be proposed yet" in told.text
    asked = plan("--ics", tmp_path / "runs.ics", as_of="2026-04-12")
    assert (asked.code, asked.text) == (1, "")
    assert "no run can be proposed now, so no calendar file was written" in asked.errors
    assert not (tmp_path / "runs.ics").exists()


def test_red_in_the_diary_writes_no_calendar_and_is_named(plan, tmp_path):
    diary = tmp_path / "diary.csv"
    diary.write_text("date,pain_during\n2026-06-24,6\n", encoding="utf-8")
    asked = plan("--diary", diary, "--ics", tmp_path / "runs.ics")
    assert (asked.code, asked.text) == (1, "")
    assert "while the diary's entry of Wed 24 Jun is red" in asked.errors
    assert not (tmp_path / "runs.ics").exists()
