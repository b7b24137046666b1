"""The layers of the package, from the contract that import-linter keeps."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from pages.markdown import code, table

PROJECT = Path(__file__).resolve().parents[2]


def layers() -> str:
    """One row for each layer, the highest first, with what each module says it is."""
    build = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = build["tool"]["importlinter"]["contracts"]
    names = (name.strip() for layer in contract["layers"] for name in layer.split("|"))
    return table(["module", "what it is"], ([code(name), _first_paragraph(name)] for name in names))


def _first_paragraph(name: str) -> str:
    """What a module or package says of itself in its first paragraph."""
    home = PROJECT / "src" / "loadwatch"
    path = home / name / "__init__.py" if (home / name).is_dir() else home / f"{name}.py"
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return told.split("\n\n")[0]
