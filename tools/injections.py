"""Put known changes into runners' histories and see which rules speak, and when: docs/injections.md.

    python tools/injections.py                            100 made-up runners
    python tools/injections.py --real FOLDER              a real history as well, changed at 100 places
    python tools/injections.py --seeds 10                 fewer of each

The made-up runners are those of `made_up.py`. A place of a real history where a change would not be what its
title says is passed over and counted.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from loadwatch import pipeline, survey
from loadwatch.flags import RULES
from loadwatch.intake import Intake, read_files
from loadwatch.settings import Settings
from loadwatch.tidy import RUNNING
from made_up import CHANGED_WEEK, FIRST, Body, Records, changed, day_of, is_hard, made_up, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loadwatch.history import History
    from loadwatch.runs import RunRecord

    Place = tuple[Records, date]
    # What a history becomes from a day on, and the day to look at; None where the change cannot be made.
    Change = Callable[[Records, date, int], Place | None]

SEED = 2026
MOST_JUDGED = 12  # runs within which the slower of the two cadence changes must be seen
ACROSS = 1.3  # a longest run beyond this multiple of the second-longest is a race or a slip, and no habit
USUAL_SHARE = 0.9  # of the mean week: a week that holds as much is a usual one
LEAST_WEEK_M = 15_000.0  # a mean week of which a usual one lies 5 km above any share allowed after a break
LEAST_LONGEST_M = 5_000.0  # a longest run of which 40 % are 2 km


def told(records: Sequence[RunRecord], rule: str) -> History:
    """The history of some records by one rule; they are copied, as telling writes each one's week into it."""
    mine = [replace(one, facts=dict(one.facts)) for one in records]
    return pipeline.tell(
        Intake(mine, file_count=len(mine)),
        Settings(),
        [],
        as_of=max(map(day_of, mine)),
        rules=[one for one in RULES if one.id == rule],
    )


def level_on(history: History, rule: str, day: date) -> str:
    """What a rule says of a day."""
    found = history.findings[rule]
    return str(found.loc[found["local_date"] == day, "level"].iloc[0])


def judged_days(history: History, first: date) -> list[date]:
    """Day of each run from one on whose steps were judged."""
    runs = history.runs[history.runs["stride_residual_pct"].notna() & (history.runs["local_date"] >= first)]
    return runs["local_date"].tolist()


@dataclass(frozen=True)
class Tally:
    """One line of the table: of how many trials how many came out as wanted, and places passed over."""

    title: str
    wanted: str
    hits: int
    trials: int
    is_met: bool
    passed_over: int = 0


def cadence_trials(
    title: str, places: Sequence[Place], *, factor: float, within: int, wanted_pct: float
) -> Tally:
    """Cadence falls from a day on: how often long_steps comes to watch within so many judged runs."""
    hits = 0
    for records, first in places:
        history = told(
            [changed(one, cadence=factor) if day_of(one) >= first else one for one in records], "long_steps"
        )
        days = judged_days(history, first)[:within]
        hits += any(level_on(history, "long_steps", day) == "watch" for day in days)
    return Tally(
        title,
        f"long_steps at watch within {within} judged runs in at least {wanted_pct:.0f} %",
        hits,
        len(places),
        100 * hits >= wanted_pct * len(places),
    )


def unshifted_trials(places: Sequence[Place]) -> Tally:
    """Nothing changes: share of judged runs on whose day long_steps is at watch."""
    up = judged = 0
    for records, first in places:
        history = told(records, "long_steps")
        levels = [level_on(history, "long_steps", day) for day in judged_days(history, first)]
        up, judged = up + levels.count("watch"), judged + len(levels)
    wanted = "long_steps at watch on at most 5 % of judged runs"
    return Tally("no change of cadence", wanted, up, judged, 100 * up <= 5 * judged)


def cadences(places: Sequence[Place]) -> list[Tally]:
    """The changes of cadence."""
    return [
        cadence_trials("cadence 5 % lower from a day on", places, factor=0.95, within=6, wanted_pct=90),
        cadence_trials(
            "cadence 3 % lower from a day on", places, factor=0.97, within=MOST_JUDGED, wanted_pct=80
        ),
        unshifted_trials(places),
    ]


@dataclass(frozen=True)
class DayChange:
    """A change that one rule must give one level, no lower and no higher, on one day."""

    title: str
    rule: str
    level: str
    change: Change


def day_trials(wanted: DayChange, places: Iterable[Place], most: int) -> Tally:
    """How often a rule gives its level on the day of a change, over so many places where it can be made."""
    hits = trials = passed_over = 0
    for number, (records, first) in enumerate(places):
        if trials == most:
            break
        made = wanted.change(records, first, number)
        if made is None:
            passed_over += 1
            continue
        after, day = made
        history = told([one for one in after if day_of(one) <= day], wanted.rule)
        hits += level_on(history, wanted.rule, day) == wanted.level
        trials += 1
    title = f"{wanted.rule} at {wanted.level} that day"
    return Tally(wanted.title, title, hits, trials, 0 < trials == hits, passed_over)


# What is changed, and where that can be done.


def span(records: Records, first: date, last: date) -> Records:
    """Runs of some days, both included."""
    return [one for one in records if first <= day_of(one) <= last]


def total(records: Records, name: str) -> float:
    """Sum of a fact; NaN where one run does not tell it."""
    return float(sum(one.facts[name] for one in records))


def is_steady(records: Records, last: date, days: int) -> bool:
    """Whether a runner ran through the days up to one, with never 10 days off and every distance known."""
    begin = last - timedelta(days=days)
    if day_of(records[0]) > begin:
        return False
    known = [begin, *(day_of(one) for one in span(records, begin, last)), last]
    longest_off = max((after - before).days - 1 for before, after in pairwise(known))
    return longest_off < 10 and total(span(records, begin, last), "distance_m") > 0.0


def long_run(records: Records, first: date, number: int) -> Place | None:
    """The next run is 1.4 times the longest of the 30 days before, one run a day and none an outlier."""
    del number
    place = next((i for i, one in enumerate(records) if day_of(one) >= first), None)
    if place is None:
        return None
    day = day_of(records[place])
    recent = span(records, day - timedelta(days=30), day)
    days = [day_of(one) for one in recent]
    earlier_m = sorted(one.facts["distance_m"] for one in recent if day_of(one) < day)
    is_usual = (
        len(set(days)) == len(days) > 4
        and (day - days[0]).days >= 14
        and total(recent, "distance_m") > 0.0
        and LEAST_LONGEST_M <= earlier_m[-1] <= ACROSS * earlier_m[-2]
    )
    if not is_usual:
        return None
    longer = changed(records[place], distance=1.4 * earlier_m[-1] / records[place].facts["distance_m"])
    return [*records[:place], longer, *records[place + 1 :]], day


def hills(records: Records, first: date, number: int) -> Place | None:
    """In steady running, a usual week of climb or more: each run climbs three times as much, or 100 m."""
    del number
    name = "elevation_gain_computed_m"
    week = span(records, first, first + timedelta(days=6))
    if len(week) < 3:
        return None  # 300 m are 150 m above any week of which they are not 1.5 times as much
    last = day_of(week[-1])
    before_m = total(span(records, last - timedelta(days=34), last - timedelta(days=7)), name) / 4.0
    # Not so where a sum is NaN.
    if not (is_steady(records, last, 38) and total(week, name) >= USUAL_SHARE * before_m):
        return None

    def climbing(one: RunRecord) -> RunRecord:
        return changed(one, climb=max(3.0, 100.0 / max(one.facts[name], 1.0)))

    return [climbing(one) if first <= day_of(one) <= last else one for one in records], last


def intervals(records: Records, first: date, number: int) -> Place | None:
    """After 6 weeks of easy running only: intervals. For made-up runners."""
    random = np.random.default_rng(number)
    body = Body(150.0, 6.0, 1.3)
    easy = first - timedelta(weeks=6)
    calm = [
        run("easy", day_of(one), body, random) if easy <= day_of(one) <= first and is_hard(one) else one
        for one in records
    ]
    day = first + timedelta(days=1)
    return [one for one in calm if day_of(one) < day] + [run("intervals", day, body, random)], day


def hasty_return(records: Records, first: date, number: int) -> Place | None:
    """Four weeks off in steady running, and then at once a week that is as long as they were before."""
    del number
    back = first + timedelta(weeks=4)
    before = [one for one in records if day_of(one) < first]
    after = [one for one in records if day_of(one) >= back]
    if not before or not after:
        return None
    last = day_of(before[-1])
    week = span(after, day_of(after[0]), day_of(after[0]) + timedelta(days=6))
    mean_m = total(span(before, last - timedelta(days=27), last), "distance_m") / 4.0
    is_usual = total(week, "distance_m") >= USUAL_SHARE * mean_m >= USUAL_SHARE * LEAST_WEEK_M
    if not (is_usual and is_steady(before, last, 38)):
        return None
    return before + after, day_of(week[-1])


LONG_RUN = DayChange(
    "a run 40 % beyond the longest of 30 days, none of them far beyond the others",
    "long_run_spike",
    "watch",
    long_run,
)
HILLS = DayChange("a week with three times the climb", "climb_jump", "note", hills)
HASTY = DayChange("4 weeks off, then a whole usual week", "return_from_break", "act", hasty_return)
INTERVALS = DayChange("intervals after 6 weeks of easy running", "intensity_jump", "watch", intervals)


# Where: made-up runners, and one real history.


def synthetic(seeds: int) -> list[Tally]:
    """Every change on made-up runners."""
    first = FIRST + timedelta(weeks=CHANGED_WEEK)
    places = [(made_up(seed), first) for seed in range(seeds)]
    return [
        *cadences(places),
        *(day_trials(one, places, seeds) for one in (LONG_RUN, HILLS, HASTY, INTERVALS)),
    ]


def real(records: Records, count: int) -> tuple[int, list[Tally]]:
    """How many runs a real history holds, each counted once, and the changes at random places of it."""
    history = told(records, "long_steps")
    runs = sorted(history.records.values(), key=lambda one: one.facts["start_time"])
    random = np.random.default_rng(SEED)
    tallies = []
    judged = judged_days(history, date.min)
    # A place needs runs to be judged after it; a few more than are looked at, as a change may cost one.
    free = len(judged) - MOST_JUDGED
    if free > 0:
        drawn = random.integers(0, free, count).tolist()
        ends = [judged[min(place + 2 * MOST_JUDGED, len(judged) - 1)] for place in drawn]
        tallies += cadences(
            [(span(runs, date.min, end), judged[place]) for place, end in zip(drawn, ends, strict=True)]
        )
    days = sorted({day_of(one) for one in runs})
    for wanted in (LONG_RUN, HILLS, HASTY):
        firsts = random.permutation(len(days)).tolist()
        tallies.append(day_trials(wanted, ((runs, days[place]) for place in firsts), count))
    return len(runs), tallies


def read(folder: Path) -> Records:
    """The running records of a folder, duplicates among them."""
    intake = read_files(survey.find([folder]), [folder], Settings(), jobs=None)
    return [one for one in intake.records if one.facts["sport"] == RUNNING]


def table(tallies: Sequence[Tally]) -> str:
    """Tallies as a table in Markdown."""
    lines = ["| change | wanted | seen | | places passed over |", "|---|---|--:|---|--:|"]
    for tally in tallies:
        share = f"{tally.hits:,} of {tally.trials:,} ({100.0 * tally.hits / max(tally.trials, 1):.1f} %)"
        met = "met" if tally.is_met else "missed" if tally.trials else "no place"
        lines.append(f"| {tally.title} | {tally.wanted} | {share} | {met} | {tally.passed_over:,} |")
    return "\n".join(lines)


def main() -> int:
    """Run the trials and write the page; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seeds", type=int, default=100, help="made-up runners, and places in the real history"
    )
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="a runner's real files")
    parser.add_argument("--output", type=Path, help="file to write; stdout if not given")
    options = parser.parse_args()
    parts = [
        "# Known changes put into histories",
        (
            "Made by `make injections`. What a change does to a runner nobody knows; here is whether the "
            "rules see it, at the level that is meant and no other. A place of a real history is passed over "
            "where the change would not be what its line says: too few or unknown distances or climbs "
            "before it, 10 days off, a week that is no usual one or holds fewer than 3 runs to climb in."
        ),
        f"## {options.seeds} made-up runners",
        table(synthetic(options.seeds)),
    ]
    if options.real:
        run_count, tallies = real(read(options.real), options.seeds)
        parts += [
            f"## One real history of {run_count} runs, changed at up to {options.seeds} places",
            table(tallies),
        ]
    text = "\n\n".join(parts) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
