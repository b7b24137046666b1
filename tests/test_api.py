"""What researchers do with a history: samples of a run, other thresholds, own rules and own metrics."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import loadwatch as lw
from loadwatch import words
from loadwatch.errors import MetricError, SettingsError, StaleError, UsageError
from loadwatch.report import html, png, tables, terminal
from loadwatch.report import replay as replay_told
from loadwatch.settings import Correction

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"
AS_OF = date(2026, 10, 27)


@pytest.fixture(scope="module")
def history():
    return lw.scan(SAMPLES, as_of=AS_OF)


# Samples of one run.


@pytest.fixture
def folder(tmp_path):
    """A run by itself, gzipped, in an archive with its label, and two of which one file holds both."""
    names = ("2026-04-04_0900_easy.fit", "2026-04-05_0830_long.fit", "2026-04-07_1810_cruise.fit")
    easy, long, cruise = ((SAMPLES / name).read_bytes() for name in names)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "easy.fit.gz").write_bytes(gzip.compress(easy))
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("activities/long.fit", long)
        archive.writestr("activities/other.gpx", (SAMPLES / "2026-05-21_1800_easy.gpx").read_bytes())
    tempo = (SAMPLES / "2026-03-31_1810_tempo.fit").read_bytes()
    (tmp_path / "two.fit").write_bytes(tempo + cruise)  # chained, as FIT files may be
    return tmp_path


def test_samples_are_those_that_a_run_was_measured_from(folder, monkeypatch):
    history = lw.scan(folder, as_of=AS_OF)
    monkeypatch.chdir(folder.parent)
    for run in history.runs.to_dict("records"):
        samples = history.samples(run["run_id"])
        assert samples["distance_m"].iloc[-1] == pytest.approx(run["distance_m"], rel=1e-6), run["file"]
        assert (samples.index[-1] - samples.index[0]).total_seconds() <= run["elapsed_s"] + 1
    files = set(history.runs["file"])
    parts = {"two.fit (part 1)", "two.fit (part 2)"}
    assert {"export.zip/activities/long.fit", "sub/easy.fit.gz", *parts} <= files


def test_a_folder_named_relatively_is_found_again_from_elsewhere(folder, monkeypatch):
    monkeypatch.chdir(folder)
    history = lw.scan("sub", as_of=AS_OF)
    monkeypatch.chdir("/")
    assert len(history.samples(history.runs["run_id"].iloc[0])) > 100


def test_a_corrected_sport_changes_no_sample(folder):
    before = lw.scan(folder, as_of=AS_OF)
    run_id = before.runs["run_id"].iloc[0]
    history = lw.scan(folder, as_of=AS_OF, settings=lw.Settings(runs={run_id: Correction(sport="running")}))
    pd.testing.assert_frame_equal(history.samples(run_id), before.samples(run_id))


def test_a_run_that_is_not_there_is_said_to_be_missing(history):
    with pytest.raises(UsageError, match="there is no run `abc`"):
        history.samples("abc")


@pytest.mark.parametrize("file", ["sub/easy.fit.gz", "export.zip", "two.fit"])
def test_a_file_that_is_gone_or_has_changed_is_named(folder, file):
    history = lw.scan(folder, as_of=AS_OF)
    (run_id, *_) = history.runs.loc[history.runs["file"].str.startswith(file), "run_id"]
    other = (SAMPLES / "2026-05-21_1800_easy.fit").read_bytes()
    path = folder / file
    path.unlink()
    with pytest.raises(StaleError, match=r"is gone, or cannot be opened any more .*scan again"):
        history.samples(run_id)
    if file == "export.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("activities/long.fit", other)
    else:
        path.write_bytes(other)
    with pytest.raises(StaleError, match="changed since it was scanned"):
        history.samples(run_id)


# Judged anew.


def same(one, other):
    for name in ("days", "weeks", "flags", "sessions", "runs"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.findings.keys() == other.findings.keys()
    for rule in one.findings:
        pd.testing.assert_frame_equal(one.findings[rule], other.findings[rule])
    for name in ("verdict", "week", "settings", "rules"):
        assert getattr(one, name) == getattr(other, name)
    assert tables.scan_json(one) == tables.scan_json(other)
    assert terminal.summary(one) == terminal.summary(other)


def test_judged_anew_is_as_scanned_anew(history):
    moved = {"long_run_spike": {"watch_ratio": 1.6}, "late_fade": {"fade_spm": -2.0}}
    own = replace(history.settings, rules=moved, hamstring_strain=date(2026, 9, 1), units="imperial")
    rules = [rule for rule in lw.RULES if rule.id != "volume_jump"]
    scanned = lw.scan(SAMPLES, as_of=AS_OF, settings=own, rules=rules)
    same(lw.judge(history, settings=own, rules=rules), scanned)
    same(lw.judge(scanned, settings=history.settings, rules=lw.RULES), history)
    same(lw.judge(history), history)


def test_an_earlier_week_stays_the_one_reported_on(history):
    earlier = lw.scan(SAMPLES, as_of=AS_OF, week="2026-W26")
    assert lw.judge(earlier).week == "2026-W26"
    assert lw.judge(earlier, thresholds={"long_run_spike": {"watch_ratio": 1.9}}).verdict != earlier.verdict


def test_thresholds_are_put_on_top_of_those_in_force(history):
    once = lw.judge(history, thresholds={"long_run_spike": {"watch_ratio": 1.4}})
    twice = lw.judge(once, thresholds={"long_run_spike": {"act_ratio": 3.0}})
    in_force = twice.thresholds["long_run_spike"]
    assert (in_force["watch_ratio"], in_force["act_ratio"], in_force["note_ratio"]) == (1.4, 3.0, 1.1)
    assert history.thresholds["long_run_spike"]["watch_ratio"] == 1.3


def test_what_cannot_be_judged_by_is_refused(history):
    for settings in (lw.Settings(week_starts="sunday"), lw.Settings(climb_weight=2.0)):
        with pytest.raises(UsageError, match="changes what is measured; scan"):
            lw.judge(history, settings=settings)
    with pytest.raises(SettingsError, match="there is no rule `long_run`"):
        lw.judge(history, thresholds={"long_run": {"watch_ratio": 1.4}})
    with pytest.raises(SettingsError, match=r"`rules\.long_run_spike\.ratio` is unknown"):
        lw.judge(history, thresholds={"long_run_spike": {"ratio": 1.4}})
    with pytest.raises(UsageError, match="no rule given"):
        lw.judge(history, rules=[])
    with pytest.raises(UsageError, match=r"two rules have the id `long_run_spike`"):
        lw.judge(history, rules=[*lw.RULES, lw.RULES[0]])
    with pytest.raises(SettingsError, match="there is no rule `late_fad`"):
        lw.scan(SAMPLES, settings=lw.Settings(rules={"late_fad": {"fade_spm": -3.0}}))


def test_rules_without_a_verdict_are_not_replayed_by_themselves(history):
    (fade,) = (rule for rule in lw.RULES if rule.id == "late_fade")
    with pytest.raises(UsageError, match=r"none of the rules \(late_fade\) makes a verdict"):
        lw.replay(lw.judge(history, rules=[fade]))
    both = lw.replay(lw.judge(history, rules=[fade, lw.RULES[0]]), since="2026-06-01")
    assert both.rates["raises_per_14_days"].notna().all()
    assert "could be judged by long run spike." in " ".join(replay_told.summary(both, width=200).split())


# Charts.


def test_any_column_of_weeks_can_be_drawn(history):
    panel = lw.figures.weekly("rest_day_count", title="Days off")
    weeks = history.weeks
    past, mine, _ = lw.figures.figure(panel, history).axes[0].patches
    assert mine.get_height() == weeks.loc[weeks["week"] == history.week, "rest_day_count"].item()
    tops = past.get_path().vertices.reshape(-1, 5, 2)[:, 2, 1]
    assert list(tops) == list(weeks["rest_day_count"].iloc[-26:-2])
    assert panel.told(history).startswith("3; the 4 weeks before")
    for name in ("shoes_count", "verdict"):
        with pytest.raises(UsageError, match=f"no column of numbers `{name}`"):
            lw.figures.to_svg(lw.figures.weekly(name), history)
    with pytest.raises(UsageError, match="no panel `dist`; there are distance"):
        lw.figures.panel("dist")


def test_a_figure_of_ones_own_is_the_same_svg_each_time():
    def drawn() -> str:
        from matplotlib.figure import Figure  # noqa: PLC0415 - as a notebook would

        figure = Figure()
        figure.add_subplot().plot([1, 2], label="one")
        return lw.figures.svg_of(figure)

    assert drawn() == drawn()
    assert "<text" in drawn()


# Own metrics.


def standing(samples: pd.DataFrame) -> float:
    """Seconds below 0.3 m/s."""
    seconds = np.diff((samples.index - samples.index[0]).total_seconds())
    return float(seconds[(samples["speed_mps"] < 0.3).to_numpy()[1:]].sum())


def highest(samples: pd.DataFrame) -> float:
    samples["altitude_m"] += 1000.0  # what one metric does to its frame, the next must not see
    return float(samples["altitude_m"].max())


STANDING = lw.Metric("standing_s", "Time below 0.3 m/s.", standing, weekly="sum")
METRICS = [
    lw.Metric("highest_altitude_m", "Highest point and a kilometre.", highest, weekly="max"),
    STANDING,
    lw.Metric("samples_count", "Samples.", len, weekly="mean"),
    lw.Metric("last_distance_m", "Where it ends.", lambda samples: samples["distance_m"].iloc[-1]),
]


@pytest.fixture(scope="module")
def weeks_folder(tmp_path_factory):
    """The samples' first runs, one of them twice, and a hike."""
    folder = tmp_path_factory.mktemp("weeks")
    for path in sorted(SAMPLES.glob("2026-0[34]-*")):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def measured(weeks_folder):
    told = []
    history = lw.scan(
        weeks_folder, as_of="2026-05-03", metrics=METRICS, progress=lambda *step: told.append(step)
    )
    return history, told


def test_an_own_metric_is_a_column_of_runs_days_and_weeks(measured):
    history, _ = measured
    runs, days, weeks = history.runs, history.days, history.weeks
    assert runs["standing_s"].tolist() == [standing(history.samples(run_id)) for run_id in runs["run_id"]]
    assert (runs["last_distance_m"] == runs["distance_m"]).all()
    # Each has a frame of its own.
    assert (runs["highest_altitude_m"] > 1000.0).all()
    assert (runs["last_distance_m"] < 1000.0 * 50).all()
    assert history.tables.runs["standing_s"].equals(runs["standing_s"])
    by_week = runs.groupby("week")
    for name, how in (("standing_s", "sum"), ("highest_altitude_m", "max"), ("samples_count", "mean")):
        expected = by_week[name].agg(how).reindex(weeks["week"]).tolist()
        assert weeks[name].tolist() == pytest.approx(expected), name
    assert "last_distance_m" not in {*days.columns, *weeks.columns}
    is_rest = days["is_rest_day"]
    assert (days.loc[is_rest, "standing_s"] == 0.0).all()
    assert days.loc[is_rest, "samples_count"].isna().all()
    assert days["standing_s"].sum() == pytest.approx(runs["standing_s"].sum())
    assert b",standing_s," in b"".join(tables.csv_pieces([runs], "runs"))
    field = pq.read_schema(io.BytesIO(b"".join(tables.parquet_pieces([runs], "runs")))).field("standing_s")
    assert (str(field.type), field.metadata[b"unit"]) == ("double", b"s")
    told = json.loads(b"".join(tables.json_pieces([weeks], "weeks")))
    assert [week["standing_s"] for week in told] == weeks["standing_s"].tolist()


def test_own_metrics_are_told_as_they_go_and_change_nothing_else(measured, weeks_folder):
    history, told = measured
    files = [name for _, total, name in told if total == len(history.runs)]
    assert files[-1] == ""
    assert set(files[-len(history.runs) - 1 : -1]) == set(history.runs["file"])
    plain = lw.scan(weeks_folder, as_of="2026-05-03")
    own = [metric.name for metric in METRICS]
    pd.testing.assert_frame_equal(history.runs.drop(columns=own), plain.runs)
    pd.testing.assert_frame_equal(history.days.drop(columns=own, errors="ignore"), plain.days)
    pd.testing.assert_frame_equal(history.weeks.drop(columns=own, errors="ignore"), plain.weeks)


def test_a_sum_is_missing_where_one_of_its_runs_does_not_tell(weeks_folder):
    def sometimes(samples: pd.DataFrame) -> float:
        return float("nan") if len(samples) % 2 else 1.0

    metrics = [
        lw.Metric("known_count", "Some.", sometimes, weekly="sum"),
        lw.Metric("known_ratio", "Some.", sometimes, weekly="mean"),
    ]
    history = lw.scan(weeks_folder, as_of="2026-05-03", metrics=metrics)
    by_week = history.runs.groupby("week")["known_count"]
    is_known = (by_week.count() == by_week.size()).tolist()
    assert 0 < sum(is_known) < len(is_known) or history.runs["known_count"].isna().any()
    assert history.weeks["known_count"].notna().tolist() == is_known
    assert history.weeks["known_ratio"].dropna().eq(1.0).all()


def test_an_own_metric_that_fails_names_itself_the_file_and_the_cause(weeks_folder):
    def broken(samples: pd.DataFrame) -> float:
        return float(samples["shoes"].max())

    with pytest.raises(MetricError, match=r"metric `shoes_count` fails on 2026-\S+: KeyError: 'shoes'"):
        lw.scan(weeks_folder, as_of="2026-05-03", metrics=[lw.Metric("shoes_count", "Shoes.", broken)])
    with pytest.raises(MetricError, match=r"metric `day_count` fails on .*TypeError"):
        lw.scan(weeks_folder, metrics=[lw.Metric("day_count", "No number.", lambda samples: samples.index)])


def test_names_that_cannot_stand_are_refused(weeks_folder):
    for name in ("standing", "Standing_s", "standing_hours", "s", "_s", "standing-s"):
        with pytest.raises(UsageError, match="is no name for a column; write lower-case"):
            lw.Metric(name, "", standing)
    for name in ("distance_m", "rest_day_count", "longest_session_m"):
        with pytest.raises(UsageError, match=f"metric `{name}`: there is a column of this name"):
            lw.Metric(name, "", standing)
    with pytest.raises(UsageError, match="weekly must be sum, mean, max or None"):
        lw.Metric("standing_s", "", standing, weekly="median")  # type: ignore[arg-type]
    seen_by_rules = lw.Metric("walked_descent_m", "", standing, weekly="sum")
    for metrics in ([STANDING, STANDING], [STANDING, seen_by_rules]):
        with pytest.raises(UsageError, match=f"metric `{metrics[1].name}`: another column has this name"):
            lw.scan(weeks_folder, metrics=metrics)


def test_archives_are_walked_once_for_all_their_members(folder, monkeypatch):
    from loadwatch import reopen  # noqa: PLC0415 - to count what it opens

    opened = []
    open_file = reopen.sources.open_file
    monkeypatch.setattr(
        reopen.sources, "open_file", lambda path, **how: (opened.append(path.name), open_file(path, **how))[1]
    )
    lw.scan(folder, as_of=AS_OF, metrics=[STANDING], cache=folder.parent / "kept")
    assert sorted(opened[len(opened) // 2 :]) == ["easy.fit.gz", "export.zip", "two.fit"]


# Own rules.


def check(tables: lw.Tables, *, watch_pct: float = 30.0) -> pd.DataFrame:
    """Judge the share of the last 7 days' distance that was run in one session."""
    days = tables.days
    found = lw.findings(days)
    week_m = days["distance_m"].rolling(7).sum()
    share_pct = 100.0 * days["longest_session_m"].rolling(7).max() / week_m.where(week_m > 0.0)
    found["value"], found["baseline"], found["n"] = share_pct, watch_pct, 1
    found["level"] = np.select([share_pct >= watch_pct, share_pct.notna()], ["watch", "usual"], "cannot_tell")
    found["reason"] = np.where(share_pct.isna(), "nothing was run in the last 7 days", "")
    return found


def sentence(finding, units) -> str:
    return f"{words.percent(finding['value'])} of the last 7 days was run in one go."


OWN = lw.Rule(
    id="one_big_run",
    number="X1",
    title="One big run",
    question="Was much of the week run in one go?",
    formula="Longest session of 7 days over their distance.",
    needs="A run in 7 days.",
    grade="none: a rule of thumb",
    limits="Nothing is known of it.",
    unit="%",
    window="the same 7 days",
    check=check,
    sentence=sentence,
    levels=("watch",),
)


@pytest.fixture(scope="module")
def with_own(history):
    return lw.judge(history, rules=[*lw.RULES, OWN], thresholds={"one_big_run": {"watch_pct": 40.0}})


def test_an_own_rule_is_told_everywhere(with_own):
    flags = with_own.flags[with_own.flags["rule"] == "one_big_run"]
    assert flags["is_raise"].any()
    assert "one_big_run" in {flag["rule"] for flag in tables.scan_json(with_own)["flags"]}
    week = flags.loc[flags["is_raise"], "week"].iloc[-1]
    told = replace(with_own, week=week)
    assert "one_big_run" in terminal.summary(told)
    page = " ".join(html.render(told).split())
    for said in ("One big run", "Was much of the week run in one go?", "watch_pct = 40 (yours)", "thumb"):
        assert said in page, said
    assert png.render(told).startswith(b"\x89PNG")
    rates = lw.replay(with_own).rates.set_index("rule")
    assert rates.loc["one_big_run", "raise_count"] > 0
    assert "Was much of the week" in lw.explain("one_big_run", rules=with_own.rules)
    json.dumps(tables.scan_json(told))


def test_an_own_rule_that_cannot_tell_yet_is_listed(with_own):
    first = replace(with_own, week=with_own.weeks["week"].iloc[0])
    assert "one_big_run" in {silent.rule for silent in first.story.cannot_tell} or first.story.notes
    quiet = lw.judge(with_own, rules=[replace(OWN, id="big_run", check=lambda told: lw.findings(told.days))])
    assert "big run" in terminal.summary(quiet)
    assert lw.judge(with_own, rules=lw.RULES).rules == lw.RULES


def test_settings_may_name_the_thresholds_of_own_rules_and_of_all_of_ours(weeks_folder, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("[rules.one_big_run]\nwatch_pct = 35\n[rules.late_fade]\nfade_spm = -3\n")
    history = lw.scan(weeks_folder, as_of="2026-05-03", settings=file, rules=[OWN])
    assert history.thresholds == {"one_big_run": {"watch_pct": 35}}
    file.write_text("[rules.one_big_run]\nwatch_share_pct = 35\n")
    with pytest.raises(SettingsError, match="did you mean `watch_pct`"):
        lw.scan(weeks_folder, settings=file, rules=[OWN])
    file.write_text("[rules.one_big_run]\nwatch_pct = 135\n")
    with pytest.raises(SettingsError, match="must lie between -100 and 100"):
        lw.scan(weeks_folder, settings=file, rules=[OWN])


def test_own_rules_see_own_metrics(measured):
    history, _ = measured

    def stands(tables: lw.Tables, *, note_s: float = 1.0) -> pd.DataFrame:
        found = lw.findings(tables.days)
        stood = tables.days["local_date"].map(tables.runs.groupby("local_date")["standing_s"].sum())
        found["value"], found["baseline"], found["n"] = stood, note_s, 1
        found["level"] = np.select([stood >= note_s, stood.notna()], ["note", "usual"], "cannot_tell")
        found["reason"] = np.where(stood.isna(), "no run", "")
        return found

    rule = replace(OWN, check=stands, levels=("note",), sentence=lambda finding, units: "Stood 1 s.")
    judged = lw.judge(history, rules=[*lw.RULES, rule])
    stood = history.days.loc[history.days["standing_s"] >= 1.0, "local_date"].tolist()
    assert judged.flags.loc[judged.flags["rule"] == rule.id, "local_date"].tolist() == stood
    assert stood


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (lambda tables: tables.days[["local_date"]], "lacks level, value, baseline, n, run_ids"),
        (lambda tables: lw.findings(tables.days).iloc[:5], "does not have the rows of `tables.days`"),
        (lambda tables: lw.findings(tables.days).assign(level="red"), "has an unknown level, red"),
        (lambda tables: lw.findings(tables.days).assign(level=None), "has an unknown level, None"),
    ],
)
def test_a_rule_that_answers_otherwise_than_findings_is_refused(history, check, said):
    with pytest.raises(UsageError, match=rf"rule `one_big_run`: what its check gives back {said}"):
        lw.judge(history, rules=[replace(OWN, check=check)])


def test_rules_that_cannot_be_told_apart_or_set_are_refused(weeks_folder):
    with pytest.raises(UsageError, match="two rules have the number `F1`"):
        lw.scan(weeks_folder, rules=[*lw.RULES, replace(OWN, number="F1")])

    def furlongs(tables: lw.Tables, *, watch_furlongs: float = 1.0) -> pd.DataFrame:
        return lw.findings(tables.days)

    with pytest.raises(UsageError, match="threshold `watch_furlongs` must end in its unit"):
        lw.scan(weeks_folder, rules=[replace(OWN, check=furlongs)])
