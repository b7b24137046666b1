"""Activities that are no part of a runner's story, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from loadwatch import columns, words
from loadwatch.intake import Intake, as_said
from loadwatch.settings import Correction, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from loadwatch.runs import RunRecord


def corrected(
    intake: Intake, activities: Sequence[tuple[RunRecord, list[RunRecord]]], settings: Settings
) -> tuple[list[RunRecord], list[tuple[RunRecord, RunRecord]], tuple[str, ...]]:
    """What the runner says of single activities, applied to all the files that tell of one.

    Returns the activities left, pairs of a dropped copy and the kept one, and a warning for each correction
    that fits no file.
    """
    kept: list[RunRecord] = []
    duplicates: list[tuple[RunRecord, RunRecord]] = []
    unused = set(settings.runs)
    for best, copies in activities:
        keys = [key for key in settings.runs for one in (best, *copies) if one.run_id.startswith(key)]
        unused.difference_update(keys)
        said = settings.runs[keys[0]] if keys else Correction()
        if said.exclude:
            for one in (best, *copies):
                intake.skip(one.facts["file"], "excluded in the settings", "not_a_run")
            continue
        # Most activities stand as they are: a copy of each would be a good part of a scan's memory.
        record = as_said(best, said) if keys else best
        kept.append(record)
        duplicates.extend((copy, record) for copy in copies)
    warnings = tuple(
        f"loadwatch.toml: [runs.{key}] fits none of the files; `loadwatch export` lists their run_ids."
        for key in sorted(unused)
    )
    return kept, duplicates, warnings


def skipped_table(
    intake: Intake, others: Iterable[RunRecord], duplicates: Iterable[tuple[RunRecord, RunRecord]]
) -> pd.DataFrame:
    """The `skipped` table: files that could not be used, other activities, and copies with the one kept."""
    rows: list[dict[str, str]] = [*intake.skipped]
    for record in others:
        why = f"{record.facts['sport'].replace('_', ' ')}, counted among other activities"
        if record.facts["notes"]:
            why += f" ({record.facts['notes']})"
        rows.append({"file": record.facts["file"], "reason": why, "kind": "not_a_run"})
    for dropped, kept in duplicates:
        why = f"the same activity as {kept.facts['file']}"
        rows.append({"file": dropped.facts["file"], "reason": why, "kind": "duplicate"})
    rows.sort(key=lambda row: row["file"])
    return pd.DataFrame(rows, columns=columns.names(columns.SKIPPED))


def no_runs(intake: Intake, others: Sequence[RunRecord], places: Sequence[Path]) -> str:
    """Why there is nothing to tell, as a sentence: what the places hold in place of runs."""
    where = words.listing([str(place) for place in places])
    if intake.file_count == 0:
        return f"{where}: holds no FIT, GPX or TCX file; name the folder that holds the watch's files."
    parts = [f"{where}: no run among {words.count(intake.file_count, 'file')}"]
    if others:
        sports = sorted({record.facts["sport"].replace("_", " ") for record in others})
        parts.append(
            f"{words.count(len(others), 'other activity', 'other activities')} ({', '.join(sports)})"
        )
    if intake.skipped:
        first = intake.skipped[0]
        parts.append(
            f"{len(intake.skipped)} left out, the first being {first['file']}, which {first['reason']}"
        )
    return "; ".join(parts) + "."
