"""Mail that is no notice about mail, told by its words alone: no header says what it is, in whatever language."""

from email.header import Header
from typing import Final

import pytest

import dsnparse

# Kind, then subject and words
LETTERS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "auto_reply": (
        ("Out of Office", "I am out of the office until Monday."),
        (
            "Out of Office: Your question",
            "I will be away from 3 to 7 May. For urgent matters write to bob@corp.example.",
        ),
        ("Automatic reply: Invoice", "Thank you for your email. I am on annual leave and will return on 5 June."),
        ("Auto: Invoice", "I'm away from my desk"),
        ("AutoReply: Hello", "Thank you for contacting us. We will respond within 24 hours."),
        ("Auto-Reply: Hello", "Thank you for contacting us. We will respond within 24 hours."),
        ("Auto Response: Hello", "Thank you for contacting us. We will respond within 24 hours."),
        ("Autoresponder", "I am currently on vacation."),
        ("Away from the office", "I'm out until July 4th"),
        ("I am on vacation", "Back on Monday"),
        ("On vacation: Re: Hello", "Back on Monday"),
        ("Nieuwsbrief", "Ik ben tot maandag 26 juli met vakantie. Uw bericht wordt gelezen als ik terug ben."),
        ("Tack", "Du har skickat e-post till oss. Brevlådan bevakas inte och ditt meddelande läses inte."),
        ("Danke", "Dieses Postfach wird nicht gelesen. Schreiben Sie an info@corp.example."),
        ("Merci", "Cette adresse n'est pas relevée."),
        ("On holiday", "I am on holiday until 3 March with limited access to email."),
        ("Annual leave", "I am on annual leave until 3 March with limited access to email."),
        ("Maternity leave", "I am on maternity leave until next year. Please contact bob@corp.example."),
        ("Parental leave Re: offer", "I am on parental leave. Please contact bob@corp.example."),
        ("Re: Invoice [Out of office]", "I'm out"),
        ("OOO: Invoice", "I'm ooo this week"),
        ("[OOO] Invoice", "I'm ooo this week"),
        ("Not in the office", "I am not in the office today"),
        (
            "Automatic reply: Plan",
            "Jane Roe left on 5 May. Mail sent here is not passed on. Please write to bob@corp.example instead.",
        ),
        ("No longer with Corp", "Jane Roe left Corp in May and this mailbox is no longer read."),
        ("[GLPI #0033121] Tichet nou", "Solicitarea a fost înregistrată."),
        ("[corp.example #40917] AutoReply: Undelivered Mail", "This message was sent on the creation of a ticket."),
        ("Request", "##- Please type your reply above this line -##"),
        ("No longer with the company", "Jane Roe no longer works at Corp. Please contact bob@corp.example."),
        ("Automatic reply: Jane Roe has left Corp", "Jane has left the company"),
        ("Thank you for your email", "This is an automated response. We have received your message."),
        ("Re: Hello", "This is an automatic reply. I am out of the office."),
        ("Re: Hello", "I am out of the office until 5 May and will answer your message then."),
        (
            "We have received your request [#1234]",
            "This is an automatic confirmation that your ticket was opened. Please do not reply.",
        ),
        (
            "[Ticket#123] Your request has been received",
            "This message was generated automatically. Your ticket number is 123.",
        ),
        ("Abwesenheitsnotiz: Rechnung", "Ich bin bis 5. Mai nicht im Büro."),
        ("Abwesenheit", "Ich bin bis 5. Mai im Urlaub."),
        ("Automatische Antwort: Rechnung", "Vielen Dank für Ihre Nachricht. Ich bin abwesend."),
        ("Urlaub", "Ich bin im Urlaub"),
        ("Ich bin nicht im Büro", "Ihre E-Mail wird nicht weitergeleitet."),
        ("Außer Haus: Anfrage", "Ich bin außer Haus."),
        ("Réponse automatique : Facture", "Je suis absent jusqu'au 5 mai."),
        ("Absence du bureau", "Je suis absent du bureau."),
        ("Absent du bureau : Facture", "Je suis en congé."),
        ("Message d'absence", "Je suis en vacances"),
        ("Respuesta automática: Factura", "Estoy fuera de la oficina hasta el 5 de mayo."),
        ("Fuera de la oficina", "Estoy de vacaciones"),
        ("Resposta automática: Fatura", "Estou de férias até 5 de maio."),
        ("Ausência temporária", "Estou fora do escritório"),
        ("Ausente do escritório: Fatura", "Estou fora"),
        ("Risposta automatica: Fattura", "Sono fuori ufficio fino al 5 maggio."),
        ("Fuori sede", "Sono fuori sede"),
        ("Risposta automatica", "Sono in ferie"),
        ("Automatisch antwoord: Factuur", "Ik ben afwezig tot 5 mei."),
        ("Afwezigheidsbericht", "Ik ben op vakantie"),
        ("Afwezig: Factuur", "Ik ben niet op kantoor"),
        ("Odpowiedź automatyczna: Faktura", "Jestem na urlopie do 5 maja."),
        ("Autoodpowiedź", "Jestem poza biurem"),
        ("Automatická odpověď: Faktura", "Jsem na dovolené."),
        ("Mimo kancelář", "Jsem mimo kancelář"),
        ("Автоответ: Счёт", "Я в отпуске до 5 мая."),
        ("Автоматический ответ: Счёт", "Меня нет в офисе."),
        ("Отсутствую", "Нахожусь в отпуске"),
        ("Автоматична відповідь: Рахунок", "Я у відпустці."),
        ("自動応答: 請求書", "休暇中です。"),
        ("自動返信: 請求書", "不在にしております。"),
        ("不在通知", "ただいま不在です"),
        ("【自動返信】夏季休業のお知らせ", "お返事が遅くなります。"),
        ("Yahoo Vacation Response: Re: Hello", "Hey there, back on Monday the 27th!"),
        ("RE: Nuevos precios", "Hola, ya no trabajo en Corp. Para cualquier consulta escriba a bob@corp.example."),
        ("AW: Preise", "Ich arbeite leider nicht mehr bei Corp. Bitte schreiben Sie an bob@corp.example."),
        ("自动答复: 发票", "我正在休假。"),
        ("自动回复: 发票", "您好,我已收到您的邮件。"),
        ("自動回覆: 發票", "我正在休假"),
        ("부재 중: 송장", "부재중입니다"),
        ("자동 회신: 송장", "휴가 중입니다."),
        ("자동 응답", "휴가 중입니다."),
        ("Otomatik Yanıt: Fatura", "Ofis dışındayım."),
        ("Ofis Dışında", "İzindeyim"),
        ("Autosvar: Faktura", "Jag är på semester."),
        ("Automatiskt svar: Faktura", "Jag är inte på kontoret."),
        ("Frånvaro", "Jag är ledig"),
        ("Automatisk svar: Faktura", "Jeg er på ferie."),
        ("Fraværsmelding", "Jeg er ikke på kontoret"),
        ("Ikke på kontoret", "Jeg er på ferie"),
        ("Fravær: Faktura", "Jeg er ikke på kontoret"),
        ("Automaattinen vastaus: Lasku", "Olen lomalla."),
        ("Poissa toimistosta", "Olen poissa"),
        ("Poissaoloilmoitus", "Olen lomalla"),
        ("Automatikus válasz: Számla", "Szabadságon vagyok."),
        ("Răspuns automat: Factură", "Sunt în concediu."),
        ("Αυτόματη απάντηση: Τιμολόγιο", "Λείπω από το γραφείο."),
        ("תשובה אוטומטית: חשבונית", "אני בחופשה"),
        ("رد تلقائي: فاتورة", "أنا خارج المكتب"),
        ("Automaatvastus: Arve", "Olen puhkusel"),
        ("Phản hồi tự động: hóa đơn", "Tôi đang nghỉ"),
        ("ตอบกลับอัตโนมัติ: ใบแจ้งหนี้", "ฉันไม่อยู่ที่สำนักงาน"),
        ("Samodejni odgovor: Račun", "Na dopustu sem."),
        ("Automatski odgovor: Račun", "Na godišnjem sam."),
    ),
    "challenge": (
        (
            "Your email requires permission",
            "I use ChoiceMail to manage my inbox, so your message is on hold. Please take 20 seconds to request permission to send me email.",
        ),
        (
            "Sender Address Verification",
            "As this is the first time you have sent email to us, please verify your address.",
        ),
        ("Mensaje aún no entregado", "Para que sea entregado, confirme que usted es una persona y no un programa."),
        ("Message en attente", "Confirmez que vous n'êtes pas un robot."),
        ("One question first", "To deliver your mail we need to know that you are a person: how many legs has a cat?"),
        (
            "Delivery pending",
            "Your message to bob@corp.example is waiting for delivery. Please reply to this message or enter the code 4J7.",
        ),
        ("Confirmação de envio", "Sua mensagem foi retida. Confirme o envio digitando as letras da imagem."),
        ("Verificación", "Para demostrar que no es un programa responda con la palabra GIRASOL."),
        ("Bestätigung", "Sind Sie ein Mensch? Dann klicken Sie hier."),
        (
            "Please confirm your message",
            "Your message is being held. Please reply to this message to confirm that you are a human.",
        ),
        (
            "Verification required for message to jane",
            "To have your message delivered, click http://verify.example/abc. You only need to do this once.",
        ),
        (
            "Re: Hello [confirm]",
            "I am protecting myself from junk mail. Please click the link below to complete the verification process: http://x.example/y",
        ),
        (
            "Action required: confirm your email to jane@corp.example",
            "This is an automatic message from my spam filter. Reply to be added to my list of approved senders. http://x.example",
        ),
        (
            "Please authenticate your email",
            "Your email to jane@corp.example requires verification. Please enter the code at http://x.example.",
        ),
        (
            "Sender verification request",
            "Jane uses a challenge-response system. Please respond to this challenge: http://x.example",
        ),
        (
            "Mail awaiting your confirmation",
            "Your mail is in quarantine until you confirm that you sent it. Just hit reply.",
        ),
        (
            "[SPAM filter] please confirm",
            "Because you are not on my whitelist, your message has been held. Please click http://x.example to release it.",
        ),
        (
            "Bitte bestätigen Sie Ihre Nachricht",
            "Ihre Nachricht an jane@corp.example wurde zurückgehalten. Bitte klicken Sie auf den folgenden Link, um sie zuzustellen: http://x.example",
        ),
        (
            "Confirmation requise",
            "Votre message est en attente. Pour qu'il soit remis, cliquez sur ce lien : http://x.example",
        ),
        (
            "Boxbe: jane@corp.example needs you to verify",
            'Hello, your message about "x" was waitlisted. Please add yourself to my Guest List so your messages will be delivered to my Inbox. http://www.boxbe.com/crs',
        ),
    ),
    "list_request": (
        ("Re: Weekly", "Please remove me from this list. Thank you"),
        ("AW: Rosen", "Hallo,\n\nbitte nehmen Sie uns aus dem Verteiler, wir haben kein Interesse."),
        ("TR: Undelivered", "Il est à la retraite. Merci de SUPPRIMER cette adresse de votre liste."),
        ("Re: Novedades", "Por favor denme de baja."),
        ("Розсилка", "Щоб завершити підписку, натисніть кнопку."),
        ("Bekræft", "Vi har modtaget en anmodning om at fjerne din adresse fra listen."),
        ("Newsletter", "Potwierdź swoją subskrypcję biuletynu."),
        ("订阅", "请点击链接确认您的订阅"),
        (
            "Your confirmation is required to join the news mailing list",
            "Mailing list subscription confirmation notice",
        ),
        (
            'Welcome to the "News" mailing list',
            "Welcome to the News@lists.example mailing list! To post to this list, send your message to",
        ),
        ("You have been unsubscribed from the News mailing list", ""),
        (
            "Command confirmation request (abc)",
            "Your command: SUBSCRIBE NEWS has been received. You must now reply to this message to confirm",
        ),
        ("SUBSCRIBE news", "You have been subscribed to the list news"),
        ("Majordomo results", "--\n\n>>>> subscribe news\nSucceeded."),
        (
            "Unsubscribe confirmation",
            "To confirm that you want to be removed from the mailing list, please reply to this message.",
        ),
    ),
    "feedback": (
        ("Abuse report 7", "We have received a complaint about unsolicited mail from your server 192.0.2.1."),
        ("Report", "One of our subscribers has marked the message below as spam."),
        ("[Spamtrap (192.0.2.1) id:7]", "[ Offending message ]\nReceived: from mail.corp.example (192.0.2.1)"),
        ("Meldung", "Zu Ihrem Server ist bei uns eine Beschwerde über unerwünschte E-Mails eingegangen."),
        ("Signalement", "Un internaute nous a signalé comme indésirable un courriel de votre réseau."),
        ("Segnalazione", "Un nostro utente ha segnalato come indesiderato il messaggio seguente."),
        ("Queja", "Hemos recibido una queja por correo no solicitado enviado desde su IP."),
        ("Reclamação", "Recebemos uma reclamação de envio de mensagens não solicitadas."),
        ("Klacht", "Wij ontvingen een klacht over spam van uw server."),
        ("Жалоба", "Поступила жалоба на спам с вашего сервера."),
        ("迷惑メール申告", "貴社から送信されたメールについて、迷惑メールであるとの申告がありました。"),
        ("通知", "本中心收到用户举报,贵单位所属IP地址向用户发送垃圾邮件。"),
        (
            "Abuse report",
            "This is an email abuse report for an email message received from IP 192.0.2.1 on Mon, 1 Jan 2024.",
        ),
        (
            "Email Feedback Report for IP 192.0.2.1",
            "This is an email abuse report for an email message received from IP 192.0.2.1 on Mon, 1 Jan 2024.",
        ),
        ("complaint about message from 192.0.2.1", "This is a complaint about a message"),
        (
            "[SpamCop (192.0.2.1) id:123]Spam",
            "[ SpamCop V5 ]\nThis message is brief for your comfort.\n\nEmail from 192.0.2.1 / Mon, 1 Jan 2024",
        ),
    ),
    "disposition": (
        (
            "Read: Hello",
            "Your message\n\n   To: Jane Roe\n   Subject: Hello\n   Sent: Monday\n\n was read on Monday, January 1, 2024 10:00:00 AM.",
        ),
        (
            "Read receipt: Hello",
            "This is a read receipt for the mail that you sent to jane@corp.example. It was displayed on the recipient's computer.",
        ),
        (
            "Return Receipt (displayed) - Hello",
            "This is a Return Receipt for the mail that you sent to jane@corp.example.\n\nNote: This Return Receipt only acknowledges that the message was displayed on the recipient's computer.",
        ),
        (
            "Not read: Hello",
            "Your message\n\n   To: Jane Roe\n   Subject: Hello\n\n was deleted without being read on Monday.",
        ),
        ("Gelesen: Hallo", "Ihre Nachricht\n\n   An: Jane\n   Betreff: Hallo\n\n wurde am Montag gelesen."),
        (
            "Gelesen: Hallo",
            "Das ist eine Empfangsbestätigung für eine Mail, die Sie an jane@corp.example gesendet haben.",
        ),
        ("Lu : Bonjour", "Votre message a été lu le lundi."),
        ("Lu: Bonjour", "Votre message\n\n À : Jane\n Objet : Bonjour\n\n a été lu le lundi."),
        ("Leído: Hola", "El mensaje fue leído el lunes."),
        ("Letto: Ciao", "Il messaggio è stato letto lunedì."),
        ("Gelezen: Hallo", "Uw bericht is gelezen op maandag."),
        ("Przeczytano: Hej", "Wiadomość została przeczytana"),
        ("Прочитано: Привет", "Сообщение прочитано"),
        ("Lida: Olá", "A mensagem foi lida na segunda"),
        ("開封済み: こんにちは", "メッセージは開封されました"),
        ("已读: 你好", "邮件已读"),
        ("Läst: Hej", "Meddelandet lästes"),
        ("Läst: Hej", "Detta är ett läskvitto på meddelandet du skickade"),
        ("Gelezen: Hallo", "Dit is een leesbevestiging voor uw bericht"),
        ("Message status - opened", "The message that you sent was opened."),
        ("مقروءة: مرحبا", "تمت قراءتها في 05/02/2025"),
        ("Citit: Salut", "Mesajul a fost citit luni"),
    ),
}
# What people and shops write with the same words
OTHERS: Final = (
    ("Holiday plans", "Shall we go on holiday in May? I can be out of town from the 3rd."),
    ("Ferien", "Wann fahrt ihr in den Urlaub? Wir sind im Mai weg."),
    ("Read this: new prices", "Please read the new price list. It was sent to all customers."),
    ("Lu dans la presse : nos produits", "Un bel article sur nos produits."),
    ("Letto: consegna martedì", "Il letto che ha ordinato sarà consegnato martedì."),
    ("Gelesen und für gut befunden", "Ich habe Deinen Entwurf gelesen: er ist gut."),
    ("Your order", "Your parcel is held at the post office. Bring this message to collect it."),
    ("Please confirm the meeting", "Can you confirm that Tuesday suits you?"),
    ("Absolutely", "We received the boxes. Thank you for your help."),
    ("Complaint about the heating", "This is a complaint about the heating in room 3."),
    (
        "Spam Quarantine Summary: 3 new messages",
        "Deliver | Whitelist | Delete: add yourself to the approved list of senders.",
    ),
    ("Ihr täglicher Quarantänebericht", "Folgende Nachrichten an Sie wurden nicht zugestellt: lotto@gewinn.example"),
    ("Resumen diario de cuarentena", "Estos mensajes no se han entregado: oferta@tienda.example"),
    ("配信結果", "配信数 12,480\n宛先不明 121 (550 5.1.1)\n迷惑メール申告 6"),
    ("Left luggage", "Bob has left the company bag at the station."),
)


def letter(subject: str, words: str, more: str = "") -> bytes:
    """Return a message of somebody's, without a mark of what it is."""
    header = (
        "From: Jane Roe <jane@corp.example>\nTo: me@origin.example\n"
        f"Subject: {Header(subject, 'utf-8').encode()}\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nMessage-ID: <1@corp.example>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    )
    return f"{more}{header}\n{words}\n\nJane\n".encode()


@pytest.mark.parametrize("more", ["", "Return-Path: <>\n"])
@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [(kind, subject, words) for kind, letters in LETTERS.items() for subject, words in letters],
)
def test_words_tell_what_mail_is(kind: str, subject: str, words: str, more: str) -> None:
    report = dsnparse.parse(letter(subject, words, more))
    assert report.kind == kind
    assert not report.recipients


@pytest.mark.parametrize(("subject", "words"), OTHERS)
def test_letters_of_people_are_other_mail(subject: str, words: str) -> None:
    assert dsnparse.parse(letter(subject, words)).kind == "other"
