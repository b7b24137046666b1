"""`loadwatch scan`: the report, its words, its exit codes."""

from __future__ import annotations

import json
import re
import shutil
import sys

import pytest

from loadwatch import columns

AS_OF = "2026-04-05"
GARBAGE = b"\x0e\x10not what a FIT file holds" * 40
ESCAPE = "\x1b"
HOSTILE = (
    b"<script>alert(1).gpx",
    b"<img src=x onerror=alert(1)>.fit",
    b"two\nlines.fit",
    b"\x1b[2J\x1b[31mred.fit",
    b"\xff\xfe.fit",
    b"' onerror='x.gpx",
)


def test_it_prints_a_summary_and_writes_a_page_and_a_picture_beside(loadwatch, spike, tmp_path, listing):
    before = listing(spike)
    done = loadwatch("scan", spike, "--as-of", AS_OF, draws=True)
    assert (done.code, done.errors) == (0, "")
    assert len(done.lines) <= 20
    assert done.lines[0].startswith("Read 6 of 6 files: 6 runs; as of Sun 5 Apr 2026.")
    assert "▲ Watch: outside your usual running. Keep the next 7 days at or below usual." in done.lines
    assert "4.0 km in one go on Sun 5 Apr: 167 % longer than the longest of the 30 days before" in done.text
    assert ESCAPE not in done.text
    report = tmp_path / "elsewhere" / "loadwatch-report"
    assert {path.name for path in report.iterdir()} == {"loadwatch-2026-W14.html", "loadwatch-2026-W14.png"}
    assert "loadwatch-report/loadwatch-2026-W14.html" in done.text
    assert (report / "loadwatch-2026-W14.png").read_bytes().startswith(b"\x89PNG\r\n")
    assert listing(spike) == before


def test_json_is_one_object_as_designed(loadwatch, spike, tmp_path):
    done = loadwatch("scan", spike, "--as-of", AS_OF, "--json", "--out", tmp_path / "out")
    assert (done.code, done.errors) == (0, "")
    told = json.loads(done.text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert set(told) >= {
        "format_version",
        "as_of",
        "week",
        "verdict",
        "flags",
        "counts",
        "cannot_tell",
        "zones",
        "room",
        "report",
    }
    assert (told["format_version"], told["as_of"], told["verdict"]) == (1, AS_OF, "watch")
    assert [list(zone) for zone in told["zones"]] == 8 * [columns.names(columns.ZONES)]
    assert list(told["week"]) == columns.names(columns.WEEKS)
    assert (told["week"]["week"], told["week"]["is_complete"], told["week"]["run_count"]) == (
        "2026-W14",
        True,
        2,
    )
    (flag,) = told["flags"]
    assert list(flag) == columns.names(columns.FLAGS)
    assert (flag["rule"], flag["level"], flag["is_raise"], flag["local_date"]) == (
        "long_run_spike",
        "watch",
        True,
        AS_OF,
    )
    assert told["counts"] == {
        "files": 6,
        "runs": 6,
        "duplicates": 0,
        "skipped": 0,
        "other_activities": 0,
        "excluded": 0,
        "later": 0,
    }
    untold = {entry["rule"] for entry in told["cannot_tell"]}
    assert untold >= {"volume_jump", "climb_jump", "long_steps", "stacking"}
    assert "long_run_spike" not in untold
    assert all(set(entry) == {"rule", "reason", "from"} for entry in told["cannot_tell"])
    for kind in ("html", "png"):
        assert (tmp_path / "out" / f"loadwatch-2026-W14.{kind}").samefile(told["report"][kind])


@pytest.mark.parametrize(("level", "code"), [("watch", 3), ("act", 0)])
def test_fail_on_a_level_ends_in_3_where_the_week_reaches_it(loadwatch, spike, level, code):
    done = loadwatch("scan", spike, "--as-of", AS_OF, "--quiet", "--fail-on", level, terminal=True)
    assert (done.code, done.output, done.errors) == (code, b"", "")


def test_fail_on_looks_at_the_week_that_was_asked_for(loadwatch, spike):
    done = loadwatch("scan", spike, "--as-of", AS_OF, "--fail-on", "note", "--week", "2026-03-25", "--json")
    assert done.code == 0
    assert json.loads(done.text)["week"]["week"] == "2026-W13"


def test_a_bad_file_is_listed_and_only_strict_makes_it_an_error(loadwatch, spike, tmp_path):
    folder = shutil.copytree(spike, tmp_path / "runs")
    (folder / "broken.fit").write_bytes(GARBAGE)
    done = loadwatch("scan", folder, "--as-of", AS_OF)
    assert (done.code, done.errors) == (0, "")
    assert "Read 6 of 7 files: 6 runs, 1 left out" in done.text
    strict = loadwatch("scan", folder, "--as-of", AS_OF, "--strict", "--quiet")
    assert (strict.code, strict.output) == (1, b"")
    assert strict.errors.startswith("loadwatch: --strict: broken.fit: ")
    assert strict.errors.count("\n") == 1


def test_the_terminal_and_json_count_alike_and_all_adds_up(loadwatch, spike, tmp_path):
    folder = shutil.copytree(spike, tmp_path / "runs")
    (folder / "broken.fit").write_bytes(GARBAGE)
    shutil.copy(folder / "2026-03-16.gpx", folder / "copy.gpx")
    exported = json.loads(loadwatch("export", folder, "--format", "json").text)
    (folder / "loadwatch.toml").write_text(
        f"[runs.{exported[1]['run_id']}]\nexclude = true\n[runs.{exported[2]['run_id']}]\nsport = 'hiking'\n",
        encoding="utf-8",
    )
    done = loadwatch("scan", folder, "--as-of", "2026-04-02")
    assert (
        "Read 7 of 8 files: 3 runs, 1 other activity, 1 duplicate, 1 left out, 1 excluded, 1 later activity "
        "ignored; as of Thu 2 Apr 2026."
    ) in " ".join(done.text.split())
    counts = json.loads(loadwatch("scan", folder, "--as-of", "2026-04-02", "--json").text)["counts"]
    assert counts == {
        "files": 8,
        "runs": 3,
        "duplicates": 1,
        "skipped": 3,
        "other_activities": 1,
        "excluded": 1,
        "later": 1,
    }


def test_strict_minds_no_duplicates_or_hikes(loadwatch, spike, tmp_path):
    folder = shutil.copytree(spike, tmp_path / "runs")
    shutil.copytree(spike, folder / "copy")
    assert loadwatch("scan", folder, "--as-of", AS_OF, "--strict", "--quiet").code == 0


def test_the_report_never_goes_among_the_runs(loadwatch, spike, tmp_path, listing):
    folder = shutil.copytree(spike, tmp_path / "runs")
    before = listing(folder)
    for out in (folder / "report", folder, folder / "deep" / ".." / "report"):
        refused = loadwatch("scan", folder, "--out", out)
        assert refused.code == 2
        assert "which is only read; name a folder outside it" in refused.errors
    data = tmp_path / "data"
    done = loadwatch(
        "scan", ".", "--as-of", AS_OF, cwd=folder, XDG_DATA_HOME=str(data), LOCALAPPDATA=str(data)
    )
    assert done.code == 0
    assert done.errors.startswith(
        "The current folder is among those scanned, which are only read; the report goes to"
    )
    assert listing(folder) == before
    if sys.platform == "linux":
        assert list(data.rglob("loadwatch-2026-W14.html"))


@pytest.mark.skipif(sys.platform != "linux", reason="the user's folders are named by variables on Linux")
def test_who_scans_all_they_have_is_told_what_is_written_there(loadwatch, spike, tmp_path, listing):
    home = tmp_path / "home"
    shutil.copytree(spike, home / "runs")
    before = listing(home / "runs")
    own = {"XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "caches")}
    done = loadwatch("scan", home, "--as-of", AS_OF, cwd=home, **own)
    assert done.code == 0
    to_report, to_cache = done.errors.splitlines()
    assert f"goes to {home / 'data' / 'loadwatch'}" in to_report
    assert f"lies inside {home}, too" in to_report
    assert f"is kept in {home / 'caches' / 'loadwatch'}, which lies inside {home}" in to_cache
    assert "--no-cache" in to_cache
    assert listing(home / "runs") == before
    again = loadwatch("scan", home, "--as-of", AS_OF, cwd=home, **own)
    assert again.text == done.text
    assert len(loadwatch("scan", home, "--no-cache", "--out", tmp_path / "out", **own).errors) == 0


def test_a_home_that_cannot_be_written_is_no_matter_of_the_drawing(program, spike, tmp_path):
    nowhere = {"HOME": str(tmp_path / "file" / "home"), "MPLCONFIGDIR": str(tmp_path / "file" / "drawing")}
    (tmp_path / "file").write_bytes(b"")
    done = program("scan", spike, "--as-of", AS_OF, "--no-cache", "--out", tmp_path / "out", **nowhere)
    assert (done.code, done.errors) == (0, "")


def test_hostile_names_repaint_no_terminal_and_run_no_script(loadwatch, one_run, tmp_path, listing):
    folder = tmp_path / "runs"
    folder.mkdir()
    for name in HOSTILE:
        content = one_run if name.endswith(b".gpx") else GARBAGE
        try:
            with open(b"/".join([bytes(folder), name]), "wb") as file:  # noqa: PTH123 - a name that is no text
                file.write(content)
        except OSError:
            pytest.skip("this system has no such names")
    done = loadwatch("scan", folder, "--as-of", AS_OF, "--strict", draws=True)
    assert ESCAPE not in done.text + done.errors
    assert len(done.lines) <= 20
    assert done.errors.count("\n") == 1
    (page,) = (tmp_path / "elsewhere" / "loadwatch-report").glob("*.html")
    html = page.read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1).gpx" in html
    assert ESCAPE not in html
    assert not re.search(r"<[^>]+ onerror=", html)


def test_a_terminal_of_60_columns_that_knows_ascii_only_and_a_runner_who_thinks_in_miles(
    loadwatch, spike, tmp_path
):
    settings = tmp_path / "own.toml"
    settings.write_text('[report]\nunits = "imperial"\n', encoding="utf-8")
    done = loadwatch("scan", spike, "--as-of", AS_OF, "--settings", settings, encoding="ascii", COLUMNS="60")
    assert done.code == 0
    assert done.text.isascii()
    assert len(done.lines) <= 20
    assert all(len(line) <= 60 or line.startswith("Report: ") for line in done.lines)
    assert any(line.startswith("! Watch:") for line in done.lines)
    assert "2.5 mi in one go on Sun 5 Apr" in done.text
    assert " km" not in done.text


def test_colour_and_progress_are_for_terminals_and_can_be_refused(loadwatch, spike):
    shown = loadwatch("scan", spike, "--as-of", AS_OF, terminal=True)
    assert f"{ESCAPE}[1;33m▲" in shown.text
    assert "Reading" in shown.errors
    plain = loadwatch("scan", spike, "--as-of", AS_OF, terminal=True, NO_COLOR="1")
    assert ESCAPE not in plain.text
    assert re.sub(rf"{ESCAPE}\[[\d;]*m", "", shown.text) == plain.text


def test_the_real_program_on_a_pipe(program, spike, tmp_path):
    done = program("scan", spike, "--as-of", AS_OF, PYTHONIOENCODING="ascii", COLUMNS="72")
    assert (done.code, done.errors) == (0, "")
    assert done.output.isascii()
    assert len(done.lines) <= 20
    assert (tmp_path / "loadwatch-report" / "loadwatch-2026-W14.html").is_file()
