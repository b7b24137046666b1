"""Why our readers and the reference readers disagree: every cause met in real files, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadwatch.formats.reference.tally import Value

UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Cause:
    """One reason for differences.

    Attributes
    ----------
    name
        What is different, short enough for a table.
    why
        Who is right, or why it does no harm.
    """

    name: str
    why: str


DEVELOPER_TEXT = Cause(
    "text in a developer field",
    "Only numbers of developer fields are read; no column of ours is text.",
)
DEVELOPER_SCALE = Cause(
    "scale of a developer field",
    "python-fitparse passes over the scale and offset that a file gives its developer field; we apply them.",
)
UNNAMED_DEVELOPER_FIELD = Cause(
    "developer field without a name",
    "python-fitparse makes up a name; to us it has none, and no column is filled from it.",
)
MISFIT = Cause(
    "size that does not fit the type",
    "A field such as a four-byte number declared with one byte. python-fitparse gives its bytes; we drop the "
    "field, for its bytes are not the value that its name promises.",
)
LONG_ARRAY = Cause(
    "parts of a long byte array",
    "python-fitparse takes the twelve-bit times out of `event_timestamp_12` (beats of a strap that stores "
    "them); we read no message that holds such.",
)
OLD_SPEED = Cause(
    "<speed> in GPX 1.1",
    "The element belongs to GPX 1.0, and gpxpy reads it there only; we read it in both.",
)
CAUSES = (DEVELOPER_TEXT, DEVELOPER_SCALE, UNNAMED_DEVELOPER_FIELD, MISFIT, LONG_ARRAY, OLD_SPEED)


def fit_cause(items: Sequence[Any], here: Value, there: Value) -> str:
    """Why a field of one FIT message differs.

    Parameters
    ----------
    items
        What python-fitparse tells of the field in that message.
    here, there
        Our value and the reference's.
    """
    is_lost = here is None and there is not None
    is_developed = any(item.field_type == "devfield" for item in items)
    conditions = (
        (DEVELOPER_TEXT, is_developed and is_lost and isinstance(there, str)),
        (UNNAMED_DEVELOPER_FIELD, is_lost and any(item.name.startswith("unnamed_dev_") for item in items)),
        (DEVELOPER_SCALE, is_developed and here is not None and there is not None),
        (MISFIT, is_lost and any(_is_misfit(item) for item in items)),
        (LONG_ARRAY, is_lost and any(item.name == "event_timestamp" for item in items)),
    )
    return next((cause.name for cause, applies in conditions if applies), UNEXPLAINED)


def _is_misfit(item: Any) -> bool:
    """Whether python-fitparse took a field's bytes for want of a value."""
    stored = item.field_def and item.field_def.base_type
    return bool(stored and item.field and stored.name == "byte" != item.field.base_type.name)


def xml_cause(file_format: str, data: bytes, field: str) -> str:
    """Why a field differs in a GPX or TCX file.

    Parameters
    ----------
    file_format, data
        The file.
    field
        The field, as `columns.SAMPLES` or `Activity` calls it.
    """
    is_new_gpx = file_format == "gpx" and re.search(rb"""<gpx\b[^>]*\bversion=["']1\.1""", data)
    if is_new_gpx and field == "speed_mps" and b"<speed>" in data:
        return OLD_SPEED.name
    return UNEXPLAINED
