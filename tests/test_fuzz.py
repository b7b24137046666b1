"""The seeded fuzz run, and that it would find what it looks for."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from hashlib import sha256
from pathlib import Path

import pytest

import fuzz
from fuzzing import cases, reading

PROJECT = Path(__file__).resolve().parents[1]
PLAN = fuzz.Plan(seed=1)
INPUTS_OF_A_KIND = 60
DONE = reading.Seen("read", 0.0, 0, ())


def raises(case, folder):
    with reading.noting(faults := []):
        reading.PassingError.unforeseen(AssertionError("no refusal of our own"))
    return reading.Seen("unreadable", 0.0, 0, tuple(faults))


def warns(case, folder):
    warnings.warn("a number that is none", RuntimeWarning, stacklevel=1)
    return DONE


def dies(case, folder):
    os.abort()


def never_ends(case, folder):
    while True:
        pass


def is_slow(case, folder):
    return reading.Seen("read", fuzz.LONGEST_CPU_S + 1.0, 0, ())


def is_large(case, folder):
    return reading.Seen("read", 0.0, fuzz.LARGEST_PEAK_BYTES + 1, ())


@pytest.fixture(scope="module")
def tally():
    """What came of some inputs of every kind, read in one process."""
    # How long each takes is for the long run, on a quiet machine; here only a hang fails.
    tally = fuzz.Tally(longest_cpu_s=PLAN.end_after_cpu_s)
    wanted = [(kind, number) for number in range(INPUTS_OF_A_KIND) for kind in cases.KINDS]
    fuzz.run(iter(wanted), PLAN, tally)
    return tally


def test_damaged_and_hostile_files_end_in_records_or_refusals(tally):
    assert fuzz.failures(tally, PLAN) == "0 failures of 0 causes"


@pytest.mark.parametrize("kind", cases.KINDS)
def test_damage_leaves_enough_to_read_beyond_the_first_bytes(tally, kind):
    outcomes = tally.outcomes[kind]
    assert outcomes.total() == INPUTS_OF_A_KIND
    assert outcomes["read"] + outcomes["repaired"] > INPUTS_OF_A_KIND // 10


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (raises, "AssertionError: no refusal of our own"),
        (warns, "the process died"),
        (dies, "the process died"),
        (is_slow, "took 3.0 s of processor time"),
        (is_large, "held 1074 MB"),
    ],
)
def test_what_it_looks_for_is_found_and_told_with_its_input(read, words, monkeypatch):
    monkeypatch.syspath_prepend(PROJECT)  # where the process that reads finds this module
    tally = fuzz.Tally()
    fuzz.run(iter([("list", 0), ("list", 7)]), PLAN, tally, read=read)
    assert [failure[:2] for failure in tally.failures] == [("list", 0), ("list", 7)]
    assert all(words in failure[2] for failure in tally.failures)
    assert "tools/fuzz.py --seed 1 --only list:0" in fuzz.failures(tally, PLAN)


def test_what_hangs_is_ended_and_the_others_are_read(monkeypatch):
    monkeypatch.syspath_prepend(PROJECT)
    plan = fuzz.Plan(seed=1, end_after_cpu_s=0.5, end_after_wall_s=20.0)
    tally = fuzz.Tally()
    fuzz.run(iter([("list", 0)]), plan, tally, read=never_ends)
    assert tally.outcomes["list"] == {"died": 1}


def test_an_input_is_the_same_in_every_process():
    numbers = [(kind, number) for kind in cases.KINDS for number in range(4)]
    make = "cases.make(kind, number, seed=5).data"
    program = (
        "from fuzzing import cases; from hashlib import sha256; "
        f"print([sha256({make}).hexdigest() for kind, number in {numbers}])"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    ours = [sha256(cases.make(kind, number, seed=5).data).hexdigest() for kind, number in numbers]
    assert other.stdout.strip() == str(ours)
