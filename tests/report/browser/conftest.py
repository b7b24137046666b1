"""Debian's Chromium, and the weeks it is shown: a page has to hold for all, at any width, in any font."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import matplotlib as mpl
import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, sync_playwright

from loadwatch import demo, pipeline
from loadwatch.demo import fit_file
from loadwatch.demo.recording import WATCH
from loadwatch.intake import Intake
from loadwatch.report.html import render
from loadwatch.settings import Settings
from screenshots import NO_CHROMIUM, chromium

if TYPE_CHECKING:
    from loadwatch.history import History
    from loadwatch.runs import RunRecord

SAMPLES = Path(__file__).resolve().parents[3] / "sample_activities"
AS_OF = date(2026, 10, 25)
MEASURES = (Path(__file__).parent / "measures.js").read_text(encoding="utf-8")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

# The page asks for the system's own font, and takes what the system has: here one font and no other. Both
# come with matplotlib, so that every machine shows the same. The second is wider in almost every word.
FONTS = {"usual": "DejaVuSans*.ttf", "wide": "DejaVuSansMono*.ttf"}
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@dataclass
class Shown:
    """A page in a browser, and what it did there."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)

    def measure(self, name: str, *arguments: object) -> Any:
        """One of the measures in measures.js."""
        return self.page.evaluate(f"arguments => {MEASURES}.{name}(...arguments)", arguments)

    def unfold(self) -> None:
        """Open everything that opens."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    def resize(self, width: int, *, whole: bool = False) -> None:
        """Set the window's width; `whole`: and its height such that all of the page is in it."""
        self.page.set_viewport_size({"width": width, "height": 900})
        if whole:
            height = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": height})

    def violations(self) -> list[str]:
        """What axe-core objects to."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:5]]}"
            for one in found
        ]


Show = Callable[..., AbstractContextManager[Shown]]


@contextmanager
def started(folder: Path, fonts: str) -> Iterator[Browser]:
    """A browser on a machine with these fonts only."""
    own = folder / "fonts"
    own.mkdir()
    for font in (Path(mpl.get_data_path()) / "fonts" / "ttf").glob(FONTS[fonts]):
        if fonts == "wide" or "Mono" not in font.name:
            shutil.copy(font, own)
    config = folder / "fonts.conf"
    config.write_text(FONTCONFIG.format(fonts=own, cache=folder / "cache"), encoding="utf-8")
    executable = chromium()
    if executable is None:
        pytest.fail(NO_CHROMIUM, pytrace=False)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
            env={**os.environ, "FONTCONFIG_FILE": str(config)},
        )
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module", params=["usual"])
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser; tests that depend on fonts ask for others, too.

    One for each module and not for the whole session: while it runs, nothing else here can use asyncio.
    """
    with started(tmp_path_factory.mktemp("browser"), request.param) as one:
        yield one


@pytest.fixture(scope="module")
def show(browser: Browser, page_of: Callable[[str], Path]) -> Show:
    """Show a week's page."""
    return lambda week, **options: opened(browser, page_of(week), **options)


@pytest.fixture
def show_text(browser: Browser, tmp_path: Path) -> Show:
    """Show a page that a test wrote."""

    def shown(content: str, **options: Any) -> AbstractContextManager[Shown]:
        path = tmp_path / "page.html"
        path.write_text(content, encoding="utf-8")
        return opened(browser, path, **options)

    return shown


@contextmanager
def opened(browser: Browser, path: Path, *, width: int = 1280, scheme: str = "light") -> Iterator[Shown]:
    """A file in a window of its own; whatever else it asks for is counted and never answered."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(60_000)
    seen, address = Shown(context.new_page()), path.as_uri()

    def answer(route: Route) -> None:
        seen.asked_for.append(route.request.url)
        if route.request.url == address:
            route.continue_()
        else:
            route.abort()

    def ask(dialog: Dialog) -> None:
        seen.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.route("**/*", answer)
    seen.page.on("console", lambda message: seen.said.append(f"{message.type}: {message.text}"))
    seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
    seen.page.on("dialog", ask)
    try:
        seen.page.goto(address)
        yield seen
    finally:
        context.close()


@pytest.fixture(scope="session")
def page_of(
    tmp_path_factory: pytest.TempPathFactory, history_of: Callable[[str], History]
) -> Callable[[str], Path]:
    """The file of a week's page."""
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def written(week: str) -> Path:
        path = folder / f"{week.replace(' ', '-')}.html"
        path.write_text(render(history_of(week)), encoding="utf-8")
        return path

    return written


@pytest.fixture(scope="session")
def history_of(
    history: History, hostile_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], History]:
    """The histories whose weeks are shown, by name."""
    sample = cache(lambda: pipeline.scan(SAMPLES, as_of=AS_OF, cache=False))

    def imperial() -> History:
        diary = tmp_path_factory.mktemp("diary") / "diary.csv"
        diary.write_text(DIARY, encoding="utf-8")
        return pipeline.scan(
            SAMPLES, as_of=AS_OF, cache=False, settings=Settings(units="imperial"), diary=diary
        )

    def ten_years() -> History:
        records = list(sample().records.values())
        return told([moved(one, weeks) for weeks in range(0, 520, 30) for one in records])

    def one_run() -> History:
        return told([list(sample().records.values())[-1]])

    def treadmill() -> History:
        (one,) = [one for one in sample().records.values() if one.facts["is_treadmill"]][:1]
        return told([moved(one, weeks) for weeks in range(20)])

    made = {
        "sample": sample,
        "act": lambda: history,
        "imperial": imperial,
        "ten years": ten_years,
        "one run": one_run,
        "treadmill": treadmill,
        "hostile": lambda: pipeline.scan(hostile_folder, as_of=AS_OF, cache=False),
    }
    return cache(lambda week: made[week]())


def told(records: list[RunRecord]) -> History:
    """The history of some records, told on the day of the newest."""
    return pipeline.tell(
        Intake(records, file_count=len(records)),
        Settings(),
        [],
        as_of=max(one.facts["local_date"] for one in records),
    )


def moved(one: RunRecord, weeks: int) -> RunRecord:
    """The same run so many weeks earlier."""
    by, facts = timedelta(weeks=weeks), one.facts
    return replace(
        one,
        facts=facts
        | {
            "run_id": f"{weeks:03x}{facts['run_id']}",
            "start_time": facts["start_time"] - by,
            "local_date": facts["local_date"] - by,
            "local_start": f"{facts['local_date'] - by}{facts['local_start'][10:]}",
        },
    )


DIARY = """date,site,side,pain_during,pain_after,pain_next_morning,feel,note
2026-10-02,mid-thigh,left,2,2,1,tight,
2026-10-06,mid-thigh,left,3,2,2,ache,stairs
2026-10-11,mid-thigh,left,4,3,3,ache,
2026-10-16,mid-thigh,left,3,3,2,pull,after the strides
2026-10-20,mid-thigh,left,5,5,4,pull,
2026-10-24,mid-thigh,left,4,4,3,ache,"long sit, then a run"
"""

# What files, folders, watches, notes and runners may be called by somebody who means harm.
HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "quotes": "'a\" `b` & &amp; \\",
    "template": "{{ 7*7 }}${7*7}{% raw %}",
    "maths": "$\\frac{1}{0}$ _x^{y",
    "formula": '=HYPERLINK("mailto:a@b.c","open")',
    "plus": "+1+cmd|' C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(A1:A9)",
    "backwards": "\u202egpj.exe\u200f\u2066",
    "hebrew": "\u05e8\u05d9\u05e6\u05ea \u05d1\u05d5\u05e7\u05e8 2",
    "control": "bell\x07 \x1b[31mred\x1b[2J\x9b1A",
    "lines": "one\ntwo\r\tthree",
    "long": "w" * 230,
}
VERY_LONG = "endless" * 1430  # 10,010 letters without a place to break


def printable_xml(text: str) -> str:
    """Text as an XML file can hold it: without control characters, escaped."""
    kept = "".join(letter for letter in text if letter >= " " and not "\x7f" <= letter <= "\x9f")
    return escape(kept, {'"': "&quot;"})


@pytest.fixture(scope="session")
def hostile() -> dict[str, str]:
    """Names that mean harm."""
    return HOSTILE | {"very long": VERY_LONG}


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten weeks of real files, in which everything that has a name has a hostile one."""
    folder = tmp_path_factory.mktemp("hostile") / "runs"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        # A FIT file holds at most 255 bytes of it, and any of them.
        patch.setattr(
            fit_file, "WATCH", "".join(HOSTILE[name] for name in ("markup", "control", "backwards"))
        )
        made = demo.make_files(weeks=10, ends=AS_OF, seed=1)
    watch = HOSTILE["markup"] + HOSTILE["quotes"] + HOSTILE["backwards"] + VERY_LONG
    names = cycle(HOSTILE.values())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, ((name, content), hostile) in enumerate(zip(made.items(), names, strict=False)):
            _stem, _dot, kind = name.partition(".")
            plain = gzip.decompress(content) if kind.endswith(".gz") else content
            kind = kind.removesuffix(".gz")
            if kind != "fit":
                plain = plain.replace(WATCH.encode(), printable_xml(watch).encode())
                plain = plain.replace(
                    b"<name>easy<", f"<name>{printable_xml(HOSTILE['markup'] + VERY_LONG)}<".encode()
                )
            # The newest lie in the week that is told.
            if number == len(made) - 1:
                archive.writestr(f"{VERY_LONG}.{kind}", plain)
                continue
            path = folder / f"{hostile}{number}.{kind}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(plain)
    (folder / f"{HOSTILE['formula'].replace('/', '')}.zip").write_bytes(packed.getvalue())
    for number, name in enumerate(HOSTILE.values()):
        path = folder / f"{name}_broken{number}.fit"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no FIT file")
    with (folder / "diary.csv").open("w", encoding="utf-8", newline="") as file:
        diary = csv.writer(file)
        diary.writerow(["date", "site", "pain_after", "note", HOSTILE["markup"]])
        for number, note in enumerate([*HOSTILE.values(), VERY_LONG[:1000], VERY_LONG]):
            diary.writerow([AS_OF - timedelta(days=2 * number), "mid-thigh", 3, note, ""])
        diary.writerow([HOSTILE["markup"] + VERY_LONG, "mid-thigh", HOSTILE["image"], "", ""])
    (folder / "loadwatch.toml").write_text(
        f"[athlete]\nname = {json.dumps(HOSTILE['image'] + HOSTILE['backwards'] + VERY_LONG)}\n",
        encoding="utf-8",
    )
    return folder
