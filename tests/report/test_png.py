"""The picture of the week: what is written on it and where, and what must not be."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from loadwatch import words
from loadwatch.report import _sheet, figures, png
from loadwatch.report._sheet import Style, can_be_drawn, shortened, width_px, wrapped
from loadwatch.report.figures import LIGHT, _axes
from loadwatch.settings import Settings

if TYPE_CHECKING:
    from matplotlib.text import Text

    from loadwatch.history import History

WHO = ["history", "beginner", "newcomer", "american"]
HOSTILE = "W" * 10_000 + " $x_1$ <script>alert(1)</script> " + "on and on " * 5_000
LAID = png.points(png.PLAIN_PX)


def with_story(history: History, **changed: Any) -> History:
    story = replace(history.story, **changed)
    return replace(history, stories={**history.stories, history.week: story})


def flag(rule: str, level: str, sentence: str) -> Any:
    return pd.Series({"rule": rule, "level": level, "sentence": sentence})


def red(
    history: History,
    sentence: str,
    cause: str = "the open diary entry of 23 Oct 2026",
    site: str = "left mid-thigh",
) -> History:
    """The history with a diary that asks for a professional, beside two reasons from the running."""
    reasons = (
        flag("symptoms", "act", sentence),
        flag("long_run_spike", "act", words.with_cause("23.3 km in one go: 49 % longer.", cause)),
        flag("fast_running", "watch", "3,350 m of fast running in 7 days. " * 3),
    )
    standing = ((flag("symptoms", "watch", sentence), history.as_of),)
    headline = f"Act: what the diary tells ({site}) is for a professional, whatever the running looks like."
    action = "Stop running and see a professional."
    return with_story(
        history, verdict="act", headline=headline, action=action, reasons=reasons, standing=standing
    )


def hostile(history: History) -> History:
    reasons = tuple(flag("volume_jump", "watch", HOSTILE) for _ in range(3))
    standing = ((flag("long_steps", "watch", HOSTILE), history.as_of),) * 30
    changed = with_story(
        history, verdict="act", headline=f"Act: {HOSTILE}", action=HOSTILE, reasons=reasons, standing=standing
    )
    return replace(changed, settings=Settings(name=HOSTILE))


def plain(history: History) -> History:
    return with_story(
        history, verdict="usual", headline=words.headline("usual"), action="", reasons=(), standing=()
    )


KINDS = {
    "as it is": lambda history: history,
    "red diary": lambda history: red(history, "Red for the sit bone by the diary (pain 6 during)."),
    "as usual": plain,
    "no run": lambda history: with_story(plain(history), headline=words.NO_RUN),
    "hostile": hostile,
}

SHOWN = [
    *(("history", kind) for kind in KINDS),
    *(("newcomer", "as it is"), ("beginner", "as it is"), ("american", "red diary")),
]


def laid_out(history: History) -> _sheet.Sheet:
    """The sheet as it is drawn; to be asked of in the same style."""
    with _axes.drawing_style(LAID):
        sheet = png.drawn(history)
        # Ticks get their places when they are drawn.
        sheet.figure.draw_without_rendering()
        return sheet


def words_on(sheet: _sheet.Sheet) -> list[Text]:
    """Everything written on a sheet."""
    figure = sheet.figure
    written = [*figure.texts]
    for axes in figure.axes:
        inside = [*axes.texts, *_sheet.tick_labels(axes), axes.xaxis.label]
        written += [text for text in inside if text.get_visible()]
    return [text for text in written if text.get_text().strip()]


def box_of(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right and bottom. [px]"""
    extent = text.get_window_extent()
    return extent.x0, png.HEIGHT_PX - extent.y1, extent.x1, png.HEIGHT_PX - extent.y0


@pytest.fixture(scope="module")
def picture(history: History) -> bytes:
    return png.render(history)


@pytest.mark.parametrize("who", WHO)
def test_it_is_a_postcard_of_1200_by_1600(request, who: str) -> None:
    picture = png.render(request.getfixturevalue(who))
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 1600)
    assert len(picture) < 400_000


def test_the_same_history_gives_the_same_bytes(history: History, picture: bytes) -> None:
    assert png.render(history) == picture


def test_it_bears_no_date_and_no_machine(picture: bytes) -> None:
    assert b"tEXt" not in picture


@pytest.fixture(scope="module", params=SHOWN, ids="-".join)
def placed(request) -> tuple[History, dict[Text, tuple[float, float, float, float]]]:
    """A history, and where each of its words lies."""
    who, kind = request.param
    history = KINDS[kind](request.getfixturevalue(who))
    with _axes.drawing_style(LAID):
        return history, {text: box_of(text) for text in words_on(laid_out(history))}


def test_every_word_is_on_the_sheet_and_large_enough_for_a_phone(placed) -> None:
    for text, (left, top, right, bottom) in placed[1].items():
        assert 20 <= left < right <= png.WIDTH_PX - 20, text
        assert 0 < top < bottom < png.HEIGHT_PX - 20, text
        assert text.get_fontsize() * _sheet.DPI / 72 >= 21.9, text


def test_names_on_a_scale_stand_apart(history: History) -> None:
    sheet = laid_out(history)
    for axes in sheet.figure.axes:
        below = set(axes.get_xticklabels())
        shown = [text for text in _sheet.tick_labels(axes) if text in below and text.get_visible()]
        edges = sorted(box_of(text)[::2] for text in shown)
        assert all(right[0] - left[1] >= _sheet.LEAST_GAP_PX for left, right in pairwise(edges))


def test_no_two_words_lie_on_top_of_each_other(placed) -> None:
    for (one, first), (other, second) in combinations(placed[1].items(), 2):
        wide = min(first[2], second[2]) - max(first[0], second[0])
        high = min(first[3], second[3]) - max(first[1], second[1])
        # Lines of a paragraph may touch: their boxes hold room for accents.
        assert wide <= 1 or high <= 8, (one.get_text(), other.get_text())


def test_a_chat_that_cuts_the_picture_still_shows_the_verdict(placed) -> None:
    history, places = placed
    word, _ = png.split_headline(history.story.headline, words.LEVELS[history.verdict])
    verdicts = [box for text, box in places.items() if text.get_text().startswith(word)]
    wide = png.WIDTH_PX / 1.91
    for cut_top, cut_bottom in (
        (0, wide),
        ((png.HEIGHT_PX - wide) / 2, (png.HEIGHT_PX + wide) / 2),
        (0, png.WIDTH_PX),
        ((png.HEIGHT_PX - png.WIDTH_PX) / 2, (png.HEIGHT_PX + png.WIDTH_PX) / 2),
    ):
        assert any(cut_top <= top and bottom <= cut_bottom for _, top, _, bottom in verdicts)


def test_it_says_the_verdict_why_and_what_to_do(history: History) -> None:
    said = " ".join(text.get_text() for text in laid_out(history).figure.texts).replace("\u00a0", " ")
    assert "Act Far outside your usual running." in said
    assert "23.3 km in one go on Sun 25 Oct: 49 % longer than the longest of the 30 days" in said
    assert "47.3 km in 7 days: 39 % more than in the weeks before" in said
    assert "Act: keep the next runs short and easy." in said
    assert "Still up: long steps (▲ watch) since Sat 17 Oct." in said
    assert "48.2 km · 4 h 47 min · 4 runs" in " ".join(said.split())
    assert "Not medical advice." in said


def test_a_week_without_a_run_is_no_week_as_usual(history: History) -> None:
    quiet = with_story(plain(history), headline=words.NO_RUN)
    written = [text.get_text() for text in laid_out(quiet).figure.texts]
    assert "No run this week" in written
    assert not any("As usual" in text for text in written)


def test_four_panels_stay_whatever_becomes_of_one(history: History, monkeypatch) -> None:
    others = tuple(panel for panel in figures.PANELS if panel.key != "ladder")
    monkeypatch.setattr(figures, "PANELS", others)
    figure = laid_out(history).figure
    assert "Long-run ladder" not in {text.get_text() for text in figure.texts}
    assert len(figure.axes) == 4
    assert not any(panel.is_extra for panel in png.shown_panels())


def test_what_the_diary_says_is_not_in_the_picture(history: History) -> None:
    one = red(history, "Red for the sit bone right by the diary of Fri 23 Oct (pain 6 during): sharp. Stop.")
    other = red(
        history,
        "Red for the lower back by the diary of Mon 19 Oct (pain 9 after): a pop was felt. " * 9,
        cause="the hamstring strain of 14 March 2026",
        site="sit bone and lower back",
    )
    assert png.render(one) == png.render(other)
    written = [text.get_text() for text in laid_out(one).figure.texts]
    assert words.DIARY_SPEAKS in written
    assert "Act: stop running and see a professional." in written
    assert any("49 % longer." in text.replace("\u00a0", " ") for text in written)


def test_no_file_name_and_nothing_else_of_a_single_file_is_in_the_picture(
    history: History, picture: bytes
) -> None:
    elsewhere = history.runs.assign(
        file="secret/home run.fit", device="Acme Racer 9", timezone="Asia/Tokyo", notes="the way to school"
    )
    devices = history.curves.assign(device="Acme Racer 9")
    records = {
        run_id: replace(record, facts=record.facts | {"device": "Acme Racer 9"})
        for run_id, record in history.records.items()
    }
    renamed = replace(history, runs=elsewhere, curves=devices, records=records)
    assert png.render(renamed) == picture


@pytest.mark.parametrize("level", words.LEVELS)
def test_words_stand_out_from_their_ground(level: str) -> None:
    colour = words.LEVELS[level].colour
    ground = png.tinted(colour)
    assert ground != LIGHT.paper
    assert min(contrast(ink, ground) for ink in (colour, LIGHT.ink, LIGHT.soft)) >= 4.5
    assert contrast(LIGHT.paper, colour) >= 4.5


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it."""
    lights = []
    for colour in (one, other):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada & Co", "Ada & Co · loadwatch"),
        ("Zoë", "Zoë · loadwatch"),
        ("Zoe\u0308", "Zoë · loadwatch"),
        ("$x_1$ & <b>", "$x_1$ & <b> · loadwatch"),
        (" two \n lines ", "two lines · loadwatch"),
        ("李小龙", "loadwatch"),
        ("\U0001f3c3", "loadwatch"),
        ("دانة", "loadwatch"),
        ("דנה", "loadwatch"),
        ("Ada \u202egnp.exe", "loadwatch"),
        ("", "loadwatch"),
    ],
)
def test_a_name_is_written_as_its_bearer_writes_it_or_not_at_all(name: str, shown: str) -> None:
    assert png.signature(name, Style(26, LIGHT.soft), 500.0) == shown


def test_a_long_name_is_cut_and_the_rest_stays() -> None:
    style = Style(26, LIGHT.soft)
    shown = png.signature("Ada " * 3000, style, 500.0)
    assert shown.startswith("Ada Ada Ada")
    assert shown.endswith("… · loadwatch")
    assert width_px(shown, style) <= 500.0


def test_what_is_drawn_is_as_wide_as_it_is_measured() -> None:
    style, sheet = Style(40, LIGHT.ink, is_bold=True), _sheet.Sheet(1200, 200, LIGHT.paper)
    with _axes.drawing_style():
        sheet.write("Climb and descent", 100, 50, style)
        (text,) = sheet.figure.texts
        assert text.get_window_extent().width == pytest.approx(width_px("Climb and descent", style), abs=2)


@pytest.mark.parametrize(
    ("text", "size_px"), [("Act", 60), ("Act " * 12, 39), ("Act " * 100, 22), ("Act " * 100_000, 22)]
)
def test_letters_are_as_small_as_a_line_needs_to_be(text: str, size_px: int) -> None:
    assert Style(60, LIGHT.ink).fitting(text, 900.0).size_px == size_px


def test_lines_are_cut_where_they_end() -> None:
    style = Style(30, LIGHT.ink)
    lines = wrapped("one two three four five six seven eight nine ten " * 20, style, 300.0, most_lines=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert max(width_px(line, style) for line in lines) <= 300.0
    assert wrapped("one two", style, 300.0, most_lines=3) == ["one two"]
    assert shortened("one two", style, 300.0) == "one two"
    room = width_px("more than the 1…", style) + 2
    (cut,) = wrapped("more than the 19.9 km before", style, room, most_lines=1)
    assert cut == "more than the…"


def test_letters_of_other_scripts_are_known_as_such() -> None:
    assert can_be_drawn("Łukasz Ångström · ▲ ■ ○ ◇ ?")
    assert not can_be_drawn("שלום")


def test_the_readme_shows_a_picture_as_the_program_makes_them() -> None:
    project = Path(__file__).resolve().parents[2]
    (name,) = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", (project / "README.md").read_text(encoding="utf-8"))
    picture = (project / name).read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (1200, 1600)
    assert len(picture) < 400_000
