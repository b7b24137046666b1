"""The settings: every key, what it says, what it may be, and what holds without it."""

from __future__ import annotations

import math
from dataclasses import MISSING, fields
from typing import Any

from loadwatch.flags import RULES
from loadwatch.settings import CORRECTION, SECTIONS, Correction, Key, Settings
from pages.markdown import code, table

HEAD = ["key", "value", "if left out", ""]


def keys() -> str:
    """Keys of every section."""
    defaults = _defaults(Settings)
    return "\n\n".join(
        f"### [{section}]\n\n" + table(HEAD, (_row(name, key, defaults[name]) for name, key in known.items()))
        for section, known in SECTIONS.items()
    )


def corrections() -> str:
    """Keys for one run."""
    defaults = _defaults(Correction)
    return table(HEAD, (_row(name, key, defaults[name]) for name, key in CORRECTION.items()))


def thresholds() -> str:
    """Thresholds of every rule that has some."""
    rows = (
        [
            f"[`[rules.{rule.id}]`](rules.md#{rule.id})",
            " ".join(code(f"{name}\xa0=\xa0{value:g}") for name, value in rule.thresholds.items()),
        ]
        for rule in RULES
        if rule.thresholds
    )
    return table(["section", "thresholds and their defaults"], rows)


def _row(name: str, key: Key, default: Any) -> list[str]:
    return [code(name), _allowed(key), _shown(key, default), key.meaning]


def _allowed(key: Key) -> str:
    if key.choices:
        return ", ".join(code(f'"{choice}"') for choice in key.choices)
    if key.kind in ("number", "year") and math.isfinite(key.low):
        return f"{key.low:g} to {key.high:g}"
    return {"text": "text in quotes", "date": "a date, `2026-03-14`", "flag": "`true` or `false`"}[key.kind]


def _shown(key: Key, default: Any) -> str:
    if default in ("", None) or default != default:  # noqa: PLR0124 - NaN, which is no number
        return "not said"
    if isinstance(default, bool):
        return code(str(default).lower())
    return code(f'"{default}"' if key.kind == "text" else f"{default:g}")


def _defaults(record: type[Any]) -> dict[str, Any]:
    return {field.name: field.default for field in fields(record) if field.default is not MISSING}
