"""Numbers and times of XML in bulk, and its bytes in pieces."""

from __future__ import annotations

import math

import pytest

from loadwatch.formats import markup

TIMES = [
    "2026-03-01T08:00:05Z",
    "2026-03-01T08:00:05.5Z",
    "2026-03-01T08:00:05.123Z",
    "2026-03-01T08:00:05.123456789Z",
    "1969-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-02-29T08:00:05Z",
    "2024-02-29T08:00:05Z",
    "2026-03-01T08:00:60Z",
    "2026-03-01 08:00:05Z",
    "2026-03-01T08:00:05z",
    "2026-03-01T08:00:05",
    "2026-03-01T08:00:05+02:00",
    "2026-03-01T08:00:05+0530",
    "2026-3-1T8:0:5Z",
    " 2026-03-01T08:00:05Z\n",
    "٢026-03-01T08:00:05Z",
    "0001-01-01T00:00:00+12:00",
    "9999-12-31T23:59:59-12:00",
    "soon",
    "",
    "nan",
]


def told_one_by_one(texts):
    return [markup.microseconds(text) for text in texts]


def told_in_bulk(texts):
    times, is_time, has_zone = markup.instants(texts)
    return [
        (int(t) if known else None, bool(zone))
        for t, known, zone in zip(times, is_time, has_zone, strict=True)
    ]


@pytest.mark.parametrize("text", TIMES)
def test_times_in_bulk_are_the_times_one_by_one(text):
    assert told_in_bulk([text]) == told_one_by_one([text])


def test_times_of_many_styles_in_one_file_keep_their_places():
    texts = TIMES * 3 + TIMES[::-1]
    assert told_in_bulk(texts) == told_one_by_one(texts)


@pytest.mark.parametrize(
    "text", ["2026-02-30T08:00:00Z", "2026-13-01T08:00:00Z", "2026-03-01T24:00:00Z", "2100-02-29T08:00:00Z"]
)
def test_a_date_that_cannot_be_costs_itself_among_many(text):
    """Numpy ends the process over it in any array of more than 500."""
    texts = ["2024-02-29T08:00:05Z"] * 600 + [text]
    assert told_in_bulk(texts) == told_one_by_one(texts)
    assert told_in_bulk(texts)[0] == (1_709_193_605_000_000, True)


def test_no_times_at_all():
    assert told_in_bulk([]) == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1970-01-01T00:01:00Z", 60), ("1970-1-1T2:1:0+02:00", 60), ("1970-01-01T00:00:00.25", 0.25)],
)
def test_a_time_counts_microseconds_since_1970(text, seconds):
    assert markup.microseconds(text)[0] == seconds * 1_000_000


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_whose_zone_leads_out_of_all_years_is_none(text):
    assert markup.microseconds(text) == (None, True)


def test_numbers_in_bulk_are_the_numbers_one_by_one():
    assert markup.numbers(["1", " 2.5\n", "-3e2"]).tolist() == [1, 2.5, -300]
    assert [x for x in markup.numbers(["1", "north", "", "3"]) if not math.isnan(x)] == [1, 3]
