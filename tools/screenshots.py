"""Twelve pictures of whole weekly pages, to be looked at one by one: phone and desk, light and dark.

python tools/screenshots.py --corpus ../shared/corpus [--output build/screenshots]

Of the sample runner and of three real ones, where their files are at hand. Pictures of real runs are other
people's: they are not for the repository, and `build` is ignored there.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

import histories
from loadwatch import pipeline
from loadwatch.report.html import render

PROJECT = Path(__file__).resolve().parents[1]
NO_CHROMIUM = "Chromium is missing; install it with: sudo apt-get install chromium"

# Width and height of the window in CSS px, and how many px of the picture one of them takes.
WINDOWS = {"phone": (390, 844, 2.0), "desk": (1280, 900, 1.0)}

Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Runner:
    """Whose page is shown.

    Attributes
    ----------
    name
        Stands in the pictures' names; of a real runner, a key of `histories.HISTORIES`.
    is_real
        Whether the files are a real person's; the samples else.
    week
        The week to tell; the last complete one if empty.
    dark
        The window that is shown in dark, too.
    """

    name: str
    is_real: bool
    week: str
    dark: str


RUNNERS = (
    Runner("samples", is_real=False, week="2026-W43", dark="phone"),
    Runner("three-years", is_real=True, week="2018-W28", dark="desk"),
    Runner("one-season", is_real=True, week="2026-W21", dark="phone"),
    Runner("now-and-then", is_real=True, week="", dark="desk"),
)


def chromium() -> str | None:
    """Where the system's own Chromium is; None without one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for found in map(shutil.which, names) if found), None)


def shots(runner: Runner) -> tuple[tuple[str, Scheme], ...]:
    """The three pictures of a runner's page: each window in light, one of them in dark."""
    return (("phone", "light"), ("desk", "light"), (runner.dark, "dark"))


def take(browser: Browser, page: Path, window: str, scheme: Scheme, output: Path) -> None:
    """Take a picture of a whole page."""
    width, height, scale = WINDOWS[window]
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme=scheme
    )
    tab = context.new_page()
    tab.goto(page.absolute().as_uri())
    tab.screenshot(path=output, full_page=True)
    context.close()


def folder_of(runner: Runner, corpus: Path | None) -> Path | None:
    """Where a runner's files lie; None where they are not there."""
    if not runner.is_real:
        return PROJECT / "sample_activities"
    return histories.find(corpus, runner.name) if corpus else None


def main() -> int:
    """Write the pictures; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="folder of the real activity files")
    parser.add_argument("--output", type=Path, default=PROJECT / "build" / "screenshots")
    asked = parser.parse_args()
    executable = chromium()
    if executable is None:
        print(NO_CHROMIUM, file=sys.stderr)
        return 2
    asked.output.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for runner in RUNNERS:
            folder = folder_of(runner, asked.corpus)
            if folder is None:
                print(f"{runner.name}: left out, it is not there (--corpus names the real files).")
                continue
            history = pipeline.scan(folder, week=runner.week or None, cache=False, jobs=None)
            page = asked.output / f"{runner.name}.html"
            page.write_text(render(history), encoding="utf-8")
            for window, scheme in shots(runner):
                picture = asked.output / f"{runner.name}-{window}-{scheme}.png"
                take(browser, page, window, scheme, picture)
                print(f"{picture}  {history.week}, {history.stories[history.week].verdict}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
