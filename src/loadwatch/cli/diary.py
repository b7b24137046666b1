"""`loadwatch diary`: how the legs feel, noted in a moment, and what the articles make of it."""

from __future__ import annotations

import inspect
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from loadwatch import words
from loadwatch.cli import _console, _form
from loadwatch.diary import (
    FIELDS,
    NAME,
    OPEN_DAYS,
    Assessment,
    Entry,
    Field,
    append,
    assess,
    by_site,
    entry_of,
    in_force,
    read,
    telling,
    value_of,
)
from loadwatch.diary.colours import LEVEL_OF, RED
from loadwatch.diary.entries import lacking
from loadwatch.diary.episodes import since_closed
from loadwatch.errors import LoadwatchError, UsageError
from loadwatch.sources import at_home, claims_archive, claims_format, is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loadwatch.diary import Fault

SHOWN_ENTRIES = 20
RUNS_TOO = "a scan also looks at the runs: a fast or hilly one while an entry is open makes it yellow."
MOST_LOOKED_AT = 20_000  # a folder with more files than this holds something
app = typer.Typer(
    name="diary",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Folder = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder of the activities beside which the diary lies; the current one if not given.",
        show_default=False,
    ),
]
FolderArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", help="The same as --folder.", show_default=False),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--diary",
        metavar="FILE",
        help=f"The diary itself, in place of {NAME} in a folder.",
        show_default=False,
    ),
]


class _InGroups(TyperCommand):
    """Help in which options stand under the headings they belong to."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options; typer's releases name the types of both otherwise."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                groups.setdefault(getattr(param, "rich_help_panel", None) or "Options", []).append(record)
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records)


def _add(pain: str | None, folder: Path | None, diary: Path | None, **told: Any) -> None:
    """Add an entry to the diary.

    PAIN is how much it hurt during the run, from 0 to 10; everything else is an option, and bare `loadwatch
    diary add` asks. It answers with what articles on hamstring pain advise: no diagnosis, and no clearance.

    Example: loadwatch diary add 2 --where sit-bone --after 2 --next-morning 4 --note "stairs"
    """
    file, today = diary_file(folder, diary), date.today()  # noqa: DTZ011 - the runner's own calendar day
    cells = {name: text for name, text in ((name, _as_text(value)) for name, value in told.items()) if text}
    if pain is not None:
        if "pain_during" in cells:
            raise UsageError("the pain during the run is told twice; leave out --during.")
        value_of("pain_during", pain, "PAIN")
        cells["pain_during"] = pain
    if not cells:
        if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageError(
                "there is nothing to write down. Usage: loadwatch diary add [PAIN] [OPTIONS], such as "
                "`loadwatch diary add 2 --where sit-bone`; at a terminal it asks."
            )
        cells = _form.asked(today)
    if "date" not in cells:
        # Whoever tells the next morning tells of the day before.
        day = today - timedelta(1) if "pain_next_morning" in cells else today
        cells["date"] = day.isoformat()
    entry = entry_of(cells, are_options=True)
    if entry.date > today:
        raise UsageError(f"{entry.date.isoformat()} has not come yet; see --date.")
    append(file, entry)
    found = read(file)
    _warn_of_faults(file, found.faults)
    _console.show(f"Written to {file}, for {words.day(entry.date, year=True)}.")
    assessed = _told_of(found.entries, entry)
    for one in assessed:
        _say(one)
    for text in filter(None, (_lacking(entry), _long_ago(entry, today))):
        _show_wrapped("", "", text)
    if entry.tells_symptoms:
        _say_of_return(found.entries, today, is_red=any(one.colour in RED for one in assessed))


def _lacking(entry: Entry) -> str:
    """What an entry that names a place does not say of it."""
    lack = lacking(entry)
    return f"{words.capitalised(lack)} Such as: loadwatch diary add 2 --where sit-bone" if lack else ""


def _long_ago(entry: Entry, today: date) -> str:
    """What becomes of an entry that no longer says anything of today."""
    if not entry.tells_symptoms or today - entry.date <= timedelta(OPEN_DAYS):
        return ""
    return (
        f"It lies more than {OPEN_DAYS} days back: it counts for its own days and those after them, not for "
        "today. Where it lies before the first run, it flags nothing: a scan has no such days."
    )


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return " ".join(value) if isinstance(value, (list, tuple)) else value or ""


def _warn_of_faults(file: Path, faults: Sequence[Fault]) -> None:
    """What was not read has no part in the answer: a red line may be among it."""
    if faults:
        more = f" And {words.count(len(faults) - 1, 'more remark')}: see `loadwatch diary show`."
        first = f"{file}{f', line {faults[0].line}' if faults[0].line else ''}: {faults[0].reason}"
        _console.narrate(f"{first}{more if len(faults) > 1 else ''}")


def _told_of(entries: Sequence[Entry], entry: Entry) -> list[Assessment]:
    """What the entry comes to with all that is told of its site and day, and an older red that stands."""
    if not entry.tells_symptoms:
        return []
    of_site = by_site(entries).get(entry.site, [])
    after = entry.date + timedelta(1)
    own = [assess(one, since_closed(of_site, after)) for one in of_site if one.date == entry.date]
    standing = [one for one in in_force({entry.site: of_site}, after) if one.entry.date < entry.date]
    return [one for one in (*own, *standing) if one is not None and (one in own or one.colour in RED)]


def _say(told: Assessment) -> None:
    level = words.LEVELS[LEVEL_OF[told.colour]]
    _show_wrapped(
        _badge(told),
        level.ansi,
        f"{words.day(told.entry.date)}: {words.listing([str(one) for one in told.reasons])}.",
    )
    _show_wrapped(
        "", "", f"{told.advice} {words.NOT_MEDICAL_ADVICE if told.colour == 'green' else ''}".strip()
    )
    if told.colour == "green":
        _show_wrapped("", "", f"That is by the diary alone; {RUNS_TOO}")
    for text in told.beside:
        _show_wrapped("", "", text)


def _say_of_return(entries: Sequence[Entry], today: date, *, is_red: bool) -> None:
    """A return to running asks for more than an entry by itself."""
    from loadwatch.recovery import state_on, telling  # noqa: PLC0415 - numpy is not needed for --help
    from loadwatch.recovery.state import none_done  # noqa: PLC0415 - likewise

    furthest = state_on(entries, today)
    if furthest:
        least = state_on(entries, today, none_done)
        _show_wrapped("", "", telling.beside(furthest, least, is_red=is_red))


def _badge(told: Assessment) -> str:
    level = words.LEVELS[LEVEL_OF[told.colour]]
    return f"{level.plain_shape if _console.is_ascii_only() else level.shape} {told.colour}"


def _show_wrapped(opening: str, ansi: str, text: str) -> None:
    """A line, its opening in colour where colours are wanted, broken for the terminal."""
    text = words.printable(text.replace("\n", " / "))
    text = words.in_ascii(text) if _console.is_ascii_only() else text
    line = _console.fitted(f"{opening}  {text}" if opening else f"  {text}", hanging=2)
    if opening and _console.is_colourful():
        line = line.replace(opening, f"\x1b[1;{ansi}m{opening}\x1b[0m", 1)
    _console.show(line)


def _options() -> Iterator[inspect.Parameter]:
    """The parameters of `add`, from the diary's own fields."""
    yield _parameter(
        "pain",
        Annotated[
            str | None,
            typer.Argument(metavar="PAIN", help="0 (none) to 10, during the run.", show_default=False),
        ],
    )
    for field in FIELDS:
        option = typer.Option(
            field.flag,
            metavar=None if field.kind == "yes" else _metavar(field),
            help=_help(field),
            rich_help_panel=field.group,
            show_default=False,
        )
        if field.kind == "yes":
            yield _parameter(field.name, Annotated[bool, option], default=False)
        elif field.kind == "words":
            yield _parameter(field.name, Annotated[list[str] | None, option])
        else:
            yield _parameter(field.name, Annotated[str | None, option])
    yield _parameter("folder", Folder)
    yield _parameter("diary", File)


def _parameter(name: str, annotation: Any, default: bool | None = None) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _metavar(field: Field) -> str:
    names = {"day": "DATE", "pain": "0-10", "minutes": "MIN", "text": "TEXT"}
    return names.get(field.kind, "WORD")


def _help(field: Field) -> str:
    often = " May be given several times." if field.kind == "words" else ""
    values = f" One of: {', '.join(field.values)}." if field.values else ""
    return f"{field.meaning}{values}{often}"


# One home for what can be told: the options are the diary's fields.
_signature = inspect.Signature(list(_options()))
_add.__dict__["__signature__"] = _signature
_add.__annotations__ = {name: one.annotation for name, one in _signature.parameters.items()}
app.command("add", cls=_InGroups)(_add)


@app.command("show")
def show(
    named: FolderArgument = None,
    *,
    folder: Folder = None,
    diary: File = None,
    shows_all: Annotated[bool, typer.Option("--all", help="Every entry, not only the newest.")] = False,
) -> None:
    """Show the diary, newest first.

    Each day with its colour and the reasons, and every line that could not be read. A fast or hilly run while
    an entry is open is seen by `loadwatch scan`, which reads the runs.
    """
    file = diary_file(one_folder(named, folder), diary)
    found = read(file)
    if not found.is_there:
        raise LoadwatchError(f"{file}: there is no diary yet; `loadwatch diary add` begins one.")
    rows = telling.told(found.entries)
    for entry, told in rows if shows_all else rows[:SHOWN_ENTRIES]:
        _show_row(entry, told)
    if len(rows) > SHOWN_ENTRIES and not shows_all:
        _console.show(
            f"And {words.count(len(rows) - SHOWN_ENTRIES, 'older entry', 'older entries')}; --all shows them."
        )
    if not rows:
        _console.show(f"{file}: holds no entry yet.")
    for fault in (*found.faults, *found.remarks):
        _console.narrate(f"{file}{f', line {fault.line}' if fault.line else ''}: {fault.reason}")
    if any(told and told.colour == "green" for _, told in rows):
        _console.narrate(f"Green is by the diary alone; {RUNS_TOO}")


def _show_row(entry: Entry, assessment: Assessment | None) -> None:
    if entry.date > date.today():  # noqa: DTZ011 - the runner's own calendar day
        _show_wrapped("", "", f"{words.day(entry.date, year=True)}; not counted, as the day has not come yet")
        return
    level = words.LEVELS[LEVEL_OF[assessment.colour]] if assessment else None
    said = "; ".join([words.day(entry.date, year=True), *telling.parts(entry, assessment)])
    _show_wrapped(_badge(assessment) if assessment else "", level.ansi if level else "", said)


def one_folder(named: Path | None, option: Path | None) -> Path | None:
    """The folder that an argument or --folder names; None where neither does.

    Raises
    ------
    UsageError
        Both do, and differ.
    """
    if named is not None and option is not None and at_home(named).resolve() != at_home(option).resolve():
        raise UsageError(f"two folders are named, {named} and --folder {option}; name only one.")
    return option if named is None else named


def diary_file(folder: Path | None, diary: Path | None) -> Path:
    """Where the diary is: the file named, else beside the activities of a folder.

    Raises
    ------
    UsageError
        There is no such folder, or it holds neither activities nor a diary.
    """
    if diary is not None:
        return at_home(diary)
    place = at_home(folder) if folder else Path()
    if not os.path.isdir(place):  # noqa: PTH112 - unlike Path.is_dir, this answers for names too long as well
        raise UsageError(f"{place}: no such folder; name that of your activities with --folder.")
    file = place / NAME
    if not os.path.lexists(file) and not _holds_activities(place):
        raise UsageError(
            f"{place.absolute()}: holds neither activities nor a diary; name the folder of your activities "
            "with --folder, or a diary with --diary."
        )
    return file


def _holds_activities(place: Path) -> bool:
    seen = 0
    for _, folders, names in os.walk(place):
        folders[:] = [name for name in folders if not is_hidden(name)]
        if any((claims_format(name) or claims_archive(name)) and not is_hidden(name) for name in names):
            return True
        seen += len(names) + len(folders)
        if seen > MOST_LOOKED_AT:
            return True
    return False
