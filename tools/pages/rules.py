"""The rules: what they ask, what clears them, what they rest on and where they end."""

from __future__ import annotations

from loadwatch import words
from loadwatch.flags import RULES, Rule
from loadwatch.report.explain import UNSEEN
from pages.markdown import bullets, table


def overview() -> str:
    """One line for each rule."""
    return table(
        ["rule", "asks", "evidence"],
        ([_link(rule), rule.question, rule.grade] for rule in RULES),
    )


def clears() -> str:
    """One line for each rule that can raise something: how high, and when it comes down again."""
    return table(
        ["rule", "at most", "what clears it"],
        ([_link(rule), words.LEVELS[rule.levels[-1]].word, rule.clears] for rule in RULES if rule.levels),
    )


def sources() -> str:
    """Every published source once, with what it found in whom, and the rules that rest on it."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for rule in RULES:
        for one in rule.references:
            found.setdefault((one.source, one.in_whom), {}).setdefault(one.found, []).append(_link(rule))
    return "\n\n".join(
        f"**{source}** In {in_whom}:\n\n"
        + bullets(f"{text} ({words.listing(using)})" for text, using in findings.items())
        for (source, in_whom), findings in sorted(found.items())
    )


def contradictions() -> str:
    """Where published evidence contradicts the articles."""
    return bullets(f"{text} ({_link(rule)})" for rule in RULES for text in rule.contradictions)


def limits() -> str:
    """What no watch sees, and what each rule cannot know."""
    unseen = f"The articles name these, and no watch sees them: {words.listing(UNSEEN)}."
    return f"{unseen}\n\n" + table(
        ["rule", "cannot know", "needs, or answers “cannot tell”"],
        ([_link(rule), rule.limits, rule.needs] for rule in RULES),
    )


def _link(rule: Rule) -> str:
    return f"[`{rule.id}`](rules.md#{rule.id})"
