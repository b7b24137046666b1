"""What each run came to among the runner's earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadwatch.runner.known import known_heart_rates, known_speeds
from loadwatch.runner.load import load_facts, loads_per_hour, steep_facts
from loadwatch.runner.races import likely_races
from loadwatch.runner.stride import judged_strides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.runner.known import Speeds
    from loadwatch.runner.stride import Judged
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings


@dataclass(frozen=True)
class Told:
    """One run among the earlier ones.

    Attributes
    ----------
    speeds
        As `known_speeds` gives them.
    facts
        Columns of the `runs` table that `load_facts` and `steep_facts` give, and `is_likely_race`.
    stride
        As `judged_strides` gives it.
    has_form
        Whether form can be judged in it, and so whether later runs are judged by it.
    """

    speeds: Speeds
    facts: dict[str, Any]
    stride: Judged | None
    has_form: bool


def told(records: Sequence[RunRecord], settings: Settings, before: Sequence[Told] = ()) -> list[Told]:
    """What each run came to.

    Parameters
    ----------
    records
        The runner's runs in order of start.
    settings
        What the runner says of themselves overrules what the runs say.
    before
        What the first of them came to, where that is known: it is taken as it is.
    """
    first = len(before)
    if first == len(records):
        return list(before)
    new = records[first:]
    speeds = known_speeds(records, settings, first)
    loads = load_facts(
        new,
        speeds,
        known_heart_rates(records, settings)[first:],
        settings.sex,
        loads_per_hour(records[:first], [one.facts for one in before]),
    )
    facts = [
        load | steep | {"is_likely_race": is_race}
        for load, steep, is_race in zip(loads, steep_facts(new), likely_races(records, first), strict=True)
    ]
    strides, have_form = judged_strides(records, [one.has_form for one in before])
    return [*before, *map(Told, speeds, facts, strides, have_form)]
