"""What a rule is: the record that judges, explains itself and is listed among the rules."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from loadwatch.words import Units

Level = Literal["cannot_tell", "usual", "note", "watch", "act"]
LEVELS: tuple[Level, ...] = ("usual", "note", "watch", "act")


@dataclass(frozen=True)
class Reference:
    """One source.

    Attributes
    ----------
    source
        Who, when, where.
    found
        What it found.
    in_whom
        In how many of whom.
    """

    source: str
    found: str
    in_whom: str


def no_detail(finding: Mapping[str, Any], units: Units) -> str:  # noqa: ARG001 - as every rule's detail is called
    """Nothing more to say of a finding."""
    return ""


@dataclass(frozen=True, repr=False)
class Rule:
    """One rule, with everything that `explain`, the report and the documentation say of it.

    A rule of one's own needs the first fields, up to `levels`; `notebooks/06_your_own_rule.ipynb` makes one.

    Attributes
    ----------
    id, number
        Stable public id, and its place in the list (F1 ...).
    title, question, formula, needs
        In plain words.
    grade
        How good the evidence is.
    clears
        When a flag of it comes down again; empty for a rule that raises none.
    limits
        What the rule cannot know, as printed to the runner.
    threshold_origin
        Where its thresholds come from: what is published, what was measured, what was chosen.
    articles
        What the founding articles say, in our words, each with the article's number.
    contradictions
        Where published evidence contradicts an article.
    references
        Published sources and what each found in whom.
    unit, window
        Unit of value and baseline, and what the baseline covers.
    check
        The judgement: takes `Tables`, and its thresholds as keywords whose names end in their unit; returns
        a frame with one row for each row of `Tables.days`, in the same order (see `findings`).
    sentence
        One of those findings, its values by column, in words.
    detail
        What else there is to say of a finding at note or above, such as a target; empty for most rules.
    action
        What a raise asks for where that is not what its level asks for; empty for most rules.
    levels
        Levels the rule can give, lowest first; empty for a rule that only informs.
    room
        `check` turned round, None where the rule limits nothing: takes the same, and returns a frame with one
        row for each row of `Tables.days`: for some of `ROOM`, the most on each day at which the rule says
        nothing, NaN where it cannot judge or sets no limit; and reason, empty where it can judge. Only
        those of `RULES` are asked.
    is_decisive
        A week in which it could not judge is no quiet week.
    judges_runs
        A week asks it on the days with a run; the others at its end.
    is_lowered_by_strain
        After a hamstring strain in the last 12 months, or with an open diary entry, its note counts as watch.
    is_act_lowered_by_strain
        Likewise its watch as act.
    reaches_back
        Of its thresholds by name: the days up to its own that it compares. Running without a record among
        them takes a flag back, and among those it judges (see `judged_days`) any answer and all room. None
        where the rule sees to that itself, or looks at single runs.
    lead
        Of a rule whose act comes before everything else as long as it stands: headline and action for one of
        its findings, also where nothing but the rule was raised.

    Examples
    --------
    >>> import loadwatch as lw
    >>> def check(tables, *, watch_m=30_000.0):
    ...     found = lw.findings(tables.days)
    ...     found["value"], found["baseline"] = tables.days["distance_m"], watch_m
    ...     found["level"] = (found["value"] > watch_m).map({True: "watch", False: "usual"})
    ...     return found
    >>> rule = lw.Rule(
    ...     id="long_day", number="X1", title="Long day", question="Was more than 30 km run in a day?",
    ...     formula="Distance of the day.", needs="A day.", grade="none", limits="It knows nothing of you.",
    ...     unit="m", window="nothing", check=check, levels=("watch",),
    ...     sentence=lambda finding, units: f"{finding['value'] / 1000:.1f} km in one day.",
    ... )
    >>> rule.thresholds
    {'watch_m': 30000.0}
    >>> history = lw.scan("sample_activities", as_of="2026-10-25", rules=[*lw.RULES, rule])
    >>> int((history.flags["rule"] == "long_day").sum())
    0
    """

    id: str
    number: str
    title: str
    question: str
    formula: str
    needs: str
    grade: str
    limits: str
    unit: str
    window: str
    check: Callable[..., pd.DataFrame]
    sentence: Callable[[Mapping[str, Any], Units], str]
    levels: tuple[Level, ...]
    articles: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    clears: str = ""
    detail: Callable[[Mapping[str, Any], Units], str] = no_detail
    threshold_origin: str = ""
    contradictions: tuple[str, ...] = ()
    action: str = ""
    room: Callable[..., pd.DataFrame] | None = None
    is_decisive: bool = False
    judges_runs: bool = False
    is_lowered_by_strain: bool = False
    is_act_lowered_by_strain: bool = False
    reaches_back: Callable[[Mapping[str, float]], int] | None = None
    lead: Callable[[Mapping[str, Any]], tuple[str, str]] | None = None

    def __repr__(self) -> str:
        # Short, as all rules stand in what help() shows of `scan`.
        return f"<Rule {self.id}>"

    @property
    def judged_days(self) -> int:
        """Days up to its own that it judges."""
        return 1 if self.judges_runs else 7

    @property
    def thresholds(self) -> dict[str, float]:
        """Every threshold the check takes, with its default."""
        return {
            name: parameter.default
            for name, parameter in inspect.signature(self.check).parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }
