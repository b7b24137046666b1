"""`loadwatch recover`: the story of one strain, and what is refused."""

from __future__ import annotations

import io
import json
import shutil
import sys
from datetime import date, datetime, time, timedelta

import pytest

import loadwatch as lw
from loadwatch.demo.recording import record
from loadwatch.demo.story import Outing
from loadwatch.demo.xml_files import gpx_bytes
from loadwatch.diary import Entry, append, read
from loadwatch.report import html, terminal

FIRST = date(2026, 3, 2)  # a Monday
STRAIN = date(2026, 4, 5)  # a Sunday, five weeks of 14 km later
TODAY = date.today()  # noqa: DTZ011 - the program asks the same clock
WEEK_KM = {1: 3.0, 3: 3.0, 5: 3.0, 6: 5.0}
SINCE = {
    date(2026, 4, 21): (1.5, "easy", "shore"),
    date(2026, 4, 24): (1.5, "easy", "shore"),
    date(2026, 4, 26): (3.0, "climbs", "ridge"),  # too early
    date(2026, 5, 12): (1.5, "easy", "shore"),
    date(2026, 5, 28): (4.0, "easy", "shore"),
    date(2026, 5, 30): (4.0, "easy", "shore"),
    date(2026, 6, 1): (4.0, "easy", "shore"),
}
TO_FULL = "full-movement,walking,jogging,sprinting,jumping"


def gpx(day, km, kind="easy", course="shore"):
    start = datetime.combine(day, time(7))
    return gpx_bytes(record(Outing(start, kind, 1000 * km, course, 0.0, 0.0, "gpx"), seed=1))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strain") / "runs"
    folder.mkdir()
    for week in range(5):
        for weekday, km in WEEK_KM.items():
            day = FIRST + timedelta(7 * week + weekday)
            (folder / f"{day}.gpx").write_bytes(gpx(day, km))
    for day, run in SINCE.items():
        (folder / f"{day}.gpx").write_bytes(gpx(day, *run))
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "runs")


@pytest.fixture
def recover(loadwatch, folder):
    """Call a command of it in the folder of the runs, told as of a day of April or May 2026."""

    def call(what, month, day, *more):
        return loadwatch("recover", what, ".", "--as-of", f"2026-{month:02}-{day:02}", *more, cwd=folder)

    return call


def started(folder, **told):
    append(
        folder / "diary.csv",
        Entry(STRAIN, **({"site": "mid-thigh", "side": "left"} | told), recovery="start"),
    )


def test_the_story_of_a_strain(loadwatch, recover, folder):
    def diary(*told):
        return loadwatch("diary", "add", *told, cwd=folder)

    def week(as_of):
        history = lw.scan(folder, as_of=as_of)
        text = terminal.summary(history)
        page = html.render(history)
        assert text.count("\n") < 20
        return " ".join(text.split()), " ".join(page.split())

    # The strain, and a return that begins where the diary says that it hurts.
    diary("3", "--where", "mid-thigh", "--side", "left", "--feel", "pull", "--date", STRAIN)
    assert "Return to running" not in week("2026-04-05")[0]
    begun = loadwatch("recover", "start", "--date", STRAIN, cwd=folder)
    assert begun.code == 0
    assert "Return to running (left mid-thigh) since Sun 5 Apr 2026: phase 1" in begun.text
    assert read(folder / "diary.csv").entries[-1] == Entry(
        STRAIN, site="mid-thigh", side="left", recovery="start"
    )

    # Phase 1: no running; walking and a curl open the next one, in two answers.
    status = recover("status", 4, 6)
    assert "Running:\n  No running." in status.text
    assert "Phase 2 begins once these go without pain: walking and standing-curl (001)." in status.text
    assert "Counts: walking." in recover("check", 4, 8, "--painless", "walking").text
    assert "Without pain already: walking on Wed 8 Apr." in recover("status", 4, 8).text
    assert (
        "Phase 2 begins: build strength again."
        in recover("check", 4, 9, "--painless", "standing-curl, jogging").text
    )
    text, page = week("2026-04-10")
    said = "Return to running (left mid-thigh): phase 2 since Thu 9 Apr."
    assert (
        f"{said} No running yet. Phase 3 begins once these go without pain: exercises and daily-life" in text
    )
    assert "<h3>Return to running</h3>" in page
    assert "Windmill on one leg (001)." in page

    # Phase 3: what may be run, in numbers; half of the usual to begin with.
    shut = recover("check", 4, 9, "--painless", "exercises,daily-life")
    assert "answers count from the day after the phase began" in shut.text
    assert "Phase 3 begins: run again" in recover("check", 4, 15, "--painless", "exercises,daily-life").text
    room = "1.5 km in one go, half of the usual 3.0 km, and 7.0 km in 7 days (50 % of the 14.0 km before)"
    assert f"{room}; 3.0 km of it run." in " ".join(recover("status", 4, 24).text.split())
    assert room in week("2026-04-24")[0]

    # A hasty hill session is named, with its numbers.
    named = (
        "3.0 km on Sun 26 Apr in phase 3: hilly (111 m of climb) and longer than the 1.5 km of a first run"
    )
    assert named in " ".join(recover("status", 4, 26).text.split())
    text, page = week("2026-04-26")
    assert named in text
    assert named in page
    told = json.loads(recover("status", 4, 26, "--json").text)["recovery"]
    assert (told["phase"], [one["kinds"] for one in told["named"]]) == ("3", [["hilly", "long"]])

    # It hurts: one phase back, whatever green says; and forward again.
    hurt = diary("2", "--where", "mid-thigh", "--date", "2026-04-27")
    assert "green" in hurt.text
    assert "A return to running (left mid-thigh) is open" in hurt.text
    assert "phase 2, build strength again, since Mon 27 Apr (day 2), after 1 step back on pain" in " ".join(
        recover("status", 4, 28).text.split()
    )
    recover("check", 5, 8, "--painless", "exercises,daily-life")
    assert "phase 3 since Fri 8 May. For now at most 1.5 km in one go" in week("2026-05-12")[0]

    # Full return, and its end after 14 days without pain.
    done = recover("check", 6, 10, "--painless", TO_FULL)
    assert "Full running begins: usual running, more bit by bit." in done.text
    assert "Over on Wed 24 Jun if nothing hurts there until then." in recover("status", 6, 23).text
    assert "full running since Wed 10 Jun" in week("2026-06-12")[0]
    assert recover("status", 6, 24).lines[0].startswith("No return to running is open")
    text, page = week("2026-06-24")
    assert "Return to running" not in text + page


def test_where_no_room_is_told_plan_tells_what_the_return_allows(loadwatch, folder):
    started(folder)
    steps = {8: ("walking", "standing-curl"), 15: ("exercises", "daily-life")}
    for day, painless in steps.items():
        append(folder / "diary.csv", Entry(date(2026, 4, day), site="mid-thigh", painless=painless))
    told = " ".join(loadwatch("plan", ".", "--as-of", "2026-04-24", cwd=folder).text.split())
    assert "None is told on the way back to running" in told
    assert "phase 3 since Wed 15 Apr. For now at most 1.5 km in one go, half of the usual 3.0 km" in told


def test_whoever_has_not_run_cannot_tell_that_running_goes_well(recover, folder):
    started(folder)
    for on, words in ((9, ("walking", "standing-curl")), (15, ("exercises", "daily-life"))):
        append(folder / "diary.csv", Entry(date(2026, 4, on), painless=words))
    text = " ".join(recover("check", 4, 16, "--painless", TO_FULL).text.split())
    assert "walking, full-movement, jogging, sprinting, jumping (too little was run in phase 3)" in text
    asked = "3 runs with a day between (0 so far) and 10.5 km in 7 days (none so far)"
    assert f"Its answers count once phase 3 holds {asked}" in text
    assert "Run first, within what phase 3 allows" in text
    running = json.loads(recover("status", 4, 26, "--json").text)["recovery"]["running"]
    assert (running["is_enough"], running["run_count"], running["least_run_count"]) == (False, 3, 3)


def test_the_state_of_an_earlier_week_is_told_as_it_was_then(folder):
    started(folder)
    append(folder / "diary.csv", Entry(date(2026, 4, 12), painless=("walking", "standing-curl")))
    assert lw.scan(folder, as_of="2026-05-12").recovery.state.phase.id == "2"
    then = lw.scan(folder, as_of="2026-05-12", week="2026-04-08").recovery
    assert (then.state.day, then.state.phase.id) == (date(2026, 4, 12), "2")
    assert lw.scan(folder, as_of="2026-05-12", week="2026-04-01").recovery.state.phase.id == "1"
    assert lw.scan(folder, as_of="2026-05-12", week="2026-03-25").recovery is None


def test_whoever_rests_and_tells_the_diary_is_told_of_today(folder):
    append(folder / "diary.csv", Entry(TODAY - timedelta(3), site="mid-thigh", pain_before=1))
    assert lw.scan(folder).as_of == TODAY
    (folder / "diary.csv").unlink()
    assert lw.scan(folder).as_of == date(2026, 6, 7)  # the Sunday after the newest run


def test_thresholds_of_the_runner_hold_here_too(folder):
    (folder / "loadwatch.toml").write_text("[rules.symptoms]\nhilly_pct = 9\n", encoding="utf-8")
    started(folder)
    for day, words in ((9, ("walking", "standing-curl")), (15, ("exercises", "daily-life"))):
        append(folder / "diary.csv", Entry(date(2026, 4, day), painless=words))
    (one,) = lw.scan(folder, as_of="2026-04-26").recovery.named
    assert one.kinds == ("long",)


def test_nothing_begins_or_is_asked_while_the_diary_is_red(loadwatch, folder):
    append(folder / "diary.csv", Entry(TODAY, site="buttock", pain_during=6))
    refused = loadwatch("recover", "start", "--site", "mid-thigh", cwd=folder)
    assert refused.code == 1
    assert "see a professional" in refused.errors
    assert len(read(folder / "diary.csv").entries) == 1
    none_open = loadwatch("recover", "status", ".", cwd=folder).text
    assert none_open.startswith("Red in the diary of")
    assert none_open.index("see a professional") < none_open.index("No return to running is open")
    append(folder / "diary.csv", Entry(TODAY - timedelta(5), site="mid-thigh", recovery="start"))
    before = (folder / "diary.csv").read_bytes()
    held = loadwatch("recover", "check", ".", "--painless", "walking", cwd=folder)
    assert held.code == 1
    assert "see a professional" in held.errors
    assert (folder / "diary.csv").read_bytes() == before
    status = loadwatch("recover", "status", ".", cwd=folder)
    assert status.code == 0
    assert status.text.startswith("■ Return to running")
    assert "Stop running and see a professional." in status.text
    assert "Windmill" not in status.text


def test_none_begins_on_an_earlier_day_that_was_red(loadwatch, folder):
    append(folder / "diary.csv", Entry(STRAIN, site="mid-thigh", pop=True))
    start = ("recover", "start", "--site", "mid-thigh", "--date")
    refused = loadwatch(*start, (STRAIN + timedelta(1)).isoformat(), cwd=folder)
    assert refused.code == 1
    assert "today, not next week" in refused.errors
    assert loadwatch(*start, (STRAIN + timedelta(20)).isoformat(), cwd=folder).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("start",), "say where it hurts with --where"),
        (("start", "--site", "thigh"), "did you mean mid-thigh?"),
        (("start", "--site", "mid-thigh", "--side", "both legs"), "`--side` cannot be"),
        (("start", "--site", "mid-thigh", "--date", "2999-01-01"), "has not come yet"),
        (("start", "--site", "mid-thigh", "--date", "1/2/2026"), "is no day"),
        (("check", "."), "no return to running is open"),
        (("status", "nowhere"), "nowhere"),
        (("status", ".", "--folder", ".."), "two folders are named"),
        (("check", ".", "other", "--folder", "."), "name only one of the two"),
        (("start", ".", "--folder", "..", "--site", "mid-thigh"), "two folders are named"),
    ],
)
def test_wrong_use_is_one_sentence_and_writes_nothing(loadwatch, folder, arguments, said):
    done = loadwatch("recover", *arguments, cwd=folder)
    assert (done.code, done.text) == (2, "")
    assert said in done.errors
    assert not (folder / "diary.csv").exists()


def test_a_return_begins_once(loadwatch, folder):
    started(folder)
    done = loadwatch("recover", "start", "--site", "mid-thigh", cwd=folder)
    assert done.code == 2
    assert "is open since 2026-04-05" in done.errors
    assert loadwatch("diary", "add", "--recovery", "stop", cwd=folder).code == 0
    assert loadwatch("recover", "start", "--site", "mid-thigh", cwd=folder).code == 0


def test_a_word_that_is_no_gate_is_refused(recover, folder):
    started(folder)
    before = (folder / "diary.csv").read_bytes()
    done = recover("check", 4, 8, "--painless", "wlaking")
    assert done.code == 2
    assert "did you mean walking?" in done.errors
    assert (folder / "diary.csv").read_bytes() == before


def test_the_folder_may_be_an_argument_or_an_option_or_the_current_one(loadwatch, folder):
    assert loadwatch("recover", "start", folder, "--where", "mid-thigh", "--date", STRAIN).code == 0
    told = [
        loadwatch("recover", "status", *named, "--date", "2026-04-10", cwd=cwd).text
        for named, cwd in (
            ((folder,), None),
            (("--folder", folder), None),
            ((folder, "--folder", folder), None),
            ((), folder),
        )
    ]
    assert "phase 1" in told[0]
    assert len(set(told)) == 1


def test_one_option_names_the_day_of_an_answer_and_of_what_is_told(loadwatch, folder):
    started(folder)
    done = loadwatch("recover", "check", ".", "--date", "2026-04-08", "--painless", "walking", cwd=folder)
    assert "Counts: walking." in done.text
    assert "phase 1, protect it and let it settle, since Sun 5 Apr (day 4)" in " ".join(done.text.split())
    assert "Told as of Wed 8 Apr 2026" in done.errors


def test_at_a_terminal_each_open_gate_is_asked(loadwatch, folder, monkeypatch):
    class Answers(io.StringIO):
        def isatty(self) -> bool:
            return True

    started(folder)
    monkeypatch.setattr(sys, "stdin", Answers("y\nn\n"))
    done = loadwatch("recover", "check", ".", "--as-of", "2026-04-08", cwd=folder, terminal=True)
    assert done.code == 0
    assert "Can you walk without pain?" in done.text
    assert "Counts: walking." in done.text
    assert read(folder / "diary.csv").entries[-1].painless == ("walking",)


def test_without_a_terminal_and_an_answer_nothing_is_written(recover, folder):
    started(folder)
    before = (folder / "diary.csv").read_bytes()
    done = recover("check", 4, 8)
    assert done.code == 0
    assert "phase 1" in done.text
    assert (folder / "diary.csv").read_bytes() == before


def test_for_sit_bone_pain_it_is_said_that_the_phases_are_not_meant_for_it(loadwatch, folder):
    done = loadwatch("recover", "start", "--site", "sit-bone", cwd=folder)
    told = " ".join(done.text.split())
    assert "The phases are not meant for pain at the sit bone" in told
    assert "But 000: cycling can irritate" in told


def test_each_command_helps_in_whole_lines(loadwatch):
    lines = loadwatch("recover", "--help", COLUMNS="80").lines
    for name in ("start", "check", "status"):
        (line,) = [line for line in lines if line.split()[:1] == [name]]
        assert line.endswith(".")
        assert "Exit codes:" in loadwatch("recover", name, "--help").text
