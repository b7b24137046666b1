"""The panels of a report, one a file. Each draws one table on one Axes, with one scale.

Panels take what they show from the history; the rest is layout. Drawn with Figure objects only, so that
a notebook, a page and a picture can use the same panel without any global state.
"""

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
from loadwatch.report.figures._panel import Panel, figure, to_svg, to_svgs

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

__all__ = ["LIGHT", "PANELS", "Palette", "Panel", "figure", "to_svg", "to_svgs"]
