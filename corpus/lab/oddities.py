"""Replies that break rules or habits, and next hops that do not reply at all."""

from .script import Act, Facts, Reply, Stage, refuses, says

UNSAID = ("user_unknown", "policy")  # what a 550 to RCPT may stand for when it says no more

CODES: dict[str, Reply] = {
    "conflict54": refuses("mailbox_full", "550 4.2.2 Mailbox quota exceeded, permanent for us"),
    "conflict45": refuses("user_unknown", "450 5.1.1 Unknown user, but temporarily"),
    "conflict2": refuses("undetermined", "550 2.1.5 Ok but no", also=UNSAID),
    "bare550": refuses("undetermined", "550", also=UNSAID),
    "bare550sp": refuses("undetermined", "550 ", also=UNSAID),
    "code599": refuses("undetermined", "599 5.9.9 Strange unassigned reply"),
    "code650": refuses("undetermined", "650 what a reply", also=("protocol_error", "connection_lost")),
    "notareply": refuses(
        "protocol_error", "Sorry, this is not an SMTP reply", also=("undetermined", "connection_lost", "system_error")
    ),
    "enhlong": refuses("undetermined", "550 5.123.456 Very large enhanced code", also=UNSAID),
    "mixcodes": refuses(
        "user_unknown",
        "550-5.1.1 first code",
        "550-5.7.1 second code",
        "550 5.2.2 third code",
        also=("policy", "mailbox_full", "undetermined"),
    ),
}

CHARSETS: dict[str, Reply] = {
    "utf8": refuses("user_unknown", "550 5.1.1 Utilisateur « Zoë » inconnu – 宛先が見つかりません 😀"),
    "latin1": refuses("mailbox_full", b"552 5.2.2 Bo\xeete de r\xe9ception pleine (\xa4 quota d\xe9pass\xe9)"),
    "sjis": refuses(
        "user_unknown", b"550 5.1.1 \x88\xb6\x90\xe6\x82\xaa\x8c\xa9\x82\xc2\x82\xa9\x82\xe8\x82\xdc\x82\xb9\x82\xf1"
    ),
    "iso2022": refuses("user_unknown", b"550 5.1.1 \x1b$B08@h$,8+$D$+$j$^$;$s\x1b(B"),
    "german": refuses("user_unknown", "550 5.1.1 Empfaenger unbekannt. Die Mailadresse existiert nicht."),
    "japanese-roman": refuses("user_unknown", "550 5.1.1 Unknown user: {rcpt} (atesaki fumei)"),
    "ctrl": refuses("user_unknown", b"550 5.1.1 tab\there esc\x1b[31mred\x1b[0m bell\x07 del\x7f end"),
}

SHAPES: dict[str, Reply] = {
    "long1": refuses("policy", "550 5.7.1 " + " ".join(f"word{n:03}" for n in range(110)), also=("undetermined",)),
    "longword": refuses("policy", "550 5.7.1 https://block.example/" + "x" * 700, also=("undetermined",)),
    "lines20": refuses(
        "policy",
        *(f"550-5.7.1 line {n:02} of a long policy statement, see https://policy.example/{n:02}" for n in range(19)),
        "550 5.7.1 line 19 of a long policy statement, see https://policy.example/19",
    ),
    "emptylines": refuses(
        "policy",
        "550-5.7.1 first line",
        "550-",
        "550-",
        "550 5.7.1 last line after two empty ones",
        also=("undetermined",),
    ),
    "headerlike": refuses(
        "user_unknown",
        "550-5.1.1 Status: 2.0.0",
        "550-5.1.1 Action: delivered",
        "550 5.1.1 Final-Recipient: rfc822; someone-else@dest.example",
    ),
    "boundarylike": refuses(
        "user_unknown", "550-5.1.1 --", "550-5.1.1 ----=_Part_1234", "550 5.1.1 Content-Type: text/plain"
    ),
    "htmlreply": refuses(
        "policy",
        '550 5.7.1 <html><body>Rejected &amp; <a href="https://x.example/?a=1&b=2">why</a></body></html>',
        also=("undetermined",),
    ),
    "parens": refuses("user_unknown", r'550 5.1.1 (comment (nested) "quoted \" string" ; semicolon, comma: colon'),
    "otheraddr": refuses(
        "user_unknown", "550 5.1.1 <forwarded.target@hidden.example>... User unknown (forwarded from <{rcpt}>)"
    ),
}

LOST = Facts("connection_lost")

GAMES: dict[str, Reply] = {
    "droprcpt": Reply(Stage.RCPT, LOST, act=Act.DROP),
    "dropdata": Reply(Stage.DATA, LOST, act=Act.DROP),
    "dropdot": Reply(Stage.DOT, LOST, act=Act.DROP),
    "hangrcpt": Reply(Stage.RCPT, LOST, act=Act.HANG),
    "data554": says(Stage.DATA, "protocol_error", "554 5.5.1 Error: no valid recipients", also=("user_unknown",)),
    "data451": says(Stage.DATA, "system_error", "451 4.3.0 Try DATA later", also=("system_unavailable",)),
    "close421": refuses("system_unavailable", "421 4.3.0 Server shutting down"),
}
