"""What runners call their runs, as far as it can be shown."""

from __future__ import annotations

LONGEST_NAME, LONGEST_READ = 80, 1000  # letters


def one_line(text: str) -> str:
    """A name as one short line without anything that is no letter: files hold what they like."""
    kept = (letter for letter in text[:LONGEST_READ] if letter.isprintable() or letter.isspace())
    line = " ".join("".join(kept).split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"
