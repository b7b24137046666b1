from __future__ import annotations

import gzip
import os

import pytest

from loadwatch import sources
from loadwatch.errors import EmptyActivityError, UnreadableError, UsageError


def ours(head: bytes) -> bool:
    return head.startswith(b"RUN")


@pytest.fixture
def folder(tmp_path):
    """A folder with a bit of everything."""
    for name, content in {
        "b/run.bin": b"RUN 1",
        "b/nameless": gzip.compress(b"RUN 2"),
        "a/photo.jpg": b"\xff\xd8",
        "a/notes.csv": b"a,b",
        "a/text.gpx": b"no gpx at all",
        "a/MORNING.FIT": b"x",
        "a/evening.tcx.GZ": b"x",
        "archive.zip": b"PK\x03\x04",
        ".hidden.fit": b"RUN 3",
        ".hidden/run.fit": b"RUN 3",
        "__MACOSX/run.fit": b"RUN 3",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def listed(folder, *paths):
    return [path.relative_to(folder).as_posix() for path in sources.find(paths or [folder], ours)]


def test_files_are_found_by_name_and_by_content_and_come_sorted(folder):
    expected = ["a/MORNING.FIT", "a/evening.tcx.GZ", "a/text.gpx", "archive.zip", "b/nameless", "b/run.bin"]
    assert listed(folder) == expected


def test_a_file_given_by_name_is_taken_as_it_is(folder):
    assert listed(folder, folder / "a/photo.jpg") == ["a/photo.jpg"]


def test_a_file_reached_twice_is_listed_once(folder):
    assert listed(folder, folder / "b", folder, folder / "b/run.bin").count("b/run.bin") == 1


def test_a_missing_path_is_named(folder):
    with pytest.raises(UsageError, match="nowhere"):
        sources.find([folder / "nowhere"], ours)


def test_links_that_lead_back_up_end(folder):
    try:
        (folder / "b/up").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    assert listed(folder).count("b/run.bin") == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_folder_that_cannot_be_listed_is_told_of(folder):
    (folder / "b").chmod(0)
    try:
        assert "b" in listed(folder)
    finally:
        (folder / "b").chmod(0o755)


def test_of_a_file_that_grows_while_it_is_read_no_more_is_read_than_there_was(folder, monkeypatch):
    path = folder / "b/run.bin"
    about = path.stat()
    path.write_bytes(b"RUN 1 and much more")
    monkeypatch.setattr(type(path), "stat", lambda _: about)
    assert sources.read(path).data == b"RUN 1"


def test_gzip_is_opened_by_content_and_the_digest_is_of_what_it_holds(folder):
    plain, packed = folder / "b/run.bin", folder / "b/packed.bin"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert sources.read(plain).data == sources.read(packed).data
    assert sources.read(plain).digest == sources.read(packed).digest


def test_all_members_of_a_gzip_file_are_read(tmp_path):
    path = tmp_path / "run.fit.gz"
    path.write_bytes(gzip.compress(b"RUN ") + gzip.compress(b"and on") + b"\0" * 8)
    assert sources.read(path).data == b"RUN and on"


def test_a_cut_gzip_file_keeps_what_came_before(tmp_path):
    content = os.urandom(20_000)
    path = tmp_path / "run.fit.gz"
    path.write_bytes(gzip.compress(content)[:15_000])
    raw = sources.read(path)
    assert content.startswith(raw.data)
    assert len(raw.data) > 14_000
    assert raw.repairs == ("compressed file is cut off; what came before was read",)


def test_a_damaged_gzip_file_keeps_what_came_before(tmp_path):
    content = os.urandom(20_000)
    packed = bytearray(gzip.compress(content))
    packed[-8:-4] = b"\0\0\0\0"
    path = tmp_path / "run.fit.gz"
    path.write_bytes(packed)
    raw = sources.read(path)
    assert content.startswith(raw.data)
    assert len(raw.data) > 18_000
    assert "damaged" in raw.repairs[0]


def test_a_gzip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.fit.gz"
    path.write_bytes(gzip.compress(b"\0" * 12_000_000))
    with pytest.raises(UnreadableError, match="unpacks to more than 5 MB"):
        sources.read(path)


def test_limits_hold(tmp_path):
    path = tmp_path / "run.fit"
    path.write_bytes(b"RUN" * 1000)
    with pytest.raises(UnreadableError, match="larger than"):
        sources.read(path, largest_bytes=2000)
    path.write_bytes(gzip.compress(b"RUN" * 1000))
    with pytest.raises(UnreadableError, match="unpacks"):
        sources.read(path, largest_unpacked_bytes=2000)


@pytest.mark.parametrize("content", [b"", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_empty(tmp_path, content):
    path = tmp_path / "run.fit"
    path.write_bytes(content)
    with pytest.raises(EmptyActivityError):
        sources.read(path)


def test_a_file_that_is_gone_or_no_file_is_unreadable(tmp_path):
    for path in (tmp_path / "gone.fit", tmp_path):
        with pytest.raises(UnreadableError, match="cannot be opened"):
            sources.read(path)


def test_text_that_only_looks_like_gzip_is_unreadable(tmp_path):
    path = tmp_path / "run.fit.gz"
    path.write_bytes(b"\x1f\x8b and then nothing of the kind")
    with pytest.raises(UnreadableError, match="no sound gzip"):
        sources.read(path)
