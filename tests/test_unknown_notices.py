"""Notices of software that nobody has named: whatever they begin with and however they are laid out, the one address is read.

Each part of a notice is combined with each other part, so that no pattern for one of them spoils another.
"""

from typing import Final

import pytest

import dsnparse

# A dash in each part: what parts an address from what is said of it may be a dash, too.
ADDRESS: Final = "lea.roe-x@mail-2.de-st.example"
OPENINGS: Final = (
    "Your message was not delivered to:",
    "Your message was rejected by the following recipients:",
    "Your message did not reach some or all of the intended recipients.",
    "*** Your message could not be delivered ***",
    "*** Undeliverable message ***",
    "----- Undelivered mail -----",
    "== Delivery failed ==",
    "The following message could not be delivered:",
    "We could not send your e-mail to this address:",
    "I'm afraid I wasn't able to deliver your message to the following addresses.",
    "The original message could not be delivered.",
    "Your original message was not delivered to the following:",
    "Returned mail: see below for details.",
    "The message below was not delivered:",
    "The returned message is attached. Delivery failed for:",
    "Dear customer, the message you sent could not be transmitted.",
)
LAYOUTS: Final = (
    "{address}\n\n{reply}",
    "<{address}>\n{reply}",
    "<{address}>: {reply}",
    "{address} - {reply}",
    "{address} ({reply})",
    "Recipient: {address}\nReason: {reply}",
    "To: {address}\nError: {reply}",
    "Failed recipient: {address}\nServer response: {reply}",
    "* {address}: {reply}",
    "1) {address}\n   {reply}",
    "(1) {address}: {reply}",
    "1. {address} ({reply})",
    "The address {address} failed: {reply}",
    "Message to {address} failed with error: {reply}",
    "RCPT TO:<{address}> => {reply}",
    "The error for {address} was:\n\n{reply}",
    "The response from {address} was: {reply}",
    "{reply} ({address})",
    "{reply}\n\n{address}",
    "E-mail address: {address}\nStatus: {reply}",
    "[{address}] {reply}",
    "'{address}' on 3/2/2020 10:00 AM\n      {reply}",
    "Could not deliver to {address}.\nThe remote server said: {reply}",
    "{address}, {reply}",
    "{address} | {reply}",
    "{address} -- {reply}",
    "{address}- {reply}",
    "{address} -> {reply}",
    "{address}\t{reply}",
    "{{{address}}}: {reply}",
    "*{address}*\n{reply}",
    "`{address}'\n{reply}",
)
ABOVE_A_COPY: Final = (
    "--- Original message ---",
    "The original message follows:",
    "Your original message is attached below.",
    "Below is a copy of your message:",
    "The header of the original message is following.",
    "The message header:",
    "--- Header of original message ---",
    "Content of your message:",
    "Start of original message",
    "[Original message]",
    "<<< original message >>>",
    "--- copy of message ---",
    "Your message was as follows:",
    "The failed message was:",
    "Message details:",
    "----",
)
COPIES: Final = (
    "Received: from pc by relay\nFrom: me@origin.example\nTo: group@decoy.example\nSubject: Hello\n\nwrite to body@decoy.example\n",
    "From: me@origin.example\nTo: group@decoy.example\nSubject: Hello\n\nAsk body@decoy.example.\n",
    "> From: me@origin.example\n> To: group@decoy.example\n> Subject: Hello\n>\n> Ask body@decoy.example.\n",
)
BELOW: Final = (
    "If you need help, please mail support@relay.example.\n",
    "-- \nThe postmaster\npostmaster@relay.example\n",
    "Questions? admin@relay.example\n",
    "The administrator (admin@relay.example) has been informed.\n",
    "Sender: me@origin.example\n",
    "--\nMail Team\nmail@relay.example\n",
    "For help write to helpdesk@relay.example or phone ext. 5501.\n",
    "Your Postmaster <postmaster@relay.example>\n",
    "E-mail: office@relay.example  Web: www.relay.example\n",
    "Musterweg 1, Tel. 123, mail@relay.example\n",
    "Para ayuda: ayuda@relay.example\n",
    "Sent by relay.example mail system, operated by hostmaster@relay.example\n",
)


def notice(*paragraphs: str) -> bytes:
    head = "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@relay.example>\nTo: me@origin.example\nSubject: Delivery failure\n"
    return (head + "Content-Type: text/plain\n\n" + "\n\n".join(paragraphs)).encode()


def fates(raw: bytes) -> tuple[str, list[tuple[str, str | None]]]:
    report = dsnparse.parse(raw)
    return report.kind, [(item.address, item.reason) for item in report.recipients]


PEOPLE: Final = ("lea-roe@de-st.example", "kai.berg@o-ther.example", "udo@third-3.example")
REPLIES: Final = ("550 5.1.1 User unknown", "552 5.2.2 Mailbox full", "host not found")
CAUSES: Final = ("user_unknown", "mailbox_full", "host_unknown")
# What stands for each of several, and what parts them.
LISTS: Final = (
    ("<{}>: {}", "\n"),
    ("<{}>\n   {}", "\n\n"),
    ("{}\n   {}", "\n"),
    ("* {} ({})", "\n"),
    ("Recipient: {}\nReason: {}", "\n"),
    ("To: {}\nError: {}", "\n\n"),
    ("{}\t{}", "\n"),
    ("{};{}", "\n"),
    ("| {} | {} |", "\n"),
    ("{}\n{}", "\n---\n"),
    ("Delivery to {} failed.\nThe server said: {}", "\n\n"),
    ("RCPT TO:<{}>\n{}", "\n"),
)
# Sentences that name several, folded or not, and the reply to all of them.
ROWS_AND_REPLY: Final = (
    "We were unable to deliver your message to {0}, {1},\nand {2} because of the following.\n\n{3}\n",
    "Your message to {0},\n{1} and {2} could not be delivered:\n{3}\n",
    "Your message to\n{0}, {1} and\n{2}\ncould not be delivered. Reason:\n\n   {3}\n",
    "Your message to {0}, {1},\nand {2} could not be delivered. The server said:\n\n{3}\n\nPlease do not reply.\n",
)
# What waits for the first and has failed for the second; for neither; for both.
MIXED: Final = (
    "Deferred:\n  {0} (451 try later)\nFailed:\n  {1} (550 no such user)",
    "Failed permanently:\n  {1}\nNot delivered yet, we will keep trying for 3 days:\n  {0}",
    "{0}: delayed (will retry until Friday)\n{1}: failed (550 no such user)",
    "{0}        : deferred\n{1} : failed (550 no such user)",
    "The following addresses had transient errors and will be\ntried again:\n    451 4.7.1 Greylisted\n      {0}\n\nThese had permanent errors:\n    550 5.1.1 User unknown\n      {1}",
    "Доставлено:\n  me@third.example\nОтложено:\n  {0}\nНе доставлено:\n  {1}: 550 нет",
    "■配送遅延（再送を続けます）\n  {0}\n\n■配送不能\n  {1}\n",
    "{0}   deferred   451 4.7.1 greylisted\n{1}   failed     550 5.1.1 no such user",
    "The mail to {0} is delayed: Connection refused. We will try again.\n\nThe mail to {1} could not be delivered: 550 no such user.",
    "----- The following addresses had permanent fatal errors -----\n{1}\n\n----- The following addresses had transient non-fatal errors -----\n{0}",
    "Fehlgeschlagen:\n  {1}: Postfach voll\n\nVerzögert (weitere Versuche folgen):\n  {0}: Verbindung abgelehnt",
    "Délivré :\n  me@third.example\nEn attente :\n  {0}\nÉchec définitif :\n  {1} : 550 5.1.1 inconnu",
    "Отложено:\n  {0}\n\nНе доставлено:\n  {1}: 550 пользователь не найден",
)
# What has reached the first and failed for the second.
ARRIVED: Final = (
    "The following recipients were delivered:\n\n    {0}\n\nThe following failed permanently:\n\n    {1}",
    "| {0} | DELIVERED |              |\n| {1} | FAILED    | no such user |",
    "FAIL .... {1} ...... 550 5.1.1 unknown mailbox\nOK ...... {0} ..... 250 2.0.0 stored",
    "It has NOT been delivered to\n\n    {1}\n\nbecause the server said:\n\n    550 5.1.1 no such user\n\nIt has been delivered to\n\n    {0}",
    "1. Recipients to whom your message could NOT be delivered\n   1.1  {1} (the mailbox is full)\n\n2. Recipients who have received your message\n   2.1  {0}",
    "Recipient : {0}\nResult    : delivered\nReply     : 250 2.6.0 accepted\n\nRecipient : {1}\nResult    : permanently failed\nReply     : 550 5.2.1 account disabled",
    "{0};SENT;\n{1};ERROR;mailbox disabled",
    "CONSEGNATO\n * {0}\n\nNON CONSEGNATO\n * {1} (casella piena)",
    "Zugestellt wurde sie an:\n   {0}\n\nEndgültig nicht zustellbar:\n   {1}\n      (Empfänger unbekannt)",
)
LATE: Final = (
    "{0}: 451 4.7.1 Greylisted\n{1}: connection timed out\n\nWe will keep trying for 3 days.",
    "Could not deliver to {0}: Connection refused\nCould not deliver to {1}: Host unknown\nWe will keep trying for 4 days.",
    "Still queued:\n  {0}\n\nTemporary errors:\n  {1}",
)
LOST: Final = (
    "{0}: 421 4.7.0 Messages from 192.0.2.1 have been deferred\n{1}: 550 5.1.1 User unknown",
    "{0}: 451 4.3.0 pending, will be queued\n{1}: 550 5.1.1 User unknown",
    "{0}: queued mail for delivery\n{1}: not available",
)
ROWS: Final = (
    "{0}, {1}, {2}\n\nReason: {3}",
    "<{0}>; <{1}>; <{2}>\n\n{3}",
    "To: {0}, {1}, {2}\nReason: {3}",
    "Recipients:\n   {0}\n   {1}\n   {2}\nReason: {3}",
    "The following recipients failed: {0}, {1} and {2}.\nReason: {3}",
    "* {0}, {1}, {2}: {3}",
    "Failed recipients: {0};\n    {1};\n    {2}\nReason: {3}",
    "Failed recipients: {0}, {1},\n    {2}\nReason: {3}",
    "To: {0}, {1},\n    {2}: {3}",
    "Your message to {0}, {1} and {2} could not be delivered.\n\n{3}",
    "The users {0}, {1} and {2} do not exist.",
    "{0}, {1} and {2} are unknown here.",
    "Your message could not be delivered to {0}, {1}\nand {2}.\n\nReason: {3}",
    "Your message could not be delivered to {0}, {1} and\n{2}.\n\nReason: {3}",
)
# Rows and groups of those whom the mail reached, beside one of whom it did not.
REACHED: Final = (
    "{0}: delivered\n{1}: {2}",
    "{0} (250 2.0.0 OK)\n{1} ({2})",
    "<{0}>: delivered to mailbox\n<{1}>: {2}",
    "{0}   accepted\n{1}   {2}",
    "* {0} - ok\n* {1} - {2}",
    "{0} ........ delivered\n{1} ........ {2}",
    "| {0} | sent |\n| {1} | {2} |",
    "{0}\tzugestellt\n{1}\t{2}",
    "Delivered:\n   {0}\nFailed:\n   {1} ({2})",
    "Zugestellt an:\n   {0}\nNicht zugestellt an:\n   {1}\n   Grund: {2}",
    "The message was delivered to:\n  {0}\n\nThe message could not be delivered to:\n  {1}\n  {2}",
)
# An address that a narrow page cut in two: half of it is nobody's.
FOLDED: Final = ("<{0}.\n{1}>: {2}", "<{0}\n.{1}>\n{2}", "{0}.\n   {1}\n{2}")
SENTENCES: Final = (
    ("The address you tried to write to, {address}, is no longer in use.", "mailbox_disabled"),
    ("{address} has exceeded his storage allocation.", "mailbox_full"),
    ("Please note that {address} does not exist in our directory.", "user_unknown"),
    ("The person with the address {address} does not work for us any more.", "mailbox_moved"),
    (
        "We could not deliver this to {address}. Contact postmaster@relay.example (ticket 12345).\nError: user unknown",
        "user_unknown",
    ),
    ("Die Adresse {address} ist uns nicht bekannt.", "user_unknown"),
    ("Il messaggio per {address} non può essere consegnato: casella piena.", "mailbox_full"),
    ("{address} 宛のメールは配信できませんでした。メールボックスがいっぱいです。", "mailbox_full"),
    ('address={address} error="550 user lea unknown"', "user_unknown"),
    ("to=<{address}>, status=bounced (user unknown)", "user_unknown"),
)
FAILED: Final = ("failure", [(ADDRESS, "user_unknown")])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("reply", ["550 5.1.1 User unknown", "No such user here"])
def test_opening_and_layout(layout: str, reply: str) -> None:
    said = layout.format(address=ADDRESS, reply=reply)
    copy = "--- Original message ---\n" + COPIES[0]
    missed = {opening: found for opening in OPENINGS if (found := fates(notice(opening, said, copy))) != FAILED}
    assert missed == {}


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("layout", LAYOUTS[:6])
def test_copy_below(layout: str, copy: str) -> None:
    said = layout.format(address=ADDRESS, reply="550 5.1.1 User unknown")
    missed = {above: found for above in ABOVE_A_COPY if (found := fates(notice(said, above, copy))) != FAILED}
    assert missed == {}


@pytest.mark.parametrize("below", BELOW)
def test_people_named_below(below: str) -> None:
    said = [layout.format(address=ADDRESS, reply="550 5.1.1 User unknown") for layout in LAYOUTS]
    missed = {text: found for text in said if (found := fates(notice("Delivery failed.", text, below))) != FAILED}
    assert missed == {}


@pytest.mark.parametrize(("layout", "between"), LISTS)
def test_several_people(layout: str, between: str) -> None:
    said = between.join(layout.format(*pair) for pair in zip(PEOPLE, REPLIES, strict=True))
    columns = "Address                     Reason\n" + "-" * 40 + "\n" + said
    expected = ("failure", list(zip(PEOPLE, CAUSES, strict=True)))
    for words in (said, columns):
        assert (
            fates(notice("Your message could not be delivered to the following recipients:", words, COPIES[1]))
            == expected
        )


@pytest.mark.parametrize("row", ROWS)
def test_several_people_and_one_reply(row: str) -> None:
    words = row.format(*PEOPLE, REPLIES[0])
    assert fates(notice("Delivery failed.", words)) == ("failure", [(name, CAUSES[0]) for name in PEOPLE])


@pytest.mark.parametrize("between", [",\n   {1}\n\n{2}", ",\n   {1}\nReason: {2}"])
def test_lists_that_go_on_in_the_next_line(between: str) -> None:
    """What is said below each list is said of all in it, and of nobody in the other one."""
    others = (ADDRESS, "bo@dest.example")
    lists = [(*PEOPLE[:2], REPLIES[0]), (*others, REPLIES[1])]
    said = "\n\n".join(("Failed recipients: {0}" + between).format(*names) for names in lists)
    assert fates(notice("Delivery failed.", said)) == (
        "failure",
        [*((name, CAUSES[0]) for name in PEOPLE[:2]), *((name, CAUSES[1]) for name in others)],
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Message from me@origin.example to {} was not delivered.",
        "Your mail from me@origin.example, addressed to {} failed.",
        "From me@origin.example and to {}:",
        "Ihre Nachricht von me@origin.example an {} kam zurück.",
        "Le message de me@origin.example à {} est revenu.",
    ],
)
def test_sentence_that_names_the_sender_as_well(sentence: str) -> None:
    assert fates(notice("Delivery failed.", f"{sentence.format(ADDRESS)}\n\n{REPLIES[0]}")) == FAILED


@pytest.mark.parametrize("rows", REACHED)
def test_those_whom_the_mail_reached(rows: str) -> None:
    words = rows.format(PEOPLE[0], PEOPLE[1], REPLIES[0])
    assert fates(notice("This is the outcome of your message. Some of it could not be delivered.", words)) == (
        "failure",
        [(PEOPLE[1], CAUSES[0])],
    )


@pytest.mark.parametrize("sentence", ROWS_AND_REPLY)
def test_reply_below_a_sentence_that_names_several(sentence: str) -> None:
    words = sentence.format(*PEOPLE, REPLIES[1])
    assert fates(notice("Your mail came back.", words)) == ("failure", [(one, CAUSES[1]) for one in PEOPLE])


REPLY_ABOVE: Final = (
    "{3}:\n  {0}\n  {1}\n\n{4}:\n  {2}\n",
    "{3}\n  {0}\n  {1}\n\n{4}\n  {2}\n",
    (
        "The following addresses at de-st.example had permanent fatal errors:\n    {3}\n      {0}\n      {1}\n\n"
        "The following addresses at third-3.example had permanent fatal errors:\n    {4}\n      {2}\n"
    ),
    "1. No such person ({3})\n    {0}\n    {1}\n\n2. No room ({4})\n    {2}\n",
)


@pytest.mark.parametrize("rows", REPLY_ABOVE)
def test_reply_above_those_of_whom_it_speaks(rows: str) -> None:
    words = rows.format(*PEOPLE, *REPLIES[:2])
    assert fates(notice("Your message was not delivered.", words)) == (
        "failure",
        list(zip(PEOPLE, (CAUSES[0], CAUSES[0], CAUSES[1]), strict=True)),
    )


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_reply_below_those_of_whom_it_speaks(between: str) -> None:
    words = f"{PEOPLE[0]}{between}{REPLIES[0]}\n\n{PEOPLE[1]}{between}{REPLIES[1]}\n"
    assert fates(notice("Your message was not delivered after 450 minutes.", words)) == (
        "failure",
        [(PEOPLE[0], CAUSES[0]), (PEOPLE[1], CAUSES[1])],
    )


@pytest.mark.parametrize("rows", MIXED)
def test_those_whom_the_mail_may_still_reach(rows: str) -> None:
    report = dsnparse.parse(notice("This is the outcome of your message.", rows.format(PEOPLE[0], PEOPLE[1]) + "\n"))
    assert report.kind == "failure"
    assert {item.address: item.action for item in report.recipients} == {PEOPLE[0]: "delayed", PEOPLE[1]: "failed"}


@pytest.mark.parametrize("rows", ARRIVED)
def test_nobody_whom_the_mail_reached_has_failed(rows: str) -> None:
    report = dsnparse.parse(notice("This is the outcome of your message.", rows.format(PEOPLE[0], PEOPLE[1]) + "\n"))
    assert (report.kind, [(item.address, item.action) for item in report.recipients]) == (
        "failure",
        [(PEOPLE[1], "failed")],
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Error: 550 5.1.1 <{}>: Recipient address rejected: User unknown", "user_unknown"),
        ("Reason: user {} unknown", "user_unknown"),
        ("Error: {}: mailbox full", "mailbox_full"),
        ("Status: could not deliver mail <{}>.\n\n550 5.1.1 User unknown", "user_unknown"),
        ("Error: unknown user <{}>. Please contact admin@relay.example", "user_unknown"),
        ("Diagnostic: mail from me@origin.example to\n   {} refused: mailbox full", "mailbox_full"),
    ],
)
def test_somebody_whom_only_the_reply_names(words: str, reason: str) -> None:
    assert fates(notice("Your message failed.", words.format(ADDRESS) + "\n")) == ("failure", [(ADDRESS, reason)])


@pytest.mark.parametrize(
    "words",
    [
        "Error: 550 5.7.1 <me@origin.example>: Sender address rejected: Access denied",
        "Reason: 550 5.1.1 <bo@inner.example>: User unknown",
        "Reason: mail from me@origin.example refused, see abuse@dest.example",
    ],
)
def test_returned_message_knows_better_whom_it_was_for(words: str) -> None:
    copy = (
        f"Received: from a by b; Mon, 6 Jan 2025 10:00:00 +0000\nFrom: me@origin.example\nTo: {ADDRESS}\nSubject: Hi\n"
    )
    report = dsnparse.parse(
        notice("Your message failed.", words, "----- Original message -----\n" + copy + "\nHello\n")
    )
    assert (report.kind, [item.address for item in report.recipients]) == ("failure", [ADDRESS])


def test_all_are_reached_where_nothing_fails() -> None:
    rows = f"Placed in the mailbox:\n  {PEOPLE[0]}\n\nTo their server, which says no more:\n  {PEOPLE[1]}\n"
    report = dsnparse.parse(notice("Your message was successfully delivered.", rows))
    assert (report.kind, [item.address for item in report.recipients]) == ("success", list(PEOPLE[:2]))


@pytest.mark.parametrize(
    "heading",
    [
        "Your message was delivered to all but these:",
        "Your message has been delivered, but not to the following:",
        "It could not be delivered, although others have received it:",
        "Your message was delivered to the gateway, which tells us this of it:",
        "Not delivered:",
    ],
)
def test_heading_that_speaks_of_delivery_and_means_failure(heading: str) -> None:
    report = dsnparse.parse(
        notice("Delivery failed.", f"{heading}\n  {PEOPLE[0]}: mailbox full\n  {PEOPLE[1]}: 550 5.1.1 User unknown\n")
    )
    assert (report.kind, [item.address for item in report.recipients]) == ("failure", list(PEOPLE[:2]))


@pytest.mark.parametrize("rows", LATE)
def test_all_of_them_wait_where_nobody_is_surely_lost(rows: str) -> None:
    report = dsnparse.parse(
        notice("Your message has not yet been delivered.", rows.format(PEOPLE[0], PEOPLE[1]) + "\n")
    )
    assert report.kind == "delay"
    assert [item.action for item in report.recipients] == ["delayed", "delayed"]


@pytest.mark.parametrize("heading", ["Deferred", "Delayed", "Still in queue", "Verzögert", "En attente", "Отложено"])
def test_heading_of_those_who_wait_makes_it_a_delay(heading: str) -> None:
    report = dsnparse.parse(notice("This is the outcome of your message.", f"{heading}:\n  {PEOPLE[0]}\n"))
    assert (report.kind, [item.action for item in report.recipients]) == ("delay", ["delayed"])


@pytest.mark.parametrize("rows", LOST)
def test_nobody_waits_in_a_notice_of_failures(rows: str) -> None:
    report = dsnparse.parse(notice("Your message could not be delivered.", rows.format(PEOPLE[0], PEOPLE[1])))
    assert report.kind == "failure"
    assert [item.action for item in report.recipients] == ["failed", "failed"]


@pytest.mark.parametrize(
    "row",
    [
        "{0} (forwarded to {1})\n     550 5.1.1 User unknown",
        "{0} (weitergeleitet an {1})\n     550 5.1.1 User unknown",
        "  {0} -> {1}            FAILED: 550 5.1.1 User unknown",
        "{1} (derivato da {0}): 550 5.1.1 User unknown",
    ],
)
def test_where_an_address_leads(row: str) -> None:
    report = dsnparse.parse(notice("These people did not get your mail:", row.format(PEOPLE[0], PEOPLE[1]) + "\n"))
    assert [(item.address, item.aliases, item.reason) for item in report.recipients] == [
        (PEOPLE[1], (PEOPLE[0],), "user_unknown")
    ]


@pytest.mark.parametrize(
    "label",
    ["Verdict", "Result", "Outcome", "SMTP", "Server answered", "Last error", "Why", "Ergebnis", "Réponse", "Ответ"],
)
def test_label_before_a_reply(label: str) -> None:
    report = dsnparse.parse(notice("Your message failed.", f"Recipient: {ADDRESS}\n{label}: {REPLIES[1]}\n"))
    assert [(item.reply_code, item.status, item.diagnostic) for item in report.recipients] == [
        (552, "5.2.2", REPLIES[1])
    ]


LINK: Final = '<a href="mailto:{}">{}</a>'


@pytest.mark.parametrize(
    "words",
    [
        "<p>Recipient: {}<br>Reason: mailbox full</p>",
        "<p>Your message to {} could not be delivered: mailbox full</p>",
        "<p>Delivery has failed to these recipients:</p><p>{}<br>The recipient's mailbox is full.</p>",
        "<ul><li>{}: mailbox full</li></ul>",
        "<p>{}</p><p>552 5.2.2 Mailbox full</p>",
    ],
)
@pytest.mark.parametrize(
    "contact", ["", "Regards, {}", "{} | {}", "Please click {} to report a problem", "Your administrator: {}"]
)
def test_name_with_the_address_behind_it(words: str, contact: str) -> None:
    ask = LINK.format("help@relay.example", "IT team")
    html = f"{words.format(LINK.format(ADDRESS, 'Lea Roe'))}<p>{contact.format(ask, ask)}</p>\n"
    raw = notice(html).replace(b"text/plain", b"text/html")
    assert fates(raw) == ("failure", [(ADDRESS, "mailbox_full")])


@pytest.mark.parametrize(
    "contact", ["Regards, {}", "{} | {}", "Please click {} to report a problem", "Your administrator: {}"]
)
@pytest.mark.parametrize("name", ["IT team", "Jim", "Support"])
def test_link_to_whom_one_may_ask(contact: str, name: str) -> None:
    ask = LINK.format("help@relay.example", name)
    raw = notice(f"<p>Delivery failed: user unknown</p><p>{contact.format(ask, ask)}</p>\n").replace(
        b"text/plain", b"text/html"
    )
    assert fates(raw) == ("failure", [])


def test_reader_is_no_other_name_of_anybody() -> None:
    report = dsnparse.parse(notice("Delivery failed.", f"me@origin.example -> {ADDRESS}: 550 5.1.1 User unknown\n"))
    assert [(item.address, item.aliases) for item in report.recipients] == [(ADDRESS, ())]


@pytest.mark.parametrize(
    "words",
    [
        "Your message could not be delivered to <north.coordination.\nbureau@dest.example> because: 550 5.1.1 User unknown",
        "Non-delivery. Recipient <cataloguing-and-acquisitions-de\npartment@dest.example>: 550 5.1.1 User unknown",
        "Failed: <a.very.long.\r\n    name@dest.example>",
    ],
)
def test_second_half_of_an_address_is_nobody(words: str) -> None:
    report = dsnparse.parse(notice("Delivery failed.", words + "\n"))
    assert report.recipients == ()
    assert "cut" in [defect.kind for defect in report.defects]


@pytest.mark.parametrize(
    "contact",
    [
        "Dúvidas: {}",
        "Não responda a {}.",
        "Datenschutzbeauftragter: {}",
        "Bei Fragen wenden Sie sich an {}.",
        "Preguntas: {}",
        "Assistenza: {}",
        "Afmelden: {}",
        "Вопросы: {}",
        "Do not reply; mail to {} is not read.",
        "You may write to us ({}) for help.",
        "お問い合わせ: {}",
    ],
)
def test_whom_to_ask_has_not_failed(contact: str) -> None:
    words = f"{ADDRESS}: {REPLIES[0]}\n\n{contact.format('help@relay.example')}\n"
    assert fates(notice("Delivery failed.", words)) == FAILED


def test_message_named_by_its_id_is_nobody() -> None:
    words = f"Delivery report for message <20140211.8821@mx.relay.example>\n\n{ADDRESS}: {REPLIES[0]}\n"
    assert fates(notice("Delivery failed.", words)) == FAILED


@pytest.mark.parametrize("layout", FOLDED)
def test_half_an_address_is_nobody(layout: str) -> None:
    words = layout.format("lea.roe@dest", "example", REPLIES[0])
    report = dsnparse.parse(notice("Your message could not be delivered to:", words))
    assert report.recipients == ()
    assert [defect.kind for defect in report.defects] == ["cut"]


def test_address_whose_bracket_is_never_closed() -> None:
    assert fates(notice("Your message could not be delivered to:", f"<{ADDRESS}\n{REPLIES[0]}")) == FAILED


def test_replies_that_name_each_their_own() -> None:
    said = "550 5.1.1 <lea-roe@de-st.example>... User unknown\n552 5.2.2 <kai.berg@o-ther.example>... Mailbox full\n"
    assert fates(notice("Delivery failed.", said)) == ("failure", list(zip(PEOPLE[:2], CAUSES[:2], strict=True)))


def test_row_longer_than_a_report_may_be() -> None:
    said = ", ".join(f"p{number}@dest.example" for number in range(50)) + "\n550 5.1.1 User unknown\n"
    report = dsnparse.parse(notice("Delivery failed.", said), limits=dsnparse.Limits(max_recipients=20))
    assert (len(report.recipients), [defect.kind for defect in report.defects]) == (20, ["limit:max_recipients"])


def test_header_of_the_notice_itself() -> None:
    """What the notice says of the mail stands above whoever is named: it hides nobody."""
    said = f"From: me@origin.example\nTo: {ADDRESS}\nSubject: Hello\nError: 550 5.1.1 User unknown\n"
    assert fates(notice("The following message could not be delivered.", said)) == FAILED


@pytest.mark.parametrize(
    "subject", ["Mail delivery failed", "Undeliverable: Hello", "Error delivering mail", "Unknown recipient", "NDR"]
)
@pytest.mark.parametrize(
    "sender", ["SMTP Server <smtp@relay.example>", "mx@relay.example", "Router <router@relay.example>"]
)
@pytest.mark.parametrize(("author", "kind"), [("me@origin.example", "failure"), ("you@origin.example", "other")])
def test_sender_that_nobody_knows(sender: str, subject: str, author: str, kind: str) -> None:
    """Nothing but the reader's own message, which comes back, tells such a notice from a letter about one."""
    said = notice(
        "The following address failed:",
        f"<{ADDRESS}>: 550 5.1.1 User unknown",
        "--- Original message ---\n" + COPIES[1],
    )
    raw = said.replace(b"Mail Delivery System <MAILER-DAEMON@relay.example>", sender.encode()).replace(
        b"Return-Path: <>\n", b""
    )
    raw = raw.replace(b"Subject: Delivery failure", b"Subject: " + subject.encode())
    assert dsnparse.parse(raw.replace(b"From: me@", b"From: " + author.partition("@")[0].encode() + b"@")).kind == kind


def test_answer_under_the_name_of_a_mail_system() -> None:
    raw = notice("The following address failed:", f"<{ADDRESS}>: 550 5.1.1 User unknown")
    assert fates(raw.replace(b"Subject: Delivery failure", b"Subject: Re: Hello")) == FAILED


SUMMARY: Final = "From: me@origin.example\nTo: {}\nSubject: Hello\n"


@pytest.mark.parametrize("between", ["\n{}\n", "Error: {}\n", "Message-ID: <1@origin.example>\n\n{}\n"])
def test_summaries_that_name_each_one(between: str) -> None:
    said = "\n".join((SUMMARY + between).format(*pair) for pair in zip(PEOPLE, REPLIES, strict=True))
    expected = ("failure", list(zip(PEOPLE, CAUSES, strict=True)))
    assert fates(notice("The following messages could not be delivered.", said)) == expected


def test_summary_below_whoever_is_named() -> None:
    said = f"<{ADDRESS}>\n\n" + SUMMARY.format("group@decoy.example") + "\nReason: 550 5.1.1 User unknown\n"
    assert fates(notice("Delivery failed.", said)) == FAILED


def test_address_that_stands_twice_on_a_line() -> None:
    said = f"{ADDRESS}, {PEOPLE[1]}, {ADDRESS}\n\nNothing is known of the cause.\n"
    report = dsnparse.parse(notice("Delivery failed.", said))
    words = {item.address: item.diagnostic for item in report.recipients}
    assert list(words) == [ADDRESS, PEOPLE[1]]
    assert [text.count("Nothing is known") for text in words.values()] == [1, 1]


@pytest.mark.parametrize(("sentence", "reason"), SENTENCES)
def test_letter_of_one_sentence(sentence: str, reason: str) -> None:
    assert fates(notice(sentence.format(address=ADDRESS))) == ("failure", [(ADDRESS, reason)])


@pytest.mark.parametrize(
    "subject", ["Undeliverable mail: {}", "Delivery to {} failed", "Unzustellbar: {}", "Failure notice <{}>"]
)
def test_whom_only_the_subject_names(subject: str) -> None:
    said = notice("Your message could not be delivered.\n550 5.1.1 User unknown")
    assert fates(said.replace(b"Delivery failure", subject.format(ADDRESS).encode())) == FAILED


def test_subject_that_names_the_reader_or_several() -> None:
    for names in ("me@origin.example", "a@origin.example to b@dest.example"):
        said = notice("Your message could not be delivered.\n550 5.1.1 User unknown")
        assert fates(said.replace(b"Delivery failure", f"Undeliverable: {names}".encode())) == ("failure", [])


@pytest.mark.parametrize(
    ("author", "recipient", "expected"),
    [
        ("you@origin.example", ADDRESS, FAILED),
        ("me@origin.example", ADDRESS, FAILED),
        ("me@origin.example", "me@origin.example", ("failure", [("me@origin.example", "user_unknown")])),
        ("you@origin.example", "me@origin.example", ("failure", [])),
    ],
)
def test_whom_only_the_returned_message_names(
    author: str, recipient: str, expected: tuple[str, list[tuple[str, str]]]
) -> None:
    """What somebody else wrote to the reader has reached him, what he wrote to himself may have failed."""
    copy = f"--- Original message ---\nFrom: {author}\nTo: {recipient}\nSubject: Hello\n\nHello\n"
    assert fates(notice("Your message could not be delivered.\n550 5.1.1 User unknown", copy)) == expected


def test_subject_beside_somebody_whom_the_words_name() -> None:
    said = notice(f"Your message could not be delivered to {ADDRESS}.\n550 5.1.1 User unknown")
    assert fates(said.replace(b"Delivery failure", b"Undeliverable: info@dest.example")) == FAILED


def test_own_words_go_before_the_reply_to_somebody_else() -> None:
    rows = f"<{PEOPLE[0]}>:\n550 5.1.1 User unknown\n\n<{PEOPLE[1]}>:\nuser is over quota\n"
    assert fates(notice("Not delivered:", rows)) == (
        "failure",
        [(PEOPLE[0], "user_unknown"), (PEOPLE[1], "mailbox_full")],
    )


def test_replies_below_a_list_that_name_each_their_own() -> None:
    rows = f"<{PEOPLE[0]}>\n<{PEOPLE[1]}>"
    replies = f"550 <{PEOPLE[0]}>... User unknown\n552 <{PEOPLE[1]}>... Mailbox full\n"
    assert fates(notice("Not delivered:", rows, replies)) == (
        "failure",
        [(PEOPLE[0], "user_unknown"), (PEOPLE[1], "mailbox_full")],
    )


@pytest.mark.parametrize(
    ("word", "reply", "reason"),
    [
        (
            "unrecoverable error",
            ">>> RCPT To:<{0}>\n<<< 550 <{0}>... User unknown\n550 <{0}>... User unknown",
            "user_unknown",
        ),
        ("transient failure", "<{0}>... Deferred: Connection refused by mx.dest.example.", "host_unreachable"),
    ],
)
def test_transcript_of_sendmail_8_6_tells_why(word: str, reply: str, reason: str) -> None:
    raw = notice(
        "The original message was received at Mon, 6 Nov 1995 10:14:02 -0500\nfrom web.src.example [192.0.2.17]",
        f"   ----- The following addresses had delivery problems -----\n<{ADDRESS}>  ({word})",
        f"   ----- Transcript of session follows -----\n... while talking to mx.dest.example.:\n{reply.format(ADDRESS)}\n",
    )
    assert fates(raw) == ("failure", [(ADDRESS, reason)])


def test_refusal_of_a_whole_session_is_of_those_whom_sendmail_names_below() -> None:
    """`Service unavailable` is Sendmail's word for any refusal: why, stands above, and only there."""
    hosts = ("quarry.example", "haulage.example")
    people = (f"bo@{hosts[0]}", f"ann@{hosts[1]}", f"ed@{hosts[1]}")
    for said, reason in (
        (">>> MAIL From:<me@origin.example> SIZE=3311764\n<<< 552 Message size exceeds 2000000", "message_too_big"),
        (">>> DATA\n<<< 554 Rejected as spam", "spam_content"),
    ):
        session = f"... while talking to mail.{hosts[1]}.:\n{said}\n" + "".join(
            f"554 <{address}>... Service unavailable\n" for address in people[1:]
        )
        unknown = f"550 <{people[0]}>... Host unknown (Name server: {hosts[0]}: host not found)\n"
        for transcript in (unknown + session, session + unknown):
            raw = notice(
                "   ----- The following addresses had permanent fatal errors -----",
                "\n".join(f"<{address}>" for address in people),
                f"   ----- Transcript of session follows -----\n{transcript}",
            )
            assert fates(raw) == (
                "failure",
                [(people[0], "host_unknown"), (people[1], reason), (people[2], reason)],
            )


# Whom the mail reached, may still reach, and never reaches
GROUPS: Final = (
    ("Доставлено:", "Временная ошибка:", "Доставить невозможно:"),
    ("Доставлено успішно:", "У черзі:", "Доставити неможливо:"),
    (
        "Diese Empfänger haben die Nachricht erhalten:",
        "Vorübergehender Fehler:",
        "Diese Empfänger haben die Nachricht nicht erhalten:",
    ),
    ("Ont reçu le message :", "Pas encore distribué :", "N'ont pas reçu le message :"),
    ("Han recibido el mensaje:", "Error temporal:", "No han recibido el mensaje:"),
    ("Hanno ricevuto il messaggio:", "Non ancora consegnato:", "Destinatari non raggiunti:"),
    ("Receberam a mensagem:", "Ainda não entregue:", "Entrega falhou:"),
    ("Bezorgd:", "Tijdelijke fout:", "Permanente fout:"),
    ("Otrzymali wiadomość:", "Błąd tymczasowy:", "Nie otrzymali wiadomości:"),
    ("Doručeno:", "Zatím nedoručeno:", "Odmítnuto:"),
    ("■送信成功：", "■配信待ち：", "■宛先不明："),
    ("投递成功：", "稍后重试：", "没有成功投递："),
    ("전송 성공:", "재시도 중:", "영구 오류:"),
    ("Teslim edildi:", "Geçici hata:", "Ulaştırılamayanlar:"),
    ("Levererat:", "Tillfälligt fel:", "Ej levererat:"),
    ("Leveret:", "I kø:", "Ikke leveret:"),
    ("Toimitettu:", "Jonossa:", "Hylätty:"),
    ("Kézbesítve:", "Átmeneti hiba:", "Kézbesítés sikertelen:"),
    ("Livrat:", "Amânat:", "Nelivrat:"),
    ("Παραδόθηκε:", "Καθυστερεί:", "Δεν παραδόθηκε:"),
)


@pytest.mark.parametrize(("reached", "waiting", "failed"), GROUPS)
def test_headings_of_groups(reached: str, waiting: str, failed: str) -> None:
    people = ("ann@one.example", "bo@two.example", "cy@three.example")
    blocks = [f"{heading}\n    {address}" for heading, address in zip((reached, waiting, failed), people, strict=True)]
    report = dsnparse.parse(notice("Your message to several people.", *blocks, ""))
    assert [(item.address, item.action) for item in report.recipients] == [
        (people[1], "delayed"),
        (people[2], "failed"),
    ]


def test_router_of_domino_in_german() -> None:
    raw = notice(
        "Ihr Dokument:\n  Angebot\nwurde nicht zugestellt an:\n  ada@one.example\nweil:\n  Benutzer ada (ada@one.example) nicht im Domino-Verzeichnis aufgelistet",
        "Ihr Dokument:\n  Angebot\nwurde nicht zugestellt an:\n  bo@one.example\nweil:\n  Die Datenbank des Empfängers hat ihre Größenbeschränkung überschritten\n",
    )
    head, _, body = raw.partition(b"\n\n")
    head = head.replace(b"Return-Path: <>\n", b"").replace(
        b"Delivery failure", b"ZUSTELLFEHLER: Benutzer ada nicht im Verzeichnis"
    )
    head = head.replace(b"Mail Delivery System <MAILER-DAEMON@", b"Mail Router <Mail_Router@")
    report = dsnparse.parse(head + b"\n\n" + body)
    assert (report.kind, report.vendor) == ("failure", "notes")
    assert [(item.address, item.reason) for item in report.recipients] == [
        ("ada@one.example", "user_unknown"),
        ("bo@one.example", "mailbox_full"),
    ]


@pytest.mark.parametrize(
    ("words", "vendor", "reason"),
    [
        (
            "VIRUS ALERT\n\nOur content checker found\n    virus: Worm.Bagle.J\nin your email to the following recipient:\n-> {0}\n\nDelivery of the email was stopped!\n",
            "amavis",
            "virus",
        ),
        (
            "Your message to: {0}\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: Prices\n",
            "barracuda",
            "spam_content",
        ),
        (
            "Each of the following recipients was rejected by a remote\nmail server.\n\n    Recipient: <{0}>\n    Reason:    550 <{0}>: User unknown\n",
            "kddi",
            "user_unknown",
        ),
    ],
)
def test_filters_and_gateways_that_name_themselves(words: str, vendor: str, reason: str) -> None:
    raw = notice(words.format(ADDRESS))
    assert dsnparse.parse(raw).vendor == vendor
    assert fates(raw) == ("failure", [(ADDRESS, reason)])
