"""Making a drawn chart at home in a page: colours from its style sheet, unique ids, a name read aloud."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.report.figures import Palette

_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_OPENING = re.compile(r"<svg[^>]*?viewBox=\"(?P<box>[^\"]*)\"[^>]*>", re.DOTALL)
_STYLE = re.compile(r"\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
# matplotlib wrote one `font:` up to 3.10, and writes single properties since.
_FONT = re.compile(r"font: (?P<weight>bold |700 )?(?P<size>[\d.]+px)[^;\"]*")
_FAMILY = re.compile(r" font-family: [^;\"]*;")
_UPRIGHT = re.compile(r" transform=\"rotate\(-?0 [^\"]*\"")
_ID = re.compile(r" id=\"(?P<name>[^\"]*)\"")
# A hundredth of a pixel is more than a screen shows.
_DECIMALS = re.compile(r"(\d\.\d\d)\d+")
_REFERENCE = re.compile(r"(?P<before>url\(#|href=\"#)(?P<name>[^\")]*)")


def inline(
    svg: str, key: str, palette: Palette, *, named_by: Sequence[str], is_stretched: bool = False
) -> Markup:
    """Turn a drawn SVG file into an element for the inside of a page.

    Parameters
    ----------
    svg
        As matplotlib writes it, with text as text.
    key
        Put before all ids, so that several charts can share a page.
    palette
        The colours it was drawn in; each becomes a variable of the page's style sheet.
    named_by
        Ids of the page's elements that say what it shows, read aloud in place of the picture.
    is_stretched
        Whether it fills whatever width and height it is given.
    """
    for unwanted in (_PROLOGUE, _METADATA, _STYLE, _FAMILY, _UPRIGHT):
        svg = unwanted.sub("", svg)
    wanted = {found["name"] for found in _REFERENCE.finditer(svg)}
    svg = _ID.sub(lambda found: f' id="{key}-{found["name"]}"' if found["name"] in wanted else "", svg)
    svg = _REFERENCE.sub(rf"\g<before>{key}-\g<name>", svg)
    svg = _FONT.sub(lambda found: f"font-size: {found['size']}{_weight(found['weight'])}", svg)
    for colour in fields(palette):
        svg = svg.replace(getattr(palette, colour.name), f"var(--{colour.name})")
    svg = _DECIMALS.sub(r"\1", svg)
    stretched = ' preserveAspectRatio="none"' if is_stretched else ""
    box, names = _OPENING.search(svg)["box"], " ".join(named_by)  # type: ignore[index]
    opening = f'<svg viewBox="{box}"{stretched} role="img" aria-labelledby="{names}">'
    # Everything in it was drawn here: no text from any file gets into a chart.
    return Markup(_OPENING.sub(lambda _: opening, svg, count=1))  # noqa: S704


def _weight(bold: str | None) -> str:
    return "; font-weight: 600" if bold else ""
