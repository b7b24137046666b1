"""Make the files of sample_activities/ anew, or check that they are what this program makes.

    python tools/make_samples.py            writes them
    python tools/make_samples.py --check    compares, and exits with 1 where one differs

README.md and expected.json stand beside the files and are kept by hand.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from pathlib import Path

from loadwatch.demo import has_fit_tool, make_files

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"
MADE = {".fit", ".gpx", ".tcx", ".gz"}


def made_before() -> list[Path]:
    """Files of an earlier run of this program."""
    return sorted(path for path in SAMPLES.iterdir() if path.suffix in MADE)


def unpacked(name: str, content: bytes) -> bytes:
    """Take the packing off: compressors differ between systems, their contents do not."""
    return gzip.decompress(content) if name.endswith(".gz") else content


def differing(files: dict[str, bytes]) -> list[str]:
    """Names of files that are missing, changed or too many."""
    there = {path.name: path.read_bytes() for path in made_before()}
    return sorted(
        name
        for name in files.keys() | there.keys()
        if name not in files
        or name not in there
        or unpacked(name, files[name]) != unpacked(name, there[name])
    )


def main() -> int:
    """Write or check the samples; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only")
    is_check = parser.parse_args().check
    if not has_fit_tool():
        print("fit-tool is missing: pip install './loadwatch[fit-demo]'", file=sys.stderr)
        return 2
    files = make_files()
    if is_check:
        names = differing(files)
        print("\n".join(f"differs: {name}" for name in names) or f"all {len(files)} files are as made")
        return 1 if names else 0
    SAMPLES.mkdir(exist_ok=True)
    for path in made_before():
        path.unlink()
    for name, content in files.items():
        (SAMPLES / name).write_bytes(content)
    megabytes = sum(map(len, files.values())) / 1e6
    print(f"{len(files)} files, {megabytes:.1f} MB in {SAMPLES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
