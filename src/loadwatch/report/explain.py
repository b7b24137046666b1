"""A rule in full: question, formula, thresholds, evidence, limits and sources, from its own record."""

from __future__ import annotations

import difflib
import textwrap
from typing import TYPE_CHECKING

from loadwatch import words
from loadwatch.errors import UsageError
from loadwatch.flags import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.flags import Rule

# What the articles name and no watch can see.
UNSEEN = (
    "where the foot lands",
    "sudden stops and turns",
    "strength",
    "hip flexors",
    "posture",
    "the warm-up before pressing start",
)


def explain(rule_id: str | None = None, *, width: int = 88, rules: Sequence[Rule] = RULES) -> str:
    """One rule in full, or all of them in a line each.

    Parameters
    ----------
    rule_id
        Id of a rule, such as long_run_spike, or its number, such as F1; None lists them all.
    width
        Characters per line.
    rules
        Rules to choose from.

    Raises
    ------
    UsageError
        There is no such rule.
    """
    if rule_id is None:
        return _overview(rules, width)
    wanted = rule_id.strip().lower()
    for rule in rules:
        if wanted in (rule.id, rule.number.lower()):
            return _in_full(rule, width)
    nearest = difflib.get_close_matches(wanted, [rule.id for rule in rules], n=1, cutoff=0.4)
    hint = (
        f"did you mean `{nearest[0]}`?"
        if nearest
        else f"there are {words.listing([rule.id for rule in rules])}."
    )
    raise UsageError(f"there is no rule `{rule_id}`; {hint}")


def _overview(rules: Sequence[Rule], width: int) -> str:
    lines = [f"{rule.number:<4}{rule.id:<18}{rule.question}" for rule in rules]
    unseen = f"What the articles name and no watch can see: {words.listing(UNSEEN)}."
    return "\n".join(
        [*lines, "", textwrap.fill(unseen, width), "", "`loadwatch explain RULE` tells one of them in full."]
    )


def _in_full(rule: Rule, width: int) -> str:
    indent = "  "

    def wrapped(text: str) -> str:
        return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent)

    def listed(texts: Sequence[str]) -> str:
        return "\n".join(
            textwrap.fill(text, width, initial_indent=f"{indent}- ", subsequent_indent=f"{indent}  ")
            for text in texts
        )

    thresholds = [f"{name} = {value:g}" for name, value in rule.thresholds.items()]
    sources = [f"{said.source}. In {said.in_whom}: {said.found}." for said in rule.references]
    parts = [
        f"{rule.title} ({rule.number}, {rule.id})\n{wrapped(rule.question)}",
        f"How it is measured\n{wrapped(rule.formula)}",
        f"Levels it can give\n{wrapped(words.listing(rule.levels) or words.INFORMS_ONLY)}",
        f"What it needs\n{wrapped(rule.needs)}",
        f"Thresholds, settable in loadwatch.toml under [rules.{rule.id}]\n{listed(thresholds)}",
        f"How good the evidence is\n{wrapped(rule.grade)}",
        f"What it cannot know\n{wrapped(rule.limits)}",
        f"What the articles say\n{listed(rule.articles)}",
        f"Sources, and what each found\n{listed(sources)}",
    ]
    return "\n\n".join(parts)
