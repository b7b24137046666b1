"""The story says what the expected answers promise, judged by hand and with room to spare.

The first half works out three rules once more, straight from the story's table and knowing nothing of
loadwatch's own code: plain lists, one day at a time, so that a reader can follow it with a pencil.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import cos, pi
from pathlib import Path
from statistics import mean, median

import pytest

from loadwatch.demo.runner import WORKOUTS
from loadwatch.demo.story import SAMPLES_END, Outing, story
from loadwatch.demo.terrain import COURSES

PROJECT = Path(__file__).resolve().parents[2]
EXPECTED = json.loads((PROJECT / "sample_activities" / "expected.json").read_text(encoding="utf-8"))
JUDGED_BY_HAND = {"long_run_spike", "volume_jump", "climb_jump"}
CUT_SHARE = 0.7  # what is left of the run whose file breaks off


@dataclass(frozen=True)
class Judgement:
    rule: str
    day: date
    level: str
    ratio: float
    more: float


def kilometres(outing: Outing) -> float:
    share = CUT_SHARE if outing.file == "fit-cut" else 1.0
    return outing.distance_m / 1000 * share


def climb_m(outing: Outing) -> float:
    """Whole hills, and the part of the last one that is climbed."""
    course = COURSES[outing.course]
    hills, rest = divmod(outing.distance_m, course.hill_length_m)
    last = min(rest, course.hill_length_m / 2)
    return course.hill_m * (hills + (1 - cos(2 * pi * last / course.hill_length_m)) / 2)


def judge(outings: tuple[Outing, ...]) -> list[Judgement]:
    """Every judgement of long_run_spike, volume_jump and climb_jump, at whatever level."""
    runs = [outing for outing in outings if outing.kind != "hike"]
    days = [runs[0].start.date()]
    while days[-1] < runs[-1].start.date():
        days.append(days[-1] + timedelta(days=1))
    km = {day: sum(kilometres(run) for run in runs if run.start.date() == day) for day in days}
    climb = {day: sum(climb_m(run) for run in runs if run.start.date() == day) for day in days}
    judgements = [_long_run_spike(day, km) for day in days if km[day] > 0]
    judgements += [_volume_jump(day, km) for day in days]
    judgements += [_climb_jump(day, climb, km) for day in days]
    return sorted(judgements, key=lambda judgement: (judgement.day, judgement.rule))


def _window(day: date, length: int, ago: int, values: dict[date, float]) -> list[float]:
    """The `length` values ending `ago` days before the day."""
    wanted = [day - timedelta(days=ago + n) for n in range(length)]
    return [values[each] for each in wanted if each in values]


def _is_after_break(day: date, km: dict[date, float]) -> bool:
    """Ten or more days off that ended within the last 28 days."""
    ran = [each for each in km if each <= day and km[each] > 0]
    returns = [after for before, after in pairwise(ran) if (after - before).days > 10]
    return any((day - back).days < 28 for back in returns)


def _long_run_spike(day: date, km: dict[date, float]) -> Judgement:
    before = sorted(value for value in _window(day, 30, 1, km) if value > 0)
    if len(before) < 4 or (day - min(km)).days < 14:
        return Judgement("long_run_spike", day, "cannot_tell", 0, 0)
    baseline = min(before[-1], 1.3 * before[-2])
    ratio, more = km[day] / baseline, km[day] - baseline
    level = "usual"
    for name, least_ratio, least_more in (("note", 1.1, 1), ("watch", 1.3, 2), ("act", 2, 5)):
        if ratio > least_ratio and more > least_more:
            level = name
    return Judgement("long_run_spike", day, level, ratio, more)


def _volume_jump(day: date, km: dict[date, float]) -> Judgement:
    if (day - min(km)).days + 1 < 35 or _is_after_break(day, km):
        return Judgement("volume_jump", day, "cannot_tell", 0, 0)
    now = sum(_window(day, 7, 0, km))
    blocks = [sum(_window(day, 7, 7 * n, km)) for n in (1, 2, 3, 4)]
    base = max(mean(blocks), median(blocks))
    if base < 10:
        return Judgement("volume_jump", day, "cannot_tell", 0, 0)
    earlier = [day - timedelta(days=7 + n) for n in range(84) if day - timedelta(days=13 + n) in km]
    highest = max(sum(_window(each, 7, 0, km)) for each in earlier)
    is_note = now / base > 1.3 and now - base > 8
    level = "watch" if is_note and now > 1.1 * highest else "note" if is_note else "usual"
    return Judgement("volume_jump", day, level, now / base, now - base)


def _climb_jump(day: date, climb: dict[date, float], km: dict[date, float]) -> Judgement:
    if (day - min(climb)).days + 1 < 35 or _is_after_break(day, km):
        return Judgement("climb_jump", day, "cannot_tell", 0, 0)
    now = sum(_window(day, 7, 0, climb))
    base = mean(sum(_window(day, 7, 7 * n, climb)) for n in (1, 2, 3, 4))
    best = max(_window(day, 42, 1, climb))
    is_note = (now > 1.5 * base and now - base > 150) or (climb[day] > 2 * best and climb[day] - best > 250)
    return Judgement("climb_jump", day, "note" if is_note else "usual", now / base if base else 0, now - base)


def week_of(day: date) -> str:
    return f"{day:%G-W%V}"


def runs_of(outings: tuple[Outing, ...]) -> list[Outing]:
    return [outing for outing in outings if outing.kind != "hike"]


def test_every_day_judged_by_hand_is_in_the_expected_answers_and_no_other() -> None:
    found = {
        (judgement.rule, judgement.day, judgement.level)
        for judgement in judge(story())
        if judgement.level not in {"usual", "cannot_tell"}
    }
    promised = set()
    for flag in EXPECTED["flags"]:
        if flag["rule"] in JUDGED_BY_HAND:
            first, last = date.fromisoformat(flag["date"]), date.fromisoformat(flag["until"])
            days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            promised |= {(flag["rule"], day, flag["level"]) for day in days}
    assert found == promised


@pytest.mark.parametrize(
    ("rule", "note_ratio", "note_more", "ratio_margin", "more_margin"),
    [
        ("long_run_spike", 1.1, 1.0, 0.05, 0.5),
        ("volume_jump", 1.3, 8.0, 0.04, 2.0),
        ("climb_jump", 1.5, 150.0, 0.3, 45.0),
    ],
)
def test_no_day_comes_near_a_threshold(
    rule: str, note_ratio: float, note_more: float, ratio_margin: float, more_margin: float
) -> None:
    """A device may measure a little more or less without changing an answer."""
    for judgement in judge(story()):
        if judgement.rule != rule or judgement.level == "cannot_tell":
            continue
        over = judgement.ratio - note_ratio, judgement.more - note_more
        is_clearly_over = over[0] > ratio_margin and over[1] > more_margin
        is_clearly_under = over[0] < -ratio_margin or over[1] < -more_margin
        assert is_clearly_over or is_clearly_under, judgement


def test_a_spike_or_jump_is_clearly_a_watch_and_no_act() -> None:
    ratios = {(flag.rule, flag.ratio) for flag in judge(story()) if flag.level == "watch"}
    assert all(1.36 < ratio < 1.6 for _, ratio in ratios)


def test_weeks_add_up_to_the_expected_answers() -> None:
    runs_km: dict[str, list[float]] = defaultdict(list)
    climbs: dict[str, float] = defaultdict(float)
    for run in runs_of(story()):
        runs_km[week_of(run.start.date())].append(kilometres(run))
        climbs[week_of(run.start.date())] += climb_m(run)
    for week in EXPECTED["weeks"]:
        runs = runs_km[week["week"]]
        assert week["run_count"] == len(runs)
        assert week["distance_km"] == pytest.approx(sum(runs), abs=0.051)
        assert week["longest_run_km"] == pytest.approx(max(runs, default=0), abs=0.051)
        assert week["climb_m"] == pytest.approx(climbs[week["week"]], abs=0.51)
    assert len(EXPECTED["weeks"]) == 30


def test_a_verdict_is_the_highest_raise_or_what_cannot_be_told() -> None:
    unjudged = {
        week_of(judgement.day)
        for judgement in judge(story())
        if judgement.day.isoweekday() == 7 and judgement.level == "cannot_tell"
    }
    raised = {flag["week"] for flag in EXPECTED["flags"] if flag["is_raise"]}
    for week in EXPECTED["weeks"]:
        label = week["week"]
        wanted = "watch" if label in raised else "cannot_tell" if label in unjudged else "usual"
        assert week["verdict"] == wanted, label


def test_flags_lie_in_the_weeks_of_their_dates() -> None:
    for flag in EXPECTED["flags"]:
        assert flag["week"] == week_of(date.fromisoformat(flag["date"]))


def test_steps_are_long_or_as_ever_and_nothing_between() -> None:
    """Runs at -3.5 % are beyond both thresholds of long_steps, those at -1 % short of both."""
    for run in runs_of(story()):
        assert run.cadence_shift_pct <= -3.5 or run.cadence_shift_pct >= -1.0


def test_the_break_is_fifteen_days_and_the_only_one() -> None:
    days = [outing.start.date() for outing in story()]
    gaps = [(after - before).days - 1 for before, after in pairwise(days)]
    assert max(gaps) == 15
    assert sorted(gaps)[-2] <= 3


def test_every_row_names_a_known_kind_and_course() -> None:
    assert {outing.kind for outing in story()} <= set(WORKOUTS)
    assert {outing.course for outing in story()} <= set(COURSES)


def test_one_run_crosses_the_hour_that_comes_twice() -> None:
    assert story()[-1].start.isoformat() == "2026-10-25T01:40:00"


@pytest.mark.parametrize("weeks", [1, 3, 30, 31, 32, 52, 60])
def test_a_story_of_any_length_fills_its_weeks(weeks: int) -> None:
    outings = story(weeks)
    starts = [outing.start for outing in outings]
    assert starts == sorted(starts)
    assert starts[0].date() > SAMPLES_END - timedelta(weeks=weeks)
    assert starts[0].date() <= SAMPLES_END - timedelta(weeks=weeks - 1)
    assert outings[-len(story()) :] == story()[-len(outings) :]


def test_a_longer_story_adds_no_alarm() -> None:
    first = SAMPLES_END - timedelta(weeks=30)
    levels = {judgement.level for judgement in judge(story(52)) if judgement.day <= first}
    assert levels == {"usual", "cannot_tell"}


def test_a_story_can_end_on_another_sunday() -> None:
    moved = story(2, ends=date(2026, 11, 15))
    assert [outing.start - timedelta(days=21) for outing in moved] == [outing.start for outing in story(2)]


@pytest.mark.parametrize(("weeks", "ends"), [(0, SAMPLES_END), (3, date(2026, 10, 24))])
def test_a_story_without_weeks_or_sunday_is_refused(weeks: int, ends: date) -> None:
    with pytest.raises(ValueError, match="a story"):
        story(weeks, ends=ends)
