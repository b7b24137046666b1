"""Numbers and verdicts as a runner says them: the one home of kilometres, miles, pace and plain sentences.

Everything else in loadwatch is in SI units. A missing number is always "–", never 0.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Units = Literal["metric", "imperial"]

MISSING = "–"
NOT_MEDICAL_ADVICE = (
    "Not medical advice: it shows what changed in your running, not what is wrong with you. "
    "If it hurts, ask a professional."
)
STRIDE_LIMIT = (
    "A watch sees steps that are long for the speed, not where the foot lands: "
    "a sign of overstriding, no proof."
)

NO_RUN = "No run this week."
TOO_FEW_HARD_EFFORTS = "there are too few hard efforts to know your critical speed"
INFORMS_ONLY = "none: it only informs"

MILE_M = 1609.344
FOOT_M = 0.3048

# strftime follows the machine's locale; a report reads the same everywhere.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_STAYS_TOGETHER = re.compile(
    r"(?<=\d) (?=%|(?:km|m|mi|ft|min|h|s|spm|bpm|times|runs?|days?|weeks?|sessions?|hours?|files?"
    rf"|{'|'.join(_MONTHS)})\b)|(?<=\b(?:{'|'.join(_WEEKDAYS)})) (?=\d)"
)
_PLAIN_LETTERS = str.maketrans(
    {"–": "-", "−": "-", "—": "-", "×": "x", "≈": "~", "…": "...", "’": "'", "°": " ", "\u00a0": " "}
)


@dataclass(frozen=True)
class Level:
    """How one level or verdict is shown: always a word and a shape, colour only on top.

    Attributes
    ----------
    name
        As in the tables: usual, note, watch, act or cannot_tell.
    word
        As printed.
    shape, plain_shape
        One character for its outline; the second is ASCII.
    colour, colour_dark
        Text colour on a white and on a dark ground, both at 4.5 to 1 or better.
    ansi
        Terminal colour (SGR code).
    action
        What the level asks for; empty where it asks for nothing.
    """

    name: str
    word: str
    shape: str
    plain_shape: str
    colour: str
    colour_dark: str
    ansi: str
    action: str = ""


LEVELS: dict[str, Level] = {
    level.name: level
    for level in (
        Level("usual", "as usual", "○", "o", "#1b6e5a", "#7fd1b9", "36"),
        Level("note", "note", "◇", "+", "#52606d", "#b4bec9", "34"),
        Level(
            *("watch", "watch", "▲", "!", "#8f5300", "#f2b457", "33"),
            "Keep the next 7 days at or below usual.",
        ),
        Level("act", "act", "■", "X", "#b3261e", "#ff9587", "31", "Keep the next runs short and easy."),
        Level("cannot_tell", "cannot tell", "?", "?", "#5c5470", "#c3b8dc", "35"),
    )
}


def is_missing(value: float | None) -> bool:
    """Tell whether there is no number to print (None, NaN or infinite)."""
    return value is None or not math.isfinite(value)


def number(value: float | None, decimals: int = 0) -> str:
    """Print a bare number with thousands separated: "1,204", "−3.1".

    Rounds half away from zero, as people do; a value that rounds to zero has no sign.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    scale = 10**decimals
    # The tiny share undoes binary fractions just below a half, such as 12.35 stored as 12.3499...
    rounded = math.floor(abs(value) * scale * (1 + 1e-12) + 0.5) / scale
    sign = "−" if value < 0 and rounded > 0 else ""
    return f"{sign}{rounded:,.{decimals}f}"


def _with_unit(text: str, unit: str) -> str:
    return text if text == MISSING else f"{text} {unit}"


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value / factor


def _signed(value: float | None, text: str) -> str:
    grew = value is not None and value > 0 and any(digit in text for digit in "123456789")
    return f"+{text}" if grew else text


def distance_unit(units: Units = "metric") -> str:
    """Name the unit of distances: "km" or "mi"."""
    return "mi" if units == "imperial" else "km"


def climb_unit(units: Units = "metric") -> str:
    """Name the unit of climbs: "m" or "ft"."""
    return "ft" if units == "imperial" else "m"


def pace_unit(units: Units = "metric") -> str:
    """Name the unit of pace: "min/km" or "min/mi"."""
    return f"min/{distance_unit(units)}"


def distance_number(distance_m: float | None, units: Units = "metric") -> str:
    """Distance without its unit, for a column whose head says it: "12.4"; whole from 100 on."""
    value = _scaled(distance_m, MILE_M if units == "imperial" else 1000.0)
    return number(value, 0 if value is not None and abs(value) >= 99.95 else 1)


def distance(distance_m: float | None, units: Units = "metric") -> str:
    """Distance: "12.4 km" or "7.7 mi"."""
    return _with_unit(distance_number(distance_m, units), distance_unit(units))


def metres(distance_m: float | None) -> str:
    """Short stretch as told on a track, in metres whatever the units: "430 m"."""
    if distance_m is None or not math.isfinite(distance_m):
        return MISSING
    return _with_unit(number(10 * math.floor(distance_m / 10 + 0.5)), "m")


def climb_number(climb_m: float | None, units: Units = "metric") -> str:
    """Climb or descent without its unit: "412"; feet are rounded to tens."""
    if climb_m is None or not math.isfinite(climb_m):
        return MISSING
    if units == "imperial":
        return number(10 * math.floor(climb_m / FOOT_M / 10 + 0.5))
    return number(climb_m)


def climb(climb_m: float | None, units: Units = "metric") -> str:
    """Climb or descent: "412 m" or "1,350 ft"."""
    return _with_unit(climb_number(climb_m, units), climb_unit(units))


def duration(duration_s: float | None) -> str:
    """Time: "1 h 05 min", "45 min", and "40 s" under a minute."""
    if duration_s is None or not math.isfinite(duration_s):
        return MISSING
    if 0 < duration_s < 59.5:
        return f"{number(duration_s)} s"
    hours, minutes = divmod(math.floor(duration_s / 60 + 0.5), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def clock(duration_s: float | None) -> str:
    """Time without words, for a column whose head says "h:min": "1:05"."""
    if duration_s is None or not math.isfinite(duration_s):
        return MISSING
    hours, minutes = divmod(math.floor(duration_s / 60 + 0.5), 60)
    return f"{hours}:{minutes:02d}"


def minutes(duration_s: float | None) -> str:
    """Whole minutes, also beyond an hour: "72 min"."""
    return _with_unit(number(_scaled(duration_s, 60.0)), "min")


def pace_number(speed_mps: float | None, units: Units = "metric") -> str:
    """Pace without its unit: "5:12". Missing for standing still and slower than an hour a mile."""
    if speed_mps is None or not math.isfinite(speed_mps) or speed_mps < MILE_M / 3600:
        return MISSING
    seconds = math.floor((MILE_M if units == "imperial" else 1000.0) / speed_mps + 0.5)
    return f"{seconds // 60}:{seconds % 60:02d}"


def pace(speed_mps: float | None, units: Units = "metric") -> str:
    """Pace: "5:12 min/km" or "8:22 min/mi"."""
    return _with_unit(pace_number(speed_mps, units), pace_unit(units))


def cadence(cadence_spm: float | None) -> str:
    """Cadence of both feet: "172 spm"."""
    return _with_unit(number(cadence_spm), "spm")


def heart_rate(heart_rate_bpm: float | None) -> str:
    """Heart rate: "148 bpm"."""
    return _with_unit(number(heart_rate_bpm), "bpm")


def leg_load(leg_load_km: float | None) -> str:
    """Leg load: "52.3 km-eq", kilometre-equivalents in either system of units."""
    return _with_unit(number(leg_load_km, 1), "km-eq")


def percent(share_pct: float | None, decimals: int = 0) -> str:
    """Share or change: "12 %"."""
    return _with_unit(number(share_pct, decimals), "%")


def signed_percent(change_pct: float | None, decimals: int = 0) -> str:
    """Change with its direction: "+12 %", "−3 %"."""
    return _signed(change_pct, percent(change_pct, decimals))


def ratio(value: float | None) -> str:
    """How many times as much: "1.4 times"; two decimals only below 1.1, where one would say nothing."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{number(value, 2 if value < 1.1 else 1)} times"


def compared(value: float | None, baseline: float | None) -> str:
    """Say how a value stands to its baseline: "36 % more", "12 % less", "2.4 times as much", "the same".

    Without a baseline, or with one of zero, there is nothing to compare with: "–".
    """
    if value is None or baseline is None or is_missing(value) or is_missing(baseline) or baseline <= 0:
        return MISSING
    change_pct = 100.0 * (value / baseline - 1.0)
    if change_pct >= 100.0:
        return f"{number(value / baseline, 1)} times as much"
    if abs(change_pct) < 0.5:
        return "the same"
    return f"{percent(abs(change_pct))} {'more' if change_pct > 0 else 'less'}"


def count(how_many: int, thing: str, things: str = "") -> str:
    """Count things: "1 run", "5 runs", "2 activities" with an irregular plural given."""
    return f"{how_many:,} {thing if how_many == 1 else things or thing + 's'}"


def listing(items: Sequence[str]) -> str:
    """Join as in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def capitalised(sentence: str) -> str:
    """Sentence with a capital at its start, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def sentence(text: str) -> str:
    """Text as a sentence: a capital at its start, a full stop at its end."""
    return capitalised(text) + ("" if text.endswith((".", "!", "?", "…")) or not text else ".")


def day(day_: date, *, weekday: bool = True, year: bool = False) -> str:
    """Date: "Mon 3 Nov", "Mon 3 Nov 2025" with the year, "3 Nov" without the weekday."""
    name = f"{_WEEKDAYS[day_.weekday()]} " if weekday else ""
    return f"{name}{day_.day} {_MONTHS[day_.month - 1]}{f' {day_.year}' if year else ''}"


def month(day_: date) -> str:
    """Month of a day: "Nov"."""
    return _MONTHS[day_.month - 1]


def span(first: date, last: date, *, year: bool = False) -> str:
    """Days from first to last: "16–22 Nov", "30 Nov–6 Dec", "29 Dec 2025–4 Jan 2026"."""
    if first == last:
        return day(first, weekday=False, year=year)
    if year and first.year != last.year:
        start = day(first, weekday=False, year=True)
    else:
        start = str(first.day) if first.month == last.month else day(first, weekday=False)
    return f"{start}–{day(last, weekday=False, year=year)}"


def week_start(week: str) -> date:
    """First day of a week from its label, ISO ("2026-W47") or the first date of a Sunday-start week.

    Raises
    ------
    ValueError
        If the label is neither.
    """
    iso_year, separator, iso_week = week.partition("-W")
    if separator:
        return date.fromisocalendar(int(iso_year), int(iso_week), 1)
    return date.fromisoformat(week)


def week_number(week: str) -> str:
    """Short name of a week: "week 47", or "week of 15 Nov" where weeks start on Sunday."""
    _, separator, iso_week = week.partition("-W")
    return f"week {int(iso_week)}" if separator else f"week of {day(week_start(week), weekday=False)}"


def week_label(week: str, *, year: bool = False) -> str:
    """Name a week with its days: "week 47, 16–22 Nov", or "week 15–21 Nov" where weeks start on Sunday."""
    start = week_start(week)
    days = span(start, start + timedelta(days=6), year=year)
    return f"{week_number(week)}, {days}" if "-W" in week else f"week {days}"


def badge(level: str, *, plain: bool = False) -> str:
    """Shape and word of a level or verdict: "▲ watch", or "! watch" in plain ASCII."""
    shown = LEVELS[level]
    return f"{shown.plain_shape if plain else shown.shape} {shown.word}"


def action(verdict: str) -> str:
    """Say what a verdict asks for, as one sentence; empty where it asks for nothing."""
    return LEVELS[verdict].action


def headline(verdict: str, judge_from: date | None = None) -> str:
    """Verdict as one sentence.

    Parameters
    ----------
    verdict
        usual, watch, act or cannot_tell.
    judge_from
        For cannot_tell: first day on which the rules can judge, None where it depends on runs to come.
    """
    if verdict == "cannot_tell":
        when = f" The rules can judge from {day(judge_from)}." if judge_from else ""
        return f"Cannot tell yet: too little recent running to compare with.{when}"
    return {
        "usual": "As usual: no new reason for caution in what could be judged.",
        "watch": "Watch: outside your usual running.",
        "act": "Act: far outside your usual running.",
    }[verdict]


def rule_name(rule: str) -> str:
    """Rule id as words: "long run spike"."""
    return rule.replace("_", " ")


def glued(text: str) -> str:
    """Text in which numbers keep to their units, and days to their months, when lines are broken."""
    return _STAYS_TOGETHER.sub("\u00a0", text)


def printable(text: str) -> str:
    """Text without control characters, which a hostile file name could use to repaint a terminal."""
    return "".join(
        letter if letter == "\n" or letter.isprintable() or letter == "\u00a0" else "?" for letter in text
    )


def in_ascii(text: str) -> str:
    """Text for a terminal that knows ASCII only; what has no likeness becomes "?"."""
    for level in LEVELS.values():
        text = text.replace(level.shape, level.plain_shape)
    return text.translate(_PLAIN_LETTERS).encode("ascii", "replace").decode("ascii")
