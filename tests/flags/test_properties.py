"""What must hold for any runner."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadwatch.flags import (
    RULES,
    climb_jump,
    cold_start,
    descent_jump,
    long_run_spike,
    return_from_break,
    volume_jump,
)
from loadwatch.flags._judged import flags_table, judge
from loadwatch.flags._verdict import stories
from loadwatch.settings import Settings

NAN = float("nan")

outings = st.fixed_dictionaries(
    {
        "gap": st.sampled_from([0, 1, 1, 2, 2, 2, 3, 4, 12, 35]),
        "km": st.floats(0.5, 60.0) | st.sampled_from([8.0, 10.0, 15.0, NAN]),
        "climb_m": st.floats(0.5, 900.0) | st.sampled_from([0.0, NAN]),
        "hard_min": st.sampled_from([0.0, 0.0, 12.0, 40.0]),
        "fast_m": st.sampled_from([0.0, 0.0, 500.0, NAN]),
        "residual_pct": st.floats(-6.0, 3.0) | st.just(NAN),
        "fade_spm": st.sampled_from([0.0, -4.0, -7.0, NAN]),
        "balance_pct": st.sampled_from([50.0, 50.0, 50.0, 51.3, 48.0, NAN]),
        "device": st.sampled_from(["strap", "strap", "pod"]),
        "cadence_spm": st.sampled_from([165.0, 165.0, NAN]),
        "minute": st.integers(300, 1200) | st.sampled_from([2, 1395, 1425]),
        "treadmill": st.booleans(),
        "easy_min": st.floats(0.0, 40.0) | st.just(NAN),
    }
)


def dated(drawn: list[dict[str, float]]) -> list[dict[str, float]]:
    """Runs one after the other, the first on day 0."""
    day, runs = 0, []
    for position, run in enumerate(drawn):
        day += int(run["gap"]) if position else 0
        runs.append({**run, "day": day, "id": f"run{position}", "elapsed_s": 1800.0})
    return runs


@given(drawn=st.lists(outings, min_size=3, max_size=60), share=st.floats(0.0, 1.0), strain=st.booleans())
@settings(max_examples=15, deadline=None)
def test_what_is_said_of_a_day_never_changes_with_later_runs(tables, drawn, share, strain, day):
    runs = dated(drawn)
    last = int(runs[-1]["day"]) + 3
    cut = int(share * last)
    own = Settings(hamstring_strain=day(5) if strain else None)

    def told(given_runs, days):
        made = tables(given_runs, days=days)
        judged = judge(RULES, made, own)
        flags = flags_table(RULES, judged, made.days, own)
        return judged, flags, stories(RULES, judged, flags, made.days, own)

    judged, flags, story = told(runs, last + 1)
    then, flags_then, story_then = told([run for run in runs if run["day"] <= cut], cut + 1)
    for rule in RULES:
        pd.testing.assert_frame_equal(judged[rule.id].iloc[: cut + 1], then[rule.id], check_dtype=False)
    pd.testing.assert_frame_equal(
        flags[flags["local_date"] <= day(cut)].reset_index(drop=True), flags_then, check_dtype=False
    )
    # All weeks but the one cut through, which is told again at its end.
    for label in list(story_then)[:-1]:
        one, other = story[label], story_then[label]
        assert (one.verdict, one.headline, one.cannot_tell) == (
            other.verdict,
            other.headline,
            other.cannot_tell,
        )
        assert [row["sentence"] for row in one.reasons] == [row["sentence"] for row in other.reasons]
        assert [since for _, since in one.standing] == [since for _, since in other.standing]
        assert [row["sentence"] for row in one.information] == [row["sentence"] for row in other.information]


SCALED = {
    long_run_spike.RULE: ("note_more_m", "watch_more_m", "act_more_m"),
    volume_jump.RULE: ("note_more_m", "smallest_base_m"),
    climb_jump.RULE: ("note_more_m", "session_more_m"),
    descent_jump.RULE: ("note_more_m", "watch_more_m"),
    return_from_break.RULE: ("watch_more_m", "act_more_m", "smallest_base_m"),
}


@pytest.mark.parametrize("rule", SCALED, ids=lambda rule: rule.id)
@given(drawn=st.lists(outings, min_size=10, max_size=60), power=st.integers(-2, 4))
@settings(max_examples=10, deadline=None)
def test_a_runner_of_other_distances_is_judged_by_the_same_ratios(tables, rule, drawn, power):
    # Powers of two keep every ratio exact.
    scale, runs = 2.0**power, dated(drawn)
    larger = [{**run, "km": run["km"] * scale, "climb_m": run["climb_m"] * scale} for run in runs]
    days = int(runs[-1]["day"]) + 1
    floors = {name: rule.thresholds[name] * scale for name in SCALED[rule]}
    own, other = rule.check(tables(runs, days=days)), rule.check(tables(larger, days=days), **floors)
    assert list(own["level"]) == list(other["level"])
    assert list((own["value"] / own["baseline"]).fillna(-1)) == pytest.approx(
        list((other["value"] / other["baseline"]).fillna(-1))
    )


@given(
    minute=st.integers(400, 1100),
    share=st.floats(0.1, 0.9),
    km=st.floats(3.0, 60.0),
    pause=st.integers(0, 29),
)
@settings(max_examples=10, deadline=None)
def test_a_run_in_two_files_is_judged_as_one(tables, steady, minute, share, km, pause):
    whole = {"day": 37, "km": km, "minute": minute, "elapsed_s": 360 * km}
    first = whole | {"km": share * km, "elapsed_s": 360 * share * km, "id": "a"}
    after_min = minute + 6 * share * km + pause
    second = whole | {"km": (1 - share) * km, "minute": after_min, "id": "b"}
    one, two = (
        long_run_spike.check(tables([*steady(8), *runs], days=56))[["level", "value", "baseline", "n"]]
        for runs in ([whole], [first, second])
    )
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize("rule", [long_run_spike, climb_jump, descent_jump, cold_start])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_session_over_midnight_is_whole_on_its_later_day(tables, steady, day, rule, share):
    habit = steady(8, climb_m=110.0, fast_m=500.0, easy_min=12.0)
    whole = {"day": 51, "km": 24.0, "climb_m": 360.0, "fast_m": 500.0, "easy_min": 5.0, "minute": 300}
    parts = [
        whole | {"day": 50, "km": 24.0 * share, "climb_m": 360.0 * share, "minute": 1400, "id": "a"},
        whole | {"km": 24.0 * (1 - share), "climb_m": 360.0 * (1 - share), "easy_min": NAN, "minute": 2},
    ]
    parts[0]["elapsed_s"] = 1800.0
    # One more the next day, with the session as its measure.
    others = [run for run in habit if run["day"] not in (47, 48, 50, 51)]
    after = {"day": 52, "km": 26.0, "climb_m": 1300.0, "fast_m": 500.0, "easy_min": 3.0}
    names = ["level", "value", "baseline", "n"]
    one, two = (
        rule.check(tables([*others, *runs, after], days=56)).set_index("local_date").loc[day(51) :, names]
        for runs in ([whole], parts)
    )
    one, two = one.iloc[:2], two.iloc[:2]
    pd.testing.assert_frame_equal(one, two, check_dtype=False)
    assert two["value"].notna().all()


def raised(tables) -> list[str]:
    judged = judge(RULES, tables, Settings())
    return [rule.id for rule in RULES if judged[rule.id]["is_raise"].any()]


def test_a_hundred_identical_weekends_raise_nothing(tables):
    runs = [{"day": 7 * week + day, "km": km} for week in range(100) for day, km in ((5, 12.0), (6, 18.0))]
    made = tables(runs, days=700)
    assert raised(made) == []
    judged = judge(RULES, made, Settings())
    assert not any((found["rank"] > 0).any() for found in judged.values())


@pytest.mark.parametrize("rest_week", [9, 10, 12])
@pytest.mark.parametrize("rest", [(), (2,), (0, 3, 6)])
def test_a_rest_week_and_then_a_normal_week_raise_nothing(tables, steady, rest_week, rest):
    runs = [run for run in steady(20, residual_pct=0.0) if run["day"] // 7 != rest_week]
    runs += [{"day": 7 * rest_week + day, "km": 4.0} for day in rest]
    assert raised(tables(runs, days=140)) == []


@given(drawn=st.lists(outings, min_size=1, max_size=40))
@settings(max_examples=6, deadline=None)
def test_the_order_in_which_runs_are_listed_changes_nothing(tables, drawn):
    runs = dated(drawn)
    days = int(runs[-1]["day"]) + 1
    for rule in RULES:
        one, other = rule.check(tables(runs, days=days)), rule.check(tables(list(reversed(runs)), days=days))
        assert list(one["level"]) == list(other["level"])


@given(drawn=st.lists(outings, min_size=3, max_size=60), factor=st.sampled_from([0.5, 2.0, 8.0]))
@settings(max_examples=15, deadline=None)
def test_whoever_runs_so_many_times_as_far_is_told_the_same(tables, drawn, factor):
    """By the distance rules, where what is asked for in metres grows as well; powers of two lose no digit."""
    runs = dated(drawn)
    days = int(runs[-1]["day"]) + 3
    farther = tables([{**run, "km": factor * run["km"]} for run in runs], days=days)
    for rule in (long_run_spike.RULE, volume_jump.RULE):
        metres = {name: factor * value for name, value in rule.thresholds.items() if name.endswith("_m")}
        one, other = rule.check(tables(runs, days=days)), rule.check(farther, **metres)
        assert list(one["level"]) == list(other["level"])
        np.testing.assert_allclose(other["baseline"], factor * one["baseline"], rtol=1e-12)
