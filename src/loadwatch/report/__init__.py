"""A history told: terminal, HTML, PNG and tables. Nothing is computed here but layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.errors import NoRunsError
from loadwatch.report._files import write_file

if TYPE_CHECKING:
    import os

    from loadwatch.history import History


@dataclass(frozen=True)
class ReportPaths:
    """Where the reports of a week were written.

    Attributes
    ----------
    html, png
        The page and its picture.
    digests
        SHA-256 of what was written, in hexadecimal, by each file's whole path. Another scan may have written
        its own there since.
    """

    html: Path
    png: Path
    digests: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


def write_report(
    history: History, folder: str | os.PathLike[str], *, show_names: bool = False
) -> ReportPaths:
    """Write a week's HTML report and its picture.

    Parameters
    ----------
    history
        What a scan gave back.
    folder
        Where to; made where it is missing. A report of the same week there is replaced.
    show_names
        Tell on the page what the runner called each run. The picture never does.

    Returns
    -------
    ReportPaths
        The files written.

    Raises
    ------
    NoRunsError
        If the history holds no run.
    UsageError
        If the files cannot be written there.

    Examples
    --------
    >>> import tempfile
    >>> import loadwatch as lw
    >>> history = lw.scan("sample_activities", as_of="2026-10-25")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = lw.write_report(history, folder)
    >>> paths.html.name, paths.png.name
    ('loadwatch-2026-W43.html', 'loadwatch-2026-W43.png')
    """
    # matplotlib and jinja2 take half a second to import; whoever only reads runs does not wait for them.
    from loadwatch.report.html import render as render_html  # noqa: PLC0415 - likewise
    from loadwatch.report.png import render as render_png  # noqa: PLC0415 - likewise

    if not history.week or history.runs.empty:
        raise NoRunsError("There is no run to report on; name a folder that holds running files.")
    stem = Path(folder).expanduser() / f"loadwatch-{history.week}"
    paths = ReportPaths(html=stem.with_name(f"{stem.name}.html"), png=stem.with_name(f"{stem.name}.png"))
    for path, content in (
        (paths.html, render_html(history, show_names=show_names).encode("utf-8")),
        (paths.png, render_png(history)),
    ):
        write_file(path, content)
        paths.digests[str(path.absolute())] = sha256(content).hexdigest()
    return paths


__all__ = ["ReportPaths", "write_file", "write_report"]
