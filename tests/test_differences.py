"""The page of differences, made from two sample files and a damaged one."""

from __future__ import annotations

import shutil
import subprocess
import sys

import differences

SAMPLES = ("workout_4x1500.fit", "2026-04-16_1800_easy.gpx")


def test_the_page_counts_files_refusals_and_differences(pytestconfig, tmp_path):
    files = tmp_path / "corpus" / "files"
    files.mkdir(parents=True)
    for name in SAMPLES:
        shutil.copy(pytestconfig.rootpath / "sample_activities" / name, files / name)
    workout = (files / SAMPLES[0]).read_bytes()
    (files / "checksum.fit").write_bytes(workout[:-2] + bytes([workout[-2] ^ 1, workout[-1]]))
    done = subprocess.run(
        [
            *(sys.executable, pytestconfig.rootpath / "tools" / "differences.py"),
            *("--corpus", tmp_path / "corpus", "--output", tmp_path / "readers.md", "--jobs", "1"),
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    page = (tmp_path / "readers.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line[:1] == "|"]
    by_format = {row[0]: row for row in rows if len(row) == 8}
    assert by_format["FIT"][2:6] == ["2", "1", "0", "0"]
    assert by_format["GPX"][2:6] == ["1", "0", "0", "0"]
    for name in ("FIT", "GPX"):
        assert int(by_format[name][6].replace(",", "")) > 20
        assert by_format[name][6] == by_format[name][7]
    assert ["FIT", "FitCRCError: CRC Mismatch [computed: N, read: N]", "1"] in rows


def test_what_people_wrote_is_told_by_its_length_alone():
    assert differences.without_text("session 1: here nothing, there 'Run with O'Neil'") == (
        "session 1: here nothing, there text of 15 letters"
    )
    assert differences.without_text('here "it\'s me", there 3.5') == "here text of 7 letters, there 3.5"
