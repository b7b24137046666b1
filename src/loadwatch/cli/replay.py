"""`loadwatch replay`: what would have been raised when, day by day."""

from __future__ import annotations

from typing import Annotated

import typer

from loadwatch.cli import _console, _options
from loadwatch.cli._scanned import scanned
from loadwatch.sources import at_home


def replay(  # noqa: PLR0913 - one parameter for each option
    paths: _options.Paths,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="First day; never before the 43rd of the history, from which most rules can judge.",
            show_default=False,
        ),
    ] = None,
    as_of: _options.AsOf = None,
    settings: _options.Settings = None,
    diary: _options.Diary = None,
    shows_all: Annotated[bool, typer.Option("--all", help="List every raise, not only the newest.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, with every raise.")] = False,
    jobs: _options.Jobs = None,
    no_cache: _options.NoCache = False,
    cache_folder: _options.Cache = None,
) -> None:
    """Count what would have been raised when.

    Shows how often each rule speaks, the longest quiet stretch, the weeks it could not tell, and whether that
    keeps the alarm budget. To try other thresholds, name a settings file that holds them with --settings.

    Exit codes: 0 done; 1 no run found, or too short a history; 2 wrong use.
    """
    from loadwatch.calendar import parse_day  # noqa: PLC0415 - pandas is not needed for --help
    from loadwatch.loudness import replay as replayed  # noqa: PLC0415 - likewise
    from loadwatch.report import replay as told  # noqa: PLC0415 - likewise
    from loadwatch.report import tables  # noqa: PLC0415 - likewise

    first_day = parse_day(since)
    places = [at_home(path) for path in paths]
    history = scanned(
        places,
        as_of=as_of,
        settings=settings,
        diary=diary,
        jobs=jobs,
        no_cache=no_cache,
        cache_folder=cache_folder,
    )
    walked = replayed(history, since=first_day)
    if as_json:
        _console.show(tables.dumps(told.as_json(walked)).rstrip("\n"))
        return
    _console.show(told.summary(walked, **_console.style(), shows_all=shows_all))
