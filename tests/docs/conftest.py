"""What tests of the pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@pytest.fixture(scope="session")
def parsed() -> Callable[[Sequence[str]], str]:
    """The command that some words call, once its options and arguments are read as the program reads them."""
    known = {tuple(name.split()[1:]): command for name, command, _ in commands.every()}
    own = {name for option in known[()].params for name in option.opts}

    def command_of(words: Sequence[str]) -> str:
        if words[0] in own:  # which answer instead of any command
            return ""
        if words[0] == "cohort" and tuple(words[:2]) not in known:  # any other word is the folder of runners
            words = ["cohort", "run", *words[1:]]
        depth = next((depth for depth in (2, 1) if tuple(words[:depth]) in known), None)
        assert depth, f"there is no command in: loadwatch {' '.join(words)}"
        name = tuple(words[:depth])
        with known[name].make_context(" ".join(name), list(words[depth:])):
            return " ".join(name)

    return command_of
