from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from loadwatch import workers
from loadwatch.workers import Lost, OverdueError, available_cores, has_limit, in_order, limit

CHILDREN = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")


def test_results_come_in_the_order_of_the_pieces():
    pieces = [0.3, 0.0, 0.1, 0.0, 0.2]
    assert list(in_order(abs, pieces, jobs=2, longest_s=30.0)) == [(piece, piece) for piece in pieces]
    assert list(in_order(abs, [], jobs=2, longest_s=30.0)) == []


def test_pieces_are_taken_only_as_workers_get_free():
    taken = []

    def pieces():
        for number in range(100):
            taken.append(number)
            yield number

    results = in_order(math.factorial, pieces(), jobs=2, longest_s=30.0)
    assert next(results) == (0, 1)
    assert len(taken) < 20
    results.close()


def test_large_pieces_are_not_taken_ahead():
    taken = []
    most = workers.LARGEST_AHEAD_BYTES
    pieces = (taken.append(number) or number for number in range(20))
    results = in_order(math.factorial, pieces, jobs=4, longest_s=30.0, size_bytes=lambda _: most)
    for number, _ in results:
        assert taken == list(range(number + 1))


def test_a_worker_that_dies_costs_the_piece_it_had():
    # `os._exit` ends a process at once, as a crash does.
    dies = list(in_order(os._exit, [7], jobs=1, longest_s=30.0))
    assert dies == [(7, Lost("its reader process died (exit code 7)"))]


@pytest.mark.skipif(sys.platform == "win32", reason="signal 9 is unknown there")
def test_the_others_go_on_when_one_dies():
    # Signal 0 does nothing, signal 9 ends the process.
    results = list(in_order(signal.raise_signal, [0, 0, 9, 0, 9, 0, 0], jobs=2, longest_s=30.0))
    assert [piece for piece, _ in results] == [0, 0, 9, 0, 9, 0, 0]
    assert [isinstance(result, Lost) for _, result in results] == [
        False,
        False,
        True,
        False,
        True,
        False,
        False,
    ]


def test_a_worker_that_takes_too_long_costs_the_piece_it_had_and_the_others_go_on():
    started = time.monotonic()
    results = list(in_order(time.sleep, [0.0, 60.0, 0.01, 0.0], jobs=2, longest_s=3.0))
    assert [piece for piece, _ in results] == [0.0, 60.0, 0.01, 0.0]
    assert [result for _, result in results] == [None, Lost("took over 3 s to read; left out"), None, None]
    assert time.monotonic() - started < 50.0


def test_what_the_work_raises_is_raised_here():
    with pytest.raises(ValueError, match="factorial"):
        list(in_order(math.factorial, [3, -1], jobs=2, longest_s=30.0))


@pytest.mark.skipif(not CHILDREN.exists(), reason="processes are counted where Linux lists them")
def test_no_worker_outlives_its_work():
    before = set(CHILDREN.read_text().split())
    results = in_order(time.sleep, [0.0, 60.0, 60.0], jobs=2, longest_s=100.0)
    assert next(results) == (0.0, None)
    assert len(set(CHILDREN.read_text().split()) - before) >= 2
    results.close()
    # The resource tracker, which multiprocessing starts once, stays.
    assert len(set(CHILDREN.read_text().split()) - before) <= 1


@pytest.mark.skipif(not CHILDREN.exists(), reason="processes are counted where Linux lists them")
def test_there_are_never_more_workers_than_a_system_can_wait_for(monkeypatch):
    assert workers.MOST_WORKERS <= 60
    monkeypatch.setattr(workers, "MOST_WORKERS", 1)
    before = set(CHILDREN.read_text().split())
    results = in_order(abs, range(50), jobs=200, longest_s=30.0)
    assert next(results) == (0, 0)
    assert len(set(CHILDREN.read_text().split()) - before) <= 2
    results.close()


SCRIPT = """
import math
from loadwatch.workers import in_order
print(list(in_order(math.factorial, [3, 4], jobs=2, longest_s=30.0)))
"""


@pytest.mark.parametrize("is_piped", [True, False])
def test_a_script_needs_no_guard_and_may_come_through_a_pipe(tmp_path, is_piped):
    (tmp_path / "script.py").write_text(SCRIPT)
    run = subprocess.run(
        [sys.executable, *([] if is_piped else [tmp_path / "script.py"])],
        input=SCRIPT if is_piped else "",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.stderr) == ("[(3, 6), (4, 24)]\n", "")


def refuse(process):
    raise OSError(11, "Resource temporarily unavailable")


@pytest.fixture(params=["cannot be started", "ends before it begins"])
def no_workers(request, monkeypatch):
    """A system that lets no worker begin."""
    if request.param == "cannot be started":
        monkeypatch.setattr(SpawnProcess, "start", refuse)
        yield
        return
    if not Path("/bin/false").exists():
        pytest.skip("needs a program that only ends")
    executable = multiprocessing.spawn.get_executable()
    multiprocessing.set_executable("/bin/false")
    yield
    multiprocessing.set_executable(executable)


def test_where_no_worker_begins_the_work_is_done_here_and_the_reason_told(no_workers):
    told = []
    results = in_order(math.factorial, range(20), jobs=2, longest_s=30.0, on_trouble=told.append)
    assert list(results) == [(number, math.factorial(number)) for number in range(20)]
    (why,) = told
    assert why.startswith("no reader process can be started (")
    # Whoever tells apart what kills a process must not die of it.
    for _, outcome in in_order(math.factorial, range(20), jobs=2, longest_s=30.0):
        assert outcome == Lost(why)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarms")
@pytest.mark.parametrize("work", [lambda: time.sleep(60.0), lambda: re.match("(a*)*b", "a" * 60)])
def test_work_here_ends_when_it_takes_too_long(work):
    started = time.monotonic()
    with pytest.raises(OverdueError, match=r"took over 0.2 s"), limit(0.2):
        work()
    assert time.monotonic() - started < 10.0
    assert has_limit()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarms")
def test_alarms_of_others_are_left_alone():
    signal.setitimer(signal.ITIMER_REAL, 1000.0)
    try:
        with limit(0.01):
            time.sleep(0.1)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 900.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    elsewhere = []
    thread = threading.Thread(target=lambda: elsewhere.append(has_limit()))
    thread.start()
    thread.join()
    assert elsewhere == [False]


def in_thread(work):
    """What some work in a thread of its own comes to."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def test_work_in_a_thread_is_cut_short_whatever_it_catches():
    def work():
        with limit(0.05):
            while True:
                with contextlib.suppress(Exception):
                    sum(range(1000))

    with pytest.raises(OverdueError, match=r"took over 0\.05 s"):
        in_thread(work)


def test_work_in_a_thread_that_is_done_in_time_hears_no_more_of_it():
    until = time.monotonic() + 0.2

    def waits():
        with limit(0.05):
            pass
        while time.monotonic() < until:
            sum(range(100))
        return "undisturbed"

    assert in_thread(waits) == "undisturbed"


def test_there_is_a_core():
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
