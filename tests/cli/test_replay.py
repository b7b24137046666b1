"""`loadwatch replay` as people call it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """One for all of them: the samples are read once."""
    return tmp_path_factory.mktemp("kept")


def test_it_tells_rates_budget_and_raises(loadwatch, cache):
    told = loadwatch("replay", SAMPLES, "--as-of", "2026-10-27", "--cache", cache)
    assert told.code == 0
    assert told.errors == ""
    assert told.lines[0].startswith("Replayed 12 May–27 Oct 2026, day by day")
    assert "Alarm budget:" in told.lines
    assert any(line.startswith("  2026-10-25 ▲ 17.0 km in one go") for line in told.lines)


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_it_fits_the_terminal(loadwatch, cache, columns):
    told = loadwatch("replay", SAMPLES, "--as-of", "2026-10-27", "--cache", cache, COLUMNS=columns)
    assert max(map(len, told.lines)) <= int(columns)


def test_json_lists_what_other_thresholds_would_raise(loadwatch, cache, tmp_path):
    settings = tmp_path / "other.toml"
    lower = "note_ratio = 1.01\nnote_more_m = 100\nwatch_ratio = 1.01\nwatch_more_m = 100\n"
    settings.write_text(f"[rules.long_run_spike]\n{lower}")

    def told(*more):
        return json.loads(
            loadwatch("replay", SAMPLES, "--as-of", "2026-10-27", "--cache", cache, "--json", *more).output
        )

    def watched(replayed):
        (rule,) = (row for row in replayed["rates"] if row["rule"] == "long_run_spike")
        return rule["watch_days_count"]

    other = told("--settings", settings)
    assert watched(other) > watched(told()) > 0
    late = told("--settings", settings, "--since", "2026-09-01")
    wanted = [row for row in other["raises"] if date.fromisoformat(row["local_date"]) >= date(2026, 9, 1)]
    assert late["raises"] == wanted != []


def test_a_history_too_short_to_replay_says_so(loadwatch, spike):
    told = loadwatch("replay", spike, "--as-of", "2026-04-05", "--no-cache")
    assert (told.code, told.text) == (1, "")
    assert told.errors.startswith("loadwatch: nothing to replay from 2026-04-27 on: the history ends on")
    late = loadwatch("replay", spike, "--as-of", "2026-04-05", "--since", "2026-06-01", "--no-cache")
    assert (late.code, late.text) == (2, "")
    assert late.errors.startswith("loadwatch: nothing to replay from 2026-06-01 on")


def test_a_day_that_is_none_is_refused(loadwatch, spike):
    told = loadwatch("replay", spike, "--since", "soon")
    assert told.code == 2
    assert "soon" in told.errors
