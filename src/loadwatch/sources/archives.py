"""Members of zip and tar archives as streams, one at a time; nothing is extracted."""

from __future__ import annotations

import gzip
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from loadwatch.errors import UnreadableError
from loadwatch.sources.content import GZIP_MAGIC, inflated_head
from loadwatch.sources.streams import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    CountBytes = Callable[[int], None]

# Archives by their first bytes; those not in MEMBERS are not read.
MAGICS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
}
TAR_MAGIC_AT = 257
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# What zipfile, tarfile, gzip and zlib raise over archives that are not what they say.
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
)

LOCAL_HEADER_BYTES = 30
FLAG_ENCRYPTED = 0x1
UNIX = 3
MOST_DEFLATED_RATIO = 1032  # what deflate can do at best
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

# What tarfile would read in a time that grows with the square of its length; no program writes such headers.
LONGEST_HEADER_BYTES = 1 << 16
ENDLESS = re.compile(rb"[0-9]{64}|[0-9] [^=]{4096}")
MOST_GLOBAL_HEADERS = 1000

LEADS_OUT = "has a name that leads out of its archive; refused"
IS_LINK = "is a link, and links in archives are not followed"


@dataclass(frozen=True)
class Member:
    """One file in an archive.

    Attributes
    ----------
    name
        Its way inside the archive, unique there.
    size_bytes, packed_bytes
        What the archive says it unpacks to, and takes. [byte]
    open
        A stream of its content.
    refusal
        Why it is not to be opened; empty where it may be.
    window
        A seekable view of its content where it lies unpacked in a seekable archive, else None.
    is_rewindable
        Whether its stream can go back.
    """

    name: str
    size_bytes: int
    packed_bytes: int
    open: Callable[[], Window]
    refusal: str = ""
    window: Callable[[], Window] | None = None
    is_rewindable: bool = False


def archive_kind(head: bytes) -> str:
    """Kind of archive a file that begins with these bytes is; empty where it is none."""
    kind = next((name for magic, name in MAGICS.items() if head.startswith(magic)), "")
    if kind:
        return kind
    is_gzip = head.startswith(GZIP_MAGIC)
    content = inflated_head(head)
    if content[TAR_MAGIC_AT : TAR_MAGIC_AT + 5] == b"ustar":
        return "tar.gz" if is_gzip else "tar"
    return ""


def claims_archive(name: str) -> bool:
    """Whether a file's name says archive."""
    return name.lower().endswith(SUFFIXES)


def members(kind: str, archive: Window, count_bytes: CountBytes) -> Iterable[Member]:
    """Members of an archive, hidden ones left out; may be walked more than once, never two at a time.

    Parameters
    ----------
    kind
        As `archive_kind` names it.
    archive
        The archive.
    count_bytes
        Told of every byte unpacked.

    Raises
    ------
    UnreadableError
        Archives of this kind are not read. Damage raises one of `BROKEN`, here or while walking.
    """
    if kind not in MEMBERS:
        raise UnreadableError(not_read(kind))
    return MEMBERS[kind](archive, count_bytes)


def not_read(kind: str) -> str:
    """What to say of an archive of a kind that is not in `MEMBERS`."""
    return f"is a {kind} archive, and archives of this kind are not read; unpack it first"


class _Names:
    """Clean names for members: forward slashes, no folder twice the same name."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def clean(self, raw: str) -> tuple[str, str]:
        """Name and refusal of a member; no name where it is hidden or a folder."""
        parts = [part for part in raw.replace("\\", "/").split("/") if part not in {"", "."}]
        if raw.endswith(("/", "\\")) or any(map(is_hidden, parts)) or not parts:
            return "", ""
        name = "/".join(parts)
        self._seen[name] += 1
        leads_out = raw.startswith(("/", "\\")) or ".." in parts or re.match("[A-Za-z]:", raw)
        if self._seen[name] > 1:
            name += f" ({self._seen[name]})"
        return name, LEADS_OUT if leads_out else ""


def is_hidden(name: str) -> bool:
    """Whether a file or folder is the system's own affair."""
    return (name.startswith(".") and name != "..") or name == "__MACOSX"


def _zip_members(archive: Window, count_bytes: CountBytes) -> list[Member]:
    directory = zipfile.ZipFile(archive)  # type: ignore[type-var,arg-type,unused-ignore]
    names = _Names()
    found = []
    free_from = 0
    for info in sorted(directory.infolist(), key=lambda info: info.header_offset):
        name, refusal = names.clean(info.filename)
        overlaps = info.header_offset < free_from
        free_from = max(free_from, info.header_offset + LOCAL_HEADER_BYTES + info.compress_size)
        if not name:
            continue
        refusal = refusal or _zip_refusal(info)
        if overlaps and not refusal:
            refusal = "shares its bytes with another member, as archives made to harm do; refused"
        is_stored = info.compress_type == zipfile.ZIP_STORED
        found.append(
            Member(
                name,
                info.file_size,
                info.compress_size,
                partial(_open_zipped, directory, info, count_bytes),
                refusal,
                window=partial(_stored, archive, info) if is_stored else None,
                is_rewindable=True,
            )
        )
    return found


def _zip_refusal(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & FLAG_ENCRYPTED:
        return "is encrypted; unpack it first"
    if info.compress_type not in PACKINGS:
        how = zipfile.compressor_names.get(info.compress_type, f"method {info.compress_type}")  # type: ignore[attr-defined]
        return f"is packed in a way that is not read ({how}); unpack it first"
    if info.file_size > MOST_DEFLATED_RATIO * (info.compress_size + 1):
        return "claims a size that it cannot have; refused"
    if info.create_system == UNIX and stat.S_ISLNK(info.external_attr >> 16):
        return IS_LINK
    return ""


def _open_zipped(directory: zipfile.ZipFile, info: zipfile.ZipInfo, count_bytes: CountBytes) -> Window:
    return Window(directory.open(info), size=info.file_size, count_bytes=count_bytes)


def _stored(archive: Window, info: zipfile.ZipInfo) -> Window:
    """A stored member where it lies; only its own header tells where its content begins."""
    archive.seek(info.header_offset)
    name_bytes, extra_bytes = struct.unpack_from("<HH", archive.read(LOCAL_HEADER_BYTES), 26)
    return Window(archive, info.header_offset + LOCAL_HEADER_BYTES + name_bytes + extra_bytes, info.file_size)


class _Tar:
    """A tar archive, plain or gzipped, walked from its beginning each time."""

    def __init__(self, archive: Window, count_bytes: CountBytes, *, is_gzip: bool = False) -> None:
        self._archive, self._count_bytes, self._is_gzip = archive, count_bytes, is_gzip

    def __iter__(self) -> Iterator[Member]:
        self._archive.seek(0)
        if not self._is_gzip:
            yield from self._members(self._archive)
            return
        with gzip.GzipFile(fileobj=self._archive) as content:  # type: ignore[arg-type,unused-ignore]
            yield from self._members(Window(content, count_bytes=self._count_bytes))

    def _members(self, content: Window) -> Iterator[Member]:
        headers = _Headers(content)
        directory = tarfile.TarFile(fileobj=headers)  # type: ignore[arg-type,unused-ignore]
        names = _Names()
        last_at = -1
        while (info := headers.next_of(directory)) is not None:
            directory.members = []  # type: ignore[attr-defined]  # else every header stays in memory
            if info.offset <= last_at or info.size < 0:
                raise tarfile.TarError("its headers lead backwards")
            last_at = info.offset
            name, refusal = names.clean(info.name)
            if not name or info.isdir():
                continue
            if not info.isreg():
                refusal = refusal or (IS_LINK if info.issym() or info.islnk() else "is no ordinary file")
            is_plain = not self._is_gzip and not info.issparse()
            yield Member(
                name,
                info.size,
                info.size,
                partial(_open_tarred, directory, info),
                refusal,
                window=partial(Window, content, info.offset_data, info.size) if is_plain else None,
            )
        # tarfile takes a damaged header for the end; a true end is a block of zeros.
        content.seek(directory.offset)
        if content.read(tarfile.BLOCKSIZE).strip(b"\0") or content.tell() <= directory.offset:
            raise tarfile.TarError("it ends without the mark of the end")


class _Headers(Window):
    """A tar archive's bytes, whose headers are looked at before tarfile works through them."""

    _is_header = True  # a directory reads its first one when it is made

    def next_of(self, directory: tarfile.TarFile) -> tarfile.TarInfo | None:
        """The next member that a directory over these bytes finds, None at the end."""
        self._is_header = True
        try:
            info = directory.next()
        finally:
            self._is_header = False
        if len(directory.pax_headers) > MOST_GLOBAL_HEADERS:
            raise tarfile.TarError("its headers are made to take long")
        return info

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        if self._is_header and (len(content) > LONGEST_HEADER_BYTES or ENDLESS.search(content)):
            raise tarfile.TarError("its headers are made to take long")
        return content


def _open_tarred(directory: tarfile.TarFile, info: tarfile.TarInfo) -> Window:
    stream = directory.extractfile(info)
    if stream is None:
        raise tarfile.TarError("no content")
    return Window(stream, size=info.size)


MEMBERS: dict[str, Callable[[Window, Any], Iterable[Member]]] = {
    "zip": _zip_members,
    "tar": _Tar,
    "tar.gz": partial(_Tar, is_gzip=True),
}
