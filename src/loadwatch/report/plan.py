"""Room and planned weeks in the terminal and as JSON."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.recovery import telling
from loadwatch.report import tables
from loadwatch.report.terminal import finished, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from loadwatch.history import History, Room
    from loadwatch.plan import PlannedRun, PlannedWeek, RacePlan
    from loadwatch.words import Units

FLAT_M = 5.0


def summary(
    history: History,
    weeks: Sequence[PlannedWeek],
    race: RacePlan | None = None,
    *,
    width: int = 88,
    colour: bool = False,
    ascii_only: bool = False,
) -> str:
    """Tell room, planned weeks and what a race takes.

    Parameters
    ----------
    history
        What a scan gave back.
    weeks, race
        As `loadwatch.plan` gives them.
    width, colour, ascii_only
        As `terminal.summary` takes them.
    """
    units: Units = history.settings.units
    rooms = list(history.rooms.values())
    as_of = words.day(history.as_of, year=True)
    lines = wrapped(f"Room: {words.lowered(words.ROOM)} Told as of {as_of}.", width)
    for room in rooms:
        lines += ["", *_room(room, units, width)]
        if room.is_hidden_by:
            back = history.recovery
            lines += wrapped(telling.brief(back, units), width, "  ") if back else []
            return finished(lines, colour=colour, ascii_only=ascii_only)
    lines += ["", *wrapped("Your usual week inside that room:", width)]
    for week in weeks:
        lines += _week(week, units, width)
    if not any(week.runs for week in weeks):
        lines += wrapped(words.NO_USUAL_WEEK, width, "  ")
    if race:
        lines += ["", *_race(race, units, width)]
    return finished(lines, colour=colour, ascii_only=ascii_only)


def _room(room: Room, units: Units, width: int) -> list[str]:
    lines = [f"{words.capitalised(words.week_number(room.week))}, {_days(room)}:"]
    if room.is_hidden_by:
        return [*lines, *wrapped(words.sentence(room.is_hidden_by), width, "  ")]
    name_width = max(len(words.room_name(limit.name)) for limit in room.limits)
    silent: dict[str, list[str]] = {}
    for limit in room.limits:
        name = words.room_name(limit.name)
        if limit.reason:
            silent.setdefault(limit.reason, []).append(name)
        else:
            amount = words.room_amount(limit.name, limit.most, units)
            lines.append(f"  {name.ljust(name_width)}  {amount.rjust(8)}  [{limit.rule}]")
    for reason, names in silent.items():
        lines += wrapped(f"cannot tell {words.listing(names)}: {reason}", width, "  ", "    ")
    lines += wrapped(_day_by_day(room, units), width, "  ", "    ")
    if room.together:
        kept = [
            f"{words.room_amount(limit.name, limit.most, units)} "
            f"({words.room_name(limit.name).removesuffix(' in all')})"
            for limit in room.together
        ]
        lines += wrapped(f"{words.ROOM_TOGETHER}{words.listing(kept)} [stacking].", width, "  ", "    ")
    return lines


def _days(room: Room) -> str:
    if room.first_day == room.last_day:
        return words.day(room.first_day)
    return f"{words.day(room.first_day)} to {words.day(room.last_day)}"


def _day_by_day(room: Room, units: Units) -> str:
    """How much of the distance may be run by when, where it is not all at once."""
    left_m = room.by_day["distance_m"]
    by = [
        f"{words.room_amount('distance_m', most, units)} by {words.WEEKDAYS[day.weekday()]}"
        for day, most, later in zip(room.by_day["local_date"], left_m, left_m.shift(-1), strict=True)
        if most < later
    ]
    return f"Of the distance no more than {words.listing(by)}: the days before still count." if by else ""


def _week(week: PlannedWeek, units: Units, width: int) -> list[str]:
    done = f", {words.distance(week.done_m, units)} of it run already" if week.done_m > 0.0 else ""
    label = words.capitalised(words.week_label(week.week))
    lines = wrapped(f"{label}: {words.distance(week.distance_m, units)}{done}", width, "  ", "    ")
    for run in week.runs:
        opening = f"    {words.day(run.day).ljust(10)}  {words.distance(run.distance_m, units).rjust(8)}  "
        lines += wrapped("; ".join(run_details(run, units)) or "-", width, opening)
    for said in words.week_doubts(
        [words.room_name(name).removesuffix(" in all") for name in week.untold],
        week.speaking,
        is_hilly_known=not any(math.isnan(run.climb_m) for run in week.runs),
    ):
        lines += wrapped(said, width, "    ")
    return lines


def run_details(run: PlannedRun, units: Units) -> list[str]:
    """What a planned run may hold beside its distance, each in words."""
    hard = f"{words.minutes(60.0 * run.hard_min)} hard" if run.hard_min else "easy"
    fast = f", of it {words.metres(run.fast_m)} fast" if run.fast_m >= 10.0 else ""
    if math.isnan(run.climb_m):
        return [f"{hard}{fast}"]
    if max(run.climb_m, run.descent_m) < FLAT_M:
        return [f"{hard}{fast}", "flat"]
    climb, descent = words.climb(run.climb_m, units), words.climb(run.descent_m, units)
    return [f"{hard}{fast}", f"climb at most {climb}, descent {descent}"]


def _race(race: RacePlan, units: Units, width: int) -> list[str]:
    long, day = words.distance(race.long_m, units), words.day(race.race_day, year=True)
    title = f"{long} at a time by {words.day(race.due, year=True)}, two weeks before the race on {day}: "
    if race.short_m:
        told = f"it does not fit inside the rules, by {words.distance(race.short_m, units)}."
        told += (
            f" At the soonest it would for a race on {words.day(race.earliest_race, year=True)}."
            if race.earliest_race
            else " It does not fit within a year either."
        )
    elif race.speaking:
        told = "there is time for it, but not without a word of the rules named beside these weeks."
    else:
        told = "it fits inside the rules, like this."
    shape = words.week_shape(
        race.most_share_pct,
        race.own_week_count,
        planned_share_pct=race.planned_share_pct,
        most_m=race.most_m,
        usual_m=race.usual_m,
        units=units,
    )
    lines = [*wrapped(f"{title}{told}", width), *wrapped(shape, width)]
    names = ("", "in all", "longest", "of it")
    rows = [
        (
            words.week_label(week.week),
            words.distance(week.distance_m, units),
            words.distance(week.longest_m, units) if week.runs else "-",
            words.percent(week.longest_share_pct) if week.runs else "-",
        )
        for week in race.weeks
    ]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    spoken = [" ".join(f"[{rule}]" for rule in week.speaking) for week in race.weeks]
    for (first, *others), rules in zip((names, *rows), ("", *spoken), strict=True) if rows else ():
        cells = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:]), rules]
        lines.append(f"  {'  '.join(cells)}".rstrip())
    if race.speaking:
        lines += wrapped(words.week_doubts((), race.speaking)[0], width)
    return [*lines, *wrapped("Told from today's room; it changes with every run.", width)]


def as_json(
    history: History, weeks: Sequence[PlannedWeek], race: RacePlan | None = None, file: Path | None = None
) -> dict[str, Any]:
    """Give room, planned weeks, the race and where the calendar went as plain values."""
    return {
        "format_version": tables.FORMAT_VERSION,
        "as_of": history.as_of.isoformat(),
        "as_of_reason": history.as_of_reason,
        "rooms": [tables.room_json(room) for room in history.rooms.values()],
        "weeks": [_week_json(week) for week in weeks],
        "race": None if race is None else _race_json(race),
        "calendar": None if file is None else str(file),
    }


def _week_json(week: PlannedWeek) -> dict[str, Any]:
    names = (
        "week",
        "first_day",
        "last_day",
        "done_m",
        "distance_m",
        "longest_m",
        "longest_share_pct",
        "untold",
        "speaking",
    )
    plain = tables.record({name: getattr(week, name) for name in names})
    return plain | {"runs": [tables.record(asdict(run)) for run in week.runs]}


def _race_json(race: RacePlan) -> dict[str, Any]:
    names = (
        *(
            "race_day",
            "long_m",
            "due",
            "fits",
            "speaking",
            "short_m",
            "longest_m",
            "reached",
            "earliest_race",
        ),
        *("usual_m", "most_share_pct", "own_week_count"),
    )
    plain = tables.record({name: getattr(race, name) for name in names})
    return plain | {"weeks": [_week_json(week) for week in race.weeks]}
