"""What every command shares: where words go, and which exit code they end in."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadwatch import words
from loadwatch.errors import UsageError
from loadwatch.sources import at_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loadwatch.cache import Cache

    Step = Callable[[int, int, str], None]
    Counted = Callable[[int, int], None]

DONE, NOTHING_USABLE, WRONG_USE, FLAGGED, INTERRUPTED = 0, 1, 2, 3, 130


def narrate(text: str) -> None:
    """One line on stderr, where narration goes; a hostile file name can neither repaint nor break it."""
    print(words.printable(text.replace("\n", "?")), file=sys.stderr)


def show(text: str) -> None:
    """Results on stdout, at once: whoever reads a pipe may wait for them."""
    print(text, flush=True)


def hush_drawing() -> None:
    """Keep what matplotlib says of its own folders, where a home cannot be written, from the runner."""
    import logging  # noqa: PLC0415 - not needed for --help

    logging.getLogger("matplotlib").setLevel(logging.ERROR)


def hush_cluster() -> None:
    """Keep what Dask logs of itself from the terminal; what matters of it is told in a sentence."""
    import logging  # noqa: PLC0415 - likewise

    logging.disable(logging.CRITICAL)


def width() -> int:
    """Columns to write in: those of the terminal, within what reads well."""
    return min(max(shutil.get_terminal_size((88, 24)).columns, 40), 120)


def fitted(text: str, *, hanging: int) -> str:
    """Text whose long lines are broken for a terminal and go on further in; as it is in a pipe."""
    if not sys.stdout.isatty():
        return text
    lines = (
        textwrap.wrap(line, width(), subsequent_indent=" " * hanging, break_on_hyphens=False) or [line]
        if len(line) > width()
        else [line]
        for line in text.split("\n")
    )
    return "\n".join(chain.from_iterable(lines))


def is_colourful() -> bool:
    """Whether colours are wanted: a terminal, and nobody said no."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_ascii_only() -> bool:
    """Whether stdout cannot show more than ASCII."""
    encoding = (sys.stdout.encoding or "ascii").lower()
    return not encoding.startswith("utf")


def style() -> dict[str, Any]:
    """How this terminal wants a summary."""
    return {"width": width(), "colour": is_colourful(), "ascii_only": is_ascii_only()}


def cache_folder(asked: Path | None, places: list[Path], *, is_wanted: bool) -> Path | None:
    """Where to keep what was read: the folder asked for, else the user's own; None where nothing is kept.

    Raises
    ------
    UsageError
        The folder asked for lies inside a scanned one.
    """
    if not is_wanted:
        return None
    if asked:
        refuse_inside(asked, places)
        return at_home(asked)
    from platformdirs import user_cache_path  # noqa: PLC0415 - not needed for --help

    folder = user_cache_path("loadwatch")
    inside = _place_around(folder, places)
    if inside is not None:
        narrate(
            f"What is read is kept in {folder}, which lies inside {inside}; nothing else is written there. "
            "--cache names another folder, --no-cache keeps nothing."
        )
    return folder


@contextmanager
def cache(folder: Path | None) -> Iterator[Cache | None]:
    """The cache in a folder for one command; whoever stops it keeps what was read so far."""
    if folder is None:
        yield None
        return
    from loadwatch.cache import Cache  # noqa: PLC0415 - not needed for --help

    kept = Cache(folder)
    try:
        yield kept
    except KeyboardInterrupt:
        kept.close()
        if not kept.trouble:
            narrate("loadwatch: what was read is kept; the next scan goes on from there.")
        raise
    finally:
        kept.close()
        if kept.trouble:
            narrate(f"loadwatch: {kept.trouble}")


@contextmanager
def progress(doing: str, *, is_wanted: bool, things: str = "files") -> Iterator[Step | None]:
    """A progress bar on stderr; nothing where stderr is no terminal or nobody wants it."""
    if not is_wanted or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only where a bar is drawn
    from rich.markup import escape  # noqa: PLC0415 - likewise
    from rich.progress import (  # noqa: PLC0415 - likewise
        BarColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text  # noqa: PLC0415 - likewise

    class Speed(TextColumn):
        """Files, or what else is counted, a second, once that is known."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f} {things}/s" if task.speed else "", style="progress.data.speed")

    bar = Progress(
        TextColumn(doing),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        Speed(""),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)

        def update(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(name[-40:]))

        yield update


def report_folder(asked: Path | None, places: list[Path], default: str) -> Path:
    """Where reports go: the folder asked for, else the default below the current one, never among the runs.

    Raises
    ------
    UsageError
        The folder asked for lies inside a scanned one.
    """
    folder = at_home(asked) if asked else Path(default)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder for the report with --out.")
    inside = _place_around(folder, places)
    if inside is None:
        return folder
    if asked:
        raise UsageError(
            f"{asked}: lies inside {inside}, which is only read; name a folder outside it with --out."
        )
    from platformdirs import user_data_path  # noqa: PLC0415 - likewise

    elsewhere = user_data_path("loadwatch") / default
    inside = _place_around(elsewhere, places)
    but = f", which lies inside {inside}, too; --out names another folder" if inside else ""
    narrate(
        "The current folder is among those scanned, which are only read; "
        f"the report goes to {elsewhere}{but}."
    )
    return elsewhere


def refuse_inside(file: Path, places: list[Path]) -> None:
    """Refuse a file among the runs, where nothing is ever written.

    Raises
    ------
    UsageError
        The file lies inside a scanned folder.
    """
    inside = _place_around(at_home(file), places)
    if inside is not None:
        raise UsageError(f"{file}: lies inside {inside}, which is only read; name a place outside it.")


def _place_around(file: Path, places: list[Path]) -> Path | None:
    """The scanned folder that a file lies inside."""
    # Unlike Path.is_dir, this answers for names too long as well.
    folders = (place for place in places if os.path.isdir(place))  # noqa: PTH112 - as said above
    return next((place for place in folders if file.resolve().is_relative_to(place.resolve())), None)
