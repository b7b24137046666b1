"""loadwatch: what changed in a runner's running, against what the legs have carried lately.

>>> import loadwatch as lw
>>> history = lw.scan("sample_activities", as_of="2026-10-25")  # a folder of files from any watch
>>> history.weeks[["week", "run_count", "verdict"]].tail(2)
        week  run_count      verdict
28  2026-W42          4  cannot_tell
29  2026-W43          4        watch
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from loadwatch._version import __version__

if TYPE_CHECKING:
    from loadwatch.at_risk import exposure, with_outcomes
    from loadwatch.errors import LoadwatchError
    from loadwatch.flags import RULES, Reference, Rule, Tables, findings
    from loadwatch.history import History
    from loadwatch.intake import read_run
    from loadwatch.judgement import judge
    from loadwatch.loudness import replay
    from loadwatch.own_metrics import Metric
    from loadwatch.pipeline import scan
    from loadwatch.report import figures, write_report
    from loadwatch.report.explain import explain
    from loadwatch.settings import Settings

__all__ = [
    "RULES",
    "History",
    "LoadwatchError",
    "Metric",
    "Reference",
    "Rule",
    "Settings",
    "Tables",
    "__version__",
    "explain",
    "exposure",
    "figures",
    "findings",
    "judge",
    "read_run",
    "replay",
    "scan",
    "with_outcomes",
    "write_report",
]

# pandas alone takes half a second to import, so each name brings its module when it is first used.
_HOMES = {
    "RULES": "loadwatch.flags",
    "History": "loadwatch.history",
    "LoadwatchError": "loadwatch.errors",
    "Metric": "loadwatch.own_metrics",
    "Reference": "loadwatch.flags",
    "Rule": "loadwatch.flags",
    "Settings": "loadwatch.settings",
    "Tables": "loadwatch.flags",
    "explain": "loadwatch.report.explain",
    "exposure": "loadwatch.at_risk",
    "findings": "loadwatch.flags",
    "judge": "loadwatch.judgement",
    "read_run": "loadwatch.intake",
    "replay": "loadwatch.loudness",
    "scan": "loadwatch.pipeline",
    "with_outcomes": "loadwatch.at_risk",
    "write_report": "loadwatch.report",
}
_MODULES = {"figures": "loadwatch.report.figures"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name not in _HOMES:
        raise AttributeError(f"module 'loadwatch' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
