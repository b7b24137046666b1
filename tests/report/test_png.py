"""The picture of the week."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loadwatch.report import png
from loadwatch.settings import Settings

if TYPE_CHECKING:
    from loadwatch.history import History


@pytest.mark.parametrize("who", ["history", "newcomer", "american"])
def test_it_is_a_postcard_of_1200_by_1600(request, who: str) -> None:
    picture = png.render(request.getfixturevalue(who))
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 1600)


def test_the_same_history_gives_the_same_bytes(history: History) -> None:
    assert png.render(history) == png.render(history)


def test_it_bears_no_date_and_no_machine(history: History) -> None:
    assert b"tEXt" not in png.render(history)


@pytest.mark.parametrize("name", ["李小龙", "$x_1$ & <b>", "\U0001f3c3"])
def test_any_name_can_be_drawn_or_is_left_out(newcomer: History, name: str) -> None:
    assert png.render(replace(newcomer, settings=Settings(name=name)))


def test_the_readme_shows_a_picture_as_the_program_makes_them() -> None:
    project = Path(__file__).resolve().parents[2]
    (name,) = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", (project / "README.md").read_text(encoding="utf-8"))
    picture = (project / name).read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (1200, 1600)
    assert len(picture) < 400_000
