"""Read a folder's files and do nothing with them; `scan.py` measures it."""

from __future__ import annotations

import sys
from pathlib import Path

from loadwatch import gather, survey


def main() -> None:
    """Read every file of a folder in so many processes."""
    folder, jobs = Path(sys.argv[1]), int(sys.argv[2])
    gather.readings(survey.find([folder]), home_timezone="", jobs=jobs)


if __name__ == "__main__":
    main()
