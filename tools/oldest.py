"""Writes the oldest versions that pyproject.toml allows, as constraints for pip.

python tools/oldest.py > build/oldest.txt && pip install --constraint build/oldest.txt --editable '.[parquet]'
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def oldest(project: dict[str, Any]) -> list[str]:
    """Give the oldest allowed version of every dependency and extra, as `name==version`.

    Raises
    ------
    ValueError
        A dependency names no oldest version.
    """
    extras = [entry for extra in project["optional-dependencies"].values() for entry in extra]
    lowest = []
    for entry in [*project["dependencies"], *extras]:
        bound = re.fullmatch(r"([\w.-]+)>=([\w.]+)(?:,.*)?", entry)
        if bound is None:
            raise ValueError(f"{entry}: names no oldest version; write it as name>=version.")
        lowest.append(f"{bound[1]}=={bound[2]}")
    return lowest


if __name__ == "__main__":
    print("\n".join(oldest(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"])))
