"""The report: its levels and its charts."""

from __future__ import annotations

from loadwatch import words
from loadwatch.report.figures import PANELS
from pages.markdown import table

NOTE = "Worth knowing; nothing to do."


def levels() -> str:
    """What each level looks like, says and asks for."""
    said = ("usual", "watch", "act", "cannot_tell")
    rows = (
        [
            f"{level.shape} {level.word}".replace(" ", "\xa0"),
            words.headline(name) if name in said else NOTE,
            level.action,
        ]
        for name, level in words.LEVELS.items()
    )
    return table(["", "says", "and asks"], rows)


def panels() -> str:
    """Every chart with its caption; the built site puts the sample runner's between the two."""
    return "\n\n".join(
        f"### {panel.title}\n\n<!-- chart: {panel.key} -->\n\n{panel.caption}" for panel in PANELS
    )
