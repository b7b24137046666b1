"""Words into sentences, and sentences as a terminal or a page can show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loadwatch.words.dates import MONTHS, WEEKDAYS
from loadwatch.words.levels import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_MEDICAL_ADVICE = (
    "Not medical advice: it shows what changed in your running, not what is wrong with you. "
    "If it hurts, ask a professional."
)
NO_RANKING = (
    "Not medical advice, and no foretelling: it shows what changed in each runner's running against their "
    "own past, not what is wrong with anybody, nor who will be hurt. Nobody is compared with anybody else."
)
DIARY_INVITE = "Does something hurt? `loadwatch diary add` tells what articles advise."
STRIDE_LIMIT = (
    "A watch sees steps that are long for the speed, not where the foot lands: "
    "a sign of overstriding, no proof."
)
DIARY_SPEAKS = "The diary speaks; what it says is on the page alone."
_CAUSE = "; one level up because of "
_STAYS_TOGETHER = re.compile(
    r"(?<=\d) (?=%|(?:km|m|mi|ft|min|h|s|spm|bpm|times|runs?|days?|weeks?|sessions?|hours?|files?"
    rf"|{'|'.join(MONTHS)})\b)|(?<=\b(?:{'|'.join(WEEKDAYS)})) (?=\d)"
    rf"|(?<=[{''.join(level.shape for level in LEVELS.values())}]) "
    rf"(?={'|'.join(level.word for level in LEVELS.values())})"
)
_PLAIN_LETTERS = str.maketrans(
    {"–": "-", "−": "-", "—": "-", "×": "x", "≈": "~", "…": "...", "’": "'", "°": " ", "\u00a0": " "}
)


def count(how_many: int, thing: str, things: str = "") -> str:
    """Count things: "1 run", "5 runs", "2 activities" with an irregular plural given."""
    return f"{how_many:,} {thing if how_many == 1 else things or thing + 's'}"


def listing(items: Sequence[str], *, joint: str = "and") -> str:
    """Join as in a sentence: "a", "a and b", "a, b and c"."""
    return f" {joint} ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def capitalised(sentence: str) -> str:
    """Sentence with a capital at its start, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def lowered(sentence: str) -> str:
    """Sentence with a small letter at its start, to stand inside another."""
    return sentence[:1].lower() + sentence[1:]


def sentence(text: str) -> str:
    """Text as a sentence: a capital at its start, a full stop at its end."""
    return capitalised(text) + ("" if text.endswith((".", "!", "?", "…")) or not text else ".")


def with_cause(sentence: str, cause: str) -> str:
    """Sentence of a rule that speaks one level higher, with why: a strain, or an open entry of the diary."""
    return f"{sentence[:-1]}{_CAUSE}{cause}." if cause else sentence


def without_cause(sentence: str) -> str:
    """The same sentence for others to read, who need not know of a strain."""
    told, is_there, _ = sentence.partition(_CAUSE)
    return f"{told}." if is_there else sentence


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
