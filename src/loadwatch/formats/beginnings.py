"""How files of each format begin; asked of every file that does not say by its name what it is."""

from __future__ import annotations

from loadwatch.formats.prolog import root_name

FIT_MAGIC = b".FIT"
SHORTEST_FIT_HEADER_BYTES = 12


def is_fit(head: bytes, start: int = 0) -> bool:
    """Whether a FIT header stands at this offset."""
    return head[start + 8 : start + 12] == FIT_MAGIC and head[start] >= SHORTEST_FIT_HEADER_BYTES


def is_gpx(head: bytes) -> bool:
    """Whether a file that begins so is GPX."""
    return root_name(head) == "gpx"


def is_tcx(head: bytes) -> bool:
    """Whether a file that begins so is TCX."""
    return root_name(head) == "TrainingCenterDatabase"
