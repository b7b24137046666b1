"""Write what the program itself can tell into the pages: rules, commands, settings, columns and the like.

python tools/document.py            writes it
python tools/document.py --check    only says whether it is up to date
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pages import WHOLE, brought_up_to_date

PROJECT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write or check every page; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 where a page is not up to date")
    checks = parser.parse_args().check
    stale = []
    for path, content in pages().items():
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(path.relative_to(PROJECT).as_posix())
        if not checks:
            path.write_text(content, encoding="utf-8")
    if stale:
        print(f"{'not up to date, run `make docs`' if checks else 'written'}: {', '.join(stale)}")
    return 1 if stale and checks else 0


def pages() -> dict[Path, str]:
    """Every page as it should be."""
    whole = {PROJECT / name: make() for name, make in WHOLE.items()}
    by_hand = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
    return whole | {
        path: brought_up_to_date(path.read_text(encoding="utf-8")) for path in by_hand if path not in whole
    }


if __name__ == "__main__":
    sys.exit(main())
