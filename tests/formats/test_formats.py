from __future__ import annotations

import gc
import gzip
import importlib
import pkgutil

import pytest

from loadwatch import formats
from loadwatch.errors import UnreadableError
from loadwatch.formats import device, prolog


def test_every_module_that_reads_a_format_is_in_readers():
    modules = {
        info.name: importlib.import_module(f"loadwatch.formats.{info.name}")
        for info in pkgutil.iter_modules(formats.__path__)
    }
    reading = {name for name, module in modules.items() if hasattr(module, "read")}
    assert reading == {reader.format for reader in formats.READERS}


def test_the_format_is_chosen_by_content(plain_run, gpx, tcx):
    files = {"fit": plain_run, "gpx": gpx(("9", [(0, None)])), "tcx": tcx(("Running", [[0]]))}
    assert {name: formats.sniff(data).format for name, data in files.items()} == {
        name: name for name in files
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just text",
        b"<html></html>",
        b"\xff\xd8\xff\xe0",
        gzip.compress(b"x", mtime=0),
        b"<",
        b"<?xml",
        b"PK\x03\x04",
    ],
)
def test_anything_else_is_unreadable(data):
    assert formats.sniff(data) is None
    with pytest.raises(UnreadableError):
        formats.read(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04 and so on", "zip"),
        (b"BZh9 and so on", "bz2"),
        (bytes(257) + b"ustar\x0000", "tar"),
    ],
)
def test_an_archive_is_to_be_unpacked_first(data, kind):
    with pytest.raises(UnreadableError, match=f"is a {kind} archive.*unpack it first"):
        formats.read(data)


BOMB = '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "before", ["", "<?xml version='1.0'?>", "<!-- x -->\n", "<?xml version='1.0'?><?x y?>\n<!--z-->"]
)
@pytest.mark.parametrize("root", ["gpx", "TrainingCenterDatabase"])
def test_a_doctype_is_refused_unread(before, root):
    doctype = BOMB.replace("gpx", root)
    with pytest.raises(UnreadableError, match="DOCTYPE"):
        formats.read(f"{before}{doctype}<{root}>&b;</{root}>".encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "gbk"])
def test_encodings_in_use_are_read(gpx, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = gpx(("9", [(0, None)]), head=head, creator="Uhr").decode()
    (run,) = formats.read(text.encode(encoding))
    assert run.device == "Uhr"


@pytest.mark.parametrize("encoding", ["idna", "punycode", "rot13", "unicode_escape", "no-such"])
def test_no_other_codec_is_tried(gpx, encoding):
    with pytest.raises(UnreadableError, match="encoding"):
        prolog.document(gpx(("9", [(0, None)]), head=f'<?xml version="1.0" encoding="{encoding}"?>'))


@pytest.mark.parametrize(
    ("name", "barometer"),
    [
        ("garmin fenix5", True),
        ("fēnix 6X", True),
        ("garmin fr910xt_china", True),
        ("Forerunner 945", True),
        ("garmin fr255", True),
        ("garmin vivo_active_hr", True),
        ("vívoactive 3", True),
        ("COROS PACE 2", True),
        ("garmin fr235", False),
        ("Garmin Forerunner 310XT", False),
        ("garmin fr55", False),
        ("StravaGPX Android", False),
        ("StravaGPX", None),
        ("Garmin Connect", None),
        ("", None),
    ],
)
def test_a_barometer_is_claimed_only_where_the_product_line_tells(name, barometer):
    assert device.has_barometer(name) is barometer


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("garmin", "fenix5", None), "garmin fenix5"),
        (("garmin", 9999, None), "garmin 9999"),
        (("coros", 841, "COROS PACE 2"), "COROS PACE 2"),
        ((1052, 1, None), "manufacturer 1052 1"),
        ((None, None, None), ""),
    ],
)
def test_a_device_is_named_by_maker_and_product(parts, name):
    assert device.device_name(*parts) == name


@pytest.mark.parametrize("form", ["gpx", "tcx"])
def test_a_parser_goes_with_its_file_and_waits_for_no_collection(gpx, tcx, form):
    data = gpx(("9", [(0, None)])) if form == "gpx" else tcx(("Running", [[0]]))
    gc.collect()
    gc.disable()
    try:
        formats.read(data)
        left = [found for found in gc.get_objects() if type(found).__name__ == "xmlparser"]
    finally:
        gc.enable()
    assert left == []
