"""Vendors as data: the files are sound, broken ones are told apart, and every pattern earns its place."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dsnparse import Limits, Report, RuleError, parse
from dsnparse.message import open_message
from dsnparse.rules.catalogue import Catalogue, Replies, decode_vendor, without_person
from dsnparse.rules.check import check, check_form, check_vendor, patterns
from dsnparse.rules.index import vendor_files
from dsnparse.rules.table import NEEDS_AT, Line, expand

parse_pattern = import_module("re._parser").parse

HEAD = "name = 'acme'\ntitle = 'Acme'\n"
ANY = decode_vendor("any", "name = 'any'\ntitle = 'Any'\n")
PHRASE = "[[reasons]]\nmeans = 'spam_content'\nmatch = 'spam'\nexamples = ['spam']\n"

# Of these the first that fits a line or a reply wins: each has to win one in a sample or an example.
WINNERS = ("begins", "ends", "spares", "skips", "announces", "names", "lines", "replies")
UNREAD = "acme.{}: no pattern reads 'no'"


@pytest.mark.no_cover  # of all rules: what it runs is measured by the smaller tests
def test_vendor_files_are_sound() -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name = 'acme", "Expected"),
        ("name = 'other'\ntitle = 'Acme'\n", "its name is 'other'"),
        ("name = 'acme'\n", "`title`"),
        (f"{HEAD}hots = []\n", "`hots`"),
        (f"{HEAD}before = 'exim'\n", "`$.before`"),
        (f"{HEAD}[recognise]\nsubject = []\n", "`$.recognise`"),
        (f"{HEAD}[notice]\nlines = [1]\n", "`$.notice.lines[0]`"),
        (f"{HEAD}[notice]\nstarts = ['a']\n", "`$.notice`"),
        (f"{HEAD}[[reasons]]\nmeans = 'spam_content'\nmatch = 'spam'\n", "`$.reasons[0]`"),
        (f"{HEAD}{PHRASE}because = 'x'\n", "`$.reasons[0]`"),
        (f"{HEAD}{PHRASE}permanence = 'forever'\n", "`$.reasons[0].permanence`"),
        (f"{HEAD}{PHRASE}{PHRASE}near = 'x'\n", "`$.reasons[1].near`"),
    ],
)
def test_broken_file_names_its_place(text: str, place: str) -> None:
    with pytest.raises(RuleError) as caught:
        decode_vendor("acme", text)
    file, _, problem = str(caught.value).partition(": ")
    assert file == "acme.toml"
    assert place in problem


@pytest.mark.parametrize(
    ("vendors", "problem"),
    [
        ([f"{HEAD}before = ['exim']\n"], "acme: before: no such vendor: 'exim'"),
        ([f"{HEAD}before = ['acme']\n"], "before: a circle among acme"),
        ([f"{HEAD}[recognise]\nheader = ['(']\n"], "acme.recognise"),
        ([f"{HEAD}[[reasons]]\nmeans = 'spam_content'\nmatch = '(?!a)'\nexamples = ['b']\n"], "acme.reasons[0]"),
    ],
)
def test_broken_catalogue_names_its_place(vendors: list[str], problem: str) -> None:
    with pytest.raises(RuleError) as caught:
        Catalogue([*(decode_vendor("acme", text) for text in vendors), ANY])
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", []),
        (PHRASE, []),
        ("hosts = ['Mail.Example']\n", ["acme.hosts: no host name: 'Mail.Example'"]),
        ("[notice]\nlines = ['(?P<recipent>.+)']\n", ["acme.lines[0]: no such field: 'recipent'"]),
        ("[notice]\nlines = ['a', '{adress}: .*']\n", ["acme.lines[1]: no such fragment: '{adress}'"]),
        ("replies = ['(?P<why>.+)']\n", ["acme.replies[0]: no such field: 'why'"]),
        (
            "replies = ['{host} or {host}']\n",
            ["acme.replies[0]: redefinition of group name 'remote_mta' as group 2; was group 1 at position 56"],
        ),
        ("[[reasons]]\nmeans = 'spma'\nmatch = 'a'\nexamples = ['a']\n", ["acme.reasons[0]: no such reason: 'spma'"]),
        (f"{PHRASE}detail = 'x'\n", ["acme.reasons[0]: 'spam_content' has no detail 'x'"]),
        ("[[reasons]]\nmeans = 'spam_content'\nmatch = 'a'\nexamples = []\n", ["acme.reasons[0]: no example"]),
        (
            "[[reasons]]\nmeans = 'spam_content'\nmatch = 'a'\nexamples = ['b']\n",
            ["acme.reasons[0]: example 'b' is won by no rule"],
        ),
        ("[[reasons]]\nmeans = 'spam_content'\nmatch = ['a+', '^b']\nexamples = ['b', 'xa']\nnear = ['xb']\n", []),
        (
            "[[reasons]]\nmeans = 'spam_content'\nmatch = ['a+', '(b']\nexamples = ['b']\n",
            ["acme.reasons[0]: missing ), unterminated subpattern", "acme.reasons[0]: RE2: "],
        ),
        (f"{PHRASE}{PHRASE}", ["acme.reasons[1]: example 'spam' is won by reasons[0]"]),
        (f"{PHRASE}near = ['no spam']\n", ["acme.reasons[0]: near text 'no spam' is matched"]),
        ("[notice]\nlines = ['(?:a|aa)+b']\n", ["acme.lines[0]: slow on "]),
        ("[notice]\nannounces = ['(?:a|aa)+b']\n", ["acme.announces[0]: slow on "]),
        ("[notice]\nnames = ['(?:a|aa)+b']\n", ["acme.names[0]: slow on "]),
        ("[notice]\nclosings = ['(?:a|aa)+b']\n", ["acme.closings[0]: slow on "]),
        ("[notice]\nfooters = ['(?:a|aa)+b']\n", ["acme.footers[0]: slow on "]),
        (
            "[notice]\nlines = ['no {address}']\nexamples = ['  no bo@dest.example', 'no']\n",
            [UNREAD.format("notice.examples[1]")],
        ),
        ("[notice]\nbegins = ['no']\nnames = ['{name}!']\nskips = ['-']\nexamples = ['no', 'bo!', '-']\n", []),
        ("replies = ['said: .+']\nwrapped = ['it said: 550', 'no']\n", [UNREAD.format("wrapped[1]")]),
    ],
)
def test_problems_of_a_vendor(text: str, problems: list[str]) -> None:
    found = check_vendor(decode_vendor("acme", HEAD + text))
    assert [problem[: len(expected)] for problem, expected in zip(found, problems, strict=True)] == problems


@pytest.mark.parametrize(
    "place",
    [
        "notice.begins",
        "notice.ends",
        "notice.spares",
        "notice.skips",
        "notice.delays",
        "notice.refuses",
        "notice.lines",
        "recognise.header",
        "recognise.notice",
    ],
)
@pytest.mark.parametrize("pattern", ["(", "(?=a)", "a{9999}", r"\1"])
def test_pattern_that_is_none(place: str, pattern: str) -> None:
    table, _, name = place.partition(".")
    found = check_vendor(decode_vendor("acme", f"{HEAD}[{table}]\n{name} = ['{pattern}']\n"))
    where = f"acme.{place}[0]: " if table == "recognise" else f"acme.{name}[0]: "
    assert found
    assert {problem[: len(where)] for problem in found} == {where}


def test_lowest_rank_wins_whatever_the_order() -> None:
    rules = "[[reasons]]\nmeans = 'policy'\nmatch = 'b'\nexamples = ['b']\n[[reasons]]\nmeans = 'virus'\nmatch = 'a'\nexamples = ['ab']\n"
    assert check_vendor(decode_vendor("acme", HEAD + rules)) == []


def test_vendor_takes_no_other_vendors_mail(sample: Path, report: Report, truth: dict[str, Any]) -> None:
    own = truth.get("vendor", sample.parent.name if sample.parent.name in vendor_files() else report.vendor)
    assert report.vendor in (own, None)


@pytest.mark.no_cover  # of all samples, as above
def test_every_pattern_is_used(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()
    fields = Line.fields

    def noting(line: Line, *args: Any) -> Any:  # noqa: ANN401 - whatever the method takes
        used.add(line.name)
        return fields(line, *args)

    monkeypatch.setattr(Line, "fields", noting)
    for path in sorted(corpus.glob("*/*.eml")):
        raw = path.read_bytes()
        used |= {evidence.rule for item in parse(raw).recipients for evidence in item.evidence.values()}
        _ = open_message(raw, Limits()).notice  # parse reads it only when the status part leaves a question open
    vendors = [decode_vendor(name, text.decode("utf-8")) for name, text in vendor_files().items()]
    for vendor in vendors:
        assert check_form(vendor) == []  # reads the examples of lines
        unwrap = Replies(vendor.name, vendor.replies).unwrap
        used |= {unwrapped[0] for unwrapped in map(unwrap, vendor.wrapped) if unwrapped}
    wanted = {f"{v.name}.{place}" for v in vendors for place, _ in patterns(v) if place.startswith(WINNERS)}
    assert sorted(wanted - used) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 <ada.b@dest.example>: unknown.", "550 <a@a.example>: unknown."),
        ("550 jürgen@bücher.example. Unknown", "550 a@a.example. Unknown"),
        ("您发往min@dest.example的邮件无法送达", "您发往a@a.example的邮件无法送达"),
        ("收件人\uff1amin@dest.example\uff0c邮箱已满", "收件人\uff1aa@a.example\uff0c邮箱已满"),
        ("«ivan@dest.example»: нет", "«a@a.example»: нет"),
        ("来自198.51.100.7的连接", "来自192.0.2.1的连接"),
        ("id 4XyZ-abcdef0123456789的", "id x0的"),
    ],
)
def test_only_a_person_is_taken_out_of_a_text(text: str, expected: str) -> None:
    assert without_person(text) == expected


def test_line_without_a_sign_of_an_address_is_spared_only_what_needs_one() -> None:
    spared = [
        (f"{vendor}.{place}", pattern)
        for vendor, text in vendor_files().items()
        for place, pattern in patterns(decode_vendor(vendor, text.decode("utf-8")))
        if place.startswith(WINNERS) and not place.startswith("replies") and NEEDS_AT.search(expand(pattern))
    ]
    assert len(spared) > 100
    assert [place for place, pattern in spared if not _needs(ord("@"), parse_pattern(expand(pattern)))] == []


def _needs(letter: int, nodes: Any) -> bool:  # noqa: ANN401 - the trees of `re` have no types
    """Tell whether no text fits without a letter."""
    return any(_node_needs(letter, str(sign), value) for sign, value in nodes)


def _node_needs(letter: int, sign: str, value: Any) -> bool:  # noqa: ANN401
    if sign == "BRANCH":
        return all(_needs(letter, way) for way in value[1])
    if sign == "SUBPATTERN":
        return _needs(letter, value[3])
    if sign in ("MAX_REPEAT", "MIN_REPEAT"):
        return value[0] > 0 and _needs(letter, value[2])
    return sign == "LITERAL" and value == letter


@pytest.mark.parametrize(
    ("pattern", "expected"), [("a@b", True), ("(?:a@b|c)", False), ("(a@b)?", False), ("(?P<x>a@)b", True)]
)
def test_reading_of_patterns_tells_what_they_need(pattern: str, expected: bool) -> None:
    assert _needs(ord("@"), parse_pattern(pattern)) is expected
