import re
import runpy
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import pytest
from effort import ENDS

from dsnparse import Recipient, Report, parse
from dsnparse.pages.charts import columns
from dsnparse.pages.markdown import code, markdown
from dsnparse.pages.report import html, suppressions
from dsnparse.pages.visible import visible
from dsnparse.summary import Summary, Tally
from dsnparse.summary.shape import Period

NASTY = "<script>alert(1)</script>\"'`|=cmd\x1b[31m\u202e"
KINDS = runpy.run_path(str(Path(__file__).parent.parent / "hostile" / "make.py"))["KINDS"]
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "main", "h1", "h2", "h3", "p", "span", "dl"),
    *("div", "dt", "dd", "ol", "ul", "li", "svg", "rect", "line", "text", "details", "summary", "table", "caption"),
    *("thead", "tbody", "tr", "th", "td", "code"),
}


class Seen(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def nasty() -> Summary:
    tally = Tally()
    person = Recipient(
        address=f"{NASTY}@{NASTY}",
        action="failed",
        reason=NASTY,
        diagnostic=NASTY,
        status=NASTY,
        advice="suppress",
        blocklist=NASTY,
    )
    unknown = Recipient(address=NASTY, action="failed", reason="undetermined", diagnostic=NASTY, advice="fix_sender")
    tally.add(Report(kind="failure", vendor=NASTY, date="2025-06-02", recipients=(person, unknown)))
    return tally.summary()


def test_page_holds_no_markup_of_strangers() -> None:
    page = html(nasty()).decode()
    seen = Seen(page)
    assert seen.elements <= ELEMENTS
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\u241b[31m\u27e8U+202E\u27e9" in page
    assert [name for name, _ in seen.attributes if name.startswith("on") or name in ("style", "src")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_messages_make_a_sound_page(kind: str) -> None:
    tally = Tally()
    tally.add(parse(KINDS[kind](30).raw))
    page = html(tally.summary()).decode()
    seen = Seen(page)
    assert seen.elements <= ELEMENTS
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", markdown(tally.summary()).decode())


def test_page_asks_for_nothing_and_may_do_nothing() -> None:
    page = html(nasty()).decode()
    links = [value for name, value in Seen(page).attributes if name == "href"]
    assert all(link.startswith(("#", "data:text/csv")) for link in links)
    policy = next(value for name, value in Seen(page).attributes if name == "content" and "default-src" in value)
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'", policy
    )
    assert "@import" not in page
    assert "url(" not in page


def test_addresses_are_in_the_page_as_csv_that_runs_no_formula() -> None:
    tally = Tally()
    people = [Recipient(address=f"{name}@one.example", action="failed", advice="suppress") for name in ("=a", "b")]
    tally.add(Report(kind="failure", date="2025-06-02", recipients=tuple(people)))
    found = tally.summary()
    carried = re.search('href="data:text/csv;charset=utf-8;base64,([^"]*)"', html(found).decode())
    assert carried
    assert b64decode(carried[1]) == suppressions(found)
    assert b64decode(carried[1]).decode().split("\n")[1:3] == [
        "'=a@one.example,,,2025-06-02",
        "b@one.example,,,2025-06-02",
    ]


def test_an_empty_report_is_a_page() -> None:
    page = html(Summary()).decode()
    assert "Nothing on the sender's side was found." in page.replace("&#39;", "'")
    assert "No report about recipients has a date." in page
    assert "None.\n" in markdown(Summary()).decode()


@ENDS
def test_a_hundred_thousand_recipients_are_a_small_page() -> None:
    tally = Tally()
    for number in range(1_000):
        people = [
            Recipient(
                address=f"somebody.with.a.name.{number}.{each}@domain{number % 700}.example",
                action="failed",
                status="5.1.1",
                reason="user_unknown",
                fault="recipient",
                advice="suppress",
                diagnostic="550 5.1.1 User unknown",
            )
            for each in range(100)
        ]
        tally.add(Report(kind="failure", date=f"2025-06-{number % 30 + 1:02}", recipients=tuple(people)))
    page = html(tally.summary())
    assert len(page) < 3_000_000
    assert b"80,000 more recipients do not fit" in page


def test_bars_stand_on_one_another_and_inside_the_chart() -> None:
    chart = columns([Period("2025-06-01", 7, 2, 1), Period("2025-06-02"), Period("2025-06-03", 0, 0, 3, 9)])
    assert [box.fate for box in chart.boxes] == ["failed", "delayed", "delivered", "delivered", "complaints"]
    low, middle, top, *_ = chart.boxes
    assert low.y + low.height == pytest.approx(204)
    assert middle.y + middle.height == pytest.approx(low.y, abs=0.02)
    assert top.y >= 12
    assert [line.text for line in chart.lines] == ["0", "5", "10", "15", "20"]
    assert chart.boxes[0].title == "2025-06-01: 7 failed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain", "`plain`"),
        ("a|b", "`a\\|b`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("<b>\nx", "`<b> x`"),
        ("\x07", "`\u2407`"),
    ],
)
def test_code_spans_hold_what_comes_from_mail(text: str, expected: str) -> None:
    assert code(text) == expected


def test_unseen_characters_are_shown() -> None:
    assert visible("a\tb\nc") == "a\tb\nc"
    assert visible("\x00\x7f\u200b\udcff\x85") == "\u2400\u2421\u27e8U+200B\u27e9\u27e8FF\u27e9\u27e8U+0085\u27e9"
