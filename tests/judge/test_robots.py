"""Machines that are no mail system by name: they are believed where the subject says so and a reply is quoted."""

from email.header import Header

import pytest

import dsnparse

LETTER = "From: {sender}\nTo: me@src.example\nSubject: {subject}\n{more}\n{words}"
SUBJECT = "Your invoice could not be delivered"
REPLY = (
    "The customer has not received your invoice.\n\nRecipient: bo@dest.example\nServer reply: 550 5.1.1 User unknown\n"
)
ROBOT = "Shop Mailer <no-reply@shop.example>"


def kind(*, sender: str = ROBOT, subject: str = SUBJECT, more: str = "", words: str = REPLY) -> str:
    return dsnparse.parse(LETTER.format(sender=sender, subject=subject, more=more, words=words).encode()).kind


@pytest.mark.parametrize(
    ("subject", "sender"),
    [
        (SUBJECT, ROBOT),
        ("Zustellung fehlgeschlagen: Rechnung 17", "Versand <versand@shop.example>"),
        ("Courriel non remis", "ne-pas-repondre@shop.example"),
        ("Доставка не удалась: письмо отклонено", "Робот почты <pochta@shop.example>"),
    ],
)
def test_robot_that_quotes_a_reply_tells_a_failure(subject: str, sender: str) -> None:
    name, _, address = sender.rpartition(" ")
    sender = f"{Header(name, 'utf-8').encode()} {address}" if name else address
    assert kind(subject=Header(subject, "utf-8").encode(), sender=sender) == "failure"


@pytest.mark.parametrize(
    "other",
    [
        {"words": "Your parcel could not be delivered. Call depot@dest.example.\n"},
        {"subject": "Your invoice of March"},
        {"sender": "Jo Doe <jo@shop.example>"},
        {"subject": f"Re: {SUBJECT}"},
        {"more": "List-Id: <bugs.shop.example>\n"},
        {"more": "In-Reply-To: <1@src.example>\n"},
    ],
)
def test_other_mail_of_robots_and_people_tells_none(other: dict[str, str]) -> None:
    assert kind() == "failure"
    assert kind(**other) == "other"
