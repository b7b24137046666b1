"""What every test may ask for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Whoever runs the tests in the background may have Ctrl-C ignored, and every program they start with them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# For tools/mutants.py: the same few examples for every change.
settings.register_profile("mutants", derandomize=True, max_examples=10, database=None)

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of the real activity files, which are other people's and live outside the project."""
    root = Path(os.environ.get("LOADWATCH_CORPUS", PROJECT.parent / "shared" / "corpus"))
    if not (root / "manifest.csv").is_file():
        pytest.skip(f"real activity files not found at {root}; set LOADWATCH_CORPUS to their folder")
    return root


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """No test sees or fills the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(tmp_path_factory.mktemp("cache")))
        yield
