"""What earlier scans made of the same bytes, in one SQLite file; it saves time and decides nothing.

Each entry is found by a digest of all it was made from and carries a checksum over itself and that digest,
so an entry is either what would be worked out again, or absent. It may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
import zlib
from hashlib import blake2b
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

FILE_NAME = "readings-1.sqlite3"  # the number is that of the table's layout
# In the file's header, so that no other program's database is taken for ours.
APPLICATION_ID = 0x6C6F6164
APPLICATION_ID_AT = 68
SQLITE_MAGIC = b"SQLite format 3\x00"
KEY_BYTES = 32
# Entries wait in memory and are written together: a scan that is killed loses a second of work, and two scans
# at once wait for one another for moments only.
WRITE_EVERY_S = 1.0
LARGEST_WAITING_BYTES = 8 << 20
BUSY_S = 5.0
KEYS_AT_ONCE = 500  # some builds of SQLite take 999
DAY_S = 86_400
KEPT_DAYS = 180
MARKED_EVERY_DAYS = 30

_TABLE = """
CREATE TABLE IF NOT EXISTS entries (
    key BLOB PRIMARY KEY,
    used_day INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    content BLOB NOT NULL
)
"""


class _ForeignError(Exception):
    """The file is another program's."""


def key(kind: str, *parts: str | bytes) -> bytes:
    """Where an entry is found: a digest of what it was made from.

    Parameters
    ----------
    kind
        What the entry is, so that different things made from the same never meet.
    parts
        All it was made from.
    """
    contents = [
        part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in (kind, *parts)
    ]
    framed = b"".join([len(content).to_bytes(8, "little") + content for content in contents])
    return blake2b(framed, digest_size=KEY_BYTES).digest()


class Cache:
    """Entries by key; never raises for what is wrong with its file, but forgets and says so in `trouble`.

    Parameters
    ----------
    folder
        Where its file lies; made where it is missing. The user's cache folder if None.
    is_reader
        Whether it only looks things up: it then makes, changes and removes nothing, and what it is given to
        keep is forgotten.

    Attributes
    ----------
    folder
        Where its file lies.
    trouble
        Why it is not, or not fully, in use, as a sentence; empty where all is well.
    """

    def __init__(self, folder: Path | None = None, *, is_reader: bool = False) -> None:
        self.trouble = ""
        self._is_reader = is_reader
        self._waiting: dict[bytes, bytes] = {}
        self._waiting_bytes = 0
        self._written_at = time.monotonic()
        self._stale: set[bytes] = set()
        self._today = int(time.time() // DAY_S)
        self._has_written = False
        self._is_anew = False
        self._connection: sqlite3.Connection | None = None
        self.folder = folder or user_cache_path("loadwatch")
        self._path = self.folder / FILE_NAME
        try:
            self._connection = _reading(self._path) if is_reader else _connected(self._path)
        except _ForeignError:
            self.trouble = (
                f"{self._path} is not a cache of loadwatch, so nothing is kept; "
                "delete it, or name another folder with --cache."
            )
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def get(self, key: bytes) -> bytes | None:
        """What is kept under a key, None where nothing is."""
        if key in self._waiting:
            return self._waiting[key]
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "SELECT used_day, checksum, content FROM entries WHERE key = ?", (key,)
            ).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        if row is None:
            return None
        used_day, checksum, content = row
        if not isinstance(content, bytes) or checksum != _checksum(key, content):
            self.trouble = f"{self._path} held damaged entries; what they stood for was read anew."
            return None
        is_marked = isinstance(used_day, int) and used_day >= self._today - MARKED_EVERY_DAYS
        if not is_marked and not self._is_reader:
            self._stale.add(key)
        return content

    def holds(self, keys: Iterable[bytes]) -> bool:
        """Whether something is kept under every one of some keys; whether it is sound is not looked at."""
        written = [*(set(keys) - self._waiting.keys())]
        if self._connection is None:
            return not written
        try:
            for first in range(0, len(written), KEYS_AT_ONCE):
                some = written[first : first + KEYS_AT_ONCE]
                places = ", ".join("?" * len(some))
                (count,) = self._connection.execute(
                    f"SELECT count(*) FROM entries WHERE key IN ({places})",  # noqa: S608 - question marks
                    some,
                ).fetchone()
                if count < len(some):
                    return False
        except sqlite3.Error as error:
            self._give_up(error)
            return False
        return True

    def put(self, key: bytes, content: bytes) -> None:
        """Keep something under a key; what was kept there gives way."""
        if self._connection is None or self._is_reader:
            return
        self._waiting[key] = content
        self._waiting_bytes += len(content)
        is_late = time.monotonic() - self._written_at > WRITE_EVERY_S
        if is_late or self._waiting_bytes > LARGEST_WAITING_BYTES:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        self._written_at = time.monotonic()
        if self._connection is None or not self._waiting:
            return
        rows = [
            (key, self._today, _checksum(key, content), content) for key, content in self._waiting.items()
        ]
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            self._give_up(error)
            return
        self._has_written = True
        self._waiting.clear()
        self._waiting_bytes = 0

    def close(self) -> None:
        """Write what waits, forget what nothing has asked for in half a year, and let go of the file."""
        self.write()
        if self._connection is None:
            return
        # Whoever changed nothing need not wait for a write.
        with contextlib.suppress(sqlite3.Error):
            if self._stale or self._has_written:
                self._tidy(self._connection)
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._connection = None

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tidy(self, connection: sqlite3.Connection) -> None:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            marks = [(self._today, key) for key in self._stale]
            connection.executemany("UPDATE entries SET used_day = ? WHERE key = ?", marks)
            connection.execute("DELETE FROM entries WHERE used_day < ?", (self._today - KEPT_DAYS,))

    def _give_up(self, error: sqlite3.Error | OSError) -> None:
        """Go on without; a damaged file of ours is begun anew, and serves from then on."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        is_damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        )
        is_first = not self._is_anew and not self._is_reader
        if is_damaged and is_first and _is_ours(self._path) and _removed(self._path):
            self._is_anew = True
            self.trouble = f"{self._path} was damaged and is begun anew; this scan reads what it had kept."
            with contextlib.suppress(sqlite3.Error, OSError, _ForeignError):
                self._connection = _connected(self._path)
                return
        self._waiting.clear()
        self._waiting_bytes = 0
        if not (is_damaged and self._is_anew):
            self.trouble = (
                f"{self._path} {_told(error)}, so this scan is slower and keeps nothing; "
                "name a folder with --cache, or leave it out with --no-cache."
            )


def _told(error: sqlite3.Error | OSError) -> str:
    """What is wrong with the file, in words of everyday where there are some."""
    if "locked" in str(error):
        return f"is being written by another scan, for more than {BUSY_S:g} s"
    return f"cannot be used ({getattr(error, 'strerror', None) or error})"


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing; where there is no cache yet, there is nothing to look up."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY_S, uri=True)


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Runs hold where people live.
    path.touch(mode=0o600, exist_ok=True)
    if path.stat().st_size and not _is_sqlite(path):
        raise _ForeignError
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    patient_until = time.monotonic() + BUSY_S
    try:
        while True:
            try:
                _prepare(connection)
            except sqlite3.OperationalError as error:
                # Turning a new file into one for many users does not wait for others by itself.
                if "locked" not in str(error) or time.monotonic() > patient_until:
                    raise
                time.sleep(0.05)
            else:
                return connection
    except BaseException:
        connection.close()
        raise


def _prepare(connection: sqlite3.Connection) -> None:
    if not _bears_our_mark(connection):
        with connection:
            # Another scan may be at the same: what is found empty now, within the lock, is ours to fill.
            connection.execute("BEGIN IMMEDIATE")
            if not _bears_our_mark(connection):
                if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise _ForeignError
                connection.execute(_TABLE)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _bears_our_mark(connection: sqlite3.Connection) -> bool:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application not in (0, APPLICATION_ID):
        raise _ForeignError
    return bool(application)


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(APPLICATION_ID_AT + 4)
    except OSError:
        return False
    return head[APPLICATION_ID_AT:] == APPLICATION_ID.to_bytes(4, "big")


def _removed(path: Path) -> bool:
    try:
        for suffix in ("-wal", "-shm", ""):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _checksum(key: bytes, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(key))
