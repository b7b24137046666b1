"""Change the metrics and the rules a little, one place at a time, and see whether a test fails.

    python tools/mutants.py                        every file of src/loadwatch/metrics and flags
    python tools/mutants.py flags/stacking.py ...  these files, the others' figures as they are
    python tools/mutants.py --share 5              a fifth of the places: those whose number ends so
    python tools/mutants.py --page                 only writes the figures into docs/mutation.md

mutmut does the work, in the folder `mutants`, which is made anew for each file. It changes what stands in
functions, defaults of arguments included, but nothing at the top of a file and nothing decorated. Text that
is printed, strings with a space in them, is left as it is, and of the three ways in which mutmut changes a
string one is taken. A file is held to its own tests: a change that only other files' tests would notice has
survived.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation import mutators
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

if TYPE_CHECKING:
    from collections.abc import Iterable

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "mutation.md"
FOUND = PROJECT / "build" / "mutants"
SOURCE = Path("src/loadwatch")
PARTS = ("metrics", "flags")
# What several rules share is tested through them; every other file by the tests that bear its name.
TESTED_BY = {
    "_judged": "verdict or strain",
    "_returns": "return_from_break",
    "_rule": "test_rule or test_contract or volume_jump or intensity_jump",
    "_runs": "long_steps or late_fade or balance_shift",
    "_verdict": "verdict",
    "_weeks": "volume_jump or climb_jump or intensity_jump",
    "__init__": "test_contract",
}


def main() -> None:
    """Run the files asked for, one after another, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*", help="files below src/loadwatch; all if none is given")
    parser.add_argument("--share", type=int, default=1, help="take one place in so many")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--page", action="store_true", help="only write the figures into docs/mutation.md")
    given = parser.parse_args()
    os.chdir(PROJECT)
    if given.alone:
        run(given.files[0], given.share)
    elif not given.page:
        every = [f"{part}/{path.name}" for part in PARTS for path in sorted((SOURCE / part).glob("*.py"))]
        for file in given.files or every:
            # mutmut knows one set of options in its life.
            again = [sys.executable, __file__, "--alone", file, "--share", str(given.share)]
            subprocess.run(again, check=True)  # noqa: S603 - this very script
    write_page()


def run(file: str, share: int) -> None:
    """Change every place of a file; what comes of it goes to build/mutants."""
    part, stem = Path(file).parent.name, Path(file).stem
    shutil.rmtree("mutants", ignore_errors=True)
    chosen = config()
    chosen.source_paths = [Path("src")]
    chosen.only_mutate = [str(SOURCE / file)]
    chosen.also_copy = [Path("tests"), Path("tools"), Path("pyproject.toml")]
    chosen.pytest_add_cli_args = ["--hypothesis-profile=mutants", "-p", "no:cacheprovider"]
    chosen.pytest_add_cli_args_test_selection = [
        f"tests/{part}",
        "-k",
        TESTED_BY.get(stem, f"test_{stem} or {stem}"),
    ]
    _leave_text_alone()
    # Names end in a number, so every so-many-th is told by its last digits.
    digits = len(str(share - 1)) if share > 1 else 0
    last = [f"{number:0{digits}d}" for number in range(0, 10**digits, share)] if digits else [""]
    mutmut._run([f"loadwatch.{part}.{stem}.*{ending}" for ending in last] if digits else [], 1)
    keep(part, stem, share)


def _leave_text_alone() -> None:
    """Of strings only names and keys are changed, and in one way."""

    def one_of_names(node: Any) -> Iterable[Any]:
        changed = mutators.operator_string(node)
        return islice(changed, 0 if " " in getattr(node, "value", " ") else 1)

    mutators.mutation_operators[:] = [
        (kind, one_of_names if change is mutators.operator_string else change)
        for kind, change in mutators.mutation_operators
    ]


def keep(part: str, stem: str, share: int) -> None:
    """Write what came of a file: counts for the page, and each survivor to be looked at."""
    path = SOURCE / part / f"{stem}.py"
    data = SourceFileMutationData(path=path)
    data.load()
    counts: dict[str, int] = {}
    survivors = []
    for name, code in data.exit_code_by_key.items():
        status = status_by_exit_code[code]
        counts[status] = counts.get(status, 0) + 1
        if status in ("survived", "no tests"):
            lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
            changed = [line for line in lines if line[0] in "+-" and "__mutmut_" not in line]
            survivors.append("\n".join([f"# {name}", *changed]))
    FOUND.mkdir(parents=True, exist_ok=True)
    told = {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": _commit(),
        "share": share,
        "counts": counts,
    }
    (FOUND / f"{part}-{stem}.json").write_text(json.dumps(told), encoding="utf-8")
    (FOUND / f"{part}-{stem}.txt").write_text("\n\n".join(survivors) + "\n", encoding="utf-8")


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - fixed


def write_page() -> None:
    """Put the table of figures between its marks in docs/mutation.md."""
    rows = [
        "| file | changes tried | of all | killed | survived | killed, % | on | at commit |",
        "|---|---:|---:|---:|---:|---:|---|---|",
    ]
    for part in PARTS:
        sums = [0, 0, 0]
        for path in sorted(FOUND.glob(f"{part}-*.json")):
            told = json.loads(path.read_text(encoding="utf-8"))
            counts = told["counts"]
            killed, every = counts.get("killed", 0) + counts.get("timeout", 0), sum(counts.values())
            tried = every - counts.get("not checked", 0)
            sums = [have + more for have, more in zip(sums, (killed, tried, every), strict=True)]
            if tried:
                name = f"`{part}/{path.stem.removeprefix(f'{part}-')}.py`"
                rows.append(_row(name, killed, tried, every, told["measured"], told["commit"]))
        if sums[1]:
            rows.append(_row(f"**{part}/**", *sums, "", ""))
    marks = r"(<!-- figures -->\n).*?(\n<!-- end of figures -->)"
    page = PAGE.read_text(encoding="utf-8")
    table = "\n".join(rows)
    PAGE.write_text(re.sub(marks, rf"\g<1>{table}\g<2>", page, flags=re.DOTALL), encoding="utf-8")


def _row(name: str, killed: int, tried: int, every: int, measured: str, commit: str) -> str:
    share = f"{100.0 * killed / tried:.1f}"
    return f"| {name} | {tried} | {every} | {killed} | {tried - killed} | {share} | {measured} | {commit} |"


if __name__ == "__main__":
    main()
