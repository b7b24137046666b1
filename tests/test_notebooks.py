"""Notebooks run from top to bottom on the sample files, offline, and are kept without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# What a notebook's story says of the sample runner must be what its cells show.
SHOWN = {
    "02_long_run_ladder": ("21.0 km in one go on Sun 28 Jun", "stricter, raises: 5", "milder, raises: 1"),
    "03_cadence_curve": ("2026-08-04  watch", "+1.29 % by hand, told +1.29 %"),
    "04_late_form": ("3 of 48 judged runs fade; the others scatter by 0.2 spm", "2026-09-03  watch"),
    "05_rule_windows": ("9 raises from 2026-05-12 to 2026-10-25", "2026-06-28, 2026-10-25"),
    "06_your_own_rule": ("began 2.2 % faster than they were on the whole", "up to 2026-08-27 stands"),
}


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_top_to_bottom(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert shown
    assert not [output for output in shown if output.get("name") == "stderr"]
    said = "".join(output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in shown)
    assert not [words for words in SHOWN.get(path.stem, ()) if words not in said]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
