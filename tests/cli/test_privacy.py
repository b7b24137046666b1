"""What a report and an export tell of what the files hold, which others may get to read."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time
from itertools import product

import pytest

from loadwatch.demo import has_fit_tool
from loadwatch.demo.fit_file import SERIAL_NUMBER, fit_bytes
from loadwatch.demo.recording import record
from loadwatch.demo.story import Outing
from loadwatch.demo.xml_files import gpx_bytes, tcx_bytes

AS_OF = "2026-04-05"
TABLES = ("runs", "days", "weeks", "flags", "skipped", "samples")
NAME = "=Loop round the Quaysidemill & back"
SHOWN = "=Loop round the Quaysidemill &amp; back"
SECRETS = (
    *("Quaysidemill", "Wilhelmina", "wilhelmina@example.org", "the way to work", "3942211223"),
    *(str(SERIAL_NUMBER), "brought home"),
)


def outing(day: int, kind: str) -> Outing:
    start = datetime.combine(date(2026, 4, day), time(7))
    return Outing(start, "easy", 1500.0, "shore", 0.0, 0.0, kind)


@pytest.fixture(scope="module")
def told_all(tmp_path_factory) -> tuple:
    """A folder whose files tell of a runner, of devices and of places; and the places."""
    folder = tmp_path_factory.mktemp("wilhelmina_at_home") / "runs"
    folder.mkdir()
    name, told = NAME.replace("&", "&amp;").encode(), []
    recordings = {
        kind: record(outing(day, kind), seed=1) for day, kind in ((1, "gpx"), (3, "tcx"), (5, "fit"))
    }
    author = b"<metadata><author><name>Wilhelmina</name></author><desc>the way to work</desc></metadata>"
    gpx = gpx_bytes(recordings["gpx"]).replace(b"<name>easy</name>", b"<name>" + name + b"</name>")
    told.append(gpx.replace(b"<trk>", author + b"<trk>", 1))
    device = b"<UnitId>3942211223</UnitId><ProductID>1</ProductID></Creator>"
    notes = b"<Notes>" + name + b"\nbrought home, wilhelmina@example.org</Notes><Creator "
    tcx = tcx_bytes(recordings["tcx"]).replace(b"</Creator>", device)
    told.append(tcx.replace(b"<Creator ", notes, 1))
    (folder / "one.gpx").write_bytes(told[0])
    (folder / "two.tcx").write_bytes(told[1])
    if has_fit_tool():
        (folder / "three.fit").write_bytes(fit_bytes(recordings["fit"]))
    (folder / "broken.fit").write_bytes(b"\x0e\x10Wilhelmina" * 40)
    samples = recordings["gpx"].samples
    degrees = {f"{value:.3f}" for name in ("latitude_deg", "longitude_deg") for value in samples[name]}
    assert NAME.split()[3].encode() in told[0]
    assert b"3942211223" in told[1]
    return folder, degrees


def test_reports_and_exports_tell_nothing_that_nobody_asked_for(told_all, loadwatch, tmp_path):
    folder, degrees = told_all
    told = {"summary": loadwatch("scan", folder, "--as-of", AS_OF, "--no-cache", draws=True)}
    (page,) = (tmp_path / "elsewhere" / "loadwatch-report").glob("*.html")
    pages = {"page": page.read_text(encoding="utf-8")}
    told["json"] = loadwatch("scan", folder, "--as-of", AS_OF, "--no-cache", "--json")
    for table, kind in product(TABLES, ("csv", "json")):
        told[f"{table}.{kind}"] = loadwatch(
            *("export", folder, "--as-of", AS_OF, "--no-cache", "--table", table, "--format", kind)
        )
    pages |= {name: f"{done.text}{done.errors}" for name, done in told.items()}
    for name, text in pages.items():
        assert text, name
        for secret in (*SECRETS, str(folder), str(folder.parent), folder.parent.name, *degrees):
            assert secret not in text, (name, secret)
    assert "one.gpx" in pages["page"]


def test_names_are_shown_to_who_asks_and_escaped(told_all, loadwatch, tmp_path):
    folder, _ = told_all
    done = loadwatch("scan", folder, "--as-of", AS_OF, "--names", "--no-cache", draws=True)
    assert NAME in " ".join(done.text.split())
    (page,) = (tmp_path / "elsewhere" / "loadwatch-report").glob("*.html")
    assert page.read_text(encoding="utf-8").count(SHOWN) == 2
    assert "brought home" not in page.read_text(encoding="utf-8")


def test_names_are_exported_to_who_asks_and_are_no_formulas(told_all, loadwatch):
    folder, _ = told_all
    ask = ("export", folder, "--as-of", AS_OF, "--names", "--no-cache")
    rows = list(csv.DictReader(io.StringIO(loadwatch(*ask).text)))
    assert [row["name"] for row in rows][:2] == [f"'{NAME}", f"'{NAME}"]
    names = [row["name"] for row in json.loads(loadwatch(*ask, "--format", "json").text)]
    assert names[:2] == [NAME, NAME]


def test_the_picture_is_the_same_with_names_and_without(told_all, loadwatch, tmp_path):
    folder, _ = told_all
    pictures = []
    for asked in ((), ("--names",)):
        loadwatch("scan", folder, "--as-of", AS_OF, "--no-cache", *asked, draws=True)
        (picture,) = (tmp_path / "elsewhere" / "loadwatch-report").glob("*.png")
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1]


def test_a_file_name_is_no_formula_either(told_all, loadwatch, tmp_path):
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "=HYPERLINK(1).gpx").write_bytes((told_all[0] / "one.gpx").read_bytes())
    (row,) = csv.DictReader(io.StringIO(loadwatch("export", odd, "--no-cache").text))
    assert row["file"] == "'=HYPERLINK(1).gpx"
