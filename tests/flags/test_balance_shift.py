"""F12: the share of ground contact on the left against the runner's own on the same device."""

from __future__ import annotations

import pytest

from loadwatch.flags import balance_shift
from loadwatch.flags.balance_shift import check

RULE = balance_shift.RULE
NAN = float("nan")


@pytest.fixture(scope="module")
def after(tables):
    """Findings for ten runs at 50.0 % every other day, and these after them; the last on day 18 + 2 each."""

    def findings(*balances_pct, usual=(50.0,) * 10, days=90, **run):
        shares = [*usual, *balances_pct]
        runs = [{"day": 2 * i, "km": 8.0, "balance_pct": share} for i, share in enumerate(shares)]
        for one in runs[len(usual) :]:
            one.update(run)
        return check(tables(runs, days=days))

    return findings


@pytest.mark.parametrize(
    ("balances_pct", "level"),
    [
        ((51.2, 51.2), "note"),
        ((48.8, 48.0), "note"),
        ((51.2, 51.1), "usual"),
        ((51.1, 55.0), "usual"),
        ((48.8, 51.2), "usual"),
    ],
)
def test_two_runs_shifted_to_the_same_side_by_1_2_points_are_noted(after, on, balances_pct, level):
    finding = on(after(*balances_pct), 22)
    assert (finding["level"], finding["value"], finding["baseline"]) == (level, balances_pct[-1], 50.0)
    assert on(after(*balances_pct), 20)["level"] == "usual"


def test_a_run_in_two_files_shifts_once(tables, on):
    runs = [{"day": 2 * i, "km": 8.0, "balance_pct": 50.0} for i in range(10)]
    runs += [{"day": 20, "km": 8.0, "minute": 420 + 60 * part, "balance_pct": 52.0} for part in range(2)]
    assert on(check(tables(runs, days=21)), 20)["level"] == "usual"


def test_it_is_the_runners_own_balance_that_counts_not_an_even_one(after, on):
    assert on(after(53.0, 53.0, usual=(53.0,) * 10), 22)["level"] == "usual"
    assert on(after(50.0, 50.0, usual=(53.0,) * 10), 22)["level"] == "note"


def test_the_median_of_at_most_20_runs_is_the_baseline(after, on):
    long_ago = after(52.0, 52.0, usual=(48.0,) * 15 + (52.0,) * 11)
    finding = on(long_ago, 54)
    assert (finding["baseline"], finding["n"]) == (52.0, 20)


def test_another_device_has_a_balance_of_its_own(after, on):
    found = after(52.0, 52.0, usual=(50.0,) * 10 + (52.0, 52.0), device="new strap")
    assert [on(found, number)["level"] for number in (22, 23, 24, 26)] == [
        "note",
        "note",
        *["cannot_tell"] * 2,
    ]
    # What the old one said holds no longer, and the new one has too few runs.
    assert on(found, 26)["reason"] == "it needs 10 earlier runs with it from one accessory"


def test_both_runs_in_a_row_are_judged_ones(after, on):
    assert on(after(52.0, 52.0, usual=(50.0,) * 9), 20)["level"] == "usual"
    assert on(after(52.0, 52.0, 52.0, usual=(50.0,) * 9), 22)["level"] == "note"


def test_ten_runs_come_first(after, on):
    assert on(after(usual=(50.0,) * 10), 18)["level"] == "cannot_tell"
    assert "10 earlier runs" in on(after(usual=(50.0,) * 10), 18)["reason"]
    assert on(after(50.0), 20)["level"] == "usual"


def test_a_finding_holds_for_four_weeks_at_most(after, on):
    found = after(52.0, 52.0)
    assert [on(found, number)["level"] for number in (50, 51)] == ["note", "cannot_tell"]
    assert on(found, 51)["reason"] == "no run of the last 28 days has the balance between the feet"


def test_without_an_accessory_it_says_what_it_takes(after, on):
    assert "chest strap or a pod" in on(after(usual=(NAN,) * 10), 18)["reason"]


def test_the_sentence_asks_and_foretells_nothing(after, on):
    assert RULE.sentence(on(after(51.2, 51.4), 22), "metric") == (
        "51.4 % of the ground contact on the left on Tue 27 Jan, 1.4 points from your own 50.0 %, to one "
        "side in 2 runs in a row: worth asking how the legs feel; the balance itself foretells nothing."
    )
    assert "does not foretell" in RULE.limits
    assert RULE.levels == ("note",)
