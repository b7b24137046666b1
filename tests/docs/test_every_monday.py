"""The files that bring the report every Monday are read by what will read them."""

from __future__ import annotations

import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "every_monday.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
HOME = "/home/kim"
WHOLE = [f"{HOME}/activities", "--out", f"{HOME}/loadwatch-report"]


def block(kind: str) -> str:
    """The one block of a kind."""
    (found,) = (text for name, text in BLOCKS if name == kind)
    return found


def units() -> dict[str, str]:
    """systemd's files, by the names that the page gives them."""
    names = re.findall(r"^`~/\.config/systemd/user/(loadwatch\.\w+)`:$", PAGE, re.MULTILINE)
    return dict(zip(names, (text for kind, text in BLOCKS if kind == "ini"), strict=True))


def test_systemd_takes_its_files(tmp_path):
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not here")
    for name, text in units().items():
        # It asks for a program that is there.
        (tmp_path / name).write_text(
            text.replace("%h/.local/bin/loadwatch", sys.executable), encoding="utf-8"
        )
    files = [tmp_path / name for name in ("loadwatch.service", "loadwatch.timer")]
    verified = subprocess.run(
        [tool, "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if "loadwatch" in line]) == (
        0,
        [],
    )
    timer = ConfigParser()
    timer.read(tmp_path / "loadwatch.timer")
    due = subprocess.run(
        [tool, "calendar", timer["Timer"]["OnCalendar"]], capture_output=True, text=True, check=True
    )
    assert "Mon *-*-* 07:00:00" in due.stdout


def test_the_timer_has_a_service_of_its_name_and_what_it_calls_is_right(parsed):
    assert set(units()) == {"loadwatch.service", "loadwatch.timer"}
    service = ConfigParser(interpolation=None)
    service.optionxform = str
    service.read_string(units()["loadwatch.service"])
    program, *words = shlex.split(service["Service"]["ExecStart"].replace("%h", HOME))
    assert program == f"{HOME}/.local/bin/loadwatch"
    assert parsed(words) == "scan"
    assert words[1:] == WHOLE


def test_the_line_for_cron_is_mondays_at_seven(parsed):
    *times, command = block("bash").strip().split(maxsplit=5)
    assert times == ["0", "7", "*", "*", "1"]
    # A bare percent sign ends a command of cron.
    assert "%" not in command
    program, *words = shlex.split(command.replace("$HOME", HOME))
    assert program == f"{HOME}/.local/bin/loadwatch"
    assert parsed(words) == "scan"
    assert words[1:] == [*WHOLE, "--quiet"]


def test_the_property_list_is_one_and_starts_on_mondays(parsed):
    told = plistlib.loads(block("xml").encode())
    program, *words = told["ProgramArguments"]
    assert program == "/Users/kim/.local/bin/loadwatch"
    assert parsed(words) == "scan"
    assert words[1:] == [word.replace("/home", "/Users") for word in WHOLE]
    assert told["StartCalendarInterval"] == {"Weekday": 1, "Hour": 7, "Minute": 0}
    assert f"~/Library/LaunchAgents/{told['Label']}.plist" in PAGE
    assert f"kickstart gui/$(id -u)/{told['Label']}`" in PAGE
    assert block("xml").count("/kim/") == 4
    assert "in place of `kim`, four times" in PAGE


def test_windows_is_asked_for_the_same(parsed):
    assigned = dict(re.findall(r'^\$(\w+) = "(.*)"$', block("powershell"), re.MULTILINE))
    assert assigned["program"] == r"$HOME\.local\bin\loadwatch.exe"
    words = shlex.split(assigned["words"].replace('`"', '"').replace("$HOME\\", f"{HOME}/"))
    assert parsed(words) == "scan"
    assert words[1:] == [*WHOLE, "--quiet"]
    for name in ("program", "words", "action", "trigger", "settings"):
        assert block("powershell").count(f"${name}") == 2


def test_a_script_sees_a_week_that_stands_out_by_the_documented_code():
    from loadwatch.cli._console import FLAGGED  # noqa: PLC0415 - the command line is for this test alone

    assert f"[ $? -eq {FLAGGED} ]" in block("sh")
