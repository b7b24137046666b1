"""The public names of the library, each to be told by its own docstring."""

from __future__ import annotations

import loadwatch


def names() -> str:
    """A line for each name, which the built site turns into what its docstring says."""
    return "\n\n".join(f"::: loadwatch.{name}" for name in loadwatch.__all__ if name in loadwatch._HOMES)
