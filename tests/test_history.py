"""Values that are made when they are asked for."""

from __future__ import annotations

import copy
import pickle
import shutil
from functools import partial
from pathlib import Path

import pytest

import loadwatch
from loadwatch import gather
from loadwatch.history import OnRequest
from loadwatch.shelf import Shelf

SAMPLES = Path(__file__).resolve().parents[1] / "sample_activities"


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


def handed_over(history):
    return pickle.loads(pickle.dumps(history))  # noqa: S301 - our own


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, handed_over])
def test_a_history_can_be_copied_and_handed_to_other_processes(tmp_path, monkeypatch, copied):
    # As in a history too long for memory.
    monkeypatch.setattr(gather, "Shelf", partial(Shelf, 0))
    for path in sorted(SAMPLES.glob("*.gpx"))[:4]:
        shutil.copy(path, tmp_path)
    history = loadwatch.scan(tmp_path, cache=False)
    again = copied(copied(history))
    for name in ("runs", "days", "weeks", "flags", "skipped", "form_windows"):
        assert getattr(again, name).equals(getattr(history, name)), name
    assert list(again.stories) == list(history.stories)
    assert again.story.headline == history.story.headline
    for run_id, record in history.records.items():
        assert repr(again.records[run_id].facts) == repr(record.facts)
        for name, values in record.vectors.items():
            assert again.records[run_id].vectors[name].tobytes() == values.tobytes(), name
        assert again.traces[run_id].equals(history.traces[run_id])
