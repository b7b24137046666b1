"""The built site: whole, without a warning, and sufficient to itself."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from loadwatch.report.figures import PANELS
from screenshots import NO_CHROMIUM, chromium

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None, reason="mkdocs is not here; it comes with the group docs"
)
# What a browser fetches by itself; what stands in `a` waits for a click.
FETCHED = {"src", "srcset", "data", "poster", "action", "formaction", "manifest", "background"}
ELSEWHERE = re.compile(r"(?:https?:)?//\w")
IN_STYLE = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])((?:https?:)?//[^\"')]+)")
# Addresses in the theme's own scripts, and why none of them is asked for.
ASLEEP = {
    "https://api.github.com/repos/": "where the site names a repository",
    "https://api.github.com/users/": "likewise",
    "https://unpkg.com/mermaid@11/dist/mermaid.min.js": "where a page holds class mermaid",
    "https://unpkg.com/resize-observer-polyfill": "in browsers from before 2020",
    "https://bit.ly/2s3ChXG": "a word of warning to whoever changes the search",
    "https://clipboardjs.com/": "a licence, in a comment",
    "http://lunrjs.com": "likewise",
    "http://tartarus.org/": "likewise",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as `make site` builds it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=PROJECT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    # Asked to be quiet, mkdocs would count no warnings.
    told = [line for line in done.stderr.splitlines() if not line.startswith("INFO ")]
    assert (done.returncode, done.stdout, told) == (0, "", [])
    return folder


@pytest.fixture(scope="module")
def browser():
    executable = chromium()
    if executable is None:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


class Fetching(HTMLParser):
    """Addresses elsewhere that a page would fetch by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_style = False

    def handle_starttag(self, tag, attrs):
        self.is_style = tag == "style"
        for name, value in attrs:
            is_fetched = name in FETCHED or (name.endswith("href") and tag != "a")
            if is_fetched and ELSEWHERE.search(value or ""):
                self.found.append(f"{tag} {name}={value}")
            if name == "style":
                self.found += IN_STYLE.findall(value or "")

    def handle_data(self, data):
        if self.is_style:
            self.found += IN_STYLE.findall(data)


def test_every_page_is_built(site):
    for page in (PROJECT / "docs").glob("*.md"):
        assert (site / f"{page.stem}.html").is_file()
    assert (site / "assets" / "iframe-worker.js").is_file()
    assert "<!-- chart" not in (site / "report.html").read_text(encoding="utf-8")
    assert (site / "report.html").read_text(encoding="utf-8").count('<figure class="chart">') == len(PANELS)
    assert "Long-run spike" in (site / "sample-report.html").read_text(encoding="utf-8")


def test_the_library_is_told_from_its_docstrings(site):
    page = (site / "api.html").read_text(encoding="utf-8")
    for name in ("scan", "read_run", "write_report", "explain", "History", "Settings", "Rule"):
        assert f'id="loadwatch.{name}"' in page
    assert "Read a runner's files and judge every day and week of them." in page


def test_no_page_names_anything_elsewhere_to_be_fetched(site):
    for page in site.rglob("*.html"):
        reader = Fetching()
        reader.feed(page.read_text(encoding="utf-8"))
        assert reader.found == [], page.name
        assert 'class="mermaid"' not in page.read_text(encoding="utf-8")
    for sheet in (*site.rglob("*.css"), *site.rglob("*.svg")):
        assert IN_STYLE.findall(sheet.read_text(encoding="utf-8")) == [], sheet.name


def test_scripts_hold_no_address_but_those_asleep(site):
    for script in site.rglob("*.js"):
        if script.parent.name == "search":  # the pages' own words, for the search
            continue
        found = set(re.findall(r"https?://[\w.-]+\.[a-z]{2,}[\w./@-]*", script.read_text(encoding="utf-8")))
        assert {address for address in found if "www.w3.org" not in address} <= set(ASLEEP), script.name


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('<script src="https://cdn.example/a.js"></script>', 1),
        ('<link rel="stylesheet" href="//fonts.example/a.css">', 1),
        (
            '<style>@import "https://x.example/a.css"; p { background: url(https://x.example/a) }</style>',
            2,
        ),
        ('<img srcset="a.png 1x, https://x.example/a.png 2x"><p style="background: url(//x.example/a)">', 2),
        ('<a href="https://example.org">a reader clicks</a><img src="week.png"><a href="/x">here</a>', 0),
    ],
)
def test_what_is_fetched_is_told_from_what_waits_for_a_click(text, count):
    reader = Fetching()
    reader.feed(text)
    assert len(reader.found) == count


def test_in_a_browser_it_asks_for_nothing_and_fits_a_phone(site, browser):
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    asked_for, said = [], []
    tab.on("request", lambda request: asked_for.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    for page in sorted(site.rglob("*.html")):
        tab.goto(page.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.name
    tab.wait_for_timeout(500)
    tab.close()
    assert len(asked_for) > 100
    assert [url for url in asked_for if not url.startswith("file:") and not url.startswith("data:")] == []
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground_and_links_from_words(site, browser, scheme):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    for page in ("index", "report", "api", "every_monday", "benchmarks"):
        tab.goto((site / f"{page}.html").as_uri())
        tab.evaluate(axe)
        found = tab.evaluate("axe.run({runOnly: ['color-contrast', 'link-in-text-block']})")["violations"]
        assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == [], page
    tab.close()


def test_search_finds_without_a_server(site, browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto((site / "index.html").as_uri())
    tab.click("input[name=query]")
    tab.keyboard.type("launchd")
    tab.locator(".md-search-result__item").first.wait_for()
    assert "Every Monday" in tab.inner_text(".md-search-result__list")
    tab.close()


def test_a_page_from_the_root_keeps_the_links_that_lead_somewhere():
    site_pages = importlib.import_module("site_pages")
    text = (
        "[the rules](docs/rules.md), [changes](CHANGELOG.md), [a list](Makefile), [home](https://example.org)"
    )
    assert site_pages.LINK.sub(site_pages._from_here, text) == (
        "[the rules](rules.md), [changes](changelog.md), a list, [home](https://example.org)"
    )


def test_a_new_file_of_an_example_is_called_so_in_its_title():
    site_pages = importlib.import_module("site_pages")
    head = '```python title="src/loadwatch/flags/one.py" new\n'
    assert site_pages.on_page_markdown(head) == '```python title="src/loadwatch/flags/one.py (new)"\n'


def test_pages_from_the_root_are_on_the_site(site):
    pages = importlib.import_module("site_pages").FROM_ROOT
    menu = (site / "index.html").read_text(encoding="utf-8")
    for page, (_, name) in pages.items():
        is_there = (site / page).with_suffix(".html").is_file()
        assert is_there == (PROJECT / name).is_file()
        assert (f'href="{page.replace(".md", ".html")}"' in menu) == is_there
