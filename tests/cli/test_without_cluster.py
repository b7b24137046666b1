"""Whoever has one runner never loads, and need not have, what many runners need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_activities" / "2026-03-31_1810_tempo.fit"
HEAVY = ("dask", "distributed", "fsspec", "s3fs", "loadwatch.cohort")


def called(arguments, missing=()):
    """What a call says on stderr, the heavy modules it loaded last, where some cannot be imported."""
    code = f"""import sys
sys.modules.update(dict.fromkeys({missing!r}))
sys.argv = ['loadwatch', *{arguments!r}]
from loadwatch.cli import main
try:
    main()
finally:
    loaded = {{name for name, module in sys.modules.items() if module}}
    print(sorted(loaded & set({HEAVY!r})), file=sys.stderr)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return run.returncode, run.stderr.splitlines()


@pytest.fixture
def runs(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    shutil.copy(SAMPLE, folder)
    return folder


def test_help_and_scans_load_nothing_of_it(runs, tmp_path):
    scan = ["scan", str(runs), "--no-cache", "--out", str(tmp_path / "report"), "--quiet"]
    for arguments in (["--help"], ["columns"], scan):
        assert called(arguments) == (0, ["[]"])


def test_scans_do_without_it(runs, tmp_path):
    scan = ["scan", str(runs), "--no-cache", "--out", str(tmp_path / "report"), "--quiet"]
    missing = ("dask", "distributed", "fsspec", "s3fs", "pyarrow")
    assert called(scan, missing) == (0, ["[]"])


@pytest.mark.parametrize("words", [["{runs}", "--out", "{dest}"], ["status", "{dest}"]])
def test_a_cohort_without_it_names_the_extra(runs, tmp_path, words):
    words = [word.format(runs=runs, dest=tmp_path / "dest") for word in words]
    code, errors = called(["cohort", *words], ("dask", "fsspec"))
    assert code == 2
    assert errors[0] == (
        "loadwatch: many runners need dask, fsspec, which this installation has not: run "
        "`pip install './loadwatch[cluster]'`."
    )
