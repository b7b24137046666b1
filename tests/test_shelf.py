from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loadwatch import shelf as module
from loadwatch.shelf import Shelf

OPEN_FILES = Path("/proc/self/fd")


def test_everything_comes_back_any_number_of_times():
    shelf = Shelf(largest_in_memory_bytes=5000)
    contents = [bytes([number]) * (number * 37) for number in range(200)]
    fetches = [shelf.put(content) for content in contents]
    for _ in range(2):
        assert [fetch() for fetch in reversed(fetches)] == contents[::-1]


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="open files are counted where Linux lists them")
def test_the_file_ends_with_the_last_who_needs_it():
    before = len(list(OPEN_FILES.iterdir()))
    shelf = Shelf(largest_in_memory_bytes=0)
    fetch = shelf.put(b"something")
    assert len(list(OPEN_FILES.iterdir())) == before + 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del shelf
        gc.collect()
        assert fetch() == b"something"
        del fetch
        gc.collect()
    assert len(list(OPEN_FILES.iterdir())) == before


def test_threads_do_not_disturb_one_another():
    shelf = Shelf(largest_in_memory_bytes=0)

    def put_and_get(number):
        contents = [bytes([number]) * (1 + step % 500) for step in range(400)]
        fetches = [shelf.put(content) for content in contents]
        return all(fetch() == content for fetch, content in zip(fetches, contents, strict=True))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(put_and_get, range(8)))


def use_shelf(shelf, fetches):
    """What a fork does with a shelf that it shares."""
    mine = [shelf.put(b"theirs" * 50) for _ in range(200)]
    for _ in range(20):
        if [fetch() for fetch in fetches] != [bytes([number]) * 100 for number in range(200)]:
            os._exit(1)
    os._exit(any(fetch() != b"theirs" * 50 for fetch in mine))


@pytest.mark.skipif(sys.platform != "linux", reason="only there processes are forked without danger")
def test_forks_do_not_disturb_one_another():
    shelf = Shelf(largest_in_memory_bytes=0)
    fetches = [shelf.put(bytes([number]) * 100) for number in range(200)]
    context = multiprocessing.get_context("fork")
    forks = [context.Process(target=use_shelf, args=(shelf, fetches)) for _ in range(4)]
    for fork in forks:
        fork.start()
    more = [shelf.put(b"ours" * 50) for _ in range(200)]
    for fork in forks:
        fork.join()
    assert [fork.exitcode for fork in forks] == [0] * 4
    assert all(fetch() == b"ours" * 50 for fetch in more)
    assert [fetch() for fetch in fetches] == [bytes([number]) * 100 for number in range(200)]


def test_without_a_disk_it_keeps_all_in_memory(monkeypatch):
    def refuse(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "TemporaryFile", refuse)
    shelf = Shelf(largest_in_memory_bytes=0)
    assert shelf.put(b"something")() == b"something"
