"""The diary's page of the documentation, from the records that its command line and its reader go by."""

from __future__ import annotations

import csv
import io

from loadwatch import words
from loadwatch.diary import FIELDS, NAME, Entry, Field
from loadwatch.diary.entries import MOST_MINUTES, NO, YES
from loadwatch.diary.place import LARGEST_BYTES
from loadwatch.diary.reading import MOST_ENTRIES

EXAMPLE = (
    (
        "date",
        "site",
        "side",
        "pain_before",
        "pain_during",
        "pain_after",
        "pain_next_morning",
        "course",
        "note",
    ),
    ("2026-11-20", "sit-bone", "left", "0", "2", "1", "0", "eases", "easy hour, flat"),
    ("2026-11-21", "sit-bone", "left", "1", "2", "2", "4", "stays", "stairs hurt; sat all day"),
    ("2026-11-22", "", "", "", "", "", "", "", "rest"),
)

PAGE_TOP = f"""# The diary

Made by `make docs` from the records that `loadwatch diary` goes by.

`{NAME}` lies beside the activities. It is yours: `loadwatch diary add` adds lines at its end and changes
no other, and you may edit it in a spreadsheet or an editor. Nothing else is ever written into that
folder. Nothing in it leaves your computer, and nothing that loadwatch makes of it is a diagnosis.

    loadwatch diary add 2 --where sit-bone --after 2 --next-morning 4 --note "stairs"
    loadwatch diary add                    asks, few questions first, more where something hurts
    loadwatch diary show                   newest first, with colours and reasons
    loadwatch scan FOLDER --diary FILE     a diary that lies elsewhere

Without `--date` an entry is about today, or about yesterday where it tells the next morning. Several
lines about one day and place are taken together, the worst of each: so the next morning can follow
later.

What the colours mean stands in [the rules](rules.md#symptoms)."""

PAGE_FILE = f"""## The file

- The first line names the columns, in any order; those left out say nothing. Columns that are not known
  are kept and not read.
- Between cells stand commas, semicolons or tabs; cells may be quoted; lines may end as any system ends
  them. UTF-8, with or without its mark, UTF-16 and Windows letters are read.
- A date is written year-month-day, `2026-11-22`. Spreadsheets may turn it into the local way of writing:
  such a line is refused, since of 3/4/2026 nobody knows which is the day. Format the column as text, or
  as `YYYY-MM-DD`.
- Pain is a whole number from 0 to 10, minutes one from 0 to {MOST_MINUTES}. Yes is {words.listing(YES)};
  no is {words.listing(NO)}, or nothing. Several words in one cell stand apart by spaces.
- A line that cannot be read costs that line: the report and `loadwatch diary show` name it with the
  reason. At most {MOST_ENTRIES:,} entries and {LARGEST_BYTES // 1_000_000} MB are read.
- A note that begins like a formula is words here; a spreadsheet that opens the file may think otherwise."""

PAGE_MARKS = """## What the rules make of the marks

- `race`: that day's runs count as a race, as with `race = true` in the settings.
- `illness`, `holiday`: a return from a break names them as its reason. They change no number.
- `unrecorded_running`: no rest day, and the end of a break. The distance of its weeks is unknown, so
  weekly distance, stacking and the return from a break cannot be told while it lies in their days; and
  what the long run, hard, fast and hilly running, descents and the spacing of hard days would flag
  against days with such running is taken back. Of the very days that hold it, they tell nothing.
- `painless`: gates of a return to running. `strength_min` and `cross_training_min` are kept beside the
  running and are no running load.
- `closed`: an entry stays open for 14 days after the last painful day at its place, or until this. While
  one is open, a long run, fast running and the return from a break are told one level higher."""


def page() -> str:
    """The diary's fields, values, file and marks as one page of Markdown."""
    example = "\n".join(f"    {line}" for line in example_lines())
    fields = [_table(group) for group in dict.fromkeys(field.group for field in FIELDS)]
    return (
        "\n\n".join([PAGE_TOP, "## Its columns", *fields, PAGE_FILE, f"An example:\n\n{example}", PAGE_MARKS])
        + "\n"
    )


def example_lines() -> list[str]:
    """A diary of three days, line by line."""
    told = io.StringIO()
    csv.writer(told, lineterminator="\n").writerows(EXAMPLE)
    return told.getvalue().splitlines()


def _table(group: str) -> str:
    rows = [
        f"| `{field.name}` | `{field.flag}` | {_values(field)} | {field.meaning} |"
        for field in FIELDS
        if field.group == group
    ]
    return "\n".join([f"**{group}**", "", "| column | option | values | |", "|---|---|---|---|", *rows])


def _values(field: Field) -> str:
    kinds = {"day": "date", "pain": "0 to 10", "minutes": "minutes", "yes": "yes or no", "text": "text"}
    values = ", ".join(f"`{value}`" for value in field.values)
    return (
        kinds.get(field.kind)
        or f"{values}{', several' if isinstance(getattr(Entry, field.name), tuple) else ''}"
    )
