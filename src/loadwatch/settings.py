"""`loadwatch.toml`: everything a runner may say of themselves and of single runs; all of it optional."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from loadwatch.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

NAN = float("nan")
LARGEST = 1e12  # beyond this a number is a slip of the hand
RUN_ID = re.compile(r"[0-9a-f]{4,}(-\d+)?")


@dataclass(frozen=True)
class Correction:
    """What the runner says of one run, against what its file says."""

    exclude: bool = False
    sport: str = ""
    race: bool | None = None  # not said: it is called one where it looks like one
    note: str = ""


@dataclass(frozen=True)
class Settings:
    """A runner's settings; the defaults are those of a runner without a file.

    NaN, an empty text or None mean "not said": it is then estimated from the runs.

    Attributes
    ----------
    name
        The runner's name, for the report.
    birth_year, sex, height_m
        Of the runner. [m]
    max_heart_rate_bpm, resting_heart_rate_bpm
        Of the runner. [bpm]
    threshold_speed_mps
        Critical speed as the runner knows it. [m/s]
    hamstring_strain
        Day of the last strain: within a year of it some rules speak up earlier.
    week_starts
        monday or sunday.
    timezone
        For files that tell neither place nor offset, as Europe/Vienna.
    units
        metric or imperial, of what is printed; tables are SI throughout.
    climb_weight, descent_weight, speed_weight, walking_weight
        How much each adds to the leg load; 1 is as published with the formula.
    rules
        Own thresholds by rule id and name, see `explain`.
    runs
        Corrections of single runs, by run_id or the beginning of one.

    Examples
    --------
    >>> Settings(units="imperial", rules={"long_run_spike": {"watch_ratio": 1.4}}).units
    'imperial'
    """

    name: str = ""
    birth_year: int | None = None
    sex: Literal["", "female", "male"] = ""
    height_m: float = NAN
    max_heart_rate_bpm: float = NAN
    resting_heart_rate_bpm: float = NAN
    threshold_speed_mps: float = NAN
    hamstring_strain: date | None = None
    week_starts: Literal["monday", "sunday"] = "monday"
    timezone: str = ""
    units: Literal["metric", "imperial"] = "metric"
    climb_weight: float = 1.0
    descent_weight: float = 1.0
    speed_weight: float = 1.0
    walking_weight: float = 0.5
    rules: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    runs: Mapping[str, Correction] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """One key: what it says, its type, and the values or range that can be meant."""

    meaning: str
    kind: Literal["text", "number", "year", "date", "flag"]
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf


SECTIONS: dict[str, dict[str, Key]] = {
    "athlete": {
        "name": Key("What the report calls you; nothing if left out.", "text"),
        "birth_year": Key("For a first guess of your maximum heart rate.", "year", low=1900, high=2100),
        "sex": Key("For the heart-rate load `trimp`, whose formula has two.", "text", ("female", "male")),
        "height_m": Key("Your height; kept, and not used so far.", "number", low=1.0, high=2.5),
        "max_heart_rate_bpm": Key("Your maximum heart rate.", "number", low=120, high=240),
        "resting_heart_rate_bpm": Key("Your heart rate at rest.", "number", low=25, high=110),
        "threshold_speed_mps": Key(
            "Your critical speed on the flat: what you could just hold for about half an hour to an hour.",
            "number",
            low=1.0,
            high=7.0,
        ),
        "hamstring_strain": Key(
            "Day of your last hamstring strain; within a year of it, some rules speak up earlier.", "date"
        ),
    },
    "calendar": {
        "week_starts": Key("The day on which a week begins.", "text", ("monday", "sunday")),
        "timezone": Key(
            "Where you run, such as `Europe/Vienna`; for files that tell neither a place nor the local time.",
            "text",
        ),
    },
    "report": {"units": Key("Kilometres or miles, metres or feet.", "text", ("metric", "imperial"))},
    # How much each adds to the leg load; choices, not measurements.
    "leg_load": {
        "climb_weight": Key("How much climbing adds; 1 is as published.", "number", low=0.0, high=10.0),
        "descent_weight": Key("How much descending adds; 1 is as published.", "number", low=0.0, high=10.0),
        "speed_weight": Key("How much fast running adds; 1 is as published.", "number", low=0.0, high=10.0),
        "walking_weight": Key("What a kilometre of a walk or hike counts.", "number", low=0.0, high=10.0),
    },
}
# What readers call the sports they know; `other` is anything that loads no runner's legs.
SPORTS = (
    *("running", "walking", "hiking", "cycling", "swimming", "skiing", "snowboarding", "snowshoeing"),
    *("skating", "rowing", "transition", "other"),
)
CORRECTION = {
    "exclude": Key("Leave this run out of everything.", "flag"),
    "sport": Key("What it was, where the file has it wrong.", "text", SPORTS),
    "race": Key("Whether it was a race; if left out, it is called one where it looks like one.", "flag"),
    "note": Key("A word of your own, shown with the run.", "text"),
}
ANY_NUMBER = Key("A threshold of a rule.", "number")
_KINDS = {
    "text": "a text in quotes",
    "number": "a number",
    "year": "a year",
    "date": "a date such as 2026-03-14",
}


def load(path: Path, thresholds: Mapping[str, Collection[str]]) -> Settings:
    """Read a settings file.

    Parameters
    ----------
    path
        The file, in TOML.
    thresholds
        Names of the thresholds that each rule takes, by rule id.

    Raises
    ------
    SettingsError
        Where the file cannot be read, or a name or value in it cannot be meant; an unknown name is
        answered with the nearest known one.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}); make it readable, or name another with --settings."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text; save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, endless brackets
        raise SettingsError(f"{path}: is not valid TOML: {error}.") from error
    try:
        return parse(content, thresholds)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error


def parse(content: Mapping[str, Any], thresholds: Mapping[str, Collection[str]]) -> Settings:
    """Settings from what a TOML file holds; see `load`."""
    _known("", content, [*SECTIONS, "rules", "runs"])
    values: dict[str, Any] = {}
    for section, keys in SECTIONS.items():
        table = _table(section, content.get(section, {}))
        _known(section, table, keys)
        values |= {name: _value(f"{section}.{name}", table[name], keys[name]) for name in table}
    _check_timezone(values.get("timezone", ""))
    return Settings(
        **values,
        rules=_rules(_table("rules", content.get("rules", {})), thresholds),
        runs=_corrections(_table("runs", content.get("runs", {}))),
    )


def _rules(
    table: Mapping[str, Any], thresholds: Mapping[str, Collection[str]]
) -> dict[str, dict[str, float]]:
    _known("rules", table, thresholds)
    rules = {}
    for rule, overrides in table.items():
        section = f"rules.{rule}"
        _known(section, _table(section, overrides), thresholds[rule])
        rules[rule] = {
            name: _value(f"{section}.{name}", value, ANY_NUMBER) for name, value in overrides.items()
        }
    return rules


def _corrections(table: Mapping[str, Any]) -> dict[str, Correction]:
    corrections = {}
    for run_id, entry in table.items():
        section = f"runs.{run_id}"
        if not RUN_ID.fullmatch(run_id):
            raise SettingsError(f"`{section}` names no run; write its run_id, or 4 letters of it or more.")
        _known(section, _table(section, entry), CORRECTION)
        corrections[run_id] = Correction(
            **{name: _value(f"{section}.{name}", value, CORRECTION[name]) for name, value in entry.items()}
        )
    return corrections


def _table(section: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"`{section}` must be a table: write [{section}] on a line of its own.")
    return value


def _known(section: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    for name in table:
        if name in known:
            continue
        where = f"[{section}] has no" if section else "there is no section"
        home = next((other for other, keys in SECTIONS.items() if name in keys and other != section), "")
        hint = f"it belongs under [{home}]." if home else _nearest(name, known)
        raise SettingsError(f"{where} `{name}`; {hint}")


def _nearest(name: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean `{nearest[0]}`?" if nearest else f"known are: {', '.join(sorted(known))}."


def _value(name: str, value: Any, key: Key) -> Any:
    kinds: dict[str, tuple[type, ...]] = {
        "text": (str,),
        "number": (int, float),
        "year": (int,),
        "date": (date,),
        "flag": (bool,),
    }
    is_right_kind = isinstance(value, kinds[key.kind]) and (key.kind == "flag") == isinstance(value, bool)
    # Python counts a moment as a date and a truth as a number; a runner does not.
    if not is_right_kind or isinstance(value, datetime):
        raise SettingsError(
            f"`{name}` must be {_KINDS.get(key.kind, 'true or false')}, not {_as_written(value)}."
        )
    if key.choices and value not in key.choices:
        raise SettingsError(f"`{name}` cannot be {value!r}; {_nearest(value, key.choices)}")
    if key.kind in ("number", "year"):
        if not abs(value) <= LARGEST:
            raise SettingsError(f"`{name}` must be a finite number, not {_as_written(value)}.")
        if not key.low <= value <= key.high:
            raise SettingsError(
                f"`{name}` must lie between {key.low:g} and {key.high:g}, not {_as_written(value)}."
            )
    return float(value) if key.kind == "number" else value


def _as_written(value: Any) -> str:
    """A value as its file spells it, cut short where nobody would read on."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value) if isinstance(value, (date, time)) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _check_timezone(name: str) -> None:
    if not name:
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        nearest = difflib.get_close_matches(name, available_timezones(), n=1)
        hint = f"did you mean `{nearest[0]}`?" if nearest else 'write one such as "Europe/Vienna".'
        raise SettingsError(f"`calendar.timezone` {name!r} is no known time zone; {hint}") from error
