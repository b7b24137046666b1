"""What a scan says rests on the running: not on names, order, packing or copies, nor on the machine."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from loadwatch import demo, pipeline
from loadwatch.demo.fit_file import fit_bytes
from loadwatch.demo.recording import record
from loadwatch.demo.story import story
from loadwatch.demo.xml_files import gpx_bytes, tcx_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loadwatch.demo.recording import Recording
    from loadwatch.history import History

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"
# Six weeks to judge by; then a stacked week, a long run, a longer week and long steps.
FIRST, AS_OF = "2026-04-27", "2026-08-09"
PAUSE_S = 20 * 60
ENCODERS = {"fit": fit_bytes, "gpx": gpx_bytes, "tcx": tcx_bytes}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The samples of these weeks by name, as a watch would have written them: none packed."""
    found = sorted(path for path in SAMPLES.iterdir() if FIRST <= path.name[:10] <= AS_OF)
    return {
        path.name.removesuffix(".gz"): gzip.decompress(content) if path.suffix == ".gz" else content
        for path in found
        for content in [path.read_bytes()]
    }


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """Scan what lies under some paths; a file's content is read once for the whole module."""
    cache = tmp_path_factory.mktemp("kept")
    return lambda *paths: pipeline.scan(paths, as_of=AS_OF, cache=cache)


@pytest.fixture(scope="module")
def plain(files, tmp_path_factory) -> Path:
    """A folder with the files as they are."""
    return laid_out(tmp_path_factory.mktemp("plain"), files)


@pytest.fixture(scope="module")
def history(plain, scan) -> History:
    """What is said of them."""
    return scan(plain)


def laid_out(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def told(history: History) -> list[object]:
    """Everything the runner is told, but for where it was read."""
    stories = [
        (one.verdict, one.headline, one.action, one.cannot_tell, [day for _, day in one.standing])
        for one in history.stories.values()
    ]
    return [
        history.flags.to_json(orient="split", date_format="iso"),
        history.weeks.to_json(orient="split", date_format="iso"),
        stories,
    ]


def levels(history: History) -> list[tuple[object, ...]]:
    names = ["local_date", "rule", "level", "is_raise"]
    return list(history.flags[names].itertuples(index=False, name=None))


def test_there_is_something_to_tell(history):
    watched = set(history.flags.loc[history.flags["level"] == "watch", "rule"])
    assert {"long_run_spike", "volume_jump", "long_steps"} <= watched
    assert {"usual", "watch", "cannot_tell"} <= set(history.weeks["verdict"])


# Files.


def test_names_and_their_order_change_nothing(files, history, scan, tmp_path):
    names = random.Random(5).sample(range(1000), len(files))  # noqa: S311 - any names will do
    renamed = {
        f"{number % 7}/{number}{Path(name).suffix.upper()}": content
        for number, (name, content) in zip(names, files.items(), strict=True)
    }
    assert told(scan(laid_out(tmp_path, renamed))) == told(history)


def test_the_order_in_which_paths_are_given_changes_nothing(plain, history, scan):
    assert told(scan(*sorted(plain.iterdir(), reverse=True))) == told(history)


def test_packing_changes_nothing(files, history, scan, tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in list(files)[::2]:
            archive.writestr(f"activities/{name}", files[name])
    others = {f"{name}.gz": gzip.compress(files[name], compresslevel=1) for name in list(files)[1::2]}
    assert told(scan(laid_out(tmp_path, others))) == told(history)


def test_copies_change_nothing(files, plain, history, scan, tmp_path):
    exported_again = {
        f"again/{name}": content.replace(b"</trk>", b"</trk><!-- again -->").replace(
            b"</Activities>", b"</Activities><!-- again -->"
        )
        for name, content in files.items()
    }
    copies = {f"copy of {name}": content for name, content in list(files.items())[::3]}
    both = scan(plain, laid_out(tmp_path, exported_again | copies))
    duplicate_count = [(each.skipped["kind"] == "duplicate").sum() for each in (both, history)]
    assert duplicate_count[0] - duplicate_count[1] > len(files)
    assert len(both.runs) == len(history.runs)
    # Which of two copies is kept, their names decide; it says the same.
    ids = re.compile(r'"[0-9a-f]{12}(?: [0-9a-f]{12})*"')
    assert [ids.sub("ids", str(each)) for each in told(both)] == [
        ids.sub("ids", str(each)) for each in told(history)
    ]


# The machine.

MACHINES = {
    "far east, in another language": {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"},
    "far west, without a language": {"TZ": "Pacific/Pago_Pago", "LC_ALL": "C", "PYTHONUTF8": "0"},
}


@pytest.fixture(scope="module")
def recent(files, tmp_path_factory) -> Path:
    """A folder with the last six weeks."""
    late = {name: content for name, content in files.items() if name >= "2026-06-28"}
    return laid_out(tmp_path_factory.mktemp("recent"), late)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_machines_clock_and_language_change_nothing(recent, scan, tmp_path, machine):
    done = subprocess.run(
        [sys.executable, "-c", TELL, str(recent), AS_OF],
        env={**os.environ, **MACHINES[machine], "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=True,
    )
    here = told(scan(recent))[:2]
    assert json.loads(done.stdout) == here
    assert "long_steps" in here[0]


TELL = """
import json, locale, sys
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from loadwatch import pipeline
history = pipeline.scan(sys.argv[1], as_of=sys.argv[2], cache=False)
print(json.dumps([t.to_json(orient="split", date_format="iso") for t in (history.flags, history.weeks)]))
"""


# What the watch writes.


def both_feet(content: bytes) -> bytes:
    """The same file with steps of both feet where it has those of one."""

    def doubled(found: re.Match[bytes]) -> bytes:
        return found[1] + str(2 * int(found[2])).encode() + found[3]

    return re.sub(rb"(<[^<>]*(?:cad|RunCadence)>)(\d+)(</)", doubled, content)


def test_counting_one_foot_or_both_changes_nothing(files, history, scan, tmp_path):
    changed = {name: both_feet(content) for name, content in files.items()}
    # FIT counts strides by its definition, and some apps write steps all the same.
    for outing in outings("2026-08-01", AS_OF):
        recording = record(outing, seed=demo.SEED)
        doubled = recording.samples.assign(cadence_spm=2 * recording.samples["cadence_spm"])
        changed[f"{outing.start:%Y-%m-%d_%H%M}_{outing.kind}.fit"] = fit_bytes(
            replace(recording, samples=doubled)
        )
    assert set(changed) == set(files)
    other = scan(laid_out(tmp_path, changed))
    assert other.runs["cadence_source"].str.startswith("kept").sum() == 13
    assert not history.runs["cadence_source"].str.startswith("kept").any()
    assert levels(other) == levels(history)
    assert list(other.weeks["verdict"]) == list(history.weeks["verdict"])
    np.testing.assert_allclose(other.runs["cadence_mean_spm"], history.runs["cadence_mean_spm"], atol=0.3)
    np.testing.assert_allclose(other.flags["value"], history.flags["value"], rtol=0.02)


def outings(first: str, last: str):
    return [one for one in story() if first <= one.start.date().isoformat() <= last]


def with_a_pause(recording: Recording, at_s: int) -> Recording:
    """The same run, the watch paused for 20 minutes after a sample."""
    elapsed_s = recording.samples.index.to_numpy()
    after = int(elapsed_s[elapsed_s > at_s][0])
    later = [tuple(end + PAUSE_S * (end > at_s) for end in pause) for pause in recording.pauses]
    return replace(
        recording,
        samples=recording.samples.set_axis(np.where(elapsed_s > at_s, elapsed_s + PAUSE_S, elapsed_s)),
        pauses=tuple(sorted([*later, (at_s, after + PAUSE_S)])),
    )


def in_two(recording: Recording, at_s: int) -> tuple[Recording, Recording]:
    """The same run, the watch stopped after a sample and started anew 20 minutes later."""
    before, after = recording.samples.loc[:at_s], recording.samples.loc[at_s + 1 :]
    lost_s, lost_m = int(after.index[0]), before["distance_m"].iloc[-1]
    after = after.set_axis(after.index - lost_s).assign(distance_m=after["distance_m"].to_numpy() - lost_m)
    return (
        replace(recording, samples=before, pauses=tuple(p for p in recording.pauses if p[1] <= at_s)),
        replace(
            recording,
            start=recording.start + timedelta(seconds=lost_s + PAUSE_S),
            samples=after,
            pauses=tuple((a - lost_s, b - lost_s) for a, b in recording.pauses if a > at_s),
        ),
    )


# The stacked week's hills, the spike, one of the long week and one with long steps.
SPLIT = {"2026-06-11": "gpx", "2026-06-28": "fit", "2026-07-08": "tcx", "2026-08-02": "fit"}


def test_a_run_in_two_files_with_a_short_pause_is_judged_as_one(files, scan, tmp_path):
    whole = {name: content for name, content in files.items() if name[:10] not in SPLIT}
    parts = dict(whole)
    for day, form in SPLIT.items():
        (outing,) = outings(day, day)
        recording = record(outing, seed=demo.SEED)
        at_s = halfway_s(recording)
        whole[f"{day}.{form}"] = ENCODERS[form](with_a_pause(recording, at_s))
        for number, part in enumerate(in_two(recording, at_s)):
            parts[f"{day}-{number}.{form}"] = ENCODERS[form](part)
    one = scan(laid_out(tmp_path / "whole", whole))
    other = scan(laid_out(tmp_path / "parts", parts))
    assert len(other.runs) == len(one.runs) + len(SPLIT)
    assert len(other.sessions) == len(one.sessions)
    assert levels(other) == levels(one)
    assert list(other.weeks["verdict"]) == list(one.weeks["verdict"])
    np.testing.assert_allclose(other.sessions["distance_m"], one.sessions["distance_m"], rtol=0.001)
    # The second part begins with a warm-up of its own, so some of its half-minutes are not judged.
    for name, much in (("value", 0.05), ("baseline", 0.02)):
        np.testing.assert_allclose(other.flags[name], one.flags[name], rtol=much, err_msg=name)


def halfway_s(recording: Recording) -> int:
    """A sample in the middle, away from pauses."""
    later = recording.samples.index[len(recording.samples) // 2 :]
    return next(
        int(s) for s in later if all(not start - 30 <= s <= end + 30 for start, end in recording.pauses)
    )
