"""Adding a format, metric, rule and panel touches the files that docs/extending.md names, and no other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from pages import WHOLE, parts

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "extending.md"
COPIED = ("src", "tests", "tools", "docs", "README.md", "pyproject.toml")
KINDS = ("A format", "A metric", "A rule", "A panel of the report")
# Whole, or between marks.
MADE_BY_DOCS = {
    *WHOLE,
    *(f"docs/{page.name}" for page in PAGE.parent.glob("*.md") if parts(page.read_text("utf-8"))),
}
CONTRACTS = (
    *("tests/flags/test_contract.py", "tests/formats/test_formats.py", "tests/test_house.py"),
    *("tests/report/test_figures.py", "tests/test_docstrings.py"),
)
# What the contracts ask of all together, and of the four that are new.
ASKED = (
    *("every_file", "every_module", "every_public_name", "layers", "tell_the_rules_apart"),
    *("runlog", "variation", "one_big_run", "rest_days"),
)
RUN = "\n".join(
    ["runlog 2026-04-05T07:00:00+00:00", *(f"{second}\t{2.8 * second}\t82" for second in range(0, 1800, 5))]
)


class Block(NamedTuple):
    """A block of the page: a whole new file, or a change of one."""

    file: str
    is_new: bool
    text: str


def sections() -> dict[str, str]:
    """The page's text by the heads of its sections."""
    parts = re.split(r"^## (.+)$", PAGE.read_text("utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(section: str) -> list[Block]:
    found = re.findall(r'^```\w+ title="([^"]+)"( new)?\n(.*?)^```$', section, re.M | re.S)
    return [Block(file, bool(new), text) for file, new, text in found]


def applied(tree: Path, block: Block) -> None:
    path = tree / block.file
    if block.is_new:
        assert not path.exists()
        path.write_text(block.text, encoding="utf-8")
        return
    lines = block.text.splitlines(keepends=True)
    before, after = ("".join(line[1:] or "\n" for line in lines if line[0] in f" {sign}\n") for sign in "-+")
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"{block.file} holds {text.count(before)} times:\n{before}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def contents(tree: Path) -> dict[str, str]:
    return {
        path.relative_to(tree).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.endswith(".pyc")
    }


def run(tree: Path, *command: str) -> str:
    env = os.environ | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, *command], cwd=tree, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> tuple[Path, dict[str, set[str]]]:
    """A copy of the tree with all four examples, and the files that each changed, `make docs` included."""
    tree = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / name, tree / name)
    changed = {}
    for kind in KINDS:
        before = contents(tree)
        for block in blocks(sections()[kind]):
            applied(tree, block)
        run(tree, "tools/document.py")
        after = contents(tree)
        changed[kind] = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return tree, changed


@pytest.mark.parametrize("kind", KINDS)
def test_it_touches_the_files_that_the_page_names(extended, kind):
    section = sections()[kind]
    (named,) = re.findall(r"^Touched: (.*?)\.\n\n", section, re.M | re.S)
    _, changed = extended
    assert changed[kind] - MADE_BY_DOCS == set(re.findall(r"`([^`]+)`", named))
    assert ("docs/rules.md" in changed[kind]) is (kind == "A rule")
    assert ("docs/columns.md" in changed[kind]) is (kind == "A metric")


def test_contracts_and_their_own_tests_hold(extended):
    tree, changed = extended
    own = [name for names in changed.values() for name in names if Path(name).name.startswith("test_")]
    assert len(own) == len(KINDS)
    asked = ("-k", " or ".join(ASKED))
    told = run(tree, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *asked, *own, *CONTRACTS)
    assert int(re.search(r"(\d+) passed", told)[1]) > 35
    run(tree, "tools/document.py", "--check")
    run(tree, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")


@pytest.mark.parametrize(
    "command", [("ruff", "check", "--no-cache"), ("ruff", "format", "--check", "--no-cache")]
)
def test_they_are_written_as_the_house_writes(extended, command):
    tree, changed = extended
    files = sorted({name for names in changed.values() for name in names if name.endswith(".py")})
    run(tree, "-m", *command, *files)


def test_the_program_knows_them(extended, tmp_path):
    tree, _ = extended
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "sunday.txt").write_text(RUN)
    said = run(tree, "-m", "loadwatch", "explain", "one_big_run")
    assert "Was most of the week run in one go?" in said
    assert "told_share_pct = 60" in said
    assert "speed_variation_pct           %      Spread of speed" in run(
        tree, "-m", "loadwatch", "columns", "runs"
    )
    exported = ["export", str(tmp_path / "runs"), "--table", "runs", "--format", "json", "--no-cache"]
    rows = run(tree, "-m", "loadwatch", *exported)
    assert '"format": "runlog"' in rows
    assert re.search(r'"speed_variation_pct": \d', rows)
    scanned = ["scan", str(tmp_path / "runs"), "--out", str(tmp_path / "out"), "--as-of", "2026-04-06"]
    run(tree, "-m", "loadwatch", *scanned, "--no-cache")
    (page,) = (tmp_path / "out").glob("*.html")
    assert "Rest days by week" in page.read_text("utf-8")
