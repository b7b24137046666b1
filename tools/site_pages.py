"""What the built site has beyond docs/: the sample runner's charts and report, and pages from the root.

mkdocs calls these while it builds; see `hooks` in mkdocs.yml.
"""

from __future__ import annotations

import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

from loadwatch import pipeline
from loadwatch.report import _svg, html
from loadwatch.report.figures import LIGHT, PANELS, to_svgs

if TYPE_CHECKING:
    from loadwatch.history import History

PROJECT = Path(__file__).resolve().parents[1]
CHART = re.compile(r"<!-- chart: (?P<key>\w+) -->")
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEAD = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?!\w+:|#)(?P<target>[^)]*)\)")
# A new file among examples that a test applies; the theme takes no word but the title.
NEW_FILE = re.compile(r'^(```\w+ title="[^"]+)" new$', re.MULTILINE)
# The samples' last whole week, which the picture in the README shows, too.
AS_OF = date(2026, 10, 25)
REPORT = "sample-report.html"
# Of use to a server alone, or to other languages.
UNUSED = ("404.html", "sitemap.xml", "sitemap.xml.gz", "assets/javascripts/lunr")
# Kept where everybody looks for them, and shown on the site as well.
FROM_ROOT = {
    "changelog.md": ("Changelog", "CHANGELOG.md"),
    "contributing.md": ("Contributing", "CONTRIBUTING.md"),
}


def on_config(config: Any) -> None:
    """Put the pages from the project's root behind those for builders."""
    (builders,) = (part["For builders"] for part in config.nav if "For builders" in part)
    builders += [{title: page} for page, (title, name) in FROM_ROOT.items() if (PROJECT / name).is_file()]


def on_files(files: Any, config: Any) -> None:
    """Add what is no file in docs/."""
    files.append(File.generated(config, REPORT, content=html.render(_history())))
    for page, (_, name) in FROM_ROOT.items():
        path = PROJECT / name
        if path.is_file():
            content = LINK.sub(_from_here, path.read_text(encoding="utf-8"))
            files.append(File.generated(config, page, content=content))


def _from_here(link: re.Match[str]) -> str:
    """A link of a page from the root, as it is on the site; its words alone where it leads to no page."""
    pages = {name: page for page, (_, name) in FROM_ROOT.items()}
    target = pages.get(link["target"], link["target"].removeprefix("docs/"))
    is_here = target != link["target"] or target in pages.values()
    return f"[{link['text']}]({target})" if is_here else link["text"]


def on_page_markdown(text: str, **_: Any) -> str:
    """Put what says that a block of code is a new file into its title."""
    return NEW_FILE.sub(r'\1 (new)"', text)


def on_page_content(content: str, **_: Any) -> str:
    """Put charts where a page has marks for them, and into each cell of a table what its column is called."""
    content = TABLE.sub(lambda found: _with_names(found[0]), content)
    return CHART.sub(lambda mark: _charts()[mark["key"]], content)


def _with_names(table: str) -> str:
    """A table whose rows can stand as blocks, where a screen is too narrow for columns."""
    heads = [re.sub(r"<[^>]+>", "", head) for head in HEAD.findall(table)]

    def named(row: re.Match[str]) -> str:
        names = iter(heads)
        return re.sub("<td", lambda _: f'<td data-name="{next(names)}"', row[0])

    return ROW.sub(named, table)


def on_post_build(config: Any) -> None:
    """Take away what the theme brings and nobody opens from a folder."""
    for name in UNUSED:
        path = Path(config.site_dir, name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@cache
def _history() -> History:
    return pipeline.scan(PROJECT / "sample_activities", as_of=AS_OF, cache=False)


@cache
def _charts() -> dict[str, str]:
    """Every chart of the sample runner as part of a page, with the colours of its style sheet."""
    history = _history()
    return {
        panel.key: f'<figure class="chart"><figcaption id="told-{panel.key}">{html.said(panel.told(history))}'
        f"</figcaption>{_svg.inline(svg, panel.key, LIGHT, named_by=[f'told-{panel.key}'])}</figure>"
        for panel, svg in zip(PANELS, to_svgs(PANELS, history), strict=True)
    }
