"""Writes docs/licences.md: what comes with loadwatch, who needs it, and under which licence.

python tools/licences.py          writes the page, from what is installed
python tools/licences.py --check  fails where the page names other packages or licences
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from email.message import Message

PAGE = Path(__file__).resolve().parents[1] / "docs" / "licences.md"
US = "loadwatch"
# With which a program under the MIT licence can be passed on beside the package, whoever passes it on.
COMPATIBLE = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "MIT"),
        *("MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
    }
)
# How packages without a licence expression say it: in a classifier, or as they please.
CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}
WORDED = {"Apache License, Version 2.0": "Apache-2.0"}
HEAD = """# Licences

What is installed with loadwatch, on the machine that wrote this page; other systems and versions may bring
one or two others. All of it is fetched from its own makers; nothing of it is part of this repository. Within
`tzfpy` lie the boundaries of time zones made from OpenStreetMap, under the ODbL: whoever passes them on has
to say so.

| package | needed by | licence |
|---|---|---|
"""


class Dependency(NamedTuple):
    """One package, who asks for it (and by which extra), and its licence."""

    name: str
    needed_by: str
    licence: str


def licence(package: metadata.Distribution) -> str:
    """The licence of a package as an SPDX expression, as far as it says so.

    Raises
    ------
    ValueError
        It does not say.
    """
    about = cast("Message", package.metadata)
    said = about.get("License-Expression")
    if said:
        return str(said)
    classifiers = [
        text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or () if "License" in text
    ]
    worded = str(about.get("License", ""))
    found = [CLASSIFIED[text] for text in classifiers if text in CLASSIFIED] or [WORDED.get(worded, worded)]
    if not found[0] or "\n" in found[0]:
        raise ValueError(f"{package.name}: does not say its licence in a way this tool knows.")
    return " AND ".join(found)


def is_compatible(expression: str) -> bool:
    """Whether one of each alternatives is among those that go with the MIT licence."""
    every = re.sub(r"[()]", "", expression).split(" AND ")
    return all(any(name.strip() in COMPATIBLE for name in part.split(" OR ")) for part in every)


def needed(*extras: str) -> dict[str, set[str]]:
    """Everything that loadwatch installs here, with some of its extras, and who asks for each."""
    needed_by: dict[str, set[str]] = {}
    todo = [(US, extra) for extra in ("", *extras)]
    while todo:
        package, extra = todo.pop()
        asker = f"{package}[{extra}]" if extra else package
        for name in _asked(package, extra):
            if name not in needed_by:
                todo.append((name, ""))
            needed_by.setdefault(name, set()).add(asker)
    return needed_by


def _asked(package: str, extra: str) -> list[str]:
    """What a package, or one of its extras alone, asks for on this system."""
    requirements = [Requirement(text) for text in metadata.requires(package) or ()]
    return [
        canonicalize_name(one.name)
        for one in requirements
        if ("extra ==" in str(one.marker)) == bool(extra)
        and (one.marker is None or one.marker.evaluate({"extra": extra}))
    ]


def dependencies() -> list[Dependency]:
    """Everything that loadwatch and its extras install here, each once, in the order of names."""
    extras = metadata.metadata(US).get_all("Provides-Extra") or ()
    return [
        Dependency(name, ", ".join(sorted(askers)), licence(metadata.distribution(name)))
        for name, askers in sorted(needed(*extras).items())
    ]


def page(found: list[Dependency]) -> str:
    """The page's text."""
    return HEAD + "".join(f"| {one.name} | {one.needed_by} | {one.licence} |\n" for one in found)


def main() -> int:
    """Write the page, or compare it; the exit code."""
    found = dependencies()
    strange = [f"{one.name}: {one.licence}" for one in found if not is_compatible(one.licence)]
    if strange:
        print("not known to go with the MIT licence:", *strange, sep="\n  ")
        return 1
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(found), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page(found):
        print(f"{PAGE.name} names other packages or licences; write it anew with: make licences")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
