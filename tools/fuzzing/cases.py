"""Inputs by kind and number, made from the project's samples and, if asked, from real files."""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from fuzzing import fit, packed, xml
from fuzzing.blind import damaged

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"
# Most of a file's length adds time and no case; some keep all of it.
POINTS = (3, 30, 30, 60, 60, 120, 400)
LARGEST_REAL_BYTES = 400_000


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes
    ----------
    name
        Of its file, in which folder it lies included.
    data
        Its bytes.
    beside
        Further files that lie with it, by name.
    """

    name: str
    data: bytes
    beside: dict[str, bytes] = field(default_factory=dict)


class Seeds:
    """Sound files that damage begins with.

    Parameters
    ----------
    corpus
        Folder of real files to take half of the seeds from; None for the samples alone.
    """

    def __init__(self, corpus: Path | None = None) -> None:
        self._files = {suffix: _files(SAMPLES, suffix) for suffix in ("fit", "gpx", "tcx")}
        real = {suffix: _files(corpus, suffix) if corpus else [] for suffix in self._files}
        self._real = {suffix: found or self._files[suffix] for suffix, found in real.items()}

    def path(self, suffix: str, rng: Random) -> Path:
        """A file of a format."""
        return rng.choice(rng.choice((self._files, self._real))[suffix])

    def fit_items(self, rng: Random) -> fit.Items:
        """Messages of a FIT file, most of its records left out."""
        return list(_fit_items(self.path("fit", rng), rng.choice(POINTS)))

    def text(self, suffix: str, rng: Random) -> str:
        """Text of a GPX or TCX file, most of its points left out."""
        return _text(self.path(suffix, rng), rng.choice(POINTS))

    def small(self, suffix: str, rng: Random) -> bytes:
        """A short sound file."""
        if suffix == "fit":
            return _fit_bytes(self.path(suffix, rng), 30)
        return _text(self.path(suffix, rng), 30).encode()


def _files(folder: Path, suffix: str) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.name.lower().removesuffix(".gz").endswith(f".{suffix}")
        and path.is_file()
        and path.stat().st_size <= LARGEST_REAL_BYTES
    )


@lru_cache(maxsize=64)
def _content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


@lru_cache(maxsize=256)
def _whole_fit(path: Path) -> fit.Items:
    try:
        return fit.taken_apart(_content(path))
    except (IndexError, struct.error):  # some real files are damaged as they are
        return []


@lru_cache(maxsize=512)
def _fit_items(path: Path, records: int) -> tuple[fit.Item, ...]:
    return tuple(fit.shortened(_whole_fit(path), records))


@lru_cache(maxsize=512)
def _fit_bytes(path: Path, records: int) -> bytes:
    return fit.put_together(list(_fit_items(path, records)))


@lru_cache(maxsize=512)
def _text(path: Path, points: int) -> str:
    return xml.shortened(_content(path).decode("utf-8", "replace"), points)


@cache
def seeds(corpus: Path | None) -> Seeds:
    """Seeds, listed once for a process."""
    return Seeds(corpus)


def _inner(seeds: Seeds, rng: Random) -> bytes:
    """What lies in archives: mostly short sound files, sometimes damaged ones, or none at all."""
    suffix = rng.choice(("fit", "fit", "gpx", "tcx"))
    chance = rng.random()
    if chance < 0.55:
        data = seeds.small(suffix, rng)
    elif chance < 0.65:
        data = ACTIVITIES[suffix](seeds, rng)
    elif chance < 0.66:
        return packed.raw_bomb(rng)
    else:
        data = rng.choice((b"", b"text", rng.randbytes(600), b"PK\3\4", b"\x1f\x8b"))
    return gzip.compress(data, 1, mtime=0) if rng.random() < 0.3 else data


def _fit(seeds: Seeds, rng: Random) -> bytes:
    if rng.random() < 0.2:
        data = _content(seeds.path("fit", rng)) if rng.random() < 0.2 else seeds.small("fit", rng)
        return damaged(data, rng)
    return fit.mutated(seeds.fit_items(rng), rng)


def _gpx(seeds: Seeds, rng: Random) -> bytes:
    return _markup("gpx", seeds, rng)


def _tcx(seeds: Seeds, rng: Random) -> bytes:
    return _markup("tcx", seeds, rng)


def _markup(suffix: str, seeds: Seeds, rng: Random) -> bytes:
    text = seeds.text(suffix, rng)
    return damaged(text.encode(), rng) if rng.random() < 0.15 else xml.mutated(text, rng)


ACTIVITIES: dict[str, Callable[[Seeds, Random], bytes]] = {"fit": _fit, "gpx": _gpx, "tcx": _tcx}


def _single(suffix: str) -> Callable[[Seeds, Random], Case]:
    def case(seeds: Seeds, rng: Random) -> Case:
        return Case(_name(suffix, rng), ACTIVITIES[suffix](seeds, rng))

    return case


def _name(suffix: str, rng: Random) -> str:
    return f"x.{suffix}" if rng.random() < 0.9 else "x" + rng.choice(packed.SUFFIXES)


def _gz(seeds: Seeds, rng: Random) -> Case:
    suffix = rng.choice(("fit", "gpx", "tcx"))
    data = seeds.small(suffix, rng) if rng.random() < 0.7 else ACTIVITIES[suffix](seeds, rng)
    return Case(_name(f"{suffix}.gz", rng), packed.gzipped(data, rng))


def _members(seeds: Seeds, rng: Random) -> list[tuple[str, bytes]]:
    names = packed.member_names(rng, rng.choice((1, 2, 3, 6)))
    files = [(name, _inner(seeds, rng)) for name in names]
    if rng.random() < 0.3:
        files.append(("activities.csv", packed.activities_csv(names, rng)))
    if rng.random() < 0.2:
        files.append(("apple_health_export/export.xml", packed.health_export(names, rng)))
    rng.shuffle(files)
    return files


def _zip(seeds: Seeds, rng: Random) -> Case:
    chance = rng.random()
    if chance < 0.02:
        data = packed.tree_bomb(rng.choice((10, 60)), rng.choice((2, 3)))
    elif chance < 0.2:
        data = packed.nested(_members(seeds, rng), rng, packed.zip_of)
    else:
        data = packed.zip_of(_members(seeds, rng), rng)
    return Case(_name("zip", rng), data)


def _tar(seeds: Seeds, rng: Random) -> Case:
    files = _members(seeds, rng)
    data = packed.nested(files, rng, packed.tar_of) if rng.random() < 0.15 else packed.tar_of(files, rng)
    return Case(_name("tar", rng), data)


def _list(seeds: Seeds, rng: Random) -> Case:
    """An unpacked export: one file, and the list one folder up that speaks of it."""
    suffix = rng.choice(("fit", "gpx", "tcx"))
    is_strava = rng.random() < 0.5
    folder, place = ("activities", "activities.csv") if is_strava else ("workout-routes", "export.xml")
    say = packed.activities_csv if is_strava else packed.health_export
    name = f"{folder}/1.{suffix}"
    return Case(name, seeds.small(suffix, rng), {place: say([name, "activities/2.gpx"], rng)})


KINDS: dict[str, Callable[[Seeds, Random], Case]] = {
    **{suffix: _single(suffix) for suffix in ACTIVITIES},
    "gz": _gz,
    "zip": _zip,
    "tar": _tar,
    "list": _list,
}


def make(kind: str, number: int, *, seed: int, corpus: Path | None = None) -> Case:
    """The input of a kind with a number; always the same for the same seed and seeds to damage."""
    rng = Random(f"{seed} {kind} {number}")  # noqa: S311 - made again from its seed, and no secret
    return KINDS[kind](seeds(corpus), rng)
