"""The page in a real browser: it says all it has to, to any eye, at any width, and does nothing else."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from loadwatch import words
from loadwatch._version import __version__
from loadwatch.report import _view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from loadwatch.history import History

WEEKS = ("sample", "act", "imperial", "ten years", "one run", "treadmill", "hostile")
TABS = 3000

every_week = pytest.mark.parametrize("week", WEEKS)


def plain(text: str) -> str:
    """Text with every space alike, as no reader tells them apart."""
    return " ".join(text.split())


@every_week
def test_it_opens_without_a_complaint_and_asks_for_nothing(show: Any, week: str) -> None:
    with show(week) as shown:
        shown.unfold()
        shown.page.wait_for_load_state("networkidle")
        assert shown.said == []
        assert shown.asked_for == [shown.page.url]
        assert shown.measure("fetched") == []


@every_week
def test_all_that_the_week_says_can_be_read(
    show: Any, week: str, history_of: Callable[[str], History]
) -> None:
    history = history_of(week)
    story, units = history.stories[history.week], history.settings.units
    expected = [
        words.capitalised(words.week_number(history.week)),
        words.LEVELS[story.verdict].shape,
        story.headline,
        story.action,
        *(str(row["sentence"]) for row in (*story.reasons, *story.folded, *story.notes, *story.information)),
        *(str(row["sentence"]) for row, _ in story.standing),
        *(f"since {words.day(since)}" for _, since in story.standing),
        *(
            silent.reason
            for silent in story.cannot_tell
            if history.diary.is_there or silent.rule != "symptoms"
        ),
        *(words.day(_view.as_date(run["local_date"])) for _, run in _view.runs_of_week(history).iterrows()),
        *(words.distance(run["distance_m"], units) for _, run in _view.runs_of_week(history).iterrows()),
        _view.read_line(history),
        *(reason for kind, reason in zip(history.skipped["kind"], history.skipped["reason"], strict=True)),
        f"loadwatch {__version__}",
        words.day(history.as_of, year=True),
        words.NOT_MEDICAL_ADVICE,
    ]
    with show(week) as shown:
        shown.unfold()
        text = plain(shown.page.inner_text("body")).casefold()
        assert [said for said in expected if plain(said).casefold() not in text] == []


def test_the_page_of_ten_years_is_no_heavier_than_a_photograph(page_of: Callable[[str], Path]) -> None:
    assert page_of("ten years").stat().st_size < 3_000_000


@every_week
def test_every_section_has_a_heading_and_something_below_it(show: Any, week: str) -> None:
    with show(week) as shown:
        sections = shown.page.locator("main section").all()
        assert len(sections) >= 6
        for section in sections:
            heading = section.locator("h2").first.inner_text()
            assert heading.strip()
            assert len(section.inner_text()) > len(heading) + 5, heading
        levels = [
            int(tag[1])
            for tag in shown.page.eval_on_selector_all(
                "h1, h2, h3, h4, h5, h6", "all => all.map(one => one.tagName)"
            )
        ]
        assert levels.count(1) == 1
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


@every_week
def test_everything_opens_by_keyboard_and_shows_what_it_holds(show: Any, week: str) -> None:
    with show(week) as shown:
        page = shown.page
        opened = 0
        for _ in range(TABS):
            page.keyboard.press("Tab")
            at = shown.measure("focus")
            if at == "end":
                break
            if at == "closed":
                page.keyboard.press("Enter")
                opened += 1
        assert at == "end"
        assert opened == page.locator("details").count() == page.locator("details[open]").count() > 0
        empty = page.eval_on_selector_all(
            "details",
            "all => all.filter(one => one.getBoundingClientRect().height"
            " < one.querySelector('summary').getBoundingClientRect().height + 8).map(one => one.innerText)",
        )
        assert empty == []
        for table in page.locator("main figure table").all():
            assert table.is_visible()
        assert page.locator("main figure").count() == page.locator("main figure:has(table)").count()


@every_week
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_object_to(show: Any, week: str, scheme: str) -> None:
    with show(week, scheme=scheme) as shown:
        # What is closed is the same for every week.
        if week == "sample":
            assert shown.violations() == []
        shown.unfold()
        assert shown.violations() == []


@pytest.mark.parametrize("browser", ["usual", "wide"], indirect=True)
@every_week
def test_nothing_sticks_out_sideways(show: Any, week: str) -> None:
    with show(week) as shown:
        for state in ("closed", "open"):
            if state == "open":
                shown.unfold()
            for width in (360, 390, 700, 768, 900, 1280):
                shown.resize(width)
                layout = shown.measure("layout")
                assert (state, layout["beyond"]) == (state, [])
                assert layout["width"] <= width


def test_it_is_light_by_day_and_dark_by_night(show: Any) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        with show("sample", scheme=scheme) as shown:
            ground = shown.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            brightness[scheme] = sum(int(part) for part in ground.strip("rgb()").split(","))
    assert brightness["light"] > 600
    assert brightness["dark"] < 200


def test_all_weeks_can_be_sorted_by_keyboard_and_by_what_they_hold(show: Any) -> None:
    with show("sample") as shown:
        shown.unfold()
        table = shown.page.locator("table.sortable")
        column = "distance, km"
        names = [head.strip() for head in table.locator("thead th").all_inner_texts()]
        place = names.index(column) + 1
        rows = table.locator("tbody tr").count()

        def distances() -> list[float]:
            cells = table.locator(f"tbody tr > :nth-child({place})").all_inner_texts()
            return [float(text.replace(",", "")) for text in cells]

        head = table.get_by_role("button", name=column)
        head.focus()
        shown.page.keyboard.press("Enter")
        assert distances() == sorted(distances(), reverse=True)
        assert table.locator("th[aria-sort=descending]").inner_text().startswith(column)
        shown.page.keyboard.press("Enter")
        assert distances() == sorted(distances())
        assert len(distances()) == rows > 20
