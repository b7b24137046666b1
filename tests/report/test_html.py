"""The page: self-contained, safe, and saying what the history says."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from loadwatch.diary.reading import Diary
from loadwatch.errors import NoRunsError, UsageError
from loadwatch.flags import RULES
from loadwatch.history import CannotTell
from loadwatch.report import figures, html, write_report
from loadwatch.report.figures import intensity, run_traces

if TYPE_CHECKING:
    from loadwatch.history import History

NAME = "<script>alert(1)</script>\"' " + "a" * 60
VOID = {"meta", "br", "path", "use", "rect"}


class Page(HTMLParser):
    """Tags, attributes and text of a page, and whether every tag is closed where it must be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


# Drawing a page takes a second: each is drawn once, and read by many tests.
@pytest.fixture(scope="module")
def source(history: History) -> str:
    return html.render(history)


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


@pytest.fixture(scope="module")
def newcomers_source(newcomer: History) -> str:
    """One run with a hostile name, which is to be shown."""
    return html.render(replace(newcomer, runs=newcomer.runs.assign(name=NAME)), show_names=True)


@pytest.fixture(scope="module")
def others_source(history: History) -> str:
    """The same week: named runs, many odd files, own thresholds, no information, and an unknown rule."""
    files = pd.Series(["bad\udc80\x1b.fit", *(f"f{i}" for i in range(449))], dtype=object)
    changed = replace(
        history,
        rules=tuple(rule for rule in RULES if rule.id != "long_run_spike"),
        runs=history.runs.assign(name=NAME),
        skipped=pd.DataFrame({"file": files, "reason": "Empty.", "kind": "empty"}),
        settings=replace(history.settings, rules={"volume_jump": {"watch_ratio": 1.45}}),
        stories={history.week: replace(history.story, information=())},
    )
    return html.render(changed)


@pytest.fixture(scope="module")
def other(others_source: str) -> Page:
    return Page(others_source)


@pytest.fixture(scope="module")
def quiet(history: History) -> Page:
    """A week without a run, before enough was known of the runner."""
    return Page(html.render(replace(history, week="2026-W25")))


def test_every_tag_is_closed(page: Page) -> None:
    assert page.open == []


def test_nothing_is_fetched_and_nothing_runs_but_one_script_of_our_own(page: Page, source: str) -> None:
    assert not [tag for tag, _ in page.tags if tag in ("img", "link", "iframe", "object")]
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), tag
            assert name not in ("src", "srcset"), tag
            assert "href" not in name or str(value).startswith("#"), tag
    assert not [style for style in page.words if "@import" in style or re.search(r"url\((?!#)", style)]


def test_a_hostile_file_name_stays_text(source: str, page: Page) -> None:
    assert source.count("<script") == 1
    assert "<script>alert(1)</script>.fit" in page.text
    assert "<img src=x onerror=alert(1)>" in page.text


def test_ids_are_unique_and_references_find_theirs(page: Page) -> None:
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {
        name
        for _, attributes in page.tags
        for name in re.findall(r"#([\w-]+)", " ".join(v or "" for k, v in attributes.items() if k != "style"))
    }
    labelled = {
        name for _, attributes in page.tags for name in str(attributes.get("aria-labelledby", "")).split()
    }
    assert (wanted | labelled) <= set(ids)


def test_it_has_a_language_one_first_heading_and_a_name_for_each_chart(page: Page, history: History) -> None:
    tags = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en"}) in page.tags
    assert tags.count("h1") == 1
    traces = [one for row in run_traces.rows(history) for one in row.quantities if one.svg]
    assert tags.count("svg") == len(figures.PANELS) + len(traces)
    assert all(attributes.get("role") == "img" for tag, attributes in page.tags if tag == "svg")


def test_it_says_the_verdict_why_and_what_to_do(page: Page) -> None:
    assert "Week 43 19–25 Oct 2026" in page.text
    assert "■ Act: far outside your usual running." in page.text
    assert "Keep the next runs short and easy." in page.text
    assert "since Sat 17 Oct" in page.text


def test_a_finding_opens_to_what_it_rests_on(page: Page) -> None:
    assert "Measured 23.3 km Compared with 15.6 km Taken from 25 Sep–24 Oct (n = 17)" in page.text
    assert "Measured 512 m Compared with 280 m" in page.text
    assert "What clears it It speaks of one session: the next day is as usual again" in page.text
    assert "note_ratio = 1.1; note_more_m = 1000" in page.text
    assert "Limits" in page.text
    assert "In detail Back to your own curve: about 168 spm at 5:33 min/km. Day Sun 25 Oct 2026" in page.text
    assert page.text.count("In detail") == 1


def test_a_finding_of_an_unknown_rule_is_still_told(page: Page, other: Page) -> None:
    told = "longer than the longest of the 30 days before (15.6 km). Rule Long run spike ( long_run_spike )"
    assert told in other.text
    assert "note_more_m = 1000" in page.text
    assert "note_more_m = 1000" not in other.text


def test_every_run_of_the_week_is_listed_with_units(page: Page) -> None:
    assert "Sun 25 Oct 23.3 km 2 h 19 min" in page.text
    assert re.search(r"\d m \(device\) \d+ min pace \d:\d\d min/km, mostly", page.text)
    assert "heart rate 148 bpm" in page.text
    assert "treadmill: distance uncertain" in page.text


def test_zones_are_told_as_known_in_that_week_and_in_the_units_asked_for(
    page: Page, quiet: Page, american: History
) -> None:
    # 3.4 and 3.8 m/s.
    assert "easy is slower than 4:54 min/km and hard is 4:23 min/km or faster." in page.text
    assert intensity.told(american).endswith(
        "easy is slower than 7:53 min/mi and hard is 7:04 min/mi or faster."
    )
    assert "easy or hard for you cannot be told: there are too few hard efforts to know your" in quiet.text


def test_missing_data_is_said(page: Page) -> None:
    assert "heart rate not recorded" in page.text


def test_what_cannot_be_told_says_why_and_from_when(newcomers_source: str) -> None:
    text = Page(newcomers_source).text
    assert "It needs 4 runs over 14 days; there are 2. Can tell from Sun 8 Nov 2026." in text
    assert "Can tell after more such running." in text


def test_long_lists_are_bounded_and_the_rest_is_counted(other: Page) -> None:
    assert "450 entries" in other.text
    assert "And 250 more." in other.text
    assert "f198" in other.text
    assert "f199" not in other.text


def test_the_footer_says_version_range_day_and_not_medical_advice(page: Page) -> None:
    assert re.search(r"Not medical advice.*loadwatch \d.*runs of 31 Mar.*as of Wed 28 Oct 2026", page.text)


def test_the_same_history_gives_the_same_bytes(history: History, source: str) -> None:
    assert html.render(history) == source


def test_colours_come_from_the_style_sheet_in_light_and_dark(source: str) -> None:
    assert "prefers-color-scheme: dark" in source
    assert "fill: var(--accent)" in source
    assert not re.search(r"<(path|text|use)[^>]*#[0-9a-f]{6}", source)


def test_a_week_without_runs_is_told(quiet: Page) -> None:
    assert "No run in this week." in quiet.text


def test_a_file_name_that_is_no_text_can_be_written(others_source: str) -> None:
    assert "bad??.fit" in others_source.encode().decode()


def test_reports_are_written_whole_and_replaced(history: History, tmp_path) -> None:
    for _ in range(2):
        paths = write_report(history, tmp_path / "new" / "folder")
    assert [path.name for path in (paths.html, paths.png)] == [
        "loadwatch-2026-W43.html",
        "loadwatch-2026-W43.png",
    ]
    assert sorted(path.name for path in paths.html.parent.iterdir()) == [paths.html.name, paths.png.name]


def test_a_folder_that_cannot_be_made_is_named(history: History, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_report(history, tmp_path / "file")


def test_without_runs_no_report_is_written(nobody: History, tmp_path) -> None:
    with pytest.raises(NoRunsError, match="no run"):
        write_report(nobody, tmp_path)
    assert not list(tmp_path.iterdir())


def test_information_stands_apart_from_what_changed(page: Page, other: Page) -> None:
    assert "For information" in page.text
    assert page.text.index("Noted, nothing to do") < page.text.index("97 % of the kilometres of 28 days")
    assert "For information" not in other.text


def test_an_empty_diary_is_not_said_to_wait_for_running(history: History) -> None:
    silent = (CannotTell("symptoms", "the diary tells nothing of the last 14 days", None),)
    story = replace(history.story, cannot_tell=silent)
    stories = {**history.stories, history.week: story}
    page = html.render(replace(history, stories=stories, diary=Diary(is_there=True)))
    assert "The diary tells nothing of the last 14" in page
    assert "more such running" not in page


def test_a_name_without_end_takes_no_more_than_a_line(history: History) -> None:
    named = replace(history, settings=replace(history.settings, name="Kim\u202e " + "Z" * 3_000))
    (brand,) = re.findall(r'<p class="brand">(.*?)</p>', html.render(named))
    assert brand.startswith("loadwatch · Kim ZZZ")
    assert len(brand) < 100


def test_a_sentence_is_escaped_keeps_numbers_to_units_and_shows_code_as_code() -> None:
    assert html.said("<b> & 5 km: `loadwatch plan`") == (
        "&lt;b&gt; &amp; 5\u00a0km: <code>loadwatch plan</code>"
    )
    assert html.said("one ` alone") == "one ` alone"
    assert html.said("`<script>`") == "<code>&lt;script&gt;</code>"


def test_thresholds_of_the_runner_are_told_as_such(page: Page, other: Page) -> None:
    assert "watch_ratio = 1.45 (yours)" in other.text
    assert "(yours)" not in page.text


def test_all_weeks_are_in_the_page_with_the_numbers_to_sort_them_by(
    page: Page, source: str, history: History
) -> None:
    assert f"All weeks: {len(history.weeks)}, newest first" in page.text
    rows = re.findall(r'<tr><th scope="row" data-value="\d+">[^<]*</th>', source)
    assert len(rows) == len(history.weeks)


def test_names_of_runs_are_shown_to_who_asks_and_as_text(newcomers_source: str, others_source: str) -> None:
    assert "a" * 60 not in others_source
    assert newcomers_source.count("<script") == 1
    assert Page(newcomers_source).text.count(NAME) == 1
