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

PAGE_TOP = """# The rules

Made by `make docs` from the records that `loadwatch explain` prints and the report shows. Every rule
compares a runner with their own past. None of them gives a probability of injury: nothing published
supports one. Hazard and odds ratios below are what studies found in their runners, not what this week
does to you."""


def explain(rule_id: str | None = None, *, width: int = 88, rules: Sequence[Rule] = RULES) -> str:
    """One rule in full, or all of them in a line each.

    Parameters
    ----------
    rule_id
        Id of a rule, such as long_run_spike, or its number, such as F1; None lists them all.
    width
        Characters per line.
    rules
        Rules to choose from; those of a history are `history.rules`.

    Returns
    -------
    str
        Lines without a final line break.

    Raises
    ------
    UsageError
        There is no such rule.

    Examples
    --------
    >>> import loadwatch as lw
    >>> print(lw.explain("long_run_spike").splitlines()[0])
    Long-run spike (F1, long_run_spike)
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


def page(rules: Sequence[Rule] = RULES) -> str:
    """All rules in full as one page of Markdown."""
    told = [_row(rule) for rule in rules]
    parts = [
        PAGE_TOP,
        _unseen(),
        "\n".join(["| | rule | asks | at most | evidence |", "|---|---|---|---|---|", *told]),
    ]
    for rule in rules:
        parts += [f'<a id="{rule.id}"></a>', f"## {rule.number} {rule.title} (`{rule.id}`)", rule.question]
        for title, texts in _sections(rule):
            told = [texts] if isinstance(texts, str) else [f"- {text}" for text in texts]
            parts += [f"**{title}**", "\n".join(told)]
    return "\n\n".join(parts) + "\n"


def _row(rule: Rule) -> str:
    most = words.LEVELS[rule.levels[-1]].word if rule.levels else words.INFORMS_ONLY
    return f"| {rule.number} | [`{rule.id}`](#{rule.id}) | {rule.question} | {most} | {rule.grade} |"


def _overview(rules: Sequence[Rule], width: int) -> str:
    lines = [f"{rule.number:<4}{rule.id:<18}{rule.question}" for rule in rules]
    return "\n".join(
        [
            *lines,
            "",
            _filled(_unseen(), width),
            "",
            "`loadwatch explain RULE` tells one of them in full.",
        ]
    )


def _unseen() -> str:
    return f"What the articles name and no watch can see: {words.listing(UNSEEN)}."


def _sections(rule: Rule) -> list[tuple[str, str | list[str]]]:
    """Everything a rule says of itself, as titles with a text or a list; what it leaves open is left out."""
    thresholds = [f"{name} = {value:g}" for name, value in rule.thresholds.items()]
    sources = [f"{said.source}. In {said.in_whom}: {said.found}." for said in rule.references]
    sections: list[tuple[str, str | list[str]]] = [
        ("How it is measured", rule.formula),
        ("Levels it can give", words.listing(rule.levels) or words.INFORMS_ONLY),
        ("What it needs", rule.needs),
        (f"Thresholds, settable in loadwatch.toml under [rules.{rule.id}]", thresholds),
        ("Where the thresholds come from", rule.threshold_origin),
        ("What clears it", rule.clears),
        ("How good the evidence is", rule.grade),
        ("What it cannot know", rule.limits),
        ("What the articles say", list(rule.articles)),
        ("Where the evidence contradicts them", list(rule.contradictions)),
        ("Sources, and what each found", sources),
    ]
    return [(title, texts) for title, texts in sections if texts]


def _in_full(rule: Rule, width: int) -> str:
    def wrapped(text: str, mark: str = "") -> str:
        return _filled(text, width, f"  {mark}")

    parts = [f"{rule.title} ({rule.number}, {rule.id})\n{wrapped(rule.question)}"]
    for title, texts in _sections(rule):
        told = [texts] if isinstance(texts, str) else texts
        mark = "" if isinstance(texts, str) else "- "
        parts.append("\n".join([title, *(wrapped(text, mark) for text in told)]))
    return "\n\n".join(parts)


def _filled(text: str, width: int, first: str = "") -> str:
    """Text in lines, the later ones under the first one's text; words with hyphens stay whole."""
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False
    )
