"""What tells one state of the code from another, so that nothing kept by one is believed by the next."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import TZPATH

from loadwatch._version import __version__

# What a reading depends on: the code from a file's bytes to a record, and libraries whose data are in it.
READING_PARTS = (
    *("sources", "exports", "formats", "tidy", "metrics", "local_time", "vectors", "runs", "readings"),
    *("columns", "_column", "_study_columns", "errors", "_arrays"),
)
READING_LIBRARIES = ("fitparse", "numpy", "tzdata", "tzfpy")
REPORT_LIBRARIES = ("jinja2", "matplotlib", "pandas")
# By the names they are installed under.
SHARED_LIBRARIES = ("numpy", "pandas", "python-fitparse", "tzdata", "tzfpy")


@cache
def reading_version() -> str:
    """Digest of all that a reading depends on besides the file: another one may read otherwise."""
    return _digest(READING_PARTS, READING_LIBRARIES)


@cache
def report_version() -> str:
    """Digest of all that a report depends on besides files, settings and the day."""
    return _digest(("",), (*READING_LIBRARIES, *REPORT_LIBRARIES))


@cache
def shared_version(parts: tuple[str, ...]) -> str:
    """Digest of parts of the code and of what they rest on, the same on all machines that have the same.

    All parts are named by an empty text.
    """
    digest = blake2b(f"{__version__} {sys.version_info[:2]}".encode(), digest_size=16)
    _add_code(digest, parts)
    for name in SHARED_LIBRARIES:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def _digest(parts: tuple[str, ...], libraries: tuple[str, ...]) -> str:
    digest = blake2b(f"{__version__} {sys.version}".encode(), digest_size=16)
    _add_code(digest, parts)
    for path in (*map(_library, libraries), *(Path(folder, "tzdata.zi") for folder in TZPATH)):
        if path and path.is_file():
            about = path.stat()
            digest.update(f"{path} {about.st_size} {about.st_mtime_ns}".encode())
    return digest.hexdigest()


def _add_code(digest: blake2b, parts: tuple[str, ...]) -> None:
    package = Path(__file__).parent
    for part in parts:
        folder = package / part
        files = sorted(folder.rglob("*")) if folder.is_dir() else [folder.with_suffix(".py")]
        for file in files:
            if file.suffix in {".py", ".html", ".css", ".js"} and file.is_file():
                digest.update(file.relative_to(package).as_posix().encode() + file.read_bytes())


def _library(name: str) -> Path | None:
    """File that an installation of a library writes anew."""
    found = find_spec(name)
    return Path(found.origin) if found and found.origin else None
