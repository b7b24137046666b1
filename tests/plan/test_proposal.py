"""Proposed weeks keep the runner's shape, stay inside the room, and raise nothing when they are run."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

import loadwatch
from loadwatch.demo import _files
from loadwatch.demo.recording import record
from loadwatch.demo.story import Outing
from loadwatch.loudness import replay
from loadwatch.plan import known_until, planned_weeks
from loadwatch.plan.limits import LIMITING
from loadwatch.settings import Settings

SAMPLES = Path(__file__).resolve().parents[2] / "sample_activities"


def written(run, folder):
    """A planned run as a watch would have recorded it, on the runner's flat course."""
    start = datetime.combine(run.day, time(9, 0))
    outing = Outing(start, "easy", run.distance_m, "shore", 0.0, 0.0, "fit")
    for name, content in _files(record(outing, seed=run.day.toordinal(), days_back=99)).items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("end", "before"),
    [(date(2026, 10, 25), date(2026, 9, 6)), (date(2026, 9, 20), date(2026, 9, 6))],
    ids=["from the samples' end", "back from a break of two weeks"],
)
def test_who_follows_twelve_weeks_raises_nothing_and_is_back_by_the_eighth(tmp_path, end, before):
    for path in SAMPLES.iterdir():
        if path.name[:10] <= end.isoformat():
            shutil.copy(path, tmp_path)
    history = loadwatch.scan(tmp_path, as_of=end)
    days = history.days.set_index("local_date")["distance_m"]
    old_m = days.loc[before - timedelta(days=27) : before].sum() / 4.0
    weeks = planned_weeks(known_until(history.tables, end), history.settings, count=12)
    runs = [run for week in weeks for run in week.runs if run.day > end]
    for run in runs:
        written(run, tmp_path)
    last = end + timedelta(weeks=12)
    followed = loadwatch.scan(tmp_path, as_of=last)
    assert followed.days["run_count"].tail(84).sum() == len(runs) > 40
    assert replay(followed, since=end + timedelta(days=1)).raises["rule"].tolist() == []
    limiting = {rule.id for rule in LIMITING}
    noted = followed.flags[(followed.flags["local_date"] > end) & followed.flags["rule"].isin(limiting)]
    # That running is back is told whatever is run.
    back = noted["sentence"].str.startswith(("Back since", "Back on"))
    assert noted[~back]["sentence"].tolist() == []
    eighth = end + timedelta(weeks=8)
    held = followed.days.set_index("local_date")["distance_m"]
    assert held.loc[eighth - timedelta(days=6) : eighth].sum() >= 0.9 * old_m


@pytest.fixture(scope="module")
def known():
    """The samples up to the middle of June."""
    history = loadwatch.scan(SAMPLES, as_of="2026-06-07")
    return known_until(history.tables, history.as_of)


def test_the_runner_keeps_days_long_run_and_hard_session(known):
    (week,) = planned_weeks(known, Settings(), count=1)
    assert [run.day.isoformat() for run in week.runs] == [
        *("2026-06-09", "2026-06-11", "2026-06-13", "2026-06-14"),
    ]
    assert week.longest_m == week.runs[-1].distance_m == pytest.approx(14_300.0, abs=300.0)
    assert [run.hard_min > 0.0 for run in week.runs] == [True, False, False, False]
    assert week.distance_m == pytest.approx(40_000.0, abs=1500.0)


def test_what_is_run_already_counts_towards_the_week(known):
    weeks = planned_weeks(known, Settings(week_starts="sunday"), count=1)
    assert [week.first_day for week in weeks] == [date(2026, 6, 8), date(2026, 6, 14)]
    assert weeks[0].done_m == pytest.approx(14_400.0, abs=300.0)


def test_without_three_weeks_of_running_nothing_is_proposed():
    history = loadwatch.scan(SAMPLES, as_of="2026-04-12")
    (week,) = planned_weeks(known_until(history.tables, history.as_of), Settings(), count=1)
    assert week.runs == ()
