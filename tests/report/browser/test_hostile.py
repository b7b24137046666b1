"""Hostile names of files, folders, watches, runners and notes stay text wherever they are told."""

from __future__ import annotations

import csv
import io
import json
import os
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from loadwatch import words
from loadwatch.report import png, tables, terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd

    from loadwatch.history import History

TABLES = ("runs", "days", "weeks", "flags", "skipped")
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def is_harmless(text: str) -> bool:
    """Whether a terminal shows this text and does nothing else."""
    return all(letter in {"\n", "\xa0"} or letter.isprintable() for letter in text)


@pytest.fixture(scope="module")
def scanned(hostile_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Run a command of the program on the folder, in a process of its own."""
    out = tmp_path_factory.mktemp("out")

    def run(command: str, *options: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [
                *(sys.executable, "-m", "loadwatch", command, hostile_folder),
                *("--as-of", "2026-10-25", "--cache", out / "cache"),
                *(["--out", out / "report"] if command == "scan" else []),
                *options,
            ],
            env={**os.environ, "PYTHONUTF8": "1"},
            cwd=out,
            capture_output=True,
            check=True,
        )

    return run


@pytest.fixture(scope="module")
def hostile_week(history_of: Callable[[str], History]) -> History:
    return history_of("hostile")


def test_the_folder_is_as_hostile_as_it_is_meant_to_be(
    hostile_week: History, hostile: dict[str, str]
) -> None:
    files = "\n".join([*hostile_week.runs["file"], *hostile_week.skipped["file"], *hostile_week.repaired])
    assert [name for name, text in hostile.items() if text not in files] == []
    assert any("<script>" in device for device in hostile_week.runs["device"])
    assert any(len(device) > 10_000 for device in hostile_week.runs["device"])
    assert any("\u202e" in device for device in hostile_week.runs["device"])
    assert [entry.note for entry in hostile_week.diary.entries if len(entry.note) == 1000]
    assert hostile_week.diary.faults


def test_the_page_shows_them_as_text(show: Any, hostile_week: History) -> None:
    with show("hostile") as shown:
        shown.unfold()
        assert shown.said == []
        assert shown.page.locator("img, iframe, object").count() == 0
        scripts = shown.page.eval_on_selector_all("script", "all => all.map(one => one.textContent)")
        assert not any("alert" in script for script in scripts)
        text = "".join(shown.page.inner_text("body").split())
        named = [*hostile_week.skipped["file"], *hostile_week.repaired]
        missing = [name for name in named if "".join(words.printable(name).split()) not in text]
        assert missing == []
        assert shown.page.title().endswith("loadwatch")


def test_a_name_that_runs_backwards_turns_nothing_around(show: Any) -> None:
    with show("hostile") as shown:
        shown.unfold()
        mixed = shown.page.eval_on_selector_all(
            ".file", "all => all.map(one => getComputedStyle(one).unicodeBidi)"
        )
        assert set(mixed) == {"isolate"}


def test_the_picture_keeps_its_size(hostile_week: History) -> None:
    picture = png.render(hostile_week)
    assert struct.unpack(">II", picture[16:24]) == (1200, 1600)
    assert len(picture) < 400_000


@pytest.mark.parametrize("width", [60, 88, 120])
@pytest.mark.parametrize("is_ascii_only", [False, True])
def test_the_terminal_is_not_repainted(hostile_week: History, width: int, is_ascii_only: bool) -> None:
    told = terminal.summary(hostile_week, ["a.html"], width=width, ascii_only=is_ascii_only)
    assert is_harmless(told)
    assert len(told.splitlines()) <= 20
    assert told.isascii() or not is_ascii_only


def test_the_program_says_them_as_text(scanned: Callable[..., Any]) -> None:
    done = scanned("scan")
    assert is_harmless(done.stdout.decode())
    assert is_harmless(done.stderr.decode())
    told = json.loads(scanned("scan", "--json").stdout)
    assert told["diary"]["faults"]
    assert told["counts"]["runs"] > 20


def test_looking_at_one_file_or_at_the_diary_shows_text(hostile_folder: Path, tmp_path: Path) -> None:
    files = sorted(path for path in hostile_folder.rglob("*") if {"\x1b", "\u202e"} & set(path.name))
    whole, broken = (
        [path for path in files if ("broken" in path.name) is is_broken] for is_broken in (False, True)
    )
    for command in (
        ["inspect", whole[0]],
        ["inspect", broken[-1]],
        ["diary", "show", "--all", "--folder", hostile_folder],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "loadwatch", *command],
            env={**os.environ, "PYTHONUTF8": "1"},
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        told = done.stdout.decode() + done.stderr.decode()
        assert told
        assert is_harmless(told), command


def test_json_keeps_each_name_as_it_is(scanned: Callable[..., Any], hostile_week: History) -> None:
    raw = scanned("export", "--table", "skipped", "--format", "json").stdout
    assert [row["file"] for row in json.loads(raw)] == list(hostile_week.skipped["file"])


def cells(frame: pd.DataFrame, table: str) -> Iterator[list[str]]:
    content = b"".join(tables.csv_pieces([frame], table))
    return csv.reader(io.StringIO(content.decode("utf-8"), newline=""))


@pytest.mark.parametrize("table", TABLES)
def test_no_cell_of_a_csv_is_a_formula_or_breaks_its_row(hostile_week: History, table: str) -> None:
    frame = getattr(hostile_week, table)
    head, *rows = cells(frame, table)
    assert len(rows) == len(frame)
    assert {len(row) for row in rows} == {len(head)}
    for name, cell in ((name, cell) for row in rows for name, cell in zip(head, row, strict=True)):
        if cell.startswith(FORMULA_STARTS):
            assert float(cell) < 0.0, name


def test_a_csv_holds_each_name_behind_an_apostrophe_where_it_needs_one(hostile_week: History) -> None:
    head, *rows = cells(hostile_week.skipped, "skipped")
    place = head.index("file")
    for row, name in zip(rows, hostile_week.skipped["file"], strict=True):
        assert row[place] == (f"'{name}" if name.startswith(FORMULA_STARTS) else name)
    assert any(row[place].startswith("'=") for row in rows)


@pytest.mark.parametrize("offset", ["+02:00", "-11:00"])
def test_an_offset_from_utc_is_no_formula(hostile_week: History, offset: str) -> None:
    frame = hostile_week.runs.assign(timezone=offset)
    head, *rows = cells(frame, "runs")
    assert {row[head.index("timezone")] for row in rows} == {offset}
