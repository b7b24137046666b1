"""The house keeps its order: one direction, small files, nothing hidden."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import loadwatch

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "src" / "loadwatch"
MODULES = sorted(SOURCE.rglob("*.py"))
BUILD = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
# Where a file is asked whether it is two things; none may come near twice that.
MOST_LINES, MOST_LINES_OF_FUNCTION = 450, 75

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_layers_name_every_part_of_the_house():
    (contract,) = BUILD["tool"]["importlinter"]["contracts"]
    layered = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    there = {path.stem for path in SOURCE.glob("*.py")} | {
        path.parent.name for path in SOURCE.glob("*/__init__.py")
    }
    assert layered == there - {"__init__"}
    assert contract["exhaustive"] is True


def test_every_dependency_is_imported_and_every_import_is_a_dependency():
    names = {"python-fitparse": "fitparse", "tzdata": None, "fit-tool": "fit_tool"}
    optional = [entry for extra in BUILD["project"]["optional-dependencies"].values() for entry in extra]
    declared = {re.split(r"[><=]", entry)[0] for entry in [*BUILD["project"]["dependencies"], *optional]}
    imported = {
        (node.module or "").partition(".")[0]
        if isinstance(node, ast.ImportFrom)
        else alias.name.partition(".")[0]
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    wanted = {names.get(name, name) for name in declared} - {None}
    # s3fs stands behind fsspec, which imports it by itself; dask is what distributed belongs to.
    assert wanted - imported == {"dask", "s3fs"}
    standard = {"__future__", "loadwatch"} | set(__import__("sys").stdlib_module_names)
    # markupsafe is jinja2's own and comes with it; _typeshed is there for the type checker alone.
    assert imported - wanted - standard == {"markupsafe", "_typeshed"}


@each_module
def test_a_module_says_what_it_is_and_stays_small(path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(parsed(path))
    assert text.count("\n") <= MOST_LINES
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text)


@each_module
def test_a_function_stays_small(path):
    long = {
        node.name: node.end_lineno - node.body[0].end_lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno - node.body[0].end_lineno > MOST_LINES_OF_FUNCTION
    }
    assert long == {}


@each_module
def test_every_exception_from_the_checks_has_its_reason(path):
    """Behind the `noqa`, in a comment above it, or where the file first needs the same."""
    told: set[str] = set()
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        for codes, reason in re.findall(r"# noqa: ([A-Z]+\d+(?:, [A-Z]+\d+)*)\s*(.*)", line):
            is_told = len(reason) > 5 or any("#" in above for above in lines[max(number - 3, 0) : number])
            told |= set(codes.split(", ")) if is_told else set()
            assert set(codes.split(", ")) <= told, line


@each_module
def test_no_exception_is_caught_unnamed(path):
    handlers = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ExceptHandler)]
    assert [node.lineno for node in handlers if node.type is None] == []


def test_the_package_is_typed_and_says_its_version():
    assert (SOURCE / "py.typed").is_file()
    assert re.fullmatch(r"\d+\.\d+\.\d+([a-z]+\d*)?", loadwatch.__version__)


def test_tests_lie_beside_what_they_test():
    folders = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    tested = {
        path.name for path in (PROJECT / "tests").iterdir() if path.is_dir() and list(path.glob("test_*.py"))
    }
    assert folders <= tested
