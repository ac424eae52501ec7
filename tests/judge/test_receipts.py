"""Receipts without a status part: told by their words in any language, and never where something was refused."""

from typing import Final

import pytest

import dsnparse

WORDS: Final = (
    "Your message to the following recipients has been delivered:",
    "Your message was successfully delivered to:",
    "The mail you sent has been successfully delivered to",
    "Delivery to the recipient was successful:",
    "Ihre Nachricht wurde an folgende Empfänger zugestellt:",
    "Votre message a bien été remis aux destinataires suivants :",
    "El mensaje se entregó a los siguientes destinatarios:",
    "Il messaggio è stato recapitato ai seguenti destinatari:",
    "Sua mensagem foi entregue aos seguintes destinatários:",
    "Uw bericht is bezorgd bij de volgende ontvangers:",
    "Twoja wiadomość została dostarczona do następujących adresatów:",
    "Vaše zpráva byla doručena následujícím příjemcům:",
    "Ваше сообщение доставлено следующим получателям:",
    "Ваше повідомлення доставлено таким одержувачам:",
    "次の宛先へのメールが配信されました。",
    "您的邮件已送达以下收件人：",
    "다음 받는 사람에게 메시지가 배달되었습니다.",
    "İletiniz aşağıdaki alıcılara teslim edildi:",
    "Ditt meddelande har levererats till följande mottagare:",
    "Meddelelsen blev leveret til følgende modtagere:",
    "Viestisi on toimitettu seuraaville vastaanottajille:",
    'Wiadomość "Oferta na sery" wysłana dnia 28.02.2025 o 09:40 została\ndostarczona do skrzynki odbiorcy:',
    "Üzenetét sikeresen kézbesítettük a következő címzettnek:",
    "Mesajul dumneavoastră a fost livrat următorilor destinatari:",
    "Vaša poruka je uspješno isporučena primatelju:",
    "Съобщението Ви беше успешно доставено на:",
    "Το μήνυμά σας παραδόθηκε με επιτυχία στους παραλήπτες:",
    "ההודעה שלך נמסרה לנמענים הבאים:",
    "تم تسليم رسالتك إلى المستلمين التاليين:",
    "Thư của bạn đã được gửi thành công đến:",
    "Pesan Anda telah terkirim ke penerima berikut:",
)
REFUSED: Final = (
    "Your message was delivered to some of its recipients. It could not be delivered to:",
    "Your message has been delivered to the following host, which refused it: 550 5.1.1 unknown user",
    "Ihre Nachricht wurde nicht zugestellt:",
    "Ваше сообщение не доставлено следующим получателям:",
    "Mesajul dumneavoastră nu a fost livrat următorilor destinatari:",
    "Üzenetét nem sikerült kézbesíteni a következő címzettnek:",
    "Vaša poruka nije isporučena primatelju:",
    "Съобщението Ви не беше доставено на:",
    "Το μήνυμά σας δεν παραδόθηκε στους παραλήπτες:",
    "ההודעה שלך לא נמסרה לנמענים הבאים:",
    "لم يتم تسليم رسالتك إلى المستلمين التاليين:",
    "Thư của bạn chưa được gửi đến:",
    "Pesan Anda gagal terkirim ke penerima berikut:",
    "您的邮件未送达以下收件人：",
)


NOBODY: Final = (
    "Nobody has received it. Recipients given on the envelope:",
    "None of these has received your message:",
    "Your message did not arrive. These never got it:",
    "Niemand hat die Nachricht erhalten:",
)


def notice(words: str) -> bytes:
    return (
        "Return-Path: <>\nFrom: Postmaster <postmaster@dest.example>\nTo: mara@origin.example\nSubject: Delivery report\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n\n   rita.holm@dest.example\n"
    ).encode()


@pytest.mark.parametrize("words", WORDS)
def test_receipt(words: str) -> None:
    report = dsnparse.parse(notice(words))
    fates = [(item.address, item.action, item.reason, item.advice) for item in report.recipients]
    assert (report.kind, fates) == ("success", [("rita.holm@dest.example", "delivered", "delivered", "none")])


@pytest.mark.parametrize("words", NOBODY)
def test_nobody_has_received_it(words: str) -> None:
    assert dsnparse.parse(notice(words)).kind == "failure"


@pytest.mark.parametrize("words", REFUSED)
def test_refusal_beside_what_arrived(words: str) -> None:
    report = dsnparse.parse(notice(words))
    assert (report.kind, [item.action for item in report.recipients]) == ("failure", ["failed"])


def test_shop_that_tells_of_a_parcel() -> None:
    """A parcel arrives, too; a mail system writes of mail, under a name of its own."""
    raw = notice("Your parcel has been delivered to your neighbour.").replace(
        b"Postmaster <postmaster@", b"Shop <news@"
    )
    assert dsnparse.parse(raw.replace(b"Return-Path: <>", b"Return-Path: <news@dest.example>")).kind == "other"
