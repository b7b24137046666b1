"""What pages say that the program itself knows: whole pages, and parts of pages written by hand.

In a page, a part stands between `<!-- made: name -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loadwatch.report import diary, explain, recovery
from pages import api, columns, commands, layers, report, rules, settings

if TYPE_CHECKING:
    from collections.abc import Callable

PART = re.compile(r"(<!-- made: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
# By their way from the project.
WHOLE: dict[str, Callable[[], str]] = {
    "docs/rules.md": explain.page,
    "docs/diary.md": diary.page,
    "docs/recovery.md": recovery.page,
}
PARTS: dict[str, Callable[[], str]] = {
    "levels": report.levels,
    "panels": report.panels,
    "rules": rules.overview,
    "clears": rules.clears,
    "sources": rules.sources,
    "contradictions": rules.contradictions,
    "limits": rules.limits,
    "commands": commands.commands,
    "exit-codes": commands.exit_codes,
    "settings": settings.keys,
    "corrections": settings.corrections,
    "thresholds": settings.thresholds,
    "columns": columns.tables,
    "exposure": columns.exposure,
    "layers": layers.layers,
    "api": api.names,
}


def brought_up_to_date(text: str) -> str:
    """A page with what is between its marks as the program has it now."""
    return PART.sub(lambda part: f"{part[1]}\n{PARTS[part['name']]().strip()}\n\n{part[3]}", text)


def parts(text: str) -> list[str]:
    """Names of the parts that a page has marks for."""
    return [part["name"] for part in PART.finditer(text)]
