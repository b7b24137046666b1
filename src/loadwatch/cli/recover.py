"""`loadwatch recover`: coming back to running in phases, told by the diary and held against the runs."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loadwatch import words
from loadwatch.cli import _console, _options
from loadwatch.cli._scanned import scanned
from loadwatch.cli.diary import File, Folder, FolderArgument, diary_file, one_folder
from loadwatch.diary import append, by_site, entry_of, open_on, read
from loadwatch.diary.entries import PAINLESS, SITES
from loadwatch.errors import LoadwatchError, UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.diary import Entry
    from loadwatch.history import History
    from loadwatch.recovery import State
    from loadwatch.recovery.running import Recovery

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        help=f"{_options.PATHS_HELP} The current folder if not given.",
        show_default=False,
    ),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        "--as-of",
        metavar="DATE",
        help="Day it is about; later entries and activities are ignored. Today if not given.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("start")
def start(
    named: FolderArgument = None,
    *,
    day: Day = None,
    site: Annotated[
        str | None,
        typer.Option(
            "--where",
            "--site",
            metavar="WORD",
            help=f"Where it hurts, that of the open entry if not given. One of: {', '.join(SITES)}.",
            show_default=False,
        ),
    ] = None,
    side: Annotated[
        str | None,
        typer.Option(metavar="WORD", help="left, right or both.", show_default=False),
    ] = None,
    folder: Folder = None,
    diary: File = None,
) -> None:
    """Begin a return to running, with a line in the diary.

    Written for a mild strain of the hamstring, and no diagnosis. Refused while anything in the diary is red,
    which is for a professional, and while a return is open.

    Exit codes: 0 begun; 1 refused because of red; 2 wrong use.
    """
    from loadwatch.recovery import reds_on, state_on, telling  # noqa: PLC0415 - numpy is not needed for --help
    from loadwatch.recovery.running import Recovery  # noqa: PLC0415 - likewise
    from loadwatch.report import recovery as told  # noqa: PLC0415 - likewise

    file, today = diary_file(one_folder(named, folder), diary), _today()
    on = _past(day, today)
    entries = read(file).entries
    sites = by_site(entries)
    held = reds_on(sites, on) or reds_on(sites, today)
    if held:
        raise LoadwatchError(f"no return to running begins while the diary is red. {telling.red(held)}")
    state = state_on(entries, on) or state_on(entries, today)
    if state:
        raise UsageError(
            f"a return to running{telling.where(state)} is open since {state.started.isoformat()}; see "
            "`loadwatch recover status`. `loadwatch diary add --recovery stop` ends it."
        )
    cells = _place(entries, on, site, side)
    append(file, entry_of({"date": on.isoformat(), "recovery": "start"} | cells, are_options=True))
    begun = state_on(read(file).entries, on)
    _console.show(f"Written to {file}.")
    _console.show(told.summary(Recovery(begun, None, ()) if begun else None, "metric", **_console.style()))


@app.command("check")
def check(  # noqa: PLR0913 - one parameter for each option
    paths: Paths = None,
    *,
    painless: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORDS",
            help=f"What goes without pain, one or more of: {', '.join(PAINLESS)}.",
            show_default=False,
        ),
    ] = None,
    day: Day = None,
    settings: _options.Settings = None,
    folder: Folder = None,
    diary: _options.Diary = None,
    jobs: _options.Jobs = None,
    no_cache: _options.NoCache = False,
    cache_folder: _options.Cache = None,
) -> None:
    """Answer what opens the next phase, and see what was run.

    Asks at a terminal, unless --painless tells; what goes without pain is written into the diary. Tells
    whether the next phase begins, and names what was run too early.

    Exit codes: 0 answered, also where the gate stays shut; 1 no run found, or refused because of red; 2 wrong
    use.
    """
    from loadwatch import survey  # noqa: PLC0415 - pandas is not needed for --help
    from loadwatch.judgement import recovery_of  # noqa: PLC0415 - likewise
    from loadwatch.recovery import start_of, telling  # noqa: PLC0415 - likewise

    places = _places(paths, folder)
    file, on = survey.diary_file(places, diary), _past(day, _today())
    none_open = UsageError(words.lowered(telling.NO_RETURN))
    if start_of(read(file).entries, on) is None:
        raise none_open
    history = _history(places, on, settings, diary, jobs, no_cache, cache_folder)
    found = history.recovery
    if found is None:
        raise none_open
    before = found.state
    if before.held:
        raise LoadwatchError(f"nothing is asked while the diary is red. {telling.red(before.held)}")
    goes = ",".join(painless) if painless is not None else _asked(before)
    if goes.strip(" ,"):
        cells = {"date": on.isoformat(), "site": before.site, "side": before.side, "painless": goes}
        entry = entry_of(cells, are_options=True)
        append(file, entry)
        told = tuple(one for one in read(file).entries if one.date <= on)
        found = recovery_of(replace(history.tables, diary=told), history.settings, on)
        answer = telling.answer(entry.painless, before, found.state if found else None)
        _console.show(f"{_console.fitted(answer, hanging=0)}\n")
    _tell(found, history)


@app.command("status")
def status(  # noqa: PLR0913 - one parameter for each option
    paths: Paths = None,
    *,
    day: Day = None,
    settings: _options.Settings = None,
    folder: Folder = None,
    diary: _options.Diary = None,
    as_json: Json = False,
    jobs: _options.Jobs = None,
    no_cache: _options.NoCache = False,
    cache_folder: _options.Cache = None,
) -> None:
    """Tell where a return stands, what may be run, and what next.

    As of today, however old the newest run is, unless --date names another day.

    Exit codes: 0 told, also where no return is open; 1 no run found; 2 wrong use.
    """
    from loadwatch.calendar import parse_day  # noqa: PLC0415 - pandas is not needed for --help

    places, on = _places(paths, folder), parse_day(day) or _today()
    history = _history(places, on, settings, diary, jobs, no_cache, cache_folder)
    if as_json:
        from loadwatch.report import recovery, tables  # noqa: PLC0415 - pandas is not needed for --help

        content = {
            "format_version": tables.FORMAT_VERSION,
            "as_of": history.as_of.isoformat(),
            "recovery": recovery.as_json(history.recovery),
        }
        _console.show(tables.dumps(content).rstrip("\n"))
        return
    _tell(history.recovery, history)


def _tell(found: Recovery | None, history: History) -> None:
    from loadwatch.recovery import reds_on, telling  # noqa: PLC0415 - numpy is not needed for --help
    from loadwatch.report import recovery  # noqa: PLC0415 - pandas is not needed for --help

    if history.as_of != _today():
        _console.narrate(f"Told as of {words.day(history.as_of, year=True)}, as asked.")
    held = reds_on(by_site(history.diary.entries), history.as_of)
    if found is None and held:
        # Before any word of beginning: it would be refused.
        _console.show(f"{_console.fitted(telling.red(held), hanging=0)}\n")
    _console.show(recovery.summary(found, history.settings.units, **_console.style()))


def _places(paths: list[Path] | None, folder: Path | None) -> list[Path]:
    """Where the runs are: the paths, else the folder, else the current one where it holds any.

    Raises
    ------
    UsageError
        Both are named and differ, or none is and the current folder holds neither activities nor a diary.
    """
    if paths and folder is None:
        return [at_home(path) for path in paths]
    if paths and len(paths) > 1:
        raise UsageError(f"--folder {folder} and other paths are named; name only one of the two.")
    return [diary_file(one_folder(paths[0] if paths else None, folder), None).parent]


def _history(
    places: list[Path],
    as_of: date,
    settings: Path | None,
    diary: Path | None,
    jobs: int | None,
    no_cache: bool,
    cache_folder: Path | None,
) -> History:
    history = scanned(
        places,
        as_of=as_of,
        settings=settings,
        diary=diary,
        jobs=jobs,
        no_cache=no_cache,
        cache_folder=cache_folder,
    )
    for fault in history.diary.faults:
        _console.narrate(f"loadwatch: diary, line {fault.line}: {fault.reason}")
    return history


def _asked(state: State) -> str:
    """What goes without pain, asked gate by gate; nothing without a terminal, or where no answer counts."""
    from loadwatch.recovery.state import is_enough  # noqa: PLC0415 - not needed for --help

    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    if not is_enough(state.done):
        return ""
    return ",".join(gate.word for gate in state.open_gates if typer.confirm(gate.question, default=False))


def _place(entries: Sequence[Entry], on: date, site: str | None, side: str | None) -> dict[str, Any]:
    """Place of a return: as told, else that of the one open entry.

    Raises
    ------
    UsageError
        It is not told, and not one entry is open.
    """
    opened = open_on(entries, on)
    if site is None and len(opened) != 1:
        raise UsageError(
            f"{'more than one place is open' if opened else 'nothing is open'} in the diary; say where it "
            f"hurts with --where: {', '.join(SITES)}."
        )
    where = next(iter(opened)) if site is None else site
    known = opened[where].side if where in opened else ""
    return {"site": where, "side": side or known}


def _past(day: str | None, today: date) -> date:
    """The day that is told of.

    Raises
    ------
    UsageError
        It is no day, or has not come.
    """
    from loadwatch.calendar import parse_day  # noqa: PLC0415 - only where it is needed

    on = parse_day(day) or today
    if on > max(today, _today()):
        raise UsageError(f"{on.isoformat()} has not come yet; see --date.")
    return on


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the runner's own calendar day
