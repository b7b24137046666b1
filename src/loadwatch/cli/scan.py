"""`loadwatch scan`: the weekly report."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadwatch.cli import _console, _options
from loadwatch.cli._scanned import history_of
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.answers import Answer
    from loadwatch.cache import Cache
    from loadwatch.history import History
    from loadwatch.report import ReportPaths
    from loadwatch.survey import Found

DEFAULT_OUT = "loadwatch-report"
BAD_KINDS = ("unreadable", "implausible")


class FailLevel(StrEnum):
    """Levels that `--fail-on` takes."""

    NOTE = "note"
    WATCH = "watch"
    ACT = "act"


def scan(  # noqa: PLR0913 - one parameter for each option
    paths: _options.Paths,
    *,
    out: _options.Out = None,
    week: Annotated[
        str | None,
        typer.Option(
            metavar="WEEK",
            help="Week to report on: 2026-W47, or any date in it. The last complete one if not given.",
            show_default=False,
        ),
    ] = None,
    as_of: _options.AsOf = None,
    settings: _options.Settings = None,
    diary: _options.Diary = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of the summary.")
    ] = False,
    quiet: _options.Quiet = False,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="A summary for screen readers: sentences, no table and no shapes."),
    ] = False,
    names: _options.Names = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if a file was unreadable or implausible.")
    ] = False,
    fail_on: Annotated[
        FailLevel | None,
        typer.Option(help="Exit 3 if the week holds a flag at or above this level.", show_default=False),
    ] = None,
    jobs: _options.Jobs = None,
    no_cache: _options.NoCache = False,
    cache_folder: _options.Cache = None,
) -> None:
    """Read a folder of runs; report on the week.

    Prints a summary of at most 20 lines and writes an HTML page and a picture of the week. A file that cannot
    be used never stops the scan: the report lists it with the reason. Files that have not changed are not
    read again.

    Exit codes: 0 done; 1 no run found, or --strict met a bad file; 2 wrong use; 3 a flag at or above
    --fail-on.
    """
    places = [at_home(path) for path in paths]
    folder = _console.report_folder(out, places, DEFAULT_OUT)
    asked = Asked(
        places, folder, week, as_of, settings, diary, as_json, quiet, plain, names, strict, fail_on, jobs
    )
    with _console.cache(_console.cache_folder(cache_folder, places, is_wanted=not no_cache)) as cache:
        answer = answered(asked, cache)
    tell(answer)
    raise typer.Exit(answer.exit_code)


@dataclass(frozen=True)
class Asked:
    """What one call asks for."""

    places: list[Path]
    folder: Path
    week: str | None = None
    as_of: str | None = None
    settings: Path | None = None
    diary: Path | None = None
    as_json: bool = False
    quiet: bool = False
    plain: bool = False
    names: bool = False
    strict: bool = False
    fail_on: FailLevel | None = None
    jobs: int | None = None

    def question(self, found: Sequence[Found]) -> bytes | None:
        """All that the answer depends on, as a key of the cache; None where there is no telling."""
        from loadwatch import answers, survey  # noqa: PLC0415 - not needed for --help
        from loadwatch.diary import content_of  # noqa: PLC0415 - likewise

        state = survey.state(found)
        if not state:
            return None
        try:
            settings = _content(survey.settings_file(self.places, self.settings))
            diary = content_of(survey.diary_file(self.places, self.diary))
        except OSError:  # told of by whoever needs what is in it
            return None
        return answers.question(
            state,
            today=date.today(),  # noqa: DTZ011 - the runner's own calendar day
            settings_content=settings,
            diary_content=diary,
            style=_console.style(),
            **(asdict(self) | {"jobs": None}),
        )


def _content(file: Path) -> bytes | None:
    """What a file holds; None where there is none."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def answered(asked: Asked, cache: Cache | None) -> Answer:
    """What a call says and wrote: what it said before where that still stands, else a scan."""
    from loadwatch import answers, survey  # noqa: PLC0415 - likewise

    found = survey.find(asked.places, cache)
    question = asked.question(found) if cache else None
    if cache is None or question is None:
        return _scanned(asked, found, cache)[0]
    known = answers.recall(cache, question)
    if known:
        return known
    answer, is_lasting = _scanned(asked, found, cache)
    # Nothing may have changed meanwhile, nor a file been closed to us for a moment.
    again = survey.look([one.path for one in found], cache)
    if is_lasting and asked.question(again) == question and survey.are_known(again, cache):
        answers.remember(cache, question, answer)
    return answer


def tell(answer: Answer) -> None:
    """Say what a scan has to say."""
    for line in answer.narrated:
        _console.narrate(line)
    if answer.shown:
        _console.show(answer.shown)


def _scanned(asked: Asked, found: Sequence[Found], cache: Cache | None) -> tuple[Answer, bool]:
    """What the call says, after writing the report, and whether it would say so again."""
    from loadwatch import answers, report  # noqa: PLC0415 - likewise

    history = history_of(
        found,
        asked.places,
        as_of=asked.as_of,
        week=asked.week,
        settings=asked.settings,
        diary=asked.diary,
        cache=cache,
        jobs=asked.jobs,
        quiet=asked.quiet,
    )
    _console.hush_drawing()
    written = report.write_report(history, asked.folder, show_names=asked.names)
    exit_code, why = _exit_code(history, strict=asked.strict, fail_on=asked.fail_on)
    said = (*history.warnings, *history.troubles)
    answer = answers.Answer(
        _shown(history, written, asked),
        (*(f"loadwatch: {warning}" for warning in said), *why),
        exit_code,
        dict(written.digests),
    )
    return answer, not history.troubles


def _shown(history: History, written: ReportPaths, asked: Asked) -> str:
    from loadwatch.report import tables, terminal  # noqa: PLC0415 - likewise

    if asked.as_json:
        return tables.dumps(tables.scan_json(history, written)).rstrip("\n")
    if asked.quiet:
        return ""
    paths = [written.html, written.png]
    return terminal.summary(history, paths, plain=asked.plain, show_names=asked.names, **_console.style())


def _exit_code(history: History, *, strict: bool, fail_on: FailLevel | None) -> tuple[int, list[str]]:
    """What the call ends in, and why where that is a file."""
    if strict and history.skipped["kind"].isin(BAD_KINDS).any():
        bad = history.skipped[history.skipped["kind"].isin(BAD_KINDS)].iloc[0]
        return _console.NOTHING_USABLE, [f"loadwatch: --strict: {bad['file']}: {bad['reason']}."]
    if fail_on is not None:
        at_or_above = list(FailLevel)[list(FailLevel).index(fail_on) :]
        mine = history.flags[history.flags["week"] == history.week]
        if mine["level"].isin([level.value for level in at_or_above]).any():
            return _console.FLAGGED, []
    return _console.DONE, []
