"""Finished reports remembered: asked the same of the same files, a scan names them and draws nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch.cache import key
from loadwatch.versions import report_version

if TYPE_CHECKING:
    from loadwatch.cache import Cache


@dataclass(frozen=True)
class Answer:
    """What a scan said and wrote.

    Attributes
    ----------
    shown, narrated
        What went to stdout and, line by line, to stderr.
    exit_code
        What it ended in.
    digests
        Of each file written, by its path.
    """

    shown: str
    narrated: tuple[str, ...]
    exit_code: int
    digests: dict[str, str]

    def stands(self) -> bool:
        """Whether everything written is still there as it was written."""
        return all(_digest(Path(path)) == digest for path, digest in self.digests.items())


def question(state: str, **asked: object) -> bytes:
    """All that an answer depends on, as a key.

    Parameters
    ----------
    state
        Digest of the state all files are in.
    asked
        Everything else it depends on, the day and the settings' content included, as values that print as
        what they are.
    """
    return key("answer", report_version(), state, repr(sorted(asked.items())))


def recall(cache: Cache, question: bytes) -> Answer | None:
    """What was answered before, where that still stands."""
    kept = cache.get(question)
    if kept is None:
        return None
    values = json.loads(kept)
    answer = Answer(values["shown"], tuple(values["narrated"]), values["exit_code"], values["digests"])
    return answer if answer.stands() else None


def remember(cache: Cache, question: bytes, answer: Answer) -> None:
    """Keep an answer for the next time."""
    cache.put(question, json.dumps(asdict(answer)).encode("utf-8", "surrogatepass"))


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
