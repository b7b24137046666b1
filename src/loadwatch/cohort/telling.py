"""What came of a cohort, in sentences and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.cohort import states, tables
from loadwatch.cohort.page import FILE as PAGE
from loadwatch.cohort.page import NO_RUN

if TYPE_CHECKING:
    from loadwatch.cohort.states import Summary

VERDICTS = ("act", "watch", "usual", "cannot_tell")
MOST_GONE = 10


def summary(found: Summary, where: str) -> str:
    """Lines for a terminal."""
    number = found.counts
    parts = [
        f"{words.count(found.runner_count, 'runner')}: {number[states.TOLD]:,} told",
        *([f"{number[states.NO_RUNS]:,} without a run"] if number[states.NO_RUNS] else []),
        *([f"{number[states.FAILED]:,} failed"] if number[states.FAILED] else []),
    ]
    lines = [", ".join(parts) + "."]
    if number[states.TOLD]:
        # As the page counts them, so that both say the same.
        groups = [
            f"{group.count:,} {words.LEVELS[name].word if name in words.LEVELS else NO_RUN}"
            for name, group in found.coach.groups.items()
            if group.count
        ]
        lines.append(f"Their week: {', '.join(groups)}.")
    lines += [f"  {row.runner}: {row.error}" for row in found.failures]
    if number[states.FAILED] > len(found.failures):
        lines.append(f"  and {number[states.FAILED] - len(found.failures):,} more that failed.")
    if found.gone:
        names = ", ".join(found.gone[:MOST_GONE]) + (" ..." if len(found.gone) > MOST_GONE else "")
        lines.append(
            f"No longer in the folder, and kept: {words.count(len(found.gone), 'runner')} ({names})."
        )
    lines += [f"The page over all: {where}/{PAGE}", f"Tables {words.listing(tables.ALL)}: {where}"]
    return "\n".join(words.printable(line) for line in lines)


def as_json(found: Summary, where: str) -> dict[str, Any]:
    """The same as one object."""
    return {
        "format_version": states.FORMAT_VERSION,
        "dest": where,
        "runners": found.runner_count,
        **{status: found.counts[status] for status in (states.TOLD, states.NO_RUNS, states.FAILED)},
        "verdicts": {verdict: found.verdicts[verdict] for verdict in VERDICTS},
        "told_anew": found.new_count,
        "files_read": found.read_count,
        "bad_files": found.bad_count,
        "failures": [{"runner": row.runner, "error": row.error} for row in found.failures],
        "gone": found.gone,
    }
