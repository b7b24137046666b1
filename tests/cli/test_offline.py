"""Nothing is sent anywhere and nothing is asked of anybody: no command opens a socket, nor does a worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"
AS_OF = ("--as-of", "2026-10-25")

# Python runs it at the start of every process, workers too; of whatever touches a network it keeps a line.
WITNESS = """
import os, sys

NETWORKS = ("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "webbrowser.")

def witness(event, details):
    if event.startswith(NETWORKS):
        kept = os.open(os.environ["WITNESSED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(kept, f"{event} {details}\\n".encode())
        os.close(kept)

def born():
    kept = os.open(os.environ["WITNESSED"] + ".born", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(kept, b".")
    os.close(kept)

born()
sys.addaudithook(witness)
"""


@pytest.fixture
def witnessed(program, tmp_path) -> Callable[..., tuple[str, int]]:
    """Call the program; what it did with networks, and how many processes of Python were watched."""
    (tmp_path / "witness").mkdir()
    (tmp_path / "witness" / "sitecustomize.py").write_text(WITNESS, encoding="utf-8")
    kept = tmp_path / "witnessed"

    def call(*arguments: object) -> tuple[str, int]:
        env = {"PYTHONPATH": str(tmp_path / "witness"), "WITNESSED": str(kept), "NO_COLOR": "1"}
        done = program(*arguments, **env)
        assert done.code == 0, done.errors
        return kept.read_text() if kept.exists() else "", (tmp_path / "witnessed.born").stat().st_size

    return call


def test_a_scan_and_its_workers_open_no_socket(witnessed, tmp_path):
    seen, watched = witnessed("scan", SAMPLES, *AS_OF, "--jobs", "3", "--no-cache", "--out", tmp_path / "out")
    assert seen == ""
    assert watched >= 3  # the scan itself and its workers
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize(
    "command",
    [
        ("export", SAMPLES, *AS_OF, "--table", "weeks", "--format", "parquet", "--output", "weeks.parquet"),
        ("plan", SAMPLES, *AS_OF),
        ("replay", SAMPLES, *AS_OF),
        ("recover", "status", SAMPLES, *AS_OF),
        ("inspect", SAMPLES / "2026-04-04_0900_easy.fit"),
        ("diary", "add", "2", "--where", "sit-bone", "--diary", "diary.csv"),
        ("explain", "long_run_spike"),
        ("columns",),
        ("--version",),
        ("demo",),
    ],
    ids=lambda command: command[0],
)
def test_no_other_command_opens_a_socket(witnessed, command):
    seen, watched = witnessed(*command)
    assert seen == ""
    assert watched >= 1


def test_a_socket_would_have_been_seen(witnessed, tmp_path):
    witnessed("--version")
    subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket().close(); socket.getaddrinfo('127.0.0.1', 9)"],
        env={"PYTHONPATH": str(tmp_path / "witness"), "WITNESSED": str(tmp_path / "witnessed")},
        check=True,
    )
    lines = (tmp_path / "witnessed").read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["socket.__new__", "socket.getaddrinfo"]
