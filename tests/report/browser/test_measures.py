"""The measures themselves: each sees the fault that it is there for, and none where there is none."""

from __future__ import annotations

from typing import Any

import pytest

CHART = """<!doctype html><html lang="en"><title>A page</title><style>
body {{ margin: 0; font: 16px sans-serif; background: white }} svg {{ display: block }}
</style><main><figure><figcaption>Chart</figcaption>
<svg viewBox="0 0 200 100" width="400" height="200">
<pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse">
<path d="M0 0h4" stroke="#777"/></pattern>
{drawn}</svg></figure>{more}</main></html>"""
GOOD = '<text x="10" y="20" font-size="8">one</text><text x="10" y="50" font-size="8">two</text>'

DARK = '<path d="M0 0h99v99h-99z" fill="#222"/>'
HATCHED = '<path d="M0 0h99v99h-99z" fill="url(#hatch)"/>'
# What is drawn, the measure that must see it, what that is asked, and a part of what it says.
BAD: dict[str, tuple[str, str, tuple[float, ...], str]] = {
    "texts that touch": (
        '<text x="10" y="20">one</text><g transform="translate(4 6)"><text x="10" y="20">two</text></g>',
        *("overlaps", (), '"one" and "two"'),
    ),
    "small as scaled": ('<text x="10" y="20" font-size="5">tiny</text>', "small", (11.0,), "at 10.00 px"),
    "beyond the edge": ('<text x="190" y="20">far too long</text>', "outside", (), "far too long"),
    "grey on white": ('<text x="10" y="20" fill="#999">grey</text>', "faint", (4.5,), "2.85:1"),
    "half transparent": ('<text x="10" y="20" opacity="0.3">pale</text>', "faint", (4.5,), "pale"),
    "dark on dark": (f'{DARK}<text x="10" y="20">dark</text>', "faint", (4.5,), "dark"),
    "on a hatching": (f'{HATCHED}<text x="10" y="20" fill="#666">lines</text>', "faint", (4.5,), "lines"),
}


@pytest.fixture
def measured(show_text: Any) -> Any:
    def of(drawn: str, name: str, *arguments: object, more: str = "") -> Any:
        with show_text(CHART.format(drawn=drawn, more=more), width=500) as shown:
            return shown.measure(name, *arguments)

    return of


@pytest.mark.parametrize(
    ("name", "arguments"), [("overlaps", ()), ("outside", ()), ("small", (11.0,)), ("faint", (4.5,))]
)
def test_a_good_chart_has_no_fault(measured: Any, name: str, arguments: tuple[float, ...]) -> None:
    assert measured(GOOD, name, *arguments) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_chart_is_seen(measured: Any, name: str) -> None:
    drawn, measure, arguments, fault = BAD[name]
    (found,) = measured(drawn, measure, *arguments)
    assert fault in found
    assert found.startswith("Chart: ")


def test_what_reaches_beyond_the_window_is_seen(measured: Any) -> None:
    wide = measured(GOOD, "layout", more='<p style="width: 600px">wide</p>')
    assert wide == {"width": 600, "beyond": ["P wide"]}
    assert measured(GOOD, "layout") == {"width": 500, "beyond": []}


def test_axe_sees_what_is_wrong(show_text: Any) -> None:
    faint = '<html lang="en"><title>t</title><main><h1>t</h1><p style="color: #bbb">faint</p></main></html>'
    with show_text(faint) as shown:
        assert [one.partition(":")[0] for one in shown.violations()] == ["color-contrast"]


def test_what_a_page_asks_for_and_complains_of_is_heard(show_text: Any) -> None:
    noisy = '<title>t</title><img src="https://example.org/a.png"><script>alert(1); missing()</script>'
    with show_text(noisy) as shown:
        assert "https://example.org/a.png" in shown.asked_for
        assert "dialog: 1" in shown.said
        assert any("missing is not defined" in said for said in shown.said)
