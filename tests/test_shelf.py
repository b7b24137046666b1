from __future__ import annotations

import gc
import warnings
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


def test_without_a_disk_it_keeps_all_in_memory(monkeypatch):
    def refuse(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "TemporaryFile", refuse)
    shelf = Shelf(largest_in_memory_bytes=0)
    assert shelf.put(b"something")() == b"something"
