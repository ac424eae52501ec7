"""What the header of a part does not tell of its text."""

import base64
import quopri

import pytest

import dsnparse
from dsnparse import parse
from dsnparse.wire.undeclared import is_escaped, is_html, plainly, single_spaced, undeclared_encoding

HEADER = b"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.relay.example>\nSubject: Returned mail\n\n"
WORDS = (
    "Your message could not be delivered to the person named below, because the place where its mail is kept has no more room for it:\n\n"
    "<joe@dest.example>: 552 5.2.2 The mailbox of this person has been full for many days, and nobody empties it. Überquota.\n\n"
).encode()
MANY = WORDS * 3


def told(raw: bytes) -> list[tuple[str | None, str]]:
    return [(item.address, item.reason) for item in parse(raw).recipients]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(quopri.encodestring(WORDS), id="quoted-printable"),
        pytest.param(quopri.encodestring(WORDS).replace(b"\n", b"\r\n"), id="quoted-printable-crlf"),
        pytest.param(base64.encodebytes(WORDS), id="base64"),
        pytest.param(base64.encodebytes(MANY).replace(b"\n", b"\r\n"), id="base64-crlf"),
        pytest.param(b"<html><body><p>" + WORDS.replace(b"<", b"&lt;") + b"</p></body></html>", id="html"),
        pytest.param(b"\n<!DOCTYPE html>\n<html>" + WORDS.replace(b"\n\n", b"<br>") + b"</html>", id="doctype"),
        pytest.param(WORDS.replace(b"<", b"&lt;").replace(b">", b"&gt;"), id="escaped"),
        pytest.param(WORDS.replace(b" ", "\u00a0".encode()), id="no-break blanks"),
        pytest.param(
            WORDS.replace(b"<", "\u200b<".encode()).replace(b">", ">\u200b".encode()), id="blanks of no width"
        ),
    ],
)
def test_a_notice_is_read_however_its_text_was_encoded(body: bytes) -> None:
    raw = HEADER + body
    assert told(raw) == [("joe@dest.example", "mailbox_full")]
    evidence = parse(raw).recipients[0].evidence["address"]
    text = dsnparse.part_text(raw, evidence.part) if evidence.part else raw
    assert b"joe@dest.example" in text[evidence.start : evidence.end]


@pytest.mark.parametrize(
    "text",
    [
        b"One line that ends in a sign of equality, as addresses of pages do: https://a.example/?id=\nnext\n",
        quopri.encodestring(WORDS) + b"a=b\n",
        b"short=\nline\n",
        b"=\n" * 40,
        b"DKIM-Signature: v=1; a=rsa-sha256; b=abcdefghijklmnopqrstuvwxyz abcdefghijklmnopq=\n abc\n",
        b"A" * 70 + b"\n" + b"A" * 70 + b"\nthe end of it\n",
        b"A" * 70 + b"\n",
    ],
)
def test_what_only_looks_like_an_encoding_stays(text: bytes) -> None:
    assert undeclared_encoding(text, 0, len(text)) == b""


def test_plain_text_that_speaks_of_tags_is_no_page() -> None:
    assert is_html(b" \n<html lang=de>", 0, 15)
    for text in (b"<joe@dest.example>: <html>", b"<htmlx>", b"<b>", b"Hello <html>"):
        assert not is_html(text, 0, len(text))


def test_signs_are_unescaped_only_around_an_address() -> None:
    assert plainly(b"&lt;a@b.example&gt; &amp;lt; &quot;x&#39;") == b"<a@b.example> &lt; \"x'"
    assert plainly(b"&lt;p&gt; a@b.example") == b"&lt;p&gt; a@b.example"
    assert plainly(b"&gt;&gt;&gt; QUIT\n&lt;-- 221 Bye\n--&gt; QUIT") == b">>> QUIT\n<-- 221 Bye\n--> QUIT"
    assert not is_escaped(b"&lt;" * 50_000 + b"a@" * 50_000)


def test_doubled_line_ends_are_halved_in_place() -> None:
    text = b"A: 1\n\nB: 2\n\n c\n\nD: 3\n\n\n\none\n\ntwo\n\n\n\nthree\n\n"
    halved = single_spaced(text, 0, len(text), fields=True)
    assert halved is not None
    assert len(halved) == len(text)
    assert [line.rstrip() for line in halved.split(b"\n")] == text.replace(b"\n\n", b"\n").split(b"\n")
    crlf = text.replace(b"\n", b"\r\n")
    halved = single_spaced(crlf, 0, len(crlf), fields=True)
    assert halved is not None
    assert [line.rstrip() for line in halved.split(b"\n")] == text.replace(b"\n\n", b"\n").split(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        b"One line.\n\nAnother one.\n\nA third.\n\nThe fourth.\n\nThe end.\n\n",  # paragraphs of a line each
        b"One\nline.\n\n\n\nAnother one.\n\nA third.\n\nThe fourth.\n\nThe end.\n\n",
        b"One line.\n\n\n\nThe end.\n\n",
        b"",
    ],
)
def test_empty_lines_that_are_meant_stay(text: bytes) -> None:
    assert single_spaced(text, 0, len(text), fields=False) is None
