"""What runs on other people's machines is what runs here: the workflow calls targets of the Makefile."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]
WORKFLOW = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
CALLED = [target for step in STEPS for target in re.findall(r"\bmake ([a-z-]+)", step.get("run", ""))]


@pytest.mark.parametrize("target", CALLED)
def test_each_target_that_the_workflow_calls_is_one_of_the_makefile(target):
    assert target in TARGETS


def test_the_workflow_runs_nothing_but_targets():
    assert {step["run"] for step in STEPS if "run" in step} == {f"make {target}" for target in CALLED}
    assert {"test", "oldest", "newest", "release-check", "audit"} == set(CALLED)


def test_it_runs_on_every_system_and_every_python_that_the_project_names():
    build = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    named = re.findall(r":: (3\.\d+)", " ".join(build["project"]["classifiers"]))
    matrix = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == named
    assert {system.partition("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}


def test_actions_are_those_of_a_major_version():
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", action)


def test_every_target_is_told_of_and_none_is_taken_for_a_file():
    phony = set(re.findall(r"[a-z-]+", re.search(r"^\.PHONY:((?:.*\\\n)*.*)", MAKEFILE, re.MULTILINE)[1]))
    assert phony == TARGETS
    parts = {"lint", "types", "contracts", "tests", "clean"}
    told = set(re.findall(r"make ([a-z-]+)", "\n".join(re.findall(r"^#.*", MAKEFILE, re.MULTILINE))))
    assert told == TARGETS - parts


@pytest.mark.parametrize(("system", "folder"), [("Windows_NT", "Scripts"), ("", "bin")])
def test_programs_are_looked_for_where_the_system_keeps_them(system, folder):
    told = subprocess.run(
        ["make", "--dry-run", "--always-make", "lint", f"OS={system}", "VENV=not-there"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"not-there/{folder}/ruff check ." in told
    assert f"not-there/{'bin' if folder == 'Scripts' else 'Scripts'}/" not in told
