"""What the rules share."""

from __future__ import annotations

from dataclasses import replace

from loadwatch.flags._rule import run_ids_of_last_days


def test_ids_of_the_last_days_in_order_of_day(tables):
    """Who flies west may start a later run on an earlier day."""
    runs = [{"day": day, "km": 5.0, "id": name} for day, name in ((0, "a"), (2, "c"), (2, "d"), (3, "b"))]
    told = tables(runs, days=7)
    told = replace(told, runs=told.runs.iloc[[0, 3, 1, 2]])
    assert run_ids_of_last_days(told, 1).tolist() == ["a", "", "c d", "b", "", "", ""]
    assert run_ids_of_last_days(told, 3).tolist() == ["a", "a", "a c d", "c d b", "c d b", "b", ""]
    # As numpy's own texts, each would take as much memory as the longest.
    assert run_ids_of_last_days(told, 3).dtype == object


def test_without_a_run_there_are_no_ids(tables):
    assert run_ids_of_last_days(tables([], days=1), 7).tolist() == [""]
