"""Put known changes into runners' histories and see which rules speak, and when: docs/injections.md.

    python tools/injections.py                            100 made-up runners
    python tools/injections.py --real FOLDER              a real history as well, changed at 100 places
    python tools/injections.py --seeds 10                 fewer of each

A made-up runner keeps a plain week for 36 weeks. Form windows are drawn about a line of cadence against speed
of the runner's own; its slope, and how far whole runs lie off the line, are those measured of six watches of
four runners. What else a run holds is that of the project's own sample runner, moved and stretched.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loadwatch import formats, pipeline, survey
from loadwatch.demo.fit_file import fit_bytes
from loadwatch.demo.recording import record
from loadwatch.demo.story import Outing
from loadwatch.errors import FileError
from loadwatch.flags import RULES
from loadwatch.intake import Intake, read_files
from loadwatch.runs import RunRecord, reduce_activity
from loadwatch.settings import Settings
from loadwatch.tidy import RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loadwatch.history import History

    Records = list[RunRecord]

FIRST = date(2025, 1, 6)  # a Monday
WEEKS = 36
CHANGED_WEEK = 28  # by then the curve of 40 runs that ends 10 runs earlier is there
# Day of the week, kind and kilometres; every third week of hard running is a trial over 5 km.
WEEK = ((1, "cruise", 10.0), (3, "easy", 8.0), (5, "easy", 7.5), (6, "long", 14.0))
COURSES = {"climbs": "ridge"}
# Slope of cadence over speed within runs [spm per m/s], and SD of whole runs about the own curve [%], of
# six watches of four runners.
MEASURED = ((6.14, 1.33), (4.12, 1.33), (4.76, 1.56), (7.71, 2.12), (9.07, 1.11), (9.60, 1.51))
WINDOW_SD_PCT = 2.0
SPEED_SD_PCT = 3.0
DISTANCE_SD_PCT = 5.0
RANKS = {"cannot_tell": -1, "usual": 0, "note": 1, "watch": 2, "act": 3}


@dataclass(frozen=True)
class Body:
    """What makes one made-up runner's steps."""

    intercept_spm: float
    slope_spm_per_mps: float
    run_sd_pct: float


@cache
def template(kind: str) -> RunRecord:
    """A run of the sample runner, on the flat but for hill repetitions."""
    distance_m = 1000.0 * {kind: km for _, kind, km in WEEK}.get(kind, 10.0)
    outing = Outing(
        datetime.combine(FIRST, time(8)), kind, distance_m, COURSES.get(kind, "shore"), 0.0, 0.0, "fit"
    )
    (activity,) = formats.read(fit_bytes(record(outing, seed=1)))
    if isinstance(activity, FileError):
        raise activity
    return reduce_activity(activity, file=kind, digest="0" * 40)


def run(kind: str, day: date, body: Body, random: np.random.Generator, **changes: float) -> RunRecord:
    """One run of a made-up runner: a template on another day, longer or shorter, with steps of its own."""
    base = template(kind)
    stretch = 1.0 + random.normal(0.0, DISTANCE_SD_PCT / 100.0)
    shift = timedelta(days=(day - base.facts["local_date"]).days)
    facts = base.facts | {
        "run_id": f"{day:%y%m%d}{random.integers(1 << 24):06x}",
        "file": f"{day}.fit",
        "start_time": base.facts["start_time"] + shift,
        "local_date": day,
        "local_start": datetime.combine(day, time(8)).isoformat(),
    }
    for name in ("distance_m", "timer_s", "elapsed_s", "moving_s"):
        facts[name] = facts[name] * stretch
    made = replace(base, facts=facts, vectors=dict(base.vectors) | steps(base, body, random))
    return changed(made, **changes) if changes else made


def steps(base: RunRecord, body: Body, random: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
    """Form windows of a run: speeds of the template, cadence about the runner's own line."""
    speed_mps = base.vectors["form_speed_mps"] * (1.0 + random.normal(0.0, SPEED_SD_PCT / 100.0))
    line = body.intercept_spm + body.slope_spm_per_mps * speed_mps
    off_pct = random.normal(0.0, body.run_sd_pct) + random.normal(0.0, WINDOW_SD_PCT, speed_mps.size)
    return {
        "form_speed_mps": speed_mps.astype(np.float32),
        "form_cadence_spm": (line * (1.0 + off_pct / 100.0)).astype(np.float32),
    }


def made_up(seed: int) -> Records:
    """A runner's 36 plain weeks."""
    random = np.random.default_rng(seed)
    slope, run_sd_pct = MEASURED[seed % len(MEASURED)]
    body = Body(165.0 - 3.0 * slope + random.normal(0.0, 4.0), slope, run_sd_pct)
    return [
        run(
            "trial" if kind == "cruise" and week % 3 == 2 else kind,
            FIRST + timedelta(7 * week + day),
            body,
            random,
        )
        for week in range(WEEKS)
        for day, kind, _ in WEEK
    ]


# Changes to a run, and to a history.


def changed(one: RunRecord, *, distance: float = 1.0, cadence: float = 1.0, climb: float = 1.0) -> RunRecord:
    """A run so many times as long, with so many times the cadence or the climb."""
    facts = dict(one.facts)
    for name in ("distance_m", "timer_s", "elapsed_s", "moving_s"):
        facts[name] = facts[name] * distance
    for name in ("elevation_gain_computed_m", "elevation_loss_computed_m"):
        facts[name] = facts[name] * climb
    vectors = dict(one.vectors)
    vectors["form_cadence_spm"] = vectors["form_cadence_spm"] * np.float32(cadence)
    return replace(one, facts=facts, vectors=vectors)


def told(records: Sequence[RunRecord]) -> History:
    """The history of some records; they are copied, as telling writes each one's week into it."""
    mine = [replace(one, facts=dict(one.facts)) for one in records]
    return pipeline.tell(Intake(mine, file_count=len(mine)), Settings(), [], as_of=max(map(day_of, mine)))


def day_of(one: RunRecord) -> date:
    """A run's day on the runner's clock."""
    day: date = one.facts["local_date"]
    return day


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
    """One line of the table: of how many trials how many came out as wanted."""

    title: str
    wanted: str
    hits: int
    trials: int
    is_met: bool


def cadence_trials(
    title: str, histories: Sequence[tuple[Records, date]], factor: float, within: int, wanted: int
) -> Tally:
    """Cadence falls from a day on: how often long_steps comes to watch within so many judged runs."""
    hits = 0
    for records, first in histories:
        history = told([changed(one, cadence=factor) if day_of(one) >= first else one for one in records])
        days = judged_days(history, first)[:within]
        hits += any(level_on(history, "long_steps", day) == "watch" for day in days)
    met = 100 * hits >= wanted * len(histories)
    return Tally(
        title, f"watch within {within} judged runs in at least {wanted} %", hits, len(histories), met
    )


def unshifted_trials(histories: Sequence[tuple[Records, date]]) -> Tally:
    """Nothing changes: share of judged runs on whose day long_steps is at watch."""
    up = judged = 0
    for records, first in histories:
        history = told(records)
        levels = [level_on(history, "long_steps", day) for day in judged_days(history, first)]
        up, judged = up + levels.count("watch"), judged + len(levels)
    return Tally(
        "no change of cadence", "watch on at most 5 % of judged runs", up, judged, 100 * up <= 5 * judged
    )


def day_trials(
    title: str,
    rule: str,
    least: str,
    histories: Sequence[tuple[Records, date]],
    change: Callable[[Records, date, int], tuple[Records, date]],
) -> Tally:
    """A change on one day: how often a rule gives its level or a higher one on that day."""
    hits = trials = 0
    for number, (records, first) in enumerate(histories):
        after, day = change(records, first, number)
        history = told([one for one in after if day_of(one) <= day])
        hits += RANKS[level_on(history, rule, day)] >= RANKS[least]
        trials += 1
    return Tally(title, f"{rule} at {least} or above that day", hits, trials, hits == trials)


def long_run(records: Records, first: date, number: int) -> tuple[Records, date]:
    """The next long run is 1.4 times the longest of the 30 days before."""
    del number
    place = next(
        i
        for i, one in enumerate(records)
        if day_of(one) >= first and one.facts["file"] and is_long(records, i)
    )
    day = day_of(records[place])
    longest_m = max(one.facts["distance_m"] for one in records if 0 < (day - day_of(one)).days <= 30)
    factor = 1.4 * longest_m / records[place].facts["distance_m"]
    return [*records[:place], changed(records[place], distance=factor), *records[place + 1 :]], day


def is_long(records: Records, place: int) -> bool:
    """Whether a run is the longest of its last 7 days."""
    day = day_of(records[place])
    week = [one.facts["distance_m"] for one in records if 0 <= (day - day_of(one)).days < 7]
    return bool(records[place].facts["distance_m"] >= max(week))


def hills(records: Records, first: date, number: int) -> tuple[Records, date]:
    """For a week every run climbs three times as much, and at least 100 m."""
    del number
    day = first + timedelta(days=6)

    def climbing(one: RunRecord) -> RunRecord:
        return changed(one, climb=max(3.0, 100.0 / max(one.facts["elevation_gain_computed_m"], 1.0)))

    return [climbing(one) if first <= day_of(one) <= day else one for one in records], last_day(
        records, first, day
    )


def last_day(records: Records, first: date, last: date) -> date:
    """Day of the last run in a span."""
    return max(day_of(one) for one in records if first <= day_of(one) <= last)


def intervals(records: Records, first: date, number: int) -> tuple[Records, date]:
    """After 6 weeks of easy running only: intervals."""
    random = np.random.default_rng(number)
    body = Body(150.0, 6.0, 1.3)
    easy = first - timedelta(weeks=6)
    calm = [
        run("easy", day_of(one), body, random) if easy <= day_of(one) <= first and is_hard(one) else one
        for one in records
    ]
    day = first + timedelta(days=1)
    return [one for one in calm if day_of(one) < day] + [run("intervals", day, body, random)], day


def is_hard(one: RunRecord) -> bool:
    """Whether a made-up run is one of hard running."""
    return bool(one.facts["normalized_speed_mps"] > template("long").facts["normalized_speed_mps"] * 1.05)


def hasty_return(records: Records, first: date, number: int) -> tuple[Records, date]:
    """Four weeks off, and then a full week at once."""
    del number
    back = first + timedelta(weeks=4)
    kept = [one for one in records if not first <= day_of(one) < back]
    return kept, last_day(kept, back, back + timedelta(days=6))


def synthetic(seeds: int) -> list[Tally]:
    """Every change on made-up runners."""
    first = FIRST + timedelta(weeks=CHANGED_WEEK)
    histories = [(made_up(seed), first) for seed in range(seeds)]
    return [*cadences(histories), *days(histories, is_made_up=True)]


def cadences(histories: Sequence[tuple[Records, date]]) -> list[Tally]:
    """The changes of cadence."""
    return [
        cadence_trials("cadence 5 % lower from a day on", histories, 0.95, 6, 90),
        cadence_trials("cadence 3 % lower from a day on", histories, 0.97, 12, 80),
        unshifted_trials(histories),
    ]


def days(histories: Sequence[tuple[Records, date]], *, is_made_up: bool) -> list[Tally]:
    """The changes on one day, for the rules there are."""
    trials = [
        ("a long run 40 % beyond the longest of 30 days", "long_run_spike", "watch", long_run),
        ("a week with three times the climb", "climb_jump", "note", hills),
        ("4 weeks off, then a whole usual week", "return_from_break", "watch", hasty_return),
    ]
    if is_made_up:
        trials.append(("intervals after 6 weeks of easy running", "intensity_jump", "watch", intervals))
    known = {rule.id for rule in RULES}
    return [
        day_trials(title, rule, least, histories, change)
        for title, rule, least, change in trials
        if rule in known
    ]


def real(folder: Path, places: int) -> tuple[int, list[Tally]]:
    """How many runs a real history holds, and the changes of cadence at random places of it."""
    intake = read_files(survey.find([folder]), [folder], Settings(), jobs=None)
    records = sorted(
        (one for one in intake.records if one.facts["sport"] == RUNNING),
        key=lambda one: one.facts["start_time"],
    )
    history = told(records)
    judged = judged_days(history, date.min)
    random = np.random.default_rng(2026)
    # A place needs runs to be judged after it.
    firsts = [judged[place] for place in random.integers(0, len(judged) - 12, places)]
    return len(records), cadences([(records, first) for first in firsts])


def table(tallies: Sequence[Tally]) -> str:
    """Tallies as a table in Markdown."""
    lines = ["| change | wanted | seen | |", "|---|---|--:|---|"]
    for tally in tallies:
        share = f"{tally.hits:,} of {tally.trials:,} ({100.0 * tally.hits / max(tally.trials, 1):.1f} %)"
        lines.append(f"| {tally.title} | {tally.wanted} | {share} | {'met' if tally.is_met else 'missed'} |")
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
        "Made by `make injections`. What it does to a runner nobody knows; here is whether the rules see it.",
        f"## {options.seeds} made-up runners",
        table(synthetic(options.seeds)),
    ]
    if options.real:
        run_count, tallies = real(options.real, options.seeds)
        parts += [
            f"## One real history of {run_count} runs, changed at {options.seeds} places",
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
