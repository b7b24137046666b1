"""What docs/cohort.md says can be typed, and comes to what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from loadwatch import columns
from loadwatch.cohort import stages

from .conftest import SAMPLES, copied, runner

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cohort.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The runners of the example: one with a habit, one whose name is digits and who is new."""
    folder = tmp_path_factory.mktemp("study") / "root"
    copied(folder / "ann", SAMPLES[:34])
    copied(folder / "0042", SAMPLES[:4])
    copied(folder / "faulty", [])
    return folder


@pytest.fixture
def dest(root, study_of, tmp_path, monkeypatch):
    study = study_of(root)
    for name in ("ann", "0042", "faulty"):
        stages.visit(study, runner(name), is_last=False)
    monkeypatch.chdir(tmp_path)
    return study.dest


def block(language, holds):
    (found,) = [
        code
        for code in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
        if holds in code and "polars" not in code
    ]
    return found


def test_tables_are_read_as_shown_and_names_stay_text(dest):
    said = {}
    exec(block("python", "/weeks").replace("DEST", dest), said)  # noqa: S102 - it is our own page
    assert set(said["weeks"]["runner"]) == {"ann", "0042"}


def test_the_example_with_outcomes_works(dest):
    code = block("python", "with_outcomes").replace("DEST", dest)
    code = code.replace("bob", "0042").replace("2026-06-20", "2026-05-19")
    said = {}
    exec(code, said)  # noqa: S102 - likewise
    risk = pd.read_csv("risk.csv", dtype={"runner": str})
    # Too little is known of who is new to compare with.
    assert set(risk["runner"]) == {"ann"}
    (day,) = risk.loc[risk["is_event"], "local_date"]
    assert "2026-05-10" < day <= "2026-05-14"
    assert said["risk"]["spike"].notna().all()
    assert not risk["local_date"].between("2026-05-15", "2026-05-18").any()
    assert (risk["local_date"] >= "2026-05-19").any()


def test_every_column_of_the_table_is_told():
    assert [name for name in columns.names(columns.EXPOSURE) if f"| `{name}` |" not in PAGE] == []
