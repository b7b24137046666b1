from __future__ import annotations

from datetime import date

import pytest

from loadwatch.errors import SettingsError
from loadwatch.formats import sport as formats_sport
from loadwatch.settings import SPORTS, Correction, Settings, load

THRESHOLDS = {
    "long_run_spike": ["note_ratio", "watch_ratio", "act_ratio"],
    "long_steps": ["note_residual_pct"],
}


@pytest.fixture
def read(tmp_path):
    """What reads a text, or bytes, as a settings file."""

    def read_settings(content):
        path = tmp_path / "loadwatch.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(path, THRESHOLDS)

    return read_settings


def test_an_empty_file_is_a_runner_without_settings(read):
    # repr, since an unsaid number is NaN and no NaN equals another.
    assert repr(read("")) == repr(Settings())


def test_everything_a_runner_may_say(read):
    own = read(
        """
        [athlete]
        name = "Ada"
        birth_year = 1985
        sex = "female"
        height_m = 1.7
        max_heart_rate_bpm = 188
        resting_heart_rate_bpm = 48
        threshold_speed_mps = 3.6
        hamstring_strain = 2026-03-14
        [calendar]
        week_starts = "sunday"
        timezone = "Europe/Vienna"
        [report]
        units = "imperial"
        [rules.long_run_spike]
        watch_ratio = 1.4
        note_ratio = 1
        [rules.long_steps]
        note_residual_pct = -3
        [runs.3f9a1c2b]
        sport = "hiking"
        note = "with the children"
        [runs.3f9a1c2b99aa-2]
        exclude = true
        race = false
        """
    )
    assert own == Settings(
        name="Ada",
        birth_year=1985,
        sex="female",
        height_m=1.7,
        max_heart_rate_bpm=188.0,
        resting_heart_rate_bpm=48.0,
        threshold_speed_mps=3.6,
        hamstring_strain=date(2026, 3, 14),
        week_starts="sunday",
        timezone="Europe/Vienna",
        units="imperial",
        rules={
            "long_run_spike": {"watch_ratio": 1.4, "note_ratio": 1.0},
            "long_steps": {"note_residual_pct": -3.0},
        },
        runs={
            "3f9a1c2b": Correction(sport="hiking", note="with the children"),
            "3f9a1c2b99aa-2": Correction(exclude=True, race=False),
        },
    )


def test_the_mark_that_windows_editors_put_first_is_no_error(read):
    assert read(b'\xef\xbb\xbf[athlete]\nname = "Ada"').name == "Ada"


REFUSED = [
    # Names.
    ("[athelete]", "there is no section `athelete`; did you mean `athlete`?"),
    ("[qzx]", "there is no section `qzx`; known are: athlete, calendar, leg_load, report, rules, runs."),
    ("units = 'metric'", "there is no section `units`; it belongs under [report]."),
    (
        "[athlete]\nmax_heartrate = 190",
        "[athlete] has no `max_heartrate`; did you mean `max_heart_rate_bpm`?",
    ),
    ("[athlete]\ntimezone = 'UTC'", "[athlete] has no `timezone`; it belongs under [calendar]."),
    ("[rules.long_runs_spike]", "[rules] has no `long_runs_spike`; did you mean `long_run_spike`?"),
    (
        "[rules.long_run_spike]\nwach_ratio = 1",
        "[rules.long_run_spike] has no `wach_ratio`; did you mean `watch_ratio`?",
    ),
    ("[runs.3f9a1c2b]\nexlude = true", "[runs.3f9a1c2b] has no `exlude`; did you mean `exclude`?"),
    (
        '[runs."my long run"]\nrace = true',
        "`runs.my long run` names no run; write its run_id, or 4 letters of it or more.",
    ),
    (
        '[runs.""]\nexclude = true',
        "`runs.` names no run; write its run_id, or 4 letters of it or more.",
    ),
    # Choices.
    (
        "[calendar]\nweek_starts = 'Monday'",
        "`calendar.week_starts` cannot be 'Monday'; did you mean `monday`?",
    ),
    ("[report]\nunits = 'furlongs'", "`report.units` cannot be 'furlongs'; known are: imperial, metric."),
    ("[athlete]\nsex = 'femal'", "`athlete.sex` cannot be 'femal'; did you mean `female`?"),
    ("[runs.3f9a]\nsport = 'hikng'", "`runs.3f9a.sport` cannot be 'hikng'; did you mean `hiking`?"),
    (
        "[calendar]\ntimezone = 'Europe/Viena'",
        "`calendar.timezone` 'Europe/Viena' is no known time zone; did you mean `Europe/Vienna`?",
    ),
    (
        "[calendar]\ntimezone = '../../etc/passwd'",
        "`calendar.timezone` '../../etc/passwd' is no known time zone; write one such as \"Europe/Vienna\".",
    ),
    # Kinds.
    ("[athlete]\nname = 5", "`athlete.name` must be a text in quotes, not 5."),
    ("[athlete]\nheight_m = '1.7'", "`athlete.height_m` must be a number, not '1.7'."),
    ("[athlete]\nheight_m = true", "`athlete.height_m` must be a number, not true."),
    ("[athlete]\nbirth_year = true", "`athlete.birth_year` must be a year, not true."),
    ("[athlete]\nbirth_year = 1985.0", "`athlete.birth_year` must be a year, not 1985.0."),
    (
        "[athlete]\nhamstring_strain = '2026-03-14'",
        "`athlete.hamstring_strain` must be a date such as 2026-03-14, not '2026-03-14'.",
    ),
    (
        "[athlete]\nhamstring_strain = 2026-03-14T10:00:00",
        "`athlete.hamstring_strain` must be a date such as 2026-03-14, not 2026-03-14 10:00:00.",
    ),
    (
        "[athlete]\nhamstring_strain = 2026-03-14T10:00:00Z",
        "`athlete.hamstring_strain` must be a date such as 2026-03-14, not 2026-03-14 10:00:00+00:00.",
    ),
    ("[runs.3f9a]\nrace = 1", "`runs.3f9a.race` must be true or false, not 1."),
    (
        "[rules.long_run_spike]\nwatch_ratio = true",
        "`rules.long_run_spike.watch_ratio` must be a number, not true.",
    ),
    # Ranges.
    ("[athlete]\nheight_m = 170", "`athlete.height_m` must lie between 1 and 2.5, not 170."),
    ("[athlete]\nbirth_year = 85", "`athlete.birth_year` must lie between 1900 and 2100, not 85."),
    ("[athlete]\nheight_m = nan", "`athlete.height_m` must be a finite number, not nan."),
    (
        "[rules.long_run_spike]\nwatch_ratio = nan",
        "`rules.long_run_spike.watch_ratio` must be a finite number, not nan.",
    ),
    (
        "[rules.long_run_spike]\nwatch_ratio = inf",
        "`rules.long_run_spike.watch_ratio` must be a finite number, not inf.",
    ),
    (
        "[rules.long_run_spike]\nwatch_ratio = -inf",
        "`rules.long_run_spike.watch_ratio` must be a finite number, not -inf.",
    ),
    # Tables.
    ("athlete = 5", "`athlete` must be a table: write [athlete] on a line of its own."),
    ("rules = []", "`rules` must be a table: write [rules] on a line of its own."),
    (
        "[rules]\nlong_run_spike = 1",
        "`rules.long_run_spike` must be a table: write [rules.long_run_spike] on a line of its own.",
    ),
    ("[[runs]]\nrace = true", "`runs` must be a table: write [runs] on a line of its own."),
    ("[runs]\n3f9a = true", "`runs.3f9a` must be a table: write [runs.3f9a] on a line of its own."),
]


@pytest.mark.parametrize(("content", "sentence"), REFUSED, ids=[content for content, _ in REFUSED])
def test_a_slip_gets_one_sentence_that_names_it_and_the_way_out(read, tmp_path, content, sentence):
    with pytest.raises(SettingsError) as refusal:
        read(content)
    assert str(refusal.value) == f"{tmp_path / 'loadwatch.toml'}: {sentence}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"[athlete\nname = 1", "is not valid TOML", id="a bracket forgotten"),
        pytest.param(b"[athlete]\nsex = 'male'\nsex = 'male'", "is not valid TOML", id="a key twice"),
        pytest.param(b"[athlete]\nname = 'Zo\xeb'", "is not UTF-8 text; save it as UTF-8.", id="Latin-1"),
        pytest.param("[athlete]".encode("utf-16"), "is not UTF-8 text; save it as UTF-8.", id="UTF-16"),
        pytest.param(
            b"[rules.long_steps]\nnote_residual_pct = 1" + b"0" * 400, "a finite number", id="10^400"
        ),
    ],
)
def test_a_file_that_is_no_settings_file(read, content, sentence):
    with pytest.raises(SettingsError) as refusal:
        read(content)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("is_folder", [True, False], ids=["a folder", "no such file"])
def test_what_cannot_be_read_says_so(tmp_path, is_folder):
    path = tmp_path if is_folder else tmp_path / "gone.toml"
    with pytest.raises(
        SettingsError, match=r"cannot be read \(.+\); make it readable, or name another with --settings\.$"
    ):
        load(path, THRESHOLDS)


def test_every_sport_that_readers_know_can_be_said():
    assert set(formats_sport.SPORTS) <= set(SPORTS)
