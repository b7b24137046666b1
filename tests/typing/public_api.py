"""Everything that `loadwatch` offers, used as a researcher would: what mypy says of it in strict mode.

It is checked, never run. `assert_type` holds each result to what the documentation says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, assert_type

import pandas as pd
from matplotlib.figure import Figure

import loadwatch as lw
from loadwatch.diary import Diary
from loadwatch.history import Room, WeekStory
from loadwatch.loudness import Replay
from loadwatch.report import ReportPaths
from loadwatch.words import Units


def climbed(samples: pd.DataFrame) -> float:
    """An own metric."""
    return float(samples["altitude_m"].diff().clip(lower=0.0).sum())


def check(tables: lw.Tables, *, watch_m: float = 500.0) -> pd.DataFrame:
    """The check of an own rule."""
    found = lw.findings(tables.days)
    found["value"] = tables.days["elevation_gain_m"]
    found["level"] = (found["value"] > watch_m).map({True: "watch", False: "usual"})
    return found


def sentence(finding: Mapping[str, Any], units: Units) -> str:
    """Its sentence."""
    return f"{finding['value']:.0f} m, for a runner who thinks in {units} units."


METRIC = lw.Metric("climbed_m", "Every rise of the altitude.", climbed, weekly="sum")
RULE = lw.Rule(
    id="much_climb",
    number="X1",
    title="Much climb",
    question="Was it steep?",
    formula="Climb of the day.",
    needs="Altitude.",
    grade="none",
    limits="It knows nothing.",
    unit="m",
    window="none",
    check=check,
    sentence=sentence,
    levels=("watch",),
    references=(lw.Reference(source="nobody", found="nothing", in_whom="no one"),),
)


def scanned(folder: Path) -> lw.History:
    """A scan with everything said."""
    settings = lw.Settings(units="imperial", rules={"long_run_spike": {"watch_ratio": 1.4}})
    return lw.scan(
        [folder, "more"],
        as_of=date(2026, 10, 25),
        week="2026-W43",
        settings=settings,
        diary=Diary(),
        rules=[*lw.RULES, RULE],
        metrics=[METRIC],
        cache=folder / "kept",
        jobs=None,
        progress=print,
    )


def looked_at(history: lw.History) -> None:
    """What a history holds."""
    for frame in (history.runs, history.days, history.weeks, history.flags, history.skipped):
        assert_type(frame, pd.DataFrame)
    run_id = str(history.runs["run_id"].iloc[0])
    assert_type(history.samples(run_id), pd.DataFrame)
    assert_type(history.traces[run_id], pd.DataFrame)
    assert_type(history.form_windows_of([run_id]), pd.DataFrame)
    assert_type(history.late_form_of([run_id]), pd.DataFrame)
    assert_type(history.strides_of(history.runs.tail(5)), pd.DataFrame)
    assert_type(history.zones_on(history.as_of), pd.DataFrame)
    assert_type(history.findings["much_climb"], pd.DataFrame)
    assert_type(history.thresholds, dict[str, dict[str, float]])
    assert_type(history.rules, tuple[lw.Rule, ...])
    assert_type(history.story, WeekStory)
    assert_type(history.room, Room | None)
    assert_type(history.verdict, str)


def asked_on(history: lw.History, folder: Path) -> None:
    """What can be asked of one."""
    stricter = lw.judge(history, thresholds={"much_climb": {"watch_m": 300.0}}, rules=lw.RULES)
    assert_type(stricter, lw.History)
    assert_type(lw.judge(history, settings=lw.Settings(hamstring_strain=date(2026, 3, 14))), lw.History)
    assert_type(lw.replay(stricter, since="2026-06-01"), Replay)
    assert_type(lw.replay(stricter).rates, pd.DataFrame)
    assert_type(lw.explain("much_climb", width=100, rules=history.rules), str)
    assert_type(lw.write_report(history, folder, show_names=True), ReportPaths)
    at_risk = lw.exposure(history)
    assert_type(at_risk, pd.DataFrame)
    assert_type(lw.with_outcomes(at_risk, pd.DataFrame({"local_date": [date(2026, 6, 1)]})), pd.DataFrame)
    assert_type(lw.read_run(folder / "run.fit", session=1), pd.DataFrame)
    assert_type(lw.__version__, str)


def drawn(history: lw.History) -> list[str]:
    """What can be drawn of one."""
    panel = lw.figures.panel("distance")
    assert_type(panel, lw.figures.Panel)
    assert_type(panel.told(history), str)
    drawing = lw.figures.figure(panel, history, lw.figures.Palette(accent="#000000"))
    assert_type(drawing, Figure)
    weekly = lw.figures.weekly("climbed_m", title="Climbed", decimals=1)
    svgs = lw.figures.to_svgs([weekly, *lw.figures.PANELS], history, lw.figures.LIGHT)
    return [lw.figures.svg_of(drawing), lw.figures.to_svg(weekly, history), *svgs]


def refused(folder: Path) -> str:
    """How it says no."""
    try:
        lw.scan(folder)
    except lw.LoadwatchError as error:
        return str(error)
    return ""
