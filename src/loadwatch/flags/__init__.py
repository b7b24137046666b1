"""The rules in order. Adding one is its file, its test and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadwatch.flags import (
    balance_shift,
    climb_jump,
    cold_start,
    descent_jump,
    fast_running,
    hard_day_spacing,
    intensity_jump,
    late_fade,
    long_run_spike,
    long_steps,
    return_from_break,
    sameness,
    stacking,
    symptoms,
    volume_jump,
)
from loadwatch.flags._rule import (
    LEVELS,
    Reference,
    Rule,
    Tables,
    findings,
    refuse_alike,
    refuse_senseless,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "LEVELS",
    "RULES",
    "Reference",
    "Rule",
    "Tables",
    "findings",
    "known_rules",
    "refuse_alike",
    "refuse_senseless",
    "thresholds_by_rule",
    "thresholds_in_force",
]

RULES: tuple[Rule, ...] = (
    long_run_spike.RULE,
    volume_jump.RULE,
    intensity_jump.RULE,
    fast_running.RULE,
    climb_jump.RULE,
    descent_jump.RULE,
    stacking.RULE,
    hard_day_spacing.RULE,
    return_from_break.RULE,
    long_steps.RULE,
    late_fade.RULE,
    balance_shift.RULE,
    cold_start.RULE,
    sameness.RULE,
    symptoms.RULE,
)


def known_rules(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules given and, of ours, those not among them: what settings may speak of."""
    given = {rule.id for rule in rules}
    return (*rules, *(rule for rule in RULES if rule.id not in given))


def thresholds_by_rule(rules: Sequence[Rule] = RULES) -> dict[str, dict[str, float]]:
    """Names and defaults of every threshold that `loadwatch.toml` may set, by rule id."""
    return {rule.id: rule.thresholds for rule in rules}


def thresholds_in_force(
    rule_id: str, overrides: Mapping[str, Mapping[str, float]], rules: Sequence[Rule] = RULES
) -> dict[str, float]:
    """A rule's thresholds with the runner's own in place of the defaults."""
    rule = next(rule for rule in rules if rule.id == rule_id)
    return rule.thresholds | dict(overrides.get(rule_id, {}))
