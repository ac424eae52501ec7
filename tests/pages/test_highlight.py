import pytest

from dsnparse import Evidence, Recipient, parse, part_text
from dsnparse.pages.highlight import AROUND, MARKS, SHOWN, Piece, SourceText, anchor, sources


def marked(text: bytes, *spans: tuple[str, int, int]) -> SourceText:
    evidence = {field: Evidence("status", 0, start, end) for field, start, end in spans}
    [found] = sources([Recipient(evidence=evidence)], lambda _: text)
    return found


def test_marks_what_was_read() -> None:
    assert marked(b"To: ines@x.example\r\n", ("address", 4, 18)).pieces == (
        Piece("To: "),
        Piece("ines@x.example", ("address",), anchor(0, 4)),
        Piece("\n"),
    )


def test_marks_may_lie_over_one_another() -> None:
    found = marked(b"0123456789", ("diagnostic", 2, 8), ("status", 4, 6), ("reply_code", 2, 4))
    assert [(piece.text, piece.fields) for piece in found.pieces] == [
        ("01", ()),
        ("23", ("reply_code", "diagnostic")),
        ("45", ("diagnostic", "status")),
        ("67", ("diagnostic",)),
        ("89", ()),
    ]
    names = [piece.id for piece in found.pieces if piece.id]
    assert names == [anchor(0, 2), anchor(0, 4)]


@pytest.mark.parametrize("text", [b"", b"nothing marked"])
def test_without_marks_it_is_all_there(text: bytes) -> None:
    assert "".join(piece.text for piece in marked(text).pieces) == text.decode()


def test_of_a_long_source_what_lies_near_is_shown() -> None:
    text = b"x" * 200_000 + b"HERE" + b"y" * 200_000
    found = marked(text, ("status", 200_000, 200_004))
    shown = "".join(piece.text for piece in found.pieces)
    assert "x" * AROUND + "HERE" + "y" * AROUND in shown
    assert sum(piece.skipped for piece in found.pieces) + found.rest + len(shown) == len(text)
    assert [piece.id for piece in found.pieces if piece.id] == [anchor(0, 200_000)]


def test_however_many_marks_little_is_shown() -> None:
    text = b"x" * 10_000_000
    spans = [(f"f{number}", number * 2_000, number * 2_000 + 9) for number in range(5_000)]
    found = marked(text, *spans)
    assert sum(len(piece.text) for piece in found.pieces) <= SHOWN
    assert sum(bool(piece.fields) for piece in found.pieces) <= MARKS


def test_bytes_that_are_no_text_stay_to_be_shown() -> None:
    assert marked(b"a\xffb").pieces[0].text == "a\udcffb"


def test_every_mark_of_real_messages_is_its_value(varied: object) -> None:
    raw = varied.read_bytes()  # type: ignore[attr-defined] # a path
    recipients = parse(raw).recipients
    found = {source.part: source for source in sources(recipients, lambda part: part_text(raw, part))}
    for recipient in recipients:
        for field, evidence in recipient.evidence.items():
            if evidence.start == evidence.end:
                continue
            pieces = [piece for piece in found[evidence.part].pieces if field in piece.fields]
            assert pieces, field
