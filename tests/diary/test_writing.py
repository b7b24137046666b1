"""A line added to a diary: whatever happens meanwhile, no entry is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date

import pytest

from loadwatch.diary import Entry, append, parse, read
from loadwatch.errors import UsageError

DAY = date(2026, 11, 21)
ENTRY = Entry(DAY, site="sit-bone", pain_during=2, note="up, the stairs")
MANY = """
import sys
from datetime import date
from pathlib import Path
from loadwatch.diary import Entry, append
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    append(path, Entry(date(2026, 11, 21), pain_during=number % 11, note=f"{name}-{number}"))
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "diary.csv"


def writer(path, name, count):
    return subprocess.Popen(
        [sys.executable, "-c", MANY, str(path), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_a_new_diary_begins_with_its_columns(path):
    append(path, ENTRY)
    append(path, ENTRY)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("date,site,side,pain_before,")
    assert len(lines) == 3
    assert read(path).entries == (ENTRY, ENTRY)


@pytest.mark.parametrize(
    "content",
    [
        b"date,site,pain_during,note\n",
        b"\xef\xbb\xbfnote;pain_during;site;mood;date\r\n;1;;good;2026-11-20",
        b'sep=\t\ndate\tsite\tpain_during\tnote\n2026-11-20\t\t1\t"torn',
        b"date,site,pain_during,note\r2026-11-20,,1,\r",
        b"date,site,pain_during,note\n2026-11-20,,1,\n3/14/2026,,1,\n",
    ],
)
def test_a_line_is_added_as_the_file_is_written_and_nothing_before_it_changes(path, content):
    path.write_bytes(content)
    before = parse(content)
    append(path, ENTRY)
    assert path.read_bytes().startswith(content)
    after = read(path)
    assert after.entries == (*before.entries, ENTRY)
    assert after.faults == before.faults
    ends = path.read_bytes().removeprefix(content)
    assert ends.endswith(b"\r\n" if b"\r\n" in content else b"\r" if b"\r" in content else b"\n")


def test_a_missing_column_is_added_and_every_other_line_stays_as_it_was(path):
    path.write_bytes(b"date;pain_during\r\n2026-11-20;1\r\nnonsense;;;\r\n")
    path.chmod(0o640)
    append(path, ENTRY)
    assert path.read_bytes() == (
        b"date;pain_during;site;note\r\n2026-11-20;1\r\nnonsense;;;\r\n"
        b"2026-11-21;2;sit-bone;up, the stairs\r\n"
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.pain_during for entry in read(path).entries] == [1, 2]
    assert sorted(one.name for one in path.parent.iterdir()) == ["diary.csv"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_letters_become_utf_8_with_every_word_kept(path, encoding):
    path.write_bytes("date;pain_during;site;note\r\n2026-11-20;1;;für später\r\n".encode(encoding))
    append(path, Entry(DAY, site="sit-bone", pain_during=2, note="naïve 走"))
    assert [entry.note for entry in read(path).entries] == ["für später", "naïve 走"]


def test_a_note_of_several_lines_is_written_as_one(path):
    append(path, Entry(DAY, note='a "b"\nc'))
    append(path, ENTRY)
    assert [entry.note for entry in read(path).entries] == ['a "b" / c', ENTRY.note]


def test_what_is_no_diary_is_left_alone(path):
    path.write_bytes(b"name,age\nKim,40\n")
    with pytest.raises(UsageError, match="names no column `date`"):
        append(path, ENTRY)
    assert path.read_bytes() == b"name,age\nKim,40\n"


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        append(tmp_path / "none" / "diary.csv", ENTRY)


def test_a_pipe_or_folder_in_its_place_is_refused(path):
    os.mkfifo(path)
    with pytest.raises(UsageError, match="no plain file"):
        append(path, ENTRY)
    with pytest.raises(UsageError, match="no plain file"):
        append(path.parent, ENTRY)


def test_a_link_stays_a_link(path, tmp_path):
    real = tmp_path / "real.csv"
    real.write_bytes(b"date,pain_during\n2026-11-20,1\n")
    path.symlink_to(real)
    append(path, ENTRY)
    assert path.is_symlink()
    assert len(read(real).entries) == 2


@pytest.mark.parametrize("start", [b"", b"date,pain_during\n2026-11-20,1\n"])
def test_of_many_processes_that_add_at_once_none_loses_an_entry(path, start):
    """The second file lacks a column, so that one of them writes it anew under the others."""
    path.write_bytes(start)
    writers = [writer(path, name, 40) for name in "abcdef"]
    assert [one.communicate(timeout=60) and one.returncode for one in writers] == [0] * 6
    diary = read(path)
    assert diary.faults == ()
    told = {entry.note for entry in diary.entries} - {""}
    assert told == {f"{name}-{number}" for name in "abcdef" for number in range(40)}


def test_killed_at_any_moment_every_entry_told_to_be_written_is_there(path):
    told = set()
    for number in range(12):
        name = f"k{number}"
        # Some of them must write the whole file anew.
        if number == 4:
            lines = path.read_text(encoding="utf-8").splitlines()
            at = lines[0].split(",").index("note")
            kept = [f"{line.split(',')[0]},{line.split(',')[at]}" for line in lines]
            path.write_text("\n".join(kept) + "\n", encoding="utf-8")
        one = writer(path, name, 10_000)
        assert one.stdout is not None
        one.stdout.readline()
        time.sleep(0.013 * number)
        os.kill(one.pid, signal.SIGKILL)
        done = 1 + len(one.communicate(timeout=60)[0].splitlines())
        told |= {f"{name}-{written}" for written in range(done)}
    append(path, ENTRY)
    diary = read(path)
    assert {entry.note for entry in diary.entries} >= told | {ENTRY.note}
    assert diary.faults == ()
