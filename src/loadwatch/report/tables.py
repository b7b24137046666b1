"""The public tables as CSV, JSON and Parquet, and the scan as one JSON object."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loadwatch import columns
from loadwatch.diary import open_on
from loadwatch.errors import UsageError
from loadwatch.report import _view, recovery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loadwatch.diary import Assessment
    from loadwatch.history import History, Room
    from loadwatch.report import ReportPaths

FORMAT_VERSION = 1

_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n](?![\d:]*\Z)")

# Without it Excel takes UTF-8 for the letters of Windows; whatever reads a pipe would take it for a letter.
BYTE_ORDER_MARK = "\ufeff".encode()


def csv_pieces(frames: Iterable[pd.DataFrame], table_name: str) -> Iterator[bytes]:
    """Give a table as CSV: UTF-8, a head line, dates in ISO 8601, missing values empty.

    A text that a spreadsheet would take for a formula, as a file or a run may be called, gets an apostrophe
    before it.

    Parameters
    ----------
    frames
        One of the public tables, in one frame or in several with the same columns.
    table_name
        Its name, a key of `columns.TABLES`.
    """
    for number, frame in enumerate(frames):
        plain = typed(frame, table_name)
        for name in plain.columns:
            kind = _kind(table_name, name)
            if kind in ("time", "date", "text"):
                told = [_harmless(_plain(value)) for value in plain[name]]
                plain[name] = pd.Series(told, index=plain.index, dtype=object)
        yield plain.to_csv(index=False, header=number == 0, lineterminator="\n").encode("utf-8")


def json_pieces(frames: Iterable[pd.DataFrame], table_name: str) -> Iterator[bytes]:
    """Give a table as a JSON list of records, one on a line, missing values as null; else as `csv_pieces`."""
    before = "[\n"
    for frame in frames:
        for row in records(typed(frame, table_name)):
            yield f"{before}{json.dumps(row, ensure_ascii=False, allow_nan=False)}".encode()
            before = ",\n"
    yield b"[]\n" if before.startswith("[") else b"\n]\n"


def parquet_pieces(frames: Iterable[pd.DataFrame], table_name: str) -> Iterator[bytes]:
    """Give a table as Parquet, with unit and meaning of each column; else as `csv_pieces`.

    Raises
    ------
    UsageError
        Where pyarrow is not installed.
    """
    refuse_without_pyarrow()
    from loadwatch.report import _parquet  # noqa: PLC0415 - pyarrow is an extra

    return _parquet.pieces((typed(frame, table_name) for frame in frames), table_name)


def refuse_without_pyarrow() -> None:
    """Refuse to write Parquet where that cannot be done; soon asked, it spares a scan for nothing.

    Raises
    ------
    UsageError
        Where pyarrow is not installed.
    """
    if find_spec("pyarrow") is None:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed: run `pip install './loadwatch[parquet]'`, "
            "or use --format csv."
        )


# Each gives a table piece by piece, so that one of any length can be written.
WRITERS: dict[str, Callable[[Iterable[pd.DataFrame], str], Iterator[bytes]]] = {
    "csv": csv_pieces,
    "json": json_pieces,
    "parquet": parquet_pieces,
}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries of plain Python values, missing ones as None, times and dates as ISO text."""
    return [record(row) for row in frame.to_dict(orient="records")]


def record(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give one row as a dictionary of plain Python values; see `records`."""
    return {str(name): _plain(value) for name, value in row.items()}


def dumps(content: object) -> str:
    """JSON text, indented, in which a missing number can only be null."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def scan_json(history: History, paths: ReportPaths | None = None) -> dict[str, Any]:
    """Give what `loadwatch scan --json` prints.

    Parameters
    ----------
    history
        What a scan gave back.
    paths
        The reports, None where none were written.

    Returns
    -------
    dict
        The reported week's row, verdict, flags, silent rules and the zones as known at its end; `room` of the
        days to come, null where there are no runs; `diary`, null without one; `recovery`, null without a
        return to running. Of `counts`, runs, duplicates, skipped and later make up every activity found and
        every file without one; other activities and those excluded in the settings are among those skipped,
        later are activities of any kind after the as-of day. Keys may be added, never renamed, within a
        `format_version`.
    """
    week, story, number_of = _view.reported_week(history), _view.story(history), _view.counts(history)
    mine, room = history.flags[history.flags["week"] == history.week], history.room
    return {
        "format_version": FORMAT_VERSION,
        "as_of": history.as_of.isoformat(),
        "as_of_reason": history.as_of_reason,
        "week": None if week is None else records(typed(week.to_frame().T, "weeks"))[0],
        "verdict": story.verdict if story else "cannot_tell",
        "flags": records(typed(mine, "flags")),
        "counts": {
            **{name: number_of[name] for name in ("files", "runs", "duplicates")},
            "skipped": len(history.skipped) - number_of["duplicates"],
            "other_activities": number_of["other_activities"],
            "excluded": number_of["excluded"],
            "later": number_of["late"],
        },
        "cannot_tell": [
            {
                "rule": silent.rule,
                "reason": silent.reason,
                "from": silent.judge_from.isoformat() if silent.judge_from else None,
            }
            for silent in (story.cannot_tell if story else ())
        ],
        "leg_load": None if week is None else record(asdict(history.leg_load)),
        "zones": records(typed(history.zones_on(_view.last_day(history)), "zones")),
        "room": room_json(room) if room else None,
        "diary": _diary(history),
        "recovery": recovery.as_json(history.recovery),
        "report": {"html": str(paths.html), "png": str(paths.png)} if paths else None,
    }


def _diary(history: History) -> dict[str, Any] | None:
    """What the diary comes to at the reported week's end; None without one."""
    diary, day = history.diary, _view.last_day(history)
    if not diary.is_there:
        return None
    pain = history.pain_beside_load
    return {
        "entries": len(diary.entries),
        "faults": [asdict(fault) for fault in diary.faults],
        "open": [
            {"site": site, "date": entry.date.isoformat()}
            for site, entry in open_on(diary.entries, day).items()
        ],
        "in_force": [
            {
                "date": one.entry.date.isoformat(),
                "site": one.entry.site,
                "colour": one.colour,
                "reasons": [record(asdict(reason)) for reason in one.reasons],
                "beside": list(one.beside),
                "advice": one.advice,
            }
            for one in _in_force(history, day)
        ],
        "pain_beside_load": pain
        and {
            "day_count": pain.day_count,
            "measures": [record(asdict(one)) for one in pain.measures],
        },
    }


def _in_force(history: History, day: date) -> tuple[Assessment, ...]:
    """What rule F15 made of the diary on a day."""
    found = history.findings.get("symptoms")
    if found is None:
        return ()
    told: tuple[Assessment, ...] = next(iter(found.loc[found["local_date"] == day, "assessments"]), ())
    return told


def room_json(room: Room) -> dict[str, Any]:
    """Give a room as plain values: the fields of `Room`, its table as a list of records."""
    limits = {
        name: [record(asdict(limit)) for limit in getattr(room, name)] for name in ("limits", "together")
    }
    plain = {name: getattr(room, name) for name in ("week", "first_day", "last_day", "is_hidden_by")}
    return record(plain) | limits | {"by_day": records(room.by_day)}


def _kind(table_name: str, name: str) -> columns.Kind | None:
    return next((column.kind for column in columns.TABLES[table_name] if column.name == name), None)


def typed(frame: pd.DataFrame, table_name: str) -> pd.DataFrame:
    """Hold every public column as its kind says, so that an export never depends on its first rows."""
    typed = frame.copy()
    for name in typed.columns:
        kind = _kind(table_name, name)
        if kind == "number":
            typed[name] = typed[name].astype("float64")
        elif kind == "count":
            typed[name] = typed[name].astype("Int64")
        elif kind == "flag":
            typed[name] = typed[name].astype("boolean")
        elif kind == "date":
            days = [None if pd.isna(value) else _view.as_date(value) for value in typed[name]]
            typed[name] = pd.Series(days, index=typed.index, dtype=object)
        elif kind == "time":
            typed[name] = pd.to_datetime(typed[name], utc=True).dt.as_unit("us")
        elif kind == "text":
            typed[name] = pd.Series([_sound(value) for value in typed[name]], index=typed.index, dtype=object)
    return typed


def _sound(value: Any) -> Any:
    """Text that UTF-8 can hold; a file name need not be."""
    return (
        value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else _plain(value)
    )


def _harmless(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula; an offset from UTC, as +02:00, is none."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _plain(value: Any) -> Any:
    """One value without numpy or pandas: what JSON knows, and None for anything missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value
