"""The program itself, over real processes and real connections on this machine, and what is done to them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from distributed import as_completed

from loadwatch.cohort import coordinator

from .conftest import PATIENCE_S, SAMPLES, copied, files_of, make_study, runner, settle, wait_until

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix"),
]

AS_OF = "2026-05-31"
COUNT, FILES = 6, 2


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Some runners with few runs each, and one who cannot be told."""
    folder = tmp_path_factory.mktemp("club") / "root"
    for number in range(COUNT):
        copied(folder / f"runner {number}", SAMPLES[number : number + FILES])
    copied(folder / "faulty", SAMPLES[:1])
    (folder / "faulty" / "loadwatch.toml").write_text("[nonsense]\n")
    (folder / "loose.gpx").write_bytes(b"<gpx/>")
    settle(folder)
    return folder


def command(*arguments):
    return [sys.executable, "-m", "loadwatch", "cohort", *map(str, arguments)]


def cohort(root, dest, *options):
    return command(root, "--out", dest, "--as-of", AS_OF, "--json", *options)


def done(call, code=0):
    run = subprocess.run(call, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert run.returncode == code, run.stderr
    return run


@pytest.fixture(scope="module")
def undisturbed(root, tmp_path_factory):
    """Where an undisturbed call wrote, what it said, and on stderr."""
    dest = tmp_path_factory.mktemp("undisturbed") / "dest"
    run = done(cohort(root, dest, "--jobs", 2))
    return dest, json.loads(run.stdout), run.stderr


def states(dest):
    return sorted((Path(dest) / "state").glob("*.json"))


@contextlib.contextmanager
def started(*words, announces):
    """A process of Dask, and what it says of where it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        for line in process.stderr:
            if found := re.search(announces, line):
                break
        else:
            raise AssertionError(words)
        yield process, found[1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()


@contextlib.contextmanager
def scheduler():
    words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    with started(*words, announces=r"Scheduler at:\s+(tcp://\S+)") as (process, address):
        yield process, address


@contextlib.contextmanager
def worker(address, name, *options):
    words = ("worker", address, "--name", name, "--nthreads", "1", "--no-dashboard")
    words += options or ("--no-nanny",)
    with started(*words, announces=r"(Registered) to:") as (process, _):
        yield process


def test_a_cohort_is_told_and_the_same_again_is_not(root, undisturbed):
    dest, said, errors = undisturbed
    assert (said["runners"], said["told"], said["failed"]) == (COUNT + 1, COUNT, 1)
    assert (said["told_anew"], said["files_read"]) == (COUNT + 1, COUNT * FILES)
    assert said["failures"][0]["runner"] == "faulty"
    assert sum(said["verdicts"].values()) == COUNT
    assert errors == f"loadwatch: left out, as no runner's: 1 activity file directly in {root}.\n"
    before = files_of(dest)
    again = json.loads(done(cohort(root, dest, "--jobs", 1, "--strict"), code=1).stdout)
    assert (again["told_anew"], again["files_read"]) == (1, 0)
    assert files_of(dest) == before


def test_status_tells_what_is_there(undisturbed):
    dest, said, _ = undisturbed
    told = json.loads(done(command("status", dest, "--json")).stdout)
    assert told["is_complete"]
    assert told["study"]["as_of"] == AS_OF
    assert {name: told[name] for name in ("runners", "told", "failed", "verdicts")} == {
        name: said[name] for name in ("runners", "told", "failed", "verdicts")
    }
    shown = done(command("status", dest))
    assert not shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0] == f"{COUNT + 1} runners: {COUNT} told, 1 failed."
    assert any(line.startswith("  faulty: ") for line in lines)


def test_the_page_and_the_rates_over_all_are_there(undisturbed):
    dest, said, _ = undisturbed
    page = (dest / "index.html").read_text(encoding="utf-8")
    assert f"{COUNT} runners told" in page.replace("\xa0", " ")
    assert "<bdi>faulty</bdi>" in page
    told = json.loads(done(command("replay", dest, "--json")).stdout)
    assert told["is_complete"]
    assert told["runners"] + told["runners_with_too_few_days"] == said["told"]
    assert "there is no rate to tell" in done(command("replay", dest)).stdout
    assert "holds no results" in done(command("replay", dest.parent), code=2).stderr


def test_other_pins_are_said_and_runners_gone_are_told_of(root, tmp_path):
    few = tmp_path / "few"
    for number in range(2):
        copied(few / f"runner {number}", SAMPLES[number : number + 1])
    settle(few)
    dest = tmp_path / "dest"
    done(cohort(few, dest, "--jobs", 1))
    (few / "runner 1").rename(few / ".away")
    settings = tmp_path / "pinned.toml"
    settings.write_text('[calendar]\nweek_starts = "sunday"\n')
    run = done(cohort(few, dest, "--jobs", 1, "--settings", settings))
    assert "was told with other settings for all; every runner is told anew." in run.stderr
    said = json.loads(run.stdout)
    assert (said["told_anew"], said["files_read"], said["gone"]) == (1, 0, ["runner 1"])
    assert (dest / "runs" / "runner=runner 1").is_dir() or list(dest.glob("runs/*1"))
    kept = json.loads((dest / "study.json").read_text())
    assert kept["settings"] == settings.read_text()
    assert "runner 1" in done(command("status", dest)).stdout


def test_two_at_once_do_not_spoil_each_other(root, undisturbed, tmp_path):
    dest = tmp_path / "dest"
    both = [
        subprocess.Popen(cohort(root, dest, "--jobs", 1), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for one in both:
        _, errors = one.communicate(timeout=PATIENCE_S)
        assert one.returncode == 0, errors
    assert files_of(dest) == files_of(undisturbed[0])
    assert not list((dest / ".part").iterdir())


def test_one_that_is_pinned_otherwise_meanwhile_does_not_call_itself_whole(root, tmp_path):
    dest = tmp_path / "dest"
    process = subprocess.Popen(
        cohort(root, dest, "--jobs", 1), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: states(dest), process)
    kept = json.loads((dest / "study.json").read_text())
    (dest / "study.json").write_text(json.dumps(kept | {"as_of": "2026-05-30"}))
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "another call told runners there otherwise at the same time" in errors
    assert not (dest / "last_run.json").exists()


def test_what_no_stage_raises_is_nobodys_failure_but_the_workers():
    with coordinator.cluster(None, 1) as client:
        # As where a worker's code is too old to know what it is handed.
        future = client.submit(getattr, 0, "nothing")
        with pytest.raises(coordinator.ClusterError, match=r"cannot take part \(AttributeError"):
            coordinator._result(next(as_completed([future], loop=client.loop)))


def test_a_coordinator_killed_midway_is_gone_on_from(root, undisturbed, tmp_path):
    dest = tmp_path / "dest"
    process = subprocess.Popen(
        cohort(root, dest, "--jobs", 1),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until(lambda: len(states(dest)) >= 2, process)
    process.kill()
    process.communicate()
    already = len(states(dest))
    assert already < COUNT
    assert "is not complete" in done(command("status", dest)).stderr
    said = json.loads(done(cohort(root, dest, "--jobs", 1)).stdout)
    assert said["files_read"] <= (COUNT - already + 2) * FILES
    assert files_of(dest) == files_of(undisturbed[0])


def test_ctrl_c_ends_it_in_one_sentence(root, tmp_path):
    dest = tmp_path / "dest"
    process = subprocess.Popen(
        cohort(root, dest, "--jobs", 1),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: states(dest), process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all of its processes
    shown, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert shown == ""
    assert errors.splitlines()[-2:] == [
        "loadwatch: what was done is kept; the same command goes on from there.",
        "loadwatch: stopped.",
    ]
    assert "Traceback" not in errors


def test_a_worker_killed_midway_loses_nothing(root, undisturbed, tmp_path):
    dest = tmp_path / "dest"
    with scheduler() as (_, address), worker(address, "a") as first, worker(address, "b"):
        process = subprocess.Popen(
            cohort(root, dest, "--scheduler", address),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(lambda: len(states(dest)) >= 2, process)
        first.kill()
        shown, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors
    said = json.loads(shown)
    assert (said["told"], said["failed"]) == (COUNT, 1)
    assert files_of(dest) == files_of(undisturbed[0])


DEADLY = """
import os, loadwatch.gather as gather
if not hasattr(gather, "read_one_alive"):  # Dask loads this twice
    gather.read_one_alive = gather.read_one
    def deadly(one, *rest):
        if "runner 1" in str(one.path):
            os._exit(1)
        return gather.read_one_alive(one, *rest)
    gather.read_one = deadly
"""


def test_a_runner_that_kills_every_worker_costs_nobody_else_anything(
    root, undisturbed, tmp_path, monkeypatch
):
    # Given up at the first death, with whatever else that worker had in hand.
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    deadly = tmp_path / "deadly.py"
    deadly.write_text(DEADLY)
    dest = tmp_path / "dest"
    with scheduler() as (_, address), worker(address, "a", "--nanny", "--preload", str(deadly)):
        said = json.loads(done(cohort(root, dest, "--scheduler", address)).stdout)
    assert (said["told"], said["failed"]) == (COUNT - 1, 2)
    failures = {failure["runner"]: failure["error"] for failure in said["failures"]}
    assert failures["runner 1"].startswith("every worker that had it in hand died")
    mine, others = files_of(dest), files_of(undisturbed[0])
    differing = {name for name in mine.keys() | others.keys() if mine.get(name) != others.get(name)}
    theirs = {name for name in differing if "runner 1" not in name and "runner%201" not in name}
    assert theirs == {"index.html"}  # which tells of the failure


def test_a_scheduler_lost_is_said_in_one_sentence_and_gone_on_from(root, undisturbed, tmp_path):
    dest = tmp_path / "dest"
    with scheduler() as (lost, address), worker(address, "a"):
        process = subprocess.Popen(
            cohort(root, dest, "--scheduler", address),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(lambda: len(states(dest)) >= 2, process)
        lost.kill()
        shown, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert shown == ""
    assert errors == (
        "loadwatch: the scheduler is lost; what was done is kept, and the same command goes on from there.\n"
    )
    already = len(states(dest))
    with scheduler() as (_, address), worker(address, "a"):
        said = json.loads(done(cohort(root, dest, "--scheduler", address)).stdout)
    assert said["files_read"] <= (COUNT - already + 1) * FILES
    assert files_of(dest) == files_of(undisturbed[0])


def test_a_scheduler_lost_before_the_first_task_is_said_likewise(root, tmp_path):
    study = make_study(root, tmp_path / "dest")
    with scheduler() as (lost, address), worker(address, "a"), coordinator.cluster(address, None) as client:
        lost.kill()
        lost.wait()
        with pytest.raises(coordinator.ClusterError, match="the scheduler is lost"):
            coordinator.run(study, [runner("runner 0")], client)


def test_a_scheduler_that_is_not_there_is_named(root, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    errors = done(cohort(root, tmp_path / "dest", "--scheduler", address), code=2).stderr
    assert errors == f"loadwatch: {address}: no scheduler answers there; start one with `dask scheduler`.\n"


def test_workers_of_its_own_are_reached_from_this_machine_alone():
    with coordinator.cluster(None, 1):
        mine = psutil.Process()
        listening = {
            connection.laddr.ip
            for process in (mine, *mine.children(recursive=True))
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        }
    assert listening == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["{root}", "--out", "{root}/dest"], "lies inside"),
        (["{root}/nowhere", "--out", "{tmp}/dest"], "no such folder"),
        (["{root}", "--out", "{tmp}/dest", "--as-of", "2999-01-01"], "more than a year ahead"),
        (["{root}", "--out", "{tmp}/dest", "--jobs", "2", "--scheduler", "tcp://x:1"], "leave one out"),
        (["{root}", "--out", "{tmp}/dest", "--pseudonymise", "{tmp}/dest/key"], "a key beside what it hides"),
        (["nosuch://x", "--out", "{tmp}/dest"], "nosuch://x: cannot be opened"),
        (["status", "{tmp}"], "holds no results"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_started(root, tmp_path, arguments, why):
    words = [word.format(root=root, tmp=tmp_path) for word in arguments]
    run = done(command(*words), code=2)
    assert why in run.stderr
    assert run.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_without_runners_is_said(tmp_path):
    (tmp_path / "root").mkdir()
    run = done(command(tmp_path / "root", "--out", tmp_path / "dest"), code=1)
    assert "holds no folder and no archive" in run.stderr


def test_the_folder_of_one_runner_is_known_as_such(tmp_path):
    copied(tmp_path / "anna", SAMPLES[:1])
    run = done(command(tmp_path / "anna", "--out", tmp_path / "dest"), code=1)
    assert "it is one runner's, whom `loadwatch scan` tells of" in run.stderr


def test_help_teaches_the_cohort_and_names_the_other_commands():
    shown = done(command("--help")).stdout
    assert "--pseudonymise KEYFILE" in shown
    assert re.search(r"^ +status ", shown, re.MULTILINE)
