"""What the page over all runners shows, gathered row by row: counts of all, and few rows of each group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadwatch.cohort.states import Row

MOST_LISTED, MOST_CHANGED, MOST_REASONS, MOST_NAMED = 50, 15, 20, 12
GROUPS = ("act", "watch", "note", "usual", "cannot_tell", "no_run")
LOUD = ("act", "watch")


class Top:
    """The first rows by some order, whatever order they come in; no more are held than twice as many.

    Parameters
    ----------
    most
        How many.
    """

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = most
        self._held: list[tuple[Any, str, Row]] = []

    def add(self, key: Any, row: Row) -> None:
        """Take a row, lower keys first; of equal keys by the runner's name."""
        self.count += 1
        self._held.append((key, row.runner, row))
        if len(self._held) >= 2 * self._most:
            self._cut()

    @property
    def rows(self) -> list[Row]:
        """The first rows in order."""
        self._cut()
        return [row for _, _, row in self._held]

    @property
    def more_count(self) -> int:
        """Rows beyond those."""
        return self.count - len(self.rows)

    def _cut(self) -> None:
        self._held.sort(key=lambda one: one[:2])
        del self._held[self._most :]


@dataclass
class Coach:
    """All runners' reported weeks.

    Attributes
    ----------
    groups
        Rows by `GROUPS`: act and watch by how much changed, no_run by the newest run, others by name.
    weeks
        Labels of the weeks told of, of runners who ran lately.
    more, less, longer
        Rows whose week or longest run changed against their own past.
    reasons
        Why runners could not be told: rows by reason.
    other_reasons
        Runners with a reason beyond the first `MOST_REASONS`.
    failed, empty
        Rows that failed, and those without a run in their files.
    """

    groups: dict[str, Top] = field(default_factory=lambda: {name: Top(MOST_LISTED) for name in GROUPS})
    weeks: Counter[str] = field(default_factory=Counter)
    as_of: str = ""
    more: Top = field(default_factory=lambda: Top(MOST_CHANGED))
    less: Top = field(default_factory=lambda: Top(MOST_CHANGED))
    longer: Top = field(default_factory=lambda: Top(MOST_CHANGED))
    reasons: dict[str, Top] = field(default_factory=dict)
    other_reasons: int = 0
    failed: Top = field(default_factory=lambda: Top(MOST_LISTED))
    empty: Top = field(default_factory=lambda: Top(MOST_LISTED))

    @property
    def told_count(self) -> int:
        """Runners told."""
        return sum(group.count for group in self.groups.values())

    @property
    def week(self) -> str:
        """The label that most are told of; empty without any."""
        return min(self.weeks, key=lambda label: (-self.weeks[label], label), default="")

    def add(self, row: Row) -> None:
        """Take a runner in."""
        if row.status != "told":
            (self.failed if row.status == "failed" else self.empty).add((), row)
            return
        group = group_of(row)
        self.groups[group].add(_order(group, row), row)
        self.as_of = max(self.as_of, row.as_of)
        if not row.facts.get("is_silent"):
            self.weeks[row.week] += 1
        if group == "no_run":
            return
        week, longest = (
            change(row, "distance_m", "usual_week_m"),
            change(row, "longest_m", "longest_before_m"),
        )
        if week is not None and week != 1.0:
            (self.more if week > 1.0 else self.less).add(-week if week > 1.0 else week, row)
        if longest is not None and longest > 1.0:
            self.longer.add(-longest, row)
        if group == "cannot_tell":
            self._add_reason(row)

    def _add_reason(self, row: Row) -> None:
        reason = row.facts.get("missing") or row.headline
        if reason not in self.reasons and len(self.reasons) == MOST_REASONS:
            self.other_reasons += 1
            return
        self.reasons.setdefault(reason, Top(MOST_NAMED)).add((), row)


def group_of(row: Row) -> str:
    """One of `GROUPS` for a runner that was told."""
    is_silent = row.facts.get("is_silent", False)
    if row.verdict in LOUD and not is_silent:
        return row.verdict
    if is_silent or not row.facts.get("run_count", 1):
        return "no_run"
    return "note" if row.verdict == "usual" and row.facts.get("has_note") else row.verdict


def change(row: Row, what: str, baseline: str) -> float | None:
    """How many times its own baseline something is; None where that is not known."""
    value, base = row.facts.get(what), row.facts.get(baseline)
    return value / base if value is not None and base else None


def _order(group: str, row: Row) -> Any:
    """What a group is ordered by."""
    if group in LOUD:
        ratios = (change(row, "distance_m", "usual_week_m"), change(row, "longest_m", "longest_before_m"))
        return -max(ratio or 0.0 for ratio in ratios)
    # Whoever stopped lately first: days as text, newest first.
    return tuple(-ord(letter) for letter in row.newest_run) if group == "no_run" else ()
