"""Text in charts: it can be read at any width, in either scheme, and in a font that nobody had in mind."""

from __future__ import annotations

from typing import Any

import pytest

WEEKS = ("sample", "act", "imperial", "ten years", "one run", "treadmill", "hostile")
WIDTHS = (360, 1280)
SMALLEST_PX = 11.0
LEAST_CONTRAST = 4.5

every_week = pytest.mark.parametrize("week", WEEKS)
every_font = pytest.mark.parametrize("browser", ["usual", "wide"], indirect=True)


@every_font
@every_week
@pytest.mark.parametrize("width", WIDTHS)
def test_no_two_texts_touch(show: Any, week: str, width: int) -> None:
    with show(week, width=width) as shown:
        shown.unfold()
        assert shown.measure("texts") > 0
        assert shown.measure("overlaps") == []


@every_font
@every_week
@pytest.mark.parametrize("width", WIDTHS)
def test_every_text_lies_within_its_chart(show: Any, week: str, width: int) -> None:
    with show(week, width=width) as shown:
        shown.unfold()
        assert shown.measure("outside") == []


@every_week
@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_is_too_small_to_read(show: Any, week: str, width: int) -> None:
    with show(week, width=width) as shown:
        shown.unfold()
        assert shown.measure("small", SMALLEST_PX) == []


@every_week
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_beneath_it(show: Any, week: str, scheme: str) -> None:
    with show(week, scheme=scheme) as shown:
        shown.unfold()
        shown.resize(1280, whole=True)
        assert shown.measure("texts") > 0
        assert shown.measure("faint", LEAST_CONTRAST) == []
