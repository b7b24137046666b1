"""`loadwatch explain`: what a rule asks, how, and on what evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import loadwatch
from loadwatch.cli import _console


def _rule_ids() -> list[str]:
    """Ids of the rules by the names of their files, as a shell that completes a word waits for them."""
    files = Path(loadwatch.__file__).with_name("flags").glob("[!_]*.py")
    return sorted(file.stem for file in files)


def explain(
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="RULE",
            help="Id such as long_run_spike, or number such as F1.",
            show_default=False,
            autocompletion=_rule_ids,
        ),
    ] = None,
) -> None:
    """Explain a rule, or list all of them.

    Of a rule: question, formula, thresholds, evidence, limits and sources.
    """
    from loadwatch.report.explain import explain as explained  # noqa: PLC0415 - pandas is not needed for --help

    _console.show(explained(rule, width=_console.width()))
