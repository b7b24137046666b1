"""Write the pages that the program itself can tell: rules, diary and recovery, from their records.

python tools/document.py            writes them
python tools/document.py --check    only says whether they are up to date
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from loadwatch.report import diary, explain, recovery

DOCS = Path(__file__).resolve().parents[1] / "docs"


def main() -> int:
    """Write or check every page; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 where a page is not up to date")
    checks = parser.parse_args().check
    stale = []
    pages = {"rules.md": explain.page(), "diary.md": diary.page(), "recovery.md": recovery.page()}
    for name, content in pages.items():
        path = DOCS / name
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if not checks:
            path.write_text(content, encoding="utf-8")
    if stale:
        print(f"{'not up to date, run `make docs`' if checks else 'written'}: {', '.join(stale)}")
    return 1 if stale and checks else 0


if __name__ == "__main__":
    sys.exit(main())
