"""The program as people call it, in this process (quick) and in one of its own (real)."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from loadwatch import cli
from loadwatch.demo.recording import record
from loadwatch.demo.story import Outing
from loadwatch.demo.xml_files import gpx_bytes
from loadwatch.report import html, png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_OF = "2026-04-05"  # the Sunday of week 14


@dataclass(frozen=True)
class Outcome:
    """What a call left behind."""

    code: int
    output: bytes
    errors: str

    @property
    def text(self) -> str:
        return self.output.decode("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


class Stream(io.TextIOWrapper):
    """A stream that says of itself whether it is a terminal."""

    def __init__(self, encoding: str, *, is_terminal: bool) -> None:
        self.held = io.BytesIO()
        self.is_terminal = is_terminal
        super().__init__(self.held, encoding=encoding, errors="strict", write_through=True)

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.fixture
def loadwatch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Outcome]:
    """Call the program in this process, by default in a folder of its own, without a terminal or pictures."""

    def call(
        *arguments: object,
        cwd: Path | None = None,
        encoding: str = "utf-8",
        terminal: bool = False,
        draws: bool = False,
        **env: str,
    ) -> Outcome:
        out = Stream(encoding, is_terminal=terminal)
        errors = Stream("utf-8", is_terminal=terminal)
        errors.reconfigure(errors="backslashreplace")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        with monkeypatch.context() as patch:
            patch.chdir(cwd or elsewhere)
            patch.setattr(sys, "argv", ["loadwatch", *map(str, arguments)])
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", errors)
            patch.delenv("NO_COLOR", raising=False)
            for name, value in {"COLUMNS": "100", "TERM": "xterm", **env}.items():
                patch.setenv(name, value)
            if not draws:
                patch.setattr(png, "render", lambda history: b"")
                patch.setattr(html, "render", lambda history, **_: "")
            code: object = 0
            try:
                cli.main()
            except SystemExit as leaving:
                code = leaving.code or 0
        assert isinstance(code, int)
        return Outcome(code, out.held.getvalue(), errors.held.getvalue().decode("utf-8"))

    return call


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Outcome]:
    """Call the program as a process of its own, its output piped."""

    def call(*arguments: object, cwd: Path = tmp_path, **env: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "loadwatch", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, **env},
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr.decode("utf-8"))

    return call


def run_bytes(day: date, km: float) -> bytes:
    start = datetime.combine(day, time(7))  # on the runner's clock; the course knows the zone
    return gpx_bytes(record(Outing(start, "easy", 1000 * km, "shore", 0.0, 0.0, "gpx"), seed=1))


@pytest.fixture(scope="session")
def spike(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five runs of 1.5 km in three weeks, and one of 4 km on the last day: a long-run spike to watch."""
    folder = tmp_path_factory.mktemp("spike") / "runs"
    folder.mkdir()
    last = date.fromisoformat(AS_OF)
    for days_before, km in ((20, 1.5), (15, 1.5), (11, 1.5), (8, 1.5), (4, 1.5), (0, 4.0)):
        day = last - timedelta(days=days_before)
        (folder / f"{day}.gpx").write_bytes(run_bytes(day, km))
    return folder


@pytest.fixture(scope="session")
def one_run() -> bytes:
    """A GPX file of one short run."""
    return run_bytes(date.fromisoformat(AS_OF), 1.5)


@pytest.fixture
def listing() -> Callable[[Path], dict[str, int]]:
    """Everything in a folder with its time of change."""
    return lambda folder: {str(path): path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
