"""Files under the given paths, as bytes with a name, out of archives too.

Knows nothing of running, and never writes.
"""

from __future__ import annotations

from loadwatch.sources.archives import archive_kind, claims_archive, is_hidden
from loadwatch.sources.content import Label, Problem, RawFile
from loadwatch.sources.files import at_home, claims_format, find, head, stamp
from loadwatch.sources.walk import beside, count, is_archive, locate, open_file, read, size_bytes

__all__ = [
    "Label",
    "Problem",
    "RawFile",
    "archive_kind",
    "at_home",
    "beside",
    "claims_archive",
    "claims_format",
    "count",
    "find",
    "head",
    "is_archive",
    "is_hidden",
    "locate",
    "open_file",
    "read",
    "size_bytes",
    "stamp",
]
