"""Time at risk by session: what is known before and by a session's end, and nothing that came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loadwatch import columns, pipeline, survey
from loadwatch.at_risk import exposure, with_outcomes
from loadwatch.diary import Diary, Entry
from loadwatch.errors import UsageError
from loadwatch.intake import read_files
from loadwatch.settings import Settings

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"
AS_OF = date(2026, 10, 27)
NAN = float("nan")
# What rests on what came after the session: where its interval ends.
ENDS = ["stop_days", "is_covered"]
WINDOWS = [column.name for column in columns.EXPOSURE_BEFORE if not column.name.startswith("since_")]


def moved(record, start):
    """The same run at another time of the same clock."""
    was = datetime.fromisoformat(record.facts["local_start"])
    by = start - was.replace(tzinfo=None)
    facts = {
        "start_time": record.facts["start_time"] + by,
        "local_start": (was + by).isoformat(),
        "local_date": start.date(),
    }
    return replace(record, facts=record.facts | facts)


@pytest.fixture(scope="module")
def intake():
    """The samples read once; some runs moved to the evening of another, and one over midnight."""
    read = read_files(survey.find([SAMPLES]), [SAMPLES], Settings())
    records = sorted(read.records, key=lambda record: record.facts["start_time"])
    for place in range(40, len(records), 9):
        before = datetime.fromisoformat(records[place - 1].facts["local_start"]).replace(tzinfo=None)
        records[place] = moved(records[place], before.replace(hour=21))
    late = datetime.fromisoformat(records[71].facts["local_start"]).replace(tzinfo=None, hour=23, minute=40)
    records[71] = moved(records[71], late)
    ended = late + timedelta(seconds=records[71].facts["elapsed_s"])
    records[72] = moved(records[72], ended + timedelta(minutes=10))
    return replace(read, records=records)


def told(intake, *, as_of=AS_OF, unrecorded=()):
    entries = tuple(Entry(date=day, unrecorded_running=True) for day in unrecorded)
    return pipeline.tell(intake, Settings(), [SAMPLES], as_of=as_of, diary=Diary(entries))


@pytest.fixture(scope="module")
def history(intake):
    return told(intake)


@pytest.fixture(scope="module")
def table(history):
    return exposure(history)


def test_it_has_the_public_columns_and_every_run_once(history, table):
    assert list(table.columns) == columns.names(columns.EXPOSURE)
    assert sorted(" ".join(table["run_ids"]).split()) == sorted(history.runs["run_id"])
    assert table["run_ids"].str.contains(" ").sum() >= 1
    assert table["local_date"].duplicated().sum() >= 5


def test_intervals_follow_one_another_from_the_first_day_to_the_end_of_the_last(history, table):
    start, stop = table["start_days"].to_numpy(), table["stop_days"].to_numpy()
    assert 0.0 <= start[0] < 1.0
    assert (stop > start).all()
    assert (stop[:-1] == start[1:]).all()
    first = history.days["local_date"].iloc[0]
    assert stop[-1] == pytest.approx((AS_OF - first).days + 1, abs=3 / 24)  # but for changes of the clock
    day = np.array([(day - first).days for day in table["local_date"]])
    assert np.abs(start - day - 0.5).max() < 0.5 + 3 / 24  # one file tells no zone
    moving_s = table["stop_running_s"] - table["start_running_s"]
    assert moving_s.sum() == pytest.approx(history.runs["moving_s"].sum())
    assert table["stop_running_s"].tolist()[:-1] == table["start_running_s"].tolist()[1:]


def test_nothing_changes_when_later_files_are_left_out(intake, history, table):
    days = history.days["local_date"].tolist()
    cuts = [*np.random.default_rng(3).choice(days[3:], 14, replace=False).tolist(), days[0], days[-1]]
    # The day of a session that goes on after midnight knows its first part only.
    begun = [date.fromisoformat(text[:10]) for text in history.runs["local_start"]]
    over_midnight = {
        one
        for ids, one in zip(table["run_ids"], table["local_date"], strict=True)
        if any(begun[history.runs["run_id"].tolist().index(run_id)] != one for run_id in ids.split())
    }
    assert len(over_midnight) == 1
    for cut in cuts:
        if cut in over_midnight:
            continue
        early = [record for record in intake.records if record.facts["local_date"] <= cut]
        then = exposure(told(replace(intake, records=early), as_of=cut))
        now = table[table["local_date"] <= cut]
        pd.testing.assert_frame_equal(then.drop(columns=ENDS), now.drop(columns=ENDS), check_exact=True)
        assert then["stop_days"].tolist()[:-1] == now["stop_days"].tolist()[:-1]
        assert then["stop_days"].iloc[-1] < now["stop_days"].iloc[-1] + 1.0


def test_what_is_known_before_a_session_does_not_depend_on_it(intake, table):
    """Made ten times as long, a day's runs change nothing of what came before them."""
    for place in (45, 80, 100):
        row = table.iloc[place]
        day = row["local_date"]
        longer = [
            replace(record, facts=record.facts | {"distance_m": 10 * record.facts["distance_m"]})
            if record.facts["local_date"] == day
            else record
            for record in intake.records
        ]
        other = exposure(told(replace(intake, records=longer))).iloc[place]
        before = columns.names(columns.EXPOSURE_BEFORE)
        pd.testing.assert_series_equal(other[before], row[before])
        assert other["distance_m"] == pytest.approx(10 * row["distance_m"])
        assert other["long_run_ratio"] == pytest.approx(10 * row["long_run_ratio"])


def test_sums_are_those_of_the_days_before(history, table):
    days = history.days.set_index("local_date")
    for place in (30, 60, len(table) - 1):
        row = table.iloc[place]
        week = [row["local_date"] - timedelta(days=back) for back in range(1, 8)]
        assert row["distance_7_days_m"] == pytest.approx(days.loc[week, "distance_m"].sum())
        assert row["moving_7_days_s"] == pytest.approx(days.loc[week, "moving_s"].sum())
        month = [row["local_date"] - timedelta(days=back) for back in range(1, 29)]
        assert row["run_28_days_count"] == days.loc[month, "run_count"].sum()
    assert table["distance_7_days_m"].isna().tolist()[:4] == [True] * 4  # the first week knows no week before
    assert np.isnan(table["since_run_days"].iloc[0])
    again = table["local_date"].eq(table["local_date"].shift())
    assert (table.loc[again, "since_run_days"] == 0.0).all()
    assert (table.loc[~again, "since_run_days"].iloc[1:] >= 1.0).all()


def test_ratios_are_those_of_the_rules(history, table):
    long_run, volume = history.findings["long_run_spike"], history.findings["volume_jump"]
    by_day = table.groupby("local_date")
    assert (by_day.size() == 2).any()
    judged = long_run[(long_run["level"] != "cannot_tell") & long_run["value"].notna()].set_index(
        "local_date"
    )
    # A session over midnight is judged on the day on which its last run began.
    over_midnight = table.loc[table["run_ids"].str.contains(" "), "local_date"]
    same = judged.index.intersection(list(by_day.groups)).difference(over_midnight)
    most = by_day["long_run_ratio"].max()
    assert len(same) > 80
    expected = (judged["value"] / judged["baseline"])[same]
    assert most[same].to_numpy() == pytest.approx(expected.to_numpy())
    week = volume[volume["level"] != "cannot_tell"].set_index("local_date")
    last = by_day["week_ratio"].last()
    whole = [
        day
        for day in week.index.intersection(list(by_day.groups))
        if not any(0 <= (day - one).days <= 7 for one in over_midnight)
    ]
    assert len(whole) > 40
    expected = (week["value"] / week["baseline"])[whole]
    assert last[whole].to_numpy() == pytest.approx(expected.to_numpy())


def test_what_was_run_without_a_record_is_unknown_and_not_nothing(intake, table):
    day = date(2026, 8, 20)
    blind = exposure(told(intake, unrecorded=[day]))
    ago = np.array([(one - day).days for one in blind["local_date"]])
    in_week, in_month = (ago >= 1) & (ago <= 7), (ago >= 1) & (ago <= 28)
    assert in_week.sum() >= 3
    weekly = [name for name in WINDOWS if "_7_days" in name]
    assert blind.loc[in_week, weekly].isna().all(axis=None)
    assert blind.loc[in_month, ["run_28_days_count", "longest_before_m"]].isna().all(axis=None)
    assert blind.loc[(ago >= 8) & (ago <= 35), "usual_week_m"].isna().all()
    (uncovered,) = np.flatnonzero(~blind["is_covered"])
    assert blind["local_date"].iloc[uncovered] <= day < blind["local_date"].iloc[uncovered + 1]
    is_far = (ago < 0) | (ago > 100)
    pd.testing.assert_frame_equal(blind[is_far].drop(columns=ENDS), table[is_far].drop(columns=ENDS))


def test_cadence_of_earlier_runs_is_the_median_of_three(history, table):
    judged = history.runs[history.runs["stride_residual_pct"].notna()]
    row = table.iloc[-1]
    earlier = judged[~judged["run_id"].isin(row["run_ids"].split())]
    assert row["stride_residual_before_pct"] == pytest.approx(
        earlier["stride_residual_pct"].iloc[-3:].median()
    )


def test_an_outcome_ends_its_row_with_its_day(table):
    place = 50
    day = table["local_date"].iloc[place]
    assert table["local_date"].iloc[place + 1] > day
    outcomes = pd.DataFrame({"local_date": [day]})
    found = with_outcomes(table, outcomes)
    assert found["is_event"].tolist() == [row == place for row in range(len(table))]
    assert found["stop_days"].iloc[place] == np.floor(table["start_days"].iloc[place]) + 1.0
    rest = np.arange(len(table)) != place
    assert found["stop_days"][rest].tolist() == table["stop_days"][rest].tolist()
    assert (found["stop_days"] > found["start_days"]).all()


def test_an_outcome_of_a_day_without_a_run_belongs_to_the_session_before(table):
    days = table["local_date"].tolist()
    place = next(i for i in range(30, len(days)) if (days[i + 1] - days[i]).days > 1)
    found = with_outcomes(table, pd.DataFrame({"local_date": [days[place] + timedelta(days=1)]}))
    assert np.flatnonzero(found["is_event"]).tolist() == [place]
    ends = np.floor(table["start_days"].iloc[place]) + 2.0
    assert found["stop_days"].iloc[place] == min(ends, table["stop_days"].iloc[place])


def test_time_until_the_return_is_no_time_at_risk(table):
    day, until = table["local_date"].iloc[50], table["local_date"].iloc[60]
    outcomes = pd.DataFrame({"local_date": [day, table["local_date"].iloc[80]], "until_date": [until, None]})
    found = with_outcomes(table, outcomes)
    gone = table[(table["local_date"] > day) & (table["local_date"] < until)]
    assert 5 <= len(gone) <= 9
    assert not set(gone["run_ids"]) & set(found["run_ids"])
    assert len(found) == len(table) - len(gone)
    assert found["is_event"].sum() == 2


def test_each_runner_has_their_own_outcomes(table):
    both = pd.concat([table.assign(runner="ann"), table.assign(runner="bob")], ignore_index=True)
    days = pd.to_datetime(table["local_date"])  # as Parquet may give them back
    outcomes = pd.DataFrame({"runner": ["bob", "ann"], "local_date": [days.iloc[20], days.iloc[92]]})
    found = with_outcomes(both, outcomes)
    events = found[found["is_event"]]
    assert dict(zip(events["runner"], events["run_ids"], strict=True)) == {
        "ann": table["run_ids"].iloc[92],
        "bob": table["run_ids"].iloc[20],
    }


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ({"local_date": date(2026, 1, 1)}, "outside the recorded time, on 2026-01-01"),
        ({"local_date": AS_OF + timedelta(days=1)}, "outside the recorded time, on 2026-10-28"),
        ({"local_date": AS_OF, "runner": "eve"}, "'eve', who is not among"),
    ],
)
def test_outcomes_that_cannot_be_placed_are_refused(table, outcome, why):
    many = table.assign(runner="ann") if "runner" in outcome else table
    with pytest.raises(UsageError, match=why):
        with_outcomes(many, pd.DataFrame([outcome]))
    assert with_outcomes(table, pd.DataFrame({"local_date": [AS_OF]}))["is_event"].iloc[-1]
