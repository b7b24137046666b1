"""Archives: what is read out of them, and what no archive can do."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile

import numpy as np
import pytest

from loadwatch import sources
from loadwatch.errors import UnreadableError, UsageError
from loadwatch.sources import Label, RawFile, walk
from loadwatch.sources.streams import Allowance, TooMuchError, Window


def ours(head: bytes) -> bool:
    return head.startswith(b"RUN")


def zipped(files, packing=zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def tarred(files, mode="w") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return content.getvalue()


@pytest.fixture
def read(tmp_path):
    """What an archive of these bytes gives: content, or kind and reason, by member."""

    def read(content: bytes, name="export.zip", **options):
        path = tmp_path / name
        path.write_bytes(content)
        options = {"recognises": ours, "read_labels": lambda name, open_list: {}, **options}
        return {
            found.member: found.data if isinstance(found, RawFile) else (found.error.kind, str(found.error))
            for found in sources.open_file(path, **options)
        }

    return read


FILES = {"a/1.fit": b"RUN 1", "a/2.gpx.gz": gzip.compress(b"RUN 2"), "b/nameless": b"RUN 3"}
READ = {"a/1.fit": b"RUN 1", "a/2.gpx.gz": b"RUN 2", "b/nameless": b"RUN 3"}
OTHERS = {
    "a/photo.jpg": b"\xff\xd8",
    "notes.csv": b"a,b",
    "__MACOSX/a/._1.fit": b"RUN",
    "a/.hidden.fit": b"x",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("export.zip", zipped(FILES | OTHERS)),
        ("export.ZIP", zipped(FILES | OTHERS, zipfile.ZIP_STORED)),
        ("export.tar", tarred(FILES | OTHERS)),
        ("export.tar.gz", tarred(FILES | OTHERS, "w:gz")),
        ("export.tgz", tarred(FILES | OTHERS, "w:gz")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_archive_gives_what_a_folder_would(read, tmp_path, name, content):
    assert read(content, name) == READ
    assert sources.find([tmp_path], ours) == [tmp_path / name]


def test_a_member_is_named_behind_its_archive_and_can_be_read_alone(tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({"activities/1.fit.gz": gzip.compress(b"RUN"), "in.zip": zipped(FILES)}))
    names = [found.name for found in sources.open_file(path, recognises=ours)]
    assert names[0] == path / "activities/1.fit.gz"
    assert sources.read(path / "activities/1.fit.gz").data == b"RUN"
    assert sources.read(path / "in.zip/a/1.fit").data == b"RUN 1"
    with pytest.raises(UsageError, match=r"is not in export\.zip"):
        sources.read(path / "activities/2.fit.gz")
    with pytest.raises(UnreadableError, match="name one of its files"):
        sources.read(path)


def test_the_digest_is_that_of_the_file_outside(tmp_path):
    plain, path = tmp_path / "1.fit", tmp_path / "x.zip"
    plain.write_bytes(b"RUN")
    path.write_bytes(zipped({"1.fit.gz": gzip.compress(b"RUN")}))
    assert sources.read(plain).digest == sources.read(path / "1.fit.gz").digest


def test_archives_are_known_by_content_where_the_name_is_ours(read):
    assert read(zipped({"activity.fit": zipped({"1.fit": b"RUN"})}), "activity.fit") == {
        "activity.fit/1.fit": b"RUN"
    }


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("spool_bytes", [0, 1 << 20])
def test_archives_in_archives_are_read_however_they_are_packed(read, monkeypatch, packing, spool_bytes):
    monkeypatch.setattr(walk, "SPOOL_BYTES", spool_bytes)
    inner = zipped({"1.fit": b"RUN", "2.fit": b"RUN" * 1000}, packing)
    content = zipped(
        {"Part1.zip": inner, "Part2.zip": zipped({"in.zip": inner}), "3.tgz": tarred(FILES, "w:gz")}
    )
    found = read(content)
    assert found["Part1.zip/1.fit"] == b"RUN"
    assert found["Part2.zip/in.zip/2.fit"] == b"RUN" * 1000
    assert found["3.tgz/a/2.gpx.gz"] == b"RUN 2"
    assert len(found) == 7


def test_a_packed_archive_in_a_stream_is_read_while_it_fits(read, monkeypatch):
    content = tarred({"in.zip": zipped(FILES)}, "w:gz")
    assert read(content, "x.tgz") == {f"in.zip/{name}": data for name, data in READ.items()}
    monkeypatch.setattr(walk, "SPOOL_BYTES", 10)
    assert "unpack it first" in read(content, "x.tgz")["in.zip"][1]


def test_archives_too_deep_are_refused(read):
    content = zipped({"1.fit": b"RUN"})
    for _ in range(2):
        content = zipped({"in.zip": content})
    assert read(content) == {"in.zip/in.zip/1.fit": b"RUN"}
    assert "more than 3 archives deep" in read(zipped({"in.zip": content}))["in.zip/in.zip/in.zip"][1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40)),
        ("x.rar", b"Rar!\x1a\x07\x01\x00" + bytes(40)),
        ("x.tar.xz", tarred(FILES, "w:xz")),
        ("x.tar.bz2", tarred(FILES, "w:bz2")),
    ],
)
def test_archives_that_are_not_read_say_so(read, name, content):
    assert "unpack it first" in read(content, name)[""][1]
    assert "unpack it first" in read(zipped({name: content}))[name][1]


def test_an_archive_without_activities_says_so_quietly(read):
    assert read(zipped(OTHERS)) == {"": ("not_an_activity", "holds no FIT, GPX or TCX file")}
    assert read(zipped({"x.zip": zipped({}), "1.fit": b"RUN"}))["x.zip"][0] == "not_an_activity"


def test_a_bad_checksum_costs_its_member_alone(read):
    content = bytearray(zipped(FILES, zipfile.ZIP_STORED))
    content[content.index(b"RUN 1") + 4] ^= 1
    found = read(bytes(content))
    assert found.pop("a/1.fit")[0] == "unreadable"
    assert found == {name: READ[name] for name in found}
    assert len(found) == 2


def test_damage_in_what_may_be_anything_is_not_told(read):
    content = bytearray(zipped({"photo.jpg": b"\xff\xd8 photo", "1.fit": b"RUN"}, zipfile.ZIP_STORED))
    content[content.index(b"photo", 40) + 4] ^= 1
    assert read(bytes(content)) == {"1.fit": b"RUN"}


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tgz"])
def test_a_cut_archive_is_told_of(read, name):
    noise = {f"{number}.fit": b"RUN" + np.random.default_rng(number).bytes(5000) for number in range(10)}
    whole = {"x.zip": zipped, "x.tar": tarred, "x.tgz": lambda files: tarred(files, "w:gz")}[name](noise)
    found = read(whole[: len(whole) // 2], name)
    assert "cut off or damaged" in found.pop("")[1]
    kept = [member for member, data in found.items() if data == noise[member]]
    assert len(kept) == {"x.zip": 0, "x.tar": 5, "x.tgz": 4}[name]


def test_a_tar_with_a_damaged_header_is_told_of(read):
    content = bytearray(tarred(FILES))
    content[1024 + 150] ^= 1
    assert set(read(bytes(content), "x.tar")) == {"a/1.fit", ""}


@pytest.mark.parametrize(
    "name", ["../1.fit", "a/../../1.fit", "/etc/1.fit", "C:\\runs\\1.fit", "..\\1.fit", "\\\\host\\1.fit"]
)
def test_names_that_lead_out_are_refused(read, name):
    for content, archive in ((zipped({name: b"RUN"}), "x.zip"), (tarred({name: b"RUN"}), "x.tar")):
        ((_, (kind, reason)),) = read(content, archive).items()
        assert (kind, reason) == ("unreadable", "has a name that leads out of its archive; refused")


def test_folders_may_be_written_with_backslashes(read):
    assert read(zipped({"a\\1.fit": b"RUN", "a\\": b""})) == {"a/1.fit": b"RUN"}


def test_two_members_of_one_name_are_both_read(read):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("1.fit", b"RUN 1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("1.fit", b"RUN 2")
    assert read(content.getvalue()) == {"1.fit": b"RUN 1", "1.fit (2)": b"RUN 2"}


def test_encrypted_members_and_strange_packings_are_refused(read):
    content = bytearray(zipped({"1.fit": b"RUN", "2.fit": b"RUN", "photo.jpg": b"x"}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    second = content.index(b"PK\x01\x02", directory + 1)
    content[second + 10] = 9
    found = read(bytes(content))
    assert "encrypted" in found["1.fit"][1]
    assert "deflate64" in found["2.fit"][1]
    assert len(found) == 2


def test_links_are_not_followed(read):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, kind in [
            ("1.fit", tarfile.SYMTYPE),
            ("2.fit", tarfile.LNKTYPE),
            ("3.fit", tarfile.FIFOTYPE),
        ]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    found = read(content.getvalue(), "x.tar")
    assert [found[name][1] for name in ("1.fit", "2.fit", "3.fit")] == [
        "is a link, and links in archives are not followed",
        "is a link, and links in archives are not followed",
        "is no ordinary file",
    ]
    link = zipfile.ZipInfo("1.fit")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    assert "link" in read(zipped({link: "/etc/passwd"}))["1.fit"][1]


class Pipe(io.RawIOBase):
    """Output that cannot go back, so that sizes follow the data."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.content += data
        return len(data)


def test_zip64_and_sizes_behind_the_data_are_read(read):
    pipe = Pipe()
    with (
        zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("1.fit", "w", force_zip64=True) as member,
    ):
        member.write(b"RUN 1")
    assert read(bytes(pipe.content)) == {"1.fit": b"RUN 1"}


@pytest.mark.parametrize("claimed", [3, 300_000_000, 0xFFFFFFF0])
def test_a_size_that_lies_costs_its_member(read, claimed):
    content = bytearray(zipped({"1.fit": b"RUN" * 100, "2.fit": b"RUN"}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, claimed)
    found = read(bytes(content))
    assert found["1.fit"][0] == "unreadable"
    assert found["2.fit"] == b"RUN"


def test_a_member_that_unpacks_without_end_is_refused(read):
    found = read(zipped({"1.fit": bytes(12_000_000), "2.fit": b"RUN"}))
    assert "unpacks to more than 5 MB" in found["1.fit"][1]
    assert found["2.fit"] == b"RUN"


def test_an_archive_inside_that_claims_no_end_ends(read):
    """zipfile would look for a directory at its end, piece by piece through what is not there."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", zipped({"1.fit": b"RUN"}))
        archive.writestr("2.fit", b"RUN")
        archive.filelist[0].file_size = 1 << 62
    found = read(content.getvalue())
    assert found["inner.zip"] == ("unreadable", "claims a size that it cannot have; refused")
    assert found["2.fit"] == b"RUN"


def test_what_is_passed_over_counts_before_it_is_passed_over():
    counted = []
    window = Window(io.BytesIO(b"abcdef"), count_bytes=counted.append)
    window.seek(4)
    assert (window.read(1), counted) == (b"e", [4, 1])
    window.seek(1)
    assert (window.read(2), counted[2:]) == (b"bc", [1, 2])
    assert (window.read(1), counted[4:]) == (b"d", [0, 1])

    def refuse(count: int) -> None:
        if count > 100:
            raise TooMuchError

    far = Window(io.BytesIO(b"abcdef"), size=1 << 62, count_bytes=refuse)
    far.seek(-1, io.SEEK_END)
    with pytest.raises(TooMuchError):
        far.read(1)


def test_members_that_share_their_bytes_are_refused(read):
    content = bytearray(zipped({"1.fit": b"RUN" * 1000, "2.fit": b"RUN"}))
    directory = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", directory + 1)
    struct.pack_into("<I", content, second + 42, 10)
    found = read(bytes(content))
    # Newer releases of Python refuse the first one as well.
    assert found["1.fit"] == b"RUN" * 1000 or "Overlapped entries" in found["1.fit"][1]
    assert "shares its bytes" in found["2.fit"][1]


def test_a_bomb_of_many_ends_with_its_allowance(read, monkeypatch):
    layer = {f"{number}.fit": b"RUN" + bytes(2_000_000) for number in range(9)}
    bomb = zipped({f"{number}.zip": zipped(layer) for number in range(3)})
    monkeypatch.setattr(walk, "Allowance", lambda size: Allowance(size, least_bytes=10_000_000))
    found = read(bomb)
    assert found.pop("") == ("unreadable", "unpacks to more than 10 MB; the rest was not read")
    assert 0 < len(found) <= 5
    monkeypatch.setattr(walk, "Allowance", lambda size: Allowance(size, members=5))
    assert "more than 5 members" in read(zipped({f"{n}.fit": b"RUN" for n in range(9)}))[""][1]


def test_what_gzipped_members_inflate_to_counts_as_well(read, monkeypatch):
    copies = {f"{number}.fit.gz": gzip.compress(b"RUN" + bytes(2_000_000)) for number in range(9)}
    monkeypatch.setattr(walk, "Allowance", lambda size: Allowance(size, least_bytes=10_000_000, ratio=1))
    found = read(zipped(copies))
    assert found.pop("") == ("unreadable", "unpacks to more than 10 MB; the rest was not read")
    assert 0 < len(found) <= 5


def test_an_archive_in_itself_ends(read):
    """The innermost of these claims, like a quine, to hold its own archive again and again."""
    content = zipped({"r.zip": b"RUN"})
    for _ in range(40):
        content = zipped({"r.zip": content})
    assert len(read(content)) == 1


def pax(content: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """An extended header of a tar archive with this content."""
    header = tarfile.TarInfo("x")
    header.type, header.size = kind, len(content)
    return header.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)


@pytest.mark.parametrize(
    "content",
    [b"1" * 60_000, b"5 aa\n" * 12_000 + b"=", b"9 a=bcde\n" * 50_000],
    ids=["digits", "keys", "many"],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_headers_that_would_take_tarfile_long_end_their_archive(read, content, is_first):
    good = tarred({"1.fit": b"RUN"}).rstrip(b"\0")
    good += bytes(-len(good) % tarfile.BLOCKSIZE)
    found = read((b"" if is_first else good) + pax(content) + good + bytes(1024), "x.tar")
    assert "its headers are made to take long" in found.pop("")[1]
    assert found == ({} if is_first else {"1.fit": b"RUN"})


def test_global_headers_without_end_end_their_archive(read):
    records = b"".join(b"11 k%04d=v\n" % number for number in range(1200))
    many = pax(records, tarfile.XGLTYPE)
    found = read(tarred({"1.fit": b"RUN"})[:1024] + many + tarred({"2.fit": b"RUN"}), "x.tar")
    assert found["1.fit"] == b"RUN"
    assert "2.fit" not in found
    assert "its headers" in found[""][1]


def test_a_directory_made_to_fill_memory_is_refused(read):
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 40
    content = gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + bytes(20_000_000))
    assert "made to fill memory" in read(content, "x.tgz")[""][1]
    with pytest.raises(UnreadableError, match="made to fill memory"):
        Window(io.BytesIO(bytes(20_000_000)), size=20_000_000).read()


def test_labels_reach_the_members_they_speak_of(read, tmp_path):
    def read_labels(name, open_list):
        return {open_list().read().decode(): Label("running")} if name.endswith("list.csv") else {}

    path = tmp_path / "x.zip"
    inner = zipped({"1.fit": b"RUN", "2.fit": b"RUN", "list.csv": b"2.fit"})
    path.write_bytes(zipped({"in.zip": inner, "2.fit": b"RUN"}))
    labelled = {
        found.member
        for found in sources.open_file(path, recognises=ours, read_labels=read_labels)
        if found.label
    }
    assert labelled == {"in.zip/2.fit"}


def test_names_tell_how_many_files_to_expect(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(FILES | OTHERS))
    assert sources.count(path) == 2
    path.write_bytes(b"no zip")
    assert sources.count(path) == sources.count(tmp_path / "gone.zip") == 1


def test_nothing_is_written_and_nothing_is_raised_whatever_the_bytes(tmp_path, monkeypatch):
    """Damaged archives of all kinds, by a fixed seed: an outcome for each, never an exception."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "no such folder"))
    chance = np.random.default_rng(20)
    seeds = [
        zipped({"in.zip": zipped(FILES), "list.csv": b"x", **FILES}),
        zipped({"in.zip": zipped(FILES, zipfile.ZIP_STORED), **FILES}, zipfile.ZIP_STORED),
        tarred({"in.zip": zipped(FILES), **FILES}),
        tarred(FILES, "w:gz"),
        zipped({"in.tgz": tarred(FILES, "w:gz")}),
    ]
    path = tmp_path / "x.zip"
    for _ in range(600):
        content = bytearray(seeds[chance.integers(len(seeds))])
        for at in chance.integers(len(content), size=chance.integers(1, 9)):
            content[at] = chance.choice([0, 1, 0x7F, 0xFF, chance.integers(256)])
        if chance.random() < 0.2:
            del content[chance.integers(len(content)) :]
        path.write_bytes(content)
        found = list(sources.open_file(path, recognises=ours, read_labels=lambda name, _: {}))
        assert found
        assert list(tmp_path.iterdir()) == [path]


def test_an_allowance_is_for_the_whole_archive():
    allowance = Allowance(10, members=2, ratio=3, least_bytes=20)
    allowance.count_bytes(30)
    with pytest.raises(TooMuchError):
        allowance.count_bytes(1)
