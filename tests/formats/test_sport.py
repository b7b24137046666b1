from __future__ import annotations

import pytest

from loadwatch.formats.sport import sport_words


@pytest.mark.parametrize(
    "label",
    [
        *(
            "running",
            "Running",
            "RUN",
            "9",
            "run",
            "Morning Run",
            "VirtualRun",
            "street_running",
            "track_running",
        ),
        *("trail_running", "Trail Running", "TrailRun", "indoor_running", "treadmill_running"),
        *("Laufen", "Lauf", "Course à pied", "Corrida", "löpning", "Løb", "бег"),
        *("跑步", "户外跑步", "室内跑步", "ランニング", "달리기"),
    ],
)
def test_a_run_is_a_run_in_any_spelling(label):
    assert sport_words(label)[0] == "running"


@pytest.mark.parametrize(
    ("label", "sport"),
    [
        ("Walk", "walking"),
        ("10", "walking"),
        ("Wandern", "hiking"),
        ("randonnée", "hiking"),
        ("4", "hiking"),
        ("徒步", "hiking"),
        ("Biking", "cycling"),
        ("1", "cycling"),
        ("Vélo", "cycling"),
        ("E-Bike Ride", "cycling"),
        ("lap_swimming", "swimming"),
        ("游泳", "swimming"),
        ("transition", "transition"),
        ("rock_climbing", "rock climbing"),
        ("boxing", "boxing"),
        ("generic", ""),
        ("Other", ""),
        ("", ""),
        (None, ""),
        ("9999", ""),
    ],
)
def test_other_sports_get_our_words_and_unknown_ones_keep_theirs(label, sport):
    assert sport_words(label)[0] == sport


@pytest.mark.parametrize(
    ("label", "sub_label", "words"),
    [
        ("running", "trail", ("running", "trail")),
        ("running", "treadmill", ("running", "treadmill")),
        ("running", "generic", ("running", "")),
        ("running", None, ("running", "")),
        ("indoor_running", None, ("running", "treadmill")),
        ("trail_running", None, ("running", "trail")),
        ("running", "street", ("running", "road")),
        ("running", "track", ("running", "track")),
        ("running", "virtual_activity", ("running", "virtual")),
        ("fitness_equipment", "treadmill", ("running", "treadmill")),
        ("fitness_equipment", "elliptical", ("fitness equipment", "elliptical")),
        ("cycling", "indoor_cycling", ("cycling", "indoor cycling")),
    ],
)
def test_the_finer_kind_is_told_too(label, sub_label, words):
    assert sport_words(label, sub_label) == words


@pytest.mark.parametrize("label", ["Walk/Run", "Course de vélo", "Intervals", "padel", "ﷺ"])
def test_a_label_of_two_sports_or_of_none_is_left_to_pace(label):
    assert sport_words(label)[0] == ""


@pytest.mark.parametrize("label", ["慢跑", "戶外跑步", "trčanje", "Dauerlauf", "Τρέξιμο"])
def test_words_for_running_in_more_languages(label):
    assert sport_words(label)[0] == "running"


@pytest.mark.parametrize("label", ["rock_climbing", "training", "stand_up_paddleboarding"])
def test_what_fit_calls_another_sport_stays_one(label):
    assert sport_words(label)[0] == label.replace("_", " ")
