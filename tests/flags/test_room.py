"""Room is exact: just inside all of it nothing is said, just beyond any of it a rule speaks."""

from __future__ import annotations

import random

import numpy as np
import pytest

from loadwatch.flags import RULES, long_run_spike, volume_jump
from loadwatch.flags._rule import SESSION_ROOM, WEEK_ROOM
from loadwatch.plan import known_until, planned_weeks
from loadwatch.plan.ahead import until
from loadwatch.plan.limits import GROUPS, LIMITING, limits
from loadwatch.settings import Settings

NAN = float("nan")
AHEAD = 7
HISTORIES = 12


def history(seed: int) -> list[dict[str, float]]:
    """Half a year of a runner of some habits, with weeks of rest and, for some, a break not long ago."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    weeks, km, climb = draw.randint(8, 30), draw.uniform(4.0, 14.0), draw.choice([0.0, 5.0, 12.0, 40.0])
    hard, fast = draw.choice([0.0, 0.0, 14.0, 30.0]), draw.choice([0.0, 60.0, 400.0, 1500.0])
    days = sorted(draw.sample(range(7), draw.randint(2, 6)))
    last = 7 * weeks - draw.randint(0, 6)
    off = draw.choice([0, 0, 9, 10, 13, 16, 24, 33, 70])
    back = last - draw.randint(0, 50)
    runs = []
    for day in range(last):
        if day % 7 not in days or back - off <= day < back or draw.random() < 0.1:
            continue
        length = km * draw.uniform(0.7, 1.2) * (2.0 if day % 7 == days[-1] else 1.0)
        is_hard = draw.random() < 0.3
        runs.append(
            {
                "day": day,
                "id": f"run{day}",
                "km": length,
                "climb_m": NAN if draw.random() < 0.03 else climb * length * draw.uniform(0.5, 1.5),
                "hard_min": hard * is_hard,
                "fast_m": fast * is_hard * draw.uniform(0.5, 1.5),
                "treadmill": draw.random() < 0.03,
                "race": draw.random() < 0.02,
            }
        )
    return runs


def noted(made, first, levels=("note", "watch", "act")) -> set[str]:
    """Rules that set room and are at some level on any day from one on."""
    found = {rule.id: rule.check(made).iloc[first:] for rule in LIMITING}
    # That running is back after a week off is told whatever is run.
    back = found["return_from_break"]
    found["return_from_break"] = back[back["kind"] != "back"]
    return {rule for rule, rows in found.items() if rows["level"].isin(levels).any()}


@pytest.fixture(scope="module", params=range(HISTORIES))
def runner(request, tables, day):
    """A history, its last day's number, and what may be run on the next days."""
    runs = history(request.param)
    count = int(runs[-1]["day"]) - int(runs[0]["day"]) + 1
    count += random.Random(request.param).choice([0, 0, 1, 5, 9, 12, 30])  # noqa: S311 - no secret
    made = tables(runs, days=int(runs[0]["day"]) + count)
    known = until(made, made.days["local_date"].iloc[-1])
    return runs, int(runs[0]["day"]) + count, limits(known, Settings(), days=AHEAD)


def grown(tables, runs, more):
    """Tables with some runs more, and the place of the first day after the old ones."""
    return tables([*runs, *more], days=max(run["day"] for run in more) + 1)


@pytest.mark.parametrize("group", GROUPS, ids=["distance", "speed", "hills"])
def test_just_inside_all_of_it_nothing_is_said(tables, runner, group):
    runs, first, allowed = runner
    draw = random.Random(first)  # noqa: S311 - no secret
    on = [0, *sorted(draw.sample(range(1, AHEAD), draw.randint(0, 5)))]
    rest = [{"day": first, "km": 0.0, "climb_m": 0.0, "descent_m": 0.0}]
    rest.append({"day": first + AHEAD - 1, "km": 0.0, "climb_m": 0.0, "descent_m": 0.0})
    more, used = [], dict.fromkeys(WEEK_ROOM, 0.0)
    for at in on:
        amount = {}
        for name in WEEK_ROOM:
            left = (allowed.most if name in group else allowed.together)[name][at]
            left = (
                draw.uniform(0.0, 20.0) if np.isnan(left) else max(left * (1 - 1e-9) - 1e-6 - used[name], 0.0)
            )
            amount[name] = left * draw.choice([0.0, 0.4, 1.0, 1.0])
        caps = {name: allowed.most[name][at] * (1 - 1e-9) - 1e-6 for name in SESSION_ROOM}
        amount["distance_m"] = np.fmin(amount["distance_m"], caps["session_m"])
        amount["hard_min"] = np.fmin(amount["hard_min"], caps["session_hard_min"])
        by_share = caps["run_climb_pct"] / 100.0 * amount["distance_m"]
        amount["climb_m"] = np.nanmin([amount["climb_m"], caps["session_climb_m"], by_share])
        amount["descent_m"] = np.fmin(amount["descent_m"], caps["session_descent_m"])
        for name in WEEK_ROOM:
            used[name] += amount[name]
        more.append(
            {
                "day": first + at,
                "km": amount["distance_m"] / 1000.0,
                **{name: float(amount[name]) for name in ("hard_min", "fast_m", "climb_m", "descent_m")},
            }
        )
    start = first - int(runs[0]["day"])
    # What is up anyway, and what cannot be told unless the runs to come bring what is missing.
    would_be = noted(grown(tables, runs, rest), start)
    silent = noted(grown(tables, runs, rest), start, ("cannot_tell",))
    if not np.isnan(allowed.most["session_m"]).any():
        silent -= {"long_run_spike"}  # which cannot judge a run of no length
    assert noted(grown(tables, runs, [*more, *rest[1:]]), start) <= would_be | silent


@pytest.mark.parametrize("name", [*WEEK_ROOM, *SESSION_ROOM])
def test_just_beyond_it_the_rule_that_sets_it_speaks(tables, runner, name):
    runs, first, allowed = runner
    key = {
        "distance_m": "km",
        "session_m": "km",
        "session_hard_min": "hard_min",
        "session_climb_m": "climb_m",
    }
    key |= {"session_descent_m": "descent_m", "run_climb_pct": "climb_m"}
    rules = {rule.id: rule for rule in RULES}
    most = allowed.most[name]
    limited = np.flatnonzero(~np.isnan(most)).tolist()
    if name in WEEK_ROOM:  # days whose limit is that of a later one are not their rule's own
        limited = [at for at in limited if at == AHEAD - 1 or most[at] != most[at + 1]]
    for at in limited[:1] + limited[-1:]:
        beyond = most[at] * (1 + 1e-9) + 1e-6
        run = {"day": first + at, "km": 0.0, "climb_m": 0.0, "descent_m": 0.0}
        if name == "run_climb_pct":
            run |= {"km": 1.0}
            beyond *= 10.0
        run[key.get(name, name)] = beyond / 1000.0 if key.get(name) == "km" else beyond
        nominal = [{"day": first, "km": 0.0, "climb_m": 0.0, "descent_m": 0.0}] if at else []
        made = grown(tables, runs, [*nominal, run])
        found = rules[allowed.rule[name][at]].check(made).iloc[-1]
        assert found["level"] in ("note", "watch", "act"), (name, at, allowed.rule[name][at], found["reason"])


def test_no_room_is_told_where_running_without_a_record_may_have_used_it(tables, steady, day):
    made = tables(steady(10), days=72, diary=[{"day": 71, "unrecorded_running": True}])
    # The day itself is over, though no run of it is known.
    known = known_until(made, day(71))
    assert known.days["local_date"].iloc[-1] == day(71)
    soon, later = (limits(known, Settings(), days=days) for days in (6, 7))
    for name in ("hard_min", "climb_m"):
        assert np.isnan(soon.most[name]).all()
        assert "without a record" in soon.silent[name][1]
        # After 7 days it is only compared with, and what is told is less than what might be run.
        assert later.most[name][-1] > 0.0
    assert soon.most["session_m"].tolist() == pytest.approx([16_500.0] * 6)


@pytest.mark.parametrize(("seed", "rule"), [(2, long_run_spike), (19, long_run_spike), (23, volume_jump)])
def test_who_comes_back_as_proposed_hears_nothing_of_the_first_days_that_can_be_judged(tables, seed, rule):
    runs = history(seed)
    first = int(runs[0]["day"])
    count = int(runs[-1]["day"]) - first + 1 + random.Random(seed).choice([0, 0, 1, 5, 9, 12, 30])  # noqa: S311
    made = tables(runs, days=first + count)
    begin, last = made.days["local_date"].iloc[0], made.days["local_date"].iloc[-1]
    weeks = planned_weeks(until(made, last), Settings(), count=4)
    planned = [run for week in weeks for run in week.runs]
    more = [{"day": first + (run.day - begin).days, "km": run.distance_m / 1000.0} for run in planned]
    assert len(more) >= 9
    found = rule.check(grown(tables, runs, more)).iloc[count:]
    assert "cannot_tell" in set(found["level"])
    assert set(found["level"]) == {"cannot_tell", "usual"}
