"""Rules of the user's own: they are laid over ours, are told from them, and a fault in them is found by its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dsnparse import RuleError, load_rules, parse
from dsnparse.cli import main
from dsnparse.rules.own import check_rules, find_line

ACME = """\
name  = 'acme'
title = 'Acme gateway'
hosts = ['mx.dest.example']

[recognise]
notice = ['^The Acme gateway is sorry']

[notice]
lines = [
  '{address} did not get it: (?P<diagnostic>.+)',
]

[[reasons]]
means    = 'mailbox_full'
own      = 'acme_quota'
match    = 'ACME-42'
examples = ['552 ACME-42 no room']
"""
OVER_EXIM = """\
name  = 'exim'
title = 'Exim with our words'

[notice]
lines = ['letter for {address} lies here: (?P<diagnostic>.+)']

[[reasons]]
means    = 'policy'
own      = 'moonlight'
match    = 'user unknown, by moonlight'
examples = ['550 user unknown, by moonlight']
"""
OVER_ANY = """\
name  = 'any'
title = 'Any software'

[[reasons]]
means    = 'recipient_filtered'
own      = 'not_today'
match    = 'not today'
examples = ['550 user unknown: not today']
"""
TOP = "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
EXIM = (
    "This message was created automatically by mail delivery software.\r\n\r\nThe following address(es) failed:\r\n\r\n"
)

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def make(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, "utf-8")
        return tmp_path

    return make


def test_vendor_of_ones_own_is_recognised_and_read(folder: Folder) -> None:
    raw = f"{TOP}The Acme gateway is sorry.\r\n\r\nada@dest.example did not get it: 552 ACME-42\r\n".encode()
    report = parse(raw, rules=load_rules(folder(acme=ACME)))
    (item,) = report.recipients
    assert (report.kind, report.vendor, item.address) == ("failure", "acme", "ada@dest.example")
    assert (item.reason, item.own_reason, item.diagnostic) == ("mailbox_full", "acme_quota", "552 ACME-42")
    assert item.evidence["reason"].rule == "own/acme.reasons[0]"
    assert parse(raw).vendor is None


def test_own_rules_count_for_their_own_hosts_alone(folder: Folder) -> None:
    rules = load_rules(folder(acme=ACME))
    words = "host {host}[192.0.2.1] said: 552 ACME-42 (in reply to RCPT TO command)"
    said = {
        host: parse(
            f"{TOP}Undeliverable:\r\n\r\n<ada@dest.example>: {words.format(host=host)}\r\n".encode(), rules=rules
        )
        for host in ("mx.dest.example", "mx.other.example")
    }
    assert {host: report.recipients[0].own_reason for host, report in said.items()} == {
        "mx.dest.example": "acme_quota",
        "mx.other.example": "",
    }


def test_file_named_like_ours_goes_before_it_and_leaves_it_whole(folder: Folder) -> None:
    rules = load_rules(folder(exim=OVER_EXIM))
    words = f"{TOP}{EXIM}  letter for ada@dest.example lies here: 550 user unknown, by moonlight\r\n\r\n  bo@dest.example\r\n    Unrouteable address\r\n"
    report = parse(words.encode(), rules=rules)
    assert report.vendor == "exim"
    assert [(item.address, item.reason, item.own_reason) for item in report.recipients] == [
        ("ada@dest.example", "policy", "moonlight"),
        ("bo@dest.example", parse(words.encode()).recipients[-1].reason, ""),
    ]


def test_rules_for_any_software_go_before_ours(folder: Folder) -> None:
    words = f"{TOP}Undeliverable:\r\n\r\n<ada@dest.example>: 550 user unknown: not today\r\n".encode()
    (item,) = parse(words, rules=load_rules(folder(any=OVER_ANY))).recipients
    assert (item.reason, item.own_reason) == ("recipient_filtered", "not_today")
    assert parse(words).recipients[0].reason == "user_unknown"


def test_without_vendors_the_rules_for_any_software_read_on(corpus: Path) -> None:
    raw = (corpus / "imail" / "unknown-user.eml").read_bytes()
    report = parse(raw, rules=load_rules(vendors=False))
    assert (report.vendor, report.recipients[0].address) == (None, parse(raw).recipients[0].address)


@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (("'acme'", "'acme"), 1, "invalid character"),
        (("name  = 'acme'", "name  = 'acne'"), 1, "its name is 'acne'"),
        (("hosts", "hots"), 3, "unknown field `hots`"),
        (("hosts = ['mx.dest.example']", "hosts = 'mx.dest.example'"), 3, "Expected `array`"),
        (("'mx.dest.example'", "'mx dest'"), 3, "no host name"),
        (("'^The", "'(^The"), 6, "missing )"),
        (("{address}", "{adress}"), 10, "no such fragment: '{adress}'"),
        (("'mailbox_full'", "'mailbox_ful'"), 14, "no such reason: 'mailbox_ful'"),
        (("match    = 'ACME-42'", "match    = 'ACME-4(?!2)'"), 16, "RE2"),
        (("'552 ACME-42 no room'", "'552 no room'"), 17, "is won by no rule"),
        (("own      = 'acme_quota'", "mine     = 'acme_quota'"), 15, "unknown field `mine`"),
        (
            ("\n\n[[", "\nexamples = [\n  'ada@dest.example did not get it: no',\n  'nobody',\n]\n[["),
            14,
            "reads 'nobody'",
        ),
        (
            ("\n\n[recognise]", "\nreplies = ['said: .+']\nwrapped = ['it is told']\n[recognise]"),
            5,
            "reads 'it is told'",
        ),
    ],
)
def test_fault_is_told_with_path_and_line(
    folder: Folder, change: tuple[str, str], line: int, problem: str, capfd: pytest.CaptureFixture[str]
) -> None:
    place = folder(acme=ACME.replace(*change))
    with pytest.raises(RuleError) as caught:
        load_rules(place)
    assert str(caught.value).startswith(f"{place / 'acme.toml'}:{line}: ")
    assert problem in str(caught.value)
    assert main(["parse", "--rules", str(place), str(place)]) == 2
    assert f"acme.toml:{line}: " in capfd.readouterr().err
    assert main(["rules", "check", str(place)]) == 1
    assert problem in capfd.readouterr().out


@pytest.mark.parametrize(
    ("text", "where", "line"),
    [
        ("[[kinds]]\nheader = ['(']\n[recognise]\nheader = ['(']\n", "recognise.header[0]", 4),
        ("[[reasons]]\nexamples = ['(']\n[notice]\nexamples = ['(']\n", "notice.examples[0]", 4),
        ("name = 'acme'\nnotice.ends = ['(']\n", "notice.ends[0]", 2),
        ("[notice]\nends = [\n  '(',\n]\n", "ends[0]", 3),
    ],
)
def test_place_is_found_in_its_own_table(text: str, where: str, line: int) -> None:
    assert find_line(text, where, "(") == line


def test_sound_rules_pass_the_check(folder: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    place = folder(acme=ACME, exim=OVER_EXIM, any=OVER_ANY)
    assert check_rules(place) == []
    assert main(["rules", "check", str(place)]) == 0
    assert capfd.readouterr() == ("", "")


def test_check_tells_every_fault_of_every_file(folder: Folder) -> None:
    place = folder(
        acme=ACME.replace("'mailbox_full'", "'x'").replace("{address}", "{x}"), any=OVER_ANY.replace("[[", "[")
    )
    assert [problem.removeprefix(f"{place}/").split(": ")[0] for problem in check_rules(place)] == [
        "acme.toml:10",
        "acme.toml:14",
        "any.toml:4",
    ]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "no .toml files in it"),
        ({"acme": ACME.replace("title", "before = ['acne']\ntitle")}, "acme.toml:2: before: no such vendor: 'acne'"),
        (
            {"acme": ACME + ACME[ACME.index("[[") :].replace("mailbox_full", "policy").replace("42", "43")},
            "acme.toml:20: ",
        ),
        (
            {"acme": ACME, "any": OVER_ANY.replace("not_today", "acme_quota")},
            "'acme_quota' is a 'mailbox_full' elsewhere",
        ),
    ],
)
def test_folder_as_a_whole_has_to_be_sound(folder: Folder, files: dict[str, str], problem: str) -> None:
    with pytest.raises(RuleError, match=problem):
        load_rules(folder(**files))
    if files:
        assert problem in "".join(check_rules(folder(**files)))


def test_pattern_that_takes_too_much_memory_is_refused_by_its_name(folder: Folder) -> None:
    """It would take megabytes in every process that meets its words."""
    text = ACME.replace("'ACME-42'", r"'ACME-42 (?:[^0-9]+ \pL){1,60}'")
    with pytest.raises(RuleError, match=r"acme.*reasons.*too large"):
        load_rules(folder(acme=text))


def test_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such folder"):
        load_rules(tmp_path / "gone")
    (tmp_path / "acme.toml").write_bytes(b"\xff")
    with pytest.raises(RuleError, match="not UTF-8"):
        load_rules(tmp_path)


def test_two_folders_may_not_have_the_same_file(folder: Folder) -> None:
    place = folder(acme=ACME)
    with pytest.raises(RuleError, match="two of the folders have it"):
        load_rules(place, place)


def test_circle_is_told(folder: Folder) -> None:
    one, other = (ACME.replace("acme", a).replace("title", f"before = ['{b}']\ntitle") for a, b in ("xy", "yx"))
    place = folder(x=one, y=other)
    with pytest.raises(RuleError, match="a circle among x, y"):
        load_rules(place)
    assert check_rules(place) == [f"{place}: before: a circle among x, y"]


def test_own_file_may_go_before_a_vendor_that_is_left_out(folder: Folder) -> None:
    place = folder(acme=ACME.replace("title", "before = ['postfix']\ntitle"))
    assert "acme" in load_rules(place, vendors=False).vendors


def test_own_file_says_what_kind_its_vendors_mail_is(folder: Folder) -> None:
    own = "name = 'exim'\ntitle = 'Exim'\nkind = 'list_request'\n[recognise]\nheader = ['(?m)^X-Acme: ']\n"
    raw = f"X-Acme: yes\r\n{TOP}Something about a list.\r\n".encode()
    assert parse(raw, rules=load_rules(folder(exim=own))).kind == "list_request"
    assert parse(raw).kind != "list_request"
