"""What holds for every message, whole or damaged: no exception, no half address, clean text, one answer."""

import json
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsnparse import Limits, Report, parse, part_text, to_json
from dsnparse.message import open_message

CORPUS = Path(__file__).parent.parent / "corpus"
EVERY_BYTE = (
    "exim/unknown-user", "dma/nxdomain", "postfix/relayed-envid-ret-hdrs", "qmail/unknown-user", "receipts/deleted-without-being-read",
    "unknown/html-only-notice",
)  # fmt: skip
STEP = 37
MUTATIONS_PER_SAMPLE = 75

NOT_IN_ADDRESS = re.compile(r"[\s<>\"'(),:;\[\]|]+")
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_SEPARATORS = frozenset("\u2028\u2029")
CAPS = {
    "address": 320, "original_recipient": 320, "aliases": 320, "status": 9, "status_field": 9, "remote_mta": 255, "remote_ip": 45,
    "new_address": 320, "domain": 255, "blocklist": 255, "diagnostic": 8 << 10, "subject": 1 << 10, "message_id": 1 << 10, "from": 1 << 10, "command": 10,
}  # fmt: skip
LONGEST = 8 << 10


def said(raw: bytes, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - what parse takes
    return without_offsets(parse(raw, **options))


def without_offsets(report: Report) -> dict[str, Any]:
    """Return a report as JSON without what line ends may change: offsets and the id."""
    told: dict[str, Any] = json.loads(to_json(report))
    del told["id"]
    for defect in told.get("defects", ()):
        defect.pop("start", None)
        defect.pop("end", None)
    for recipient in told.get("recipients", ()):
        for evidence in recipient.get("evidence", {}).values():
            del evidence["start"], evidence["end"]
    return told


def addresses(raw: bytes) -> set[str]:
    """Return every address a report gives."""
    report = parse(raw)
    found = {
        address for item in report.recipients for address in (item.address, item.original_recipient, *item.aliases)
    }
    if report.disposition:
        found |= {report.disposition.final_recipient, report.disposition.original_recipient}
    return {address.lower() for address in found if address}


def words(raw: bytes) -> set[str]:
    """Return what stands in a message, as sent and decoded, between the signs that no bare address has."""
    parts = range(len(open_message(raw, Limits()).tree.parts))
    text = "\n".join(part_text(raw, number).decode("utf-8", "replace") for number in (0, *parts)).lower()
    return {word.strip(".") for word in NOT_IN_ADDRESS.split(f"{raw.decode('utf-8', 'replace').lower()}\n{text}")}


def half_addresses(raw: bytes, step: int) -> set[tuple[int, str]]:
    """Return each address that only a cut message has, with the place of the cut."""
    whole = words(raw)
    return {(end, address) for end in range(0, len(raw), step) for address in addresses(raw[:end]) - whole}


def test_cut_message_gives_no_half_address(varied: Path) -> None:
    assert half_addresses(varied.read_bytes(), STEP) == set()


@pytest.mark.parametrize("name", EVERY_BYTE)
def test_cut_anywhere_gives_no_half_address(name: str) -> None:
    raw = (CORPUS / f"{name}.eml").read_bytes()
    assert half_addresses(raw, 1) == set()
    assert half_addresses(raw.replace(b"\r\n", b"\n"), 7) == set()


def test_lone_cr_ends_lines_where_there_is_no_lf(varied: Path) -> None:
    raw = varied.read_bytes()
    assert said(raw.replace(b"\r\n", b"\r")) == said(raw)


def test_one_message_has_one_clean_answer_whatever_its_line_ends(raw: bytes, report: Report) -> None:
    assert to_json(parse(raw)) == to_json(report)
    assert said(raw.replace(b"\r\n", b"\n")) == without_offsets(report)
    assert_clean_report(report)


def test_any_kind_of_bytes_will_do(varied: Path) -> None:
    raw = varied.read_bytes()
    expected = to_json(parse(raw))
    assert to_json(parse(bytearray(raw))) == expected
    assert to_json(parse(memoryview(raw))) == expected


@pytest.mark.parametrize("nothing", ["From: a@b.example", None, 1, [b"a"]])
def test_only_bytes_will_do(nothing: Any) -> None:  # noqa: ANN401 - what is no bytes
    with pytest.raises(TypeError, match="a message is bytes"):
        parse(nothing)


def test_damage_is_survived(varied: Path) -> None:
    dice = random.Random(varied.name)  # noqa: S311 - the same damage every time
    raw = varied.read_bytes()
    for _ in range(MUTATIONS_PER_SAMPLE):
        assert_clean(damaged(raw, dice))


PIECES = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\xff\xfe", b"\xe2\x80\xae", b"\xc2\x85", b"\xe2\x80\xa8", b"\x1b[31m", b"\x1b$B", b"=?utf-8?q?=00=E2=80=AE?=",
    b"=?utf-7?b?K0FBQS0=?=", b"\xed\xa0\x80", b"--", b"Content-Type: multipart/mixed; boundary=x\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"charset=utf-7", b"A" * 5000, b"<" * 300, b"a@" * 300, b"5.1.1 " * 100, b"\t" * 2000, b"&#x202e;", b"<a@b.example>", b"Final-Recipient: rfc822; \xff@\xff\r\n",
)  # fmt: skip


def damaged(raw: bytes, dice: random.Random) -> bytes:
    """Return a message with one to eight faults."""
    data = bytearray(raw)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(data) + 1)
        end = min(len(data), at + dice.randint(0, 200))
        kind = dice.randrange(5)
        if kind == 0:
            del data[at:end]
        elif kind == 1:
            data[at:at] = dice.choice(PIECES)
        elif kind == 2:
            data[at:at] = data[at:end]
        elif kind == 3 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        else:
            data[at:end] = dice.randbytes(end - at)
    return bytes(data)


def assert_clean(raw: bytes) -> None:
    assert_clean_report(parse(raw))


def assert_clean_report(report: Report) -> None:
    """Check every string of a report."""
    for name, text in strings(json.loads(to_json(report))):
        odd = {char for char in text if unicodedata.category(char) in ("Cc", "Cs") or char in BIDI | LINE_SEPARATORS}
        assert not odd, (name, text)
        assert len(text.encode("utf-8")) <= CAPS.get(name, LONGEST), (name, text)


def strings(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each string with the name of the field it is in."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, key)


SOUP = st.lists(
    st.sampled_from([
        b"From: MAILER-DAEMON@mx.example\r\n", b"Subject: Undelivered Mail\r\n", b"Content-Type: multipart/report; boundary=b\r\n", b"\r\n", b"\n", b"--b\r\n", b"--b--\r\n",
        b"Content-Type: message/delivery-status\r\n", b"Content-Type: text/html; charset=utf-16\r\n", b"Content-Type: message/rfc822\r\n", b"Content-Type: message/feedback-report\r\n",
        b"Content-Type: message/disposition-notification\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: base64\r\n",
        b"Final-Recipient: rfc822; a@b.example\r\n", b"Final-Recipient:", b"Original-Recipient: utf-8; \\x{3b4}@b.example\r\n", b"Action: failed\r\n", b"Status: 5.1.1\r\n", b"Status: 9\r\n",
        b"Diagnostic-Code: smtp; 550 no\r\n", b" 550-5.1.1 more\r\n", b"Remote-MTA: dns; [192.0.2.1]\r\n", b"Will-Retry-Until: 99 Foo 2025\r\n", b"Reporting-MTA: dns; mx.example\r\n",
        b"<a@b.example>:\r\n", b">>> RCPT TO:<a@b.example>\r\n", b"<<< 550 no\r\n", b"X-Failed-Recipients: a@b.example\r\n", b"=?utf-8?b?w?=", b"=?x?q?=?=", b"Disposition: a/b; displayed\r\n", b"\xff", b"\0",
        b"Date: Mon, 99 Jan 99999 99:99:99 +9999\r\n", b"boundary*0*=x''%\r\n", b"x" * 300, b"\x1b$B", b"+AAA-", b"begin 644 x\r\n",
    ]),
    max_size=40,
).map(b"".join)  # fmt: skip


@settings(max_examples=300, derandomize=True, database=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    assert_clean(raw)


@settings(max_examples=500, derandomize=True, database=None)
@given(SOUP)
def test_any_soup_of_fields_is_a_message(raw: bytes) -> None:
    assert_clean(raw)


HEAD = "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"


def report_of(groups: str) -> bytes:
    """Return a delivery report with these recipient groups."""
    return (
        f"{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{groups}\r\n--b--\r\n"
    ).encode()


def with_recipients(count: int) -> bytes:
    return report_of(
        "\r\n".join(
            f"Final-Recipient: rfc822; a{n}@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n" for n in range(count)
        )
    )


def with_parts(count: int) -> bytes:
    """Return a message of that many parts, the message itself among them."""
    parts = "--b\r\n\r\nSorry.\r\n" * (count - 1)
    return f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n".encode()


def with_depth(count: int) -> bytes:
    """Return that many multiparts, one inside the other."""
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(count))
    closed = "".join(f"\r\n--b{n}--\r\n" for n in reversed(range(count)))
    return f"{HEAD}{opened}\r\nSorry.{closed}".encode()


def with_header_bytes(size: int) -> bytes:
    """Return a message whose header, with the empty line, has that many bytes."""
    start = f"{HEAD}X-Long: "
    return f"{start}{'a' * (size - len(start) - 4)}\r\n\r\nSorry.\r\n".encode()


def with_bytes(size: int) -> bytes:
    return f"{HEAD}\r\n".ljust(size, "a").encode()


def with_text_bytes(size: int) -> bytes:
    text = "Sorry, no such user: a@b.example\r\n".ljust(size, "a")
    return f"{HEAD}\r\n{text}".encode()


def with_ds_fields(count: int) -> bytes:
    return report_of(
        "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n"
        + "".join(f"X-Field-{n}: a\r\n" for n in range(count - 2))
    )


def with_boundary_bytes(size: int) -> bytes:
    mark = "b" * size
    return f'{HEAD}Content-Type: multipart/mixed; boundary="{mark}"\r\n\r\n--{mark}\r\n\r\nSorry.\r\n--{mark}--\r\n'.encode()


def with_notice_lines(count: int) -> bytes:
    text = "Sorry, your message could not be delivered.\r\n" * count
    return f"{HEAD}\r\n{text}".encode()


@pytest.mark.parametrize(
    ("name", "limit", "message"),
    [
        ("max_recipients", 5, with_recipients),
        ("max_parts", 8, with_parts),
        ("max_depth", 4, with_depth),
        ("max_header_bytes", 400, with_header_bytes),
        ("max_message_bytes", 400, with_bytes),
        ("max_text_scan_bytes", 400, with_text_bytes),
        ("max_ds_fields", 9, with_ds_fields),
        ("max_boundary_bytes", 50, with_boundary_bytes),
        ("max_notice_lines", 9, with_notice_lines),
    ],
)
def test_limit_that_bites_is_told(name: str, limit: int, message: Callable[[int], bytes]) -> None:
    limits = Limits(**{name: limit})
    for size in (limit - 1, limit, limit + 1):
        report = parse(message(size), limits=limits)
        bitten = [(defect.kind, defect.detail) for defect in report.defects if defect.kind.startswith("limit:")]
        assert (size, bitten, report.complete) == (
            size,
            [(f"limit:{name}", str(limit))] * (size > limit),
            size <= limit,
        )


def test_threads_agree() -> None:
    # Threads meet in the same code whatever the sample.
    messages = [path.read_bytes() for path in sorted(CORPUS.glob("*/*.eml"))[::3]]
    expected = [to_json(parse(raw)) for raw in messages]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: [to_json(parse(raw)) for raw in messages], range(8)))
    assert answers == [expected] * 8


PLAIN = "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n\nSorry, no such user: <a@b.example>\n"


@pytest.mark.parametrize(
    ("what", "loaded"),
    [
        ("", []),
        (f"dsnparse.parse({PLAIN.encode()!r})", []),
        ("dsnparse.parse(open(sys.argv[1], 'rb').read())", []),
        (f"dsnparse.parse({PLAIN.replace('Mail', '=?utf-8?q?M=C3=A4il?=').encode()!r})", ["flanker"]),
        (
            f"dsnparse.parse({PLAIN.replace('Sorry', 'Désolé, utilisateur inconnu à cette adresse').encode('cp1252')!r})",
            ["chardet"],
        ),
    ],
)
def test_what_is_seldom_needed_is_seldom_loaded(what: str, loaded: list[str]) -> None:
    code = f"import sys, dsnparse\n{what}\nprint(*[name for name in ('chardet', 'email', 'flanker', 'rich') if name in sys.modules])"
    command = (sys.executable, "-c", code, str(CORPUS / "postfix" / "unknown-user.eml"))
    answer = subprocess.run(command, capture_output=True, check=True, text=True)
    others = {"chardet", "email"} if loaded == ["flanker"] else set()  # which flanker imports
    assert set(answer.stdout.split()) - others == set(loaded)
