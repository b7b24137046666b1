"""inspect, explain, export, columns, and what `--help` costs."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pandas as pd
import pytest

from loadwatch import columns
from loadwatch.cli import COMMANDS
from loadwatch.flags import RULES

AS_OF = "2026-04-05"
HEAVY = ("numpy", "pandas", "matplotlib", "fitparse", "gpxpy", "jinja2", "tzfpy")
SAMPLES = "sample_activities"
INSPECTED = [
    ("2026-05-26_1810_trial.fit", ["format      fit", "run_id", "counted as a run", "distance    9.0 km"]),
    ("2026-05-24_0830_long.fit.gz", ["format      fit", "counted as a run"]),
    ("2026-04-23_1800_easy.tcx", ["format      tcx", "doubled"]),
    ("2026-04-16_1800_easy.gpx", ["format      gpx", "heart_rate_bpm"]),
    ("2026-04-17_1000_hike.fit", ["not a run: hiking"]),
    ("2026-04-30_1800_easy.fit", ["cut off"]),
]


@pytest.fixture(scope="session")
def samples(pytestconfig):
    """The folder of committed samples."""
    return pytestconfig.rootpath / SAMPLES


def test_help_needs_none_of_the_heavy_libraries():
    code = (
        "import sys; sys.argv = ['loadwatch', '--help']\n"
        "from loadwatch.cli import main\n"
        "try: main()\n"
        f"finally: print(sorted({set(HEAVY)!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
    for command in COMMANDS:
        assert command.__name__ in done.stdout


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_every_command_helps_and_says_what_it_is_for(loadwatch, command):
    done = loadwatch(command, "--help")
    assert done.code == 0
    assert f"loadwatch {command}" in done.text
    assert loadwatch(command, "-h").output == done.output


def test_without_a_command_it_helps(loadwatch):
    done = loadwatch()
    assert "Usage" in done.text + done.errors
    assert "Traceback" not in done.errors


def test_the_version_is_that_of_the_package(loadwatch):
    from loadwatch import __version__  # noqa: PLC0415 - the name is the fixture's here

    assert loadwatch("--version").text == f"loadwatch {__version__}\n"


@pytest.mark.parametrize(("name", "said"), INSPECTED)
def test_inspect_tells_what_is_in_a_file(loadwatch, samples, name, said):
    done = loadwatch("inspect", samples / name)
    assert (done.code, done.errors) == (0, "")
    assert done.lines[0] == f"{name}: 1 activity"
    for text in said:
        assert text in done.text


def test_inspect_says_why_a_file_is_left_out(loadwatch, samples, tmp_path):
    (tmp_path / "noise.fit").write_bytes(b"noise")
    for path, kind in (
        (samples / "workout_4x1500.fit", "not_an_activity"),
        (tmp_path / "noise.fit", "unreadable"),
    ):
        done = loadwatch("inspect", path)
        assert done.code == 1
        assert f"left out ({kind})" in done.text
        assert "Traceback" not in done.errors


def test_inspect_prints_no_escapes_of_a_name(loadwatch, one_run, tmp_path):
    path = tmp_path / "\x1b[2Jrun.gpx"
    path.write_bytes(one_run)
    done = loadwatch("inspect", path)
    assert done.code == 0
    assert "\x1b" not in done.text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_explain_tells_a_rule_in_full(loadwatch, rule):
    done = loadwatch("explain", rule.id, COLUMNS="80")
    assert done.code == 0
    flat = " ".join(done.text.split())
    for text in (
        rule.title,
        rule.question,
        rule.formula,
        rule.needs,
        rule.grade,
        rule.limits,
        *rule.articles,
    ):
        assert text in flat
    for name, value in rule.thresholds.items():
        assert f"{name} = {value:g}" in flat
    for reference in rule.references:
        assert reference.source in flat
        assert reference.found in flat
        assert reference.in_whom in flat
    assert f"[rules.{rule.id}]" in flat
    assert max(map(len, done.lines)) <= 80
    assert loadwatch("explain", f" {rule.number.lower()} ", COLUMNS="80").output == done.output


def test_explain_lists_all_rules_and_what_no_watch_sees(loadwatch):
    done = loadwatch("explain")
    assert done.code == 0
    for rule in RULES:
        assert rule.id in done.text
        assert rule.question in done.text
    for text in (
        "where the foot lands",
        "sudden stops and turns",
        "strength",
        "hip flexors",
        "posture",
        "warm-up",
    ):
        assert text in " ".join(done.text.split())


def read_csv(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content))


def read_json(content: bytes) -> pd.DataFrame:
    return pd.DataFrame(json.loads(content))


def read_parquet(content: bytes) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(content))


READ = {"csv": read_csv, "json": read_json, "parquet": read_parquet}


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize(
    ("table", "rows"), [("runs", 6), ("days", 21), ("weeks", 3), ("flags", 1), ("skipped", 0)]
)
def test_every_table_is_exported_in_every_format(loadwatch, spike, table, rows, form):
    done = loadwatch("export", spike, "--as-of", AS_OF, "--table", table, "--format", form)
    assert (done.code, done.errors) == (0, "")
    frame = READ[form](done.output)
    assert len(frame) == rows
    if rows or form != "json":
        assert list(frame.columns) == columns.names(columns.TABLES[table])


def test_an_export_goes_to_a_file_where_one_is_named(loadwatch, spike, tmp_path):
    done = loadwatch("export", spike, "--as-of", AS_OF, "--output", tmp_path / "runs.csv")
    assert (done.code, done.output) == (0, b"")
    assert done.errors.startswith("6 rows written to")
    assert len(pd.read_csv(tmp_path / "runs.csv")) == 6


def test_columns_are_listed_with_unit_and_meaning(loadwatch):
    done = loadwatch("columns")
    for table, its_columns in columns.TABLES.items():
        assert table in done.lines
        for column in its_columns:
            assert any(
                line.split()[:1] == [column.name] and line.endswith(column.meaning) for line in done.lines
            )
    assert len(loadwatch("columns", "weeks").lines) == 1 + len(columns.WEEKS)
