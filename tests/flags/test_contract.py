"""What every rule promises, whichever it is."""

from __future__ import annotations

import importlib
import inspect
import itertools
import re
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from loadwatch import flags
from loadwatch.errors import SettingsError
from loadwatch.flags import LEVELS, RULES, Tables, refuse_senseless, thresholds_by_rule
from loadwatch.flags._rule import SENSIBLE, findings
from loadwatch.plan.ahead import until

NAN = float("nan")
BY_ID = {rule.id: rule for rule in RULES}
# As rules.md sets them: no rule may say more. One that only notes or informs need not stand here.
CEILINGS = {
    "long_run_spike": "act",
    "volume_jump": "watch",
    "intensity_jump": "watch",
    "fast_running": "watch",
    "climb_jump": "note",
    "descent_jump": "watch",
    "stacking": "watch",
    "hard_day_spacing": "note",
    "return_from_break": "act",
    "long_steps": "watch",
    "late_fade": "watch",
    "balance_shift": "note",
    "cold_start": "usual",
    "sameness": "usual",
    "symptoms": "act",
}
FORETELLING = re.compile(
    r"\b(risks?|probabilit\w*|chances?|likel\w*|odds|injur\w*|predict\w*)\b", re.IGNORECASE
)

each_rule = pytest.mark.parametrize("rule", RULES, ids=BY_ID)


@pytest.fixture(scope="module")
def eventful(tables, steady) -> Tables:
    """Fourteen usual weeks, then one with everything in it, twice as far, and two breaks."""
    week = [
        {
            "day": 98 + number,
            "km": 17.0,
            "climb_m": 700.0,
            "residual_pct": -4.0,
            "hard_min": 40.0,
            "fast_m": 2500.0,
            "easy_min": 2.0,
            "fade_spm": -5.0,
            "balance_pct": 52.0,
        }
        for number in range(7)
    ]
    wild = {"day": 106, "km": 50.0, "climb_m": 2000.0, "residual_pct": -4.0, "treadmill": True}
    usual = steady(14, residual_pct=0.0, fade_spm=0.0, balance_pct=50.0)
    for run in usual[::8]:
        run |= {"easy_min": 15.0, "hard_min": 12.0}
    runs = [*usual, *week, wild, *steady(4, start=18), *steady(1, start=28)]
    diary = [
        {"day": 1, "site": "sit-bone", "pain_during": 2, "course": "eases"},
        {"day": 30, "site": "sit-bone", "pain_during": 4},
        {
            "day": 60,
            "side": "left",
            "site": "buttock",
            "pain_during": 6,
            "travels_down_leg": True,
            "pop": True,
        },
    ]
    return tables(runs, days=210, diary=diary)


def test_every_file_of_a_rule_is_listed_in_the_order_of_its_number():
    folder = Path(inspect.getfile(flags)).parent
    files = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert files == set(BY_ID)
    assert len(BY_ID) == len(RULES)
    numbers = [int(rule.number.removeprefix("F")) for rule in RULES]
    assert numbers == sorted(set(numbers))


@each_rule
def test_a_rule_is_the_record_of_the_file_that_bears_its_name(rule):
    module = importlib.import_module(f"loadwatch.flags.{rule.id}")
    assert module.RULE is rule
    assert module.__doc__.split("\n")[0] == rule.question


@each_rule
def test_every_field_of_the_record_is_filled(rule):
    for field in fields(rule):
        value = getattr(rule, field.name)
        # Only a rule that informs has no levels, not every article is contradicted, not every rule limits.
        may_be_empty = field.name in ("levels", "contradictions", "action", "detail", "lead", "room")
        may_be_empty |= field.name in ("reaches_back", "clears")
        assert isinstance(value, bool) or value or may_be_empty, field.name
    assert all(re.match(r"\d{3}: .+[.]$", said) for said in rule.articles)
    for reference in rule.references:
        assert all(getattr(reference, field.name) for field in fields(reference))
    assert rule.question.endswith("?")
    assert bool(rule.clears) == bool(rule.levels)
    assert all(text.endswith(".") for text in (rule.formula, rule.needs, rule.limits, rule.threshold_origin))


@each_rule
def test_every_threshold_is_a_keyword_that_ends_in_its_unit_and_has_a_sensible_default(rule):
    parameters = list(inspect.signature(rule.check).parameters.values())
    assert [parameter.name for parameter in parameters if parameter.kind is not parameter.KEYWORD_ONLY] == [
        "tables"
    ]
    assert rule.thresholds == thresholds_by_rule()[rule.id]
    for name in rule.thresholds:
        assert name.rpartition("_")[2] in SENSIBLE, name
        assert re.search(rf"\b{name}\b", rule.check.__doc__), name
    refuse_senseless([rule], {rule.id: rule.thresholds})


@each_rule
def test_its_levels_rise_and_end_at_its_ceiling(rule):
    assert list(rule.levels) == [level for level in LEVELS[1:] if level in rule.levels]
    highest = ("usual", *rule.levels)[-1]
    assert highest == CEILINGS[rule.id] if rule.id in CEILINGS else highest in ("usual", "note")


def test_a_strain_lowers_the_long_run_fast_running_and_the_return_and_no_other_rule():
    lowered = ["long_run_spike", "fast_running", "return_from_break"]
    assert [rule.id for rule in RULES if rule.is_lowered_by_strain] == lowered
    assert [rule.id for rule in RULES if rule.is_act_lowered_by_strain] == [
        "long_run_spike",
        "return_from_break",
    ]


@each_rule
def test_a_check_answers_for_every_day_in_its_order(rule, eventful):
    found = rule.check(eventful)
    assert list(found["local_date"]) == list(eventful.days["local_date"])
    assert set(findings(eventful.days).columns) <= set(found.columns)
    assert set(found["level"]) <= {"cannot_tell", "usual", *rule.levels}
    assert set(rule.levels[-1:]) <= set(found["level"])


@each_rule
def test_a_silent_day_has_its_reason_and_a_judged_one_its_numbers(rule, eventful):
    found = rule.check(eventful)
    silent = found[found["level"] == "cannot_tell"]
    told = found[found["level"].isin(rule.levels) | found["is_information"]]
    assert (silent["reason"].str.len() > 0).all()
    assert not silent["reason"].str.endswith(".").any()
    assert (found.loc[found["level"] != "cannot_tell", "reason"] == "").all()
    known = silent[silent["judge_from"].notna()]
    assert all(when > day for when, day in zip(known["judge_from"], known["local_date"], strict=True))
    assert told[["value", "baseline"]].notna().all(axis=None)
    assert (told["n"] > 0).all()
    ids = set(eventful.runs["run_id"])
    assert all(set(text.split()) <= ids and text for text in told["run_ids"])


@each_rule
def test_a_check_is_pure(rule, eventful):
    before = [frame.copy(deep=True) for frame in (eventful.runs, eventful.sessions, eventful.days)]
    pd.testing.assert_frame_equal(rule.check(eventful), rule.check(eventful))
    for frame, copy in zip((eventful.runs, eventful.sessions, eventful.days), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


@each_rule
def test_where_nothing_is_known_nothing_is_as_usual(rule, tables):
    runs = [
        {"day": number, "km": NAN, "climb_m": NAN, "cadence_spm": NAN, "elapsed_s": 1800.0}
        for number in range(120)
    ]
    made = tables(runs, days=120)
    assert set(rule.check(made)["level"]) == {"cannot_tell"}


@each_rule
def test_one_run_alone_cannot_be_judged(rule, tables):
    found = rule.check(tables([{"day": 0, "km": 10.0}], days=3))
    assert set(found["level"]) == {"cannot_tell"}
    assert (found["reason"] != "").all()


@each_rule
@pytest.mark.parametrize("units", ["metric", "imperial"])
def test_its_sentences_tell_numbers_and_foretell_nothing(rule, units, eventful):
    found = rule.check(eventful)
    assert not (found["is_information"] & (found["level"] != "usual")).any()
    told = found[found["level"].isin(rule.levels) | found["is_information"]]
    assert len(told) > 0
    for _, finding in told.iterrows():
        text = rule.sentence(finding, units)
        assert re.search(r"\d", text)
        assert "nan" not in text.lower()
        assert "–" not in text
        assert not FORETELLING.search(text + rule.detail(finding, units)), text
        assert text.endswith(".")
        assert len(text) < 240
        if rule.unit == "m":
            own, foreign = (r"\d k?m\b", r"\d (mi|ft)\b")[:: 1 if units == "metric" else -1]
            assert re.search(own, text)
            assert not re.search(foreign, text), text


@each_rule
def test_any_sensible_threshold_can_be_worked_with(rule, eventful):
    for name in rule.thresholds:
        for value in SENSIBLE[name.rpartition("_")[2]]:
            try:
                refuse_senseless([rule], {rule.id: {name: value}})
            except SettingsError as error:
                assert "would come before" in str(error)  # noqa: PT017 - else it must pass
            found = rule.check(eventful, **{name: value})
            assert len(found) == len(eventful.days)
            told = found[found["level"].isin(rule.levels) | found["is_information"]]
            for finding in told.to_dict("records"):
                assert "nan" not in rule.sentence(finding, "metric"), name


@each_rule
def test_a_senseless_threshold_is_refused_by_name(rule):
    for name, (low, high) in ((name, SENSIBLE[name.rpartition("_")[2]]) for name in rule.thresholds):
        wrong = [low - 1, high + 1, NAN]
        wrong += [low + 0.5] if name.endswith(("_count", "_days")) else []
        for value in wrong:
            with pytest.raises(SettingsError, match=f"`rules.{rule.id}.{name}` must"):
                refuse_senseless(RULES, {rule.id: {name: value}})
    with pytest.raises(SettingsError, match="is unknown; there are"):
        refuse_senseless(RULES, {rule.id: {"limit_m": 1.0}})


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.room], ids=lambda rule: rule.id)
def test_before_the_first_day_there_is_nothing_to_tell_and_no_room(rule, tables, day):
    """Room is asked for the day before a day without a run, which may be the first there is."""
    none = until(tables([], days=1), day(-1))
    assert rule.check(none).empty
    assert rule.room(none, **rule.thresholds).empty


def test_levels_out_of_order_are_refused():
    for rule, own, said in (
        ("long_run_spike", {"watch_ratio": 0.5}, "watch_ratio` (0.5) must not lie nearer to usual"),
        ("long_run_spike", {"note_ratio": 1.4}, "watch_ratio` (1.3) must not"),
        ("long_steps", {"watch_pct": -1.0}, "watch would come before note"),
        ("return_from_break", {"act_off_days": 10.0}, "act would come before watch"),
    ):
        with pytest.raises(SettingsError, match=re.escape(said)):
            refuse_senseless(RULES, {rule: own})
    refuse_senseless(RULES, {"long_run_spike": {"note_ratio": 1.4, "watch_ratio": 1.4}})


def test_the_titles_tell_the_rules_apart():
    for name in ("id", "number", "title", "question", "formula"):
        texts = [getattr(rule, name) for rule in RULES]
        assert all(one != other for one, other in itertools.combinations(texts, 2)), name
