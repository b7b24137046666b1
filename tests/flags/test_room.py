"""Room is exact: just inside all of it nothing is said, just beyond any of it a rule speaks."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from loadwatch.flags import long_run_spike, refuse_senseless, stacking, thresholds_in_force, volume_jump
from loadwatch.flags._judged import judge
from loadwatch.flags._rule import ROOM, SESSION_ROOM, WEEK_ROOM
from loadwatch.plan import known_until, planned_weeks
from loadwatch.plan.ahead import until
from loadwatch.plan.limits import GROUPS, LIMITING, _so_far, limits
from loadwatch.settings import Settings

NAN = float("nan")
FIRST = date(2026, 1, 5)  # day 0
AHEAD = 7
# One of each kind; more of them take minutes.
HISTORIES = int(os.environ.get("LOADWATCH_ROOM_HISTORIES", "8"))
# What is special about every eighth history; the rest of it is drawn.
KINDS = ("break", "hills", "own thresholds", "races", "imperial", "diary", "treadmill", "plain")
# The same thresholds as a runner of miles and feet would round them.
IMPERIAL = {
    "long_run_spike": {"note_more_m": 804.672, "watch_more_m": 1609.344, "act_more_m": 4828.032},
    "volume_jump": {"note_more_m": 8046.72},
    "climb_jump": {"note_more_m": 152.4, "session_more_m": 243.84},
    "descent_jump": {"note_more_m": 91.44, "watch_more_m": 304.8},
    "stacking": {"distance_more_m": 4828.032, "hills_more_m": 91.44},
}
# What a run holds of each limited quantity, as the runs of these tests call it.
HELD = {"session_hard_min": "hard_min", "session_climb_m": "climb_m", "run_climb_pct": "climb_m"}
HELD |= {"session_descent_m": "descent_m", "distance_m": "km", "session_m": "km"}


def own_thresholds(draw: random.Random) -> dict[str, dict[str, float]]:
    """Thresholds of the runner's own for every rule that limits, in an order that can be meant."""
    note = draw.uniform(1.05, 1.4)
    return {
        "long_run_spike": {"note_ratio": note, "watch_ratio": note + 0.2, "note_more_m": 1500.0},
        "volume_jump": {"note_ratio": draw.uniform(1.15, 1.6), "note_more_m": draw.uniform(2000.0, 12_000.0)},
        "intensity_jump": {"note_ratio": draw.uniform(1.2, 2.0), "note_more_min": draw.uniform(5.0, 20.0)},
        "fast_running": {"note_sd": draw.uniform(1.0, 1.8), "more_m": 300.0, "window_days": 364},
        "climb_jump": {"note_more_m": 90.0, "session_window_days": draw.choice([28, 60])},
        "descent_jump": {"note_ratio": draw.uniform(1.1, 1.4), "habit_days": draw.choice([28, 60])},
        "stacking": {"distance_ratio": draw.uniform(1.1, 1.4), "hills_more_m": 60.0, "hard_more_min": 8.0},
        "return_from_break": {"watch_over_ratio": draw.uniform(1.1, 1.4), "hard_min": 8.0, "hilly_pct": 1.4},
    }


def history(seed: int, kind: str = "") -> list[dict[str, float]]:
    """Half a year of a runner of some habits, with weeks of rest and, for some, a break not long ago."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    weeks, km, climb = draw.randint(8, 30), draw.uniform(4.0, 14.0), draw.choice([0.0, 5.0, 12.0, 40.0])
    hard, fast = draw.choice([0.0, 0.0, 14.0, 30.0]), draw.choice([0.0, 60.0, 400.0, 1500.0])
    days = sorted(draw.sample(range(7), draw.randint(2, 6)))
    last = 7 * weeks - draw.randint(0, 6)
    off = draw.choice([0, 0, 9, 10, 13, 16, 24, 33, 70])
    back = last - draw.randint(0, 50)
    if kind:  # long enough ago that the rules can judge again
        off, back, weeks = draw.choice([0, 10, 20]), last - 60, max(weeks, 14)
        last = max(last, 7 * weeks)
    climb = draw.choice([25.0, 60.0]) if kind == "hills" else climb
    treadmill, race = 0.4 if kind == "treadmill" else 0.03, 0.15 if kind == "races" else 0.02
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
                "treadmill": draw.random() < treadmill,
                "race": draw.random() < race,
            }
        )
    return runs


class Runner:
    """A history with its settings and diary, and what may be run on the days after it."""

    def __init__(self, tables, seed):
        draw = random.Random(seed)  # noqa: S311 - no secret
        self.kind = KINDS[seed % len(KINDS)]
        self.runs = history(seed, self.kind)
        begin, end = int(self.runs[0]["day"]), int(self.runs[-1]["day"])
        off = {"break": [14, 20, 33], "plain": [0, 5, 9, 12, 30]}.get(self.kind, [0, 0, 1, 5])
        self.first = end + 1 + draw.choice(off)
        self.place = self.first - begin
        rules = {"own thresholds": own_thresholds(draw), "imperial": IMPERIAL}.get(self.kind, {})
        refuse_senseless(LIMITING, rules)
        self.settings = Settings(rules=rules)
        told = [{"day": end - 3, "site": "sit bone", "pain_during": 2}, {"day": end, "pain_during": 1}]
        self.diary = told if self.kind == "diary" else []
        self._tables, self._made, self._found = tables, {}, {}
        self.known = until(self.made([]), FIRST + timedelta(days=self.first - 1))
        self.allowed = limits(self.known, self.settings, days=AHEAD)

    def made(self, more):
        """Tables with some runs more, made once: making them takes longer than most rules do."""
        key = repr(more)
        if key not in self._made:
            days = max((run["day"] + 1 for run in more), default=self.first)
            self._made[key] = self._tables([*self.runs, *more], days=days, diary=self.diary)
        return self._made[key]

    def ranks(self, more, rules=LIMITING):
        """Ranks of the rules' levels on the days to come with some runs more, by rule id."""
        new = [rule for rule in rules if (repr(more), rule.id) not in self._found]
        for name, rows in judge(new, self.made(more), self.settings).items():
            self._found[repr(more), name] = rows["rank"].to_numpy()[self.place :]
        return {rule.id: self._found[repr(more), rule.id] for rule in rules}

    def nominal(self, at):
        """A run of no length."""
        return {"day": self.first + at, "km": 0.0, "climb_m": 0.0, "descent_m": 0.0}


@pytest.fixture(scope="module")
def runner(tables):
    """Runners by seed, each made once."""
    return cache(lambda seed: Runner(tables, seed))


def just_inside(one, group, draw):
    """Runs that take up all room of one group, and of the others what keeps them from rising."""
    allowed, more, used = one.allowed, [], dict.fromkeys(WEEK_ROOM, 0.0)
    for at in [0, *sorted(draw.sample(range(1, AHEAD), draw.randint(0, 5)))]:
        amount = {}
        for name in WEEK_ROOM:
            left = (allowed.most if name in group else allowed.together)[name][at]
            is_free = np.isnan(left)
            left = draw.uniform(0.0, 20.0) if is_free else max(left * (1 - 1e-9) - 1e-6 - used[name], 0.0)
            amount[name] = left * draw.choice([0.0, 0.4, 1.0, 1.0])
        caps = {name: allowed.most[name][at] * (1 - 1e-9) - 1e-6 for name in SESSION_ROOM}
        amount["distance_m"] = np.fmin(amount["distance_m"], caps["session_m"])
        amount["hard_min"] = np.fmin(amount["hard_min"], caps["session_hard_min"])
        by_share = caps["run_climb_pct"] / 100.0 * amount["distance_m"]
        amount["climb_m"] = np.nanmin([amount["climb_m"], caps["session_climb_m"], by_share])
        amount["descent_m"] = np.fmin(amount["descent_m"], caps["session_descent_m"])
        for name in WEEK_ROOM:
            used[name] += amount[name]
        held = {name: float(amount[name]) for name in WEEK_ROOM if name != "distance_m"}
        more.append({"day": one.first + at, "km": amount["distance_m"] / 1000.0, **held})
    return more


@pytest.mark.parametrize("group", GROUPS, ids=["distance", "speed", "hills"])
def test_just_inside_all_of_it_nothing_is_said(runner, group, record_property):
    judged, silent, spoken = Counter(), Counter(), []
    for seed in range(HISTORIES):
        one = runner(seed)
        more = just_inside(one, group, random.Random(seed))  # noqa: S311 - no secret
        end = [one.nominal(AHEAD - 1)]
        # What is up anyway, and what cannot be told unless the runs to come bring what is missing.
        anyway, found = one.ranks([one.nominal(0), *end]), one.ranks([*more, *end])
        for rule, rank in found.items():
            can_tell = anyway[rule] >= 0
            if rule == "long_run_spike":  # which cannot judge a run of no length
                can_tell = ~np.isnan(one.allowed.most["session_m"])
            judged[rule] += int(can_tell.sum())
            silent[rule] += int((~can_tell).sum())
            if (can_tell & (rank >= 1) & (rank > anyway[rule])).any():
                spoken.append((seed, one.kind, rule))
    assert spoken == []
    record_property("days judged and silent", (dict(judged), dict(silent)))
    # Silence is no pass: each rule could have spoken on a good part of the days.
    for rule in LIMITING:
        assert judged[rule.id] >= 0.25 * AHEAD * HISTORIES, rule.id


@pytest.mark.parametrize(
    "rule", [rule for rule in LIMITING if rule is not stacking.RULE], ids=lambda rule: rule.id
)
def test_just_beyond_its_own_limit_each_rule_speaks(runner, rule, record_property):
    tried, unlimited, quiet = Counter(), Counter(), []
    for seed in range(HISTORIES):
        one = runner(seed)
        own = limits(one.known, one.settings, days=AHEAD, rules=[rule])
        for name in ROOM:
            for at in _own_days(own.most[name], name):
                tried[name] += 1
                rank = one.ranks(_beyond(one, {name: own.most[name][at]}, at), [rule])[rule.id]
                if rank[at] < 1:
                    quiet.append((seed, one.kind, name, at))
            unlimited[name] += bool(np.isnan(own.most[name]).all())
    assert quiet == []
    record_property("limits tried and histories without", (dict(tried), dict(unlimited)))
    limited = {"return_from_break": {"distance_m", "session_hard_min", "run_climb_pct"}}
    limited |= {"climb_jump": {"climb_m", "session_climb_m"}, "descent_jump": {"session_descent_m"}}
    limited |= {"long_run_spike": {"session_m"}, "volume_jump": {"distance_m"}, "fast_running": {"fast_m"}}
    assert set(tried) == limited.get(rule.id, {"hard_min", "fast_m"})


def test_just_beyond_what_keeps_two_groups_from_rising_together_it_speaks(runner):
    tried, quiet = 0, []
    for seed in range(HISTORIES):
        one = runner(seed)
        apart = limits(one.known, one.settings, days=AHEAD, rules=[stacking.RULE]).together
        for speed in ("hard_min", "fast_m"):
            for hill in ("climb_m", "descent_m"):
                both = {name: apart[name][-1] for name in (speed, hill)}
                if np.isnan(list(both.values())).any():
                    continue
                tried += 1
                rank = one.ranks(_beyond(one, both, AHEAD - 1), [stacking.RULE])["stacking"]
                if rank[-1] < 1:
                    quiet.append((seed, one.kind, speed, hill))
    assert quiet == []
    assert tried >= HISTORIES


def test_where_distance_is_up_just_beyond_what_another_group_may_rise_with_it_speaks(runner):
    tried, wrong = Counter(), []
    for seed in range(HISTORIES):
        one = runner(seed)
        thresholds = thresholds_in_force("stacking", one.settings.rules)
        apart = limits(one.known, one.settings, days=AHEAD, rules=[stacking.RULE]).together
        (*begin, run) = _beyond(one, {"distance_m": apart["distance_m"][-1]}, AHEAD - 1)
        if np.isnan(run["km"]):
            continue
        # Of speed and hills more is allowed the more distance rises: asked for with that distance run.
        far = one.made([*begin, run])
        most = stacking.check(far, **thresholds)["value"].iloc[-1], stacking.room(far, **thresholds).iloc[-1]
        held = _so_far(far, 1)
        for name in WEEK_ROOM[1:]:
            left = most[1][name] - held[name][-1]
            if np.isnan(left) or most[0] != 1 or left <= 0.0:
                continue  # unknown, or two groups are up already
            tried[name] += 1
            for by, is_up in ((-1e-6, False), (1e-6, True)):
                amount = left * (1 + np.copysign(1e-9, by)) + by
                rank = one.ranks([*begin, run | {name: max(amount, 0.0)}], [stacking.RULE])["stacking"]
                if (rank[-1] >= 1) != is_up:
                    wrong.append((seed, one.kind, name, is_up))
    assert wrong == []
    assert set(tried) == set(WEEK_ROOM[1:])
    assert tried.total() >= HISTORIES


def test_just_beyond_the_lowest_limit_the_rule_that_is_said_to_set_it_speaks(runner):
    tried, quiet = Counter(), []
    rules = {rule.id: rule for rule in LIMITING}
    for seed in range(HISTORIES):
        one = runner(seed)
        for name in ROOM:
            for at in _own_days(one.allowed.most[name], name)[-1:]:
                rule = one.allowed.rule[name][at]
                tried[rule] += 1
                rank = one.ranks(_beyond(one, {name: one.allowed.most[name][at]}, at), [rules[rule]])[rule]
                if rank[at] < 1:
                    quiet.append((seed, one.kind, name, rule, at))
    assert quiet == []
    assert set(tried) >= set(rules) - {"stacking"}


def _own_days(most, name):
    """The first and the last day with a limit that is not only that of a later day."""
    limited = np.flatnonzero(~np.isnan(most)).tolist()
    if name in WEEK_ROOM:
        limited = [at for at in limited if at == AHEAD - 1 or most[at] != most[at + 1]]
    return sorted({*limited[:1], *limited[-1:]})


def _beyond(one, most, at):
    """One run on a day, a hair beyond some limits, after one of no length on the first of the days."""
    run = one.nominal(at)
    for name, limit in most.items():
        beyond = limit * (1 + 1e-9) + 1e-6
        if name == "run_climb_pct":
            run["km"], beyond = 1.0, 10.0 * beyond
        held = HELD.get(name, name)
        run[held] = beyond / 1000.0 if held == "km" else beyond
    return [one.nominal(0), run] if at else [run]


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
    followed = tables([*runs, *more], days=max(run["day"] for run in more) + 1)
    found = rule.check(followed).iloc[count:]
    assert "cannot_tell" in set(found["level"])
    assert set(found["level"]) == {"cannot_tell", "usual"}
