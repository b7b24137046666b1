"""Values that are made when they are asked for."""

from __future__ import annotations

import pytest

from loadwatch.history import OnRequest


def test_a_value_is_made_only_when_asked_for_and_each_time_anew():
    made = []

    def make(name):
        made.append(name)
        return name.upper()

    values = OnRequest(["b", "a", "b"], make)
    assert (list(values), len(values), "a" in values, "c" in values) == (["b", "a"], 2, True, False)
    assert made == []
    assert (values["a"], values["a"], values.get("c")) == ("A", "A", None)
    assert made == ["a", "a"]
    with pytest.raises(KeyError, match="c"):
        values["c"]
    assert dict(values) == {"b": "B", "a": "A"}
