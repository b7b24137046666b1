"""What the pages say of the program is what the program says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import document
from loadwatch import cli, settings
from loadwatch.columns import TABLES
from loadwatch.flags import RULES
from pages import PARTS, brought_up_to_date, commands, parts
from pages.markdown import table

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"^ {4,}(?P<line>\S.*)$", re.MULTILINE)
INLINE = re.compile(r"`loadwatch (?P<words>[^`]+)`")
# A call at the beginning of a line, behind ExecStart= or behind the five times of cron.
CALL = re.compile(r"(?:ExecStart=|(?:[\d*,/-]+ ){5})?(?:\S*/)?loadwatch (?P<words>\S.*)")
# What a call in the middle of a sentence may leave out.
UNFINISHED = {"MissingParameter", "BadOptionUsage", "BadArgumentUsage"}

# Commands that hold others, which a sentence may speak of as a whole.
GROUPS = [[name] for name in cli.GROUPS]


def calls(text: str) -> Iterator[list[str]]:
    """Calls of the program that stand apart; two blanks begin what is said of them."""
    apart = [line for block in FENCED.findall(text) for line in block.splitlines()]
    apart += [found["line"] for found in INDENTED.finditer(FENCED.sub("", text))]
    for line in apart:
        call = CALL.fullmatch(line.strip())
        if call and "[OPTIONS]" not in line and not call["words"].startswith("&&"):
            yield shlex.split(re.split(r"\s{2,}", call["words"])[0])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_call_that_is_shown_is_one(page, parsed):
    for words in calls(page.read_text(encoding="utf-8")):
        parsed(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_call_in_a_sentence_names_a_command_and_its_options(page, parsed):
    for found in INLINE.finditer(page.read_text(encoding="utf-8")):
        words = [word for word in found["words"].split() if word not in {"...", "…"}]
        if words in GROUPS:
            continue
        try:
            parsed(words)
        except Exception as error:
            if type(error).__name__ not in UNFINISHED:
                raise


def test_calls_are_found_where_they_stand():
    found = list(calls((PROJECT / "README.md").read_text(encoding="utf-8")))
    assert ["scan", "~/activities"] in found
    assert ["recover", "status", "FOLDER"] in found
    monday = list(calls((PROJECT / "docs" / "every_monday.md").read_text(encoding="utf-8")))
    assert len([words for words in monday if words[0] == "scan"]) == 4


def test_the_readme_leads_to_what_is_there():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert len(targets) > 10
    assert [target for target in targets if not (PROJECT / target).exists()] == []


@pytest.mark.parametrize(
    "words", [["scann", "x"], ["scan", "x", "--quite"], ["export", "x", "--table", "laps"]]
)
def test_a_call_that_is_none_is_told_apart(words, parsed):
    with pytest.raises(Exception, match=r"scann|quite|laps"):
        parsed(words)


def test_every_page_is_up_to_date():
    stale = [path.name for path, content in document.pages().items() if path.read_text("utf-8") != content]
    assert stale == []


def test_every_part_stands_in_a_page_and_every_mark_has_its_part():
    used = [name for page in PAGES for name in parts(page.read_text(encoding="utf-8"))]
    assert sorted(set(used)) == sorted(PARTS)
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert text.count("<!-- made: ") == text.count("<!-- end -->") == len(parts(text))


def test_only_what_stands_between_marks_is_made():
    before, after = "By hand.\n\n<!-- made: exit-codes -->\n", "<!-- end -->\n\nBy hand, too.\n"
    made = brought_up_to_date(f"{before}\nof yesterday\n\n{after}")
    assert made.startswith(before)
    assert made.endswith(after)
    assert "| 3 | The week holds a flag" in made
    assert "yesterday" not in made
    assert brought_up_to_date(made) == made


def test_a_cell_cannot_end_its_row():
    assert table(["a", "b"], [["x|y", "two\nlines"]]).splitlines()[-1] == r"| x\|y | two lines |"


def test_settings_columns_thresholds_and_options_are_all_told():
    def told(name: str) -> str:
        return (PROJECT / "docs" / name).read_text(encoding="utf-8")

    for keys in (*settings.SECTIONS.values(), settings.CORRECTION):
        assert all(f"| `{name}` |" in told("settings.md") for name in keys)
    for rule in RULES:
        assert all(f"`{name}\xa0=" in told("settings.md") for name in rule.thresholds)
        assert all(one.source in told("evidence.md") for one in rule.references)
    for columns in TABLES.values():
        assert all(f"| `{one.name}` |" in told("columns.md") for one in columns)
    page = told("commands.md")
    for name, command, context in commands.every():
        section = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
        options = [one for one in command.get_params(context) if one.name not in commands.EVERYWHERE]
        for option in options:
            if option.param_type_name == "option":
                assert all(f"{written}" in section for written in option.opts), (name, option.name)
