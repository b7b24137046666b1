"""Read every real file with our readers and with the reference readers, and write where they disagree.

    python tools/differences.py --corpus FOLDER [--output docs/readers.md] [--jobs 2]

Ends with 1 where a difference has no known cause.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from loadwatch import formats, sources
from loadwatch.formats.reference.causes import CAUSES, UNEXPLAINED
from loadwatch.formats.reference.compare import compare

if TYPE_CHECKING:
    from loadwatch.formats.reference.tally import Comparison

NAMES = {"fit": "FIT", "gpx": "GPX", "tcx": "TCX"}
Difference = tuple[str, str, str, str]


@dataclass
class Found:
    """What was counted over all files; by format, or by format, message, field and cause.

    Attributes
    ----------
    references
        Name of the reference reader of each format.
    files, refused_by_both
        How many there are, and how many neither reader reads.
    refused_here, refused_there
        Files that only one of them refuses, by format and reason.
    values, equal
        Values that either has, and that both have alike.
    differences, holders
        Values that are not alike, and files with such.
    first
        One of them in words, after the first twelve letters of its file's digest.
    """

    references: dict[str, str] = field(default_factory=dict)
    files: Counter[str] = field(default_factory=Counter)
    refused_by_both: Counter[str] = field(default_factory=Counter)
    refused_here: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused_there: Counter[tuple[str, str]] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    equal: Counter[str] = field(default_factory=Counter)
    differences: Counter[Difference] = field(default_factory=Counter)
    holders: Counter[Difference] = field(default_factory=Counter)
    first: dict[Difference, str] = field(default_factory=dict)

    def take(self, digest: str, file_format: str, found: Comparison) -> None:
        """Count one file."""
        self.references[file_format] = found.reference
        self.files[file_format] += 1
        here, there = found.refusal_here, found.refusal_there
        if here and there:
            self.refused_by_both[file_format] += 1
        elif here:
            self.refused_here[file_format, _without_numbers(here)] += 1
        elif there:
            self.refused_there[file_format, _without_numbers(there)] += 1
        for one in found.fields:
            self.equal[file_format] += one.equal
            self.values[file_format] += one.values
            for cause, count in one.causes.items():
                key = (file_format, one.message, one.field, cause)
                self.differences[key] += count
                self.holders[key] += 1
                self.first.setdefault(key, f"{digest}: {without_text(one.first)}")


def _without_numbers(reason: str) -> str:
    """A reason that is the same for files broken in the same way."""
    return re.sub(r"0x[0-9A-F]+|\d+(\.\d+)?", "N", reason)


def without_text(said: str) -> str:
    """A difference in words without what people wrote: only how long it is."""
    return re.sub(r"(['\"])(.*)\1", lambda text: f"text of {len(text[2])} letters", said)


def both(path: Path) -> list[tuple[str, str, Comparison]]:
    """Digest, format and comparison of every activity file at a path, members of archives included."""
    return [
        (raw.digest[:12], reader.format, compare(raw.data))
        for raw in sources.open_file(path, recognises=lambda head: formats.sniff(head) is not None)
        if isinstance(raw, sources.RawFile) and (reader := formats.sniff(raw.data))
    ]


def over(corpus: Path, jobs: int) -> Found:
    """Both readers over all files of the corpus, the large ones first."""
    paths = [path for path in (corpus / "files").rglob("*") if path.is_file()]
    paths.sort(key=lambda path: (-path.stat().st_size, path))
    found = Found()
    with ProcessPoolExecutor(jobs) as pool:
        for done, outcomes in enumerate(pool.map(both, paths)):
            print(f"\rcomparing {done + 1} of {len(paths)}", end="", file=sys.stderr)
            for digest, file_format, outcome in outcomes:
                found.take(digest, file_format, outcome)
    print(file=sys.stderr)
    return found


def document(found: Found) -> str:
    """The page, in Markdown."""
    parts = [
        "# Readers\n",
        (
            "Made by `make differences`. Every FIT, GPX and TCX file of the corpus, members of archives "
            "included, read by our readers and by a well-kept library: the files that only one of them "
            "reads, and every value that is not exactly the same in both. Of FIT files all fields of all "
            "messages (of a list its first value, which is all that we read) are compared with what "
            "python-fitparse gives by itself, whether we use them or not, and then the samples and facts "
            "made from them; of GPX and TCX files the samples and facts. "
            "Where the library refuses a file, it is compared with what the library reads once the damage "
            "is out of its way.\n"
        ),
        "## Files\n",
        (
            "| format | reference | files | refused by it alone | by us alone | by both | values compared "
            "| the same |\n|---|---|--:|--:|--:|--:|--:|--:|"
        ),
    ]
    for name, title in NAMES.items():
        alone = [
            sum(count for (where, _), count in refused.items() if where == name)
            for refused in (found.refused_there, found.refused_here)
        ]
        parts.append(
            f"| {title} | {found.references.get(name, '')} | {found.files[name]:,} | {alone[0]} | {alone[1]} "
            f"| {found.refused_by_both[name]} | {found.values[name]:,} | {found.equal[name]:,} |"
        )
    for title, refused in (
        ("What the references refuse and we read", found.refused_there),
        ("What we refuse and the references read", found.refused_here),
    ):
        parts.append(f"\n### {title}\n")
        parts.append("| format | reason | files |\n|---|---|--:|" if refused else "Nothing.")
        for (name, reason), count in sorted(refused.items(), key=lambda item: (-item[1], item[0])):
            parts.append(f"| {NAMES[name]} | {_cell(reason)} | {count} |")
    return "\n".join(parts + _differences(found)) + "\n"


def _differences(found: Found) -> list[str]:
    parts = ["\n## Differences\n", "| format | message | field | cause | values | files | the first |"]
    parts.append("|---|---|---|---|--:|--:|---|")
    for key, count in sorted(found.differences.items(), key=lambda item: (-item[1], item[0])):
        name, message, label, cause = map(_cell, key)
        parts.append(
            f"| {NAMES[name]} | {message} | {label} | {cause} | {count:,} | {found.holders[key]} "
            f"| {_cell(found.first[key])} |"
        )
    parts.append("\n## Causes\n")
    parts.append("Each has its example in `tests/formats/reference/test_causes.py`.\n")
    parts += [
        f"- **{_cell(known.name)}** ({_caused(found, known.name):,} values). {known.why}" for known in CAUSES
    ]
    parts.append(f"- {UNEXPLAINED}: {_caused(found, UNEXPLAINED):,} values.")
    return parts


def _caused(found: Found, name: str) -> int:
    return sum(count for key, count in found.differences.items() if key[3] == name)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def main() -> None:
    """Print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder with files/")
    parser.add_argument("--output", type=Path, help="Markdown file to write")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2 if not given)")
    asked = parser.parse_args()
    if not (asked.corpus / "files").is_dir():
        parser.error(f"{asked.corpus}: holds no files/; name the folder of the real files with --corpus")
    found = over(asked.corpus, asked.jobs)
    page = document(found)
    print(page)
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_text(page, encoding="utf-8")
    sys.exit(_caused(found, UNEXPLAINED) > 0)


if __name__ == "__main__":
    main()
