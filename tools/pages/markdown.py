"""Markdown from rows and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what would end a cell is escaped."""
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


def bullets(texts: Iterable[str]) -> str:
    """One line each."""
    return "\n".join(f"- {text}" for text in texts)


def code(text: str) -> str:
    """As a person would type it; nothing of nothing."""
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")
