"""Words of a mailbox's name are no words of the notice: `contact.team@` has failed, however much a pattern knows of contacts."""

import re
import tomllib
from importlib.resources import files
from typing import Final

import pytest

import dsnparse

NOTICE: Final = tomllib.loads((files("dsnparse") / "vendors" / "any.toml").read_text(encoding="utf-8"))["notice"]
KINDS: Final = ("ends", "spares", "skips", "announces", "delays", "waits", "fails", "reaches", "refuses")
# What in a pattern looks like a word and is none.
SYNTAX: Final = re.compile(r"\(\?[a-zA-Z]+[:)]|\(\?P<[a-z_]+>|\\[a-zA-Z]|\{[a-z]+\}")
WORDS: Final = sorted(
    {
        word.lower()
        for kind in KINDS
        for pattern in NOTICE[kind]
        for word in re.findall("[A-Za-z]{2,20}", SYNTAX.sub("", pattern))
    }
)
MAILBOXES: Final = (
    "{word}@dest.example",
    "{word}.team@dest.example",
    "{word}-team@dest.example",
    "team.{word}@dest.example",
    "team_{word}@dest.example",
    "team@{word}.example",
)
LAYOUTS: Final = (
    "Your message could not be delivered to:\n\n{address}\n",
    "Delivery failed.\n\n<{address}>\n550 5.1.1 User unknown\n",
    "Delivery failed:\n{address}: 550 5.1.1 User unknown\n",
    "Delivery failed:\n{address} ({address})<mailto:{address}>\n550 5.1.1 User unknown\n",
    "Failed recipient: {address}\nReason: mailbox full\n",
    "Your message to {address} could not be delivered: mailbox full.\n",
)
HEAD: Final = (
    "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@relay.example>\nTo: me@origin.example\n"
    "Subject: Delivery failure\n\n"
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("mailbox", MAILBOXES)
def test_words_within_an_address(mailbox: str, layout: str) -> None:
    assert len(WORDS) > 300
    lost = []
    for word in WORDS:
        address = mailbox.format(word=word)
        report = dsnparse.parse((HEAD + layout.format(address=address)).encode())
        if [recipient.address for recipient in report.recipients] != [address]:
            lost.append(address)
    assert lost == []


@pytest.mark.parametrize(
    "address", ["user.unknown@dest.example", "account-not-found@dest.example", "no.mailbox.here@dest.example"]
)
def test_address_that_reads_like_a_reply(address: str) -> None:
    shown = f"Delivery failed:\n\n{address} ({address})<mailto:{address}>\n550 5.1.1 No such person\n"
    report = dsnparse.parse((HEAD + shown).encode())
    assert [recipient.address for recipient in report.recipients] == [address]
