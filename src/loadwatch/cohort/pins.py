"""What a study was pinned to when it was told before, beside what it is to be told with now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from loadwatch._version import __version__
from loadwatch.cohort import states
from loadwatch.errors import UsageError

if TYPE_CHECKING:
    from loadwatch.cohort.states import Study
    from loadwatch.cohort.storage import Storage


def pin(dest: Storage, study: Study, *, settings_text: str | None, key_id: str) -> list[str]:
    """Write down what holds for all runners of a study.

    Parameters
    ----------
    dest
        Where the study lies.
    study
        What holds for all.
    settings_text
        The settings that hold for all, as they were written; None without.
    key_id
        Tells one key of pseudonyms from another; empty where names are told.

    Returns
    -------
    list
        What is other than the last time and makes runners be told anew, a sentence each.

    Raises
    ------
    UsageError
        Names and pseudonyms, or pseudonyms of two keys, would meet in one place.
    """
    before = states.read_json(dest, states.STUDY)
    created = before.get("created") or datetime.now(UTC).isoformat(timespec="seconds")
    now = {"created": created} | _pins(study, settings_text, key_id)
    if before:
        _refuse_to_mix(dest.url, before, now)
    said = [sentence for name, sentence in _SAID.items() if before and before.get(name) != now[name]]
    if before != {"format_version": states.FORMAT_VERSION} | now:
        states.write_json(dest, states.STUDY, now)
    dest.remove(states.LAST_RUN)  # from now on, what is here is not of one walk
    return [f"{dest.url}: {sentence}" for sentence in said]


def still_holds(dest: Storage, study: Study, *, settings_text: str | None, key_id: str) -> bool:
    """Whether nobody has pinned the study to something else since; else as `pin`."""
    kept = states.read_json(dest, states.STUDY)
    return all(kept.get(name) == value for name, value in _pins(study, settings_text, key_id).items())


def _pins(study: Study, settings_text: str | None, key_id: str) -> dict[str, Any]:
    return {
        "loadwatch": __version__,
        "code": study.code,
        "root": "" if study.is_pseudonymous else study.root,
        "as_of": study.as_of.isoformat() if study.as_of else None,
        "settings": settings_text,
        "is_pseudonymous": study.is_pseudonymous,
        "key_id": key_id,
    }


_SAID = {
    "code": "was told by another version of loadwatch; every runner is told anew.",
    "as_of": "was told as of another day; every runner is told anew.",
    "settings": "was told with other settings for all; every runner is told anew.",
    "root": "was told of another folder; runners that are not in this one keep what was told of them.",
}


def _refuse_to_mix(where: str, before: dict[str, Any], now: dict[str, Any]) -> None:
    if before.get("is_pseudonymous") != now["is_pseudonymous"]:
        how = "pseudonyms" if before.get("is_pseudonymous") else "names"
        raise UsageError(f"{where}: holds runners under {how}; name another place with --out.")
    if before.get("key_id") != now["key_id"]:
        raise UsageError(
            f"{where}: holds pseudonyms of another key; name that key's file, or another place with --out."
        )
