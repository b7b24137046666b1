from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadwatch import cache as module
from loadwatch.cache import DAY_S, FILE_NAME, KEPT_DAYS, Cache, key

ONE, OTHER = key("reading", "one"), key("reading", "other")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def filled(folder, count=1):
    with Cache(folder) as cache:
        for number in range(count):
            cache.put(key("n", str(number)), f"content {number}".encode() * 200)
        cache.put(ONE, b"first")
    assert not cache.trouble
    return folder / FILE_NAME


def test_what_is_put_is_there_the_next_time(folder):
    filled(folder)
    with Cache(folder) as cache:
        assert cache.get(ONE) == b"first"
        assert cache.get(OTHER) is None
        cache.put(ONE, b"second")
        assert cache.get(ONE) == b"second"
    with Cache(folder) as cache:
        assert cache.get(ONE) == b"second"
        assert not cache.trouble


def test_it_holds_what_is_kept_or_waits(folder):
    filled(folder, 2 * module.KEYS_AT_ONCE)
    kept = [ONE, *(key("n", str(number)) for number in range(2 * module.KEYS_AT_ONCE))]
    with Cache(folder) as cache:
        assert cache.holds([])
        assert cache.holds(kept)
        assert not cache.holds([*kept, OTHER])
        cache.put(OTHER, b"other")
        assert cache.holds([*kept, OTHER])
    folder.with_name("file").write_bytes(b"")
    with Cache(folder.with_name("file")) as cache:
        assert cache.trouble
        assert not cache.holds([ONE])


@given(
    st.lists(st.text(max_size=3), min_size=1, max_size=4),
    st.lists(st.text(max_size=3), min_size=1, max_size=4),
)
def test_keys_are_the_same_for_the_same_parts_only(parts, others):
    assert (key("reading", *parts) == key("reading", *others)) == (parts == others)
    assert key("reading", *parts) != key("listing", *parts)


def test_only_its_owner_may_look_into_it(folder):
    path = filled(folder)
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0
        assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"no database at all", b"\0" * 5000, b"SQLite format"])
def test_a_file_that_is_no_database_is_left_alone_and_told_of(folder, content):
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content)
    with Cache(folder) as cache:
        cache.put(ONE, b"first")
        assert cache.get(ONE) is None
    assert "is not a cache of loadwatch" in cache.trouble
    assert str(folder / FILE_NAME) in cache.trouble
    assert (folder / FILE_NAME).read_bytes() == content


def test_another_programs_database_is_left_alone(folder):
    folder.mkdir()
    with sqlite3.connect(folder / FILE_NAME) as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()
    before = (folder / FILE_NAME).read_bytes()
    with Cache(folder) as cache:
        cache.put(ONE, b"first")
    assert "is not a cache of loadwatch" in cache.trouble
    assert (folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("seed", range(40))
def test_damage_never_gives_another_content(folder, seed):
    path = filled(folder, count=60)
    content = bytearray(path.read_bytes())
    start = 100 + seed * (len(content) - 100) // 40
    content[start : start + 300] = bytes((seed * 7 + step * 31) % 256 for step in range(300))
    path.write_bytes(content[: len(content) - (seed % 3) * 4096])
    with Cache(folder) as cache:
        for number in range(60):
            assert cache.get(key("n", str(number))) in (None, f"content {number}".encode() * 200)
        assert cache.get(ONE) in (None, b"first")
    # At the latest the second time it serves again.
    for _ in range(2):
        with Cache(folder) as cache:
            cache.put(OTHER, b"new")
    with Cache(folder) as cache:
        assert cache.get(OTHER) == b"new"


def damage(path):
    """Spoil everything behind the header, which says whose the file is."""
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(7 for _ in content[100:]))


def test_after_damage_is_found_the_scan_goes_on_keeping(folder):
    path = filled(folder, count=60)
    cache = Cache(folder)
    cache.put(OTHER, b"put before")
    damage(path)
    assert cache.get(ONE) is None
    assert cache.get(OTHER) == b"put before"
    cache.put(ONE, b"read anew")
    assert cache.get(ONE) == b"read anew"
    cache.close()
    assert "begun anew" in cache.trouble
    with Cache(folder) as cache:
        assert (cache.get(ONE), cache.get(OTHER)) == (b"read anew", b"put before")
        assert not cache.trouble


def test_a_reader_changes_nothing(folder, tmp_path):
    path = filled(folder, count=60)
    with Cache(folder) as cache:
        reader = Cache(folder, is_reader=True)
        assert reader.get(ONE) == b"first"
        reader.put(OTHER, b"other")
        assert reader.get(OTHER) is None
        cache.put(OTHER, b"another")
        cache.write()
        assert reader.get(OTHER) == b"another"
        reader.close()
    damage(path)
    spoilt = path.read_bytes()
    with Cache(folder, is_reader=True) as reader:
        assert reader.get(ONE) is None
    assert path.read_bytes() == spoilt
    with Cache(tmp_path / "nowhere #1?", is_reader=True) as reader:
        assert reader.get(ONE) is None
    assert not (tmp_path / "nowhere #1?").exists()


def test_a_damaged_entry_is_told_of_once_and_written_anew(folder):
    path = filled(folder)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE entries SET content = ?", (b"other",))
    database.close()
    with Cache(folder) as cache:
        assert cache.get(ONE) is None
        cache.put(ONE, b"first")
    assert "damaged entries" in cache.trouble
    with Cache(folder) as cache:
        assert cache.get(ONE) == b"first"
        assert not cache.trouble


def test_an_entry_under_another_key_is_no_entry(folder):
    path = filled(folder)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE entries SET key = ? WHERE key = ?", (OTHER, ONE))
    database.close()
    with Cache(folder) as cache:
        assert cache.get(OTHER) is None


def test_a_folder_that_cannot_be_made_costs_the_cache_alone(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with Cache(tmp_path / "file" / "cache") as cache:
        cache.put(ONE, b"first")
        assert cache.get(ONE) is None
    assert "--no-cache" in cache.trouble
    assert "Errno" not in cache.trouble


def test_a_full_disk_costs_the_cache_alone(folder):
    filled(folder)
    with Cache(folder) as cache:
        # SQLite's own limit on its file raises the error of a full disk.
        pages = cache._connection.execute("PRAGMA page_count").fetchone()[0]
        cache._connection.execute(f"PRAGMA max_page_count = {pages}")
        cache.put(OTHER, bytes(10_000_000))
        assert cache.get(ONE) is None
        assert cache.get(OTHER) is None
    assert "full" in cache.trouble
    with Cache(folder) as cache:
        assert cache.get(ONE) == b"first"


def test_what_nobody_asked_for_in_half_a_year_goes(folder, monkeypatch):
    filled(folder)
    with Cache(folder) as cache:
        cache.put(OTHER, b"other")
    later = time.time() + 100 * DAY_S
    monkeypatch.setattr(module.time, "time", lambda: later)
    with Cache(folder) as cache:
        assert cache.get(ONE) == b"first"
    later += (KEPT_DAYS - 50) * DAY_S
    with Cache(folder) as cache:
        cache.put(key("new"), b"")
    with Cache(folder) as cache:
        assert cache.get(ONE) == b"first"
        assert cache.get(OTHER) is None


def fill_from(folder, start):
    with Cache(folder) as cache:
        for number in range(start, start + 200):
            cache.put(key("n", str(number)), b"x" * 2000)
            cache.write()
        if cache.trouble:
            sys.exit(cache.trouble)


def test_several_may_write_at_once(folder):
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    writers = [context.Process(target=fill_from, args=(folder, 200 * number)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0, 0]
    with Cache(folder) as cache:
        assert all(cache.get(key("n", str(number))) == b"x" * 2000 for number in range(800))


def test_whoever_holds_it_for_long_makes_others_go_without(folder, monkeypatch):
    monkeypatch.setattr(module, "BUSY_S", 0.2)
    path = filled(folder)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with Cache(folder) as cache:
            cache.put(OTHER, b"other")
            cache.write()
    finally:
        holder.close()
    assert "is being written by another scan" in cache.trouble
    assert "--no-cache" in cache.trouble
    with Cache(folder) as cache:
        assert cache.get(ONE) == b"first"


KILLED = """
import sys
from pathlib import Path
from loadwatch.cache import Cache, key
cache = Cache(Path(sys.argv[1]))
number = 0
while True:
    cache.put(key("n", str(number)), str(number).encode() * 3000)
    cache.write()
    number += 1
    if number == 20:
        print("writing", flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_whole_entries(folder):
    for wait_s in (0.0, 0.01, 0.05, 0.1):
        writer = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE)
        writer.stdout.readline()
        time.sleep(wait_s)
        writer.kill()
        writer.communicate()
        with Cache(folder) as cache:
            kept = [cache.get(key("n", str(number))) for number in range(20)]
            assert kept == [str(number).encode() * 3000 for number in range(20)]
            assert not cache.trouble
