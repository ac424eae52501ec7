"""Notices of gateways that no vendor file knows: an empty return path, a subject that says so, and words, but no reply of a server."""

from email.header import Header

import pytest

import dsnparse

LETTER = (
    "Return-Path: <>\nFrom: {sender}\nTo: me@origin.example\nSubject: {subject}\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n\n{words}\n"
)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("We couldn't pass on your message", "That is why your message to joe@dest.example was not passed on."),
        ("Message not posted", "Your message to joe@dest.example was not posted."),
        ("Blocked: invoice", "Your message Invoice was blocked.\n\njoe@dest.example"),
        (
            "Your email has been withheld",
            "An email from you to joe@dest.example contains rude words.\nIt will not be delivered.",
        ),
        ("Virus found in a message sent by you", "The mail was destroyed. It was NOT passed on to\n  joe@dest.example"),
        ("Virus in Ihrer E-Mail gefunden", "Sie wurde geloescht und NICHT weitergeleitet.\n  an: joe@dest.example"),
        ("Votre message a été rejeté", "Votre message pour joe@dest.example n'a pas été diffusé."),
        ("Message bloqué", "Le message n'a donc pas été transmis à son destinataire :\n  joe@dest.example"),
        ("Messaggio bloccato", "Il messaggio inviato a joe@dest.example è stato eliminato."),
        ("Mensagem recusada", "A mensagem que enviou a joe@dest.example foi recusada."),
        ("Uw bericht is geweigerd", "Uw bericht aan joe@dest.example is geweigerd."),
        ("Mesajınız reddedildi", "joe@dest.example adresine gönderdiğiniz mesaj reddedildi."),
        ("Ej levererat: remiss", "Meddelandet har inte levererats.\n\njoe@dest.example * Okänt"),
        ("Din mail blev ikke sendt", "Din mail til joe@dest.example blev ikke sendt."),
        ("Внимание: вирус в вашем письме", "Письмо уничтожено.\nКому: joe@dest.example"),
        ("Повідомлення повернуто", "Не вдалося передати вашого листа: joe@dest.example"),
    ],
)
def test_refusal_of_an_unknown_gateway(subject: str, words: str) -> None:
    report = dsnparse.parse(
        LETTER.format(
            sender="Gateway <gw@dest.example>", subject=Header(subject, "utf-8").encode(), words=words
        ).encode()
    )
    assert (report.kind, [item.address for item in report.recipients]) == ("failure", ["joe@dest.example"])


def test_whoever_signs_a_notice_of_a_known_kind_is_believed_when_he_quotes_the_reply() -> None:
    words = (
        "[<00>] XMail bounce: Rcpt=[joe@dest.example];Error=[550 5.1.1 no such user]\n\n\n"
        "[<01>] Error sending message [1.2.xmail] from [mx.corp.example].\n"
    )
    raw = LETTER.format(
        sender="<root@corp.example>", subject="Error sending message [1.2.xmail] from [corp.example]", words=words
    )
    report = dsnparse.parse(raw.replace("Return-Path: <>\n", "").encode())
    assert [(item.address, item.reason) for item in report.recipients] == [("joe@dest.example", "user_unknown")]
