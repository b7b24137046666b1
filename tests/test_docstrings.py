"""What is public says what it is: a docstring everywhere, in the API every argument, examples that run."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import importlib
import inspect
import re
from pathlib import Path

import pytest

import loadwatch as lw
from loadwatch import columns

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "src" / "loadwatch"
MODULES = sorted(SOURCE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def undocumented(node: ast.AST, where: str) -> list[str]:
    """Public names in a module or class, itself included, that say nothing of themselves."""
    inner = node.body if isinstance(node, ast.Module | ast.ClassDef) else []
    named = [one for one in inner if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    found = [name for one in named for name in undocumented(one, f"{where}.{one.name}") if one.name[0] != "_"]
    return found if ast.get_docstring(node) else [where, *found]


def test_every_public_name_of_the_package_has_a_docstring():
    silent = [
        name for path in MODULES for name in undocumented(ast.parse(path.read_text("utf-8")), name_of(path))
    ]
    assert silent == []


def described(doc: str, section: str) -> set[str]:
    """Names that a section of a numpydoc docstring describes."""
    body = re.search(rf"^{section}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", inspect.cleandoc(doc), re.M | re.S)
    heads = re.findall(r"^(\S[^\n]*)$", body[1], re.M) if body else []
    return {name.strip() for head in heads for name in head.split(" : ")[0].split(",")}


def fields_of(record: type) -> set[str]:
    return {field.name for field in dataclasses.fields(record)} if dataclasses.is_dataclass(record) else set()


def api():
    """Public functions and methods, and public records, by name."""
    for name in lw.__all__:
        value = getattr(lw, name)
        if inspect.ismodule(value):
            yield from ((f"{name}.{one}", getattr(value, one)) for one in value.__all__)
        elif callable(value):
            yield name, value
        if inspect.isclass(value):
            fields = (
                {field.name for field in dataclasses.fields(value)} if dataclasses.is_dataclass(value) else ()
            )
            members = inspect.getmembers(value, inspect.isfunction)
            of = (one for one in members if not one[0].startswith("_") and one[0] not in fields)
            yield from ((f"{name}.{one}", member) for one, member in of)


API = {name: value for name, value in api() if callable(value)}


@pytest.mark.parametrize("name", API)
def test_every_argument_field_and_result_of_the_api_is_described(name):
    value = API[name]
    doc = value.__doc__ or ""
    if inspect.isclass(value):
        fields = (
            {field.name for field in dataclasses.fields(value)} if dataclasses.is_dataclass(value) else set()
        )
        assert fields <= described(doc, "Attributes")
        return
    signature = inspect.signature(value)
    assert set(signature.parameters) - {"self"} <= described(doc, "Parameters")
    assert described(doc, "Returns") or signature.return_annotation in ("None", None)


@pytest.mark.parametrize("name", API)
def test_every_error_that_is_named_is_there(name):
    errors = importlib.import_module("loadwatch.errors")
    assert all(hasattr(errors, error) for error in described(API[name].__doc__ or "", "Raises"))


@pytest.mark.parametrize(
    ("documented", "tables"),
    [(lw.History, ("runs", "days", "weeks", "flags", "skipped")), (lw.read_run, ("samples",))],
)
def test_frames_are_documented_column_by_column_from_the_records(documented, tables):
    doc = inspect.getdoc(documented)
    for table in tables:
        named = described(doc, f"Columns of `{table}`")
        assert named == set(columns.names(columns.TABLES[table]))
        for column in columns.TABLES[table]:
            assert f"\n{column.name} : {column.kind}" in doc
            assert f"\n    {column.meaning}\n" in f"{doc}\n"


WITH_EXAMPLES = [name_of(path) for path in MODULES if ">>> " in path.read_text("utf-8")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_run_and_give_what_they_say(name, monkeypatch):
    monkeypatch.chdir(PROJECT)
    failed, tried = doctest.testmod(importlib.import_module(name), verbose=False)
    assert tried
    assert not failed
