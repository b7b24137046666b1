"""loadwatch: what changed in a runner's running, against what the legs have carried lately.

>>> import loadwatch as lw
>>> history = lw.scan("~/activities")  # doctest: +SKIP
>>> history.weeks[["week", "distance_m", "verdict"]]  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from loadwatch._version import __version__

if TYPE_CHECKING:
    from loadwatch.errors import LoadwatchError
    from loadwatch.flags import RULES, Rule
    from loadwatch.history import History
    from loadwatch.intake import read_run
    from loadwatch.pipeline import scan
    from loadwatch.report import write_report
    from loadwatch.report.explain import explain
    from loadwatch.settings import Settings

__all__ = [
    "RULES",
    "History",
    "LoadwatchError",
    "Rule",
    "Settings",
    "__version__",
    "explain",
    "read_run",
    "scan",
    "write_report",
]

# pandas alone takes half a second to import, so each name brings its module when it is first used.
_HOMES = {
    "RULES": "loadwatch.flags",
    "History": "loadwatch.history",
    "LoadwatchError": "loadwatch.errors",
    "Rule": "loadwatch.flags",
    "Settings": "loadwatch.settings",
    "explain": "loadwatch.report.explain",
    "read_run": "loadwatch.intake",
    "scan": "loadwatch.pipeline",
    "write_report": "loadwatch.report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'loadwatch' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
