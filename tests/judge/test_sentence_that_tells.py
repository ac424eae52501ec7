"""What stands next to an address may be advice: the diagnostic is the sentence that tells why, wherever it stands."""

import pytest

import dsnparse

HEADER = (
    "Return-Path: <>\nFrom: Mail System <postmaster@relay.example>\nTo: me@origin.example\nSubject: Undelivered mail\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n\n"
)


@pytest.mark.parametrize(
    ("words", "diagnostic"),
    [
        (
            "Your mail was refused. The attachment run.exe is not allowed here. It was for:\n\nlea@dest.example\n\nPlease send a PDF instead.\n",
            "The attachment run.exe is not allowed here.",
        ),
        (
            "Der Empfänger hat kein freies Postfach: Das Postfach ist voll. Nicht zugestellt an:\n\nlea@dest.example\n\nBitte rufen Sie an.\n",
            "Der Empfänger hat kein freies Postfach: Das Postfach ist voll.",
        ),
        (
            "宛先のメールボックスがいっぱいです。配信できませんでした:\n\nlea@dest.example\n\n電話でお知らせください。\n",
            "宛先のメールボックスがいっぱいです。",
        ),
    ],
)
def test_cause_above_and_advice_below(words: str, diagnostic: str) -> None:
    raw = (HEADER + words).encode()
    (recipient,) = dsnparse.parse(raw).recipients
    assert recipient.diagnostic == diagnostic
    evidence = recipient.evidence["diagnostic"]
    text = dsnparse.part_text(raw, evidence.part) if evidence.part else raw
    assert diagnostic in " ".join(text[evidence.start : evidence.end].decode().split())


def test_what_is_said_of_somebody_alone_stays_where_it_tells_the_cause() -> None:
    words = "No such user? Check the address. Not delivered:\n\nlea@dest.example\n\nThe mailbox is full. Please wait.\n"
    (recipient,) = dsnparse.parse((HEADER + words).encode()).recipients
    assert (recipient.diagnostic, recipient.reason) == ("The mailbox is full. Please wait.", "mailbox_full")
