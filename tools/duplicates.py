"""Measure how well duplicates are found: on pairs made up from a seed, and on labelled real files.

    python tools/duplicates.py [--corpus FOLDER]

The labels (tests/duplicates.json) name files by the digest of their unpacked content alone. They were made
from the raw samples, read by other readers, without a look at what loadwatch makes of them: positions second
by second, heart rates, starts, totals. Whoever is in no group with another is not the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loadwatch import formats, survey
from loadwatch.demo.fit_file import fit_bytes
from loadwatch.demo.noise import wander
from loadwatch.demo.recording import Recording, record
from loadwatch.demo.story import Outing
from loadwatch.demo.terrain import METRES_PER_DEGREE
from loadwatch.demo.xml_files import gpx_bytes, tcx_bytes
from loadwatch.formats.activity import Activity
from loadwatch.intake import read_files
from loadwatch.merge import merge
from loadwatch.runs import RUN_ID_LENGTH, RunRecord, reduce_activity
from loadwatch.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LABELS = Path(__file__).resolve().parents[1] / "tests" / "duplicates.json"
SEED = 20261025
ENCODERS: dict[str, Callable[[Recording], bytes]] = {"fit": fit_bytes, "gpx": gpx_bytes, "tcx": tcx_bytes}
ZONES_H = (-9.5, -8.0, -5.0, -3.5, -1.0, 1.0, 2.0, 5.5, 5.75, 8.0, 9.5, 12.75, 14.0)
SHORTEST_S = 60.0  # what lasts less carries no evidence either way
LEAST_RECALL = 0.98


@dataclass(frozen=True)
class Pair:
    """Two records of which it is known whether they are of one activity."""

    name: str
    one: RunRecord
    other: RunRecord
    is_same: bool


@dataclass(frozen=True)
class Score:
    """How many pairs were joined as they should be.

    Attributes
    ----------
    wanted, found
        Pairs of one activity, and those of them that were joined.
    missed, false
        Names of pairs not joined that should have been, and of those joined that should not.
    apart
        Pairs that must stay apart.
    """

    wanted: int
    found: int
    apart: int
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Share of the pairs of one activity that were joined."""
        return self.found / self.wanted

    @property
    def precision(self) -> float:
        """Share of the joined pairs that are of one activity."""
        return self.found / (self.found + len(self.false))

    def text(self, title: str) -> str:
        """Both shares as a line, and each error as another."""
        counts = f"{self.found} of {self.wanted} pairs joined; {len(self.false)} of {self.apart} others"
        lines = [f"{title}: precision {self.precision:.4f}, recall {self.recall:.4f} ({counts})"]
        lines += [f"  missed: {name}" for name in self.missed]
        lines += [f"  false: {name}" for name in self.false]
        return "\n".join(lines)


def made_pairs(seed: int = SEED) -> Iterator[Pair]:
    """Twins and near misses of a few outings, the same for the same seed."""
    for number, (kind, course, km) in enumerate(
        (
            ("easy", "shore", 5.0),
            ("thousands", "vines", 6.0),
            ("long", "ridge", 5.0),
            ("easy", "promenade", 4.0),
            ("easy", "treadmill", 4.0),
        )
    ):
        outing = Outing(datetime(2026, 5, 5, 9, 0), kind, 1000.0 * km, course, 0.0, 0.0, "fit")  # noqa: DTZ001 - on the runner's clock
        run = record(outing, seed=seed)
        title = f"{kind} on {course}"
        has_positions = course != "treadmill"
        watch = _record(run)
        for name, other, is_same in (
            *_re_encoded(run, has_positions=has_positions),
            *_second_devices(run, np.random.default_rng(seed)),
            *_others(outing, run, seed, has_positions=has_positions),
        ):
            yield Pair(f"{title}: {name}", watch, other, is_same)
        for name, one, other, is_same in _shifted(run, ZONES_H[number::3], has_positions=has_positions):
            yield Pair(f"{title}: {name}", one, other, is_same)


def judge(pairs: Iterable[Pair]) -> Score:
    """Merge each pair by itself."""
    told = [(pair, len(merge([pair.one, pair.other])) == 1) for pair in pairs]
    return Score(
        wanted=sum(pair.is_same for pair, _ in told),
        found=sum(pair.is_same and is_joined for pair, is_joined in told),
        apart=sum(not pair.is_same for pair, _ in told),
        missed=tuple(pair.name for pair, is_joined in told if pair.is_same and not is_joined),
        false=tuple(pair.name for pair, is_joined in told if is_joined and not pair.is_same),
    )


def judge_labelled(records: Sequence[RunRecord], labels: Path = LABELS) -> Score:
    """Merge all records at once, and compare with the labels; unequal contents of a minute and more count."""
    told = json.loads(labels.read_text(encoding="utf-8"))
    length = {one.run_id: one.facts["elapsed_s"] for one in records}
    names = {one.run_id: one.facts["file"] for one in records}
    untold = {pair for group in told["untold"] for pair in _pairs(map(_short, group))}

    def counted(groups: Iterable[Iterable[str]]) -> set[tuple[str, str]]:
        usable = [[name for name in group if length.get(name, 0.0) >= SHORTEST_S] for group in groups]
        return {pair for group in usable for pair in _pairs(group)} - untold

    wanted = counted(map(_short, group) for group in told["same"])
    joined = counted({one.run_id for one in (best, *copies)} for best, copies in merge(records))
    long_enough = sum(seconds >= SHORTEST_S for seconds in length.values())
    return Score(
        wanted=len(wanted),
        found=len(wanted & joined),
        apart=long_enough * (long_enough - 1) // 2 - len(wanted),
        missed=tuple(f"{names[one]} and {names[other]}" for one, other in sorted(wanted - joined)),
        false=tuple(f"{names[one]} and {names[other]}" for one, other in sorted(joined - wanted)),
    )


def _short(label: str) -> str:
    """Run id of a label: a digest, with the session's number where the file holds several."""
    digest, dash, number = label.partition("-")
    return f"{digest[:RUN_ID_LENGTH]}{dash}{number}"


def _pairs(names: Iterable[str]) -> set[tuple[str, str]]:
    return set(combinations(sorted(names), 2))


def _reduced(content: bytes) -> RunRecord:
    digest = hashlib.sha256(content).hexdigest()
    (activity,) = formats.read(content)
    if not isinstance(activity, Activity):
        raise activity
    return reduce_activity(activity, file=digest[:8], digest=digest)


def _record(run: Recording, form: str = "fit", *, bare: bool = False) -> RunRecord:
    """Write a recording as a file and read it; bare is without heart rate and cadence."""
    content = ENCODERS[form](run)
    if bare:
        content = re.sub(rb"<gpxtpx:(hr|cad)>[^<]*</gpxtpx:\1>", b"", content)
        content = re.sub(rb"<HeartRateBpm>\s*<Value>[^<]*</Value>\s*</HeartRateBpm>", b"", content)
        content = re.sub(rb"<ns3:RunCadence>[^<]*</ns3:RunCadence>", b"", content)
    return _reduced(content)


def _later(run: Recording, seconds: float) -> Recording:
    return replace(run, start=run.start + timedelta(seconds=seconds))


def _with(run: Recording, samples: pd.DataFrame) -> Recording:
    """A recording of other samples, its clock at 0 again."""
    first = int(samples.index[0])
    samples = samples.set_axis(samples.index - first)
    samples = samples.assign(distance_m=samples["distance_m"] - samples["distance_m"].iloc[0])
    pauses = tuple(
        (begin - first, end - first)
        for begin, end in run.pauses
        if begin - first in samples.index and end - first in samples.index
    )
    return replace(_later(run, first), samples=samples, pauses=pauses)


def _cut(run: Recording, begin: float, end: float) -> Recording:
    last = run.elapsed_s
    return _with(run, run.samples.loc[begin * last : end * last])


def _thinned(run: Recording, every: int = 7) -> Recording:
    stops = {moment for pause in run.pauses for moment in pause} | {0, run.elapsed_s}
    is_kept = np.arange(len(run.samples)) % every == 0
    return replace(run, samples=run.samples[is_kept | run.samples.index.isin(stops)])


def _re_encoded(run: Recording, *, has_positions: bool) -> Iterator[tuple[str, RunRecord, bool]]:
    """Other files of the same recording."""
    forms = ("gpx", "tcx") if has_positions else ("tcx",)
    for form in forms:
        yield f"as {form}", _record(run, form), True
        yield f"as {form} without heart rate", _record(run, form, bare=True), True
        yield f"as {form}, every seventh sample", _record(_thinned(run), form), True
    form = forms[0]
    for begin, end in ((0.0, 0.9), (0.15, 1.0), (0.3, 0.8), (0.0, 0.5), (0.7, 1.0), (0.4, 0.65)):
        yield f"{begin} to {end} of it", _record(_cut(run, begin, end), form), True


def _second_devices(run: Recording, random: np.random.Generator) -> Iterator[tuple[str, RunRecord, bool]]:
    """The same runner's second watch or phone."""
    form = "tcx" if np.isnan(run.samples["latitude_deg"]).all() else "gpx"
    for ahead_s in (-15, -6):
        seen = _later(_seen_again(run, random), ahead_s)
        yield f"second watch, its clock {-ahead_s} s behind", _record(seen, form), True
    for late_s in (0, 9, 15):
        yield f"second watch, started {late_s} s later", _record(_seen_again(run, random, late_s), form), True
    wrong = _seen_again(run, random, 5)
    locked = replace(wrong, samples=wrong.samples.assign(heart_rate_bpm=wrong.samples["cadence_spm"] + 1.0))
    if form == "gpx":
        yield "a wrist that counts steps for heartbeats", _record(locked, form), True
    yield "second watch, its clock 40 s ahead", _record(_later(_seen_again(run, random), 40.0), form), True
    yield "without automatic pauses", _record(_unpaused(run), form), True


def _seen_again(run: Recording, random: np.random.Generator, late_s: int = 0) -> Recording:
    """What another device makes of it: own noise of receiver and sensors, a later start."""
    samples, count = run.samples, len(run.samples)
    north_m, east_m = (random.normal(0.0, 3.0) + wander(random, count, sd=4.0, width=5) for _ in range(2))
    seen = samples.assign(
        latitude_deg=samples["latitude_deg"] + north_m / METRES_PER_DEGREE,
        longitude_deg=samples["longitude_deg"]
        + east_m / METRES_PER_DEGREE / np.cos(np.radians(samples["latitude_deg"])),
        altitude_m=samples["altitude_m"] + random.normal(0.0, 6.0) + wander(random, count, sd=2.0, width=20),
        distance_m=samples["distance_m"] * (1.0 + random.normal(0.0, 0.015)),
        heart_rate_bpm=samples["heart_rate_bpm"] + wander(random, count, sd=1.5, width=8),
        cadence_spm=samples["cadence_spm"] + wander(random, count, sd=2.0, width=4),
        speed_mps=np.maximum(samples["speed_mps"] + wander(random, count, sd=0.12, width=4), 0.0),
    )
    return _with(replace(run, samples=seen), seen.loc[late_s:])


def _unpaused(run: Recording) -> Recording:
    """As a device without automatic pause writes it: the runner stands, the heart calms down."""
    every_second = run.samples.reindex(range(run.elapsed_s + 1)).interpolate()
    for begin, end in run.pauses:
        inside = every_second.index[(every_second.index > begin) & (every_second.index < end)]
        every_second.loc[inside, ["speed_mps", "cadence_spm"]] = 0.0
    return replace(run, samples=every_second, pauses=())


def _shifted(
    run: Recording, zones_h: Sequence[float], *, has_positions: bool
) -> Iterator[tuple[str, RunRecord, RunRecord, bool]]:
    """The same recording by an app that takes local time for UTC, and by one that shifts the other way."""
    watch = _record(run)
    form = "gpx" if has_positions else "tcx"
    for hours in zones_h:
        name = f"clock {hours:+g} h"
        moved = _later(run, 3600.0 * hours)
        yield f"{name}, {form}", watch, _record(moved, form), True
        yield f"{name}, every seventh sample", watch, _record(_thinned(moved), form), True
        if has_positions:
            yield f"{name}, without heart rate", watch, _record(_later(moved, 3.0), form, bare=True), True
    shifted = _record(_later(run, 8 * 3600.0), form)
    yield "clock +8 h, neither from a watch", _record(run, form), shifted, True


def _others(
    outing: Outing, run: Recording, seed: int, *, has_positions: bool
) -> Iterator[tuple[str, RunRecord, bool]]:
    """Near misses: other people, other runs."""
    form = "gpx" if has_positions else "tcx"
    random = np.random.default_rng(seed)
    for slower in (0.02, 0.04, 0.08, -0.05):
        friend = _other_runner(run, random, slower)
        if has_positions:
            yield f"a friend {100 * slower:+.0f} % slower from one start", _record(friend, form), False
        yield f"a friend {100 * slower:+.0f} % slower, started 12 s after", _record(_later(friend, 12)), False
    if has_positions:
        for slower in (0.04, 0.08):
            friend = _other_runner(run, random, slower)
            yield (
                f"a friend {100 * slower:+.0f} % slower without heart rate",
                _record(friend, "gpx", bare=True),
                False,
            )
    yield "a friend side by side", _record(_other_runner(run, random, 0.0), form), False
    for hours in (2, 5, 8.25, 10):
        again = record(replace(outing, start=outing.start + timedelta(hours=hours)), seed=seed)
        again = replace(again, start=run.start + timedelta(hours=hours))
        yield f"the same loop {hours} h later", _record(_on_another_form(again, random), form), False
    short = record(replace(outing, distance_m=3000.0), seed=seed + 1)
    ended_s = run.elapsed_s
    yield "cooling down after it", _record(_later(short, ended_s + 90), form), False
    yield "a second short run that morning", _record(_later(short, ended_s + 1800), form), False
    yield "the watch stopped late, the next begun early", _record(_later(short, ended_s - 120), form), False
    yield "a watch left on for the day", _record(_left_on(run), "tcx"), False


def _other_runner(run: Recording, random: np.random.Generator, slower: float) -> Recording:
    """Another runner over the same course from the same start: other pace, heart and steps."""
    samples, count = run.samples, len(run.samples)
    pace = 1.0 + slower + wander(random, count, sd=0.01, width=count / 12) if slower else np.ones(count)
    gaps = np.diff(samples.index.to_numpy(), prepend=0)
    clock_s = np.maximum.accumulate(np.rint(np.cumsum(gaps * pace)).astype(int))
    is_new = np.diff(clock_s, prepend=-1) > 0
    moved = samples.set_axis(clock_s).assign(
        speed_mps=samples["speed_mps"].to_numpy() / pace,
        heart_rate_bpm=samples["heart_rate_bpm"].to_numpy() + 14.0 + wander(random, count, sd=3.0, width=40),
        cadence_spm=np.where(samples["cadence_spm"] > 0, samples["cadence_spm"] + 9.0, 0.0),
        distance_m=samples["distance_m"].to_numpy() * (1.0 + random.normal(0.0, 0.004)),
        latitude_deg=samples["latitude_deg"].to_numpy() + 1.5e-5,
    )
    moved.index.name = samples.index.name
    return replace(run, samples=moved[is_new], pauses=())


def _on_another_form(run: Recording, random: np.random.Generator) -> Recording:
    """The heart of another hour of the day: the story's own differs by chance alone."""
    count = len(run.samples)
    beats = run.samples["heart_rate_bpm"] + random.choice([-4.0, 4.0]) + wander(random, count, sd=2, width=60)
    return replace(run, samples=run.samples.assign(heart_rate_bpm=beats))


def _left_on(run: Recording) -> Recording:
    """The same run on a watch that was not stopped until the evening."""
    after = run.samples.iloc[[-1] * 1200].copy()
    after.index = run.samples.index[-1] + 10 * np.arange(1, 1201)
    after.index.name = run.samples.index.name
    after = after.assign(speed_mps=0.0, cadence_spm=0.0, heart_rate_bpm=70.0)
    return replace(run, samples=pd.concat([run.samples, after]))


def main() -> None:
    """Print precision and recall."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="folder with the labelled real files under files/")
    asked = parser.parse_args()
    root = asked.corpus / "files" if asked.corpus else None
    if root and not root.is_dir():
        parser.error(f"{asked.corpus} holds no folder named files")
    scores = [judge(made_pairs())]
    print(scores[0].text("made pairs"))
    if root:
        found = survey.find([root])
        scores.append(judge_labelled(read_files(found, [root], Settings()).records))
        print(scores[1].text("labelled real files"))
    if any(score.false or score.recall < LEAST_RECALL for score in scores):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
