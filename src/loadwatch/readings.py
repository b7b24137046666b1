"""What one file's bytes say, as bytes that are safe to keep: what is cached and handed over.

A reading is worked out from a file's content alone. Read anew, in another process or found in the cache, it
comes through the same encoding, so all three are the same to the last bit.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import exports, formats
from loadwatch.errors import KINDS, FileError, PassingError
from loadwatch.runs import RunRecord, reduce_activity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loadwatch.formats.activity import Activity
    from loadwatch.sources import Label, RawFile

    Array = np.ndarray[Any, Any]

LENGTH_BYTES = 8
ALIGNED_BYTES = 8
# Words that many records share are held once.
SHARED = ("format", "sport", "sub_sport", "device", "timezone", "cadence_source", "elevation_source", "notes")


@dataclass(frozen=True)
class Reading:
    """What a file's content came to.

    Attributes
    ----------
    outcomes
        For each activity in it its record, or the error that says why there is none.
    repairs
        What was mended in each.
    """

    outcomes: tuple[RunRecord | FileError, ...]
    repairs: tuple[tuple[str, ...], ...]

    @property
    def is_final(self) -> bool:
        """Whether the same bytes would come to the same again."""
        return not any(isinstance(outcome, PassingError) for outcome in self.outcomes)


def read_content(raw: RawFile, label: Label | None, home_timezone: str) -> Reading:
    """Every activity of one file, reduced; whatever the content breaks goes no further."""
    try:
        activities = formats.read(raw.data)
    except FileError as error:
        return Reading((error,), ((),))
    except Exception as error:  # noqa: BLE001 - a strange file costs itself, not the scan
        return Reading((PassingError.unforeseen(error),), ((),))
    return Reading(
        tuple(
            reduced(exports.labelled(activity, label), raw.digest, home_timezone) for activity in activities
        ),
        tuple(() if isinstance(activity, FileError) else tuple(activity.repairs) for activity in activities),
    )


def reduced(activity: Activity | FileError, digest: str, home_timezone: str) -> RunRecord | FileError:
    """The record of one activity, or why there is none; nothing that it breaks goes any further."""
    if isinstance(activity, FileError):
        return activity
    try:
        return reduce_activity(activity, file="", digest=digest, home_timezone=home_timezone)
    except FileError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a strange activity costs itself, not its neighbours
        return PassingError.unforeseen(error)


def encode(reading: Reading) -> bytes:
    """A reading as bytes: a length, that many bytes of JSON, then the vectors as they lie in memory."""
    heads: list[dict[str, Any]] = []
    vectors: list[bytes] = []
    for outcome, repairs in zip(reading.outcomes, reading.repairs, strict=True):
        if isinstance(outcome, FileError):
            is_passing = isinstance(outcome, PassingError)
            heads.append(
                {"kind": outcome.kind, "why": str(outcome), "is_passing": is_passing, "repairs": repairs}
            )
            continue
        kinds: list[str] = []
        sizes: list[int] = []
        for name, values in outcome.vectors.items():
            stored = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
            kinds.append(f"{name}:{stored.dtype.str}")
            sizes.append(stored.size)
            vectors.append(_padded(stored.tobytes()))
        names, facts = " ".join(outcome.facts), list(_plain(outcome.facts).values())
        heads.append(
            {"names": names, "facts": facts, "kinds": " ".join(kinds), "sizes": sizes, "repairs": repairs}
        )
    head = _padded(json.dumps(heads, default=_python_value).encode(), b" ")
    return b"".join([len(head).to_bytes(LENGTH_BYTES, "little"), head, *vectors])


def decode(content: bytes, set_aside: Callable[[bytes], Callable[[], bytes]]) -> Reading:
    """A reading from its bytes.

    Parameters
    ----------
    content
        As `encode` gave them.
    set_aside
        Keeps the vectors' bytes and answers how to get them back; records do not hold them in memory.

    Raises
    ------
    ValueError, KeyError, TypeError
        The bytes are no reading.
    """
    start = LENGTH_BYTES + int.from_bytes(content[:LENGTH_BYTES], "little")
    outcomes: list[RunRecord | FileError] = []
    repairs = []
    for head in json.loads(content[LENGTH_BYTES:start]):
        repairs.append(tuple(head["repairs"]))
        if "why" in head:
            outcomes.append((PassingError if head["is_passing"] else KINDS[head["kind"]])(head["why"]))
            continue
        vectors = _StoredVectors(_kinds(head["kinds"]), head["sizes"])
        end = start + vectors.size_bytes
        vectors.fetch = set_aside(content[start:end])
        outcomes.append(RunRecord(_facts(head["names"], head["facts"]), vectors))
        start = end
    return Reading(tuple(outcomes), tuple(repairs))


@dataclass(frozen=True)
class _Kinds:
    """Which vectors there are, in what order.

    Attributes
    ----------
    places
        Place and type of each by its name.
    item_bytes
        Bytes of one value of each.
    """

    places: dict[str, tuple[int, np.dtype[Any]]]
    item_bytes: tuple[int, ...]


@lru_cache(maxsize=64)
def _kinds(text: str) -> _Kinds:
    """Kinds of vectors from their names and types; most records share them."""
    named = [kind.split(":") for kind in text.split()]
    dtypes = [np.dtype(dtype) for _, dtype in named]
    places = {name: (place, dtypes[place]) for place, (name, _) in enumerate(named)}
    return _Kinds(places, tuple(dtype.itemsize for dtype in dtypes))


class _StoredVectors(Mapping[str, "Array"]):
    """Vectors that lie elsewhere, and are fetched when one is asked for."""

    __hash__ = object.__hash__
    __slots__ = ("_kinds", "_sizes", "_starts", "fetch", "size_bytes")
    fetch: Callable[[], bytes]

    def __init__(self, kinds: _Kinds, sizes: list[int]) -> None:
        self._kinds, self._sizes = kinds, array("I", sizes)
        lengths = [
            -(-item * size // ALIGNED_BYTES) * ALIGNED_BYTES
            for item, size in zip(kinds.item_bytes, sizes, strict=True)
        ]
        *starts, self.size_bytes = accumulate(lengths, initial=0)
        self._starts = array("I", starts)

    def __getitem__(self, name: str) -> Array:
        place, dtype = self._kinds.places[name]
        start = self._starts[place]
        # Cut out, as all the others of the record would stay in memory with it.
        content = _fetched(self.fetch)[start : start + self._sizes[place] * dtype.itemsize]
        return np.frombuffer(content, dtype)

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds.places)

    def __len__(self) -> int:
        return len(self._kinds.places)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __reduce__(self) -> tuple[Callable[..., Mapping[str, Array]], tuple[Any, ...]]:
        # Copies, also those for other processes, hold what the file they cannot have holds.
        return _vectors_in_memory, (self._kinds, list(self._sizes), self.fetch())


def _vectors_in_memory(kinds: _Kinds, sizes: list[int], content: bytes) -> Mapping[str, Array]:
    vectors = _StoredVectors(kinds, sizes)
    vectors.fetch = lambda: content
    return vectors


@lru_cache(maxsize=1)
def _fetched(fetch: Callable[[], bytes]) -> bytes:
    """The bytes asked for last; who goes through many records asks for one record's in a row."""
    return fetch()


def _padded(content: bytes, filling: bytes = b"\0") -> bytes:
    return content + filling * (_padded_size(len(content)) - len(content))


def _padded_size(size_bytes: int) -> int:
    return -(-size_bytes // ALIGNED_BYTES) * ALIGNED_BYTES


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as JSON can say them."""
    return facts | {name: facts[name].isoformat() for name in ("start_time", "local_date")}


def _facts(names: str, values: list[Any]) -> dict[str, Any]:
    facts = dict(zip(_names(names), values, strict=True))
    for name in SHARED:
        facts[name] = sys.intern(facts[name])
    facts["start_time"] = datetime.fromisoformat(facts["start_time"])
    facts["local_date"] = date.fromisoformat(facts["local_date"])
    return facts


@lru_cache(maxsize=64)
def _names(text: str) -> tuple[str, ...]:
    """Names of facts, held once for all records that share them."""
    return tuple(text.split())


def _python_value(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} cannot be kept")
