"""The page on paper: two sheets of A4 for a plain week, and all of it on them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from loadwatch import words
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Callable

    from loadwatch.history import History

WEEKS = ("sample", "act", "imperial", "ten years", "one run", "treadmill", "hostile")
# A4 without the margins that browsers leave by themselves. [CSS px]
MARGIN_MM = 10
PAPER_PX = round((210 - 2 * MARGIN_MM) / 25.4 * 96)


def printed(shown: Any) -> PdfReader:
    margin = dict.fromkeys(("top", "right", "bottom", "left"), f"{MARGIN_MM}mm")
    return PdfReader(io.BytesIO(shown.page.pdf(format="A4", margin=margin, print_background=False)))


def letters(text: str) -> str:
    """Text without its spaces, since PDF has lines and no words."""
    return "".join(text.split())


def test_a_plain_week_takes_two_sheets(show: Any) -> None:
    for scheme in ("light", "dark"):
        with show("sample", scheme=scheme) as shown:
            assert len(printed(shown).pages) == 2


@pytest.mark.parametrize("week", WEEKS)
def test_all_of_it_is_on_paper(show: Any, week: str, history_of: Callable[[str], History]) -> None:
    history = history_of(week)
    story = history.stories[history.week]
    expected = [
        story.headline,
        story.action,
        *(str(row["sentence"]) for row in (*story.reasons, *story.notes)),
        *(
            words.distance(run["distance_m"], history.settings.units)
            for _, run in _view.runs_of_week(history).iterrows()
        ),
        words.NOT_MEDICAL_ADVICE,
    ]
    with show(week, width=PAPER_PX) as shown:
        text = letters("".join(page.extract_text() for page in printed(shown).pages))
        assert [said for said in expected if letters(said) not in text] == []
        shown.page.emulate_media(media="print")
        layout = shown.measure("layout")
        assert (layout["width"] <= PAPER_PX, layout["beyond"]) == (True, [])
        faults = shown.measure("overlaps") + shown.measure("outside")
        assert not faults, "\n".join(faults)


def test_paper_is_white_however_dark_the_screen_is(show: Any) -> None:
    with show("sample", width=PAPER_PX, scheme="dark") as shown:
        shown.page.emulate_media(media="print")
        ground = shown.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
        shown.resize(PAPER_PX, whole=True)
        faults = [*shown.measure("faint", 4.5), *shown.violations()]
        assert not faults, "\n".join(faults)
