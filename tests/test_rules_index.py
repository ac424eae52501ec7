"""The index of the rules: made from the files as they are, without which all is the same, and no pattern is passed over for it."""

import re
from pathlib import Path

import pytest
import re2
from hypothesis import example, given
from hypothesis import strategies as st

from dsnparse import resource
from dsnparse.cli import build, main
from dsnparse.rules import catalogue, check, index, phrases
from dsnparse.rules.atoms import atoms_of, group
from dsnparse.rules.catalogue import Catalogue, build_index, decode_vendor
from dsnparse.rules.check import patterns
from dsnparse.rules.phrases import PhraseSet, options
from dsnparse.rules.table import expand

FILES = index.vendor_files()
VENDORS = [decode_vendor(name, text.decode("utf-8")) for name, text in FILES.items()]
PATTERNS = sorted({expand(pattern) for vendor in VENDORS for _, pattern in patterns(vendor)})
EXAMPLES = [text for vendor in VENDORS for rule in vendor.reasons for text in (*rule.examples, *rule.near)]
EXAMPLES += [text for vendor in VENDORS for _, text in check.examples(vendor)]

# One letter to RE2, although str.lower() keeps them apart: K and the Kelvin sign, s and the long s.
ODD = str.maketrans({"k": "\u212a", "s": "\u017f"})

# A set large enough to have its words filed by three letters.
MANY = [rf"{word}{number}\s+no{word}{number}" for word in ("alpha", "bravo", "delta") for number in range(100, 200)]


@pytest.fixture(scope="module")
def built() -> bytes:
    return build_index()


def test_index_is_made_from_the_files(built: bytes) -> None:
    assert index.find_index() == built


def test_index_gives_the_same_catalogue() -> None:
    found = index.read_index(FILES)
    assert found is not None
    quick, slow = Catalogue(found.vendors, found.words), Catalogue(VENDORS)
    told = [(text, [(vendor, where) for vendor, _, where in quick.causes(text)]) for text in EXAMPLES]
    assert told == [(text, [(vendor, where) for vendor, _, where in slow.causes(text)]) for text in EXAMPLES]
    assert quick.atoms() == slow.atoms()


def test_index_leaves_out_what_only_checks_read() -> None:
    found = index.read_index(FILES)
    assert found is not None
    assert [text for vendor in found.vendors for _, text in check.examples(vendor)] == []


@pytest.mark.parametrize("files", [{}, {**FILES, "acme": b""}, {**FILES, "any": FILES["any"] + b"#"}])
def test_index_of_other_files_is_left_alone(files: dict[str, bytes]) -> None:
    assert index.read_index(files) is None


def test_catalogue_without_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "NAME", "absent.json")
    assert index.find_index() is None
    found = catalogue.catalogue.__wrapped__()
    assert [where for _, _, where in found.causes("550 5.1.1 user unknown")] == [
        where for _, _, where in catalogue.catalogue().causes("550 5.1.1 user unknown")
    ]


def test_digest_does_not_mind_the_ends_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    read = resource.read
    monkeypatch.setattr(resource, "read", lambda folder, name: read(folder, name).replace(b"\n", b"\r\n"))
    assert index.digest(index.vendor_files()) == index.digest(FILES)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("mailbox full", {"mailbox full"}),
        ("Mail[- ]?Box", {"mail-box", "mail box", "mailbox"}),
        (r"\b(?:un|not )known\b", {"unknown", "not known"}),
        ("(?:user|account) .* (?:unknown|over quota)", {" unknown", " over quota"}),
        ("(?P<diagnostic>abc|(?:def){2,3})", {"abc", "def"}),
        ("(?i)quota(?: exceeded)?", {"quota"}),
        ("Stra\xdfe gesperrt", {"e gesperrt"}),
        ("\u90ae\u7bb1", {"\u90ae\u7bb1"}),
        ("[[:alpha:]]quota", None),
        ("[0-9]+", None),
        ("(?:quota)?", None),
        ("quota|[0-9]", None),
        ("ab", None),
        ("(?!a)", None),
        ("(", None),
    ],
)
def test_words_of_a_pattern(pattern: str, words: set[str] | None) -> None:
    assert atoms_of(pattern) == words


@pytest.mark.no_cover  # of all texts: what it runs is measured by the smaller tests
def test_no_example_is_passed_over() -> None:
    assert [text for text in EXAMPLES if candidates(text)] == []


def candidates(text: str) -> set[int]:
    """Return the patterns that match a text and are not looked at."""
    ways = (text, text.upper(), text.lower().translate(ODD))
    return {number for way in ways for number in matching(way) - set(ALL.candidates(way))}


def matching(text: str) -> set[int]:
    """Return the patterns that match a text, as an RE2 Filter tells."""
    return {first + number for first, made in FILTERS for number in made.Match(text) or ()}


def _filter(patterns: list[str]) -> re2.Filter:
    made = re2.Filter()
    for pattern in patterns:
        made.Add(pattern, options())
    made.Compile()
    return made


# More words than these do not fit into one.
SOME = 400
FILTERS = [(first, _filter(PATTERNS[first : first + SOME])) for first in range(0, len(PATTERNS), SOME)]
ALL = PhraseSet([("", pattern) for pattern in PATTERNS], group(PATTERNS))


@given(
    st.lists(st.sampled_from(sorted({word for text in EXAMPLES for word in text.split()})), max_size=12),
    st.text(max_size=3),
)
@example(["no", "such", "user"], "")
def test_no_text_is_passed_over(words: list[str], noise: str) -> None:
    assert candidates(f"{noise} ".join(words)) == set()


@given(
    st.text(
        alphabet="\u017f\u212aKkSs\xdf\u1e9eIi\u0130\u0131\u03c3\u03c2\xb5\u03bc\u0412\u1c80", min_size=3, max_size=3
    )
)
def test_letters_that_re2_takes_for_one_are_one(text: str) -> None:
    words = atoms_of(text)
    found = [way for way in (text, text.upper(), text.lower(), text.translate(ODD)) if re2.search(text, way, options())]
    assert [way for way in found if words is not None and not any(word in way.casefold() for word in words)] == []


@pytest.mark.parametrize(
    "text",
    ["alpha100 noalpha100", "bravo155 NOBRAVO155", b"delta199\n nodelta199", "\u017f", b"\xff alpha170 noalpha170", ""],
)
def test_answers_are_the_same_however_they_are_found(text: str | bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    expected = [number for number, pattern in enumerate(MANY) if re.search(pattern, plain, re.IGNORECASE)]
    named = [(str(number), pattern) for number, pattern in enumerate(MANY)]
    by_words, by_filter = PhraseSet(named), PhraseSet(named, phrases.Atoms(always=tuple(range(len(MANY)))))
    assert by_words.atoms.grams
    assert (by_words.hits(text), by_words.any(text)) == (expected, bool(expected))
    assert (by_words.may_match(text), by_filter.may_match(text)) == (bool(by_words.candidates(text)), True)
    monkeypatch.setattr(phrases, "MANY_TEXTS", 1)
    assert (by_filter.hits(text), by_filter.any(text)) == (expected, bool(expected))


def test_no_text_may_match_nothing() -> None:
    assert [PhraseSet([]).may_match(text) for text in ("", "a", b"\xff")] == [False] * 3


def test_build_makes_and_writes_the_index(tmp_path: Path, built: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "HERE", str(tmp_path))
    (tmp_path / index.FOLDER).mkdir()
    assert main(["rules", "build"]) == 0
    assert (tmp_path / index.FOLDER / index.NAME).read_bytes() == built


def test_build_says_why_it_cannot_write(
    tmp_path: Path, built: bytes, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "HERE", str(tmp_path))
    monkeypatch.setattr(build, "build_index", lambda: built)
    assert main(["rules", "build"]) == 3
    assert "index.json: No such file or directory" in capfd.readouterr().err


def test_check_tells_of_an_old_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "vendor_files", lambda: {"any": b"name = 'any'\ntitle = 'Any'\n"})
    monkeypatch.setattr(catalogue, "find_index", lambda: b"{}")
    assert check.check() == ["index.json: not made from these files: run `dsnparse rules build`"]


def test_group_without_a_name_is_told() -> None:
    vendor = decode_vendor("acme", "name = 'acme'\ntitle = 'Acme'\n[notice]\nlines = ['(a|b)(?P<diagnostic>.+)']\n")
    assert check.check_vendor(vendor) == ["acme.lines[0]: a group without a name: write (?:...)"]
