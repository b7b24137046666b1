"""A scan that ends at any moment, by whatever hand, leaves nothing behind that the next one would believe."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"
KILLS = int(os.environ.get("LOADWATCH_KILLS", "8"))
AS_OF = "2026-10-31"

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix"),
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Some files, aged so that they may be trusted to stay as they are."""
    folder = tmp_path_factory.mktemp("kill") / "runs"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.*"))[:48]:
        shutil.copy(path, folder / path.name)
        os.utime(folder / path.name, (time.time() - 10.0,) * 2)
    return folder


def command(runs, *options):
    out = runs.parent / "report"
    return [
        *(
            sys.executable,
            "-m",
            "loadwatch",
            "scan",
            str(runs),
            "--out",
            str(out),
            "--as-of",
            AS_OF,
            "--json",
        ),
        *options,
    ]


@pytest.fixture(scope="module")
def undisturbed(runs):
    """What a scan without a cache prints and writes, and how long it takes. [s]"""
    subprocess.run(command(runs, "--no-cache"), capture_output=True, check=True)
    started = time.monotonic()
    run = subprocess.run(command(runs, "--no-cache"), capture_output=True, check=True)
    took_s = time.monotonic() - started
    written = {path.name: path.read_bytes() for path in (runs.parent / "report").iterdir()}
    return run.stdout, written, took_s


@pytest.fixture(scope="module")
def start_s():
    """How long this machine, busy as it is, takes for a program that does next to nothing. [s]"""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "loadwatch", "--version"], capture_output=True, check=True)
    return time.monotonic() - started


def test_killed_at_random_moments_it_then_says_the_same(runs, undisturbed):
    shown, written, took_s = undisturbed
    chance = random.Random(20)  # noqa: S311 - any moments will do
    cache = runs.parent / "cache"
    kills = 0
    while kills < KILLS:
        scan = subprocess.Popen(
            command(runs, "--cache", str(cache), "--jobs", str(1 + kills % 2)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            scan.wait(chance.uniform(0.0, took_s))
        except subprocess.TimeoutExpired:
            scan.kill()
            scan.wait()
            kills += 1
        else:
            # It has all it needs now; the next one begins from nothing.
            shutil.rmtree(cache)
            shutil.rmtree(runs.parent / "report")
    for _ in range(2):
        again = subprocess.run(command(runs, "--cache", str(cache)), capture_output=True, check=True)
        assert again.stdout == shown
        assert again.stderr == b""
        left = {path.name: path.read_bytes() for path in (runs.parent / "report").iterdir()}
        assert {name: left[name] for name in written} == written


def test_ctrl_c_ends_it_within_a_second_and_keeps_what_was_read(runs, undisturbed, start_s, tmp_path):
    shown, _, took_s = undisturbed
    cache = tmp_path / "cache"
    for jobs in ("1", "2"):
        scan = subprocess.Popen(
            command(runs, "--cache", str(cache), "--jobs", jobs),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        # Whenever it comes, be it in the middle of an import.
        time.sleep(0.4 * took_s)
        # As a terminal does it: to every process of the group.
        os.killpg(scan.pid, signal.SIGINT)
        stopped_at = time.monotonic()
        output, errors = scan.communicate(timeout=30.0)
        if scan.returncode == 0:
            pytest.skip("it was done before it could be stopped")
        assert time.monotonic() - stopped_at < max(1.0, 3.0 * start_s)
        assert output == b""
        if scan.returncode == -signal.SIGINT:
            # On a crowded machine Python itself may still be starting; a shell calls that 130 as well.
            assert "loadwatch/cli" not in errors.decode()
            continue
        assert scan.returncode == 130
        *kept, stopped = errors.decode().splitlines()
        assert kept in ([], ["loadwatch: what was read is kept; the next scan goes on from there."])
        assert stopped == "loadwatch: stopped."
    again = subprocess.run(command(runs, "--cache", str(cache)), capture_output=True, check=True)
    assert again.stdout == shown


def test_two_scans_at_once_do_not_disturb_one_another(runs, undisturbed, tmp_path):
    shown, _, _ = undisturbed
    scans = [
        subprocess.Popen(
            command(runs, "--cache", str(tmp_path / "cache")), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    assert [scan.communicate() for scan in scans] == [(shown, b"")] * 3
