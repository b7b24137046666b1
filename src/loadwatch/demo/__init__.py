"""A synthetic runner's files, made up from a seed: for a first look, for the samples, for tests."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING

from loadwatch.demo.recording import record
from loadwatch.demo.story import SAMPLES_END, STORY_WEEKS, story
from loadwatch.demo.xml_files import gpx_bytes, tcx_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from loadwatch.demo.recording import Recording

__all__ = ["has_fit_tool", "make_files", "write_demo"]

SEED = 20260330

CUT_SHARE = 0.7
"""How much is left of the file that breaks off."""

LONG_BREAK_DAYS = 10


def has_fit_tool() -> bool:
    """Tell whether FIT files can be written; without, the demo writes TCX in their place."""
    return find_spec("fit_tool") is not None


def write_demo(
    folder: Path,
    *,
    weeks: int = STORY_WEEKS,
    ends: date = SAMPLES_END,
    seed: int = SEED,
    on_file: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write the synthetic runner's activity files into a folder.

    Where fit-tool is not installed (see `has_fit_tool`), TCX files stand in for FIT, and the two files
    that only FIT can be (one broken off, one a workout) are left out.

    Parameters
    ----------
    folder
        Where to; made if it is not there.
    weeks
        Weeks of running: the whole story is 30 weeks long, fewer keep its end, more begin with further
        steady weeks.
    ends
        Sunday of the last week.
    seed
        The same seed gives the same bytes.
    on_file
        Called after each outing with how many are done and how many there are.

    Returns
    -------
    list of Path
        The files written, oldest outing first.

    Raises
    ------
    ValueError
        When `weeks` is below 1, or `ends` is no Sunday.
    """
    count = len(story(weeks, ends=ends))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for done, files in enumerate(_files_by_outing(weeks, ends, seed), start=1):
        for name, content in files.items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
        if on_file:
            on_file(done, count)
    return written


def make_files(*, weeks: int = STORY_WEEKS, ends: date = SAMPLES_END, seed: int = SEED) -> dict[str, bytes]:
    """Make the same files as `write_demo`, in memory.

    Parameters
    ----------
    weeks, ends, seed
        As in `write_demo`.

    Returns
    -------
    dict of str to bytes
        Content by file name, oldest outing first.
    """
    by_outing = _files_by_outing(weeks, ends, seed)
    return {name: content for files in by_outing for name, content in files.items()}


def _files_by_outing(weeks: int, ends: date, seed: int) -> Iterator[dict[str, bytes]]:
    """Files of each outing of the last weeks of the story, by name."""
    # A run in a shorter story is the same run, so the break before it counts there too.
    outings = story(max(weeks, STORY_WEEKS), ends=ends)
    kept = set(story(weeks, ends=ends))
    back = date.min
    for before, outing in pairwise((outings[0], *outings)):
        if (outing.start.date() - before.start.date()).days > LONG_BREAK_DAYS:
            back = outing.start.date()
        if outing in kept:
            yield _files(record(outing, seed=seed, days_back=(outing.start.date() - back).days))


def _files(recording: Recording) -> dict[str, bytes]:
    """Every file that the outing is stored in, by name."""
    outing = recording.outing
    name = f"{outing.start:%Y-%m-%d_%H%M}_{outing.kind}"
    if outing.file == "fit-cut":
        return _files_of_accident(recording, name)
    files = {}
    for ending in outing.file.split("+"):
        form, _, packing = ending.partition(".")
        if form == "fit" and not has_fit_tool():
            form = "tcx"
        content = _encode(recording, form)
        packed = gzip.compress(content, mtime=0) if packing else content
        files[".".join(filter(None, (name, form, packing)))] = packed
    return files


def _files_of_accident(recording: Recording, name: str) -> dict[str, bytes]:
    """Break one file off, and lay beside it a workout that the runner copied along."""
    if not has_fit_tool():
        return _files(replace(recording, outing=replace(recording.outing, file="tcx")))
    from loadwatch.demo.fit_file import workout_bytes  # noqa: PLC0415 (fit-tool is an extra)

    content = _encode(recording, "fit")
    planned = datetime.combine(recording.start.date(), datetime.min.time(), UTC)
    return {
        f"{name}.fit": content[: round(CUT_SHARE * len(content))],
        "workout_4x1500.fit": workout_bytes(planned),
    }


def _encode(recording: Recording, form: str) -> bytes:
    if form == "fit":
        from loadwatch.demo.fit_file import fit_bytes  # noqa: PLC0415 (fit-tool is an extra)

        return fit_bytes(recording)
    return {"gpx": gpx_bytes, "tcx": tcx_bytes}[form](recording)
