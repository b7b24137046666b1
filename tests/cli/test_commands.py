"""inspect, explain, export, columns, and what `--help` costs."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pandas as pd
import pytest

from loadwatch import columns
from loadwatch.cli import COMMANDS, GROUPS
from loadwatch.flags import RULES
from loadwatch.report import tables

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


def test_help_needs_none_of_the_heavy_libraries_nor_the_groups_that_it_lists():
    avoided = {*HEAVY, *(f"loadwatch.cli.{name}" for name in GROUPS)}
    code = (
        "import sys; sys.argv = ['loadwatch', '--help']\n"
        "from loadwatch.cli import main\n"
        "try: main()\n"
        f"finally: print(sorted({avoided!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
    for command in COMMANDS:
        assert command.__name__ in done.stdout
    for text in GROUPS.values():
        assert text in done.stdout


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_every_command_helps_and_says_what_it_is_for(loadwatch, command):
    done = loadwatch(command, "--help")
    assert done.code == 0
    assert f"loadwatch {command}" in done.text
    assert loadwatch(command, "-h").output == done.output


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_each_command_is_told_in_one_whole_line(loadwatch, width):
    lines = loadwatch("--help", COLUMNS=width).lines
    for name in (*(command.__name__ for command in COMMANDS), *GROUPS):
        (line,) = [line for line in lines if line.split()[:1] == [name]]
        assert line.endswith(".")
        assert "..." not in line
        assert len(line) <= int(width)


def test_long_lines_are_broken_for_terminals_alone(loadwatch, samples):
    for said in (("columns",), ("inspect", samples / "2026-05-26_1810_trial.fit")):
        piped = loadwatch(*said, COLUMNS="72")
        shown = loadwatch(*said, COLUMNS="72", terminal=True)
        assert max(map(len, piped.lines)) > 72 >= max(map(len, shown.lines))
        assert shown.text.split() == piped.text.split()


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
        rule.threshold_origin,
        *rule.articles,
        *rule.contradictions,
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
    ("table", "rows"),
    [("runs", 6), ("days", 21), ("weeks", 3), ("flags", 1), ("skipped", 0), ("exposure", 6)],
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


def test_a_csv_file_says_that_it_is_utf_8_and_a_pipe_holds_nothing_but_its_rows(loadwatch, spike, tmp_path):
    said = ("export", spike, "--as-of", AS_OF, "--table", "flags")
    loadwatch(*said, "--output", tmp_path / "flags.csv")
    piped = loadwatch(*said).output
    assert (tmp_path / "flags.csv").read_bytes() == b"\xef\xbb\xbf" + piped
    loadwatch(*said, "--format", "json", "--output", tmp_path / "flags.json")
    assert (tmp_path / "flags.json").read_bytes() == loadwatch(*said, "--format", "json").output
    assert len(json.loads((tmp_path / "flags.json").read_text(encoding="utf-8"))) == 1


def test_an_export_warns_and_quiet_leaves_warnings(loadwatch, spike, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("[runs.0123abcd]\nexclude = true\n", encoding="utf-8")
    said = ("export", spike, "--as-of", AS_OF, "--settings", own, "--output", tmp_path / "runs.csv")
    warning = "loadwatch: loadwatch.toml: [runs.0123abcd] fits none of the files;"
    loud = loadwatch(*said, "--no-cache", terminal=True)
    assert "Reading" in loud.errors
    assert warning in loud.errors
    assert "6 rows written" in loud.errors
    quiet = loadwatch(*said, "--no-cache", "--quiet", terminal=True)
    assert (quiet.code, quiet.errors.count("\n")) == (0, 1)
    assert quiet.errors.startswith(warning)


@pytest.mark.parametrize("form", READ)
def test_what_was_left_out_is_exported_where_no_run_is(loadwatch, tmp_path, form):
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "broken.fit").write_bytes(b"\x0e\x10no FIT")
    done = loadwatch("export", folder, "--table", "skipped", "--format", form)
    assert done.code == 0
    (row,) = READ[form](done.output).to_dict(orient="records")
    assert (row["file"], row["kind"]) == ("broken.fit", "unreadable")
    assert "no run among 1 file" in done.errors
    runs = loadwatch("export", folder, "--format", form)
    assert (runs.code, runs.output) == (1, b"")


def test_what_is_left_out_for_coming_later_is_not_all_that_is_exported(loadwatch, spike):
    done = loadwatch("export", spike, "--table", "skipped", "--as-of", "2020-01-01")
    assert (done.code, done.text) == (0, "file,reason,kind\n")
    assert "6 activities came later" in done.errors


def test_parquet_without_pyarrow_is_refused_before_anything_is_read(loadwatch, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    (tmp_path / "runs").mkdir()  # an empty folder would be refused otherwise
    done = loadwatch("export", tmp_path / "runs", "--format", "parquet")
    assert (done.code, done.output) == (2, b"")
    assert "run `pip install './loadwatch[parquet]'`, or use --format csv." in done.errors
    assert done.errors.count("\n") == 1


def test_parquet_is_not_shown_in_a_terminal(loadwatch, spike):
    done = loadwatch("export", spike, "--as-of", AS_OF, "--format", "parquet", terminal=True)
    assert (done.code, done.output) == (2, b"")
    assert "name a file for it with --output" in done.errors


@pytest.mark.parametrize("command", ["scan", "export", "watch"])
@pytest.mark.parametrize("columns_", ["60", "80", "120"])
def test_shared_options_are_explained_wherever_they_are(loadwatch, command, columns_):
    text = " ".join(loadwatch(command, "--help", COLUMNS=columns_).text.split())
    for said in (
        "Folders with FIT, GPX or TCX files, single files, or archives (zip, tar) of them.",
        "Settings; loadwatch.toml beside the first PATH if not given.",
        "Processes that read files;",
        "Read every file anew and keep nothing.",
        "the user's cache folder if not given.",
        "warnings and errors.",
    ):
        assert said in text


def test_columns_are_listed_with_unit_and_meaning(loadwatch):
    done = loadwatch("columns")
    for table, its_columns in columns.TABLES.items():
        assert table in done.lines
        for column in its_columns:
            assert any(
                line.split()[:1] == [column.name] and line.endswith(column.meaning) for line in done.lines
            )
    assert len(loadwatch("columns", "weeks").lines) == 1 + len(columns.WEEKS)
