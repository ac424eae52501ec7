"""Notices that sort people by what went wrong, or quote a reply before whom it is about: nobody has the cause of somebody else."""

from typing import Final

import pytest

import dsnparse

HEAD: Final = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: me@src.example\nSubject: Undeliverable mail\n"
INTROS: Final = (
    "Your message could not be delivered.\n\n",
    "Your message could not be delivered to some of its recipients:\n\n",
)
FOOTERS: Final = (
    "",
    "\nPlease contact postmaster@mx.example for help.\n",
    "\n-- \nMail system at mx.example\n",
)
ABOVE: Final = (
    "{cause}\n    {one}\n    {two}\n\n",
    "{cause}:\n  - {one}\n  - {two}\n\n",
    "{cause}:\n{one}\n{two}\n",
    "{cause}:\n\n  {one}\n  {two}\n\n",
    "[{cause}]\n{one}\n{two}\n\n",
    "{cause} -\n<{one}>\n<{two}>\n\n",
    "1. {cause}\n   {one}, {two}\n\n",
    "* {cause}\n** {one}\n** {two}\n",
    "{cause} ({one}, {two})\n",
    "Reason: {cause}\nRecipient: {one}\n\n",
    "Error: {cause}\nTo: {one}\n",
    '"{cause}"\n  for {one}\n',
    "Cause:      {cause}\nRecipients: {one}\n            {two}\n\n",
    "Server reply:\n  {cause}\nAddresses:\n  {one}\n  {two}\n\n",
)
BELOW: Final = (
    "{one}\n\n{cause}\n\n",
    "{one}\n{cause}\n\n",
    "{one}\n  {cause}\n",
    "Recipient: {one}\nReason: {cause}\n\n",
    "To: {one}\nError: {cause}\n",
    "{one}, {two}:\n  {cause}\n\n",
)
CAUSES: Final = (
    {"Mailbox full": "mailbox_full", "No such user here": "user_unknown", "Message too large": "message_too_big"},
    {"550 User unknown": "user_unknown", "552 5.2.2 Quota exceeded": "mailbox_full", "550 5.7.1 Relaying denied": "relay_denied"},
)  # fmt: skip


@pytest.mark.parametrize("causes", CAUSES, ids=["words", "replies"])
@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("layout", [*ABOVE, *BELOW])
def test_everybody_has_his_own_cause(layout: str, footer: str, causes: dict[str, str]) -> None:
    for intro in INTROS:
        words, expected = intro, {}
        for number, (cause, reason) in enumerate(causes.items()):
            one, two = f"anna.{number}@dest{number}.example", f"bert-{number}@dest{number}.example"
            words += layout.format(cause=cause, one=one, two=two)
            expected |= {one: reason, two: reason} if "{two}" in layout else {one: reason}
        report = dsnparse.parse(f"{HEAD}\n{words}{footer}".encode())
        assert {item.address: item.reason for item in report.recipients} == expected


@pytest.mark.parametrize(
    "layout",
    [
        "<h3>{cause}</h3><ul><li>{one}</li><li>{two}</li></ul>",
        "<p><b>{cause}</b><br>{one}<br>{two}</p>",
        "<dt>{cause}</dt><dd>{one}</dd><dd>{two}</dd>",
        "<p>{cause}:</p><p>{one}<br>{two}</p>",
        "<tr><td>{one}</td><td>{cause}</td></tr>",
        "<p>{one}</p><p>{cause}</p>",
        "<h3>{one}</h3><p>{cause}</p>",
        "<li>{one}<br><i>{cause}</i></li>",
    ],
)
@pytest.mark.parametrize("causes", CAUSES, ids=["words", "replies"])
def test_the_same_in_html_that_has_no_line_end(layout: str, causes: dict[str, str]) -> None:
    words, expected = "<html><body><p>Your message could not be delivered.</p>", {}
    for number, (cause, reason) in enumerate(causes.items()):
        one, two = f"anna.{number}@dest{number}.example", f"bert-{number}@dest{number}.example"
        words += layout.format(cause=cause, one=one, two=two)
        expected |= {one: reason, two: reason} if "{two}" in layout else {one: reason}
    report = dsnparse.parse(f"{HEAD}Content-Type: text/html\n\n{words}</body></html>".encode())
    assert {item.address: item.reason for item in report.recipients} == expected


def test_heading_that_says_no_reply_is_of_those_below() -> None:
    words = "The mail was refused:\n\n550 no such user:\n  one@dest.example\n\nThe domain does not exist:\n  two@nx.example\n\n552 full:\n  bo@dest.example\n"
    report = dsnparse.parse(f"{HEAD}\n{words}".encode())
    assert [(item.address, item.reply_code, item.reason) for item in report.recipients] == [
        ("one@dest.example", 550, "user_unknown"),
        ("two@nx.example", None, "host_unknown"),
        ("bo@dest.example", 552, "mailbox_full"),
    ]
