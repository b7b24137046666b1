"""The page in a real browser: nothing sticks out, both colour schemes are drawn, nothing is fetched."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import pytest

from loadwatch.report.html import render

if TYPE_CHECKING:
    from pathlib import Path

    from loadwatch.history import History

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
LIGHT, DARK = 1, 0

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; install it with: apt-get install chromium"
)

# Measured inside the page and handed to the frame around it, which puts it where --dump-dom shows it.
MEASURE = """
<script>
addEventListener("load", () => parent.postMessage(JSON.stringify({
  width: document.documentElement.scrollWidth,
  ground: getComputedStyle(document.documentElement).backgroundColor,
  ink: getComputedStyle(document.body).color,
  charts: [...document.querySelectorAll("svg")].filter(svg => svg.getBoundingClientRect().height > 50).length,
  fetched: performance.getEntriesByType("resource").map(entry => entry.name),
  text: document.body.innerText,
}), "*"));
</script>
"""
FRAME = """<!doctype html><iframe width="{width}" height="900" srcdoc="{page}"></iframe><pre></pre>
<script>
addEventListener("message", event => document.querySelector("pre").textContent = event.data)
</script>"""


def measured(page: str, folder: Path, *, width: int, scheme: int) -> dict[str, Any]:
    """What a browser makes of a page shown at a width in a colour scheme."""
    # The page forbids all scripts, so ours needs that line gone.
    open_page = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", page)
    assert open_page != page
    frame = folder / "frame.html"
    frame.write_text(FRAME.format(width=width, page=escape(open_page + MEASURE)), encoding="utf-8")
    shown = subprocess.run(
        [
            *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            f"--blink-settings=preferredColorScheme={scheme}",
            f"--user-data-dir={folder / 'profile'}",
            *("--virtual-time-budget=5000", "--dump-dom", frame.as_uri()),
        ],
        capture_output=True,
        timeout=120,
        check=True,
        text=True,
    ).stdout
    told = re.search(r"<pre>(.*?)</pre>", shown, re.DOTALL)
    assert told
    return dict(json.loads(unescape(told[1])))


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_page_fits_its_window_and_fetches_nothing(
    history: History, tmp_path: Path, width: int, scheme: int
) -> None:
    seen = measured(render(history), tmp_path, width=width, scheme=scheme)
    assert seen["width"] <= width
    assert seen["fetched"] == []
    assert seen["charts"] >= 6
    assert history.story.headline.split(":")[0] in seen["text"]


def test_page_is_light_by_day_and_dark_by_night(history: History, tmp_path: Path) -> None:
    page = render(history)
    day, night = (measured(page, tmp_path, width=800, scheme=scheme) for scheme in (LIGHT, DARK))

    def brightness(colour: str) -> float:
        return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3])

    assert brightness(day["ground"]) > brightness(day["ink"])
    assert brightness(night["ground"]) < brightness(night["ink"])
