"""What `import loadwatch` offers, and what it costs."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import subprocess
import sys

import pytest

import loadwatch


@pytest.mark.parametrize("name", loadwatch.__all__)
def test_every_public_name_is_there_and_is_that_of_its_home(name):
    value = getattr(loadwatch, name)
    home = loadwatch._HOMES.get(name)
    assert home is None or value is getattr(importlib.import_module(home), name)
    module = loadwatch._MODULES.get(name)
    assert module is None or value is importlib.import_module(module)


@pytest.mark.parametrize("name", loadwatch._HOMES)
def test_no_module_of_the_package_takes_the_place_of_a_name(name):
    """Whoever imports `loadwatch.x` makes it an attribute of the package."""
    assert importlib.util.find_spec(f"loadwatch.{name}") is None


def test_the_names_are_listed_once_and_sorted_for_readers():
    assert dir(loadwatch) == sorted(loadwatch.__all__)
    assert set(loadwatch.__all__) == {*loadwatch._HOMES, *loadwatch._MODULES, "__version__"}


def test_a_name_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(AttributeError, match="has no attribute 'scann'"):
        _ = loadwatch.scann


def test_importing_loads_nothing_heavy():
    heavy = {"numpy", "pandas", "matplotlib"}
    code = f"import sys, loadwatch; dir(loadwatch); print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_help_of_scan_names_its_rules_and_no_more_of_them():
    shown = str(inspect.signature(loadwatch.scan))
    assert "(<Rule long_run_spike>, <Rule " in shown
    assert len(shown) < 2000


def test_a_rule_explains_itself():
    assert "30 days" in loadwatch.explain("long_run_spike")
    with pytest.raises(loadwatch.LoadwatchError, match="did you mean `climb_jump`"):
        loadwatch.explain("climbjump")
