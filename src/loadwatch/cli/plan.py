"""`loadwatch plan`: how much can be run before a rule speaks, and a week that stays inside."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from loadwatch import words
from loadwatch.cli import _console, _options
from loadwatch.cli._scanned import scanned
from loadwatch.errors import ShortHistoryError, UsageError
from loadwatch.sources import at_home


def plan(  # noqa: PLR0913 - one parameter for each option
    paths: _options.Paths,
    *,
    weeks: Annotated[
        int, typer.Option(metavar="N", min=1, max=26, help="Whole weeks to propose after the running one.")
    ] = 1,
    race: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="A race, such as 2027-04-18; goes with --long-run.", show_default=False
        ),
    ] = None,
    long_run: Annotated[
        str | None,
        typer.Option(
            metavar="DISTANCE",
            help="How far to have run at a time, two weeks before the race: 30km, 18mi, 21100m.",
            show_default=False,
        ),
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(
            "--ics", metavar="FILE", help="Write the proposed runs as a calendar file.", show_default=False
        ),
    ] = None,
    as_of: _options.AsOfToday = None,
    settings: _options.Settings = None,
    diary: _options.Diary = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, in SI units and day by day.")
    ] = False,
    jobs: _options.Jobs = None,
    no_cache: _options.NoCache = False,
    cache_folder: _options.Cache = None,
) -> None:
    """Show how much to run before a rule speaks.

    Shows the room of what is left of this week and of the next, the rule that sets each limit, and a week of
    your usual shape inside it. It is no target and no training plan: it says what is not unusual for you.

    For example: loadwatch plan ~/activities --ics runs.ics

    To see what a long run before a race takes, week by week:
    loadwatch plan ~/activities --race 2027-04-18 --long-run 30km

    As of today, however old the newest run is, unless --as-of names another day.

    Exit codes: 0 done; 1 no run found, or too few for a plan; 2 wrong use.
    """
    from loadwatch import plan as planning  # noqa: PLC0415 - pandas is not needed for --help
    from loadwatch.calendar import parse_day  # noqa: PLC0415 - likewise
    from loadwatch.report import plan as told  # noqa: PLC0415 - likewise
    from loadwatch.report import tables, write_file  # noqa: PLC0415 - likewise
    from loadwatch.report.calendar_file import calendar_file  # noqa: PLC0415 - likewise

    race_day, long_m = parse_day(race), _metres(long_run)
    if (race_day is None) != (long_m is None):
        raise UsageError(
            "--race and --long-run go together: name the day, and how far to have run before it."
        )
    places = [at_home(path) for path in paths]
    if calendar is not None:
        _console.refuse_inside(calendar, places)
    history = scanned(
        places,
        as_of=parse_day(as_of) or date.today(),  # noqa: DTZ011 - the runner's own calendar day
        settings=settings,
        diary=diary,
        jobs=jobs,
        no_cache=no_cache,
        cache_folder=cache_folder,
    )
    why_hidden = next((room.is_hidden_by for room in history.rooms.values() if room.is_hidden_by), "")
    is_hidden = bool(why_hidden)
    known = planning.known_until(history.tables, history.as_of)
    proposed = () if is_hidden else planning.planned_weeks(known, history.settings, count=weeks)
    towards = (
        None
        if race_day is None or long_m is None or is_hidden
        else planning.plan_race(known, history.settings, race_day=race_day, long_m=long_m)
    )
    if calendar is not None:
        runs = [run for week in proposed for run in week.runs]
        if not runs:
            because = f" {words.sentence(why_hidden)}" if is_hidden else ""
            raise ShortHistoryError(f"no run can be proposed now, so no calendar file was written.{because}")
        runner = str(history.runs["run_id"].iloc[0])
        content = calendar_file(runs, runner=runner, as_of=history.as_of, units=history.settings.units)
        write_file(at_home(calendar), content, makes_folders=False)
        _console.narrate(f"{words.count(len(runs), 'run')} written to {calendar}.")
    if as_json:
        content_json = told.as_json(history, proposed, towards, calendar)
        _console.show(tables.dumps(content_json).rstrip("\n"))
        return
    _console.show(told.summary(history, proposed, towards, **_console.style()))


def _metres(text: str | None) -> float | None:
    """A distance as asked for."""
    if text is None:
        return None
    try:
        distance_m = words.metres_from(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no distance; write one such as 30km, 18mi or 21100m.") from error
    if not 1000.0 <= distance_m <= 1_000_000.0:
        raise UsageError(f"--long-run {text}: name a distance from 1km to 1000km.")
    return distance_m
