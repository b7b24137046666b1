"""The page over all runners in a real browser: to any eye, at any width, whatever the names."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from loadwatch.cohort import page
from loadwatch.cohort.coach import Coach

MADE = Path(__file__).resolve().parents[2] / "cohort" / "made_rows.py"


@pytest.fixture(scope="module")
def source() -> str:
    spec = spec_from_file_location("made_rows", MADE)
    assert spec
    assert spec.loader
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    coach = Coach()
    for row in made.made_rows(2000):
        coach.add(row)
    return page.render(coach, made.STUDY)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_it_opens_without_a_complaint_and_everybody_can_read_it(
    show_text: Any, source: str, width: int, scheme: str
) -> None:
    with show_text(source, width=width, scheme=scheme) as shown:
        shown.unfold()
        shown.page.wait_for_load_state("networkidle")
        assert shown.said == []
        assert shown.asked_for == [shown.page.url]
        assert shown.violations() == []
        wide = shown.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0


def test_the_bar_shows_each_groups_share(show_text: Any, source: str) -> None:
    with show_text(source) as shown:
        parts = shown.page.eval_on_selector_all(
            ".bar span", "all => all.map(one => [parseFloat(one.style.flexGrow), one.offsetWidth])"
        )
        assert len(parts) == 6
        counts, widths = [count for count, _ in parts], [width for _, width in parts]
        for count, width in parts:
            assert width == pytest.approx(sum(widths) * count / sum(counts), abs=4)
