"""Finds single histories among the real activity files.

python tools/histories.py CORPUS three-years

A history's folder is called after whose it is, so it is known here by a digest of that name.
"""

from __future__ import annotations

import sys
from hashlib import blake2b
from pathlib import Path

# What each is, with its folder's digest and the way inside.
HISTORIES = {
    "three-years": ("fc6a5bfef627", "FIT_OUT"),
    "one-season": ("e73fd09c7b8b", ""),
    "now-and-then": ("f08c264fdac7", ""),
}


def find(corpus: Path, name: str) -> Path | None:
    """Where a history lies; None where it is not there.

    Parameters
    ----------
    corpus
        Folder of the real activity files.
    name
        A key of `HISTORIES`.
    """
    digest, inside = HISTORIES[name]
    folders = sorted((corpus / "files").glob("*/"))
    found = next((folder for folder in folders if _digest(folder.name) == digest), None)
    return found / inside if found else None


def _digest(name: str) -> str:
    return blake2b(name.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


if __name__ == "__main__":
    print(find(Path(sys.argv[1]), sys.argv[2]) or "")
