"""The page over all runners: small however many, safe whatever their names, and saying what is so."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from loadwatch import words
from loadwatch.cohort import page, telling
from loadwatch.cohort.coach import GROUPS, MOST_LISTED, Coach, group_of
from loadwatch.cohort.states import Row, Summary

from .made_rows import HOSTILE, STUDY, made_rows, row

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Tags, attributes and text of a page, and whether every tag is closed where it must be."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def gathered(rows):
    coach = Coach()
    for one in rows:
        coach.add(one)
    return coach


def rendered(rows, **study):
    return page.render(gathered(rows), STUDY | study)


@pytest.fixture(scope="module")
def rows():
    return list(made_rows(2000))


@pytest.fixture(scope="module")
def source(rows):
    return rendered(rows)


@pytest.fixture(scope="module")
def shown(source):
    return Page(source)


def test_it_is_whole_and_asks_for_nothing(source, shown):
    assert shown.open == []
    assert not [tag for tag, _ in shown.tags if tag in ("img", "link", "iframe", "object", "script")]
    for tag, attributes in shown.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), tag
            assert name not in ("src", "srcset"), tag
            assert name != "href" or value.startswith("#"), tag
    (policy,) = [a["content"] for _, a in shown.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    ids = [attributes["id"] for _, attributes in shown.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {attributes["href"][1:] for _, attributes in shown.tags if "href" in attributes}
    wanted |= {
        attributes["aria-labelledby"] for _, attributes in shown.tags if "aria-labelledby" in attributes
    }
    assert wanted <= set(ids)
    assert sum(tag == "h1" for tag, _ in shown.tags) == 1


def test_every_runner_is_counted_once(rows, shown):
    coach = gathered(rows)
    assert coach.told_count + coach.failed.count + coach.empty.count == len(rows) == 2000
    for name in GROUPS:
        mine = [one for one in rows if one.status == "told" and group_of(one) == name]
        assert coach.groups[name].count == len(mine) > 0
        level = words.LEVELS.get(name)
        word = f"{level.shape} {level.word}" if level else "· no run"
        assert f"{word} {len(mine):,}" in shown.text


def test_more_runners_make_no_longer_page(source):
    longer = rendered(made_rows(20_000))
    assert len(longer) < 1.3 * len(source) < 200_000


def test_it_depends_on_the_rows_alone_and_not_on_their_order(rows, source):
    assert rendered(reversed(rows)) == source


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_errors_stay_text(name):
    rows = [
        row(name, "act", reason=name),
        row(name, "usual"),
        row(name, "cannot_tell", missing=name),
        row(name, "usual", run_count=0),
        Row(name, "failed", error=name),
        Row(name, "no_runs", error=name),
    ]
    text = rendered(rows, settings=name)
    shown = Page(text)
    assert shown.open == []
    assert {tag for tag, _ in shown.tags} <= TAGS
    assert not [a for _, a in shown.tags if any(key.startswith("on") for key in a)]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert "49" not in shown.text  # nobody works out what is in braces
    isolated = text.count("<bdi>")
    assert isolated == text.count(f"<bdi>{page.environment().from_string('{{ it }}').render(it=name)}</bdi>")


TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "footer"),
    *("h1", "h2", "h3", "p", "b", "a", "ul", "li", "dl", "div", "dt", "dd", "span", "bdi", "code", "pre"),
    *("small", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"),
}


def test_who_changed_most_is_told_by_how_much_and_against_what():
    rows = [
        row("ann", "watch", distance_m=52_000.0, usual_week_m=40_000.0),
        row("bob", "usual", distance_m=120_000.0, usual_week_m=50_000.0),
        row("cyd", "usual", distance_m=10_000.0, usual_week_m=40_000.0),
        row("dan", "act", longest_m=30_000.0, longest_before_m=15_000.0),
        row("eve", "usual", longest_m=10_000.0, longest_before_m=15_000.0),
    ]
    tables = re.findall(r"<table.*?</table>", rendered(rows), re.DOTALL)
    assert len(tables) == 3
    more, less, longer = (Page(table).text for table in tables)
    assert more.endswith("bob 120 km 50.0 km 2.4 times as much ann 52.0 km 40.0 km 30 % more")
    assert less.endswith("cyd 10.0 km 40.0 km 75 % less")
    assert longer.endswith("dan 30.0 km 15.0 km 2.0 times as much")
    assert "32.3\xa0mi" in page.render(gathered(rows), STUDY, "imperial")


def test_only_the_most_important_of_each_group_are_listed_and_the_rest_counted():
    rows = [row(f"r{n:04}", "act", longest_m=1000.0 * (n + 1), longest_before_m=1000.0) for n in range(300)]
    shown = Page(rendered(rows))
    assert f"And {300 - MOST_LISTED} more" in shown.text
    listed = [name for name in (f"r{n:04}" for n in range(300)) if name in shown.text]
    assert listed == [f"r{n:04}" for n in range(300 - MOST_LISTED, 300)]


def test_reasons_for_silence_are_grouped_and_the_commonest_comes_first():
    rows = [row(f"a{n}", "cannot_tell", missing="It needs 5 full weeks.") for n in range(3)]
    rows += [row("b", "cannot_tell", missing="Too short.", judge_from="2026-11-05")]
    rows += [row(f"c{n}", "cannot_tell", missing=f"Reason {n}.") for n in range(30)]
    text = Page(rendered(rows)).text
    assert text.index("3 runners") < text.index("It needs 5 full weeks.") < text.index("Too short.")
    assert "b from Thu 5 Nov" in text
    assert "And 12 more for other reasons." in text


def test_an_older_week_counts_as_no_run_and_names_no_week():
    rows = [row("old", "act", week="2025-W01", is_silent=True), row("new", "usual")]
    coach = gathered(rows)
    assert (coach.groups["no_run"].count, coach.groups["act"].count) == (1, 0)
    assert coach.week == "2026-W43"
    # Pain that the diary tells of is told though nothing was run.
    assert group_of(row("kim", "act", run_count=0)) == "act"
    assert group_of(row("kim", "cannot_tell", run_count=0)) == "no_run"


def test_the_terminal_counts_the_week_as_the_page_does():
    summary = Summary()
    for one in (row("a", "watch"), row("b", "usual", has_note=True), row("c", "watch", is_silent=True)):
        summary.add(one)
    assert "\nTheir week: 1 watch, 1 note, 1 no run.\n" in telling.summary(summary, "dest")


def test_where_nobody_can_be_judged_that_is_no_good_news():
    rows = [row("new", "cannot_tell"), row("away", "cannot_tell", run_count=0)]
    assert "2 runners told, nobody can be judged." in Page(rendered(rows)).text


def test_it_says_what_the_study_is_pinned_to_and_foretells_nothing(shown):
    assert "loadwatch 9.9 Told as of Sun 25 Oct 2026 Settings one file for all, below" in shown.text
    assert "[rules.long_run_spike] watch_ratio = 1.4" in shown.text
    assert words.NO_RANKING in shown.text.replace("\xa0", " ")
    assert not re.search(r"risk of|probability|likely to|ranked", shown.text.replace(words.NO_RANKING, ""))


def test_nobody_at_all_makes_a_page_too():
    shown = Page(rendered([Row("x", "failed", error="broken")]))
    assert shown.open == []
    assert "0 runners told, nobody can be judged; 1 runner could not be read." in shown.text.replace(
        "\xa0", " "
    )
