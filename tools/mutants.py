"""Change the metrics and the rules a little, one place at a time, and see whether a test fails.

    python tools/mutants.py                        every file of src/loadwatch/metrics and flags
    python tools/mutants.py flags/stacking.py ...  these files, the others' figures as they are
    python tools/mutants.py --share 5              a fifth of the places: those whose number ends so
    python tools/mutants.py --page                 only writes the figures into docs/mutation.md

mutmut makes the changes, in the folder `mutants`, anew for each file. It changes what stands in
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
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation import mutators
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import change_cwd, copy_also_copy_files, copy_src_dir, setup_source_paths
from mutmut.utils.format_utils import mangled_name_from_mutant_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "mutation.md"
FOUND = PROJECT / "build" / "mutants"
SOURCE = Path("src/loadwatch")
PARTS = ("metrics", "flags")
NO_TESTS = 33  # as mutmut says it
# Where the tests that bear a file's name, and of the room of rules those with its id, are not its own ones.
TESTED_BY = {
    "_judged": "test_verdict or strain",
    "_returns": "return_from_break",
    "_rule": "test_rule or refused",
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
    _leave_text_alone()
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(1)
    data = SourceFileMutationData(path=SOURCE / file)
    data.load()
    # Every so-many-th place, not the first so many.
    tried = list(data.exit_code_by_key)[share // 2 :: share]
    session = _Tests(tried, f"test_{stem.removeprefix('_')}.py")
    own = TESTED_BY.get(stem, f"{session.own.removesuffix('.py')} or (test_room and {stem})")
    chosen_tests = [f"tests/{part}", "-k", own, "--hypothesis-profile=mutants", "-p", "no:cacheprovider"]
    with change_cwd("mutants"):
        code = pytest.main(["--rootdir=.", "-q", *chosen_tests], plugins=[session])
    if code:
        sys.exit(f"{file}: the tests fail as it is")
    data.exit_code_by_key.update(session.found)
    data.save()
    keep(part, stem, share)


class _Tests:
    """The tests of a file, collected once: run as it is, then for each change in a process of its own.

    mutmut by itself begins a session of pytest for each change, which takes many times as long.
    """

    def __init__(self, tried: list[str], own: str) -> None:
        self.tried, self.own, self.is_changed = tried, own, False
        self.found: dict[str, int] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests as they are, and those that reach a changed function with the change."""
        reached: dict[str, list[pytest.Item]] = {}
        lasted_s: dict[pytest.Item, float] = {}
        set_mutant_under_test("stats")
        os.environ["MUTMUT_DEPENDENCY_DEPTH"] = "-1"
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            began_s = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            lasted_s[item] = time.process_time() - began_s
            if session.testsfailed:
                raise session.Failed
            for function in state()._stats:
                reached.setdefault(function, []).append(item)
            state()._stats.clear()
        for name in self.tried:
            # What bears its name first, the quickest of it first.
            items = sorted(
                reached.get(mangled_name_from_mutant_name(name), []),
                key=lambda item: (item.path.name != self.own, item.path, lasted_s[item]),
            )
            total_s = sum(lasted_s[item] for item in items)
            self.found[name] = self._fails(name, items, total_s) if items else NO_TESTS
            print(".?"[not self.found[name]], end="", file=sys.__stdout__, flush=True)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """With a change, the first failure says all; to describe it would take longer than the test."""
        if self.is_changed and call.excinfo and not isinstance(call.excinfo.value, pytest.skip.Exception):
            os._exit(1)

    def _fails(self, name: str, items: list[pytest.Item], lasted_s: float) -> int:
        child = os.fork()
        if not child:
            # Whoever runs in circles is ended, which is a failure as well.
            longest_s = int(time.process_time() + 5.0 * lasted_s) + 10
            resource.setrlimit(resource.RLIMIT_CPU, (longest_s, longest_s))
            set_mutant_under_test(name)
            self.is_changed = True
            items[0].config.pluginmanager.unregister(name="terminalreporter")
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        return 0 if status == 0 else 1


def _leave_text_alone() -> None:
    """Of strings only names and keys are changed, and in one way."""

    def one_of_names(node: Any) -> Iterable[Any]:
        changed = mutators.operator_string(node)
        return islice(changed, 0 if " " in getattr(node, "value", " ") else 1)

    every: Any = mutators.mutation_operators
    every[:] = [
        (kind, one_of_names if change is mutators.operator_string else change) for kind, change in every
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
        of_part: Counter[str] = Counter()
        for path in sorted(FOUND.glob(f"{part}-*.json")):
            told = json.loads(path.read_text(encoding="utf-8"))
            of_part.update(told["counts"])
            name = f"`{part}/{path.stem.removeprefix(f'{part}-')}.py`"
            rows.append(_row(name, told["counts"], f"{told['measured']} | {told['commit']}"))
        if of_part:
            rows.append(_row(f"**{part}/**", of_part, "|"))
    marks = r"(<!-- figures -->\n).*?(\n<!-- end of figures -->)"
    page = PAGE.read_text(encoding="utf-8")
    table = "\n".join(rows)
    PAGE.write_text(re.sub(marks, rf"\g<1>{table}\g<2>", page, flags=re.DOTALL), encoding="utf-8")


def _row(name: str, counts: Mapping[str, int], when: str) -> str:
    every, killed = sum(counts.values()), counts.get("killed", 0)
    tried = every - counts.get("not checked", 0)
    share_pct = f"{100.0 * killed / tried:.1f}" if tried else ""
    return f"| {name} | {tried} | {every} | {killed} | {tried - killed} | {share_pct} | {when} |"


if __name__ == "__main__":
    main()
