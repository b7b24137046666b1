"""Text in charts: it can be read at any width, in either scheme, and in a font that nobody had in mind."""

from __future__ import annotations

from typing import Any

import pytest

WEEKS = ("sample", "act", "imperial", "ten years", "one run", "treadmill", "hostile")
WIDTHS = (360, 1280)
SMALLEST_PX = 11.0
LEAST_CONTRAST = 4.5

every_week = pytest.mark.parametrize("week", WEEKS)


@pytest.mark.parametrize("browser", ["usual", "wide"], indirect=True)
@every_week
def test_no_two_texts_touch_and_none_leaves_its_chart(show: Any, week: str) -> None:
    with show(week) as shown:
        shown.unfold()
        faults = []
        for width in WIDTHS:
            shown.resize(width)
            assert shown.measure("texts") > 0
            faults += [f"at {width} px: {fault}" for fault in shown.measure("overlaps")]
            faults += [f"at {width} px beyond the edge: {fault}" for fault in shown.measure("outside")]
        assert not faults, "\n".join(faults)


@every_week
def test_no_text_is_too_small_to_read(show: Any, week: str) -> None:
    with show(week) as shown:
        shown.unfold()
        faults = []
        for width in WIDTHS:
            shown.resize(width)
            faults += [f"at {width} px: {fault}" for fault in shown.measure("small", SMALLEST_PX)]
        assert not faults, "\n".join(faults)


@every_week
def test_every_text_stands_out_from_what_is_beneath_it(show: Any, week: str) -> None:
    with show(week) as shown:
        shown.unfold()
        shown.resize(1280, whole=True)
        faults = []
        for scheme in ("light", "dark"):
            shown.page.emulate_media(color_scheme=scheme)
            faults += [f"{scheme}: {fault}" for fault in shown.measure("faint", LEAST_CONTRAST)]
        assert not faults, "\n".join(faults)
