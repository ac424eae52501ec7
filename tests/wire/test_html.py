import pytest
from effort import SOON
from hypothesis import given
from hypothesis import strategies as st

from dsnparse.wire.html import html_lines

LONG = 1_200_000


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("", ""),
        ("plain text", "plain text"),
        ("one<br>two<BR/>three<br />four", "one\ntwo\nthree\nfour"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div>\n\n\n<div>two</div>", "one\n\ntwo"),
        ("<h1 class='x'>Title</h1>text<hr>more", "Title\ntext\nmore"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("<table><tr><td>User:</td><td>unknown</td></tr><tr><th>x</th></tr></table>", "User: unknown\n\nx"),
        ("source\nline\r\nbreaks", "source line breaks"),
        ("<pre>kept\n  lines\r\n</pre>not\nkept", "kept\nlines\n\nnot kept"),
        ("in<b>li</b>ne <span style='color: red'>tags</span>", "inline tags"),
        ("<o:p>office</o:p> &nbsp; <st1:place w:st='on'>tags</st1:place>", "office tags"),
        ("<html><head><title>no</title><meta x></head><body>yes</body></html>", "yes"),
        ("a<script>if (a < b) no();</script>b<STYLE type=x>no</Style>c", "abc"),
        ("a<!-- no <b> -->b<!DOCTYPE html>c<?xml no ?>d", "abcd"),
        ("a<!-- never closed <p>b", "a never closed\nb"),
        ("a<script>never closed", "anever closed"),
        (
            "&lt;user@example.com&gt; &amp;lt; &quot;x&quot; &#39;y&#x27; &eacute;&#8364;",
            "<user@example.com> &lt; \"x\" 'y' é€",
        ),
        ("a&#10;b&#0;c&#x1b;d&#8232;e&#xD800;f&#99999999;", "a b\ufffdcd e\ufffdf&#99999999;"),
        ("&unknown; &copy &amp &; & &#; R&D", "&unknown; &copy & &; & &#; R&D"),
        ("?a=1&copy=2&amp;b", "?a=1&copy=2&b"),
        ("<user@example.com> <user.name+x@example.com>", "<user@example.com> <user.name+x@example.com>"),
        ("<mailto:user@example.com> <http://example.com/>", "<mailto:user@example.com> <http://example.com/>"),
        ('<a href="mailto:x@example.com">user@example.com</a>', "user@example.com"),
        ('<a href="mailto:x@example.com">user&#64;example.com</a>', "user@example.com"),
        (
            "to <a class=u href='mailto:x@example.com?subject=y'>Ann <b>Lee</b> &amp; Co</a>.",
            "to Ann Lee & Co <mailto:x@example.com>.",
        ),
        ('<a href="mailto:x@example.com"><img src="y"></a><a href="mailto:">z</a>', "z"),
        ("5 < 6 > 4 <3 <", "5 < 6 > 4 <3 <"),
        ("<b never closed", "<b never closed"),
        ("too\u00a0 \t many   blanks", "too many blanks"),
        ("größe 日本", "größe 日本"),
    ],
)
def test_lines_of_html(markup: str, lines: str) -> None:
    assert html_lines(markup.encode()).decode() == lines + "\n"


@given(
    st.one_of(
        st.binary(),
        st.lists(
            st.sampled_from([b"<", b">", b"pre", b"/", b"!--", b"-->", b"&#", b"10;", b"br", b"\n", b" ", b"x"])
        ).map(b"".join),
    )
)
def test_html_lines_never_raises_and_has_no_empty_runs(data: bytes) -> None:
    lines = html_lines(data)
    assert lines.endswith(b"\n")
    assert b"\n\n\n" not in lines
    assert b"\r" not in lines


@given(st.text())
def test_utf8_stays_utf8(text: str) -> None:
    assert html_lines(text.encode()).decode("utf-8").endswith("\n")


@SOON
@pytest.mark.parametrize(
    ("unit", "size"),
    [
        (b"<", 600_000),  # at each byte a tag may begin
        (b"<a ", 600_000),
        (b"</a", 600_000),
        (b"<a:", LONG),
        (b"<!--", LONG),
        (b"<script>", LONG),
        (b"<style></style>", LONG),
        (b"<pre>", LONG),
        (b"<br>", LONG),
        (b"&lt;", LONG),
        (b"&#", LONG),
        (b"&a", LONG),
        (b" ", LONG),
        (b"\n ", LONG),
        (b"\xc2\xa0", LONG),
    ],
)
def test_no_text_is_too_much(unit: bytes, size: int) -> None:
    html_lines(unit * (size // len(unit)))
