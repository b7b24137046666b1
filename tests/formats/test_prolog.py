from __future__ import annotations

import pytest

from loadwatch.formats import prolog


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "gb18030"])
@pytest.mark.parametrize("letter", ["a", "é"])
def test_pieces_are_the_document_and_begin_with_markup(encoding, letter):
    unit = f"<name>{letter}</name>"
    text = f'<?xml version="1.0" encoding="{encoding}"?><gpx>' + unit * 200_000 + "</gpx>"
    data = text.encode(encoding)
    pieces = [bytes(piece) for piece in prolog.pieces(data)]
    assert len(pieces) > 2
    assert b"".join(pieces).decode() == prolog.document(data)
    assert all(piece.startswith(b"<") for piece in pieces)


def test_utf_8_that_calls_itself_utf_16_is_read():
    assert prolog.document(b'<?xml version="1.0" encoding="utf-16"?><gpx/>') == "<gpx/>"
