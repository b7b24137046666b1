"""`loadwatch watch`: the report kept up to date while files arrive."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.cli import _console, _options
from loadwatch.cli.scan import DEFAULT_OUT, Asked, answered, tell
from loadwatch.errors import LoadwatchError, UsageError
from loadwatch.sources import at_home, find, is_hidden, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadwatch.answers import Answer

# A watch that copies its files pauses between them, not for so long.
SETTLED_S = 2.0
# Something that never comes to rest is no reason never to scan.
LONGEST_WAIT_S = 60.0


def watch(
    paths: _options.Paths,
    *,
    out: _options.Out = None,
    settings: _options.Settings = None,
    diary: _options.Diary = None,
    quiet: _options.Quiet = False,
    jobs: _options.Jobs = None,
    no_cache: _options.NoCache = False,
    cache_folder: _options.Cache = None,
) -> None:
    """Scan again whenever files arrive.

    Scans now, and again when files arrive or change, until stopped with Ctrl-C.
    It waits until nothing has changed for two seconds, so that files may take their time to be copied, and
    scans when the day changes, too. For one report a week, cron and `loadwatch scan` are enough.
    """
    places = [at_home(path) for path in paths]
    folder = _console.report_folder(out, places, DEFAULT_OUT)
    kept_in = _console.cache_folder(cache_folder, places, is_wanted=not no_cache)
    asked = Asked(places, folder, settings=settings, diary=diary, quiet=quiet, jobs=jobs)
    find(places, bool, look=lambda *_: False)  # opens nothing, and refuses what does not exist
    told: Answer | None = None
    is_first = True
    for _ in _moments_to_scan(asked, [folder, *([kept_in] if kept_in else [])]):
        try:
            with _console.cache(kept_in) as cache:
                answer = answered(asked, cache)
        except LoadwatchError as error:
            # What is wrong from the beginning is for whoever typed it; later it may be mended by and by.
            if is_first and isinstance(error, UsageError):
                raise
            _console.narrate(f"loadwatch: {error} Waiting for files.")
            continue
        finally:
            is_first = False
        if answer != told:
            tell(answer)
            told = answer
        if not quiet:
            now = datetime.now().strftime("%H:%M:%S")  # noqa: DTZ005 - the runner's own clock
            _console.narrate(f"Scanned at {now}; waiting for files. Ctrl-C ends it.")


def _moments_to_scan(asked: Asked, own: list[Path]) -> Iterator[None]:
    """Now, and each time that changes have come to rest, settings or diary were edited or a day has begun.

    What happens in our own folders is of our own making.
    """
    from watchfiles import watch as changes_of  # noqa: PLC0415 - not needed for --help

    from loadwatch import survey  # noqa: PLC0415 - likewise

    watched = [Path(os.path.realpath(place)) for place in asked.places]
    unheard = [Path(os.path.realpath(folder)) for folder in own]
    # A file that is replaced is another file; its folder stays.
    folders = {path if path.is_dir() else path.parent for path in watched}
    own = [
        survey.settings_file(asked.places, asked.settings),
        survey.diary_file(asked.places, asked.diary),
    ]
    try:
        rounds = changes_of(
            *folders,
            # All changes are heard, since rounds that hold none would otherwise never come.
            watch_filter=None,
            rust_timeout=int(1000 * SETTLED_S),
            yield_on_timeout=True,
            recursive=any(path.is_dir() for path in watched),
        )
        # From the first round on nothing is missed, whatever happens while a scan is going on.
        next(rounds)
        told = _occasion(own)
        yield
        first_s = last_s = None  # of the changes not yet scanned, on the clock
        for changes in rounds:
            now_s = time.monotonic()
            if any(_concerns(Path(changed), watched, unheard) for _, changed in changes):
                first_s, last_s = first_s or now_s, now_s
            if first_s is not None and last_s is not None:
                is_due = now_s - last_s >= 0.9 * SETTLED_S or now_s - first_s > LONGEST_WAIT_S
            else:
                is_due = _occasion(own) != told
            if is_due:
                first_s = last_s = None
                told = _occasion(own)
                yield
    except OSError as error:
        raise UsageError(
            f"{asked.places[0]}: cannot be watched ({error}); use `loadwatch scan` from cron."
        ) from error


def _occasion(own: list[Path]) -> tuple[date, list[str]]:
    """What makes a new scan worth while though no activity has come: a day, settings, a line of the diary."""
    return date.today(), [stamp(file) for file in own]  # noqa: DTZ011 - the runner's own calendar day


def _concerns(changed: Path, watched: list[Path], unheard: list[Path]) -> bool:
    """Whether a change is one of activities: hidden files, among them caches, are never scanned."""
    around = next((path for path in watched if changed.is_relative_to(path)), None)
    # Folders above our own are made along with them.
    if around is None or any(changed.is_relative_to(own) or own.is_relative_to(changed) for own in unheard):
        return False
    return not any(map(is_hidden, changed.relative_to(around).parts))
