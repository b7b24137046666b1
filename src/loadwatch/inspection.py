"""A closer look at one file or archive: what is in it, and what a scan would make of it.

Everything is told as one plain dictionary, ready for JSON; whoever prints it computes nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from loadwatch import formats, intake, sources, survey, words
from loadwatch.errors import FileError, PassingError, UsageError
from loadwatch.formats import fit, fit_columns, fit_sessions
from loadwatch.formats.device import device_name
from loadwatch.formats.fit_profile import message_name
from loadwatch.readings import reduced
from loadwatch.tidy import RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from loadwatch.formats.activity import Activity
    from loadwatch.formats.fit_columns import Part
    from loadwatch.runs import RunRecord
    from loadwatch.settings import Settings

FORMAT_VERSION = 1
# A FIT file says what it is in its first message.
FIRST_MESSAGE_BYTES = 512
FILE_ID, FILE_TYPE = 0, 0
FACTS = (
    "local_start",
    "timezone",
    "distance_m",
    "elapsed_s",
    "timer_s",
    "moving_s",
    "elevation_gain_computed_m",
    "cadence_mean_spm",
    "heart_rate_mean_bpm",
    "notes",
)


def file_facts(path: Path, settings: Settings) -> dict[str, Any]:
    """What is in one file or member of an archive.

    Parameters
    ----------
    path
        The file; a member is named as if its archive were a folder.
    settings
        The runner's corrections and exclusions.

    Returns
    -------
    dict
        file, digest, format, content (what kind of file it is), device, messages (of FIT files, how many
        of each kind), opened (repairs while unpacking), activities, and scan where there is none: whether a
        scan counts it, as what, and why not. Numbers are in the unit of their names, missing ones None.

    Raises
    ------
    UsageError
        The archive has no such member.
    """
    told: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "file": str(path),
        "digest": "",
        "size_bytes": None,
        "format": "",
        "content": "",
        "device": "",
        "messages": {},
        "opened": [],
        "activities": [],
    }
    try:
        raw = intake.open_one(path)
        reader = formats.sniff(raw.data)
        told |= {
            "digest": raw.digest,
            "size_bytes": len(raw.data),
            "format": reader.format if reader else "",
            "opened": list(raw.repairs),
        }
        if reader is not None and reader.format == "fit" and len(raw.data) <= fit.LARGEST_BYTES:
            told |= _fit_facts(raw.data)
        found = intake.activities_of(raw)
    except FileError as error:
        return told | {"scan": _left_out(error)}
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - a scan says the same of what nobody foresaw
        return told | {"scan": _left_out(PassingError.unforeseen(error))}
    return told | {
        "content": words.count(len(found), "activity", "activities"),
        "activities": [_activity_facts(one, raw.digest, settings) for one in found],
    }


def _fit_facts(data: bytes) -> dict[str, Any]:
    """What a FIT file says it is, whose it is, and how many messages of each kind it holds."""
    parts = list(fit_columns.decode(data))
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update({message_name(number): len(found) for number, found in part.messages.items()})
    return {
        "content": _fit_content(parts[0]),
        "device": _fit_device(parts[0]),
        "messages": dict(counts.most_common()),
    }


def _fit_device(part: Part) -> str:
    """Who wrote a FIT file, by its first message."""
    if FILE_ID not in part.messages:
        return ""
    identity = fit.facts(part.messages[FILE_ID], fit.FACTS[FILE_ID][1])[0]
    return device_name(*(identity.get(key) for key in ("manufacturer", "product", "product_name")))


def _fit_content(part: Part) -> str:
    """What kind of FIT file it is, by its first message."""
    kinds = part.messages[FILE_ID].raw(FILE_TYPE) if FILE_ID in part.messages else None
    if kinds is None or math.isnan(kinds[0]):
        return "FIT data that does not say what it is"
    number = int(kinds[0])
    known = {fit_sessions.ACTIVITY_FILE: "an activity", **fit_sessions.NOT_ACTIVITIES}
    return known.get(number, f"FIT data of type {number}")


def _left_out(error: FileError) -> dict[str, Any]:
    return {"is_counted": False, "sport": "", "kind": error.kind, "reason": str(error)}


def _activity_facts(found: Activity | FileError, digest: str, settings: Settings) -> dict[str, Any]:
    """One activity as it was read, and what a scan would make of it."""
    told = {} if isinstance(found, FileError) else _read_facts(found)
    record = reduced(found, digest, settings.timezone)
    if isinstance(record, FileError):
        return told | {"scan": _left_out(record)}
    said = intake.said_of(record, settings)
    return told | _record_facts(intake.as_said(record, said), is_excluded=said.exclude)


def _read_facts(activity: Activity) -> dict[str, Any]:
    """What the reader took from the file, before anything is reckoned from it."""
    samples = activity.samples
    times = samples.index
    pauses_s = None
    if activity.pauses is not None:
        pauses_s = [(end - start).total_seconds() for start, end in activity.pauses]
    coverage = samples.drop(columns="is_timer_on").notna().mean()
    return {
        "sport": activity.sport,
        "sub_sport": activity.sub_sport,
        "device": activity.device,
        "has_barometer": activity.has_barometer,
        "start_time": _utc(times.min()),
        "end_time": _utc(times.max()),
        "sample_count": len(samples),
        "fields_pct": {name: round(100.0 * share, 1) for name, share in coverage.items() if share > 0.0},
        "cadence_source": activity.cadence_source,
        "pause_count": None if pauses_s is None else len(pauses_s),
        "paused_s": None if pauses_s is None else sum(pauses_s, 0.0),
        "totals": {name: _plain(value) for name, value in vars(activity.totals).items()},
        "repairs": list(activity.repairs),
    }


def _utc(moment: pd.Timestamp) -> str:
    """A moment as the exported tables write it."""
    return moment.isoformat().replace("+00:00", "Z")


def _record_facts(record: RunRecord, *, is_excluded: bool) -> dict[str, Any]:
    facts = record.facts
    is_run = facts["sport"] == RUNNING
    reason = "excluded in the settings" if is_excluded else "" if is_run else f"not a run: {facts['sport']}"
    return {
        "run": {"run_id": record.run_id, **{name: _plain(facts[name]) for name in FACTS}},
        "scan": {
            "is_counted": is_run and not is_excluded,
            "sport": facts["sport"],
            "kind": "" if is_run and not is_excluded else "not_a_run",
            "reason": reason,
        },
    }


def archive_facts(
    path: Path, *, within: str = "", progress: Callable[[int, int, str], None] | None = None
) -> dict[str, Any]:
    """What is in an archive, without reading any activity.

    Parameters
    ----------
    path
        The archive on disk.
    within
        A folder or archive inside it to keep to; all of it if empty.
    progress
        Told how many files were seen, of how many, and the last one's name.

    Returns
    -------
    dict
        file, file_count (of those a scan would look at), kinds (how many of each), the first of each by name,
        problem (what is wrong with the archive itself), and scan where nothing in it can be counted.
    """
    kinds: Counter[str] = Counter()
    first: dict[str, str] = {}
    problem: FileError | None = None
    total = sources.count(path) if progress else 0
    for number, found in enumerate(sources.open_file(path, recognises=survey.is_activity_file)):
        if progress:
            progress(number, max(total, number + 1), found.member)
        error = found.error if isinstance(found, sources.Problem) else None
        if error and not found.member:
            problem = error
        elif found.member.startswith(f"{within}/" if within else ""):
            kind = _kind(found.data) if isinstance(found, sources.RawFile) else found.error.kind
            kinds[kind] += 1
            first.setdefault(kind, f"{found.name} ({error})" if error else str(found.name))
    told = {
        "format_version": FORMAT_VERSION,
        "file": str(path / within),
        "file_count": kinds.total(),
        "kinds": dict(kinds.most_common()),
        "first": first,
        "problem": str(problem) if problem else "",
    }
    return told | {"scan": _left_out(problem)} if problem and not kinds else told


def reference_facts(path: Path) -> dict[str, Any]:
    """One file read by the reference reader as well, and where the two disagree.

    Parameters
    ----------
    path
        The file; a member is named as if its archive were a folder.

    Returns
    -------
    dict
        file, reference (who read it too), why either refuses the file (empty where it reads it), fields: for
        each how many values are equal, differ, or only one of them has, the first difference, and how many
        differences each cause explains; and scan where the file cannot be compared, saying why.

    Raises
    ------
    UsageError
        The archive has no such member.
    """
    from loadwatch.formats.reference.compare import compare  # noqa: PLC0415 - late: nothing else needs it

    told: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "file": str(path),
        "reference": "",
        "refused_here": "",
        "refused_there": "",
        "fields": [],
    }
    try:
        found = compare(sources.read(path).data)
    except FileError as error:
        return told | {"scan": _left_out(error)}
    return told | {
        "reference": found.reference,
        "refused_here": found.refusal_here,
        "refused_there": found.refusal_there,
        "fields": [vars(field) | {"causes": dict(field.causes.most_common())} for field in found.fields],
    }


def _kind(data: bytes) -> str:
    """Format of a file and, of FIT, what it holds."""
    reader = formats.sniff(data)
    if reader is None:
        return "neither FIT, GPX nor TCX"
    if reader.format != "fit":
        return reader.format.upper()
    return f"FIT: {_fit_content(next(fit_columns.decode(data[:FIRST_MESSAGE_BYTES])))}"


def _plain(value: Any) -> Any:
    """A value as JSON has it: None for a missing number, times as text."""
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    return value if value is None or isinstance(value, str | int) else str(value)
