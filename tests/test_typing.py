"""The API is typed for whoever installs it: what a strict checker says of a script that uses it all."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import loadwatch as lw

PROJECT = Path(__file__).resolve().parents[1]
SCRIPT = PROJECT / "tests" / "typing" / "public_api.py"


def test_the_script_uses_every_public_name():
    text = SCRIPT.read_text("utf-8")
    names = [f"lw.{name}" for name in lw.__all__] + [f"lw.figures.{name}" for name in lw.figures.__all__]
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", text)] == []


@pytest.fixture(scope="module")
def installed() -> Path:
    """An environment with the package as its wheel lays it, and everything else of this one.

    It lies where the checker keeps what it knows, so that only the package is read again.
    """
    home = PROJECT / ".mypy_cache" / "installed" / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)], check=True)
    packages = next(home.rglob("site-packages"))
    shutil.copytree(PROJECT / "src" / "loadwatch", packages / "loadwatch")
    # Not through a .pth file: that would lead to the sources themselves.
    for one in Path(sysconfig.get_path("purelib")).iterdir():
        if one.is_dir() and "loadwatch" not in one.name:
            (packages / one.name).symlink_to(one)
    return home


def test_a_strict_type_checker_finds_no_fault_against_the_installed_package(installed, tmp_path):
    python = installed / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    script = Path(shutil.copy(SCRIPT, tmp_path))
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python)]
    command += ["--cache-dir", str(PROJECT / ".mypy_cache" / "installed"), "--config-file=", str(script)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert done.stdout.splitlines()[-1:] == ["Success: no issues found in 1 source file"], (
        done.stdout + done.stderr
    )
