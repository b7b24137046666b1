"""The panels of a report, one a file. Each draws one table on one Axes, with one scale.

Panels take what they show from the history; the rest is layout. Drawn with Figure objects only, so that
a notebook, a page and a picture can use the same panel without any global state.
"""

from loadwatch import words
from loadwatch.errors import UsageError
from loadwatch.report.figures import (
    acute_chronic,
    cadence,
    distance,
    fast,
    hills,
    intensity,
    ladder,
    late_form,
    leg_load,
    load,
    steps,
    year,
)
from loadwatch.report.figures._axes import LIGHT, Palette
from loadwatch.report.figures._panel import Panel, figure, svg_of, to_svg, to_svgs
from loadwatch.report.figures.weekly import weekly

PANELS: tuple[Panel, ...] = (
    distance.PANEL,
    ladder.PANEL,
    intensity.PANEL,
    hills.PANEL,
    fast.PANEL,
    cadence.PANEL,
    steps.PANEL,
    late_form.PANEL,
    year.PANEL,
    leg_load.PANEL,
    load.PANEL,
    acute_chronic.PANEL,
)

__all__ = [
    "LIGHT",
    "PANELS",
    "Palette",
    "Panel",
    "figure",
    "panel",
    "svg_of",
    "to_svg",
    "to_svgs",
    "weekly",
]


def panel(key: str) -> Panel:
    """One of the report's panels by its key.

    Parameters
    ----------
    key
        Such as distance, ladder or cadence.

    Returns
    -------
    Panel
        One of `PANELS`.

    Raises
    ------
    UsageError
        There is no such panel.

    Examples
    --------
    >>> import loadwatch as lw
    >>> lw.figures.panel("distance").title
    'Distance by week'
    """
    known = {one.key: one for one in PANELS}
    if key not in known:
        raise UsageError(f"there is no panel `{key}`; there are {words.listing(list(known))}.")
    return known[key]
