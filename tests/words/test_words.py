"""Numbers come out as a runner says them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadwatch import words

NAN = float("nan")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.distance(12_350), "12.4 km"),
        (words.distance(12_350, "imperial"), "7.7 mi"),
        (words.distance(0), "0.0 km"),
        (words.distance(99_949), "99.9 km"),
        (words.distance(99_960), "100 km"),
        (words.distance(1_234_000), "1,234 km"),
        (words.metres(432), "430 m"),
        (words.climb(1204.4), "1,204 m"),
        (words.climb(412, "imperial"), "1,350 ft"),
        (words.duration(3_900), "1 h 05 min"),
        (words.duration(2_700), "45 min"),
        (words.duration(3_599), "1 h 00 min"),
        (words.duration(40), "40 s"),
        (words.duration(59.6), "1 min"),
        (words.duration(0), "0 min"),
        (words.clock(3_900), "1:05"),
        (words.minutes(4_320), "72 min"),
        (words.pace(1000 / 312), "5:12 min/km"),
        (words.pace(1609.344 / 502, "imperial"), "8:22 min/mi"),
        (words.pace(1000 / 299.7), "5:00 min/km"),
        (words.cadence(171.6), "172 spm"),
        (words.heart_rate(148.2), "148 bpm"),
        (words.cadence_change(1.24), "+1.2 spm"),
        (words.cadence_change(-4.0), "−4.0 spm"),
        (words.step_length(0.984), "98 cm"),
        (words.step_length(0.984, "imperial"), "38.7 in"),
        (words.percent(12.4), "12 %"),
        (words.signed_percent(12.4), "+12 %"),
        (words.signed_percent(-2.65, 1), "−2.7 %"),
        (words.signed_percent(0.04, 1), "0.0 %"),
        (words.ratio(1.43), "1.4 times"),
        (words.ratio(1.06), "1.06 times"),
        (words.compared(13.6, 10), "36 % more"),
        (words.compared(8.8, 10), "12 % less"),
        (words.compared(24, 10), "2.4 times as much"),
        (words.compared(10.01, 10), "the same"),
        (words.compared(10, 0), "–"),
        (words.count(1, "run"), "1 run"),
        (words.count(0, "activity", "activities"), "0 activities"),
        (words.listing(["a", "b", "c"]), "a, b and c"),
        (words.listing(["a", "b"]), "a and b"),
        (words.listing(["a"]), "a"),
        (words.listing([]), ""),
        (words.sentence("it needs four runs"), "It needs four runs."),
        (words.sentence("Does it?"), "Does it?"),
    ],
)
def test_a_number_is_said_as_a_runner_says_it(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize(
    "say",
    [
        *(words.distance, words.metres, words.climb, words.duration, words.clock),
        *(
            words.minutes,
            words.pace,
            words.cadence,
            words.heart_rate,
            words.step_length,
            words.leg_load,
            words.percent,
        ),
        *(words.signed_percent, words.ratio, words.number, words.distance_number, words.climb_number),
    ],
)
@pytest.mark.parametrize("missing", [NAN, None, float("inf")])
def test_a_missing_number_is_a_dash_and_never_zero(say, missing) -> None:
    assert say(missing) == "–"


@pytest.mark.parametrize("speed_mps", [0.0, -1.0, 0.1])
def test_standing_still_has_no_pace(speed_mps: float) -> None:
    assert words.pace(speed_mps) == "–"


@given(st.floats(min_value=-1e7, max_value=1e7), st.integers(min_value=0, max_value=2))
def test_rounding_is_never_off_by_more_than_half_a_step(value: float, decimals: int) -> None:
    said = float(words.number(value, decimals).replace("−", "-").replace(",", ""))
    assert abs(said - value) <= 0.5 * 10**-decimals + 1e-6


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.day(date(2025, 11, 3)), "Mon 3 Nov"),
        (words.day(date(2026, 10, 25), year=True), "Sun 25 Oct 2026"),
        (words.span(date(2026, 11, 16), date(2026, 11, 22)), "16–22 Nov"),
        (words.span(date(2026, 11, 30), date(2026, 12, 6)), "30 Nov–6 Dec"),
        (words.span(date(2025, 12, 29), date(2026, 1, 4), year=True), "29 Dec 2025–4 Jan 2026"),
        (words.span(date(2026, 1, 4), date(2026, 1, 4)), "4 Jan"),
        (words.span(date(2025, 1, 4), date(2026, 1, 4), year=True), "4 Jan 2025–4 Jan 2026"),
        (words.week_label("2026-W47"), "week 47, 16–22 Nov"),
        (words.week_label("2026-W01", year=True), "week 1, 29 Dec 2025–4 Jan 2026"),
        (words.week_label("2026-11-15"), "week 15–21 Nov"),
        (words.week_number("2026-11-15"), "week of 15 Nov"),
    ],
)
def test_a_date_is_said_as_a_runner_says_it(said: str, expected: str) -> None:
    assert said == expected


def test_every_level_has_its_own_word_and_shape() -> None:
    levels = words.LEVELS.values()
    for kind in ("word", "shape", "plain_shape", "colour", "colour_dark"):
        assert len({getattr(level, kind) for level in levels}) == len(words.LEVELS), kind
    assert all(level.plain_shape.isascii() for level in levels)


def _contrast(colour: str, ground: str) -> float:
    def luminance(code: str) -> float:
        channels = [int(code[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("level", words.LEVELS.values(), ids=lambda level: level.name)
def test_a_levels_colour_can_be_read_on_light_and_dark(level: words.Level) -> None:
    assert _contrast(level.colour, "#ffffff") >= 4.5
    assert _contrast(level.colour_dark, "#15181c") >= 4.5


@pytest.mark.parametrize("verdict", ["usual", "watch", "act", "cannot_tell"])
def test_a_headline_opens_with_the_verdicts_word(verdict: str) -> None:
    assert words.headline(verdict).lower().startswith(words.LEVELS[verdict].word)


def test_a_headline_says_from_when_it_can_tell() -> None:
    assert words.headline("cannot_tell", date(2026, 11, 30)).endswith("can judge from Mon 30 Nov.")


def test_only_watch_and_act_ask_for_something() -> None:
    assert [name for name in words.LEVELS if words.action(name)] == ["watch", "act"]


def test_nothing_is_said_that_reads_as_clearance_or_prophecy() -> None:
    said = " ".join(
        [words.NOT_MEDICAL_ADVICE, words.STRIDE_LIMIT]
        + [f"{level.word} {level.action}" for level in words.LEVELS.values()]
        + [words.headline(verdict) for verdict in ("usual", "watch", "act", "cannot_tell")]
    ).lower()
    assert not [word for word in ("clear", "safe", "risk", "probab", "likely") if word in said]


def test_numbers_keep_to_their_units_when_lines_break() -> None:
    assert (
        words.glued("12.4 km on Sun 25 Oct in 7 days")
        == "12.4\u00a0km on Sun\u00a025\u00a0Oct in 7\u00a0days"
    )


def test_plain_ascii_has_a_likeness_for_everything_printed() -> None:
    shapes = "".join(level.shape for level in words.LEVELS.values())
    assert words.in_ascii(f"{shapes} 16–22 −3 × …") == "o+!X? 16-22 -3 x ..."


def test_a_file_name_cannot_repaint_the_terminal() -> None:
    assert words.printable("a\x1b[2Jb\u202ec\udc80\nd") == "a?[2Jb?c?\nd"


def test_a_distance_that_would_print_as_zero_is_none():
    assert [words.distance_or_none(metres) for metres in (0.0, 49.0, 51.0)] == ["none", "none", "0.1 km"]
    assert words.distance_or_none(79.0, "imperial") == "none"
