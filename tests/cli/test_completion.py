"""What the tabulator key completes, in the shells that typer knows."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from loadwatch.cli import COMMANDS, GROUPS
from loadwatch.flags import RULES

HEAVY = ("numpy", "pandas", "matplotlib", "jinja2")
PROGRAM = (
    "import sys; sys.argv = ['loadwatch']\n"
    "from loadwatch.cli import main\n"
    "try: main()\n"
    f"finally: print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
)


def asked(**env: str) -> str:
    """What the program tells a shell; nothing heavy is imported for it."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")
    return done.stdout


def completed(line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    return asked(_LOADWATCH_COMPLETE="complete_bash", **words).split()


def test_every_command_is_offered():
    assert set(completed("loadwatch ")) == {*(command.__name__ for command in COMMANDS), *GROUPS}


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("loadwatch ex", ["explain", "export"]),
        ("loadwatch diary ", ["add", "show"]),
        ("loadwatch diary add --wh", ["--where"]),
        ("loadwatch export --table w", ["weeks"]),
        ("loadwatch scan --fail", ["--fail-on"]),
        ("loadwatch explain long", ["long_run_spike", "long_steps"]),
    ],
)
def test_options_values_and_the_commands_of_a_group_are_offered(line, offered):
    assert completed(line) == offered


def test_every_rule_is_offered_to_explain():
    assert set(completed("loadwatch explain ")) == {rule.id for rule in RULES}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_asks_the_program(shell):
    assert f"_LOADWATCH_COMPLETE=complete_{shell}" in asked(_LOADWATCH_COMPLETE=f"source_{shell}")
