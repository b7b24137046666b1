"""How loud the rules were over all runners: each one's replay in a table, and the rates over all of them."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import columns, loudness, words
from loadwatch.errors import ShortHistoryError
from loadwatch.flags import RULES
from loadwatch.loudness import MOST_RAISES_PER_14_DAYS, MOST_WEEKS_WITH_ACT_PCT, MOST_WEEKS_WITH_RAISE_PCT

if TYPE_CHECKING:
    from loadwatch.cohort.states import Row
    from loadwatch.history import History
    from loadwatch.loudness import Replay

TOGETHER = "together"
MONTH_DAYS = 365.25 / 12
# A rate over fewer days is hardly one: such runners count in the sums, not in the spread.
FEWEST_DAYS = 28
LEVELS = ("act", "watch", "note", "usual", "cannot_tell")
VERDICTS = ("act", "watch", "usual", "cannot_tell")


def walked(history: History) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Replay one runner's history.

    Returns
    -------
    table
        The columns of `columns.REPLAY`: a row for each rule and one for all together; none where the history
        is too short.
    counts
        What the rates over all runners are made of: judged_days, raises by rule, weeks that could be judged,
        those of them with a raise and with one to act, and all weeks by verdict.
    """
    try:
        told = loudness.replay(history)
    except ShortHistoryError:
        return pd.DataFrame(columns=columns.names(columns.REPLAY)), {}
    levels = Counter(history.days.loc[history.days["local_date"] >= told.first_day, "level"].tolist())
    together = {
        "rule": TOGETHER,
        "raise_count": len(told.raises),
        "raises_per_14_days": told.raises_per_14_days,
        **{f"{level}_days_count": levels[level] for level in LEVELS},
    }
    table = pd.concat([told.rates, pd.DataFrame([together])], ignore_index=True).assign(
        first_day=told.first_day, last_day=told.last_day, judged_days_count=told.judged_days_count
    )
    return table[columns.names(columns.REPLAY)], _counts(history, told)


def _counts(history: History, told: Replay) -> dict[str, Any]:
    is_walked = history.weeks["is_complete"] & (history.weeks["week_start"] >= told.first_day)
    raises = zip(told.rates["rule"].tolist(), told.rates["raise_count"].tolist(), strict=True)
    return {
        "judged_days": told.judged_days_count,
        "raises": {rule: count for rule, count in raises if count},
        "judged_weeks": told.judged_week_count,
        "raised_weeks": told.raised_week_count,
        "act_weeks": told.act_week_count,
        "verdicts": dict(Counter(history.weeks.loc[is_walked, "verdict"].tolist())),
    }


@dataclass
class Rates:
    """Raises over all runners; of each runner one number for each rule is kept, and no more.

    Attributes
    ----------
    judged_days, weeks
        Days that could be judged, and weeks by verdict, of all runners.
    raises
        By rule.
    per_month
        By rule and together: raises per month of judged days, of each runner with enough of them.
    short_count
        Runners with fewer judged days.
    over
        Runners with enough judged days that break each part of the budget.
    """

    judged_days: int = 0
    weeks: Counter[str] = field(default_factory=Counter)
    raises: Counter[str] = field(default_factory=Counter)
    per_month: dict[str, array[float]] = field(
        default_factory=lambda: {name: array("d") for name in (*(rule.id for rule in RULES), TOGETHER)}
    )
    short_count: int = 0
    over: Counter[str] = field(default_factory=Counter)

    @property
    def runner_count(self) -> int:
        """Runners with enough judged days for a rate."""
        return len(self.per_month[TOGETHER])

    def add(self, row: Row) -> None:
        """Count a runner that was told in."""
        counts = row.facts.get("replay") or {}
        days = counts.get("judged_days", 0)
        raises = Counter(counts.get("raises", {}))
        self.judged_days += days
        self.raises.update(raises)
        self.weeks.update(counts.get("verdicts", {}))
        if days < FEWEST_DAYS:
            self.short_count += 1
            return
        for name, rates in self.per_month.items():
            count = raises.total() if name == TOGETHER else raises[name]
            rates.append(MONTH_DAYS * count / days)
        weeks = counts["judged_weeks"]
        self.over["raises"] += 14.0 * raises.total() > MOST_RAISES_PER_14_DAYS * days
        self.over["raised_weeks"] += 100.0 * counts["raised_weeks"] > MOST_WEEKS_WITH_RAISE_PCT * weeks
        self.over["act_weeks"] += 100.0 * counts["act_weeks"] > MOST_WEEKS_WITH_ACT_PCT * weeks

    def table(self) -> pd.DataFrame:
        """Rates by rule, then of all together.

        Returns
        -------
        DataFrame
            rule, raise_count, raises_per_month (of all runners' judged days), and over the runners
            quartile_low_per_month, median_per_month, quartile_high_per_month, most_per_month and
            raised_runner_count, those with any.
        """
        return pd.DataFrame([self._spread(name) for name in self.per_month])

    def _spread(self, name: str) -> dict[str, Any]:
        rates = np.frombuffer(self.per_month[name]) if self.per_month[name] else np.array([np.nan])
        count = self.raises.total() if name == TOGETHER else self.raises[name]
        low, median, high = np.percentile(rates, [25, 50, 75])
        return {
            "rule": name,
            "raise_count": count,
            "raises_per_month": MONTH_DAYS * count / self.judged_days if self.judged_days else float("nan"),
            "quartile_low_per_month": low,
            "median_per_month": median,
            "quartile_high_per_month": high,
            "most_per_month": rates.max(),
            "raised_runner_count": int((rates > 0.0).sum()),
        }


_OVER = {
    "raises": "more than 1 raise per 14 judged days",
    "raised_weeks": f"a raise in more than {MOST_WEEKS_WITH_RAISE_PCT:.0f} % of weeks",
    "act_weeks": f"one to act in more than {MOST_WEEKS_WITH_ACT_PCT:.0f} % of weeks",
}
_SPREAD = {
    "mean": "raises_per_month",
    "quarter": "quartile_low_per_month",
    "half": "median_per_month",
    "3 quarters": "quartile_high_per_month",
    "most": "most_per_month",
}


def summary(told: Rates) -> str:
    """Lines for a terminal, 25 at most."""
    if not told.runner_count:
        return f"No runner has {FEWEST_DAYS} days that could be judged: there is no rate to tell."
    short = (
        f"; {told.short_count:,} with fewer than {FEWEST_DAYS} such days left out" if told.short_count else ""
    )
    months = words.number(told.judged_days / MONTH_DAYS)
    whole = max(told.weeks.total(), 1)
    verdicts = [
        f"{words.percent(100.0 * told.weeks[name] / whole)} {words.LEVELS[name].word}" for name in VERDICTS
    ]
    return "\n".join(
        [
            f"Replayed {words.count(told.runner_count, 'runner')}, {months} judged months{short}.",
            "",
            *_lines(told),
            "",
            f"{words.count(told.weeks.total(), 'week')}: {', '.join(verdicts)}.",
            "Runners beyond the alarm budget:",
            *(
                f"  {words.percent(100.0 * told.over[name] / told.runner_count)} with {said}"
                for name, said in _OVER.items()
            ),
        ]
    )


def _lines(told: Rates) -> list[str]:
    """The rules that were raised, and what share of the runners lies at or below which rate."""
    head = "".join(name.rjust(11) for name in _SPREAD)
    rows = [row for row in told.table().to_dict("records") if row["raise_count"] or row["rule"] == TOGETHER]
    return [
        f"{'raises per month':<19}{'raised':>9}{head}",
        *(
            f"{row['rule']:<19}{row['raise_count']:>9,}"
            + "".join(words.number(row[name], 2).rjust(11) for name in _SPREAD.values())
            for row in rows
        ),
    ]


def as_json(told: Rates) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "runners": told.runner_count,
        "runners_with_too_few_days": told.short_count,
        "judged_days": told.judged_days,
        "rates": [
            {name: None if value != value else value for name, value in row.items()}  # noqa: PLR0124 - not NaN
            for row in told.table().to_dict("records")
        ],
        "weeks": {name: told.weeks[name] for name in VERDICTS},
        "runners_over_budget": {name: told.over[name] for name in _OVER},
    }
