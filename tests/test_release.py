"""What is handed to other people: a wheel and an sdist, built, installed and used away from this folder.

The wheel is installed beside nothing but the libraries it asks for. With LOADWATCH_RELEASE set (`make
release-check`) pip fetches them as it would for anybody; else they are those of this environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_string
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import licences
import oldest
from loadwatch import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(__file__).resolve().parents[1]
BUILD = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
IS_FETCHED = bool(os.environ.get("LOADWATCH_RELEASE"))
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
NEEDS = (
    "import numpy, pandas, matplotlib, gpxpy, fitparse, typer, rich, jinja2, platformdirs, watchfiles, tzfpy"
)


def built(folder: Path, out: Path) -> tuple[Path, Path]:
    """The wheel and the sdist of a folder."""
    targets = ("--target", "wheel", "--target", "sdist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *targets, "--directory", str(out)],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1800000000"},
        capture_output=True,
        check=True,
    )
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> tuple[Path, Path]:
    """The wheel and the sdist of this folder."""
    return built(PROJECT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def unpacked(release, tmp_path_factory) -> Path:
    """The sdist, unpacked."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(release[1]) as archive:
        # The first releases of 3.11 know no filter, and later ones ask for one.
        how = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(folder, **how)  # noqa: S202 - our own
    return folder / release[1].name.removesuffix(".tar.gz")


def linked_libraries(packages: Path, *extras: str) -> None:
    """Put what loadwatch asks for into an empty environment, as it is in this one."""
    for name in licences.needed(*extras):
        found = metadata.distribution(name)
        tops = {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}
        for top in tops:
            here = Path(str(found.locate_file(top)))
            if sys.platform != "win32":
                (packages / top).symlink_to(here)
            elif here.is_dir():
                shutil.copytree(here, packages / top)
            else:
                shutil.copy(here, packages / top)


@pytest.fixture(scope="module")
def away(release, tmp_path_factory) -> Path:
    """An environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("away")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], check=True)
    python = folder / "env" / SCRIPTS / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    if not IS_FETCHED:
        where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        packages = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
        linked_libraries(Path(packages))
        pip += ["--no-deps", "--no-index"]
    subprocess.run([*pip, release[0]], check=True)
    return folder


@pytest.fixture
def installed(away, tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Call a program of that environment in a folder of its own."""

    def call(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        own = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache")}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [away / "env" / SCRIPTS / program, *map(str, arguments)],
            cwd=tmp_path,
            env=kept | own,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return call


def test_whoever_builds_it_again_elsewhere_gets_the_same_bytes(release, unpacked, tmp_path):
    again = built(unpacked, tmp_path / "again")
    assert [path.name for path in again] == [path.name for path in release]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in release]


def test_the_wheel_holds_the_package_whole_and_nothing_else(release):
    source = PROJECT / "src"
    meant = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and not {"__pycache__", "loadwatch.egg-info"} & set(path.parts)
    }
    names = set(zipfile.ZipFile(release[0]).namelist())
    about = {name for name in names if ".dist-info/" in name}
    assert names - about == meant
    assert {"loadwatch/py.typed", "loadwatch/report/templates/week.html"} <= meant
    assert any(name.endswith("licenses/LICENSE") for name in about)


def test_the_wheel_asks_for_what_the_project_names_and_says_what_it_is(release):
    wheel = zipfile.ZipFile(release[0])
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    about = message_from_string(wheel.read(name).decode("utf-8"))
    asked = {text for text in about.get_all("Requires-Dist", []) if "extra ==" not in text}
    assert asked == set(BUILD["project"]["dependencies"])
    assert set(about.get_all("Provides-Extra", [])) == set(BUILD["project"]["optional-dependencies"])
    assert (about["License-Expression"], about["Requires-Python"]) == ("MIT", ">=3.11")
    assert about.get_payload().startswith("# loadwatch")


def test_the_version_comes_from_one_place(release, installed):
    assert BUILD["project"]["dynamic"] == ["version"]
    assert BUILD["tool"]["hatch"]["version"]["path"] == "src/loadwatch/_version.py"
    assert release[0].name.split("-")[1] == __version__
    assert installed("loadwatch", "--version").stdout == f"loadwatch {__version__}\n"
    changes = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[?([^\]\s]+)", changes, flags=re.MULTILINE)[0] in ("Unreleased", __version__)
    told = [path for path in PROJECT.glob("src/**/*.py") if f'"{__version__}"' in path.read_text("utf-8")]
    assert [path.name for path in told] == ["_version.py"]


def test_installed_it_reads_and_reports_without_anything_of_ours(installed, tmp_path):
    runs = tmp_path / "runs"
    runs.mkdir()
    for path in sorted((PROJECT / "sample_activities").glob("2026-09-*")):
        shutil.copy(path, runs)
    done = installed("loadwatch", "scan", runs, "--as-of", "2026-10-04", "--out", "report")
    assert done.returncode == 0, done.stderr
    assert "2026-W40" in "".join(path.name for path in (tmp_path / "report").iterdir())
    assert sorted(path.suffix for path in (tmp_path / "report").iterdir()) == [".html", ".png"]
    written = installed("loadwatch", "export", runs, "--as-of", "2026-10-04", "--table", "weeks")
    assert written.stdout.startswith("week,week_start,")
    code = (
        f"{NEEDS}, loadwatch as lw, pathlib\n"
        "assert (pathlib.Path(lw.__file__).parent / 'py.typed').is_file()\n"
        "assert 'env' in pathlib.Path(lw.__file__).parts\n"
        f"print(len(lw.scan({str(runs)!r}, as_of='2026-10-04', cache=False).runs))"
    )
    used = installed("python", "-c", code)
    assert used.returncode == 0, used.stderr
    assert int(used.stdout) > 5
    for name in ("pytest", "hypothesis", "polars", "pyarrow", "fit_tool"):
        assert installed("python", "-c", f"import {name}").returncode == 1, name
    refused = installed("loadwatch", "export", runs, "--format", "parquet", "--output", "runs.parquet")
    assert refused.returncode == 2
    assert "pip install './loadwatch[parquet]'" in refused.stderr


@pytest.mark.skipif(not IS_FETCHED, reason="takes a minute; `make release-check` does it")
def test_installed_it_makes_up_a_runner_and_reports_on_them(installed, tmp_path):
    done = installed("loadwatch", "demo")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "loadwatch-demo").rglob("*.html"))


def test_the_tests_of_the_sdist_can_be_collected(unpacked):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:cacheprovider"],
        cwd=unpacked,
        env={**os.environ, "PYTHONPATH": str(unpacked / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "tests/test_release.py" in done.stdout


def test_the_oldest_libraries_are_those_that_the_project_names():
    versions = dict(line.split("==") for line in oldest.oldest(BUILD["project"]))
    extras = [entry for extra in BUILD["project"]["optional-dependencies"].values() for entry in extra]
    # A library may stand in two extras, with the same bound.
    named = dict.fromkeys([*BUILD["project"]["dependencies"], *extras])
    assert [f"{name}>={version}" for name, version in versions.items()] == [*named]
    with pytest.raises(ValueError, match="numpy: names no oldest version"):
        oldest.oldest({"dependencies": ["numpy"], "optional-dependencies": {}})


def test_no_library_has_a_licence_that_does_not_go_with_ours():
    found = licences.dependencies()
    assert {one.name: one.licence for one in found if not licences.is_compatible(one.licence)} == {}
    direct = {one.name for one in found if "loadwatch" in re.split(r"[\[, ]", one.needed_by)}
    told = (PROJECT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert {name for name in direct if f"| {name} |" not in told} == set()


@pytest.mark.parametrize(
    ("expression", "goes"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("(MIT) AND (BSD-3-Clause OR AGPL-3.0-only)", True),
        ("GPL-3.0-or-later", False),
        ("MIT AND LGPL-3.0-only", False),
        ("nobody knows", False),
    ],
)
def test_of_alternatives_one_licence_suffices_and_of_all_each_must_go_with_ours(expression, goes):
    assert licences.is_compatible(expression) is goes
