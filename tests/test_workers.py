from __future__ import annotations

import math
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from loadwatch.workers import Lost, available_cores, in_order

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


def test_there_is_a_core():
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
