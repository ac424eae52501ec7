"""Notices that mail is late, and those that it was given up: told by the words, whatever the subject is."""

from typing import Final

import pytest

import dsnparse

LATE: Final = (
    "Your message has not been delivered yet. We will keep trying for 4 days.",
    "The following message is still in the queue after 4 hours.",
    "Your mail could not be delivered within 4 hours. Further attempts will be made.",
    "Temporary problem delivering your mail. We'll retry.",
    "Your message is still waiting to be delivered.",
    "The message will be kept in the queue and retried.",
    "Delivery is taking longer than expected.",
    "The mail server will try to deliver it again later.",
    "Ваш лист поки що не вдалося доставити. Сервер повторюватиме спроби ще 60 годин.",
    "Пока не удалось доставить ваше письмо.",
    "Üzenetének kézbesítése késik.",
    "Mesajul dumneavoastră este întârziat.",
    "Poruka još nije isporučena.",
    "Доставката на съобщението се забавя.",
    "Η παράδοση του μηνύματος καθυστέρησε.",
    "Hệ thống sẽ tiếp tục thử gửi lại.",
    "Pesan Anda tertunda.",
    "מסירת ההודעה התעכבה.",
    "تأخر تسليم رسالتك.",
    "Bitte nicht noch einmal senden. Seit 4 Stunden warten folgende Zustellungen:",
    "Uw bericht staat nog in de wachtrij.",
    "Zprávu neposílejte znovu. Zpráva čeká ve frontě.",
    "No action is required on your part; delivery attempts will continue for some time.",
)
GIVEN_UP: Final = (
    "We gave up after 5 days.",
    "I will not try again.",
    "No further attempts will be made.",
    "Your message could not be delivered and no\nfurther attempts will be made.",
    "The message was in the queue for 5 days and has been returned.",
    "Delivery attempts have been abandoned.",
    "It will not be retried.",
    "We tried for 4 days and failed.",
)


def notice(subject: str, words: str) -> bytes:
    head = f"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@relay.example>\nTo: me@origin.example\nSubject: {subject}\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{words}\n\n<lea.roe@dest.example>: connection timed out\n".encode()


@pytest.mark.parametrize("words", LATE)
@pytest.mark.parametrize("subject", ["Warning", "Message status", "Mail delivery"])
def test_late(subject: str, words: str) -> None:
    report = dsnparse.parse(notice(subject, words))
    assert (report.kind, [item.action for item in report.recipients]) == ("delay", ["delayed"])


@pytest.mark.parametrize("words", GIVEN_UP)
@pytest.mark.parametrize("subject", ["Mail delivery failed", "Returned mail"])
def test_given_up(subject: str, words: str) -> None:
    report = dsnparse.parse(notice(subject, words))
    assert (report.kind, [item.action for item in report.recipients]) == ("failure", ["failed"])


@pytest.mark.parametrize(
    "subject", ["Delayed Mail (still being retried)", "Warning: could not send message for past 4 hours"]
)
def test_subject_that_says_it_alone(subject: str) -> None:
    assert dsnparse.parse(notice(subject, "This is a mail server.")).kind == "delay"


def test_subject_of_the_mail_itself() -> None:
    """What stands behind the mail system's own words in a subject is the author's."""
    assert (
        dsnparse.parse(notice("Undeliverable: Delayed mail", "Your message could not be delivered.")).kind == "failure"
    )
